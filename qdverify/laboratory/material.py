"""A material turns laboratory units into effective atomic units, and back.

With the effective mass m and the dielectric constant epsilon, the effective Hartree and Bohr radius are

    E_H* = E_H m / epsilon^2,    a_B* = a_B epsilon / m,

with m in electron masses and those of the vacuum on the right. Everything inside this project is in these units; pint,
a units library that an extra of the package installs (``pip install 'qdverify[units]'``), reads and writes quantities
here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import isfinite
from numbers import Real
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import pint

Quantity: TypeAlias = "str | pint.Quantity[float]"
"""A number with its unit, as a text such as "200 nm" or as a quantity of pint."""


@cache
def units() -> pint.UnitRegistry[float]:
    """Return the registry of units; pint takes a second to load."""
    try:
        from pint import UnitRegistry  # noqa: PLC0415 - an extra, and slow
    except ImportError as error:
        raise ImportError("laboratory units need pint: pip install 'qdverify[units]'") from error
    return UnitRegistry()


@dataclass(frozen=True)
class Material:
    """A semiconductor, by the two numbers that its effective atomic units take.

    Parameters
    ----------
    mass
        Effective mass in electron masses, positive.
    permittivity
        Dielectric constant, positive.

    Raises
    ------
    ValueError
        If a number is not positive and finite.

    Examples
    --------
    >>> from qdverify.laboratory import GAAS
    >>> f"{GAAS.hartree:.4g~P}, {GAAS.bohr_radius:.4g~P}"
    '10.96 meV, 10.19 nm'
    >>> round(GAAS.length("200 nm"), 3), round(GAAS.energy("100 mK"), 6), round(GAAS.energy("1 meV"), 5)
    (19.63, 0.000787, 0.09128)
    """

    mass: float
    permittivity: float

    def __post_init__(self) -> None:
        for name in ("mass", "permittivity"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
                raise ValueError(f"{name}={value!r} must be a positive number")

    @classmethod
    def of_hartree(cls, hartree: Quantity, mass: float) -> Material:
        """Return the material of an effective mass whose E_H* is given, such as "11.9 meV", with epsilon to match.

        Raises
        ------
        ValueError
            If it is no energy, or a number is not positive and finite.

        Examples
        --------
        >>> from qdverify.laboratory import GAAS, Material
        >>> round(Material.of_hartree(GAAS.hartree, mass=0.067).permittivity, 9)
        12.9
        """
        known = cls(mass, 1.0)
        ratio = float((_as_energy(hartree) / known.hartree).to("").magnitude)
        if not 0 < ratio < float("inf"):
            raise ValueError(f"hartree={hartree!r} must be a positive energy")
        return cls(mass, ratio**-0.5)

    @property
    def hartree(self) -> pint.Quantity[float]:
        """E_H* in meV."""
        return units().Quantity(self.mass / self.permittivity**2, "hartree").to("meV")

    @property
    def bohr_radius(self) -> pint.Quantity[float]:
        """a_B* in nm."""
        return units().Quantity(self.permittivity / self.mass, "bohr").to("nm")

    def length(self, given: Quantity) -> float:
        """Return a length in a_B*.

        Raises
        ------
        ValueError
            If it is no length, or not finite; the message names it.
        """
        return float((_read(given, "length") / self.bohr_radius).to("").magnitude)

    def energy(self, given: Quantity) -> float:
        """Return an energy, or a temperature, voltage or frequency times k_B, e or h, in E_H*.

        An angular frequency, such as "1 rad/ns", is multiplied by hbar.

        Raises
        ------
        ValueError
            If it is none of them, or not finite; the message names it.
        """
        return float((_as_energy(given) / self.hartree).to("").magnitude)

    def in_millielectronvolts(self, energy: float) -> float:
        """Return an energy in E_H* as meV."""
        return float((energy * self.hartree).to("meV").magnitude)


def _read(given: Quantity, kind: str) -> pint.Quantity[float]:
    """Return a quantity, or raise ValueError unless it is of that dimension."""
    registry = units()
    try:
        found: pint.Quantity[float] = registry.Quantity(given)
    except Exception as error:  # pint raises errors of many kinds at texts that it cannot read
        raise ValueError(f"{given!r} must be {_SUCH_AS[kind]}") from error
    may_turn = kind == "energy" and found.check("[frequency]")
    known = any(found.check(dimension) for dimension in _DIMENSIONS[kind])
    if not known or not isinstance(found.m, Real) or _angles(found) not in ((0, 1) if may_turn else (0,)):
        raise ValueError(f"{given!r} must be {_SUCH_AS[kind]}")
    if not isfinite(found.m):
        raise ValueError(f"{given!r} must be finite")
    return found


def _angles(found: pint.Quantity[float]) -> object:
    """Return the power of angles in a unit, which pint's dimensions leave out: 1 rad/s is no frequency of 1 Hz."""
    return dict(found.to_root_units().unit_items()).get("radian", 0)


_SUCH_AS = {
    "length": "a length with its unit, such as '200 nm'",
    "energy": "an energy with its unit, such as '1 meV'",
    "rate": "a rate with its unit, such as '1 GHz'",
}
_DIMENSIONS = {
    "length": ("[length]",),
    "energy": ("[energy]", "[temperature]", "[electric_potential]", "[frequency]"),
    "rate": ("[frequency]", "[energy]"),
}


def _as_energy(given: Quantity) -> pint.Quantity[float]:
    found, registry = _read(given, "energy"), units()
    for dimension, factor in (
        ("[temperature]", "boltzmann_constant"),
        ("[electric_potential]", "elementary_charge"),
        ("[frequency]", "dirac_constant / radian" if _angles(found) else "planck_constant"),
    ):
        if found.check(dimension):
            found = found.to_root_units() * registry(factor)
    energy: pint.Quantity[float] = found.to("meV")
    return energy


def rate_per_second(given: Quantity) -> float:
    """Return a tunnelling rate t in 1/s: a frequency as it is, a level width hbar t divided by hbar.

    Raises
    ------
    ValueError
        If it is neither; the message names it.

    Examples
    --------
    >>> rate_per_second("2 GHz"), round(rate_per_second("1 ueV") / 1e9, 4)
    (2000000000.0, 1.5193)
    """
    found, registry = _read(given, "rate"), units()
    if found.check("[energy]"):
        return float((found / registry("dirac_constant")).to("1/s").magnitude)
    return float(found.to("1/s").magnitude)


GAAS = Material(mass=0.067, permittivity=12.9)
"""Gallium arsenide."""

"""A material turns laboratory units into effective atomic units, and back.

With the effective mass m and the dielectric constant epsilon, the effective Hartree and Bohr radius are

    E_H* = E_H m / epsilon^2,    a_B* = a_B epsilon / m,

with m in electron masses and those of the vacuum on the right. Everything inside this project is in these units; pint,
a units library that an extra of the package installs (``pip install '.[units]'`` in a clone of the project), reads and
writes quantities here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from numeric.validation import as_float, shown
from qdverify.laboratory.quantities import ENERGY, LENGTH, RATE, TEMPERATURE, Kind, Quantity, angles, read, units

if TYPE_CHECKING:
    import pint

SMALLEST = 1e-290
"""E_H* and a_B* are within a factor of this and its inverse of those of the vacuum."""


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
        If a number is not positive and finite, or E_H* or a_B* is beyond the range of doubles.

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
                raise ValueError(f"{name}={shown(value)} must be a positive number")
            as_float(name, value)
        of_energy, of_length = self.mass / self.permittivity / self.permittivity, self.permittivity / self.mass
        if not all(SMALLEST < ratio < 1.0 / SMALLEST for ratio in (of_energy, of_length)):
            raise ValueError(f"{self!r} must have an E_H* and an a_B* within the range of doubles")

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
            raise ValueError(f"hartree={shown(hartree)} must be a positive energy")
        return cls(mass, ratio**-0.5)

    @property
    def hartree(self) -> pint.Quantity[float]:
        """E_H* in meV."""
        return units().Quantity(self.mass / self.permittivity / self.permittivity, "hartree").to("meV")

    @property
    def bohr_radius(self) -> pint.Quantity[float]:
        """a_B* in nm."""
        return units().Quantity(self.permittivity / self.mass, "bohr").to("nm")

    def length(self, given: Quantity) -> float:
        """Return a length in a_B*.

        Raises
        ------
        ValueError
            If it is no length, below 0 or not finite; the message names it.
        """
        found = read(given, LENGTH)
        return _finite(given, _not_negative(given, found, "length") / self.bohr_radius)

    def energy(self, given: Quantity) -> float:
        """Return an energy, or a temperature, voltage or frequency times k_B, e or h, in E_H*.

        An angular frequency, such as "1 rad/ns", is multiplied by hbar. All but a temperature may be negative.

        Raises
        ------
        ValueError
            If it is none of them, not finite, or a temperature below 0; the message names it.
        """
        return _finite(given, _as_energy(given) / self.hartree)

    def in_millielectronvolts(self, energy: float) -> float:
        """Return an energy in E_H* as meV.

        Raises
        ------
        ValueError
            If it is not a finite number, or its size in meV is beyond doubles.
        """
        return _finite(energy, as_float("energy", energy) * self.hartree, "meV")


def _finite(given: object, found: pint.Quantity[float], unit: str = "") -> float:
    """Return the number of a quantity, or raise ValueError if it is beyond doubles."""
    number = float(found.to(unit).magnitude)
    if not isfinite(number):
        raise ValueError(f"{shown(given)} must be finite in {unit or 'effective atomic units'}")
    return number


def _not_negative(given: Quantity, found: pint.Quantity[float], kind: str) -> pint.Quantity[float]:
    """Return a quantity, or raise ValueError if it is below 0."""
    if found.to_root_units().m < 0:
        raise ValueError(f"{shown(given)} must be a {kind} of at least 0")
    return found


def thermal_energy(material: Material, given: Quantity) -> float:
    """Return k_B T in E_H*, as `Material.energy` but for what the message asks for; it must be above 0."""
    kT = _finite(given, _as_energy(given, TEMPERATURE) / material.hartree)
    if not kT > 0:
        raise ValueError(f"temperature={shown(given)} must be above 0")
    return kT


def _as_energy(given: Quantity, kind: Kind = ENERGY) -> pint.Quantity[float]:
    found, registry = read(given, kind), units()
    if found.check("[temperature]"):
        _not_negative(given, found, "temperature")
    for dimension, factor in (
        ("[temperature]", "boltzmann_constant"),
        ("[electric_potential]", "elementary_charge"),
        ("[frequency]", "dirac_constant / radian" if angles(found) else "planck_constant"),
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
        If it is neither, below 0 or not finite; the message names it.

    Examples
    --------
    >>> rate_per_second("2 GHz"), round(rate_per_second("1 ueV") / 1e9, 4)
    (2000000000.0, 1.5193)
    """
    found, registry = _not_negative(given, read(given, RATE), "rate"), units()
    return _finite(given, found / registry("dirac_constant") if found.check("[energy]") else found, "1/s")


GAAS = Material(mass=0.067, permittivity=12.9)
"""Gallium arsenide."""

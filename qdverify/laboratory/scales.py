"""What one unit of each result is in the laboratory, given a material and the tunnelling rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from numeric.validation import as_instance
from qdverify.laboratory.material import Material, rate_per_second
from qdverify.laboratory.quantities import Quantity, units


@dataclass(frozen=True)
class Scales:
    """Factors from results in effective atomic units to laboratory units.

    Parameters
    ----------
    rates
        Tunnelling rates in units of the largest, which is then the unit of the currents.
    current, conductance
        pA, and e^2/h.
    heat, heat_conductance
        fW, and fW/K.
    thermopower
        uV/K, with the sign of a thermovoltage: below 0 if electrons carry the heat.
    """

    rates: tuple[float, float]
    current: float
    conductance: float
    heat: float
    heat_conductance: float
    thermopower: float

    @classmethod
    def of(cls, material: Material, rates: Sequence[Quantity]) -> Scales:
        """Return the factors for leads L and R of these rates.

        Raises
        ------
        ValueError
            If the material is none, there are not two rates, or one is neither a rate nor an energy, or below 0.

        Examples
        --------
        >>> from qdverify.laboratory import GAAS
        >>> scales = Scales.of(GAAS, ("1 GHz", "500 MHz"))
        >>> scales.rates, round(scales.current, 2), round(scales.heat), round(scales.heat_conductance, 3)
        ((1.0, 0.5), 160.22, 1755, 13.806)
        """
        as_instance("material", material, Material)
        if isinstance(rates, str) or not hasattr(rates, "__len__") or len(rates) != 2:
            raise ValueError(f"rates={rates!r} must be two, of L and of R, such as ('1 GHz', '500 MHz')")
        per_second = [rate_per_second(rate) for rate in rates]
        unit = max(*per_second, 1e-300)
        registry = units()
        rate, charge, k_B = unit / registry("1 s"), registry("1 elementary_charge"), registry("1 boltzmann_constant")
        ampere = rate * charge
        slope = ampere / (material.hartree / charge)
        quantum = registry("1 elementary_charge ** 2 / planck_constant")
        return cls(
            rates=(per_second[0] / unit, per_second[1] / unit),
            current=float(ampere.to("pA").magnitude),
            conductance=float((slope / quantum).to("").magnitude),
            heat=float((rate * material.hartree).to("fW").magnitude),
            heat_conductance=float((rate * k_B).to("fW/K").magnitude),
            thermopower=-float((k_B / charge).to("uV/K").magnitude),
        )

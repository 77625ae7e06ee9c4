"""Stability diagrams as they are measured: millivolts at the gate and between the leads, pA, e^2/h, fW."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

from numeric import LevelScheme, LeverArms, stability_diagram
from numeric.validation import as_instance
from qdverify.laboratory.material import Material, thermal_energy
from qdverify.laboratory.quantities import Quantity, read_axis
from qdverify.laboratory.rounding import converted, error_of_heat, scaled_by, share_of_rates
from qdverify.laboratory.scales import Scales

if TYPE_CHECKING:
    import xarray as xr


def diagram_in_millivolts(
    scheme: LevelScheme,
    material: Material,
    *,
    gate: ArrayLike,
    bias: ArrayLike,
    temperature: Quantity | tuple[Quantity, Quantity],
    lever_arms: LeverArms,
    share: float = 0.5,
    rates: tuple[Quantity, Quantity] = ("1 GHz", "1 GHz"),
    heat: bool = False,
    progress: Callable[[int, int], object] | None = None,
) -> xr.Dataset:
    """Compute current and differential conductance over gate voltage and bias.

    Parameters
    ----------
    scheme
        Levels and transitions, in effective atomic units.
    material
        What these units are.
    gate, bias
        Gate voltages, (g,), and biases, (b,), in mV; those with a unit of their own are converted.
    temperature
        Of both leads, such as "100 mK", or of L and R, such as ("200 mK", "100 mK").
    lever_arms, share
        How voltages move the levels, and the share of the bias that is applied to the left lead.
    rates
        Tunnelling rates t_L and t_R, such as "1 GHz", or level widths hbar t, such as "1 ueV".
    heat
        Return the heat currents too.
    progress
        Called as `numeric.stability_diagram` does, with the number of points done and of all points.

    Returns
    -------
    xarray.Dataset
        `I` and a bound on its error, `I_error`, in pA, `dI_dV` and `dI_dV_error` in e^2/h, (bias, gate); the
        current is positive if electrons flow from L to R. With `heat` also `J_L` and `J_R`, the heat out of either
        lead, and bounds `J_L_error` and `J_R_error`, in fW; positive if the lead cools.

        The bounds hold for the numbers as they are given, with E_H* the double that `material.hartree` shows: the
        rounding of all conversions counts, to first order. Axes are the doubles that the coordinates show, in mV.

    Raises
    ------
    ValueError
        If a quantity has the wrong dimension, a temperature is not above 0, or as `numeric.stability_diagram`.
    ImportError
        If pint is not installed.

    Examples
    --------
    >>> from numeric import LevelScheme, LeverArms
    >>> from qdverify.laboratory import GAAS, diagram_in_millivolts
    >>> scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    >>> arms = LeverArms(gate=0.1, left=0.3, right=0.4)
    >>> found = diagram_in_millivolts(scheme, GAAS, gate=[10.96], bias=[1.0], temperature="100 mK", lever_arms=arms)
    >>> found["I"].dims, round(found["I"].item(), 2), found["I"].units
    (('bias', 'gate'), 53.41, 'pA')
    """
    scales, arms = Scales.of(material, rates), as_instance("lever_arms", lever_arms, LeverArms)
    V_G, V = read_axis("gate", gate, "mV"), read_axis("bias", bias, "mV")
    millivolt = material.energy("1 mV")
    of_each = temperature if isinstance(temperature, tuple) else (temperature, temperature)
    if len(of_each) != 2:
        raise ValueError(f"temperature={temperature!r} must be one for both leads, or one for L and one for R")
    kT = thermal_energy(material, of_each[0]), thermal_energy(material, of_each[1])
    if of_each[0] != of_each[1] and kT[0] == kT[1]:
        # leads of unlike temperatures are not at rest, though rounding makes them alike: no exact zeros are due
        kT = kT[0], math.nextafter(kT[0], math.inf)
    phi, eV, split = arms.gate * V_G * millivolt, V * millivolt, arms.split(share)
    found = stability_diagram(
        scheme, bias=eV, gate=phi, kT=kT, rates=scales.rates, split=split, heat=heat, progress=progress
    )
    factor = share_of_rates(scheme, gate=phi, bias=eV, split=split, kT=kT)
    arrays = {
        "I": (scales.current, "pA", "current from L to R"),
        "dI_dV": (scales.conductance, "e^2/h", "dI/dV"),
    }
    errors = {name: scaled_by(found[f"{name}_error"].values, factor) for name in arrays}
    for lead in ("L", "R") if heat else ():
        name, counted = f"J_{lead}", found[f"I_{lead}_error"].values
        arrays[name] = scales.heat, "fW", f"heat out of {lead}"
        errors[name] = error_of_heat(found[f"{name}_error"].values, counted, factor, gate=phi, bias=eV)
    result = found[[]].assign_coords(
        gate=("gate", V_G, {"units": "mV", "long_name": "gate voltage"}),
        bias=("bias", V, {"units": "mV", "long_name": "bias"}),
    )
    for name, (scale, unit, text) in arrays.items():
        value, error = converted(found[name].values, errors[name], scale)
        result[name] = ("bias", "gate"), value, {"units": unit, "long_name": text}
        bound = {"units": unit, "long_name": f"bound on the error of {text if name == 'dI_dV' else name}"}
        result[f"{name}_error"] = ("bias", "gate"), error, bound
    result.attrs = {"temperature": str(temperature), "rates": [str(rate) for rate in rates], "share": float(share)}
    return result

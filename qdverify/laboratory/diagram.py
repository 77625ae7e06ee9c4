"""Stability diagrams as they are measured: millivolts at the gate and between the leads, pA, e^2/h, fW."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

from numeric import LevelScheme, LeverArms, stability_diagram
from numeric.validation import as_instance
from qdverify.laboratory.material import Material
from qdverify.laboratory.quantities import Quantity, read_axis
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
    kT = material.energy(of_each[0]), material.energy(of_each[1])
    for given, one in zip(of_each, kT, strict=True):
        if not one > 0:
            raise ValueError(f"temperature={given!r} must be above 0")
    found = stability_diagram(
        scheme,
        bias=V * millivolt,
        gate=arms.gate * V_G * millivolt,
        kT=kT,
        rates=scales.rates,
        split=arms.split(share),
        heat=heat,
        progress=progress,
    )
    arrays = {
        "I": (found["I"], scales.current, "pA", "current from L to R"),
        "I_error": (found["I_error"], scales.current, "pA", "bound on the error of I"),
        "dI_dV": (found["dI_dV"], scales.conductance, "e^2/h", "dI/dV"),
        "dI_dV_error": (found["dI_dV_error"], scales.conductance, "e^2/h", "bound on the error of dI/dV"),
    }
    for name in ("L", "R") if heat else ():
        arrays[f"J_{name}"] = found[f"J_{name}"], scales.heat, "fW", f"heat out of {name}"
        arrays[f"J_{name}_error"] = found[f"J_{name}_error"], scales.heat, "fW", f"bound on the error of J_{name}"
    result = found[[]].assign_coords(
        gate=("gate", V_G, {"units": "mV", "long_name": "gate voltage"}),
        bias=("bias", V, {"units": "mV", "long_name": "bias"}),
    )
    for name, (values, factor, unit_name, text) in arrays.items():
        result[name] = ("bias", "gate"), values.values * factor, {"units": unit_name, "long_name": text}
    result.attrs = {"temperature": str(temperature), "rates": [str(rate) for rate in rates], "share": float(share)}
    return result

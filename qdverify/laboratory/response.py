"""Linear response as it is measured: thermopower in microvolts per kelvin over gate voltage and temperature."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

from numeric import LevelScheme, LeverArms, response_map
from numeric.validation import as_instance
from qdverify.laboratory.material import Material
from qdverify.laboratory.quantities import Quantity, read_axis
from qdverify.laboratory.rounding import converted, response_with_conversions
from qdverify.laboratory.scales import Scales

if TYPE_CHECKING:
    import xarray as xr


def response_in_millivolts(
    scheme: LevelScheme,
    material: Material,
    *,
    gate: ArrayLike,
    temperature: ArrayLike,
    lever_arms: LeverArms,
    rates: tuple[Quantity, Quantity] = ("1 GHz", "1 GHz"),
    progress: Callable[[int, int], object] | None = None,
) -> xr.Dataset:
    """Compute conductance, thermopower, heat conductance and figure of merit over gate voltage and temperature.

    Parameters
    ----------
    scheme
        Levels and transitions, in effective atomic units.
    material
        What these units are.
    gate
        Gate voltages in mV, (g,), converted if they have another unit.
    temperature
        Temperatures in K, (k,), positive; converted if they have another unit.
    lever_arms, rates, progress
        As `diagram_in_millivolts`; at rest only the lever arm of the gate counts.

    Returns
    -------
    xarray.Dataset
        (temperature, gate) each: `conductance` in e^2/h, `thermopower` in uV/K, `heat_conductance` in fW/K,
        `figure_of_merit`, ZT of the electrons alone, and bounds on their absolute errors under these names with
        `_error` appended. The thermopower is -(V_hot - V_cold) / (T_hot - T_cold) without a current, so it is negative
        where electrons of higher energy than the chemical potential carry the heat. If the heat conductance is lost
        to rounding, ZT is as `numeric.response_map` says.

        The bounds hold for the numbers as they are given, with E_H* the double that `material.hartree` shows: the
        rounding of all conversions counts, to first order. Axes are the doubles that the coordinates show, in mV and K.

    Raises
    ------
    ValueError
        If a quantity has the wrong dimension, a temperature is not above 0, or as `numeric.response_map`.
    ImportError
        If pint is not installed.

    Examples
    --------
    Half a millielectronvolt above the chemical potential, at 1 K:

    >>> from numeric import LevelScheme, LeverArms
    >>> from qdverify.laboratory import GAAS, response_in_millivolts
    >>> scheme = LevelScheme([0, 1], [0.0, GAAS.energy("0.5 meV")], [0, 1], [0], [1], [0.5])
    >>> options = {"temperature": [1.0], "lever_arms": LeverArms(gate=0.1)}
    >>> found = response_in_millivolts(scheme, GAAS, gate=[0.0, 10.0], **options)
    >>> found["thermopower"].dims, found["thermopower"].values.round(6).tolist(), found["thermopower"].units
    (('temperature', 'gate'), [[-500.0, 500.0]], 'uV/K')
    """
    import xarray as xr  # noqa: PLC0415  (takes half a second, which only maps should cost)

    scales, arms = Scales.of(material, rates), as_instance("lever_arms", lever_arms, LeverArms)
    V_G, T = read_axis("gate", gate, "mV"), read_axis("temperature", temperature, "K")
    if not T.min() > 0:
        raise ValueError(f"temperature={T.min()} must be above 0")
    phi, kT = arms.gate * V_G * material.energy("1 mV"), T * material.energy("1 K")
    sheets = response_map(scheme, gate=phi, kT=kT, rates=scales.rates, progress=progress)
    of_model = {str(name): sheet.values for name, sheet in sheets.items()}
    found = response_with_conversions(scheme, of_model, gate=phi, kT=kT)
    described = {
        "conductance": (scales.conductance, "e^2/h", "conductance"),
        "thermopower": (scales.thermopower, "uV/K", "thermopower"),
        "heat_conductance": (scales.heat_conductance, "fW/K", "heat conductance"),
        "figure_of_merit": (1.0, "1", "figure of merit ZT of the electrons"),
    }
    arrays = {}
    for name, (factor, unit, text) in described.items():
        bound = {"units": unit, "long_name": f"bound on the absolute error of the {text}"}
        value, error = converted(found[name], found[f"{name}_error"], factor)
        arrays[name] = ("temperature", "gate"), value, {"units": unit, "long_name": text}
        arrays[f"{name}_error"] = ("temperature", "gate"), error, bound
    return xr.Dataset(
        arrays,
        {
            "gate": ("gate", V_G, {"units": "mV", "long_name": "gate voltage"}),
            "temperature": ("temperature", T, {"units": "K", "long_name": "temperature"}),
        },
        attrs={"rates": [str(rate) for rate in rates]},
    )

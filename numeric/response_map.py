"""Maps of linear response: conductance, thermopower, heat conductance and figure of merit over gate and temperature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from numeric.arrays import FloatArray
from numeric.diagram import Progress, with_bounds
from numeric.estimates import Estimate
from numeric.level_scheme import LevelScheme
from numeric.linear_response import AtRest, LinearResponse, both_coupled
from numeric.scaled import divide, from_float
from numeric.units import unit_of
from numeric.validation import LARGEST_ARRAY, as_axis, as_float, as_floats, check_progress

if TYPE_CHECKING:
    import xarray as xr

POINTS_AT_ONCE = 2**15
"""Points of a block: results and intermediate numbers of more would leave the cache, and memory in the end."""
QUANTITIES = ("conductance", "thermopower", "heat_conductance", "figure_of_merit")


def response_map(
    scheme: LevelScheme,
    *,
    gate: ArrayLike,
    kT: ArrayLike,
    rates: tuple[float, float] = (1.0, 1.0),
    mu: float = 0.0,
    resolved: bool = False,
    zeeman: float = 0.0,
    unit: str = "E_H*",
    progress: Progress | None = None,
) -> xr.Dataset:
    """Compute conductance, thermopower, heat conductance and figure of merit at V = 0 over gate and temperature.

    Parameters
    ----------
    scheme
        Levels and transitions.
    gate, kT
        Axis values e phi, (g,), and temperatures, (k,), positive.
    rates
        t_L and t_R, both coupled to the dot.
    mu
        Chemical potential of both leads.
    resolved, zeeman
        As `numeric.stationary.stationary_state`.
    unit, progress
        As `stability_diagram`.

    Returns
    -------
    xarray.Dataset
        (kT, gate) each: `conductance`, dI/dV; `thermopower`, in units of k_B per electron, and `heat_conductance` as
        `LinearResponse` defines them; `figure_of_merit`, ZT of the electrons alone; and bounds on their absolute errors
        under these names with `_error` appended. Where heat without a current is lost to rounding, as through one
        transition, the bound on ZT is infinite and its value is the least that it can be. Numbers below 2**-1074
        read 0.

    Raises
    ------
    ValueError
        If an axis is empty or not finite, a temperature is not positive, the grid has too many points, `progress`
        cannot be called, or as `linear_response`.
    OverflowError
        If a number exceeds the largest float64: rates are too large.
    ArithmeticError
        If the conductance at a point is lost to rounding, as `linear_response`.

    Examples
    --------
    >>> from numeric import LevelScheme, response_map
    >>> scheme = LevelScheme([0, 1, 1], [0.0, 0.1, 0.2], [0, 1, 1], [0, 0], [1, 2], [0.5, 0.5])
    >>> found = response_map(scheme, gate=[0.0, 0.1], kT=[0.02, 0.05])
    >>> found["thermopower"].dims, found["thermopower"].values.round(4).tolist()
    (('kT', 'gate'), [[5.0337, 0.066], [2.2622, 0.385]])
    """
    import xarray as xr  # noqa: PLC0415  (takes half a second, which only maps should cost)

    phi, T = as_axis("gate", gate), as_axis("kT", kT)
    result = response_arrays(
        scheme, gate=phi, kT=T, rates=rates, mu=mu, resolved=resolved, zeeman=zeeman, progress=progress
    )
    named = {
        **{name: name.replace("_", " ") for name in QUANTITIES[:-1]},
        "figure_of_merit": "figure of merit ZT of the electrons",
    }
    described = with_bounds({name: {"units": unit_of(name, unit), "long_name": text} for name, text in named.items()})
    return xr.Dataset(
        {name: (("kT", "gate"), sheet, described[name]) for name, sheet in result.items()},
        {
            "gate": ("gate", phi, {"units": unit, "long_name": "e phi"}),
            "kT": ("kT", T, {"units": unit, "long_name": "temperature"}),
        },
        attrs={
            "rates": as_floats("rates", rates, shape=(2,), minimum=0.0).tolist(),
            "mu": as_float("mu", mu),
            "resolved": int(resolved),
            "zeeman": as_float("zeeman", zeeman),
        },
    )


def response_arrays(
    scheme: LevelScheme,
    *,
    gate: ArrayLike,
    kT: ArrayLike,
    rates: tuple[float, float] = (1.0, 1.0),
    mu: float = 0.0,
    resolved: bool = False,
    zeeman: float = 0.0,
    progress: Progress | None = None,
) -> dict[str, FloatArray]:
    """Return the arrays of `response_map` by name, (kT, gate), without xarray, which takes seconds to load.

    Parameters, errors and names are those of `response_map`.
    """
    phi, mu = as_axis("gate", gate), as_float("mu", mu)
    T = as_axis("kT", kT)
    for value in T.tolist():
        as_float("kT", value, positive=True)
    points = T.size * phi.size
    if points > LARGEST_ARRAY:
        raise ValueError(f"kT and gate, {T.size} x {phi.size}, must give at most {LARGEST_ARRAY} numbers")
    check_progress(progress)
    network = both_coupled(scheme, rates, resolved=resolved, zeeman=zeeman)
    at_rest = AtRest.of(scheme, network, kT=T, gates=phi, mu=mu, zeeman=as_float("zeeman", zeeman), points=points)
    result = {f"{name}{end}": np.empty(points) for name in QUANTITIES for end in ("", "_error")}
    for start in range(0, points, POINTS_AT_ONCE):
        stop = min(start + POINTS_AT_ONCE, points)
        row, column = np.divmod(np.arange(start, stop), phi.size)
        _fill(at_rest.response(phi[column], row), T[row], {name: sheet[start:stop] for name, sheet in result.items()})
        if progress is not None:
            progress(stop, points)
    return {name: sheet.reshape(T.size, phi.size) for name, sheet in result.items()}


def _fill(response: LinearResponse, kT: FloatArray, result: dict[str, FloatArray]) -> None:
    """Fill one block of points."""
    per_kT = from_float(kT)
    L11 = response.L11
    found = {
        # the quotient is rounded once: the bound holds a rounding to float64 more than it needs
        "conductance": Estimate(divide(L11.scaled, per_kT), divide(L11.error, per_kT)),
        "thermopower": response.thermopower,
        "heat_conductance": response.heat_conductance,
    }
    for name, estimate in found.items():
        result[name][:], result[f"{name}_error"][:] = estimate.value, estimate.bound
    merit, error = response.least_figure_of_merit()
    result["figure_of_merit"][:], result["figure_of_merit_error"][:] = merit, error

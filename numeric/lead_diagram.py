"""Maps of devices with any number of leads: currents and heat over any two of the chemical potentials and the gate.

Each point is that of `numeric.transport.lead_flows` and `numeric.heat.heat_currents`, and its bounds are derived in the
same way; blocks of points run through the compiled loops of `numeric.flow_kernel` if the map is large and numba is
installed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numeric.arrays import FloatArray, IntArray
from numeric.chain import coupled_leads
from numeric.current import derivative_of
from numeric.diagram import Progress, with_bounds
from numeric.diagram_points import Block, Plane, compiled_flows, flows_in_numpy, retain_memory, with_small_bias
from numeric.estimates import Estimate
from numeric.fast_flows import fast_flows
from numeric.level_scheme import Lead, LevelScheme, as_leads, lead_rates, lead_temperatures
from numeric.network import network_of
from numeric.rates import axis_factor, edge_factors, in_units_of_coldest, of_coupled
from numeric.scaled import Scaled, divide, from_float, multiply
from numeric.transport import bias_over_temperature
from numeric.units import unit_of
from numeric.validation import LARGEST_ARRAY, as_axis, as_flag, as_float, check_progress, shown

if TYPE_CHECKING:
    import xarray as xr

GATE, LEADS = "gate", "lead"
"""Names of the axis of gates, and of the dimension of leads."""


def lead_diagram(
    scheme: LevelScheme,
    leads: Sequence[Lead],
    *,
    axes: Mapping[str, ArrayLike],
    kT: float,
    gate: float = 0.0,
    resolved: bool = False,
    zeeman: float = 0.0,
    heat: bool = False,
    derivative: str | None = None,
    unit: str = "E_H*",
    progress: Progress | None = None,
) -> xr.Dataset:
    """Compute the currents of all leads over any two of their chemical potentials and the gate.

    Parameters
    ----------
    scheme
        Levels and transitions.
    leads
        Any number of leads, each with a temperature of its own if it has one.
    axes
        Two axes by name, {vertical: values, horizontal: values}: the name of a lead for its chemical potential, which
        then takes the place of `mu`, or "gate".
    kT
        Temperature of every lead that has none of its own, positive.
    gate
        e phi, if it is no axis.
    resolved, zeeman
        As `numeric.stationary.stationary_state`.
    heat
        Return the heat currents too.
    derivative
        Name of a lead, or "gate": return the derivative of all currents by its chemical potential, or by e phi.
    unit, progress
        As `stability_diagram`.

    Returns
    -------
    xarray.Dataset
        `I`, the net flow into the dot from each lead, and a bound `I_error` on its absolute error, (lead, vertical,
        horizontal); with `heat` also the heat out of each lead `J` and `J_error`; with `derivative` also `dI` and
        `dI_error`. Currents are exactly zero where all coupled leads have one chemical potential and one temperature.
        Numbers below 2**-1074 read 0.

    Raises
    ------
    ValueError
        If there are not two axes, an axis is none of the leads or "gate", is named like a dimension or an array of the
        map, is empty or not finite, if the grid has too many points, `derivative` names no lead, or as
        `stability_diagram`.
    OverflowError
        If a number exceeds the largest float64: rates are too large.

    Examples
    --------
    A probe between source and drain takes no current at one chemical potential:

    >>> from numeric import Lead, LevelScheme, lead_diagram
    >>> scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    >>> leads = [Lead("source", 1.0, 0.2), Lead("drain", 1.0, 0.0), Lead("probe", 1.0, 0.0, kT=0.05)]
    >>> found = lead_diagram(scheme, leads, axes={"gate": [-0.1, 0.0], "probe": [0.0, 0.1, 0.2]}, kT=0.01)
    >>> found["I"].dims
    ('lead', 'gate', 'probe')
    >>> found["I"].sel(lead="probe", gate=0.0).values.round(4).tolist()
    [-0.1849, 0.0, 0.156]
    """
    import xarray as xr  # noqa: PLC0415  (takes half a second, which only maps should cost)

    chosen = as_leads(leads)
    result = lead_arrays(
        scheme,
        chosen,
        axes=axes,
        kT=kT,
        gate=gate,
        resolved=resolved,
        zeeman=zeeman,
        heat=heat,
        derivative=derivative,
        progress=progress,
    )
    moved = "e phi" if derivative == GATE else f"mu of {derivative}"
    described = with_bounds(
        {
            "I": {"units": unit_of("I", unit), "long_name": "net flow into the dot"},
            "J": {"units": unit_of("J", unit), "long_name": "heat out of the lead"},
            "dI": {"units": unit_of("dI", unit), "long_name": f"derivative of I by {moved}"},
        }
    )
    named = {name: as_axis(name, values) for name, values in axes.items()}
    dims = (LEADS, *named)
    return xr.Dataset(
        {name: (dims, sheet, described[name]) for name, sheet in result.items()},
        {LEADS: [lead.name for lead in chosen]}
        | {
            name: (name, axis, {"units": unit, "long_name": "e phi" if name == GATE else f"mu of {name}"})
            for name, axis in named.items()
        },
        attrs={
            "kT": lead_temperatures(chosen, as_float("kT", kT)),
            "kT_units": unit,
            "gate": float(gate),
            "resolved": int(resolved),
            "zeeman": float(zeeman),
        },
    )


def lead_arrays(
    scheme: LevelScheme,
    leads: Sequence[Lead],
    *,
    axes: Mapping[str, ArrayLike],
    kT: float,
    gate: float = 0.0,
    resolved: bool = False,
    zeeman: float = 0.0,
    heat: bool = False,
    derivative: str | None = None,
    progress: Progress | None = None,
) -> dict[str, FloatArray]:
    """Return the arrays of `lead_diagram` by name, (leads, vertical, horizontal), without xarray.

    Parameters, errors and names are those of `lead_diagram`.
    """
    chosen, kT, gate = as_leads(leads), as_float("kT", kT, positive=True), as_float("gate", gate)
    names, heat = [lead.name for lead in chosen], as_flag("heat", heat)
    wanted = ["I", "I_error", *(["J", "J_error"] if heat else [])]
    if derivative is not None:
        wanted += ["dI", "dI_error"]
    grid = _Grid.of(chosen, axes, gate, wanted)
    given: object = derivative
    if given is not None and not (isinstance(given, str) and given in {*names, GATE}):
        raise ValueError(f"derivative={shown(derivative)} must be one of {[*names, GATE]}, or None")
    check_progress(progress)
    network = network_of(scheme, lead_rates(chosen), resolved=resolved, zeeman=zeeman)
    temperatures = of_coupled(network.chain, lead_temperatures(chosen, kT)).tolist()
    field = as_float("zeeman", zeeman)
    moved = np.array([derivative in {name, GATE} for name in names], dtype=np.float64)
    mu_slope, coldest = in_units_of_coldest(network.chain, moved, temperatures)
    edge, coupled = edge_factors(network.chain, temperatures), coupled_leads(network.chain)
    states = scheme.electrons[network.chain.level]
    fast = fast_flows(network, states, edge, mu_slope, zeeman=field, points=grid.points)
    plane = Plane(network=network, fast=fast, edge=edge, mu_slope=mu_slope, zeeman=field)
    result = {name: np.zeros((len(chosen), grid.points)) for name in wanted}
    slope_unit = divide(from_float(1.0), from_float(coldest))
    retain_memory()
    for start in range(0, grid.points, plane.points_at_once):
        stop = min(start + plane.points_at_once, grid.points)
        block = grid.block(plane, temperatures, np.arange(start, stop))
        rest = _at_rest(block.mu[coupled], np.array(temperatures)[coupled])
        _fill(block, rest, slope_unit, {name: sheet[:, start:stop] for name, sheet in result.items()})
        if progress is not None:
            progress(stop, grid.points)
    return {name: sheet.reshape(len(chosen), *grid.shape) for name, sheet in result.items()}


@dataclass(frozen=True, eq=False)
class _Grid:
    """Two axes, (n,) each, the row of each among the leads, or -1 for the gate, and what stands still.

    Parameters
    ----------
    mu, gate
        Chemical potentials, (leads,), and the gate where they are no axis.
    """

    values: tuple[FloatArray, FloatArray]
    rows: tuple[int, int]
    mu: FloatArray
    gate: float

    @property
    def shape(self) -> tuple[int, int]:
        """Number of values of either axis."""
        return self.values[0].size, self.values[1].size

    @property
    def points(self) -> int:
        """Number of points."""
        return self.values[0].size * self.values[1].size

    @classmethod
    def of(cls, leads: Sequence[Lead], axes: object, gate: float, arrays: Sequence[str]) -> _Grid:
        """Check the axes of a map with these arrays."""
        names = [lead.name for lead in leads]
        if not isinstance(axes, Mapping) or len(axes) != 2:
            raise ValueError(f"axes={shown(axes)} must be two: the name of a lead, or {GATE!r}, with its values each")
        rows = []
        for name in axes:
            if name == LEADS:
                raise ValueError(f"axis {name!r} must have another name, which the dimension of leads has")
            if name in arrays:
                raise ValueError(f"axis {name!r} must have another name, which an array of the map has")
            if (name in names) == (name == GATE):
                raise ValueError(f"axis {shown(name)} must be the gate or one lead: {GATE!r}, or one of {names}")
            rows.append(-1 if name == GATE else names.index(name))
        first, second = (as_axis(str(name), values) for name, values in axes.items())
        if first.size * second.size * len(names) > LARGEST_ARRAY:
            raise ValueError(
                f"axes of {first.size} and {second.size} points with {len(names)} leads must give at most"
                f" {LARGEST_ARRAY} numbers"
            )
        return cls((first, second), (rows[0], rows[1]), np.array([lead.mu for lead in leads]), gate)

    def block(self, plane: Plane, temperatures: list[float], points: IntArray) -> Block:
        """Return the points of these numbers, the second axis running first."""
        mu = np.repeat(self.mu[:, None], points.size, axis=1)
        gate = np.full(points.size, self.gate)
        places = np.divmod(points, self.values[1].size)
        for row, values, place in zip(self.rows, self.values, places, strict=True):
            if row < 0:
                gate = values[place]
            else:
                mu[row] = values[place]
        kT, mu = np.array(temperatures)[:, None], of_coupled(plane.network.chain, mu)
        alike = len(temperatures) == 2 and temperatures[0] == temperatures[1]
        v = bias_over_temperature(mu, temperatures[0]) if alike else None
        return Block(plane, multiply(axis_factor(gate, kT), axis_factor(mu, kT)), mu, gate, v)


def _at_rest(mu: FloatArray, temperatures: FloatArray) -> NDArray[np.bool_]:
    """Return at which points coupled leads, of potentials (leads, points), have one potential and one temperature."""
    rest: NDArray[np.bool_] = (mu == mu[:1]).all(axis=0) & bool((temperatures == temperatures[:1]).all())
    return rest


def _fill(block: Block, rest: NDArray[np.bool_], slope_unit: Scaled, result: dict[str, FloatArray]) -> None:
    """Fill one block of points."""
    plane, heat = block.plane, "J" in result
    if plane.fast is None:
        _, _, flows = flows_in_numpy(block, every=heat, slopes=heat or "dI" in result, heat=heat)
    else:
        flows = compiled_flows(block, plane.fast, heat=heat)
    for name, found in zip(("I", "J"), flows, strict=False):
        estimate = Estimate(*with_small_bias(block, found, heat=name == "J"))
        for sheet, values in zip((result[name], result[f"{name}_error"]), estimate.in_floats(), strict=True):
            sheet[:] = np.where(rest, 0.0, values)
    if "dI" in result:
        slopes = derivative_of(plane.network, flows[0])
        parts = (multiply(Scaled(part, slopes.exponent), slope_unit) for part in (slopes.into, slopes.error))
        result["dI"][:], result["dI_error"][:] = Estimate(*parts).in_floats()

"""Stability diagrams: currents and differential conductance over the plane of gate and bias (Fig. 1 of [J96]).

The bias V is split between the leads, mu_L = split V and mu_R = (split - 1) V, and dI/dV follows both. The points are
computed in blocks that fit the cache; each block runs the elimination of `numeric.elimination` on all its points at
once, or, if the map is large and numba is installed, the compiled loops of `numeric.flow_kernel`.

Each barrier counts the current as in minus out. If one barrier is far more open than the other, the two nearly cancel
there: with t_R / t_L = 1e13 no more than three digits are left at R, and all of them at L. Each count therefore comes
with its error bound, and `I` is the count with the smaller bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from numeric.arrays import FloatArray
from numeric.chain import coupled_leads, exchange_electrons
from numeric.current import Flows, derivative_of
from numeric.diagram_points import Block, Plane, compiled_flows, flows_in_numpy, retain_memory, with_small_bias
from numeric.elimination import Quantities
from numeric.estimates import Estimate
from numeric.fast_flows import fast_flows
from numeric.level_scheme import LevelScheme
from numeric.network import Network, network_of
from numeric.noise import fano_factor, noise_at
from numeric.rates import LeadRates, axis_factor, edge_factors, in_units_of_coldest, of_coupled
from numeric.scaled import Scaled, chosen, divide, from_float, last_place, multiply
from numeric.transport import as_rates, bias_over_temperature, unit_slopes
from numeric.units import unit_of
from numeric.validation import LARGEST_ARRAY, as_axis, as_flag, as_float, as_floats, as_instance, check_progress

if TYPE_CHECKING:
    import xarray as xr

COUNTED = ("I_L", "I_R", "I_L_error", "I_R_error")
BEST = ("I", "I_error")
CONDUCTANCE = ("dI_dV", "dI_dV_error")
NOISE = ("noise", "noise_error", "fano", "fano_error")
POPULATION = ("population", "population_error")
CARRIED = ("J_L", "J_R", "J_L_error", "J_R_error")
LOST = 0.5
"""Bound on the relative error from which a number counts as lost."""
Progress = Callable[[int, int], object]
"""Takes the number of points done and of all points."""


def stability_diagram(
    scheme: LevelScheme,
    *,
    bias: ArrayLike,
    gate: ArrayLike,
    kT: float | tuple[float, float],
    rates: tuple[float, float] = (1.0, 1.0),
    split: float = 0.5,
    resolved: bool = False,
    zeeman: float = 0.0,
    conductance: bool = True,
    populations: bool = False,
    noise: bool = False,
    heat: bool = False,
    unit: str = "E_H*",
    progress: Progress | None = None,
) -> xr.Dataset:
    """Compute currents and dI/dV on a grid.

    Parameters
    ----------
    scheme
        Levels and transitions.
    bias, gate
        Axis values V, (b,), and e phi, (g,).
    kT
        Temperature, positive, or those of L and R, (2,).
    rates
        t_L and t_R.
    split
        Share of the bias that falls on L: mu_L = split V, mu_R = (split - 1) V, rounded to doubles, for which all error
        bounds hold.
    resolved, zeeman
        As `numeric.stationary.stationary_state`.
    conductance
        Return dI/dV; the currents alone cost less.
    populations
        Return the level populations too.
    noise
        Return zero-frequency noise and Fano factor too, at about four times the cost.
    heat
        Return the heat currents out of both leads too.
    unit
        Unit of all energies, for labels only: effective Hartrees, or that of your own dot's integrals, such as meV.
    progress
        Called after each block of points, which takes half a second at most, with the number of points done and of all
        points; the last call says that all are done. What it raises ends the computation.

    Returns
    -------
    xarray.Dataset
        `I_L`, `I_R` (from L to R, counted at either barrier), `I` (the count with the smaller bound) and, with
        `conductance`, `dI_dV`, (bias, gate); with `populations` also `population`, (level, bias, gate); with `noise`
        also `noise` and `fano`, as `numeric.noise` defines them; with `heat` also `J_L`, `J_R`, as `heat_currents`
        defines them. Each comes with a bound on its absolute error, named with `_error` appended. If the current is an
        exact zero, `fano` is infinite and its bound 0. If it is lost to rounding, as between two temperatures whose
        currents cancel, `fano` is the least that it can be and its bound infinite. Numbers below 2**-1074 read 0. Units
        stand in the attributes of each array, kT, rates, split, resolved (0 or 1) and zeeman in those of the dataset.

    Raises
    ------
    ValueError
        If an axis is empty or not finite, if the grid has too many points, if kT <= 0, if `progress` cannot be called,
        or as `stationary_state`.
    OverflowError
        If a number exceeds the largest float64: rates are too large.
    ArithmeticError
        If the noise is lost to rounding: a tiny bias on a dot that hardly ever switches between two currents.

    Notes
    -----
    `diagram["dI_dV"].plot()` draws the diagram with matplotlib, which is loaded only then: the gate along x, the bias
    along y, so that a Coulomb diamond stands upright. At zero bias its corners are the resonances of
    `coulomb_peaks`.

    Examples
    --------
    >>> from numeric import LevelScheme, stability_diagram
    >>> scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    >>> diagram = stability_diagram(scheme, bias=[0.0, 0.02], gate=[0.0, 0.1, 0.2], kT=0.001)
    >>> diagram["I"].dims, diagram["I"].sel(bias=0.02).values.round(4).tolist()
    (('bias', 'gate'), [0.0, 0.3333, 0.0])

    Watch a long one:

    >>> watched = stability_diagram(
    ...     scheme, bias=[0.0, 0.02], gate=[0.0, 0.1, 0.2], kT=0.001, progress=lambda done, points: print(done, points)
    ... )
    6 6
    """
    V, phi = as_axis("bias", bias), as_axis("gate", gate)
    result = stability_arrays(
        scheme,
        bias=V,
        gate=phi,
        kT=kT,
        rates=rates,
        split=split,
        resolved=resolved,
        zeeman=zeeman,
        conductance=conductance,
        populations=populations,
        noise=noise,
        heat=heat,
        progress=progress,
    )
    t = as_rates(rates, "lead_diagram")
    setting = {"kT": kT, "rates": t, "split": split, "resolved": int(resolved), "zeeman": zeeman}
    floats: dict[str, Any] = {name: as_float(name, setting[name]) for name in ("split", "zeeman")}
    temperatures = as_temperatures(kT)
    floats["kT"] = temperatures if np.ndim(kT) else temperatures[0]
    return _dataset(scheme, V, phi, result, setting | floats, unit=str(unit))


def stability_arrays(
    scheme: LevelScheme,
    *,
    bias: ArrayLike,
    gate: ArrayLike,
    kT: float | tuple[float, float],
    rates: tuple[float, float] = (1.0, 1.0),
    split: float = 0.5,
    resolved: bool = False,
    zeeman: float = 0.0,
    conductance: bool = True,
    populations: bool = False,
    noise: bool = False,
    heat: bool = False,
    progress: Progress | None = None,
) -> dict[str, FloatArray]:
    """Return the arrays of `stability_diagram` by name, without xarray, which takes seconds to load.

    Parameters, errors and names are those of `stability_diagram`; each array is (bias, gate), that of the populations
    (level, bias, gate).
    """
    temperatures, split = as_temperatures(kT), as_float("split", split)
    V, phi = as_axis("bias", bias), as_axis("gate", gate)
    t = as_rates(rates, "lead_diagram")
    flags = {"conductance": conductance, "populations": populations, "noise": noise, "heat": heat}
    conductance, populations, noise, heat = (as_flag(name, value) for name, value in flags.items())
    as_instance("scheme", scheme, LevelScheme)
    check_progress(progress)
    points = V.size * phi.size * (scheme.energies.size if populations else 1)
    if points > LARGEST_ARRAY:
        raise ValueError(f"bias and gate, {V.size} x {phi.size}, must give at most {LARGEST_ARRAY} numbers")
    network = network_of(scheme, t, resolved=resolved, zeeman=zeeman)
    if noise and not coupled_leads(network.chain).all():
        raise ValueError(f"rates={t} with noise=True must couple both leads to the dot: there is no Fano factor else")
    if noise and not exchange_electrons(network.chain):
        raise ValueError("leads with noise=True must exchange electrons through the dot: there is no Fano factor else")
    with np.errstate(over="ignore"):
        mu = np.stack([split * V, (split - 1.0) * V])
    if not np.isfinite(mu).all():
        raise ValueError(f"split={split!r} must leave every chemical potential, split V and (split - 1) V, finite")
    mu = of_coupled(network.chain, mu)
    temperatures = of_coupled(network.chain, temperatures).tolist()
    mu_slope, unit = unit_slopes(split)
    mu_slope, coldest = in_units_of_coldest(network.chain, mu_slope, temperatures)
    field, edge = as_float("zeeman", zeeman), edge_factors(network.chain, temperatures)
    fast = None
    if not (populations or noise):
        states = scheme.electrons[network.chain.level]
        fast = fast_flows(network, states, edge, mu_slope, zeeman=field, points=V.size * phi.size)
    axes = _Axes.of(phi, mu, temperatures, divide(from_float(unit), from_float(coldest)))
    plane = Plane(network=network, fast=fast, edge=edge, mu_slope=mu_slope, zeeman=field)
    points = V.size * phi.size
    optional = ((conductance, CONDUCTANCE), (noise, NOISE), (heat, CARRIED))
    names = (*BEST, *COUNTED, *(name for wanted, group in optional if wanted for name in group))
    result = {name: np.zeros(points) for name in names}
    if populations:
        result |= {name: np.zeros((scheme.energies.size, points)) for name in POPULATION}
    _sweep(plane, axes, result, progress)
    return {name: sheet.reshape(*sheet.shape[:-1], V.size, phi.size) for name, sheet in result.items()}


def as_temperatures(kT: object) -> list[float]:
    """Return the temperatures of two leads, given one for both or one for each."""
    if np.ndim(kT) == 0:  # type: ignore[arg-type]  # whatever an untyped caller gives
        return [as_float("kT", kT, positive=True)] * 2
    values: list[float] = as_floats("kT", kT, shape=(2,)).tolist()
    return [as_float("kT", value, positive=True) for value in values]


@dataclass(frozen=True, eq=False)
class _Axes:
    """Gates and biases with their exponentials.

    Parameters
    ----------
    gate, mu
        exp(-gate / kT), (gates,), or (leads, gates) if temperatures differ, and exp(-mu / kT), (leads, biases).
    gates, potentials
        The numbers themselves, (gates,) and (leads, biases).
    v
        (mu_R - mu_L) / kT, (biases,); None if temperatures differ.
    slope_unit
        By what the kernel's derivatives are multiplied.
    """

    gate: Scaled
    mu: Scaled
    gates: FloatArray
    potentials: FloatArray
    v: Scaled | None
    slope_unit: Scaled

    @classmethod
    def of(cls, gates: FloatArray, mu: FloatArray, temperatures: list[float], slope_unit: Scaled) -> _Axes:
        """Take the exponentials of gates, (gates,), and potentials, (leads, biases)."""
        left, right = temperatures
        of_leads = np.array(temperatures)[:, None]
        gate = axis_factor(gates, left if left == right else of_leads)
        v = bias_over_temperature(mu, left) if left == right else None
        return cls(gate, axis_factor(mu, of_leads), gates, mu, v, slope_unit)

    def block(self, plane: Plane, start: int, stop: int) -> Block:
        """Return the points of these numbers, gate after gate for each bias."""
        bias, gate = np.divmod(np.arange(start, stop), self.gates.size)
        v = None if self.v is None else self.v[bias]
        potential = multiply(self.gate[..., gate], self.mu[:, bias])
        return Block(plane, potential, self.potentials[:, bias], self.gates[gate], v)


def _sweep(plane: Plane, axes: _Axes, result: dict[str, FloatArray], progress: Progress | None) -> None:
    """Fill every array of the result, (..., bias * gate), block by block."""
    total, size = axes.gates.size * axes.potentials.shape[1], plane.points_at_once
    retain_memory()
    for start in range(0, total, size):
        stop = min(start + size, total)
        sheets = {name: sheet[..., start:stop] for name, sheet in result.items()}
        _fill(axes.block(plane, start, stop), axes.slope_unit, sheets)
        if progress is not None:
            progress(stop, total)


def _fill(block: Block, slope_unit: Scaled, result: dict[str, FloatArray]) -> None:
    """Fill one block of points: I_L, I_R and dI/dV, and the optional quantities that were asked for."""
    plane, network, heat = block.plane, block.plane.network, "J_L" in result
    if plane.fast is None:
        every = not result.keys().isdisjoint(("noise", "population", "J_L"))
        rates, state, flows = flows_in_numpy(block, every=every, slopes=every or "dI_dV" in result, heat=heat)
    else:
        flows = compiled_flows(block, plane.fast, heat=heat)
    into, error = with_small_bias(block, flows[0], heat=False)
    current = Estimate(Scaled(into.mantissa * [[1.0], [-1.0]], into.exponent), error)
    value, bound = current.in_floats()
    best_at_L = bound[0] <= bound[1]
    if coupled_leads(network.chain).all():
        _put(result, COUNTED, (*value, *bound))
        _put(result, BEST, (np.where(best_at_L, L, R) for L, R in (value, bound)))
        if "dI_dV" in result:
            _put(result, CONDUCTANCE, _conductance(derivative_of(network, flows[0]), slope_unit).in_floats())
        if heat:
            of_leads = Estimate(*with_small_bias(block, flows[1], heat=True))
            _put(result, CARRIED, np.concatenate(of_leads.in_floats()))
    if "population" in result:
        _fill_populations(network, state, *(result[name] for name in POPULATION))
    if "noise" in result:
        flow = Estimate(*(chosen(best_at_L, part[0], part[1]) for part in (current.scaled, current.error)))
        _put(result, NOISE, _noise(block, rates, state, flow))


def _put(result: dict[str, FloatArray], names: Sequence[str], arrays: Iterable[FloatArray]) -> None:
    """Write arrays into those of these names."""
    for name, values in zip(names, arrays, strict=True):
        result[name][:] = values


def _fill_populations(network: Network, state: Quantities, total: FloatArray, error: FloatArray) -> None:
    """Add the populations of states to those of their levels, (levels, points), and bound the errors."""
    level = network.chain.level
    np.add.at(total, level, state.scaled.to_float())
    # states of one level are added up; each may be rounded to 0
    error[:] = network.population_error * total + np.bincount(level)[:, None] * last_place(total)


def _noise(block: Block, rates: LeadRates, state: Quantities, current: Estimate) -> tuple[FloatArray, ...]:
    """Return the arrays that `NOISE` names, given the current through either lead."""
    # between different temperatures no bias is equilibrium
    v = from_float(np.ones(block.gate.size)) if block.v is None else block.v
    noise = noise_at(block.plane.network, rates, state, current, v)
    if (noise.relative_error > LOST).any():
        left, right = block.mu[:, noise.relative_error.argmax()]
        raise ArithmeticError(f"the noise at V={left - right:.3g} is lost to rounding between two currents")
    return *noise.in_floats(), *fano_factor(noise, current)


def _conductance(derivative: Flows, unit: Scaled) -> Estimate:
    """Return dI/dV, counted at the barrier of the smaller error, (points,)."""
    (e_L, e_R), (left, right), (of_left, of_right) = derivative.exponent, derivative.into, derivative.error
    better_at_L = np.where(e_L == e_R, of_left < of_right, e_L < e_R)
    exponent = np.where(better_at_L, e_L, e_R)
    slope = Scaled(np.where(better_at_L, left, -right), exponent)
    error = Scaled(np.where(better_at_L, of_left, of_right), exponent)
    return Estimate(multiply(slope, unit), multiply(error, unit))


def with_bounds(described: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """Return attributes of arrays together with those of their error bounds."""
    bounds = {
        f"{name}_error": {**attributes, "long_name": f"bound on the absolute error of the {attributes['long_name']}"}
        for name, attributes in described.items()
    }
    return {**described, **bounds}


def _dataset(
    scheme: LevelScheme,
    V: FloatArray,
    phi: FloatArray,
    result: dict[str, FloatArray],
    setting: dict[str, Any],
    *,
    unit: str,
) -> xr.Dataset:
    import xarray as xr  # noqa: PLC0415  (takes half a second, which only diagrams should cost)

    counted = {"I": "the barrier of the smaller error bound", "I_L": "L", "I_R": "R"}
    named = {
        **dict.fromkeys(counted, "particle current from L to R"),
        "dI_dV": "differential conductance",
        "noise": "growth rate of the variance of the electrons transferred",
        "fano": "Fano factor",
        "population": "population of each level",
        "J_L": "heat current out of L",
        "J_R": "heat current out of R",
    }
    described: dict[str, Mapping[str, str]] = {
        name: {"units": unit_of(name, unit), "long_name": text}
        | ({"counted_at": counted[name]} if name in counted else {})
        for name, text in named.items()
    }
    described = with_bounds(described)
    # xarray draws the last axis along x: the gate, so that a diamond stands upright
    dataset = xr.Dataset(
        {
            name: ((*("level",) * (sheet.ndim - 2), "bias", "gate"), sheet, described[name])
            for name, sheet in result.items()
        },
        {
            "gate": ("gate", phi, {"units": unit_of("gate", unit), "long_name": "e phi"}),
            "bias": ("bias", V, {"units": unit_of("bias", unit), "long_name": "V"}),
        },
        attrs=setting | {"kT_units": unit},
    )
    if "population" in result:
        one = {"units": unit_of("two_S")}
        dataset = dataset.assign_coords(electrons=("level", scheme.electrons, one), two_S=("level", scheme.two_S, one))
    return dataset

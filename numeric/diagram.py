"""Stability diagrams: currents and differential conductance over the plane of gate and bias (Fig. 1 of [J96]).

The bias V is split between the leads, mu_L = split V and mu_R = (split - 1) V, and dI/dV follows both. Points are
worked off in blocks that fit the cache, shared among threads; every block runs the elimination of `numeric.elimination`
on all its points at once.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from numeric.current import SMALL_BIAS, barrier_flows, small_bias_flows
from numeric.level_scheme import Lead, LevelScheme
from numeric.network import Network, network_of
from numeric.rates import LeadRates, axis_factor, check_temperature, edge_factor, lead_rates_at
from numeric.scaled import FloatArray, Scaled, multiply
from numeric.stationary import populations_at

if TYPE_CHECKING:
    import xarray as xr

POINTS_PER_BLOCK = 496
"""A block's arrays stay in the second-level cache, and one row of points below the 4096 bytes from which copies may be
handed to slower string instructions."""


@dataclass(frozen=True, eq=False)
class _Plane:
    """What all blocks share: the chain, exp(E/kT) of its edges, and the exponentials of the two axes."""

    network: Network
    edge: Scaled
    gate: Scaled
    mu: Scaled
    v: FloatArray
    mu_slope: FloatArray


def stability_diagram(
    scheme: LevelScheme,
    *,
    bias: ArrayLike,
    gate: ArrayLike,
    kT: float,
    rates: tuple[float, float] = (1.0, 1.0),
    split: float = 0.5,
    resolved: bool = False,
    zeeman: float = 0.0,
    populations: bool = False,
    threads: int = 2,
) -> xr.Dataset:
    """Compute currents and dI/dV on a grid.

    Parameters
    ----------
    scheme
        Levels and transitions.
    bias, gate
        Axis values V, (b,), and e phi, (g,).
    kT
        Temperature, positive.
    rates
        t_L and t_R.
    split
        Share of the bias that falls on L: mu_L = split V, mu_R = (split - 1) V.
    resolved, zeeman
        As `numeric.stationary.stationary_state`.
    populations
        Return the level populations too.
    threads
        Blocks worked on at the same time.

    Returns
    -------
    xarray.Dataset
        `I_L`, `I_R` (from L to R, counted at either barrier) and `dI_dV`, (gate, bias); with `populations` also
        `population`, (level, gate, bias). Numbers below 2**-1074 read 0. Units stand in the attributes.

    Raises
    ------
    ValueError
        For an empty or non-finite axis, kT <= 0, or as `stationary_state`.
    """
    check_temperature(kT)
    V, phi = _axis("bias", bias), _axis("gate", gate)
    if not np.isfinite(split):
        raise ValueError(f"split={split!r} must be finite")
    if threads < 1:
        raise ValueError(f"threads={threads!r} must be at least 1")
    for name, rate in zip("LR", rates, strict=True):
        Lead(name, rate, 0.0)
    network = network_of(scheme, rates, resolved=resolved, zeeman=zeeman)
    mu = np.stack([split * V, (split - 1.0) * V])
    plane = _Plane(
        network=network,
        edge=edge_factor(network.chain, kT),
        gate=axis_factor(phi, kT),
        mu=axis_factor(mu, kT),
        v=(mu[1] - mu[0]) / kT,
        mu_slope=np.array([split, split - 1.0]),
    )
    result = _sweep(plane, populations=populations, threads=threads)
    return _dataset(scheme, V, phi, result / np.array([1.0, 1.0, kT] + [1.0] * (len(result) - 3))[:, None, None], kT)


def _axis(name: str, values: ArrayLike) -> FloatArray:
    axis = np.atleast_1d(np.asarray(values, dtype=np.float64))
    if axis.ndim != 1 or axis.size == 0 or not np.all(np.isfinite(axis)):
        raise ValueError(f"{name}={values!r} must be a non-empty list of finite numbers")
    return axis


def _sweep(plane: _Plane, *, populations: bool, threads: int) -> FloatArray:
    """Return I_L, I_R, kT dI/dV and the populations asked for, (quantities, bias, gate)."""
    biases, gates = plane.v.size, plane.gate.mantissa.size
    chain = plane.network.chain
    levels = int(chain.level[-1]) + 1 if populations else 0
    result = np.zeros((3 + levels, biases * gates))
    starts = range(0, biases * gates, POINTS_PER_BLOCK)

    def work(start: int) -> None:
        points = np.arange(start, min(start + POINTS_PER_BLOCK, biases * gates))
        _block(plane, points // gates, points % gates, result[:, points[0] : points[-1] + 1])

    with ThreadPoolExecutor(max_workers=threads) as pool:
        list(pool.map(work, starts))
    return result.reshape(3 + levels, biases, gates)


def _block(plane: _Plane, bias: NDArray[np.int64], gate: NDArray[np.int64], result: FloatArray) -> None:
    """Fill the columns of one block of points."""
    network = plane.network
    potential = multiply(plane.gate[gate], plane.mu[:, bias])
    rates = lead_rates_at(network.chain, plane.edge, potential, plane.mu_slope)
    state = populations_at(network, rates)
    flows = barrier_flows(network, rates, state)
    result[:2] = _float(flows.into, flows.exponent) * [[1.0], [-1.0]]
    slope, error = _float(flows.slope, flows.exponent), _float(flows.error, flows.exponent)
    result[2] = np.where(error[0] <= error[1], slope[0], -slope[1])
    if len(result) > 3:
        np.add.at(result[3:], network.chain.level, _float(state.mantissa, state.exponent))
    small = np.flatnonzero(np.abs(plane.v[bias]) <= SMALL_BIAS)
    if small.size:
        v = plane.v[bias[small]]
        flows = small_bias_flows(network, LeadRates(rates.terms.at(small), rates.edges), v)
        result[:2, small] = _float(flows.into * np.expm1([v, -v]), flows.exponent) * [[1.0], [-1.0]]


def _float(value: FloatArray, exponent: FloatArray) -> FloatArray:
    """Return value * 2**exponent for exponents well below 1024."""
    return np.ldexp(value, np.maximum(exponent, -3000.0).astype(np.int32))


def _dataset(scheme: LevelScheme, V: FloatArray, phi: FloatArray, result: FloatArray, kT: float) -> xr.Dataset:
    current = {"units": "units of t", "long_name": "particle current from L to R"}
    conductance = {"units": "units of t / E_H*", "long_name": "differential conductance"}
    import xarray as xr  # noqa: PLC0415  (takes half a second, which only diagrams should cost)

    dataset = xr.Dataset(
        {
            "I_L": (("gate", "bias"), result[0].T, current | {"counted_at": "L"}),
            "I_R": (("gate", "bias"), result[1].T, current | {"counted_at": "R"}),
            "dI_dV": (("gate", "bias"), result[2].T, conductance),
        },
        {
            "gate": ("gate", phi, {"units": "E_H*", "long_name": "e phi"}),
            "bias": ("bias", V, {"units": "E_H*/e", "long_name": "V"}),
        },
        attrs={"kT": kT, "kT_units": "E_H*"},
    )
    if len(result) > 3:
        dataset["population"] = (("level", "gate", "bias"), result[3:].transpose(0, 2, 1), {"units": "1"})
        dataset = dataset.assign_coords(electrons=("level", scheme.electrons), two_S=("level", scheme.two_S))
    return dataset

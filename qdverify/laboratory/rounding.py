"""What the rounding of conversions adds to the error bounds of maps.

The model is given by numbers of the laboratory, the material's E_H*, and levels in units of it; all of these count as
exact. What is computed with are gates, biases, temperatures and rates in effective atomic units, which are rounded. To
first order, with n levels, x = (E - gate - mu) / kT of an edge and delta the largest change of any x, or of the
logarithm of a rate:

A rate changes by a relative delta at most, since |d ln f / dx| <= 1, just as if it were rounded. The bounds of
`numeric` hold for rates that are wrong by `numeric.network.RATE_ROUNDINGS` units each, and are in proportion to them:
one more relative error delta makes them 1 + delta / (RATE_ROUNDINGS u) as large. At small biases delta counts twice,
for a rate and for the factor exp(-v) that it is multiplied by.

At rest, Onsager's matrix is a form L(u, v) = sum c (u - grad phi_u) (v - grad phi_v) over edges with their weights
c = f P at equilibrium, least among all potentials phi. Relative changes up to d of the weights so change L(u, v) by
d sqrt(L(u, u) L(v, v)) at most, as Cauchy and Schwarz say. A weight lies between the populations of its ends, so d is
at most the spread of N over the levels times the change of gate / kT, and that of (E - N gate) / kT times the relative
change of kT. The thermopower changes further by what each x does: a gate adds the same to all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from numeric import LevelScheme
from numeric.arrays import FloatArray
from numeric.network import RATE_ROUNDINGS, UNIT

CONVERSION: Final = 16 * UNIT
"""Relative error of a converted number: pint multiplies by a few constants, each rounded, and we by lever arms."""
NAMES: Final = ("conductance", "thermopower", "heat_conductance", "figure_of_merit")
FIRST_ORDER: Final = 2.0**-10
"""Relative change of a population from which on no bound to first order holds: it is infinite then."""


def share_of_rates(
    scheme: LevelScheme, *, gate: FloatArray, bias: FloatArray, split: float, kT: tuple[float, float]
) -> FloatArray:
    """Return by what the error bounds of a stability diagram are to be multiplied, (bias, gate).

    Parameters
    ----------
    gate, bias
        Axes in E_H*, (g,) and (b,).
    split, kT
        As `numeric.stability_diagram`.

    Examples
    --------
    >>> import numpy as np
    >>> from numeric import LevelScheme
    >>> scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    >>> axes = {"gate": np.array([0.1, 0.2]), "bias": np.array([0.0])}
    >>> share_of_rates(scheme, **axes, split=0.5, kT=(0.01, 0.01)).round(1).tolist()
    [[29.0, 55.7]]
    """
    energies = scheme.energies[scheme.upper] - scheme.energies[scheme.lower]
    ends = (energies.min(initial=0.0), energies.max(initial=0.0))
    change = np.zeros((bias.size, gate.size))
    with np.errstate(over="ignore"):
        for one_kT, part in zip(kT, (split, split - 1.0), strict=True):
            below = gate + (part * bias)[:, None]
            farthest = np.maximum(*(np.abs(end - below) for end in ends))
            np.maximum(change, (np.abs(gate) + np.abs(bias)[:, None] + farthest) / one_kT, out=change)
        delta = CONVERSION * (change + 1.0)
        within = 2 * scheme.energies.size * delta < FIRST_ORDER
        return np.where(within, 1.0 + 2.0 * delta / (RATE_ROUNDINGS * UNIT), np.inf)


def converted(value: FloatArray, error: FloatArray, scale: float) -> tuple[FloatArray, FloatArray]:
    """Return results and their bounds in another unit; an exact zero stays exact.

    Examples
    --------
    >>> import numpy as np
    >>> value, error = converted(np.array([0.0, 1.0]), np.array([0.0, 1e-20]), 100.0)
    >>> value.tolist(), error.round(16).tolist()
    ([0.0, 100.0], [0.0, 1.776e-13])
    """
    found = value * scale
    exact = (error == 0) & (value == 0)
    return found, np.where(exact, 0.0, error * abs(scale) * (1.0 + CONVERSION) + CONVERSION * abs(found) + 2.0**-1073)


def scaled_by(error: FloatArray, factor: FloatArray) -> FloatArray:
    """Return error bounds times a factor that may be infinite; those of exact numbers stay 0."""
    with np.errstate(over="ignore"):
        return np.where(error == 0, 0.0, error * np.where(error == 0, 1.0, factor))


def error_of_heat(
    error: FloatArray, counted: FloatArray, factor: FloatArray, *, gate: FloatArray, bias: FloatArray
) -> FloatArray:
    """Return the bound on a heat current, (bias, gate): each electron carries an energy that is off itself.

    Parameters
    ----------
    error, counted
        Bounds on the heat and on the current through that barrier; the latter is at least RATE_ROUNDINGS u times the
        electrons that pass the barrier both ways, or, at small biases, that carry the heat.
    factor
        As `share_of_rates`.
    gate, bias
        Axes in E_H*.
    """
    off = CONVERSION * (np.abs(gate) + np.abs(bias)[:, None])
    with np.errstate(over="ignore"):
        found: FloatArray = scaled_by(error, factor) + off * counted / (RATE_ROUNDINGS * UNIT)
    return found


def response_with_conversions(
    scheme: LevelScheme, found: Mapping[str, FloatArray], *, gate: FloatArray, kT: FloatArray
) -> dict[str, FloatArray]:
    """Return the arrays of `numeric.response_map` by name, (kT, gate), with bounds that hold for exact gates and kT.

    A figure of merit whose bound is infinite is the least that it can be, and is lowered to stay so.
    """
    T = kT[:, None]
    grand = scheme.energies[:, None] - scheme.electrons[:, None] * gate
    with np.errstate(all="ignore"):
        of_gate = CONVERSION * np.abs(gate) / T
        weight = 2.0 * (np.ptp(scheme.electrons) * of_gate + CONVERSION * (np.ptp(grand, axis=0) / T + 1.0))
        weight = np.where(weight < FIRST_ORDER, weight, np.inf)
        G, S, heat, merit = (found[name] for name in NAMES)
        e_G, e_S, e_heat, e_merit = (found[f"{name}_error"] for name in NAMES)
        size, least = np.abs(S), np.maximum(np.abs(S) - e_S, 0.0)
        lost = np.isinf(e_merit)
        lowest = np.where(lost, merit, np.maximum(merit - e_merit, 0.0))
        # the heat conductance over L11, which is S**2 / ZT too: in that form nothing underflows
        above, below = np.where(e_G < G, (G - e_G) * T, np.nan), (G + e_G) * T
        most = np.fmin(_known((heat + e_heat) / above, np.inf), _known((size + e_S) ** 2 / lowest, np.inf))
        smallest = np.maximum(_known((heat - e_heat) / below, 0.0), _known(least**2 / (merit + e_merit), 0.0))
        smallest = np.maximum(smallest, 0.0)
        off = of_gate + CONVERSION * size + weight * np.sqrt(most)
        relative = weight + 4.0 * CONVERSION
        of_merit = (2.0 * size + 2.0 * e_S + off) * off / smallest + 2.0 * relative * (merit + e_merit)
        lowered = merit * (np.maximum(least - off, 0.0) / least) ** 2 * np.maximum(1.0 - 4.0 * relative, 0.0)
        result = {
            "conductance": G,
            "conductance_error": e_G * (1.0 + relative) + relative * G,
            "thermopower": S,
            "thermopower_error": e_S + off,
            "heat_conductance": heat,
            "heat_conductance_error": e_heat * (1.0 + relative) + relative * np.abs(heat),
            "figure_of_merit": np.where(lost, np.where(least > 0, lowered, 0.0), merit),
            "figure_of_merit_error": np.where(lost, np.inf, e_merit + of_merit),
        }
    return {
        name: np.where(np.isnan(array), np.inf, array) if name.endswith("_error") else array
        for name, array in result.items()
    }


def _known(value: FloatArray, otherwise: float) -> FloatArray:
    """Return numbers, and another where they are undefined."""
    return np.where(np.isfinite(value), value, otherwise)

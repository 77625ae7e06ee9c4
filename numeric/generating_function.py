"""The cumulant generating function of full counting statistics, as an eigenvalue with a bound on its error.

Weight every electron that enters through L or leaves through R with e^(theta/2), and every one that does the opposite
with e^-(theta/2). The mean <e^(theta n)> of the number n that has passed from L to R grows as e^(Lambda t), where
Lambda(theta) is the largest eigenvalue of the weighted rate matrix (D. A. Bagrets and Yu. V. Nazarov, Phys. Rev. B 67,
085316 (2003)). Off its diagonal that matrix is positive, so that for every positive vector x the quotients
(A x)_i / x_i enclose the eigenvalue (L. Collatz, Math. Z. 48, 221 (1942)). T. Noda's iteration (Numer. Math. 17, 382
(1971)) shrinks the interval; steps of Jacobi's kind between, which subtract nothing, make small components of x as
accurate as large ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from numeric.arrays import FloatArray
from numeric.level_scheme import Lead, LevelScheme, as_leads, as_two_leads
from numeric.network import RATE_ROUNDINGS, UNIT, Network
from numeric.rates import LeadRates
from numeric.scaled import Scaled, from_float
from numeric.stationary import populations_at, rates_at_point
from numeric.transport import Estimate
from numeric.validation import as_axis, as_float

LARGEST_FIELD = 300.0
"""Largest |theta|: weights of larger fields would leave the range of floats."""
STEPS = 60
"""Most steps of either kind; some ten are enough once the interval shrinks quadratically."""
SMALLEST = 1e-290
"""What a component of x is raised to: smaller ones would lose their digits."""
NEGLIGIBLE = 1e-250
"""States whose component is smaller are left out of the lower bound, so that underflow does not spoil it."""
WEIGHT_ROUNDINGS = 8


def generating_function(
    scheme: LevelScheme,
    leads: Sequence[Lead],
    theta: ArrayLike,
    *,
    kT: float,
    gate: float = 0.0,
    resolved: bool = False,
    zeeman: float = 0.0,
) -> Estimate:
    """Return Lambda(theta) of the electrons that pass from lead "L" to lead "R", (thetas,), in the units of t.

    Parameters
    ----------
    theta
        Real counting fields, (thetas,), at most 300 in magnitude.
    scheme, leads, kT, gate, resolved, zeeman
        As `numeric.transport.currents`.

    Raises
    ------
    ValueError
        If a field is too large, or as `numeric.transport.currents`.

    Examples
    --------
    At equal temperatures e^(-V/kT) more electrons pass backwards than forwards: Lambda(theta) = Lambda(-theta - V/kT).

    >>> from numeric import Lead, LevelScheme, generating_function
    >>> scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    >>> leads = [Lead("L", rate=1.0, mu=0.05), Lead("R", rate=0.5, mu=-0.05)]
    >>> generating_function(scheme, leads, [0.5, -1.5], kT=0.1).value.round(6)
    array([0.038037, 0.038037])
    """
    leads, kT, fields = as_two_leads(leads), as_float("kT", kT, positive=True), as_axis("theta", theta)
    largest = float(fields[np.abs(fields).argmax()])
    if abs(largest) > LARGEST_FIELD:
        raise ValueError(f"theta={largest!r} must be at most {LARGEST_FIELD:g} in magnitude")
    network, rates = rates_at_point(
        scheme, leads, kT=kT, gate=gate, resolved=resolved, zeeman=zeeman, mu_slope=np.zeros(2)
    )
    # half of every count is taken at either barrier, which changes no eigenvalue and keeps the weights moderate
    halves = np.array([0.5 if lead.name == "L" else -0.5 for lead in leads])
    return _eigenvalues(network, rates, fields[:, None] * halves)


def lead_generating_function(
    scheme: LevelScheme,
    leads: Sequence[Lead],
    theta: ArrayLike,
    *,
    kT: float,
    gate: float = 0.0,
    resolved: bool = False,
    zeeman: float = 0.0,
) -> Estimate:
    """Return Lambda if electrons are counted at every lead with a field of its own, (fields,), in the units of t.

    Every electron that enters the dot through lead l has the weight e^theta_l, and every one that leaves through it
    e^-theta_l. A constant that is added to the fields of all leads changes nothing, as a dot holds few electrons.

    Parameters
    ----------
    theta
        Real counting fields, (fields, leads), in the order of the leads; those of one row differ by at most 300.
    scheme, leads, kT, gate, resolved, zeeman
        As `numeric.stationary.stationary_state`.

    Raises
    ------
    ValueError
        If fields differ by more, there is not one for each lead, or as `numeric.stationary.stationary_state`.

    Examples
    --------
    Leads of one temperature obey the fluctuation relation Lambda(theta_l) = Lambda(-theta_l - mu_l / kT):

    >>> import numpy as np
    >>> from numeric import Lead, LevelScheme, lead_generating_function
    >>> scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    >>> mu = np.array([0.1, 0.0, -0.1])
    >>> leads = [Lead(name, 1.0, potential) for name, potential in zip("abc", mu)]
    >>> theta = np.array([0.5, -1.0, 2.0])
    >>> lead_generating_function(scheme, leads, [theta, -theta - mu / 0.1], kT=0.1).value.round(6)
    array([0.504682, 0.504682])
    """
    chosen, kT = as_leads(leads), as_float("kT", kT, positive=True)
    fields = np.asarray(theta, dtype=np.float64)
    if fields.ndim != 2 or not len(fields) or fields.shape[1] != len(chosen) or not np.isfinite(fields).all():
        raise ValueError(f"theta of shape {fields.shape} must be rows of {len(chosen)} numbers, one for each lead")
    spread = float(np.ptp(fields, axis=1).max())
    if spread > LARGEST_FIELD:
        raise ValueError(f"theta of one row differ by {spread:g}: they must differ by at most {LARGEST_FIELD:g}")
    network, rates = rates_at_point(
        scheme, chosen, kT=kT, gate=gate, resolved=resolved, zeeman=zeeman, mu_slope=np.zeros(len(chosen))
    )
    middle = 0.5 * (fields.max(axis=1) + fields.min(axis=1))
    return _eigenvalues(network, rates, fields - middle[:, None])


def _eigenvalues(network: Network, rates: LeadRates, fields: FloatArray) -> Estimate:
    """Return the eigenvalue for each row of fields, (fields, leads)."""
    start = populations_at(network, rates).scaled.to_float()[:, 0]
    found = [_eigenvalue(*_weighted(network, rates, row), start) for row in fields]
    value, error = (np.array(column) for column in zip(*found, strict=True))
    return Estimate(from_float(value), from_float(error))


def _weighted(network: Network, rates: LeadRates, fields: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the weighted rates from column to row, (states, states), and the rate out of each state, (states,)."""
    plain = Scaled(rates.data[0, ..., 0], rates.data[2, ..., 0]).to_float()
    origin, target = np.array(network.edges).T
    exits, matrix = np.zeros(network.chain.states), np.zeros((network.chain.states, network.chain.states))
    np.add.at(exits, origin, plain.sum(axis=0).ravel())
    plain[:, 0] *= np.exp(fields)[:, None]
    plain[:, 1] *= np.exp(-fields)[:, None]
    np.add.at(matrix, (target, origin), plain.sum(axis=0).ravel())
    return matrix, exits


def _eigenvalue(matrix: FloatArray, exits: FloatArray, start: FloatArray) -> tuple[float, float]:
    """Return the largest eigenvalue of matrix - diag(exits) with a bound on its error."""
    size = exits.size
    unit = (RATE_ROUNDINGS + WEIGHT_ROUNDINGS + 2 * size + 4) * UNIT
    x = min(
        (np.maximum(one, SMALLEST) for one in (start, _vector(matrix, exits))),
        key=lambda one: _width(matrix, exits, one),
    )
    best, upper = (-np.inf, np.inf), np.inf
    for step in range(STEPS):
        inflow = matrix @ x
        quotient, slack = inflow / x - exits, unit * (inflow / x + exits)
        upper = float((quotient + slack).max())
        lower = max(float((quotient - slack).min()), _from_below(matrix, exits, x, unit))
        if upper - lower >= best[1] - best[0] and step > STEPS // 2:
            break
        best = min(best, (lower, upper), key=lambda pair: pair[1] - pair[0])
        if step % 2 == 0 and step < STEPS // 2:
            x = _solved(matrix, exits, float(quotient.max()), x)
        else:
            # positive, since `upper` exceeds every quotient
            x = inflow / (upper + exits)
        x = np.maximum(x / x.max(), SMALLEST)
    return 0.5 * (best[0] + best[1]), 0.5 * (best[1] - best[0]) * (1 + 4 * UNIT) + UNIT * abs(best[1])


def _from_below(matrix: FloatArray, exits: FloatArray, x: FloatArray, unit: float) -> float:
    """Return the lower bound from the states that x reaches: fewer states have no larger eigenvalue."""
    kept = x > NEGLIGIBLE
    inflow = matrix[np.ix_(kept, kept)] @ x[kept] / x[kept]
    return float((inflow - exits[kept] - unit * (inflow + exits[kept])).min())


def _vector(matrix: FloatArray, exits: FloatArray) -> FloatArray:
    """Return LAPACK's vector of the largest eigenvalue, which has few digits where it is small."""
    values, vectors = np.linalg.eig(matrix - np.diag(exits))
    found: FloatArray = np.abs(vectors[:, values.real.argmax()])
    return np.asarray(found / found.max())


def _width(matrix: FloatArray, exits: FloatArray, x: FloatArray) -> float:
    quotient = matrix @ x / x - exits
    return float(quotient.max() - quotient.min())


def _solved(matrix: FloatArray, exits: FloatArray, shift: float, x: FloatArray) -> FloatArray:
    """Return a step of Noda's iteration in units of x; x itself if rounding has made the system singular."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        balanced = np.diag(shift + exits) - matrix * x / x[:, None]
        try:
            y: FloatArray = x * np.abs(np.linalg.solve(balanced, np.ones_like(x)))
        except np.linalg.LinAlgError:
            return x
    return y if np.all(np.isfinite(y)) and y.max() > 0 else x

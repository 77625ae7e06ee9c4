"""The cumulant generating function of full counting statistics, as an eigenvalue with a bound on its error.

Weight every electron that enters through L or leaves through R with e^(theta/2), and every one that does the opposite
with e^-(theta/2). The mean <e^(theta n)> of the number n that has passed from L to R grows as e^(Lambda t), where
Lambda(theta) is the largest eigenvalue of the weighted rate matrix (D. A. Bagrets and Yu. V. Nazarov, Phys. Rev. B 67,
085316 (2003)). Off its diagonal that matrix A is positive, so that for every positive vector x the quotients
(A x)_i / x_i enclose the eigenvalue (L. Collatz, Math. Z. 48, 221 (1942)). T. Noda's iteration (Numer. Math. 17, 382
(1971)) shrinks the interval: with s the largest quotient, the next vector is (s - A)^(-1) x. In units of x the rows of
that matrix add up to s - (A x)_i / x_i, which is known, so that elimination subtracts nothing (A. S. Alfa, J. Xue and
Q. Ye, Math. Comput. 71, 217 (2002)) and components of x are as accurate as the rates, however small they are. Rates and
x have exponents of their own: cold, their ratios exceed the range of floats.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from numeric.arrays import FloatArray
from numeric.estimates import Estimate, zeros
from numeric.level_scheme import Lead, LevelScheme, as_leads, as_two_leads
from numeric.network import UNIT, Network, rate_roundings
from numeric.rates import LeadRates
from numeric.scaled import ZERO_EXPONENT, Scaled, divide, exact_sum, from_float, multiply, normalise_signed, signed_sum
from numeric.stationary import populations_at, rates_at_point
from numeric.validation import as_axis, as_float, as_floats

LARGEST_FIELD = 300.0
"""Largest |theta|: weights of larger fields would leave the range of floats."""
STEPS = 60
"""Most steps; some ten are enough, as the interval shrinks quadratically at the end."""
NARROW = 4.0
"""Width of the interval in units of its rounding at which the iteration ends."""
WEIGHT_ROUNDINGS = 8
SMALLEST = 2.0**-1022
"""What is lost at most where a rate in units of the largest one is below the range of floats."""


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
    return _eigenvalues(network, rates, fields[:, None] * halves, np.zeros((fields.size, 2)))


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
    fields = as_floats("theta", theta)
    if fields.ndim != 2 or not len(fields) or fields.shape[1] != len(chosen):
        raise ValueError(f"theta of shape {fields.shape} must be rows of {len(chosen)} numbers, one for each lead")
    with np.errstate(over="ignore"):
        spread = float(np.ptp(fields, axis=1).max())
    if spread > LARGEST_FIELD:
        raise ValueError(f"theta of one row differ by {spread:g}: they must differ by at most {LARGEST_FIELD:g}")
    network, rates = rates_at_point(
        scheme, chosen, kT=kT, gate=gate, resolved=resolved, zeeman=zeeman, mu_slope=np.zeros(len(chosen))
    )
    middle = 0.5 * fields.max(axis=1) + 0.5 * fields.min(axis=1)
    return _eigenvalues(network, rates, *exact_sum(fields, -middle[:, None]))


def _eigenvalues(network: Network, rates: LeadRates, fields: FloatArray, rest: FloatArray) -> Estimate:
    """Return the eigenvalue for each row of fields, (fields, leads); `rest` is what rounding took from them."""
    if network.chain.states == 1:  # nothing ever passes
        return zeros(len(fields))
    start = populations_at(network, rates).scaled[:, 0]
    roundings = rate_roundings(network.chain.leads) + WEIGHT_ROUNDINGS
    found = [_eigenvalue(*_weighted(network, rates, *row), start, roundings) for row in zip(fields, rest, strict=True)]
    value, error, size, power = np.array(found).T
    return Estimate(*(normalise_signed(part, power) for part in (value, error, size)))


def _weighted(network: Network, rates: LeadRates, fields: FloatArray, rest: FloatArray) -> tuple[Scaled, Scaled]:
    """Return the weighted rates from column to row, (states, states), and the rate out of each state, (states,)."""
    n, (origin, target) = network.chain.states, np.array(network.edges).T
    weights = np.stack([np.exp(fields) * (1.0 + rest), np.exp(-fields) * (1.0 - rest)], axis=1)
    matrix, leaving = (Scaled(np.zeros((n, n)), np.full((n, n), ZERO_EXPONENT)) for _ in range(2))
    for place, factor in ((matrix, weights[:, :, None]), (leaving, 1.0)):
        rate = signed_sum(Scaled(rates.data[0, ..., 0] * factor, rates.data[2, ..., 0]))
        place.mantissa[target, origin], place.exponent[target, origin] = rate.mantissa.ravel(), rate.exponent.ravel()
    return matrix, signed_sum(leaving)


def _eigenvalue(matrix: Scaled, exits: Scaled, start: Scaled, roundings: int) -> tuple[float, float, float, float]:
    """Return the largest eigenvalue of matrix - diag(exits), a bound on its error, and its size, in units of 2**power.

    Entries of the matrix are known to `roundings` units of 2**-53. Relative errors of the rates are multiplied by its
    magnitude and twice the largest of the exits.
    """
    size, power = exits.mantissa.size, float(exits.exponent.max())
    unit = (roundings + 2 * size + 4) * UNIT
    out = _in_units(exits, power)
    best = (-np.inf, np.inf)
    x = min((start, _of_largest_cycle(matrix)), key=lambda x: (_balanced(matrix, x, power).sum(axis=1) - out).max())
    for _ in range(STEPS):
        rates = _balanced(matrix, x, power)
        inflow = rates.sum(axis=1)
        quotient, slack = inflow - out, unit * (inflow + out) + size * SMALLEST
        upper = float((quotient + slack).max())
        best = min(best, (float((quotient - slack).min()), upper), key=lambda pair: pair[1] - pair[0])
        if best[1] - best[0] <= NARROW * slack.max():
            break
        grown = multiply(x, from_float(_solved(rates, upper - quotient)))
        x = normalise_signed(grown.mantissa, grown.exponent)
    middle, half = 0.5 * (best[0] + best[1]), 0.5 * (best[1] - best[0]) * (1 + 4 * UNIT) + UNIT * abs(best[1])
    return middle, half, abs(middle) + 2.0 * float(out.max()), power


def _balanced(matrix: Scaled, x: Scaled, power: float) -> FloatArray:
    """Return the matrix in units of x and 2**power, A_ij x_j / x_i."""
    return _in_units(divide(multiply(matrix, x), x[:, None]), power)


def _in_units(value: Scaled, power: float) -> FloatArray:
    return Scaled(value.mantissa, value.exponent - power).to_float()


def _of_largest_cycle(matrix: Scaled) -> Scaled:
    """Return an x for which no A_ij x_j / x_i exceeds the largest mean of a cycle, which A's eigenvalue is not below.

    Mean is the geometric one (R. M. Karp, Discrete Math. 23, 309 (1978)): x is the largest product of A_ij / mean along
    a path from a state of that cycle.
    """
    logs = np.log2(matrix.mantissa, out=np.full(matrix.mantissa.shape, -np.inf), where=matrix.mantissa > 0)
    logs += matrix.exponent
    n = len(logs)
    walks = [np.zeros(n)]
    for _ in range(n):
        walks.append((logs + walks[-1]).max(axis=1))
    lengths = np.arange(n, 0, -1)[:, None]
    paths = logs - ((walks[-1] - np.array(walks[:-1])) / lengths).min(axis=0).max()
    for k in range(n):
        np.maximum(paths, paths[:, k, None] + paths[k], out=paths)
    column = paths[:, paths.diagonal().argmax()]
    whole = np.rint(column)
    return Scaled(np.exp2(column - whole), whole)


def _solved(rates: FloatArray, excess: FloatArray) -> FloatArray:
    """Solve M w = 1 for an M-matrix by its elements off the diagonal, -rates, and its positive sums of rows.

    Nothing is subtracted: w has the relative accuracy of what is given.
    """
    n = excess.size
    a, d, b = rates.copy(), excess.copy(), np.ones(n)
    pivots = np.empty(n)
    for k in range(n):
        pivots[k] = d[k] + a[k, k + 1 :].sum()
        share = a[k + 1 :, k] / pivots[k]
        a[k + 1 :, k + 1 :] += np.outer(share, a[k, k + 1 :])
        d[k + 1 :] += share * d[k]
        b[k + 1 :] += share * b[k]
    w = np.empty(n)
    for k in range(n - 1, -1, -1):
        w[k] = (b[k] + a[k, k + 1 :] @ w[k + 1 :]) / pivots[k]
    return w

r"""Full counting statistics: three cumulants from a series in the counting field, and the generating function.

Weight every electron that leaves through R with e^theta and every one that enters through R with e^-theta. The largest
eigenvalue Lambda(theta) of the weighted generator ``G = sum_k G_k theta^k`` generates the growth rates of the
cumulants, ``Lambda = I theta + S theta^2/2 + c_3 theta^3/6 + ...``. With the eigenvector ``v = sum_k v_k theta^k``,
normalised to ``1 v = 1`` at every order, and ``1 G_0 = 0``,

.. math:: \lambda_k = \sum_{m=1}^{k} 1\, G_m v_{k-m}, \qquad
          G_0 v_k = \sum_{m=1}^{k} (\lambda_m - G_m)\, v_{k-m}, \qquad 1 v_k = 0,                          (1)

one linear system for all orders (`analytic.perturbed_chain`). The left eigenvector of G is u_k / P_k, where u is the
right one of the chain run backwards in time, with the rates ``P_i W_{ji} / P_j`` from j to i. A rate that is off by a
relative a moves Lambda by

.. math:: a\, W_{ji}\, v_i\, (e^{c \theta} u_j / P_j - u_i / P_i) \Big/ \sum_k u_k v_k / P_k,              (3)

with c what an electron counts on the way, to all orders in theta. The precision follows from the spread of the rates,
and is raised until two results agree.

The generating function itself is the largest eigenvalue of a matrix, at any precision. Between leads of one temperature
every rate obeys local detailed balance, so that reversing time exchanges an electron from L to R with one from R to L
and a factor e^(V/kT): the transposed generator at ``-theta - V/kT`` is similar to the one at theta, and

.. math:: \Lambda(\theta) = \Lambda(-\theta - V/kT), \qquad V = \mu_L - \mu_R.                              (2)

Two levels have a quadratic characteristic polynomial: with u, d the rates up and down and ``c = (u_L e^{theta/2} + u_R
e^{-theta/2})(d_R e^{theta/2} + d_L e^{-theta/2})``, Lambda = -(u + d)/2 + sqrt((u - d)^2/4 + c).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import sympy
from mpmath import mp, workdps

from analytic.exact import as_mpf, exact_rational
from analytic.perturbed_chain import PerturbedChain
from analytic.rates import Chain, Hop, aggregated_hops, is_state_of_dot, total_rates
from analytic.transport import fermi_functions, left_and_right, spread_bits

Items = Sequence[Mapping[str, Any]]
ORDERS = 3
OUT_OF_R: Mapping[str, int] = {"R": -1}
"""Counts electrons that pass from L to R."""


def cumulants_exact(
    levels: Items, transitions: Items, leads: Items, kT: Any, gate: Any, *, digits: int = 30
) -> tuple[Any, Any, Any]:
    """Return I, S and the third cumulant of the electrons that pass from L to R, Eq. (1).

    Parameters
    ----------
    levels, transitions, leads, kT, gate
        As `analytic.transport_exact`.
    digits
        Correct decimals, of each number or, if it is smaller, of 10^-digits of the noise.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import cumulants_exact
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": "0.1", "two_S": 1}]
    >>> leads = [{"name": "L", "rate": 1, "mu": "0.5"}, {"name": "R", "rate": 1, "mu": "-0.5"}]
    >>> [nstr(c, 6) for c in cumulants_exact(levels, [{"from": 0, "to": 1, "M": "0.5"}], leads, "0.001", 0)]
    ['0.333333', '0.185185', '0.0864198']
    """
    chain = Chain.from_case(levels, transitions, leads, kT, gate)
    left_and_right(chain)
    return _agreed(chain, OUT_OF_R, digits)


def _agreed(chain: Chain, counted: Mapping[str, int], digits: int) -> tuple[Any, Any, Any]:
    """Return three cumulants once two precisions agree on the digits; 0 if the count is at most what the dot holds."""
    if is_state_of_dot(aggregated_hops(chain, fermi_functions(chain)), counted):
        return mp.zero, mp.zero, mp.zero
    places, last = digits + 20 + int(spread_bits(chain) / 3.3), None
    while True:
        with workdps(places):
            found = cumulants_of(len(chain.levels), aggregated_hops(chain, fermi_functions(chain)), counted)
            small = mp.mpf(10) ** -digits
            floor = abs(found[1]) * small
            if last is not None and all(
                abs(new - old) <= small * max(abs(new), floor) for new, old in zip(found, last, strict=True)
            ):
                return found
        places, last = 2 * places, found


def lead_cumulants_exact(
    levels: Items, transitions: Items, leads: Items, kT: Any, gate: Any, *, counted: Sequence[str], digits: int = 30
) -> tuple[Any, Any, Any]:
    """Return I, S and c_3 of the electrons that enter the dot through some of any number of leads, Eq. (1).

    Parameters
    ----------
    levels, transitions, leads, kT, gate
        As `analytic.lead_currents_exact`.
    counted
        Names of one or more leads, whose electrons are counted together: +1 into the dot, -1 out of it.
    digits
        As `analytic.cumulants_exact`.

    Raises
    ------
    ValueError
        If `counted` is empty, names a lead twice or one that there is not, or an input breaks a rule.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import lead_cumulants_exact
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": "0.1", "two_S": 1}]
    >>> leads = [{"name": name, "rate": 1, "mu": mu} for name, mu in (("a", "0.5"), ("b", "0.5"), ("c", "-0.5"))]
    >>> case = levels, [{"from": 0, "to": 1, "M": "0.5"}], leads, "0.001", 0
    >>> [nstr(value, 6) for value in lead_cumulants_exact(*case, counted=["a", "b"])]
    ['0.4', '0.272', '0.13888']
    """
    chain = Chain.from_case(levels, transitions, leads, kT, gate)
    names = sorted(lead.name for lead in chain.leads)
    given = [] if isinstance(counted, str) or not isinstance(counted, Collection) else [*counted]
    if not given or any(name not in names or given.count(name) > 1 for name in given):
        raise ValueError(f"counted={counted!r} must be a list of one or more of the leads {names}, each once")
    return _agreed(chain, dict.fromkeys(counted, 1), digits)


def cumulants_of(states: int, hops: Sequence[Hop], counted: Mapping[str, int] = OUT_OF_R) -> tuple[Any, Any, Any]:
    """Return the first three cumulants of the electrons that leave through R, at the working precision of mpmath.

    Parameters
    ----------
    states
        Number of states of the chain.
    hops
        Its processes, with rates in mpmath numbers.
    counted
        What an electron counts that enters through a lead, by the name of the lead; 0 if it is not listed.

    Examples
    --------
    >>> from mpmath import mp
    >>> from analytic import Hop, cumulants_of
    >>> [round(float(c), 12) for c in cumulants_of(2, [Hop(1, 0, "L", 1, mp.mpf(1)), Hop(0, 1, "R", -1, mp.mpf(1))])]
    [0.5, 0.25, 0.125]
    """
    values, _ = _series(states, hops, counted)
    return values[1], 2 * values[2], 6 * values[3]


def cumulant_sensitivities(states: int, hops: Sequence[Hop], counted: Mapping[str, int] = OUT_OF_R) -> tuple[Any, ...]:
    """Return the sum over all rates of abs(d c / d ln rate) for each of the three cumulants c, by Eq. (3).

    Parameters and precision are those of `cumulants_of`.

    Examples
    --------
    Shot noise of one level whose rates both double doubles: each rate has its half.

    >>> from mpmath import mp
    >>> from analytic import Hop, cumulant_sensitivities
    >>> hops = [Hop(1, 0, "L", 1, mp.mpf(1)), Hop(0, 1, "R", -1, mp.mpf(1))]
    >>> [round(float(total), 12) for total in cumulant_sensitivities(2, hops)]
    [0.5, 0.25, 0.125]
    """
    _, right = _series(states, hops, counted)
    P = right[0]
    reversed_hops = [replace(hop, to=hop.start, start=hop.to, rate=P[hop.start] * hop.rate / P[hop.to]) for hop in hops]
    _, times_P = _series(states, reversed_hops, counted)
    left = [[value / weight for value, weight in zip(vector, P, strict=True)] for vector in times_P]
    orders = range(ORDERS + 1)
    norms = [mp.fsum(mp.fdot(left[m], right[k - m]) for m in range(k + 1)) for k in orders]
    totals = [mp.zero] * ORDERS
    for hop in hops:
        count = hop.electrons * counted.get(hop.lead, 0)
        moved = [mp.mpf(count**m) / mp.factorial(m) for m in orders]
        gained = [mp.fsum(moved[m] * left[k - m][hop.to] for m in range(k + 1)) - left[k][hop.start] for k in orders]
        slopes: list[Any] = []
        for k in orders:
            product = hop.rate * mp.fsum(right[m][hop.start] * gained[k - m] for m in range(k + 1))
            slopes.append(product - mp.fsum(norms[m] * slopes[k - m] for m in range(1, k + 1)))
        totals = [total + mp.factorial(k) * abs(slopes[k]) for k, total in enumerate(totals, 1)]
    return tuple(totals)


def _series(states: int, hops: Sequence[Hop], counted: Mapping[str, int]) -> tuple[list[Any], list[tuple[Any, ...]]]:
    """Return lambda_k and v_k of Eq. (1), from k = 0."""
    chain = PerturbedChain(states, total_rates(hops))
    vectors, values = [chain.populations], [mp.zero]
    counts = [(hop, hop.electrons * counted.get(hop.lead, 0)) for hop in hops]
    pushes = [
        [(hop.to, hop.start, hop.rate * count**m / mp.factorial(m)) for hop, count in counts if count]
        for m in range(1, ORDERS + 1)
    ]
    for k in range(1, ORDERS + 1):
        source, gained = [mp.zero] * states, mp.zero
        for m in range(1, k + 1):
            for to, start, strength in pushes[m - 1]:
                pushed = strength * vectors[k - m][start]
                source[to] -= pushed
                gained += pushed
        values.append(gained)
        for m in range(1, k + 1):
            source = [b + values[m] * v for b, v in zip(source, vectors[k - m], strict=True)]
        vectors.append(chain.shift(source))
    return values, vectors


def generating_function_exact(
    levels: Items, transitions: Items, leads: Items, kT: Any, gate: Any, *, theta: Sequence[Any], digits: int = 30
) -> list[Any]:
    """Return Lambda at every theta, to `digits` decimals of the largest rate out of a level.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import generating_function_exact
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": "0.1", "two_S": 1}]
    >>> leads = [{"name": "L", "rate": 1, "mu": "0.05"}, {"name": "R", "rate": "0.5", "mu": "-0.05"}]
    >>> case = levels, [{"from": 0, "to": 1, "M": "0.5"}], leads, "0.1", 0
    >>> [nstr(value, 8) for value in generating_function_exact(*case, theta=["0.5", "-1.5"])]
    ['0.038037384', '0.038037384']
    """
    chain = Chain.from_case(levels, transitions, leads, kT, gate)
    left_and_right(chain)
    fields = [exact_rational("theta", value) for value in theta]
    return _values(chain, [{"R": -field} for field in fields], digits)


def lead_generating_function_exact(
    levels: Items,
    transitions: Items,
    leads: Items,
    kT: Any,
    gate: Any,
    *,
    theta: Sequence[Mapping[str, Any]],
    digits: int = 30,
) -> list[Any]:
    """Return Lambda if electrons are counted at any leads, each with a field of its own, for every set of fields.

    Parameters
    ----------
    levels, transitions, leads, kT, gate
        As `analytic.lead_currents_exact`.
    theta
        Sets of fields by the name of the lead: an electron that enters there has the weight e^theta. A lead that is not
        named has none.
    digits
        As `analytic.generating_function_exact`.

    Raises
    ------
    ValueError
        If a lead is named that there is not, or an input breaks a rule.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import lead_generating_function_exact
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": "0.1", "two_S": 1}]
    >>> leads = [{"name": name, "rate": 1, "mu": mu} for name, mu in (("a", "0.1"), ("b", 0), ("c", "-0.1"))]
    >>> case = levels, [{"from": 0, "to": 1, "M": "0.5"}], leads, "0.1", 0
    >>> pair = [{"a": "0.5", "b": -1, "c": 2}, {"a": "-1.5", "b": 1, "c": -1}]
    >>> [nstr(value, 6) for value in lead_generating_function_exact(*case, theta=pair)]
    ['0.504682', '0.504682']
    """
    chain = Chain.from_case(levels, transitions, leads, kT, gate)
    unknown = sorted({name for fields in theta for name in fields} - {lead.name for lead in chain.leads})
    if unknown:
        raise ValueError(f"theta of {unknown} must be of leads of the case")
    fields = [{name: exact_rational("theta", value) for name, value in row.items()} for row in theta]
    return _values(chain, fields, digits)


def _values(chain: Chain, fields: Sequence[Mapping[str, Fraction]], digits: int) -> list[Any]:
    """Return Lambda for each set of fields: the largest of all eigenvalues, once twice the precision confirms it.

    Off its diagonal a weighted generator is not negative: a number is above its largest eigenvalue if and only if the
    number minus the matrix has positive pivots only (A. Berman and R. J. Plemmons, Nonnegative Matrices, Ch. 6).
    """
    places = digits + 20
    while True:
        with workdps(places):
            values = [_largest_eigenvalue(generator) for generator in _weighted_generators(chain, fields)]
        with workdps(2 * places):
            again = _weighted_generators(chain, fields)
            if all(_is_largest(value, generator, digits) for value, generator in zip(values, again, strict=True)):
                return values
        places *= 2


def _weighted_generators(chain: Chain, fields: Sequence[Mapping[str, Fraction]]) -> list[Any]:
    hops = aggregated_hops(chain, fermi_functions(chain))
    return [_weighted(len(chain.levels), hops, field) for field in fields]


def _weighted(size: int, hops: Sequence[Hop], fields: Mapping[str, Fraction]) -> Any:
    weights = {name: mp.exp(as_mpf(field)) for name, field in fields.items()}
    generator = mp.matrix(size)
    for hop in hops:
        generator[hop.to, hop.start] += hop.rate * weights.get(hop.lead, mp.one) ** hop.electrons
        generator[hop.start, hop.start] -= hop.rate
    return generator


def _largest_eigenvalue(generator: Any) -> Any:
    values = mp.eig(generator, left=False, right=False) if generator.rows > 1 else [generator[0, 0]]
    return max(mp.re(value) for value in values)


def _is_largest(value: Any, generator: Any, digits: int) -> bool:
    """Return whether a number is the largest eigenvalue to `digits` decimals of the largest rate out of a level."""
    allowed = mp.mpf(10) ** -digits * max(-generator[k, k] for k in range(generator.rows))
    # where no level is left, all eigenvalues are 0
    return allowed == 0 or (_is_above(value + allowed, generator) and not _is_above(value - allowed, generator))


def _is_above(number: Any, generator: Any) -> bool:
    """Return whether a number is above the largest eigenvalue, by the pivots of the number minus the matrix."""
    rows = (number * mp.eye(generator.rows) - generator).tolist()
    for k, pivot in enumerate(rows):
        if pivot[k] <= 0:
            return False
        right = [(j, pivot[j]) for j in range(k + 1, len(rows)) if pivot[j]]
        for row in rows[k + 1 :]:
            if row[k]:
                factor = row[k] / pivot[k]
                for j, entry in right:
                    row[j] -= factor * entry
    return True


def two_level_generating_function(up: Mapping[str, Any], down: Mapping[str, Any], theta: Any) -> Any:
    """Return Lambda of two levels, given the rates up and down through L and R, as a number or sympy expression.

    Examples
    --------
    >>> import sympy
    >>> from analytic import two_level_generating_function
    >>> a, b, theta = sympy.symbols("a b theta", positive=True)
    >>> Lambda = two_level_generating_function({"L": a, "R": 0}, {"L": 0, "R": b}, theta)
    >>> sympy.diff(Lambda, theta).subs(theta, 0).subs({a: 2, b: 1})
    2/3
    """
    symbolic = any(isinstance(value, sympy.Basic) for value in (*up.values(), *down.values(), theta))
    exp: Callable[[Any], Any] = sympy.exp if symbolic else mp.exp
    sqrt: Callable[[Any], Any] = sympy.sqrt if symbolic else mp.sqrt
    u, d = up["L"] + up["R"], down["L"] + down["R"]
    there, back = exp(theta / 2), exp(-theta / 2)
    both = (up["L"] * there + up["R"] * back) * (down["R"] * there + down["L"] * back)
    return -(u + d) / 2 + sqrt((u - d) ** 2 / 4 + both)

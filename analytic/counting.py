r"""Full counting statistics of small chains: current, zero-frequency noise and Fano factor, exactly.

Weight every electron that leaves through the counted lead with e^theta and every one that enters through it with
e^-theta. The largest eigenvalue lambda(theta) of the weighted generator generates the cumulants of the number counted
(D. A. Bagrets and Yu. V. Nazarov, Phys. Rev. B 67, 085316 (2003)): I = lambda'(0), S = lambda''(0), F = S / I. It is a
root of the characteristic polynomial ``p = sum_k a_k(theta) lambda^k`` with a_0(0) = 0, and implicit differentiation
needs no eigenvalue at all:

.. math:: I = -a_0' / a_1, \qquad S = -(a_0'' + 2 a_1' I + 2 a_2 I^2) / a_1.                             (1)

S does not depend on the lead that is counted, up to the sign of I. The coefficients come from the recursion of
U. J. J. Le Verrier and D. K. Faddeev, with the arithmetic of second-order Taylor polynomials in theta: products, sums
and division by the integers 1..n only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

import sympy
from mpmath import mp, workdps

from analytic.matrix_tree import tree_sums
from analytic.rates import Chain, Hop, aggregated_hops, total_rates
from analytic.transport import current_exact, fermi_functions

_Matrix = list[list["_Jet"]]


@dataclass(frozen=True)
class _Jet:
    """Value and first two derivatives in theta at theta = 0."""

    value: Any
    first: Any = 0
    second: Any = 0

    def __add__(self, other: _Jet) -> _Jet:
        return _Jet(self.value + other.value, self.first + other.first, self.second + other.second)

    def __mul__(self, other: _Jet) -> _Jet:
        return _Jet(
            self.value * other.value,
            self.value * other.first + self.first * other.value,
            self.value * other.second + 2 * self.first * other.first + self.second * other.value,
        )

    def scaled(self, factor: Any) -> _Jet:
        return _Jet(self.value * factor, self.first * factor, self.second * factor)


@dataclass(frozen=True)
class Cumulants:
    """Current I and zero-frequency noise S of the electrons that leave through the counted lead, in units of t."""

    current: Any
    noise: Any

    @property
    def fano(self) -> Any:
        """S / I: 1 for independent electrons; raises `ValueError` if no current flows."""
        if self.current == 0:
            raise ValueError("current=0 must not vanish for a Fano factor")
        return self.noise / self.current


def cumulants(states: int, hops: Iterable[Hop], lead: str) -> Cumulants:
    """Return current and noise of a chain, Eq. (1).

    Parameters
    ----------
    states
        Number of states of the chain.
    hops
        Its processes (`analytic.rates`), with rates that are rationals, sympy expressions or mpmath numbers.
    lead
        Name of the lead at which electrons are counted.

    Raises
    ------
    ValueError
        If no hop belongs to the lead.
    """
    processes = list(hops)
    if lead not in {hop.lead for hop in processes}:
        raise ValueError(f"lead={lead!r} must be one of {sorted({hop.lead for hop in processes})}")
    found = _cumulants(*_coefficients(_generator(states, processes, lead)))
    if any(isinstance(hop.rate, sympy.Expr) for hop in processes):
        return Cumulants(sympy.factor(found.current), sympy.factor(found.noise))
    return found


def set_fano(t_L: Any, t_R: Any) -> Any:
    """Return the Fano factor of one spinless level at full bias, (t_L^2 + t_R^2) / (t_L + t_R)^2."""
    return (t_L**2 + t_R**2) / (t_L + t_R) ** 2


def degenerate_fano(t_L: Any, t_R: Any, g_i: Any, g_j: Any) -> Any:
    """Return the Fano factor of two levels at full bias, (a^2 + b^2) / (a + b)^2 with a = g_j t_L and b = g_i t_R.

    Filling proceeds at a rate proportional to t_L and emptying to (g_i/g_j) t_R (`analytic.rates` Eq. (3)), so the
    spinless result holds with effective rates; one spin-degenerate orbital, N = 0 <-> 1, has a = 2 t_L and b = t_R.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from analytic import degenerate_fano
    >>> degenerate_fano(1, 1, Fraction(1), 2)
    Fraction(5, 9)
    """
    return set_fano(g_j * t_L, g_i * t_R)


def noise_exact(
    levels: Sequence[Mapping[str, Any]],
    transitions: Sequence[Mapping[str, Any]],
    leads: Sequence[Mapping[str, Any]],
    kT: Any,
    gate: Any,
    *,
    digits: int = 30,
) -> Cumulants:
    """Return current and noise counted at the right lead for a case of the protocol, to `digits` decimals.

    The coefficients of Eq. (1) cancel if rates differ by many decades. The precision is raised until a_1, the
    product of all decay rates, is the sum of all trees, which `analytic.matrix_tree` adds up without cancellation: then
    no decay is too slow to be seen. Two precisions have to agree on the noise besides.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import noise_exact
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": "0.1", "two_S": 1}]
    >>> transitions = [{"from": 0, "to": 1, "M": "0.5"}]
    >>> leads = [{"name": "L", "rate": 1, "mu": "0.5"}, {"name": "R", "rate": 1, "mu": "-0.5"}]
    >>> found = noise_exact(levels, transitions, leads, "0.001", 0)
    >>> nstr(found.current, 8), nstr(found.noise, 8)
    ('0.33333333', '0.18518519')
    """
    chain = Chain.from_case(levels, transitions, leads, kT, gate)
    current = current_exact(levels, transitions, leads, kT, gate, digits=digits)["I_R"]
    if not chain.transitions or any(lead.rate == 0 for lead in chain.leads):
        return Cumulants(mp.zero, mp.zero)
    precision, last = digits + 20, mp.inf
    while True:
        with workdps(precision):
            hops = aggregated_hops(chain, fermi_functions(chain))
            zeroth, first, second = _coefficients(_generator(len(chain.levels), hops, "R"))
            trees = mp.fsum(tree_sums(len(chain.levels), total_rates(hops)))
            small = mp.mpf(10) ** -digits
            if abs(first.value - trees) <= small * trees:
                noise = _cumulants(zeroth, first, second).noise
                if abs(noise - last) < small * noise:
                    return Cumulants(current, noise)
                last = noise
        precision *= 2


def _cumulants(zeroth: _Jet, first: _Jet, second: _Jet) -> Cumulants:
    current = -zeroth.first / first.value
    noise = -(zeroth.second + 2 * first.first * current + 2 * second.value * current**2) / first.value
    return Cumulants(current, noise)


def _generator(states: int, hops: Iterable[Hop], lead: str) -> _Matrix:
    matrix = [[_Jet(0) for _ in range(states)] for _ in range(states)]
    for hop in hops:
        counted = -hop.electrons if hop.lead == lead else 0
        weight = _Jet(hop.rate, counted * hop.rate, counted**2 * hop.rate)
        matrix[hop.to][hop.start] += weight
        matrix[hop.start][hop.start] += _Jet(-hop.rate)
    return matrix


def _coefficients(matrix: _Matrix) -> tuple[_Jet, _Jet, _Jet]:
    """Return a_0, a_1 and a_2 of det(lambda - matrix)."""
    size = len(matrix)
    coefficients = {size: _Jet(1)}
    product: _Matrix = [[_Jet(0) for _ in range(size)] for _ in range(size)]
    for k in range(1, size + 1):
        for i in range(size):
            product[i][i] += coefficients[size - k + 1]
        product = _product(matrix, product)
        trace = _sum(product[i][i] for i in range(size))
        coefficients[size - k] = trace.scaled(Fraction(-1, k))
    return coefficients[0], coefficients[1], coefficients[2]


def _product(a: _Matrix, b: _Matrix) -> _Matrix:
    columns = list(zip(*b, strict=True))
    return [[_sum(x * y for x, y in zip(row, column, strict=True)) for column in columns] for row in a]


def _sum(jets: Iterable[_Jet]) -> _Jet:
    return reduce(_Jet.__add__, jets, _Jet(0))

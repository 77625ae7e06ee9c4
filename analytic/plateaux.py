r"""Transport at kT -> 0, exactly: leading exponents and prefactors, and the plateaux (physics.md section 5).

At low temperature a Fermi function is ``f(x/kT) -> e^{-x/kT}`` for x > 0, 1/2 at the threshold x = 0, and 1 for x < 0;
``1 - f`` is the same with x reversed. So every rate is an `Asymptotic`, ``c e^{-a/kT}`` with an exact exponent and an
exact prefactor. Products add exponents, sums keep the smallest exponent; all prefactors are positive, so no leading
term can cancel, and the matrix-tree theorem (`analytic.matrix_tree`), which only adds and multiplies, carries the limit
through to the populations without a single step of analysis. The current follows from the subtraction-free form,
`analytic.transport` Eq. (2), whose window is

.. math:: f_L - f_R \to \begin{cases} e^{-x_L/kT} & 0 < x_L \\ 1 & x_L < 0 < x_R \\ e^{x_R/kT} & x_R < 0 \end{cases}

for mu_L > mu_R, and 1/2 where one of the two is at its threshold. On a plateau of the current every exponent vanishes
and what is left is a rational function of M_ji, t^L and t^R; these may be symbols.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from analytic.matrix_tree import stationary_distribution
from analytic.rates import Chain, Lead, Transition, aggregated_hops, total_rates

Items = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Asymptotic:
    """The leading behaviour ``prefactor * exp(-exponent / kT)`` for kT -> 0.

    Attributes
    ----------
    exponent
        Energy in E_H*, exact.
    prefactor
        A number or expression, not zero except in the zero quantity.

    >>> blocked, open_ = Asymptotic(Fraction(1, 2), 3), Asymptotic(Fraction(0), 2)
    >>> (blocked + open_).limit, (blocked * open_).prefactor, (blocked * open_).limit
    (2, 6, 0)
    """

    exponent: Fraction
    prefactor: Any

    def __add__(self, other: Asymptotic) -> Asymptotic:
        if self.exponent == other.exponent:
            return Asymptotic(self.exponent, self.prefactor + other.prefactor)
        return self if self.exponent < other.exponent else other

    def __mul__(self, other: Asymptotic | Any) -> Asymptotic:
        if isinstance(other, Asymptotic):
            return Asymptotic(self.exponent + other.exponent, self.prefactor * other.prefactor)
        return Asymptotic(self.exponent, self.prefactor * other)

    __rmul__ = __mul__

    def __truediv__(self, other: Asymptotic) -> Asymptotic:
        return Asymptotic(self.exponent - other.exponent, self.prefactor / other.prefactor)

    @property
    def limit(self) -> Any:
        """The value at kT = 0: the prefactor if the exponent is 0, and 0 if it is positive."""
        if self.exponent < 0:
            raise ValueError(f"exponent={self.exponent} must not be negative for a finite limit")
        return self.prefactor if self.exponent == 0 else 0


_ZERO = Asymptotic(Fraction(0), Fraction(0))


def zero_temperature_populations(
    levels: Items, transitions: Items, leads: Items, gate: Any = 0
) -> tuple[Asymptotic, ...]:
    """Return the leading behaviour of every population, summed over S_z.

    Parameters
    ----------
    levels, transitions, leads, gate
        As in the protocol's task ``stationary_state``; M and the lead rates may be sympy expressions.

    Raises
    ------
    ValueError
        If an input breaks a rule or the chain has several closed classes.

    Examples
    --------
    >>> from analytic import zero_temperature_populations
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": "0.1", "two_S": 1}]
    >>> transitions = [{"from": 0, "to": 1, "M": "0.5"}]
    >>> leads = [{"name": "L", "rate": 1, "mu": "0.5"}, {"name": "R", "rate": 1, "mu": "-0.5"}]
    >>> [population.limit for population in zero_temperature_populations(levels, transitions, leads)]
    [Fraction(1, 3), Fraction(2, 3)]
    """
    return _populations(Chain.from_case(levels, transitions, leads, 1, gate))


def zero_temperature_current(levels: Items, transitions: Items, leads: Items, gate: Any = 0) -> Asymptotic:
    """Return the leading behaviour of the particle current from L to R; its ``limit`` is the plateau's value.

    Examples
    --------
    >>> from analytic import zero_temperature_current
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": "0.1", "two_S": 1}]
    >>> transitions = [{"from": 0, "to": 1, "M": "0.5"}]
    >>> leads = [{"name": "L", "rate": 1, "mu": "0.5"}, {"name": "R", "rate": 1, "mu": "-0.5"}]
    >>> zero_temperature_current(levels, transitions, leads).limit
    Fraction(1, 3)
    """
    chain = Chain.from_case(levels, transitions, leads, 1, gate)
    by_name = {lead.name: lead for lead in chain.leads}
    if len(chain.leads) != 2 or set(by_name) != {"L", "R"}:
        raise ValueError(f"leads={[lead.name for lead in chain.leads]} must be named 'L' and 'R'")
    left, right = by_name["L"], by_name["R"]
    if left.mu == right.mu or left.rate == 0 or right.rate == 0:
        return _ZERO
    high, low, sign = (left, right, 1) if left.mu > right.mu else (right, left, -1)
    populations = _populations(chain)
    total: Asymptotic | None = None
    for item in chain.transitions:
        if item.M == 0:
            continue
        occupied = populations[item.initial] + chain.degeneracy_ratio(item) * populations[item.final]
        term = 2 * item.M * occupied * window(chain.fermi_argument(item, high), chain.fermi_argument(item, low))
        total = term if total is None else total + term
    return _ZERO if total is None else sign * (left.rate * right.rate / (left.rate + right.rate)) * total


def step(x: Fraction) -> Asymptotic:
    """Return the leading behaviour of the Fermi function f(x / kT)."""
    if x == 0:
        return Asymptotic(Fraction(0), Fraction(1, 2))
    return Asymptotic(max(x, Fraction(0)), Fraction(1))


def _populations(chain: Chain) -> tuple[Asymptotic, ...]:
    def occupation(transition: Transition, lead: Lead) -> tuple[Asymptotic, Asymptotic]:
        x = chain.fermi_argument(transition, lead)
        return step(x), step(-x)

    return stationary_distribution(len(chain.levels), total_rates(aggregated_hops(chain, occupation)))


def window(x_high: Fraction, x_low: Fraction) -> Asymptotic:
    """Return the leading behaviour of f(x_high / kT) - f(x_low / kT) for x_high < x_low."""
    if x_high == 0 or x_low == 0:
        return Asymptotic(Fraction(0), Fraction(1, 2))
    return Asymptotic(max(x_high, -x_low, Fraction(0)), Fraction(1))

"""The limit T -> 0: leading terms a exp(-A / kT) of populations and currents, exact in the numbers given.

At low temperature every Fermi factor tends to its leading term, f -> exp(-x/kT), 1/2 or 1 for x = E - mu above, at or
below 0, and 1 - f the other way round. Sums keep the terms of the smallest action A, equal actions add their prefactors
a. As the elimination of states (`numeric.elimination`) takes sums, products and quotients of positive terms only,
leading terms go through it without error: no leading term ever cancels on the way to a population. Actions and
prefactors are fractions: equal actions, or a level exactly at a chemical potential, are recognised without rounding.

In the current the flows in and out are subtracted. If each edge couples to both leads, the leading terms of a nonzero
current do not cancel: the dissipation V I is a sum over edges and leads of (J_in - J_out) ln(J_in / J_out) >= 0, so it
is no smaller than the largest flow that is not balanced. If the terms cancel at one barrier, the
current is therefore taken from the other one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log, log10

import numpy as np

from numeric.chain import chain_of
from numeric.level_scheme import Lead, LevelScheme, as_two_leads, lead_rates
from numeric.network import check_connected
from numeric.scaled import LARGEST_ARGUMENT, Scaled, exp_quotient, multiply
from numeric.validation import as_float, as_instance


@dataclass(frozen=True)
class Leading:
    """The leading term prefactor * exp(-action / kT) as kT -> 0.

    Parameters
    ----------
    prefactor
        Exact; 0 for the number zero.
    action
        Exact, in the unit of energy, >= 0 for populations.

    >>> round(Leading(Fraction(2), Fraction(1)).at(0.5), 12)  # 2 exp(-1 / 0.5)
    0.270670566473
    """

    prefactor: Fraction
    action: Fraction

    def __add__(self, other: Leading) -> Leading:
        if self.prefactor == 0 or other.prefactor == 0:
            return other if self.prefactor == 0 else self
        if self.action != other.action:
            return min(self, other, key=lambda term: term.action)
        return Leading(self.prefactor + other.prefactor, self.action)

    def __mul__(self, other: Leading) -> Leading:
        return Leading(self.prefactor * other.prefactor, self.action + other.action)

    def __truediv__(self, other: Leading) -> Leading:
        return Leading(self.prefactor / other.prefactor, self.action - other.action)

    def at(self, kT: float) -> float:
        """Return the term at a positive temperature, as float64; below 2**-1074 it is 0.

        Raises
        ------
        ValueError
            If kT is not positive.
        OverflowError
            If the term exceeds the largest float64.
        """
        kT = as_float("kT", kT, positive=True)
        if self.prefactor == 0 or self.action > int(LARGEST_ARGUMENT) * Fraction(kT):
            return 0.0
        power = self.prefactor.numerator.bit_length() - self.prefactor.denominator.bit_length()
        fraction = Scaled(np.array(float(self.prefactor / Fraction(2) ** power)), np.array(float(power)))
        action = float(self.action)
        return float(multiply(fraction, exp_quotient(-action, -float(self.action - Fraction(action)), kT)).to_float())

    def log10_at(self, kT: float) -> float:
        """Return the decimal logarithm of its magnitude at a positive temperature; -inf for zero.

        Raises
        ------
        ValueError
            If kT is not positive, or so small that action / kT exceeds the largest float64.
        """
        kT = as_float("kT", kT, positive=True)
        if self.prefactor == 0:
            return -float("inf")
        try:
            actions = float(self.action / Fraction(kT))
        except OverflowError as error:
            raise ValueError(f"kT={kT} must leave action / kT in the range of a double") from error
        magnitude = abs(self.prefactor)
        return log10(magnitude.numerator) - log10(magnitude.denominator) - actions / log(10)


ZERO = Leading(Fraction(0), Fraction(0))
Rates = dict[tuple[int, int], Leading]


@dataclass(frozen=True, repr=False)
class LowTemperatureLimit:
    """Leading terms of one point.

    Parameters
    ----------
    populations
        Of each level, summed over S_z.
    current
        From L to R; the prefactor carries the sign.
    """

    populations: tuple[Leading, ...]
    current: Leading

    def __repr__(self) -> str:
        prefactor, action = self.current.prefactor, float(self.current.action)
        levels = len(self.populations)
        return f"LowTemperatureLimit(current={float(prefactor):.6g} * exp(-{action:.6g} / kT), {levels} levels)"


def low_temperature_limit(scheme: LevelScheme, leads: Sequence[Lead], *, gate: float = 0.0) -> LowTemperatureLimit:
    """Return populations and current as kT -> 0.

    Parameters
    ----------
    scheme
        Levels and transitions; M common to both leads or one column for each. Levels are not split: no Zeeman field.
    leads
        Two leads, named "L" and "R".
    gate
        As `numeric.stationary.stationary_state`.

    Raises
    ------
    ValueError
        If the leads are not L and R or one has a kT of its own, a number is not finite, or there is more than one
        closed class.
    ArithmeticError
        If the leading terms of a current that does not vanish cancel at both barriers, which takes edges that couple to
        one lead only.

    Examples
    --------
    >>> from numeric import Lead, LevelScheme, low_temperature_limit
    >>> scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    >>> leads = [Lead("L", rate=1.0, mu=0.5), Lead("R", rate=1.0, mu=-0.5)]
    >>> low_temperature_limit(scheme, leads).current
    Leading(prefactor=Fraction(1, 3), action=Fraction(0, 1))
    """
    scheme, leads = as_instance("scheme", scheme, LevelScheme), as_two_leads(leads)
    own = [lead.name for lead in leads if lead.kT is not None]
    if own:
        raise ValueError(f"lead {own[0]!r}: kT must be None: every temperature goes to zero here")
    phi = Fraction(as_float("gate", gate))
    check_connected(chain_of(scheme, lead_rates(leads), resolved=False, zeeman=0.0))
    per_lead = {lead.name: leading_rates(scheme, number, lead, phi) for number, lead in enumerate(leads)}
    populations = leading_state(scheme.energies.size, per_lead.values())
    return LowTemperatureLimit(populations, _current(scheme, leads, per_lead, populations))


def fermi_limit(x: Fraction) -> tuple[Leading, Leading]:
    """Return the leading terms of f and 1 - f at x = E - mu."""
    one, small = Leading(Fraction(1), Fraction(0)), Leading(Fraction(1), abs(x))
    if x == 0:
        half = Leading(Fraction(1, 2), Fraction(0))
        return half, half
    return (small, one) if x > 0 else (one, small)


def leading_rates(scheme: LevelScheme, number: int, lead: Lead, gate: Fraction) -> Rates:
    """Return {(j, i): W_{j<-i}} of one lead, absent edges left out."""
    rates = {}
    M = scheme.M if scheme.M.ndim == 1 else scheme.M[:, number]
    for i, j, weight in zip(scheme.lower.tolist(), scheme.upper.tolist(), M.tolist(), strict=True):
        strength = 2 * Fraction(lead.rate) * Fraction(weight)
        if strength:
            E = Fraction(scheme.energies[j].item()) - Fraction(scheme.energies[i].item()) - gate
            occupied, empty = fermi_limit(E - Fraction(lead.mu))
            back = Fraction(int(scheme.two_S[i]) + 1, int(scheme.two_S[j]) + 1)
            rates[j, i] = Leading(strength, Fraction(0)) * occupied
            rates[i, j] = Leading(strength * back, Fraction(0)) * empty
    return rates


def leading_state(states: int, per_lead: Iterable[Rates]) -> tuple[Leading, ...]:
    """Eliminate states one by one, in leading terms."""
    q: Rates = {}
    for rates in per_lead:
        for edge, rate in rates.items():
            q[edge] = q.get(edge, ZERO) + rate
    exits = {}
    for k in range(states - 1, 0, -1):
        into, out = [j for j in range(k) if (k, j) in q], [i for i in range(k) if (i, k) in q]
        exits[k] = sum((q[i, k] for i in out), ZERO)
        for i in out:
            for j in into:
                if i != j:
                    q[i, j] = q.get((i, j), ZERO) + q[i, k] * q[k, j] / exits[k]
    weights = [Leading(Fraction(1), Fraction(0))]
    for k in range(1, states):
        weights.append(sum((q[k, j] * weights[j] for j in range(k) if (k, j) in q), ZERO) / exits[k])
    total = sum(weights, ZERO)
    return tuple(weight / total for weight in weights)


def _current(
    scheme: LevelScheme, leads: Sequence[Lead], per_lead: dict[str, Rates], populations: tuple[Leading, ...]
) -> Leading:
    """Return the leading net flow at the barrier at which it does not cancel."""
    feeding = [lead.mu for lead in leads if per_lead[lead.name]]
    if len(set(feeding)) < 2:
        return ZERO
    lost = []
    for name, sign in (("L", 1), ("R", -1)):
        terms = [
            Leading(Fraction(sign * int(scheme.electrons[j] - scheme.electrons[i])), Fraction(0))
            * rate
            * populations[i]
            for (j, i), rate in per_lead[name].items()
        ]
        smallest = min(term.action for term in terms)
        net = Leading(sum((term.prefactor for term in terms if term.action == smallest), Fraction(0)), smallest)
        if net.prefactor:
            return net
        lost.append(f"{name}: exp(-{float(smallest):.6g} / kT)")
    raise ArithmeticError(
        f"leading flows cancel at both barriers ({', '.join(lost)}): the current is smaller than either"
    )

"""Stationary state and currents of the rate equation, [J96] Eqs. (2) and (3), in balls.

Levels i of N electrons and j of N+1 are joined with probability M_ji; per lead of rate t and potential mu, with x =
(E_j - E_i - gate - mu)/kT,

    W_{j<-i} = 2 t M_ji f(x),    W_{i<-j} = 2 t M_ji (2S_i+1)/(2S_j+1) [1 - f(x)],    f(x) = 1/(1 + exp x)

(populations summed over S_z, physics.md section 5). The Grassmann-Taksar-Heyman elimination solves for the
populations without a subtraction, so that each keeps its relative accuracy, however small; balls have exponents of
unlimited size, and no rate is ever flushed to zero. The current is a difference of large and nearly equal flows near
V = 0: there the precision rises until the digits asked for are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, ctx

from qdverify.reference.enclosure.budget import check_time, paced
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.unresolved import Unresolved

Number = Fraction | arb
FIRST_BITS = 160
MOST_BITS = 20000


@dataclass(frozen=True)
class Lead:
    """A lead with tunnel rate t and electrochemical potential mu."""

    rate: Fraction
    mu: Fraction


@dataclass(frozen=True)
class Stationary:
    """Populations of the levels, summed over S_z, and the particle current from left to right at each barrier."""

    populations: tuple[arb, ...]
    current_left: arb
    current_right: arb


@dataclass(frozen=True)
class RateEquation:
    """Levels and the transition probabilities between them.

    Attributes
    ----------
    energies
        Level energies in effective Hartree, exact or as balls.
    two_S
        Twice the total spins.
    transitions
        (i, j, M_ji) with one electron more in level j; exact or as balls.
    """

    energies: tuple[Number, ...]
    two_S: tuple[int, ...]
    transitions: tuple[tuple[int, int, Number], ...]

    def stationary(self, left: Lead, right: Lead, *, kT: Fraction, gate: Fraction, digits: int = 12) -> Stationary:
        """Enclose the stationary state.

        Parameters
        ----------
        kT, gate
            Temperature, positive, and e phi, in effective Hartree.
        digits
            Wanted relative digits of every population and current.

        Raises
        ------
        ValueError
            If kT is not positive, or if the leads leave more than one class of levels that never communicate.
        Unresolved
            If energies or probabilities given as balls do not determine the digits.
        """
        if kT <= 0:
            raise ValueError(f"kT={float(kT)} must be positive")
        edges = [edge for edge in self.transitions if not _is_zero(edge[2]) and left.rate + right.rate != 0]
        self._require_one_class(edges)
        blocked = left.mu == right.mu or left.rate == 0 or right.rate == 0
        bits = FIRST_BITS
        while True:
            with ctx.workprec(bits):
                result = self._solve(edges, (left, right), kT, gate)
                if blocked:
                    result = Stationary(result.populations, arb(0), arb(0))
                values = [*result.populations, result.current_left, result.current_right]
                reached = min(value.rel_accuracy_bits() for value in values if not value.is_zero())
            if reached >= 3.33 * digits:
                return result
            check_time(f"solving the rate equation with {bits} bits, which determine {_digits(reached)} digits")
            bits *= 2
            if bits > MOST_BITS:
                raise Unresolved(f"the inputs determine {_digits(reached)} digits of the currents, not {digits}")

    def _require_one_class(self, edges: Sequence[tuple[int, int, Number]]) -> None:
        """For kT > 0 every edge is passed both ways, so that closed classes are connected components."""
        label = list(range(len(self.energies)))
        for i, j, _ in edges:
            low, high = sorted((label[i], label[j]))
            label = [low if other == high else other for other in label]
        classes = [[i for i, other in enumerate(label) if other == name] for name in sorted(set(label))]
        if len(classes) > 1:
            raise ValueError(
                f"levels fall into {len(classes)} closed classes {classes}: the stationary state is not unique"
            )

    def _solve(
        self, edges: Sequence[tuple[int, int, Number]], leads: tuple[Lead, Lead], kT: Fraction, gate: Fraction
    ) -> Stationary:
        energies = [_as_ball(energy) for energy in self.energies]
        shift, inverse_kT = _as_ball(gate), 1 / _as_ball(kT)
        potentials = [(_as_ball(2 * lead.rate), _as_ball(lead.mu)) for lead in leads]
        rates: list[dict[int, arb]] = [{} for _ in energies]
        flows = []
        for i, j, probability in paced(edges, f"evaluating {len(edges)} rates with {ctx.prec} bits"):
            M = _as_ball(probability)
            back = M * (self.two_S[i] + 1) / (self.two_S[j] + 1)
            difference = energies[j] - energies[i] - shift
            for lead, (rate, mu) in enumerate(potentials):
                if rate == 0:
                    continue
                boltzmann = ((difference - mu) * inverse_kT).exp()
                fermi = rate / (1 + boltzmann)
                entering, leaving = M * fermi, back * boltzmann * fermi
                rates[i][j] = rates[i].get(j, 0) + entering
                rates[j][i] = rates[j].get(i, 0) + leaving
                flows.append((lead, i, j, entering, leaving))
        populations = stationary_populations(rates)
        net = [arb(0), arb(0)]
        for lead, i, j, entering, leaving in flows:
            net[lead] += populations[i] * entering - populations[j] * leaving
        return Stationary(tuple(populations), net[0], -net[1])


def stationary_populations(rates: Sequence[dict[int, arb]]) -> list[arb]:
    """Return the stationary distribution of an irreducible chain by GTH elimination, at the current precision.

    Parameters
    ----------
    rates
        rates[i][j] is the positive rate from state i to state j; the list is left as it was.
    """
    work = [dict(row) for row in rates]
    count = len(work)
    exits: list[arb] = [arb(1)] * count
    incoming: list[list[tuple[int, arb]]] = [[] for _ in range(count)]
    for k in paced(range(count - 1, 0, -1), f"eliminating {count} levels", lambda k: k * k):
        targets = [(j, rate) for j, rate in work[k].items() if j < k]
        exits[k] = sum((rate for _, rate in targets), arb(0))
        incoming[k] = [(i, work[i][k]) for i in range(k) if k in work[i]]
        shares = [(j, rate / exits[k]) for j, rate in targets]
        for i, rate in incoming[k]:
            row = work[i]
            for j, share in shares:
                if j != i:
                    row[j] = row.get(j, 0) + rate * share
    weights = [arb(1)]
    for k in range(1, count):
        weights.append(sum((weights[i] * rate for i, rate in incoming[k]), arb(0)) / exits[k])
    total = sum(weights, arb(0))
    return [weight / total for weight in weights]


def _digits(bits: int) -> int:
    return max(0, int(bits / 3.33))


def _is_zero(number: Number) -> bool:
    """Tell whether a number is exactly zero; a ball that only contains zero is not."""
    return number == 0 if isinstance(number, Fraction) else bool(number.is_zero())


def _as_ball(number: Number) -> arb:
    return ball(number) if isinstance(number, Fraction) else number

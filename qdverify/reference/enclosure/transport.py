"""Stationary state, currents and heat of the rate equation, [J96] Eqs. (2) and (3), in balls.

Levels i of N electrons and j of N+1 are joined with probability M_ji; per lead of rate t and potential mu, with x =
(E_j - E_i - gate - mu)/kT,

    W_{j<-i} = 2 t M_ji f(x),    W_{i<-j} = 2 t M_ji (2S_i+1)/(2S_j+1) [1 - f(x)],    f(x) = 1/(1 + exp x)

(populations summed over S_z, physics.md section 5). The Grassmann-Taksar-Heyman elimination solves for the
populations without a subtraction, so that each keeps its relative accuracy, however small; balls have exponents of
unlimited size, and no rate is ever flushed to zero. Electrons that enter through a lead carry the heat E_j - E_i -
gate - mu each. A current is a difference of large and nearly equal flows near
V = 0: there the precision rises until the digits asked for are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, inf

from flint import arb, ctx

from qdverify.reference.enclosure.budget import check_time, paced
from qdverify.reference.enclosure.elimination import stationary_populations
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.unresolved import Unresolved

Number = Fraction | arb
Edge = tuple[int, int, tuple[Number, ...]]
"""Two levels, and the probability between them at each lead."""
FIRST_BITS = 160
MOST_BITS = 20000


@dataclass(frozen=True)
class Lead:
    """A lead with tunnel rate t, electrochemical potential mu, and a temperature if it differs from the others'."""

    rate: Fraction
    mu: Fraction
    kT: Fraction | None = None


@dataclass(frozen=True)
class Stationary:
    """The stationary state.

    Attributes
    ----------
    populations
        Of the levels, summed over S_z.
    into
        The particle current from each lead into the dot, in the order of the leads.
    heat
        The heat current out of each lead; empty if it was not asked for.
    """

    populations: tuple[arb, ...]
    into: tuple[arb, ...]
    heat: tuple[arb, ...] = ()

    @property
    def current_left(self) -> arb:
        """The current from left to right, counted at the first of two leads."""
        return self.into[0]

    @property
    def current_right(self) -> arb:
        """The current from left to right, counted at the second of two leads."""
        with ctx.workprec(MOST_BITS):  # a sign costs no digits, but is rounded to the precision of whoever asks
            return arb(0) - self.into[1]


@dataclass(frozen=True)
class Tunnelling:
    """The way of electrons between two levels through one lead.

    Attributes
    ----------
    lead
        Place of the lead in the list of leads.
    lower, upper
        The level without and the one with the electron.
    entering, leaving
        Rates from `lower` to `upper` and back.
    carried
        The heat of one electron, E_j - E_i - gate - mu.
    """

    lead: int
    lower: int
    upper: int
    entering: arb
    leaving: arb
    carried: arb


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
        (i, j, M_ji) with one electron more in level j; exact or as balls. M_ji may be a tuple, one number a lead.
    """

    energies: tuple[Number, ...]
    two_S: tuple[int, ...]
    transitions: tuple[tuple[int, int, Number | tuple[Number, ...]], ...]

    def stationary(
        self, *leads: Lead, kT: Fraction, gate: Fraction, digits: int = 12, heat: bool = False
    ) -> Stationary:
        """Enclose the stationary state between any number of leads.

        Parameters
        ----------
        kT, gate
            Temperature of the leads that have none of their own, positive, and e phi, in effective Hartree.
        digits
            Wanted relative digits of every population and current. A current that vanishes though its leads are not in
            equilibrium has three times as many, and 30 more, in units of its gross flow.
        heat
            Whether the heat currents are wanted too.

        Raises
        ------
        ValueError
            If kT is not positive, or if the leads leave more than one class of levels that never communicate.
        Unresolved
            If energies or probabilities given as balls do not determine the digits.
        """
        self.require_one_state(leads, kT)
        blocked = self.at_rest(leads, kT)
        for bits in precisions():
            with ctx.workprec(bits):
                result, gross = self._solve(leads, kT, gate, heat=heat)
                if blocked:
                    zeros = tuple(arb(0) for _ in leads)
                    result = Stationary(result.populations, zeros, zeros if heat else ())
                flows = zip((*result.into, *result.heat), gross, strict=False)
                of_flows = (accurate_bits(value, size, digits) for value, size in flows)
                reached = min(*(value.rel_accuracy_bits() for value in result.populations), *of_flows)
            if reached >= 3.33 * digits:
                return result
            check_time(f"solving the rate equation with {bits} bits, which determine {_digits(reached)} digits")
        raise self.unresolved("the currents", digits, reached)

    def unresolved(self, what: str, digits: int, reached: float) -> Unresolved:
        """Return the reason why `digits` are not reached, where the highest precision determines `reached` bits."""
        numbers = [*self.energies, *(M for _, _, given in self.transitions for M in _by_lead(given, 1))]
        if any(isinstance(number, arb) for number in numbers):
            return Unresolved(f"the inputs determine {_digits(reached)} digits of {what}, not {digits}")
        needed = MOST_BITS + ceil(3.33 * digits - max(reached, 0))
        return Unresolved(f"digits={digits} of {what} take at least {needed} bits, and {MOST_BITS} are the most tried")

    def coupled(self, leads: Sequence[Lead]) -> list[int]:
        """Return the places of the leads that pass electrons."""
        edges = self.edges(leads)
        return [place for place, lead in enumerate(leads) if any(self._feeds(lead, M[place]) for _, _, M in edges)]

    def at_rest(self, leads: Sequence[Lead], kT: Fraction) -> bool:
        """Tell whether all coupled leads have one chemical potential and one temperature, so that nothing flows."""
        return len({(leads[place].mu, leads[place].kT or kT) for place in self.coupled(leads)}) <= 1

    @staticmethod
    def _feeds(lead: Lead, M: Number) -> bool:
        return lead.rate != 0 and not _is_zero(M)

    def edges(self, leads: Sequence[Lead]) -> list[Edge]:
        """Return the transitions through which some lead passes electrons, with M_ji at each."""
        edges = [(i, j, _by_lead(M, len(leads))) for i, j, M in self.transitions]
        return [edge for edge in edges if any(self._feeds(*one) for one in zip(leads, edge[2], strict=True))]

    def require_one_state(self, leads: Sequence[Lead], kT: Fraction) -> None:
        """Raise `ValueError` if a temperature is not positive, or if levels fall into classes that never communicate.

        For kT > 0 every edge is passed both ways, so that closed classes are connected components.
        """
        for temperature in (kT, *(lead.kT for lead in leads if lead.kT is not None)):
            if temperature <= 0:
                raise ValueError(f"kT={float(temperature)} must be positive")
        label = list(range(len(self.energies)))
        for i, j, _ in self.edges(leads):
            low, high = sorted((label[i], label[j]))
            label = [low if other == high else other for other in label]
        classes = [[i for i, other in enumerate(label) if other == name] for name in sorted(set(label))]
        if len(classes) > 1:
            raise ValueError(
                f"levels fall into {len(classes)} closed classes {classes}: the stationary state is not unique"
            )

    def tunnelling(self, leads: Sequence[Lead], kT: Fraction, gate: Fraction) -> list[Tunnelling]:
        """Return every way of electrons, at the current precision; those whose rate is 0 are left out."""
        energies = [as_ball(energy) for energy in self.energies]
        shift = as_ball(gate)
        reservoirs = [(as_ball(2 * lead.rate), as_ball(lead.mu), 1 / as_ball(lead.kT or kT)) for lead in leads]
        edges, found = self.edges(leads), []
        for i, j, probabilities in paced(edges, f"evaluating {len(edges)} rates with {ctx.prec} bits"):
            ratio = arb(self.two_S[i] + 1) / (self.two_S[j] + 1)
            difference = energies[j] - energies[i] - shift
            for place, (rate, mu, inverse_kT) in enumerate(reservoirs):
                if not self._feeds(leads[place], probabilities[place]):
                    continue
                carried = difference - mu
                boltzmann = (carried * inverse_kT).exp()
                entering = as_ball(probabilities[place]) * rate / (1 + boltzmann)
                found.append(Tunnelling(place, i, j, entering, ratio * boltzmann * entering, carried))
        return found

    def populations(self, ways: Sequence[Tunnelling]) -> list[arb]:
        """Return the stationary distribution between the levels, at the current precision."""
        rates: list[dict[int, arb]] = [{} for _ in self.energies]
        for way in ways:
            for start, end, rate in ((way.lower, way.upper, way.entering), (way.upper, way.lower, way.leaving)):
                rates[start][end] = rates[start].get(end, 0) + rate
        return stationary_populations(rates)

    def _solve(
        self, leads: Sequence[Lead], kT: Fraction, gate: Fraction, *, heat: bool
    ) -> tuple[Stationary, list[arb]]:
        """Return the stationary state at the current precision, and the gross flows of electrons and of heat."""
        ways = self.tunnelling(leads, kT, gate)
        populations, count = self.populations(ways), len(leads)
        net, gross = ([arb(0)] * (2 * count if heat else count) for _ in range(2))
        for way in ways:
            into, out = populations[way.lower] * way.entering, populations[way.upper] * way.leaving
            net[way.lead] += into - out
            gross[way.lead] += into + out
            if heat:
                net[count + way.lead] += way.carried * (into - out)
                gross[count + way.lead] += abs(way.carried) * (into + out)
        return Stationary(tuple(populations), tuple(net[:count]), tuple(net[count:])), gross


def precisions() -> Iterator[int]:
    """Yield the bits with which an answer is tried, one after the other."""
    bits = FIRST_BITS
    while bits < MOST_BITS:
        yield bits
        bits *= 2
    yield MOST_BITS


def _by_lead(M: Number | tuple[Number, ...], leads: int) -> tuple[Number, ...]:
    return M if isinstance(M, tuple) else (M,) * leads


def accurate_bits(value: arb, gross: arb, digits: int) -> float:
    """Return the relative accuracy of a current in bits; infinite if it is zero, or so next to its gross flow."""
    if value.is_zero() or value.rad() <= gross.lower() * arb(10) ** (-3 * digits - 30):
        return inf
    return float(value.rel_accuracy_bits())


def _digits(bits: float) -> int:
    return max(0, int(bits / 3.33))


def _is_zero(number: Number) -> bool:
    """Tell whether a number is exactly zero; a ball that only contains zero is not."""
    return number == 0 if isinstance(number, Fraction) else bool(number.is_zero())


def as_ball(number: Number) -> arb:
    """Return a number as a ball, at the current precision if it is exact."""
    return ball(number) if isinstance(number, Fraction) else number

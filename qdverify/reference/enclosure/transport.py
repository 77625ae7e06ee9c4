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

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import ceil, inf
from typing import Final, NamedTuple

from flint import arb, ctx

from qdverify.reference.enclosure.budget import check_time, paced
from qdverify.reference.enclosure.elimination import StationaryChain
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.unresolved import Unresolved

Number = Fraction | arb
BITS_A_DIGIT: Final = 3.33
WORD: Final = 64
LEAST_BITS: Final = 128
"""Balls of up to two machine words are the fastest."""
GUARD_BITS: Final = 60
MOST_BITS = 20000
NEAR: Final = 2**16
"""By how many kT the mu of leads may differ for one exponential to serve both: it costs 16 of the guard bits."""


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


class OpenEdge(NamedTuple):
    """Two levels, the probability between them at each lead, and the places of the leads that pass electrons."""

    lower: int
    upper: int
    M: tuple[Number, ...]
    open: Sequence[int]


class Tunnelling(NamedTuple):
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
    filled, empty
        Of the states of that energy in the lead, f and 1 - f.
    """

    lead: int
    lower: int
    upper: int
    entering: arb
    leaving: arb
    carried: arb
    filled: arb
    empty: arb


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
    resolved
        Level and twice S_z of each, if these are states of one S_z and not levels.
    """

    energies: tuple[Number, ...]
    two_S: tuple[int, ...]
    transitions: tuple[tuple[int, int, Number | tuple[Number, ...]], ...]
    resolved: tuple[tuple[int, int], ...] = ()

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
        device = Device(self, leads, kT, gate)
        for bits in precisions(digits):
            with ctx.workprec(bits):
                result, ways = device.solved(heat=heat)
                populations = min(value.rel_accuracy_bits() for value in result.populations)
                flows = (*result.into, *result.heat)
                reached = float(min(populations, *(value.rel_accuracy_bits() for value in flows)))
                if populations >= BITS_A_DIGIT * digits > reached:  # a flow may vanish
                    gross = device.flows(result.populations, ways, heat=heat, gross=True)
                    of_flows = (accurate_bits(*one, digits) for one in zip(flows, gross, strict=True))
                    reached = min(populations, *of_flows)
            if reached >= BITS_A_DIGIT * digits:
                return result
            check_time(f"solving the rate equation with {bits} bits, which determine {_digits(reached)} digits")
        raise self.unresolved("the currents", digits, reached)

    def unresolved(self, what: str, digits: int, reached: float) -> Unresolved:
        """Return the reason why `digits` are not reached, where the highest precision determines `reached` bits."""
        numbers = [*self.energies, *(M for _, _, given in self.transitions for M in _by_lead(given, 1))]
        if any(isinstance(number, arb) for number in numbers):
            return Unresolved(f"the inputs determine {_digits(reached)} digits of {what}, not {digits}")
        needed = MOST_BITS + ceil(BITS_A_DIGIT * digits - max(reached, 0))
        return Unresolved(f"digits={digits} of {what} take at least {needed} bits, and {MOST_BITS} are the most tried")


@dataclass(frozen=True)
class Device:
    """A rate equation between leads, at one temperature of those that have none of their own, and one gate.

    Raises
    ------
    ValueError
        If a temperature is not positive, or if levels fall into classes that never communicate.
    """

    equation: RateEquation
    leads: Sequence[Lead]
    kT: Fraction
    gate: Fraction

    def __post_init__(self) -> None:
        for temperature in (self.kT, *(lead.kT for lead in self.leads if lead.kT is not None)):
            if temperature <= 0:
                raise ValueError(f"kT={float(temperature)} must be positive")
        # for kT > 0 every edge is passed both ways, so that closed classes are connected components
        classes = [[level] for level in range(len(self.equation.energies))]
        for edge in self.edges:
            if classes[edge.lower] is not classes[edge.upper]:
                joined = classes[edge.lower] + classes[edge.upper]
                for level in joined:
                    classes[level] = joined
        if len(classes[0]) < len(classes):
            different = sorted(sorted(levels) for levels in {id(levels): levels for levels in classes}.values())
            of, kind = self.equation.resolved, "states (level, two_Sz)" if self.equation.resolved else "levels"
            named = [[of[k] for k in states] for states in different] if of else different
            raise ValueError(
                f"{kind} fall into {len(named)} closed classes {named}: the stationary state is not unique"
            )

    @cached_property
    def edges(self) -> list[OpenEdge]:
        """The transitions through which some lead passes electrons."""
        count, found = len(self.leads), []
        rated = [place for place, lead in enumerate(self.leads) if lead.rate]
        for i, j, M in self.equation.transitions:
            by_lead = _by_lead(M, count)
            passing = [place for place in rated if not _is_zero(by_lead[place])] if by_lead is M else rated
            if passing and not _is_zero(by_lead[passing[0]]):
                found.append(OpenEdge(i, j, by_lead, passing))
        return found

    @cached_property
    def coupled(self) -> list[int]:
        """Places of the leads that pass electrons."""
        return sorted({place for edge in self.edges for place in edge.open})

    @cached_property
    def temperatures(self) -> list[Fraction]:
        """Of every lead."""
        return [self.kT if lead.kT is None else lead.kT for lead in self.leads]

    @cached_property
    def at_rest(self) -> bool:
        """Whether all coupled leads have one chemical potential and one temperature, so that nothing flows."""
        return len({(self.leads[place].mu, self.temperatures[place]) for place in self.coupled}) <= 1

    def tunnelling(self) -> list[Tunnelling]:
        """Return every way of electrons, at the current precision; those whose rate is 0 are left out."""
        equation, edges, found, one = self.equation, self.edges, [], arb(1)
        energies, shift = [as_ball(energy) for energy in equation.energies], as_ball(self.gate)
        reservoirs = [
            (as_ball(2 * lead.rate), as_ball(lead.mu), 1 / as_ball(kT))
            for lead, kT in zip(self.leads, self.temperatures, strict=True)
        ]
        exponentials = self._exponentials()
        for i, j, M, passing in paced(edges, f"evaluating {len(edges)} rates with {ctx.prec} bits"):
            ratio = arb(equation.two_S[i] + 1) / (equation.two_S[j] + 1)
            difference = energies[j] - energies[i] - shift
            known: dict[int, arb] = {}
            given = M[passing[0]]
            probability = as_ball(given)
            for place in passing:
                if M[place] is not given:
                    given, probability = M[place], as_ball(M[place])
                rate, mu, inverse_kT = reservoirs[place]
                first, factor = exponentials[place]
                carried, boltzmann = difference - mu, known.get(first)
                if boltzmann is None:
                    known[first] = boltzmann = ((difference - reservoirs[first][1]) * inverse_kT).exp()
                if factor is not None:
                    boltzmann *= factor
                filled = one / (one + boltzmann)
                empty, strength = boltzmann * filled, probability * rate
                entering, leaving = strength * filled, ratio * strength * empty
                found.append(Tunnelling(place, i, j, entering, leaving, carried, filled, empty))
        return found

    def _exponentials(self) -> list[tuple[int, arb | None]]:
        """Return of each lead the place of a lead near by and e^x over that of the other; None if mu is the same."""
        firsts: list[int] = []
        found: list[tuple[int, arb | None]] = []
        for place, (lead, kT) in enumerate(zip(self.leads, self.temperatures, strict=True)):
            for first in firsts:
                away = self.leads[first].mu - lead.mu
                if kT == self.temperatures[first] and abs(away) <= NEAR * kT:
                    found.append((first, as_ball(away / kT).exp() if away else None))
                    break
            else:
                firsts.append(place)
                found.append((place, None))
        return found

    def table(self, ways: Sequence[Tunnelling], numbers: Iterable[tuple[arb, arb]]) -> list[dict[int, arb]]:
        """Return [i][j] of what is given, way by way, for an electron that enters and for one that leaves."""
        found: list[dict[int, arb]] = [{} for _ in self.equation.energies]
        for way, (entering, leaving) in zip(ways, numbers, strict=True):
            i, j = way.lower, way.upper
            up, down = found[i], found[j]
            if j in up:
                up[j], down[i] = up[j] + entering, down[i] + leaving
            else:
                up[j], down[i] = entering, leaving
        return found

    def rates(self, ways: Sequence[Tunnelling]) -> list[dict[int, arb]]:
        """Return [i][j] of the rate from level i to level j."""
        return self.table(ways, ((way.entering, way.leaving) for way in ways))

    def populations(self, ways: Sequence[Tunnelling]) -> list[arb]:
        """Return the stationary distribution between the levels, at the current precision."""
        return StationaryChain(self.rates(ways)).populations

    def solved(self, *, heat: bool = False) -> tuple[Stationary, list[Tunnelling]]:
        """Return the stationary state at the current precision, and the ways of electrons."""
        ways = self.tunnelling()
        populations, count = self.populations(ways), len(self.leads)
        net = self.flows(populations, ways, heat=heat)
        if self.at_rest:
            net = [arb(0)] * len(net)
        return Stationary(tuple(populations), tuple(net[:count]), tuple(net[count:])), ways

    def flows(
        self, populations: Sequence[arb], ways: Sequence[Tunnelling], *, heat: bool = False, gross: bool = False
    ) -> list[arb]:
        """Return the flow of electrons into the dot at each lead, then that of heat if it is wanted; net or gross."""
        count = len(self.leads)
        found = [arb(0)] * (2 * count if heat else count)
        for lead, lower, upper, entering, leaving, carried, *_ in ways:
            into, out = populations[lower] * entering, populations[upper] * leaving
            passed = into + out if gross else into - out
            found[lead] += passed
            if heat:
                found[count + lead] += (abs(carried) if gross else carried) * passed
        return found


def precisions(digits: int, *, for_differences: bool = False) -> Iterator[int]:
    """Yield working precisions in bits, each higher than the last: if one is too low for the digits, the next is tried.

    Parameters
    ----------
    for_differences
        Whether to begin with what it takes to tell that a number is the difference of equal ones (`accurate_bits`).
    """
    bits, of_differences = _in_words(digits), _in_words(3 * digits + 30)
    if for_differences or bits >= of_differences:
        bits = of_differences
    while bits < MOST_BITS:
        yield bits
        bits = max(2 * bits, of_differences)
    yield MOST_BITS


def _in_words(digits: int) -> int:
    """Return the bits of so many decimal digits and of the guard, rounded up to whole machine words."""
    return max(LEAST_BITS, WORD * ceil((BITS_A_DIGIT * digits + GUARD_BITS) / WORD))


def _by_lead(M: Number | tuple[Number, ...], leads: int) -> tuple[Number, ...]:
    return M if isinstance(M, tuple) else (M,) * leads


def accurate_bits(value: arb, gross: arb, digits: int) -> float:
    """Return the relative accuracy of a current in bits; infinite if it is zero, or so next to its gross flow."""
    reached = value.rel_accuracy_bits()
    if reached < BITS_A_DIGIT * digits and value.rad() <= gross.lower() * _nothing(digits):
        return inf
    return float(reached)


@lru_cache
def _nothing(digits: int) -> arb:
    """Return how small the radius of a number that vanishes must be, next to its gross flow."""
    with ctx.workprec(WORD):
        return arb(10) ** (-3 * digits - 30)


def _digits(bits: float) -> int:
    return max(0, int(bits / BITS_A_DIGIT))


def _is_zero(number: Number) -> bool:
    """Tell whether a number is exactly zero; a ball that only contains zero is not."""
    return not number if isinstance(number, Fraction) else bool(number.is_zero())


def as_ball(number: Number) -> arb:
    """Return a number as a ball, at the current precision if it is exact."""
    return ball(number) if isinstance(number, Fraction) else number

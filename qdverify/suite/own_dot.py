"""Checks about one dot of the user's own: certified references and exact relations, whatever the dot is.

They are made for a dot and are no part of the suites that every implementation is asked: levels, spins and M_ji against
the oracle, sum rules of M_ji, the same dot in other orbitals, electrons for holes, and populations and currents at its
Coulomb peaks. What the oracle has no proof for is reported as unsupported, with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from math import fsum
from typing import Any, Final

from qdverify.protocol.answers import Unsupported
from qdverify.protocol.case import Case
from qdverify.protocol.dots import is_box
from qdverify.protocol.inputs import InvalidInput, as_dot, check_inputs, number_of_levels
from qdverify.protocol.json_types import Dot, LevelScheme, Question, Transition, TransportQuestion
from qdverify.protocol.level_scheme import level_scheme
from qdverify.protocol.values import integer
from qdverify.reference.answers.answer import Refusal
from qdverify.reference.oracle import oracle
from qdverify.suite.checks import integral_dots
from qdverify.suite.checks import oracle as enclosed
from qdverify.suite.comparators import close
from qdverify.suite.declare import Check, Judgement, Trial, check
from qdverify.suite.finding import Comparison, Stage, exact
from qdverify.suite.subject import Subject

SUITE: Final = "own-dot"
MOST_LEVELS: Final = 120
"""Levels of one electron number up to which sums over all of them are asked for."""
MOST_ORBITALS: Final = 40
"""Orbitals up to which all M^4 integrals are changed, for other orbitals or for holes."""
_IN_TRANSPORT: Final = 3
_SMALLEST: Final = 1e-3
_TEMPERATURE: Final = 0.05
"""k_B T in units of the distance between the first two Coulomb peaks."""


@dataclass(frozen=True)
class OwnDot:
    """A dot of the user's with what is asked about it.

    Attributes
    ----------
    dot
        A DOT of the protocol.
    electrons
        Numbers of electrons whose levels are asked for.
    levels
        How many of the lowest levels of each number, or all if there are fewer.

    Raises
    ------
    InvalidInput
        If the dot is none, a number of electrons does not fit into it, or no level is asked for.
    """

    dot: Dot
    electrons: tuple[int, ...]
    levels: int = 6

    def __post_init__(self) -> None:
        object.__setattr__(self, "dot", as_dot(self.dot))
        if not self.electrons:
            raise InvalidInput("electrons=() must name at least one number of electrons")
        integer("levels", self.levels, 1)
        for number in self.electrons:
            check_inputs("spectrum", {"dot": self.dot, "electrons": number, "levels": 1})
        object.__setattr__(self, "electrons", tuple(sorted(set(self.electrons))))

    @property
    def weights(self) -> dict[str, list[float]]:
        """The weights of the orbitals for each lead that the dot names, by what M_ji with them are called."""
        given: Any = {} if is_box(self.dot) else self.dot.get("weights", {})
        return {f", lead {lead}": [*numbers] for lead, numbers in given.items()}

    def count(self, electrons: int) -> int:
        """Return how many levels of N electrons are asked for."""
        return min(self.levels, number_of_levels(self.dot["orbitals"], electrons, self.levels))

    def all_levels(self, electrons: int) -> int:
        """Return how many levels N electrons have, or any number above `MOST_LEVELS` if there are more than that."""
        if not 0 <= electrons <= 2 * self.dot["orbitals"]:
            return 0
        return number_of_levels(self.dot["orbitals"], electrons, MOST_LEVELS + 1)


def own_dot_checks(own: OwnDot) -> tuple[Check, ...]:
    """Return the checks about a dot, each after those that it requires.

    Examples
    --------
    >>> from qdverify.protocol.sample_dots import INTEGRAL_DOT
    >>> [check.name for check in own_dot_checks(OwnDot(INTEGRAL_DOT, (1, 2)))][:2]
    ['own-dot.levels', 'own-dot.relations']
    """
    return (_levels(own), _relations(own), _holes(own), _transitions(own), _sums(own), *_transport(own))


def _about(
    name: str,
    stage: Stage,
    tasks: Sequence[str],
    *,
    claim: str,
    equation: str,
    trials: Iterator[Trial],
    requires: Sequence[str] = (),
) -> Callable[[Judgement], Check]:
    """Turn a judgement into a check about the dot; where the oracle has no proof nothing is judged."""
    found = tuple(trials)

    def declare(judge: Judgement) -> Check:
        def judged(subject: Subject, trial: Trial) -> Iterator[Comparison]:
            try:
                yield from judge(subject, trial)
            except Refusal as refusal:
                raise Unsupported(f"the oracle gives no reference: {refusal}") from None

        described = check(
            f"{SUITE}.{name}@1",
            suite=SUITE,
            stage=stage,
            claim=claim,
            equation=equation,
            tasks=tasks,
            trials=lambda _: found,
            requires=[f"{SUITE}.{item}" for item in requires],
        )
        return described(judged)

    return declare


def _levels(own: OwnDot) -> Check:
    trials = (Trial(f"N={N}", {"dot": own.dot, "electrons": N, "levels": own.count(N)}) for N in own.electrons)
    claim = "The lowest levels of the dot, none missing, have the energies and spins that a proof encloses"
    return _about(
        "levels", Stage.SPECTRUM, ("spectrum",), claim=claim, equation="certification.md items 2 to 5", trials=trials
    )(enclosed.spectrum.judge)


def _transitions(own: OwnDot) -> Check:
    def trials() -> Iterator[Trial]:
        for N in own.electrons:
            if own.all_levels(N + 1):
                inputs = {"dot": own.dot, "electrons": N, "levels_from": own.count(N), "levels_to": own.count(N + 1)}
                yield Trial(f"N={N}->{N + 1}", inputs)
                for lead, weights in own.weights.items():
                    yield Trial(f"N={N}->{N + 1}{lead}", {**inputs, "weights": weights})

    claim = "M_ji between the lowest levels of the dot lies within the claimed accuracy of what a proof encloses"
    tasks = ("spectrum", "transition_probabilities")
    equation = "[J96] Eq. (4); certification.md item 5"
    return _about(
        "transitions", Stage.TRANSITIONS, tasks, claim=claim, equation=equation, trials=trials(), requires=("levels",)
    )(enclosed.transitions.judge)


def _relations(own: OwnDot) -> Check:
    def trials() -> Iterator[Trial]:
        for name in () if is_box(own.dot) else integral_dots.OF_OWN_DOTS:
            if name == "irreps left out" and "irreps" not in own.dot:
                continue
            for N in own.electrons:
                inputs = {"dot": own.dot, "relation": name, "electrons": N, "levels": own.count(N)}
                yield Trial(f"{name}, N={N}", inputs)

    claim = "The levels of the dot do not depend on the choice of orbitals, and follow a constant and a factor of H"
    equation = "[J96] Eq. (1) is a tensor equation in the orbitals"
    return _about("relations", Stage.SPECTRUM, ("spectrum",), claim=claim, equation=equation, trials=trials())(
        _of_few_orbitals(integral_dots.relations.judge)
    )


def _of_few_orbitals(judge: Judgement) -> Judgement:
    """Return a judgement that is not asked for if changing the integrals would take long."""

    def judged(subject: Subject, trial: Trial) -> Iterator[Comparison]:
        orbitals = trial.inputs["dot"]["orbitals"]
        if orbitals > MOST_ORBITALS:
            raise Unsupported(f"orbitals={orbitals} are more than the {MOST_ORBITALS} whose integrals are changed here")
        yield from judge(subject, trial)

    return judged


def _holes(own: OwnDot) -> Check:
    def trials() -> Iterator[Trial]:
        for N in () if is_box(own.dot) else own.electrons:
            yield Trial(f"N={N}", {"dot": own.dot, "electrons": N, "levels": own.count(N)})

    claim = "2M - N holes of the dot, with h'_pq = -h_pq - sum_r [2(pq|rr) - (pr|rq)], have the levels of N electrons"
    equation = "[J96] Eq. (1) with electrons and holes exchanged"
    return _about("holes", Stage.SPECTRUM, ("spectrum",), claim=claim, equation=equation, trials=trials())(
        _of_few_orbitals(integral_dots.holes.judge)
    )


def _sums(own: OwnDot) -> Check:
    """Return the check of the sum rule {D, D+} = sum of w_n^2, over all levels or over those that are asked for."""

    def trials() -> Iterator[Trial]:
        for N in own.electrons:
            whole = max(own.all_levels(n) for n in (N - 1, N, N + 1)) <= MOST_LEVELS
            counts = {n: own.all_levels(n) if whole else own.count(n) if n >= 0 else 0 for n in (N - 1, N, N + 1)}
            if own.all_levels(N + 1):
                for lead, weights in ({"": None} | own.weights).items():
                    inputs = {"dot": own.dot, "electrons": N, "counts": list(counts.values()), "whole": whole}
                    yield Trial(f"N={N}{lead}", inputs if weights is None else {**inputs, "weights": weights})

    claim = (
        "sum_j 2(2S_i+1) M_ji + sum_k 2(2S_k+1) M_ik is 2(2S_i+1) sum_n w_n^2 over all levels of the dot, and no more "
        "over any"
    )
    equation = "{D_s, D+_s} = sum_n w_n^2 for D_s = sum_n w_n c_{n,s}, traced over both spins and the states of level i"
    tasks = ("spectrum", "transition_probabilities")
    return _about(
        "sums", Stage.TRANSITIONS, tasks, claim=claim, equation=equation, trials=trials(), requires=("levels",)
    )(_sum_rule)


def _sum_rule(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Add up what can be added to and removed from each level of N electrons."""
    dot, N = trial.inputs["dot"], trial.inputs["electrons"]
    fewer, own, more = trial.inputs["counts"]
    weights = {"weights": trial.inputs["weights"]} if "weights" in trial.inputs else {}
    total = fsum(w * w for w in weights.get("weights", [1.0] * dot["orbitals"]))

    def ask(electrons: int, levels_from: int, levels_to: int) -> list[list[float]]:
        question: Question = {"electrons": electrons, "levels_from": levels_from, "levels_to": levels_to, **weights}
        found: list[list[float]] = subject.ask("transition_probabilities", dot=dot, **question)["M"]
        return found

    spins = subject.ask("spectrum", dot=dot, electrons=N, levels=own)["two_S"]
    sums = [sum(2 * (two_S + 1) * row[i] for row in ask(N, own, more)) for i, two_S in enumerate(spins)]
    if fewer:
        others = subject.ask("spectrum", dot=dot, electrons=N - 1, levels=fewer)["two_S"]
        for i, row in enumerate(ask(N - 1, fewer, own)):
            sums[i] += sum(2 * (other + 1) * M for other, M in zip(others, row, strict=True))
    expected = [2.0 * total * (two_S + 1) for two_S in spins]
    condition = 2 * (N + 1) * (fewer + more) * max(1.0, total)
    tolerance = subject.tolerance("transition_probabilities", condition=condition)
    if trial.inputs["whole"]:
        yield close(sums, exact(expected, "2 (2S_i + 1) sum of w_n^2"), tolerance)
    else:
        excess = [max(0.0, value - most) for value, most in zip(sums, expected, strict=True)]
        none = exact([0.0] * len(excess), "a part of a sum of positive terms")
        yield close(excess, none, tolerance, note="excess over 2 (2S_i + 1) sum of w_n^2, over some levels")


def _transport(own: OwnDot) -> Iterator[Check]:
    """Yield the checks of populations and currents at each Coulomb peak between the given numbers of electrons."""
    peaks = [N for N in own.electrons if N > 0]
    trials = [Trial(f"peak of electron {N}", {"dot": own.dot, "electrons": N}) for N in peaks]

    def at_the_peak(judge: Judgement) -> Judgement:
        def judged(subject: Subject, trial: Trial) -> Iterator[Comparison]:
            yield from judge(subject, replace(trial, inputs=_at_peak(own, trial.inputs["electrons"])))

        return judged

    claim = "Populations at a Coulomb peak of the dot's own levels and M_ji lie within the claimed accuracy of a proof"
    equation = "[J96] Eq. (3); certification.md item 6"
    yield _about(
        "populations", Stage.RATES, ("stationary_state",), claim=claim, equation=equation, trials=iter(trials)
    )(at_the_peak(enclosed.stationary.judge))
    claim = "The current at a Coulomb peak of the dot's own levels and M_ji lies within the claimed accuracy of a proof"
    equation = "[J96] Eq. (2); certification.md item 6"
    yield _about(
        "current",
        Stage.CURRENT,
        ("current",),
        claim=claim,
        equation=equation,
        trials=iter(trials),
        requires=("populations",),
    )(at_the_peak(enclosed.current.judge))


def _at_peak(own: OwnDot, electrons: int) -> TransportQuestion:
    """Return the rate equation at the gate where an electron enters, from the oracle's levels and M_ji."""
    weights: dict[str, Any] = next(({"weights": w} for w in own.weights.values()), {})

    def ask(task: str, **params: object) -> dict[str, Any]:
        found = oracle(Case(task, {**params, **(weights if task == "transition_probabilities" else {})}))
        return {name: found.floats(name) for name in found.values}

    counts = tuple(min(_IN_TRANSPORT, own.all_levels(n)) for n in range(electrons + 1))
    scheme = level_scheme(ask, own.dot, counts, "M")  # type: ignore[arg-type]  # the oracle answers these tasks alike
    lowest = [min(item["energy"] for item in scheme["levels"] if item["electrons"] == n) for n in range(electrons + 1)]
    peak = lowest[-1] - lowest[-2]
    spacing = abs(peak - (lowest[-2] - lowest[-3])) if electrons > 1 else abs(peak)
    largest = max(abs(item["energy"]) for item in scheme["levels"]) or 1.0
    # ground states that lie together, or at 0, say nothing about a temperature
    kT = _TEMPERATURE * (spacing if spacing > _SMALLEST * largest else largest)
    leads: Any = [{"name": "L", "rate": 1.0, "mu": kT}, {"name": "R", "rate": 0.5, "mu": -kT}]
    return {**_joined(scheme, counts[:-1]), "leads": leads, "kT": kT, "gate": peak}


def _joined(scheme: LevelScheme, before: Sequence[int]) -> LevelScheme:
    """Return the levels that transitions join to the ground state without the last electron: it has one solution."""
    kept = {sum(before[:-1])}
    edges = [item for item in scheme["transitions"] if item["M"] > 0.0]
    while more := {end for item in edges for end in (item["from"], item["to"]) if _touches(item, kept)} - kept:
        kept |= more
    place = {old: new for new, old in enumerate(sorted(kept))}
    moved: list[Transition] = [
        {"from": place[item["from"]], "to": place[item["to"]], "M": item["M"]} for item in edges if item["from"] in kept
    ]
    return {"levels": [scheme["levels"][old] for old in place], "transitions": moved}


def _touches(item: Transition, levels: Set[int]) -> bool:
    return item["from"] in levels or item["to"] in levels

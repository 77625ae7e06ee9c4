"""Checks about one dot of the user's own: certified references and exact relations, whatever the dot is.

Levels, spins and M_ji are compared with the oracle's; sums of M_ji, the same dot in other orbitals, and electrons for
holes need no reference; populations and currents at its Coulomb peaks are in `own_dot_transport`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import fsum

from qdverify.protocol.dots import is_integrals, orbitals_of
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.json_types import Question
from qdverify.suite.checks import integral_dots
from qdverify.suite.checks import oracle as enclosed
from qdverify.suite.comparators import close
from qdverify.suite.declare import Check, Trial, all_checks, select
from qdverify.suite.finding import Comparison, Stage, exact
from qdverify.suite.own_dot import MOST_LEVELS, SUITE, Declare, OwnDot, of_few_orbitals
from qdverify.suite.own_dot_transport import transport_checks
from qdverify.suite.own_dot_weights import signed, weights_check
from qdverify.suite.subject import Subject


def own_dot_checks(own: OwnDot) -> tuple[Check, ...]:
    """Return the checks about a dot, each after those that it requires.

    Examples
    --------
    >>> from qdverify.protocol.sample_dots import INTEGRAL_DOT
    >>> [check.name for check in own_dot_checks(OwnDot(INTEGRAL_DOT, (1, 2)))][:2]
    ['own-dot.levels', 'own-dot.relations']
    """
    about = Declare(own)
    ask = (_levels, _relations, _holes, _transitions, weights_check, _sums)
    return (*(make(own, about) for make in ask), *transport_checks(own, about))


def select_about(
    own: OwnDot, suites: Sequence[str] | None, level: str, patterns: Sequence[str] | None
) -> tuple[Check, ...]:
    """Return the checks about a dot, or those among them and all others that are chosen by suite or name.

    Raises
    ------
    InvalidInput
        If a suite is unknown, a pattern matches none of the checks, or none that is chosen is about the dot.
    """
    mine = own_dot_checks(own)
    if suites is None:
        return select(None, level, patterns, among=mine)
    found = select(suites, level, patterns, among=(*all_checks(), *mine))
    if not any(item.suite == SUITE for item in found):
        raise InvalidInput(f"suites of a run with a dot must name {SUITE!r}, whose checks are the only ones about it")
    return found


def _levels(own: OwnDot, about: Declare) -> Check:
    trials = (Trial(f"N={N}", {"electrons": N, "levels": own.count(N)}) for N in own.electrons)
    claim = "The lowest levels of the dot, none missing, have the energies and spins that a proof encloses"
    return about(
        "levels",
        Stage.SPECTRUM,
        ("spectrum",),
        claim=claim,
        equation="certification.md items 2 to 5",
        trials=trials,
        version=2,
    )(enclosed.spectrum.judge)


def _transitions(own: OwnDot, about: Declare) -> Check:
    def trials() -> Iterator[Trial]:
        for N in own.electrons:
            if own.all_levels(N + 1):
                inputs = {"electrons": N, "levels_from": own.count(N), "levels_to": own.count(N + 1)}
                yield Trial(f"N={N}->{N + 1}", inputs)
                for lead, weights in own.weights.items():
                    yield Trial(f"N={N}->{N + 1}, lead {lead}", {**inputs, "weights": weights})

    claim = "M_ji between the lowest levels of the dot lies within the claimed accuracy of what a proof encloses"
    tasks = ("spectrum", "transition_probabilities")
    equation = "[J96] Eq. (4); certification.md item 5"
    return about(
        "transitions",
        Stage.TRANSITIONS,
        tasks,
        claim=claim,
        equation=equation,
        trials=trials(),
        requires=("levels",),
        version=2,
    )(enclosed.compare_transitions)


def _relations(own: OwnDot, about: Declare) -> Check:
    def trials() -> Iterator[Trial]:
        for name in integral_dots.OF_OWN_DOTS if is_integrals(own.dot) else ():
            if name == "irreps left out" and "irreps" not in own.dot:
                continue
            for N in own.electrons:
                inputs = {"relation": name, "electrons": N, "levels": own.count(N)}
                yield Trial(f"{name}, N={N}", inputs)

    claim = "The levels of the dot do not depend on the choice of orbitals, and follow a constant and a factor of H"
    equation = "[J96] Eq. (1) is a tensor equation in the orbitals"
    return about(
        "relations", Stage.SPECTRUM, ("spectrum",), claim=claim, equation=equation, trials=trials(), version=2
    )(of_few_orbitals(integral_dots.relations.judge))


def _holes(own: OwnDot, about: Declare) -> Check:
    def trials() -> Iterator[Trial]:
        for N in own.electrons if is_integrals(own.dot) else ():
            yield Trial(f"N={N}", {"electrons": N, "levels": own.count(N)})

    claim = "2M - N holes of the dot, with h'_pq = -h_pq - sum_r [2(pq|rr) - (pr|rq)], have the levels of N electrons"
    equation = "[J96] Eq. (1) with electrons and holes exchanged"
    return about("holes", Stage.SPECTRUM, ("spectrum",), claim=claim, equation=equation, trials=trials(), version=2)(
        of_few_orbitals(integral_dots.holes.judge)
    )


def _sums(own: OwnDot, about: Declare) -> Check:
    """Return the check of the sum rule {D, D+} = sum of w_n^2, over all levels or over those that are asked for."""

    def trials() -> Iterator[Trial]:
        for N in own.electrons:
            whole = max(own.all_levels(n) for n in (N - 1, N, N + 1)) <= MOST_LEVELS
            counts = {n: own.all_levels(n) if whole else own.count(n) if n >= 0 else 0 for n in (N - 1, N, N + 1)}
            if own.all_levels(N + 1):
                inputs = {"electrons": N, "counts": list(counts.values()), "whole": whole}
                yield Trial(f"N={N}", inputs)
                for lead, weights in own.weights.items():
                    yield Trial(f"N={N}, lead {lead}", {**inputs, "weights": weights})
                if not own.weights and is_integrals(own.dot):
                    yield Trial(f"N={N}, weights of both signs", {**inputs, "weights": signed(own.dot["orbitals"])})

    claim = (
        "sum_j 2(2S_i+1) M_ji + sum_k 2(2S_k+1) M_ik is 2(2S_i+1) sum_n w_n^2 over all levels of the dot, and no more "
        "over any"
    )
    equation = "{D_s, D+_s} = sum_n w_n^2 for D_s = sum_n w_n c_{n,s}, traced over both spins and the states of level i"
    tasks = ("spectrum", "transition_probabilities")
    return about(
        "sums",
        Stage.TRANSITIONS,
        tasks,
        claim=claim,
        equation=equation,
        trials=trials(),
        requires=("levels",),
        version=2,
    )(sum_rule)


def sum_rule(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Add up what can be added to and removed from each level of N electrons."""
    dot, N = trial.inputs["dot"], trial.inputs["electrons"]
    fewer, own, more = trial.inputs["counts"]
    weights = {"weights": trial.inputs["weights"]} if "weights" in trial.inputs else {}
    total = fsum(w * w for w in weights.get("weights", [1.0] * orbitals_of(dot)))

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

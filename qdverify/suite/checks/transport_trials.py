"""Settings in which populations and currents alike are tried, so that one exact answer serves both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import exp
from typing import Final

from qdverify.protocol.answers import INVALID_PARAMS, AnswerError, Unsupported
from qdverify.suite.declare import Scope, Trial
from qdverify.suite.exact import transport_cases
from qdverify.suite.exact.transport_cases import Case, leads, random_case
from qdverify.suite.subject import Subject

BEYOND_DOUBLES: Final = 30_000.0
"""Depth of the coldest random cases: populations of e^-30000 = 1e-13029, which only a separate exponent can hold."""
T_LEFT, T_RIGHT, STRONG_M = 4.0, 0.25, 3.0
"""Barriers and M_ji of the two levels of `two_level_trials`: neither is a probability, and they may be above 1."""


def random_trials(
    scope: Scope, name: str, quick: int, full: int, *, most: int = 7, depth: float = transport_cases.SMALLEST_EXPONENT
) -> Iterator[Trial]:
    """Yield random cases, the same for the same name."""
    choose = scope.random(name)
    for number in range(full if scope.full else quick):
        yield Trial(f"random chain {number}", random_case(choose, most, depth=depth))


def ladder_trials(scope: Scope, name: str) -> Iterator[Trial]:
    """Yield 13 levels with C_ji and with M_ji, at 10 mK in a blockade and at an edge of it, and hot."""
    choose = scope.random(name)
    by_weights = {"C_ji": transport_cases.ladder(), "M_ji": transport_cases.ladder(choose)}
    points = [("blockade, 10 mK", 1.7, 1e-5, 7.27e-5), ("diamond's corner, 10 mK", 2.154, 0.035, 7.27e-5)]
    points += [("hot", 1.25, 0.3, 10.0), ("coldest", 3.0, 0.3, 1e-6), ("open", 1.25, 2.5, 1e-3)] if scope.full else []
    for weights, level_scheme in by_weights.items():
        for label, gate, bias, kT in points:
            case: Case = {**level_scheme, "leads": leads(bias, 1.0, 0.5), "kT": kT, "gate": gate}
            yield Trial(f"13 levels, {weights}, {label}", case)


def deep_trials(scope: Scope) -> Iterator[Trial]:
    """Yield cases with rates down to e^-30000, and 13 levels at 10 mK."""
    yield from random_trials(scope, "chains.deep-blockade", 6, 40, depth=BEYOND_DOUBLES)
    yield from ladder_trials(scope, "chains.ladder")


def two_level_trials(scope: Scope, biases: Sequence[float]) -> Iterator[Trial]:
    """Yield pairs of spins with a bias; `between_barriers` makes the case."""
    spins = ((0, 1), (1, 0), (1, 2), (2, 1), (2, 3), (3, 4))
    for two_S_i, two_S_j in spins if scope.full else spins[:3]:
        for bias in biases:
            inputs = {"two_S_i": two_S_i, "two_S_j": two_S_j, "bias": bias}
            yield Trial(f"2S = {two_S_i} -> {two_S_j}, bias {bias:+g}", inputs)


def between_barriers(two_S_i: int, two_S_j: int, bias: float) -> tuple[Case, float, float]:
    """Return two levels between unequal barriers near resonance, and the Fermi functions f_L and f_R."""
    kT, gate = 0.0625, 0.46875
    pair = leads(bias, T_LEFT, T_RIGHT, centre=0.03125)
    case: Case = {**transport_cases.two_levels(two_S_i, two_S_j, STRONG_M), "leads": pair, "kT": kT, "gate": gate}
    f_L, f_R = (1 / (1 + exp((0.5 - gate - lead["mu"]) / kT)) for lead in pair)
    return case, f_L, f_R


def resolvable_trials(scope: Scope) -> Iterator[Trial]:
    """Yield cases that are small enough to be entered state by state."""
    blockade = {**transport_cases.spin_blockade(), "leads": leads(0.4, 1.0, 0.125), "gate": 0.95}
    ring = {**transport_cases.ring(), "leads": leads(0.25, 1.0, 0.125), "gate": 0.5}
    cases = {"spin blockade": blockade, "ring": ring}
    choose = scope.random("chains.resolvable")
    for number in range(10 if scope.full else 2):
        level_scheme = transport_cases.random_level_scheme(choose, 4)
        cases[f"random chain {number}"] = {**level_scheme, "leads": transport_cases.random_leads(choose), "gate": 0.1}
    for label, case in cases.items():
        yield Trial(label, {**case, "kT": 0.03125})


def ask_for_single_states(subject: Subject, task: str, case: Case) -> None:
    """Raise `Unsupported` if an implementation refuses single states: an odd number of electrons has no S = 0."""
    try:
        subject.ask(task, **case)
    except AnswerError as error:
        if error.code == INVALID_PARAMS:
            raise Unsupported(f"single states of an odd number of electrons are refused: {error}") from error
        raise

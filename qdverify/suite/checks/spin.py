"""Spin alone: Clebsch-Gordan weights and selection rules, before any interaction ([J96] Eq. (5))."""

from __future__ import annotations

from collections.abc import Iterator

from analytic import clebsch_gordan_weight
from qdverify.suite.comparators import close
from qdverify.suite.declare import Scope, Trial, check, once
from qdverify.suite.evidence import resting_on
from qdverify.suite.finding import Comparison, Stage, exact
from qdverify.suite.subject import Subject

EQUATION_5 = "[J96] Eq. (5)"


def spin_pairs(scope: Scope) -> Iterator[Trial]:
    """Yield every pair of spins up to 3 that adding an electron connects, and a large one where a table would end."""
    for two_S_i in (*range(7), 41):
        for two_S_j in (two_S_i - 1, two_S_i + 1):
            if two_S_j >= 0:
                yield _pair(two_S_i, two_S_j)
    if scope.full:
        choose = scope.random("spin.clebsch-gordan")
        for two_S_i in sorted(choose.sample(range(42, 400), 12)):
            yield _pair(two_S_i, two_S_i + choose.choice((-1, 1)))


def forbidden_pairs(_: Scope) -> Iterator[Trial]:
    """Yield pairs of spins that no single electron connects."""
    for two_S_i in range(5):
        for two_S_j in (two_S_i, two_S_i + 2, two_S_i + 3):
            yield _pair(two_S_i, two_S_j)


def _pair(two_S_i: int, two_S_j: int) -> Trial:
    return Trial(f"2S={two_S_i}->{two_S_j}", {"two_S_i": two_S_i, "two_S_j": two_S_j})


@check(
    "spin.clebsch-gordan@1",
    suite="spin",
    stage=Stage.SPIN,
    claim="C_ji is half the average, over the initial spin states, of the squared Clebsch-Gordan coefficients",
    equation=EQUATION_5,
    tasks=("clebsch_gordan_weight",),
    trials=spin_pairs,
)
def clebsch_gordan(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare C_ji with the symbolic sum."""
    measured = subject.ask("clebsch_gordan_weight", **trial.inputs)["C"]
    value = clebsch_gordan_weight(trial.inputs["two_S_i"], trial.inputs["two_S_j"])
    origin = f"C = {value}, sum of squared Clebsch-Gordan coefficients"
    comparison = close(measured, exact(float(value), origin), subject.tolerance("clebsch_gordan_weight"))
    yield from resting_on(subject, [comparison], ("clebsch_gordan_weight", trial.inputs))


@check(
    "spin.selection-rules@1",
    suite="spin",
    stage=Stage.SPIN,
    claim="One electron changes the total spin by 1/2: every other weight is zero",
    equation="[J96] selection rules below Eq. (5)",
    tasks=("clebsch_gordan_weight",),
    trials=forbidden_pairs,
)
def selection_rules(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare forbidden weights with zero."""
    measured = subject.ask("clebsch_gordan_weight", **trial.inputs)["C"]
    reference = exact(0.0, "triangle rule of angular momenta")
    comparison = close(measured, reference, subject.tolerance("clebsch_gordan_weight"))
    yield from resting_on(subject, [comparison], ("clebsch_gordan_weight", trial.inputs))


@check(
    "spin.weights-complete@1",
    suite="spin",
    stage=Stage.SPIN,
    claim="The two weights out of a level add up to 1: an added electron ends with S + 1/2 or S - 1/2",
    equation="completeness of the coupled basis, summed over both electron spins",
    tasks=("clebsch_gordan_weight",),
    trials=once,
)
def weights_complete(subject: Subject, _: Trial) -> Iterator[Comparison]:
    """Add up both weights of each initial spin."""
    for two_S in range(7):
        final = [two_S_j for two_S_j in (two_S - 1, two_S + 1) if two_S_j >= 0]
        questions = [("clebsch_gordan_weight", {"two_S_i": two_S, "two_S_j": two_S_j}) for two_S_j in final]
        comparison = close(
            sum(subject.ask(task, **spins)["C"] for task, spins in questions),
            exact(1.0, "completeness of the coupled basis"),
            subject.tolerance("clebsch_gordan_weight", condition=len(final)),
            note=f"2S_i = {two_S}",
        )
        yield from resting_on(subject, [comparison], *questions)

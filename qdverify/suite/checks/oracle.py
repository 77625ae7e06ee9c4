"""The suite against certified numbers: what `qdverify.oracle` encloses by proof, for dots that no closed form reaches.

A reference is a ball that contains the model's value for exactly the doubles that the implementation is sent. The
tolerance is what its claimed accuracy allows, times the condition of the case if close levels amplify errors;
`close` adds the ball's radius, and nothing else. One level more than is asked for is enclosed, so that a cluster of
coinciding levels that the question cuts is known, and left out if it has no meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qdverify.protocol.answers import Unsupported
from qdverify.protocol.dots import orbitals_of
from qdverify.protocol.grade import Grade
from qdverify.protocol.inputs import number_of_levels
from qdverify.protocol.json_types import Dot, Kernel, Question
from qdverify.protocol.sample_dots import make_dot, random_dot
from qdverify.reference.answers.answer import CutCluster, Group
from qdverify.reference.oracle import Enclosed, OracleReference
from qdverify.reference.printed import reported
from qdverify.suite.certified import proven, reference_of, reference_of_ball
from qdverify.suite.checks.integrals import quadruples, soft_coulomb_dots
from qdverify.suite.checks.integrals import tolerance as integral_tolerance
from qdverify.suite.comparators import close, equal
from qdverify.suite.declare import Scope, Trial, Trials, check
from qdverify.suite.exact.coinciding_levels import (
    Label,
    cluster_numbers,
    cluster_spins,
    cluster_sums,
    distinct,
    gap_condition,
    labels,
)
from qdverify.suite.exact.transport_cases import long_case, random_case
from qdverify.suite.exact.transport_reference import flow_tolerance, population_tolerance, rounding_error, solve_exactly
from qdverify.suite.finding import Comparison, Reference, Stage
from qdverify.suite.subject import Subject

LEVELS = 6
"""How many levels are enclosed beside the next, for energies as for M_ji between fewer: one proof serves both."""
INTEGRALS = ("integrals.index-order", "integrals.soft-coulomb", "integrals.rational-kernels")


def _integrals(scope: Scope) -> Iterator[Trial]:
    yield from soft_coulomb_dots(scope)
    choose = scope.random("integrals.enclosed")
    for number in range(6 if scope.full else 2):
        dot = {**random_dot(choose, "soft-coulomb", 8), "cutoff": choose.uniform(5.0, 50.0)}
        yield Trial(f"cutoff beyond the length {number}", {"dot": dot, "indices": quadruples(choose, 8, 12)})


@check(
    "integrals.enclosed@1",
    suite="integrals",
    stage=Stage.INTEGRALS,
    claim="Soft-Coulomb integrals lie within the claimed accuracy of rigorous enclosures, whatever the cutoff",
    equation="[J96] Eq. (1); certification.md item 1",
    tasks=("interaction_integrals",),
    trials=_integrals,
    requires=("integrals.soft-coulomb",),
)
def integrals(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare integrals with balls from rigorous quadrature."""
    found = proven("interaction_integrals", trial.inputs, digits=20)
    measured = subject.ask("interaction_integrals", **trial.inputs)["values"]
    yield close(measured, reference_of(found, "values"), integral_tolerance(subject, trial.inputs["dot"]))


def _dots(scope: Scope, name: str) -> Iterator[tuple[str, Dot, range]]:
    """Yield dots that no closed form solves, with the numbers of electrons to ask for."""
    yield "paper's dot, M=7", reported.dot(7), range(2, 5)
    yield "contact g=5, M=7", make_dot("contact", 7, strength=5.0), range(2, 5)
    yield "contact g=5, M=5", make_dot("contact", 5, strength=5.0), range(5, 7)
    yield "attractive contact, M=6", make_dot("contact", 6, strength=-1.0), range(2, 4)
    yield "paper's dot, M=13", reported.dot(13), range(2, 5) if scope.full else range(3, 4)
    choose = scope.random(name)
    for number in range(10 if scope.full else 2):
        kernel: Kernel = ("soft-coulomb", "contact")[number % 2]
        yield f"random {kernel} {number}", random_dot(choose, kernel, choose.randint(5, 8)), range(2, 4)


def _spectra(scope: Scope) -> Iterator[Trial]:
    for label, dot, numbers in _dots(scope, "spectrum.enclosed"):
        for electrons in numbers:
            yield Trial(f"{label}, N={electrons}", {"dot": dot, "electrons": electrons, "levels": LEVELS})


@check(
    "spectrum.enclosed@1",
    suite="spectrum",
    stage=Stage.SPECTRUM,
    claim="The lowest levels, none missing, have the energies and spins that a proof encloses",
    equation="[J96] Eq. (1); certification.md items 2 to 5",
    tasks=("spectrum",),
    trials=_spectra,
    requires=INTEGRALS,
)
def spectrum(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare all energies, and the spins up to the order of levels that coincide."""
    count = trial.inputs["levels"]
    found = whole_levels("spectrum", {**trial.inputs, "levels": and_the_next(trial.inputs, 0, count)})
    answer = subject.ask("spectrum", **trial.inputs)
    energies = found.floats("energies")
    tolerance = subject.energy_tolerance(trial.inputs["dot"], trial.inputs["electrons"], energies[:count])
    ball = reference_of(found, "energies")
    yield close(answer["energies"], Reference(energies[:count], ball.grade, ball.bound, ball.origin), tolerance)
    numbers, whole = _whole_clusters(energies, count, 2 * tolerance.value)
    expected = cluster_spins(numbers[:whole], found.values["two_S"][:whole])
    spins = Reference(expected, Grade.EXACT, 0.0, f"{ball.origin}; spins sorted inside clusters")
    yield equal(
        cluster_spins(numbers[:whole], answer["two_S"][:whole]), spins, note="doubled spins, cluster by cluster"
    )


def and_the_next(inputs: Question, added: int, count: int) -> int:
    """Return how many levels to enclose: one more than is asked for, if there is one."""
    return min(count + 1, number_of_levels(orbitals_of(inputs["dot"]), inputs["electrons"] + added, count + 1))


def _whole_clusters(energies: Sequence[float], count: int, width: float) -> tuple[list[int], int]:
    """Return the cluster of every level, and how many of the lowest `count` belong to clusters that end among them."""
    numbers = cluster_numbers(energies, width)
    if len(numbers) <= count:  # there are no further levels
        return numbers, count
    return numbers, sum(number < numbers[count] for number in numbers[:count])


def _transitions(scope: Scope) -> Iterator[Trial]:
    for label, dot, numbers in _dots(scope, "transitions.enclosed"):
        for electrons in numbers:
            inputs = {"dot": dot, "electrons": electrons - 1, "levels_from": 3, "levels_to": 4}
            yield Trial(f"{label}, N={electrons - 1}->{electrons}", inputs)


@check(
    "transitions.enclosed@1",
    suite="transitions",
    stage=Stage.TRANSITIONS,
    claim="M_ji between the lowest levels lies within the claimed accuracy of what a proof encloses",
    equation="[J96] Eq. (4); certification.md item 5",
    tasks=("spectrum", "transition_probabilities"),
    trials=_transitions,
    requires=("spectrum.enclosed",),
)
def transitions(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare every M_ji, from proofs about as many levels as `spectrum` asks for: those of the same dots are known."""
    yield from compare_transitions(subject, trial, LEVELS)


def compare_transitions(subject: Subject, trial: Trial, least: int = 0) -> Iterator[Comparison]:
    """Compare every M_ji, summed over levels of one spin that coincide.

    Parameters
    ----------
    least
        Of how many levels to ask the oracle for a proof, if not of more; beside the next one.
    """
    inputs = trial.inputs
    counts = [inputs[name] for name in ("levels_from", "levels_to")]
    proofs = [and_the_next(inputs, added, max(count, least)) for added, count in enumerate(counts)]
    asked = {**inputs, "levels_from": proofs[0], "levels_to": proofs[1]}
    found = whole_levels("transition_probabilities", asked)
    (initial, condition_i), (final, condition_j) = (
        _labelled(subject, inputs, added, count, proofs[added]) for added, count in enumerate(counts)
    )
    measured = subject.ask("transition_probabilities", **inputs)["M"]
    ball = reference_of(found, "M")
    rows, columns = distinct(final[0]), distinct(initial[0])
    value, bound = _reference_sums(found, final[0], initial[0], rows, columns)
    cut = [row[: len(initial[1])] for row in measured[: len(final[1])]]
    sums = cluster_sums(cut, final[1], initial[1], rows=rows, columns=columns)
    terms = max(final[0].count(row) for row in rows) * max(initial[0].count(column) for column in columns)
    tolerance = subject.tolerance("transition_probabilities", condition=terms * max(condition_i, condition_j))
    yield close(sums, Reference(value, ball.grade, bound, ball.origin), tolerance)


def whole_levels(task: str, inputs: Question) -> OracleReference:
    """Return the oracle's answer for the levels asked for, and those that coincide with the last one."""
    while True:
        try:
            return proven(task, inputs)
        except CutCluster as cut:
            inputs = {**inputs, cut.name: cut.counts[0]}


def _reference_sums(
    found: OracleReference,
    final: Sequence[Label],
    initial: Sequence[Label],
    rows: Sequence[Label],
    columns: Sequence[Label],
) -> tuple[list[list[float]], float]:
    """Return M_ji summed over the levels of each label, and the largest bound of such a sum.

    Into or out of one of the oracle's own clusters a single M_ji is only known to lie in a wide interval; the sums over
    the cluster are known, and are what is added up here.
    """
    in_sums = {(j, i) for before, after, _ in found.sums for j in after.positions for i in before.positions}
    terms: list[tuple[Label, Label, Enclosed]] = [
        (row, column, found.values["M"][j][i])
        for j, row in enumerate(final)
        for i, column in enumerate(initial)
        if (j, i) not in in_sums
    ]
    terms += [
        (_label_of(after, final), _label_of(before, initial), value)
        for before, after, value in found.sums
        if before.positions.start < len(initial) and after.positions.start < len(final)
    ]
    wanted = [[[term for a, b, term in terms if (a, b) == (row, column)] for column in columns] for row in rows]
    values = [[sum(float(term.mid) for term in some) for some in line] for line in wanted]
    return values, max(sum(term.bound for term in some) for line in wanted for some in line)


def _label_of(group: Group, levels: Sequence[Label]) -> Label:
    return levels[group.positions.start][0], group.two_S


def _labelled(
    subject: Subject, inputs: Question, added: int, count: int, proven_levels: int
) -> tuple[tuple[list[Label], list[Label]], float]:
    """Return labels of the levels in whole clusters, by the oracle's and by the measured spins, and the condition.

    What is proven beyond the levels asked for, the next and those that coincide with it, is not looked at.
    """
    question = {"dot": inputs["dot"], "electrons": inputs["electrons"] + added, "levels": proven_levels}
    found = whole_levels("spectrum", question)
    needed = and_the_next(inputs, added, count)
    end = max([needed, *(part.positions.stop for part in found.clusters if part.positions.start < needed)])
    energies, spins = found.floats("energies")[:end], found.values["two_S"][:end]
    scale = subject.energy_size(inputs["dot"], question["electrons"], energies)
    width = 2 * subject.tolerance("spectrum", scale).value
    numbers, whole = _whole_clusters(energies, count, width)
    if not whole:
        raise Unsupported(
            f"the lowest {count} of {question['electrons']} electrons are among {len(energies)} levels or more that "
            f"coincide: M_ji of a part of them has no meaning, ask for all of them"
        )
    measured = subject.ask("spectrum", **{**question, "levels": count})["two_S"]
    condition = gap_condition(energies, spins, width, scale)
    return (labels(numbers[:whole], spins[:whole]), labels(numbers[:whole], measured[:whole])), condition


def _chains(name: str) -> Trials:
    def trials(scope: Scope) -> Iterator[Trial]:
        choose = scope.random(name)
        for number in range(12 if scope.full else 4):
            yield Trial(f"random chain {number}", random_case(choose))
        yield Trial("random chain of 24 levels", long_case(choose))

    return trials


@check(
    "stationary.enclosed@1",
    suite="stationary",
    stage=Stage.RATES,
    claim="Each population lies within the claimed accuracy of its enclosure",
    equation="[J96] Eq. (3); certification.md item 6",
    tasks=("stationary_state",),
    trials=_chains("stationary.enclosed"),
    requires=("stationary.one-transition",),
)
def stationary(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare each population relative to its own size."""
    found = proven("stationary_state", trial.inputs)
    measured = subject.ask("stationary_state", **trial.inputs)["populations"]
    rounding = rounding_error(trial.inputs)
    for level, (value, ball) in enumerate(zip(measured, found.values["populations"], strict=True)):
        tolerance = population_tolerance(subject, float(ball.mid), rounding)
        yield close(value, reference_of_ball(found, ball), tolerance, note=f"level {level}")


@check(
    "current.enclosed@1",
    suite="current",
    stage=Stage.CURRENT,
    claim="The current through either barrier lies within the claimed accuracy of its enclosure",
    equation="[J96] Eq. (2); certification.md item 6",
    tasks=("current",),
    trials=_chains("stationary.enclosed"),
    requires=("stationary.enclosed",),
)
def current(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the current at each barrier, to its own gross flow."""
    found = proven("current", trial.inputs)
    measured = subject.ask("current", **trial.inputs)
    exact = solve_exactly(trial.inputs)
    for name in ("L", "R"):
        tolerance = flow_tolerance(subject, exact.gross[name], exact.rounding)
        yield close(measured[f"I_{name}"], reference_of(found, f"I_{name}"), tolerance, note=f"I_{name}")

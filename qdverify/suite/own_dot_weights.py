"""M_ji of a dot of the user's own in other orbitals: the weights of the orbitals change with them, M_ji does not.

The dot may have no weights of its own, so the weights asked for here are neither all 1 nor of one sign. A program that
leaves weights out, or takes them without their signs, gives other M_ji for one of the two forms of the dot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from typing import Final

from qdverify.protocol.answers import Unsupported
from qdverify.protocol.dots import is_integrals, orbitals_of
from qdverify.protocol.json_types import IntegralDot
from qdverify.suite.comparators import close
from qdverify.suite.declare import Check, Trial
from qdverify.suite.exact.coinciding_levels import Label, cluster_numbers, cluster_sums, distinct, gap_condition, labels
from qdverify.suite.exact.integral_dots import rotated, rotated_weights, signed_weights, with_signs
from qdverify.suite.finding import Comparison, Stage, exact
from qdverify.suite.own_dot import Declare, OwnDot, of_few_orbitals
from qdverify.suite.subject import Subject

WEIGHTS: Final = (-0.5, 1.0, -0.25, 0.75, -1.25)
"""Asked for in turn, orbital by orbital: of both signs, and hardly any that is its own square."""
_Weights = Callable[[Sequence[float]], list[float]]
CHANGES: Final[dict[str, tuple[Callable[[IntegralDot], IntegralDot], _Weights]]] = {
    "rotated orbitals": (rotated, rotated_weights),
    "signs of orbitals": (with_signs, signed_weights),
}


def signed(orbitals: int) -> list[float]:
    """Return weights of both signs, one for each orbital.

    >>> signed(3)
    [-0.5, 1.0, -0.25]
    """
    return list(islice(cycle(WEIGHTS), orbitals))


def weights_check(own: OwnDot, about: Declare) -> Check:
    """Return the check that M_ji is the same in other orbitals, with the weights that belong to them."""

    def trials() -> Iterator[Trial]:
        weights = signed(orbitals_of(own.dot))
        for name in CHANGES if is_integrals(own.dot) else ():
            for N in own.electrons:
                if own.all_levels(N + 1):
                    listed = {str(n): [own.count(n), own.all_levels(n)] for n in (N, N + 1)}
                    yield Trial(
                        f"{name}, N={N}", {"change": name, "electrons": N, "counts": listed, "weights": weights}
                    )

    claim = "M_ji with weights does not depend on the choice of orbitals, if the weights change with the orbitals"
    equation = "D+ = sum_n w_n c+_n is a vector equation in the orbitals"
    tasks = ("spectrum", "transition_probabilities")
    return about(
        "weights", Stage.TRANSITIONS, tasks, claim=claim, equation=equation, trials=trials(), requires=("relations",)
    )(of_few_orbitals(_in_other_orbitals))


def _in_other_orbitals(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Ask for M_ji in both sets of orbitals, and compare sums over levels of one spin that coincide."""
    dot, N, weights = (trial.inputs[name] for name in ("dot", "electrons", "weights"))
    change, change_weights = CHANGES[trial.inputs["change"]]
    forms = [(dot, weights), (change(dot), change_weights(weights))]
    sides = [_labelled(subject, [asked for asked, _ in forms], n, *trial.inputs["counts"][str(n)]) for n in (N, N + 1)]
    (initial, condition_i), (final, condition_j) = sides
    columns, rows = distinct(initial[0]), distinct(final[0])
    counts = {"levels_from": trial.inputs["counts"][str(N)][0], "levels_to": trial.inputs["counts"][str(N + 1)][0]}
    sums = []
    for (asked, w), of_i, of_j in zip(forms, initial, final, strict=True):
        M = subject.ask("transition_probabilities", dot=asked, electrons=N, weights=w, **counts)["M"]
        cut = [row[: len(of_i)] for row in M[: len(of_j)]]
        sums.append(cluster_sums(cut, of_j, of_i, rows=rows, columns=columns))
    terms = max(final[0].count(row) for row in rows) * max(initial[0].count(column) for column in columns)
    tolerance = subject.tolerance(
        "transition_probabilities",
        max(1.0, sum(w * w for w in weights)),
        condition=2 * terms * max(condition_i, condition_j),
    )
    yield close(sums[1], exact(sums[0], "the dot before the change, with its own weights", own=True), tolerance)


def _labelled(
    subject: Subject, forms: Sequence[IntegralDot], electrons: int, count: int, most: int
) -> tuple[list[list[Label]], float]:
    """Return the labels of the levels in whole clusters in each form of the dot, and the condition of their M_ji.

    Clusters are those of the first form's energies; one level more than is asked for shows whether the last one is cut.
    """
    listed = min(count + 1, most)
    answers = [subject.ask("spectrum", dot=dot, electrons=electrons, levels=listed) for dot in forms]
    energies = answers[0]["energies"]
    scale = max(
        subject.energy_size(dot, electrons, answer["energies"]) for dot, answer in zip(forms, answers, strict=True)
    )
    width = 2 * subject.tolerance("spectrum", scale).value
    numbers = cluster_numbers(energies, width)
    whole = count if listed == count else sum(number < numbers[count] for number in numbers[:count])
    if not whole:
        raise Unsupported(f"none of the {count} levels of {electrons} electrons can be told from the next one")
    condition = gap_condition(energies, answers[0]["two_S"], width, scale)
    return [labels(numbers[:whole], answer["two_S"][:whole]) for answer in answers], condition

"""What a certificate from the dot to the current is asked for, read by the checker's own grammar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from qdverify.certificate import grammar
from qdverify.certificate.check import MOST_DIGITS
from qdverify.certificate.integral_dot import integral_dot
from qdverify.certificate.levels import MOST_IN_MODEL_SPACE
from qdverify.protocol.dots import canonical
from qdverify.protocol.inputs import number_of_levels
from qdverify.protocol.json_types import Fields, Question
from qdverify.reference.answers.answer import Refusal
from qdverify.reference.answers.enclosed import MOST_DETERMINANTS
from qdverify.reference.enclosure.integral_model import ExactIntegrals
from qdverify.reference.enclosure.interaction import ExactDot


def given_by_integrals(inputs: Question) -> bool:
    """Return whether the dot of a question is given by its integrals."""
    dot = inputs.get("dot")
    return isinstance(dot, Mapping) and dot.get("kind") == "integrals"


def with_distinct_integrals(dot: Fields) -> dict[str, object]:
    """Return a valid dot given by integrals as certificates state it: no integral twice, and none that is zero."""
    found = {canonical((p, q, r, s)): [p, q, r, s, value] for p, q, r, s, value in dot["two_body"]}
    kept = [entry for entry in found.values() if Fraction(entry[-1])]
    return {**dot, "one_body": [list(row) for row in dot["one_body"]], "two_body": kept}


class CertificateQuestion:
    """The inputs, read by the checker's grammar."""

    def __init__(self, task: str, inputs: Question, digits: int) -> None:
        # the radius of a number with two more significant digits is below one unit of the last digit asked for
        more = 2 if given_by_integrals(inputs) else 0
        self.task, self.digits = task, grammar.count(digits, "digits", 1, MOST_DIGITS) + more
        self.stationary = task in ("stationary_state", "current")
        names = ("dot", "electrons", "levels", *(("leads", "kT", "gate") if self.stationary else ()))
        inputs = grammar.fields(inputs, "inputs", names)
        self.weights: dict[str, list[Fraction] | None] = {"L": None, "R": None}
        self.dot = self._integrals(inputs["dot"]) if given_by_integrals(inputs) else self._box(inputs["dot"])
        levels = inputs["levels"] if isinstance(inputs["levels"], list) else [inputs["levels"]]
        most = 2 * self.dot.orbitals + 1 - len(levels)
        self.electrons = grammar.count(inputs["electrons"], "electrons", 0, most)
        self.numbers = [self._number(number, self.electrons + k) for k, number in enumerate(levels)]
        if self.stationary:
            self.leads = grammar.leads(inputs["leads"])
            self.kT, self.gate = grammar.positive(inputs["kT"], "kT"), grammar.real(inputs["gate"], "gate")

    def _box(self, value: object) -> ExactDot:
        dot = grammar.dot(value)
        return ExactDot(dot.length, dot.cutoff, dot.orbitals, dot.kernel, dot.strength)

    def _integrals(self, value: object) -> ExactIntegrals:
        dot = integral_dot(value)
        self.weights = {
            lead: [Fraction(integer, part.denominator) for integer in part.integers]
            for lead, part in dot.weights.items()
        }
        entries: list[list[Fraction | int]] = [[*key, number] for key, number in dot.two_body.items()]
        return ExactIntegrals.of(dot.one_body, entries, dot.core, dot.irreps)

    def _number(self, number: object, electrons: int) -> int:
        most = number_of_levels(self.dot.orbitals, electrons, MOST_DETERMINANTS + 1)
        if most > MOST_DETERMINANTS:
            raise Refusal(f"{electrons} electrons have more than {MOST_DETERMINANTS} levels")
        count = most if number == "all" else grammar.count(number, "levels", 1, most)
        if isinstance(self.dot, ExactIntegrals) and count < most:
            _require_small_blocks(self.dot, electrons)
        return count


def _require_small_blocks(dot: ExactIntegrals, electrons: int) -> None:
    """Raise `Refusal` before any work if a proof that no level is missed would take too many determinants."""
    largest = max(determinants_by_irrep(dot.irreps, electrons).values())
    if largest > MOST_IN_MODEL_SPACE:
        raise Refusal(
            f"{electrons} electrons in {dot.orbitals} orbitals have {largest} determinants of one irrep: a certificate "
            f"of a dot given by integrals takes at most {MOST_IN_MODEL_SPACE}; irreps of the orbitals make smaller "
            "blocks, and the oracle encloses larger ones without a certificate"
        )


def determinants_by_irrep(irreps: Sequence[int], electrons: int) -> dict[int, int]:
    """Return how many determinants of the smallest S_z >= 0 each irrep has.

    Examples
    --------
    >>> determinants_by_irrep([1, 2], 2)
    {1: 2, 2: 2}
    """
    down = electrons // 2
    of_up, of_down = (_strings_by_irrep(irreps, count) for count in (electrons - down, down))
    found: Counter[int] = Counter()
    for a, number in of_up.items():
        for b, other in of_down.items():
            found[(a ^ b) + 1] += number * other
    return dict(sorted(found.items()))


def _strings_by_irrep(irreps: Sequence[int], electrons: int) -> Counter[int]:
    """Return how many choices of orbitals for electrons of one spin each irrep less 1 has."""
    found = [Counter({0: 1}), *(Counter[int]() for _ in range(electrons))]
    for label in irreps:
        for count in range(electrons, 0, -1):
            for irrep, number in found[count - 1].items():
                found[count][irrep ^ (label - 1)] += number
    return found[electrons]

"""What a certificate from the dot to the current is asked for, read by the checker's own grammar."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from qdverify.certificate import grammar
from qdverify.certificate.check import MOST_DIGITS
from qdverify.certificate.integral_dot import integral_dot
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
        return most if number == "all" else grammar.count(number, "levels", 1, most)

"""The rules of harmonic dots: what breaks one is refused, and what is unusual and valid is answered.

The inputs are the examples of `qdverify.protocol.harmonic_rules`; only implementations that take such dots are asked.
"""

from __future__ import annotations

from typing import Final

from qdverify.protocol.harmonic_rules import HARMONIC_RULES
from qdverify.protocol.input_rules import DOT_TASKS, Kind
from qdverify.suite.checks.invalid_input import check_of_examples
from qdverify.suite.declare import Check

_EQUATION: Final = 'protocol.md, "Rules of harmonic dots"'


def _refuses(task: str) -> Check:
    return check_of_examples(
        "harmonic.refused-",
        task,
        Kind.REFUSED,
        version=1,
        claim=f"Inputs of {task} that break a rule of harmonic dots are refused with an error",
        equation=_EQUATION,
        table=HARMONIC_RULES,
        # a question of another kind is not put to them by `ask`
        require=lambda subject, _: subject.require_kind("harmonic-2d"),
    )


def _answers(task: str) -> Check:
    return check_of_examples(
        "harmonic.answered-",
        task,
        Kind.ANSWERED,
        version=1,
        claim=f"Inputs of {task} about harmonic dots that are unusual and valid are answered, not refused",
        equation=_EQUATION,
        table=HARMONIC_RULES,
    )


refused = {task: _refuses(task) for task in DOT_TASKS}
answered = {task: _answers(task) for task in DOT_TASKS}

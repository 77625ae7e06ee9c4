"""The rules of dots given by their integrals: what breaks one is refused, and what is unusual and valid is answered.

The inputs are the examples of `qdverify.protocol.integral_rules`; only implementations that take such dots are asked.
"""

from __future__ import annotations

from typing import Final

from qdverify.protocol.input_rules import DOT_TASKS, Kind
from qdverify.protocol.integral_rules import INTEGRAL_RULES
from qdverify.suite.checks.invalid_input import check_of_examples
from qdverify.suite.declare import Check

_EQUATION: Final = 'protocol.md, "Rules of dots given by integrals"'


def _refuses(task: str) -> Check:
    return check_of_examples(
        "integral-dots.refused-",
        task,
        Kind.REFUSED,
        version=1,
        claim=f"Inputs of {task} that break a rule of dots given by integrals are refused with an error",
        equation=_EQUATION,
        table=INTEGRAL_RULES,
        # a question of the other kind is not put to them by `ask`
        require=lambda subject, _: subject.require_kind("integrals"),
    )


def _answers(task: str) -> Check:
    return check_of_examples(
        "integral-dots.answered-",
        task,
        Kind.ANSWERED,
        version=1,
        claim=f"Inputs of {task} about dots given by integrals that are unusual and valid are answered, not refused",
        equation=_EQUATION,
        table=INTEGRAL_RULES,
    )


refused = {task: _refuses(task) for task in DOT_TASKS}
answered = {task: _answers(task) for task in DOT_TASKS}

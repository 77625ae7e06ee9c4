"""Which questions a comparison rests on: kept beside it, so that a failure can be compared with wrong models too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from qdverify.protocol.json_types import Question
from qdverify.suite.finding import Asked, Comparison
from qdverify.suite.subject import Subject


def resting_on(
    subject: Subject, comparisons: Iterable[Comparison], *questions: tuple[str, Question]
) -> list[Comparison]:
    """Return the comparisons with the questions, (task, params) each, that were asked for them.

    Parameters
    ----------
    subject
        It has answered all of the questions, and remembers.
    """
    asked = tuple(
        Asked(task, params, subject.ask(task, **params), subject.accuracy(task)) for task, params in questions
    )
    return [replace(comparison, asked=asked) for comparison in comparisons]

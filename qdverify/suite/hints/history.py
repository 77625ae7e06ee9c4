"""Answers that depend on what was asked before, told from answers that are wrong whenever they are asked.

A wrong model answers a question wrongly each time. Only something that is kept makes one question right at one time and
wrong at another, or gives many questions the right answers to others that came before them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from qdverify.suite.finding import Finding, Verdict
from qdverify.suite.hints.stale import EARLIER

MEMORY: Final = "determinism"
"""The suite whose checks ask each question anew, and the same one more than once."""
CHANGING: Final = (
    "one and the same question is answered rightly at one time and wrongly at another: is something kept of "
    f"{EARLIER}, or left to chance?"
)
TAKEN_OVER: Final = f"the right answers to {EARLIER}, word for word: does a cache tell too few questions apart?"
FEWEST: Final = 2
"""Fewest questions that get the answer of another one: the opposite of an input may well do nothing."""


@dataclass(frozen=True)
class _Visit:
    """A question with what it got, and whether any number of that was wrong."""

    question: str
    answer: str
    wrong: bool


def of_the_past(judged: Sequence[Finding]) -> str:
    """Return the sentence that says how the answers of one check depend on earlier questions, or an empty string.

    Parameters
    ----------
    judged
        The findings that failed or passed, in the order in which they were asked.
    """
    visits = list(_visits(item for item in judged if item.suite == MEMORY))
    answers: dict[bool, dict[str, set[str]]] = {True: defaultdict(set), False: defaultdict(set)}
    for visit in visits:
        answers[visit.wrong][visit.question].add(visit.answer)
    if any(found - answers[True][question] for question, found in answers[False].items() if answers[True][question]):
        return CHANGING
    right: set[str] = set()
    wrong: set[str] = set()
    for visit in visits:
        if not visit.wrong:
            right.add(visit.answer)
        elif visit.answer not in right:
            return ""
        else:
            wrong.add(visit.question)
    return TAKEN_OVER if len(wrong) >= FEWEST else ""


def _visits(judged: Iterable[Finding]) -> Iterator[_Visit]:
    """Yield each question as often as it was put: the numbers of one answer follow each other."""
    last: _Visit | None = None
    for finding in judged:
        asked = finding.comparison.asked if finding.comparison else ()
        if len(asked) != 1:
            continue
        question = json.dumps([asked[0].task, asked[0].params], sort_keys=True, default=str)
        answer = json.dumps([asked[0].task, asked[0].answer], sort_keys=True, default=str)
        wrong = finding.verdict is Verdict.FAIL
        if last is not None and (last.question, last.answer) == (question, answer):
            last = _Visit(question, answer, last.wrong or wrong)
            continue
        if last is not None:
            yield last
        last = _Visit(question, answer, wrong)
    if last is not None:
        yield last

"""From a claim's failures to the most likely cause: one deviation says little, what a dozen have in common says much.

First the answers are compared with wrong models, which the exact side solves for the same questions; then the numbers
alone are looked at, for a factor, a shift or an order. Whatever is named fits every failure, and no success denies it.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Sequence
from typing import Final

from qdverify.protocol.accuracy import COARSEST_ACCURACY, Accuracy
from qdverify.protocol.json_types import Question
from qdverify.suite.finding import Asked, Finding, Kind, Verdict
from qdverify.suite.hints.observed import Observed, numbers_in
from qdverify.suite.hints.patterns import recognised

_SOLVED: Final = {
    "clebsch_gordan_weight": "spin",
    "interaction_integrals": "integrals",
    "stationary_state": "transport",
    "current": "transport",
    "spectrum": "many_body",
    "transition_probabilities": "many_body",
}
_FINEST: Final = 1e-300
_OF_A_DOT: Final = {
    "spectrum": ({"dot", "electrons", "levels"}, "energies"),
    "transition_probabilities": ({"dot", "electrons", "levels_from", "levels_to"}, "M"),
}


def most_likely_cause(findings: Sequence[Finding]) -> str:
    """Return the cause that explains all failures of one check, or an empty string.

    Parameters
    ----------
    findings
        All findings of the check, also those that passed.
    """
    failed = [item for item in findings if item.verdict is Verdict.FAIL]
    if not failed:
        return ""
    passed = [item for item in findings if item.verdict is Verdict.PASS]
    return _wrong_model([*failed, *passed]) or recognised(list(_observed(failed)), list(_observed(passed)))


def _wrong_model(findings: Sequence[Finding]) -> str:
    """Return the sentence of the wrong model that gives the answers to all questions behind the findings."""
    asked_of = [asked for finding in findings for asked in _asked(finding)]
    questions = {json.dumps([asked.task, asked.params], sort_keys=True): asked for asked in asked_of}
    modules = {_SOLVED.get(asked.task) for asked in questions.values()}
    if len(modules) != 1 or None in modules:
        return ""
    # the exact side takes a second to load, and only a failure needs it
    model = importlib.import_module("qdverify.suite.hints.wrong_models")
    table = importlib.import_module(f"qdverify.suite.hints.{modules.pop()}")
    sentence: str = model.named(table.RIGHT, table.WRONG_MODELS, table.VAGUE, list(questions.values()))
    return sentence


def _asked(finding: Finding) -> tuple[Asked, ...]:
    """Return the questions behind a finding: those that it names, or else its case where that is one of a dot."""
    comparison = finding.comparison
    if comparison is None or comparison.asked or comparison.kind is Kind.EQUAL:
        return comparison.asked if comparison else ()
    params = {name: value for name, value in finding.case.items() if name != "label"}
    for task, (inputs, name) in _OF_A_DOT.items():
        if set(finding.tasks) <= _OF_A_DOT.keys() and params.keys() == inputs:
            scale = max(map(abs, numbers_in(comparison.reference.value))) if task == "spectrum" else 1.0
            accuracy = Accuracy(min(max(comparison.tolerance.value / scale, _FINEST), COARSEST_ACCURACY))
            return (Asked(task, params, {name: comparison.measured}, accuracy),)
    return ()


def _observed(findings: Sequence[Finding]) -> Iterator[Observed]:
    """Yield the comparisons that are numbers against numbers."""
    for finding in findings:
        comparison = finding.comparison
        if comparison is None or comparison.kind is Kind.AT_MOST:
            continue
        try:
            measured, expected = tuple(numbers_in(comparison.measured)), tuple(numbers_in(comparison.reference.value))
        except (TypeError, ValueError, OverflowError):
            continue
        if expected and len(measured) == len(expected):
            discrete = comparison.kind is Kind.EQUAL
            slack = comparison.tolerance.value + comparison.reference.bound
            yield Observed(measured, expected, _square(comparison.measured), slack, discrete, _case(finding))


def _case(finding: Finding) -> Question:
    """Return the question behind a finding if there is one only, which may be a changed copy of the trial's case."""
    asked = finding.comparison.asked if finding.comparison else ()
    return asked[0].params if len(asked) == 1 else finding.case


def _square(value: object) -> int:
    if isinstance(value, list | tuple) and value and all(isinstance(row, list | tuple) for row in value):
        return len(value) if all(len(row) == len(value) for row in value) else 0
    return 0

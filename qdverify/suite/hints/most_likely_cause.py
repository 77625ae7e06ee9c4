"""From a check's failures to their most likely cause, or to silence.

Three kinds of hypotheses are tried, the simplest first. A wrong model is solved exactly for the very questions that
were asked. A pattern looks at the numbers alone: a factor, a shift, an order, a law of error. Both must predict all
that was seen, what failed and what passed. If none does, the answers may depend on what was asked before. Else the one
condition is looked for that separates failing cases from passing ones, or wrong values from right ones; it is stated
with its counts, and with what is wrong there.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Collection, Sequence
from typing import Final

from qdverify.protocol.accuracy import COARSEST_ACCURACY, Accuracy
from qdverify.protocol.json_types import Question
from qdverify.suite.finding import Asked, Finding, Kind, Verdict
from qdverify.suite.hints.accuracy_laws import few_digits
from qdverify.suite.hints.conditions import SMALLEST
from qdverify.suite.hints.elements import separated_values
from qdverify.suite.hints.history import of_the_past
from qdverify.suite.hints.hypothesis import simplest
from qdverify.suite.hints.observed import Comparisons, case_of, numbers_in, observed
from qdverify.suite.hints.patterns import hypotheses
from qdverify.suite.hints.separation import conditions_of, said
from qdverify.suite.hints.stale import stale_answers

_SOLVED: Final = {
    "clebsch_gordan_weight": "spin",
    "interaction_integrals": "integrals",
    "stationary_state": "transport",
    "current": "transport",
    "lead_currents": "leads",
    "heat_currents": "leads",
    "spin_currents": "spins",
    "spin_heat": "spins",
    "spin_populations": "spins",
    "linear_response": "response",
    "lead_response": "lead_response",
    "spin_response": "spin_response",
    "conductance_parts": "conductance_parts",
    "cumulants": "counting",
    "lead_cumulants": "lead_counting",
    "generating_function": "counting",
    "lead_generating_function": "lead_fields",
    "spectrum": "many_body",
    "transition_probabilities": "many_body",
}
_FINEST: Final = 1e-300
_OF_A_DOT: Final = {
    "spectrum": ({"dot", "electrons", "levels"}, "energies"),
    "transition_probabilities": ({"dot", "electrons", "levels_from", "levels_to"}, "M"),
}


def most_likely_cause(findings: Sequence[Finding]) -> str:
    """Return the sentence on what explains all failures of one check, or an empty string.

    Parameters
    ----------
    findings
        All findings of the check, also those that passed.
    """
    judged = [item for item in findings if item.verdict in (Verdict.FAIL, Verdict.PASS)]
    failed = [item for item in judged if item.verdict is Verdict.FAIL]
    if not failed:
        return ""
    seen = list(observed(judged))
    wrong, right = [item for item in seen if item.failed], [item for item in seen if not item.failed]
    if not wrong:  # what holds no numbers is no case of the model
        return _wrong_model(judged)
    return (
        _wrong_model(judged)
        or simplest(hypotheses(wrong, stale_answers(seen)), wrong, right)
        or of_the_past(judged)
        or separated_values(seen)
        or simplest([few_digits(wrong)], wrong, right)
        or _where(judged, seen)
        or _wrong_model(judged, "VAGUE")
    )


def _where(judged: Sequence[Finding], seen: Comparisons) -> str:
    """Return the condition that separates the failing cases, with what is wrong there."""
    wrong = [item for item in seen if item.failed]
    cases: dict[str, Question] = {}
    for finding in judged:
        case = case_of(finding)
        cases.setdefault(_key(case), case)
    failed = [item for item in judged if item.verdict is Verdict.FAIL]
    failing = {_key(case_of(item)) for item in failed}
    sizes: dict[str, list[float]] = {}
    for item in seen:
        sizes.setdefault(item.key, []).extend(abs(value) for value in item.expected if value)
    cases = {key: _with_smallest(case, sizes.get(key, [])) for key, case in cases.items()}
    right = [case for key, case in cases.items() if key not in failing]
    many, others = _trials(judged, failing)
    evidence = min(many, len(failing)), min(others, len(right))
    found = conditions_of([cases[key] for key in failing], right, evidence=evidence)
    if not found:
        return ""
    # beyond a threshold something may be clipped, which other wrong models can look like
    there = "" if found[0].threshold else _wrong_model(failed)
    there = there or simplest([*hypotheses(wrong), few_digits(wrong)], wrong, [])
    return said(found, len(failing), len(right)) + (f"; there {there}" if there else "")


def _with_smallest(case: Question, sizes: Sequence[float]) -> Question:
    """Return a case of transport with the smallest right value in it: a depth that many inputs can bring about."""
    return {**case, SMALLEST: min(sizes)} if "leads" in case and sizes else case


def _key(case: Question) -> str:
    return json.dumps(case, sort_keys=True, default=str)


def _trials(judged: Sequence[Finding], failing: Collection[str]) -> tuple[int, int]:
    """Return how many trials hold failing cases, and how many passing ones: variants of one case prove little."""
    sides: tuple[set[str], set[str]] = (set(), set())
    for finding in judged:
        sides[_key(case_of(finding)) not in failing].add(str(finding.case.get("label")))
    return len(sides[0]), len(sides[1])


def _wrong_model(findings: Sequence[Finding], kind: str = "WRONG_MODELS") -> str:
    """Return the sentence of the wrong model that gives the answers to all questions behind the findings.

    Models of kind "VAGUE" leave a part of the answers open, and come last.
    """
    asked_of = [asked for finding in findings for asked in _asked(finding)]
    questions = {json.dumps([asked.task, asked.params, asked.answer], sort_keys=True): asked for asked in asked_of}
    modules = {_SOLVED.get(asked.task) for asked in questions.values()}
    if len(modules) != 1 or None in modules:
        return ""
    # the exact side takes a second to load, and only a failure needs it
    model = importlib.import_module("qdverify.suite.hints.wrong_models")
    table = importlib.import_module(f"qdverify.suite.hints.{modules.pop()}")
    sentence: str = model.named(table.RIGHT, getattr(table, kind), list(questions.values()))
    return sentence


def _asked(finding: Finding) -> tuple[Asked, ...]:
    """Return the questions behind a finding: those that it names, or else its case if that is one of a dot.

    Only what was compared number by number is an answer: the measured side of an inequality is made of one.
    """
    comparison = finding.comparison
    if comparison is None or comparison.asked or comparison.kind is not Kind.CLOSE:
        return comparison.asked if comparison else ()
    params = {name: value for name, value in finding.case.items() if name != "label"}
    for task, (inputs, name) in _OF_A_DOT.items():
        if set(finding.tasks) <= _OF_A_DOT.keys() and params.keys() == inputs:
            scale = max(map(abs, numbers_in(comparison.reference.value))) if task == "spectrum" else 1.0
            relative = comparison.tolerance.value / scale if scale else COARSEST_ACCURACY
            accuracy = Accuracy(min(max(relative, _FINEST), COARSEST_ACCURACY))
            return (Asked(task, params, {name: comparison.measured}, accuracy),)
    return ()

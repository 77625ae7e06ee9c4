"""What the verdict names first: the physics, unless answers depend on what was asked before; and one cause of many."""

import json
from dataclasses import replace

import pytest
from test_report_cause import read

from qdverify import verify
from qdverify.implementations.builtin import Builtin
from qdverify.report.groups import group_findings, ranked_failures
from qdverify.report.likely_cause import LikelyCause, likely_cause
from qdverify.report.summary import summarise
from qdverify.suite.hints.stale import EARLIER

CURRENTS = ("leads.pairs", "leads.one-transition", "determinism.one-field-lead-currents")
POPULATIONS = ("zeeman.trees-populations", "determinism.one-field-spin-populations")


class OutOfTheDot(Builtin):
    """Counts every current out of the dot: wrong each time."""

    def lead_currents(self, **question):
        found = super().lead_currents(**question)["currents"]
        return {"currents": {name: -value for name, value in found.items()}}


class WithoutSign(Builtin):
    """Loses the sign of the field, so that some questions of a walk are answered rightly, and others not."""

    def spin_populations(self, zeeman, **question):
        return super().spin_populations(zeeman=abs(zeeman), **question)


class WithTemperaturesOfBefore(Builtin):
    """Takes the temperatures of the leads from the question before, if they had the same names."""

    def __init__(self):
        super().__init__()
        self.before = {}

    def lead_currents(self, leads, **question):
        names = tuple(lead["name"] for lead in leads)
        now = [lead.get("kT", question["kT"]) for lead in leads]
        used = self.before.get(names, now)
        self.before[names] = now
        leads = [{**lead, "kT": kT} for lead, kT in zip(leads, used, strict=True)]
        return super().lead_currents(leads=leads, **question)


class KeptByTemperature(Builtin):
    """Keeps answers under kT, gate and the names of the leads only, and gives them word for word."""

    def __init__(self):
        super().__init__()
        self.kept = {}

    def lead_currents(self, **question):
        key = json.dumps([question["kT"], question["gate"], sorted(lead["name"] for lead in question["leads"])])
        return self.kept.setdefault(key, super().lead_currents(**question))


def _listed(document):
    return ranked_failures(document, group_findings(document, 99))


def judged(program, checks):
    """Return the document of a run, and its summary."""
    document = verify(program(), checks=list(checks)).document()
    return document, summarise(document, ())


@pytest.mark.parametrize(("program", "checks"), [(OutOfTheDot, CURRENTS), (WithoutSign, POPULATIONS)])
def test_what_is_wrong_each_time_is_not_laid_at_a_memory(program, checks):
    """The check of memory fails too, as its answers are wrong; the claim about physics is named.

    In the list that is the first of those that do as much harm.
    """
    document, summary = judged(program, checks)
    failing = {finding["suite"] for finding in document["findings"] if finding["verdict"] == "fail"}
    assert failing >= {"determinism"}
    assert not any(EARLIER in finding.get("hint", "") for finding in document["findings"])
    assert summary.hint
    assert EARLIER not in summary.hint
    assert "asked before" not in summary.cause
    if len(failing) > 1:
        assert "get each its own answer" not in summary.broken_claims[0][0]
    listed = [(-failure.worst.harm, failure.group.suite == "determinism") for failure in _listed(document)]
    assert listed == sorted(listed)


@pytest.mark.parametrize("program", [WithTemperaturesOfBefore, KeptByTemperature])
def test_answers_that_depend_on_the_past_are_said_to(program):
    """Whether the same question is answered anew or old answers are given out: the claim, the cause and the hint."""
    _, summary = judged(program, CURRENTS)
    assert "get each its own answer" in summary.broken_claims[0][0]
    assert EARLIER in summary.hint
    assert "Answers depend on what was asked before" in summary.cause


def failures(*hints, suite="leads"):
    """Return failing findings, each of a check of its own, with these hints."""
    return [
        {"id": f"{suite}.{k}@1", "suite": suite, "verdict": "fail", **({"hint": hint} if hint else {})}
        for k, hint in enumerate(hints)
    ]


HALF = ("the factor is 0.5: the spin factor is missing?", "the factor is 0.5 everywhere: a 1/2 too many?")
NEXT = "each lead has the M_ji of the next one; or each lead has the M_ji of the one before it?"


def test_one_mistake_in_the_words_of_several_tasks_is_one():
    """It is counted under what the sentences have in common, with how many checks it explains."""
    found = failures(HALF[0], HALF[0], HALF[1], "", "", "", "")
    assert likely_cause(found, found) == LikelyCause(HALF[0], "explains 3 of 7 failing checks")
    assert likely_cause(found[:3], found[:3]) == LikelyCause(HALF[0])


def test_a_mistake_counts_where_it_is_one_of_several():
    """Two leads do not tell the next one from the one before; three do."""
    found = failures(NEXT, NEXT, "each lead has the M_ji of the one before it?", "", "")
    assert likely_cause(found, found) == LikelyCause(
        "each lead has the M_ji of the one before it?", "explains 3 of 5 failing checks"
    )


def test_a_cause_of_few_failures_or_beside_a_rival_is_none():
    """Three checks, a quarter of them all, and no other mistake that explains half as many of the rest."""
    assert not likely_cause((found := failures(HALF[0], HALF[0], *[""] * 3)), found).hint
    assert not likely_cause((found := failures(*[HALF[0]] * 3, *[""] * 10)), found).hint
    assert likely_cause((found := failures(*[HALF[0]] * 3, *[""] * 9)), found).hint
    assert not likely_cause((found := failures(*[HALF[0]] * 4, "the sign?", "the sign?", *[""] * 6)), found).hint
    assert likely_cause((found := failures(*[HALF[0]] * 4, "the sign?", *[""] * 6)), found).hint


def test_a_condition_is_no_mistake_of_a_whole_run():
    """Where a check fails is said of that check: no two of them count as one."""
    found = failures(*(f"all {k} failing cases have a positive gate: there, {HALF[0]}" for k in range(4)), *[""] * 5)
    assert not likely_cause(found, found).hint


def test_the_share_stands_on_the_page_and_in_the_terminal():
    """A reader sees that a cause leaves failures open."""
    report = verify(OutOfTheDot(), checks=list(CURRENTS))
    first = next(finding.id for finding in report.findings if finding.hint)
    found = [replace(finding, hint="" if finding.id == first else finding.hint) for finding in report.findings]
    report = replace(report, findings=found)
    for text in read(report):
        assert "failing checks)" in text

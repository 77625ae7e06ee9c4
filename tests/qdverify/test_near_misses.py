"""Near misses: a check fails an implementation that is off by 3 times what it claims, in every answer."""

from dataclasses import replace

import pytest
from near_misses import OffBy

from qdverify.implementations.inprocess import InProcess
from qdverify.suite.declare import Scope, select
from qdverify.suite.finding import Verdict
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject

SUITES = ("spin", "integrals", "rates", "stationary", "current", "plateaux", "conductance", "determinism")
TASKS = {*OffBy.accuracy}
WITHOUT_NUMBERS = {
    "current.direction": "a sign",
    "stationary.reducible": "a refusal is right, and given",
    **{f"determinism.{task.replace('_', '-')}": "the same wrong answer twice" for task in OffBy.accuracy},
}
AT_TEN_TIMES = {"conductance.peak-position": "a position is read off the ratio of three conductances"}
CHECKS = [check for check in select(SUITES, "quick") if set(check.tasks) <= TASKS and check.name not in WITHOUT_NUMBERS]
SLOW = ("enclosed", "hundredth", "deep", "conductance", "one-field", "range")


def fails(check, k):
    """Return whether an implementation that is off by k times its accuracy fails the check."""
    findings = run_checks(Subject(InProcess(OffBy(k))), [replace(check, requires=())], Scope())
    return any(finding.verdict in (Verdict.FAIL, Verdict.ERROR) for finding in findings)


@pytest.mark.parametrize(
    "check",
    [pytest.param(c, marks=pytest.mark.slow) if any(w in c.name for w in SLOW) else c for c in CHECKS],
    ids=lambda check: check.name,
)
def test_a_near_miss_fails(check):
    """Three times the claimed accuracy, ten where a result is derived from several answers; half of it passes."""
    if check.suite != "invalid-input":
        assert fails(check, 10 if check.name in AT_TEN_TIMES else 3)
        assert not fails(check, 0.25)

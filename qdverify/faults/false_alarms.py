"""False alarms, counted: the builtin implementation under the suite at many seeds.

A check that fails a correct code is worth as little as one that passes a wrong one. Answers are remembered between the
seeds, so that only what a seed changes is computed again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from qdverify.finding import Finding, Verdict
from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.runner import run_checks
from qdverify.subject import Subject
from qdverify.suite import Check, Scope

_ALARMS = frozenset({Verdict.FAIL, Verdict.ERROR, Verdict.BLOCKED})


def false_alarms(
    checks: Iterable[Check], seeds: Iterable[int], level: str = "quick", on_seed: Callable[[int], None] = lambda _: None
) -> list[tuple[int, Finding]]:
    """Return seed and finding of every alarm that the builtin implementation raises.

    The known deviations of the paper's printed numbers are no alarms of the suite: leave the suite "paper" out.
    """
    subject, chosen = Subject(InProcess(Builtin())), tuple(checks)
    alarms = []
    for seed in seeds:
        findings = run_checks(subject, chosen, Scope(level, seed))
        alarms += [(seed, finding) for finding in findings if finding.verdict in _ALARMS]
        on_seed(seed)
    return alarms

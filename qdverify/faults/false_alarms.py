"""False alarms, counted: the builtin implementation under the suite at many seeds.

A check that fails a correct code is worth as little as one that passes a wrong one. Trials that a seed shares with an
earlier one are not repeated.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.suite.declare import Check, Scope, Trial
from qdverify.suite.finding import Finding, Verdict
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject

_ALARMS = frozenset({Verdict.FAIL, Verdict.ERROR, Verdict.DECLINED, Verdict.BLOCKED})


def false_alarms(
    checks: Iterable[Check], seeds: Iterable[int], level: str = "quick", on_seed: Callable[[int], None] = lambda _: None
) -> list[tuple[int, Finding]]:
    """Return seed and finding of every alarm that the builtin implementation raises.

    The known deviations of the paper's printed numbers are no alarms of the suite: leave the suite "paper" out.
    """
    subject = Subject(InProcess(Builtin()))
    seen: set[str] = set()
    chosen = [_of_new_trials(check, seen) for check in checks]
    alarms = []
    for seed in seeds:
        findings = run_checks(subject, chosen, Scope(level, seed))
        alarms += [(seed, finding) for finding in findings if finding.verdict in _ALARMS]
        on_seed(seed)
    return alarms


def _of_new_trials(check: Check, seen: set[str]) -> Check:
    def trials(scope: Scope) -> Iterator[Trial]:
        for trial in check.trials(scope):
            key = f"{check.id} {json.dumps(trial.inputs, sort_keys=True, default=repr)}"
            if key not in seen:
                seen.add(key)
                yield trial

    return replace(check, trials=trials)

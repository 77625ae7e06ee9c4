"""False alarms, counted: a correct implementation under the suite at many seeds.

A check that fails a correct code is worth as little as one that passes a wrong one. Trials that a seed shares with an
earlier one are not repeated.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from qdverify.implementations.base import Implementation
from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.suite.declare import Check, Scope, Trial, within_limits
from qdverify.suite.finding import Finding, Stage, Verdict
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject

ALARMS: Final = frozenset({Verdict.FAIL, Verdict.ERROR, Verdict.DECLINED, Verdict.BLOCKED})


@dataclass(frozen=True)
class SeedOutcome:
    """What the suite made of a correct implementation at one seed.

    Attributes
    ----------
    alarms
        The findings that are none of pass, unsupported or expected.
    counts
        Number of findings by verdict, those of trials that an earlier seed had left out.
    """

    seed: int
    alarms: tuple[Finding, ...]
    counts: Mapping[Verdict, int]


def seed_outcomes(
    implementation: Callable[[], Implementation],
    checks: Iterable[Check],
    seeds: Iterable[int],
    level: str = "quick",
    *,
    alarms: frozenset[Verdict] = ALARMS,
) -> Iterator[SeedOutcome]:
    """Yield what the suite makes of a correct implementation, seed by seed.

    The known deviations of the paper's printed numbers are no alarms of the suite: leave the suite "paper" out.

    Parameters
    ----------
    implementation
        Makes the implementation anew for every seed, so that nothing is remembered from one seed to the next.
    alarms
        The verdicts that count as alarms. A program that may decline is tried without `Verdict.DECLINED`.
    """
    seen: set[str] = set()
    chosen = [_of_new_trials(check, seen) for check in checks]
    for seed in seeds:
        under_test = implementation()
        try:
            subject = Subject(under_test)
            findings = run_checks(subject, chosen, within_limits(Scope(level, seed), subject.description))
        finally:
            under_test.close()
        counts = Counter(finding.verdict for finding in findings)
        yield SeedOutcome(seed, tuple(finding for finding in findings if finding.verdict in alarms), dict(counts))


def false_alarms(
    checks: Iterable[Check], seeds: Iterable[int], level: str = "quick", on_seed: Callable[[int], None] = lambda _: None
) -> list[tuple[int, Finding]]:
    """Return seed and finding of every alarm that the builtin implementation raises."""
    found = []
    for outcome in seed_outcomes(lambda: InProcess(Builtin()), checks, seeds, level):
        found += [(outcome.seed, finding) for finding in outcome.alarms]
        on_seed(outcome.seed)
    return found


def _of_new_trials(check: Check, seen: set[str]) -> Check:
    def trials(scope: Scope) -> Iterator[Trial]:
        for trial in check.trials(scope):
            key = f"{check.id} {json.dumps(trial.inputs, sort_keys=True, default=repr)}"
            # questions on spin have no random cases; they cost nothing, and others look at what they asked
            if check.stage is Stage.SPIN or key not in seen:
                seen.add(key)
                yield trial

    return replace(check, trials=trials)

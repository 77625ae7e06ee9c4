"""Run checks over an implementation and turn what they yield into findings.

The runner decides nothing about numbers. It asks each check for its trials, keeps the order of the prerequisites, and
gives every way in which a trial can end its verdict: an answer that cannot be compared is an error, never a pass.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final, TypedDict, Unpack

from qdverify.protocol.answers import BEYOND_LIMITS, NOT_CONVERGED, AnswerError, Broken, Unsupported
from qdverify.suite.comparators import ComparisonError
from qdverify.suite.declare import Check, Scope, Trial
from qdverify.suite.expected_failures import ExpectedFailures
from qdverify.suite.finding import Comparison, ErrorKind, Finding, Stage, Verdict
from qdverify.suite.hints.most_likely_cause import most_likely_cause
from qdverify.suite.subject import Subject

OnFinding = Callable[[Finding], None]
NOT_SOUND: Final = frozenset({Verdict.FAIL, Verdict.ERROR, Verdict.BLOCKED})
_DECLINED: Final = {NOT_CONVERGED: ErrorKind.NOT_CONVERGED, BEYOND_LIMITS: ErrorKind.BEYOND_LIMITS}
"""The errors by which a program declines a valid question."""
_TOO_LARGE: Final = 1e100
"""Size of an answered number of which a check may not be able to form sums, products and quotients."""


def run_checks(
    subject: Subject,
    checks: Iterable[Check],
    scope: Scope,
    on_finding: OnFinding = lambda _: None,
    *,
    expected: ExpectedFailures = ExpectedFailures(),  # noqa: B008  (immutable)
    explain: bool = True,
) -> list[Finding]:
    """Try every check, in the given order, and return all findings.

    Parameters
    ----------
    subject
        The implementation under test.
    checks
        In an order in which each stands after those that it requires, as `qdverify.suite.declare.select` gives them.
    scope
        Level and seed.
    on_finding
        Called with every finding as soon as it is made: nothing found is lost when a run ends early.
    expected
        The failures that are expected; what passes unexpectedly is known, and marked, at the end of the run only.
    explain
        Whether failures get their most likely cause, which may take longer than the checks themselves.
    """
    findings: list[Finding] = []
    soundness = Soundness()
    for check in checks:
        blockers = soundness.blockers(check)
        found = run_check(subject, check, scope, blockers, on_finding, expected=expected, explain=explain)
        soundness.add(check, found)
        findings += found
    return expected.conclude(findings)


class Soundness:
    """Which checks of a run were not sound, so that what rests on them is blocked."""

    def __init__(self) -> None:
        self._causes: dict[str, tuple[str, ...]] = {}

    def blockers(self, check: Check) -> tuple[str, ...]:
        """Return the ids of the failed checks that this one rests on, directly or not."""
        return tuple(sorted({cause for name in check.requires for cause in self._causes.get(name, ())}))

    def add(self, check: Check, findings: Iterable[Finding]) -> None:
        """Take the findings of a check, once those that it rests on are known."""
        if any(finding.verdict in NOT_SOUND for finding in findings):
            self._causes[check.name] = self.blockers(check) or (check.id,)


def run_check(
    subject: Subject,
    check: Check,
    scope: Scope,
    blockers: tuple[str, ...],
    on_finding: OnFinding,
    *,
    expected: ExpectedFailures,
    explain: bool = True,
) -> list[Finding]:
    """Try one check and return its findings; the arguments are those of `run_checks`, and what blocks it."""
    findings = []
    for finding in _findings(subject, check, scope, blockers):
        finding = expected.apply(finding)  # noqa: PLW2901  (its final form)
        findings.append(finding)
        on_finding(finding)
    return explained(findings) if explain else findings


def explained(findings: list[Finding]) -> list[Finding]:
    """Add the most likely cause to the failures among all findings of one check."""
    hint = most_likely_cause(findings)
    return [replace(finding, hint=hint) if finding.verdict is Verdict.FAIL else finding for finding in findings]


def unanswered(reason: str) -> Finding:
    """Return the finding of a run in which the implementation could not even say hello."""
    claim = "The implementation starts and says hello as the protocol asks"
    return _of_the_run("hello", claim, reason, ErrorKind.NO_HELLO)


def stopped(count: int) -> Finding:
    """Return the finding of a run that was stopped after a number of findings."""
    reason = f"the run was stopped after {count} findings; nothing is known of what it had not asked yet"
    return _of_the_run("end", "The run goes on to its end", reason, ErrorKind.NOT_JUDGED)


def _of_the_run(label: str, claim: str, reason: str, kind: ErrorKind) -> Finding:
    """Return an error of a whole run, which belongs to no check."""
    return Finding(
        id=f"protocol.{label}@1",
        suite="protocol",
        stage=Stage.SPIN,
        claim=claim,
        equation='protocol.md, "Messages"',
        case={"label": label},
        verdict=Verdict.ERROR,
        detail=reason,
        error_kind=kind,
    )


def _findings(subject: Subject, check: Check, scope: Scope, blockers: tuple[str, ...]) -> Iterator[Finding]:
    if not subject.supports(*check.tasks):
        yield unsupported(subject, check)
    elif blockers:
        yield blocked(check, Trial("all"), blockers)
    else:
        for trial in check.trials(scope):
            yield from try_check(subject, check, trial)


def unsupported(subject: Subject, check: Check) -> Finding:
    """Return the finding of a check that needs a task that is not offered."""
    missing = sorted(set(check.tasks) - subject.description.tasks)
    detail = f"{missing[0]} is not among the implementation's tasks"
    return _finding(check, Trial("all"), Verdict.UNSUPPORTED, detail=detail)


def blocked(check: Check, trial: Trial, blockers: tuple[str, ...]) -> Finding:
    """Return the finding of a check that rests on others that failed."""
    return _finding(check, trial, Verdict.BLOCKED, detail=f"rests on {', '.join(blockers)}", blocked_by=blockers)


def not_judged(check: Check, reason: str) -> Finding:
    """Return the finding of a check that could not be tried to its end."""
    return _finding(check, Trial("all"), Verdict.ERROR, detail=reason, error_kind=ErrorKind.NOT_JUDGED)


def try_check(subject: Subject, check: Check, trial: Trial) -> list[Finding]:
    """Judge one trial of one check."""
    start = time.perf_counter()
    findings: list[Finding] = []
    subject.begin_trial()
    try:
        for comparison in check.judge(subject, trial):
            findings.append(_judged(check, trial, comparison, time.perf_counter() - start))
            start = time.perf_counter()
        if not findings:
            findings.append(
                _finding(
                    check, trial, Verdict.ERROR, detail="the check compared nothing", error_kind=ErrorKind.NOT_JUDGED
                )
            )
    except Unsupported as error:
        findings.append(_finding(check, trial, Verdict.UNSUPPORTED, detail=str(error), limit=error.limit))
    except Exception as error:  # whatever the answers made the check stumble over: it has not passed
        verdict, kind, detail = _without_answer(error, subject.largest_of_trial())
        findings.append(_finding(check, trial, verdict, detail=detail, error_kind=kind))
    findings[-1] = replace(findings[-1], seconds=findings[-1].seconds + time.perf_counter() - start)
    return findings


def _without_answer(error: Exception, largest: float) -> tuple[Verdict, ErrorKind, str]:
    """Return the verdict, the kind and the text of what stands in place of an answer.

    Parameters
    ----------
    largest
        The largest magnitude among the numbers that were answered.
    """
    if isinstance(error, AnswerError):
        declined = _DECLINED.get(error.code)
        if declined:
            return Verdict.DECLINED, declined, f"the implementation declined with error {error.code}: {error}"
        detail = f"the implementation returned error {error.code}: {error}"
        return Verdict.ERROR, ErrorKind.ANSWERED_ERROR, detail
    if isinstance(error, Broken):
        return Verdict.ERROR, ErrorKind.OFF_PROTOCOL, f"off the protocol: {error}"
    if largest > _TOO_LARGE:
        detail = f"cannot be judged: the answer holds a number of size {largest:.0e}, too large to compute with"
        return Verdict.ERROR, ErrorKind.NOT_COMPARABLE, detail
    if isinstance(error, ComparisonError):
        return Verdict.ERROR, ErrorKind.NOT_COMPARABLE, f"cannot be compared: {error}"
    detail = f"the check could not judge the answer: {type(error).__name__}: {error}"
    return Verdict.ERROR, ErrorKind.NOT_JUDGED, detail


def _judged(check: Check, trial: Trial, comparison: Comparison, seconds: float) -> Finding:
    verdict = Verdict.PASS if comparison.passed else Verdict.FAIL
    return replace(_finding(check, trial, verdict), comparison=comparison, seconds=seconds)


class _Outcome(TypedDict, total=False):
    """The fields of a finding that has no numbers."""

    detail: str
    error_kind: ErrorKind
    limit: str
    blocked_by: tuple[str, ...]


def _finding(check: Check, trial: Trial, verdict: Verdict, **more: Unpack[_Outcome]) -> Finding:
    return Finding(
        id=check.id,
        suite=check.suite,
        stage=check.stage,
        claim=check.claim,
        equation=check.equation,
        case={"label": trial.label, **trial.inputs},
        verdict=verdict,
        tasks=check.tasks,
        **more,
    )

"""The suite as single trials, each judged when it is wanted: what test frameworks need.

The verdict of a trial is the one that a whole run would give it, in whatever order trials are taken: those that it
rests on are judged first, and whether an expected failure passed unexpectedly is known from all trials that the entry
names. Nothing is judged twice.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike

from qdverify.implementations.resolve import resolve
from qdverify.implementations.subprocess_channel import Budgets
from qdverify.suite.declare import Check, Scope, Trial, all_checks, select, within_limits
from qdverify.suite.expected_failures import ExpectedFailure, State, expected_failures
from qdverify.suite.finding import Finding
from qdverify.suite.runner import NOT_SOUND, blocked, explained, try_check, unsupported
from qdverify.suite.subject import Subject


class Conformance:
    """An implementation under test, with its trials.

    Parameters
    ----------
    implementation
        As `qdverify.verify` takes it.
    suites, level, seed, expected
        As `qdverify.verify` takes them.
    budgets
        What a program may use.

    Raises
    ------
    Broken
        If the implementation does not say hello.
    ValueError
        If it cannot be resolved, or a suite or level does not exist.
    """

    def __init__(
        self,
        implementation: object,
        suites: Sequence[str] | None = None,
        level: str = "quick",
        *,
        seed: int = 0,
        expected: str | PathLike[str] | None = None,
        budgets: Budgets = Budgets(),  # noqa: B008  (immutable)
    ) -> None:
        self._checks = select(suites, level)
        self._expected = expected_failures(expected)
        under_test = resolve(implementation, budgets=budgets)
        # test frameworks have no moment at which they are done with a parameter
        self._finalizer = weakref.finalize(self, under_test.close)
        self._subject = Subject(under_test)
        self._scope = within_limits(Scope(level, seed), self._subject.description)
        self._judged: dict[tuple[str, str], list[Finding]] = {}

    def trials(self) -> list[BoundTrial]:
        """Return every trial of every check; a check that needs a task that is not offered has one."""
        return [BoundTrial(self, check, trial) for check in self._checks for trial in self._trials(check)]

    def findings(self, check: Check, trial: Trial) -> list[Finding]:
        """Return the findings of one trial, with the verdicts that a whole run would give them."""
        found = self._findings(check, trial)
        entries = [entry for entry in self._expected.entries if any(entry.names(finding) for finding in found)]
        if not entries:
            return found
        named = [item for item in self._checks if any(entry.names_check(item.id) for entry in entries)]
        others = [finding for item in named for finding in self._all_findings(item) if finding not in found]
        return self._expected.conclude([*found, *others])[: len(found)]

    def outdated(self) -> list[tuple[ExpectedFailure, State]]:
        """Return the expected failures that are stale or expired, once all trials are judged."""
        findings = [finding for check in self._checks for finding in self._all_findings(check)]
        known = [check.id for check in all_checks()]
        states = self._expected.states(findings, known_checks=known, level=self._scope.level)
        return [(entry, state) for entry, state in states.items() if state in (State.STALE, State.EXPIRED)]

    def close(self) -> None:
        """End the implementation."""
        self._finalizer()

    def _trials(self, check: Check) -> list[Trial]:
        return list(check.trials(self._scope)) if self._subject.supports(*check.tasks) else [Trial("all")]

    def _all_findings(self, check: Check) -> list[Finding]:
        return [finding for trial in self._trials(check) for finding in self._findings(check, trial)]

    def _findings(self, check: Check, trial: Trial) -> list[Finding]:
        key = check.id, trial.label
        if key not in self._judged:
            self._judged[key] = [self._expected.apply(finding) for finding in self._judge(check, trial)]
        return self._judged[key]

    def _judge(self, check: Check, trial: Trial) -> list[Finding]:
        if not self._subject.supports(*check.tasks):
            return [unsupported(self._subject, check)]
        blockers = tuple(sorted(set(self._causes(check))))
        if blockers:
            return [blocked(check, trial, blockers)]
        return explained(try_check(self._subject, check, trial))

    def _causes(self, check: Check) -> list[str]:
        """Return the ids of the failed checks that this one rests on, directly or not."""
        causes: list[str] = []
        for required in (item for item in self._checks if item.name in check.requires):
            unsound = [finding for finding in self._all_findings(required) if finding.verdict in NOT_SOUND]
            indirect = [cause for finding in unsound for cause in finding.blocked_by]
            causes += indirect or ([required.id] if unsound else [])
        return causes


@dataclass(frozen=True)
class BoundTrial:
    """One trial of one check, for one implementation."""

    conformance: Conformance
    check: Check
    trial: Trial

    @property
    def id(self) -> str:
        """A readable name, unique in the suite."""
        return f"{self.check.id}[{self.trial.label}]"

    def findings(self) -> list[Finding]:
        """Judge the trial."""
        return self.conformance.findings(self.check, self.trial)

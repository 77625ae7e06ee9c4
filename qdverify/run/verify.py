"""The main entry point: judge one implementation by the suite."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from os import PathLike

from qdverify.implementations.base import Implementation
from qdverify.implementations.resolve import resolve
from qdverify.protocol.answers import Broken, Description
from qdverify.report.document import Report
from qdverify.report.figures.questions import illustrate
from qdverify.suite.declare import Check, Scope, all_checks, select
from qdverify.suite.expected_failures import ExpectedFailures, expected_failures
from qdverify.suite.runner import OnFinding, run_checks, unanswered
from qdverify.suite.subject import Subject


def verify(
    implementation: object = "builtin",
    suites: Sequence[str] | None = None,
    level: str = "quick",
    *,
    seed: int = 0,
    checks: Sequence[str] | None = None,
    expected: str | PathLike[str] | None = None,
    on_finding: OnFinding = lambda _: None,
    figures: bool = False,
) -> Report:
    """Judge an implementation by the suite.

    Parameters
    ----------
    implementation
        ``"builtin"``, ``"python:package.module:attribute"``, ``"command:./program --flags"``, or an object whose
        methods bear the names of the protocol's tasks. Programs and objects that are named run in processes of their
        own; an object that is handed over runs in this one and is trusted: whatever it raises is an error, but it could
        change what it is judged with.
    suites
        Names of suites; all if None.
    level
        ``"quick"`` or ``"full"``.
    seed
        Seed of every random choice: the same seed asks the same questions.
    checks
        Patterns of names of checks, such as ``"current.*"``; all if None.
    expected
        A file of expected failures, in addition to those known of the paper's printed numbers
        (`qdverify.suite.expected_failures`).
    on_finding
        Called with each `Finding` as it is made.
    figures
        Ask, after the run, for what the figures of ``.to_html()`` need beyond the findings.

    Returns
    -------
    Report
        ``.ok``, ``.findings``, ``.to_json()``, ``.to_html()``, ``.exit_status``.

    Raises
    ------
    ValueError
        If the implementation cannot be resolved, or a suite or level does not exist; the message names value and rule.

    Examples
    --------
    >>> import qdverify
    >>> report = qdverify.verify("builtin", suites=["spin"])
    >>> report.ok, report.counts["fail"]
    (True, 0)
    """
    scope = Scope(level, seed)
    chosen = select(suites, level, checks)
    excused = expected_failures(expected)
    under_test = resolve(implementation)
    try:
        return judge(under_test, chosen, scope, on_finding, expected=excused, figures=figures, given=implementation)
    finally:
        under_test.close()


def judge(
    implementation: Implementation,
    checks: Iterable[Check],
    scope: Scope,
    on_finding: OnFinding,
    *,
    expected: ExpectedFailures,
    figures: bool = False,
    given: object = None,
) -> Report:
    """Run the checks over an implementation that stays open."""
    subject: Subject | None = None
    start = time.perf_counter()
    generated = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        subject = Subject(implementation)
    except Broken as error:
        description = Description(name="an implementation that did not say hello", version="unknown", tasks=frozenset())
        findings = [unanswered(str(error))]
        on_finding(findings[0])
    else:
        description = subject.description
        scope = within_limits(scope, description)
        findings = run_checks(subject, checks, scope, on_finding, expected=expected)
    seconds = time.perf_counter() - start
    illustrations = illustrate(subject) if figures and subject is not None else {}
    return Report(
        description,
        scope,
        findings,
        seconds,
        generated,
        expected=expected.states(findings, known_checks=[check.id for check in all_checks()], level=scope.level),
        stderr=getattr(implementation, "stderr", ""),
        illustrations=illustrations,
        given=given,
    )


def within_limits(scope: Scope, description: Description) -> Scope:
    """Return the scope with the limits that the implementation declares."""
    limits = description.limits
    orbitals, electrons = (int(limits[name]) if name in limits else None for name in ("orbitals", "electrons"))
    return replace(scope, most_orbitals=orbitals, most_electrons=electrons)

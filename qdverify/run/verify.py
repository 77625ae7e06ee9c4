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
from qdverify.protocol.dot_objects import document_of
from qdverify.protocol.fcidump import Fcidump
from qdverify.protocol.inputs import InvalidInput, as_dot
from qdverify.report.document import Report
from qdverify.report.figures.questions import illustrate
from qdverify.suite.declare import Check, Scope, all_checks, select
from qdverify.suite.expected_failures import ExpectedFailures, expected_failures
from qdverify.suite.own_dot import OwnDot, own_dot_checks
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
    dot: object = None,
    electrons: Sequence[int] = (),
    levels: int = 6,
) -> Report:
    """Judge an implementation by the suite, or by one dot of your own.

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
    dot
        A dot of your own in place of the suites: what `read_fcidump` returns (its numbers as doubles), a
        `numeric.IntegralDot` or `numeric.Dot`, or a document of the protocol.
    electrons, levels
        With `dot`: for which numbers of electrons, and how many of the lowest levels of each, 6 unless given.

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

    A dot of your own, here one level with a repulsion of 3:

    >>> atom = {"kind": "integrals", "orbitals": 1, "one_body": [[-0.5]], "two_body": [[1, 1, 1, 1, 3.0]]}
    >>> qdverify.verify("builtin", dot=atom, electrons=[1, 2]).ok
    True
    """
    scope = Scope(level, seed)
    chosen = select(suites, level, checks) if dot is None else _about(dot, electrons, levels, suites, checks)
    excused = expected_failures(expected)
    under_test = resolve(implementation)
    try:
        return judge(under_test, chosen, scope, on_finding, expected=excused, figures=figures, given=implementation)
    finally:
        under_test.close()


def _about(
    dot: object,
    electrons: Sequence[int],
    levels: int,
    suites: Sequence[str] | None,
    checks: Sequence[str] | None,
) -> tuple[Check, ...]:
    """Return the checks about a dot of the user's own."""
    if suites is not None or checks is not None:
        raise InvalidInput("suites and checks must be left out if a dot is given: it has checks of its own")
    document = dot.dot if isinstance(dot, Fcidump) else document_of(dot)
    return own_dot_checks(OwnDot(as_dot(document), tuple(electrons), levels))


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

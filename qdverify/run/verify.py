"""The main entry point: judge one implementation by the suite."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from os import PathLike
from typing import Any

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
from qdverify.suite.own_dot import LEVELS_OF_OWN_DOT, OwnDot
from qdverify.suite.own_dot_checks import select_about
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
    electrons: Sequence[int] | None = None,
    levels: int | None = None,
    seconds: float | None = None,
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
        Names of suites; all if None, or with `dot` only its own, ``"own-dot"``.
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
    seconds
        With `dot`: wall-clock time after which nothing more is asked about it. What is left is reported as unsupported,
        with what the oracle's next reference would have needed. An implementation's answer is not interrupted.

    Returns
    -------
    Report
        ``.ok``, ``.findings``, ``.to_json()``, ``.to_html()``, ``.exit_status``.

    Raises
    ------
    ValueError
        If the implementation cannot be resolved, a suite or level does not exist, or an option of a dot comes without
        one; the message names value and rule.

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
    own = _own(dot, electrons, levels, seconds)
    chosen = select(suites, level, checks) if own is None else select_about(own, suites, level, checks)
    excused = expected_failures(expected)
    under_test = resolve(implementation)
    try:
        return judge(
            under_test, chosen, scope, on_finding, expected=excused, figures=figures, given=implementation, own=own
        )
    finally:
        under_test.close()


def _own(dot: object, electrons: Sequence[int] | None, levels: int | None, seconds: float | None) -> OwnDot | None:
    """Return the dot of the user's own, if there is one."""
    given = {"electrons": electrons, "levels": levels, "seconds": seconds}
    if dot is None:
        for name, value in given.items():
            if value is not None:
                raise InvalidInput(f"{name}={value!r} must be left out if no dot is given")
        return None
    document = dot.dot if isinstance(dot, Fcidump) else document_of(dot)
    numbers: Any = () if electrons is None else electrons
    return OwnDot(as_dot(document), numbers, LEVELS_OF_OWN_DOT if levels is None else levels, seconds)


def judge(
    implementation: Implementation,
    checks: Iterable[Check],
    scope: Scope,
    on_finding: OnFinding,
    *,
    expected: ExpectedFailures,
    figures: bool = False,
    given: object = None,
    own: OwnDot | None = None,
) -> Report:
    """Run the checks over an implementation that stays open; figures are those of the dot if there is one."""
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
    illustrations = illustrate(subject, own=own) if figures and subject is not None else {}
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

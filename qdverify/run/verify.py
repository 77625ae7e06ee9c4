"""The main entry point: judge one implementation by the suite."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from os import PathLike
from typing import Any

from qdverify.implementations.base import Implementation
from qdverify.implementations.resolve import resolve
from qdverify.protocol.answers import Broken, Description
from qdverify.protocol.dot_objects import document_of
from qdverify.protocol.fcidump import Fcidump
from qdverify.protocol.inputs import InvalidInput, as_dot
from qdverify.report.document import Report
from qdverify.report.figures.answer_types import Illustrations
from qdverify.report.figures.questions import illustrate
from qdverify.run.crew import Crew
from qdverify.run.judging_process import Errand
from qdverify.suite.declare import Check, Scope, all_checks, select, within_limits
from qdverify.suite.expected_failures import ExpectedFailure, ExpectedFailures, State, expected_failures
from qdverify.suite.finding import Finding
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
    jobs: int = 1,
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
    jobs
        On Linux, how many processes try checks at once, each with an implementation of its own: a program runs that
        many times. The findings are the same, but for an implementation that answers by what it was asked before;
        `on_finding` gets them as they come.

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
    require_jobs(jobs)
    errand = Errand(partial(resolve, implementation), chosen, scope, excused, own)
    with opened(errand, jobs, figures=figures, given=implementation) as judged:
        return judged(on_finding)


@contextmanager
def opened(
    errand: Errand, jobs: int, *, figures: bool = False, given: object = None
) -> Iterator[Callable[[OnFinding], Report]]:
    """Start an implementation, or several, and yield what judges it; nothing of it runs when that has returned.

    Raises
    ------
    InvalidInput
        If the implementation cannot be resolved.
    """
    if jobs > 1:
        with Crew(errand, jobs) as crew:
            yield partial(judge_with, crew, errand, figures=figures, given=given)
        return
    with closing(errand.start()) as under_test:

        def judged(on_finding: OnFinding) -> Report:
            report = judge(
                under_test,
                errand.checks,
                errand.scope,
                on_finding,
                expected=errand.expected,
                figures=figures,
                given=given,
                own=errand.own,
            )
            under_test.close()
            return report

        yield judged


def require_jobs(jobs: int) -> None:
    """Raise `InvalidInput` unless the number of processes is a positive integer, and 1 on any system but Linux."""
    given: object = jobs  # whatever an untyped caller gives
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise InvalidInput(f"jobs={jobs!r} must be a positive integer")
    if jobs > 1 and sys.platform != "linux":
        raise InvalidInput(f"jobs={jobs} must be 1 on this system: several processes are for Linux")


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
    start, generated = time.perf_counter(), _now()
    try:
        subject = Subject(implementation)
    except Broken as error:
        description, findings = _SILENT, [unanswered(str(error))]
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
        expected=_states(expected, findings, scope),
        stderr=getattr(implementation, "stderr", ""),
        illustrations=illustrations,
        given=given,
    )


def judge_with(
    crew: Crew, errand: Errand, on_finding: OnFinding, *, figures: bool = False, given: object = None
) -> Report:
    """Run the checks of an errand in the processes of a crew, and end these."""
    scope, illustrations = errand.scope, Illustrations()
    start, generated = time.perf_counter(), _now()
    if isinstance(crew.description, Broken):
        description, findings = _SILENT, [unanswered(str(crew.description))]
        on_finding(findings[0])
        seconds = time.perf_counter() - start
    else:
        description = crew.description
        scope = within_limits(scope, description)
        findings = crew.findings(on_finding)
        seconds = time.perf_counter() - start
        illustrations = crew.illustrate() if figures else illustrations
    crew.close()
    return Report(
        description,
        scope,
        findings,
        seconds,
        generated,
        expected=_states(errand.expected, findings, scope),
        stderr=crew.stderr,
        illustrations=illustrations,
        given=given,
    )


_SILENT = Description(name="an implementation that did not say hello", version="unknown", tasks=frozenset())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _states(expected: ExpectedFailures, findings: Sequence[Finding], scope: Scope) -> dict[ExpectedFailure, State]:
    """Return what became of the expected failures."""
    return expected.states(findings, known_checks=[check.id for check in all_checks()], level=scope.level)

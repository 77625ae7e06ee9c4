"""Expected failures: known deviations, each with a reason, a link and a date at which the excuse ends.

A file lists them:

    [[expected]]
    check = "paper.table-2"            # id or name of a check; * and ? match as in file names
    case = "0->0"                      # label of the trial, likewise; every trial if left out
    reason = "why this is known to fail"
    link = "where that is discussed or derived"
    expires = 2027-01-31               # or "never"
    measured = 0.8649                  # optional: the failure is excused only if the measured number is
    within = 1e-3                      # this one, so that a new mistake does not hide behind an old excuse
    verdict = "error"                  # optional: excuse an error (a crash, a refusal) in place of a failure
    level = "full"                     # optional: the trial exists at level full only

An entry that excuses nothing is reported: it is *stale* if nothing that it names exists, *unexpectedly passing*
if all that it names passed, and *expired* after its date. Each of these changes the exit status.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from importlib.resources import files
from math import isfinite
from os import PathLike
from pathlib import Path
from typing import Final

from qdverify.protocol.documents import MOST_TOML_BYTES, read_text, toml_table
from qdverify.protocol.inputs import InvalidInput
from qdverify.suite.declare import require_short_pattern
from qdverify.suite.finding import Finding, Verdict

_REQUIRED: Final = ("check", "reason", "link", "expires")
_OPTIONAL: Final = ("case", "measured", "within", "verdict", "level")
_JUDGED: Final = frozenset({Verdict.PASS, Verdict.FAIL, Verdict.EXPECTED_FAILURE})


class State(StrEnum):
    """What became of an expected failure in a run."""

    MET = "met"
    DIFFERENT = "failed-differently"
    UNEXPECTED_PASS = "unexpected-pass"
    STALE = "stale"
    EXPIRED = "expired"
    NOT_TRIED = "not-tried"


@dataclass(frozen=True)
class ExpectedFailure:
    """One known deviation.

    Attributes
    ----------
    check, case
        Patterns of the check's id or name and of the trial's label.
    expires
        The last day on which it excuses anything; None for never.
    measured, within
        The number whose deviation is known, if the entry names one.
    verdict
        The verdict that it excuses: fail, or error, which also stands for a declined question.
    source
        The file that it stands in.
    """

    check: str
    reason: str
    link: str
    expires: date | None
    case: str = "*"
    measured: float | None = None
    within: float = 0.0
    verdict: Verdict = Verdict.FAIL
    level: str = "quick"
    source: str = ""

    def names(self, finding: Finding) -> bool:
        """Tell whether the finding is of the check and the trial that the entry names."""
        return self.names_check(finding.id) and _match(str(finding.case["label"]), self.case)

    def names_check(self, id: str) -> bool:  # noqa: A002  (the report's field name)
        """Tell whether the entry names the check of that id."""
        return _match(id, self.check) or _match(id.partition("@")[0], self.check)

    def excuses(self, finding: Finding) -> bool:
        """Tell whether the finding is the failure that is known, and not another one of the same trial."""
        # files of before declined questions were told apart call them errors
        verdict = Verdict.ERROR if finding.verdict is Verdict.DECLINED else finding.verdict
        if verdict is not self.verdict or not self.names(finding):
            return False
        if self.measured is None:
            return True
        value = finding.comparison.measured if finding.comparison is not None else None
        return isinstance(value, int | float) and abs(value - self.measured) <= self.within


@dataclass(frozen=True)
class ExpectedFailures:
    """The expected failures that hold in one run.

    Parameters
    ----------
    entries
        All of them, expired ones included.
    today
        The day on which expiry is judged.
    """

    entries: tuple[ExpectedFailure, ...] = ()
    today: date = date.min

    def apply(self, finding: Finding) -> Finding:
        """Return the finding as it stands in the report: an excused failure says what excuses it."""
        for entry in self.entries:
            if entry.excuses(finding):
                if self.expired(entry):
                    expiry = f"the entry that excused it expired on {entry.expires}: {entry.reason}"
                    return replace(finding, detail=_joined(finding.detail, expiry))
                explanation = f"expected: {entry.reason} ({entry.link})"
                return replace(finding, verdict=Verdict.EXPECTED_FAILURE, detail=_joined(finding.detail, explanation))
        return finding

    def conclude(self, findings: Sequence[Finding]) -> list[Finding]:
        """Mark what passed although an entry expects it to fail, once all findings are known."""
        passing = [
            entry
            for entry in self.entries
            if not self.expired(entry) and _outcome(entry, findings) is State.UNEXPECTED_PASS
        ]
        return [_unexpected(finding, passing) for finding in findings]

    def states(
        self, findings: Sequence[Finding], *, known_checks: Iterable[str], level: str
    ) -> dict[ExpectedFailure, State]:
        """Return the state of every entry, such as used, stale or expired.

        Parameters
        ----------
        findings
            Of the whole run.
        known_checks
            Ids of all checks, run or not: an entry that names none of them is stale.
        level
            Of the run.
        """
        known = tuple(known_checks)
        return {entry: self._state(entry, findings, known, level) for entry in self.entries}

    def expired(self, entry: ExpectedFailure) -> bool:
        """Tell whether the entry's last day has passed."""
        return entry.expires is not None and entry.expires < self.today

    def _state(self, entry: ExpectedFailure, findings: Sequence[Finding], known: Sequence[str], level: str) -> State:
        if not any(entry.names_check(id) for id in known):  # noqa: A001  (the report's field name)
            return State.STALE
        if self.expired(entry):
            return State.EXPIRED
        if entry.level == "full" and level != "full":
            return State.NOT_TRIED
        return _outcome(entry, findings)


def read_expected_failures(path: Path) -> tuple[ExpectedFailure, ...]:
    """Read a file of expected failures.

    Raises
    ------
    InvalidInput
        If the file is no TOML or an entry breaks a rule; the message names the file, the entry and the rule.
    """
    return _parse(read_text(path, MOST_TOML_BYTES), str(path))


def expected_failures(path: str | PathLike[str] | None = None) -> ExpectedFailures:
    """Return the deviations that are known of the paper's printed numbers, and those of the user's file, if any."""
    shipped = files("qdverify.suite").joinpath("paper_expected.toml").read_text("utf-8")
    entries = _parse(shipped, "qdverify/suite/paper_expected.toml")
    entries += () if path is None else read_expected_failures(Path(path))
    return ExpectedFailures(entries, datetime.now(UTC).date())


def _outcome(entry: ExpectedFailure, findings: Sequence[Finding]) -> State:
    named = {finding.verdict for finding in findings if entry.names(finding)}
    if Verdict.EXPECTED_FAILURE in named:
        return State.MET
    if named & {Verdict.FAIL, Verdict.ERROR, Verdict.DECLINED}:
        return State.DIFFERENT
    if named:
        return State.UNEXPECTED_PASS if Verdict.PASS in named else State.NOT_TRIED
    tried = any(finding.verdict in _JUDGED for finding in findings if entry.names_check(finding.id))
    return State.STALE if tried else State.NOT_TRIED


def _unexpected(finding: Finding, passing: Sequence[ExpectedFailure]) -> Finding:
    for entry in passing:
        if entry.names(finding):
            detail = f"passed, though it is expected to fail: {entry.reason} ({entry.link})"
            return replace(finding, verdict=Verdict.UNEXPECTED_PASS, detail=_joined(finding.detail, detail))
    return finding


def _parse(text: str, source: str) -> tuple[ExpectedFailure, ...]:
    document = toml_table(text, source)
    unknown = sorted(set(document) - {"expected"})
    if unknown:
        raise InvalidInput(f"{source}: {unknown[0]!r} must not stand there: the file holds [[expected]] entries only")
    entries = document.get("expected", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise InvalidInput(f"{source}: entries must be written [[expected]]")
    return tuple(_entry(entry, f"{source}, entry {number}") for number, entry in enumerate(entries, 1))


def _entry(entry: Mapping[str, object], where: str) -> ExpectedFailure:
    for name in _REQUIRED:
        if not entry.get(name):
            raise InvalidInput(f"{where}: {name} is missing; an entry needs {', '.join(_REQUIRED)}")
    unknown = sorted(set(entry) - {*_REQUIRED, *_OPTIONAL})
    if unknown:
        raise InvalidInput(f"{where}: {unknown[0]!r} is no field; there are {', '.join((*_REQUIRED, *_OPTIONAL))}")
    if ("measured" in entry) != ("within" in entry):
        raise InvalidInput(f"{where}: measured and within must be given together")
    for name in ("check", "case"):
        require_short_pattern(f"{where}: {name}", entry.get(name))
    return ExpectedFailure(
        check=_text(entry, "check", where),
        case=_text(entry, "case", where, "*"),
        reason=" ".join(_text(entry, "reason", where).split()),
        link=_text(entry, "link", where),
        expires=_date(entry["expires"], where),
        measured=_number(entry, "measured", where) if "measured" in entry else None,
        within=_number(entry, "within", where) if "within" in entry else 0.0,
        verdict=Verdict(_choice(entry, "verdict", ("fail", "error"), where)),
        level=_choice(entry, "level", ("quick", "full"), where),
        source=where.rpartition(", ")[0],
    )


def _text(entry: Mapping[str, object], name: str, where: str, default: str = "") -> str:
    value = entry.get(name, default)
    if not isinstance(value, str):
        raise InvalidInput(f"{where}: {name}={value!r} must be a string")
    return value


def _number(entry: Mapping[str, object], name: str, where: str) -> float:
    value = entry[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise InvalidInput(f"{where}: {name}={value!r} must be a finite number")
    return float(value)


def _choice(entry: Mapping[str, object], name: str, choices: tuple[str, ...], where: str) -> str:
    value = entry.get(name, choices[0])
    if value not in choices:
        raise InvalidInput(f"{where}: {name}={value!r} must be one of {', '.join(choices)}")
    return str(value)


def _date(value: object, where: str) -> date | None:
    if value == "never":
        return None
    # a TOML date-time is a date too, and compares with none
    if not isinstance(value, date) or isinstance(value, datetime):
        raise InvalidInput(f'{where}: expires={value!r} must be a date such as 2027-01-31, or "never"')
    return value


def _match(text: str, pattern: str) -> bool:
    return text == pattern or fnmatchcase(text, pattern)


def _joined(detail: str, more: str) -> str:
    return f"{detail}; {more}" if detail else more

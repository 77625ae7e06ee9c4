"""What changed between two reports: verdicts that turned, digits won and lost, findings that came and went.

Findings are matched by check (without its version), case and place among the findings of that case. Digits are those
of a check's worst finding among the matched ones: single findings gain and lose digits by rounding alone. Swapping
the reports swaps what broke with what was repaired, and what was lost with what was won.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

from qdverify.report.document_types import FindingDocument, ReportDocument
from qdverify.report.shown import has_digits
from qdverify.suite.finding import Verdict

Key = tuple[str, str, int]
DIGITS: Final = 1.0
_SOUND: Final = frozenset({Verdict.PASS, Verdict.EXPECTED_FAILURE})
_WRONG: Final = frozenset({Verdict.FAIL, Verdict.ERROR, Verdict.UNEXPECTED_PASS})


@dataclass(frozen=True)
class Change:
    """A verdict that turned.

    Attributes
    ----------
    digits
        The least digits of agreement before and after; None if either has none that mean something.
    """

    check: str
    case: str
    before: Verdict
    after: Verdict
    digits: tuple[float, float] | None


@dataclass(frozen=True)
class DigitsChange:
    """The least digits of agreement of a check, before and after."""

    check: str
    before: float
    after: float


@dataclass(frozen=True)
class ReportDiff:
    """What changed from one report to another.

    Attributes
    ----------
    broke, repaired
        Findings that turned from sound (pass, expected failure) to wrong (fail, error, unexpected pass), or back.
    turned
        Every other change of verdict, such as to or from unsupported and blocked.
    lost, won
        Checks whose least digits of agreement fell or rose by `DIGITS` or more.
    appeared, gone
        How many findings of each check stand in one report only.
    context
        What else differs: implementation, versions, seed, level, with the value before and after.
    unchanged
        How many findings kept their verdict.
    """

    broke: Sequence[Change]
    repaired: Sequence[Change]
    turned: Sequence[Change]
    lost: Sequence[DigitsChange]
    won: Sequence[DigitsChange]
    appeared: Mapping[str, int]
    gone: Mapping[str, int]
    context: Sequence[tuple[str, str, str]]
    unchanged: int

    @property
    def quiet(self) -> bool:
        """Whether no verdict turned, no digits changed, and no finding came or went."""
        return not any((self.broke, self.repaired, self.turned, self.lost, self.won, self.appeared, self.gone))


def compare_reports(before: ReportDocument, after: ReportDocument) -> ReportDiff:
    """Compare two report documents (schema "qdverify-report/2").

    Examples
    --------
    >>> import qdverify
    >>> report = qdverify.verify("builtin", suites=["spin"]).document()
    >>> qdverify.compare_reports(report, report).broke
    []
    """
    old, new = _by_key(before["findings"]), _by_key(after["findings"])
    changes = [_change(key, old[key], new[key]) for key in old if key in new]
    turned = [change for change in changes if change.before != change.after]
    broke = [change for change in turned if change.before in _SOUND and change.after in _WRONG]
    repaired = [change for change in turned if change.before in _WRONG and change.after in _SOUND]
    digits = _least_digits(changes)
    return ReportDiff(
        broke=broke,
        repaired=repaired,
        turned=[change for change in turned if change not in broke and change not in repaired],
        lost=[change for change in digits if change.before - change.after >= DIGITS],
        won=[change for change in digits if change.after - change.before >= DIGITS],
        appeared=_counted(new.keys() - old.keys()),
        gone=_counted(old.keys() - new.keys()),
        context=_context(before, after),
        unchanged=len(changes) - len(turned),
    )


def _by_key(findings: Sequence[FindingDocument]) -> dict[Key, FindingDocument]:
    seen: Counter[tuple[str, str]] = Counter()
    keyed: dict[Key, FindingDocument] = {}
    for finding in findings:
        place = finding["id"].partition("@")[0], finding["case"]["label"]
        keyed[(*place, seen[place])] = finding
        seen[place] += 1
    return keyed


def _change(key: Key, old: FindingDocument, new: FindingDocument) -> Change:
    digits = (old["digits"][0], new["digits"][0]) if has_digits(old) and has_digits(new) else None
    check, label, place = key
    # findings of one trial share its label
    case = f"{label}, finding {place + 1}" if place else label
    return Change(check, case, Verdict(old["verdict"]), Verdict(new["verdict"]), digits)


def _least_digits(changes: Sequence[Change]) -> list[DigitsChange]:
    least: dict[str, tuple[float, float]] = {}
    for change in changes:
        if change.digits is not None:
            before, after = least.get(change.check, (inf, inf))
            least[change.check] = min(before, change.digits[0]), min(after, change.digits[1])
    return [DigitsChange(check, *digits) for check, digits in least.items()]


def _counted(keys: set[Key]) -> dict[str, int]:
    return dict(sorted(Counter(check for check, _, _ in keys).items()))


def _context(before: ReportDocument, after: ReportDocument) -> list[tuple[str, str, str]]:
    old, new = _circumstances(before), _circumstances(after)
    names = list(dict.fromkeys((*old, *new)))
    pairs = [(name, old.get(name, "none"), new.get(name, "none")) for name in names]
    return [pair for pair in pairs if pair[1] != pair[2]]


def _circumstances(document: ReportDocument) -> dict[str, str]:
    implementation, environment = document["implementation"], document["environment"]
    return {
        "implementation": f"{implementation['name']} {implementation['version']}",
        "suite": str(document["suite_version"]),
        "level": str(environment["level"]),
        "seed": str(environment["seed"]),
        "platform": str(environment["platform"]),
        **{name: str(version) for name, version in environment["versions"].items()},
    }

"""Regression baselines: what an implementation answered, how far that may move, and why it was ever changed.

A baseline is no reference: it says what was, not what is right. Each entry holds a case with the hash of its exact
inputs, the values, an absolute bound for each, and who produced them with which versions. A value within its bound is
unchanged. Values are renewed with a reason only, and beyond the old bound only by force; the reasons stay.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypedDict

from qdverify.protocol.accuracy import Accuracy, claimed_accuracy, natural_size
from qdverify.protocol.case import Case, CaseDocument
from qdverify.protocol.documents import read_json, require_schema
from qdverify.protocol.files import Destination, write_whole
from qdverify.protocol.grade import Grade
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.json_types import Answer
from qdverify.protocol.nested import is_number, items, numbers
from qdverify.protocol.version import suite_version
from qdverify.records.schema import record_schema
from qdverify.suite.comparators import MOST_DIGITS, ComparisonError, close
from qdverify.suite.finding import Reference, Tolerance
from qdverify.suite.subject import Subject

SCHEMA: Final = "qdverify-baseline/1"
_RELATIVE: Final = frozenset({"spectrum", "stationary_state", "current"})


class OutsideBound(ValueError):
    """Values that an update may not replace without force."""


class Change(TypedDict):
    """One renewal of the values: when, why, and how far they moved."""

    day: str
    reason: str
    deviation: dict[str, float]
    forced: bool
    versions: dict[str, str]


class EntryDocument(TypedDict):
    """An entry as JSON values."""

    case: CaseDocument
    inputs_hash: str
    values: dict[str, object]
    bound: dict[str, float]
    producer: dict[str, str]
    versions: dict[str, str]
    recorded: str
    history: list[Change]


@dataclass(frozen=True)
class Entry:
    """One case and what was answered to it.

    Attributes
    ----------
    values
        The answer: numbers or nested lists of numbers by name.
    bound
        For each name, the largest absolute deviation that counts as unchanged.
    producer
        Name and version of the implementation.
    versions
        Of Python, the platform and the suite.
    recorded
        Day of recording.
    history
        One record for each renewal: day, reason, and how far the values moved.
    """

    case: Case
    values: Answer
    bound: Mapping[str, float]
    producer: Mapping[str, str]
    versions: Mapping[str, str]
    recorded: str
    history: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Difference:
    """A value compared with its baseline.

    Attributes
    ----------
    case
        Task and beginning of the input hash.
    digits
        Interval of the digits in which the two agree.
    problem
        Why there is nothing to compare; empty if there is.
    """

    case: str
    name: str
    deviation: float
    bound: float
    digits: tuple[float, float]
    within: bool
    problem: str = ""


def case_name(case: Case) -> str:
    """Return a short name of a case: its task, and enough of its input hash to find it."""
    return f"{case.task}-{case.key[:8]}"


def record(subject: Subject, cases: Iterable[Case]) -> list[Entry]:
    """Ask an implementation all cases and keep what it answers."""
    description = subject.description
    producer = {"name": description.name, "version": description.version}
    return [
        new_entry(case, subject.ask(case.task, **case.params), accuracy=subject.accuracy(case.task), producer=producer)
        for case in cases
    ]


def new_entry(case: Case, values: Answer, *, accuracy: Accuracy | float, producer: Mapping[str, str]) -> Entry:
    """Return an entry that allows for the accuracy of the recorded value and for that of a later one."""
    claim = claimed_accuracy(accuracy)
    bound = {}
    for name, value in values.items():
        bound[name] = 2.0 * claim.allowed(*_sizes(case, value))
    return Entry(case, dict(values), bound, dict(producer), versions(), today())


def _sizes(case: Case, value: object) -> tuple[float, float]:
    """Return what a relative and what an absolute accuracy of a value refer to."""
    natural = natural_size(case.task, case.params)
    if discrete(value):
        return 0.0, 0.0
    if case.task == "spectrum":
        size = max(_scale(value), natural or 0.0)
        return size, size
    size = _scale(value) if case.task in _RELATIVE else 1.0
    return size, size if natural is None or not size else natural


def check(subject: Subject, entries: Iterable[Entry]) -> list[Difference]:
    """Ask an implementation the cases of a baseline and compare its answers with it."""
    found: list[Difference] = []
    for entry in entries:
        try:
            answer = subject.ask(entry.case.task, **entry.case.params)
        except Exception as error:  # whatever went wrong, there is no answer that is unchanged
            found.append(_missing(entry, f"no answer: {error}"))
        else:
            found += differences(entry, answer)
    return found


def differences(entry: Entry, values: Answer) -> list[Difference]:
    """Compare values with an entry, name by name."""
    if set(values) != set(entry.values):
        return [_missing(entry, f"answered {', '.join(sorted(values))}, not {', '.join(sorted(entry.values))}")]
    return [_difference(entry, name, values[name]) for name in entry.values]


def renewed(entry: Entry, values: Answer, *, reason: str, force: bool = False) -> Entry:
    """Return the entry with new values.

    Raises
    ------
    InvalidInput
        If the reason is empty.
    OutsideBound
        If a value has moved beyond its bound and force is not used.
    """
    if not reason.strip():
        raise InvalidInput(f"reason={reason!r} must say why the baseline changes")
    moved = differences(entry, values)
    outside = [item for item in moved if not item.within]
    if outside and not force:
        raise OutsideBound(
            f"{outside[0].case} {outside[0].name}: {outside[0].problem or f'moved by {outside[0].deviation:.3g}'}, "
            f"beyond its bound of {outside[0].bound:.3g}"
        )
    change: Change = {
        "day": today(),
        "reason": reason.strip(),
        "deviation": {item.name: item.deviation for item in moved if not item.problem},
        "forced": bool(outside),
        "versions": dict(entry.versions),
    }
    return replace(entry, values=dict(values), versions=versions(), recorded=today(), history=(*entry.history, change))


def write_baseline(path: Path | Destination, entries: Sequence[Entry]) -> None:
    """Write a baseline file."""
    document = {"schema": SCHEMA, "entries": [_document(entry) for entry in entries]}
    write_whole(path, json.dumps(document, indent=1, allow_nan=False) + "\n")


def read_baseline(path: Path) -> list[Entry]:
    """Read a baseline file.

    Raises
    ------
    InvalidInput
        If it is none, or an entry's inputs are not those that its hash was made of.
    """
    return entries_of(read_json(path), str(path))


def entries_of(document: object, source: str) -> list[Entry]:
    """Return the entries of a baseline document."""
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise InvalidInput(f"{source} must be a document of schema {SCHEMA!r}")
    require_schema(document, record_schema("baseline"), source)
    if not document["entries"]:
        raise InvalidInput(f"{source} must hold at least one entry")
    return [_entry(item, source) for item in document["entries"]]


def versions() -> dict[str, str]:
    """Return the versions that a recorded value may depend on."""
    return {"python": platform.python_version(), "platform": platform.platform(), "suite": suite_version()}


def today() -> str:
    """Return the day in universal time."""
    return datetime.now(UTC).date().isoformat()


def discrete(value: object) -> bool:
    """Return whether a value is made of integers only."""
    return all(isinstance(item, int) and is_number(item) for _, item in items(value))


def _scale(value: object) -> float:
    return max((abs(item) for item in numbers(value)), default=0.0)


def _difference(entry: Entry, name: str, value: object) -> Difference:
    bound, recorded = float(entry.bound[name]), entry.values[name]
    if value is None and recorded is None:  # infinite, then as now
        return Difference(case_name(entry.case), name, 0.0, bound, (MOST_DIGITS, MOST_DIGITS), within=True)
    reference = Reference(_listed(recorded), Grade.REPORTED, 0.0, "baseline")
    try:
        compared = close(_listed(value), reference, Tolerance(bound, "baseline"))
    except ComparisonError as error:
        return replace(_missing(entry, str(error)), name=name)
    return Difference(case_name(entry.case), name, compared.deviation, bound, compared.digits, compared.passed)


def _listed(value: object) -> object:
    """Return lists in the place of objects, in the order of their names: those of the leads, which the case knows."""
    if isinstance(value, Mapping):
        return [_listed(value[name]) for name in sorted(value)]
    return [_listed(item) for item in value] if isinstance(value, list | tuple) else value


def _missing(entry: Entry, problem: str) -> Difference:
    return Difference(case_name(entry.case), "answer", 0.0, 0.0, (0.0, 0.0), within=False, problem=problem)


def _document(entry: Entry) -> EntryDocument:
    return {
        "case": entry.case.to_document(),
        "inputs_hash": entry.case.key,
        "values": dict(entry.values),
        "bound": dict(entry.bound),
        "producer": dict(entry.producer),
        "versions": dict(entry.versions),
        "recorded": entry.recorded,
        "history": list(entry.history),
    }


def _entry(document: EntryDocument, source: str) -> Entry:
    try:
        case = Case.from_document(document["case"])
    except InvalidInput as error:
        raise InvalidInput(f"{source}: {error}") from None
    if document["inputs_hash"] != case.key:
        raise InvalidInput(f"{source}: the inputs of {case_name(case)} are not those that were recorded")
    if set(document["bound"]) != set(document["values"]):
        raise InvalidInput(f"{source}: {case_name(case)} must have one bound for each value")
    return Entry(
        case,
        document["values"],
        document["bound"],
        document["producer"],
        document["versions"],
        document["recorded"],
        tuple(document["history"]),
    )

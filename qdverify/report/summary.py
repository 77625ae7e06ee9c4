"""A report in a few sentences: the verdict, where it comes from, and what was not verified."""

from __future__ import annotations

import shlex
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from qdverify.expected import State
from qdverify.finding import Layer, Verdict
from qdverify.report.shown import visible
from qdverify.rules import TASKS
from qdverify.suite import all_checks

Document = Mapping[str, Any]
Findings = Sequence[Mapping[str, Any]]
WORST_FIRST: Final = (
    Verdict.FAIL,
    Verdict.UNEXPECTED_PASS,
    Verdict.ERROR,
    Verdict.BLOCKED,
    Verdict.EXPECTED_FAILURE,
    Verdict.PASS,
    Verdict.UNSUPPORTED,
)
WRONG: Final = frozenset({Verdict.FAIL, Verdict.UNEXPECTED_PASS})
LOUD: Final = WRONG | {Verdict.ERROR}


@dataclass(frozen=True)
class CatalogueEntry:
    """A check that the suite holds, whether or not it was run."""

    id: str
    suite: str
    layer: str
    claim: str
    level: str
    tasks: Sequence[str]


@dataclass(frozen=True)
class Station:
    """A layer of the model with what its checks found.

    Attributes
    ----------
    verdict
        The worst one; None where the layer has no finding.
    first
        Whether it is the first station, in the order in which data flows, where something is wrong.
    """

    layer: str
    verdict: Verdict | None
    passed: int
    total: int
    first: bool


@dataclass(frozen=True)
class Summary:
    """What the first screen says.

    Attributes
    ----------
    state
        ``"pass"``, ``"fail"`` or ``"incomplete"``.
    headline
        The verdict in one sentence.
    cause
        For a failure, the first wrong station in words; empty otherwise.
    hint
        The likeliest slip, where a check names one.
    not_verified
        Sentences, each about something that this run says nothing about.
    """

    state: str
    headline: str
    cause: str
    hint: str
    stations: Sequence[Station]
    counts: Sequence[tuple[Verdict, int]]
    not_verified: Sequence[str]

    @property
    def first_wrong(self) -> str:
        """The layer to look at first; empty where nothing is wrong."""
        return next((station.layer for station in self.stations if station.first), "")


def suite_catalogue() -> list[CatalogueEntry]:
    """Return every check of the installed suite."""
    return [
        CatalogueEntry(check.id, check.suite, str(check.layer), check.claim, check.level, check.tasks)
        for check in all_checks()
    ]


def summarise(document: Document, catalogue: Sequence[CatalogueEntry]) -> Summary:
    """Return the first screen of a report document.

    Parameters
    ----------
    document
        Of the schema "qdverify-report/1".
    catalogue
        Every check of the suite that made the report; empty where it is not known.
    """
    findings = document["findings"]
    loud = WRONG if any(finding["verdict"] in WRONG for finding in findings) else LOUD
    name = visible(" ".join((document["implementation"]["name"], document["implementation"]["version"])).strip())
    stations = _stations(findings, loud)
    broken = next((station for station in stations if station.first), None)
    culprit = _culprit(findings, broken, loud)
    return Summary(
        state=_state(document),
        headline=_headline(document, name),
        cause=_cause(findings, stations, broken, loud),
        hint=visible(culprit.get("hint", "")) if culprit else "",
        stations=stations,
        counts=[(verdict, document["summary"][verdict]) for verdict in Verdict if document["summary"][verdict]],
        not_verified=_not_verified(document, catalogue),
    )


def worst(verdicts: Sequence[str]) -> Verdict:
    """Return the verdict that a group of findings is known by."""
    return min((Verdict(verdict) for verdict in verdicts), key=WORST_FIRST.index)


def reproduce(document: Document, finding: Mapping[str, Any]) -> str:
    """Return the command that makes a finding again."""
    environment = document["environment"]
    words = ["qdverify", "verify", "--implementation", _spec(environment.get("command", ()))]
    words += ["--suite", finding["suite"], "--level", environment["level"], "--seed", str(environment["seed"])]
    return visible(shlex.join(words))


def _spec(command: Sequence[str]) -> str:
    if list(command[:2]) != ["qdverify", "verify"]:
        return "SPEC"
    for word, following in zip(command, (*command[1:], ""), strict=True):
        if word == "--implementation":
            return following
        if word.startswith("--implementation="):
            return word.partition("=")[2]
    return "builtin"


def _state(document: Document) -> str:
    summary = document["summary"]
    if summary["fail"] or summary["unexpected-pass"] or _outdated(document):
        return "fail"
    return "pass" if summary["complete"] else "incomplete"


def _outdated(document: Document) -> bool:
    return any(entry["state"] in (State.STALE, State.EXPIRED) for entry in document.get("expected_failures", ()))


def _headline(document: Document, name: str) -> str:
    summary = document["summary"]
    sentences = (
        (not document["findings"], f"Nothing was asked of {name}."),
        (summary["fail"], f"{name} disagrees with the model."),
        (summary["unexpected-pass"], f"{name} passes where a failure was expected."),
        (_outdated(document), f"{name} is excused by expected failures that are out of date."),
        (summary["error"], f"{name} left questions without an answer."),
        (not summary["complete"], f"{name} was not held against anything."),
        (True, f"{name} agrees with the model in all that was asked."),
    )
    return next(sentence for holds, sentence in sentences if holds)


def _stations(findings: Findings, loud: frozenset[Verdict]) -> list[Station]:
    verdicts: dict[str, list[str]] = defaultdict(list)
    for finding in findings:
        verdicts[finding["layer"]].append(finding["verdict"])
    stations: list[Station] = []
    for layer in Layer:
        found = verdicts[layer]
        state = worst(found) if found else None
        first = state in loud and not any(station.first for station in stations)
        stations.append(Station(str(layer), state, found.count(Verdict.PASS), len(found), first))
    return stations


def _culprit(findings: Findings, broken: Station | None, loud: frozenset[Verdict]) -> Mapping[str, Any] | None:
    if broken is None:
        return None
    there = [finding for finding in findings if finding["layer"] == broken.layer and finding["verdict"] in loud]
    return next((finding for finding in there if finding.get("hint")), there[0])


def _cause(findings: Findings, stations: Sequence[Station], broken: Station | None, loud: frozenset[Verdict]) -> str:
    if broken is None:
        return ""
    wrong = {finding["id"] for finding in findings if finding["layer"] == broken.layer and finding["verdict"] in loud}
    behind = {finding["id"] for finding in findings if finding["verdict"] == Verdict.BLOCKED}
    errors = sum(finding["verdict"] == Verdict.ERROR for finding in findings)
    before = [station.layer for station in stations[: stations.index(broken)] if station.verdict is Verdict.PASS]
    text = f"The first station that goes wrong is {broken.layer}: {_count(len(wrong), 'check')} there."
    if before:
        text += f" Before it, {' and '.join(before)} {'agrees' if len(before) == 1 else 'agree'}."
    if behind:
        text += f" {_count(len(behind), 'check')} could not be judged because of what failed."
    if errors:
        text += f" {_count(errors, 'question')} got no usable answer."
    return text


def _not_verified(document: Document, catalogue: Sequence[CatalogueEntry]) -> list[str]:
    findings = document["findings"]
    sentences = []
    offered = set(document["implementation"]["tasks"])
    for task in TASKS:
        if task not in offered:
            checks = {finding["id"] for finding in findings if task in finding["tasks"]}
            sentences.append(f"{task}: the implementation does not offer it ({_count(len(checks), 'claim')}).")
    limits = Counter(
        visible(finding.get("detail", ""))
        for finding in findings
        if finding["verdict"] == Verdict.UNSUPPORTED and not set(finding["tasks"]) - offered
    )
    sentences += [f"{_count(number, 'case')}: {detail}." for detail, number in sorted(limits.items())]
    inner = {finding["id"] for finding in findings if set(finding["tasks"]) - offered - set(TASKS)}
    if inner:
        sentences.append(f"{_count(len(inner), 'claim')} on intermediate results that the implementation keeps inside.")
    blocked = {finding["id"] for finding in findings if finding["verdict"] == Verdict.BLOCKED}
    if blocked:
        sentences.append(f"{_count(len(blocked), 'claim')} behind a failed one: blocked, neither passed nor failed.")
    return sentences + _not_run(document, catalogue)


def _not_run(document: Document, catalogue: Sequence[CatalogueEntry]) -> list[str]:
    run = {finding["id"] for finding in document["findings"]}
    suites = {finding["suite"] for finding in document["findings"]}
    left_out = [entry for entry in catalogue if entry.id not in run]
    thorough = [entry for entry in left_out if entry.suite in suites and entry.level == "full"]
    elsewhere = sorted({entry.suite for entry in left_out} - suites)
    sentences = []
    if thorough and document["environment"]["level"] != "full":
        sentences.append(f"{_count(len(thorough), 'claim')} of level full, and the wider trials of the others.")
    if elsewhere:
        sentences.append(f"Suites that were not run: {', '.join(elsewhere)}.")
    return sentences


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"

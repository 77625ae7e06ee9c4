"""A report in a few sentences: the verdict, where it comes from, and what was not verified."""

from __future__ import annotations

import shlex
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from qdverify.expected import State
from qdverify.finding import Layer, Verdict
from qdverify.report.not_verified import CatalogueEntry, not_verified
from qdverify.report.shown import count, visible

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
_CLAIMS_NAMED: Final = 3


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
        The likeliest slip, where it explains at least half of what fails at that station.
    broken_claims
        The claims that fail most often at that station, with how many of their findings fail, of how many.
    not_verified
        Sentences, each about something that this run says nothing about.
    """

    state: str
    headline: str
    cause: str
    hint: str
    broken_claims: Sequence[tuple[str, int, int]]
    stations: Sequence[Station]
    counts: Sequence[tuple[Verdict, int]]
    not_verified: Sequence[str]

    @property
    def first_wrong(self) -> str:
        """The layer to look at first; empty where nothing is wrong."""
        return next((station.layer for station in self.stations if station.first), "")


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
    there = [finding for finding in findings if broken and finding["layer"] == broken.layer]
    wrong = [finding for finding in there if finding["verdict"] in loud]
    return Summary(
        state=_state(document),
        headline=_headline(document, name),
        cause=_cause(findings, stations, broken, loud),
        hint=_shared_hint(wrong),
        broken_claims=_broken_claims(there, wrong),
        stations=stations,
        counts=[(verdict, document["summary"][verdict]) for verdict in Verdict if document["summary"][verdict]],
        not_verified=not_verified(document, catalogue),
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


def _shared_hint(wrong: Findings) -> str:
    """Return the hint that most of the wrong findings share; a hint of a few would lead astray."""
    hints = Counter(finding["hint"] for finding in wrong if finding.get("hint"))
    hint, number = hints.most_common(1)[0] if hints else ("", 0)
    return visible(hint) if 2 * number >= len(wrong) else ""


def _broken_claims(there: Findings, wrong: Findings) -> list[tuple[str, int, int]]:
    claims = Counter(finding["claim"] for finding in wrong)
    tried = Counter(finding["claim"] for finding in there)
    return [(visible(claim), number, tried[claim]) for claim, number in claims.most_common(_CLAIMS_NAMED)]


def _cause(findings: Findings, stations: Sequence[Station], broken: Station | None, loud: frozenset[Verdict]) -> str:
    if broken is None:
        return ""
    wrong = {finding["id"] for finding in findings if finding["layer"] == broken.layer and finding["verdict"] in loud}
    behind = {finding["id"] for finding in findings if finding["verdict"] == Verdict.BLOCKED}
    errors = sum(finding["verdict"] == Verdict.ERROR for finding in findings)
    before = [station.layer for station in stations[: stations.index(broken)] if station.verdict is Verdict.PASS]
    text = f"The first station that goes wrong is {broken.layer}: {count(len(wrong), 'check')} there."
    if before:
        text += f" Before it, {_joined(before)} {'agrees' if len(before) == 1 else 'agree'}."
    if behind:
        text += f" {count(len(behind), 'check')} could not be judged because of what failed."
    if errors:
        text += f" {count(errors, 'question')} got no usable answer."
    return text


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"

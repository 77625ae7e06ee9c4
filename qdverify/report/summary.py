"""A report in a few sentences: the verdict, where it comes from, and what was not verified."""

from __future__ import annotations

import shlex
from collections import Counter, defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Final

from qdverify.protocol.version import NO_VERSION
from qdverify.report.cause import HELLO, Findings, Kind, cause, kind_of, said_hello, stage_of
from qdverify.report.document_types import FindingDocument, ReportDocument
from qdverify.report.harm import decade_of_harm
from qdverify.report.likely_cause import about_memory, depends_on_the_past, likely_cause
from qdverify.report.not_verified import CatalogueEntry, not_verified, untouched_suites
from qdverify.report.shown import count, name_text, shown_pair, visible
from qdverify.suite.expected_failures import State
from qdverify.suite.finding import Stage, Verdict
from qdverify.suite.own_dot import SUITE as OWN_DOT

Document = ReportDocument
WORST_FIRST: Final = (
    Verdict.FAIL,
    Verdict.UNEXPECTED_PASS,
    Verdict.ERROR,
    Verdict.DECLINED,
    Verdict.BLOCKED,
    Verdict.EXPECTED_FAILURE,
    Verdict.PASS,
    Verdict.UNSUPPORTED,
)
LOUD: Final = frozenset({Verdict.FAIL, Verdict.UNEXPECTED_PASS, Verdict.ERROR, Verdict.DECLINED})
_NOT_ASKED: Final = frozenset({Verdict.UNSUPPORTED, Verdict.BLOCKED})
_CLAIMS_NAMED: Final = 3
_DEVIATIONS_NAMED: Final = 4
_LONGEST_VALUE: Final = 60
_OUTDATED: Final = (State.STALE, State.EXPIRED)


@dataclass(frozen=True)
class StageSummary:
    """A stage of the model with what its checks found.

    Attributes
    ----------
    verdict
        The worst one; None if the stage has no finding.
    passed, asked
        How many findings passed, of how many whose question was asked: neither unsupported nor blocked.
    first
        Whether it is the first stage, in the order in which data flows, with the trouble that names the run.
    """

    name: str
    verdict: Verdict | None
    passed: int
    asked: int
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
    name
        The implementation with its version.
    kind
        The trouble that names the run; None if there is none.
    cause
        What went wrong, and at which stage first; empty if nothing did.
    hint
        The most likely cause, if it explains at least half of what fails at that stage, or a large share of all.
    explains
        How many of all failing checks it explains, in words; empty if all.
    broken_claims
        The claims at that stage in the order of harm, with how many of their findings are wrong, of how many that were
        asked. Claims about memory come last, unless a memory is the most likely cause.
    deviations
        The expected failures: check, case, and what was measured in place of what.
    not_verified
        Sentences, each about something that this run says nothing about.
    """

    state: str
    name: str
    headline: str
    kind: Kind | None
    cause: str
    hint: str
    explains: str
    broken_claims: Sequence[tuple[str, int, int]]
    deviations: Sequence[str]
    stages: Sequence[StageSummary]
    counts: Sequence[tuple[Verdict, int]]
    not_verified: Sequence[str]

    @property
    def first_wrong(self) -> str:
        """The stage to look at first; empty if nothing is wrong."""
        return next((stage.name for stage in self.stages if stage.first), HELLO if self.kind else "")


def summarise(document: Document, catalogue: Sequence[CatalogueEntry]) -> Summary:
    """Return the first screen of a report document.

    Parameters
    ----------
    document
        Of the schema "qdverify-report/2".
    catalogue
        Every check of the suite that made the report; empty if it is not known.
    """
    findings = document["findings"]
    kind = kind_of(findings)
    name = _name(document)
    stages = _stages(findings, kind)
    broken = next((stage.name for stage in stages if stage.first), HELLO)
    there = [finding for finding in findings if stage_of(finding) == broken]
    wrong = [finding for finding in there if kind and finding["verdict"] == kind.verdict]
    likely = likely_cause(wrong, [finding for finding in findings if kind and finding["verdict"] == kind.verdict])
    return Summary(
        state=_state(document),
        name=name,
        headline=_headline(document, name),
        kind=kind,
        cause=cause(findings, kind, broken, _agreeing_before(stages)) if kind else _outdated_cause(document),
        hint=likely.hint,
        explains=likely.explains,
        broken_claims=_broken_claims(there, wrong, memory=likely.of_memory),
        deviations=_deviations(findings),
        stages=stages,
        counts=[(verdict, int(document["summary"][verdict])) for verdict in Verdict if document["summary"][verdict]],
        not_verified=not_verified(document, catalogue),
    )


def worst(verdicts: Sequence[str]) -> Verdict:
    """Return the verdict that a group of findings is known by."""
    return min((Verdict(verdict) for verdict in verdicts), key=WORST_FIRST.index)


def reproduce(document: Document, finding: FindingDocument) -> str:
    """Return the command, or the Python call, that repeats the check of a finding."""
    environment = document["environment"]
    if finding["suite"] == OWN_DOT:
        return visible(shlex.join(environment["command"]))
    # every run says hello: it belongs to no check
    check = [] if stage_of(finding) == HELLO else [finding["id"].partition("@")[0]]
    if "python_object" in environment:
        options = f"level={environment['level']!r}, seed={environment['seed']}"
        return visible(f"qdverify.verify({environment['python_object']}, checks={check or None!r}, {options})")
    spec = environment.get("implementation") or _spec(environment.get("command", ()))
    words = ["qdverify", "verify", "--implementation", spec, *(word for name in check for word in ("--check", name))]
    words += ["--level", environment["level"], "--seed", str(environment["seed"])]
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
    return any(entry["state"] in _OUTDATED for entry in document.get("expected_failures", ()))


def _name(document: Document) -> str:
    if not said_hello(document):
        return "The implementation"
    implementation = document["implementation"]
    version = implementation["version"]
    return f"{name_text(implementation['name'])} {'' if version == NO_VERSION else name_text(version)}".strip()


def _headline(document: Document, name: str) -> str:
    summary = document["summary"]
    sentences = (
        (not document["findings"], f"Nothing was asked of {name}."),
        (not said_hello(document), f"{name} did not say hello: nothing could be asked of it."),
        (summary["fail"], f"{name} disagrees with the model."),
        (summary["unexpected-pass"], f"{name} passes although a failure was expected."),
        (_outdated(document), f"{name} is excused by expected failures that are out of date."),
        (summary["error"], f"{name} left questions without an answer."),
        (summary["declined"], f"{name} declined {count(int(summary['declined']), 'valid question')}."),
        (not summary["complete"], f"{name} was not compared with anything."),
        (not summary["pass"], f"{name} deviates from the model in all that was asked, as expected."),
        (_mostly_not_asked(document), f"{name} passes {_few(document)}."),
        (True, f"{name} passes {_promise(document)}."),
    )
    return next(sentence for holds, sentence in sentences if holds)


def _promise(document: Document) -> str:
    """Return what was passed, and how much could not be asked: no more than was tested."""
    summary = document["summary"]
    expected, unsupported = int(summary["expected-failure"]), int(summary["unsupported"])
    number = int(summary["pass"]) + expected
    apart = f", apart from {count(expected, 'expected failure')}" if expected else ""
    if not unsupported:
        return f"all {count(number, 'check')} that applied{apart}"
    suites = untouched_suites(document["findings"])
    none_of = f": none of {', '.join(suites)}" if suites else ""
    return f"all {count(number, 'check')} that applied{apart}; {unsupported} could not be asked{none_of}"


def _mostly_not_asked(document: Document) -> bool:
    """Return whether more of a dot's questions were left out, for want of time or of a proof, than were asked."""
    offered = set(document["implementation"]["tasks"])
    own = [finding for finding in document["findings"] if finding["suite"] == OWN_DOT]
    left_out = [item for item in own if item["verdict"] == Verdict.UNSUPPORTED and not set(item["tasks"]) - offered]
    return 2 * len(left_out) > len(document["findings"])


def _few(document: Document) -> str:
    """Return what was passed of a run in which most was not asked."""
    summary = document["summary"]
    number, unsupported = int(summary["pass"]) + int(summary["expected-failure"]), int(summary["unsupported"])
    return (
        f"the {count(number, 'check')} that could be asked, but most were not: {unsupported} of {number + unsupported}"
    )


def _outdated_cause(document: Document) -> str:
    entries = [entry for entry in document.get("expected_failures", ()) if entry["state"] in _OUTDATED]
    if not entries:
        return ""
    sources = ", ".join(sorted({visible(entry["source"]) for entry in entries}))
    verb = "is" if len(entries) == 1 else "are"
    return f"No finding is wrong, but {count(len(entries), 'expected failure')} in {sources} {verb} stale or expired."


def _deviations(findings: Findings) -> list[str]:
    """Return the expected failures in a line each, the first few of them."""
    expected = [finding for finding in findings if finding["verdict"] == Verdict.EXPECTED_FAILURE]
    lines = []
    for finding in expected[:_DEVIATIONS_NAMED]:
        line = f"{finding['id'].partition('@')[0]} {visible(finding['case']['label'])}"
        if "reference" in finding:
            measured, reference = shown_pair(finding["measured"], finding["reference"]["value"], _LONGEST_VALUE)
            line += f": {_rounded(measured.agreeing + measured.differing)}, reference {reference.agreeing}"
        lines.append(line)
    rest = len(expected) - len(lines)
    return [*lines, f"and {count(rest, 'further one')}"] if rest else lines


def _rounded(text: str) -> str:
    try:
        return f"{float(text):.4g}"
    except ValueError:
        return text


def _stages(findings: Findings, kind: Kind | None) -> list[StageSummary]:
    verdicts: dict[str, list[str]] = defaultdict(list)
    for finding in findings:
        verdicts[stage_of(finding)].append(finding["verdict"])
    stages: list[StageSummary] = []
    for stage in Stage:
        found = verdicts[stage]
        hit = kind is not None and kind.verdict in found and not any(stage.first for stage in stages)
        asked = sum(verdict not in _NOT_ASKED for verdict in found)
        stages.append(StageSummary(str(stage), worst(found) if found else None, found.count(Verdict.PASS), asked, hit))
    return stages


def _agreeing_before(stages: Sequence[StageSummary]) -> list[str]:
    first = next((place for place, stage in enumerate(stages) if stage.first), 0)
    return [stage.name for stage in stages[:first] if stage.verdict is Verdict.PASS]


def _broken_claims(there: Findings, wrong: Findings, *, memory: bool) -> list[tuple[str, int, int]]:
    claims = Counter(finding["claim"] for finding in wrong)
    tried = Counter(finding["claim"] for finding in there if finding["verdict"] not in _NOT_ASKED)
    harm = {claim: max(decade_of_harm(finding) for finding in wrong if finding["claim"] == claim) for claim in claims}
    of_memory = {finding["claim"] for finding in wrong if about_memory(finding)}
    shown = {finding["claim"] for finding in wrong if memory and depends_on_the_past(finding)}
    ranked = sorted(claims, key=lambda claim: (_place(claim, of_memory, shown), -harm[claim], -claims[claim]))
    return [(visible(claim), claims[claim], tried[claim]) for claim in ranked[:_CLAIMS_NAMED]]


def _place(claim: str, of_memory: Container[str], shown: Container[str]) -> int:
    """Return the rank of a claim: those first whose failures show a memory, those last that have other causes."""
    return -1 if claim in shown else int(claim in of_memory)

"""What a run did not verify, and why: tasks not offered, limits, blocked checks, suites and levels not run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from qdverify.protocol.accuracy import ORDINARY, claimed_accuracy
from qdverify.protocol.inputs import TASKS
from qdverify.protocol.response_rules import TASK as RESPONSE
from qdverify.report.cause import said_hello
from qdverify.report.document_types import FindingDocument, ReportDocument
from qdverify.report.shown import count, short, visible
from qdverify.suite.declare import all_checks
from qdverify.suite.finding import Verdict
from qdverify.suite.own_dot import SUITE as OWN_DOT

_LIMITS_NAMED: Final = 3
INFINITE_BASIS: Final = frozenset(
    {"bethe.extrapolated", "continuum.smooth", "continuum.sharp", "continuum.transitions"}
)
"""The checks that speak of infinitely many orbitals; all others speak of the M that they ask for."""


@dataclass(frozen=True)
class CatalogueEntry:
    """A check that the suite holds, whether or not it was run."""

    id: str
    suite: str
    stage: str
    claim: str
    level: str
    tasks: Sequence[str]


def suite_catalogue() -> list[CatalogueEntry]:
    """Return every check of the installed suite."""
    return [
        CatalogueEntry(check.id, check.suite, str(check.stage), check.claim, check.level, check.tasks)
        for check in all_checks()
    ]


def not_verified(document: ReportDocument, catalogue: Sequence[CatalogueEntry]) -> list[str]:
    """Return what a run says nothing about, in sentences.

    Parameters
    ----------
    document
        The report.
    catalogue
        Every check of the suite that made it; empty if that is not known.
    """
    findings = document["findings"]
    if not said_hello(document):
        return ["Everything: the implementation did not get as far as saying which tasks it offers."]
    sentences = []
    offered = set(document["implementation"]["tasks"])
    for task in TASKS:
        if task not in offered:
            checks = {finding["id"] for finding in findings if task in finding["tasks"]}
            number = f" ({count(len(checks), 'claim')})" if checks else ""
            sentences.append(f"{task}: the implementation does not offer it{number}.")
    if "box" not in document["implementation"].get("dots", ["box"]):
        sentences.append("Boxes as such: the implementation takes only integrals, and is given those of each box.")
    sentences += _beyond_limits(findings, offered)
    inner = [finding for finding in findings if set(finding["tasks"]) - offered - set(TASKS)]
    if inner:
        wanted = sorted({task for finding in inner for task in finding["tasks"]} - offered - set(TASKS))
        claims = count(len({finding["id"] for finding in inner}), "claim")
        sentences.append(f"{claims} behind optional tasks that are not offered: {', '.join(map(visible, wanted))}.")
    blocked = {finding["id"] for finding in findings if finding["verdict"] == Verdict.BLOCKED}
    if blocked:
        sentences.append(f"{count(len(blocked), 'claim')} behind a failed one: blocked, neither passed nor failed.")
    sentences += _open_thermopowers(document, offered)
    return [*sentences, *_not_run(document, catalogue), _infinite_basis(findings)]


def untouched_suites(findings: Sequence[FindingDocument]) -> list[str]:
    """Return the suites of which nothing could be asked, each with the reason if one limit excludes all of it."""
    by_suite: dict[str, list[FindingDocument]] = {}
    for finding in findings:
        by_suite.setdefault(finding["suite"], []).append(finding)
    named = []
    for suite, members in by_suite.items():
        if all(finding["verdict"] == Verdict.UNSUPPORTED for finding in members):
            limits = [visible(finding.get("limit", "")) for finding in members]
            # "orbitals=13 is beyond ..." and "orbitals=12 is beyond ..." are one limit
            kinds = {limit.partition("=")[0] for limit in limits}
            named.append(f"{suite} ({max(limits)})" if len(kinds) == 1 and limits[0] else suite)
    return named


def _beyond_limits(findings: Sequence[FindingDocument], offered: set[str]) -> list[str]:
    """Return what lies beyond the declared limits, in sentences that name the suites."""
    suites: dict[str, list[str]] = {}
    for finding in findings:
        if finding["verdict"] == Verdict.UNSUPPORTED and not set(finding["tasks"]) - offered:
            suites.setdefault(visible(finding.get("detail", "")), []).append(finding["suite"])
    ranked = sorted(suites.items(), key=lambda item: -len(item[1]))
    sentences = [
        f"{count(len(members), 'case')} of {', '.join(sorted(set(members)))}: {detail}."
        for detail, members in ranked[:_LIMITS_NAMED]
    ]
    rest = [suite for _, members in ranked[_LIMITS_NAMED:] for suite in members]
    named = ", ".join(sorted(set(rest)))
    if OWN_DOT in rest:
        sentences.append(f"{count(len(rest), 'further case')} of {named}: the report gives the reason of each.")
    elif rest:
        sentences.append(f"{count(len(rest), 'further case')} of {named} beyond what the implementation declares.")
    return sentences


def _open_thermopowers(document: ReportDocument, offered: set[str]) -> list[str]:
    """Return which thermopowers an absolute accuracy says nothing of, in a sentence, if any was asked for.

    Thermopower is a ratio of two responses. Where it is S k_B, both are about exp(-S) times their natural sizes. If
    that is less than the absolute accuracy, every value of S lies within what is claimed.
    """
    asked = any(RESPONSE in finding["tasks"] for finding in document["findings"])
    absolute = claimed_accuracy(document["implementation"].get("accuracy", {}).get(RESPONSE, ORDINARY)).absolute
    if RESPONSE not in offered or not asked or not absolute:
        return []
    return [
        f"Thermopowers beyond about {log(0.5 / absolute):.0f} k_B, and their figures of merit: so little flows there"
        f" that the absolute accuracy of {short(absolute)} of {RESPONSE} leaves them open. A relative one would not."
    ]


def _infinite_basis(findings: Sequence[FindingDocument]) -> str:
    reached = [
        finding
        for finding in findings
        if finding["id"].partition("@")[0] in INFINITE_BASIS and finding["verdict"] == Verdict.PASS
    ]
    if not reached:
        return "The limit of infinitely many orbitals: every number is one of the M-orbital model."
    checks = ", ".join(sorted({finding["id"].partition("@")[0] for finding in reached}))
    return f"The limit of infinitely many orbitals, but for the cases of {checks}."


def _not_run(document: ReportDocument, catalogue: Sequence[CatalogueEntry]) -> list[str]:
    run = {finding["id"] for finding in document["findings"]}
    suites = {finding["suite"] for finding in document["findings"]}
    left_out = [entry for entry in catalogue if entry.id not in run]
    thorough = [entry for entry in left_out if entry.suite in suites and entry.level == "full"]
    elsewhere = sorted({entry.suite for entry in left_out} - suites)
    sentences = []
    if thorough and document["environment"]["level"] != "full":
        sentences.append(f"{count(len(thorough), 'claim')} of level full, and the wider trials of the others.")
    if suites == {OWN_DOT}:
        sentences.append("Every suite: only checks about this one dot were run.")
    elif elsewhere:
        sentences.append(f"Suites that were not run: {', '.join(elsewhere)}.")
    return sentences

"""The parts of a report from its document: the way back of `qdverify.report.document`."""

from __future__ import annotations

from datetime import date

from qdverify.protocol.accuracy import claimed_accuracy
from qdverify.protocol.answers import VERSION, Description
from qdverify.protocol.grade import Grade
from qdverify.report.document_types import (
    ExpectedDocument,
    FindingDocument,
    ImplementationDocument,
    ToleranceDocument,
)
from qdverify.suite.expected_failures import ExpectedFailure, State
from qdverify.suite.finding import Comparison, ErrorKind, Finding, Kind, Reference, Scales, Stage, Tolerance, Verdict


def description_from(document: ImplementationDocument) -> Description:
    """Return what the implementation said of itself."""
    return Description(
        name=document["name"],
        version=document["version"],
        tasks=frozenset(document["tasks"]),
        language=document["language"],
        url=document["url"],
        limits=document["limits"],
        accuracy={task: claimed_accuracy(claim) for task, claim in document["accuracy"].items()},
        protocol=document.get("protocol", VERSION),
        dots=tuple(document.get("dots", ("box",))),
    )


def finding_from(document: FindingDocument) -> Finding:
    """Return a finding; the questions behind its numbers (`Comparison.asked`) stand in no document."""
    kind = document.get("error_kind")
    return Finding(
        id=document["id"],
        suite=document["suite"],
        stage=Stage(document["stage"]),
        claim=document["claim"],
        equation=document["equation"],
        case=document["case"],
        verdict=Verdict(document["verdict"]),
        comparison=_comparison(document) if "reference" in document else None,
        detail=document.get("detail", ""),
        error_kind=None if kind is None else ErrorKind(kind),
        limit=document.get("limit", ""),
        hint=document.get("hint", ""),
        blocked_by=tuple(document.get("blocked_by", ())),
        seconds=document["seconds"],
        tasks=tuple(document["tasks"]),
    )


def expected_from(document: ExpectedDocument) -> tuple[ExpectedFailure, State]:
    """Return an expected failure, as far as the document shows it, and what became of it."""
    expires = document["expires"]
    entry = ExpectedFailure(
        check=document["check"],
        case=document["case"],
        reason=document["reason"],
        link=document["link"],
        expires=None if expires == "never" else date.fromisoformat(expires),
        source=document["source"],
    )
    return entry, State(document["state"])


def _comparison(document: FindingDocument) -> Comparison:
    reference, (least, most) = document["reference"], document["digits"]
    return Comparison(
        measured=document["measured"],
        reference=Reference(reference["value"], Grade(reference["grade"]), reference["bound"], reference["origin"]),
        deviation=document["deviation"],
        tolerance=_tolerance(document["tolerance"]),
        digits=(least, most),
        # how every comparator decides
        passed=document["deviation"] <= document["tolerance"]["value"] + reference["bound"],
        note=document.get("note", ""),
        kind=Kind(document.get("kind", Kind.CLOSE)),
    )


def _tolerance(document: ToleranceDocument) -> Tolerance:
    if "task" not in document:
        return Tolerance(document["value"], document["origin"])
    scales = Scales(document["task"], document["per_relative"], document["per_absolute"], document["natural"])
    return Tolerance(document["value"], document["origin"], scales)

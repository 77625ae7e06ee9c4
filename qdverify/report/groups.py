"""The findings of a report as a reader takes them in: by check, and the failures among them in the order of harm."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from qdverify.report.cause import HELLO, stage_of
from qdverify.report.document_types import FindingDocument
from qdverify.report.equations import formulas, mathml
from qdverify.report.harm import decade_of_harm, natural_deviation
from qdverify.report.likely_cause import about_memory, depends_on_the_past
from qdverify.report.shown import Shown, digits_text, has_digits, short, shortened, shown_pair, visible, visible_lines
from qdverify.report.summary import LOUD, WORST_FIRST, Document, reproduce, worst
from qdverify.suite.finding import Stage, Verdict

_ONLY_TRIAL: Final = "once"
"""What a check with a single trial calls it: a word that tells a reader nothing."""
_LONGEST_NOTE: Final = 60
_STEM: Final = 4
"""How many words the origins of tolerances have in common: "accuracy 1e-9 of current"."""


@dataclass(frozen=True)
class Numbers:
    """What was compared in one finding.

    Attributes
    ----------
    ball
        Bound of the reference, as text: empty if it is exact or a printed number.
    reference_origin, tolerance_origin
        Empty if every finding of the check shares them.
    """

    measured: Shown
    reference: Shown
    grade: str
    ball: str
    deviation: str
    tolerance: str
    digits: str
    least_digits: float
    reference_origin: str
    tolerance_origin: str
    note: str


@dataclass(frozen=True)
class Row:
    """One finding.

    Attributes
    ----------
    severity
        The deviation in units of what would have passed.
    harm, natural
        The decade of the deviation in units of the natural size, and that deviation as text.
    """

    label: str
    verdict: Verdict
    numbers: Numbers | None
    inputs: str
    detail: str
    hint: str
    severity: float
    harm: int
    natural: str


@dataclass(frozen=True)
class CheckGroup:
    """All findings of one check.

    Attributes
    ----------
    latex
        Its formula, or empty if none is recorded.
    reference_origin, tolerance_origin
        If all findings of the check share it.
    """

    id: str
    stage: str
    suite: str
    claim: str
    source: str
    latex: str
    tasks: Sequence[str]
    verdict: Verdict
    counts: Sequence[tuple[Verdict, int]]
    rows: Sequence[Row]
    least_digits: float | None
    reference_origin: str
    tolerance_origin: str

    @property
    def formula(self) -> str:
        """The formula as MathML, or empty."""
        return mathml(self.latex) if self.latex else ""

    @property
    def worst(self) -> Row | None:
        """The compared finding that deviates most in units of what is allowed; None if nothing was compared."""
        compared = [row for row in self.rows if row.numbers is not None]
        return max(compared, key=lambda row: row.severity, default=None)

    @property
    def tolerance_stem(self) -> str:
        """The words, with a space, with which the tolerances of most findings begin; empty if there are none."""
        origins = [row.numbers.tolerance_origin for row in self.rows if row.numbers is not None]
        stems = Counter(f"{' '.join(origin.split(' ')[:_STEM])} " for origin in origins if origin.count(" ") >= _STEM)
        stem, times = max(stems.items(), key=lambda item: item[1], default=("", 0))
        return stem if 2 * times > len(origins) else ""

    @property
    def anchor(self) -> str:
        """The fragment under which the page shows it."""
        return "check-" + self.id.replace("@", "-v").replace(".", "-")


@dataclass(frozen=True)
class Failure:
    """A check that did not hold, with what a reader needs to go and look.

    Attributes
    ----------
    worst
        The finding that deviates most in natural units, and among those of one order in units of its tolerance.
    finding, findings
        That finding in the report document, and all of the check.
    cases
        The labels of all its failing cases.
    blocks
        Ids of the checks that could not be judged because of it.
    """

    group: CheckGroup
    worst: Row
    finding: FindingDocument
    findings: Sequence[FindingDocument]
    cases: Sequence[str]
    hints: Sequence[str]
    blocks: Sequence[str]
    command: str


def group_findings(
    document: Document, limit: int, *, with_any: Collection[str] = frozenset(Verdict)
) -> list[CheckGroup]:
    """Return the findings by check, in the order of the stages.

    Parameters
    ----------
    limit
        The longest text of an array.
    with_any
        Only checks with a finding of one of these verdicts: what nobody looks at need not be put into words.
    """
    by_check: dict[str, list[FindingDocument]] = defaultdict(list)
    for finding in document["findings"]:
        by_check[finding["id"]].append(finding)
    stages = [HELLO, *(str(stage) for stage in Stage)]
    wanted = [found for found in by_check.values() if any(finding["verdict"] in with_any for finding in found)]
    groups = [_group(findings, limit) for findings in wanted]
    return sorted(groups, key=lambda group: stages.index(group.stage))


def cut_shorter(groups: Sequence[CheckGroup], limit: int) -> list[CheckGroup]:
    """Return groups as `group_findings` gives them for a smaller limit, without putting anything into words again."""
    return [replace(group, rows=[_cut(row, limit) for row in group.rows]) for group in groups]


def _cut(row: Row, limit: int) -> Row:
    numbers, inputs = row.numbers, shortened(row.inputs, limit)
    if numbers is not None:
        measured, reference = numbers.measured.cut(limit), numbers.reference.cut(limit)
        if measured is not numbers.measured or reference is not numbers.reference:
            numbers = replace(numbers, measured=measured, reference=reference)
    return row if numbers is row.numbers and inputs == row.inputs else replace(row, numbers=numbers, inputs=inputs)


def ranked_failures(document: Document, groups: Sequence[CheckGroup]) -> list[Failure]:
    """Return what went wrong in the order of harm: the largest deviation in natural units first, then the first stage.

    Failures stand before unexpected passes, these before questions without an answer.
    """
    blocks: dict[str, set[str]] = defaultdict(set)
    by_check: dict[str, list[FindingDocument]] = defaultdict(list)
    for finding in document["findings"]:
        by_check[finding["id"]].append(finding)
        for blocker in finding.get("blocked_by", ()):
            blocks[blocker].add(finding["id"])
    stages = [HELLO, *(str(stage) for stage in Stage)]

    def rank(group: CheckGroup) -> tuple[int, int, int, bool, int]:
        loud = [finding for finding in by_check[group.id] if finding["verdict"] in LOUD]
        decade = max(decade_of_harm(finding) for finding in loud)
        # a claim about memory fails with any wrong answer; what goes wrong in most of its cases tells most about why
        unproven = about_memory(loud[0]) and not any(map(depends_on_the_past, loud))
        return WORST_FIRST.index(group.verdict), -decade, stages.index(group.stage), unproven, -len(loud)

    loud = sorted((group for group in groups if group.verdict in LOUD), key=rank)
    return [_failure(group, by_check[group.id], sorted(blocks[group.id]), document) for group in loud]


def _failure(
    group: CheckGroup, findings: Sequence[FindingDocument], blocks: Sequence[str], document: Document
) -> Failure:
    both = [(row, finding) for row, finding in zip(group.rows, findings, strict=True) if row.verdict in LOUD]
    loud = [row for row, _ in both]
    worst, finding = max(both, key=lambda pair: (pair[0].harm, pair[0].severity))
    return Failure(
        group=group,
        worst=worst,
        finding=finding,
        findings=findings,
        cases=list(dict.fromkeys(row.label for row in loud)),
        hints=list(dict.fromkeys(row.hint for row in loud if row.hint)),
        blocks=blocks,
        command=reproduce(document, findings[0]),
    )


def _group(findings: Sequence[FindingDocument], limit: int) -> CheckGroup:
    head = findings[0]
    verdicts = [Verdict(finding["verdict"]) for finding in findings]
    reference_origin = _shared(finding["reference"]["origin"] for finding in findings if "reference" in finding)
    tolerance_origin = _shared(finding["tolerance"]["origin"] for finding in findings if "tolerance" in finding)
    rows = _told_apart([_row(finding, limit, reference_origin, tolerance_origin) for finding in findings])
    return CheckGroup(
        id=head["id"],
        stage=stage_of(head),
        suite=head["suite"],
        claim=visible(head["claim"]),
        source=visible(head["equation"]),
        latex=formulas().find(head["id"], head["equation"]) or "",
        tasks=head["tasks"],
        verdict=worst(verdicts),
        counts=[(verdict, verdicts.count(verdict)) for verdict in Verdict if verdict in verdicts],
        rows=rows,
        least_digits=min((finding["digits"][0] for finding in findings if has_digits(finding)), default=None),
        reference_origin=reference_origin,
        tolerance_origin=tolerance_origin,
    )


def _told_apart(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with labels by which a reader tells findings of one trial apart, if their notes allow it."""
    times = Counter(row.label for row in rows)
    named = []
    for row in rows:
        numbers = row.numbers
        note = "" if numbers is None else numbers.note
        parts = [] if row.label == _ONLY_TRIAL else [row.label]
        if numbers is not None and 0 < len(note) <= _LONGEST_NOTE and (times[row.label] > 1 or not parts):
            parts.append(note)
            numbers = replace(numbers, note="")
        named.append(replace(row, label=", ".join(parts) or "the only case", numbers=numbers))
    return named


def _shared(texts: Iterable[str]) -> str:
    distinct = {visible(text) for text in texts}
    return distinct.pop() if len(distinct) == 1 else ""


def _row(finding: FindingDocument, limit: int, reference_origin: str, tolerance_origin: str) -> Row:
    inputs = {key: value for key, value in finding["case"].items() if key != "label"}
    text = visible(json.dumps(inputs)) if inputs else ""
    return Row(
        label=visible(finding["case"]["label"]),
        verdict=Verdict(finding["verdict"]),
        numbers=_numbers(finding, limit, reference_origin, tolerance_origin) if "reference" in finding else None,
        inputs=shortened(text, limit),
        detail=visible_lines(finding.get("detail", "")),
        hint=visible(finding.get("hint", "")),
        severity=_severity(finding),
        harm=decade_of_harm(finding),
        natural=short(natural_deviation(finding)),
    )


def _numbers(finding: FindingDocument, limit: int, reference_origin: str, tolerance_origin: str) -> Numbers:
    reference, tolerance = finding["reference"], finding["tolerance"]
    measured, expected = shown_pair(finding["measured"], reference["value"], limit)
    bound = reference["bound"]
    return Numbers(
        measured=measured,
        reference=expected,
        grade=reference["grade"],
        ball=f"± {short(bound)}" if bound else "",
        deviation=short(finding["deviation"]),
        tolerance=short(tolerance["value"]),
        digits=digits_text((finding["digits"][0], finding["digits"][1])),
        least_digits=finding["digits"][0],
        reference_origin="" if reference_origin else visible(reference["origin"]),
        tolerance_origin="" if tolerance_origin else visible(tolerance["origin"]),
        note=visible(finding.get("note", "")),
    )


def _severity(finding: FindingDocument) -> float:
    """Return the deviation in units of what would have passed; what could not be compared is worst."""
    if "deviation" not in finding:
        return float("inf")
    allowed = finding["tolerance"]["value"] + finding["reference"]["bound"]
    return float(finding["deviation"] / allowed) if allowed else float(finding["deviation"] > 0) * 1e308

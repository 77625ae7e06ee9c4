"""The report as JUnit XML: the form in which continuous-integration services show test results.

Each trial of a check is a test case. An expected failure and what could not be asked or rests on a failure are
skipped, with their reason; an unexpected pass and an outdated expectation are failures.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from qdverify.report.document import Report
from qdverify.suite.finding import Finding, Verdict

_OUTCOMES: Final = {
    Verdict.ERROR: "error",
    Verdict.DECLINED: "error",
    Verdict.FAIL: "failure",
    Verdict.UNEXPECTED_PASS: "failure",
    Verdict.BLOCKED: "skipped",
    Verdict.EXPECTED_FAILURE: "skipped",
    Verdict.UNSUPPORTED: "skipped",
}


def junit_xml(report: Report) -> str:
    """Return the report as a JUnit XML document."""
    root = ET.Element("testsuites", name="qdverify", time=f"{report.seconds:.3f}")
    by_suite = groupby(sorted(report.findings, key=lambda finding: finding.suite), key=lambda finding: finding.suite)
    for name, findings in by_suite:
        _add_suite(root, name, list(findings), report)
    if report.outdated:
        suite = ET.SubElement(root, "testsuite", name="expected-failures")
        for entry, state in report.outdated:
            case = ET.SubElement(suite, "testcase", classname=_text(entry.check), name=_text(entry.case), time="0")
            ET.SubElement(case, "failure", message=_text(f"{state} entry in {entry.source}: {entry.reason}"))
        _count(suite)
    ET.indent(root, " ")
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _add_suite(root: ET.Element, name: str, findings: Sequence[Finding], report: Report) -> None:
    suite = ET.SubElement(root, "testsuite", name=name, timestamp=report.generated)
    properties = ET.SubElement(suite, "properties")
    for key, value in (
        ("implementation", f"{report.description.name} {report.description.version}"),
        ("level", report.scope.level),
        ("seed", str(report.scope.seed)),
    ):
        ET.SubElement(properties, "property", name=key, value=_text(value))
    for (id, label), trial in groupby(findings, key=lambda finding: (finding.id, finding.case["label"])):  # noqa: A001  (the report's field name)
        _add_case(suite, id, label, list(trial))
    if report.stderr:
        ET.SubElement(suite, "system-err").text = _text(report.stderr)
    _count(suite)


def _add_case(suite: ET.Element, id: str, label: str, trial: Sequence[Finding]) -> None:  # noqa: A002  (the report's field name)
    seconds = sum(finding.seconds for finding in trial)
    case = ET.SubElement(suite, "testcase", classname=_text(id), name=_text(label), time=f"{seconds:.6f}")
    # a trial has one outcome: the worst of its findings
    for verdict, outcome in _OUTCOMES.items():
        worst = [finding for finding in trial if finding.verdict is verdict]
        if worst:
            element = ET.SubElement(case, outcome, message=_text(f"{verdict}: {worst[0].claim}"), type=str(verdict))
            element.text = _text("\n".join(_explained(finding) for finding in worst))
            return


def _explained(finding: Finding) -> str:
    parts: list[str] = []
    if finding.comparison is not None:
        comparison = finding.comparison
        parts.append(
            f"measured {comparison.measured!r}, reference {comparison.reference.value!r} "
            f"({comparison.reference.grade}: {comparison.reference.origin}), deviation {comparison.deviation:.3g}, "
            f"tolerance {comparison.tolerance.value:.3g} ({comparison.tolerance.origin})"
        )
        parts += [comparison.note] if comparison.note else []
    parts += [finding.detail] if finding.detail else []
    parts += [f"hint: {finding.hint}"] if finding.hint else []
    return "; ".join(parts)


def _count(suite: ET.Element) -> None:
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for outcome, attribute in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        suite.set(attribute, str(_having(cases, outcome)))
    suite.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.6f}")


def _having(cases: Iterable[ET.Element], outcome: str) -> int:
    return sum(case.find(outcome) is not None for case in cases)


def _text(text: str) -> str:
    """Return text that XML 1.0 can hold: other characters are written as Python would show them."""
    return "".join(char if _allowed(ord(char)) else repr(char)[1:-1] for char in text)


def _allowed(code: int) -> bool:
    return code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000

"""The page stays small: rows, inputs and tolerances are told in few bytes, and what does not fit gives way in order."""

import json
import re
from dataclasses import replace

import pytest
from page_outline import Outline
from report_samples import sample_report

from qdverify.report import page
from qdverify.report.groups import group_findings
from qdverify.report.page import render
from qdverify.suite.finding import Tolerance


def rows_of(text):
    """Return the markup of the findings' rows."""
    return re.findall(r"<tr data-verdict=[^\n]*", text)


def test_a_row_of_a_pass_is_small():
    """Beyond what a reader sees of it, a finding that passes costs few bytes, so that ten thousand of them fit."""
    document = sample_report(trials=8).document()
    for row in rows_of(render(document, figures=False)):
        told = "".join(Outline(f"<table><tbody>{row}</tbody></table>").text)
        assert len(row.encode()) - len(told.encode()) < 250, row


def test_inputs_stand_in_the_page_once():
    """Many findings of the same inputs add a reference each, which leads to those inputs."""
    document = json.loads(json.dumps(sample_report(trials=4).document()))
    for number, finding in enumerate(document["findings"]):
        finding["case"] = {"label": finding["case"]["label"], "dot": {"length": 987.125 + number % 3}}
    text = render(document, figures=False)
    listed = dict(re.findall(r'<li id="(i\d+)"><code>(.*?)</code>', text))
    assert sorted(listed.values()) == [json.dumps({"dot": {"length": 987.125 + number}}) for number in range(3)]
    for row, finding in zip(rows_of(text), by_row(document), strict=True):
        (reference,) = re.findall(r'<a href="#(i\d+)">', row)
        assert listed[reference] == json.dumps({"dot": finding["case"]["dot"]})


def by_row(document):
    """Return the findings in the order of the page."""
    rows = {finding["id"]: [] for finding in document["findings"]}
    for finding in document["findings"]:
        rows[finding["id"]].append(finding)
    return [finding for group in group_findings(document, 0) for finding in rows[group.id]]


def test_the_beginning_that_most_tolerances_share_is_said_once():
    """Rows continue the words with which the tolerances of their check begin; another tolerance stands in full."""
    report = sample_report(trials=4)
    (first, *_) = [finding.id for finding in report.findings if finding.comparison]
    origins = iter(("accuracy 1e-9 of spectrum x scale 3", "accuracy 1e-9 of spectrum x scale 4", "discrete values",
                    "accuracy 1e-9 of spectrum x scale 5"))  # fmt: skip
    findings = [
        replace(item, comparison=replace(item.comparison, tolerance=Tolerance(1.0, next(origins))))
        for item in report.findings
        if item.id == first
    ]
    text = render(replace(report, findings=findings).document(), figures=False)
    assert "<p>Tolerance: accuracy 10<sup>−9</sup> of spectrum …</p>" in text
    told = [re.findall(r"<p>Tolerance: ([^<]*)", row)[0] for row in rows_of(text)]
    assert told == ["… x scale 3", "… x scale 4", "discrete values", "… x scale 5"]


def test_what_does_not_fit_gives_way_before_the_findings_do(monkeypatch):
    """If the page would grow too large, arrays are cut shorter; the findings all stay, or there is an error."""
    document = sample_report(trials=4).document()
    whole = render(document, figures=False)
    monkeypatch.setattr(page, "LARGEST", len(whole.encode()) - 1)
    smaller = render(document, figures=False)
    assert len(smaller) < len(whole)
    assert smaller.count("<tr data-verdict=") == len(document["findings"])
    monkeypatch.setattr(page, "LARGEST", 1000)
    with pytest.raises(ValueError, match="must be at most 1000"):
        render(document, figures=False)

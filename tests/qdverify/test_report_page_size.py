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


@pytest.mark.parametrize("expected", [1, 10**9], ids=["too large", "too small"])
def test_the_longest_texts_that_fit_are_shown_whatever_size_is_expected(monkeypatch, expected):
    """From a wrong guess, above or below, the way leads to the page that putting each limit into words gives."""
    document = sample_report(trials=4).document()
    pages = []
    for limits in [(2000,), (60,), (9,), (0,)]:
        monkeypatch.setattr(page, "_LIMITS", limits)
        pages.append(render(document, figures=False))
    sizes = [len(text.encode()) for text in pages]
    assert sorted(sizes, reverse=True) == sizes
    monkeypatch.setattr(page, "_LIMITS", (2000, 60, 9, 0))
    monkeypatch.setattr(page, "_ROW", expected)
    for size in sizes:
        monkeypatch.setattr(page, "LARGEST", size)
        assert render(document, figures=False) == next(text for text in pages if len(text.encode()) <= size)


def test_of_pages_that_do_not_fit_few_are_rendered(monkeypatch):
    """The lengths of texts tell that a page with longer ones is too large: the first guess is the only one rendered."""
    document = json.loads(json.dumps(sample_report(trials=4).document()))
    for number, finding in enumerate(document["findings"]):
        finding["case"]["long"] = [number] * 600
    size, groups = len(render(document, figures=False).encode()), group_findings(document, 2000)
    monkeypatch.setattr(page, "LARGEST", size - 20_000)
    monkeypatch.setattr(page, "_ROW", (size - page._bytes_of_texts(groups)) // sum(len(group.rows) for group in groups))
    plain, limits = page._render, []

    def noted(document, parts, groups, catalogue):
        limits.append(max(len(row.inputs) for group in groups for row in group.rows))
        return plain(document, parts, groups, catalogue)

    monkeypatch.setattr(page, "_render", noted)
    shown = render(document, figures=False)
    assert len(limits) == 1
    assert 300 < limits[0] < 400
    assert len(shown.encode()) <= page.LARGEST

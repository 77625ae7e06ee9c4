import json
import re
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import pytest
from page_outline import Outline
from report_samples import sample_report

from qdverify.protocol.answers import Description
from qdverify.protocol.grade import Grade
from qdverify.report import page, power
from qdverify.report.groups import group_findings, ranked_failures
from qdverify.report.not_verified import CatalogueEntry
from qdverify.report.page import render
from qdverify.report.shown import accuracy_text
from qdverify.report.summary import reproduce, summarise
from qdverify.suite.comparators import close
from qdverify.suite.finding import Comparison, Reference, Stage, Tolerance, Verdict, exact
from qdverify.suite.kill_table import shipped

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\u202e\x1b[31m{{ 7*7 }}"


@pytest.fixture(scope="module")
def faulty():
    """Return the document and the page of a faulty implementation, with the plots of its own data."""
    document = sample_report(faulty=True).document()
    return document, render(document, previous=sample_report().document())


def test_the_page_of_a_large_report_is_below_five_megabytes(faulty):
    """A report of more than a thousand findings, with plots, stays small enough to forward."""
    document, text = faulty
    assert len(document["findings"]) > 1200
    assert len(text.encode()) < 5_000_000


def test_the_page_is_well_formed_and_refers_to_itself_only(faulty):
    """Elements nest, identifiers are unique, links lead inside the page, to its data, or to the stated home."""
    _, text = faulty
    outline = Outline(text)
    assert len(outline.ids) == len(set(outline.ids))
    for tag, attributes in outline.tags:
        target = attributes.get("href") or attributes.get("xlink:href") or attributes.get("src")
        if target is None:
            continue
        allowed = tag == "a" and target in ("report.json", "plots.json", "https://example.org/sample")
        assert allowed or target.startswith("data:") or target[1:] in outline.ids, (tag, target)


def test_headings_descend_one_level_at_a_time(faulty):
    """A reader who moves by headings meets one title and no gap."""
    levels = Outline(faulty[1]).headings
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_sections_stand_in_the_order_in_which_a_reader_needs_them(faulty):
    """Verdict, coverage, failures, changes, findings, plots, provenance."""
    places = [faulty[1].index(f'<section id="{name}"') for name in
              ("verdict", "coverage", "failures", "changes", "findings", "plots", "provenance")]  # fmt: skip
    assert places == sorted(places)


def test_every_finding_is_on_the_page(faulty):
    """No finding is left out, and each stands under its verdict."""
    document, text = faulty
    for verdict in Verdict:
        assert text.count(f'<tr data-verdict="{verdict}"') == document["summary"][verdict]


def test_what_an_implementation_sends_is_text(monkeypatch):
    """Markup, template code, control and direction characters of an implementation reach the reader as text."""
    report = sample_report(faulty=True, trials=2)
    comparison = Comparison(
        [HOSTILE], Reference([HOSTILE], Grade.EXACT, 0.0, HOSTILE), 0.0, Tolerance(0.0, HOSTILE), (0, 0), False, HOSTILE
    )
    hostile = [
        replace(finding, case={"label": HOSTILE, HOSTILE: HOSTILE}, detail=HOSTILE, hint=HOSTILE, comparison=comparison)
        for finding in report.findings
    ]
    description = Description(HOSTILE, HOSTILE, frozenset(), HOSTILE, "javascript:alert(1)")
    text = replace(report, description=description, findings=hostile, stderr=HOSTILE).to_html()
    clean = sample_report(faulty=True, trials=2).to_html()
    assert text.count("<script") == clean.count("<script") == 1
    assert "<img" not in text
    assert "\u202e" not in text
    assert "\x1b" not in text
    assert "{{ 7*7 }}" in text
    assert 'href="javascript:' not in text
    assert Outline(text)


def test_the_only_script_is_the_pinned_one(faulty):
    """The content policy names the hash of the page's own script and allows nothing to be fetched."""
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', faulty[1])
    assert policy.startswith("default-src 'none'")
    assert policy.count("sha256-") == 1
    assert "unsafe-eval" not in policy
    assert " on" not in " ".join(name for _, attributes in Outline(faulty[1]).tags for name in attributes)


def luminance(colour):
    """Return the relative luminance of a colour (WCAG 2.2)."""
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    """Return the contrast ratio of two colours (WCAG 2.2)."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_text_colour_stands_out_from_every_ground(faulty, theme):
    """All colours that text takes reach the contrast of 4.5 that WCAG AA asks for, in both themes."""
    blocks = re.findall(r":root \{(.*?)\}", faulty[1], flags=re.DOTALL)
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", blocks[0]))
    if theme:
        colours |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", blocks[1]))
    texts = ("ink", "muted", "accent", *Verdict)
    for ground in ("paper", "surface"):
        for text in texts:
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    assert contrast(colours["ink"], colours["mark"]) >= 4.5


def test_the_first_wrong_stage_is_named_with_its_hint(faulty):
    """The verdict says where to look: the first stage in the flow with a wrong number, not the one that hung."""
    summary = summarise(faulty[0], ())
    assert (summary.state, summary.first_wrong) == ("fail", "transitions")
    assert summary.headline == "sample 1.2 disagrees with the model."
    assert "Before it, spin and integrals agree." in summary.cause
    assert summary.hint == "ratio 2.000: a spin factor?"


def with_verdicts(*verdicts):
    """Return a report document whose findings end in these verdicts."""
    report = sample_report(trials=1)
    first = replace(report.findings[0], comparison=None, detail="why")
    return replace(report, findings=[replace(first, verdict=verdict) for verdict in verdicts]).document()


@pytest.mark.parametrize(
    ("verdicts", "state", "headline"),
    [
        ((), "incomplete", "Nothing was asked of"),
        ((Verdict.UNSUPPORTED,), "incomplete", "was not compared with anything"),
        ((Verdict.PASS, Verdict.ERROR), "incomplete", "left questions without an answer"),
        ((Verdict.PASS, Verdict.UNEXPECTED_PASS), "fail", "passes although a failure was expected"),
        ((Verdict.PASS, Verdict.FAIL, Verdict.ERROR), "fail", "disagrees with the model"),
        ((Verdict.PASS, Verdict.EXPECTED_FAILURE), "pass", "that applied"),
    ],
)
def test_the_headline_never_says_more_than_the_findings(verdicts, state, headline):
    """Only a run in which something was judged, and all of it right, is called an agreement."""
    document = with_verdicts(*verdicts)
    summary = summarise(document, ())
    assert summary.state == state
    assert headline in summary.headline
    assert headline in render(document, figures=False)


def test_one_gross_failure_is_named_before_many_small_ones():
    """The claims at the stage that fails stand in the order of harm, as the failures do."""
    report = sample_report(trials=8)
    small, gross = (
        [item for item in report.findings if item.id == f"rates.check-{number}@1" and item.comparison]
        for number in (0, 1)
    )
    allowed = Tolerance(1e-12, "test")
    wrong = [(item, "small", 1.0 + 1e-9) for item in small] + [(gross[0], "gross", 2.0)]
    findings = [
        replace(item, claim=claim, verdict=Verdict.FAIL, comparison=close(value, exact(1.0, "test"), allowed))
        for item, claim, value in wrong
    ]
    found = summarise(replace(report, findings=findings).document(), ()).broken_claims
    assert found == [("gross", 1, 1), ("small", len(small), len(small))]


def test_what_was_not_verified_is_said():
    """Tasks that are not offered, cases beyond a limit, blocked checks, other levels and other suites are named."""
    document = sample_report(faulty=True, trials=2).document()
    document["implementation"]["tasks"].remove("current")
    catalogue = [
        CatalogueEntry("spin.thorough@1", "spin", Stage.SPIN, "a claim", "full", ("clebsch_gordan_weight",)),
        CatalogueEntry("noise.fano@1", "noise", Stage.CURRENT, "a claim", "quick", ("current",)),
    ]
    said = " ".join(summarise(document, catalogue).not_verified)
    parts = (
        "current: the implementation does not offer it (10 claims)",
        "orbitals=60 is beyond the limit of 30",
        "10 claims behind a failed one",
        "1 claim of level full",
        "Suites that were not run: noise",
    )
    for part in parts:
        assert part in said
    text = render(document, figures=False, catalogue=catalogue)
    assert "noise.fano@1" in text


@pytest.mark.parametrize(
    ("command", "spec"),
    [
        (["qdverify", "verify", "--implementation", "command:./dot --fast"], "'command:./dot --fast'"),
        (["qdverify", "verify", "--implementation=python:a:b"], "python:a:b"),
        (["qdverify", "verify"], "builtin"),
        (["pytest", "-q"], "SPEC"),
    ],
)
def test_the_command_makes_the_finding_again(command, spec):
    """The command repeats implementation, suite, level and seed; where a script ran the suite, SPEC stands for it."""
    document = sample_report(trials=1).document()
    document["environment"]["command"] = command
    expected = f"qdverify verify --implementation {spec} --check spin.check-0 --level quick --seed 1"
    assert reproduce(document, document["findings"][0]) == expected


def test_a_report_renders_from_its_json():
    """The page needs nothing but report.json."""
    report = sample_report(trials=2)
    assert render(json.loads(report.to_json()), figures=False) == render(report.document(), figures=False)


def test_plots_with_the_data_are_drawn_and_those_without_are_left_out(faulty):
    """Digits and the paper's tables are drawn from findings; a report without numbers has no figure."""
    assert 'id="plot-digits"' in faulty[1]
    assert 'id="plot-paper-tables"' in faulty[1]
    assert re.findall(r'<figure id="([\w-]+)"', render(with_verdicts(Verdict.PASS))) == []


def test_figures_take_the_colours_of_the_page(faulty):
    """No placeholder colour is left in a figure, and no white or black that a theme could swallow."""
    for svg in re.findall(r"<svg.*?</svg>", faulty[1], flags=re.DOTALL):
        assert not re.search(r"#0[1-6]0[0-9]0[0-9]", svg)
        assert "#000000" not in svg
        assert "#ffffff" not in svg
        assert "var(--" in svg


def test_figures_hold_nothing_that_cannot_be_seen(faulty):
    """Fonts are the style sheet's, coordinates end at a hundredth of a pixel, identifiers are those in use."""
    for svg in re.findall(r"<svg.*?</svg>", faulty[1], flags=re.DOTALL):
        assert "font-family" not in svg
        assert not re.search(r"\d\.\d{3}", svg)
        assert set(re.findall(r'id="([^"]*)"', svg)) == set(re.findall(r'(?:href="#|url\(#)([^")]*)', svg))


def test_a_hint_of_a_few_does_not_speak_for_the_stage(faulty):
    """The first screen names a fault only where it explains half of what fails there; claims it names always."""
    document = json.loads(json.dumps(faulty[0]))
    failing = [finding for finding in document["findings"] if finding["verdict"] == "fail"]
    for finding in failing[2:]:
        finding["hint"] = ""
    summary = summarise(document, ())
    assert summary.hint == ""
    assert summary.broken_claims
    assert sum(failed for _, failed, _ in summary.broken_claims) == len(failing)


def test_many_limits_are_summed_up():
    """Beyond three kinds of limits the rest is counted."""
    report = sample_report(trials=1)
    beyond = next(finding for finding in report.findings if finding.verdict is Verdict.UNSUPPORTED)
    many = [replace(beyond, detail=f"orbitals={number} is beyond the limit") for number in range(10)]
    said = summarise(replace(report, findings=many).document(), ()).not_verified
    assert said[-2] == f"7 further cases of {beyond.suite} beyond what the implementation declares."
    assert len(said) == 5


def test_failures_are_ranked_by_what_the_table_shows(faulty):
    """Deviations in natural units, the decades of which never rise; in print the rest is counted."""
    document, text = faulty
    failures = ranked_failures(document, group_findings(document, 0))
    shown = [failure.worst.natural for failure in failures if failure.group.verdict is Verdict.FAIL]
    assert shown
    ranking = text[text.index('id="ranking"') : text.index('id="about"')]
    assert re.findall(r'<td class="number">([^<]*)</td>', ranking)[: len(shown)] == shown
    assert all(first.worst.harm >= second.worst.harm for first, second in pairwise(failures[: len(shown)]))


def test_what_print_leaves_out_is_counted(monkeypatch):
    """Of the failures that a screen lists print shows the first few, and says how many more there are."""
    monkeypatch.setitem(page.environment().globals, "printed", 1)
    document = sample_report(faulty=True).document()
    text = render(document)
    count = len(ranked_failures(document, group_findings(document, 0)))
    assert count > 2
    assert text.count('<tr class="on-screen">') == count - 1
    assert f'in-print">and {count - 1} more' in text


def test_an_accuracy_that_is_none_is_no_number():
    """A relative accuracy of 1e235 would say that some accuracy had sufficed."""
    assert [accuracy_text(value) for value in (2.5e-9, 0.87, 1.0, 1e235)] == ["2.5e-9", "0.87", "none", "none"]


def stage_boxes(text):
    """Return what each box of a stage says, by its name."""
    (line,) = re.findall(r'<ol class="stages".*?</ol>', text, re.DOTALL)
    boxes = re.findall(r"<b>(\w+)</b>(.*?)</li>", line, re.DOTALL)
    return {name: " ".join(re.sub("<[^>]+>", " ", rest).split()) for name, rest in boxes}


def test_the_boxes_of_the_stages_count_what_was_asked_only():
    """Questions that were blocked or not supported are not among those of which so many passed."""
    findings = sample_report(faulty=True, trials=4).findings
    boxes = stage_boxes(render(replace(sample_report(), findings=findings).document(), figures=False))
    for stage in Stage:
        verdicts = [finding.verdict for finding in findings if finding.stage is stage]
        asked = [verdict for verdict in verdicts if verdict not in (Verdict.BLOCKED, Verdict.UNSUPPORTED)]
        assert f"{verdicts.count(Verdict.PASS)} of {len(asked)} passed" in boxes[stage]
    assert any(finding.verdict is Verdict.BLOCKED for finding in findings)
    unsupported = [replace(finding, verdict=Verdict.UNSUPPORTED, comparison=None) for finding in findings]
    boxes = stage_boxes(render(replace(sample_report(), findings=unsupported).document(), figures=False))
    assert boxes["rates"] == "– unsupported"


def test_the_page_says_how_well_the_suite_itself_works(monkeypatch):
    """It counts the wrong programs that are caught, and links to the table if the package names its documentation."""
    document = sample_report(trials=1).document()
    kills = shipped()["kills"]
    caught = sum(bool(row["checks"]) for row in kills)
    text = render(document, figures=False)
    assert f"at level quick it catches {caught} of {len(kills)} deliberately wrong programs" in text
    assert "kill-table.html" not in text
    homes = {"Project-URL": ["Source, https://example.org/code", "Documentation, https://example.org/docs/"]}
    monkeypatch.setattr(power, "metadata", lambda _: SimpleNamespace(get_all=homes.get))
    assert 'href="https://example.org/docs/kill-table.html"' in render(document, figures=False)
    assert "deliberately wrong programs" not in render({**document, "suite_version": "0.0.1"}, figures=False)

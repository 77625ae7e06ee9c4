"""The picture beside a failure: it shows the deviation, whatever kind of numbers was compared."""

import math
import re

import pytest
from report_samples import sample_report

from qdverify.report.document import finding_document
from qdverify.report.figures import failures
from qdverify.report.figures.failures import picture_of
from qdverify.report.page import render
from qdverify.suite.comparators import at_most, close, equal
from qdverify.suite.finding import Finding, Stage, Tolerance, Verdict, exact

ENERGIES = [1.0, 2.0, 3.0, 4.0]
LEVELS = {"label": "dot", "electrons": 2}
ALLOWED = Tolerance(1e-9, "claimed")


def found(comparison, case=LEVELS):
    """Return the document of a finding with this comparison."""
    verdict = Verdict.PASS if comparison.passed else Verdict.FAIL
    return finding_document(
        Finding("a.b@1", "a", Stage.SPECTRUM, "claim", "source", case, verdict, comparison, tasks=("spectrum",))
    )


def energies(*values, task="spectrum"):
    """Return the finding of a spectrum in place of `ENERGIES`."""
    document = found(close(list(values), exact(ENERGIES, "by hand"), ALLOWED))
    return {**document, "tolerance": {**document["tolerance"], "task": task}}


def shown(*findings):
    """Return what is written in the picture of the first finding, and its marks by colour and shape."""
    picture = picture_of("a.b@1", findings[0], findings)
    return re.findall(r">([^<>]+)<", picture.svg), picture


def test_levels_stand_beside_the_reference_by_spin():
    """A level that is visibly off is drawn in the colour of failures, in the column of its spin."""
    spins = found(equal([0, 2, 0, 4], exact([0, 2, 0, 2], "by hand")))
    words, picture = shown(energies(1.0, 2.5, 3.0, 4.0), spins)
    assert [word for word in words if word.startswith("S =")] == ["S = 0", "S = 1", "S = 2"]
    assert "levels on the left" in picture.caption
    assert picture.svg.count("var(--fail)") == 2
    words, _ = shown(energies(1.0, 2.5, 3.0, 4.0))
    assert not any(word.startswith("S =") for word in words)


def test_what_no_eye_would_see_among_the_levels_is_drawn_as_an_error():
    """One level off by 1e-6: one cross; a level off by less than is allowed is a dot."""
    words, picture = shown(energies(1.0, 2.000001, 3.0 + 1e-12, 4.0))
    assert {"|reference|", "|error|"} <= set(words)
    assert len(re.findall(r"<use [^>]*var\(--fail\)", picture.svg)) == 1
    assert len(re.findall(r"<use [^>]*var\(--accent\)", picture.svg)) == 1


def test_values_are_drawn_over_their_references():
    """A value that is visibly off is a cross apart from the diagonal; those of other cases are there too."""
    words, picture = shown(energies(1.0, 2.5, 3.0, 4.0, task="current"), energies(*ENERGIES, task="current"))
    assert {"measured", "reference"} <= set(words)
    assert len(re.findall(r"<use [^>]*var\(--fail\)", picture.svg)) == 1
    (dots,) = re.findall(r'<g style="fill: var\(--accent\)">((?:<use [^>]*>)+)</g>', picture.svg)
    assert dots.count("<use ") == 7


def test_an_inequality_is_drawn_with_its_bound():
    """What exceeds the bound is a cross."""
    words, picture = shown(found(at_most(0.5, 0.0, ALLOWED, origin="by hand")))
    assert {"measured", "bound"} <= set(words)
    assert "below the line the inequality holds" in picture.caption
    assert len(re.findall(r"<use [^>]*var\(--fail\)", picture.svg)) == 1


def test_counts_stand_in_the_order_of_the_list():
    """A wrong quantum number is a cross at its place."""
    words, picture = shown(found(equal([0, 2, 4], exact([0, 2, 2], "by hand"))))
    assert "place in the list" in words
    assert "var(--fail)" in picture.svg


def test_there_is_no_picture_without_numbers():
    """Neither a refusal nor a list of another length is drawn."""
    for comparison in (
        equal("answered", exact("refused", "the rules")),
        equal([0, 2], exact([0, 2, 2], "by hand")),
        equal([1] * 100, exact([2] * 100, "by hand")),
    ):
        assert picture_of("a.b@1", found(comparison), [found(comparison)]) is None


@pytest.mark.parametrize("measured", [1e308, -1e308, 5e-324, 0.0])
def test_any_double_can_be_drawn(measured):
    """The largest and the smallest numbers do not stop the page."""
    assert shown(found(close([measured, 1.0], exact([1.0, 2.0], "by hand"), ALLOWED)))[1].svg.startswith("<svg")


def test_pictures_stand_beside_their_failures():
    """On the page each failure that compares numbers has one, inside its own frame; without figures there is none."""
    document = sample_report(faulty=True, trials=4).document()
    text = render(document)
    articles = re.findall(r"<article .*?</article>", text, re.DOTALL)
    with_numbers = [article for article in articles if "<dt>measured</dt>" in article]
    assert len(with_numbers) >= 2
    assert all(article.count('<figure class="picture">') == 1 for article in with_numbers)
    assert text.count('<figure class="picture">') == len(with_numbers)
    assert '<figure class="picture">' not in render(document, figures=False)


@pytest.mark.parametrize("threshold", [1e-24, 3e-11, 0.2])
@pytest.mark.parametrize("largest", [1.5, 48.0, 1e100])
def test_labels_of_a_logarithmic_axis_keep_their_distance(threshold, largest):
    """Zero, and at most three powers of ten on either side, which lie in the picture and not beside zero."""
    ticks = failures._ticks(threshold, largest)
    positive = [tick for tick in ticks if tick > 0]
    assert ticks == [*(-tick for tick in reversed(positive)), 0.0, *positive]
    assert 1 <= len(positive) <= 3
    assert threshold < positive[0] <= positive[-1] <= largest
    decades = math.log10(largest / threshold)
    assert math.log10(positive[0] / threshold) >= min(1.0, 0.1 * decades) - 1e-9 or len(positive) == 1

"""The figures of a report about a user's own dot: its levels, its stability diagram and its current."""

from functools import cache

import qdverify
from qdverify.faults.fault import all_faults
from qdverify.implementations.builtin import Builtin
from qdverify.report.figures.own_dot import own_dot_levels, own_dot_transport
from qdverify.report.figures.own_dot_asked import coulomb_peaks
from qdverify.report.page import render

DOUBLE = {
    "kind": "integrals",
    "orbitals": 2,
    "one_body": [[0.0, -0.5], [-0.5, 0.0]],
    "two_body": [[1, 1, 1, 1, 3.0], [2, 2, 2, 2, 3.0], [1, 1, 2, 2, 1.0]],
}
WEIGHTED = {**DOUBLE, "weights": {"L": [1.0, 0.0], "R": [0.0, 1.0]}}


def judged(program="builtin", dot=DOUBLE, electrons=(1, 2)):
    return qdverify.verify(program, dot=dot, electrons=electrons, levels=2, figures=True)


@cache
def of_builtin(weighted=False):
    """Return the report about the builtin implementation and the dot with or without weights, which tests share."""
    return judged(dot=WEIGHTED if weighted else DOUBLE)


def test_a_report_about_a_dot_shows_it():
    """Levels from the findings, the diagram and the current from answers; the paper's dot is not asked about."""
    report = of_builtin(weighted=True)
    assert set(report.illustrations["data"]) == {"own_dot", "own_current"}
    assert report.illustrations["left_out"] == {}
    page = report.to_html()
    assert 'id="plot-own-levels"' in page
    assert 'id="plot-own-transport"' in page
    assert 'id="plot-stability"' not in page


def test_the_numbers_of_the_figure_are_those_of_the_dot():
    """Bonding and antibonding orbital of one electron; the first electron enters at the lower one."""
    report = of_builtin()
    levels = own_dot_levels(report.document())
    assert [row[:3] for row in levels.rows[:2]] == [("1", "1/2", "-0.5"), ("1", "1/2", "0.5")]
    assert [row[1] for row in levels.rows[2:]] == ["0", "1"]
    transport = own_dot_transport(report.illustrations["data"])
    assert transport.rows[0] == ("1", "-0.5")
    assert len(transport.panels) == 2


def test_the_current_is_largest_at_the_peaks():
    """With weights it is that of the task on any number of leads, with M_ji of each."""
    for weighted in (False, True):
        answers = of_builtin(weighted).illustrations["data"]
        trace, (peaks, spacing) = answers["own_current"], coulomb_peaks(answers["own_dot"]["levels"])
        highest = trace["gate"][max(range(len(trace["gate"])), key=trace["current"].__getitem__)]
        assert min(abs(highest - peak) for peak in peaks) < 0.1 * spacing
        assert min(trace["current"]) < 1e-3 * max(trace["current"])


def test_levels_that_are_off_have_the_colour_of_failures():
    """Beside the proven ones; those of a right program have not."""
    wrong = next(item for item in all_faults() if item.name == "exchange-halved").implementation()
    dot = {**DOUBLE, "two_body": [*DOUBLE["two_body"], [1, 2, 1, 2, 0.5]]}
    drawn = [own_dot_levels(judged(program, dot).document()).panels[0] for program in (wrong, "builtin")]
    assert ["var(--fail)" in panel for panel in drawn] == [True, False]


def test_what_a_program_does_not_offer_is_left_out_with_its_reason():
    """One that takes integrals and has no transport still shows its levels and the diagram."""

    class Levels:
        dots = ("integrals",)
        spectrum = staticmethod(Builtin().spectrum)
        transition_probabilities = staticmethod(Builtin().transition_probabilities)

    report = judged(Levels())
    assert "own_current" in report.illustrations["left_out"]
    page = render(report.document(), illustrations=report.illustrations)
    assert 'id="plot-own-transport"' in page


def test_a_dot_without_electrons_has_no_peak():
    """The reason is said on the page."""
    report = judged(electrons=(0,))
    assert "no Coulomb peak" in report.illustrations["left_out"]["own_dot"]
    assert 'id="plot-own-levels"' in report.to_html()

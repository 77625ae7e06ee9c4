import copy
import json
import re
from itertools import pairwise

import numpy as np
import pytest
from report_samples import sample_report

from qdverify.implementations.inprocess import InProcess
from qdverify.implementations.resolve import resolve
from qdverify.protocol.answers import AnswerError
from qdverify.report.figures import diagram, digits_asked
from qdverify.report.figures import plots as plots_module
from qdverify.report.figures import questions as answers_module
from qdverify.report.figures.levels import contact_convergence, levels_over_strength
from qdverify.report.figures.plots import plots_of
from qdverify.report.figures.questions import illustrate
from qdverify.report.page import render
from qdverify.suite.subject import Subject


class WithoutCurrent:
    """The builtin implementation, but for its transport."""

    def __init__(self):
        self._builtin = resolve("builtin")

    def spectrum(self, **params):
        return self._builtin.answer("spectrum", params)

    def transition_probabilities(self, **params):
        return self._builtin.answer("transition_probabilities", params)


class Refusing(WithoutCurrent):
    """Refuses the paper's dot."""

    def spectrum(self, **params):
        if params["dot"]["kernel"] == "soft-coulomb":
            raise AnswerError(-32002, "no soft Coulomb here")
        return super().spectrum(**params)


@pytest.fixture(scope="module")
def answers():
    """Return what the builtin implementation answers for the figures."""
    return illustrate(Subject(resolve("builtin")))


@pytest.fixture(scope="module")
def plots(answers):
    """Return the figures of the builtin implementation, from answers that went through a file."""
    found, reasons = plots_of(sample_report(trials=1).document(), json.loads(json.dumps(answers["data"])))
    assert reasons == []
    return {plot.key: plot for plot in found}


def too_large(_):
    np.exp(np.array([1e4]))


def beyond_doubles(_):
    return 10.0**400


@pytest.mark.parametrize("source", ["FROM_FINDINGS", "FROM_ANSWERS"])
def test_numbers_that_no_axis_can_show_leave_a_figure_out(monkeypatch, source):
    """Overflows, and what numpy only warns of, are reasons that the page tells, and no end of the run."""
    monkeypatch.setattr(plots_module, "FROM_FINDINGS", ())
    monkeypatch.setattr(plots_module, "FROM_ANSWERS", ())
    monkeypatch.setattr(plots_module, source, (too_large, beyond_doubles))
    found, reasons = plots_of({}, {})
    assert found == []
    assert [reason.partition(":")[0] for reason in reasons] == ["too large", "beyond doubles"]


@pytest.mark.slow
def test_all_figures_are_drawn_of_the_builtin_implementation(answers, plots):
    """Digits, tables, stability diagrams, current peaks, levels over strength, convergence: none is left out."""
    assert answers["left_out"] == {}
    assert list(plots) == ["digits", "paper-tables", "diagram", "stability", "peaks", "levels", "convergence"]
    assert sum(len(panel) for plot in plots.values() for panel in plot.panels) < 1_000_000


@pytest.mark.slow
def test_the_figures_show_what_the_paper_describes(plots):
    """C_ji alone draws about twice as many lines at the 3-4 corner, both show negative dI/dV, the peaks are unequal."""
    tables = {key: plot.rows for key, plot in plots.items()}
    lines = {(row[0], row[1]): int(row[2]) for row in tables["stability"]}
    assert lines["3 - 4", "C"] > 1.5 * lines["3 - 4", "M"]
    assert all(float(row[3]) < 0 for row in tables["stability"] if row[0] == "3 - 4")
    assert [float(row[2]) for row in tables["peaks"]] == pytest.approx([1, 0.9717, 0.8660, 0.7546], abs=2e-3)
    differences = [float(row[4]) for row in tables["convergence"] if row[0] == "2"]
    assert all(0 < later < sooner for sooner, later in pairwise(differences))


def texts(panel):
    """Return what is written in a panel."""
    return re.findall(r">([^<>]+)<", panel)


def test_the_ground_states_over_the_strength_are_those_of_lieb_and_mattis(monkeypatch):
    """Up to the strongest interaction drawn, the ground state of 2, 3 and 4 electrons has the least spin."""
    assert max(answers_module.STRENGTHS) == 1.0
    monkeypatch.setattr(answers_module, "STRENGTHS", (1.0,))
    drawn = answers_module.levels_over_strength(Subject(resolve("builtin")).ask, {})
    spins = {electrons: spectra[0]["two_S"] for electrons, spectra in drawn["electrons"].items()}
    assert spins["2"][:2] == [0, 2]
    assert spins["3"][:3] == [1, 1, 3]
    assert spins["4"][:6] == [0, 2, 2, 0, 2, 4]


@pytest.mark.slow
def test_the_ground_states_keep_the_least_spin_at_every_strength(plots):
    """No crossing of ground states is drawn: a basis too small for the repulsion would show one."""
    lowest = {(row[0], row[2]) for row in plots["levels"].rows if float(row[3]) == 0.0}
    assert lowest == {("2", "0"), ("3", "1/2"), ("4", "0")}


def test_energies_have_their_unit_and_can_be_read_off():
    """The axes name the effective Hartree and have more than one number."""
    convergence = contact_convergence(
        {"convergence": {"strength": 5.0, "orbitals": [4, 8, 16], "energies": {"2": [15.9, 15.5, 15.4]}}}
    )
    (panel,) = convergence.panels
    assert {"0.2", "0.5"} <= set(texts(panel))
    spectrum = {"energies": [1.0, 1.1, 2.0], "two_S": [0, 2, 0]}
    levels = levels_over_strength({"strength": {"orbitals": 12, "strengths": [0.1], "electrons": {"2": [spectrum]}}})
    for panel in (*convergence.panels, *levels.panels):
        assert "H" in texts(panel)
    assert "S = 1" in texts(levels.panels[0])


def test_what_an_implementation_does_not_offer_is_left_out_with_the_reason(monkeypatch):
    """Without a current there are no peaks; the others are drawn."""
    monkeypatch.setattr(answers_module, "STRENGTHS", (1.0,))
    answers = illustrate(Subject(InProcess(WithoutCurrent())))
    assert set(answers["data"]) == {"level_scheme", "strength", "convergence"}
    assert "current is not among the tasks" in answers["left_out"]["peaks"]
    text = render(sample_report(trials=1).document(), illustrations={"left_out": answers["left_out"]})
    assert "peaks: current is not among the tasks" in text


def test_an_error_of_the_implementation_leaves_out_what_it_concerns():
    """A refused dot takes its figures with it, and says why."""
    answers = illustrate(Subject(InProcess(Refusing())))
    assert set(answers["data"]) == {"convergence"}
    assert answers["left_out"]["level_scheme"] == answers["left_out"]["strength"] == "no soft Coulomb here"


def test_figures_stay_within_their_time():
    """An implementation that takes too long loses figures, not the report."""
    answers = illustrate(Subject(resolve("builtin")), seconds=0.0)
    assert answers["data"] == {}
    assert all("takes too long" in reason for reason in answers["left_out"].values() if "missing" not in reason)


@pytest.mark.slow
def test_numbers_that_no_dot_has_do_not_stop_the_page(answers):
    """Negative transition probabilities of a faulty implementation leave the diagrams out."""
    chain = copy.deepcopy(answers["data"]["level_scheme"])
    chain["transitions"][0]["M"] = -1.0
    text = render(sample_report(trials=1).document(), illustrations={"data": {"level_scheme": chain}})
    assert 'id="plot-stability"' not in text
    assert "stability diagrams: M=" in text


class Cut(WithoutCurrent):
    """Currents below 1e-9 are cut to zero, and there is no answer at the lowest temperature."""

    def current(self, **params):
        if params["kT"] < 1e-4:
            raise AnswerError(-32001, "too cold")
        answer = self._builtin.answer("current", params)
        return {name: float(value) if abs(value) > 1e-9 else 0.0 for name, value in answer.items()}


def test_digits_over_gate_and_bias_show_where_a_code_is_sound():
    """No digit in a blockade whose current is cut, all of them where it is open, blank where there was no answer."""
    subject = Subject(InProcess(Cut()))
    found = digits_asked.digits_of_current(subject.ask, {})
    coldest, cold, warm = ([digits for row in rows for digits in row] for rows in found["digits"])
    assert set(coldest) == {None}
    assert min(cold) == 0.0
    assert max(cold) > 14.0
    assert warm.count(0.0) < cold.count(0.0)
    assert all(digits == 0.0 or digits > 12.0 for digits in warm)
    plot = diagram.digits_diagram({"digits": found})
    assert [row[2] for row in plot.rows][:2] == ["–", "0.0"]
    assert diagram.digits_diagram({}) is None


class OffInTheMiddle(WithoutCurrent):
    """Populations are off by 1e-6 at gates above 1.4, and right below."""

    def stationary_state(self, **params):
        populations = self._builtin.answer("stationary_state", params)["populations"]
        off = 1e-6 if params["gate"] > 1.4 else 0.0
        return {"populations": [populations[0] + off, *populations[1:]]}


def test_digits_of_populations_show_where_they_are_wrong(monkeypatch):
    """Six digits on one side of the gate, all on the other; a small population counts no more than a large one."""
    monkeypatch.setattr(digits_asked, "BIASES", digits_asked.BIASES[::4])
    monkeypatch.setattr(digits_asked, "TEMPERATURES", digits_asked.TEMPERATURES[1:2])
    subject = Subject(InProcess(OffInTheMiddle()))
    found = digits_asked.digits_of_populations(subject.ask, {})
    for row in found["digits"][0]:
        for gate, digits in zip(found["gate"], row, strict=True):
            assert digits == pytest.approx(6.0, abs=0.01) if gate > 1.4 else digits > 14.0
    plot = diagram.digits_diagram({"populations": found, "digits": found})
    assert [row[0] for row in plot.rows] == ["current", "populations"]
    assert len(plot.panels) == 2

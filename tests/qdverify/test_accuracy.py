import math

import pytest
from judging import fails

from qdverify.faults.fault import all_faults
from qdverify.implementations.inprocess import InProcess
from qdverify.protocol.accuracy import (
    DEFAULT_ACCURACY,
    FULL,
    ORDINARY,
    Accuracy,
    claimed_accuracy,
    decades_of_rates,
    natural_size,
)
from qdverify.protocol.answers import BEYOND_LIMITS, NOT_CONVERGED, AnswerError, Broken, Description, Unsupported
from qdverify.protocol.inputs import BIAS_TASKS, InvalidInput
from qdverify.protocol.sample_dots import make_dot
from qdverify.report.accuracy import measured_accuracy
from qdverify.report.document import Report, finding_document
from qdverify.report.harm import NO_NUMBER, decade_of_harm
from qdverify.suite.checks.stationary import probabilities
from qdverify.suite.checks.transport_range import currents as currents_in_range
from qdverify.suite.comparators import close, equal
from qdverify.suite.declare import Scope, check, once, select
from qdverify.suite.exact.transport_reference import (
    flow_tolerance,
    population_tolerance,
    rounding_error,
)
from qdverify.suite.finding import ErrorKind, Finding, Scales, Stage, Tolerance, Verdict, exact
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject

pytestmark = pytest.mark.usefixtures("shared_checks")

DOT = {"length": 1.0, "cutoff": 0.0, "orbitals": 3, "kernel": "none", "strength": 0.0}
CASE = {
    "levels": [{"electrons": 0, "energy": 0.0, "two_S": 0}, {"electrons": 1, "energy": 1.0, "two_S": 1}],
    "transitions": [{"from": 0, "to": 1, "M": 0.5}],
    "leads": [{"name": "L", "rate": 4.0, "mu": 0.0}, {"name": "R", "rate": 1.0, "mu": 0.0}],
    "kT": 1.0,
    "gate": 0.0,
}


class Fixed:
    """Answers what it is told to."""

    def __init__(self, accuracy=None, limits=None, populations=(1.0, 0.0), spectrum=None, M=None):
        self.accuracy, self.limits = accuracy or {}, limits or {}
        self.populations, self.levels, self.M = populations, spectrum, M

    def stationary_state(self, **_):
        if isinstance(self.populations, Exception):
            raise self.populations
        return {"populations": list(self.populations)}

    def current(self, **_):
        return {"I_L": 0.0, "I_R": 0.0}

    def spectrum(self, **_):
        return self.levels

    def transition_probabilities(self, **_):
        return {"M": self.M}


class OnSlopes(Fixed):
    def differential_conductance(self, **question):
        raise AssertionError("asked beyond a limit")

    noise = differential_conductance


def subject(**how):
    return Subject(InProcess(Fixed(**how)))


def test_a_claim_is_a_number_or_an_object():
    """A number is relative, as it always was; an object may add an absolute accuracy, or stand on it alone."""
    assert claimed_accuracy(1e-6) == Accuracy(relative=1e-6)
    assert claimed_accuracy({"relative": 1e-6, "absolute": 1e-8}) == Accuracy(1e-6, 1e-8)
    assert claimed_accuracy({"absolute": 1e-8}) == Accuracy(0.0, 1e-8)


@pytest.mark.parametrize(
    "claim",
    [1e-3, 0, -1e-9, True, "1e-9", {}, {"absolute": 1e-3}, {"absolute": 0}, {"relative": "1"}, {"exact": 1e-9}, None],
)
def test_a_claim_that_says_nothing_is_refused(claim):
    """Coarser than 1e-4, zero, negative, of another type or another name: hello is off the protocol."""
    with pytest.raises(Broken, match="accuracy of current"):
        Description("x", "1", frozenset({"current"}), accuracy={"current": claim})


def test_the_two_classes():
    """Without a claim a transport code is held to an absolute 1e-9, with a number to a relative one at any depth."""
    said = Description("x", "1", frozenset({"current"}), accuracy={"current": 1e-9})
    assert said.accuracy["current"] == FULL
    assert said.accuracy["stationary_state"] == ORDINARY


def test_what_an_absolute_claim_allows():
    """Absolute accuracy refers to 1 for populations, and to the largest rate times the largest M for currents."""
    rounding = rounding_error(CASE)
    ordinary, full = subject(), subject(accuracy={"stationary_state": 1e-9, "current": 1e-9})
    assert population_tolerance(ordinary, 1e-30, rounding).value == pytest.approx(1e-9)
    assert population_tolerance(full, 1e-30, rounding).value == pytest.approx(1e-39)
    assert flow_tolerance(ordinary, 1e-30, rounding).value == pytest.approx(4.0 * 0.5 * 1e-9)
    assert flow_tolerance(full, 1e-30, rounding).value == pytest.approx(1e-39)
    assert flow_tolerance(ordinary, 100.0, rounding).value == pytest.approx(1e-7)


@pytest.mark.parametrize("side", ["left", "right"])
def test_an_error_behind_a_thin_barrier_is_seen_by_an_absolute_accuracy(side):
    """A current that is off by 1e-3 if one rate is 1e4 times the other is no matter of small currents alone."""
    target = next(fault for fault in all_faults() if fault.name == f"wrong-for-thin-{side}").implementation()
    target.accuracy = {}
    assert fails(target, currents_in_range, only="2e-05")


def test_a_population_may_lie_below_zero_by_the_absolute_accuracy_that_is_claimed():
    """Rounding below zero is no fault of an ordinary code; it is one of a code of the class full."""
    for accuracy, verdict in (({}, Verdict.PASS), ({"stationary_state": 1e-9}, Verdict.FAIL)):

        class Negative(Fixed):
            def stationary_state(self, *, levels, **_):
                return {"populations": [1.0, -1e-10, *[0.0] * (len(levels) - 2)]}

        findings = run_checks(Subject(InProcess(Negative(accuracy))), [probabilities], Scope())
        assert {finding.verdict for finding in findings if finding.comparison.kind == "at-most"} == {verdict}


def test_limits_of_temperature_and_of_decades():
    """A colder case, or one whose rates lie further apart, is not asked; one at the limit is."""
    assert 1.0 < decades_of_rates(CASE) < 1.1
    subject(limits={"kT_min": 1.0, "decades": 1.1}).ask("stationary_state", **CASE)
    with pytest.raises(Unsupported, match=r"kT=1 is below the limit of 1\.5"):
        subject(limits={"kT_min": 1.5}).ask("current", **CASE)
    for task in BIAS_TASKS:
        with pytest.raises(Unsupported, match=r"kT=1 is below the limit of 1\.5"):
            Subject(InProcess(OnSlopes(limits={"kT_min": 1.5}))).ask(task, **CASE)
    with pytest.raises(Unsupported, match=r"more than the limit of 1 decades"):
        subject(limits={"decades": 1.0}).ask("stationary_state", **CASE)


@pytest.mark.parametrize("limits", [{"kT_min": -1.0}, {"decades": float("inf")}, {"orbitals": 2.5}, {"memory": 1}])
def test_a_limit_that_makes_no_sense_is_refused(limits):
    """Limits are known ones, not negative, and finite; counts are integers."""
    with pytest.raises(Broken, match="limit"):
        Description("x", "1", frozenset({"current"}), limits=limits)


@pytest.mark.parametrize(
    ("code", "verdict", "kind"),
    [
        (NOT_CONVERGED, Verdict.DECLINED, ErrorKind.NOT_CONVERGED),
        (BEYOND_LIMITS, Verdict.DECLINED, ErrorKind.BEYOND_LIMITS),
        (-32603, Verdict.ERROR, ErrorKind.ANSWERED_ERROR),
    ],
)
def test_a_declined_question_is_counted_apart_and_leaves_the_run_incomplete(code, verdict, kind):
    """Not converged and beyond limits are declined, anything else is an error; neither is a pass, and nothing fails."""
    tried = subject(populations=AnswerError(code, "no"))
    findings = run_checks(tried, [probabilities], Scope())
    assert {(finding.verdict, finding.error_kind) for finding in findings} == {(verdict, kind)}
    report = Report(tried.description, Scope(), findings, 0.0)
    assert report.counts[verdict] == len(findings)
    assert report.exit_status == 3


def test_levels_within_the_claimed_accuracy_come_in_any_order():
    """They are sorted with their spins, and so are the rows of M_ji that refer to them."""
    one = {"energies": [0.2202000651048721, 0.22020006510487206, 0.5], "two_S": [2, 0, 0]}
    tried = subject(spectrum=one, M=[[0.75, 0.0], [0.25, 0.1], [0.5, 0.3]])
    answer = tried.ask("spectrum", dot=DOT, electrons=2, levels=3)
    assert answer == {"energies": sorted(one["energies"]), "two_S": [0, 2, 0]}
    M = tried.ask("transition_probabilities", dot=DOT, electrons=1, levels_from=2, levels_to=3)["M"]
    assert M == [[0.25, 0.1], [0.75, 0.0], [0.5, 0.3]]


def test_a_larger_descent_is_a_failure_with_its_size():
    """A program with one wrong level is told that level, not that it left the protocol."""

    @check(
        "spectrum.one@1",
        suite="spectrum",
        stage=Stage.SPECTRUM,
        claim="-",
        equation="-",
        tasks=("spectrum",),
        trials=once,
    )
    def levels(subject, _):
        answer = subject.ask("spectrum", dot=DOT, electrons=1, levels=3)
        yield close(answer["energies"], exact([1.0, 2.0, 3.0], "-"), subject.tolerance("spectrum", 3.0))

    wrong = {"energies": [1.0, 3.5, 3.0], "two_S": [1, 1, 1]}
    (finding,) = run_checks(subject(spectrum=wrong), [levels], Scope())
    assert finding.verdict is Verdict.FAIL
    assert finding.comparison.deviation == 1.5
    assert finding.comparison.note == "worst at index [1]"


def test_one_wrong_value_is_told_in_the_singular():
    """One of two values is off, both of two values are off."""
    one = Tolerance(1e-9, "-", Scales("current", 1.0, 1.0, 1.0))
    wrong, right = (finding_document(finding_of(close(value, exact(1.0, "-"), one))) for value in (0.5, 1.0))
    for findings, words in (([wrong, right], "1 of 2 values is off"), ([wrong, wrong], "2 of 2 values are off")):
        (found,) = measured_accuracy({"findings": findings, "implementation": {"accuracy": {}}})
        assert words in found["sentence"]


def test_a_check_is_chosen_by_its_name():
    """With or without version, by a pattern or in full; a pattern that matches nothing is refused."""
    assert [item.id for item in select(None, "quick", ["rates.gate@1"])] == ["rates.gate@1"]
    names = {item.name for item in select(None, "quick", ["rates.*", "spin.clebsch*"])}
    assert {"rates.gate", "spin.clebsch-gordan"} < names
    assert all(name.startswith(("rates.", "spin.clebsch")) for name in names)
    with pytest.raises(InvalidInput, match=r"check='rate\.gate' must match"):
        select(None, "quick", ["rate.gate"])


def test_harm_is_the_natural_size_of_a_deviation():
    """A population off by 1 does more harm than one off by 1e-12 that is relatively as wrong; text does none."""
    one = Tolerance(1e-9, "-", Scales("stationary_state", 1e-30, 1.0, 1.0))
    large = finding_document(finding_of(close(0.0, exact(1.0, "-"), one)))
    small = finding_document(finding_of(close(0.0, exact(1e-12, "-"), one)))
    assert (decade_of_harm(large), decade_of_harm(small)) == (0, -12)
    assert decade_of_harm(finding_document(finding_of(equal([0, 2], exact([0, 0], "-"))))) == 0
    assert decade_of_harm(finding_document(finding_of(equal("answered", exact("refused", "-"))))) == NO_NUMBER


def finding_of(comparison):
    return Finding("spin.a@1", "spin", Stage.SPIN, "-", "-", {"label": "once"}, Verdict.FAIL, comparison)


def test_the_numbers_of_the_protocol_page():
    """What is claimed by whoever claims nothing, and the coarsest claim; the page states the same numbers."""
    assert {task: claim.document() for task, claim in DEFAULT_ACCURACY.items()} == {
        "clebsch_gordan_weight": 1e-12,
        "interaction_integrals": 1e-10,
        "spectrum": 1e-9,
        "transition_probabilities": 1e-6,
        "stationary_state": {"relative": 1e-9, "absolute": 1e-9},
        "current": {"relative": 1e-9, "absolute": 1e-9},
        "lead_currents": {"relative": 1e-9, "absolute": 1e-9},
        "heat_currents": {"relative": 1e-9, "absolute": 1e-9},
        "linear_response": {"relative": 1e-9, "absolute": 1e-9},
        "lead_response": {"relative": 1e-9, "absolute": 1e-9},
        "spin_response": {"relative": 1e-9, "absolute": 1e-9},
        "conductance_parts": {"relative": 1e-9, "absolute": 1e-9},
        "cumulants": {"relative": 1e-9, "absolute": 1e-9},
        "lead_cumulants": {"relative": 1e-9, "absolute": 1e-9},
        "generating_function": {"relative": 1e-9, "absolute": 1e-9},
        "lead_generating_function": {"relative": 1e-9, "absolute": 1e-9},
        "spin_currents": {"relative": 1e-9, "absolute": 1e-9},
        "spin_heat": {"relative": 1e-9, "absolute": 1e-9},
        "spin_populations": {"relative": 1e-9, "absolute": 1e-9},
    }
    assert Accuracy(1e-4).relative == 1e-4
    for claim in ({"relative": 1.01e-4}, {"absolute": 1.01e-4}, {"relative": 9e-4}, {}):
        with pytest.raises(ValueError, match=r"no coarser than 0\.0001"):
            Accuracy(**claim)


def test_an_allowance_is_the_larger_one():
    """Relative and absolute do not add up; signs do not matter."""
    claim = Accuracy(relative=1e-6, absolute=1e-8)
    assert claim.allowed(-1.0, 1.0) == 1e-6
    assert claim.allowed(0.01, 1.0) == claim.allowed(0.001, -1.0) == 1e-8


def test_natural_sizes():
    """A current: the larger rate times the largest M, not their sums; integrals have none of their own."""
    case = {**CASE, "transitions": [*CASE["transitions"], {"from": 0, "to": 1, "M": 0.25}]}
    assert natural_size("current", case) == natural_size("lead_currents", case) == 2.0
    steps = [abs(CASE["levels"][1]["energy"] - CASE["gate"] - lead["mu"]) for lead in CASE["leads"]]
    assert natural_size("heat_currents", CASE) == natural_size("current", CASE) * max(steps)
    assert natural_size("spin_heat", {**CASE, "zeeman": -0.5}) == natural_size("current", CASE) * (max(steps) + 0.25)
    assert natural_size("stationary_state", CASE) == natural_size("transition_probabilities", {}) == 1.0
    assert natural_size("interaction_integrals", {}) is None
    box = make_dot("none", 3, length=math.pi)
    assert natural_size("spectrum", {"dot": box, "electrons": 3}) == pytest.approx(0.5 + 0.5 + 2.0)


@pytest.mark.parametrize(("kT", "decades"), [(1.0, 1.0413927), (0.1, 4.9449620)])
def test_decades_of_rates(kT, decades):
    """From t M (1 - f) or t M f of the slowest lead to the fastest: 4/1 times what a distance of kT or 10 kT makes."""
    assert decades_of_rates({**CASE, "kT": kT}) == pytest.approx(decades, abs=0.2)
    assert decades_of_rates({**CASE, "kT": kT}) == pytest.approx(math.log10(4 * math.exp(1 / kT)), rel=1e-9)


def test_a_limit_of_decades_and_temperature_is_exact():
    """A case just inside is asked, one just outside is not."""
    span = decades_of_rates(CASE)
    subject(limits={"decades": span + 1e-6, "kT_min": 1.0}).ask("stationary_state", **CASE)
    with pytest.raises(Unsupported):
        subject(limits={"decades": span - 1e-6}).ask("stationary_state", **CASE)
    subject(limits={"kT_min": 0.2}).ask("stationary_state", **CASE)

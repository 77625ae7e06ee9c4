import pytest

from qdverify.implementations.inprocess import InProcess
from qdverify.protocol.accuracy import FULL, ORDINARY, Accuracy, claimed_accuracy, decades_of_rates
from qdverify.protocol.answers import BEYOND_LIMITS, NOT_CONVERGED, AnswerError, Broken, Description, Unsupported
from qdverify.report.document import Report
from qdverify.suite.checks.stationary import probabilities
from qdverify.suite.comparators import close
from qdverify.suite.declare import Scope, check, once
from qdverify.suite.exact.transport_reference import flow_tolerance, population_tolerance, rounding_error
from qdverify.suite.finding import ErrorKind, Stage, Verdict, exact
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject

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
    with pytest.raises(Unsupported, match=r"kT=1 is below the limit kT_min=1\.5"):
        subject(limits={"kT_min": 1.5}).ask("current", **CASE)
    with pytest.raises(Unsupported, match=r"more than the limit of 1\.0 decades"):
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

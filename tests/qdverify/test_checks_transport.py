"""The transport suites against a right code and wrong ones, each wrong one caught by the check named beside it."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judging import caught
from rows import over
from transport_implementations import Sound
from wrong_parts import RightAtAnyDepth
from wrong_transport import FAULTS

from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.suite.declare import Scope, all_checks, select
from qdverify.suite.finding import Verdict
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject

SUITES = ["rates", "stationary", "current", "plateaux", "conductance", "noise"]
WITH_A_TEST_OF_ITS_OWN = "plateaux.leading-terms"
"""The check of an extension task, which none of the codes here answers."""
CAUGHT = {Verdict.FAIL, Verdict.ERROR}


def findings_of(implementation, checks, scope=Scope()):  # noqa: B008  (frozen)
    return run_checks(Subject(InProcess(implementation)), checks, scope)


def caught_by(name, implementation):
    """Tell whether the named check, run alone, catches an implementation."""
    (check,) = (check for check in all_checks() if check.name == name)
    return caught(implementation, check)


class RatesScaledAbove(Builtin):
    """Every rate above a threshold is a thousandth too small; the claim is an ordinary one."""

    accuracy = {"stationary_state": {"absolute": 1e-9}}

    def __init__(self, threshold):
        self.threshold = threshold

    def stationary_state(self, **question):
        """Answer task 5 for other rates than those asked for."""
        leads = [
            {**lead, "rate": lead["rate"] * (0.999 if lead["rate"] > self.threshold else 1.0)}
            for lead in question["leads"]
        ]
        return super().stationary_state(**{**question, "leads": leads})


@pytest.mark.parametrize("threshold", [1e3, 1e6])
def test_rates_that_are_scaled_above_a_threshold_show_in_the_populations(threshold):
    """One of two leads lies above it, by no more than an ordinary accuracy can tell."""
    assert caught_by("stationary.range", RatesScaledAbove(threshold))


@over("fault, name", [(fault, name) for fault, names in FAULTS for name in names.split()])
def test_each_fault_is_caught_by_the_check_named_for_it(fault, name):
    """The named check, run alone, fails on the fault."""
    assert caught_by(name, fault())


def test_every_check_of_the_transport_suites_has_been_seen_failing():
    """No check of these suites lacks a fault that it catches."""
    named = {name for _, names in FAULTS for name in names.split()}
    # the checks against the certified oracle are in these suites too and have their faults in a test of their own
    here = {check.name for check in all_checks() if check.suite in SUITES and not check.name.endswith(".enclosed")}
    assert here - {WITH_A_TEST_OF_ITS_OWN} == named


def selected(level, suites=SUITES):
    """Return the checks of transport suites at a level."""
    return [check for check in select(suites, level) if check.name != WITH_A_TEST_OF_ITS_OWN]


def alarms(implementation, level="quick", seed=0):
    findings = findings_of(implementation, selected(level), Scope(level, seed))
    return [finding for finding in findings if finding.verdict is not Verdict.PASS]


def test_a_right_code_passes():
    """Decimal arithmetic with 30 digits passes everything."""
    assert alarms(Sound()) == []


def test_a_right_code_passes_whatever_it_claims_of_the_parts_of_dI_dV():
    """Numbers of 1e-305 among them."""
    checks = [check for check in select(["conductance"], "quick") if check.tasks == ("conductance_parts",)]
    assert len(checks) > 8
    assert {finding.verdict for finding in findings_of(RightAtAnyDepth(), checks)} == {Verdict.PASS}


@pytest.mark.slow
@settings(max_examples=10)
@given(st.integers(0, 2**32))
def test_a_right_code_raises_no_false_alarm_whatever_the_seed(seed):
    """Random chains, temperatures and barriers of any seed pass."""
    assert alarms(Sound(), seed=seed) == []


@pytest.mark.slow
def test_a_right_code_passes_the_full_level():
    """Every trial of the full level passes, kT from 1e-6 to 10 among them."""
    assert alarms(Sound(), "full", seed=3) == []


class AsGoodAsItClaims(Sound):
    """Populations off by a third of a claimed accuracy, relative, and currents counted with these."""

    def __init__(self, accuracy):
        self.accuracy = {"stationary_state": accuracy, "current": accuracy}
        self.off = Decimal(accuracy) / 3

    def populations(self, levels, hops):
        P = super().populations(levels, hops)
        P = [p * (1 + self.off * (-1) ** k) for k, p in enumerate(P)]
        return [p / sum(P) for p in P]

    differential_conductance = None
    noise = None


def complaints(implementation):
    checks = selected("quick", ["rates", "stationary", "current", "plateaux"])
    return [finding for finding in findings_of(implementation, checks) if finding.verdict is not Verdict.PASS]


@pytest.mark.parametrize("accuracy", [1e-5, pytest.param(1e-9, marks=pytest.mark.slow)])
def test_an_implementation_is_held_to_what_it_claims(accuracy):
    """Errors below the claimed accuracy pass; ten times that fails."""
    assert complaints(AsGoodAsItClaims(accuracy)) == []
    worse = AsGoodAsItClaims(accuracy)
    worse.off *= 30
    assert caught_by("stationary.matrix-tree", worse)
    assert caught_by("current.conservation", worse)


def test_a_claim_beyond_double_precision_is_judged_by_double_precision():
    """Who claims 1e-15 passes with errors of double precision: the case decides what these may be."""
    claims = AsGoodAsItClaims(1e-15)
    claims.off = Decimal(2) ** -53
    assert complaints(claims) == []


def test_single_states_may_be_refused():
    """A code that finds S = 0 wrong for an odd number of electrons is right, and is not asked further."""

    class Strict(Sound):
        def hops(self, levels, *rest):
            for item in levels:
                if item["two_S"] % 2 != item["electrons"] % 2:
                    raise ValueError(f"two_S={item['two_S']} is impossible for {item['electrons']} electrons")
            return super().hops(levels, *rest)

    findings = findings_of(Strict(), selected("quick"))
    assert {finding.verdict for finding in findings} == {Verdict.PASS, Verdict.UNSUPPORTED}
    refused = {finding.id.partition("@")[0] for finding in findings if finding.verdict is Verdict.UNSUPPORTED}
    assert refused == {"stationary.resolved", "current.resolved"}


def test_the_tasks_are_judged_apart():
    """An implementation that answers currents only is judged by the checks of the current, the rest is unsupported."""

    class CurrentOnly(Sound):
        stationary_state = resolved_current = differential_conductance = noise = None

    findings = findings_of(CurrentOnly(), selected("quick"))
    assert {finding.verdict for finding in findings} == {Verdict.PASS, Verdict.UNSUPPORTED}
    judged = {finding.id.partition("@")[0] for finding in findings if finding.verdict is Verdict.PASS}
    assert {"rates.one-barrier", "current.conservation", "plateaux.spin-blockade", "conductance.peak"} <= judged


def test_the_quick_suites_cost_no_more_than_their_references():
    """Operations, not seconds: the quick level asks no more than 770 questions, all but ten of at most 13 levels."""
    subject = Subject(InProcess(Sound()))
    run_checks(subject, selected("quick"), Scope())
    asked = [*subject.remembered("stationary_state"), *subject.remembered("current")]
    assert len(asked) <= 770
    assert sum(len(item.params["levels"]) > 13 for item in asked) <= 10

"""Boxes asked about through their integrals: what a program that takes only those sees, and what becomes of answers."""

from collections import Counter
from inspect import signature

import numpy as np
import pytest
from integral_program import OfIntegrals

import qdverify
from numeric import Dot, IntegralDot
from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.protocol.answers import Unsupported
from qdverify.protocol.inputs import InvalidInput, check_dot
from qdverify.protocol.sample_dots import INTEGRAL_DOT, make_dot
from qdverify.reference.box_integrals import box_as_integrals
from qdverify.suite import asked_as_integrals
from qdverify.suite.asked_as_integrals import ROUNDING
from qdverify.suite.declare import all_checks
from qdverify.suite.exact.integral_dots import exact_levels_of
from qdverify.suite.exact.small_basis import exact_levels
from qdverify.suite.subject import Subject

pytestmark = pytest.mark.usefixtures("shared_checks")

BOXES = [make_dot(kernel, 5, length=9.5, cutoff=1.9e-3, strength=2.0) for kernel in ("soft-coulomb", "contact")]
BOXES += [make_dot("constant", 3, strength=-1.5), make_dot("none", 1), make_dot("soft-coulomb", 12, cutoff=1e-4)]
OF_RATES = {"conductance", "counting", "current", "heat", "leads", "noise", "plateaux", "rates", "stationary"}
OF_RATES |= {"thermoelectric", "zeeman"}


@pytest.mark.parametrize("box", BOXES, ids=lambda box: f"{box['kernel']}, M={box['orbitals']}")
def test_the_integrals_of_a_box_are_those_of_the_floating_point_side(box):
    """Two derivations agree to their rounding, integral by integral, and reflection parity becomes irreps."""
    document = box_as_integrals(box).dot
    check_dot(document)
    found = IntegralDot.from_document(document)
    own = IntegralDot.from_box(Dot(box["length"], box["cutoff"], box["orbitals"], box["kernel"], box["strength"]))
    size = max(1.0, np.max(np.abs(own.two_body)))
    assert np.max(np.abs(found.two_body - own.two_body)) < 1e-13 * size
    assert found.one_body == pytest.approx(own.one_body, rel=1e-15)
    assert found.irreps.tolist() == own.irreps.tolist()


@pytest.mark.parametrize("box", [make_dot("soft-coulomb", 3, length=3.7), make_dot("contact", 3, strength=1e3)])
def test_rounding_moves_no_level_further_than_its_bound(box):
    """The exact levels of the rounded integrals and of the box differ, and by less than is said."""
    found = box_as_integrals(box)
    moved = [
        abs(one.energy - other.energy)
        for one, other in zip(exact_levels_of(found.dot, 2), exact_levels(box, 2), strict=True)
    ]
    assert 0 < max(moved) < found.rounding(2)
    assert found.rounding(2) < ROUNDING * float(exact_levels(box, 2)[0].energy)


def test_a_box_of_too_many_orbitals_cannot_be_written():
    """The message says why, and a subject turns it into what is not supported."""
    with pytest.raises(InvalidInput, match="orbitals=63 of a box written as integrals must be at most 62"):
        box_as_integrals(make_dot("contact", 63))
    with pytest.raises(Unsupported, match="orbitals=63"):
        Subject(InProcess(OfIntegrals())).ask("spectrum", dot=make_dot("contact", 63), electrons=1, levels=1)


def test_what_cannot_be_asked_through_integrals_is_unsupported():
    """The program is given the integrals, it does not compute them."""
    with pytest.raises(Unsupported, match="the integrals of a dot are given to"):
        Subject(InProcess(OfIntegrals())).ask("interaction_integrals", dot=BOXES[0], indices=[[1, 1, 1, 1]])


def test_levels_near_zero_are_judged_unless_rounding_moves_them_too_far(monkeypatch):
    """An attraction may cancel the kinetic energy: rounding moves the level by little of that."""
    question = {"dot": make_dot("constant", 2, strength=-9.8696), "electrons": 2, "levels": 1}
    assert abs(Subject(InProcess(OfIntegrals())).ask("spectrum", **question)["energies"][0]) < 1e-5
    monkeypatch.setattr(asked_as_integrals, "ROUNDING", 1e-17)
    with pytest.raises(Unsupported, match="may move these"):
        Subject(InProcess(OfIntegrals())).ask("spectrum", **question)


def test_only_a_program_that_takes_no_box_is_given_its_integrals():
    """One that takes both is asked about boxes as they are; the accuracy of the other allows for rounding."""
    both, one = Subject(InProcess(Builtin())), Subject(InProcess(OfIntegrals()))
    assert not both.takes_only_integrals
    assert both.ask("interaction_integrals", dot=BOXES[2], indices=[[1, 1, 1, 1]])["values"] == pytest.approx([-1.5])
    assert one.accuracy("spectrum").relative == both.accuracy("spectrum").relative + ROUNDING
    assert one.accuracy("current") == both.accuracy("current")


def test_an_invalid_box_counts_neither_as_refused_nor_as_answered():
    """A program of integrals would refuse it for its kind, which shows nothing; other invalid inputs are sent."""
    report = qdverify.verify(OfIntegrals(), checks=["invalid-input.spectrum"])
    verdicts = {finding.case["label"]: str(finding.verdict) for finding in report.findings}
    assert verdicts["more electrons than the basis holds"] == verdicts["no levels"] == "pass"
    assert {verdicts["negative length"], verdicts["no orbitals"]} == {"unsupported"}
    assert report.counts["fail"] == report.counts["error"] == 0


@pytest.mark.parametrize(
    ("fault", "checks"),
    [
        ("exchange-halved", ["small-basis.levels"]),
        ("two-body-in-physicists-order", ["small-basis.levels"]),
        ("core-dropped", ["integral-dots.random"]),
        ("one-irrep-searched", ["spectrum.*"]),
    ],
)
def test_a_fault_in_a_program_of_integrals_is_found(fault, checks):
    """The box's own suites find what is wrong with integrals of any dot."""
    report = qdverify.verify(OfIntegrals(fault), checks=checks)
    assert report.counts["fail"] > 0


def test_what_is_asked_about_rates_names_no_dot():
    """A program of integrals is asked there what any other is."""
    tasks = {task for check in all_checks() if check.suite in OF_RATES for task in check.tasks}
    assert "current" in tasks
    assert not [task for task in tasks if "dot" in signature(getattr(Builtin, task)).parameters]


@pytest.mark.long
@pytest.mark.slow
def test_a_program_of_integrals_passes_every_suite_that_asks_about_dots():
    """Nothing fails, and what could not be asked is only what integrals do not tell, or what is not offered."""
    suites = {check.suite for check in all_checks()} - OF_RATES
    report = qdverify.verify(OfIntegrals(), sorted(suites))
    assert {verdict: report.counts[verdict] for verdict in ("fail", "error", "declined", "blocked")} == {
        "fail": 0,
        "error": 0,
        "declined": 0,
        "blocked": 0,
    }
    unsupported = Counter(finding.detail for finding in report.findings if str(finding.verdict) == "unsupported")
    in_a_field = {
        text for text in unsupported if text.endswith("must be 0: in a field no real orbitals have real integrals")
    }
    assert in_a_field
    assert set(unsupported) - in_a_field == {
        "the integrals of a dot are given to a program that takes only integrals",
        "an invalid box or harmonic dot cannot be written as integrals",
        "projected_levels is not among the implementation's tasks",
        "charge_density is not among the implementation's tasks",
    }
    assert report.counts["pass"] > 800
    passed = {finding.suite for finding in report.findings if str(finding.verdict) == "pass"}
    assert passed == suites - {"integrals", "lanczos"}
    assert "is given those of each box" in report.to_html()


def test_weights_and_integral_dots_are_passed_on_as_they_are():
    """Only the box is replaced."""
    asked = []

    class Noted(OfIntegrals):
        def __init__(self):
            super().__init__()
            right = self.transition_probabilities
            self.transition_probabilities = lambda **question: (asked.append(question), right(**question))[1]

    subject = Subject(InProcess(Noted()))
    question = {"electrons": 0, "levels_from": 1, "levels_to": 1, "weights": [1.0, 2.0, 3.0]}
    for dot in (make_dot("none", 3), INTEGRAL_DOT):
        subject.ask("transition_probabilities", dot=dot, **question)
    assert asked[0] == {**question, "dot": box_as_integrals(make_dot("none", 3)).dot}
    assert asked[1] == {**question, "dot": INTEGRAL_DOT}

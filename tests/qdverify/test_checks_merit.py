"""The figure of merit is judged by what it is made of, null is taken where it is infinite, and nobody must tell it."""

from math import inf

import pytest
from judging import findings, passes
from merit_programs import FromMatrix, NeverNull, OffBy, WithoutMerit

from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.protocol.answers import Broken, check_answer
from qdverify.protocol.response_rules import RESPONSE_QUESTION
from qdverify.suite.checks import merit
from qdverify.suite.declare import select
from qdverify.suite.exact.merit import room, value_of
from qdverify.suite.exact.response import solved
from qdverify.suite.exact.transport_cases import leads
from qdverify.suite.finding import Reference, Verdict, exact
from qdverify.suite.subject import Subject

CHECKS = [check for check in select(["thermoelectric"], "quick") if "merit" in check.name]


def two_levels_apart(by, kT=0.125):
    """Return two levels of one electron that lie so far apart."""
    levels = [{"electrons": N, "energy": E, "two_S": N} for N, E in ((0, 0.0), (1, 0.5), (1, 0.5 + by))]
    transitions = [{"from": 0, "to": k, "M": 0.5} for k in (1, 2)]
    return {"levels": levels, "transitions": transitions, "leads": leads(0.0), "kT": kT, "gate": 0.25}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_figure_of_merit_from_the_matrix_in_doubles_passes(check):
    """If null stands for what rounding leaves of a heat conductance."""
    assert passes(FromMatrix(), check)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_program_may_leave_it_out(check):
    """It is told what could not be asked, and nothing fails."""
    assert {finding.verdict for finding in findings(WithoutMerit(), check)} == {Verdict.UNSUPPORTED}


def test_a_number_that_rounding_makes_is_no_infinity():
    """What a division by 0, or next to it, gives is neither null nor right."""
    of_one_energy = [item for item in findings(NeverNull(), merit.infinite) if "elsewhere" not in item.case["label"]]
    assert {finding.verdict for finding in of_one_energy} == {Verdict.FAIL}


@pytest.mark.parametrize(("share", "verdict"), [(1e-8, True), (1e-6, False)])
def test_a_figure_of_merit_has_the_digits_of_its_parts(share, verdict):
    """A spread of energies that is a fraction of their mean costs digits, but not all of them."""
    assert passes(OffBy(share), merit.infinite, only="elsewhere, gate 0.125") is verdict


@pytest.mark.parametrize(("by", "told"), [(1e-3, True), (1e-7, False), (2.0**-52, False)])
def test_null_is_taken_where_the_heat_conductance_cannot_be_told_from_zero(by, told):
    """Levels that lie close together have a huge ZT, which the accuracy claimed resolves or not."""
    case = two_levels_apart(by)
    subject = Subject(InProcess(Builtin()))
    allowed, ZT = room(subject, case), value_of(solved(case))
    assert 1e4 < ZT < inf
    (verdict,) = [item.passed for item in allowed.compared(None, exact(ZT, "moments"))]
    assert verdict is not told
    assert all(item.passed for item in allowed.compared(ZT, exact(ZT, "moments")))
    assert not all(item.passed for item in allowed.compared(-ZT, exact(ZT, "moments")))
    assert not all(item.passed for item in allowed.compared(2.0, exact(ZT, "moments")))
    assert all(item.passed for item in allowed.compared(2.0 * ZT, exact(ZT, "moments"))) is not told


def test_an_exact_infinity_takes_null_only():
    """Of one energy no number is right, however large."""
    case = two_levels_apart(0.0)
    allowed = room(Subject(InProcess(Builtin())), case)
    target = exact(inf, "moments")
    assert [item.passed for value in (None, 1e300, 0.0) for item in allowed.compared(value, target)] == [1, 0, 0]


def test_a_ball_widens_what_is_allowed():
    """Of 1/ZT too, by what it makes of the ball's radius."""
    case = two_levels_apart(1e-7)
    allowed, ZT = room(Subject(InProcess(Builtin())), case), value_of(solved(case))
    plain = exact(ZT, "moments")
    wide = Reference(ZT, plain.grade, 0.5 * ZT, "a ball")
    (_, inverse) = allowed.compared(ZT, wide)
    assert inverse.reference.bound == pytest.approx(0.5 / ZT)


@pytest.mark.parametrize("merit", ["infinite", True, [1.0]])
def test_a_figure_of_merit_is_a_number_or_null(merit):
    """Anything else is not the protocol; null and nothing at all are."""
    answer = {"onsager": [[1.0, 0.0], [0.0, 1.0]], "thermopower": 0.0, "heat_conductance": 1.0}
    with pytest.raises(Broken, match="figure_of_merit"):
        check_answer("linear_response", RESPONSE_QUESTION, {**answer, "figure_of_merit": merit})
    assert "figure_of_merit" not in check_answer("linear_response", RESPONSE_QUESTION, answer)
    for right in (None, 2.5):
        given = {**answer, "figure_of_merit": right}
        assert check_answer("linear_response", RESPONSE_QUESTION, given) == given

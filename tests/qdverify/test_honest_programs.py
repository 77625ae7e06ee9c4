"""Honest programs that are not the builtin one raise no alarm."""

import numpy as np
import pytest
from honest_programs import AnyOrder, CarefulLU, ResponseLU, SpinLU
from judging import passes

from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.protocol.answers import AnswerError
from qdverify.protocol.sample_dots import make_dot
from qdverify.protocol.spin_response_rules import SPIN_RESPONSE_QUESTION
from qdverify.run.false_alarms import ALARMS, seed_outcomes
from qdverify.suite.declare import select
from qdverify.suite.finding import Verdict

TRANSITIONS = {check.name: check for check in select(["noninteracting"], "quick")}["noninteracting.transitions"]


@pytest.mark.parametrize("electrons", [1, 2, 3, 4])
def test_levels_in_any_order_are_the_builtin_ones(electrons):
    """If levels lie apart, energies, spins and M_ji of the dense program agree with another way to them."""
    dot = make_dot("soft-coulomb", 5, length=9.5, cutoff=0.0019)
    mine, other = AnyOrder(), Builtin()
    found, expected = (each.spectrum(dot=dot, electrons=electrons, levels=5) for each in (mine, other))
    assert found["energies"] == pytest.approx(list(expected["energies"]), rel=1e-12)
    assert found["two_S"] == list(expected["two_S"])
    question = {"dot": dot, "electrons": electrons, "levels_from": 4, "levels_to": 4}
    difference = mine.transition_probabilities(**question)["M"] - other.transition_probabilities(**question)["M"]
    assert np.abs(difference).max() < 1e-9


@pytest.mark.parametrize("seed", range(4))
def test_levels_that_coincide_may_come_in_any_order(seed):
    """Mixed and shuffled, another way for every seed of the program: M_ji between them is compared by its sums."""
    assert passes(AnyOrder(seed), TRANSITIONS, only="N=1->2")
    assert passes(AnyOrder(seed), TRANSITIONS, only="N=2->3")


def test_a_careful_solver_raises_no_alarm():
    """LU to an absolute 1e-9, asked all that the suite asks of rate equations; most is answered, none is wrong."""
    checks = select(["rates", "stationary", "current", "plateaux"], "quick")
    (outcome,) = seed_outcomes(lambda: InProcess(CarefulLU()), checks, [3], alarms=ALARMS - {Verdict.DECLINED})
    assert outcome.alarms == ()
    assert outcome.counts[Verdict.PASS] > 10 * outcome.counts[Verdict.DECLINED] > 0


@pytest.mark.parametrize("seed", [3, pytest.param(4, marks=pytest.mark.slow)])
def test_a_careful_solver_of_spins_raises_no_alarm(seed):
    """The same of states in a field between polarised leads."""
    checks = select(["zeeman"], "quick")
    (outcome,) = seed_outcomes(lambda: InProcess(SpinLU()), checks, [seed], alarms=ALARMS - {Verdict.DECLINED})
    assert outcome.alarms == ()
    assert outcome.counts[Verdict.PASS] > 80


@pytest.mark.parametrize(("task", "least"), [("linear_response", 60), ("lead_response", 40), ("spin_response", 30)])
@pytest.mark.parametrize("seed", [3, pytest.param(4, marks=pytest.mark.slow)])
def test_a_careful_solver_of_linear_response_raises_no_alarm(task, least, seed):
    """Perturbation theory in double precision, of leads with M_ji of their own, and of states in a field."""
    suites = ["zeeman"] if task == "spin_response" else ["thermoelectric"]
    checks = [check for check in select(suites, "quick") if check.tasks == (task,)]
    (outcome,) = seed_outcomes(lambda: InProcess(ResponseLU()), checks, [seed], alarms=ALARMS - {Verdict.DECLINED})
    assert outcome.alarms == ()
    assert outcome.counts[Verdict.PASS] > least


def test_a_careful_solver_of_linear_response_answers_as_the_builtin_one():
    """What it passes with is its own: all but the last digits agree in a field between polarised leads."""
    mine, other = (program.spin_response(**SPIN_RESPONSE_QUESTION)["onsager"] for program in (ResponseLU(), Builtin()))
    assert np.abs(mine - np.array(other)).max() < 1e-12
    assert np.abs(other).max() > 0.01


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_levels_in_any_order_raise_no_alarm(seed):
    """Every suite of dots within reach."""
    checks = [check for check in select(None, "quick") if check.suite != "paper"]
    (outcome,) = seed_outcomes(lambda: InProcess(AnyOrder(seed)), checks, [seed])
    assert outcome.alarms == ()
    assert outcome.counts[Verdict.PASS] > 400


def test_a_careful_solver_declines_what_rounding_makes_singular():
    """Two halves joined by rates that vanish beside the others: its first estimate of the error is blind to them."""
    numbers = ((2, -0.822, 0), (1, -0.988, 1), (2, -0.523, 2), (4, -0.402, 0), (3, 0.393, 1))
    joined = ((1, 0, 0.706), (1, 2, 0.0392), (4, 3, 0.00414), (2, 4, 0.0103), (0, 4, 0.00522))
    chain = {
        "levels": [{"electrons": N, "energy": E, "two_S": two_S} for N, E, two_S in numbers],
        "transitions": [{"from": start, "to": end, "M": M} for start, end, M in joined],
        "leads": [{"name": "L", "rate": 0.00223, "mu": -0.0536}, {"name": "R", "rate": 0.187, "mu": -0.285}],
        "gate": 0.079,
        "kT": 0.00254,
    }
    with pytest.raises(AnswerError, match="off by"):
        CarefulLU().stationary_state(**chain)

import pytest
from judging import fails, findings, passes

from qdverify.faults import spectrum, transitions
from qdverify.implementations.builtin import Builtin
from qdverify.suite.checks import weak_coupling as checks
from qdverify.suite.finding import Verdict

pytestmark = pytest.mark.usefixtures("shared_checks")


@pytest.mark.parametrize("check", [checks.energy_order, checks.transition_limits], ids=lambda check: check.id)
def test_the_builtin_implementation_passes(check):
    """Orders of convergence and limits agree with perturbation theory."""
    assert passes(Builtin(), check)


def test_the_orders_shown_are_near_two():
    """What is measured is an order: 2 up to the strength itself."""
    shown = [finding.comparison.measured for finding in findings(Builtin(), checks.energy_order)]
    assert len(shown) > 10
    assert all(1.7 < order < 2.1 for order in shown)


@pytest.mark.parametrize(
    "fault",
    [spectrum.first_order_only, spectrum.pairs_counted_twice, spectrum.shifted_zero, spectrum.one_orbital_less],
    ids=lambda fault: fault.name,
)
def test_a_wrong_approach_of_the_levels_is_caught(fault):
    """No second order, a wrong slope, a wrong limit, a smaller basis."""
    assert any(
        finding.verdict in {Verdict.FAIL, Verdict.ERROR}
        for finding in findings(fault.implementation(), checks.energy_order)
    )


class Slope(Builtin):
    """Levels whose dependence on the strength is off by a part in 10^5."""

    def spectrum(self, *, dot, electrons, levels):
        return super().spectrum(
            dot={**dot, "strength": dot["strength"] * (1 + 1e-5)}, electrons=electrons, levels=levels
        )


def test_a_slope_off_by_a_hundred_thousandth_is_caught():
    """What is left after E_0 and s E_1 shows an order below 2."""
    assert fails(Slope(), checks.energy_order)


def test_a_coarse_claim_is_unsupported_not_passed():
    """If the claimed accuracy hides the remainders nothing was verified."""
    implementation = Builtin()
    implementation.accuracy = {"spectrum": 1e-4}
    assert {f.verdict for f in findings(implementation, checks.energy_order)} == {Verdict.UNSUPPORTED}


@pytest.mark.parametrize(
    "fault",
    [transitions.spin_weight_only, transitions.missing_average, transitions.multiplets_averaged],
    ids=lambda fault: fault.name,
)
def test_wrong_limits_of_the_transition_probabilities_are_caught(fault):
    """C_ji, a missing average, and averaged levels do not tend to the limit states' M_ji."""
    assert fails(fault.implementation(), checks.transition_limits)


class Unresolved(Builtin):
    """Open-shell doublets mixed as without interaction: each row of a pair gets the average of both."""

    def transition_probabilities(self, **question):
        M = super().transition_probabilities(**question)["M"].copy()
        if question["electrons"] == 2 and question["levels_to"] == 6:
            M[4:6] = M[4:6].mean(axis=0)
        return {"M": M}


def test_doublets_of_an_open_shell_that_are_not_told_apart_are_caught():
    """{1,2,3}: degenerate perturbation theory fixes the two doublets; their average is wrong for both."""
    assert fails(Unresolved(), checks.transition_limits)


class LostWithTheInteraction(Builtin):
    """M_ji whose error grows as the interaction vanishes, as in states that no longer know which limit to take."""

    def __init__(self, size):
        super().__init__()
        self.size = size

    def transition_probabilities(self, *, dot, **question):
        M = super().transition_probabilities(dot=dot, **question)["M"]
        return {"M": M + self.size * checks.STATE_STRENGTHS[0] / dot["strength"]}


def test_an_error_that_grows_as_the_interaction_vanishes_is_caught():
    """It moves the step between the extrapolations by 3 and the second one by 6: no more than one step is allowed."""
    (right,) = findings(Builtin(), checks.transition_limits, only="soft-coulomb, N=2")
    size = right.comparison.tolerance.value
    assert fails(LostWithTheInteraction(size), checks.transition_limits, only="soft-coulomb, N=2")
    assert passes(LostWithTheInteraction(0.05 * size), checks.transition_limits, only="soft-coulomb, N=2")

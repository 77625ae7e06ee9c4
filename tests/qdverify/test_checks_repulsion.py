from dataclasses import replace

import numpy as np
import pytest
from judging import fails, findings, passes

from qdverify.faults import spectrum, transitions
from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.suite.checks import repulsion as checks
from qdverify.suite.declare import Scope
from qdverify.suite.finding import Verdict
from qdverify.suite.runner import try_check
from qdverify.suite.subject import Subject

pytestmark = pytest.mark.usefixtures("shared_checks")

ALL = [checks.spin_order, checks.chain, checks.transitions]


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_the_builtin_implementation_passes(check):
    """The lowest multiplets are chains, and M_ji has the limit of ordered determinants."""
    assert passes(Builtin(), check)


@pytest.mark.slow
def test_the_builtin_implementation_passes_at_level_full():
    """N = 2 -> 3 too, six probabilities at g = infinity, and chains in longer dots."""
    subject = Subject(InProcess(Builtin()))
    for check in ALL:
        for trial in check.trials(Scope("full")):
            assert all(finding.verdict is Verdict.PASS for finding in try_check(subject, check, trial))


@pytest.mark.parametrize(
    "fault",
    [spectrum.second_level_missed, spectrum.spin_halved, spectrum.even_spins_only],
    ids=lambda fault: fault.name,
)
def test_wrong_spins_are_not_in_order(fault):
    """Missing and mislabelled levels break the order, or leave no multiplet at all."""
    found = list(findings(fault.implementation(), checks.spin_order))
    assert any(finding.verdict in {Verdict.FAIL, Verdict.ERROR} for finding in found)


class SpinOrbit(Builtin):
    """Moves one level inside the multiplet by a fifth of its width, and keeps every spin and the order."""

    def solve(self, dot, electrons, levels):
        found = super().solve(dot, electrons, levels)
        if electrons < 3:
            return found
        energies = found.energies
        step = 0.2 * (energies[1] - energies[0])
        moved = [replace(level, energy=level.energy - step * (place == 1)) for place, level in enumerate(found.levels)]
        return replace(found, levels=tuple(moved))


def test_a_multiplet_that_is_no_chain_is_caught():
    """A level moved by a tenth of the width stays in order but fits no couplings."""
    assert passes(SpinOrbit(), checks.spin_order, only="paper's dot, N=3")
    assert fails(SpinOrbit(), checks.chain, only="paper's dot, N=3")


@pytest.mark.parametrize(
    "fault",
    [transitions.spin_weight_only, transitions.missing_half_of_M, transitions.derivative_weights],
    ids=lambda fault: fault.name,
)
def test_wrong_transition_probabilities_have_another_limit(fault):
    """C_ji alone, a spin factor and other weights of the add operator do not tend to (64/9 pi^2)^2."""
    assert fails(fault.implementation(), checks.transitions)


def test_the_limit_is_not_reached_by_any_single_strength():
    """At g = 160 M_ji is still 1/100 off: what passes is the limit, not a nearby number."""
    (finding, *_) = findings(Builtin(), checks.transitions)
    assert finding.comparison.deviation < 2e-3
    dot = {"length": 1.0, "cutoff": 0.0, "orbitals": 16, "kernel": "contact", "strength": 40.0}
    M = np.array(Builtin().transition_probabilities(dot=dot, electrons=1, levels_from=1, levels_to=2)["M"])
    assert np.abs(M[:, 0] - finding.comparison.reference.value).min() > 1e-2

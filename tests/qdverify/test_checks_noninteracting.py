import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from judging import fails, findings, passes

from qdverify.faults import spectrum, transitions
from qdverify.implementations.builtin import Builtin
from qdverify.suite.checks import noninteracting as checks
from qdverify.suite.exact.coinciding_levels import (
    cluster_numbers,
    cluster_spins,
    cluster_sums,
    distinct,
    gap_condition,
    labels,
)

LEVELS = [checks.free_levels, checks.charged_levels]
TRANSITIONS = [checks.free_transitions, checks.charged_transitions]


@pytest.mark.parametrize("check", [*LEVELS, *TRANSITIONS], ids=lambda check: check.id)
def test_the_builtin_implementation_passes(check):
    """Energies, spins and M_ji of N = 1 to 6 agree with configurations at two seeds."""
    for seed in (0, 1):
        assert passes(Builtin(), check, seed=seed)


@pytest.mark.parametrize(
    "fault",
    [spectrum.second_level_missed, spectrum.polarised_missed, spectrum.kinetic_doubled, spectrum.spin_halved],
    ids=lambda fault: fault.name,
)
@pytest.mark.parametrize("check", LEVELS, ids=lambda check: check.id)
def test_faults_in_the_levels_are_caught(check, fault):
    """Missing levels, a missing 1/2 and wrong labels fail with and without a constant interaction."""
    assert fails(fault.implementation(), check, only="N=3")


class Charged(Builtin):
    """A charging energy with the fault of counting ordered pairs, or none, of a constant interaction."""

    def __init__(self, pairs):
        super().__init__()
        self.pairs = pairs

    def spectrum(self, *, dot, electrons, levels):
        answer = super().spectrum(dot=dot, electrons=electrons, levels=levels)
        if dot["kernel"] != "constant":
            return answer
        right = electrons * (electrons - 1) / 2
        return {**answer, "energies": answer["energies"] + dot["strength"] * (self.pairs(electrons) - right)}


@pytest.mark.parametrize("pairs", [lambda N: N * (N - 1), lambda N: N**2 / 2, lambda _: 0.0])
def test_a_wrong_charging_energy_is_caught(pairs):
    """U N(N-1), U N^2/2 and 0 in place of U N(N-1)/2; the dot without interaction is none the wiser."""
    assert fails(Charged(pairs), checks.charged_levels, only="N=4")
    assert passes(Charged(pairs), checks.free_levels, only="N=4")


@pytest.mark.parametrize(
    "fault",
    [
        transitions.missing_half_of_M,
        transitions.one_component,
        transitions.spin_weight_only,
        transitions.derivative_weights,
        transitions.sign_of_one_pair,
    ],
    ids=lambda fault: fault.name,
)
@pytest.mark.parametrize("check", TRANSITIONS, ids=lambda check: check.id)
def test_faults_in_the_transition_probabilities_are_caught(check, fault):
    """C_ji in place of M_ji (1/4 for 1/2), spin averages and weights fail."""
    assert fails(fault.implementation(), check)


class Shuffled(Builtin):
    """Levels that coincide are rotated into each other and listed in reverse order: what the protocol allows."""

    def spectrum(self, *, dot, electrons, levels):
        answer = super().spectrum(dot=dot, electrons=electrons, levels=levels)
        order = self.order(dot, electrons, levels)
        return {"energies": np.sort(answer["energies"]), "two_S": answer["two_S"][order]}

    def transition_probabilities(self, *, dot, electrons, levels_from, levels_to):
        question = {"dot": dot, "electrons": electrons, "levels_from": levels_from, "levels_to": levels_to}
        M = super().transition_probabilities(**question)["M"]
        return {"M": M[np.ix_(self.order(dot, electrons + 1, levels_to), self.order(dot, electrons, levels_from))]}

    def order(self, dot, electrons, levels):
        energies = super().spectrum(dot=dot, electrons=electrons, levels=levels)["energies"]
        numbers = np.array(cluster_numbers(energies.tolist(), 1e-8 * energies[-1]))
        return np.lexsort((-np.arange(levels), numbers))


@pytest.mark.parametrize("check", [*LEVELS, *TRANSITIONS], ids=lambda check: check.id)
def test_the_order_inside_a_cluster_is_free(check):
    """No false alarm for multiplets of one energy in another order."""
    assert passes(Shuffled(), check)


def test_every_trial_ends_with_a_whole_cluster():
    """The suite never cuts a cluster: asking one level more finds one of another energy."""
    for finding in findings(Builtin(), checks.free_levels):
        case = finding.case
        more = checks.solvable_levels(case["dot"], case["electrons"], case["levels"])
        assert len(more) == case["levels"]


@given(st.integers(0, 2**32 - 1))
def test_cluster_sums_do_not_see_rotations(seed):
    """Rotating levels of one spin inside a cluster leaves sums of squared amplitudes alone, single entries not."""
    rng = np.random.default_rng(seed)
    amplitudes = rng.normal(size=(3, 4))
    rotation, _ = np.linalg.qr(rng.normal(size=(2, 2)))
    rotated = amplitudes.copy()
    rotated[:, 1:3] = rotated[:, 1:3] @ rotation
    initial = labels(cluster_numbers([0.0, 1.0, 1.0, 2.0], 1e-9), [0, 2, 2, 0])
    final = labels([0, 0, 1], [1, 3, 1])
    sums = [
        cluster_sums((a**2).tolist(), final, initial, rows=distinct(final), columns=distinct(initial))
        for a in (amplitudes, rotated)
    ]
    assert np.allclose(*sums, rtol=1e-12)
    assert not np.allclose(amplitudes**2, rotated**2)


def test_clusters_hold_levels_that_are_close_and_sort_their_spins():
    """A step beyond the width begins a cluster; gaps of one spin set the condition."""
    energies, spins = [1.0, 1.0 + 1e-12, 2.0, 2.001], [2, 0, 1, 1]
    assert cluster_numbers(energies, 1e-9) == [0, 0, 1, 2]
    assert cluster_spins([0, 0, 1, 2], spins) == [[0, 2], [1], [1]]
    assert gap_condition(energies, spins, 1e-9) == pytest.approx(2.001, rel=1e-9)
    assert gap_condition([1.0, 2.0], [0, 0], 1e-9) == 1.0
    assert gap_condition([1.0], [0], 1e-9) == 1.0

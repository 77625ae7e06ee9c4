"""Populations of the rate equation."""

import dataclasses

import exact_chains
import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numeric import Lead, LevelScheme, stationary_state
from numeric.chain import chain_of

temperatures = st.floats(-5, 1).map(lambda power: 10.0**power)


@given(scheme=exact_chains.schemes(per_lead=True), kT=temperatures, gate=st.floats(-2, 2), V=st.floats(-1, 1))
def test_populations_keep_full_relative_accuracy_at_every_temperature(scheme, kT, gate, V):
    """Every population, however small, is right to its a-priori bound, and that bound stays below 1e-12."""
    leads = exact_chains.biased((1.0, 0.01), V)
    state = stationary_state(scheme, leads, kT=kT, gate=gate)
    with mpmath.workdps(80):
        true = exact_chains.populations(scheme, leads, kT, gate)
        for m, e, P in zip(state.scaled.mantissa, state.scaled.exponent, true, strict=True):
            assert abs(mpmath.mpf(float(m)) * mpmath.mpf(2) ** int(e) / P - 1) < state.relative_error
    assert state.relative_error < 1e-12
    assert state.populations.sum() == pytest.approx(1.0, abs=1e-14)


def test_populations_below_ten_to_the_minus_twenty_thousand_are_right():
    """At kT = 1e-5 the far levels hold 1e-21715 and less, and agree with mpmath to a few units in the last place."""
    scheme = exact_chains.three_level_scheme()
    leads = exact_chains.biased((1.0, 1.0), 1e-5)
    state = stationary_state(scheme, leads, kT=1e-5, gate=-0.25)
    with mpmath.workdps(50):
        true = exact_chains.populations(scheme, leads, 1e-5, -0.25)
        assert true[3] < mpmath.mpf(10) ** -20000
        found = mpmath.mpf(float(state.scaled.mantissa[3])) * mpmath.mpf(2) ** int(state.scaled.exponent[3])
        assert abs(found / true[3] - 1) < 1e-14
        assert state.log10_populations[3] == pytest.approx(float(mpmath.log10(true[3])), rel=1e-14)
    assert state.populations[3] == 0.0


@given(scheme=exact_chains.schemes(), kT=temperatures, gate=st.floats(-2, 2), V=st.floats(-1, 1))
def test_resolved_populations_add_up_to_the_aggregated_ones(scheme, kT, gate, V):
    """Without a field every S_z of a level is equally populated and their sum is the level's population."""
    leads = exact_chains.biased((1.0, 0.3), V)
    aggregated = stationary_state(scheme, leads, kT=kT, gate=gate)
    resolved = stationary_state(scheme, leads, kT=kT, gate=gate, resolved=True)
    expected = aggregated.log10_populations[resolved.level] - np.log10(scheme.two_S[resolved.level] + 1)
    rtol = (aggregated.relative_error + resolved.relative_error) / np.log(10)
    np.testing.assert_allclose(resolved.log10_populations, expected, rtol=4e-16, atol=rtol)
    np.testing.assert_allclose(resolved.level_populations, aggregated.populations, rtol=1e-11, atol=1e-300)


def test_a_missing_degeneracy_factor_breaks_that_agreement():
    """Rates out of the dot without (2S_i+1)/(2S_j+1) would give populations that the resolved chain contradicts."""
    scheme = exact_chains.three_level_scheme()
    chain = chain_of(scheme, [1.0], resolved=False, zeeman=0.0)
    wrong = dataclasses.replace(chain, down=chain.up)
    right_ratio, wrong_ratio = (
        case.up.mantissa / case.down.mantissa * 2.0 ** (case.up.exponent - case.down.exponent)
        for case in (chain, wrong)
    )
    np.testing.assert_allclose(right_ratio[0], [2.0, 0.5, 1.5])
    np.testing.assert_allclose(wrong_ratio[0], [1.0, 1.0, 1.0])


@given(scheme=exact_chains.schemes(), kT=st.floats(1e-3, 10), gate=st.floats(-2, 2))
def test_equal_chemical_potentials_give_the_grand_canonical_ensemble(scheme, kT, gate):
    """With mu_L = mu_R = mu, P is proportional to (2S+1) exp(-(E - (gate + mu) N) / kT), whatever M and t are."""
    mu = 0.125
    state = stationary_state(scheme, [Lead("L", 1.0, mu), Lead("R", 0.3, mu)], kT=kT, gate=gate)
    log_weight = np.log(scheme.two_S + 1) - (scheme.energies - (gate + mu) * scheme.electrons) / kT
    found = state.log10_populations * np.log(10)
    np.testing.assert_allclose(found - found[0], log_weight - log_weight[0], rtol=1e-11, atol=1e-11 / kT)


def test_a_zeeman_field_splits_levels_by_the_boltzmann_factor():
    """In equilibrium the two states of a doublet differ by exp(-zeeman / kT)."""
    scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    leads = [Lead("L", 1.0, 0.0), Lead("R", 1.0, 0.0)]
    state = stationary_state(scheme, leads, kT=0.01, gate=0.1, resolved=True, zeeman=0.02)
    down, up = state.populations[1:]
    assert state.two_Sz.tolist() == [0, -1, 1]
    assert up / down == pytest.approx(np.exp(-2.0), rel=1e-14)
    with pytest.raises(ValueError, match=r"zeeman=0\.02 splits levels: it needs resolved=True"):
        stationary_state(scheme, leads, kT=0.01, zeeman=0.02)


def test_levels_that_nothing_connects_are_an_error_that_names_the_classes():
    """M = 0 on the only way to a level leaves two closed classes."""
    scheme = exact_chains.three_level_scheme(M=(0.4, 0.0))
    leads = exact_chains.biased((1.0, 1.0), 0.1)
    with pytest.raises(ValueError, match=r"2 closed classes of levels, \[0, 1, 2\] \| \[3\]"):
        stationary_state(scheme, leads, kT=0.01)
    with pytest.raises(ValueError, match="4 closed classes of levels"):
        stationary_state(scheme, exact_chains.biased((0.0, 0.0), 0.1), kT=0.01)


def test_closed_classes_of_a_resolved_chain_name_its_states():
    """Two levels of S = 1/2 that M = 0 cuts off leave four classes of one state each, told apart by their S_z."""
    scheme = LevelScheme([0, 1, 1], [0.0, 0.5, 0.6], [0, 1, 1], [0, 0], [1, 2], [0.0, 0.0])
    classes = r"5 closed classes of states \(level, two_Sz\), \[\(0, 0\)\] \| \[\(1, -1\)\] \| \[\(1, 1\)\] \| "
    with pytest.raises(ValueError, match=classes):
        stationary_state(scheme, exact_chains.biased((1.0, 1.0), 0.1), kT=0.01, resolved=True)


def test_one_closed_lead_leaves_equilibrium_with_the_other():
    """t_R = 0 is no error: the dot is in equilibrium with L alone."""
    scheme = exact_chains.three_level_scheme()
    half_open = stationary_state(scheme, [Lead("L", 1.0, 0.2), Lead("R", 0.0, -5.0)], kT=0.01, gate=0.3)
    alone = stationary_state(scheme, [Lead("L", 7.0, 0.2)], kT=0.01, gate=0.3)
    np.testing.assert_allclose(half_open.log10_populations, alone.log10_populations, rtol=1e-14, atol=1e-14)


def test_a_single_level_is_always_occupied():
    """A dot of one level has nothing to solve."""
    scheme = LevelScheme([2], [0.3], [0], [], [], [])
    assert stationary_state(scheme, [Lead("L", 1.0, 0.0)], kT=0.1).populations.tolist() == [1.0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kT": 0.0}, r"kT=0\.0 must be positive"),
        ({"kT": np.nan}, "kT=nan must be finite"),
        ({"gate": np.inf}, "gate=inf must be finite"),
        ({"gate": "x"}, "gate='x' must be a real number"),
        ({"kT": None}, "kT=None must be a real number"),
        ({"zeeman": "x"}, "zeeman='x' must be a real number"),
        ({"leads": []}, r"leads=\[\] must be one or more"),
        (
            {"leads": [Lead("L", 1.0, 0.0), Lead("L", 1.0, 0.0)]},
            r"leads=\['L', 'L'\] must be one or more, of different",
        ),
        ({"kT": 1e-14}, r"an energy of .* at kT=1e-14 is too large: .* at most 2\*\*40 kT"),
        ({"gate": 1e308}, r"an energy of 1e\+308 at kT=.* is too large"),
    ],
)
def test_wrong_points_are_refused(change, message):
    """Temperatures, gates and leads that make no sense are errors with value and rule."""
    point = {"leads": [Lead("L", 1.0, 0.1)], "kT": 0.1, "gate": 0.0} | change
    with pytest.raises(ValueError, match=message):
        stationary_state(exact_chains.three_level_scheme(), **point)


def test_the_resolved_chain_refuses_weights_that_no_spin_one_half_carries():
    """M > 0 between spins that do not differ by 1/2 has no Clebsch-Gordan coefficient."""
    scheme = LevelScheme([2, 3, 3], [0.0, 1.0, 1.1], [0, 1, 3], [0, 0], [1, 2], [0.5, 0.25])
    leads = [Lead("L", 1.0, 0.0)]
    assert stationary_state(scheme, leads, kT=0.1).populations.size == 3
    with pytest.raises(ValueError, match=r"M=.*0\.25.* of 0->2 joins two_S=0 to 3: must be 0"):
        stationary_state(scheme, leads, kT=0.1, resolved=True)


def test_a_forbidden_transition_may_be_listed_with_weight_zero():
    """M = 0 between such spins, as Eq. (4) gives it, is no edge of the resolved chain and no error."""
    levels = [2, 3, 3, 4], [0.0, 1.0, 1.1, 2.0], [0, 1, 3, 2]
    listed = LevelScheme(*levels, [0, 0, 1, 2], [1, 2, 3, 3], [0.5, 0.0, 0.5, 0.5])
    short = LevelScheme(*levels, [0, 1, 2], [1, 3, 3], [0.5, 0.5, 0.5])
    leads = [Lead("L", 1.0, 0.0)]
    found, expected = (stationary_state(scheme, leads, kT=0.1, resolved=True) for scheme in (listed, short))
    np.testing.assert_array_equal(found.log10_populations, expected.log10_populations)


def test_one_column_of_weights_a_lead():
    """Per-lead M_ji is a rate of its own: t M enters as a product only."""
    scheme = exact_chains.three_level_scheme()
    split = LevelScheme(
        scheme.electrons, scheme.energies, scheme.two_S, scheme.lower, scheme.upper, np.outer(scheme.M, [1.0, 0.25])
    )
    leads = exact_chains.biased((1.0, 1.0), 0.4)
    weak = exact_chains.biased((1.0, 0.25), 0.4)
    np.testing.assert_allclose(
        stationary_state(split, leads, kT=0.01, gate=0.5).log10_populations,
        stationary_state(scheme, weak, kT=0.01, gate=0.5).log10_populations,
        rtol=1e-14,
        atol=1e-14,
    )
    with pytest.raises(ValueError, match="M has 2 columns: 1 leads need as many"):
        stationary_state(split, leads[:1], kT=0.01)

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytic import bethe_levels
from numeric import Dot, solve, transition_probabilities
from qdverify.reference.consensus.continuum import one_to_two_electrons, two_electron_levels
from qdverify.reference.consensus.extrapolation import NotStableError, extrapolate, short_distance_gauge

ORBITALS = tuple(range(8, 21, 2))


def labels(two_S, parity):
    seen = {}
    result = []
    for key in zip(two_S, parity, strict=True):
        seen[key] = seen.get(key, -1) + 1
        result.append((*key, seen[key]))
    return result


def contact_case(electrons, strength, length, count):
    """Return (exact energies, energies at every M of `ORBITALS`) of the lowest levels, matched by spin and parity."""
    exact = bethe_levels(electrons, count, strength=strength, length=length, digits=18)
    wanted = labels([level.two_S for level in exact], [level.parity for level in exact])
    rows = []
    for M in ORBITALS:
        found = solve(
            Dot(length=length, cutoff=0.0, orbitals=M, kernel="contact", strength=strength), electrons, 3 * count
        )
        places = labels(found.two_S.tolist(), found.parity.tolist())
        rows.append([found.energies[places.index(label)] if label in places else np.nan for label in wanted])
    return np.array([float(level.energy) for level in exact]), np.array(rows)


def coverage(cases):
    """Return which stated uncertainties contain Bethe's value, and the uncertainties relative to it."""
    hits, sizes = [], []
    for electrons, strength, length, levels in cases:
        exact, rows = contact_case(electrons, strength, length, max(levels) + 1)
        for level in levels:
            result = extrapolate(ORBITALS, rows[:, level])
            hits.append(abs(result.value - exact[level]) <= result.uncertainty)
            sizes.append(result.uncertainty / exact[level])
    return hits, sizes


def random_cases(dots, largest, seed, levels=1):
    """Yield random dots, with some of their four lowest levels."""
    choose = random.Random(seed)
    for _ in range(dots):
        length = 10 ** choose.uniform(-1, 1)
        electrons, coupling = choose.randint(2, largest), 10 ** choose.uniform(-1, 2)
        yield electrons, coupling / length, length, choose.sample(range(4), levels)


def test_contact_gas_quick():
    """Ten random contact cases of two and three electrons, M <= 20: Bethe's value is inside, and not by being vague."""
    hits, sizes = coverage(random_cases(10, 3, seed=1))
    assert sum(hits) >= 9
    assert np.median(sizes) < 1e-4


@pytest.mark.long
@pytest.mark.slow
def test_contact_gas_hundred_cases():
    """One hundred levels of fifty contact gases, N = 2..4, M <= 20: at least 95 hold Bethe's value, median 1e-4."""
    hits, sizes = coverage(random_cases(50, 4, seed=2, levels=2))
    assert len(hits) == 100
    assert sum(hits) >= 95
    assert np.median(sizes) < 1e-4


def test_a_factor_lost_in_the_levels_is_outside():
    """Levels of a contact strength that is 1e-3 too large extrapolate to a value whose uncertainty excludes Bethe's."""
    exact, _ = contact_case(2, 5.0, 1.0, 1)
    _, rows = contact_case(2, 5.005, 1.0, 1)
    result = extrapolate(ORBITALS, rows[:, 0])
    assert abs(result.value - exact[0]) > 10 * result.uncertainty


def soft_coulomb_errors(cases):
    """Return error / uncertainty of N = 2 levels (the gauge's own excepted) and of N = 1 -> 2 probabilities."""
    energies, probabilities = [], []
    for ratio, strength in cases:
        limit = two_electron_levels("soft-coulomb", 5, length=1.0, strength=strength, cutoff=ratio)
        exact = one_to_two_electrons("soft-coulomb", 2, 4, length=1.0, strength=strength, cutoff=ratio)
        wanted = labels(limit.two_S.tolist(), limit.parity.tolist())
        gauge = short_distance_gauge(Dot(1.0, ratio, 8, strength=strength), ORBITALS)
        E, M_ji = [], []
        for M in ORBITALS:
            dot = Dot(1.0, ratio, M, strength=strength)
            found = solve(dot, 2, 7)
            places = labels(found.two_S.tolist(), found.parity.tolist())
            order = [places.index(label) for label in wanted]
            E.append(found.energies[order])
            M_ji.append(transition_probabilities(solve(dot, 1, 2), found)[order])
        for j in range(5):
            column = np.array(E)[:, j]
            if not np.allclose(column - limit.energies[j], gauge, rtol=1e-6):
                result = extrapolate(ORBITALS, column, gauge=gauge)
                energies.append(abs(result.value - limit.energies[j]) / result.uncertainty)
        for j in range(4):
            for i in range(2):
                result = extrapolate(ORBITALS, np.array(M_ji)[:, j, i], gauge=gauge, precision=1e-8)
                probabilities.append(abs(result.value - exact.M[j, i]) / result.uncertainty)
    return np.array(energies), np.array(probabilities)


def test_soft_coulomb_quick():
    """The paper's lambda/L and a wide cutoff: N = 2 levels and M_ji agree with the direct solution as stated."""
    energies, probabilities = soft_coulomb_errors([(2e-4, 9.5), (1e-2, 3.0)])
    assert np.mean(energies <= 1) >= 0.95
    assert np.mean(probabilities <= 1) >= 0.95


@pytest.mark.long
@pytest.mark.slow
def test_soft_coulomb_many():
    """Random cutoffs and strengths: at least 95 of 100 levels and of the probabilities lie within what is stated."""
    choose = random.Random(7)
    cases = [(10 ** choose.uniform(-4, -1.5), 10 ** choose.uniform(-0.5, 1.5)) for _ in range(25)]
    energies, probabilities = soft_coulomb_errors(cases)
    assert len(energies) >= 100
    assert np.mean(energies <= 1) >= 0.95
    assert np.mean(probabilities <= 1) >= 0.95


def test_the_gauge_is_what_makes_soft_coulomb_converge():
    """Powers of 1/M alone miss the second singlet by a thousand times more than the gauge does."""
    limit = two_electron_levels("soft-coulomb", 3, length=9.5, strength=1.0, cutoff=1.9e-3)
    column = [solve(Dot(9.5, 1.9e-3, M), 2, 3).energies[2] for M in ORBITALS]
    gauge = short_distance_gauge(Dot.paper(), ORBITALS)
    with_gauge = abs(extrapolate(ORBITALS, column, gauge=gauge).value - limit.energies[2])
    without = abs(extrapolate(ORBITALS, column).value - limit.energies[2])
    assert with_gauge < 1e-6
    assert without > 100 * with_gauge


@settings(max_examples=20, deadline=None)
@given(st.floats(-2, 2), st.floats(0.1, 3), st.floats(-3, 3), st.floats(0.5, 3))
def test_exact_law_is_recovered(limit, slope, curvature, power):
    """Data that follow the law with two terms give the limit to rounding, whatever the gauge."""
    M = np.array(ORBITALS, dtype=float)
    gauge = M**-power
    result = extrapolate(ORBITALS, limit + gauge * (slope + curvature / M), gauge=gauge)
    assert abs(result.value - limit) <= result.uncertainty
    assert result.uncertainty < 1e-6


def test_constant_data_are_their_own_limit():
    """A polarised level of the contact gas does not depend on M."""
    result = extrapolate(ORBITALS, [24.674011002723397] * 7)
    assert result.value == pytest.approx(24.674011002723397, abs=1e-9)
    assert result.uncertainty < 1e-6


def test_noise_is_not_extrapolated():
    """Values that follow no law are refused, not given a large uncertainty."""
    choose = random.Random(0)
    with pytest.raises(NotStableError, match="spread"):
        extrapolate(ORBITALS, [choose.uniform(0, 1) for _ in ORBITALS])


@pytest.mark.parametrize(
    ("orbitals", "values", "options"),
    [
        ((8, 10, 12), (1.0, 1.0, 1.0), {}),
        ((8, 10, 12, 14), (1.0, 1.0, 1.0), {}),
        ((8, 9, 10, 11), (1.0,) * 4, {}),
        ((14, 12, 10, 8), (1.0,) * 4, {}),
        ((8, 10, 12, 14), (1.0, 1.0, float("nan"), 1.0), {}),
        ((8, 10, 12, 14), (1.0,) * 4, {"gauge": (1.0, 0.5, 0.2, 0.0)}),
        ((8, 10, 12, 14), (1.0,) * 4, {"precision": -1.0}),
    ],
)
def test_invalid_input_is_an_error(orbitals, values, options):
    """Too few points, mixed parities of M, non-finite data or a gauge that vanishes are refused."""
    with pytest.raises(ValueError, match="must"):
        extrapolate(orbitals, values, **options)


def test_a_smooth_kernel_has_no_gauge():
    """If M orbitals are already exact there is nothing to extrapolate with."""
    with pytest.raises(ValueError, match="needs no extrapolation"):
        short_distance_gauge(Dot(1.0, 0.5, 8, strength=0.1), (20, 22))

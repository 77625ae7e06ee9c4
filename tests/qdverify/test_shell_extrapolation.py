"""Energies of harmonic dots extrapolated to a complete basis: how often the stated uncertainty contains the truth."""

import random
from collections import Counter

import numpy as np
import pytest

from analytic import harmonic_pair_levels, relative_energy
from numeric import HarmonicDot, solve
from qdverify.reference.consensus.extrapolation import NotStableError
from qdverify.reference.consensus.shell_extrapolation import extrapolate_shells


def numbered(labels):
    """Return each label with its place among equal ones."""
    seen = Counter()
    result = []
    for label in labels:
        result.append((*label, seen[label]))
        seen[label] += 1
    return result


def pair_cases(omega, field, strength, levels, shells):
    """Yield (label, exact energy, energies in every basis) of the lowest levels of two electrons.

    A label is L, 2S and the level's place among those of the same L and S.
    """
    exact = harmonic_pair_levels(omega, levels, field=field, strength=strength, digits=15)
    rows = []
    for K in shells:
        found = solve(HarmonicDot(omega, K, field, strength), 2, 2 * levels)
        labels = numbered(zip(found.angular_momenta.tolist(), found.two_S.tolist(), strict=True))
        rows.append(dict(zip(labels, found.energies.tolist(), strict=True)))
    for label, level in zip(numbered((e.angular_momentum, e.two_S) for e in exact), exact, strict=True):
        if all(label in row for row in rows):
            yield label, float(level.energy), [row[label] for row in rows]


def coverage(dots, levels, shells):
    """Return error/uncertainty and uncertainty/correction of each extrapolated level, and the number refused."""
    errors, sizes, refused = [], [], 0
    for dot in dots:
        for label, exact, energies in pair_cases(*dot, levels, shells):
            try:
                found = extrapolate_shells(shells, energies, polarised=label[1] == 2)
            except NotStableError:
                refused += 1
                continue
            errors.append(abs(found.value - exact) / found.uncertainty)
            sizes.append(found.uncertainty / (energies[-1] - exact))
    return np.array(errors), np.array(sizes), refused


def random_dots(count, seed):
    """Yield omega, field and strength with couplings s/sqrt(2 Omega) from 0.03 to 3 and fields up to 2 omega."""
    choose = random.Random(seed)
    for _ in range(count):
        omega, field = 10 ** choose.uniform(-2, 1), choose.uniform(-2, 2)
        Omega = np.hypot(omega, 0.5 * field * omega)
        yield omega, field * omega, 10 ** choose.uniform(-1.5, 0.5) * np.sqrt(2 * Omega)


def test_tauts_energy_lies_within_the_stated_uncertainty():
    """E = 3 at omega = s = 1 from eight shells; the uncertainty is less than half of what the basis lacked."""
    shells = range(3, 9)
    found = extrapolate_shells(shells, [solve(HarmonicDot(1.0, K), 2, 1).energies[0] for K in shells])
    assert abs(found.value - 3.0) <= found.uncertainty
    assert found.uncertainty < 0.5 * abs(found.correction)
    assert found.uncertainty < 0.004


def test_a_strength_wrong_by_a_hundredth_is_outside():
    """Levels of s = 1.01 extrapolate to a value whose uncertainty excludes E = 3."""
    shells = range(3, 9)
    energies = [solve(HarmonicDot(1.0, K, strength=1.01), 2, 1).energies[0] for K in shells]
    found = extrapolate_shells(shells, energies)
    assert abs(found.value - 3.0) > found.uncertainty


def test_random_pairs_quick():
    """All lowest levels of two random dots are inside, K <= 8."""
    errors, sizes, _ = coverage(random_dots(2, seed=1), 3, range(3, 9))
    assert len(errors) >= 4
    assert np.all(errors <= 1)
    assert np.median(sizes) < 1.0


@pytest.mark.slow
def test_the_exact_energy_of_two_electrons_is_inside_in_95_of_100_cases():
    """A hundred levels of random omega, field, strength, L and S; the uncertainty is smaller than what lacked."""
    errors, sizes, refused = coverage(random_dots(21, seed=2), 6, range(3, 9))
    assert len(errors) >= 100
    assert np.mean(errors <= 1) >= 0.95
    assert np.median(sizes) < 0.6
    assert refused < 0.2 * len(errors)


@pytest.mark.parametrize(
    "coupling", [pytest.param(2.45, marks=pytest.mark.slow), 2.6, pytest.param(2.78, marks=pytest.mark.slow)]
)
def test_a_local_exponent_below_the_final_one_leaves_an_uncertainty(coupling):
    """At strong repulsion the singlet's energies fall more slowly for a while than they do in the end."""
    shells = range(3, 10)
    energies = [solve(HarmonicDot(1.0, K, strength=coupling * 2**0.5), 2, 1).energies[0] for K in shells]
    exact = 1 + float(relative_energy(0, 0, coupling, digits=12))
    for last in (-1, None):
        found = extrapolate_shells(shells[:last], energies[:last])
        assert abs(found.value - exact) <= found.uncertainty
        assert found.uncertainty >= 0.2 * (energies[:last][-1] - exact)


@pytest.mark.parametrize("power", [1.0, 1.5, 2.0])
def test_a_power_law_is_contained(power):
    """Data that follow K^-p with p at or above the least exponent have their limit inside."""
    shells = np.arange(4, 11)
    found = extrapolate_shells(shells.tolist(), 2.0 + 0.3 * shells**-power)
    assert abs(found.value - 2.0) <= found.uncertainty
    assert found.exponent == pytest.approx(power, rel=1e-8)


def test_parallel_spins_narrow_the_uncertainty():
    """Their least exponent is 2, not 1: nearer to the one that the energies show."""
    shells = range(3, 9)
    energies = []
    for K in shells:
        found = solve(HarmonicDot(1.0, K), 2, 3)
        energies.append(found.energies[found.two_S == 2][0])
    exact = 3.596498881747
    narrow, wide = (extrapolate_shells(shells, energies, polarised=flag) for flag in (True, False))
    assert abs(narrow.value - exact) <= narrow.uncertainty < 0.5 * wide.uncertainty
    assert abs(wide.value - exact) <= wide.uncertainty


def test_energies_that_do_not_change_are_their_own_limit():
    """One electron has its exact energy in every basis."""
    shells = range(3, 9)
    found = extrapolate_shells(shells, [solve(HarmonicDot(0.7, K, 0.4), 1, 1).energies[0] for K in shells])
    assert found.value == pytest.approx(np.hypot(0.7, 0.2), rel=1e-14)
    assert found.uncertainty < 1e-11


@pytest.mark.parametrize(
    ("energies", "message"),
    [
        ([3.0, 2.9, 2.8, 2.7, 2.75, 2.76], "must fall"),
        ([1 + 0.1**K for K in range(3, 9)], "more shells are needed"),
    ],
)
def test_energies_before_the_law_are_refused(energies, message):
    """Energies that rise, or fall exponentially, are not given a limit."""
    with pytest.raises(NotStableError, match=message):
        extrapolate_shells(range(3, 9), energies)


@pytest.mark.parametrize(
    ("shells", "energies"),
    [
        (range(4, 9), [1.0] * 5),
        (range(2, 8), [1.0] * 6),
        ([3, 4, 5, 6, 8, 9], [1.0] * 6),
        (range(3, 9), [1.0] * 5),
        (range(3, 9), [1.0] * 5 + [float("nan")]),
    ],
)
def test_invalid_input_is_an_error(shells, energies):
    """Too few or other than consecutive shells, and energies that are missing or not finite, are refused."""
    with pytest.raises(ValueError, match="must"):
        extrapolate_shells(shells, energies)

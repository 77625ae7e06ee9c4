from collections import Counter
from fractions import Fraction
from itertools import combinations, combinations_with_replacement, pairwise

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytic import bethe, continuation
from analytic.bethe import bethe_energy, bethe_level, bethe_levels, bethe_multiplet, free_fermion_energy
from analytic.dimensions import multiplet_count
from analytic.heisenberg import heisenberg_levels
from analytic.young import neighbour_exchanges

# physics.md section 6, L = 1, g = 5.  Its N = 4, S = 0 entry, 70.0803543554, disagrees with its own equations in the
# ninth digit: the nested equations (test_rapidities.py) and the scattering operators both give 70.0803544255.
PUBLISHED = [
    (2, 0, 0, "15.231297688017"),
    (3, 1, 0, "39.6998417964"),
    (3, 1, 1, "53.7470996279"),
    (4, 0, 0, "70.0803544255"),
    (4, 2, 0, "88.9508241129"),
    (4, 2, 1, "103.4335310158"),
    (4, 2, 2, "126.9655773799"),
]


@pytest.mark.parametrize(("electrons", "two_S", "index", "printed"), PUBLISHED)
def test_published_values(electrons, two_S, index, printed):
    """Every printed digit of physics.md, 12 at least, comes out (with the correction above)."""
    energy = bethe_energy(electrons, two_S, strength=5, index=index)
    decimals = len(printed.split(".")[1])
    assert abs(energy - mpmath.mpf(printed)) <= 0.5 * 10**-decimals


@settings(max_examples=12, deadline=None)
@given(st.floats(1e-3, 1e4), st.floats(0.2, 20))
def test_two_electrons_by_hand(strength, length):
    """N = 2, S = 0: the two coupled arctangent equations hold to 30 digits."""
    k1, k2 = bethe_level((1, 2), 0, strength=strength, length=length).momenta
    with mpmath.workdps(35):
        g, L = mpmath.mpf(strength), mpmath.mpf(length)
        difference, total = 2 * mpmath.atan((k2 - k1) / g), 2 * mpmath.atan((k1 + k2) / g)
        assert abs(2 * k1 * L - difference + total - 2 * mpmath.pi) < 1e-29
        assert abs(2 * k2 * L + difference + total - 4 * mpmath.pi) < 1e-29


@settings(max_examples=6, deadline=None)
@given(st.floats(1e-2, 1e3), st.floats(0.3, 5), st.integers(0, 2))
def test_scaling(strength, factor, index):
    """E(a L, g / a) = E(L, g) / a^2."""
    energy = bethe_energy(4, 2, strength=strength, index=index)
    with mpmath.workdps(40):
        a = mpmath.mpf(factor)
        scaled = bethe_energy(4, 2, strength=mpmath.mpf(strength) / a, length=a, index=index)
        assert abs(scaled * a**2 / energy - 1) < 1e-29


@pytest.mark.parametrize("electrons", range(1, 6))
def test_lowest_multiplet_is_complete(electrons):
    """f(N, S) different levels of every spin S, below the polarised one, which is that of free fermions."""
    levels = bethe_multiplet(electrons, strength="3.7", length=2, digits=20)
    count = Counter(level.two_S for level in levels)
    assert count == {two_S: multiplet_count(electrons, two_S) for two_S in range(electrons % 2, electrons + 1, 2)}
    assert all(above.energy > below.energy for below, above in pairwise(levels))
    with mpmath.workdps(25):
        assert abs(levels[-1].energy - free_fermion_energy(range(1, electrons + 1), length=2)) < 1e-19


@pytest.mark.parametrize("strength", ["0.001", "0.3", "7", "10000"])
def test_polarised_electrons_are_free(strength):
    """S = N/2: k_j = pi I_j / L at every g."""
    level = bethe_level((1, 3, 4), 3, strength=strength)
    with mpmath.workdps(30):
        assert max(abs(k - mpmath.pi * n) for k, n in zip(level.momenta, (1, 3, 4), strict=True)) < 1e-28


def heisenberg_energies(electrons, two_S):
    size = multiplet_count(electrons, two_S)
    matrix = mpmath.eye(size) * mpmath.mpf(electrons - 1) / 2
    for rows in neighbour_exchanges(electrons, two_S):
        for row, exchange in enumerate(rows):
            matrix[row, row] -= mpmath.mpf(exchange.diagonal.numerator) / exchange.diagonal.denominator / 2
            if exchange.partner is not None:
                matrix[row, exchange.partner] -= mpmath.sqrt(mpmath.mpf(float(exchange.off_diagonal_squared))) / 2
    return sorted(mpmath.mp.eigsy(matrix, eigvals_only=True), reverse=True)


@pytest.mark.parametrize(("numbers", "two_S"), [((1, 2, 3), 1), ((1, 2, 3, 4), 0), ((1, 3, 4, 6), 2)])
def test_strong_repulsion(numbers, two_S):
    """The product g (E_F - E) tends to 4 E_F e / L, e of the uniform Heisenberg chain, with an error of order 1/g."""
    fermions = free_fermion_energy(numbers)
    for index, e in enumerate(heisenberg_energies(len(numbers), two_S)):
        deviations = []
        for strength in (10**4, 10**5):
            energy = bethe_level(numbers, two_S, index, strength=strength).energy
            deviations.append(abs(strength * (fermions - energy) - 4 * fermions * e))
        assert deviations[1] == pytest.approx(deviations[0] / 10, rel=0.02)


@pytest.mark.parametrize(
    ("electrons", "two_S", "orbitals", "slope"),
    [
        (2, 0, (1, 1), Fraction(3, 2)),  # (11|11) = 3/2 in units 1/L
        (3, 1, (1, 1, 2), Fraction(5, 2)),  # + 2 (11|22) - (12|12), both 1
        (4, 0, (1, 1, 2, 2), Fraction(5)),  # two of 3/2 and 4 - 2 pairs with direct minus exchange
        (4, 2, (1, 1, 2, 3), Fraction(5, 2) + 1),  # triplet of 2 and 3 costs nothing itself
    ],
)
def test_weak_interaction(electrons, two_S, orbitals, slope):
    """(E - E_0)/g tends to first-order perturbation theory, with an error of order g."""
    bare = free_fermion_energy(orbitals)
    deviations = []
    for strength in ("0.01", "0.001"):
        energy = bethe_energy(electrons, two_S, strength=strength)
        with mpmath.workdps(30):
            deviations.append(
                abs((energy - bare) / mpmath.mpf(strength) - mpmath.mpf(slope.numerator) / slope.denominator)
            )
    assert deviations[0] < 0.02
    assert deviations[1] == pytest.approx(deviations[0] / 10, rel=0.05)


def noninteracting_levels(electrons, largest):
    """Count the levels by (sum of n^2, 2S) from determinants: states with S_z = S less those with S + 1."""
    states = Counter()
    for up in range(electrons + 1):
        for ups in combinations(range(1, largest + 1), up):
            for downs in combinations(range(1, largest + 1), electrons - up):
                states[sum(n * n for n in ups + downs), 2 * up - electrons] += 1
    levels = {key: states[key] - states[key[0], key[1] + 2] for key in states if key[1] >= 0}
    return Counter({key: value for key, value in levels.items() if value})


@pytest.mark.parametrize(
    ("electrons", "count"), [(1, 5), (2, 20), (3, 25), pytest.param(4, 13, marks=pytest.mark.slow)]
)
def test_levels_are_complete_at_weak_coupling(electrons, count):
    """Towards g = 0 the listed levels become the non-interacting ones, each with its multiplicity."""
    levels = bethe_levels(electrons, count, strength="0.001", digits=12)
    found = Counter((round(float(2 * level.energy / mpmath.pi**2)), level.two_S) for level in levels)
    top = max(key[0] for key in found)
    expected = noninteracting_levels(electrons, 9)
    assert {key: n for key, n in found.items() if key[0] < top} == {
        key: n for key, n in expected.items() if key[0] < top
    }
    assert all(found[key] <= expected[key] for key in found)
    for level in levels:
        shifts = [
            number - round(float(k / mpmath.pi))
            for number, k in zip(level.momentum_numbers, level.momenta, strict=True)
        ]
        assert all(0 <= shift <= (electrons - level.two_S) // 2 for shift in shifts)


def test_levels_match_a_wider_search():
    """The lowest levels at g = 5 are those of an exhaustive search over a larger family of sets I."""
    listed = [float(level.energy) for level in bethe_levels(2, 12, strength=5, digits=12)]
    searched = sorted(
        float(bethe_level(numbers, two_S, strength=5, digits=12).energy)
        for numbers in combinations(range(1, 9), 2)
        for two_S in (0, 2)
    )
    assert listed == pytest.approx(searched[:12], rel=1e-12)
    assert [float(level.energy) for level in bethe_levels(2, 4, two_S=0, strength=5, digits=12)] == pytest.approx(
        [float(level.energy) for level in bethe_levels(2, 12, strength=5, digits=12) if level.two_S == 0][:4], rel=1e-12
    )


def test_parities_are_those_of_the_chain():
    """The lowest multiplet has the parities that the Heisenberg chain gives it, and one electron those of phi_n."""
    for electrons in (2, 3, 4, 5):
        chain = [(level.two_S, level.parity) for level in heisenberg_levels(electrons, [1] * (electrons - 1))]
        from_bethe = [(level.two_S, level.parity) for level in bethe_multiplet(electrons, strength=10**4, digits=15)]
        assert from_bethe == chain
    assert [level.parity for level in bethe_levels(1, 4, strength=1, digits=15)] == [1, -1, 1, -1]


def test_energy_rises_with_the_repulsion():
    """dE/dg > 0 for every level that is not polarised: the argument behind the completeness bound."""
    for two_S, index in ((0, 0), (0, 1), (2, 1)):
        energies = [bethe_energy(4, two_S, strength=g, index=index, digits=12) for g in (0.001, 0.1, 1, 10, 100)]
        assert all(above > below for below, above in pairwise(energies))


def test_a_branch_that_is_lost_and_digits_that_are_missed_are_errors(monkeypatch):
    """At a working precision of 15 digits no 30 come out; a step that never stays on the branch ends the search."""
    with mpmath.workdps(15), pytest.raises(ArithmeticError, match=r"residual .* exceeds 1e-30"):
        continuation.polish(continuation.follow((1, 2), 0, 0, 5.0), 0, 5, 30)
    monkeypatch.setattr(continuation, "_is_close", lambda here, there: False)
    with pytest.raises(ArithmeticError, match=r"label I=\(1, 2\), two_S=0, r=0 is lost"):
        bethe_energy(2, 0, strength=5)


def test_two_labels_with_one_solution_are_an_error(monkeypatch):
    """If the second doublet of three electrons falls onto the first, the multiplet is not reported as complete."""
    fallen = lambda numbers, two_S, index, **dot: bethe_level(numbers, two_S, 0, **dot)  # noqa: E731
    monkeypatch.setattr(bethe, "bethe_level", fallen)
    with pytest.raises(ArithmeticError, match="gave one solution"):
        bethe_multiplet(3, strength=5, digits=15)


@pytest.mark.parametrize(
    "arguments", [{"strength": 0}, {"strength": -1}, {"strength": 1, "length": 0}, {"strength": "inf"}]
)
def test_invalid_couplings_are_errors(arguments):
    """Both g and L must be positive and finite."""
    with pytest.raises(ValueError, match="must be positive"):
        bethe_energy(2, 0, **arguments)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bethe_multiplet(0, strength=1), "electrons=0 must be between 1 and 6"),
        (lambda: bethe_multiplet(7, strength=1), "electrons=7 must be between 1 and 6"),
        (lambda: bethe_levels(2, 0, strength=1), "count=0 must be at least 1"),
        (lambda: bethe_levels(2, 1, two_S=1, strength=1), "two_S=1 must be one of"),
        (lambda: bethe_energy(2, 0, strength=1, digits=0), "digits=0 must be at least 1"),
        (lambda: bethe_energy(2, 0, strength=1, index=-1), "spin_index=-1 must be"),
    ],
)
def test_impossible_requests_are_errors(call, message):
    """Nothing is searched for what cannot be."""
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("numbers", "two_S", "index"),
    [((1, 1), 0, 0), ((2, 1), 0, 0), ((0, 1), 0, 0), ((1, 2), 1, 0), ((1, 2), 0, 1), (range(1, 8), 1, 0), ((), 0, 0)],
)
def test_inadmissible_labels_are_errors(numbers, two_S, index):
    """I must be distinct positive integers, S a spin of N electrons, r below f(N, S)."""
    with pytest.raises(ValueError, match="must be"):
        bethe_level(numbers, two_S, index, strength=1)


def test_more_than_one_pair_of_orbitals_can_be_doubly_occupied():
    """(1, 1, 2, 2) is where the N = 4 ground state ends: the lower bound of the search must allow it."""
    weights = min(
        sum(n * n for n in occupation)
        for occupation in combinations_with_replacement(range(1, 4), 4)
        if max(Counter(occupation).values()) <= 2
    )
    energy = bethe_energy(4, 0, strength="1e-3", digits=12)
    assert float(2 * energy / mpmath.pi**2) == pytest.approx(weights, abs=1e-2)


@pytest.mark.slow
@pytest.mark.parametrize("strength", ["0.001", "1", "10000"])
def test_six_electrons(strength):
    """All 20 levels of the N = 6 multiplet are found at both ends of the range of g."""
    levels = bethe_multiplet(6, strength=strength)
    assert len(levels) == sum(multiplet_count(6, two_S) for two_S in (0, 2, 4, 6)) == 20
    assert all(above.energy > below.energy for below, above in pairwise(levels))


def test_orbitals_are_positive_integers():
    """A label, and a sum over orbitals, in which one may stand twice."""
    with pytest.raises(ValueError, match=r"momentum_numbers=\(1, 2.5\) must be positive integers"):
        bethe_level([1, 2.5], 0, strength=1)
    with pytest.raises(ValueError, match=r"momentum_number=2.5 must be an integer"):
        free_fermion_energy([1, 2.5])
    with pytest.raises(ValueError, match="length=-1 must be finite and above 0"):
        free_fermion_energy([1], length=-1)

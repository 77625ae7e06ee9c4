"""Enclosures of harmonic dots: integrals and levels contain references of 60 digits, and those of the numeric side."""

import math
from fractions import Fraction
from itertools import product

import mpmath
import numpy as np
import pytest
from flint import arb, ctx
from fock_integrals import add, apply_hamiltonian, create, states
from scipy import integrate, optimize, special

import qdverify
from analytic.harmonic_integrals import rational_part, shell_orbitals, squared_norm
from numeric import HarmonicDot, solve, transition_probabilities
from qdverify.reference.answers.answer import CutCluster, Refusal
from qdverify.reference.enclosure.harmonic_integrals import ExactHarmonic, equal_integrals
from qdverify.reference.enclosure.harmonic_model import harmonic_model
from qdverify.reference.enclosure.integral_hamiltonian import IntegralHamiltonian
from qdverify.reference.enclosure.orbital_dots import blocks_of

DIGITS = 60
DOTS = [
    {"omega": "0.37", "field": "1.9", "shells": 2, "strength": "1.3"},
    {"omega": "11/3", "field": "-2/7", "shells": 2, "strength": "-0.8"},
    {"omega": "1", "field": "0", "shells": 2, "strength": "5.5"},
]


def harmonic(**fields):
    return {"kind": "harmonic-2d", "omega": 1, "field": 0, "shells": 2, "strength": 1, **fields}


def exact(**fields):
    numbers = {name: value if name == "shells" else Fraction(value) for name, value in fields.items()}
    return ExactHarmonic(**numbers)


def contains(ball, value):
    """Whether a number of the oracle contains an mpf of 70 digits, to 60 of them."""
    middle, radius = mpmath.mpf(str(ball.mid)), mpmath.mpf(str(ball.rad))
    return abs(middle - value) <= radius + abs(value) * mpmath.mpf(10) ** -DIGITS


def hamiltonian(omega, field, shells, strength):
    """Return h and V of a dot at mpmath's precision, from the closed forms of `analytic`."""
    omega, field, strength = (
        mpmath.mpf(Fraction(x).numerator) / Fraction(x).denominator for x in (omega, field, strength)
    )
    Omega = mpmath.sqrt(omega**2 + field**2 / 4)
    orbitals = shell_orbitals(shells)
    size = len(orbitals)
    V = [[[[mpmath.mpf(0)] * size for _ in orbitals] for _ in orbitals] for _ in orbitals]
    for p, q, r, s in product(range(size), repeat=4):
        key = [orbitals[index] for index in (p, q, r, s)]
        rational = rational_part(*key)
        root = mpmath.sqrt(mpmath.pi * Omega / 2 / squared_norm(*key))
        V[p][q][r][s] = strength * root * rational.numerator / rational.denominator
    h = [[mpmath.mpf(0)] * size for _ in orbitals]
    for p, (radial, m) in enumerate(orbitals):
        h[p][p] = (2 * radial + abs(m) + 1) * Omega - m * field / 2
    return h, V


def eigenstates(h, V, electrons, two_Sz):
    """Return every energy of one S_z with its vector over bit strings, by mpmath."""
    basis = states(len(h), electrons, two_Sz)
    columns = [apply_hamiltonian({bits: mpmath.mpf(1)}, h, V, 0) for bits in basis]
    matrix = mpmath.matrix(len(basis), len(basis))
    for (row, a), (column, image) in product(enumerate(basis), enumerate(columns)):
        matrix[row, column] = image.get(a, mpmath.mpf(0))
    energies, vectors = mpmath.eigsy(matrix)
    return [(energies[k], {bits: vectors[n, k] for n, bits in enumerate(basis)}) for k in range(len(basis))]


@pytest.mark.parametrize("fields", DOTS)
def test_integrals_contain_the_closed_forms_of_the_exact_side(fields):
    """All of three shells, to 60 digits, by momentum and by relative coordinates; the others are exactly 0."""
    dot = exact(**{**fields, "shells": 3})
    with mpmath.workdps(DIGITS + 10), ctx.workprec(240):
        _, V = hamiltonian(**{**fields, "shells": 3})
        listed = {order: value for key, value in dot.integrals() for order in equal_integrals(key)}
        for index in product(range(1, 7), repeat=4):
            p, q, r, s = (place - 1 for place in index)
            ball = listed.get(index, arb(0))
            wanted = arb(mpmath.nstr(V[p][q][r][s], DIGITS + 8))
            assert dot.integral(*index).overlaps(ball)
            assert abs(ball - wanted) <= abs(wanted) * arb(10) ** -DIGITS
            assert ball.rad() < arb(10) ** -DIGITS


@pytest.mark.parametrize("thickness", [1e-12, 0.01, 0.6, 3.0, 1e6, 1e30])
def test_all_integrals_of_a_thick_dot_agree_with_the_numeric_side(thickness):
    """Hypergeometric functions in balls against the trapezoidal rule, to a few units in the last place."""
    numbers = HarmonicDot(1.5, 4, 0.25, 1.4, thickness).two_body
    with ctx.workprec(160):
        for key, value in ExactHarmonic(
            Fraction(1.5), Fraction(0.25), 4, Fraction(1.4), Fraction(thickness)
        ).integrals():
            index = tuple(place - 1 for place in key)
            assert abs(numbers[index] - float(value.mid())) < 4e-15 * numbers.max()
            assert value.rad() < 1e-30


def test_high_integrals_agree_with_the_numeric_side():
    """Random ones of ten shells."""
    numbers = HarmonicDot(omega=1.3, field=0.7, shells=10, strength=2.0)
    dot = ExactHarmonic(Fraction(1.3), Fraction(0.7), 10, Fraction(2))
    m, rng = numbers.angular_momenta, np.random.default_rng(3)
    assert dot.momenta == tuple(m)
    for p, q, r in rng.integers(25, 55, size=(30, 3)):
        s = int(rng.choice(np.append(np.flatnonzero(m == m[p] - m[q] + m[r]), 0)))
        with ctx.workprec(200):
            ball = dot.integral(p + 1, q + 1, r + 1, s + 1)
        assert abs(float(ball.mid()) - numbers.two_body[p, q, r, s]) < 1e-14
        assert float(ball.rad()) < 1e-12


@pytest.mark.parametrize("thickness", ["0", "1e-9", "0.2", "0.7", "0.71", "4", "1e6"])
def test_integrals_of_a_thick_dot_are_those_of_the_mean_interaction_in_real_space(thickness):
    """In one orbital: the mean of 1/sqrt(r^2 + z^2) over z is a Bessel function, and the law of r is known."""
    dot = exact(omega="1.7", field="0.4", shells=1, strength="1.1", thickness=thickness)
    Omega, b = math.hypot(1.7, 0.2), float(thickness)

    def mean(r):
        """exp(y) K_0(y)/(2 b sqrt pi), which is 1/r for small b."""
        inverse = special.k0e(r * r / (8 * b * b)) / (2 * b * math.sqrt(math.pi)) if b > 1e-6 else 1 / r
        return inverse * Omega * r * math.exp(-Omega * r * r / 2)

    wanted = sum(
        integrate.quad(mean, *ends, epsabs=0, epsrel=1e-13)[0] for ends in ((0, 1e-2), (1e-2, 0.3), (0.3, 2), (2, 9))
    )
    with ctx.workprec(120):
        ball = dot.integral(1, 1, 1, 1)
    assert float(ball.mid()) == pytest.approx(1.1 * wanted, rel=1e-8 if thickness == "1e-9" else 1e-11)


@pytest.mark.parametrize("electrons", [1, 2, 3])
def test_rounding_to_integers_is_within_its_bound(electrons):
    """Matrices of 20 bits differ from those of 120 bits by less than their stated error, and by no tiny part of it."""
    dot = exact(**{**DOTS[0], "shells": 3})
    ratios = []
    for block in blocks_of(dot, electrons, electrons % 2):
        coarse, fine = (IntegralHamiltonian(harmonic_model(dot, bits), block).matrix() for bits in (20, 120))
        distance = np.linalg.norm(coarse.values - fine.values, 2)
        ratios.append(distance / float(coarse.error))
    assert 1e-4 < max(ratios) < 1


@pytest.mark.parametrize("fields", DOTS)
@pytest.mark.parametrize("electrons", [2, 3])
def test_all_levels_contain_those_of_the_occupation_bits(fields, electrons):
    """Energies, spins and angular momenta of all levels in two shells, to 60 digits."""
    found = oracle_of_all(fields, electrons, 9)
    with mpmath.workdps(DIGITS + 10):
        h, V = hamiltonian(**fields)
        m = (0, -1, 1)
        wanted = []
        above = {round(energy, 40) for energy, _ in eigenstates(h, V, electrons, electrons % 2 + 2)}
        for energy, vector in eigenstates(h, V, electrons, electrons % 2):
            bits = max(vector, key=lambda key: abs(vector[key]))
            wanted.append((energy, bits))
        assert len(wanted) == len(found.values["energies"])
        for (energy, _), ball, two_S in zip(wanted, found.values["energies"], found.values["two_S"], strict=True):
            assert contains(ball, energy)
            assert (two_S > electrons % 2) is (round(energy, 40) in above)
        if Fraction(fields["field"]):
            momenta = [sum(m[k % 3] for k in range(6) if bits >> k & 1) for _, bits in wanted]
            assert found.values["L"] == momenta


def oracle_of_all(fields, electrons, levels):
    return qdverify.oracle("spectrum", digits=DIGITS, dot=harmonic(**fields), electrons=electrons, levels=levels)


def test_transition_probabilities_contain_those_of_the_occupation_bits():
    """From one electron to two in a field, with weights of either sign, summed over all S_z."""
    fields, weights = DOTS[0], ["1/3", "-2", "0.7"]
    found = qdverify.oracle(
        "transition_probabilities",
        digits=30,
        dot=harmonic(**fields),
        electrons=1,
        levels_from=3,
        levels_to=9,
        weights=weights,
    )
    assert not found.sums
    with mpmath.workdps(DIGITS):
        h, V = hamiltonian(**fields)
        w = [mpmath.mpf(Fraction(x).numerator) / Fraction(x).denominator for x in weights]
        start = [level for two_Sz in (1, -1) for level in eigenstates(h, V, 1, two_Sz)]
        end = [level for two_Sz in (2, 0, -2) for level in eigenstates(h, V, 2, two_Sz)]
        energies = sorted({mpmath.nstr(energy, 30): energy for energy, _ in end}.values())
        for i, initial in enumerate(sorted({mpmath.nstr(energy, 30): energy for energy, _ in start}.values())):
            for j, final in enumerate(energies):
                total = mpmath.mpf(0)
                for (one, vector), spin in product(start, (0, 3)):
                    if abs(one - initial) < 1e-20:
                        raised = {}
                        for p in range(3):
                            add(raised, create(vector, p + spin), w[p])
                        targets = [other for two, other in end if abs(two - final) < 1e-20]
                        total += sum(sum(raised.get(b, 0) * x for b, x in other.items()) ** 2 for other in targets)
                ball = found.values["M"][j][i]
                assert abs(mpmath.mpf(str(ball.mid)) - total / 4) <= mpmath.mpf(str(ball.rad)) + mpmath.mpf(10) ** -30


@pytest.mark.parametrize("seed", range(4))
def test_random_dots_agree_with_the_numeric_side(seed):
    """Levels, spins, L and M_ji of random dots, by another derivation of the integrals and another search."""
    rng = np.random.default_rng(seed)
    omega, field, strength = (float(x) for x in rng.uniform([0.1, 0.1, -0.5], [3.0, 3.0, 4.0]))
    shells, electrons = [(4, 1), (3, 2), (3, 2), (2, 3)][seed]
    document = harmonic(omega=omega, field=field, shells=shells, strength=strength)
    dot = HarmonicDot(omega, shells, field, strength)
    start, end = solve(dot, electrons, 3), solve(dot, electrons + 1, 4)
    found = qdverify.oracle("spectrum", dot=document, electrons=electrons + 1, levels=4)
    np.testing.assert_allclose(end.energies, found.floats("energies"), rtol=1e-13)
    assert found.values["two_S"] == end.two_S.tolist()
    assert found.values["L"] == end.angular_momenta.tolist()
    weights = rng.normal(size=dot.orbitals).tolist()
    M = qdverify.oracle(
        "transition_probabilities", dot=document, electrons=electrons, levels_from=3, levels_to=4, weights=weights
    )
    np.testing.assert_allclose(transition_probabilities(start, end, weights=weights), M.floats("M"), atol=1e-11)


def test_without_a_field_levels_of_opposite_momenta_form_a_cluster_that_costs_no_digits():
    """They coincide exactly, which needs no precision to be seen; M_ji of each L is known in the sums."""
    dot = harmonic(omega="1/3", shells=3)
    found = qdverify.oracle("spectrum", dot=dot, electrons=3, levels=2)
    assert found.values["L"] == [-1, 1]
    assert [cluster.members for cluster in found.clusters] == [((1, -1, 1), (1, 1, 1))]
    assert "told apart with" not in found.method
    with pytest.raises(CutCluster, match="ask for levels=2"):
        qdverify.oracle("spectrum", dot=dot, electrons=3, levels=1)
    M = qdverify.oracle("transition_probabilities", dot=dot, electrons=2, levels_from=1, levels_to=2)
    sums = [(after.parity, value.mid) for _, after, value in M.sums]
    assert [L for L, _ in sums] == [-1, 1]
    assert sums[0][1] == sums[1][1]


def test_a_field_of_any_size_tells_opposite_momenta_apart():
    """The digits are raised until the levels are disjoint; their distance is L times the field."""
    dot = harmonic(shells=2, field="1e-40")
    found = qdverify.oracle("spectrum", dot=dot, electrons=2, levels=3)
    low, high = found.values["energies"][1:]
    assert (found.values["L"], found.clusters) == ([0, 1, -1], ())
    assert float(high.mid - low.mid) == pytest.approx(1e-40, rel=1e-3)


def test_the_order_at_a_crossing_in_a_field_is_proven():
    """Two electrons turn from singlet, L = 0, to triplet, L = 1: the oracle sees it 1e-12 on either side."""

    def gap(field):
        found = solve(HarmonicDot(1.0, 3, field), 2, 2)
        return (found.energies[1] - found.energies[0]) * (1 if found.two_S[0] == 0 else -1)

    crossing = optimize.brentq(gap, 1.0, 3.0, xtol=1e-14)
    sides = [
        qdverify.oracle("spectrum", dot=harmonic(shells=3, field=crossing + side), electrons=2, levels=2).values
        for side in (-1e-12, 1e-12)
    ]
    assert [side["two_S"] for side in sides] == [[0, 2], [2, 0]]
    assert [side["L"] for side in sides] == [[0, 1], [1, 0]]


@pytest.mark.parametrize(
    ("changes", "electrons"),
    [({"shells": 22}, 3), ({"shells": 10}, 5), ({"shells": 11}, 1)],
)
def test_too_many_determinants_are_refused_before_any_work(changes, electrons):
    """With the numbers in the message."""
    with pytest.raises(Refusal, match="exceed what a proof is tried for"):
        qdverify.oracle("spectrum", dot=harmonic(**changes), electrons=electrons)


def test_the_seconds_are_kept_while_integrals_are_formed():
    """The refusal says so."""
    with pytest.raises(Refusal, match="forming the integrals of 9 shells"):
        qdverify.oracle("spectrum", dot=harmonic(shells=9), electrons=2, seconds=0.2)


@pytest.mark.parametrize(
    "changes",
    [
        {"omega": 1e-300, "strength": 1e300},
        {"omega": 1e300, "strength": 1e-300},
        {"thickness": 1e300},
        {"thickness": 1e-300},
        {"omega": 1e-300, "field": 1e300},
    ],
)
def test_extreme_dots_are_answered_or_refused(changes):
    """Whole shells of levels then coincide; no other error escapes."""
    try:
        found = qdverify.oracle("spectrum", dot=harmonic(**changes), electrons=2, levels=5)
    except Refusal:
        return
    assert found.grade == "enclosed"


@pytest.mark.slow
@pytest.mark.parametrize("field", ["0", "1/3"])
def test_three_electrons_in_six_shells_have_twelve_digits(field):
    """And agree with the numeric side."""
    document = harmonic(omega="1/4", field=field, shells=6)
    found = qdverify.oracle("spectrum", dot=document, electrons=3, levels=6)
    numbers = solve(HarmonicDot(0.25, 6, float(Fraction(field))), 3, 6)
    np.testing.assert_allclose(numbers.energies, found.floats("energies"), rtol=1e-12)
    assert max(energy.rad for energy in found.values["energies"]) < 1e-12

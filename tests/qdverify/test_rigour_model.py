"""The integer Hamiltonian with WIDE errors: its rounding bound, errors of its matrices, and digits that are exact."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from flint import arb, ctx
from mpmath import mp, mpf

from qdverify.reference.enclosure.basis import allowed_spins, blocks
from qdverify.reference.enclosure.determinants import growth
from qdverify.reference.enclosure.fixed_point import FixedPoint, _one_body, _round, digits_needed, fixed_point
from qdverify.reference.enclosure.hamiltonian import BlockHamiltonian
from qdverify.reference.enclosure.interaction import (
    ExactDot,
    cosine_table,
    interaction_floor,
    interaction_integral,
    soft_coulomb_table,
)
from qdverify.reference.enclosure.moments import Moments, moments_by_quadrature, moments_in_closed_form

DOT = ExactDot(Fraction(19, 2), Fraction(1, 3), 3)


def wide(model: FixedPoint, pair_error: float, kinetic_error: float) -> FixedPoint:
    """Return the model with other stated errors."""
    return replace(model, pair_error=arb(pair_error), kinetic_error=arb(kinetic_error))


@pytest.mark.parametrize("orbitals", [1, 2, 5])
@pytest.mark.parametrize("electrons", [0, 1, 2, 3])
def test_the_rounding_bound_has_every_factor(orbitals: int, electrons: int) -> None:
    """2^-bits [4 N(N-1) M^2 e + N e'], each term alone and both together."""
    model = fixed_point(ExactDot(Fraction(1), Fraction(1), orbitals), bits=20)
    for e, e_kinetic in ((1.0, 0.0), (0.0, 1.0), (3.0, 5.0)):
        expected = (4 * electrons * (electrons - 1) * orbitals**2 * e + electrons * e_kinetic) / 2**20
        assert abs(float(wide(model, e, e_kinetic).rounding(electrons)) - expected) <= 1e-12 * expected


@pytest.mark.parametrize("signs", list(product((1, -1), repeat=4)))
def test_perturbed_integrals_move_two_electrons_in_one_orbital_by_the_bound(signs: tuple[int, ...]) -> None:
    """M = 1, N = 2: with every h off by e and t by e', the energy moves by 8 e + 2 e' at most, and that is attained."""
    model = fixed_point(ExactDot(Fraction(1), Fraction(1), 1), bits=30)
    e, e_kinetic = 1000, 70
    pairs = model.pairs.copy()
    for (p, q), sign in zip(((0, 0), (0, 2), (2, 0), (2, 2)), signs, strict=True):
        pairs[p, q] += sign * e
    kinetic = np.array([int(model.one_body[0, 0]) - int(_one_body(model.pairs, np.array([0], dtype=object))[0, 0])])
    moved = replace(model, pairs=pairs, one_body=_one_body(pairs, kinetic.astype(object) + e_kinetic))
    block = blocks(1, 2, 0)[0]
    one = np.array([1], dtype=object)
    energies = [int(BlockHamiltonian(some, block).multiply_exactly(one)[0]) for some in (model, moved)]
    bound = wide(model, e, e_kinetic).rounding(2) * arb(2) ** 30
    shift = abs(energies[1] - energies[0]) / int(block.metric[0])
    assert shift <= bound
    if signs == (1, -1, -1, 1):
        assert shift == 8 * e + 2 * e_kinetic == bound


@pytest.mark.parametrize("shift", [0, 1, 7])
def test_a_coarser_model_keeps_the_errors_of_the_finer_one(shift: int) -> None:
    """The errors shrink with the unit, and half a unit is added for each rounding."""
    model = wide(fixed_point(DOT, bits=60), 1000, 300)
    coarse = model.coarse(60 - shift)
    assert abs(float(coarse.pair_error) - (1000 / 2**shift + 0.5)) < 1e-9
    assert abs(float(coarse.kinetic_error) - (300 / 2**shift + 0.5)) < 1e-9


def test_coarse_integers_are_within_half_a_unit_and_kinetic_energies_too() -> None:
    """Rounding is to the nearest: the half unit that is added covers it, pair by pair."""
    model = fixed_point(DOT, bits=60)
    coarse = wide(model, 0, 0).coarse(40)
    difference = coarse.pairs * 2**20 - model.pairs
    assert max(abs(int(value)) for value in difference.flat) <= 2**19
    zero = np.zeros(3, dtype=object)
    kinetic = [np.diag(some.one_body - _one_body(some.pairs, zero)) for some in (model, coarse)]
    assert max(abs(int(b) * 2**20 - int(a)) for a, b in zip(*kinetic, strict=True)) <= 2**19


def test_rounding_of_balls_reaches_their_far_ends() -> None:
    """The error is the largest over all balls, radius and distance of the midpoint together."""
    with ctx.workprec(128):
        for rows in ([[arb("0.375 +/- 5"), arb(1)]], [[arb(1), arb("0.375 +/- 5")]], [[arb(1)], [arb("0.375 +/- 5")]]):
            integers, error = _round(rows)
            assert all(
                abs(value - int(integers[i, j])).upper() <= error
                for i, row in enumerate(rows)
                for j, value in enumerate(row)
            )
            assert 5.37 < error < 5.4


@pytest.mark.parametrize("error", [0, 10**9])
@pytest.mark.parametrize("electrons", [2, 3])
def test_a_matrix_states_the_rounding_of_the_model_and_of_its_elements(error: int, electrons: int) -> None:
    """At least three roundings of every element by row and column sums, and whatever the model is off by."""
    model = wide(fixed_point(DOT, bits=64), error, error)
    for two_S in allowed_spins(3, electrons):
        for block in (block for block in blocks(3, electrons, two_S) if block.size):
            hamiltonian = BlockHamiltonian(model, block)
            columns = BlockHamiltonian(model, block).columns(slice(0, max(1, block.size - 1)))
            matrix = hamiltonian.matrix
            for found in (matrix, columns, hamiltonian.columns(slice(0, 1))):
                sums = [float(abs(found.values).sum(axis=axis).max()) for axis in (0, 1)]
                rounding = float(model.rounding(electrons))
                assert float(found.error) >= 3 * 2.0**-53 * (sums[0] * sums[1]) ** 0.5 * (1 - 1e-9) + rounding
            for found in (matrix, columns):
                sums = [float(abs(found.values).sum(axis=axis).max()) for axis in (0, 1)]
                assert float(found.error) <= 5 * 2.0**-53 * (sums[0] * sums[1]) ** 0.5 + rounding * 1.001 + 1e-17


def test_columns_are_those_of_the_matrix_wherever_they_begin() -> None:
    """Normalised by the metrics of their own functions."""
    block = blocks(4, 3, 1)[0]
    whole = BlockHamiltonian(fixed_point(ExactDot.paper(4)), block).matrix.values.toarray()
    assert len(set(block.metric)) > 1
    for start in range(block.size - 2):
        fresh = BlockHamiltonian(fixed_point(ExactDot.paper(4)), block)
        assert (
            np.abs(fresh.columns(slice(start, start + 2)).values.toarray() - whole[:, start : start + 2]).max() < 1e-9
        )


@pytest.mark.parametrize(("orbitals", "electrons"), [(3, 3), (4, 3), (5, 4), (6, 3)])
def test_digits_are_so_narrow_that_doubles_hold_every_sum(orbitals: int, electrons: int) -> None:
    """With elements up to 2^(w-1) the largest sum of a column, and of a product of digits, stays below 2^53."""
    model = fixed_point(ExactDot.paper(orbitals), bits=96)
    for two_S in allowed_spins(orbitals, electrons):
        for block in (block for block in blocks(orbitals, electrons, two_S) if block.size):
            hamiltonian = BlockHamiltonian(model, block)
            functions = abs(block.functions)
            column = int(functions.sum(axis=0).max())
            width = hamiltonian._element_width()
            assert 2 ** (width - 1) * growth(block.alpha, block.beta) * column**2 <= 2**53
            for vector in (np.array([1] * block.size, dtype=object), np.array([3**80] * block.size, dtype=object)):
                width = hamiltonian._digit_width(vector)
                inward, outward = (
                    sum(int(abs(stack).sum(axis=axis).max()) for stack in hamiltonian._stacks) for axis in (1, 0)
                )
                longest = min(_longest(vector), max(_longest(model.pairs), _longest(model.one_body)))
                terms = digits_needed(longest, width) * int(functions.sum(axis=1).max()) * column
                assert 4 ** (width - 1) * terms * inward * (orbitals + 1) * outward < 2**53


def _longest(integers: np.ndarray) -> int:
    return max(int(abs(value)).bit_length() for value in integers.flat)


@pytest.mark.parametrize("electrons", [2, 3])
def test_products_in_digits_equal_products_of_the_integer_matrix(electrons: int) -> None:
    """The two exact routes give the same integers for vectors with all their digits at the largest."""
    model = fixed_point(ExactDot.paper(4), bits=96)
    for two_S in allowed_spins(4, electrons):
        for block in blocks(4, electrons, two_S):
            hamiltonian = BlockHamiltonian(model, block)
            for value in (2**71 - 1, -(2**71) + 1, 3**50):
                vector = np.array([value * (1 if k % 3 else -1) for k in range(block.size)], dtype=object)
                exact = hamiltonian._integer_matrix @ vector
                assert (hamiltonian._multiply_in_digits(vector) == exact).all()


@pytest.mark.parametrize("beta", [Fraction(1, 3), Fraction(4, 5), Fraction(19, 20)])
def test_few_terms_of_the_tail_are_charged_for_the_rest(beta: Fraction) -> None:
    """Moments of 40 bits by the closed form hold those of 400 bits by quadrature, wherever the series is cut."""
    narrow, truth = moments_in_closed_form(beta, 5, bits=40), moments_by_quadrature(beta, 5, bits=400)
    with ctx.workprec(500):
        for name in ("sine", "cosine", "weighted"):
            for ball, point in zip(getattr(narrow, name), getattr(truth, name), strict=True):
                assert ball.contains(point)
                assert ball.rad() > 0 or name == "sine" or ball.overlaps(point)


def test_integrals_with_wide_moments_stay_wide() -> None:
    """Moments known to 1e-3 give integrals that hold both ends of each moment."""
    with ctx.workprec(128):
        exact = moments_by_quadrature(Fraction(1, 2), 6)
        names = ("sine", "cosine", "weighted")
        parts = {}
        for sign in (-1, 0, 1):
            moved = [tuple(value + sign * arb("1e-3") for value in getattr(exact, name)) for name in names]
            parts[sign] = soft_coulomb_table(Moments(*moved), arb(1))
        blurred = Moments(*(tuple(value + arb(0, "1e-3") for value in getattr(exact, name)) for name in names))
        table = soft_coulomb_table(blurred, arb(1))
        for p, q in product(range(7), repeat=2):
            for sign in (-1, 0, 1):
                assert table[p][q].overlaps(parts[sign][p][q])
                assert table[p][q].contains(parts[sign][p][q].mid())


@pytest.mark.parametrize("kernel", ["soft-coulomb", "contact", "constant"])
@pytest.mark.parametrize("strength", [Fraction(3), Fraction(-3)])
def test_integrals_equal_sums_of_sines_in_mpmath(kernel: str, strength: Fraction) -> None:
    """(pq|rs) of both signs by a quadrature of four sines in two dimensions, to 8 digits."""
    dot = ExactDot(Fraction(2), Fraction(3, 2), 2, kernel, strength)
    table = cosine_table(dot)
    with mp.workdps(15):
        for p, q, r, s in ((1, 1, 1, 1), (1, 2, 1, 2), (1, 1, 2, 2)):
            expected = two_dimensions(kernel, p, q, r, s) * float(strength)
            found = float(interaction_integral(table, p, q, r, s)) / 4
            assert abs(found - expected) < 1e-8


def two_dimensions(kernel: str, p: int, q: int, r: int, s: int) -> mpf:
    """Integrate phi_p phi_q V phi_r phi_s over the box of length 2, by Gauss points; V of unit strength."""
    nodes, weights = np.polynomial.legendre.leggauss(60)
    x = nodes + 1

    def orbital(n: int) -> np.ndarray:
        return np.sin(n * np.pi * x / 2)

    left, right = weights * orbital(p) * orbital(q), weights * orbital(r) * orbital(s)
    if kernel == "contact":
        return mpf(float(np.sum(left * orbital(r) * orbital(s))))
    if kernel == "constant":
        return mpf(float(np.sum(left) * np.sum(right)))
    return mpf(float(left @ (1 / np.sqrt((x[:, None] - x) ** 2 + 1.5**2)) @ right))


@pytest.mark.parametrize("strength", [Fraction(2), Fraction(-2)])
@pytest.mark.parametrize("electrons", [0, 1, 2, 3, 4])
def test_the_floor_has_the_sign_of_the_interaction(strength: Fraction, electrons: int) -> None:
    """For every kernel the least value of V over the box, times the pairs; none for an attractive contact."""
    pairs, length, cutoff = electrons * (electrons - 1) // 2, Fraction(3), Fraction(4)
    attractive = strength < 0
    expected = {
        "soft-coulomb": pairs * strength * 3 / (4 if attractive else 5) * 3,
        "constant": pairs * strength * 9,
        "none": Fraction(0),
        "contact": None if attractive else Fraction(0),
    }
    for kernel, value in expected.items():
        found = interaction_floor(ExactDot(length, cutoff, 2, kernel, strength), electrons)
        assert (found is None) == (value is None)
        if value is not None:
            assert abs(float(found) - float(value)) < 1e-12

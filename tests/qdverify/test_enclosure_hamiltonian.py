"""The integer Hamiltonian, against an independent Jordan-Wigner construction in the whole Fock space."""

from fractions import Fraction
from functools import reduce

import numpy as np
import pytest
from flint import arb, ctx
from fock_space import annihilators, fock_hamiltonian

from qdverify.reference.enclosure import product
from qdverify.reference.enclosure.basis import Block, allowed_spins, blocks
from qdverify.reference.enclosure.fixed_point import FixedPoint, fixed_point, from_limbs, limbs
from qdverify.reference.enclosure.hamiltonian import BlockHamiltonian
from qdverify.reference.enclosure.interaction import ExactDot, cosine_table, interaction_integral
from qdverify.reference.enclosure.levels import lowest_levels
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.transitions import transition_matrix

DOT = ExactDot(Fraction(19, 2), Fraction(1, 3), 3)


def embed(block: Block) -> np.ndarray:
    """Return the block's functions in the Jordan-Wigner ordering of the Fock space, as Python integers."""
    orbitals = block.alpha.orbitals
    creators = [matrix.T for matrix in annihilators(orbitals)]
    vacuum = np.zeros(4**orbitals, dtype=int)
    vacuum[0] = 1
    columns = []
    for up in block.alpha.masks:
        for down in block.beta.masks:
            order = [2 * p for p in range(orbitals) if up >> p & 1] + [
                2 * p + 1 for p in range(orbitals) if down >> p & 1
            ]
            columns.append(reduce(lambda state, mode: creators[mode] @ state, reversed(order), vacuum))
    return (np.array(columns).T @ block.functions.toarray().astype(int)).astype(object)


@pytest.fixture(scope="module")
def model() -> FixedPoint:
    """Return a strongly interacting dot of three orbitals."""
    return fixed_point(DOT, bits=96)


@pytest.fixture(scope="module")
def fock(model: FixedPoint) -> np.ndarray:
    """Return its Hamiltonian in the whole Fock space."""
    return fock_hamiltonian(model)


@pytest.mark.parametrize("electrons", [0, 1, 2, 3, 4, 5, 6])
def test_exact_product_equals_second_quantisation(model: FixedPoint, fock: np.ndarray, electrons: int) -> None:
    """W^T H W x from strings and digits equals, integer by integer, c+ c+ c c in the whole Fock space."""
    rng = np.random.default_rng(electrons)
    for two_S in allowed_spins(3, electrons):
        for block in blocks(3, electrons, two_S):
            if block.size:
                vector = np.array(
                    [int(x) << 70 | int(y) for x, y in rng.integers(-(2**60), 2**60, (block.size, 2))], dtype=object
                )
                embedded = embed(block)
                expected = embedded.T @ (fock @ (embedded @ vector))
                assert (BlockHamiltonian(model, block).multiply_exactly(vector) == expected).all()


def test_one_changed_integral_is_noticed(model: FixedPoint) -> None:
    """A coefficient that is off by one unit of 2^-96 changes the exact product."""
    pairs = model.pairs.copy()
    pairs[0, 0] += 1
    changed = FixedPoint(model.dot, model.bits, pairs, model.one_body, model.pair_error, model.kinetic_error)
    block = blocks(3, 3, 1)[0]
    vector = np.array([1 << 100] * block.size, dtype=object)
    right, wrong = (BlockHamiltonian(some, block).multiply_exactly(vector) for some in (model, changed))
    assert (right != wrong).any()


@pytest.mark.parametrize("electrons", [2, 3, 4])
def test_float_matrix_lies_within_its_error(model: FixedPoint, fock: np.ndarray, electrons: int) -> None:
    """The double-precision matrix differs from the exact integers by less than its stated error."""
    for two_S in allowed_spins(3, electrons):
        for block in blocks(3, electrons, two_S):
            embedded = embed(block)
            exact = embedded.T @ fock @ embedded
            matrix = BlockHamiltonian(model, block).matrix
            with ctx.workprec(160):
                difference = [
                    ball(Fraction(int(exact[i, j]), 1 << 96)) / ball(int(block.metric[i] * block.metric[j])).sqrt()
                    - arb(float(matrix.values[i, j]))
                    for i, j in np.ndindex(exact.shape)
                ]
                norm = sum((x * x for x in difference), arb(0)).sqrt()
                assert norm < matrix.error
                assert float(matrix.error) < 1e-12


def test_chosen_columns_and_float_product_agree_with_the_whole_matrix(model: FixedPoint) -> None:
    """Columns are those of the full matrix, and the matrix-free product is its product."""
    block = blocks(3, 3, 1)[0]
    hamiltonian = BlockHamiltonian(model, block)
    whole = hamiltonian.matrix.values.toarray()
    assert np.array_equal(hamiltonian.columns(slice(1, 3)).values.toarray(), whole[:, 1:3])
    vectors = np.random.default_rng(0).normal(size=(block.size, 2))
    assert np.abs(hamiltonian.multiply(vectors) - whole @ vectors).max() < 1e-12


@pytest.mark.parametrize(("at_once", "stored"), [(product.ELEMENTS_AT_ONCE, product.MOST_STRINGS), (1, 3)])
def test_product_equals_the_matrix_in_every_block(monkeypatch: pytest.MonkeyPatch, at_once: int, stored: int) -> None:
    """H on a vector without its matrix, in one piece or string by string, is the matrix times the vector."""
    monkeypatch.setattr(product, "ELEMENTS_AT_ONCE", at_once)
    monkeypatch.setattr(product, "MOST_STRINGS", stored)
    model = fixed_point(ExactDot(Fraction(3), Fraction(1, 7), 4))
    rng = np.random.default_rng(1)
    for electrons in range(9):
        for two_S in allowed_spins(4, electrons):
            for block in blocks(4, electrons, two_S):
                hamiltonian = BlockHamiltonian(model, block)
                vectors = rng.normal(size=(block.size, 3))
                expected = hamiltonian.matrix.values @ vectors
                assert np.abs(hamiltonian.multiply(vectors) - expected).max(initial=0.0) < 1e-11


def test_rounding_bound_contains_the_true_integrals() -> None:
    """Every integer is within its stated error of the ball of the true number."""
    model = fixed_point(DOT, bits=80)
    table = cosine_table(DOT, bits=160)
    with ctx.workprec(160):
        for p, q in np.ndindex(model.pairs.shape):
            assert abs(table[p][q] * arb(2) ** 80 / 2 - ball(model.pairs[p, q])) <= model.pair_error
        for p in range(1, 4):
            exchange = sum((interaction_integral(table, p, q, q, p) for q in range(1, 4)), arb(0)) / 2
            rounded = ball(model.one_body[p - 1, p - 1]) * arb(2) ** -80
            assert abs((p * arb.pi()) ** 2 / 2 - exchange - rounded) < arb(2) ** -70
        coarse = model.coarse(40)
        for p, q in np.ndindex(model.pairs.shape):
            assert abs(table[p][q] * arb(2) ** 40 / 2 - ball(coarse.pairs[p, q])) <= coarse.pair_error


@pytest.mark.parametrize("places", [0, 1, 63, 200])
def test_zeros_behind_all_numbers_of_a_vector_change_nothing(places: int) -> None:
    """A vector times a power of two has the image times that power, to the last bit."""
    dot = fixed_point(ExactDot.paper(8), bits=64)
    hamiltonian = BlockHamiltonian(dot, blocks(8, 4, 2)[0])
    numbers = np.random.default_rng(places).integers(-(2**52), 2**52, hamiltonian.block.size)
    vector = np.array([int(x) for x in numbers], dtype=object)
    image = hamiltonian.multiply_exactly(vector)
    one, two = (hamiltonian._integer_matrix[k] @ vector for k in (0, 17))
    assert (image[0], image[17]) == (one, two)
    assert all(hamiltonian.multiply_exactly(vector * (1 << places)) == image * (1 << places))
    assert not any(hamiltonian.multiply_exactly(0 * vector))


@pytest.mark.parametrize("states", [1, 50, 186])
def test_the_approximate_corner_is_that_of_the_matrix(states: int) -> None:
    """The part of A that starts the search equals the proven columns to double precision."""
    hamiltonian = BlockHamiltonian(fixed_point(ExactDot.paper(8), bits=64), blocks(8, 4, 2)[0])
    corner = hamiltonian.approximate(states)
    assert np.allclose(corner, hamiltonian.matrix.values[:states, :states].toarray(), rtol=0, atol=1e-11)
    assert np.allclose(corner, hamiltonian.approximate(states), rtol=0, atol=1e-11)


@pytest.mark.parametrize("width", [4, 16, 20, 38])
def test_digits_give_the_integers_back(width: int) -> None:
    """Balanced digits are exact for both signs, at the edges of their range too."""
    integers = np.array([0, 1, -1, 2**width, -(2 ** (width - 1)), 2 ** (width - 1), 3**200, -(7**90)], dtype=object)
    digits = limbs(integers, width)
    assert np.abs(digits).max() <= 2 ** (width - 1)
    assert (from_limbs(digits, width) == integers).all()


@pytest.mark.parametrize("width", [3, 4, 7, 20, 24])
def test_digits_hold_integers_next_to_powers_of_two(width: int) -> None:
    """The largest integers of any length survive being written in digits: balanced digits reach less far upward."""
    integers = np.array([sign * (2**bits - 1) for bits in range(1, 4 * width) for sign in (1, -1)], dtype=object)
    for value in integers:
        alone = np.array([value], dtype=object)
        assert (from_limbs(limbs(alone, width), width) == alone).all()


@pytest.mark.parametrize("digits", range(12, 24))
def test_probabilities_of_nearly_pure_states_do_not_jump(digits: int) -> None:
    """M_ji of a weak contact agree at any precision: the leading component is then just below a power of two."""
    dot = ExactDot(Fraction(1.1129658720516096), Fraction(0), 3, "contact", Fraction(-0.011029472214597798))
    with ctx.workprec(200):
        initial, final = (lowest_levels(dot, electrons, 1, digits=digits) for electrons in (3, 4))
        (value,) = transition_matrix(initial, final)[0]
    assert abs(float(value) - 0.499999944883) < 1e-11

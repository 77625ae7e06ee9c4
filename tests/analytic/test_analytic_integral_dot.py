from fractions import Fraction

import mpmath
import pytest
import sympy
from fock_integrals import matrix, transition_probabilities
from random_integrals import full_tensor, random_integrals
from rows import over

from analytic import (
    exact_levels,
    exact_transition_probabilities,
    integral_blocks,
    integral_determinants,
    integral_dot,
    integral_levels,
    to_digits,
    transition_probabilities_between,
    weyl_paldus_dimension,
)

x = sympy.Symbol("x")
LABELS = (1, 2, 4)


def sympified(h, entries):
    tensor = full_tensor(len(h), entries)
    rational = sympy.Rational
    return (
        [[rational(value) for value in row] for row in h],
        [[[[rational(v) for v in s] for s in r] for r in q] for q in tensor],
    )


@pytest.mark.parametrize("irreps", [None, LABELS])
@pytest.mark.parametrize("electrons", range(7))
def test_blocks_hold_the_spectrum_of_every_spin_projection(electrons, irreps):
    """The product of the blocks' polynomials with S >= |S_z| is that of H by ladder operators on bit strings."""
    h, entries = random_integrals(3, seed=electrons, irreps=irreps)
    dot = integral_dot(h, entries, core="7/3", irreps=irreps)
    blocks = integral_blocks(dot, electrons)
    for two_Sz in range(electrons % 2, min(electrons, 6 - electrons) + 1, 2):
        product = sympy.Integer(1)
        for block in blocks:
            if block.two_S >= two_Sz:
                product *= block.characteristic_polynomial(x)
        reference = matrix(*sympified(h, entries), sympy.Rational(7, 3), electrons, two_Sz).charpoly(x).as_expr()
        assert sympy.expand(product - reference) == 0


@pytest.mark.parametrize("electrons", [1, 2, 3])
def test_determinants_of_the_irreps_make_up_the_sector(electrons):
    """Blocks of determinants by S_z and irrep have the spectrum of the whole sector."""
    h, entries = random_integrals(3, seed=5, irreps=LABELS)
    dot = integral_dot(h, entries, irreps=LABELS)
    whole = integral_determinants(dot, electrons, electrons % 2).charpoly(x).as_expr()
    parts = [integral_determinants(dot, electrons, electrons % 2, irrep) for irrep in range(1, 9)]
    assert sum(part.rows for part in parts) == sympy.Poly(whole, x).degree()
    assert sympy.expand(sympy.prod([part.charpoly(x).as_expr() for part in parts]) - whole) == 0


def test_block_sizes_are_weyl_and_paldus():
    """The number of multiplets of each spin does not depend on the irreps."""
    dot = integral_dot([[0] * 4] * 4, irreps=(1, 2, 3, 4))
    for electrons in range(9):
        sizes = {}
        for block in integral_blocks(dot, electrons):
            sizes[block.two_S] = sizes.get(block.two_S, 0) + len(block.basis)
        assert sizes == {two_S: weyl_paldus_dimension(electrons, 4, two_S) for two_S in sizes}
        assert sum((two_S + 1) * size for two_S, size in sizes.items()) == sympy.binomial(8, electrons)


@pytest.mark.parametrize("electrons", [0, 1, 2, 3])
def test_transition_probabilities_with_weights_are_those_of_ladder_operators(electrons):
    """M_ji with weights equals Eq. (4) summed over every S_z by operators on bit strings."""
    h, entries = random_integrals(3, seed=11, irreps=LABELS)
    weights = [Fraction(2), Fraction(-1, 3), Fraction(5, 7)]
    dot = integral_dot(h, entries, irreps=LABELS)
    initial, final = (integral_levels(dot, N, digits=30)[:6] for N in (electrons, electrons + 1))
    with mpmath.workdps(40):
        numbers = [mpmath.mpf(w.numerator) / w.denominator for w in weights]
        found = transition_probabilities_between(initial, final, weights=numbers)
        reference = transition_probabilities(
            *sympified(h, entries),
            electrons,
            weights=numbers,
            initial=[(level.energy, level.two_S) for level in initial],
            final=[(level.energy, level.two_S) for level in final],
        )
    assert max(max(row) for row in reference) > 0.01
    for row, expected in zip(found, reference, strict=True):
        assert all(abs(a - b) < 1e-25 for a, b in zip(row, expected, strict=True))


def test_exact_levels_and_probabilities_are_the_numeric_ones():
    """Algebraic levels and M_ji agree with those of 30 digits, weights included."""
    h, entries = random_integrals(2, seed=3)
    dot, weights = integral_dot(h, entries, core=2), [3, Fraction(-1, 2)]
    exact, numeric = ([find(dot, N) for N in (1, 2)] for find in (exact_levels, integral_levels))
    for some, others in zip(exact, numeric, strict=True):
        assert [level.two_S for level in some] == [level.two_S for level in others]
        assert all(abs(to_digits(a.energy) - b.energy) < 1e-28 for a, b in zip(some, others, strict=True))
    found = exact_transition_probabilities(*exact, weights)
    with mpmath.workdps(40):
        expected = transition_probabilities_between(*numeric, weights=[mpmath.mpf(3), mpmath.mpf(-0.5)])
    for row, others in zip(found, expected, strict=True):
        assert all(abs(to_digits(a) - b) < 1e-25 for a, b in zip(row, others, strict=True))


def test_the_sum_rule_counts_the_empty_places_by_their_weights():
    """Summed over all levels j, M_ji times 2(2S_i+1) is the sum of w^2 (1 - n) over both spins, here for the vacuum."""
    h, entries = random_integrals(3, seed=4)
    dot, weights = integral_dot(h, entries), [1, 2, 3]
    found = exact_transition_probabilities(exact_levels(dot, 0), exact_levels(dot, 1), weights)
    assert abs(sum(to_digits(row[0]) for row in found) - 14) < 1e-25


def test_symbolic_blocks_of_two_states_have_closed_forms():
    """The symbolic states satisfy H v = E v."""
    h, U = sympy.symbols("h U", positive=True)
    dot = integral_dot([[0, h], [h, U]])
    for level in exact_levels(dot, 1):
        H = integral_blocks(dot, 1)[0].hamiltonian
        vector = sympy.Matrix(level.coefficients)
        assert sympy.simplify(H * vector - level.energy * vector) == sympy.zeros(2, 1)


BAD = [
    (([[0, 1], [2, 0]],), {}, "h_2,1=2 must equal h_1,2=1"),
    (([[0, 1]],), {}, "1 rows"),
    (([],), {}, "0 rows"),
    (([[float("nan")]],), {}, "h_1,1=nan must be a finite number"),
    (([[1j]],), {}, "h_1,1=1j must be a finite number"),
    (([[sympy.I]],), {}, "h_1,1=I must be real"),
    (([[0]], [[1, 1, 1, 2, 1]]), {}, "orbital index=2 must be at most 1"),
    (([[0]], [[1, 1, 1, 0, 1]]), {}, "orbital index=0 must be at least 1"),
    (([[0]], [[1, 1, 1, 1]]), {}, "four indices and a value"),
    (([[0] * 2] * 2, [[1, 2, 1, 1, 1], [1, 1, 2, 1, 2]]), {}, r"\(1 1\|1 2\)=2 and 1"),
    (([[0] * 2] * 2, [[1, 2, 1, 1, 1]]), {"irreps": (1, 2)}, r"\(1 1\|1 2\)=1 must vanish"),
    (([[0, 3], [3, 0]],), {"irreps": (1, 2)}, "h_2,1=3 must vanish"),
    (([[0]],), {"irreps": (9,)}, "irrep=9 must be at most 8"),
    (([[0]],), {"irreps": (1, 1)}, "2 irreps must be 1"),
    (([[0]],), {"core": "x"}, "core='x' must be a finite number"),
]


@over(("positional", "named", "message"), BAD)
def test_bad_integrals_are_refused_by_value_and_rule(positional, named, message):
    """Each rule of the object has its own message."""
    with pytest.raises(ValueError, match=message):
        integral_dot(*positional, **named)


def test_entries_given_twice_with_one_value_are_accepted():
    """Files list equal integrals more than once."""
    assert integral_dot([[0] * 2] * 2, [[1, 2, 1, 1, 4], [1, 1, 2, 1, 4]]).two_body == {(1, 1, 1, 2): 4}


def test_too_many_electrons_are_refused():
    """2M is the most that M orbitals hold."""
    with pytest.raises(ValueError, match=r"electrons=3 must not exceed 2\*orbitals=2"):
        integral_blocks(integral_dot([[0]]), 3)


def test_larger_symbolic_blocks_are_refused():
    """A symbolic block of three states has a polynomial, not a list of levels."""
    e = sympy.Symbol("e")
    with pytest.raises(ArithmeticError, match="symbolic block of 3 states"):
        exact_levels(integral_dot(sympy.diag(e, 2 * e, 3 * e).tolist()), 1)

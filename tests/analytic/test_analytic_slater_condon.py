from itertools import combinations, product

import sympy
from hypothesis import given
from hypothesis import strategies as st

from analytic.determinants import create, orbital_of, sigma_of, spin_orbital
from analytic.slater_condon import as_expression, canonical, determinant_element, symbol

ORBITALS = 3


def annihilate(determinant, removed):
    if removed not in determinant:
        return None
    position = determinant.index(removed)
    return (-1) ** position, (*determinant[:position], *determinant[position + 1 :])


def second_quantised(determinant):
    """Apply H literally as physics.md section 2 writes it, factor 1/2 and all, operator by operator."""
    result = {}
    for i in determinant:
        result[determinant] = result.get(determinant, 0) + symbol((orbital_of(i),))
    for p, q, r, s in product(range(1, ORBITALS + 1), repeat=4):
        if (p + q + r + s) % 2:
            continue
        for sigma, tau in product((1, -1), repeat=2):
            steps = (
                (annihilate, spin_orbital(q, sigma)),
                (annihilate, spin_orbital(s, tau)),
                (create, spin_orbital(r, tau)),
                (create, spin_orbital(p, sigma)),
            )
            sign, state = 1, determinant
            for act, which in steps:
                step = act(state, which)
                if step is None:
                    break
                sign, state = sign * step[0], step[1]
            else:
                result[state] = result.get(state, 0) + sign * symbol(canonical(p, q, r, s)) / 2
    return {state: sympy.expand(value) for state, value in result.items()}


@given(st.sets(st.integers(0, 2 * ORBITALS - 1), min_size=1, max_size=5))
def test_slater_condon_rules_are_the_second_quantised_hamiltonian(occupied):
    """Every matrix element out of a determinant agrees with the operators applied one by one."""
    right = tuple(sorted(occupied))
    expected = second_quantised(right)
    for left in combinations(range(2 * ORBITALS), len(right)):
        assert sympy.expand(as_expression(determinant_element(left, right)) - expected.get(left, 0)) == 0


def test_opposite_spins_do_not_exchange():
    """<1u 2d|H|1u 2d> has no (12|12); <1u 2u|H|1u 2u> has it with the sign minus."""
    opposite, parallel = ((spin_orbital(1, 1), spin_orbital(2, sigma)) for sigma in (-1, 1))
    assert canonical(1, 2, 1, 2) not in determinant_element(opposite, opposite)
    assert determinant_element(parallel, parallel)[canonical(1, 2, 1, 2)] == -1
    assert [sigma_of(i) for i in opposite] == [1, -1]


@given(st.tuples(*[st.integers(1, 5)] * 4))
def test_canonical_order_is_one_of_the_eight(indices):
    """Real orbitals: (pq|rs) = (qp|rs) = (pq|sr) = (rs|pq); physicists' <pq|rs> is not among them."""
    p, q, r, s = indices
    assert canonical(p, q, r, s) == canonical(q, p, r, s) == canonical(r, s, p, q) == canonical(s, r, q, p)
    assert canonical(1, 2, 1, 2) != canonical(1, 1, 2, 2)

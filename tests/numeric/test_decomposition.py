"""The decomposition of a transition into pairs of determinants, Table IV."""

import numpy as np
import pytest
from fock import create
from hypothesis import given
from hypothesis import strategies as st
from random_dots import filled_dots, lowest

from numeric import Dot, decompose, solve, transition_probabilities


@pytest.fixture(scope="module")
def table_four():
    """Ground state of N = 3 to the third excited level of N = 4, M = 12."""
    return decompose(solve(Dot.paper(12), 3, 1), 0, solve(Dot.paper(12), 4, 4), 3)


def test_leading_determinants_are_those_of_table_four(table_four):
    """Coefficients and occupations of physics.md section 7, the N = 3 state mirrored to S_z = +1/2."""
    np.testing.assert_allclose(
        np.abs(table_four.initial.coefficients[:5]), [0.6425, 0.3849, 0.3217, 0.2938, 0.2919], atol=1e-4
    )
    np.testing.assert_allclose(np.abs(table_four.final.coefficients[:4]), [0.3707, 0.3482, 0.3272, 0.2542], atol=1e-4)
    assert table_four.initial.determinants(4) == [((1, 2), (1,)), ((2, 3), (3,)), ((2, 3), (1,)), ((1, 4), (1,))]
    assert table_four.final.determinants(4) == [
        ((1, 3), (1, 3)),
        ((1, 4), (1, 4)),
        ((2, 3), (2, 3)),
        ((2, 4), (2, 4)),
    ]


def test_two_of_the_leading_pairs_connect_and_nearly_cancel(table_four):
    """Their amplitude squared is the paper's estimate 0.0006; the full sum gives M = 0.0049."""
    assert np.count_nonzero(table_four.among_leading(4)) == 2
    first, second = table_four.contributions[table_four.among_leading(4)]
    assert first * second < 0.0
    assert abs(first + second) < 0.2 * min(abs(first), abs(second)) + 0.01
    assert abs(table_four.amplitude_among_leading(4) ** 2 - 0.0006) < 5e-5
    assert abs(table_four.probability - 0.0049) < 5e-5


@given(case=filled_dots(electrons=(1, 4)), data=st.data())
def test_whole_sum_is_the_amplitude_from_any_components(case, data):
    """Whatever S_z is chosen, the sum over all pairs gives M_ji, and every pair obeys the spatial selection rule."""
    dot, N = case
    initial, final = lowest(dot, N, 1), lowest(dot, N + 1, 2)
    M = transition_probabilities(initial, final)
    two_S_i = int(initial.two_S[0])
    for j, two_S_j in enumerate(final.two_S.tolist()):
        if abs(two_S_j - two_S_i) != 1:
            continue
        pairs = [(m, k) for m in range(-two_S_i, two_S_i + 1, 2) for k in (m - 1, m + 1) if abs(k) <= two_S_j]
        result = decompose(initial, 0, final, j, two_Sz=data.draw(st.sampled_from(pairs)))
        assert abs(result.probability - M[j, 0]) < 1e-11
        assert abs(result.running_sum[-1] - result.amplitude) < 1e-13
        assert np.all(np.diff(np.abs(result.contributions)) <= 0.0)


def test_contributions_carry_the_sign_of_reordering_the_creators():
    """Each contribution equals b_j b_i <nu_j|c+|nu_i>, the element spelled out on spin orbitals."""
    M = 4
    dot = Dot(2.0, 0.01, M)
    result = decompose(solve(dot, 2, 2), 1, solve(dot, 3, 2), 0, two_Sz=(0, -1))

    def spin_orbitals(determinant):
        return tuple(n - 1 for n in determinant[0]) + tuple(M + n - 1 for n in determinant[1])

    before = [spin_orbitals(d) for d in result.initial.determinants(result.initial.coefficients.size)]
    after = [spin_orbitals(d) for d in result.final.determinants(result.final.coefficients.size)]
    for i, j, n, value in zip(result.nu_i, result.nu_j, result.orbital, result.contributions, strict=True):
        reached, sign = create((before[i], 1), M + n - 1)
        assert reached == after[j]
        assert value == pytest.approx(sign * result.initial.coefficients[i] * result.final.coefficients[j], abs=1e-16)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 5), "forbidden by spin"),
        ((0, 9), "level=9 must be below 6"),
        ((0, -1), "level=-1 must be at least 0"),
        ((2, 0), "forbidden by spin"),
    ],
)
def test_forbidden_transitions_are_refused(arguments, message):
    """A doublet does not become a quintet, and there are no levels beyond the last."""
    i, j = arguments
    with pytest.raises(ValueError, match=message):
        decompose(solve(Dot.paper(9), 3, 3), i, solve(Dot.paper(9), 4, 6), j)


def test_a_vanishing_coefficient_is_refused_and_not_divided_by():
    """S_i = 1/2, S_zi = 1/2 -> S_zj = 1 adds an up electron to a singlet: no such component."""
    with pytest.raises(ValueError, match="must"):
        decompose(solve(Dot.paper(9), 3, 3), 0, solve(Dot.paper(9), 4, 6), 0, two_Sz=(1, 2))


@pytest.mark.parametrize(("two_S", "two_Sz"), [((1, 2), (-1, 2)), ((1, 4), (1, 2))])
def test_one_electron_changes_spin_and_projection_by_one_half(two_S, two_Sz):
    """Both selection rules hold at once: neither -1/2 to 1 nor a doublet to a quintet."""
    dot = Dot(1.0, 0.1, 4)
    initial, final = solve(dot, 3, 1), solve(dot, 4, 36)
    assert initial.two_S[0] == two_S[0]
    with pytest.raises(ValueError, match=r"must each change by 1: forbidden by spin"):
        decompose(initial, 0, final, final.two_S.tolist().index(two_S[1]), two_Sz=two_Sz)


@pytest.mark.parametrize("two_Sz", [3, (1,), ("1", 2), "12"])
def test_projections_are_a_pair_of_integers(two_Sz):
    """Anything else is refused by name."""
    dot = Dot(1.0, 0.1, 2)
    with pytest.raises(ValueError, match="two_Sz="):
        decompose(solve(dot, 0, 1), 0, solve(dot, 1, 1), 0, two_Sz=two_Sz)


def test_decompositions_are_told_apart_by_identity():
    """Arrays have no truth value: a result equals itself alone, and can be a key."""
    initial, final = solve(Dot(1.0, 0.1, 2), 0, 1), solve(Dot(1.0, 0.1, 2), 1, 1)
    first, second = decompose(initial, 0, final, 0), decompose(initial, 0, final, 0)
    assert len({first, second}) == 2

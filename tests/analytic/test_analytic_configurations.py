from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from second_routes import parity_resolved_multiplets, raise_spin

from analytic.configurations import (
    configurations,
    coupling_paths,
    ground_energy,
    noninteracting_levels,
    spin_adapted,
)
from analytic.determinants import lower_spin, overlap, sigma_of
from analytic.dimensions import multiplet_count

bases = st.integers(1, 4).flatmap(lambda M: st.tuples(st.integers(0, 2 * M), st.just(M)))


def states(electrons, orbitals):
    return [state for occupied in configurations(electrons, orbitals) for state in spin_adapted(occupied)]


def total_spin_squared(vector):
    """Return S^2 |v> = (S_- S_+ + S_z (S_z + 1)) |v>, all dets of v having one S_z; times four to stay integer."""
    two_Sz = sum(sigma_of(i) for i in next(iter(vector)))
    result = Counter({d: two_Sz * (two_Sz + 2) * c for d, c in vector.items()})
    for determinant, coefficient in lower_spin(raise_spin(vector)).items():
        result[determinant] += 4 * coefficient
    return {d: c for d, c in result.items() if c}


@given(bases)
def test_every_component_is_an_eigenstate_of_spin(basis):
    """S^2 |a> = S(S+1) |a> for each configuration, path and S_z, in integers; the highest is annihilated by S_+."""
    for state in states(*basis):
        for two_Sz, vector in state.components.items():
            assert {sum(sigma_of(i) for i in d) for d in vector} == {two_Sz}
            assert total_spin_squared(vector) == {
                d: state.two_S * (state.two_S + 2) * c for d, c in vector.items() if state.two_S
            }
        assert not raise_spin(state.components[state.two_S])
        assert not lower_spin(state.components[-state.two_S])


@given(bases)
def test_spin_adapted_configurations_are_a_complete_orthogonal_basis(basis):
    """Different states of one S_z are orthogonal, and each (S, parity) has the Weyl-Paldus number of them."""
    found = states(*basis)
    for a, b in ((a, b) for k, a in enumerate(found) for b in found[:k]):
        for two_Sz in set(a.components) & set(b.components):
            assert overlap(a.components[two_Sz], b.components[two_Sz]) == 0
    counted = Counter((state.two_S, state.parity) for state in found)
    for two_S in range(basis[0] % 2, basis[0] + 1, 2):
        assert {parity: counted[two_S, parity] for parity in (1, -1)} == parity_resolved_multiplets(*basis, two_S)


@given(bases, st.integers(0, 60))
def test_configurations_up_to_an_energy_are_all_of_them_and_no_others(basis, energy):
    """The search up to an energy finds what sorting out all configurations finds."""
    everything = configurations(*basis)
    low = [occupied for occupied in everything if sum(n**2 for n in occupied) <= energy]
    assert list(configurations(*basis, largest_energy=energy)) == low


@given(st.integers(0, 8), st.integers(0, 8))
def test_coupling_paths_are_counted_by_f(open_shells, two_S):
    """f(k, S) paths couple k electrons to S, none for the wrong parity."""
    expected = multiplet_count(open_shells, two_S) if (open_shells - two_S) % 2 == 0 else 0
    assert len(coupling_paths(open_shells, two_S)) == expected


def test_three_open_shells_have_two_doublets_and_a_quartet():
    """{1,2,3}: the fact of physics.md section 4."""
    assert [state.two_S for state in spin_adapted((1, 2, 3))] == [1, 1, 3]


@given(st.integers(2, 6), st.integers(1, 25))
def test_levels_rise_and_the_last_cluster_is_whole(electrons, count):
    """Asking for more levels never changes those below, and no level of the last energy is cut."""
    levels = noninteracting_levels(electrons, 9, count)
    more = noninteracting_levels(electrons, 9, len(levels) + 1)
    assert more[: len(levels)] == levels
    assert more[len(levels)].energy > levels[-1].energy
    assert levels[0].energy == ground_energy(electrons)
    assert all(a.energy <= b.energy for a, b in pairwise(levels))


def test_lowest_levels_of_three_electrons():
    """Sum n^2 of {112}, {122}, {113}, {123} (three multiplets), {223}."""
    levels = noninteracting_levels(3, 6, 7)
    assert [(x.energy, x.two_S, x.parity) for x in levels] == [
        (6, 1, -1), (9, 1, 1), (11, 1, 1), (14, 1, -1), (14, 1, -1), (14, 3, -1), (17, 1, 1),
    ]  # fmt: skip


def test_impossible_requests_are_refused():
    """Too many electrons, too many levels, no basis, no levels, less than nothing."""
    with pytest.raises(ValueError, match="electrons=7 must not exceed 6"):
        noninteracting_levels(7, 9, 1)
    with pytest.raises(ValueError, match="count=5 must not exceed the 3 levels"):
        noninteracting_levels(1, 3, 5)
    with pytest.raises(ValueError, match="orbitals=0"):
        noninteracting_levels(0, 0, 1)
    with pytest.raises(ValueError, match="electrons=3 must not exceed 6 or"):
        noninteracting_levels(3, 1, 1)
    with pytest.raises(ValueError, match="count=0"):
        noninteracting_levels(1, 1, 0)
    with pytest.raises(ValueError, match="electrons=-1"):
        noninteracting_levels(-1, 1, 1)
    with pytest.raises(ValueError, match="open_shells=-1"):
        coupling_paths(-1, 1)
    with pytest.raises(ValueError, match="two_S=-1"):
        coupling_paths(1, -1)

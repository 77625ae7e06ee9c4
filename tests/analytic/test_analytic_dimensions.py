from itertools import combinations
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st
from second_routes import (
    parity_resolved_dimensions,
    parity_resolved_multiplets,
    sector_dimension,
    weyl_paldus_identity,
)

from analytic.dimensions import multiplet_count, weyl_paldus_dimension

bases = st.integers(1, 9).flatmap(lambda M: st.tuples(st.integers(0, 2 * M), st.just(M)))


def spins(electrons):
    return range(electrons % 2, electrons + 1, 2)


@given(st.integers(0, 14))
def test_multiplets_hold_all_spin_states(electrons):
    """sum_S (2S+1) f(N,S) = 2^N."""
    assert sum((two_S + 1) * multiplet_count(electrons, two_S) for two_S in spins(electrons)) == 2**electrons


def test_multiplet_counts_of_the_papers_dot():
    """[J96]: N = 2: one singlet, one triplet; N = 3: two doublets, one quartet; N = 4: 2, 3, 1."""
    assert [multiplet_count(4, two_S) for two_S in (0, 2, 4)] == [2, 3, 1]
    assert [multiplet_count(3, two_S) for two_S in (1, 3)] == [2, 1]
    assert multiplet_count(3, 5) == 0


def test_weyl_paldus_is_proved_for_symbolic_basis_and_electrons():
    """The formula equals d(S_z=S) - d(S_z=S+1) identically."""
    assert weyl_paldus_identity() == 0


@given(bases)
def test_multiplets_add_up_to_the_slater_basis(basis):
    """sum_S (2S+1) Weyl(N,M,S) = C(2M,N), and parities add up to it."""
    electrons, orbitals = basis
    dimensions = {two_S: weyl_paldus_dimension(electrons, orbitals, two_S) for two_S in spins(electrons)}
    assert sum((two_S + 1) * count for two_S, count in dimensions.items()) == comb(2 * orbitals, electrons)
    for two_S, count in dimensions.items():
        assert count == sector_dimension(electrons, orbitals, two_S) - sector_dimension(electrons, orbitals, two_S + 2)
        assert count == sum(parity_resolved_multiplets(electrons, orbitals, two_S).values())


@given(st.integers(1, 5).flatmap(lambda M: st.tuples(st.integers(0, 2 * M), st.just(M))))
def test_parity_counts_equal_enumeration(basis):
    """Generating functions count what listing every determinant counts."""
    electrons, orbitals = basis
    for two_Sz in range(-electrons, electrons + 1, 2):
        counted = {1: 0, -1: 0}
        ups = (electrons + two_Sz) // 2
        for up in combinations(range(1, orbitals + 1), ups):
            for down in combinations(range(1, orbitals + 1), electrons - ups):
                counted[(-1) ** sum(n + 1 for n in up + down)] += 1
        assert parity_resolved_dimensions(electrons, orbitals, two_Sz) == counted


def test_block_sizes_of_the_certified_oracle():
    """certification.md: M = 13, N = 4: 1204/1162 (S = 0), 1491/1512 (S = 1), 365/350 (S = 2), by parity."""
    sizes = [parity_resolved_multiplets(4, 13, two_S) for two_S in (0, 2, 4)]
    assert sizes == [{1: 1204, -1: 1162}, {1: 1491, -1: 1512}, {1: 365, -1: 350}]


def test_impossible_counts_are_refused():
    """Spin of the wrong parity, too many electrons, negative numbers."""
    with pytest.raises(ValueError, match="two_S=1 must have the parity"):
        multiplet_count(4, 1)
    with pytest.raises(ValueError, match="two_S=-1 must be at least 0"):
        multiplet_count(3, -1)
    with pytest.raises(ValueError, match="electrons=5 must not exceed"):
        weyl_paldus_dimension(5, 2, 1)
    with pytest.raises(ValueError, match="electrons=-1"):
        multiplet_count(-1, 1)
    with pytest.raises(ValueError, match="orbitals=0"):
        weyl_paldus_dimension(0, 0, 0)

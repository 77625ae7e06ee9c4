"""How much one element of the integer Hamiltonian can grow, against a count of every path."""

from collections import Counter
from itertools import combinations, product

import numpy as np
import pytest

from qdverify.reference.enclosure.determinants import determinant_rows, growth
from qdverify.reference.enclosure.strings import strings

String = frozenset[int]


def _hops(string: String, orbitals: int) -> list[String]:
    """Return where E_pq leads from a string, one entry for each pair (p, q) that does not annihilate it."""
    empty = set(range(orbitals)) - string
    return [string for _ in string] + [string - {q} | {p} for q in string for p in empty]


def _most_paths(orbitals: int, up: int, down: int, *, rows: int | None = None) -> int:
    """Return the largest sum over paths to one target: 4 for two hops of one spin, 8 for one of each, 1 for o."""
    families = [[frozenset(chosen) for chosen in combinations(range(orbitals), n)] for n in (up, down)]
    most = 1
    for a, b in list(product(*families))[:rows]:
        total: Counter[tuple[String, String]] = Counter()
        hops_a, hops_b = _hops(a, orbitals), _hops(b, orbitals)
        for middle in hops_a:
            total[middle, b] += 1
            for end in _hops(middle, orbitals):
                total[end, b] += 4
        for middle in hops_b:
            total[a, middle] += 1
            for end in _hops(middle, orbitals):
                total[a, end] += 4
        for one, two in product(hops_a, hops_b):
            total[one, two] += 8
        most = max(most, *total.values()) if total else most
    return most


@pytest.mark.parametrize("orbitals", [1, 2, 3, 4])
def test_growth_counts_every_path_of_every_element(orbitals: int) -> None:
    """The bound is the largest number of paths, whatever the numbers of electrons."""
    for up, down in product(range(orbitals + 1), repeat=2):
        expected = _most_paths(orbitals, up, down)
        assert growth(strings(orbitals, up), strings(orbitals, down)) == expected, (up, down)


@pytest.mark.parametrize("shape", [(6, 5, 0), (6, 5, 1), (5, 3, 2), (6, 1, 1), (6, 2, 1)])
def test_growth_of_larger_spaces(shape: tuple[int, int, int]) -> None:
    """The same for all rows of larger spaces."""
    assert growth(strings(shape[0], shape[1]), strings(shape[0], shape[2])) == _most_paths(*shape)


@pytest.mark.parametrize(("shape", "paths"), [((13, 3, 1), 236), ((8, 4, 1), 197), ((6, 3, 3), 222)])
def test_growth_of_one_row(shape: tuple[int, int, int], paths: int) -> None:
    """Orbitals are equivalent, so that one row shows the count in spaces too large for all."""
    assert _most_paths(*shape, rows=1) == paths == growth(strings(shape[0], shape[1]), strings(shape[0], shape[2]))


def test_elements_stay_within_growth_and_come_near_it() -> None:
    """With |h|, |o| <= 1 no element exceeds the bound; signs that add up reach more than half of it."""
    alpha, beta = strings(6, 5), strings(6, 1)
    bound = growth(alpha, beta)
    rows = np.arange(alpha.count * beta.count)
    generator = np.random.default_rng(13)
    for _ in range(20):
        pairs = generator.choice([-1.0, 1.0], size=(13, 13))
        single = generator.choice([-1.0, 1.0], size=(6, 6))
        assert np.abs(determinant_rows(alpha, beta, rows, pairs, single).toarray()).max() <= bound
    # E_pq E_qp has elements h(|p-q|, |p-q|), h(p+q, p+q) with a plus and the mixed ones with a minus
    pairs = 2 * np.eye(13) - 1
    assert np.abs(determinant_rows(alpha, beta, rows, pairs, np.eye(6)).toarray()).max() > bound / 2

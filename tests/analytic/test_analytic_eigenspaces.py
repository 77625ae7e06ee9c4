from itertools import combinations

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from analytic.eigenspaces import eigenspaces

entries = st.integers(-3, 3)


@settings(max_examples=15)
@given(st.integers(1, 3).flatmap(lambda n: st.tuples(st.lists(entries, min_size=n * n, max_size=n * n), st.just(n))))
def test_vectors_solve_the_problem_and_are_complete(drawn):
    """G y = lambda N y exactly, vectors orthogonal in the metric, as many as there are rows."""
    values, n = drawn
    A = sympy.Matrix(n, n, values)
    G, metric = A + A.T, [sympy.Rational(k + 1, 2) for k in range(n)]
    N = sympy.diag(*metric)
    try:
        found = eigenspaces(G, metric)
    except ArithmeticError:
        return
    assert sum(len(vectors) for _, vectors in found) == n
    for root, vectors in found:
        for y in vectors:
            residual = G * y - root * N * y
            assert all(abs(sympy.N(r, 40)) < 1e-30 for r in residual)
            assert any(entry != 0 for entry in y)


def test_a_degenerate_eigenvalue_keeps_its_whole_space():
    """The identity has one eigenvalue with n orthogonal vectors."""
    ((root, vectors),) = eigenspaces(sympy.eye(3), [sympy.Integer(1)] * 3)
    assert root == 1
    assert len(vectors) == 3


def test_vectors_of_one_eigenvalue_are_orthogonal_in_the_metric():
    """G = N + N v v^T N has the eigenvalue 1 on all y with v^T N y = 0, of which no natural basis is orthogonal."""
    metric = [sympy.Integer(1), sympy.Integer(2), sympy.Integer(3), sympy.Integer(5)]
    N, v = sympy.diag(*metric), sympy.Matrix([1, 1, 1, 1])
    spaces = dict(eigenspaces(N + N * v * v.T * N, metric))
    assert {root: len(vectors) for root, vectors in spaces.items()} == {1: 3, 12: 1}
    everything = [y for vectors in spaces.values() for y in vectors]
    assert all((x.T * N * y)[0] == 0 for x, y in combinations(everything, 2))


def test_a_cubic_keeps_isolated_roots():
    """An irreducible cubic: eigenvalues as roots of their polynomial, vectors in its field."""
    G = sympy.Matrix([[0, 1, 0], [1, 1, 1], [0, 1, 3]])
    found = eigenspaces(G, [sympy.Integer(1)] * 3)
    assert len(found) == 3
    assert all(root.has(sympy.CRootOf) for root, _ in found)


def test_degenerate_irrational_eigenvalues_are_refused():
    """Two copies of a block with eigenvalues +-sqrt 2: their spaces are not rational."""
    block = sympy.Matrix([[1, 1], [1, -1]])
    with pytest.raises(ArithmeticError, match="2-fold"):
        eigenspaces(sympy.diag(block, block), [sympy.Integer(1)] * 4)

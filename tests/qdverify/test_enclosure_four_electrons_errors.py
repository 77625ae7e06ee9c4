"""Four electrons in few orbitals, and what lies beyond: each error and rounding is within its bound."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from four_electron_samples import HALF_PI_SQUARED, beyond, tables, trial

from qdverify.reference.enclosure import beyond_the_model
from qdverify.reference.enclosure.beyond_the_model import Beyond, coupling_beyond
from qdverify.reference.enclosure.float_tables import FloatTable
from qdverify.reference.enclosure.four_electrons import FourElectrons


def exactly(matrix: np.ndarray) -> list[list[Fraction]]:
    """Return the floats as fractions."""
    return [[Fraction(float(x)) for x in row] for row in matrix]


def product(one: list[list[Fraction]], other: list[list[Fraction]]) -> list[list[Fraction]]:
    """Return the product of two matrices."""
    columns = list(zip(*other, strict=True))
    return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in columns] for row in one]


def distance(exact: list[list[Fraction]], found: np.ndarray) -> float:
    """Return the Frobenius norm of the difference."""
    return float(np.linalg.norm([[float(x - Fraction(float(y))) for x, y in zip(*rows, strict=True)]
                                 for rows in zip(exact, found, strict=True)]))  # fmt: skip


class ExactTable(FloatTable):
    """Integrals that are exact, and so are matrix elements: only sums and products are rounded."""

    element_error = 0.0


@pytest.mark.parametrize("kind", ["_equal", "_opposite"])
def test_products_with_exact_elements_are_off_by_rounding_only(kind: str) -> None:
    """V X from the pairs of equal spins, or of opposite ones, alone: as far from the product of fractions as stated."""
    model = FourElectrons(ExactTable(np.zeros((21, 21)), 0.0), 4, 1, 1)
    rng = np.random.default_rng(4)
    for name, size in (("_equal", 6), ("_opposite", 16)):
        kept = rng.normal(size=(size, size)) * (name == kind)
        if name == "_opposite":
            even = (model.up + model.down) % 2
            kept *= even[:, None] == even[None, :]
        model.__dict__[name] = kept
    (X,) = trial(model, 1)
    if kind == "_equal":
        rows = product(exactly(model.__dict__[kind]), exactly(X))
        exact = [[rows[i][j] + rows[j][i] for j in range(6)] for i in range(6)]
    else:
        spread = model.continued(X).transpose(0, 2, 1, 3).reshape(16, 16)
        rows = product(exactly(model.__dict__[kind]), exactly(spread))
        p, q = model.first - 1, model.second - 1
        exact = [[rows[4 * p[i] + p[j]][4 * q[i] + q[j]] - rows[4 * q[i] + p[j]][4 * p[i] + q[j]]
                  - rows[4 * p[i] + q[j]][4 * q[i] + p[j]] + rows[4 * q[i] + q[j]][4 * p[i] + p[j]]
                  for j in range(6)] for i in range(6)]  # fmt: skip
    assert 0 < distance(exact, model.interact(X)) <= float(model.interaction_error.upper()) * np.linalg.norm(X)


@pytest.mark.parametrize("kind", ["equal", "opposite"])
@pytest.mark.parametrize("error", [0.0, 1e-3])
def test_amplitudes_with_one_orbital_beyond_are_off_by_no_more_than_stated(
    kind: str, error: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From one kind of pairs alone: rounding against fractions, and elements that are off; a bound for both."""
    model = FourElectrons(
        FloatTable(np.zeros((21, 21)), error / 8) if error else ExactTable(np.zeros((9, 9)), 0.0), 4, 1, 1
    )
    states = 100 * trial(model, 1)
    opposite = np.stack([model.continued(X).transpose(0, 2, 1, 3).reshape(16, 16) for X in states])
    rng, elements = np.random.default_rng(6), {}
    for name, size in (("equal", 6), ("opposite", 16)):
        elements[name] = rng.normal(size=(4, size)) * (name == kind)
    monkeypatch.setattr(beyond_the_model, "pair_elements", lambda *_, equal: elements["equal" if equal else "opposite"])
    found, bound = beyond_the_model._amplitudes(model, model.table, states, opposite, 5)
    source = states[0] if kind == "equal" else opposite[0]
    if error:
        elements[kind] = elements[kind] + error * np.sign(source[:, :1].T if kind == "equal" else source.sum(axis=1))
        other, _ = beyond_the_model._amplitudes(model, model.table, states, opposite, 5)
        off = float(np.linalg.norm(other - found))
    else:
        rows = product(exactly(elements[kind]), exactly(source))
        if kind == "opposite":
            p, q = model.first - 1, model.second - 1
            rows = [[rows[q[j]][4 * k + p[j]] - rows[p[j]][4 * k + q[j]] for j in range(6)] for k in range(4)]
        off = distance(rows, found[0])
    assert 0 < off <= float(bound.upper())
    least = error * (24**0.5 + 4 * 8) * np.linalg.norm(states)
    assert float(bound.upper()) >= least * (1 - 1e-12)


def test_amplitudes_that_are_off_count_with_their_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """All off in one direction, by the stated error together: at least 2 error ||C|| by the least weight."""
    model = FourElectrons(tables()[0], 4, 1, 1)
    monkeypatch.setattr(beyond_the_model, "_amplitudes", lambda *_: (np.ones((1, 4, 6)), arb(0.1)))
    found, error = beyond_the_model._one_beyond(model, beyond(5, 5, 0.0), np.zeros((1, 6, 6)), np.zeros((1, 16, 16)), 5)
    least = 1 / (HALF_PI_SQUARED * (5**2 + 4**2 + 3**2 + 4**2) + 7.0 - 20.0)
    assert float(error.lower()) >= 2 * 0.1 * (found[0, 0] * least) ** 0.5


def test_a_form_of_an_exact_matrix_is_off_by_rounding_only() -> None:
    """The sum over spectators of f^T A f', compared with fractions; an error of A counts in full."""
    rng = np.random.default_rng(9)
    matrix, parts = rng.normal(size=(5, 5)), rng.normal(size=(3, 5, 4))
    matrix = matrix + matrix.T
    found, error = beyond_the_model._form(matrix, arb(0), parts)
    exact = [[Fraction(0)] * 3 for _ in range(3)]
    for k in range(4):
        f = exactly(parts[:, :, k])
        added = product(product(f, exactly(matrix)), [list(column) for column in zip(*f, strict=True)])
        exact = [[x + y for x, y in zip(*rows, strict=True)] for rows in zip(exact, added, strict=True)]
    assert 0 < distance(exact, found) <= float(error.upper())
    assert float(beyond_the_model._form(matrix, arb(1), parts)[1].lower()) >= np.sum(parts**2) * (1 - 1e-12)


def test_the_sum_over_all_that_is_beyond_adds_all_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mirror images twice, both kinds of equal pairs, and opposite ones."""
    model = FourElectrons(tables()[0], 5, 1, 1)
    states = trial(model, 2)
    nothing = np.zeros((2, 2))
    given = {"one": arb(0), "equal": arb(0), "opposite": arb(0)}
    monkeypatch.setattr(beyond_the_model, "_one_beyond", lambda *_: (nothing, given["one"]))
    monkeypatch.setattr(
        beyond_the_model, "_pair_sums", lambda *_, equal: [(nothing, given["equal" if equal else "opposite"])]
    )
    for name, times in (("one", 2 * 3), ("equal", 2 * 2), ("opposite", 2)):
        given[name] = arb(1)
        assert float(coupling_beyond(model, beyond(8, 9, 0.0), states)[1].lower()) >= times * (1 - 1e-12)
        given[name] = arb(0)


def test_a_sum_of_matrices_is_off_by_rounding_only() -> None:
    """Terms of 1e8 that cancel: each addition is rounded by the size of what it gives."""
    rng = np.random.default_rng(1)
    total, exact = beyond_the_model.Sum(3), [[Fraction(0)] * 3 for _ in range(3)]
    for size in (1e8, 1.0, 1e8, 1e-3, 1.0):
        matrix = rng.normal(size=(3, 3)) * size
        total.add(matrix, arb(0))
        exact = [[x + y for x, y in zip(*rows, strict=True)] for rows in zip(exact, exactly(matrix), strict=True)]
    assert 0 < distance(exact, total.matrix) <= float(total.error.upper())
    total.add(np.zeros((3, 3)), arb(7))
    assert float(total.error.lower()) >= 7


def pair_matrices(error: float, size: float, squared: float) -> list[tuple[np.ndarray, float]]:
    """Return w F w and w^2 - E E^T with their errors, for elements of two sizes and tables off by an error."""
    given = Beyond(*(FloatTable(np.full((1, 1), 0.0), error / 8) for _ in range(2)), 5, 7, 7.0, 20.0, 0.01)
    model = FourElectrons(given.table, 4, 1, 1)
    left = model.first[:2] * 0 + np.array([1, 1]), model.first[:2] * 0 + np.array([3, 3])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            beyond_the_model,
            "pair_elements",
            lambda table, one, other, equal: np.full(
                (len(one[0]), len(other[0])), squared if table is given.squared else size
            ),
        )
        grams, rest = beyond_the_model._pair_matrices(model, given, left, [5], equal=True)
    return [(part.matrix, float(part.error.upper())) for part in (*grams, rest)]


def test_sums_over_pairs_are_off_by_the_errors_of_their_elements() -> None:
    """All elements of w, or of w^2, off in one direction: w F w and w^2 - E E^T change by no more than stated."""
    error = 1e-3
    for size, squared in ((1.0 + error, 5.0), (1.0, 5.0 + error)):
        for (one, bound), (other, _) in zip(
            pair_matrices(error, 1.0, 5.0), pair_matrices(error, size, squared), strict=True
        ):
            assert np.linalg.norm(one - other, 2) <= bound
    alone = pair_matrices(error, 0.0, 5.0)[-1]
    assert 2 * error <= alone[1]


def test_forms_of_groups_are_off_by_the_errors_of_their_matrices(monkeypatch: pytest.MonkeyPatch) -> None:
    """w F w plus three times theta times the rest: each error in full, times the norm of what is left of the states."""
    rng = np.random.default_rng(2)
    model = FourElectrons(tables()[0], 4, 1, 1)
    parts, spectators = rng.normal(size=(3, 6, 2)), np.array([5, 5])
    norm = float(np.sum(parts**2))
    gram, rest = beyond_the_model.Sum(6), beyond_the_model.Sum(6)
    monkeypatch.setattr(beyond_the_model, "_pair_matrices", lambda *_, **__: ([gram], rest))

    def total() -> tuple[np.ndarray, float]:
        ((matrix, error),) = beyond_the_model._pair_sums(
            model, beyond(5, 5, 0.5), (model.first, model.second), spectators, parts, equal=True
        )
        return matrix, float(error.upper())

    gram.error = arb(1)
    assert total()[1] >= norm * (1 - 1e-12)
    gram.error, rest.error = arb(0), arb(1)
    assert total()[1] >= 1.5 * norm * (1 - 1e-12)
    rest.error = arb(0)
    for one, other in ((1.0, 0.0), (0.0, 1.0), (1e8, -1e8 / 1.5)):
        gram.matrix = rng.normal(size=(6, 6))
        gram.matrix, rest.matrix = gram.matrix * one, (gram.matrix + rng.normal(size=(6, 6)) * 1e-8) * other
        found, error = total()
        factor = Fraction(float(np.nextafter(1.5, np.inf)))
        whole = [[x + factor * y for x, y in zip(*rows, strict=True)]
                 for rows in zip(exactly(gram.matrix), exactly(rest.matrix), strict=True)]  # fmt: skip
        exact = [[Fraction(0)] * 3 for _ in range(3)]
        for k in range(2):
            f = exactly(parts[:, :, k])
            added = product(product(f, whole), [list(column) for column in zip(*f, strict=True)])
            exact = [[x + y for x, y in zip(*rows, strict=True)] for rows in zip(exact, added, strict=True)]
        assert 0 < min(distance(exact, found), distance([list(c) for c in zip(*exact, strict=True)], found)) <= error

"""Four electrons in few orbitals: interaction, spin, and what the interaction leads to beyond, by brute force."""

from fractions import Fraction
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from flint import arb, ctx

from qdverify.reference.enclosure import beyond_the_model
from qdverify.reference.enclosure.beyond_the_model import Beyond, coupling_beyond
from qdverify.reference.enclosure.float_tables import FloatTable, float_table
from qdverify.reference.enclosure.four_electrons import FourElectrons
from qdverify.reference.enclosure.moments import enclosed_moments
from qdverify.reference.enclosure.squared_kernel import squared_moments

SECTORS = [(parity, exchange) for parity in (1, -1) for exchange in (1, -1)]
BETA, COUPLING = Fraction(1, 20), 3
HALF_PI_SQUARED = np.pi**2 / 2


@cache
def tables() -> tuple[FloatTable, FloatTable]:
    """Return the integrals of 3/sqrt(v^2 + 1/400) and of its square, up to orders that all tests need."""
    with ctx.workprec(96):
        plain = float_table(enclosed_moments(BETA, 60, bits=96), arb(COUPLING))
        return plain, float_table(squared_moments(BETA, 30, bits=96), arb(COUPLING) ** 2)


# Slater determinants as sets of spin orbitals, for comparison


def integral(p: int, r: int, q: int, s: int) -> float:
    """Return (pr|qs)."""
    J = tables()[0].values
    d, t, d_, t_ = abs(p - r), p + r, abs(q - s), q + s
    return float(J[d, d_] - J[d, t_] - J[t, d_] + J[t, t_])


def applied(state: tuple[int, ...], steps: list[tuple[int, bool]]) -> tuple[tuple[int, ...], int]:
    """Create (True) or remove spin orbitals, the last step first; the sign is 0 if nothing is left."""
    sign = 1
    for orbital, create in reversed(steps):
        if (orbital in state) == create:
            return state, 0
        sign *= (-1) ** sum(other < orbital for other in state)
        state = tuple(sorted({*state, orbital} if create else set(state) - {orbital}))
    return state, sign


def determinants(orbitals: int) -> list[tuple[int, ...]]:
    """Return all determinants of S_z = 0, as p and q of spin up, 100 + r and 100 + s of spin down."""
    pairs = list(combinations(range(1, orbitals + 1), 2))
    return [(p, q, 100 + r, 100 + s) for p, q in pairs for r, s in pairs]


@cache
def brute_force(orbitals: int) -> tuple[np.ndarray, np.ndarray]:
    """Return V and J^2 = J_- J_+ between all determinants, in second quantisation."""
    basis = determinants(orbitals)
    numbers = {state: number for number, state in enumerate(basis)}
    V, J2 = np.zeros((len(basis),) * 2), np.zeros((len(basis),) * 2)
    every = [*range(1, orbitals + 1), *range(101, 101 + orbitals)]
    for column, state in enumerate(basis):
        for a, b in combinations(state, 2):
            for c, d in combinations(every, 2):
                for x, y, sign in ((c, d, 1), (d, c, -1)):  # a -> x, b -> y
                    if (a > 100) == (x > 100) and (b > 100) == (y > 100):
                        found, phase = applied(state, [(c, True), (d, True), (b, False), (a, False)])
                        if phase:
                            V[numbers[found], column] += phase * sign * integral(x % 100, a % 100, y % 100, b % 100)
        for p in range(1, orbitals + 1):
            raised, first = applied(state, [(p, True), (100 + p, False)])
            for q in range(1, orbitals + 1) if first else ():
                found, second = applied(raised, [(100 + q, True), (q, False)])
                if second:
                    J2[numbers[found], column] += first * second
    return V, J2


def trial(model: FourElectrons, count: int) -> np.ndarray:
    """Return random states of the sector."""
    rng = np.random.default_rng(5)
    return np.stack([model.matrix(rng.normal(size=len(model.states[0]))) for _ in range(count)])


@pytest.mark.parametrize("sector", SECTORS, ids=str)
def test_interaction_and_spin_are_those_of_second_quantisation(sector: tuple[int, int]) -> None:
    """V X and J^2 X for random X of one parity and one symmetry of the spins, and T."""
    model = FourElectrons(tables()[0], 5, *sector)
    V, J2 = brute_force(5)
    for X in trial(model, 3):
        assert np.allclose(model.interact(X).ravel(), V @ X.ravel(), atol=1e-12)
        assert np.allclose(model.spin_square(X).ravel(), J2 @ X.ravel(), atol=1e-13)
        assert np.array_equal(X.T, sector[1] * X)
        assert np.linalg.norm(model.vector(X)) == pytest.approx(np.linalg.norm(X), rel=1e-14)
    squares = [sum((n % 100) ** 2 for n in state) for state in determinants(5)]
    assert np.array_equal(model.squares.ravel(), squares)
    signs = [(-1) ** sum(n % 100 for n in state) for state in determinants(5)]
    assert np.array_equal(model.belongs.ravel(), np.array(signs) == sector[0])


def test_states_of_all_sectors_are_all_determinants() -> None:
    """Every determinant belongs to one parity, and to one symmetry or a pair of both."""
    models = [FourElectrons(tables()[0], 6, *sector) for sector in SECTORS]
    assert sum(len(model.states[0]) for model in models) == 15**2


def test_the_interaction_is_off_by_no_more_than_stated() -> None:
    """Tables off in one direction, with parts of the interaction left out in turn; and the bound of its norm."""
    model = FourElectrons(FloatTable(tables()[0].values, 0.0), 5, 1, 1)
    size = len(model.states[0])
    V = np.array([model.vector(model.interact(model.matrix(unit))) for unit in np.eye(size)])
    assert np.linalg.norm(V, 2) <= float(model.interaction_bound.lower())
    error = 1e-3
    for changed in ("_equal", "_opposite"):
        exact, off = (FourElectrons(FloatTable(tables()[0].values, error / 8), 5, 1, 1) for _ in range(2))
        rounded = float(FourElectrons(exact.table, 5, 1, 1).interaction_error.lower())
        shift = np.ones_like(getattr(off, changed)) * error
        off.__dict__[changed] = getattr(exact, changed) + shift
        for X in trial(exact, 5):
            difference = off.interact(X) - exact.interact(X)
            assert 0 < np.linalg.norm(difference) <= rounded * np.linalg.norm(X)


@pytest.mark.parametrize("kind", ["equal", "opposite"])
def test_errors_of_both_kinds_of_pairs_count_in_full(kind: str) -> None:
    """The bound for a table that is off: twice that of equal spins and four times that of opposite ones, as in V X."""
    n, pairs, error = 5, 10, 1e-3
    model = FourElectrons(FloatTable(np.zeros((21, 21)), error / 8), n, 1, 1)
    least = {"equal": 2 * pairs * error, "opposite": 4 * n**2 * error}
    other = least["opposite" if kind == "equal" else "equal"]
    assert float(model.interaction_error.upper()) - other >= least[kind] * (1 - 1e-12)


# beyond the model


def beyond(explicit: int, listed: int, theta: float, *, sigma: float = 20.0) -> Beyond:
    """Return how far to sum, with v0 = 7."""
    return Beyond(*tables(), explicit, listed, floor=7.0, sigma=sigma, theta=theta)


def reached(model: FourElectrons, states: np.ndarray, orbitals: int, sigma: float = 20.0) -> np.ndarray:
    """Return (1/D)^(1/2) V f for all determinants of more orbitals, by their p, q, r, s; (states, pairs, pairs)."""
    large = FourElectrons(tables()[0], orbitals, model.parity, model.exchange)
    places = [number for number, q in enumerate(large.second) if q <= model.orbitals]
    found = []
    for X in states:
        padded = np.zeros(large.squares.shape)
        padded[np.ix_(places, places)] = X
        found.append(large.interact(padded) / np.sqrt(HALF_PI_SQUARED * large.squares + 7.0 - sigma))
    return np.stack(found)


def high(model: FourElectrons, orbitals: int) -> tuple[np.ndarray, np.ndarray]:
    """Return how many orbitals of each determinant are beyond the model, and the highest orbital."""
    large = FourElectrons(tables()[0], orbitals, 1, 1)
    count = (large.first > model.orbitals).astype(int) + (large.second > model.orbitals)
    highest = np.maximum(large.second[:, None], large.second[None, :])
    return count[:, None] + count[None, :], highest


def gram(parts: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Return the scalar products over some determinants."""
    return parts[:, chosen] @ parts[:, chosen].T


@pytest.mark.parametrize("sector", SECTORS, ids=str)
def test_one_orbital_beyond_the_model_is_summed_exactly(sector: tuple[int, int]) -> None:
    """With nothing listed further, C = B, and no tail: one orbital up to B as it is, two of them as a bound."""
    model = FourElectrons(tables()[0], 5, *sector)
    states = trial(model, 4)
    parts = reached(model, states, 9)
    count, _ = high(model, 9)
    found, error = coupling_beyond(model, beyond(9, 9, 0.0), states)
    two = found - gram(parts, count == 1)
    least = np.linalg.eigvalsh(two - gram(parts, count == 2))
    assert float(error.upper()) < 1e-8
    assert least[0] >= -1e-8
    assert np.trace(two) < 1.1 * np.trace(gram(parts, count == 2))


@pytest.mark.parametrize("sector", SECTORS, ids=str)
@pytest.mark.parametrize("explicit", [5, 7])
def test_pairs_bound_what_is_reached_in_several_ways(sector: tuple[int, int], explicit: int) -> None:
    """One orbital from B to C: with the factor of 3 a bound of what is reached; with 1 it is none."""
    model = FourElectrons(tables()[0], 5, *sector)
    states = trial(model, 12)
    exact = gram(reached(model, states, 9), high(model, 9)[0] > 0)
    found, _ = coupling_beyond(model, beyond(explicit, 9, 0.0), states)
    assert np.linalg.eigvalsh(found - exact)[0] >= -1e-8


@pytest.mark.parametrize("sector", SECTORS, ids=str)
@pytest.mark.parametrize("listed", [5, 8])
def test_the_tail_bounds_all_orbitals_beyond_those_listed(sector: tuple[int, int], listed: int) -> None:
    """Listed to C and the rest by w^2: more than what is reached up to 14 orbitals, and not much more if C is large."""
    model = FourElectrons(tables()[0], 5, *sector)
    states = trial(model, 6)
    theta = 1 / (HALF_PI_SQUARED * ((listed + 1) ** 2 + 6) + 7.0 - 20.0)
    exact = gram(reached(model, states, 14), high(model, 14)[0] > 0)
    found, error = coupling_beyond(model, beyond(listed, listed, theta), states)
    assert float(error.upper()) < 1e-6
    assert np.linalg.eigvalsh(found - exact)[0] >= -1e-6
    wide, _ = coupling_beyond(model, beyond(20, 24, 1 / (HALF_PI_SQUARED * (25**2 + 6) - 13.0)), states)
    assert np.linalg.eigvalsh(found - wide)[0] >= -1e-6
    assert np.trace(wide) < np.trace(found)


def test_a_factor_below_three_is_no_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """A determinant with one high orbital is reached in three ways: twice the sum of their squares is too little."""
    model = FourElectrons(tables()[0], 5, 1, 1)
    states = np.stack([model.matrix(unit) for unit in np.eye(len(model.states[0]))])
    chosen = high(model, 6)[0] == 1
    exact = gram(reached(model, states, 6), chosen)
    for ways, holds in ((3, True), (2, False)):
        monkeypatch.setattr(beyond_the_model, "WAYS", ways)
        found, _ = coupling_beyond(model, beyond(5, 6, 0.0), states)
        two = gram(reached(model, states, 6), high(model, 6)[0] == 2)
        assert (np.linalg.eigvalsh(found - two - exact)[0] >= -1e-8) == holds


@pytest.mark.parametrize("error", [1e-3])
def test_tables_that_are_off_are_within_the_bound(error: float) -> None:
    """w and w^2 off in one direction by what is stated: the sums differ by no more than both bounds say."""
    plain, squared = (FloatTable(table.values, error / 8) for table in tables())
    model = FourElectrons(plain, 5, 1, 1)
    states = trial(model, 4)
    for changed in ("table", "squared"):
        shifts = [np.zeros_like(plain.values), np.zeros_like(squared.values)]
        shift = shifts[changed == "squared"]
        even = np.add.outer(np.arange(len(shift)), np.arange(len(shift))) % 2 == 0
        signs = np.random.default_rng(3).choice([-1.0, 1.0], shift.shape)
        shift[even] = (np.triu(signs) + np.triu(signs, 1).T)[even] * error / 8
        sums = []
        for size in (0, 1):
            given = [
                FloatTable(table.values + size * by, error / 8)
                for table, by in zip((plain, squared), shifts, strict=True)
            ]
            sums.append(coupling_beyond(model, Beyond(*given, 6, 8, 7.0, 20.0, 0.01), states))
        difference = np.linalg.norm(sums[0][0] - sums[1][0], 2)
        assert 0 < difference <= float(sums[0][1].upper())


# errors one by one


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

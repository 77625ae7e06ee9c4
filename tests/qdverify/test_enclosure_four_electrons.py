"""Four electrons in few orbitals: interaction, spin, and what the interaction leads to beyond, by brute force."""

from functools import cache
from itertools import combinations

import numpy as np
import pytest
from four_electron_samples import HALF_PI_SQUARED, beyond, tables, trial

from qdverify.reference.enclosure import beyond_the_model
from qdverify.reference.enclosure.beyond_the_model import Beyond, coupling_beyond
from qdverify.reference.enclosure.float_tables import FloatTable
from qdverify.reference.enclosure.four_electrons import FourElectrons

SECTORS = [(parity, exchange) for parity in (1, -1) for exchange in (1, -1)]
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

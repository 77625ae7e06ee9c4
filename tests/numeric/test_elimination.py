"""State elimination against rational arithmetic."""

from fractions import Fraction

import exact_chains
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from numeric import stationary_distribution
from numeric.elimination import Quantities, elimination_plan, stationary_weights, sum_plan, sums
from numeric.network import RATE_ROUNDINGS, UNIT, population_error_bound
from numeric.scaled import Scaled


@st.composite
def chains(draw, most_states=7):
    """Draw an irreducible chain: a cycle through all states and more edges, rates over 2000 powers of two."""
    n = draw(st.integers(2, most_states))
    order = draw(st.permutations(range(n)))
    edges = {(order[k], order[(k + 1) % n]) for k in range(n)}
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
    edges |= set(draw(st.lists(st.sampled_from(pairs), max_size=2 * n)))
    rate = st.tuples(st.floats(0.5, 1, exclude_max=True), st.integers(-1000, 1000))
    return n, {edge: draw(rate) for edge in sorted(edges)}


def quantities(rates, slopes):
    """Return one column of rates with tangents."""
    mantissa, exponent = zip(*rates.values(), strict=True)
    return Quantities(np.array([mantissa, slopes, exponent], dtype=np.float64)[:, :, None])


def as_fraction(value: Scaled, row: int) -> Fraction:
    """Return one number exactly."""
    return Fraction(float(value.mantissa[row, 0])) * Fraction(2) ** int(value.exponent[row, 0])


def fractions_of(rates):
    """Return {(to, from): rate}, as the reference wants it."""
    return {(j, i): Fraction(m) * Fraction(2) ** e for (i, j), (m, e) in rates.items()}


@given(chain=chains(), data=st.data())
def test_elimination_agrees_with_rational_arithmetic_over_six_hundred_decades(chain, data):
    """Every ratio of weights is right to the a-priori bound, whatever state comes last."""
    n, rates = chain
    last = data.draw(st.none() | st.integers(0, n - 1))
    plan = elimination_plan(n, tuple(rates), last)
    found = stationary_weights(plan, quantities(rates, np.zeros(len(rates)))).scaled
    weights = [as_fraction(found, state) for state in range(n)]
    exact = exact_chains.stationary(fractions_of(rates), n)
    bound = population_error_bound(plan)
    for weight, population in zip(weights, exact, strict=True):
        assert abs(weight / sum(weights) / population - 1) < bound


@given(chain=chains(most_states=5), data=st.data())
def test_tangents_are_exact_logarithmic_derivatives(chain, data):
    """The slope of each weight relative to another one is the derivative that rational arithmetic gives."""
    n, rates = chain
    slopes = data.draw(st.lists(st.integers(-4, 4), min_size=len(rates), max_size=len(rates)))
    plan = elimination_plan(n, tuple(rates))
    found = stationary_weights(plan, quantities(rates, slopes)).slope[:, 0]
    step = Fraction(1, 2**80)
    exact = fractions_of(rates)
    moved = {edge: rate * (1 + step * slope) for (edge, rate), slope in zip(exact.items(), slopes, strict=True)}
    before, after = exact_chains.stationary(exact, n), exact_chains.stationary(moved, n)
    true = [float((b / a - 1) / step) for a, b in zip(before, after, strict=True)]
    difference = np.subtract.outer(found, found) - np.subtract.outer(true, true)
    assert np.max(np.abs(difference)) < 8 * n * population_error_bound(plan) + 1e-20


@given(chain=chains(most_states=5), increment=st.sampled_from([1e-9, 0.25, 1.5]), data=st.data())
def test_tangents_with_an_increment_are_exact_divided_differences(chain, increment, data):
    """With an increment d the slopes are (p(d) / p(0) - 1) / d, however small d is."""
    n, rates = chain
    slopes = data.draw(st.lists(st.sampled_from([0.0, 0.25, 1.0]), min_size=len(rates), max_size=len(rates)))
    plan = elimination_plan(n, tuple(rates))
    found = stationary_weights(plan, quantities(rates, slopes), np.array([increment]))
    d = Fraction(increment)
    exact = fractions_of(rates)
    moved = {edge: rate * (1 + d * Fraction(s)) for (edge, rate), s in zip(exact.items(), slopes, strict=True)}
    before, after = exact_chains.stationary(exact, n), exact_chains.stationary(moved, n)
    ratio = [b / a for a, b in zip(before, after, strict=True)]
    scale = (1 + d * Fraction(float(found.slope[0, 0]))) / ratio[0]
    true = [float((r * scale - 1) / d) for r in ratio]
    np.testing.assert_allclose(found.slope[:, 0], true, atol=64 * n * population_error_bound(plan))


def test_a_subtracting_solver_fails_where_elimination_does_not():
    """A linear solve that drops the slow state's equation for the norm loses it; elimination is right."""
    W = np.array([[0.0, 1e-30, 1.0], [3e-30, 0.0, 1e-30], [1.0, 1e-30, 0.0]])
    exact = exact_chains.stationary({(j, i): Fraction(float(W[j, i])) for i in range(3) for j in range(3) if i != j}, 3)
    true = [float(p) for p in exact]
    np.testing.assert_allclose(stationary_distribution(W).to_float(), true, rtol=32 * UNIT)
    generator = W - np.diag(W.sum(axis=0))
    generator[1] = 1.0
    plain = np.linalg.lstsq(generator, np.array([0.0, 1.0, 0.0]))[0]
    assert np.max(np.abs(plain / true - 1)) > 0.1


def test_states_of_one_parity_are_eliminated_in_one_step():
    """In a chain 0 - 1 - 2 - 3 - 4 - 5 - 6 the four states of one parity go together: two steps leave three states."""
    edges = [(k, k + 1) for k in range(6)] + [(k + 1, k) for k in range(6)]
    plan = elimination_plan(7, tuple(edges))
    assert plan.stages[0].exits.labels.size == 4
    assert plan.closing.trees.labels.size <= 3


def roundings(states, steps, tree):
    """Count roundings by hand: 24 a rate, and those of `steps` (states left, terms out, into and between them).

    Between the states left a rate is rounded by the sum of its exits, a quotient, a product and its own sum, and enters
    a population with twice the number of rates in a tree. A weight is rounded by those of its tree or by the sum of its
    exits, a quotient, a product and its own sum, twice since a population is a weight over all weights.
    """
    count = 2 * (states - 1) * RATE_ROUNDINGS + 2 * tree + states
    for left, leaving, entering, between in steps:
        count += 2 * (left - 1) * ((leaving - 1) + 2 + (between - 1)) + 2 * ((leaving - 1) + 2 + (entering - 1))
    return count


def test_the_bound_covers_every_rounding():
    """On a path of seven states, four of which go at once, and where each of ten states is joined to each other one."""
    unit = np.finfo(np.float64).eps / 2
    path = tuple((k, k + 1) for k in range(6)) + tuple((k + 1, k) for k in range(6))
    assert population_error_bound(elimination_plan(7, path)) >= roundings(7, [(3, 2, 2, 1)], tree=1) * unit
    complete = tuple((i, j) for i in range(10) for j in range(10) if i != j)
    steps = [(left, left, left, 2) for left in range(9, 2, -1)]
    assert population_error_bound(elimination_plan(10, complete)) >= roundings(10, steps, tree=3) * unit


@given(st.lists(st.integers(0, 5), min_size=1, max_size=30))
def test_sum_plan_adds_each_term_once(labels):
    """Powers of two as terms show that every term enters the sum of its label, exactly once."""
    plan = sum_plan(labels)
    terms = np.array([2.0**k for k in range(len(labels))])[plan.order]
    data = np.stack([terms, np.zeros(len(labels)), np.zeros(len(labels))])[:, :, None]
    total = sums(Quantities(data), plan)
    found = dict(zip(plan.labels.tolist(), (total.mantissa * 2.0**total.exponent)[:, 0].tolist(), strict=True))
    assert found == {label: sum(2.0**k for k, other in enumerate(labels) if other == label) for label in set(labels)}


@given(chain=chains(most_states=5), data=st.data())
def test_transient_states_have_exactly_no_weight(chain, data):
    """States from which the closed class is entered but never reached get 0; the class is solved as if alone."""
    n, rates = chain
    assume(all(abs(e) < 900 for _, e in rates.values()))
    W = np.zeros((n + 2, n + 2))
    for (i, j), (m, e) in rates.items():
        W[j, i] = np.ldexp(m, e)
    W[data.draw(st.integers(0, n - 1)), n] = 1.0
    W[n, n + 1] = 2.0
    found = stationary_distribution(W)
    assert found.to_float()[n:].tolist() == [0.0, 0.0]
    alone = stationary_distribution(W[:n, :n])
    np.testing.assert_array_equal(found.log10()[:n], alone.log10())


@pytest.mark.parametrize(
    ("rates", "message"),
    [
        ([[0, 0, 1], [0, 0, 1], [0, 0, 0]], r"2 closed classes of states, \[.\] \| \[.\]: a unique"),
        ([[0, -1], [1, 0]], "rates=-1.0 must be at least 0"),
        ([[0, np.inf], [1, 0]], "rates=.*inf.* must be finite"),
        ([[0, 1]], r"rates of shape \(1, 2\) must form a square matrix"),
        ([], "must form a square matrix"),
    ],
)
def test_chains_without_a_unique_answer_are_refused(rates, message):
    """Several closed classes are an error that names them; so are negative and infinite rates."""
    with pytest.raises(ValueError, match=message):
        stationary_distribution(rates)


def test_a_single_state_has_all_the_weight():
    """One state, with nothing to connect, is its own stationary state."""
    assert stationary_distribution([[7.0]]).to_float().tolist() == [1.0]

from fractions import Fraction
from itertools import pairwise
from math import log2, prod

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, workdps
from tree_oracles import laplacian_cofactors, spanning_in_trees

from analytic.cramer import _heaviest_tree, cramer_populations
from analytic.matrix_tree import (
    closed_classes,
    frontier_width,
    stationary_distribution,
    tree_sums,
)

decades = st.integers(-150, 150)


@st.composite
def chains(draw, most=6):
    """Draw a random directed graph with positive rational rates that span up to 300 decades."""
    states = draw(st.integers(1, most))
    pairs = [(i, j) for i in range(states) for j in range(states) if i != j]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    return states, {edge: Fraction(draw(st.integers(1, 10**6))) * Fraction(10) ** draw(decades) for edge in chosen}


@st.composite
def connected_chains(draw, most=7):
    """Draw a random chain in which every edge can be taken both ways and every state is reached."""
    states = draw(st.integers(2, most))
    tree = [(k, draw(st.integers(0, k - 1))) for k in range(1, states)]
    extra = draw(st.lists(st.tuples(st.integers(0, states - 1), st.integers(0, states - 1)), max_size=states))
    pairs = {(max(a, b), min(a, b)) for a, b in [*tree, *extra] if a != b}
    edges = [edge for a, b in sorted(pairs) for edge in ((a, b), (b, a))]
    return states, {edge: Fraction(draw(st.integers(1, 999))) * Fraction(10) ** draw(decades) for edge in edges}


@given(chains())
def test_transfer_enumeration_and_cofactors_give_the_same_tree_sums(chain):
    """Three routes to Kirchhoff's T_k agree exactly, on any graph, with rates over 300 decades."""
    states, rates = chain
    listed = []
    for root in range(states):
        weights = [sympy.prod(rates[edge] for edge in tree) for tree in spanning_in_trees(states, rates, root)]
        listed.append(sum(map(Fraction, map(str, weights)), Fraction(0)))
    assert list(tree_sums(states, rates)) == list(laplacian_cofactors(states, rates)) == listed


@given(connected_chains())
def test_the_stationary_state_is_stationary_positive_and_normalised(chain):
    """Inflow equals outflow exactly for every state; populations are positive rationals that add up to 1."""
    states, rates = chain
    populations = stationary_distribution(states, rates)
    assert sum(populations) == 1
    assert min(populations) > 0
    for k in range(states):
        gain = sum(rate * populations[start] for (to, start), rate in rates.items() if to == k)
        loss = sum(rate * populations[k] for (_, start), rate in rates.items() if start == k)
        assert gain == loss


@given(connected_chains())
def test_cramers_rule_reaches_the_digits_that_it_promises(chain):
    """The precision of Eq. (2) of `analytic.cramer` keeps 25 digits of every population, however small."""
    states, rates = chain
    exact = stationary_distribution(states, rates)
    with workdps(60):
        numbers = {edge: mp.mpf(rate.numerator) / rate.denominator for edge, rate in rates.items()}
        for found, population in zip(cramer_populations(states, numbers, digits=25), exact, strict=True):
            assert abs(found * population.denominator / population.numerator - 1) < mp.mpf(10) ** -25


def test_less_precision_than_proved_necessary_fails():
    """At 25 digits flat, Cramer's rule loses a population of 1e-120 that its proved precision keeps."""
    rates = {(1, 0): Fraction(1, 10**60), (0, 1): Fraction(1), (2, 1): Fraction(1, 10**60), (1, 2): Fraction(1)}
    exact = stationary_distribution(3, rates)[2]
    laplacian = mp.matrix([[0, -1, 0], [0, 1, -1], [1, 1, 1]])
    laplacian[0, 0], laplacian[1, 0], laplacian[1, 1] = (
        mp.mpf(10) ** -60,
        -(mp.mpf(10) ** -60),
        1 + mp.mpf(10) ** -60,
    )
    with workdps(25):
        naive = mp.lu_solve(laplacian, mp.matrix([0, 0, 1]))[2]
    assert abs(naive / (mp.mpf(exact.numerator) / exact.denominator) - 1) > 0.5
    kept = cramer_populations(3, {edge: mp.mpf(r.numerator) / r.denominator for edge, r in rates.items()}, digits=14)
    assert abs(kept[2] / (mp.mpf(exact.numerator) / exact.denominator) - 1) < 1e-14


def test_symbolic_populations_are_sums_of_positive_products():
    """With symbols every T_k is a polynomial whose coefficients are all positive, one unit per in-tree."""
    edges = [edge for a, b in [(0, 1), (1, 2), (2, 3), (0, 3), (1, 3)] for edge in ((a, b), (b, a))]
    rates = {(to, start): sympy.Symbol(f"W_{to}{start}", positive=True) for to, start in edges}
    for root, value in enumerate(tree_sums(4, rates)):
        coefficients = sympy.Poly(sympy.expand(value), *rates.values()).coeffs()
        assert set(coefficients) == {1}
        assert len(coefficients) == len(list(spanning_in_trees(4, edges, root)))
    assert [sympy.expand(v) for v in tree_sums(4, rates)] == list(laplacian_cofactors(4, rates))


@pytest.mark.parametrize("states", [2, 3, 4, 5, 6])
def test_the_complete_graph_has_as_many_trees_as_cayley_counts(states):
    """With unit rates T_k counts in-trees: n^(n-2) for the complete graph."""
    rates = {(i, j): Fraction(1) for i in range(states) for j in range(states) if i != j}
    assert tree_sums(states, rates) == (states ** (states - 2),) * states


def test_a_birth_death_chain_has_a_product_form():
    """On a line T_k is one product; the frontier never holds more than two states."""
    up, down = [Fraction(3, 7), Fraction(5), Fraction(2, 9)], [Fraction(1, 4), Fraction(6), Fraction(8, 3)]
    rates = {(k + 1, k): up[k] for k in range(3)} | {(k, k + 1): down[k] for k in range(3)}
    populations = stationary_distribution(4, rates)
    assert frontier_width(4, rates) == 2
    for k, (low, high) in enumerate(pairwise(populations)):
        assert high / low == up[k] / down[k]


def test_transient_states_are_empty_and_several_closed_classes_are_named():
    """A state that is left for good has population 0; two closed classes have no unique answer and are named."""
    assert stationary_distribution(3, {(1, 0): 2, (2, 1): Fraction(1), (1, 2): Fraction(3)}) == (
        0,
        Fraction(3, 4),
        Fraction(1, 4),
    )
    rates = {(1, 0): Fraction(1), (0, 1): Fraction(1), (2, 0): Fraction(0), (3, 2): Fraction(1), (2, 3): Fraction(1)}
    with pytest.raises(ValueError, match=r"closed classes \(0, 1\), \(2, 3\) must be one"):
        stationary_distribution(4, rates)
    assert closed_classes(4, [(1, 0), (1, 2), (3, 1)]) == ((3,),)
    assert stationary_distribution(1, {}) == (1,)


@pytest.mark.parametrize(
    ("states", "edges", "message"),
    [
        (0, {}, "states=0"),
        *((2, {(to, start): 1}, f"edge {start} -> {to}") for to, start in ((2, 0), (0, 2), (-1, 0), (0, -1), (1, 1))),
    ],
)
def test_wrong_graphs_are_refused(states, edges, message):
    """Errors name the value and the rule."""
    for function in (tree_sums, closed_classes, frontier_width):
        with pytest.raises(ValueError, match=message):
            function(states, edges)


@given(connected_chains(most=5))
def test_some_tree_weighs_what_the_precision_counts_on(chain):
    """The bits that `analytic.cramer` allows for the heaviest tree to each root are enough, and not many too many."""
    states, rates = chain
    numbers = {edge: mp.mpf(rate.numerator) / rate.denominator for edge, rate in rates.items()}
    exits = [sum(rate for (_, start), rate in rates.items() if start == k) for k in range(states)]
    for root in range(states):
        heaviest = max(
            prod((rates[edge] / exits[edge[1]] for edge in tree), start=Fraction(1))
            for tree in spanning_in_trees(states, rates, root)
        )
        bits = _heaviest_tree(states, numbers, [mp.mpf(x.numerator) / x.denominator for x in exits], root)
        assert heaviest >= Fraction(1, 2**bits)
        assert bits <= states**2 * (4 + log2(max(rates.values()) / min(rates.values())))


def test_cramer_refuses_what_it_cannot_do():
    """Reducible chains, negative rates and no digits are refused with value and rule."""
    with pytest.raises(ValueError, match="closed classes"):
        cramer_populations(2, {(1, 0): mp.one})
    with pytest.raises(ValueError, match="must be positive"):
        cramer_populations(2, {(1, 0): mp.one, (0, 1): -mp.one})
    with pytest.raises(ValueError, match="digits=0"):
        cramer_populations(1, {}, digits=0)
    assert cramer_populations(1, {}) == (1,)


@pytest.mark.parametrize("rate", [-1, float("nan"), float("inf"), sympy.nan])
def test_rates_that_cannot_be_are_refused(rate):
    """A negative rate would give negative populations, and none that is not finite gives any."""
    with pytest.raises(ValueError, match=r"rate 1 -> 0=.* must be finite and at least 0"):
        stationary_distribution(2, {(0, 1): rate, (1, 0): 2})

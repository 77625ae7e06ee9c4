import dataclasses
import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytic.dimensions import multiplet_count
from analytic.scattering import inner, joint_eigenvector, linear_solve, numeric_exchanges, round_trips
from analytic.young import neighbour_exchanges


def trips(electrons, two_S, momenta, strength):
    bonds = numeric_exchanges(neighbour_exchanges(electrons, two_S), float, math.sqrt)
    return round_trips(momenta, strength, bonds)


def matrix(trip, size):
    columns = [trip.apply([complex(row == column) for row in range(size)]) for column in range(size)]
    return [list(row) for row in zip(*columns, strict=True)]


def product(a, b):
    return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in zip(*b, strict=True)] for row in a]


def distance(a, b):
    return max(abs(x - y) for left, right in zip(a, b, strict=True) for x, y in zip(left, right, strict=True))


increments = st.lists(st.floats(0.1, 5), min_size=4, max_size=4)


@settings(max_examples=15, deadline=None)
@given(increments, st.floats(0.01, 100), st.sampled_from([(3, 1), (4, 0), (4, 2)]))
def test_round_trips_commute(steps, strength, case):
    """Z_i Z_j = Z_j Z_i for any momenta: the Yang-Baxter and reflection equations hold."""
    electrons, two_S = case
    momenta = [sum(steps[: place + 1]) for place in range(electrons)]
    size = multiplet_count(electrons, two_S)
    matrices = [matrix(trip, size) for trip in trips(electrons, two_S, momenta, strength)]
    for first in matrices:
        for second in matrices:
            assert distance(product(first, second), product(second, first)) < 1e-12


def test_round_trips_without_the_way_back_do_not_commute():
    """The commutation test sees a wrong itinerary: one amplitude of the way left replaced by its inverse."""
    broken = trips(4, 0, [1.0, 2.5, 3.1, 4.7], 2.0)
    first = broken[0]
    flipped = type(first)(
        first.mover, first.passages, (*first.amplitudes[:-1], 1 / first.amplitudes[-1]), first.slopes, first.bonds
    )
    a, b = matrix(flipped, 2), matrix(broken[1], 2)
    assert distance(product(a, b), product(b, a)) > 1e-3


def test_derivatives_match_differences():
    """<v|dZ_j/dk_l|v> agrees with a central difference to its own truncation error."""
    momenta, step = [1.0, 2.5, 3.1, 4.7], 1e-5
    vector = [0.6 + 0j, 0.8j]
    for mover in range(4):
        _, gradient = trips(4, 0, momenta, 2.0)[mover].expectation(vector)
        for label in range(4):
            values = []
            for sign in (1, -1):
                shifted = [k + sign * step * (place == label) for place, k in enumerate(momenta)]
                values.append(trips(4, 0, shifted, 2.0)[mover].expectation(vector)[0])
            assert abs((values[0] - values[1]) / (2 * step) - gradient[label]) < 1e-9


def test_polarised_electrons_pass_freely():
    """S = N/2: every Z_j is 1, whatever the interaction."""
    for trip in trips(4, 4, [1.0, 2.0, 3.5, 4.0], 0.7):
        assert trip.apply([1 + 0j]) == [1 + 0j]


def test_joint_eigenvector_belongs_to_every_round_trip():
    """The vector found from two of the Z_j is an eigenvector of all of them."""
    operators = trips(5, 1, [1.0, 2.5, 3.1, 4.7, 6.0], 2.0)
    vector = joint_eigenvector(operators, [1 + 0j, 0.1, 0.2, 0, 0], 1e-13)
    for operator in operators:
        image = operator.apply(vector)
        value = sum(a.conjugate() * b for a, b in zip(vector, image, strict=True))
        assert abs(abs(value) - 1) < 1e-12
        assert max(abs(a - value * b) for a, b in zip(image, vector, strict=True)) < 1e-12


@pytest.mark.parametrize("free", [0, -1])
def test_joint_eigenvector_is_found_where_one_round_trip_is_degenerate(free):
    """If the first or the last Z_j is 1, as on a crossing of all its eigenvalues, the other one decides."""
    operators = trips(5, 1, [1.0, 2.5, 3.1, 4.7, 6.0], 2.0)
    operators[free] = dataclasses.replace(operators[free], amplitudes=(1.0,) * len(operators[free].passages))
    vector = joint_eigenvector(operators, [1 + 0j, 0.1, 0.2, 0, 0], 1e-13)
    image = operators[-1 - free].apply(vector)
    value = sum(a.conjugate() * b for a, b in zip(vector, image, strict=True))
    assert max(abs(a - value * b) for a, b in zip(image, vector, strict=True)) < 1e-12


def test_a_vector_that_misses_its_tolerance_is_an_error():
    """Rounding leaves a residual, so no vector meets the tolerance zero."""
    with pytest.raises(ArithmeticError, match="no joint eigenvector"):
        joint_eigenvector(trips(4, 0, [1.0, 2.5, 3.1, 4.7], 2.0), [1 + 0j, 0.1], 0)


def test_linear_systems_are_solved_exactly():
    """A x = b for rationals, where the first pivot vanishes too; neither A nor b is changed."""
    A, b = [[Fraction(n) for n in row] for row in ([0, 2, 1], [3, 1, -2], [5, 4, 7])], [Fraction(n) for n in (4, 9, 2)]
    x = linear_solve(A, b)
    assert [inner(row, x) for row in A] == b == [4, 9, 2]


def test_singular_system_is_an_error():
    """A singular matrix is refused unless the caller asks for the null direction."""
    with pytest.raises(ZeroDivisionError):
        linear_solve([[1.0, 2.0], [2.0, 4.0]], [1.0, 1.0])

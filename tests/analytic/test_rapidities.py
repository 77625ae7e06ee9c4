from math import comb, pi

import mpmath
import pytest

from analytic import rapidities
from analytic.bethe import bethe_level, bethe_multiplet
from analytic.dimensions import multiplet_count
from analytic.rapidities import admissible_J, solve_rapidities


@pytest.mark.parametrize(
    ("electrons", "strength"),
    [
        *((electrons, strength) for electrons in (2, 3) for strength in ("0.001", "0.8", "5", "10000")),
        *((4, strength) for strength in ("0.001", "10000")),
        *(pytest.param(4, strength, marks=pytest.mark.slow) for strength in ("0.8", "5")),
    ],
)
def test_both_routes_agree(electrons, strength):
    """Every set J of real rapidities gives a different level of the scattering operators, to 30 digits."""
    levels = bethe_multiplet(electrons, strength=strength)
    for two_S in range(electrons % 2, electrons + 1, 2):
        matched = set()
        for J_numbers in admissible_J(electrons, two_S):
            state = solve_rapidities(range(1, electrons + 1), J_numbers, strength=strength)
            with mpmath.workdps(40):
                nearest = min(levels, key=lambda level: abs(level.energy - state.energy))
                assert abs(nearest.energy / state.energy - 1) < 1e-29
            assert nearest.two_S == two_S
            matched.add(nearest.spin_index)
        assert len(matched) == comb((electrons + two_S) // 2, (electrons - two_S) // 2)


def test_the_nested_equations_give_the_corrected_singlet():
    """N = 4, S = 0 at L = 1, g = 5, J = (1, 2): 70.0803544255, not the 70.0803543554 that physics.md prints."""
    state = solve_rapidities((1, 2, 3, 4), (1, 2), strength=5)
    assert mpmath.nstr(state.energy, 12) == "70.0803544255"
    assert state.residual < 1e-30


@pytest.mark.parametrize("numbers", [(1, 2, 4), (2, 3, 6)])
def test_excited_sets(numbers):
    """For m <= 1 the real rapidities exhaust f(N, S), excited sets I included."""
    found = sorted(solve_rapidities(numbers, J, strength=2).energy for J in admissible_J(3, 1))
    expected = sorted(bethe_level(numbers, 1, index, strength=2).energy for index in range(multiplet_count(3, 1)))
    with mpmath.workdps(35):
        assert all(abs(a / b - 1) < 1e-29 for a, b in zip(found, expected, strict=True))


def test_momenta_count_the_rapidities_below_them():
    """At g -> 0: k_j -> pi (I_j - number of rapidities below k_j)."""
    for numbers, J_numbers in (((1, 2, 4), (2,)), ((1, 2, 3, 4), (1, 2)), ((1, 3, 4, 7), (3,))):
        state = solve_rapidities(numbers, J_numbers, strength="0.0001")
        for number, k in zip(numbers, state.momenta, strict=True):
            below = sum(rapidity < k for rapidity in state.rapidities)
            assert float(k) / pi == pytest.approx(number - below, abs=0.01)


def test_a_solution_that_misses_its_digits_is_an_error(monkeypatch):
    """The residual is looked at: momenta and rapidities that are off by 1e-20 are no solution to 30 digits."""
    solve = rapidities._Equations.solve
    off = lambda self, unknowns, goal: [x + mpmath.mpf(10) ** -20 for x in solve(self, unknowns, goal)]  # noqa: E731
    monkeypatch.setattr(rapidities._Equations, "solve", off)
    with pytest.raises(ArithmeticError, match="exceeds 1e-30"):
        solve_rapidities((1, 2), (1,), strength=5)


@pytest.mark.parametrize(
    ("I_numbers", "J_numbers", "strength"),
    [
        ((1, 2), (2,), 1),
        ((2, 1), (1,), 1),
        ((0, 1), (1,), 1),
        ((1, 2, 3), (1, 2), 1),
        ((1, 2), (1,), 0),
        ((1, 2), (1,), -3),
        ((), (), 1),
    ],
)
def test_inadmissible_input_is_an_error(I_numbers, J_numbers, strength):
    """Integers outside their range and non-positive couplings are refused."""
    with pytest.raises(ValueError, match="must be"):
        solve_rapidities(I_numbers, J_numbers, strength=strength)


def test_spins_that_cannot_be_have_no_rapidities():
    """Three electrons have no spin 1 and none of 5/2."""
    for two_S in (2, 5):
        with pytest.raises(ValueError, match=f"two_S={two_S} must be one of"):
            admissible_J(3, two_S)


def test_momenta_and_rapidities_scale_with_the_inverse_length():
    """In a box twice as long, at half the strength, every k_j and l_a is half as large."""
    short, long = (solve_rapidities((1, 2, 4), (2,), strength=6 / L, length=L, digits=20) for L in (1, 2))
    for a, b in zip((*short.momenta, *short.rapidities), (*long.momenta, *long.rapidities), strict=True):
        assert abs(a / b - 2) < 1e-15


def test_one_electron_has_no_interaction():
    """N = 1: k = pi I / L at any strength."""
    state = solve_rapidities((3,), (), strength=2, length=2)
    assert float(state.energy) == pytest.approx((3 * pi / 2) ** 2 / 2, rel=1e-15)

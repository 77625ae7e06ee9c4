"""What callers may give for a number, a choice or a list of numbers, and with which words the rest is refused."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rows import over

import numeric
from numeric.validation import as_axis, as_choice, as_float, as_floats, as_integer, as_integers, as_projection

NO_NUMBERS = [True, np.True_, "1", None, math.nan, math.inf, -math.inf, 1j, np.float64(np.nan), [1.0], 10**400]


@given(st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(2**53), 2**53), st.fractions(-9, 9)))
def test_every_real_number_becomes_its_float(number):
    """Alone and in a list, plain and as a numpy scalar."""
    assert as_float("x", number) == float(number)
    assert as_floats("x", [number, np.float64(number)]).tolist() == [float(number)] * 2
    assert type(as_float("x", np.float64(number))) is float


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_what_is_no_number_is_refused_by_name(value):
    """Alone, in a list among numbers, and in an array."""
    with pytest.raises(ValueError, match=r"^x"):
        as_float("x", value)
    with pytest.raises(ValueError, match=r"^x"):
        as_floats("x", [[1.0, 2.0], [value, Fraction(1, 3)]])
    with pytest.raises(ValueError, match=r"^x"):
        as_floats("x", np.array([value, value]), shape=(2,))


@over(
    ("call", "message"),
    [
        (lambda: as_float("x", 0, positive=True), "x=0.0 must be positive"),
        (lambda: as_float("x", -1e-300, minimum=0.0), "x=-1e-300 must be at least 0"),
        (lambda: as_integer("n", 1.0, minimum=0), "n=1.0 must be an integer"),
        (lambda: as_integer("n", -1, minimum=0), "n=-1 must be at least 0"),
        (lambda: as_integer("n", 9, minimum=0, maximum=8), "n=9 must be at most 8"),
        (lambda: as_integers("n", [0, 0.5]), "n=0.5 must be an integer"),
        (lambda: as_integers("n", [0, 1e17]), r"n=1e\+17 must be an integer of at most"),
        (lambda: as_floats("x", [1.0, -2.0], minimum=0.0), "x=-2.0 must be at least 0"),
        (lambda: as_floats("x", np.array([1.0, -2.0]), minimum=0.0), "x=-2.0 must be at least 0"),
        (lambda: as_floats("x", [[1.0], [2.0, 3.0]]), r"x=\[1.0\] must be a real number"),
        (lambda: as_axis("x", []), r"x of shape \(0,\) must be a non-empty list"),
        (lambda: as_axis("x", [[1.0]]), r"x of shape \(1, 1\) must be a non-empty list"),
        (lambda: as_choice("way", ["up"], ("up", "down")), r"way=\['up'\] must be one of up, down"),
        (lambda: as_projection("two_Sz", 3, 2), "two_Sz=3 must be one of -2, 0, 2$"),
        (lambda: as_projection("two_Sz", 1, 6), r"two_Sz=1 must be one of -6, -4, \.\.\., 6$"),
    ],
)
def test_messages_state_value_and_rule(call, message):
    """The words are the same wherever the rule is."""
    with pytest.raises(ValueError, match=message):
        call()


def test_what_is_returned_is_a_copy():
    """A caller that changes its array afterwards changes nothing here."""
    source = np.array([1.0, 2.0])
    taken = as_floats("x", source)
    source[0] = 9.0
    assert taken.tolist() == [1.0, 2.0]


def crowds():
    """Yield arguments that would take terabytes as arrays of doubles, and take none as they are."""
    yield np.broadcast_to(np.float64(0.1), (10**6, 10**6))
    yield np.broadcast_to(np.int64(1), 10**12)
    yield range(10**12)
    yield range(10**30)
    yield [[range(10**12)] * 2]


DOT = numeric.Dot(1.0, 0.1, 3, "soft-coulomb", 1.0)
SPECTRA = [numeric.solve(DOT, electrons=N, levels=1) for N in (0, 1)]
SCHEME = numeric.LevelScheme.from_spectra(SPECTRA)
POINT = {"leads": [numeric.Lead("L", 1.0, 0.1), numeric.Lead("R", 1.0, -0.1)], "kT": 0.01}
GRID = {"bias": [0.0], "gate": [0.0], "kT": 0.01}
LEVELS = {"electrons": [0, 1], "energies": [0.0, 1.0], "two_S": [0, 1], "lower": [0], "upper": [1], "M": [1.0]}
TAKING_ARRAYS = {
    "value": lambda crowd: numeric.interaction_integrals(DOT).value(crowd, 1, 1, 1),
    "charge_density": lambda crowd: numeric.charge_density(SPECTRA[1], 0, crowd),
    "transition_probabilities": lambda crowd: numeric.transition_probabilities(*SPECTRA, weights=crowd),
    "stationary_state": lambda crowd: numeric.stationary_state(SCHEME, **POINT, gate=crowd),
    "currents": lambda crowd: numeric.currents(SCHEME, **POINT, gate=crowd),
    "bias": lambda crowd: numeric.stability_diagram(SCHEME, **{**GRID, "bias": crowd}),
    "gate": lambda crowd: numeric.stability_diagram(SCHEME, **{**GRID, "gate": crowd}),
    "one_body": lambda crowd: numeric.IntegralDot(crowd, []),
    "two_body": lambda crowd: numeric.IntegralDot([[1.0]], crowd),
    "weights": lambda crowd: numeric.IntegralDot([[1.0]], [], weights={"L": crowd}),
    "start": lambda crowd: numeric.slater_lanczos(DOT, 2, 1, start=crowd),
} | {name: lambda crowd, name=name: numeric.LevelScheme(**{**LEVELS, name: crowd}) for name in LEVELS}


@over("function", TAKING_ARRAYS)
def test_what_does_not_fit_the_memory_is_refused_before_it_takes_any(function):
    """Broadcast arrays and ranges of a million million numbers: a ValueError that names them, and no MemoryError."""
    for crowd in crowds():
        with pytest.raises(ValueError, match=r"must (have shape|hold|be)"):
            TAKING_ARRAYS[function](crowd)


def test_arguments_that_are_many_together_are_refused_too():
    """Indices that fit each other to 10^10 integrals, and a grid of 10^10 points."""
    many = np.ones(10**5, dtype=np.int64)
    with pytest.raises(ValueError, match="must hold at most"):
        numeric.interaction_integrals(DOT).value(many[:, None], many, 1, 1)
    with pytest.raises(ValueError, match="100000 x 100000"):
        numeric.stability_diagram(SCHEME, bias=many / 7, gate=many / 7, kT=0.01)

"""A wrong type of object is refused with the rule by every function that takes a dot, a spectrum or a level scheme."""

from itertools import product

import numpy as np
import pytest
from rows import over

import numeric
from numeric import Dot, Lead, LevelScheme, solve
from numeric.chain import MOST_STATES
from numeric.slater_lanczos import SlaterSpectrum

DOT = Dot(1.0, 0.1, 3)
ONE, TWO = solve(DOT, 1, 2), solve(DOT, 2, 2)
SLATER_ONE, SLATER_TWO = numeric.slater_lanczos(DOT, 1, 1), numeric.slater_lanczos(DOT, 2, 1)
SCHEME = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
LEADS = [Lead("L", 1.0, 0.1), Lead("R", 1.0, -0.1)]
POINT = {"leads": LEADS, "kT": 0.1}

OF_ANY_DOT = [
    lambda dot: numeric.solve(dot, 2, 1),
    lambda dot: numeric.sector_energies(dot, 2, 0, 1),
    lambda dot: numeric.hamiltonian_matrix(dot, 2, 0),
]
OF_A_BOX = [
    lambda dot: numeric.slater_lanczos(dot, 2, 1),
    numeric.interaction_integrals,
    lambda dot: numeric.start_vector_blind_to(dot, 2, 0),
]
OF_A_SPECTRUM = [
    lambda spectrum: numeric.transition_probabilities(spectrum, TWO),
    lambda spectrum: numeric.transition_probabilities(ONE, spectrum),
    lambda spectrum: numeric.transition_amplitudes(spectrum, TWO),
    lambda spectrum: numeric.decompose(ONE, 0, spectrum, 0),
    lambda spectrum: numeric.expand(spectrum, 0),
    lambda spectrum: numeric.expectations(spectrum, 0),
    lambda spectrum: numeric.spin_squared(spectrum, 0),
    lambda spectrum: numeric.density_matrix(spectrum, 0),
    lambda spectrum: numeric.charge_density(spectrum, 0, 0.5),
]
OF_A_SCHEME = [
    lambda scheme: numeric.stationary_state(scheme, **POINT),
    lambda scheme: numeric.currents(scheme, **POINT),
    lambda scheme: numeric.lead_flows(scheme, **POINT),
    lambda scheme: numeric.differential_conductance(scheme, **POINT),
    lambda scheme: numeric.shot_noise(scheme, **POINT),
    lambda scheme: numeric.linear_conductance(scheme, kT=0.1),
    lambda scheme: numeric.low_temperature_limit(scheme, LEADS),
    lambda scheme: numeric.stability_diagram(scheme, bias=0.1, gate=0.1, kT=0.1),
]
OF_LEADS = [
    lambda leads: numeric.stationary_state(SCHEME, leads, kT=0.1),
    lambda leads: numeric.currents(SCHEME, leads, kT=0.1),
    lambda leads: numeric.lead_flows(SCHEME, leads, kT=0.1),
    lambda leads: numeric.differential_conductance(SCHEME, leads, kT=0.1),
    lambda leads: numeric.shot_noise(SCHEME, leads, kT=0.1),
    lambda leads: numeric.low_temperature_limit(SCHEME, leads),
]
OF_A_SLATER_SPECTRUM = [
    lambda spectrum: numeric.slater_transition_probabilities(spectrum, SLATER_TWO),
    lambda spectrum: numeric.slater_transition_probabilities(SLATER_ONE, spectrum),
]
OTHERS = ["dot", None, 1.0, {"length": 1.0}, [1, 2], DOT, ONE, SCHEME, LEADS, Dot]


OF_KINDS = [
    (OF_A_BOX, Dot),
    (OF_A_SPECTRUM, numeric.Spectrum),
    (OF_A_SLATER_SPECTRUM, SlaterSpectrum),
    (OF_A_SCHEME, LevelScheme),
]


@over(
    "of_kind, other",
    product(OF_KINDS, OTHERS),
    ids=[f"{kind.__name__}, {type(other).__name__}" for (_, kind), other in product(OF_KINDS, OTHERS)],
)
def test_another_object_is_refused_with_the_rule(of_kind, other):
    """`interaction_integrals("dot")` says that dot must be a Dot, and so does every other function of its argument."""
    functions, kind = of_kind
    if isinstance(other, kind):
        return
    for function in functions:
        with pytest.raises(ValueError, match=rf"must be a {kind.__name__}$"):
            function(other)


@pytest.mark.parametrize(
    "other", [one for one in OTHERS if not isinstance(one, Dot)], ids=lambda one: type(one).__name__
)
def test_what_is_no_dot_is_refused_with_every_kind(other):
    """`solve("dot", ...)` names the kinds of dot that it takes."""
    for function in OF_ANY_DOT:
        with pytest.raises(ValueError, match=r"must be a Dot, an IntegralDot or a HarmonicDot$"):
            function(other)


@pytest.mark.parametrize(
    "leads",
    ["LR", None, 1.0, np.array(1.0), np.ones((2, 2)), LEADS[0], [1, 2], ["L", "R"], [("L", 1.0, 0.1), ("R", 1.0, 0.1)]],
)
def test_leads_must_be_a_list_of_leads(leads):
    """Strings, numbers, pairs and a single lead are refused."""
    for function in OF_LEADS:
        with pytest.raises(ValueError, match=r"must be a (list of leads|Lead)$"):
            function(leads)


@pytest.mark.parametrize(
    "call",
    [
        lambda: numeric.solve(DOT, 2, 1, integrals=[[1.0]]),
        lambda: numeric.sector_energies(DOT, 2, 0, 1, integrals="integrals"),
        lambda: numeric.hamiltonian_matrix(DOT, 2, 0, integrals=3),
        lambda: numeric.slater_lanczos(DOT, 2, 1, integrals=3),
    ],
)
def test_integrals_must_be_integrals(call):
    """An array in their place is refused."""
    with pytest.raises(ValueError, match=r"integrals=.* must be an Integrals"):
        call()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: numeric.stationary_state(SCHEME, LEADS, kT=0.1, resolved="no"), "resolved='no' must be True or False"),
        (lambda: numeric.stability_diagram(SCHEME, bias=0.1, gate=0.1, kT=0.1, noise=1), "noise=1 must be True or F"),
        (
            lambda: numeric.solve("x" * 10**6, 2, 1),
            r"^dot='x{20,40}\.\.\.x{20,40}' must be a Dot, an IntegralDot or a HarmonicDot$",
        ),
        (lambda: Dot("1" * 10**6, 0.1, 3), r"^length='1{20,40}\.\.\.1{20,40}' must be a real number$"),
        (lambda: Dot(1.0, 0.1, -(10**4000)), "^orbitals must be at least 1$"),
        (
            lambda: numeric.transition_probabilities(ONE, TWO, weights=[1e141, 1, 1]),
            r"weights of up to 1e\+141 must be",
        ),
        (lambda: numeric.Integrals([[1e121, 0, 0], [0, 0, 0], [0, 0, 0]]), r"couplings of up to 1e\+121 must be"),
        (lambda: numeric.clebsch_gordan_weight(10**9, 10**9 + 1), "two_S_i=1000000000 must be at most 100000"),
        (
            lambda: LevelScheme([0, 1], [-1e308, 1e308], [0, 1], [0], [1], [0.5]),
            "must differ by a number that a double",
        ),
    ],
)
def test_messages_are_short_and_sizes_are_refused_up_front(call, message):
    """A value of a million characters is cut, and what would overflow or never end is not begun."""
    with pytest.raises(ValueError, match=message):
        call()


def test_a_resolved_chain_of_too_many_states_is_refused_up_front():
    """2S+1 states of every level are counted before any is written down."""
    scheme = LevelScheme([0, 1], [0.0, 0.1], [2**50, 2**50 + 1], [0], [1], [0.5])
    with pytest.raises(ValueError, match=f"resolved=True must have at most {MOST_STATES} states"):
        numeric.stationary_state(scheme, LEADS, kT=0.1, resolved=True)


AN_INTEGER = [
    lambda n: Dot(1.0, 0.1, n),
    lambda n: numeric.solve(DOT, n, 1),
    lambda n: numeric.solve(DOT, 2, n),
    lambda n: numeric.sector_energies(DOT, 2, n, 1),
    lambda n: numeric.hamiltonian_matrix(DOT, 2, n),
    lambda n: numeric.slater_lanczos(DOT, 2, 1, seed=n),
    lambda n: numeric.start_vector_blind_to(DOT, 2, n),
    lambda n: numeric.clebsch_gordan_weight(n, 1),
    lambda n: numeric.expand(TWO, n),
    lambda n: numeric.decompose(ONE, n, TWO, 0),
]


@pytest.mark.parametrize("value", [np.array(1.0), np.array([1]), 1.0, True, None, "1", [1], 1j, np.nan])
def test_what_is_no_integer_is_refused_with_the_rule(value):
    """Arrays, floats, booleans and texts: none is taken for an integer, and none ends in another error."""
    for function in AN_INTEGER:
        with pytest.raises(ValueError, match="must be an integer"):
            function(value)


@over(
    "name, value",
    product(
        ["electrons", "energies", "two_S", "lower", "upper", "M"],
        [0, [[0], [1]], [[[0]]], "ab", None, [None], [[]], [[0], [0, 1]], {}],
    ),
)
def test_a_list_of_another_shape_makes_no_scheme(name, value):
    """One line that names the list or the number of levels, whatever stands in place of a list."""
    lists = {"electrons": [0, 1], "energies": [0.0, 0.1], "two_S": [0, 1], "lower": [0], "upper": [1], "M": [0.5]}
    with pytest.raises(ValueError, match=f"{name}|levels|transition"):
        LevelScheme(**{**lists, name: value})

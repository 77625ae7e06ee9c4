"""Linear response to bias and temperature: Onsager's matrix against differences at 120 digits."""

from itertools import product

import exact_chains
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rows import over

from numeric import Lead, LevelScheme, lead_response, linear_conductance, linear_response, response_map

rates = st.sampled_from([(1.0, 1.0), (1.0, 0.3), (1.0, 1e-9), (1e-12, 1.0)])
temperatures = st.floats(-3, 1).map(lambda power: 10.0**power)
NAMES = ("L11", "L12", "L22", "thermopower", "heat_conductance")


class Shifted:
    """A lead whose numbers are mpmath's."""

    def __init__(self, rate, mu, kT):
        self.rate, self.mu, self.kT = rate, mu, kT


def true_response(scheme, t, *, kT, gate, mu, step):
    """Return the five numbers by central differences of current and heat at the left lead, as mpf."""
    T = mpmath.mpf(kT)

    def flows(a, b):
        leads = [Shifted(t[0], mu + a * T, T + b * T**2), Shifted(t[1], mpmath.mpf(mu), T)]
        return [flow(scheme, leads, kT, gate)[0][0] for flow in (exact_chains.current, exact_chains.heat)]

    slopes = []
    for a, b in ((step, 0), (0, step / T)):
        there, back = flows(a, b), flows(-a, -b)
        slopes.append([(x - y) / (2 * (a + b)) for x, y in zip(there, back, strict=True)])
    (L11, L21), (L12, L22) = slopes
    assert abs(L12 - L21) <= (abs(L12) + T * L11) * mpmath.mpf(10) ** -25
    return L11, L12, L22, L12 / L11 / T, (L22 - L12 * L21 / L11) / T**2


def assert_within_its_bounds(found, scheme, t, *, kT, gate, mu, digits=exact_chains.DIGITS):
    """Compare a response with that of differences, at 120 digits or more."""
    with mpmath.workdps(digits):
        true = true_response(scheme, t, kT=kT, gate=gate, mu=mu, step=mpmath.mpf(10) ** -(digits // 4))
        size = true[2] / mpmath.mpf(kT) ** 2
        for name, value in zip(NAMES, true, strict=True):
            estimate = getattr(found, name)
            number, bound = (
                mpmath.mpf(float(part.mantissa[0])) * mpmath.mpf(2) ** int(part.exponent[0])
                for part in (estimate.scaled, estimate.error)
            )
            # the differences are right to the square of their step
            slack = (size if name == "heat_conductance" else abs(value)) * mpmath.mpf(10) ** -(digits // 6)
            assert abs(number - value) <= bound + slack + mpmath.mpf(10) ** -(digits // 3) * true[0]


any_chain = given(
    scheme=exact_chains.schemes(per_lead=True),
    kT=temperatures,
    gate=st.floats(-2, 2),
    mu=st.sampled_from([0.0, -0.25, 0.7]),
    t=rates,
)


@settings(max_examples=20)
@any_chain
def test_the_response_is_that_of_differences_at_120_digits(scheme, kT, gate, mu, t):
    """Matrix, thermopower and heat conductance are right to their bounds, with M_ji of each lead."""
    found = linear_response(scheme, rates=t, kT=kT, gate=gate, mu=mu)
    assert_within_its_bounds(found, scheme, t, kT=kT, gate=gate, mu=mu)


def test_many_gates_are_those_one_by_one():
    """And L11 is kT times the linear conductance."""
    scheme, gates = exact_chains.three_level_scheme(), np.linspace(0.0, 0.8, 5)
    found = linear_response(scheme, rates=(1.0, 0.3), kT=0.05, gate=gates)
    for name in NAMES:
        single = [float(getattr(linear_response(scheme, rates=(1.0, 0.3), kT=0.05, gate=gate), name)) for gate in gates]
        np.testing.assert_allclose(getattr(found, name).value, single, rtol=1e-14)
    conductance = linear_conductance(scheme, rates=(1.0, 0.3), kT=0.05, gate=gates).value
    np.testing.assert_allclose(found.L11.value, 0.05 * conductance, rtol=1e-12)


def test_heat_and_charge_are_tightly_coupled_through_one_transition():
    """Its heat conductance is 0 to 1e-24 of L22/kT^2, deep in blockade too."""
    scheme = LevelScheme([3, 4], [0.1, 0.4], [1, 0], [0], [1], [0.7])
    found = linear_response(scheme, kT=1e-3, gate=[0.3, 0.31, -0.5])
    np.testing.assert_allclose(found.thermopower.value, [0.0, -10.0, 800.0], atol=1e-10)
    assert np.all(np.abs(found.heat_conductance.value) <= 1e-24 * found.L22.value / 1e-6 + 1e-300)


def test_the_resolved_equation_has_the_same_response():
    """Every |level, S_z> instead of levels."""
    found = [
        linear_response(exact_chains.three_level_scheme(), kT=0.05, gate=0.3, resolved=resolved)
        for resolved in (False, True)
    ]
    for name in NAMES:
        assert float(getattr(found[0], name)) == pytest.approx(float(getattr(found[1], name)), rel=1e-11)


def test_without_a_current_there_is_no_thermopower():
    """One lead alone, or two that meet on no level, are refused in words."""
    scheme = exact_chains.three_level_scheme()
    with pytest.raises(ValueError, match="must couple both leads"):
        linear_response(scheme, rates=(1.0, 0.0), kT=0.1)
    apart = LevelScheme([0, 1, 2], [0, 0, 0], [0, 1, 0], [0, 1], [1, 2], [[1.0, 0.0], [0.0, 1.0]])
    with pytest.raises(ValueError, match="no thermopower"):
        linear_response(apart, kT=0.1)


L_ONLY, R_ONLY, BOTH_LEADS = (0.5, 0.0), (0.0, 0.5), (1e-300, 1e-300)


GRAPHS = [
    ([L_ONLY, R_ONLY], False),
    ([L_ONLY, BOTH_LEADS], True),
    # 0 - 1 - 3 - 2 - 0: an electron that enters and leaves by one lead has been nowhere
    ([L_ONLY, L_ONLY, R_ONLY, R_ONLY], False),
    ([L_ONLY, R_ONLY, R_ONLY, L_ONLY], False),
    ([L_ONLY, R_ONLY, L_ONLY, R_ONLY], True),
    ([L_ONLY, L_ONLY, L_ONLY, R_ONLY], True),
    ([R_ONLY, R_ONLY, R_ONLY, R_ONLY], None),
]


@over(
    "graph, kT, energies",
    product(GRAPHS, [0.02, 0.1, 0.3], [(0.1, 0.2, 0.35), (0.1, 0.25, 0.7), (0.05, -0.1, 0.3)]),
)
def test_whether_a_current_can_flow_is_told_by_the_graph(graph, kT, energies):
    """By which levels the leads join, and no number: edges 0-1, 0-2 and, of two electrons, 1-3 and 2-3."""
    M, flows = graph
    count = 3 if len(M) == 2 else 4
    edges = {"electrons": [0, 1, 1, 2][:count], "two_S": [0, 1, 1, 0][:count]}
    ends = {"lower": [0, 0, 1, 2][: len(M)], "upper": [1, 2, 3, 3][: len(M)]}
    scheme = LevelScheme(energies=[0.0, *energies][:count], M=M, **edges, **ends)
    grid = {"gate": [0.0], "kT": [kT]}
    leads = [Lead("L", 1.0, 0.0), Lead("R", 0.3, 0.0)]
    through = lead_response(scheme, leads, kT=kT).onsager[0, 1]
    assert (through.value < -through.bound) == bool(flows)
    assert through.bound <= 1e-12 * abs(through.value) + 1e-14
    for rates in ((1.0, 1.0), (1.0, 0.3)):
        if flows:
            assert float(linear_response(scheme, rates=rates, kT=kT).L11) > 0.0
            assert response_map(scheme, rates=rates, **grid)["conductance"].item() > 0.0
            continue
        message = "must couple both leads" if flows is None else "leads must exchange electrons through the dot"
        with pytest.raises(ValueError, match=message):
            linear_response(scheme, rates=rates, kT=kT)
        with pytest.raises(ValueError, match=message):
            response_map(scheme, rates=rates, **grid)


def test_words_say_the_two_numbers():
    """The representation shows thermopower and heat conductance with their bounds."""
    shown = repr(linear_response(exact_chains.three_level_scheme(), kT=0.05, gate=0.3))
    assert shown.startswith("LinearResponse(thermopower=Estimate(")


APART = [[[0.5, 1e-40], [1e-40, 0.5]], [[0.5, 0.25], [0.3, 0.7]], [[1e-40, 1.0], [1.0, 1.0]]]


@pytest.mark.parametrize("M", APART, ids=str)
@pytest.mark.parametrize("t", [(1.0, 1.0), (1.0, 1e-40), (1e20, 1e-20)], ids=str)
def test_rates_and_probabilities_forty_decades_apart(M, t):
    """Numbers lie within their bounds, which are small unless an edge is weak at both leads and shared by them."""
    scheme = LevelScheme([0, 1, 1], [0.0, 0.1, 0.2], [0, 1, 1], [0, 0], [1, 2], M)
    found = linear_response(scheme, rates=t, kT=0.02, gate=0.05)
    assert_within_its_bounds(found, scheme, t, kT=0.02, gate=0.05, mu=0.0)
    if t == (1.0, 1.0) or M is APART[1]:
        assert all(getattr(found, name).relative_error.max() < 1e-11 for name in NAMES[:4])

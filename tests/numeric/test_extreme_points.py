"""Every function and map at numbers from 5e-324 to 1.7e308: finite numbers with finite bounds, or a clear refusal."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_fast_flows import kernel_from

from numeric import (
    Lead,
    LevelScheme,
    conductance_parts,
    cumulants,
    currents,
    differential_conductance,
    generating_function,
    heat_currents,
    lead_cumulants,
    lead_diagram,
    lead_flows,
    lead_response,
    linear_conductance,
    linear_response,
    response_map,
    shot_noise,
    spin_currents,
    stability_diagram,
    stationary_state,
)

LARGEST = 1.7e308
scales = st.sampled_from([5e-324, 1e-320, 1e-310, 1.0, 1e308, LARGEST]) | st.floats(-320, 308).map(lambda p: 10.0**p)
"""Temperatures, rates and M of any size."""
factors = st.just(0.0) | st.floats(-30, 30) | st.floats(-300, 9).map(lambda power: 10.0**power)
"""Energies over kT."""
extremes = st.sampled_from([LARGEST, -LARGEST, 1e-320, 5e-324])


@st.composite
def points(draw):
    """Draw a scheme, leads, and what is asked at them, all energies by one scale but for some extremes."""
    scale = draw(scales)

    def energy():
        value = draw(factors) * scale
        return draw(st.sampled_from([value] * 7 + [draw(extremes)])) if math.isfinite(value) else LARGEST

    def temperature():
        return min(max(scale * draw(st.sampled_from([1.0, 1.0, 0.3, 1e-6, 1e6])), 5e-324), LARGEST)

    electrons = sorted(draw(st.lists(st.integers(0, 2), min_size=2, max_size=4)))
    pairs = [(i, j) for i, N in enumerate(electrons) for j, P in enumerate(electrons) if P == N + 1]
    weights = st.sampled_from([0.0, 0.5, 1.0]) | scales
    columns = draw(st.sampled_from([1, 2]))
    M = np.array([[draw(weights) for _ in range(columns)] for _ in pairs])
    rates = draw(weights), draw(weights)
    leads = [Lead(name, t, energy(), draw(st.none() | scales)) for name, t in zip("LR", rates, strict=True)]
    levels = {
        "electrons": electrons,
        "energies": [energy() for _ in electrons],
        "two_S": [N % 2 for N in electrons],
        "lower": [i for i, _ in pairs],
        "upper": [j for _, j in pairs],
        "M": M if columns == 2 and pairs else M.ravel(),
    }
    point = {"kT": temperature(), "gate": energy()}
    point |= draw(st.sampled_from([{}, {"resolved": True, "zeeman": energy()}]))
    more = {"gates": [energy(), energy()], "V": [energy(), energy()], "T": (temperature(), temperature())}
    return levels, leads, point, more, draw(st.sampled_from([0.5, 0.0, 1.0, 1e308, -1e308, 5e-324]))


def asked(scheme, leads, point, more, split):
    """Return each call by name."""
    rates, mu = (leads[0].rate, leads[1].rate), leads[0].mu
    rest = [Lead(lead.name, lead.rate, mu) for lead in leads]
    plane = {name: value for name, value in point.items() if name != "gate"}
    field = {name: value for name, value in plane.items() if name != "kT"}
    in_field = {name: value for name, value in point.items() if name != "resolved"}
    return {
        "flows": lambda: lead_flows(scheme, leads, **point),
        "currents": lambda: currents(scheme, leads, **point),
        "heat": lambda: heat_currents(scheme, leads, **point),
        "spin": lambda: spin_currents(scheme, leads, **in_field),
        "dI_dV": lambda: differential_conductance(scheme, leads, split=split, **point),
        "parts": lambda: conductance_parts(scheme, leads, **point),
        "cumulants": lambda: cumulants(scheme, leads, **point),
        "lead cumulants": lambda: lead_cumulants(scheme, leads, ["R"], **point),
        "noise": lambda: shot_noise(scheme, leads, **point),
        "generating function": lambda: generating_function(scheme, leads, [0.1, -3.0], **point),
        "response": lambda: linear_response(scheme, rates=rates, mu=mu, **point),
        "lead response": lambda: lead_response(scheme, rest, **point),
        "conductance": lambda: linear_conductance(scheme, rates=rates, **point),
        "state": lambda: stationary_state(scheme, leads, **point).populations,
        "diagram": lambda: stability_diagram(
            scheme, bias=more["V"], gate=more["gates"], kT=more["T"], rates=rates, split=split, heat=True, **field
        ),
        "noise diagram": lambda: stability_diagram(
            scheme, bias=more["V"], gate=more["gates"], rates=rates, noise=True, populations=True, **plane
        ),
        "lead diagram": lambda: lead_diagram(
            scheme, leads, axes={"L": more["V"], "gate": more["gates"]}, heat=True, derivative="gate", **plane
        ),
        "response map": lambda: response_map(
            scheme, gate=more["gates"], kT=list(more["T"]), rates=rates, mu=mu, **field
        ),
    }


def numbers_of(answer):
    """Return all numbers of an answer, infinities that are documented left out."""
    if isinstance(answer, np.ndarray):
        return [answer]
    if hasattr(answer, "data_vars"):
        infinite = ("fano", "fano_error", "figure_of_merit", "figure_of_merit_error")
        return [
            np.nan_to_num(a.values, nan=np.nan, posinf=0.0) if n in infinite else a.values for n, a in answer.items()
        ]
    if hasattr(answer, "scaled"):
        assert "nan" not in repr(answer)
        return [answer.scaled.mantissa, answer.error.mantissa]
    return [
        array for name in vars(answer) if hasattr(part := getattr(answer, name), "scaled") for array in numbers_of(part)
    ]


@pytest.mark.parametrize("least", [0, 10**9], ids=["compiled", "numpy"])
@pytest.mark.parametrize("name", asked(None, [Lead("L", 1.0, 0.0)] * 2, {}, {}, 0.5))
@settings(max_examples=25, deadline=None)
@given(point=points())
def test_every_answer_is_finite_or_a_refusal(name, least, point):
    """No NaN, no warning, and no message of a number that nobody gave."""
    levels, *rest = point
    with kernel_from(least):
        try:
            arrays = numbers_of(asked(LevelScheme(**levels), *rest)[name]())
        except (ValueError, ArithmeticError) as error:
            assert not isinstance(error, FloatingPointError | ZeroDivisionError)  # noqa: PT017 - a refusal is right
            assert not any(word in str(error) for word in ("nan", "inf ", "=inf", "**inf"))  # noqa: PT017
            return
    assert arrays
    assert all(np.isfinite(array).all() for array in arrays)


FOUR = LevelScheme([0, 1, 1, 2], [0.0, 0.1, 0.2, 0.5], [0, 1, 1, 0], [0, 0, 1, 2], [1, 2, 3, 3], [0.5, 0.3, 0.2, 0.1])


@pytest.mark.parametrize("power", [-1010, -900, 900, 1015])
@pytest.mark.parametrize(
    "name", ["flows", "heat", "response", "lead response", "diagram", "lead diagram", "response map"]
)
def test_a_device_in_another_unit_of_energy_is_the_same_device(name, power):
    """Currents keep their numbers and heat scales, also where its products in plain numbers are no doubles."""

    def arrays(unit):
        leads = [Lead("L", 1.0, 0.25 * unit), Lead("R", 0.3, -0.125 * unit)]
        scheme = LevelScheme(**{**vars(FOUR), "energies": FOUR.energies * unit})
        more = {"gates": [0.0, unit / 4], "V": [unit / 8, -unit / 2], "T": (unit / 16, unit / 8)}
        answer = asked(scheme, leads, {"kT": unit / 16, "gate": unit / 32}, more, 0.5)[name]()
        if hasattr(answer, "data_vars"):
            return answer
        parts = [part for part in vars(answer).values() if hasattr(part, "scaled")] or [answer]
        return [part for each in parts for part in (each.scaled, each.error)]

    there, here = arrays(math.ldexp(1.0, power)), arrays(1.0)
    if name.endswith(("diagram", "map")):
        for quantity in ("I", "I_L", "J", "J_L", "thermopower", "heat_conductance"):
            if quantity in here:
                one = here[quantity].values * (2.0**power if quantity[0] == "J" else 1.0)
                assert there[quantity].values == pytest.approx(one, rel=1e-12, abs=0.0)
        return
    assert len(there) == len(here) > 0
    for moved_part, part in zip(there[::2], here[::2], strict=True):
        assert moved_part.mantissa == pytest.approx(part.mantissa, rel=1e-12)
        steps = (moved_part.exponent - part.exponent) / power
        assert set(np.ravel(steps).tolist()) <= {0.0, 1.0, 2.0}


TWO_LEADS = ("currents", "dI_dV", "parts", "cumulants", "noise", "generating function", "diagram")
UNCOUPLED = [(0.0, 1e-25), (1e300, None), (-LARGEST, 5e-324), (LARGEST, LARGEST)]


@pytest.mark.parametrize(("mu", "own"), UNCOUPLED)
@pytest.mark.parametrize(
    "name", ["flows", "heat", "spin", "lead cumulants", "state", "lead diagram", *TWO_LEADS, "noise of all"]
)
def test_a_lead_that_is_not_coupled_does_not_matter(name, mu, own):
    """Whatever its potential and temperature: the answer is that of a lead with moderate ones."""
    left, right = Lead("L", 1.0, 0.1), Lead("R", 0.7, -0.1)

    def answer(mu, own):
        spectator = Lead("R" if name in TWO_LEADS else "Z", 0.0, mu, own)
        leads = [left, spectator] if name in TWO_LEADS else [right, left, spectator]
        more = {"gates": [0.0, 0.1], "V": [0.1, 0.3], "T": (0.05, 0.05 if own is None else own)}
        if name == "noise of all":
            return numbers_of(lead_cumulants(FOUR, leads, ["Z"], kT=0.05))
        return numbers_of(asked(FOUR, leads, {"kT": 0.05, "gate": 0.0}, more, 0.5)[name]())

    # parts of a conductance tell the sign of the bias
    for found, alike in zip(answer(mu, own), answer(0.2 if mu > left.mu else 0.0, None), strict=True):
        assert found == pytest.approx(alike, rel=1e-9, abs=1e-300)

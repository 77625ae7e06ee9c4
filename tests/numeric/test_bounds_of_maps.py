"""Every number of every map comes with a bound on its error, and the bounds hold at 2000 digits."""

import exact_chains
import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_fast_flows import kernel_from

from numeric import (
    Lead,
    LevelScheme,
    lead_diagram,
    response_map,
    shot_noise,
    stability_diagram,
    stationary_state,
)

SCHEME = exact_chains.three_level_scheme()
AXES = {"bias": [0.0, 0.2], "gate": [0.0, 0.1, 0.4]}
LEADS = [Lead("L", 1.0, 0.3), Lead("R", 0.4, -0.1), Lead("P", 0.7, 0.05)]
MAPS = {
    "plain": lambda: stability_diagram(SCHEME, kT=0.05, **AXES),
    "all": lambda: stability_diagram(SCHEME, kT=0.05, populations=True, noise=True, heat=True, resolved=True, **AXES),
    "no conductance": lambda: stability_diagram(SCHEME, kT=(0.05, 0.1), conductance=False, noise=True, **AXES),
    "leads": lambda: lead_diagram(
        SCHEME, LEADS, axes={"gate": [0.0, 0.1], "P": [0.0, 0.2]}, kT=0.05, heat=True, derivative="gate"
    ),
    "response": lambda: response_map(SCHEME, gate=[0.0, 0.1], kT=[0.02, 0.05]),
}


@pytest.mark.parametrize("least", [0, 10**9], ids=["compiled", "numpy"])
@pytest.mark.parametrize("make", MAPS.values(), ids=MAPS)
def test_every_array_of_every_map_has_its_bound(make, least):
    """An array and its bound share dimensions and units; a bound is 0 only for an exact zero, or infinity."""
    with kernel_from(least):
        found = make()
    numbers = {name for name in found if not name.endswith("_error")}
    assert set(found) == numbers | {f"{name}_error" for name in numbers}
    for name in numbers:
        value, bound = found[name], found[f"{name}_error"]
        assert (bound.dims, bound.dtype, bound.attrs["units"]) == (value.dims, value.dtype, value.attrs["units"])
        assert "bound on the" in bound.attrs["long_name"]
        assert not np.isnan(bound).any()
        assert bool((bound >= 0).all())
        exact = (value == 0) | ((name == "fano") & np.isinf(value))
        assert bool((exact | (bound > 0)).all())


def as_mpf(array, **point):
    return mpmath.mpf(float(array.isel(bias=0, gate=0, **point)))


RATES = st.sampled_from([(1.0, 1.0), (1.0, 0.3), (1.0, 1e-9), (1e-6, 1.0)])
BLOCKED = LevelScheme([0, 1, 1], [0.0, 0.0, 0.0], [0, 1, 1], [0, 0], [1, 2], [0.5, 1e-20])


COLD = {"kT": 5e-3, "hotter": 1.0, "gate": -2.0, "V": 1e-9, "rates": (1.0, 1e-9), "resolved": True}
SETTINGS = st.fixed_dictionaries(
    {
        "kT": st.floats(5e-3, 10),
        "hotter": st.sampled_from([1.0, 1.5]),
        "gate": st.floats(-2, 2),
        "V": st.sampled_from([0.0, 1e-9]) | st.floats(-1, 1),
        "rates": RATES,
        "resolved": st.booleans(),
    }
)


@settings(deadline=None)
@example(
    scheme=LevelScheme([0, 1], [0.0, 0.0], [0, 1], [0], [1], [1.0]),
    setting={"kT": 1.0, "hotter": 1.5, "gate": 0.0, "V": 0.0, "rates": (1.0, 1.0), "resolved": False},
)
@example(scheme=BLOCKED, setting={**COLD, "kT": 0.02, "gate": 0.0, "V": 2.0, "resolved": False})
@example(scheme=SCHEME, setting=COLD)
@given(scheme=exact_chains.schemes(), setting=SETTINGS)
def test_populations_noise_and_fano_factors_keep_to_their_bounds(scheme, setting):
    """Random, cold and blocked dots, at any bias; bounds of populations are small beside them."""
    kT, hotter, gate, V, t, resolved = (setting[name] for name in COLD)
    leads = [Lead("L", t[0], 0.5 * V, hotter * kT), Lead("R", t[1], -0.5 * V, kT)]
    try:
        found = stability_diagram(
            scheme,
            bias=[V],
            gate=[gate],
            kT=(hotter * kT, kT),
            rates=t,
            resolved=resolved,
            populations=True,
            noise=True,
        )
    except ArithmeticError:
        assert shot_noise(scheme, leads, kT=kT, gate=gate, resolved=resolved).noise.relative_error[0] > 0.5
        return
    with mpmath.workdps(2000):
        P = exact_chains.populations(scheme, leads, kT, gate)
        for level, true in enumerate(P):
            error = as_mpf(found["population_error"], level=level)
            assert abs(as_mpf(found["population"], level=level) - true) <= error <= 1e-11 * true + 1e-320
        S = exact_chains.noise(scheme, leads, kT, gate)
        flows, rounding = exact_chains.current(scheme, leads, kT, gate)
        assert abs(as_mpf(found["noise"]) - S) <= as_mpf(found["noise_error"])
        current = abs(flows[0])
        if leads[0].mu == leads[1].mu and hotter == 1.0:
            assert current <= rounding
            assert (found["fano"].item(), found["fano_error"].item()) == (np.inf, 0.0)
            return
        assert abs(as_mpf(found["I"]) - flows[0]) <= as_mpf(found["I_error"])
        if current <= rounding:  # all leads fill a level at their potential alike, whatever their temperatures
            assert np.inf in (found["fano"].item(), found["fano_error"].item())
            return
        fano, error = as_mpf(found["fano"]), as_mpf(found["fano_error"])
        assert abs(fano - S / current) <= error
        single = shot_noise(scheme, leads, kT=kT, gate=gate, resolved=resolved)
        assert abs(mpmath.mpf(single.fano) - S / current) <= mpmath.mpf(single.fano_error)
        if mpmath.isinf(error):
            assert fano <= S / current


def test_a_lost_current_leaves_the_least_fano_factor():
    """At the resonance of one level no current flows between a hot and a cold lead, but for rounding."""
    lost = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    found = stability_diagram(lost, bias=[0.0], gate=[0.1], kT=(0.2, 0.1), noise=True)
    assert (found["fano"].item() > 1e10, found["fano_error"].item()) == (True, np.inf)
    leads = [Lead("L", 1.0, 0.0, 0.2), Lead("R", 1.0, 0.0, 0.1)]
    with mpmath.workdps(50):
        assert exact_chains.current(lost, leads, 1.0, 0.1)[0][0] < 1e-40


def test_the_bound_on_populations_is_that_of_one_point():
    """Relative bounds of a map are those of `stationary_state`, with the rounding of a sum over S_z."""
    found = stability_diagram(SCHEME, kT=0.05, populations=True, resolved=True, **AXES)
    leads = exact_chains.biased((1.0, 1.0), 0.2)
    state = stationary_state(SCHEME, leads, kT=0.05, gate=0.4, resolved=True)
    here = found.isel(bias=1, gate=2)
    np.testing.assert_allclose(here["population_error"] / here["population"], state.relative_error, rtol=0.1)

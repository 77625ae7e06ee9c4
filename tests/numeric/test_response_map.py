"""Maps of linear response: each point is that of `linear_response`, with bounds that hold where ZT is lost too."""

import exact_chains
import numpy as np
import pytest
from test_fast_flows import kernel_from

from numeric import LevelScheme, linear_conductance, linear_response, response_map

GATES, TEMPERATURES = np.linspace(-0.3, 1.1, 11), [0.02, 0.3, 0.05]


@pytest.mark.parametrize("least", [0, 10**9], ids=["compiled", "numpy"])
@pytest.mark.parametrize("options", [{}, {"resolved": True, "zeeman": 0.03, "mu": 0.1}], ids=["plain", "field"])
def test_every_point_is_the_response_there(least, options):
    """Rows are temperatures, in any order, columns gates."""
    scheme = exact_chains.three_level_scheme()
    with kernel_from(least):
        found = response_map(scheme, gate=GATES, kT=TEMPERATURES, rates=(1.0, 0.2), **options)
    for kT in TEMPERATURES:
        row, here = found.sel(kT=kT), linear_response(scheme, rates=(1.0, 0.2), kT=kT, gate=GATES, **options)
        pairs = {
            "conductance": (here.L11.value / kT, here.L11.bound / kT),
            "thermopower": (here.thermopower.value, here.thermopower.bound),
            "heat_conductance": (here.heat_conductance.value, here.heat_conductance.bound),
            "figure_of_merit": (here.figure_of_merit.value, here.figure_of_merit.bound),
        }
        for name, (value, bound) in pairs.items():
            error = row[f"{name}_error"].values
            assert np.all(np.abs(row[name].values - value) <= error + bound), name
            assert np.all(error <= 1.01 * bound + 1e-300), name
    assert found["conductance"].dims == ("kT", "gate")


def test_the_conductance_is_that_of_a_small_bias():
    scheme = exact_chains.three_level_scheme()
    found = response_map(scheme, gate=GATES, kT=0.05)
    exact = linear_conductance(scheme, kT=0.05, gate=GATES)
    slack = exact.bound + found["conductance_error"].values[0]
    assert np.all(np.abs(found["conductance"].values[0] - exact.value) <= slack)


def test_a_lost_heat_conductance_bounds_the_figure_of_merit_from_below():
    """Beside a map of all: the second level counts at 0.3, and not at 0.01, where ZT is known to be large only."""
    scheme = LevelScheme([0, 1, 1], [0.0, 0.1, 2.0], [0, 1, 1], [0, 0], [1, 2], [0.5, 0.5])
    found = response_map(scheme, gate=[0.0], kT=[0.01, 0.3])
    value, error = found["figure_of_merit"].values[:, 0], found["figure_of_merit_error"].values[:, 0]
    assert np.isinf(error[0])
    assert value[0] > 1e10
    assert error[1] < 1e-6 * value[1]
    for energy in (0.0, 0.1):
        level = LevelScheme([0, 1], [0.0, energy], [0, 1], [0], [1], [0.5])
        single = response_map(level, gate=[energy - 0.1, energy], kT=0.02)
        assert np.isinf(single["figure_of_merit_error"]).all()
        # at its peak a level has no thermopower, and ZT is at least 0
        assert 1e10 < single["figure_of_merit"].values[0, 0] < np.inf
        assert single["figure_of_merit"].values[0, 1] == 0


def test_progress_is_told_after_each_block():
    told = []
    scheme = exact_chains.three_level_scheme()
    response_map(scheme, gate=np.linspace(0, 1, 2**14), kT=[0.1, 0.2, 0.3], progress=lambda *two: told.append(two))
    assert told == [(2**15, 3 * 2**14), (3 * 2**14, 3 * 2**14)]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"kT": [0.1, 0.0]}, "kT=0.0 must be positive"),
        ({"kT": []}, "kT of shape"),
        ({"gate": [float("nan")]}, "gate"),
        ({"rates": (1.0, 0.0)}, "must couple both leads"),
        ({"progress": 3}, "progress=3 must be a function"),
        ({"gate": np.zeros(20_000), "kT": np.ones(20_000)}, "at most"),
        ({"kT": [1.0, 1e-300]}, "at kT=1e-300 is too large"),
    ],
)
def test_wrong_input_is_refused(wrong, message):
    options = {"gate": [0.0], "kT": [0.1]} | wrong
    with pytest.raises(ValueError, match=message):
        response_map(exact_chains.three_level_scheme(), **options)

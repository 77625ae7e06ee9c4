"""Noise and third cumulant where an engine stalls, beside a dark level: their bounds count the error of the current.

Near the bias that stops an engine the current is a small difference of large flows, and its error large beside it. A
level that is hardly coupled waits so long that this error, times the waiting time, is what limits the cumulants.
"""

import pytest
from mpmath import mpf

from analytic import lead_cumulants_exact
from numeric import Lead, LevelScheme, cumulants, lead_cumulants, shot_noise

LEVELS = [
    {"electrons": 0, "energy": 0.0, "two_S": 0},
    {"electrons": 1, "energy": 0.5, "two_S": 1},
    {"electrons": 1, "energy": 0.75, "two_S": 1},
]


def outside(found, exact):
    """Return the error of a number over its bound."""
    return float(abs(mpf(float(found)) - exact) / mpf(found.bound.item()))


@pytest.mark.parametrize("dark", [1e-6, 1e-9, 1e-12])
@pytest.mark.parametrize("share", [0.9, 0.999, 0.99999])
@pytest.mark.parametrize("probe", [False, True])
def test_cumulants_of_a_stalled_engine_lie_within_their_bounds(dark, share, probe):
    leads = [
        {"name": "L", "rate": 1.0, "mu": 0.0, "kT": 0.3},
        {"name": "R", "rate": 0.7, "mu": 0.25 * share, "kT": 0.15},
        {"name": "probe", "rate": 0.3, "mu": 0.25 * share, "kT": 0.15},
    ][: 2 + probe]
    scheme = LevelScheme([0, 1, 1], [0.0, 0.5, 0.75], [0, 1, 1], [0, 0], [1, 2], [0.75, dark])
    given = [Lead(**lead) for lead in leads]
    transitions = [{"from": 0, "to": 1, "M": 0.75}, {"from": 0, "to": 2, "M": dark}]
    exact = lead_cumulants_exact(LEVELS, transitions, leads, 0.3, 0.0, counted=["L"], digits=30)
    answers = [lead_cumulants(scheme, given, ["L"], kT=0.3)]
    if not probe:
        answers.append(cumulants(scheme, given, kT=0.3))
        assert outside(shot_noise(scheme, given, kT=0.3).noise, exact[1]) <= 1.0
    for found in answers:
        for value, expected in zip((found.current, found.noise, found.third), exact, strict=True):
            assert outside(value, expected) <= 1.0
            assert value.relative_error.item() < 1e-3

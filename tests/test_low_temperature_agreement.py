"""Both sides take kT -> 0 by different derivations in exact arithmetic: they must agree to the last fraction."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytic import zero_temperature_current, zero_temperature_populations
from numeric import Lead, LevelScheme, low_temperature_limit

eighths = st.integers(-16, 16).map(lambda n: n / 8)


@st.composite
def points(draw):
    """Draw a connected chain of levels on a coarse grid, so that levels coincide and meet chemical potentials."""
    top = draw(st.integers(1, 3))
    levels = [(0, 0)] + [(N, two_S) for N in range(1, top + 1) for two_S in {N % 2, draw(st.sampled_from([N % 2, N]))}]
    pairs = [
        (i, j)
        for i, (N, two_S) in enumerate(levels)
        for j, (more, final) in enumerate(levels)
        if more == N + 1 and abs(final - two_S) == 1
    ]
    M = [draw(st.sampled_from([1.0, 0.5, 0.375, 0.1])) for _ in pairs]
    energies = [draw(eighths) for _ in levels]
    leads = [(name, draw(st.sampled_from([1.0, 0.25, 1e-3])), draw(eighths)) for name in "LR"]
    return levels, energies, pairs, M, leads, draw(eighths)


@given(point=points())
def test_the_leading_terms_are_the_same_fractions_on_both_sides(point):
    """Populations and current have the same prefactor and the same exponent, plateaux and blockade alike."""
    levels, energies, pairs, M, leads, gate = point
    electrons, two_S = zip(*levels, strict=True)
    lower, upper = zip(*pairs, strict=True)
    scheme = LevelScheme(electrons, energies, two_S, lower, upper, M)
    try:
        found = low_temperature_limit(scheme, [Lead(*lead) for lead in leads], gate=gate)
    except ValueError as error:
        assert "closed classes" in str(error)  # noqa: PT017 - a level that no transition reaches
        return
    case = (
        [{"electrons": N, "energy": Fraction(E), "two_S": spin} for (N, spin), E in zip(levels, energies, strict=True)],
        [{"from": i, "to": j, "M": Fraction(m)} for (i, j), m in zip(pairs, M, strict=True)],
        [{"name": name, "rate": Fraction(rate), "mu": Fraction(mu)} for name, rate, mu in leads],
        Fraction(gate),
    )
    populations, current = zero_temperature_populations(*case), zero_temperature_current(*case)
    assert [(P.prefactor, P.action) for P in found.populations] == [(P.prefactor, P.exponent) for P in populations]
    assert found.current.prefactor == current.prefactor
    if current.prefactor:
        assert found.current.action == current.exponent


def test_a_plateau_and_a_blockade_by_hand():
    """One doublet: t_L t_R 2 M / (2 t_L + t_R) in the window, exp(-distance/kT) outside of it."""
    levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": 0, "two_S": 1}]
    transitions = [{"from": 0, "to": 1, "M": Fraction(1, 2)}]
    scheme = LevelScheme([0, 1], [0.0, 0.0], [0, 1], [0], [1], [0.5])
    for gate, action in ((0.0, 0.0), (-1.5, 1.0)):
        leads = [{"name": "L", "rate": 1, "mu": Fraction(1, 2)}, {"name": "R", "rate": 1, "mu": Fraction(-1, 2)}]
        exact = zero_temperature_current(levels, transitions, leads, Fraction(gate))
        found = low_temperature_limit(scheme, [Lead("L", 1.0, 0.5), Lead("R", 1.0, -0.5)], gate=gate).current
        assert (found.prefactor, found.action) == (exact.prefactor, exact.exponent)
        assert float(found.action) == pytest.approx(action)

"""The network of resistors in plain numbers against the one in numbers of any size, and what it leaves to that."""

import numpy as np
import pytest

from numeric import LevelScheme, linear_response, resistor_moments, resistors, tilted

NAMES = ("L11", "L12", "L22", "thermopower", "heat_conductance")


def random_scheme(seed, *, sizes=(1, 4, 4, 4, 3), per_lead=False):
    """Return levels of several numbers of electrons, in any order; every transition that spin allows has a weight."""
    choose = np.random.default_rng(seed)
    electrons = choose.permutation(np.repeat(np.arange(len(sizes)), sizes))
    two_S = np.where(electrons % 2 == 1, choose.choice([1, 3], electrons.size), choose.choice([0, 2], electrons.size))
    energies = choose.uniform(0, 1, electrons.size) + electrons**2 / 2
    pairs = [
        (i, j)
        for i in range(electrons.size)
        for j in range(electrons.size)
        if electrons[j] == electrons[i] + 1 and abs(two_S[j] - two_S[i]) == 1
    ]
    lower, upper = np.array(pairs).T
    shape = (lower.size, 2) if per_lead else lower.size
    return LevelScheme(electrons, energies, two_S, lower, upper, choose.uniform(0.01, 1, shape))


def both(monkeypatch, scheme, **options):
    """Return the response by either way."""
    plain = linear_response(scheme, **options)
    with monkeypatch.context() as patch:
        patch.setattr(resistors, "MOST_STATES", 0)
        return plain, linear_response(scheme, **options)


def assert_within_bounds(plain, exact):
    """Compare in units of the largest of both, as numbers may be below the smallest float64."""
    for name in NAMES:
        first, second = getattr(plain, name), getattr(exact, name)
        unit = np.maximum(first.scaled.exponent, second.scaled.exponent)
        unit = np.maximum(unit, np.maximum(first.error.exponent, second.error.exponent))
        a, b, first_error, second_error = (
            np.ldexp(part.mantissa, np.clip(part.exponent - unit, -3000, 0).astype(int))
            for part in (first.scaled, second.scaled, first.error, second.error)
        )
        assert np.all(np.abs(a - b) <= first_error + second_error), name


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kT", [1e-4, 0.01, 3.0])
def test_both_ways_agree_within_their_bounds(monkeypatch, seed, kT):
    """From deep blockade to a temperature above all, M_ji of each lead, unequal leads, a potential, a field."""
    scheme = random_scheme(seed, per_lead=seed % 2 == 0)
    options = {"rates": [(1.0, 0.5), (1e-9, 1.0), (1.0, 1e-12)][seed % 3], "mu": 0.25 * (seed % 3 - 1), "kT": kT}
    field = {"resolved": True, "zeeman": 0.1 * seed} if seed % 3 == 1 else {}
    plain, exact = both(monkeypatch, scheme, gate=np.linspace(-1.0, 4.0, 23), **options, **field)
    assert_within_bounds(plain, exact)
    assert plain.L11.relative_error.max() < 1e-8


def test_a_seebeck_map_takes_one_elimination_without_exponents(monkeypatch):
    """No point of an ordinary dot, however deep in blockade, takes the way that costs several times as much."""
    scheme = random_scheme(1)

    def refused(*_, **__):
        raise AssertionError("numbers with exponents")

    calls, potentials = [], resistor_moments._potentials
    monkeypatch.setattr(
        resistor_moments, "_potentials", lambda *given: calls.append(given[1].shape[1]) or potentials(*given)
    )
    monkeypatch.setattr(tilted.Tilted, "by", refused)
    for kT in (7e-5, 3e-3, 0.1):
        linear_response(scheme, kT=kT, gate=np.linspace(-1.0, 4.0, 1000))
    assert sum(calls) == 3000  # both forces at once


def test_leads_that_meet_deep_in_blockade_only_are_left_to_numbers_with_exponents(monkeypatch):
    """L and R drive transitions of their own; what both drive lies 2**-3000 below, which plain numbers lose."""
    scheme = LevelScheme(
        [0, 1, 1, 2], [0.0, 0.0, 2.0, 2.0], [0, 1, 1, 0], [0, 0, 1, 2], [1, 2, 3, 3], [[1, 0], [0, 1], [1, 0], [0, 1]]
    )
    options = {"kT": 1e-3, "gate": [0.0, 0.1]}
    calls, by = [], tilted.Tilted.by.__func__

    def counted(cls, *given, **named):
        calls.append(given[1].data.shape[-1])
        return by(cls, *given, **named)

    monkeypatch.setattr(tilted.Tilted, "by", classmethod(counted))
    plain, exact = both(monkeypatch, scheme, **options)
    assert calls == [2, 2, 2, 2]
    assert_within_bounds(plain, exact)
    assert np.all(plain.L11.log10 < -800)


def test_some_points_of_a_map_may_be_left(monkeypatch):
    """A point in blockade beside one in resonance: each is right, wherever it was computed."""
    scheme = LevelScheme(
        [0, 1, 1, 2], [0.0, 0.0, 2.0, 2.0], [0, 1, 1, 0], [0, 0, 1, 2], [1, 2, 3, 3], [[1, 0], [0, 1], [1, 0], [0, 1]]
    )
    for kT in (1e-3, 0.3):
        plain, exact = both(monkeypatch, scheme, kT=kT, gate=np.linspace(-1.0, 3.0, 9))
        assert_within_bounds(plain, exact)

"""Lieb and Wu's open chain against ladder operators, closed forms, and the counts of states."""

from fractions import Fraction
from math import comb

import mpmath
import numpy as np
import pytest
import sympy
from fock_integrals import matrix
from random_integrals import full_tensor
from rows import over

from analytic import (
    dimer_levels,
    hubbard_band,
    hubbard_levels,
    hubbard_multiplets,
    to_digits,
    trimer_levels,
)
from analytic import hubbard_bethe as module
from analytic.dimensions import multiplet_count

COMPLETE = [(L, N) for L in (1, 2, 3) for N in range(2 * L + 1)]


def spectrum(sites, electrons, two_Sz, repulsion):
    """Return the eigenvalues of one S_z sector by ladder operators."""
    h = [[sympy.Integer(-(abs(p - q) == 1)) for q in range(sites)] for p in range(sites)]
    V = full_tensor(sites, [[p, p, p, p, sympy.Rational(repulsion)] for p in range(1, sites + 1)])
    return np.linalg.eigvalsh(np.array(matrix(h, V, 0, electrons, two_Sz).tolist(), dtype=float))


def sector(levels, two_Sz):
    """Return the energies of the members with one S_z, ascending."""
    return sorted(float(level.energy) for level in levels if level.two_S >= abs(two_Sz))


@over(
    "sites, electrons, repulsion",
    [
        (*size, repulsion)
        for size in COMPLETE
        for repulsion in (Fraction(1, 50), Fraction(4), Fraction(300), Fraction(-4))
    ],
)
def test_all_levels_of_up_to_three_sites_are_those_of_ladder_operators(sites, electrons, repulsion):
    """Complete spectra, multiplets included, from weak to strong repulsion, and for attraction."""
    levels = hubbard_levels(sites, electrons, repulsion=repulsion)
    assert sum(level.two_S + 1 for level in levels) == comb(2 * sites, electrons)
    expected = spectrum(sites, electrons, electrons % 2, repulsion)
    assert sector(levels, electrons % 2) == pytest.approx(list(expected), abs=1e-10 * max(1, abs(repulsion)))


@pytest.mark.parametrize("electrons", [1, 2, 3, 5, 6, 7])
def test_four_sites_are_complete_away_from_half_filling(electrons):
    """Four sites: all levels but those of N = 4."""
    levels = hubbard_levels(4, electrons, repulsion=3)
    assert sum(level.two_S + 1 for level in levels) == comb(8, electrons)
    expected = spectrum(4, electrons, electrons % 2, 3)
    assert sector(levels, electrons % 2) == pytest.approx(list(expected), abs=1e-10)


@pytest.mark.parametrize("two_S", [2, 4])
def test_half_filled_four_sites_are_complete_for_spins_above_zero(two_S):
    """The sector S_z = S minus the levels of larger spin is what Bethe's equations give for S."""
    levels = [level for spin in range(two_S, 5, 2) for level in hubbard_levels(4, 4, two_S=spin, repulsion=3)]
    assert sector(levels, two_S) == pytest.approx(list(spectrum(4, 4, two_S, 3)), abs=1e-10)


def test_incomplete_spectra_are_refused_with_their_count():
    """Bound pairs with complex momenta are not solved for, and the message says how many levels that leaves out."""
    with pytest.raises(ValueError, match=r"two_S=0: 6 of 10 levels with pseudospin 0 have complex momenta"):
        hubbard_levels(4, 4, repulsion=3)
    with pytest.raises(ValueError, match="have complex momenta"):
        hubbard_levels(5, 4, repulsion=3)


@pytest.mark.parametrize(("sites", "electrons", "two_S"), [(4, 4, 0), (5, 2, 0), (5, 4, 2)])
def test_the_lower_band_lies_in_the_spectrum(sites, electrons, two_S):
    """Every level of the band is an eigenvalue of H, and the lowest one of the spin is the lowest eigenvalue."""
    band = hubbard_band(sites, electrons, two_S, repulsion=5)
    expected = list(spectrum(sites, electrons, two_S, 5))
    assert len(band) == comb(sites, electrons) * multiplet_count(electrons, two_S)
    assert float(band[0].energy) == pytest.approx(expected[0], abs=1e-10)
    for level in band:
        nearest = min(range(len(expected)), key=lambda k: abs(expected[k] - float(level.energy)))
        assert float(level.energy) == pytest.approx(expected.pop(nearest), abs=1e-10)


def test_thirty_digits_are_those_of_the_closed_forms():
    """Dimer and trimer to 28 digits, at a strength that is no double."""
    U = Fraction(10, 3)
    for sites, closed in ((2, dimer_levels), (3, trimer_levels)):
        for electrons in range(2 * sites + 1):
            with mpmath.workdps(40):
                exact = sorted(sympy.N(level.energy, 40) for level in closed(electrons, repulsion=U, hopping=2))
                found = hubbard_levels(sites, electrons, hopping=2, repulsion=U, digits=30)
                for a, b in zip(found, exact, strict=True):
                    assert abs(a.energy - mpmath.mpf(str(b))) < 1e-28


def test_multiplets_add_up_to_the_dimension():
    """Summed over spins and pseudospins with their members, the counts of multiplets are 4^L."""
    for sites in range(1, 7):
        total = sum(
            (two_S + 1) * (two_eta + 1) * hubbard_multiplets(sites, two_S, two_eta)[0]
            for two_S in range(sites + 1)
            for two_eta in range(sites + 1)
        )
        assert total == 4**sites


def test_what_is_found_is_complete_near_the_edge_and_never_too_much():
    """All multiplets with S + eta >= L/2 - 1 are found; further inside some are missing."""
    for sites in range(1, 7):
        for two_S in range(sites + 1):
            for two_eta in range((sites - two_S) % 2, sites - two_S + 1, 2):
                everything, found = hubbard_multiplets(sites, two_S, two_eta)
                assert (found == everything) is (two_S + two_eta >= sites - 2)
                assert found <= everything


def test_the_sign_of_the_hopping_does_not_matter():
    """A sign on every other site turns t into -t."""
    one, other = (hubbard_levels(3, 2, hopping=t, repulsion=2, digits=20) for t in ("3/2", "-3/2"))
    assert [level.energy for level in one] == [level.energy for level in other]


def test_a_lost_branch_is_an_error():
    """Two labels with one set of momenta are refused."""
    with pytest.raises(ArithmeticError, match="two labels gave the momenta"):
        module._require_different([[mpmath.mpf(1), mpmath.mpf(2)], [mpmath.mpf(1), mpmath.mpf(2)]])


BAD = [
    (lambda: hubbard_levels(0, 0, repulsion=1), "sites=0 must be at least 1"),
    (lambda: hubbard_levels(7, 1, repulsion=1), "sites=7 must be at most 6"),
    (lambda: hubbard_levels(2, 5, repulsion=1), r"electrons=5 must not exceed 2\*sites=4"),
    (lambda: hubbard_levels(2, 2, repulsion=0), "repulsion=0 must not be 0"),
    (lambda: hubbard_levels(2, 2, hopping=0, repulsion=1), "hopping=0 and"),
    (lambda: hubbard_band(2, 3, 1, repulsion=1), "electrons=3 must not exceed sites=2"),
    (lambda: hubbard_band(2, 2, 0, repulsion=-1), "repulsion=-1 must be positive"),
    (lambda: hubbard_band(2, 2, 1, repulsion=1), "two_S=1 must be one of"),
]


@pytest.mark.parametrize(("call", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_arguments_are_refused_by_value_and_rule(call, message):
    """Each rule has its message."""
    with pytest.raises(ValueError, match=message):
        call()


def test_one_electron_and_none_are_free():
    """N = 1: -2t cos(pi I/(L+1)); N = 0: 0."""
    energies = [float(level.energy) for level in hubbard_levels(4, 1, repulsion=9)]
    assert energies == pytest.approx([-2 * float(mpmath.cos(mpmath.pi * i / 5)) for i in range(1, 5)], abs=1e-12)
    assert [float(to_digits(sympy.Integer(0)) + level.energy) for level in hubbard_levels(3, 0, repulsion=9)] == [0.0]

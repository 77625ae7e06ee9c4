"""The oracle's digits against routes that share nothing with it: Bethe, perturbation theory, numeric, and PySCF.

A disagreement beyond the bounds is a bug of one side, and is never averaged away.
"""

import os
from pathlib import Path

import mpmath
import numpy as np
import pytest

import numeric
from analytic import bethe_levels, free_fermion_energy, weak_coupling_levels
from qdverify.implementations import peers
from qdverify.implementations.resolve import resolve
from qdverify.protocol.case import Case
from qdverify.reference.oracle import oracle
from qdverify.suite.subject import Subject

PAPER = {"length": 9.5, "cutoff": 0.0019, "orbitals": 10, "kernel": "soft-coulomb", "strength": 1.0}
CONTACT = {"length": 1, "cutoff": 0, "orbitals": 8, "kernel": "contact", "strength": 5}


def spectrum(dot, electrons, levels, digits=20):
    """Return the oracle's energies as mpmath numbers with their radii, and the doubled spins."""
    values = oracle(Case("spectrum", {"dot": dot, "electrons": electrons, "levels": levels}), digits).values
    balls = [(mpmath.mpf(str(energy.mid)), mpmath.mpf(str(energy.rad))) for energy in values["energies"]]
    return balls, values["two_S"]


def transitions(dot, electrons, levels_from, levels_to):
    """Return the oracle's M_ji as an array of doubles."""
    inputs = {"dot": dot, "electrons": electrons, "levels_from": levels_from, "levels_to": levels_to}
    return np.array(oracle(Case("transition_probabilities", inputs)).floats("M"))


@pytest.mark.parametrize("electrons", [2, 3, 4])
def test_bethe_s_levels_are_approached_from_above(electrons):
    """Contact, g = 5: each ball falls towards Bethe's level of its spin and stays above; S = N/2 is there at once."""
    with mpmath.workdps(30):
        exact = bethe_levels(electrons, 3, strength=5, digits=25)
        for small, large in ((4, 6), (6, 8)):
            coarse, fine = (spectrum({**CONTACT, "orbitals": orbitals}, electrons, 3) for orbitals in (small, large))
            assert coarse[1] == fine[1] == [level.two_S for level in exact]
            for (high, _), (low, radius), level in zip(coarse[0], fine[0], exact, strict=True):
                if level.two_S == electrons:
                    assert abs(low - level.energy) <= radius
                    continue
                assert level.energy < low - radius
                # an error like 1/M: 1.25 to 2 times smaller than at the smaller basis
                assert 1.25 < (high - level.energy) / (low - level.energy) < 2


def test_the_specification_s_contact_energies_are_in_their_balls():
    """physics.md section 6: N = 2, S = 0 at M = 8, 12, 16, 20."""
    for orbitals, printed in ((8, "15.47487"), (12, "15.39153"), (16, "15.35077"), (20, "15.32657")):
        ((energy, _),), _ = spectrum({**CONTACT, "orbitals": orbitals}, 2, 1)
        assert abs(energy - mpmath.mpf(printed)) < 5.1e-6


def test_polarised_levels_of_a_contact_are_free_fermions():
    """S = N/2 does not feel the contact: the ball holds sum k^2/2 to all its digits."""
    with mpmath.workdps(40):
        energies, spins = spectrum(CONTACT, 3, 6, digits=25)
        energy, radius = energies[spins.index(3)]
        assert abs(energy - free_fermion_energy((1, 2, 3), digits=35)) <= radius < 1e-22


@pytest.mark.parametrize("kernel", ["contact", "soft-coulomb"])
def test_weak_interaction_is_perturbation_theory(kernel):
    """What is left after E_0 + s E_1 is of second order: a quarter at half the strength."""
    dot = {"length": 2, "cutoff": "1/5", "orbitals": 4, "kernel": kernel}
    with mpmath.workdps(40):
        limit = weak_coupling_levels(3, 4, 3, kernel=kernel, length=2, cutoff="1/5", digits=35)
        rests = []
        for strength in (mpmath.mpf("1e-6"), mpmath.mpf("5e-7")):
            found, spins = spectrum({**dot, "strength": mpmath.nstr(strength, 3)}, 3, 3, digits=30)
            assert spins == [level.two_S for level in limit]
            first = [
                mpmath.mpf(str(level.energy)) * mpmath.pi**2 / 8 + strength * mpmath.mpf(str(level.first_order))
                for level in limit
            ]
            rests.append([energy - expected for (energy, _), expected in zip(found, first, strict=True)])
        for whole, half in zip(*rests, strict=True):
            assert abs(whole / half - 4) < 1e-5


def test_numeric_agrees_within_what_its_precision_allows():
    """Energies to 1e-13 of the largest element, M_ji to that over the gap, with no parameter to choose."""
    ours = [numeric.solve(numeric.Dot(9.5, 0.0019, 10), electrons=N, levels=k) for N, k in ((3, 3), (4, 6))]
    rounding = 1e-13 * 4 * (10 * np.pi / 9.5) ** 2 / 2
    for N, found in zip((3, 4), ours, strict=True):
        balls, spins = spectrum(PAPER, N, len(found.energies))
        assert list(found.two_S) == spins
        assert np.max(np.abs(found.energies - [float(mid) for mid, _ in balls])) < rounding
    gap = min(np.diff(found.energies).min() for found in ours)
    # |dM| <= 2 sqrt(M) |A| (eta_i + eta_j) with |A|^2 <= 2 and eta = sqrt(2) rounding/gap
    tolerance = 2 * np.sqrt(10) * np.sqrt(2) * 2 * np.sqrt(2) * rounding / gap
    assert tolerance < 1e-6
    assert np.max(np.abs(numeric.transition_probabilities(*ours) - transitions(PAPER, 3, 3, 6))) < tolerance


@pytest.mark.peers
def test_pyscf_agrees(monkeypatch):
    """Energies of PySCF (by parity, so that it misses none) to 1e-11, and M_ji to the 1e-6 of its vectors."""
    if peers.FOLDER_VARIABLE not in os.environ:
        monkeypatch.setenv(peers.FOLDER_VARIABLE, str(Path(__file__).parents[2] / ".peers"))
    implementation = resolve("peer:pyscf-symmetry")
    try:
        pyscf = Subject(implementation)
        for electrons, levels in ((2, 2), (3, 3), (4, 6)):
            answer = pyscf.ask("spectrum", dot=PAPER, electrons=electrons, levels=levels)
            balls, spins = spectrum(PAPER, electrons, levels)
            assert list(answer["two_S"]) == spins
            assert np.allclose(answer["energies"], [float(mid) for mid, _ in balls], rtol=0, atol=1e-11)
        for electrons, levels, more in ((2, 2, 3), (3, 3, 6)):
            inputs = {"dot": PAPER, "electrons": electrons, "levels_from": levels, "levels_to": more}
            answer = pyscf.ask("transition_probabilities", **inputs)
            assert np.allclose(answer["M"], transitions(PAPER, electrons, levels, more), rtol=0, atol=1e-6)
    finally:
        implementation.close()

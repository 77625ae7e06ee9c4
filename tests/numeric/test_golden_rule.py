"""The rate t against what others call the coupling: Beenakker's Gamma, and level widths."""

from itertools import combinations

import numpy as np
import pytest

from numeric import Lead, LevelScheme, currents, linear_conductance


@pytest.mark.parametrize("gate", [0.09, 0.1, 0.1025])
def test_one_state_has_the_conductance_of_beenakker(gate):
    """G = Gamma_L Gamma_R / (Gamma_L + Gamma_R) / (4 kT cosh^2(delta / 2 kT)) for Gamma = t |A|^2, e = hbar = 1.

    Beenakker, Phys. Rev. B 44, 1646 (1991). A field of 80 kT leaves one state of a doublet, and
    |A|^2 = 2 M (2S_i+1)/(2S_j+1) CG^2 = M.
    """
    kT, field, M, t = 1e-3, 0.08, 0.6, (1.0, 0.25)
    scheme = LevelScheme([0, 1], [0.0, 0.1 + field / 2], [0, 1], [0], [1], [M])
    found = float(linear_conductance(scheme, rates=t, kT=kT, gate=gate, resolved=True, zeeman=field))
    Gamma_L, Gamma_R = (rate * M for rate in t)
    expected = Gamma_L * Gamma_R / (Gamma_L + Gamma_R) / (4 * kT * np.cosh((0.1 - gate) / (2 * kT)) ** 2)
    assert found == pytest.approx(expected, rel=1e-12)


def test_levels_with_couplings_of_their_own_have_the_conductance_of_beenakker():
    """G kT = sum over p and n of P(n) n_p [1 - f(E_p + U(N) - U(N-1))] Gamma_L^p Gamma_R^p / (Gamma_L^p + Gamma_R^p).

    The same paper: levels p of one spin, each with its own Gamma to either lead, and a charging energy U(N). States n
    are sets of levels, and Gamma^p = 2 t M at each lead.
    """
    energy, Gamma = np.array([0.0, 0.125, 0.5, 0.75]), np.array([[1.0, 0.2], [0.1, 0.4], [0.7, 0.7], [0.05, 1.0]])
    kT, gate = 0.2, 1.1
    states = [frozenset(one) for N in range(5) for one in combinations(range(4), N)]
    total = [float(energy[sorted(n)].sum()) + 0.3 * len(n) ** 2 for n in states]
    added = [(n, p) for n in states for p in range(4) if p not in n]
    scheme = LevelScheme(
        [len(n) for n in states],
        total,
        [0] * len(states),
        [states.index(n) for n, _ in added],
        [states.index(n | {p}) for n, p in added],
        [Gamma[p] / 2 for _, p in added],
    )
    found = float(linear_conductance(scheme, rates=(1.0, 1.0), kT=kT, gate=gate))
    weight = np.exp([(gate * len(n) - E) / kT for n, E in zip(states, total, strict=True)])
    weight /= weight.sum()
    expected = 0.0
    for n, p in added:
        low, high = states.index(n), states.index(n | {p})
        empty = 1 / (1 + np.exp((gate - total[high] + total[low]) / kT))
        expected += weight[high] * empty * Gamma[p].prod() / Gamma[p].sum() / kT
    assert found == pytest.approx(expected, rel=1e-12)


def test_a_level_that_is_filled_and_emptied_in_turn_carries_the_current_of_its_widths():
    """At full bias I = Gamma_L Gamma_R / (Gamma_L + Gamma_R) for one state of one spin, hbar Gamma its width."""
    scheme = LevelScheme([0, 1], [0.0, 0.0], [0, 0], [0], [1], [0.5])
    leads = [Lead("L", 0.3, 50.0), Lead("R", 0.6, -50.0)]
    assert float(currents(scheme, leads, kT=1.0)) == pytest.approx(0.3 * 0.6 / 0.9, rel=1e-12)

from itertools import product

import mpmath
import pytest
import sympy

from analytic.bethe import bethe_multiplet, free_fermion_energy
from analytic.heisenberg import heisenberg_levels
from analytic.ordered_determinants import insertion_amplitudes
from analytic.repulsion import chain_states, exchange_couplings, infinite_repulsion_transitions


def test_couplings_are_uniform():
    """J_p = 4 E_F / (g L), here with symbols."""
    g, L = sympy.symbols("g L", positive=True)
    fermions = sympy.pi**2 * (1 + 4 + 9) / (2 * L**2)
    assert all(
        sympy.simplify(J - 4 * fermions / (g * L)) == 0 for J in exchange_couplings((1, 2, 3), strength=g, length=L)
    )


@pytest.mark.parametrize("electrons", [2, 3, 4])
def test_chain_with_these_couplings_is_bethe_at_large_g(electrons):
    """The chain's levels differ from Bethe's by order 1/g^2: ten times g, a hundredth of the deviation."""
    numbers = range(1, electrons + 1)
    chain = [level.energy for level in heisenberg_levels(electrons, [1] * (electrons - 1))]
    deviations = []
    for g in (10**3, 10**4):
        J = sympy.N(exchange_couplings(numbers, strength=g)[0], 25)
        exact = bethe_multiplet(electrons, strength=g, digits=20)
        with mpmath.workdps(25):
            fermions = free_fermion_energy(numbers)
            levels = [fermions + mpmath.mpf(sympy.N(J * e, 25)) for e in chain]
            deviations.append(max(abs(a - level.energy) for a, level in zip(levels, exact, strict=True)))
    assert deviations[1] == pytest.approx(deviations[0] / 100, rel=0.05)


def test_chain_states_are_the_heisenberg_levels():
    """Vectors and polynomials give the same energies and spins in the same order."""
    for electrons in (1, 2, 4, 5):
        states, levels = chain_states(electrons), heisenberg_levels(electrons, [1] * (electrons - 1))
        assert [state.two_S for state in states] == [level.two_S for level in levels]
        with mpmath.workdps(30):
            for state, level in zip(states, levels, strict=True):
                assert abs(state.energy - mpmath.mpf(sympy.N(level.energy, 30))) < 1e-25


def highest_weights(electrons):
    """Return (energy, 2S, {bits: amplitude}) of the uniform chain from the product space, highest weights only."""
    found = []
    for flipped in range(electrons // 2 + 1):
        basis = [bits for bits in product((0, 1), repeat=electrons) if sum(bits) == flipped]
        matrix = mpmath.zeros(len(basis))
        for column, bits in enumerate(basis):
            for bond in range(electrons - 1):
                if bits[bond] != bits[bond + 1]:
                    swapped = (*bits[:bond], bits[bond + 1], bits[bond], *bits[bond + 2 :])
                    matrix[column, column] -= mpmath.mpf(1) / 2
                    matrix[basis.index(swapped), column] += mpmath.mpf(1) / 2
        energies, vectors = mpmath.mp.eigsy(matrix)
        for number, energy in enumerate(energies):
            if all(abs(energy - other) > 1e-9 for other, *_ in found):
                found.append((energy, electrons - 2 * flipped, dict(zip(basis, vectors[:, number], strict=True))))
    return sorted(found, key=lambda level: level[0])


@pytest.mark.parametrize("electrons", [1, 2, 3])
def test_transitions_match_the_product_space(electrons):
    """M_ji from bits and highest-weight amplitudes (physics.md section 4) instead of Young's basis."""
    amplitudes = [mpmath.mpf(sympy.N(a, 20)) for a in insertion_amplitudes(electrons)]
    levels = infinite_repulsion_transitions(electrons, digits=15)
    initial, final = highest_weights(electrons), highest_weights(electrons + 1)
    assert (len(levels), len(levels[0])) == (len(final), len(initial))
    for j, (_, two_S_j, end) in enumerate(final):
        for i, (_, two_S_i, start) in enumerate(initial):
            if abs(two_S_j - two_S_i) != 1:
                assert levels[j][i] == 0
                continue
            spin = 0 if two_S_j > two_S_i else 1
            total = sum(
                a * entry * end.get((*bits[:place], spin, *bits[place:]), 0)
                for place, a in enumerate(amplitudes)
                for bits, entry in start.items()
            )
            factor = mpmath.mpf(two_S_i + 2) / (2 * (two_S_i + 1)) if spin == 0 else mpmath.mpf(1) / 2
            assert abs(levels[j][i] - factor * total**2) < 1e-12


@pytest.mark.parametrize("electrons", [1, 2, 3])
def test_polarised_transition(electrons):
    """Between the polarised levels only the free fermions speak: M = C = (S_i + 1)/(2 S_i + 1)."""
    M = infinite_repulsion_transitions(electrons, digits=20)
    C = mpmath.mpf(electrons + 2) / (2 * (electrons + 1))
    row = {1: 1, 2: 2, 3: 5}[electrons]
    assert abs(M[row][-1] - C) < 1e-15


def test_first_singlet_in_closed_form():
    """N = 1 -> 2: M = (a_2 - a_1)^2 / 4 = (64 / 9 pi^2)^2, rational in pi^2."""
    (singlet,), _ = infinite_repulsion_transitions(1, digits=25)
    with mpmath.workdps(25):
        assert abs(singlet - (64 / (9 * mpmath.pi**2)) ** 2) < 1e-24


def test_out_of_range_is_an_error():
    """N + 1 at most 5, and no chain without spins."""
    for electrons in (0, 5):
        with pytest.raises(ValueError, match=f"electrons={electrons} must be between 1 and 4"):
            infinite_repulsion_transitions(electrons)
    for electrons in (0, 7):
        with pytest.raises(ValueError, match=f"electrons={electrons} must be between 1 and 6"):
            chain_states(electrons)
    assert len(chain_states(6, digits=10)) == 20


def test_couplings_need_a_repulsion_and_a_box():
    """1/g has no value at g = 0."""
    with pytest.raises(ValueError, match="strength=0 must be finite and above 0"):
        exchange_couplings((1, 2, 3), strength=0)
    with pytest.raises(ValueError, match="length=-1 must be finite and above 0"):
        exchange_couplings((1, 2, 3), strength=1, length=-1)

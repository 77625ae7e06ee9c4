import mpmath
import pytest
import sympy
from second_routes import parity_resolved_multiplets

from analytic.exact import to_digits
from analytic.hamiltonian import Block, levels, slater_hamiltonian, small_basis_blocks, symbol_values
from analytic.integrals import Interaction
from analytic.slater_condon import EPSILON, REPULSION

PAPER = {"length": 9.5, "cutoff": "0.0019", "kernel": "soft-coulomb"}
x = sympy.Symbol("x")
V, e = REPULSION, EPSILON


def paper_values(digits=45):
    return symbol_values(Interaction.of(**PAPER, strength=1), digits)


@pytest.mark.parametrize(("electrons", "orbitals"), [(0, 2), (1, 3), (2, 2), (2, 3), (3, 2), (3, 3), (4, 3), (6, 3)])
def test_blocks_hold_every_state_once(electrons, orbitals):
    """Block sizes are the parity-resolved Weyl-Paldus numbers."""
    sizes = {(block.two_S, block.parity): len(block.basis) for block in small_basis_blocks(electrons, orbitals)}
    for two_S in range(electrons % 2, electrons + 1, 2):
        for parity, count in parity_resolved_multiplets(electrons, orbitals, two_S).items():
            assert sizes.get((two_S, parity), 0) == count


def test_two_electrons_in_two_orbitals_are_solved_in_closed_form():
    """The singlet block is [[2e1+(11|11), (12|12)], [(12|12), 2e2+(22|22)]]; the others are direct -+ exchange."""
    even, odd, triplet = small_basis_blocks(2, 2)
    assert even.hamiltonian == sympy.Matrix(
        [[2 * e[1] + V[1, 1, 1, 1], V[1, 2, 1, 2]], [V[1, 2, 1, 2], 2 * e[2] + V[2, 2, 2, 2]]]
    )
    assert odd.eigenvalues() == (e[1] + e[2] + V[1, 1, 2, 2] + V[1, 2, 1, 2],)
    assert triplet.eigenvalues() == (e[1] + e[2] + V[1, 1, 2, 2] - V[1, 2, 1, 2],)


def test_three_electrons_in_two_orbitals_are_one_hole():
    """N = 3, M = 2: one doublet per parity, energies of a full shell less one electron."""
    doublets = small_basis_blocks(3, 2)
    full = small_basis_blocks(4, 2)[0].eigenvalues()[0]
    hole = {block.basis[0].orbitals: block.eigenvalues()[0] for block in doublets}
    removed_2 = full - hole[1, 1, 2]
    assert sympy.expand(removed_2 - (e[2] + V[2, 2, 2, 2] + 2 * V[1, 1, 2, 2] - V[1, 2, 1, 2])) == 0


@pytest.mark.parametrize(("electrons", "orbitals"), [(2, 2), (2, 3), (3, 2), (4, 3)])
def test_closed_forms_are_the_roots_of_the_characteristic_polynomial(electrons, orbitals):
    """Each closed-form level annihilates det(x - H) identically, and they evaluate to the numeric levels in order."""
    numeric = levels(electrons, orbitals, **PAPER, digits=30)
    for block in (block for block in small_basis_blocks(electrons, orbitals) if len(block.basis) <= 2):
        polynomial = block.characteristic_polynomial(x)
        energies = [y.energy for y in numeric if (y.two_S, y.parity) == (block.two_S, block.parity)]
        for eigenvalue, energy in zip(block.eigenvalues(), energies, strict=True):
            assert sympy.expand(polynomial.subs(x, eigenvalue)) == 0
            value = to_digits(eigenvalue, values=paper_values(), digits=35)
            with mpmath.workdps(40):
                assert abs(value - energy) < mpmath.mpf(10) ** -29


@pytest.mark.slow
def test_levels_are_the_roots_of_characteristic_polynomials_of_larger_blocks():
    """N = 3, M = 3: the quartics have rational coefficients, and a Newton step from each level stays below 1e-28."""
    found = levels(3, 3, **PAPER, digits=30)
    place = sympy.IndexedBase("x")[0]
    for block in small_basis_blocks(3, 3):
        polynomial = block.characteristic_polynomial(x).subs(x, place)
        assert all(power.exp.is_Integer for power in polynomial.atoms(sympy.Pow))
        energies = [y.energy for y in found if (y.two_S, y.parity) == (block.two_S, block.parity)]
        assert len(energies) == len(block.basis)
        for energy in energies:
            symbols = paper_values()
            values = lambda s, E=energy, known=symbols: E if s == place else known(s)  # noqa: E731
            with mpmath.workdps(40):
                slope = mpmath.fprod(energy - other for other in energies if other != energy)
                assert abs(to_digits(polynomial, values=values, digits=40) / slope) < mpmath.mpf(10) ** -28


def test_levels_of_the_constant_interaction_are_those_of_the_charging_model():
    """E = sum eps + U N(N-1)/2 for every level, an exact non-trivial check of direct and exchange terms together."""
    with mpmath.workdps(40):
        shift = mpmath.mpf(7) / 3 * 3
        free = levels(3, 3, length=2, cutoff=0, kernel="none")
        charged = levels(3, 3, length=2, cutoff=0, kernel="constant", strength="7/3")
        assert len(free) == len(charged) == 9
        assert max(abs(a.energy + shift - b.energy) for a, b in zip(free, charged, strict=True)) < mpmath.mpf(10) ** -28


def test_polarised_levels_do_not_feel_the_contact_interaction():
    """Two electrons of parallel spin never meet: the triplet and quartet energies are those of free fermions."""
    with mpmath.workdps(40):
        for electrons in (2, 3):
            found = levels(electrons, 3, length=1, cutoff=0, kernel="contact", strength=100)
            free = levels(electrons, 3, length=1, cutoff=0, kernel="none")
            polarised = [[x.energy for x in group if x.two_S == electrons] for group in (found, free)]
            assert max(abs(a - b) for a, b in zip(*polarised, strict=True)) < mpmath.mpf(10) ** -26


def test_a_larger_basis_interlaces():
    """Hylleraas-Undheim-MacDonald: every level of M = 3 lies at or above the level of the same index at M = 4."""
    small, large = levels(2, 3, **PAPER), levels(2, 4, **PAPER)
    for two_S in (0, 2):
        for parity in (1, -1):
            lower = [y.energy for y in large if (y.two_S, y.parity) == (two_S, parity)]
            upper = [y.energy for y in small if (y.two_S, y.parity) == (two_S, parity)]
            assert all(a <= b for a, b in zip(lower, upper, strict=False))


@pytest.mark.parametrize(("electrons", "orbitals"), [(2, 2), (3, 3), (4, 3)])
def test_blocks_are_the_slater_matrix_in_another_basis(electrons, orbitals):
    """Traces of H and H^2 over the lowest S_z sector are those over all blocks, identically in every symbol."""
    sector = slater_hamiltonian(electrons, orbitals, electrons % 2)
    blocks = [block.hamiltonian for block in small_basis_blocks(electrons, orbitals)]
    assert sympy.expand(sector.trace() - sum(H.trace() for H in blocks)) == 0
    squares = sum(entry**2 for entry in sector) - sum(entry**2 for H in blocks for entry in H)
    assert sympy.expand(squares) == 0


@pytest.mark.parametrize(("shift", "factor"), [(mpmath.mpf(10) ** -20, 1), (0, 1 + 1e-12)])
def test_eigenvectors_that_miss_their_digits_are_an_error(monkeypatch, shift, factor):
    """Energies off by 1e-20 leave a residual, vectors too long by 1e-12 are not orthonormal: both are noticed."""
    exact_eigsy = mpmath.eigsy
    monkeypatch.setattr(mpmath, "eigsy", lambda H: (exact_eigsy(H)[0] + shift, exact_eigsy(H)[1] * factor))
    with pytest.raises(ArithmeticError, match="miss 30 digits"):
        levels(2, 2, **PAPER, digits=30)


def test_large_blocks_have_no_closed_form():
    """The error says what to use instead."""
    with pytest.raises(ValueError, match="characteristic_polynomial"):
        max(small_basis_blocks(3, 3), key=lambda block: len(block.basis)).eigenvalues()
    with pytest.raises(ValueError, match=r"electrons=7 must not exceed 2\*orbitals=6"):
        small_basis_blocks(7, 3)
    with pytest.raises(ValueError, match="electrons=-1 must be at least 0"):
        small_basis_blocks(-1, 3)
    with pytest.raises(ValueError, match="orbitals=0 must be at least 1"):
        small_basis_blocks(0, 0)
    assert isinstance(small_basis_blocks(0, 1)[0], Block)

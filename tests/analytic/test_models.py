"""Solvable models: closed forms against ladder operators on bit strings and against exact algebra of the integrals."""

from fractions import Fraction
from itertools import pairwise

import mpmath
import numpy as np
import pytest
import sympy
from fock_integrals import matrix, transition_probabilities
from random_integrals import full_tensor
from rows import over

from analytic import (
    box_integrals,
    coupled_energies,
    coupled_levels,
    coupled_transition_probabilities,
    dimer_levels,
    dimer_transition_probabilities,
    exact_levels,
    exact_transition_probabilities,
    heisenberg_levels,
    hubbard_chain,
    hubbard_couplings,
    hubbard_trimer,
    integral_blocks,
    integral_levels,
    levels,
    single_level,
    single_level_current,
    single_level_populations,
    to_digits,
    transport_exact,
    trimer_levels,
)
from analytic.exact import as_mpf

x, t, U = sympy.symbols("x t U", positive=True)
STRENGTHS = [Fraction(1, 100), Fraction(3), Fraction(200), Fraction(-4)]


def lattice(sites, repulsion, hopping=1):
    """Return h and V of the open chain for ladder operators."""
    h = [
        [-sympy.Rational(hopping) if abs(p - q) == 1 else sympy.Integer(0) for q in range(sites)] for p in range(sites)
    ]
    return h, full_tensor(sites, [[p, p, p, p, sympy.Rational(repulsion)] for p in range(1, sites + 1)])


def multiplets(h, V, electrons):
    """Return {2S: energies} by numerical diagonalisation of each S_z and subtraction of the next."""
    sites = len(h)
    most = min(electrons, 2 * sites - electrons)
    found, above = {}, []
    for two_Sz in range(most, -1, -2):
        numbers = np.array(matrix(h, V, 0, electrons, two_Sz).tolist(), dtype=float)
        energies = sorted(np.linalg.eigvalsh(numbers))
        rest = list(energies)
        for energy in above:
            rest.pop(min(range(len(rest)), key=lambda k: abs(rest[k] - energy)))
        found[two_Sz], above = rest, energies
    return found


def same_levels(found, electrons, h, V):
    """Assert that [(energy, 2S)] are the levels by ladder operators."""
    reference = multiplets(h, V, electrons)
    for two_S, energies in reference.items():
        mine = sorted(float(energy) for energy, spin in found if spin == two_S)
        assert mine == pytest.approx(energies, abs=1e-9 * max(1.0, *map(abs, energies)) if energies else 0)
    assert len(found) == sum(map(len, reference.values()))


@pytest.mark.parametrize("repulsion", STRENGTHS)
@pytest.mark.parametrize("electrons", range(5))
def test_dimer_levels_are_those_of_ladder_operators(electrons, repulsion):
    """Every level of the closed form, attraction included."""
    found = dimer_levels(electrons, repulsion=repulsion, hopping=2)
    same_levels([(to_digits(level.energy), level.two_S) for level in found], electrons, *lattice(2, repulsion, 2))


@pytest.mark.parametrize("electrons", range(4))
def test_dimer_transition_probabilities_are_those_of_ladder_operators(electrons):
    """The table of M_ji with unequal weights, against Eq. (4) summed over every S_z."""
    h, V = lattice(2, 3, 2)
    weights = [mpmath.mpf(2), mpmath.mpf(-1) / 3]
    parameters = {"repulsion": 3, "hopping": 2}
    found = dimer_transition_probabilities(electrons, weights=[2, sympy.Rational(-1, 3)], **parameters)
    with mpmath.workdps(40):
        initial, final = (
            [(to_digits(level.energy, digits=40), level.two_S) for level in dimer_levels(electrons + k, **parameters)]
            for k in (0, 1)
        )
        expected = transition_probabilities(h, V, electrons, weights=weights, initial=initial, final=final)
    for row, right in zip(found, expected, strict=True):
        assert all(abs(to_digits(a) - b) < 1e-14 for a, b in zip(row, right, strict=True))


@pytest.mark.parametrize("electrons", range(4))
def test_dimer_transition_probabilities_obey_the_sum_rule(electrons):
    """For symbols: sum over j of M_ji 2(2S_i+1), plus what leads down, is 2 (w_1^2 + w_2^2) for each i."""
    up = dimer_transition_probabilities(electrons, repulsion=U, hopping=t)
    initial = dimer_levels(electrons, repulsion=U, hopping=t)
    below = dimer_transition_probabilities(electrons - 1, repulsion=U, hopping=t) if electrons else [[]]
    fewer = dimer_levels(electrons - 1, repulsion=U, hopping=t) if electrons else []
    for i, level in enumerate(initial):
        total = sum(2 * row[i] for row in up)
        total += sum(
            2 * M * (down.two_S + 1) / sympy.Integer(level.two_S + 1) for M, down in zip(below[i], fewer, strict=True)
        )
        assert sympy.simplify(total - 4) == 0


@pytest.mark.parametrize("repulsion", STRENGTHS)
@pytest.mark.parametrize("electrons", range(7))
def test_trimer_levels_are_those_of_ladder_operators(electrons, repulsion):
    """Every level of the closed form, cubic roots and attraction included."""
    found = trimer_levels(electrons, repulsion=repulsion, hopping=2)
    same_levels([(sympy.N(level.energy, 25), level.two_S) for level in found], electrons, *lattice(3, repulsion, 2))


@pytest.mark.parametrize("electrons", range(7))
def test_trimer_levels_are_roots_of_the_blocks_polynomials(electrons):
    """For symbolic t and U the product over the closed forms of a spin and parity is det(x - H) of that block."""
    dot = hubbard_trimer(repulsion=U, hopping=t)
    values = {t: sympy.Rational(3, 2), U: sympy.Rational(7, 3)}
    found = trimer_levels(electrons, repulsion=U, hopping=t)
    blocks = integral_blocks(dot, electrons)
    assert sum(len(block.basis) for block in blocks) == len(found)
    for block in blocks:
        polynomial = sympy.Poly(block.characteristic_polynomial(x).subs(values), x)
        parity = {1: 1, 2: -1}[block.irrep]
        roots = [level.energy for level in found if (level.two_S, level.parity) == (block.two_S, parity)]
        assert len(roots) == polynomial.degree()
        product_form = sympy.Integer(1)
        for root in roots:
            product_form *= x - sympy.N(root.subs(values), 40)
        coefficients = zip(sympy.Poly(product_form, x).all_coeffs(), polynomial.all_coeffs(), strict=True)
        assert all(abs(a - b) < 1e-30 for a, b in coefficients)


@pytest.mark.parametrize("electrons", range(7))
def test_the_trimer_in_symmetric_orbitals_is_the_chain(electrons):
    """Sites and orbitals of the reflection give the same levels."""
    one, other = (
        integral_levels(dot, electrons) for dot in (hubbard_trimer(repulsion=4), hubbard_chain(3, repulsion=4))
    )
    for a, b in zip(
        sorted(one, key=lambda level: (level.two_S, level.energy)),
        sorted(other, key=lambda level: (level.two_S, level.energy)),
        strict=True,
    ):
        assert a.two_S == b.two_S
        assert abs(a.energy - b.energy) < 1e-25


def test_single_level_has_the_atomic_levels_and_probabilities():
    """E = 0, e, 2e + U; M = w^2 and w^2/2: by exact algebra, and for symbols."""
    e, w = sympy.symbols("e w", positive=True)
    dot = single_level(energy=e, repulsion=U)
    found = [exact_levels(dot, N) for N in (0, 1, 2)]
    assert [level.energy for (level,) in found] == [0, e, 2 * e + U]
    assert exact_transition_probabilities(found[0], found[1], [w]) == [[w**2]]
    assert exact_transition_probabilities(found[1], found[2], [w]) == [[w**2 / 2]]


@pytest.mark.parametrize("gate", ["-1", "1/2", "3", "11/2"])
def test_single_level_current_is_that_of_the_rate_equation(gate):
    """Closed form against the matrix-tree solution of the three states, over both peaks and the valley."""
    e, repulsion, kT, t_L, t_R = Fraction(1), Fraction(4), Fraction(1, 3), Fraction(2), Fraction(1, 5)
    mu = {"L": Fraction(1, 2), "R": Fraction(-1, 4)}
    reference = transport_exact(
        levels=[
            {"electrons": 0, "energy": Fraction(0), "two_S": 0},
            {"electrons": 1, "energy": e, "two_S": 1},
            {"electrons": 2, "energy": 2 * e + repulsion, "two_S": 0},
        ],
        transitions=[{"from": 0, "to": 1, "M": Fraction(9)}, {"from": 1, "to": 2, "M": Fraction(9, 2)}],
        leads=[{"name": "L", "rate": t_L, "mu": mu["L"]}, {"name": "R", "rate": t_R, "mu": mu["R"]}],
        kT=kT,
        gate=Fraction(gate),
    )
    with mpmath.workdps(40):
        f = {
            lead: [1 / (1 + mpmath.exp(as_mpf((x_n - Fraction(gate) - mu[lead]) / kT))) for x_n in (e, e + repulsion)]
            for lead in mu
        }
        rates = {"t_L": as_mpf(t_L), "t_R": as_mpf(t_R), "f_L": f["L"], "f_R": f["R"]}
        populations = single_level_populations(**rates)
        current = single_level_current(**rates, weight=3)
        assert abs(current - reference.current) < 1e-25 * abs(reference.current)
        assert all(abs(a - b) < 1e-25 for a, b in zip(populations, reference.populations, strict=True))


MODEL = {"energies": [Fraction(1, 3), 1], "repulsions": [5, 6], "mutual": Fraction(7, 4)}


@pytest.mark.parametrize("electrons", range(5))
def test_coupled_levels_are_those_of_ladder_operators(electrons):
    """E(n_1, n_2) with its spins."""
    h = [[sympy.Rational(1, 3), sympy.Integer(0)], [sympy.Integer(0), sympy.Integer(1)]]
    entries = [[1, 1, 1, 1, sympy.Integer(5)], [2, 2, 2, 2, sympy.Integer(6)], [1, 1, 2, 2, sympy.Rational(7, 4)]]
    found = coupled_energies(electrons, **MODEL)
    same_levels([(level.energy, level.two_S) for level in found], electrons, h, full_tensor(2, entries))


@pytest.mark.parametrize("electrons", range(4))
def test_coupled_transition_probabilities_are_those_of_the_integrals(electrons):
    """M_ji by occupations against exact algebra, level by level: spin and energy tell all of them apart."""
    dot, weights = coupled_levels(**MODEL), [2, sympy.Rational(-1, 3)]
    closed = [
        sorted(coupled_energies(electrons + k, **MODEL), key=lambda level: (level.energy, level.two_S)) for k in (0, 1)
    ]
    exact = [sorted(exact_levels(dot, electrons + k), key=lambda level: (level.energy, level.two_S)) for k in (0, 1)]
    assert [[(a.energy, a.two_S) for a in part] for part in closed] == [
        [(a.energy, a.two_S) for a in part] for part in exact
    ]
    assert coupled_transition_probabilities(*closed, weights=weights) == exact_transition_probabilities(*exact, weights)


@pytest.mark.parametrize("hopping", [[1, 1], [1, 2]])
def test_the_chain_becomes_a_heisenberg_chain(hopping):
    """Half filled, U = 50, 100, 200: what is left beyond J = 4 t^2/U falls as U^-3, by eight for each doubling."""
    errors = []
    for repulsion in (50, 100, 200):
        chain = [
            level
            for level in integral_levels(hubbard_chain(3, repulsion=repulsion, hopping=hopping), 3)
            if level.energy < 1
        ]
        if hopping == [1, 1]:
            couplings = hubbard_couplings(3, repulsion=repulsion, hopping=hopping)
            spins = [(to_digits(level.energy), level.two_S) for level in heisenberg_levels(3, couplings)]
        else:
            # the spin chain of three sites with unequal bonds: -(J_1 + J_2)/2 -+ sqrt(J_1^2 + J_2^2 - J_1 J_2)/2, and 0
            one, two = (to_digits(J) for J in hubbard_couplings(3, repulsion=repulsion, hopping=hopping))
            root = mpmath.sqrt(one**2 + two**2 - one * two)
            spins = [(-(one + two + root) / 2, 1), (-(one + two - root) / 2, 1), (mpmath.mpf(0), 3)]
        assert [level.two_S for level in chain] == [two_S for _, two_S in spins]
        errors.append(max(abs(level.energy - energy) for level, (energy, _) in zip(chain, spins, strict=True)))
    assert all(7 < before / after < 9 for before, after in pairwise(errors))


@pytest.mark.parametrize("kernel", ["contact", "constant", "none"])
def test_the_box_is_one_maker_of_integrals(kernel):
    """Levels of the box through its integrals are those of the box itself, with parity as irrep."""
    expected = levels(3, 3, length=2, cutoff=0, kernel=kernel, strength=Fraction(5, 2))
    found = integral_levels(box_integrals(3, length=2, kernel=kernel, strength=Fraction(5, 2)), 3)
    mine = sorted(found, key=lambda level: (level.two_S, level.parity == 1, level.energy))
    theirs = sorted(expected, key=lambda level: (level.two_S, level.parity == 1, level.energy))
    for a, b in zip(mine, theirs, strict=True):
        assert (a.two_S, {1: 1, 2: -1}[a.parity]) == (b.two_S, b.parity)
        assert abs(a.energy - b.energy) < 1e-25


BAD = [
    (lambda: hubbard_chain(0, repulsion=1), "sites=0 must be at least 1"),
    (lambda: hubbard_chain(3, repulsion=1, hopping=[1]), "1 hoppings and 3 site_energies must be 2 and 3"),
    (lambda: hubbard_chain(2, repulsion=1, site_energies=[1]), "1 hoppings and 1 site_energies must be 1 and 2"),
    (lambda: coupled_levels(energies=[1], repulsions=[1, 2], mutual=0), "1 energies and 2 repulsions"),
    (lambda: coupled_energies(5, **MODEL), "electrons=5 must be at most 4"),
    (lambda: coupled_energies(1, energies=[1, 2, 3], repulsions=[1, 2], mutual=0), "3 energies and 2 repulsions"),
    (lambda: dimer_levels(5, repulsion=1), "electrons=5 must be at most 4"),
    (lambda: dimer_transition_probabilities(4, repulsion=1), "electrons=4 must be at most 3"),
    (lambda: dimer_transition_probabilities(1, repulsion=1, weights=[1]), "1 weights must be 2"),
    (lambda: trimer_levels(7, repulsion=1), "electrons=7 must be at most 6"),
    (lambda: hubbard_couplings(3, repulsion=1, hopping=[1]), "1 hoppings must be 2"),
    (lambda: single_level_current(t_L=1, t_R=1, f_L=[1], f_R=[0, 0]), "1 and 2 Fermi functions"),
    (lambda: box_integrals(2, length=1, kernel="soft-coulomb", cutoff=1), "soft-coulomb"),
]


@over(("call", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_parameters_are_refused_by_value_and_rule(call, message):
    """Each maker and each closed form names what is wrong."""
    with pytest.raises(ValueError, match=message):
        call()


def test_site_energies_and_bonds_reach_the_integrals():
    """h of a chain with different bonds and sites, entry by entry."""
    dot = hubbard_chain(3, repulsion=7, hopping=[2, 3], site_energies=[1, 0, -1])
    assert dot.one_body == sympy.Matrix([[1, -2, 0], [-2, 0, -3], [0, -3, -1]])
    assert dot.two_body == {(p, p, p, p): 7 for p in (1, 2, 3)}

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytic import bethe_levels, infinite_repulsion_transitions
from numeric import Dot, solve, transition_probabilities
from qdverify.reference.consensus import continuum, triangle
from qdverify.reference.consensus.continuum import one_to_two_electrons, two_electron_levels

PAPER = {"length": 9.5, "strength": 1.0, "cutoff": 1.9e-3}


@pytest.mark.parametrize("strength", [0.001, 0.8, 5.0, 1e4])
def test_contact_is_bethe(strength):
    """The eight lowest levels are those of Bethe's ansatz to 1e-12, and the stated uncertainty covers the rest."""
    found = two_electron_levels("contact", 8, length=1.0, strength=strength)
    exact = bethe_levels(2, 8, strength=strength, digits=20)
    energies = np.array([float(level.energy) for level in exact])
    assert np.all(np.abs(found.energies / energies - 1) < 1e-12)
    assert np.all(np.abs(found.energies - energies) <= found.uncertainties)
    assert np.all(found.uncertainties < 1e-10 * energies)
    assert found.two_S.tolist() == [level.two_S for level in exact]


@pytest.fixture
def forgetful():
    """Let nothing that was solved before answer, nor what is solved here answer later."""
    continuum._solved.cache_clear()
    yield
    continuum._solved.cache_clear()


@pytest.mark.usefixtures("forgetful")
def test_wrong_condition_on_the_diagonal_is_seen(monkeypatch):
    """Twice the boundary term, a factor that is easily lost, is far outside the stated uncertainty."""
    right = triangle.TriangleSector._longitudinal

    def doubled(sector):
        matrices = right(sector)
        if sector.two_S == 0:
            stretch = matrices["stretch"].tolil()
            stretch[0, 0] += sector.coupling / 2
            matrices["stretch"] = stretch.tocsr()
        return matrices

    monkeypatch.setattr(triangle.TriangleSector, "_longitudinal", doubled)
    found = two_electron_levels("contact", 1, length=1.0, strength=5.0)
    assert abs(found.energies[0] - 15.231297688017) > 1e6 * found.uncertainties[0]


@settings(max_examples=2, deadline=None)
@given(st.floats(1e-4, 0.2), st.floats(0.5, 20), st.floats(0.3, 3))
def test_scaling(ratio, strength, factor):
    """E(a L, a lambda, s / a) = E(L, lambda, s) / a^2."""
    one = two_electron_levels("soft-coulomb", 4, length=1.0, strength=strength, cutoff=ratio)
    other = two_electron_levels("soft-coulomb", 4, length=factor, strength=strength / factor, cutoff=ratio * factor)
    assert other.energies * factor**2 == pytest.approx(one.energies, rel=1e-12)


def test_soft_coulomb_is_where_the_truncated_basis_converges_to():
    """Wide cutoff: the energies of M orbitals fall onto the continuum's, from above, to the digits that they have."""
    found = two_electron_levels("soft-coulomb", 4, length=5.0, strength=1.0, cutoff=1.5)
    excess = []
    for orbitals in (8, 16):
        spectrum = solve(Dot(length=5.0, cutoff=1.5, orbitals=orbitals), 2, 4)
        assert spectrum.two_S.tolist() == found.two_S.tolist()
        assert spectrum.parity.tolist() == found.parity.tolist()
        excess.append(spectrum.energies - found.energies)
    assert np.all(excess[1] > -1e-12)
    assert np.all(excess[1] < 1e-7)
    assert np.all(excess[1] < excess[0] / 50)


def test_paper_dot_two_electrons():
    """L = 9.5, lambda/L = 2e-4: energies to 1e-11, below those of any number of orbitals."""
    found = two_electron_levels("soft-coulomb", 2, **PAPER)
    assert np.all(found.uncertainties < 1e-11)
    above = solve(Dot.paper(orbitals=20), 2, 2).energies - found.energies
    assert np.all(above > 0)
    assert above[0] < 4e-4  # the singlet feels the cusp
    assert above[1] < 2e-5  # the triplet does not


def test_free_electrons():
    """Without interaction the levels are sums of n^2 pi^2 / 2 L^2 with the right spins."""
    found = two_electron_levels("soft-coulomb", 5, length=1.0, strength=0.0, cutoff=0.01)
    assert found.energies / (np.pi**2 / 2) == pytest.approx([2, 5, 5, 8, 10], rel=1e-11)
    assert sorted(found.two_S[1:3].tolist()) == [0, 2]


def test_transitions_at_infinite_repulsion():
    """Contact: M_ji tends to the exact g = infinity values of ordered determinants, with an error of order 1/g."""
    exact = np.array([[float(value) for value in row] for row in infinite_repulsion_transitions(1, digits=16)])
    # rows: triplet and singlet are nearly degenerate, the singlet lower
    errors = [np.abs(one_to_two_electrons("contact", 1, 2, length=1.0, strength=g).M - exact).max() for g in (1e3, 1e4)]
    assert errors[1] == pytest.approx(errors[0] / 10, rel=0.05)


def test_transitions_without_interaction():
    """Without interaction: 1 -> {1,1}: M = 1/2; 1 -> {1,2}: C = 1/4 and 3/4, from either orbital."""
    found = one_to_two_electrons("soft-coulomb", 2, 3, length=1.0, strength=1e-9, cutoff=0.1)
    assert found.M[0] == pytest.approx([0.5, 0.0], abs=1e-6)
    assert sorted(found.M[1:, 0]) == pytest.approx([0.25, 0.75], abs=1e-6)
    assert sorted(found.M[1:, 1]) == pytest.approx([0.25, 0.75], abs=1e-6)


def test_transitions_are_where_the_truncated_basis_converges_to():
    """The paper's dot: M_ji of M orbitals approach the continuum's, faster for triplets."""
    found = one_to_two_electrons("soft-coulomb", 2, 2, **PAPER)
    errors = []
    for orbitals in (10, 20):
        dot = Dot(9.5, 1.9e-3, orbitals)
        M = transition_probabilities(solve(dot, 1, 2), solve(dot, 2, 2))
        errors.append(np.abs(M - found.M).max(axis=1))
    assert np.all(errors[1] < errors[0] / 2.5)
    assert errors[1][0] < 1e-3
    assert errors[1][1] < 2e-5


@pytest.mark.parametrize(
    ("kernel", "levels", "dot"),
    [
        ("none", 1, {"length": 1.0, "strength": 1.0}),
        ("contact", 0, {"length": 1.0, "strength": 1.0}),
        ("contact", 21, {"length": 1.0, "strength": 1.0}),
        ("contact", 1, {"length": 0.0, "strength": 1.0}),
        ("contact", 1, {"length": 1.0, "strength": -1.0}),
        ("soft-coulomb", 1, {"length": 1.0, "strength": 1.0, "cutoff": 0.0}),
    ],
)
def test_invalid_arguments_are_errors(kernel, levels, dot):
    """Each error names the value and the rule."""
    with pytest.raises(ValueError, match="must be"):
        two_electron_levels(kernel, levels, **dot)
    with pytest.raises(ValueError, match="must be"):
        one_to_two_electrons(kernel, 1, levels, **dot)

"""Dots in a two-dimensional harmonic potential and a magnetic field: orbitals, Coulomb integrals, levels and M_ji."""

import math

import numpy as np
import pytest
from fock import dense
from random_dots import number_of_levels
from scipy import integrate, special

from numeric import (
    HarmonicDot,
    IntegralDot,
    TooLargeError,
    density_matrix,
    expectations,
    hamiltonian_matrix,
    sector_energies,
    solve,
    transition_amplitudes,
    transition_probabilities,
)


def every_level(dot, N, **options):
    return solve(dot, N, number_of_levels(dot, N), **options)


def test_the_orbitals_are_orthonormal_and_numbered_by_shell():
    """Those of one m are orthonormal, and r^2 between them is as given; quantum numbers are as the docstring lists."""
    dot = HarmonicDot(omega=0.4, shells=6, field=1.1)
    assert dot.shell_numbers.tolist()[:6] == [0, 1, 1, 2, 2, 2]
    assert dot.angular_momenta.tolist()[:6] == [0, -1, 1, -2, 0, 2]
    assert dot.radial_numbers.tolist()[:6] == [0, 0, 0, 0, 1, 0]
    radii, weights = np.polynomial.legendre.leggauss(200)
    radii, weights = 6 * dot.length * (radii + 1), 6 * dot.length * weights
    values = np.array([dot.amplitudes(r) for r in radii])
    overlaps = 2 * math.pi * np.einsum("g,gp,gq->pq", weights * radii, values, values)
    same = dot.angular_momenta[:, None] == dot.angular_momenta
    np.testing.assert_allclose(overlaps[same], np.eye(dot.orbitals)[same], atol=1e-12)
    squares = 2 * math.pi * np.einsum("g,gp,gq->pq", weights * radii**3, values, values)
    np.testing.assert_allclose(dot.squared_radius[same], squares[same], atol=1e-11)
    assert not dot.squared_radius[~same].any()


def test_the_orbital_energies_are_those_of_fock_and_darwin():
    """(2 n_r + |m| + 1) Omega - m omega_c/2; one electron has exactly these levels, with its angular momentum."""
    dot = HarmonicDot(omega=3.0, shells=4, field=8.0)
    assert dot.effective_omega == 5.0
    expected = (2 * dot.radial_numbers + np.abs(dot.angular_momenta) + 1) * 5.0 - 4.0 * dot.angular_momenta
    np.testing.assert_allclose(dot.orbital_energies, expected, rtol=1e-15)
    found = every_level(dot, 1)
    np.testing.assert_allclose(found.energies, np.sort(expected), rtol=1e-14)
    assert found.angular_momenta.tolist()[:4] == [0, 1, 2, 3]


def potential(r, dot):
    """Potential of the density |phi_0|^2 = Omega exp(-Omega r^2)/pi, from its known closed form with Bessel's I_0."""
    return math.sqrt(math.pi * dot.effective_omega) * special.ive(0, 0.5 * dot.effective_omega * r * r)


@pytest.mark.parametrize("field", [0.0, 1.7])
def test_integrals_with_the_lowest_orbital_are_those_of_its_potential(field):
    """(00|qs) is the element of the electrostatic potential of a Gaussian between q and s, phases included."""
    dot = HarmonicDot(omega=0.8, shells=5, field=field, strength=1.5)
    m = dot.angular_momenta
    for q in range(dot.orbitals):
        for s in np.flatnonzero(m == m[q]):

            def integrand(r, q=q, s=s):
                values = dot.amplitudes(r)
                return 2 * math.pi * r * values[q] * values[s] * potential(r, dot)

            expected = 1.5 * integrate.quad(integrand, 0, 12 * dot.length, epsabs=1e-12)[0]
            assert dot.two_body[0, 0, q, s] == pytest.approx(expected, abs=1e-11)


def test_the_integrals_conserve_angular_momentum_and_are_symmetric():
    """(pq|rs) = (qp|sr) = (rs|pq), 0 unless m_p + m_r = m_q + m_s; mirrored orbitals have the same integrals."""
    dot = HarmonicDot(omega=1.0, shells=5)
    g, m = dot.two_body, dot.angular_momenta
    np.testing.assert_allclose(g, g.transpose(1, 0, 3, 2), atol=1e-15)
    np.testing.assert_allclose(g, g.transpose(2, 3, 0, 1), atol=1e-15)
    change = -m[:, None, None, None] + m[:, None, None] - m[:, None] + m
    assert not g[change != 0].any()
    assert np.max(np.abs(g - g.transpose(1, 0, 2, 3))) > 0.1
    n = dot.shell_numbers
    mirror = np.array([np.flatnonzero((n == n[p]) & (m == -m[p]))[0] for p in range(dot.orbitals)])
    np.testing.assert_allclose(g[np.ix_(mirror, mirror, mirror, mirror)], g, atol=1e-15)
    assert g[0, 0, 0, 0] == pytest.approx(math.sqrt(math.pi / 2), rel=1e-14)


@pytest.mark.parametrize(("shells", "N"), [(1, 2), (2, 1), (2, 2), (2, 3), (2, 5), (3, 2), (3, 3)])
@pytest.mark.parametrize("method", ["dense", "iterative"])
def test_the_levels_are_the_eigenvalues_between_all_determinants(shells, N, method):
    """Each with its 2S+1 states, by diagonalisation without any symmetry."""
    dot = HarmonicDot(omega=0.7, shells=shells, field=0.9, strength=1.3)
    expected = np.linalg.eigvalsh(dense(dot, N)[0])
    found = every_level(dot, N, method=method)
    multiplied = np.sort(np.repeat(found.energies, found.degeneracies))
    np.testing.assert_allclose(multiplied, expected, atol=1e-12 * expected[-1])


def test_each_level_is_a_state_of_its_energy_and_angular_momentum():
    """H C = E C between determinants of one L_z."""
    dot = HarmonicDot(omega=0.7, shells=3, field=0.9)
    found = every_level(dot, 2)
    for index, level in enumerate(found.levels):
        H, determinants = hamiltonian_matrix(dot, 2, level.two_S)
        state = found.vector(index).ravel()
        np.testing.assert_allclose(H @ state, level.energy * state, atol=1e-11)
        L = [sum(dot.angular_momenta[p - 1] for p in (*up, *down)) for up, down in determinants]
        assert {L[k] for k in np.flatnonzero(np.abs(state) > 1e-10)} == {found.angular_momenta[index]}


def real_orbitals(dot):
    """Return the unitary matrix whose columns are cosine and sine combinations of the orbitals m and -m."""
    n, m = dot.shell_numbers, dot.angular_momenta
    U = np.zeros((dot.orbitals,) * 2, dtype=complex)
    for p in range(dot.orbitals):
        mirrored = np.flatnonzero((n == n[p]) & (m == -m[p]))[0]
        if m[p] == 0:
            U[p, p] = 1.0
        elif m[p] > 0:
            U[[p, mirrored], p] = np.sqrt(0.5)
        else:
            U[[mirrored, p], p] = -1j * np.sqrt(0.5), 1j * np.sqrt(0.5)
    return U


def as_real(dot):
    """Return a dot without field as integrals between real orbitals, with reflections as irreps."""
    U = real_orbitals(dot)
    g = np.einsum("pqrs,pa,qb,rc,sd->abcd", dot.two_body, U.conj(), U, U.conj(), U, optimize=True)
    np.testing.assert_allclose(g.imag, 0.0, atol=1e-14)
    m = dot.angular_momenta
    irreps = 1 + np.where(m < 0, 2, 0) + np.abs(m) % 2
    return IntegralDot(np.diag(dot.orbital_energies), g.real, irreps=irreps)


@pytest.mark.parametrize("N", [2, 3, 4])
def test_real_orbitals_have_the_same_levels(N):
    """Without field the dot is one of kind "integrals", whose eight-fold symmetry the solver uses there."""
    dot = HarmonicDot(omega=0.5, shells=4)
    one, other = solve(dot, N, 12), solve(as_real(dot), N, 12)
    np.testing.assert_allclose(one.energies, other.energies, atol=1e-11)
    assert sorted(one.two_S) == sorted(other.two_S)


def test_a_field_shifts_the_levels_of_the_effective_oscillator_by_their_angular_momentum():
    """E = E(Omega, no field) - L omega_c/2, for every level."""
    dot = HarmonicDot(omega=0.6, shells=3, field=1.6)
    still = every_level(HarmonicDot(omega=dot.effective_omega, shells=3), 3)
    np.testing.assert_allclose(
        every_level(dot, 3).energies, np.sort(still.energies - 0.8 * still.angular_momenta), atol=1e-12
    )
    mirrored = every_level(HarmonicDot(omega=0.6, shells=3, field=-1.6), 3)
    np.testing.assert_allclose(mirrored.energies, every_level(dot, 3).energies, atol=1e-12)


def test_levels_agree_across_the_values_of_s_z():
    """A level of spin S occurs at each of its 2S+1 values of S_z."""
    dot = HarmonicDot(omega=1.0, shells=3, field=0.3)
    found = every_level(dot, 4)
    for two_Sz in (0, 2, 4):
        expected = found.energies[found.two_S >= two_Sz]
        np.testing.assert_allclose(sector_energies(dot, 4, two_Sz, len(expected)), expected, atol=1e-11)


def test_transition_probabilities_obey_the_sum_rule_and_conserve_angular_momentum_orbital_by_orbital():
    """The sum over all final states is M - <D+ D>; an orbital m as only weight reaches L + m alone."""
    dot = HarmonicDot(omega=0.9, shells=2, field=0.5)
    two, three = every_level(dot, 2), every_level(dot, 3)
    w = dot.amplitudes(0.8)
    M_ji = transition_probabilities(two, three, weights=w)
    for i in range(len(two.levels)):
        left = w @ w - 0.5 * w @ density_matrix(two, i) @ w
        assert np.sum(M_ji[:, i]) == pytest.approx(left, rel=1e-12)
    amplitudes = transition_amplitudes(two, three, weights=w, route="direct")
    squares = np.sum(amplitudes.values**2)
    assert squares == pytest.approx(2 * np.sum(two.degeneracies * M_ji.sum(axis=0)), rel=1e-12)
    only = np.eye(dot.orbitals)[2]
    reached = np.argwhere(transition_probabilities(two, three, weights=only) > 1e-20)
    assert len(reached) > 5
    assert {three.angular_momenta[j] - two.angular_momenta[i] for j, i in reached} == {1}


def test_real_orbitals_have_the_same_transition_probabilities_between_multiplets_of_one_energy():
    """Summed over levels that coincide, with the amplitudes at a point on the x axis as weights in either basis."""
    dot = HarmonicDot(omega=0.5, shells=3)
    U, w = real_orbitals(dot), dot.amplitudes(1.3)
    turned = w @ U
    np.testing.assert_allclose(turned.imag, 0.0, atol=1e-15)
    probabilities = []
    for one, weights in ((dot, w), (as_real(dot), turned.real)):
        two, three = solve(one, 2, 9), solve(one, 3, 10)
        groups = [np.cumsum(np.diff(s.energies, prepend=-1) > 1e-8) - 1 for s in (three, two)]
        total = np.zeros([group[-1] + 1 for group in groups])
        M_ji = transition_probabilities(two, three, weights=weights) * (two.degeneracies)
        np.add.at(total, np.ix_(*groups), M_ji)
        probabilities.append(total[:-1, :-1])
    np.testing.assert_allclose(*probabilities, atol=1e-10)
    assert np.max(probabilities[0]) > 0.1


def test_energies_scale_and_their_slope_in_the_strength_is_the_interaction():
    """Frequencies times c^2 and the strength times c multiply energies by c^2; dE/ds = <V>/s (Hellmann-Feynman)."""
    one = solve(HarmonicDot(omega=1.0, shells=3, field=0.4, strength=1.0), 3, 5)
    other = solve(HarmonicDot(omega=4.0, shells=3, field=1.6, strength=2.0), 3, 5)
    np.testing.assert_allclose(other.energies, 4.0 * one.energies, rtol=1e-12)
    one_body, interaction = expectations(one, 2)
    assert one_body + interaction == pytest.approx(one.energies[2], rel=1e-12)
    step = 1e-5
    around = [
        solve(HarmonicDot(omega=1.0, shells=3, field=0.4, strength=1 + s), 3, 5).energies[2] for s in (-step, step)
    ]
    assert (around[1] - around[0]) / (2 * step) == pytest.approx(interaction, rel=1e-8)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"omega": 0.0}, "omega=0.0 must be positive"),
        ({"omega": 1e-61}, "omega=1e-61 must lie between 1e-60 and 1e"),
        ({"strength": 1e61}, "strength=1e.61 must lie between 0 and 1e"),
        ({"thickness": -0.1}, "thickness=-0.1 must be at least 0"),
        ({"thickness": 1e61}, "thickness=1e.61 must lie between 0 and 1e"),
        ({"field": math.inf}, "field=inf must be finite"),
        ({"shells": 0}, "shells=0 must be at least 1"),
        ({"shells": 11}, "shells=11 must be at most 10"),
    ],
)
def test_what_is_no_harmonic_dot_is_refused(changes, message):
    """Each refusal names value and rule."""
    with pytest.raises(ValueError, match=message):
        HarmonicDot(**{"omega": 1.0, "shells": 2, **changes})


def test_angular_momenta_belong_to_harmonic_dots_only():
    """A dot of integrals has irreps; too many determinants are refused with the estimate."""
    box = IntegralDot(np.eye(1), np.zeros((1,) * 4))
    with pytest.raises(ValueError, match="must be a HarmonicDot"):
        _ = solve(box, 1, 1).angular_momenta
    with pytest.raises(TooLargeError, match="electrons=6 in 55 orbitals"):
        solve(HarmonicDot(omega=1.0, shells=10), 6, 1)
    with pytest.raises(ValueError, match=r"radius=-1\.0 must be at least 0"):
        HarmonicDot(omega=1.0, shells=2).amplitudes(-1.0)


@pytest.mark.slow
def test_four_electrons_in_eight_shells_lie_below_those_in_six_and_obey_hunds_rule():
    """Energies fall level by level as the basis grows; the ground state at omega = 1 is the triplet with L = 0."""
    small, large = (solve(HarmonicDot(omega=1.0, shells=shells), 4, 4) for shells in (6, 8))
    assert np.all(large.energies < small.energies)
    assert np.all(large.energies > 0.99 * small.energies)
    assert (large.two_S.tolist(), sorted(large.angular_momenta.tolist())) == ([2, 0, 0, 0], [-2, 0, 0, 2])


@pytest.mark.parametrize("thickness", [1e-9, 0.3, 20.0])
def test_a_thick_dot_is_a_flat_one_in_other_units_or_a_weaker_one(thickness):
    """Lengths scale with the thickness; a thin dot has the integrals of a flat one, and any other smaller ones."""
    flat, thick = HarmonicDot(1.0, 4, 0.5), HarmonicDot(1.0, 4, 0.5, 1.0, thickness)
    scaled = HarmonicDot(4.0, 4, 2.0, 2.0, thickness / 2)
    np.testing.assert_allclose(scaled.two_body, 4 * thick.two_body, rtol=1e-13, atol=1e-15)
    direct = np.einsum("pprr->pr", thick.two_body) / np.einsum("pprr->pr", flat.two_body)
    assert np.all((direct > 0) & (direct < 1))
    assert np.all(direct > 1 - 4 * thickness)
    assert np.linalg.eigvalsh(thick.two_body.swapaxes(2, 3).reshape(100, 100)).min() > -1e-14


def test_a_very_thick_dot_has_a_logarithmic_interaction():
    """Near it the mean of 1/sqrt(r^2 + z^2) is [log(16 b^2/r^2) - gamma]/(2 b sqrt pi), by the Bessel function K_0."""
    b = 1e5
    repulsion = HarmonicDot(1.0, 1, thickness=b).two_body[0, 0, 0, 0]
    # the mean of log r^2 for two electrons in the lowest orbital is log 2 - gamma
    expected = (np.log(16 * b * b) - np.log(2.0)) / (2 * b * np.sqrt(np.pi))
    assert repulsion == pytest.approx(expected, rel=1e-9)

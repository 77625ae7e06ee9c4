"""Two electrons in a harmonic potential and a field: relative energies, closed forms, crossings and classical limit."""

import mpmath
import pytest
import sympy
from mpmath import mpf

from analytic import (
    fock_darwin_energy,
    ground_state_crossing,
    harmonic_pair_levels,
    pair_coupling,
    relative_energy,
    taut_levels,
    to_digits,
    wigner_molecule,
)
from analytic.harmonic_integrals import inverse_distance
from analytic.harmonic_levels import PairLevel
from analytic.harmonic_pair import _beyond_turning


@pytest.fixture(autouse=True)
def _forty_digits():
    """Differences and products in these tests are formed with 40 digits."""
    with mpmath.workdps(40):
        yield


@pytest.mark.parametrize(("degree", "m"), [(1, 0), (1, 1), (2, 0), (2, -2), (3, 0), (3, 1), (4, 0)])
def test_the_radial_solution_meets_the_closed_forms_to_30_digits(degree, m):
    """e = degree + |m| + 1 for every frequency of the closed forms, excited states included."""
    levels = taut_levels(degree, m)
    assert len(levels) == (degree + 1) // 2
    for level in levels:
        coupling = to_digits(level.coupling, digits=40)
        assert abs(relative_energy(level.index, m, coupling) - (degree + abs(m) + 1)) < mpf(10) ** -30
        omega, energy = (to_digits(value, digits=30) for value in (level.omega, level.energy))
        assert abs(2 * omega * coupling**2 - 1) < mpf(10) ** -28
        assert abs(energy - omega * (degree + abs(m) + 2)) < mpf(10) ** -28


@pytest.mark.parametrize(("degree", "m"), [(1, 0), (2, 1)])
def test_a_closed_form_obeys_the_schroedinger_equation(degree, m):
    """Its polynomial times x^m exp(-x^2/2), put into the differential equation by sympy, leaves 0."""
    x = sympy.Symbol("x", positive=True)
    for level in taut_levels(degree, m):
        u = x**m * sympy.exp(-(x**2) / 2) * sum(c * x**k for k, c in enumerate(level.coefficients))
        energy = degree + m + 1
        left = -(u.diff(x, 2) + u.diff(x) / x - m**2 * u / x**2) / 2 + (x**2 / 2 + level.coupling / x - energy) * u
        assert sympy.simplify(left * sympy.exp(x**2 / 2)) == 0


def test_without_repulsion_the_relative_energies_are_those_of_the_oscillator():
    """2n + |m| + 1 at coupling 0; at first order the mean of lambda/x is added, by quadrature for n = 1, m = 0."""
    assert relative_energy(3, -2, 0) == 9
    small = mpf(10) ** -8
    slope = (relative_energy(1, 0, small, digits=30) - 3) / small
    first = mpmath.quad(lambda x: 2 * mpmath.exp(-x * x) * (1 - x * x) ** 2, [0, 1, 3, 9])
    assert abs(slope - first) < 1e-7


@pytest.mark.parametrize(("index", "m", "coupling"), [(0, 0, "0.3"), (2, 1, "4"), (5, 0, "1.7"), (0, 3, "20")])
def test_more_digits_confirm_the_fewer(index, m, coupling):
    """The energy to 30 digits is that to 50 within its stated accuracy."""
    assert abs(relative_energy(index, m, coupling) - relative_energy(index, m, coupling, digits=50)) < mpf(10) ** -30


def test_the_relative_energies_agree_with_a_diagonalisation():
    """Ritz values with 40 oscillator functions and exact elements of 1/x lie above by what the cusp leaves."""
    coupling, m, size = mpf(2), 1, 40

    def element(k, j):
        norms = mpmath.sqrt(
            mpmath.factorial(k) * mpmath.factorial(k + m) * mpmath.factorial(j) * mpmath.factorial(j + m)
        )
        value = inverse_distance((k + m, k), (j + m, j))
        potential = coupling * mpmath.sqrt(mpmath.pi) * value.numerator / value.denominator / norms
        return potential + (2 * k + m + 1 if k == j else 0)

    H = mpmath.matrix(size, size)
    for k in range(size):
        for j in range(k + 1):
            H[k, j] = H[j, k] = element(k, j)
    ritz = mpmath.eigsy(H, eigvals_only=True)
    for index in range(3):
        assert 0 < ritz[index] - relative_energy(index, m, coupling, digits=12) < 1e-4


@pytest.mark.parametrize("energy", ["1", "1.05", "4", "1000"])
def test_beyond_the_turning_point_a_solution_has_one_zero_at_most(energy):
    """There v''/v = x^2 - 2e + 2 lambda/x + (m^2 - 1/4)/x^2 is positive, also if lambda = m = 0, and grows with x."""
    e = mpf(energy)
    x = _beyond_turning(e)
    assert x**2 - 2 * e - 1 / (4 * x**2) > 0


def test_the_levels_of_two_electrons_are_complete():
    """All combinations of centre of mass and relative motion below the last level, by direct enumeration."""
    found = harmonic_pair_levels("0.8", 12, field="0.7", strength=2, digits=15)
    coupling, Omega = pair_coupling("0.8", "0.7", 2), mpmath.sqrt(mpf("0.64") + mpf("0.1225"))
    expected = sorted(
        (2 * N + abs(M) + 1 + relative_energy(n, m, coupling, digits=15)) * Omega - (M + m) * mpf("0.35")
        for N in range(2)
        for M in range(-5, 6)
        for n in range(2)
        for m in range(-5, 6)
    )
    assert [level.energy for level in found] == pytest.approx(expected[:12], abs=1e-13)
    assert all(level.two_S == 2 * (level.relative[1] % 2) for level in found)
    assert PairLevel(mpf(1), 0, (0, 2), (0, -1)).angular_momentum == 1


def test_the_centre_of_mass_makes_ladders_above_every_level():
    """Kohn's theorem: a level at Omega - omega_c/2 and one at Omega + omega_c/2 above each."""
    energies = [level.energy for level in harmonic_pair_levels(1, 40, field=1, digits=12)]
    Omega = mpmath.sqrt(mpf("1.25"))
    for energy in energies[:6]:
        for step in (Omega - mpf("0.5"), Omega + mpf("0.5")):
            assert min(abs(energy + step - other) for other in energies) < 1e-11


def test_one_electron_has_the_levels_of_fock_and_darwin():
    """(2 n_r + |m| + 1) Omega - m omega_c/2, of which those with m > 0 merge into Landau's lowest in a strong field."""
    assert fock_darwin_energy(1, -2, omega=3, field=8) == 5 * 5 + 2 * 4
    strong = [fock_darwin_energy(0, m, omega=1, field=1000) for m in range(4)]
    assert max(strong) - min(strong) < 0.004
    assert abs(strong[0] - 500) < 0.002


@pytest.mark.parametrize(("m", "omega", "strength"), [(0, 1, 1), pytest.param(1, "0.3", 1, marks=pytest.mark.slow)])
def test_at_a_crossing_two_ground_states_coincide_and_change_places(m, omega, strength):
    """The lowest levels have momenta m below, m + 1 above, and one energy at the field found."""
    field = ground_state_crossing(m, omega=omega, strength=strength, digits=12)
    options = {"strength": strength, "digits": 14}
    low, high = harmonic_pair_levels(omega, 2, field=field, **options)
    assert high.energy - low.energy < mpf(10) ** -10
    assert {low.relative[1], high.relative[1]} == {m, m + 1}
    for factor, expected in ((mpf("0.999"), m), (mpf("1.001"), m + 1)):
        ground = harmonic_pair_levels(omega, 1, field=factor * field, **options)[0]
        assert (ground.relative, ground.two_S) == ((0, expected), 2 * (expected % 2))


def test_strong_repulsion_leads_to_the_wigner_molecule():
    """E less classical energy and zero point falls like s^(-2/3), less the rotation (m^2 - 1/4)/2a^2 of side a."""
    remainders = []
    for power in (4, 7):
        strength = 2**power
        molecule = wigner_molecule(2, 1, strength)
        side = to_digits(molecule.side, digits=20)
        harmonic = to_digits(molecule.energy + sum(molecule.frequencies) / 2, digits=20)
        exact = 1 + relative_energy(0, 2, strength / mpmath.sqrt(2), digits=12)
        remainders.append((exact - harmonic) * side**2)
    assert abs(remainders[0] - remainders[1]) < 0.1 * abs(remainders[1])


def test_the_molecule_of_three_is_a_triangle_with_a_breathing_mode():
    """Rotation 0, centre of mass omega twice, a doublet sqrt(3/2) omega, breathing sqrt(3) omega."""
    found = wigner_molecule(3, "1/2", 6)
    squares = [sympy.simplify(frequency**2 * 4) for frequency in found.frequencies]
    assert squares == [0, 1, 1, sympy.Rational(3, 2), sympy.Rational(3, 2), 3]
    assert sympy.simplify(found.energy - sympy.Rational(3, 8) * found.side**2) == 0
    assert sympy.simplify(found.side**3 - 72) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: relative_energy(-1, 0, 1), "index=-1 must be at least 0"),
        (lambda: relative_energy(0, 0, -1), r"coupling=-1\.0 must lie between 0 and 1000"),
        (lambda: relative_energy(0, 0, 1, digits=61), "digits=61 must be at most 60"),
        (lambda: relative_energy(0, 0, "nan"), "coupling=nan must be finite"),
        (lambda: taut_levels(0), "degree=0 must be at least 1"),
        (lambda: harmonic_pair_levels(0, 1), "omega=0 must be positive"),
        (lambda: ground_state_crossing(0, omega=1, strength=0), "strength=0 must be positive"),
        (lambda: ground_state_crossing(0, omega=1, digits=41), "digits=41 must be at most 40"),
        (lambda: wigner_molecule(4, 1), "electrons=4 must be 2 or 3"),
        (lambda: wigner_molecule(2, 1, 0), "strength=0 must be positive"),
    ],
)
def test_wrong_numbers_are_refused(call, message):
    """Each refusal names value and rule."""
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("value", ["1/0", "strong", None, [1], 1 + 1j, "inf"])
@pytest.mark.parametrize("name", ["omega", "field", "strength"])
def test_a_parameter_that_is_no_finite_number_is_named(name, value):
    """Whatever it is, the message tells which one, and not only that something could not be divided or read."""
    with pytest.raises(ValueError, match=f"^{name}=.* must be (finite|a number)"):
        harmonic_pair_levels(**{"omega": 1, "levels": 1} | {name: value})

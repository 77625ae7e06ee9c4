import mpmath
import pytest
import sympy
from sympy.simplify.fu import TR8

from analytic.ordered_determinants import bond_contacts, insertion_amplitudes


@pytest.mark.parametrize("electrons", range(5))
def test_amplitudes_of_all_places_add_up_to_the_polarised_one(electrons):
    """Sum of the a_l is <F_{N+1}| c+_{N+1} |F_N> = (-1)^N: order does not matter to equal spins."""
    assert sympy.simplify(sum(insertion_amplitudes(electrons)) - (-1) ** electrons) == 0


@pytest.mark.parametrize("electrons", [1, 2, 3])
def test_truncated_add_operator_converges(electrons):
    """The sum over M orbitals tends to the closed form of the cotangent."""
    limit = [sympy.N(a, 15) for a in insertion_amplitudes(electrons)]
    errors = [
        max(abs(sympy.N(a, 15) - b) for a, b in zip(insertion_amplitudes(electrons, orbitals=M), limit, strict=True))
        for M in (8, 16, 32)
    ]
    assert errors[1] < errors[0] / 4
    assert errors[2] < errors[1] / 4


def orbital(n, x):
    return mpmath.sqrt(2 / mpmath.pi) * mpmath.sin(n * x)


def determinant(rows):
    """Expand along the first row: mpmath.det does not take singular matrices."""
    if not rows:
        return mpmath.mpf(1)
    return sum(
        (-1) ** column * entry * determinant([row[:column] + row[column + 1 :] for row in rows[1:]])
        for column, entry in enumerate(rows[0])
    )


def slater(coordinates):
    return determinant([[orbital(m, x) for x in coordinates] for m in range(1, len(coordinates) + 1)])


def test_amplitudes_match_a_direct_quadrature():
    """N = 1, M = 3: the two-dimensional integrals over x_1 < x_2 themselves."""
    exact = insertion_amplitudes(1, orbitals=3)

    def wave(x):
        return sum(orbital(n, x) for n in (1, 2, 3))

    with mpmath.workdps(15):
        direct = [
            mpmath.quad(
                lambda x, t, place=place: (
                    (-1) ** place
                    * x
                    * slater((t * x, x))
                    * (wave(x), wave(t * x))[1 - place]
                    * orbital(1, (t * x, x)[1 - place])
                ),
                [0, mpmath.pi],
                [0, 1],
                method="gauss-legendre",
                maxdegree=4,
            )
            for place in (0, 1)
        ]
        for a, b in zip(exact, direct, strict=True):
            assert abs(mpmath.mpf(sympy.N(a, 20)) - b) < 1e-10


@pytest.mark.parametrize("numbers", [(1, 2), (1, 2, 3), (1, 2, 3, 4), (1, 2, 3, 4, 5), (1, 3, 4), (2, 5), (1, 4, 6)])
def test_bond_contacts_are_uniform(numbers):
    """K_p = 2 E_F L^2 / L^3 at every bond, for excited determinants too."""
    expected = sympy.pi**2 * sum(n * n for n in numbers)
    assert all(sympy.simplify(contact - expected) == 0 for contact in bond_contacts(numbers))


def test_contact_of_two_electrons_by_hand():
    """N = 2: the integral over x of (phi_1 phi_2' - phi_2 phi_1')^2."""
    x = sympy.Symbol("x", positive=True)
    one, two = (sympy.sqrt(2) * sympy.sin(n * sympy.pi * x) for n in (1, 2))
    wronskian = TR8(sympy.expand((one * two.diff(x) - two * one.diff(x)) ** 2))
    assert sympy.simplify(sympy.integrate(sympy.expand(wronskian), (x, 0, 1)) - bond_contacts((1, 2))[0]) == 0


def test_contacts_of_three_electrons_by_quadrature():
    """N = 3: both boundary integrals of |d Phi/dr|^2, each over its own side, by quadrature."""
    with mpmath.workdps(15):

        def slope(x, y):
            rows = [
                [orbital(m, x), m * mpmath.sqrt(2 / mpmath.pi) * mpmath.cos(m * x), orbital(m, y)] for m in (1, 2, 3)
            ]
            return determinant(rows) ** 2

        right = mpmath.quad(
            lambda x, t: (mpmath.pi - x) * slope(x, x + t * (mpmath.pi - x)),
            [0, mpmath.pi],
            [0, 1],
            method="gauss-legendre",
            maxdegree=4,
        )
        assert abs(mpmath.pi**3 * right - mpmath.mpf(sympy.N(bond_contacts((1, 2, 3))[0], 20))) < 1e-8


@pytest.mark.parametrize("numbers", [(1,), (2, 1), (1, 1), (0, 1), tuple(range(1, 7))])
def test_impossible_determinants_are_errors(numbers):
    """Orbital numbers must be distinct, positive, rising and not too many."""
    with pytest.raises(ValueError, match="must be"):
        bond_contacts(numbers)


def test_impossible_additions_are_errors():
    """N and M have ranges."""
    for electrons in (-1, 5):
        with pytest.raises(ValueError, match=f"electrons={electrons} must be between 0 and 4"):
            insertion_amplitudes(electrons)
    with pytest.raises(ValueError, match="orbitals=0"):
        insertion_amplitudes(1, orbitals=0)

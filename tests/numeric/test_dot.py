"""The dot and its validation."""

import math

import numpy as np
import pytest
from rows import over

from numeric import Dot, solve
from numeric.dot import LEAST_PAPER_ORBITALS

GOOD = {"length": 2.0, "cutoff": 0.1, "orbitals": 4, "kernel": "soft-coulomb", "strength": 1.0}


def test_orbital_energies_are_those_of_a_box():
    """eps_n = n^2 pi^2/(2 L^2)."""
    energies = Dot(2.0, 0.1, 3).orbital_energies
    np.testing.assert_allclose(energies, [math.pi**2 * n**2 / 8 for n in (1, 2, 3)], rtol=4e-16)


def test_paper_dot():
    """The paper's dot has L = 9.5 and, by this project's choice, lambda/L = 2e-4."""
    assert Dot.paper() == Dot(9.5, 9.5 * 2e-4, 13)
    assert Dot.paper(10, cutoff_ratio=1e-3) == Dot(9.5, 9.5e-3, 10)


def test_the_paper_dot_has_the_paper_order_of_levels():
    """The least basis accepted has the spins of Tables II to IV in their order; one orbital less has not."""
    least = Dot.paper(LEAST_PAPER_ORBITALS)
    assert list(solve(least, 3, 3).two_S) == [1, 1, 3]
    assert list(solve(Dot(9.5, 1.9e-3, LEAST_PAPER_ORBITALS - 1), 3, 3).two_S) != [1, 1, 3]
    with pytest.raises(ValueError, match=r"orbitals=8 must be at least 9: .* order of levels .* Dot\(9.5, 0.0019, 8\)"):
        Dot.paper(orbitals=8)


@over(
    ("change", "message"),
    [
        ({"length": 0.0}, "length=0.0 must be positive"),
        ({"length": -1.0}, "length=-1.0 must be positive"),
        ({"length": math.nan}, "length=nan must be finite"),
        ({"length": math.inf}, "length=inf must be finite"),
        ({"length": True}, "length=True must be a real number"),
        ({"length": "2"}, "length='2' must be a real number"),
        ({"length": None}, "length=None must be a real number"),
        ({"length": 1j}, "must be a real number"),
        ({"length": 10**400}, r"length=10+\.\.\.0+ must fit a double"),
        ({"length": 10**5000}, "length=<int of too many digits> must fit a double"),
        ({"length": 1e-200}, "length=1e-200 must leave the orbital energies"),
        ({"length": 1e200}, "length=1e\\+200 must leave the orbital energies"),
        ({"cutoff": 0.0}, "cutoff=0.0 must be positive"),
        ({"cutoff": -0.1}, "cutoff=-0.1 must be positive"),
        ({"cutoff": math.nan}, "cutoff=nan must be finite"),
        ({"cutoff": -0.1, "kernel": "contact"}, "cutoff=-0.1 must be at least 0"),
        ({"cutoff": math.inf, "kernel": "none"}, "cutoff=inf must be finite"),
        ({"orbitals": 0}, "orbitals=0 must be at least 1"),
        ({"orbitals": 3.0}, "orbitals=3.0 must be an integer"),
        ({"orbitals": "3"}, "orbitals='3' must be an integer"),
        ({"orbitals": 10**11}, "orbitals=100000000000 must be at most 4000"),
        ({"orbitals": 10**400}, "orbitals must be at most 4000"),
        ({"orbitals": True}, "orbitals=True must be an integer"),
        ({"kernel": "yukawa"}, "kernel='yukawa' must be one of soft-coulomb, contact, constant, none"),
        ({"kernel": ["none"]}, "must be one of"),
        ({"strength": math.nan}, "strength=nan must be finite"),
        ({"strength": False}, "strength=False must be a real number"),
    ],
)
def test_invalid_values_are_refused_with_value_and_rule(change, message):
    """Every bad parameter is a ValueError that names it."""
    with pytest.raises(ValueError, match=message):
        Dot(**(GOOD | change))


def test_the_highest_orbital_must_be_in_range_as_well():
    """If eps_1 is in range and eps_M is not, only the smaller basis exists."""
    length = 1e-59
    assert np.isfinite(Dot(length, length / 10, 1).orbital_energies).all()
    with pytest.raises(ValueError, match="must leave the orbital energies"):
        Dot(length, length / 10, 200)


@pytest.mark.parametrize("kernel", ["contact", "constant", "none"])
def test_kernels_without_a_cutoff_accept_zero(kernel):
    """A cutoff that is ignored may be zero."""
    assert Dot(1.0, 0, 3, kernel).cutoff == 0.0


def test_numpy_numbers_become_plain_ones():
    """Parameters are stored as float and int whatever they came as."""
    dot = Dot(np.float64(2.0), np.float32(0.5), np.int64(3), strength=1)
    assert [type(value) for value in (dot.length, dot.cutoff, dot.orbitals, dot.strength)] == [float, float, int, float]
    assert dot == Dot(2.0, 0.5, 3)
    assert hash(dot) == hash(Dot(2.0, 0.5, 3))

"""Levels, transitions and leads: what is refused, and with which words."""

from fractions import Fraction

import numpy as np
import pytest
from rows import over

from numeric import Lead, LevelScheme

RIGHT = {
    "electrons": [0, 1, 2],
    "energies": [0.0, 0.5, 1.5],
    "two_S": [0, 1, 2],
    "lower": [0, 1],
    "upper": [1, 2],
    "M": [0.5, 0.25],
}


@over(
    ("wrong", "message"),
    [
        (
            {"electrons": [], "energies": [], "two_S": [], "lower": [], "upper": [], "M": []},
            r"levels=\[\] must hold at least",
        ),
        ({"electrons": [-1, 1, 2]}, "electrons=-1 must be at least 0"),
        ({"electrons": [0, 1.5, 2]}, "electrons=1.5 must be an integer"),
        ({"electrons": [0, 1e30, 2]}, r"electrons=1e\+30 must be an integer of at most"),
        ({"energies": ["0", "1", "2"]}, "energies='0' must be a real number"),
        ({"M": [True, 0.5]}, "M=True must be a real number"),
        ({"M": np.array([True, False])}, "M of type bool must hold real numbers"),
        ({"energies": [0.0, np.nan, 1.0]}, "energies=.*nan.* must be finite"),
        ({"energies": [0.0, 1.0]}, r"electrons has shape \(3,\): 2 levels need \(2,\)"),
        ({"two_S": [0, -1, 2]}, "two_S=-1 must be at least 0"),
        ({"two_S": [0, 0.5, 2]}, "two_S=0.5 must be an integer"),
        ({"lower": [0, 0], "upper": [1, 2]}, "transition 0->2 goes from N=0 to N=2: it must add one electron"),
        ({"lower": [0, 7]}, r"transition 7->2 must join levels 0\.\.2"),
        ({"upper": [1, -1]}, r"transition 1->-1 must join levels 0\.\.2"),
        ({"lower": [0, 0], "upper": [1, 1]}, "transition 0->1 must be listed once"),
        ({"M": [0.5, -0.25]}, "M=-0.25 must be at least 0"),
        ({"M": [0.5, np.inf]}, "M=inf must be finite"),
        ({"M": [0.5]}, "need one row each"),
    ],
)
def test_a_wrong_scheme_is_refused_with_value_and_rule(wrong, message):
    """Each broken rule is a ValueError that names the value and the rule."""
    LevelScheme(**RIGHT)
    with pytest.raises(ValueError, match=message):
        LevelScheme(**(RIGHT | wrong))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("L", -1.0, 0.0), "lead 'L': rate=-1.0 must be at least 0"),
        (("L", np.inf, 0.0), "lead 'L': rate=inf must be finite"),
        (("R", 1.0, np.nan), "lead 'R': mu=nan must be finite"),
        (("L", True, 0.0), "rate=True must be a real number"),
        (("L", "x", 0.0), "rate='x' must be a real number"),
        ((1, 1.0, 0.0), "name=1 must be a string"),
    ],
)
def test_a_wrong_lead_is_refused(arguments, message):
    """Negative or infinite rates and undefined chemical potentials are refused."""
    with pytest.raises(ValueError, match=message):
        Lead(*arguments)


def test_matrices_per_electron_number_become_a_flat_scheme():
    """from_matrices puts M[N][j, i] on the transition from level i of N to level j of N + 1."""
    scheme = LevelScheme.from_matrices(
        energies={1: [0.5, 0.6], 2: [1.5]}, two_S={1: [1, 1], 2: [0]}, M={1: [[0.25, 0.125]]}
    )
    assert scheme.electrons.tolist() == [1, 1, 2]
    assert list(zip(scheme.lower.tolist(), scheme.upper.tolist(), scheme.M.tolist(), strict=True)) == [
        (0, 2, 0.25),
        (1, 2, 0.125),
    ]
    with pytest.raises(ValueError, match=r"M\[1\] has shape \(2, 1\): its levels need \(1, 2\)"):
        LevelScheme.from_matrices(
            energies={1: [0.5, 0.6], 2: [1.5]}, two_S={1: [1, 1], 2: [0]}, M={1: [[0.25], [0.125]]}
        )
    with pytest.raises(ValueError, match=r"M\[1\] has shape \(1, 1\): its levels need \(0, 1\)"):
        LevelScheme.from_matrices(energies={1: [0.5]}, two_S={1: [1]}, M={1: [[0.25]]})


@pytest.mark.parametrize(
    ("two_S", "message"),
    [
        ({2: [0]}, r"two_S of N=\[2\] must be given for the N of the energies, \[1, 2\]"),
        ({1: [1], 2: [0, 0]}, r"energies\[1\] and two_S\[1\] of shapes \(2,\), \(1,\) must be lists of equal length"),
    ],
)
def test_each_electron_number_has_its_own_spins(two_S, message):
    """A missing list is refused, and so are lists of the right number of spins in all at the wrong N."""
    with pytest.raises(ValueError, match=message):
        LevelScheme.from_matrices(energies={1: [0.5, 0.6], 2: [1.5]}, two_S=two_S, M={1: [[0.25, 0.125]]})


def test_leads_hold_floats_whatever_they_are_given():
    """Fractions and numpy scalars become the nearest floats."""
    lead = Lead("L", Fraction(1, 3), np.float32(0.5))
    assert (lead.rate, lead.mu) == (1 / 3, 0.5)
    assert (type(lead.rate), type(Lead("R", 1, np.int64(1)).mu)) == (float, float)


def test_a_scheme_cannot_be_changed():
    """The arrays are read-only copies: neither the scheme nor the caller's list changes the other."""
    energies = np.array([0.0, 0.5, 1.5])
    scheme = LevelScheme(**(RIGHT | {"energies": energies}))
    energies[0] = 9.0
    assert scheme.energies[0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        scheme.energies[0] = 1.0

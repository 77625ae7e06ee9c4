"""What the page on performance says of limits is what the code says; the README repeats its figures."""

import re
from pathlib import Path

import pytest

from numeric.dot import MOST_ORBITALS as MOST_OF_DOT
from numeric.feasible import TooLargeError, require_feasible
from numeric.integral_dot import MOST_INTEGRAL_ORBITALS
from qdverify.certificate.levels import MOST_IN_MODEL_SPACE
from qdverify.protocol.inputs import number_of_levels
from qdverify.reference.answers.enclosed import MOST_DETERMINANTS, MOST_ORBITALS
from qdverify.reference.certificate_question import determinants_by_irrep
from qdverify.reference.enclosure.basis import allowed_spins
from qdverify.reference.enclosure.block_sizes import functions_of_spin
from qdverify.reference.enclosure.integral_levels import MOST_ROWS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
ELECTRONS = range(2, 9)
NUMBER = r"\d+(?:\.\d+)?"


def hamiltonian_fits(orbitals, electrons):
    try:
        require_feasible(orbitals, (electrons + 1) // 2, electrons // 2)
    except TooLargeError:
        return False
    return True


def oracle_tries(orbitals, electrons):
    return number_of_levels(orbitals, electrons, MOST_DETERMINANTS + 1) <= MOST_DETERMINANTS


def blocks_are_diagonalised(orbitals, electrons):
    sizes = (functions_of_spin(orbitals, electrons, two_S) for two_S in allowed_spins(orbitals, electrons))
    return max(sizes) <= MOST_ROWS


def certificate_is_written(orbitals, electrons):
    return max(determinants_by_irrep([1] * orbitals, electrons).values()) <= MOST_IN_MODEL_SPACE


@pytest.mark.parametrize(
    ("row", "most", "accepts"),
    [
        ("`numeric.solve`", MOST_OF_DOT, hamiltonian_fits),
        ("oracle: ", MOST_ORBITALS, oracle_tries),
        ("oracle, integrals", MOST_INTEGRAL_ORBITALS, blocks_are_diagonalised),
        ("certificate, integrals", MOST_INTEGRAL_ORBITALS, certificate_is_written),
    ],
)
def test_the_most_orbitals_are_those_that_the_code_accepts(row, most, accepts):
    """The number of the table is accepted, and one more is not, or is more than a dot has."""
    (line,) = (line for line in PAGE.splitlines() if line.startswith(f"| {row}"))
    numbers = [int(cell) for cell in line.split("|")[2:-1]]
    for electrons, orbitals in zip(ELECTRONS, numbers, strict=True):
        assert accepts(orbitals, electrons)
        assert orbitals == most or not accepts(orbitals + 1, electrons)


@pytest.mark.parametrize(
    ("row", "places"),
    [
        ("| levels of 1 to 4 electrons in 13", {"| 1 to 4 electrons, 13 orbitals, all": 1}),
        ("| five levels of 6 electrons in 12", {"| 6 electrons, 12 orbitals": 1}),
        ("| a point of a diagram of 31", {"| here, 31 states, with dI/dV": 1, "| QmeQ, default settings": 1}),
        ("| the same in a magnetic field", {"states: currents with their error bounds": 1}),
        ("| heat too", {"numba). It also measures the map": 2}),
    ],
)
def test_the_readme_repeats_the_figures_of_the_page(row, places):
    """Every time and ratio of its table stands on the page, in the lines that say what was measured."""
    (line,) = (line for line in README.splitlines() if line.startswith(row))
    lines = PAGE.splitlines()
    there = []
    for start, count in places.items():
        (number,) = (number for number, text in enumerate(lines) if text.startswith(start))
        there += re.findall(NUMBER, " ".join(lines[number : number + count]))
    figures = re.findall(NUMBER, " ".join(line.split("|")[2:-1]))
    assert figures
    assert set(figures) <= set(there)

import re
from pathlib import Path

import pytest

from analytic import bethe_levels
from numeric import Dot
from qdverify.reference.consensus.extrapolation import Extrapolation
from qdverify.reference.consensus.limit import PAPER_LEVELS, continuum_limit, paper_limit
from qdverify.reference.consensus.tables import markdown_tables, with_uncertainty

PAGE = Path(__file__).parents[2] / "docs" / "continuum.md"
# E_0 of N = 3 and M_ji of N = 2 -> 3 as docs/continuum.md states them
GROUND = (1.80384179, 2.1e-7)
PROBABILITIES = {(0, 0): (0.869583, 5.8e-5), (1, 0): (0.333794, 1.2e-5), (1, 2): (0.442420, 3.6e-5)}


def agree(result, stated):
    value, bound = stated
    return abs(result.value - value) <= result.uncertainty + bound


def test_fewer_and_odd_numbers_of_orbitals_agree():
    """M = 11, 13, ..., 21 shares no run with the published M = 10, 12, ..., 30, and agrees as both state."""
    limit = continuum_limit(Dot.paper(), {2: 2, 3: 3}, range(11, 22, 2))
    assert [level.two_S for level in limit.levels[3]] == [1, 1, 3]
    assert [level.parity for level in limit.levels[3]] == [-1, 1, -1]
    assert agree(limit.levels[3][0].energy, GROUND)
    assert limit.levels[3][0].energy.uncertainty < 1e-4 * GROUND[0]
    for (i, j), stated in PROBABILITIES.items():
        assert agree(limit.transitions[2, i, j], stated)
    assert (2, 0, 2) not in limit.transitions  # S = 0 -> 3/2


def test_contact_gas():
    """The same route with the contact kernel meets Bethe's ansatz for N = 3, splittings included."""
    limit = continuum_limit(Dot(1.0, 0.0, 8, "contact", 4.0), {2: 2, 3: 2}, range(8, 21, 2))
    exact = [float(level.energy) for level in bethe_levels(3, 2, strength=4.0, digits=18)]
    found = limit.levels[3]
    assert abs(found[0].energy.value - exact[0]) <= found[0].energy.uncertainty < 1e-3
    assert abs(found[1].splitting.value - (exact[1] - exact[0])) <= found[1].splitting.uncertainty
    two = [float(level.energy) for level in bethe_levels(2, 2, strength=4.0, digits=18)]
    assert limit.levels[2][0].energy.value == pytest.approx(two[0], rel=1e-12)


@pytest.mark.parametrize(
    ("value", "uncertainty", "text"),
    [(0.8695829, 5.8e-5, "0.869583(58)"), (3.9336153, 5.81e-6, "3.9336153(59)"), (0.25, 0.0, "0.250000000000")],
)
def test_uncertainties_are_rounded_up(value, uncertainty, text):
    """What is printed never claims more than what was stated."""
    shown = with_uncertainty(Extrapolation(value, uncertainty, 4, 0.0))
    if uncertainty:
        digits = len(shown.split("(")[0].split(".")[1])
        assert int(shown.split("(")[1][:-1]) >= uncertainty * 10**digits
    assert shown.split("(")[0] == text.split("(")[0]


@pytest.mark.parametrize(
    ("levels", "orbitals"),
    [({}, (8, 10, 12, 14)), ({2: 1, 4: 1}, (8, 10, 12, 14)), ({5: 1}, (8, 10, 12, 14)), ({2: 0}, (8,))],
)
def test_invalid_requests_are_errors(levels, orbitals):
    """N must be consecutive, 1..4, with at least one level each."""
    with pytest.raises(ValueError, match="levels="):
        continuum_limit(Dot.paper(), levels, orbitals)


def test_a_basis_too_small_for_the_order_is_refused():
    """At M = 4 the polarised level of four electrons lies too low: the levels of M = 12 are not its lowest."""
    with pytest.raises(ValueError, match="must have the levels of larger M"):
        continuum_limit(Dot.paper(), {3: 2}, (4, 10, 12, 14))


def numbers(text):
    """Return (value, uncertainty) of every number with its uncertainty in brackets."""
    found = []
    for digits, last in re.findall(r"(\d+\.\d+)\((\d+)\)", text):
        found.append((float(digits), int(last) * 10.0 ** -len(digits.split(".")[1])))
    return found


@pytest.mark.slow
def test_the_page_is_what_the_program_writes():
    """docs/continuum.md states the tables of a new run: the same lines, every number within what both state."""
    new = markdown_tables(paper_limit())
    old = PAGE.read_text("utf-8")
    old = old[old.index("### Levels") : old.index("## What this says")]
    assert len(new.splitlines()) == len(old.strip().splitlines())
    pairs = list(zip(numbers(new), numbers(old), strict=True))
    assert len(pairs) == 2 * sum(PAPER_LEVELS.values()) - 5 + 19
    assert all(abs(a - b) <= max(s, t) for (a, s), (b, t) in pairs)

"""FCIDUMP files that are cut off or leave something open: refused where that is certain, else noted."""

from functools import reduce
from itertools import combinations
from operator import xor
from random import Random

import pytest
from fcidump_texts import BODY, DOT, parsed, with_body
from rows import over

from qdverify.protocol.fcidump_header import FcidumpHeader
from qdverify.protocol.fcidump_notes import reachable
from qdverify.protocol.inputs import InvalidInput


@pytest.mark.parametrize("body", ["", "\n\n", "! cut off here\n", "-0.7 1 0 0 0\n"])
def test_a_file_without_an_integral_is_refused(body):
    """It is most likely cut off; an orbital energy is no integral."""
    with pytest.raises(InvalidInput, match=r"^my.fcidump must hold at least one integral"):
        with_body(body)


@pytest.mark.parametrize("line", ["0.0 0 0 0 0\n", "0.0 1 1 0 0\n", "0.0 1 1 1 1\n"])
def test_zeros_that_are_given_are_a_dot(line):
    """One line of any kind is enough."""
    assert with_body(line).dot == {**DOT, "core": 0.0, "one_body": [[0.0, 0.0], [0.0, 0.0]], "irreps": [1, 2],
                                   "two_body": [[1, 1, 1, 1, 0.0]] if "1 1 1 1" in line else []}  # fmt: skip


@over("cut", range(1, len(" 0.125 2 1 2 1")))
def test_a_file_that_ends_within_a_line_is_refused_by_its_number(cut):
    """A number or an index fewer: the line is told, and that the file may have been cut off."""
    line = " 0.125 2 1 2 1"[:-cut]
    body = BODY.replace(" 0.25 0 0 0 0\n", line)
    if not line.strip():
        assert with_body(body).notes[0].startswith("no core energy")
        return
    with pytest.raises(InvalidInput, match=r"^my.fcidump, line 8: .+; the file ends within this line"):
        with_body(body)


def test_what_a_file_leaves_open_is_noted():
    """No core energy, no end of the last line with it; a whole file has no notes."""
    assert with_body(BODY).notes == ()
    assert with_body(BODY.rstrip("\n")).notes == ()
    without = BODY.replace(" 0.25 0 0 0 0\n", "")
    (core,) = with_body(without).notes
    assert core == "no core energy (a line 0 0 0 0) is given, it is taken as 0"
    assert with_body(without).dot["core"] == 0.0
    assert with_body(without.rstrip("\n")).notes == (core, "the last line has no end: the file may have been cut off")


@pytest.mark.parametrize(
    ("last", "noted"), [("0.5 12 11 12 1", True), ("0.5 12 11 0 0", False), ("0.5 12 0 0 0", False)]
)
def test_a_last_orbital_that_may_have_lost_a_digit_is_noted(last, noted):
    """Also if the core energy stands first, where programs write it that way; a last index 0 is whole."""
    text = f"&FCI NORB=12 /\n0.25 0 0 0 0\n{last}"
    assert ["may have been cut off" in note for note in parsed(text).notes] == noted * [True]
    assert parsed(text + "\n").notes == ()


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("NELEC=2,ORBSYM=1,2,ISYM=2", True),
        ("NELEC=2,ORBSYM=1,2,ISYM=1", True),
        ("NELEC=2,ORBSYM=1,2,ISYM=3", False),
        ("NELEC=2,MS2=2,ORBSYM=1,2,ISYM=1", False),
        ("NELEC=2,MS2=-2,ORBSYM=1,2,ISYM=2", True),
        ("NELEC=3,ORBSYM=1,2,ISYM=2", True),
        ("NELEC=4,ORBSYM=1,2,ISYM=2", False),
        ("NELEC=0,ORBSYM=1,2,ISYM=1", True),
        ("NELEC=1,ORBSYM=3,4,ISYM=1", False),
        ("NELEC=2,ISYM=2", False),
        ("ISYM=2", True),
    ],
)
def test_a_symmetry_that_no_state_has_is_noted(said, known):
    """As the header names electrons, S_z and irreps; the integrals are read nevertheless."""
    found = with_body(BODY, f"&FCI NORB=2,{said} /\n")
    assert [note for note in found.notes if "is the symmetry of no state" in note] == [*found.notes]
    assert (not found.notes) == known
    assert found.dot["two_body"] == DOT["two_body"]


@over("seed", range(20))
def test_reachable_irreps_are_those_of_all_determinants(seed):
    """By listing every string of up and of down electrons."""
    random = Random(seed)
    orbitals = random.randint(1, 5)
    labels = tuple(random.randint(1, 8) for _ in range(orbitals))
    up, down = random.randint(0, orbitals), random.randint(0, orbitals)
    header = FcidumpHeader(orbitals, up + down, up - down, labels, None)
    listed = {
        reduce(xor, (label - 1 for label in (*a, *b)), 0) + 1
        for a in combinations(labels, up)
        for b in combinations(labels, down)
    }
    assert reachable(header) == listed

"""What a newcomer needs to find his way: terms of devices in the glossary, subheadings, one notation on two pages."""

import itertools
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
TERMS = re.findall(r"^(\S.*)\n: ", (DOCS / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_glossary_is_in_order():
    """By the alphabet, capitals or not, each term once."""
    assert sorted(TERMS, key=str.lower) == TERMS
    assert len(set(TERMS)) == len(TERMS)


@pytest.mark.parametrize(
    "term",
    [
        "cumulant",
        "Fano factor",
        "figure of merit",
        "lever arm",
        "linear response",
        "Onsager matrix",
        "spin-polarised lead",
        "thermopower",
    ],
)
def test_the_glossary_has_the_terms_of_devices(term):
    """Each is used on pages for users."""
    assert term in TERMS


def test_no_section_of_the_physics_is_long():
    """A reader sees a heading on every second screen."""
    lines = (DOCS / "physics.md").read_text(encoding="utf-8").splitlines()
    headings = [0, *(k for k, line in enumerate(lines) if re.match("##+ ", line)), len(lines)]
    assert max(after - before for before, after in itertools.pairwise(headings)) <= 80


def test_the_physics_and_the_protocol_have_one_notation():
    """Spins are +1 and -1, so that half of the field moves a level; leading terms are a exp(-A / kT)."""
    physics, protocol = ((DOCS / name).read_text(encoding="utf-8") for name in ("physics.md", "protocol.md"))
    for page in (physics, protocol):
        assert re.findall(r"b\\sigma(?!/2)", page) == []
        assert r"b\sigma/2" in page
        assert "e^{-a/k_BT}" not in page
    assert r"a\,e^{-A/k_BT}" in physics
    assert "a exp(-A/kT)" in protocol

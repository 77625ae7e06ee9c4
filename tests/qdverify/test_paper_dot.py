"""The paper's dot stands in one place of `qdverify`, in `paper_tables.json`; `numeric` states its own."""

import ast
from pathlib import Path

import pytest

import numeric
import qdverify
from qdverify.reference.printed import reported

LITERALS = {9.5, 1.9e-3, 2e-4}
ANOTHER_THING = {
    "paper/evidence_map.py": 1,
    "paper/inference.py": 1,
    "protocol/input_rules.py": 1,
    "suite/checks/memory.py": 1,
}
"""A tick of an axis, a number of a grid, an invalid length, and a cutoff chosen to vanish when it is rounded."""


@pytest.mark.parametrize("orbitals", [9, 13])
def test_both_sides_state_the_same_dot(orbitals):
    """The dot that checks ask about is the one that `numeric` calls the paper's."""
    theirs = numeric.Dot.paper(orbitals)
    ours = reported.dot(orbitals)
    assert (theirs.length, theirs.cutoff, theirs.orbitals) == (ours["length"], ours["cutoff"], ours["orbitals"])
    assert (theirs.kernel, theirs.strength) == (ours["kernel"], ours["strength"])


def test_no_module_repeats_a_number_of_the_dot():
    """No length or cutoff of the paper's dot is written out in code."""
    root = Path(qdverify.__file__).parent
    found = {}
    for file in root.rglob("*.py"):
        literals = [node.value for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Constant)]
        count = sum(isinstance(value, float) and abs(value) in LITERALS for value in literals)
        if count:
            found[file.relative_to(root).as_posix()] = count
    assert found == ANOTHER_THING

import xml.etree.ElementTree as ET

import pytest
from rows import over

from qdverify.report.equations import formulas, mathml, read_formulas
from qdverify.suite.declare import all_checks

LATEX = sorted({*formulas().by_check.values(), *formulas().by_source.values()})
NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"


@over("latex", LATEX)
def test_every_formula_is_well_formed_mathml(latex):
    """Each formula parses, holds no command that was left over, and keeps its source as text alternative."""
    tree = ET.fromstring(mathml(latex))
    assert tree.tag == f"{NAMESPACE}math"
    assert tree.get("alttext") == latex
    assert "\\" not in "".join(tree.itertext())


def test_a_check_has_its_own_formula_before_that_of_its_source():
    """The name of a check decides, with or without a version; then the source."""
    known = formulas()
    own = known.find("spin.selection-rules@1", "[J96] Eq. (5)")
    assert own == known.find("spin.selection-rules", "") != known.find("spin.other@1", "[J96] Eq. (5)")
    assert known.find("spin.other@1", "a theorem nobody wrote down") is None


def test_a_source_is_found_whole():
    """Eq. (1) does not answer for Eq. (12), nor Table I for Table IV."""
    known = read_formulas({"formula": [{"latex": "a", "sources": ["Eq. (1)", "Table I"]}]})
    assert known.find("x", "Eq. (12)") is None
    assert known.find("x", "[J96] Table IV") is None
    assert known.find("x", "[J96] Table I, and more") == "a"


def test_two_formulas_for_one_name_are_refused():
    """The file must not contradict itself."""
    with pytest.raises(ValueError, match=r"'a\.b' must have one formula"):
        read_formulas({"formula": [{"latex": "x", "checks": ["a.b"]}, {"latex": "y", "checks": ["a.b"]}]})


def test_kets_are_set_as_operators():
    """The brackets of a matrix element are fences, not letters."""
    markup = mathml(r"\langle a|b\rangle")
    assert "<mi>&#x027E8;</mi>" not in markup
    assert markup.count("<mo") >= 3


def test_every_claim_of_the_model_shows_its_formula():
    """A new check brings its formula to report/equations.toml; only those of the protocol itself have none."""
    protocol = {"invalid-input", "determinism"}
    rules = ('protocol.md, "Errors"', 'protocol.md, "Rules')
    bare = [
        check.name
        for check in all_checks()
        if check.suite not in protocol
        and not check.equation.startswith(rules)
        and formulas().find(check.id, check.equation) is None
    ]
    assert bare == []


def test_no_formula_outlives_its_check():
    """A check that is renamed takes its formula with it."""
    assert set(formulas().by_check) - {check.name for check in all_checks()} == set()

"""Harmonic dots in the protocol: rules, exact numbers, answers of the builtin, and programs that do not take them."""

import json
from fractions import Fraction
from importlib.resources import files

import pytest
from rows import over
from rule_pages import stated_rules

from numeric import HarmonicDot, solve
from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.protocol.answers import BEYOND_LIMITS, AnswerError, Broken, Unsupported, check_answer
from qdverify.protocol.case import Case
from qdverify.protocol.dot_files import read_dot
from qdverify.protocol.dot_objects import document_of
from qdverify.protocol.dots import KINDS
from qdverify.protocol.harmonic_rules import HARMONIC_QUESTIONS, HARMONIC_RULES
from qdverify.protocol.input_rules import Kind
from qdverify.protocol.inputs import InvalidInput, as_dot, check_inputs
from qdverify.protocol.sample_dots import HARMONIC_DOT, make_dot
from qdverify.reference.answers.answer import Refusal
from qdverify.reference.write_certificate import certificate
from qdverify.suite.subject import Subject

ALL = [(rule, example) for rule in HARMONIC_RULES for example in rule.examples]
IDS = [f"{example.task}: {example.label}" for _, example in ALL]
QUESTION = HARMONIC_QUESTIONS["spectrum"]


def test_the_page_states_each_rule_of_harmonic_dots_once_and_no_other():
    """The lists of the section are the table's sentences, in its order."""
    assert stated_rules("Rules of harmonic dots") == [
        rule.sentence for kind in Kind for rule in HARMONIC_RULES if rule.kind is kind
    ]


@over(("rule", "example"), ALL, ids=IDS)
def test_code_and_table_of_harmonic_dots_agree(rule, example):
    """What the table refuses is refused in one short message, and what it calls valid is taken; labels are unique."""
    assert [other.label for _, other in ALL if other.task == example.task].count(example.label) == 1
    if rule.kind is Kind.ANSWERED:
        check_inputs(example.task, example.params)
        return
    with pytest.raises(InvalidInput) as refusal:
        check_inputs(example.task, example.params)
    assert len(str(refusal.value)) < 500


@over(("rule", "example"), ALL, ids=IDS)
def test_the_builtin_keeps_the_rules_of_harmonic_dots(rule, example):
    """It refuses, or answers, as the table says."""
    try:
        getattr(Builtin(), example.task)(**example.params)
    except ValueError:
        answered = False
    else:
        answered = True
    assert answered is (rule.kind is Kind.ANSWERED)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("field", ["omega", "field", "strength", "thickness"])
def test_numbers_of_a_harmonic_dot_must_be_finite(field, value):
    """JSON has none that is not, a caller in Python may."""
    with pytest.raises(InvalidInput, match=f"{field}={value} must be"):
        as_dot({**HARMONIC_DOT, field: value})


def test_exact_numbers_of_a_harmonic_dot_are_read():
    """Strings hold exact rationals; the number of shells stays an integer."""
    dot = {"kind": "harmonic-2d", "omega": "1/3", "field": "0.1", "shells": 2, "strength": "2/7", "thickness": "1/9"}
    case = Case("spectrum", {**QUESTION, "dot": dot})
    exact = case.exact["dot"]
    assert [exact[name] for name in ("omega", "field", "strength", "thickness")] == [
        Fraction(1, 3),
        Fraction(1, 10),
        Fraction(2, 7),
        Fraction(1, 9),
    ]
    assert type(exact["shells"]) is int
    assert case.params["dot"]["field"] == 0.1
    assert Case.from_document(json.loads(json.dumps(case.to_document()))) == case


@pytest.mark.parametrize("given", [HARMONIC_DOT, {**HARMONIC_DOT, "thickness": 0.5}])
def test_a_harmonic_dot_is_read_from_a_file_with_all_its_fields(given, tmp_path):
    """As a JSON object."""
    file = tmp_path / "dot.json"
    file.write_text(json.dumps(given))
    assert as_dot(read_dot(file)) == given


def test_the_numeric_object_of_a_harmonic_dot_becomes_its_document():
    """Orbitals are no field of it, and a thickness only if there is one."""
    assert document_of(HarmonicDot(1.0, 2, 0.5, thickness=0.25)) == {**HARMONIC_DOT, "thickness": 0.25}
    assert document_of(HarmonicDot(omega=1.0, shells=2, field=0.5)) == HARMONIC_DOT


def test_the_builtin_tells_angular_momenta():
    """Levels, spins and L_z are those of numeric."""
    found = solve(HarmonicDot(omega=1.0, shells=2, field=0.5), 2, 4)
    answer = Subject(InProcess(Builtin())).ask("spectrum", dot=HARMONIC_DOT, electrons=2, levels=4)
    assert answer == {
        "energies": found.energies.tolist(),
        "two_S": found.two_S.tolist(),
        "L": found.angular_momenta.tolist(),
    }
    assert answer["L"] == [0, 1, -1, 1]


@pytest.mark.parametrize(
    "changes",
    [{"shells": 11}, {"omega": 1e61}, {"omega": 1e-61}, {"field": -1e61}, {"strength": 1e61}, {"thickness": 1e61}],
)
def test_the_builtin_declines_a_harmonic_dot_beyond_its_reach(changes):
    """A valid question is declined with the code for limits, and no number is given."""
    with pytest.raises(AnswerError) as declined:
        Builtin().spectrum(dot={**HARMONIC_DOT, **changes}, electrons=1, levels=1)
    assert declined.value.code == BEYOND_LIMITS


@pytest.mark.parametrize(
    ("L", "message"),
    [([0, 1], "L=.* must be a list of 3 numbers"), ([0, 1, 0.5], "L=0.5 must be an integer"), (0, "must be a list")],
)
def test_angular_momenta_of_a_wrong_shape_are_refused(L, message):
    """One integer for each level."""
    answer = {"energies": [1.0, 2.0, 3.0], "two_S": [0, 2, 2], "L": L}
    with pytest.raises(Broken, match=message):
        check_answer("spectrum", QUESTION, answer)


def test_angular_momenta_are_optional_and_no_field_of_other_dots():
    """A program may leave them out; of a box they are dropped like any field that is not known."""
    bare = {"energies": [1.0, 2.0, 3.0], "two_S": [0, 2, 2]}
    assert check_answer("spectrum", QUESTION, bare) == bare
    box = {**QUESTION, "dot": make_dot("none", 3)}
    assert check_answer("spectrum", box, {**bare, "L": "left"}) == bare


def test_a_program_of_boxes_is_not_asked_about_harmonic_dots():
    """The report names the kind that it does not take."""

    class Boxes:
        def spectrum(self, **question):
            raise AssertionError(question)

    with pytest.raises(Unsupported, match="kind 'harmonic-2d' is not among the dots box"):
        Subject(InProcess(Boxes())).ask("spectrum", **QUESTION)


def test_a_certificate_of_a_harmonic_dot_is_refused():
    """Its integrals are irrational, so that no certificate can state them."""
    with pytest.raises(Refusal, match=r"multiples of sqrt\(pi\)"):
        certificate(Case("spectrum", QUESTION))


def test_the_schema_of_reports_knows_every_kind_of_dot():
    """An implementation may declare each in its answer to hello."""
    schema = json.loads(files("qdverify.report").joinpath("report.schema.json").read_text())
    declared = schema["properties"]["implementation"]["properties"]["dots"]["items"]["enum"]
    assert declared == [*KINDS]

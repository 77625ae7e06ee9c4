"""Dots given by integrals in the protocol: rules, exact numbers, and what programs of version 1 see of them."""

import ast
import inspect
import json
import sys
from fractions import Fraction

import numpy as np
import pytest
from rows import over
from rule_pages import stated_rules

from numeric import Dot, IntegralDot
from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.implementations.subprocess_messages import description
from qdverify.protocol import dots, values
from qdverify.protocol.answers import BEYOND_LIMITS, AnswerError, Broken, Unsupported
from qdverify.protocol.case import Case
from qdverify.protocol.harmonic_rules import HARMONIC_RULES
from qdverify.protocol.input_rules import RULES, Kind
from qdverify.protocol.inputs import InvalidInput, as_dot, check_inputs
from qdverify.protocol.integral_rules import INTEGRAL_QUESTIONS, INTEGRAL_RULES
from qdverify.protocol.nested import is_number, items
from qdverify.protocol.sample_dots import INTEGRAL_DOT, make_dot
from qdverify.reference.answers.answer import Refusal
from qdverify.reference.write_certificate import certificate
from qdverify.suite.subject import Subject

ALL = [(rule, example) for rule in INTEGRAL_RULES for example in rule.examples]
IDS = [f"{example.task}: {example.label}" for _, example in ALL]
HELLO = {"protocol": "1", "implementation": {"name": "n", "version": "1"}, "tasks": ["spectrum"]}
WEIGHTED = {"electrons": 0, "levels_from": 1, "levels_to": 1, "weights": [1.0, 2.0, 3.0]}


def is_valid(task, params):
    try:
        check_inputs(task, params)
    except InvalidInput:
        return False
    return True


def test_the_page_states_each_rule_of_integrals_once_and_no_other():
    """The lists of the section are the table's sentences, in its order."""
    assert stated_rules("Rules of dots given by integrals") == [
        rule.sentence for kind in Kind for rule in INTEGRAL_RULES if rule.kind is kind
    ]


@over(("rule", "example"), ALL, ids=IDS)
def test_code_and_table_of_integrals_agree(rule, example):
    """What the table says is refused is refused, and what it says is valid is taken."""
    assert is_valid(example.task, example.params) is (rule.kind is Kind.ANSWERED)


@over(("rule", "example"), ALL, ids=IDS)
def test_each_label_is_unique_within_its_task(rule, example):
    """A label names one example, and a message of a refusal fits a line."""
    assert [other.label for _, other in ALL if other.task == example.task].count(example.label) == 1
    if rule.kind is Kind.REFUSED:
        with pytest.raises(InvalidInput) as refusal:
            check_inputs(example.task, example.params)
        assert len(str(refusal.value)) < 500


def test_every_refusal_of_a_dot_is_asked_for():
    """Each line that raises in the files of dots and values is reached by an example of a table."""
    refused = [
        example
        for rule in (*RULES, *INTEGRAL_RULES, *HARMONIC_RULES)
        if rule.kind is Kind.REFUSED
        for example in rule.examples
    ]
    reached = set()
    for example in refused:
        try:
            check_inputs(example.task, example.params)
        except InvalidInput:
            trace = sys.exc_info()[2]
            while trace.tb_next:
                trace = trace.tb_next
            reached.add((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
    missed = []
    for module in (dots, values):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            lines = (
                {(module.__file__, line) for line in range(node.lineno, node.end_lineno + 1)}
                if isinstance(node, ast.Raise)
                else set()
            )
            if lines and not lines & reached:
                missed.append(ast.unparse(node))
    beyond = {
        "must be at most {MOST_ORBITALS}": "asked with 257 orbitals",
        "must have at most {MOST_TWO_BODY}": "a list too long for a table",
        "must be a non-empty list": "asked of levels and leads, whose shapes are free",
        "must be 'box'": "for parts that take boxes only, not a rule of inputs",
    }
    assert [text for text in missed if not any(words in text for words in beyond)] == []


def test_more_entries_than_the_limit_are_refused():
    """Before any of them is looked at."""
    dot = {**INTEGRAL_DOT, "two_body": [None] * (dots.MOST_TWO_BODY + 1)}
    with pytest.raises(InvalidInput, match="two_body of 1000001 entries must have at most 1000000"):
        dots.check_dot(dot)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
@pytest.mark.parametrize("field", ["core", "one_body", "two_body", "weights", "M_ji"])
def test_numbers_that_are_not_finite_are_refused(field, value):
    """In every place that holds a real number; JSON has none, a caller in Python may."""
    one_body = [[value, 0.0, 0.125], *INTEGRAL_DOT["one_body"][1:]]
    changed = {"core": value, "one_body": one_body, "two_body": [[1, 1, 1, 1, value]], "weights": {"R": [value] * 3}}
    dot = {**INTEGRAL_DOT, field: changed[field]} if field in changed else INTEGRAL_DOT
    weights = {"weights": [1.0, value, 1.0]} if field == "M_ji" else {}
    with pytest.raises(InvalidInput, match="must be finite"):
        check_inputs(
            "transition_probabilities", {"dot": dot, "electrons": 0, "levels_from": 1, "levels_to": 1, **weights}
        )


def test_exact_numbers_are_read_in_every_place_of_the_dot():
    """Strings hold exact rationals; orbital numbers and labels stay integers."""
    one_body = [["-1/3", 0, "0.1"], [0, "-0.5", 0], ["0.1", 0, 0.75]]
    two_body = [[1, 1, 1, 1, "2/3"], [2, 1, 2, 1, "0.1"]]
    dot = {**INTEGRAL_DOT, "core": "1/7", "one_body": one_body, "two_body": two_body, "weights": {"L": ["1/3", 1, 2]}}
    case = Case("transition_probabilities", {"dot": dot, **WEIGHTED, "weights": ["1/9", 1, 0]})
    assert case.exact["dot"]["one_body"][0] == [Fraction(-1, 3), 0, Fraction(1, 10)]
    assert case.exact["dot"]["two_body"] == [[1, 1, 1, 1, Fraction(2, 3)], [2, 1, 2, 1, Fraction(1, 10)]]
    assert all(type(n) is int for entry in case.exact["dot"]["two_body"] for n in entry[:4])
    assert (case.exact["dot"]["core"], case.exact["weights"][0]) == (Fraction(1, 7), Fraction(1, 9))
    assert case.exact["dot"]["weights"]["L"][0] == Fraction(1, 3)
    assert case.exact["dot"]["irreps"] == [1, 2, 1]
    assert case.params["dot"]["two_body"][1] == [2, 1, 2, 1, 0.1]
    assert Case.from_document(json.loads(json.dumps(case.to_document()))) == case


def test_the_kind_of_a_box_changes_nothing():
    """With `kind` "box" the problem, its key and what a program is sent are those of a dot without it."""
    plain = make_dot("contact", 3)
    stated, bare = (
        Case("spectrum", {"dot": dot, "electrons": 2, "levels": 1}) for dot in ({**plain, "kind": "box"}, plain)
    )
    assert stated.key == bare.key
    assert stated.params == bare.params
    assert as_dot({**plain, "kind": "box"}) == plain
    with pytest.raises(InvalidInput, match="must be an object with cutoff, kernel, kind, length"):
        dots.check_dot({"kind": "box", "length": 1.0})


def test_a_valid_dot_keeps_all_its_fields():
    """The optional ones too."""
    assert as_dot(INTEGRAL_DOT) == INTEGRAL_DOT
    bare = {name: INTEGRAL_DOT[name] for name in ("kind", "orbitals", "one_body", "two_body")}
    assert as_dot(bare) == bare
    *orbitals, value = INTEGRAL_DOT["two_body"][1]
    assert (dots.canonical(tuple(orbitals)), value) == ((2, 1, 2, 1), 0.125)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"protocol": "1.2"}, "protocol='1.2' must be '1' or '1.1'"),
        ({"protocol": 1.1}, "protocol=1.1 must be"),
        ({"protocol": ["1"]}, "must be '1' or '1.1'"),
        ({"dots": ["integrals"]}, "takes protocol '1.1', not '1'"),
        ({"protocol": "1.1", "dots": []}, "must be a list of some of box, integrals"),
        ({"protocol": "1.1", "dots": ["ring"]}, "must be a list of some of box, integrals"),
        ({"protocol": "1.1", "dots": "box"}, "must be a list of some of"),
        ({"protocol": "1.1", "dots": [["box"]]}, "must be a list of some of"),
    ],
)
def test_a_wrong_version_or_kind_of_dot_in_hello_is_refused(said, message):
    """Unknown versions, dots beyond version 1, and kinds that do not exist."""
    with pytest.raises(Broken, match=message):
        description({**HELLO, **said})


def test_hello_tells_the_kinds_of_dot():
    """Boxes if nothing is said, in either version."""
    assert description(HELLO).dots == ("box",)
    assert description({**HELLO, "protocol": "1.1"}).dots == ("box",)
    both = description({**HELLO, "protocol": "1.1", "dots": ["integrals", "box"]})
    assert (both.protocol, both.dots) == ("1.1", ("box", "integrals"))


class Asked:
    """Answers spectra and M_ji, and remembers the questions."""

    def __init__(self, **said):
        self.questions = []
        for name, value in said.items():
            setattr(self, name, value)

    def spectrum(self, **question):
        self.questions.append(question)
        return {"energies": [0.0], "two_S": [0]}

    def transition_probabilities(self, **question):
        self.questions.append(question)
        return {"M": [[1.0]]}


def test_a_program_of_version_1_sees_no_difference():
    """It is asked about boxes only, and never with weights."""
    old = Asked()
    subject = Subject(InProcess(old))
    with pytest.raises(Unsupported, match="kind 'integrals' is not among the dots box"):
        subject.ask("spectrum", dot=INTEGRAL_DOT, electrons=0, levels=1)
    with pytest.raises(Unsupported, match="weights are beyond the protocol 1"):
        subject.ask("transition_probabilities", dot=make_dot("none", 3), **WEIGHTED)
    assert old.questions == []


def test_an_implementation_is_asked_for_the_dots_that_it_takes():
    """One that takes integrals only gets those of a box; naming its dots is speaking version 1.1."""
    new = Asked(dots=["integrals"])
    subject = Subject(InProcess(new))
    subject.ask("spectrum", dot=INTEGRAL_DOT, electrons=0, levels=1)
    subject.ask("transition_probabilities", dot=INTEGRAL_DOT, **WEIGHTED)
    subject.ask("spectrum", dot=make_dot("none", 3), electrons=0, levels=1)
    assert [question["dot"] for question in new.questions[:2]] == [INTEGRAL_DOT] * 2
    assert (new.questions[2]["dot"]["kind"], new.questions[2]["dot"]["irreps"]) == ("integrals", [1, 2, 1])
    assert new.questions[1]["weights"] == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("dots_said", [["ring"], [], [1], "box"])
def test_an_object_that_names_no_dots_is_broken(dots_said):
    """The same rule as for a program."""
    with pytest.raises(Broken, match="must be a list of some of"):
        Subject(InProcess(Asked(dots=dots_said)))


def test_the_builtin_uses_weights_in_M_ji():
    """Into an empty dot without interaction M_ji is the square of the weight, orbital by orbital."""
    question = {"dot": make_dot("none", 3), "electrons": 0, "levels_from": 1, "levels_to": 3}
    answer = Subject(InProcess(Builtin())).ask("transition_probabilities", **question, weights=[1.0, -2.0, 0.5])
    assert [row[0] for row in answer["M"]] == pytest.approx([1.0, 4.0, 0.25], abs=1e-14)


def test_certificates_of_what_no_checker_knows_are_refused():
    """Weights of a box must not be dropped in silence; integrals themselves are what a dot of integrals is given by."""
    with pytest.raises(Refusal, match="certificates of M_ji with weights are written for dots given by integrals"):
        certificate(Case("transition_probabilities", {"dot": make_dot("contact", 3), **WEIGHTED}))
    with pytest.raises(Refusal, match="task='interaction_integrals' has no certificates"):
        certificate(Case("interaction_integrals", INTEGRAL_QUESTIONS["interaction_integrals"]))


@over(("rule", "example"), ALL, ids=IDS)
def test_the_builtin_keeps_the_rules_of_integrals(rule, example):
    """It refuses, or answers, as the table says."""
    try:
        getattr(Builtin(), example.task)(**example.params)
    except ValueError:
        answered = False
    else:
        answered = True
    assert answered is (rule.kind is Kind.ANSWERED)


def test_the_builtin_declines_a_dot_that_is_too_large():
    """A valid question beyond its limits, and no invalid one."""
    large = {"kind": "integrals", "orbitals": 65, "one_body": [[0.0] * 65] * 65, "two_body": []}
    half = {**large, "orbitals": 20, "one_body": [[0.0] * 20] * 20}
    for dot, electrons in ((large, 1), (half, 10)):
        with pytest.raises(AnswerError, match="GB") as declined:
            Builtin().spectrum(dot=dot, electrons=electrons, levels=1)
        assert declined.value.code == BEYOND_LIMITS


def test_the_builtin_answers_every_task_on_a_dot_that_it_has_in_common_with_a_box():
    """A box, and the same dot by its integrals: levels, M_ji, integrals, matrices, amplitudes, expectations."""
    box = make_dot("contact", 3, strength=2.0)
    model = IntegralDot.from_box(Dot(1.0, 0.1, 3, "contact", 2.0))
    entries = [[p + 1, q + 1, r + 1, s + 1, model.two_body[p, q, r, s]] for p, q, r, s in np.ndindex(3, 3, 3, 3)]
    dot = {"kind": "integrals", "orbitals": 3, "irreps": [1, 2, 1]}
    dot |= {"one_body": model.one_body.tolist(), "two_body": entries}
    ask = Subject(InProcess(Builtin())).ask
    for task, question in {
        "spectrum": {"electrons": 3, "levels": 4},
        "transition_probabilities": {"electrons": 2, "levels_from": 3, "levels_to": 3, "weights": [1.0, 0.5, -2.0]},
        "interaction_integrals": {"indices": [[1, 1, 1, 1], [1, 2, 1, 2], [1, 3, 2, 2]]},
        "sector_energies": {"electrons": 2, "two_Sz": 2, "levels": 3},
        "hamiltonian_matrix": {"electrons": 3, "two_Sz": 1},
        "expectations": {"electrons": 3, "level": 1},
    }.items():
        one, other = (dict(numbers_of(ask(task, dot=which, **question))) for which in (box, dot))
        assert one.keys() == other.keys()
        assert [other[place] for place in one] == pytest.approx([*one.values()], abs=1e-9)


def numbers_of(answer):
    return [(place, value) for place, value in items(answer) if is_number(value)]

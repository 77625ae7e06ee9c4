"""The table of rules: page, code, builtin implementation, oracle and checks agree on it."""

import ast
import inspect
import sys

import pytest
from rows import over
from rule_pages import stated_rules

from qdverify.faults.kill_table import kill
from qdverify.faults.refusals import REFUSED, REPAIRED
from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.protocol import inputs, rate_equations
from qdverify.protocol.answers import Broken
from qdverify.protocol.case import Case
from qdverify.protocol.conductance_parts_rules import CONDUCTANCE_PARTS_RULES
from qdverify.protocol.counted_rules import COUNTED_RULES
from qdverify.protocol.counting_rules import COUNTING_RULES
from qdverify.protocol.input_rules import RULES, Kind, examples
from qdverify.protocol.inputs import TASKS, InvalidInput, check_inputs
from qdverify.protocol.lead_fields import LEAD_FIELDS_RULES
from qdverify.protocol.lead_response_rules import LEAD_RESPONSE_RULES
from qdverify.protocol.lead_rules import LEAD_RULES
from qdverify.protocol.response_rules import RESPONSE_RULES
from qdverify.protocol.spin_response_rules import SPIN_RESPONSE_RULES
from qdverify.protocol.spin_rules import SPIN_RULES
from qdverify.reference.oracle import oracle
from qdverify.suite.declare import Scope, select
from qdverify.suite.finding import Verdict
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject

ALL = [(rule, example) for rule in RULES for example in rule.examples]
LEAD_EXAMPLES = [
    (rule, example)
    for rule in (
        *LEAD_RULES,
        *SPIN_RULES,
        *RESPONSE_RULES,
        *LEAD_RESPONSE_RULES,
        *SPIN_RESPONSE_RULES,
        *CONDUCTANCE_PARTS_RULES,
        *COUNTED_RULES,
        *COUNTING_RULES,
        *LEAD_FIELDS_RULES,
    )
    for example in rule.examples
]
IDS = [f"{example.task}: {example.label}" for _, example in ALL]
CHECKS = select(["invalid-input"], "quick")
UNTESTED = {
    "task": "a task that does not exist is no input of one that does",
    "no input of": "parameters that are not of the page are free; the oracle refuses them",
    "must be a list": "a list that is none is a shape, which a typed reader refuses by itself",
    "non-empty list": "an empty list of indices is free; empty lists of levels and leads are asked",
}


def answered(task, params, answer):
    """Return whether a task is answered, not refused; any other exception is an error of the test."""
    try:
        answer(task, params)
    except ValueError:
        return False
    return True


def test_the_page_states_each_rule_once_and_no_other():
    """The lists of the section are the table's sentences, in its order."""
    assert stated_rules("Rules") == [rule.sentence for kind in Kind for rule in RULES if rule.kind is kind]


@over(("rule", "example"), ALL, ids=IDS)
def test_code_and_table_agree(rule, example):
    """The rules that are enforced refuse what the table says is refused, and take what it says is valid."""
    if rule.kind is not Kind.FREE:
        assert answered(example.task, example.params, check_inputs) is (rule.kind is Kind.ANSWERED)


@over(("rule", "example"), ALL, ids=IDS)
def test_the_builtin_implementation_keeps_the_rules(rule, example):
    """It refuses, or answers, as the table says."""
    if rule.kind is not Kind.FREE:
        builtin = Builtin()
        found = answered(example.task, example.params, lambda task, params: getattr(builtin, task)(**params))
        assert found is (rule.kind is Kind.ANSWERED)


@over(("rule", "example"), ALL, ids=IDS)
def test_the_oracle_keeps_the_rules(rule, example):
    """So does the oracle, but that a case may hold exact numbers as strings."""
    exact_number = "as a string" in example.label and answered(example.task, params_of(example), check_inputs)
    if rule.kind is not Kind.FREE and not exact_number:
        found = answered(example.task, example.params, lambda task, params: oracle(Case(task, params)))
        assert found is (rule.kind is Kind.ANSWERED)


def params_of(example):
    """Return the params with exact numbers read, or as they are where none can be read."""
    try:
        return Case(example.task, example.params).params
    except ValueError:
        return example.params


def test_every_refusal_in_the_code_is_asked_for():
    """Each line that raises is reached by an example, or named with the reason."""
    raising = {
        (module.__file__, node.lineno): ast.unparse(node)
        for module in (inputs, rate_equations)
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Raise)
    }
    reached = set()
    for rule, example in (*ALL, *LEAD_EXAMPLES):
        if rule.kind is Kind.REFUSED:
            try:
                check_inputs(example.task, example.params)
            except InvalidInput:
                trace = sys.exc_info()[2]
                while trace.tb_next:
                    trace = trace.tb_next
                reached.add((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
    missed = [
        text
        for (file, line), text in raising.items()
        if not reached & {(file, other) for other in range(line, line + 4)}
    ]
    assert [text for text in missed if not any(words in text for words in UNTESTED)] == []


@pytest.mark.parametrize("task", TASKS)
def test_the_suite_asks_every_example(task):
    """All that is refused, and all that is valid, under labels that are unique."""
    for kind, name in ((Kind.REFUSED, f"invalid-input.{task}"), (Kind.ANSWERED, f"invalid-input.valid-{task}")):
        (check,) = (item for item in CHECKS if item.name == name.replace("_", "-"))
        asked = [(trial.label, trial.inputs) for trial in check.trials(Scope())]
        assert asked == [(example.label, example.params) for example in examples(kind, task)]
        assert len({label for label, _ in asked}) == len(asked)


@pytest.mark.parametrize("fault", [*REPAIRED.values(), *REFUSED.values()], ids=lambda fault: fault.name)
def test_a_fault_in_what_is_refused_is_caught(fault):
    """Inputs that are repaired in silence, and valid ones that are refused, by the checks of the task."""
    checks = [*select(["invalid-input"], "quick"), *select(["integral-dots", "harmonic", "counting"], "quick")]
    checks.sort(key=lambda check: "refused" not in check.name)  # the others are asked only if these catch nothing
    assert any(kill(fault, [check], Scope()).checks for check in checks if check.tasks == (fault.method,))


def test_a_program_that_dies_does_not_refuse():
    """A crash is an error, not the refusal that is wanted."""

    class Dying:
        def describe(self):
            return InProcess(Builtin()).describe()

        def answer(self, task, params):
            raise Broken("exit status -11")

        def close(self):
            pass

    findings = run_checks(Subject(Dying()), CHECKS, Scope())
    assert {finding.verdict for finding in findings} == {Verdict.ERROR}


def test_what_is_refused_is_asked_at_its_edge():
    """Zero if a number must be positive, one beyond the last: the nearest input that breaks the rule."""
    refused = {task: {example.label for example in examples(Kind.REFUSED, task)} for task in TASKS}
    for task in ("stationary_state", "current"):
        assert {"kT 0", "negative kT", "negative M", "negative rate", "transition to no level"} <= refused[task]
    for task in ("interaction_integrals", "spectrum", "transition_probabilities"):
        assert {"length 0", "no cutoff", "no orbitals"} <= refused[task]
    assert {"orbital 0", "orbital beyond the basis"} <= refused["interaction_integrals"]
    assert {"a level more than one electron has", "two levels of no electron"} <= refused["spectrum"]

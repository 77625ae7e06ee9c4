"""The suite of invalid inputs: what it sends is invalid, and an answer to it fails."""

import pytest

from qdverify.implementations.inprocess import InProcess
from qdverify.protocol.answers import INTERNAL_ERROR, INVALID_PARAMS, NOT_SUPPORTED, AnswerError, Broken, Unsupported
from qdverify.protocol.inputs import InvalidInput, check_inputs
from qdverify.suite.checks import invalid_input
from qdverify.suite.declare import Scope, all_checks
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject

CHECKS = [check for check in all_checks() if check in invalid_input.refusals.values()]


class Lenient:
    """Answers whatever it is asked."""

    def __init__(self, answer):
        for check in CHECKS:
            setattr(self, check.tasks[0], lambda **_: answer())


class Careful:
    """Refuses what the rules refuse, except for one kind of input."""

    def __init__(self, oversight):
        for check in CHECKS:
            setattr(self, check.tasks[0], self._task(check.tasks[0], oversight))

    def _task(self, task, oversight):
        def answer(**params):
            try:
                check_inputs(task, params)
            except InvalidInput as error:
                if oversight not in str(error):
                    raise
            return {}

        return answer


def verdicts(target):
    return {(f.id, f.case["label"]): str(f.verdict) for f in run_checks(Subject(InProcess(target)), CHECKS, Scope())}


def number():
    return {"C": 0.0}


def crash():
    raise RuntimeError("index out of range")


def test_every_task_has_invalid_inputs():
    """Six tasks, six checks; each input breaks a rule, and all trials of a check have a name of their own."""
    assert len(CHECKS) == 6
    for check in CHECKS:
        trials = list(check.trials(Scope()))
        assert len({trial.label for trial in trials}) == len(trials) >= 5
        assert all(invalid_input.broken_rule(check.tasks[0], trial.inputs) for trial in trials)


def test_a_valid_input_is_none_of_them():
    """The suite cannot take a valid input for an invalid one."""
    with pytest.raises(AssertionError, match="valid inputs"):
        invalid_input.broken_rule("clebsch_gordan_weight", {"two_S_i": 1, "two_S_j": 3})


def test_a_number_for_an_invalid_input_fails():
    """Every single one."""
    assert set(verdicts(Lenient(number)).values()) == {"fail"}


def test_an_error_is_a_refusal():
    """Whatever the error's code."""
    assert set(verdicts(Careful("no such rule")).values()) == {"pass"}
    assert set(verdicts(Lenient(crash)).values()) == {"pass"}


@pytest.mark.parametrize("kind", [Unsupported, Broken])
def test_what_is_no_error_of_the_protocol_is_no_refusal(kind, monkeypatch):
    """A task that is not offered, and a breakdown of the program, end the question."""
    subject = Subject(InProcess(Lenient(number)))

    def ended(*_):
        raise kind("ended")

    monkeypatch.setattr(subject, "ask_invalid", ended)
    with pytest.raises(kind, match="ended"):
        invalid_input.compare_refusal(subject, "clebsch_gordan_weight", {"two_S_i": 1, "two_S_j": 5})


@pytest.mark.parametrize("oversight", ["kT", "must add one electron", "hold no more", "length"])
def test_one_oversight_fails_alone(oversight):
    """The input that is let through fails, all others pass; the report names the rule."""
    findings = run_checks(Subject(InProcess(Careful(oversight))), CHECKS, Scope())
    failed = [finding for finding in findings if finding.verdict == "fail"]
    assert 0 < len(failed) < len(findings)
    assert all(oversight in finding.comparison.reference.origin for finding in failed)


@pytest.mark.parametrize(
    ("code", "ending"), [(NOT_SUPPORTED, Unsupported), (INTERNAL_ERROR, AnswerError), (INVALID_PARAMS, None)]
)
def test_only_what_is_not_supported_is_declined(code, ending, monkeypatch):
    """Valid inputs may be declined as not supported; a refusal fails, any other error ends the question."""
    subject = Subject(InProcess(Lenient(number)))

    def refused(*_, **__):
        raise AnswerError(code, "ended")

    monkeypatch.setattr(subject, "ask", refused)
    question = {"two_S_i": 1, "two_S_j": 2}
    if ending:
        with pytest.raises(ending, match="ended"):
            invalid_input.compare_answer(subject, "clebsch_gordan_weight", question)
    else:
        assert not invalid_input.compare_answer(subject, "clebsch_gordan_weight", question).passed

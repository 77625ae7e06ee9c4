"""What the protocol calls invalid is refused with an error; what it calls valid is answered (protocol.md, "Errors").

The inputs are the examples of `qdverify.protocol.input_rules`. Any error of the protocol is a refusal; a crash, a hang
or a number is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from qdverify.protocol.answers import INVALID_PARAMS, NOT_SUPPORTED, AnswerError, Unsupported
from qdverify.protocol.input_rules import DOT_TASKS, RULES, Kind, Rule, examples
from qdverify.protocol.inputs import TASKS, InvalidInput, check_inputs
from qdverify.protocol.json_types import DotKind, Question
from qdverify.suite.comparators import equal
from qdverify.suite.declare import Check, Scope, Trial, check
from qdverify.suite.finding import Comparison, Stage, exact
from qdverify.suite.of_task import check_of_task
from qdverify.suite.subject import Subject

REFUSED: Final = "refused"
ANSWERED: Final = "answered"


def check_of_examples(
    beginning: str,
    task: str,
    kind: Kind,
    *,
    version: int,
    claim: str,
    equation: str = 'protocol.md, "Errors"',
    table: Sequence[Rule] = RULES,
    require: Callable[[Subject, Question], None] = lambda *_: None,
) -> Check:
    """Return the check that a task refuses, or answers, all examples of one kind in a table of rules.

    Parameters
    ----------
    beginning, version, claim, equation
        As in `check_of_task`.
    require
        Raises `Unsupported` if the implementation cannot be asked.
    """
    compare = compare_refusal if kind is Kind.REFUSED else compare_answer

    def trials(_: Scope) -> Iterator[Trial]:
        return (Trial(example.label, example.params) for example in examples(kind, task, table))

    @check_of_task(beginning, task, version=version, claim=claim, equation=equation, trials=trials)
    def compared(subject: Subject, trial: Trial) -> Iterator[Comparison]:
        require(subject, trial.inputs)
        yield compare(subject, task, trial.inputs)

    return compared


def checks_of_dots(suite: str, dots: str, kind: DotKind, table: Sequence[Rule]) -> Iterator[Check]:
    """Yield the checks that rules of one kind of dot are kept by all tasks on a dot; only who takes such dots is asked.

    Parameters
    ----------
    suite
        Their suite.
    dots
        What such dots are called.
    kind
        Their kind in the protocol.
    table
        Their rules.
    """
    equation = f'protocol.md, "Rules of {dots}"'
    for task in DOT_TASKS:
        yield check_of_examples(
            f"{suite}.refused-",
            task,
            Kind.REFUSED,
            version=1,
            claim=f"Inputs of {task} that break a rule of {dots} are refused with an error",
            equation=equation,
            table=table,
            # a question of another kind is not put to them by `ask`
            require=lambda subject, _: subject.require_kind(kind),
        )
        yield check_of_examples(
            f"{suite}.answered-",
            task,
            Kind.ANSWERED,
            version=1,
            claim=f"Inputs of {task} about {dots} that are unusual and valid are answered, not refused",
            equation=equation,
            table=table,
        )


def _refuses(task: str) -> Check:
    return check_of_examples(
        "invalid-input.",
        task,
        Kind.REFUSED,
        version=2,
        claim=f"Inputs of {task} that the protocol calls invalid are refused with an error",
        require=lambda subject, params: subject.require_told(task, params),
    )


def _answers(task: str) -> Check:
    return check_of_examples(
        "invalid-input.valid-",
        task,
        Kind.ANSWERED,
        version=1,
        claim=f"Inputs of {task} that are unusual and valid are answered, not refused",
    )


def compare_refusal(subject: Subject, task: str, params: Question) -> Comparison:
    """Return whether invalid inputs are refused."""
    try:
        outcome, note = f"answered {subject.ask_invalid(task, params)!r}"[:200], ""
    except AnswerError as error:
        outcome, note = REFUSED, f"error {error.code}: {error}"
    return equal(outcome, exact(REFUSED, broken_rule(task, params)), note=note)


def compare_answer(subject: Subject, task: str, params: Question) -> Comparison:
    """Return whether valid inputs are answered."""
    try:
        subject.ask(task, **params)
        outcome, note = ANSWERED, ""
    except AnswerError as error:
        if error.code == NOT_SUPPORTED:
            raise Unsupported(f"{task} is not supported there: {error}") from None
        if error.code != INVALID_PARAMS:
            raise
        outcome, note = REFUSED, f"error {error.code}: {error}"
    return equal(outcome, exact(ANSWERED, "the protocol calls these inputs valid"), note=note)


def broken_rule(task: str, params: Question) -> str:
    """Return the rule of the protocol that the inputs break."""
    try:
        check_inputs(task, params)
    except InvalidInput as error:
        return str(error)
    raise AssertionError(f"{params} are valid inputs of {task}")


def rules_of(task: str, suite: str, table: Sequence[Rule], *, name: str = "rules", version: int = 1) -> Check:
    """Return the check that an optional task refuses what breaks a rule of a table, and answers what does not."""

    def trials(_: Scope) -> Iterator[Trial]:
        for rule in table:
            for example in rule.examples:
                if example.task == task:
                    inputs = {"question": example.params, "refused": rule.kind is Kind.REFUSED}
                    yield Trial(example.label, inputs)

    @check(
        f"{suite}.{name}@{version}",
        suite=suite,
        stage=Stage.CURRENT,
        claim=f"Inputs of {task} that the protocol calls invalid are refused, and unusual ones that are valid are not",
        equation='protocol.md, "Errors"',
        tasks=(task,),
        trials=trials,
    )
    def rules(subject: Subject, trial: Trial) -> Iterator[Comparison]:
        compare = compare_refusal if trial.inputs["refused"] else compare_answer
        yield compare(subject, task, trial.inputs["question"])

    return rules


refusals = {task: _refuses(task) for task in TASKS}
valid = {task: _answers(task) for task in TASKS}

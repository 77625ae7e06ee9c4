"""Questions that are asked twice: hidden state is found, rounding is not taken for it."""

import random
import time

from qdverify.implementations.inprocess import InProcess
from qdverify.protocol.inputs import check_inputs
from qdverify.protocol.sample_questions import QUESTIONS
from qdverify.suite.checks import determinism
from qdverify.suite.declare import Scope, all_checks
from qdverify.suite.runner import run_checks, try_check
from qdverify.suite.subject import Subject

ALL = [check for check in all_checks() if check.suite in ("spin", "determinism")]
CHECKS = [check for check in ALL if check.suite == "determinism"]
REPEATS = list(determinism.repeated.values())


class Weights:
    """Answers one task; `error` may depend on how often it was asked."""

    def __init__(self, error=lambda asked: 0.0):
        self.asked = 0
        self.error = error

    def clebsch_gordan_weight(self, *, two_S_i, two_S_j):
        self.asked += 1
        right = (two_S_j + 1) / (2 * (two_S_i + 1)) if abs(two_S_i - two_S_j) == 1 else 0.0
        return {"C": right + self.error(self.asked)}


def verdicts(target, checks):
    findings = run_checks(Subject(InProcess(target)), checks, Scope())
    return {str(f.verdict) for f in findings if f.suite == "determinism" and f.verdict != "unsupported"}


def test_the_checks_come_last():
    """A share of all questions can be asked again only when all were asked."""
    suites = [check.suite for check in all_checks()]
    assert set(suites[suites.index("determinism") :]) == {"determinism"}


def test_answers_that_repeat_pass():
    """With the suite before it, and alone."""
    assert verdicts(Weights(), ALL) == {"pass"}
    assert verdicts(Weights(), CHECKS) == {"pass"}


def test_rounding_is_no_hidden_state():
    """Answers may differ within the accuracy that is claimed."""
    choose = random.Random(0)
    assert verdicts(Weights(lambda _: choose.uniform(-4e-13, 4e-13)), ALL) == {"pass"}


def test_hidden_state_is_found():
    """An answer that drifts with the number of questions does not repeat, however small the steps."""
    assert verdicts(Weights(lambda asked: 1e-11 * asked), ALL) == {"fail"}


def test_a_share_is_asked_again_with_every_task_in_it():
    """About one question in twenty, beside the fixed one."""
    target = Weights()
    subject = Subject(InProcess(target))
    run_checks(subject, [check for check in ALL if check.suite == "spin"], Scope())
    asked = target.asked
    run_checks(subject, REPEATS, Scope())
    questions = len(subject.remembered("clebsch_gordan_weight"))
    assert asked + 2 <= target.asked <= asked + 3 + questions * determinism.SHARE + 1


def asked_again(seed, questions=60):
    """Return the questions that are asked once more, of so many that were asked before."""
    target = Weights()
    subject = Subject(InProcess(target))
    for two_S in range(questions):
        subject.ask("clebsch_gordan_weight", two_S_i=two_S, two_S_j=two_S + 1)
    check = determinism.repeated["clebsch_gordan_weight"]
    (trial,) = (trial for trial in check.trials(Scope(seed=seed)) if "question" not in trial.inputs)
    notes = [finding.comparison.note for finding in try_check(subject, check, trial)]
    assert target.asked == questions + len(notes)
    return notes


def test_one_question_in_twenty_is_asked_again_and_the_seed_says_which():
    """Three of sixty, others at every seed, and not simply the first ones."""
    drawn = [asked_again(seed) for seed in range(8)]
    assert {len(notes) for notes in drawn} == {3}
    assert len({tuple(sorted(notes)) for notes in drawn}) == 8


def test_how_long_answers_take_decides_nothing(monkeypatch):
    """The same questions are asked again on a machine that other work slows down."""
    drawn = asked_again(0)
    slow = iter(range(10**9))
    for clock in ("perf_counter", "monotonic", "process_time"):
        monkeypatch.setattr(time, clock, lambda: float(next(slow)))
    assert asked_again(0) == drawn


def test_the_fixed_questions_are_valid():
    """None of them breaks a rule of the protocol."""
    for task, params in QUESTIONS.items():
        check_inputs(task, params)

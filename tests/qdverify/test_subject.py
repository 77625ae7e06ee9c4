"""The implementation under test as the checks see it: tolerances, limits and what is remembered."""

import pytest

from qdverify.implementations.inprocess import InProcess
from qdverify.protocol.answers import Broken, Unsupported
from qdverify.suite.arranged import ascending
from qdverify.suite.subject import Subject

DOT = {"length": 1.0, "cutoff": 0.0, "orbitals": 3, "kernel": "contact", "strength": 1.0}


class Levels:
    """Answers spectra and weights, and counts what it is asked."""

    def __init__(self, accuracy=None, limits=None, energies=(1.0, 2.0, 3.0)):
        self.accuracy, self.limits, self.energies = accuracy or {}, limits or {}, energies
        self.asked = []

    def spectrum(self, **question):
        self.asked.append(question)
        return {"energies": list(self.energies), "two_S": [0, 2, 0]}

    def clebsch_gordan_weight(self, *, two_S_i, two_S_j):
        return {"C": two_S_i + two_S_j / 10}


def subject(**how):
    return Subject(InProcess(Levels(**how)))


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        (1e-6, 4e-6),
        ({"absolute": 1e-6}, 3e-5),
        ({"relative": 1e-6, "absolute": 1e-8}, 4e-6),
        ({"relative": 1e-8, "absolute": 1e-6}, 3e-5),
    ],
)
def test_a_tolerance_is_the_claim_times_scale_and_condition(claim, value):
    """The larger of the relative and the absolute allowance, never their sum; conditions may differ."""
    tried = subject(accuracy={"spectrum": claim})
    found = tried.tolerance("spectrum", -2.0, condition=2.0, natural=10.0, absolute_condition=3.0)
    assert found.value == pytest.approx(value, rel=1e-12)
    assert tried.tolerance("spectrum", 2.0).value == pytest.approx(
        max(2.0 * tried.accuracy("spectrum").relative, 2.0 * tried.accuracy("spectrum").absolute), rel=1e-12
    )


@pytest.mark.parametrize("claim", [1e-13, 1e-5])
def test_a_claim_stands_in_place_of_the_default(claim):
    """A finer and a coarser one alike: nobody is held to less than what is claimed."""
    assert subject(accuracy={"spectrum": claim}).tolerance("spectrum").value == claim


def test_a_case_at_a_limit_is_asked():
    """Only what exceeds it is not."""
    tried = subject(limits={"orbitals": 3, "electrons": 2})
    assert tried.ask("spectrum", dot=DOT, electrons=2, levels=3)
    for exceeding in ({"dot": {**DOT, "orbitals": 4}, "electrons": 2}, {"dot": DOT, "electrons": 3}):
        with pytest.raises(Unsupported, match="beyond the limit"):
            tried.ask("spectrum", levels=3, **exceeding)


def test_questions_that_differ_in_a_value_are_different_questions():
    """Each gets its own answer, though their fields have the same names."""
    tried = subject()
    assert tried.ask("clebsch_gordan_weight", two_S_i=1, two_S_j=2)["C"] == pytest.approx(1.2)
    assert tried.ask("clebsch_gordan_weight", two_S_i=3, two_S_j=2)["C"] == pytest.approx(3.2)


def test_a_question_that_is_asked_again_is_asked():
    """The memory answers for `ask` only."""
    target = Levels()
    tried = Subject(InProcess(target))
    question = {"dot": DOT, "electrons": 2, "levels": 3}
    tried.ask("spectrum", **question)
    tried.ask("spectrum", **question)
    assert len(target.asked) == 1
    tried.ask_again("spectrum", **question)
    assert len(target.asked) == 2


def test_an_answer_of_another_shape_is_off_the_protocol():
    """Too many levels as well as too few; the answer is checked before a check sees it."""
    for levels in (2, 4):
        with pytest.raises(Broken, match="must be a list"):
            subject().ask("spectrum", dot=DOT, electrons=2, levels=levels)


def test_a_task_is_supported_if_all_of_it_is_offered():
    """Two tasks are not supported if one of them is missing."""
    tried = subject()
    assert tried.supports("spectrum", "clebsch_gordan_weight")
    assert not tried.supports("spectrum", "current")


@pytest.mark.parametrize(("descent", "sorted_"), [(0.9e-9, True), (1.1e-9, False), (5e-9, False), (5e-8, False)])
def test_levels_are_sorted_within_the_accuracy_alone(descent, sorted_):
    """A descent by more stays to be seen."""
    assert bool(ascending([1.0, 1.0 + descent, 1.0], 1e-9)) is sorted_
    energies = (100.0, 100.0 * (1.0 + descent), 100.0)
    answer = subject(energies=energies).ask("spectrum", dot=DOT, electrons=2, levels=3)
    assert (answer["energies"][1] == 100.0) is sorted_
    assert answer["two_S"] == ([0, 0, 2] if sorted_ else [0, 2, 0])


def test_what_ends_a_process_is_a_breakdown():
    """`SystemExit` in a task is off the protocol, not a task that is not offered."""

    class Leaving(Levels):
        def clebsch_gordan_weight(self, **_):
            raise SystemExit(0)

    with pytest.raises(Broken, match="SystemExit"):
        Subject(InProcess(Leaving())).ask("clebsch_gordan_weight", two_S_i=1, two_S_j=2)


def test_an_implementation_that_raises_is_broken():
    """Whatever an implementation of another kind lets through, beside the errors of the protocol, is a breakdown."""

    class Raising:
        def describe(self):
            return InProcess(Levels()).describe()

        def answer(self, task, params):
            raise MemoryError

        def close(self):
            pass

    with pytest.raises(Broken, match="MemoryError"):
        Subject(Raising()).ask("clebsch_gordan_weight", two_S_i=1, two_S_j=2)

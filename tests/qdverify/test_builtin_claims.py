"""The builtin vouches for every number that it tells: what it cannot compute to its claim it declines, in words."""

import random

import pytest
from oracle_program import FromTheOracle

import numeric
from numeric.scaled import from_float
from qdverify.implementations import builtin_claims
from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.protocol.answers import BEYOND_LIMITS, NOT_CONVERGED, AnswerError, check_answer
from qdverify.protocol.sample_dots import make_dot
from qdverify.protocol.sample_questions import QUESTIONS
from qdverify.suite.checks.of_devices import SUITES, compared
from qdverify.suite.exact.device_cases import as_question
from qdverify.suite.exact.far_cases import cold_and_slow
from qdverify.suite.subject import Subject

DECADES = (3.0, 40.0, 90.0)
"""By how many powers of ten rates of leads, and M_ji, differ."""


def extreme(seed, decades):
    """Return a device whose leads, spins and transitions differ by many powers of ten, at levels 50 kT apart or so."""
    choose = random.Random(f"{seed} {decades}")

    def size():
        return 10.0 ** -choose.uniform(0.0, decades)

    device = cold_and_slow()
    kT = device["kT"]
    names = [lead["name"] for lead in device["leads"]]
    leads = [{**lead, "rate": {"up": size(), "down": size()}} for lead in device["leads"]]
    if seed % 2:
        leads = [{name: value for name, value in lead.items() if name != "kT"} for lead in leads]
    levels = [{**level, "energy": level["energy"] + kT * choose.uniform(-50.0, 50.0)} for level in device["levels"]]
    transitions = [{**item, "M": {name: size() for name in names}} for item in device["transitions"]]
    return {**device, "leads": leads, "levels": levels, "transitions": transitions, "theta": device["theta"][:3]}


def outcome(program, task, question):
    """Return whether every comparison with the exact answer passes; the code of the error of a declined question."""
    try:
        return all(one.passed for one in compared(Subject(InProcess(program)), task, question))
    except AnswerError as declined:
        return declined.code


@pytest.mark.parametrize("task", SUITES)
def test_what_is_told_of_extreme_devices_is_right(task):
    """Whatever is not declined passes the judge, as the oracle does: and not all is declined."""
    told = []
    for decades in DECADES:
        for seed in range(4):
            question = as_question(task, extreme(seed, decades))
            found = outcome(Builtin(), task, question)
            assert found in {True, NOT_CONVERGED, BEYOND_LIMITS}, (decades, seed, found)
            assert outcome(FromTheOracle(task), task, question) is True, (decades, seed)
            told.append(found)
    assert True in told


@pytest.mark.parametrize("task", ["cumulants", "lead_cumulants", "lead_response"])
def test_numbers_between_very_different_rates_are_told(task):
    """None is declined: what strong exchange counts in and out again is not in the sums. The judge knows their size."""
    for decades in DECADES[1:]:
        for seed in range(4, 8):
            assert outcome(Builtin(), task, as_question(task, extreme(seed, decades))) is True, (decades, seed)


def test_a_cumulant_lost_beside_strong_exchange_fails():
    """Twice a current of 1e-113 is wrong, though the leads exchange electrons at 1e-10."""

    class Doubled(Builtin):
        def lead_cumulants(self, **question):
            return {"cumulants": [2 * value for value in super().lead_cumulants(**question)["cumulants"]]}

    question = as_question("lead_cumulants", extreme(11, 90))
    assert 0 < abs(Builtin().lead_cumulants(**question)["cumulants"][0]) < 1e-100
    found = list(compared(Subject(InProcess(Doubled())), "lead_cumulants", question))
    assert [one.passed for one in found] == [False, False, False]


OF_DEVICES = [(task, as_question(task, cold_and_slow())) for task in SUITES]
OF_TWO_LEADS = [
    (task, QUESTIONS["current"])
    for task in ("stationary_state", "current", "resolved_current", "differential_conductance", "noise")
]
OF_DOTS = [("spectrum", {"dot": make_dot("soft-coulomb", 5), "electrons": 3, "levels": 2})]


@pytest.mark.parametrize(
    ("task", "question"),
    [*OF_DEVICES, *OF_TWO_LEADS, *OF_DOTS],
    ids=lambda value: value if isinstance(value, str) else "asked",
)
def test_every_task_compares_its_bounds_with_the_claim(task, question, monkeypatch):
    """At a claim that no double can keep, every task declines; the message names quantity, error and claim."""
    builtin = InProcess(Builtin())
    check_answer(task, question, builtin.answer(task, question))
    monkeypatch.setattr(builtin_claims, "CLAIMED", 1e-30)
    with pytest.raises(AnswerError, match=r"known to .*: the accuracy claimed is 1e-30") as caught:
        builtin.answer(task, question)
    assert caught.value.code == NOT_CONVERGED


def test_a_number_beyond_doubles_is_declined():
    """Valid inputs whose answer is none, as it is too large, or whose exponents are."""
    builtin, question = InProcess(Builtin()), QUESTIONS["current"]
    huge = [{**lead, "rate": 1e308} for lead in question["leads"]]
    strong = [{**item, "M": 1e200} for item in question["transitions"]]
    for wrong, words in (
        ({"leads": huge, "transitions": strong}, "exceeds float64"),
        ({"kT": 1e-20}, "at kT=1e-20 is too large"),
    ):
        with pytest.raises(AnswerError, match=words) as caught:
            builtin.answer("current", {**question, **wrong})
        assert caught.value.code == BEYOND_LIMITS


@pytest.mark.parametrize("task", ["cumulants", "lead_cumulants"])
@pytest.mark.parametrize("bias", [1e-12, 1e-6, 1e-3])
def test_third_cumulants_near_rest_are_compared_with_what_errors_of_the_rates_make_of_them(task, bias):
    """They vanish with the bias, and their errors do not: the judge takes their derivatives by the rates."""
    kT = QUESTIONS["current"]["kT"]
    left, right = QUESTIONS["current"]["leads"]
    question = {**QUESTIONS["current"], "leads": [{**left, "mu": bias * kT}, {**right, "mu": 0.0}]}
    if task == "lead_cumulants":
        question["counted"] = ["L"]
    assert outcome(Builtin(), task, question) is True


@pytest.mark.parametrize(("value", "error"), [(float("nan"), float("nan")), (1.0, float("nan")), (0.0, float("nan"))])
def test_what_is_not_known_at_all_is_declined(value, error):
    """NaN is no number, and no bound."""
    lost = numeric.Estimate(*(from_float([number]) for number in (value, error)))
    with pytest.raises(AnswerError, match="the accuracy claimed is"):
        builtin_claims.told("dI_dV", lost)


@pytest.mark.parametrize("task", ["lead_currents", "heat_currents", "conductance_parts", "lead_cumulants"])
@pytest.mark.parametrize("nominal", [5e-324, 1e-9, 1.7e308])
def test_a_temperature_that_no_lead_has_does_not_matter(task, nominal):
    """All leads have their own: answers of the builtin are what they are at any other, to the last bit."""
    question = as_question(task, cold_and_slow())
    leads = [{**lead, "kT": lead.get("kT", 0.75 * question["kT"])} for lead in question["leads"]]
    usual, odd = (Builtin().__getattribute__(task)(**{**question, "leads": leads, "kT": kT}) for kT in (1.0, nominal))
    assert usual == odd

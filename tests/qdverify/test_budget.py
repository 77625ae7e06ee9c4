"""A budget of seconds is kept: asked for all the way through every task, and the refusal says what would be needed."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import count

import numpy as np
import pytest
from flint import arb, ctx
from forgotten_references import forget_references
from numpy.typing import NDArray
from random_integrals import random_integrals

from qdverify.certificate.check import check
from qdverify.certificate.grammar import MOST_EXPONENT, RejectedError
from qdverify.protocol.case import Case
from qdverify.reference.enclosure import budget, eigenvalues, integral_levels, levels, order
from qdverify.reference.enclosure.budget import (
    OutOfTime,
    check_time,
    expected_seconds,
    limit_seconds,
    measured,
    paced,
)
from qdverify.reference.enclosure.moments import enclosed_moments
from qdverify.reference.oracle import Refusal, oracle
from qdverify.reference.write_certificate import certificate
from qdverify.reference.write_from_dot import certificate_from_dot

DOT = {"length": "1", "cutoff": "1/10", "orbitals": 4, "kernel": "soft-coulomb", "strength": "3"}
FREE = {**DOT, "kernel": "constant"}
CHAIN = {
    "levels": [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": "1/8", "two_S": 1}],
    "transitions": [{"from": 0, "to": 1, "M": 1}],
    "leads": [{"name": "L", "rate": 1, "mu": 0.25}, {"name": "R", "rate": 2, "mu": -0.25}],
    "kT": 0.0625,
    "gate": 0,
}
PAIR = {"electrons": 2, "levels_from": 2, "levels_to": 2}
TASKS = {
    "weight": ("clebsch_gordan_weight", {"two_S_i": 1, "two_S_j": 2}),
    "integrals": ("interaction_integrals", {"dot": DOT, "indices": [[1, 1, 2, 2]]}),
    "rational integrals": ("interaction_integrals", {"dot": FREE, "indices": [[1, 1, 2, 2]]}),
    "spectrum": ("spectrum", {"dot": DOT, "electrons": 2, "levels": 3}),
    "exact spectrum": ("spectrum", {"dot": FREE, "electrons": 2, "levels": 3}),
    "transitions": ("transition_probabilities", {"dot": DOT, **PAIR}),
    "exact transitions": ("transition_probabilities", {"dot": FREE, "electrons": 1, "levels_from": 1, "levels_to": 3}),
    "populations": ("stationary_state", CHAIN),
    "current": ("current", CHAIN),
}
FROM_DOT = {"dot": DOT, "electrons": 1, "levels": [1, 2], "kT": "1/4", "gate": "5"}
LEADS = [{"name": "L", "rate": "1", "mu": "1"}, {"name": "R", "rate": "2", "mu": "-1"}]


class Ticks:
    """A clock that a reading advances by one second."""

    def __init__(self) -> None:
        self.readings = count(1)
        self.last = 0

    def __call__(self) -> float:
        self.last = next(self.readings)
        return float(self.last)


@pytest.fixture
def ticks(monkeypatch: pytest.MonkeyPatch) -> Ticks:
    """Count readings instead of seconds, and forget what earlier questions have found."""
    clock = Ticks()
    monkeypatch.setattr(budget, "monotonic", clock)
    forget_references()
    return clock


def readings_of(work: Callable[[float], object], clock: Ticks) -> int:
    """Return how often the clock is read if there is time enough."""
    before = clock.last
    work(1e9)
    return clock.last - before


@pytest.mark.parametrize("name", TASKS)
def test_every_task_is_refused_as_soon_as_the_budget_is_spent(name: str, ticks: Ticks) -> None:
    """Whenever the time runs out, the next look at the clock is the last, and the refusal names budget and work."""
    task, inputs = TASKS[name]
    needed = readings_of(lambda seconds: oracle(Case(task, inputs), seconds=seconds), ticks)
    assert needed >= 2
    last = needed - 2  # one reading begins the budget, and spends nothing
    for share in (0, last // 3, 2 * last // 3, last):
        forget_references()
        before = ticks.last
        seconds = share + 0.5
        with pytest.raises(
            Refusal, match=rf"seconds={seconds:g} do not suffice: more than .* are needed, counted while [a-z]+ing "
        ):
            oracle(Case(task, inputs), seconds=seconds)
        assert ticks.last - before <= share + 2


WRITERS: dict[str, Callable[[float], object]] = {
    "spectrum": lambda seconds: certificate(Case(*TASKS["spectrum"]), seconds=seconds),
    "transitions": lambda seconds: certificate(Case(*TASKS["transitions"]), seconds=seconds),
    "current": lambda seconds: certificate(Case(*TASKS["current"]), seconds=seconds),
    "from the dot": lambda seconds: certificate_from_dot("current", {**FROM_DOT, "leads": LEADS}, seconds=seconds),
}


@pytest.mark.parametrize("name", WRITERS)
def test_certificates_are_refused_as_soon_as_the_budget_is_spent(name: str, ticks: Ticks) -> None:
    """The budget covers search, proof, writing and the checker's own work, which is stopped too."""
    write = WRITERS[name]
    needed = readings_of(write, ticks)
    complaints = set()
    for share in (0, needed // 2, needed - 2):
        forget_references()
        before = ticks.last
        with pytest.raises(Refusal, match=r"do not suffice: more than .* are needed") as refused:
            write(share + 0.5)
        assert ticks.last - before <= share + 2
        complaints.add(str(refused.value).rsplit("counted while ", maxsplit=1)[-1])
    assert "checking the certificate" in complaints


def test_a_nested_call_keeps_the_budget_of_the_outer_one() -> None:
    """A call without a limit of its own does not lift the one around it."""
    clock = Ticks()
    with limit_seconds(3.0, clock), limit_seconds(None):
        for _ in range(3):
            check_time("waiting")
        with pytest.raises(OutOfTime, match="seconds=3 "):
            check_time("waiting")


def test_the_refusal_of_a_loop_extrapolates_from_what_is_done() -> None:
    """Ten steps of a second each, of which three are done, need ten seconds; twice heavier ones count twice."""
    times = iter([0.0, 0.0, 1.0, 2.0, 3.0])
    with limit_seconds(2.5, lambda: next(times)), pytest.raises(OutOfTime, match="more than 10 are needed, counted"):
        list(paced(range(10), "walking"))
    times = iter([0.0, 0.0, 3.0])
    with limit_seconds(2.5, lambda: next(times)), pytest.raises(OutOfTime, match="more than 9 are needed"):
        list(paced([1, 2], "walking", lambda weight: weight))
    assert list(paced(range(3), "walking")) == [0, 1, 2]


def test_what_cannot_be_interrupted_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """An eigensolve or an integral that alone is longer than the rest of the budget is refused before it starts."""
    solved = []
    monkeypatch.setattr(levels, "lowest", lambda *_: solved.append(1))
    with limit_seconds(5.0, lambda: 0.0):
        check_time("diagonalising", needed=4.9)
        with pytest.raises(OutOfTime, match="more than 6 are needed, counted while diagonalising"):
            check_time("diagonalising", needed=6.0)
        with ctx.workprec(64), pytest.raises(OutOfTime, match="integrating moment 0 of 4"):
            enclosed_moments(Fraction(1, 17), 4, bits=100_000)
    assert not solved


def test_the_checker_may_be_stopped_but_not_made_to_accept() -> None:
    """An exception of the caller's own passes through the checker; those that mean a bad file are still rejections."""
    document = certificate(Case(*TASKS["spectrum"]))

    def stop() -> None:
        raise StopIteration

    def fail() -> None:
        raise ArithmeticError("no proof")

    with pytest.raises((StopIteration, RuntimeError)):
        check(document, stop)
    with pytest.raises(RejectedError, match="no proof"):
        check(document, fail)
    calls: list[int] = []
    assert check(document, lambda: calls.append(1)) == {"energies": 3}
    assert len(calls) > len(document["values"]["energies"])


def test_small_probabilities_are_stated_within_what_the_checker_reads() -> None:
    """At kT = 1e-9 rates reach below 1e-1000000000: they are stated as zero with a radius, and the certificate ends."""
    document = certificate_from_dot("current", {**FROM_DOT, "leads": LEADS, "kT": "1/1000000000", "gate": "0"})
    (entering,) = document["values"]["rates"][0][0]
    assert entering["R"]["in"] == {"mid": "0", "rad": f"1e-{MOST_EXPONENT}"}
    assert check(document)["I_L"] == 1


def test_a_temperature_that_energies_do_not_reach_is_refused() -> None:
    """At kT = 1e-36 the digits of the energies leave every rate open: a refusal, not an overflow."""
    with pytest.raises(Refusal, match=r"is not proven|digits"):
        certificate_from_dot("current", {**FROM_DOT, "leads": LEADS, "kT": f"1/{10**36}", "gate": "0"})


SAMPLES = eigenvalues.SAMPLES * [eigenvalues.SAMPLE]


class Slow:
    """A clock that only eigensolves advance, by seconds that grow with the rows; the sizes of those that were begun."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, busy_after: int = 1000) -> None:
        self.now = 0.0
        self.begun: list[int] = []
        solve = eigenvalues._enclose

        def slow(matrix: NDArray[np.float64], error: arb | float, *, sharp: bool) -> eigenvalues.Eigenvalues:
            self.begun.append(len(matrix))
            self.now += 2e-8 * len(matrix) ** 2.7 * (20.0 if len(self.begun) > busy_after else 1.0)
            return solve(matrix, error, sharp=sharp)

        monkeypatch.setattr(eigenvalues, "_enclose", slow)
        monkeypatch.setattr(budget, "monotonic", lambda: self.now)
        order.enclosed_levels.cache_clear()
        integral_levels.locate_integrals.cache_clear()


def ask_for_integrals(orbitals: int, electrons: int, seconds: float) -> None:
    h, entries = random_integrals(orbitals, 3)
    dot = {"kind": "integrals", "orbitals": orbitals, "one_body": h, "two_body": entries}
    oracle(Case("spectrum", {"dot": dot, "electrons": electrons, "levels": 2}), seconds=seconds)


def test_a_budget_too_small_for_the_blocks_is_refused_before_any_is_diagonalised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A small matrix tells the pace: 70, 336 and 378 rows need more than 0.2 s, and none of them is begun."""
    clock = Slow(monkeypatch)
    with pytest.raises(Refusal, match=r"seconds=0.2 do not suffice: more than 0.[23]\d* .* every block of 4"):
        ask_for_integrals(8, 4, 0.2)
    assert clock.begun == SAMPLES
    assert clock.now < 0.2


def test_a_budget_is_kept_by_a_machine_that_becomes_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pace of the last block, and not of the first one, tells that there is no time for the largest."""
    clock = Slow(monkeypatch, busy_after=4)
    with pytest.raises(Refusal, match=r"seconds=3 do not suffice: more than \d\.?\d* are needed"):
        ask_for_integrals(8, 4, 3.0)
    assert clock.begun == [*SAMPLES, 70, 336]
    assert clock.now < 3.0


def test_a_budget_that_suffices_is_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block is diagonalised once, the small ones first."""
    clock = Slow(monkeypatch)
    ask_for_integrals(8, 4, 0.5)
    assert clock.begun == [*SAMPLES, 70, 336, 378]


def test_the_fastest_of_several_samples_tells_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sample that was held up by other programs does not make a question look too long."""
    clock = Slow(monkeypatch, busy_after=2)
    with limit_seconds(100.0):
        expected = eigenvalues.expected_seconds_of_all([400])
    assert clock.begun == SAMPLES
    assert expected == pytest.approx(2e-8 * eigenvalues.SAMPLE**2.7 * (400 / eigenvalues.SAMPLE) ** 2.5)


@pytest.mark.parametrize("tells", [True, False])
def test_the_pace_of_a_step_tells_whether_there_is_time_for_the_next(tells: bool) -> None:
    """One second for ten units: twenty take two, which are not left; a step that is too small tells nothing."""
    times = iter([0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 2.0] if tells else [0.0, 0.0, 0.0])
    with limit_seconds(2.5, lambda: next(times)):
        with measured("step", 10.0, "walking", tells=tells):
            pass
        assert expected_seconds("step", 20.0) == (2.0 if tells else 0.0)
        if tells:
            with pytest.raises(OutOfTime, match="more than 3 are needed"), measured("step", 20.0, "walking"):
                raise AssertionError
        else:
            with measured("step", 20.0, "walking", tells=False):
                pass


def begun_of(items: Iterator[int], begun: list[int]) -> None:
    """Note each item when it is yielded."""
    for item in items:
        begun.append(item)


@pytest.mark.parametrize(("long", "done"), [(True, 3), (False, 4)])
def test_a_long_item_is_not_begun_if_it_would_outlast_the_budget(long: bool, done: int) -> None:
    """Three of ten items of a second each are done: a fourth would end after 3.5 seconds."""
    times = iter([0.0, 0.0, 1.0, 2.0, 3.0, 4.0])
    begun: list[int] = []
    with limit_seconds(3.5, lambda: next(times)), pytest.raises(OutOfTime, match="more than 10 are needed"):
        begun_of(paced(range(10), "walking", long=long), begun)
    assert begun == [*range(done)]

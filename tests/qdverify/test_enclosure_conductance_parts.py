"""The oracle's parts of dI/dV: balls that hold the exact numbers, of either sign of the bias, cold, and without one."""

from random import Random

import pytest
from flint import arb, ctx
from mpmath import mp, workdps

from analytic import conductance_parts_exact
from qdverify.protocol.case import Case
from qdverify.protocol.conductance_parts_rules import PARTS_QUESTION, TASK
from qdverify.reference.answers.answer import Refusal
from qdverify.reference.enclosure import bias_slope
from qdverify.reference.enclosure.conductance_parts import _parts
from qdverify.reference.oracle import oracle
from qdverify.suite.exact.conductance_parts import exchanged, random_parts_case, weak_level


def inside(ball, value, digits, size):
    """Return whether a ball holds a number, and is small beside it, or beside what it is made of if it is 0."""
    with workdps(60):
        mid, rad = mp.mpf(str(ball.mid)), mp.mpf(str(ball.rad))
        known = abs(value) * mp.mpf(10) ** -40 + abs(size) * mp.mpf(10) ** -38
        return abs(mid - value) <= rad + known and rad <= max(abs(mid) * mp.mpf(10) ** -digits, abs(size) * 1e-30)


def held(case, digits=15):
    """Return whether every ball holds its number."""
    found, exact = oracle(Case(TASK, case), digits=digits).values, conductance_parts_exact(**case, digits=45)
    balls = [found["dI_dV"], *found["growth"], *found["parts"]]
    values = [exact.conductance, *exact.growth, *exact.parts]
    sizes = [exact.conductance_size, *exact.growth_sizes, *exact.part_sizes]
    return all(inside(ball, value, digits, size) for ball, value, size in zip(balls, values, sizes, strict=True))


@pytest.mark.parametrize("seed", range(10))
def test_the_parts_of_random_chains_lie_in_their_balls(seed):
    """Two derivations: an elimination that carries derivatives along, and perturbation theory of the rates."""
    case = random_parts_case(Random(seed), per_lead=seed % 2 == 0)
    assert held(case)
    assert held(exchanged(case))


@pytest.mark.parametrize("kT", [2.0**-6, 2.0**-9, 2.0**-12])
def test_deep_in_blockade_too(kT):
    """Parts of 1e-300 of the rates have their digits."""
    for bias in (0.5, -0.5):
        assert held({**weak_level(bias, 1), "kT": kT, "gate": -0.0625})


def test_without_a_bias_levels_gain_as_above_it():
    """The mirror image of a device at rest gains elsewhere."""
    leads = [{**lead, "mu": 0.125} for lead in PARTS_QUESTION["leads"]]
    case = {**PARTS_QUESTION, "leads": leads}
    assert held(case)
    assert held(exchanged(case))


def test_a_lead_that_is_not_coupled():
    """No current, whose derivative is 0 exactly; population moves still."""
    left, right = PARTS_QUESTION["leads"]
    case = {**PARTS_QUESTION, "leads": [left, {**right, "rate": 0.0}]}
    found = oracle(Case(TASK, case)).values
    assert (found["dI_dV"].mid, found["dI_dV"].rad) == (0, 0)
    assert held(case)


def test_levels_that_fall_apart_are_refused():
    """As by every task on rate equations."""
    with pytest.raises(Refusal, match="closed classes"):
        oracle(Case(TASK, {**PARTS_QUESTION, "transitions": PARTS_QUESTION["transitions"][:1]}))


def test_growth_of_either_sign_leaves_the_mean_open():
    """Balls around 0 may gain or lose: a part then holds whatever the mean may be."""
    around = arb(0, 1e-3)
    first, second = _parts([around, around], [arb(1), arb(3)])
    for part, most in ((first, arb("-0.002")), (second, arb("0.002"))):
        assert part.contains(most)
        assert part.contains(0)
        assert part.abs_upper() < 0.0021


def test_one_elimination_at_one_precision_answers_most_devices(monkeypatch):
    """A level that is not rare is guessed, and what slopes are the difference of takes no elimination of its own."""
    chains, precisions = [], []

    class Counted(bias_slope.StationaryChain):
        def __init__(self, rates, last=0):
            chains.append(last)
            precisions.append(ctx.prec)
            super().__init__(rates, last)

    monkeypatch.setattr(bias_slope, "StationaryChain", Counted)
    cases = [{**random_parts_case(Random(seed)), "kT": kT} for seed in range(10) for kT in (2.0**-4, 2.0**-10)]
    for case in cases:
        oracle(Case(TASK, case))
    assert len(cases) <= len(chains) <= len(cases) + 2
    assert len(set(precisions)) == 1

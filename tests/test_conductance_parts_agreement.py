"""What dI/dV is made of: floating point within its bounds of first-order perturbation theory, to 25 digits."""

from random import Random

import numpy as np
import pytest
from mpmath import mp, workdps
from rows import over
from test_negative_conductance_agreement import SEEDS, asked, case, passed, scheme_of

from analytic import conductance_parts_exact, differential_conductance_exact
from numeric import Lead, LevelScheme, conductance_parts, differential_conductance

BIASES = (-1.5, -0.4, 0.0, 1e-12, 0.3, 0.9)


def both(inputs, split=0.5, digits=30):
    """Return what both sides find."""
    exact = conductance_parts_exact(**inputs, split=split, digits=digits)
    leads = [Lead(**lead) for lead in inputs["leads"]]
    found = conductance_parts(scheme_of(inputs), leads, kT=inputs["kT"], gate=inputs["gate"], split=split)
    return found, exact


def check(found, exact, loosest):
    """Check that every number is within its bound of the exact one, and that no bound is loose beside its size.

    That of dI/dV is derived for the steepest rates that there could be.
    """
    pairs = [(found.conductance, [exact.conductance], [mp.inf])]
    pairs += [(found.growth, exact.growth, exact.growth_sizes), (found.parts, exact.parts, exact.part_sizes)]
    for estimate, values, sizes in pairs:
        for value, bound, right, size in zip(estimate.value, estimate.bound, values, sizes, strict=True):
            assert np.isfinite(bound)
            assert abs(value - right) <= bound
            assert bound <= loosest * float(size) + 1e-307


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("V", BIASES)
def test_numbers_are_within_their_bounds(seed, V):
    """At either sign of the bias and at rest, however the bias falls on the leads and whichever comes first."""
    question, split = case(seed), (0.5, 1.0, 0.25)[seed % 3]
    inputs = asked(question, V, split)
    if seed % 2:
        inputs["leads"] = inputs["leads"][::-1]
        inputs["transitions"] = [
            {**item, "M": {name: item["M"][name] for name in "RL"}} for item in inputs["transitions"]
        ]
    found, exact = both(inputs, split)
    with workdps(30):
        check(found, exact, 1e-9)
    if found.blocking is not None:
        assert exact.parts[found.blocking] == min(exact.parts)
        assert exact.growth[found.blocking] > 0


@pytest.mark.parametrize("seed", range(12))
def test_cold_and_deep_in_blockade(seed):
    """Rates apart by a hundred decades and more: bounds stay relative to what little can move."""
    choose = Random(seed)
    question = {**case(seed), "kT": 10 ** choose.uniform(-3.5, -2), "gate": choose.uniform(-0.5, 1.0)}
    found, exact = both(asked(question, choose.uniform(-1, 1), 0.5))
    with workdps(30):
        check(found, exact, 1e-8)


@pytest.mark.parametrize("nominal", [5e-324, 1e-4, 1e3, 1.7e308])
@pytest.mark.parametrize("colder", ["L", "R", "R, uncoupled"])
def test_with_temperatures_of_its_leads_numbers_are_within_their_bounds(nominal, colder):
    """Slopes are in units of the coldest lead that couples, and the kT that no lead has does not matter."""
    for seed in SEEDS:
        inputs = asked(case(seed), 0.6, 0.5)
        for lead in inputs["leads"]:
            lead["kT"] = 0.03 if lead["name"] == colder[0] else 3e5
            if colder.endswith(f"{lead['name']}, uncoupled"):
                lead |= {"rate": 0.0, "kT": 1e-12, "mu": 0.0}
        found, exact = both({**inputs, "kT": nominal})
        with workdps(30):
            check(found, exact, 1e-9)
        usual, _ = both({**inputs, "kT": 0.03})
        for one, other in zip(vars(found).values(), vars(usual).values(), strict=True):
            np.testing.assert_array_equal(np.asarray(one), np.asarray(other))


@over("seed", range(40))
def test_parts_are_within_their_bounds_where_no_loser_is_found(seed):
    """Deep in blockade degenerate levels hold the dot, and what little they lose is lost to rounding."""
    choose = Random(seed)
    E, weights = choose.uniform(0.2, 0.5), [choose.choice([1.0, 0.5, 0.25]) for _ in range(choose.choice([2, 3, 4]))]
    question = {
        "levels": [{"electrons": 0, "energy": 0.0, "two_S": 0}]
        + [{"electrons": 1, "energy": -E, "two_S": 1} for _ in weights],
        "transitions": [{"from": 0, "to": j, "M": M} for j, M in enumerate(weights, start=1)],
        "rates": (1.0, choose.choice([1.0, 0.5])),
        "kT": E / choose.uniform(30, 60),
        "gate": 0.0,
    }
    if not seed:
        question["levels"] = [{**one, "energy": -0.22 * one["electrons"]} for one in question["levels"][:3]]
        weights = (1.0, 0.5)
        question |= {"rates": (1.0, 0.5), "kT": 0.0065, "transitions": question["transitions"][:2]}
        question["transitions"] = [{**one, "M": M} for one, M in zip(question["transitions"], weights, strict=True)]
    found, exact = both(asked(question, choose.choice([0.0, 0.01]) if seed else 0.01, 1.0))
    with workdps(30):
        for estimate, values in ((found.growth, exact.growth), (found.parts, exact.parts)):
            for value, bound, right in zip(estimate.value, estimate.bound, values, strict=True):
                assert abs(value - right) <= bound


@pytest.mark.parametrize("seed", SEEDS)
def test_parts_add_up_to_what_the_rest_of_the_conductance_leaves(seed):
    """The sum of growth times what passes, by the formula of the rates, is that of the parts; growth adds up to 0."""
    inputs = asked(case(seed), -0.7, 0.5)
    exact = conductance_parts_exact(**inputs, digits=40)
    with workdps(40):
        assert abs(mp.fsum(exact.growth)) < mp.mpf(10) ** -38
        assert abs(mp.fsum(exact.parts) + exact.through - exact.conductance) < mp.mpf(10) ** -36
        if not seed % 2:
            slope = differential_conductance_exact(**inputs)
            assert abs(exact.conductance - slope) < mp.mpf(10) ** -22 * exact.conductance_size
        c = passed(case(seed), -0.7)
        changed = mp.fsum(g * value for g, value in zip(exact.growth, c, strict=True))
        assert abs(-changed - mp.fsum(exact.parts)) < mp.mpf(10) ** -12


def test_leads_of_their_own_temperatures():
    """A lead that is colder, or hotter, than the others."""
    inputs = asked(case(3), 0.4, 0.5)
    for own in ({"kT": 0.003}, {"kT": 0.5}):
        inputs["leads"] = [{**inputs["leads"][0], **own}, inputs["leads"][1]]
        found, exact = both(inputs)
        with workdps(30):
            check(found, exact, 1e-8)


def test_a_lead_that_is_not_coupled():
    """Population still moves, and no current flows: the parts are what is left of 0."""
    inputs = asked(case(4), 0.4, 0.5)
    inputs["leads"][1]["rate"] = 0.0
    found, exact = both(inputs)
    assert float(found.conductance) == 0.0
    with workdps(30):
        check(found, exact, 1e-8)
        assert abs(exact.conductance) <= mp.mpf(10) ** -29 * exact.conductance_size


def test_one_level_alone():
    """Nothing grows, and nothing blocks."""
    scheme = LevelScheme([1], [0.3], [1], [], [], [])
    leads = [Lead("L", 1.0, 0.5), Lead("R", 1.0, -0.5)]
    found = conductance_parts(scheme, leads, kT=0.1)
    assert found.growth.value.tolist() == found.parts.value.tolist() == [0.0]
    assert found.blocking is None
    assert found.growth.bound.tolist() == [0.0]
    exact = conductance_parts_exact(
        [{"electrons": 1, "energy": 0.3, "two_S": 1}], [], [vars(lead) for lead in leads], 0.1, 0
    )
    assert (exact.growth, exact.parts, exact.shares, exact.conductance) == ((0,), (0,), (0,), 0)


@pytest.mark.parametrize("power", [-1071, -1000, 1023])
def test_a_common_factor_of_the_rates_is_one_of_the_parts(power):
    """However small or large it makes them, the same state blocks; growth does not know of it."""
    scheme = LevelScheme([0, 1, 1], [0.0, 0.1, 0.3], [0, 1, 1], [0, 0], [1, 2], [0.5, 0.005])
    here, there = (
        conductance_parts(scheme, [Lead("L", unit, 0.3), Lead("R", 0.75 * unit, -0.3)], kT=0.01)
        for unit in (1.0, 2.0**power)
    )
    assert here.blocking == there.blocking == 2
    np.testing.assert_array_equal(here.growth.value, there.growth.value)
    for one, other in ((here.parts, there.parts), (here.conductance, there.conductance)):
        np.testing.assert_array_equal(one.scaled.mantissa, other.scaled.mantissa)
        moved = np.where(one.scaled.mantissa == 0, 0, power)
        np.testing.assert_array_equal(one.scaled.exponent + moved, other.scaled.exponent)


def test_states_of_one_level_share_alike_without_a_field():
    """Resolved, each of the states of a level has its growth and its part over 2S+1, and dI/dV is the same."""
    question = asked(case(4), 0.7, 0.5)
    leads = [Lead(**lead) for lead in question["leads"]]
    point = {"kT": question["kT"], "gate": question["gate"]}
    whole, states = (conductance_parts(scheme_of(question), leads, **point, resolved=which) for which in (False, True))
    for k, level in enumerate(question["levels"]):
        for one, other in ((whole.growth, states.growth), (whole.parts, states.parts)):
            assert other.value[states.level == k] * (level["two_S"] + 1) == pytest.approx(one.value[k], rel=1e-9)
    assert float(states.conductance) == pytest.approx(float(whole.conductance), rel=1e-12)
    assert float(differential_conductance(scheme_of(question), leads, **point)) == float(whole.conductance)


def test_wrong_input_is_refused():
    """With the value and the rule."""
    question = asked(case(4), 0.7, 0.5)
    leads = [Lead(name, 1.0, 0.0) for name in "LX"]
    with pytest.raises(ValueError, match="'L'"):
        conductance_parts(scheme_of(question), leads, kT=0.1)
    with pytest.raises(ValueError, match=r"kT=-1\.0 must be positive"):
        conductance_parts(scheme_of(question), [Lead("L", 1.0, 0.0), Lead("R", 1.0, 0.0)], kT=-1.0)
    for split in (-0.5, 1.5):
        with pytest.raises(ValueError, match=rf"split={split} must be at"):
            conductance_parts(scheme_of(question), [Lead("L", 1.0, 0.0), Lead("R", 1.0, 0.0)], kT=0.1, split=split)

"""Who takes the current away: floating point within its bounds of first-order perturbation theory, to 25 digits."""

from random import Random

import numpy as np
import pytest
from mpmath import mp, workdps

from analytic import conductance_parts_exact, differential_conductance_exact, lead_currents_exact
from numeric import LevelScheme, blockades, negative_conductances
from numeric.blocking import Numbers, blocking_state, conserved, parts_of
from numeric.chain import chain_of
from numeric.scaled import from_float

BIAS = np.linspace(-1.5, 1.5, 61)
SEEDS = (3, 4, 5, 6, 7, 11)


def case(seed):
    """Return a random chain whose M_ji spread over three decades; every other one has its own at each lead."""
    choose = Random(seed)
    levels = [
        {"electrons": electrons, "energy": choose.uniform(0, 0.7) + electrons**2 / 4, "two_S": two_S}
        for electrons, two_S in ((0, 0), (1, 1), (1, 1), (1, 3), (2, 0), (2, 2))
    ]
    pairs = [
        (i, j)
        for i, low in enumerate(levels)
        for j, high in enumerate(levels)
        if high["electrons"] == low["electrons"] + 1 and abs(high["two_S"] - low["two_S"]) == 1
    ]

    def probability():
        return 10 ** choose.uniform(-3, 0)

    transitions = [
        {"from": i, "to": j, "M": {name: probability() for name in "LR"} if seed % 2 else probability()}
        for i, j in pairs
    ]
    rates = (1.0, 10 ** choose.uniform(-1, 0))
    return {"levels": levels, "transitions": transitions, "rates": rates, "gate": 0.25, "kT": 0.03}


def scheme_of(question):
    """Return the level scheme of a case."""
    M = [[*item["M"].values()] if isinstance(item["M"], dict) else item["M"] for item in question["transitions"]]
    return LevelScheme(
        *([level[key] for level in question["levels"]] for key in ("electrons", "energy", "two_S")),
        *([item[key] for item in question["transitions"]] for key in ("from", "to")),
        M,
    )


def asked(question, V, split):
    """Return the inputs of the exact side at a bias; potentials are those of doubles."""
    leads = [
        {"name": name, "rate": rate, "mu": float(part * V)}
        for name, rate, part in zip("LR", question["rates"], (split, split - 1.0), strict=True)
    ]
    return {**{name: question[name] for name in ("levels", "transitions", "kT", "gate")}, "leads": leads}


def within(estimate, value):
    """Return whether a number lies within its bound of the exact one, and the bound is worth the name."""
    found = float(estimate)
    return abs(found - value) <= float(estimate.bound.item()) <= 1e-8 * max(1.0, abs(found))


@pytest.mark.parametrize("seed", SEEDS)
def test_range_level_and_share_are_the_exact_ones(seed):
    """dI/dV, growth and share within their bounds; the level is the one of the largest exact share."""
    question, split = case(seed), (0.5, 1.0, 0.25)[seed % 3]
    point = {"kT": question["kT"], "gate": question["gate"], "rates": question["rates"], "split": split}
    found = negative_conductances(scheme_of(question), bias=BIAS, **point)
    assert found
    negative = np.zeros(BIAS.size, dtype=bool)
    for one in found:
        first, last = (int(np.flatnonzero(BIAS == V)[0]) for V in one.bias)
        negative[first : last + 1] = True
        assert one.bias[0] <= one.steepest <= one.bias[1]
        exact = conductance_parts_exact(**asked(question, one.steepest, split), split=split)
        with workdps(30):
            assert within(one.conductance, exact.conductance)
            assert within(one.growth, exact.growth[one.level])
            assert within(one.share, exact.shares[one.level])
            assert exact.shares[one.level] == max(exact.shares)
            assert exact.growth[one.level] > 0
        assert one.level in one.transition
    for k in range(0, BIAS.size, 4):
        if BIAS[k] != 0.0:
            exact = conductance_parts_exact(**asked(question, BIAS[k], split), split=split)
            assert exact.conductance < 0 if negative[k] else exact.conductance > -1e-12


def test_deep_in_blockade_the_level_is_told_too():
    """At 1e-36 of the rates the level that holds the dot gains 1e-32 of a population of 1: less than its rounding."""
    levels = [
        {"electrons": electrons, "energy": energy, "two_S": two_S}
        for electrons, energy, two_S in zip(
            [1, 3, 1, 0, 2, 2, 1], [0.41, -0.65, 0.25, 0.75, 0.31, -0.002, 0.45], [3, 3, 1, 0, 2, 0, 1], strict=True
        )
    ]
    transitions = [
        {"from": i, "to": j, "M": M}
        for i, j, M in (
            (6, 5, 0.004),
            (3, 2, 0.08),
            (3, 6, 0.01),
            (2, 5, 0.002),
            (2, 4, 0.06),
            (0, 4, 0.5),
            (4, 1, 0.02),
        )
    ]
    question = {"levels": levels, "transitions": transitions, "rates": (0.13, 0.06), "gate": -0.23, "kT": 0.007}
    point = {"kT": 0.007, "gate": -0.23, "rates": question["rates"], "split": 0.25}
    (found,) = negative_conductances(scheme_of(question), bias=[-0.5, -0.25], **point)
    exact = conductance_parts_exact(**asked(question, found.steepest, 0.25), split=0.25, digits=60)
    assert exact.shares[found.level] == max(exact.shares)
    assert abs(float(found.share) - exact.shares[found.level]) <= found.share.bound < 1e-6
    assert abs(float(found.growth) - exact.growth[found.level]) <= found.growth.bound < 1e-6 * exact.growth[found.level]


def test_a_share_that_rounding_hides_is_not_named():
    """Gains that could have either sign leave the sum of all parts open."""
    through = numbers([0.1, 0.5], [0.0, 0.0])
    unsure = parts_of(numbers([1e-20, -1e-20], [1e-16, 1e-16]), through)
    sure = parts_of(conserved(numbers([1e-20, -1.1e-20], [1e-34, 1e-16])), through)
    scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    chain, rates = chain_of(scheme, (1.0, 1.0), resolved=False, zeeman=0.0), from_float(np.ones((2, 2, 1)))
    assert blocking_state(scheme, chain, rates, unsure) is None
    assert blocking_state(scheme, chain, rates, sure).share.value == pytest.approx(1.0)


def numbers(value, error):
    """Return plain numbers with their bounds."""
    return Numbers(from_float(value), from_float(error))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_exact_parts_add_up_to_the_derivative_of_the_exact_current(seed):
    """By central differences of currents that know no derivative; populations keep their sum and shares add up to 1."""
    question = {**case(2 * (seed // 2)), "kT": 0.1}
    inputs = asked(question, 0.5 + 0.2 * seed, 0.5)
    parts = conductance_parts_exact(**inputs)
    with workdps(30):
        by_difference = differential_conductance_exact(**inputs)
        assert abs(parts.conductance - by_difference) < mp.mpf(10) ** -24 * (abs(by_difference) + 1)
        assert abs(mp.fsum(parts.growth)) < mp.mpf(10) ** -25
        assert abs(mp.fsum(parts.shares) - 1) < mp.mpf(10) ** -25


@pytest.mark.parametrize("seed", SEEDS)
def test_blockades_state_numbers_within_their_bounds(seed):
    """Both populations and currents of the level that blocks, and its share by the sum over two biases."""
    question = case(seed)
    point = {"kT": question["kT"], "gate": question["gate"], "rates": question["rates"]}
    found = blockades(scheme_of(question), bias=BIAS, **point)
    assert found
    for one in found:
        ends = [lead_currents_exact(**asked(question, V, 0.5)) for V in one.bias]
        with workdps(30):
            for k, exact in enumerate(ends):
                assert within(one.current[k], exact.currents["L"])
                assert within(one.population[k], exact.populations[one.level])
            assert within(one.share, share_between(question, one, [exact.populations for exact in ends]))


def share_between(question, blockade, populations):
    """Return the share of the level that blocks, from exact populations and rates at both ends."""
    through = [passed(question, V) for V in blockade.bias]
    gain = [after - before for before, after in zip(*populations, strict=True)]
    middle = [(a + b) / 2 for a, b in zip(*through, strict=True)]
    lost = [min(value, 0) for value in gain]
    mean = mp.fdot(lost, middle) / mp.fsum(lost)
    parts = [max(value, 0) * (c - mean) for value, c in zip(gain, middle, strict=True)]
    return parts[blockade.level] / mp.fsum(parts)


def passed(question, V):
    """Return the electrons that pass from L to R per time in each level, by the formula of the rates."""
    inputs, found = asked(question, V, 0.5), [mp.zero] * len(question["levels"])
    for item in inputs["transitions"]:
        low, high = (inputs["levels"][item[end]] for end in ("from", "to"))
        for lead, sign in zip(inputs["leads"], (0.5, -0.5), strict=True):
            M = item["M"][lead["name"]] if isinstance(item["M"], dict) else item["M"]
            energy = mp.mpf(high["energy"]) - low["energy"] - inputs["gate"] - lead["mu"]
            full = 1 / (1 + mp.exp(energy / inputs["kT"]))
            rate = 2 * mp.mpf(lead["rate"]) * M
            found[item["from"]] += sign * rate * full
            found[item["to"]] -= sign * rate * (1 - full) * (low["two_S"] + 1) / (high["two_S"] + 1)
    return found


def test_states_of_one_level_share_alike_without_a_field():
    """Resolved, each of the states of the level that blocks has its share over 2S+1; a field splits them."""
    question = case(4)
    point = {"kT": question["kT"], "gate": question["gate"], "rates": question["rates"], "bias": BIAS}
    for whole, part in zip(
        negative_conductances(scheme_of(question), **point),
        negative_conductances(scheme_of(question), **point, resolved=True),
        strict=True,
    ):
        assert (whole.level, whole.bias) == (part.level, part.bias)
        states = question["levels"][whole.level]["two_S"] + 1
        assert float(part.share) * states == pytest.approx(float(whole.share), rel=1e-9)
        assert float(part.growth) * states == pytest.approx(float(whole.growth), rel=1e-9)


def test_a_dot_without_a_weak_level_has_no_negative_conductance():
    """One transition, whatever the bias; nor has one that a lead is not coupled to."""
    scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    assert not negative_conductances(scheme, bias=BIAS, kT=0.03)
    weak = LevelScheme([0, 1, 1], [0.0, 0.1, 0.3], [0, 1, 1], [0, 0], [1, 2], [0.5, 0.005])
    assert not negative_conductances(weak, bias=BIAS, kT=0.03, rates=(1.0, 0.0))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"split": "3/2"}, "split='3/2' must be from 0 to 1"),
        ({"names": "LX"}, r"leads=\['L', 'X'\] must be named 'L' and 'R'"),
    ],
)
def test_the_exact_side_refuses_what_no_level_blocks(changed, message):
    """With the value and the rule."""
    inputs = asked(case(0), changed.get("V", 0.5), 0.5)
    inputs["leads"] = [
        {**lead, "name": name} for lead, name in zip(inputs["leads"], changed.get("names", "LR"), strict=True)
    ]
    with pytest.raises(ValueError, match=message):
        conductance_parts_exact(**inputs, split=changed.get("split", "1/2"))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"bias": [0.0, 0.0, 1.0]}, "bias must increase"),
        ({"bias": [-1e308, 1e308]}, r"an energy of 5e\+307 at kT=0\.01 is too large"),
        ({"bias": [1e308, -1e308]}, "bias must increase"),
        ({"split": 1.5}, r"split=1\.5 must be at most 1"),
        ({"rates": (1.0,)}, "must be two"),
        ({"rates": 1.0}, r"rates=1\.0 must be two"),
        ({"rates": ((1.0, 2.0, 3.0), 1.0)}, r"rate=\(1\.0, 2\.0, 3\.0\) of a lead must be one number, or a pair"),
        ({"kT": 0.0}, r"kT=0\.0 must be positive"),
    ],
)
def test_wrong_input_is_refused(changed, message):
    """With the value and the rule."""
    with pytest.raises(ValueError, match=message):
        negative_conductances(scheme_of(case(0)), **{"bias": BIAS, "kT": 0.01, **changed})

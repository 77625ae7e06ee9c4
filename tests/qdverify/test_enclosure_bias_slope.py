"""dP_i/dV and dI/dV in balls, beside differences of the exact state and of the exact current."""

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from flint import arb
from mpmath import mp, workdps

from analytic import differential_conductance_exact, transport_exact
from qdverify.reference.answers.answer import Refusal
from qdverify.reference.enclosure.bias_slope import bias_slope
from qdverify.reference.enclosure.transport import Lead, RateEquation
from qdverify.reference.oracle import oracle
from qdverify.suite.exact.transport_cases import leads, random_level_scheme

DIGITS = 17


def solved(case, digits=DIGITS):
    """Return the enclosed slopes of a case of the protocol."""
    pair = [Lead(Fraction(item["rate"]), Fraction(item["mu"])) for item in case["leads"]]
    equation = RateEquation(
        tuple(Fraction(level["energy"]) for level in case["levels"]),
        tuple(level["two_S"] for level in case["levels"]),
        tuple((item["from"], item["to"], Fraction(item["M"])) for item in case["transitions"]),
    )
    return bias_slope(equation, *pair, kT=Fraction(case["kT"]), gate=Fraction(case["gate"]), digits=digits)


def differences(case):
    """Return central differences of the exact populations, and what they leave out, relative to the populations."""
    h = Fraction(case["kT"]) / 10**40
    left, right = case["leads"]
    moved = [
        [{**left, "mu": Fraction(left["mu"]) + sign * h / 2}, {**right, "mu": Fraction(right["mu"]) - sign * h / 2}]
        for sign in (1, -1)
    ]
    up, down = (transport_exact(**{**case, "leads": pair}, digits=120).populations for pair in moved)
    with workdps(140):
        step = 2 * mp.mpf(h.numerator) / h.denominator
        return [((a - b) / step, a / case["kT"] * mp.mpf(10) ** -78) for a, b in zip(up, down, strict=True)]


def is_enclosed(ball, value, slack):
    """Tell whether a ball holds a value that is known but for a slack."""
    with workdps(60):
        mid, rad = mp.mpf(ball.mid().str(60, radius=False)), mp.mpf(ball.rad().str(20, radius=False))
        return abs(mid - value) <= rad + slack + abs(mid) * mp.mpf(10) ** -50


@pytest.mark.parametrize("at_rest", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_slopes_of_random_chains_are_enclosed(seed, at_rest):
    """Warm and cold, far from equilibrium and at V = 0: every slope, and as many digits as asked for."""
    choose = Random(seed)
    pair = leads(0.0 if at_rest else choose.uniform(-1, 1), *(10 ** choose.uniform(-2, 0) for _ in range(2)))
    scheme = random_level_scheme(choose, 6)
    case = {**scheme, "leads": pair, "kT": 10 ** choose.uniform(-3.5, 0), "gate": choose.uniform(-1, 1)}
    found = solved(case)
    conductance = differential_conductance_exact(**case, digits=40)
    assert is_enclosed(found.of_current, conductance, abs(conductance) * mp.mpf(10) ** -39)
    assert found.of_current.rel_accuracy_bits() > 3.3 * DIGITS
    for ball, (value, slack) in zip(found.of_populations, differences(case), strict=True):
        assert is_enclosed(ball, value, slack)
    assert sum(found.of_populations, arb(0)).contains(0)


def test_what_no_bias_moves_is_known_to_be_nothing():
    """Equal barriers at rest move no population; a lead that is not coupled moves no current, and its partner does."""
    case = {**random_level_scheme(Random(3), 5), "leads": leads(0.0, 1.0, 1.0), "kT": 2.0**-4, "gate": 0.5}
    still = solved(case)
    assert still.of_current > 0
    for P, slope in zip(still.populations, still.of_populations, strict=True):
        assert slope.contains(0)
        assert slope.rad() < P * arb(10) ** -60
    alone = solved({**case, "leads": leads(0.0, 1.0, 0.0)})
    assert alone.of_current.is_zero()
    assert any(not slope.contains(0) for slope in alone.of_populations)


def test_two_levels_have_their_closed_form():
    """P of a level without spin that is as open to L as to R is the mean of both Fermi functions."""
    levels = [{"electrons": k, "energy": k / 4, "two_S": 0} for k in (0, 1)]
    case = {"levels": levels, "transitions": [{"from": 0, "to": 1, "M": 0.5}], "leads": leads(0.25, 1.0, 0.5)}
    found = solved({**case, "kT": 2.0**-5, "gate": 0.0})
    x = [(Fraction(1, 4) - mu) * 32 for mu in (Fraction(1, 8), Fraction(-1, 8))]
    f = [1 / (1 + arb(float(item)).exp()) for item in x]
    steps = [16 * item * (1 - item) for item in f]
    filled = (steps[0] - steps[1] / 2) / arb(1.5)
    assert found.of_populations[1].overlaps(filled)
    assert found.of_populations[0].overlaps(-filled)
    assert found.of_current.overlaps((steps[0] + steps[1]) / 3)


def test_slopes_far_below_the_rates_keep_their_digits():
    """On a plateau, and deep in the blockade, hardly anything is left of dI/dV; its digits are."""
    chain = {**random_level_scheme(Random(5), 4), "leads": leads(0.9, 1.0, 0.25), "kT": 2.0**-11}
    slopes = [solved({**chain, "gate": gate}).of_current for gate in (-0.5, 0.1, 0.7, 1.9)]
    assert all(slope.rel_accuracy_bits() > 3.3 * DIGITS for slope in slopes)
    assert min(abs(slope) for slope in slopes) < arb(10) ** -60


@pytest.mark.parametrize(
    ("task", "more"),
    [
        ("differential_conductance", {}),
        ("noise", {}),
        ("cumulants", {}),
        ("lead_cumulants", {"counted": ["L"]}),
        ("current", {}),
    ],
)
@pytest.mark.parametrize("kT", [0.01, 1e-3])
def test_a_level_at_the_end_of_the_doubles_is_none(task, more, kT):
    """Its rates of exp(-1e310) take more bits than others to be known at all, and then it changes no digit."""
    chain = {**random_level_scheme(Random(5), 4), "leads": leads(0.25, 1.0, 0.25), "kT": kT, "gate": 0.0, **more}
    place = len(chain["levels"])
    far = {"electrons": chain["levels"][0]["electrons"] + 1, "energy": 1e308, "two_S": chain["levels"][0]["two_S"] + 1}
    further = {
        "levels": [*chain["levels"], far],
        "transitions": [*chain["transitions"], {"from": 0, "to": place, "M": 0.5}],
    }
    for found, other in zip(
        *(_balls(oracle(task, **one).values) for one in (chain, {**chain, **further})), strict=True
    ):
        assert abs(found.mid - other.mid) <= found.rad + other.rad
        assert found.mid == 0 or found.rad <= abs(found.mid) * Decimal("1e-12")


def _balls(values):
    return [ball for value in values.values() for ball in (value if isinstance(value, list) else [value])]


@pytest.mark.parametrize("task", ["conductance_parts", "differential_conductance", "noise", "current"])
def test_a_gate_beyond_all_exponents_is_refused_in_our_words(task):
    """What is asked for is 0 to more than all decimals."""
    chain = {**random_level_scheme(Random(5), 4), "leads": leads(0.25, 1.0, 0.25), "kT": 0.01, "gate": -1e308}
    with pytest.raises(Refusal, match="and so beyond decimals"):
        oracle(task, **chain)

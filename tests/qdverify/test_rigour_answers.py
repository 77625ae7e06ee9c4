"""Answers of the oracle from WIDE balls: what is stated, printed or refused holds at both ends of what went in."""

from decimal import Decimal
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import sympy
from flint import arb, ctx
from mpmath import mp, mpf

from qdverify.protocol.case import Case
from qdverify.protocol.grade import Grade
from qdverify.reference.answers import enclosed, exact
from qdverify.reference.answers.answer import Answer, Cluster, Refusal, accurate
from qdverify.reference.answers.clusters import Listing, stated_transitions
from qdverify.reference.enclosure import order
from qdverify.reference.enclosure.levels import Level
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.order import Ordered
from qdverify.reference.oracle import Enclosed, OracleReference, _printed_in_order, oracle

# Stating levels and M_ji


def listing(electrons: int, sets: list[list[tuple[int, int]]], radius: float = 0.0) -> Listing:
    """Return levels in groups of (two_S, parity); energies are 1, 2, ... with an offset inside each group."""
    labels = [label for members in sets for label in members]
    energies, groups, start = [], [], 0
    for k, members in enumerate(sets):
        energies += [arb(k + 1 + 0.01 * n, radius * (n + 1)) for n in range(len(members))]
        groups.append(range(start, start + len(members)))
        start += len(members)
    return Listing(electrons, tuple(energies), tuple(labels), tuple(groups), 128)


GROUP = [(0, 1), (2, -1), (2, -1), (2, 1)]


def test_no_count_inside_a_cluster_is_answered() -> None:
    """Of levels 2 to 5 together, 2, 3 and 4 levels are refused, 1, 5 and 6 are not."""
    levels = listing(2, [[(0, 1)], GROUP, [(0, 1)]])
    for count in range(1, 7):
        if count in (2, 3, 4):
            with pytest.raises(Refusal, match=f"n={count} cuts a cluster: levels 2 to 5"):
                levels.cut(count, "n")
        else:
            assert len(levels.cut(count, "n").labels) == count
    with pytest.raises(Refusal, match="n=1 cuts a cluster: levels 1 to 2"):
        listing(2, [[(0, 1), (2, 1)]]).cut(1, "n")


def test_every_position_of_a_cluster_holds_every_energy_of_it() -> None:
    """The hull of all members, at each position, with their radii; multiplicities of each spin and parity."""
    levels = listing(2, [[(0, 1)], GROUP, [(0, 1), (2, 1)]], radius=0.001)
    stated = levels.stated_energies()
    for group in levels.groups:
        for position, member in product(group, group):
            assert stated[position].lower() <= levels.energies[member].lower()
            assert stated[position].upper() >= levels.energies[member].upper()
    assert float(stated[1].rad()) < 0.02
    assert levels.clusters == (
        Cluster(2, range(1, 5), ((0, 1, 1), (2, -1, 2), (2, 1, 1))),
        Cluster(2, range(5, 7), ((0, 1, 1), (2, 1, 1))),
    )


@pytest.mark.parametrize("seed", range(5))
def test_sums_over_clusters_are_traces_and_single_entries_stay_below_them(seed: int) -> None:
    """All sums by hand over labels; each entry holds 0 and the largest sum of its groups; others are as given."""
    rng = np.random.default_rng(seed)
    initial = listing(1, [[(1, 1)], [(1, -1), (1, -1), (3, -1)], [(1, 1)]])
    final = listing(2, [[(0, 1)], GROUP])
    numbers = rng.random((5, 5)) * (rng.random((5, 5)) < 0.8)
    rows = [[arb(float(value), 0.001) for value in row] for row in numbers]
    stated, sums = stated_transitions(rows, initial, final)
    seen = {}
    for part in sums:
        js = [j for j in part.final.positions if final.labels[j] == (part.final.two_S, part.final.parity)]
        columns = [i for i in part.initial.positions if initial.labels[i] == (part.initial.two_S, part.initial.parity)]
        assert (part.final.count, part.initial.count) == (len(js), len(columns))
        total = sum(numbers[j][i] for j, i in product(js, columns))
        assert part.value.lower() <= total - 0.001 * len(js) * len(columns) * (1 - 1e-6)
        assert part.value.upper() >= total + 0.001 * len(js) * len(columns) * (1 - 1e-6)
        key = part.final.positions, part.initial.positions
        seen[key] = max(seen.get(key, 0), total)
    for after, before in product(final.groups, initial.groups):
        single = len(after) == len(before) == 1
        assert single != ((after, before) in seen)
        for j, i in product(after, before):
            if single:
                assert stated[j][i] is rows[j][i]
            else:
                assert stated[j][i].lower() <= 0
                assert stated[j][i].upper() >= seen[after, before]


def test_digits_are_relative_to_the_smaller_end() -> None:
    """A ball is accurate if its radius is below 10^-digits of its least magnitude, or of the scale."""
    assert accurate(arb(1, 9e-7), 6)
    assert not accurate(arb(1, 2e-6), 6)
    assert not accurate(arb(1e-3, 2e-9), 6)
    assert not accurate(arb(0, 1e-9), 6)
    assert accurate(arb(0, 1e-9), 6, 1.0)
    assert not accurate(arb(0, 1e-5), 6, 1.0)


SPECTRUM = {"dot": {"length": 1, "cutoff": 1, "orbitals": 3, "kernel": "soft-coulomb", "strength": 1}, "electrons": 2}
PAIRS = {**SPECTRUM, "electrons": 1, "levels_from": 1, "levels_to": 2}


def blurred_levels(radius: float, deviation: float = 0.0):
    """Return a stand-in for `order_levels` whose energies and vectors are known badly at any number of digits."""

    def order_levels(dot, electrons, count, *, digits, extra=0) -> Ordered:
        right = order.order_levels(dot, electrons, count, digits=20)
        levels = []
        for level in right.levels:
            pair = level.pair
            loose = type(pair)(pair.block, pair.vector, pair.norm, pair.energy, arb(deviation), pair.companions)
            levels.append(Level(level.energy + arb(0, radius), level.two_S, level.parity, loose))
        return Ordered(tuple(levels), right.groups, digits, False)

    return order_levels


def test_energies_that_are_not_known_well_enough_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three digits of an energy known to 1e-6 are given, twelve are refused; M_ji likewise for loose vectors."""
    monkeypatch.setattr(enclosed, "order_levels", blurred_levels(1e-6))
    case = Case("spectrum", {**SPECTRUM, "levels": 3})
    assert oracle(case, 3).grade is Grade.ENCLOSED
    with pytest.raises(Refusal, match="digits=12 of every energy"):
        oracle(case, 12)
    monkeypatch.setattr(enclosed, "order_levels", blurred_levels(0.0, 1e-7))
    case = Case("transition_probabilities", PAIRS)
    found = oracle(case, 3)
    assert all(number.rad > Decimal("1e-8") for row in found.values["M"] for number in row)
    with pytest.raises(Refusal, match="digits=12 of every M_ji"):
        oracle(case, 12)


def test_integrals_in_wide_balls_are_tried_with_more_bits_and_then_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moments that stay wide give no digits; those that narrow with the bits do."""
    right = enclosed.cosine_table
    bits_seen = []

    def blurred(dot, *, bits):
        bits_seen.append(bits)
        return tuple(tuple(value + arb(0, 1e-4) for value in row) for row in right(dot, bits=bits))

    monkeypatch.setattr(enclosed, "cosine_table", blurred)
    case = Case("interaction_integrals", {"dot": SPECTRUM["dot"], "indices": [[1, 1, 1, 1]]})
    with pytest.raises(Refusal, match="digits=12 of every integral"):
        oracle(case, 12)
    assert bits_seen[1:] == [2 * bits for bits in bits_seen[:-1]]
    assert len(bits_seen) == 4


# Printing


@pytest.mark.parametrize("digits", [1, 2, 5])
def test_printed_balls_hold_what_they_print(digits: int) -> None:
    """Few digits and wide radii: both ends of the ball lie in the decimals."""
    rng = np.random.default_rng(digits)
    for _ in range(200):
        with ctx.workprec(128):
            value = arb(float(rng.normal()), float(10.0 ** rng.uniform(-9, 0)))
            printed = Enclosed.of(value, digits)
            low, high = exact_end(value.lower()), exact_end(value.upper())
            mid, rad = Fraction(printed.mid), Fraction(printed.rad)
            assert mid - rad <= low <= high <= mid + rad


@pytest.mark.parametrize("digits", [20, 40, 300, 1000])
def test_exact_values_are_printed_with_all_their_digits(digits: int) -> None:
    """A radius of 0 promises every digit, also those beyond what Python's decimals hold by default."""
    with ctx.workprec(4000):
        for number in (Fraction(0.1) * 3 / 2, -Fraction(12345678901234567890123456789) * 10**9 - 7, Fraction(5000)):
            printed = Enclosed.of(ball(number), digits)
            assert abs(Fraction(printed.mid) - number) <= Fraction(printed.rad)
            assert printed.rad == 0 or digits < 60
    contact = {"length": 1, "cutoff": 0, "orbitals": 2, "kernel": "contact", "strength": 0.1}
    (integral,) = oracle("interaction_integrals", digits, dot=contact, indices=[[1, 1, 1, 1]]).values["values"]
    assert abs(Fraction(integral.mid) - Fraction(0.1) * 3 / 2) <= Fraction(integral.rad)


def exact_end(end: arb) -> Fraction:
    """Return an exact ball as a rational."""
    mantissa, exponent = (int(part) for part in end.man_exp())
    return Fraction(mantissa) * Fraction(2) ** exponent


def test_a_ball_around_zero_is_not_printed_as_zero() -> None:
    """Only an exact zero has radius zero."""
    assert Enclosed.of(arb(0, 1e-30), 5).rad > 0
    assert Enclosed.of(arb(0), 5).rad == 0


def reference(values: dict) -> OracleReference:
    """Return a reference with values of our choice."""
    case = Case("spectrum", {**SPECTRUM, "levels": 2})
    return OracleReference(case, Grade.ENCLOSED, values, "by hand", {})


def test_the_bound_of_many_numbers_is_the_largest() -> None:
    """In whatever place of nested lists it stands, and with its radius."""
    small, large = Enclosed(Decimal(1), Decimal("1e-9")), Enclosed(Decimal(2), Decimal("0.5"))
    for order_of in ([small, large], [large, small], [[small], [small, large]]):
        assert reference({"x": order_of}).bound("x") >= 0.5
    tiny = Enclosed(Decimal("0.1"), Decimal("1e-40"))
    assert Fraction(tiny.bound) >= abs(Fraction(0.1) - Fraction(1, 10))


def test_bounds_are_rounded_up() -> None:
    """The double that is stated as a bound is no smaller than the decimal, however small that is."""
    rng = np.random.default_rng(3)
    radii = [Decimal(int(number)).scaleb(int(rng.integers(-40, 5))) for number in rng.integers(1, 2**62, size=200)]
    for rad in (*radii, Decimal("1e-400"), Decimal("4e-324")):
        assert Fraction(Enclosed(Decimal(0), rad).bound) >= Fraction(rad)


def test_energies_are_printed_apart_if_they_are_apart() -> None:
    """Two disjoint balls that agree in the digits asked for get more of them; a cluster is printed as one."""
    with ctx.workprec(200):
        near = [arb(1) + arb("0 +/- 1e-40"), arb(1) + arb(10) ** -20, arb(2)]
        low, high, _ = _printed_in_order(Answer(Grade.ENCLOSED, {"energies": near}, ""), 5)
        assert Fraction(low.mid) + Fraction(low.rad) < Fraction(high.mid) - Fraction(high.rad)
        hull = arb(1, 0.25)
        cluster = Cluster(2, range(1, 3), ((0, 1, 1), (2, 1, 1)))
        printed = _printed_in_order(Answer(Grade.ENCLOSED, {"energies": [arb(0), hull, hull]}, "", (cluster,)), 5)
        assert printed[1] == printed[2]
        assert printed[1].rad >= Decimal("0.25")


# Exact answers


@pytest.mark.parametrize("strength", ["1", "-1", "1e-30"])
def test_only_what_an_interaction_leaves_alone_is_exact(strength: str) -> None:
    """Two electrons that interact, integrals of a soft kernel of either sign: enclosed. One electron: exact."""
    for kernel in ("soft-coulomb", "contact"):
        dot = {**SPECTRUM["dot"], "kernel": kernel, "strength": strength}
        with ctx.workprec(128):
            assert exact.exact_answer(Case("spectrum", {"dot": dot, "electrons": 2, "levels": 1})) is None
            assert exact.exact_answer(Case("spectrum", {"dot": dot, "electrons": 1, "levels": 1})).grade is Grade.EXACT
            case = Case("transition_probabilities", {**PAIRS, "dot": dot})
            assert exact.exact_answer(case) is None
            case = Case("interaction_integrals", {"dot": dot, "indices": [[1, 1, 1, 1]]})
            assert (exact.exact_answer(case) is None) == (kernel == "soft-coulomb")


def test_energies_that_differ_by_little_get_balls_that_are_disjoint() -> None:
    """Bits are doubled until every pair of neighbours is apart, not only one of them."""
    with ctx.workprec(64):
        energies = [sympy.Integer(1), sympy.Integer(1) + sympy.pi / 10**40, sympy.Integer(2), sympy.Integer(2)]
        balls, bits = exact._separate_balls(energies)
    assert bits > 128
    assert balls[0] < balls[1] < balls[2]
    assert balls[2].overlaps(balls[3])


@pytest.mark.parametrize("orbitals", [6, 12])
def test_free_levels_reach_the_orbitals_that_they_need(orbitals: int) -> None:
    """Seven levels of two electrons without interaction, by every pair of orbitals: spins, energies, and M_ji."""
    dot = {**SPECTRUM["dot"], "kernel": "none", "orbitals": orbitals}
    found = oracle(Case("spectrum", {"dot": dot, "electrons": 2, "levels": 10}), 20)
    pairs = sorted(
        (p * p + q * q, s)
        for p in range(1, orbitals + 1)
        for q in range(p, orbitals + 1)
        for s in ((0, 2) if q > p else (0,))
    )
    with mp.workdps(40):
        for number, two_S, (squares, spin) in zip(found.values["energies"], found.values["two_S"], pairs, strict=False):
            assert abs(mpf(str(number.mid)) - squares * mp.pi**2 / 2) <= mpf(str(number.rad))
            assert two_S == spin
    rows = oracle(Case("transition_probabilities", {**PAIRS, "dot": dot, "levels_from": 1, "levels_to": 10}), 20)
    expected = [Fraction(1, 2)] + [
        {0: Fraction(1, 4), 2: Fraction(3, 4)}[s] if q else Fraction(0) for q, s in kinds(orbitals)
    ]
    sums = {(part.positions.start, part.two_S, part.parity): number for _, part, number in rows.sums}
    for position, (row, truth) in enumerate(zip(rows.values["M"], expected, strict=False)):
        mid, rad = Fraction(row[0].mid), Fraction(row[0].rad)
        assert mid - rad <= truth <= mid + rad, position
    assert all(
        abs(Fraction(number.mid) - Fraction(1 + key[1], 4)) <= Fraction(number.rad) or number.mid == 0
        for key, number in sums.items()
    )


def kinds(orbitals: int) -> list[tuple[bool, int]]:
    """Return whether orbital 1 is filled, and 2S, of every level of two electrons above the lowest."""
    levels = sorted(
        (p * p + q * q, s, p == 1)
        for p in range(1, orbitals + 1)
        for q in range(p, orbitals + 1)
        for s in ((0, 2) if q > p else (0,))
    )
    return [(filled, s) for _, s, filled in levels[1:]]


@pytest.mark.parametrize("strength", [Fraction(1, 3), Fraction(7), Fraction(-22, 7)])
def test_a_constant_interaction_shifts_every_level_exactly(strength: Fraction) -> None:
    """Three electrons in the lowest orbitals: 3 U + (1 + 1 + 4) pi^2/2, to 30 digits, of grade exact."""
    dot = {**SPECTRUM["dot"], "kernel": "constant", "strength": strength}
    found = oracle(Case("spectrum", {"dot": dot, "electrons": 3, "levels": 1}), 30)
    assert found.grade is Grade.EXACT
    (energy,) = found.values["energies"]
    with mp.workdps(60):
        truth = 3 * mpf(strength.numerator) / strength.denominator + 3 * mp.pi**2
        assert abs(mpf(str(energy.mid)) - truth) <= mpf(str(energy.rad)) < mpf(10) ** -28


def test_exact_probabilities_of_a_cluster_are_stated_alike() -> None:
    """Singlet and triplet of orbitals 1 and 2 coincide without interaction: either may be first."""
    dot = {**SPECTRUM["dot"], "kernel": "none"}
    found = oracle(Case("transition_probabilities", {**PAIRS, "dot": dot, "levels_to": 3}), 10)
    assert found.grade is Grade.EXACT
    lowest, first, second = (row[0] for row in found.values["M"])
    assert (lowest.mid, lowest.rad) == (Decimal("0.5"), 0)
    assert first == second
    assert first.mid - first.rad <= 0
    assert first.mid + first.rad >= Decimal("0.75")


def test_printed_balls_that_overlap_are_not_in_order() -> None:
    """Midpoints that differ in the last digit are not enough if the radii reach over the next number."""
    with ctx.workprec(200):
        near = [arb("1.000051 +/- 2e-5"), arb("1.000151 +/- 2e-5")]
        low, high = _printed_in_order(Answer(Grade.ENCLOSED, {"energies": near}, ""), 5)
    assert low.mid + low.rad < high.mid - high.rad

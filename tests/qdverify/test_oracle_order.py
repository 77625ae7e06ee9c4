"""Levels have a proven order or none: weak and flat interactions, crossings, exact coincidence, and cuts."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from flint import arb
from mpmath import mp
from plain_dot import PlainDot

from qdverify.protocol.case import Case
from qdverify.reference.enclosure import order
from qdverify.reference.enclosure.budget import OutOfTime, check_time, limit_seconds
from qdverify.reference.enclosure.interaction import ExactDot
from qdverify.reference.enclosure.order import largest_precision, order_levels, proven_groups
from qdverify.reference.oracle import OracleReference, Refusal, oracle

DOT = {"length": 1.0, "cutoff": 0.1, "orbitals": 3, "kernel": "soft-coulomb", "strength": 1e-300}


@pytest.fixture
def few_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up after 60 digits what no precision tells apart."""
    monkeypatch.setattr(order, "MOST_DIGITS", 60)


def spectrum(electrons: int, levels: int, digits: int = 12, **changes) -> OracleReference:
    """Ask for a spectrum of the weakly interacting dot, or of one that differs from it."""
    return oracle(
        Case("spectrum", {"dot": {**DOT, **changes}, "electrons": electrons, "levels": levels}), digits=digits
    )


def transitions(electrons: int, levels_from: int, levels_to: int, **changes) -> OracleReference:
    """Ask for M_ji of the weakly interacting dot, or of one that differs from it."""
    inputs = {
        "dot": {**DOT, **changes},
        "electrons": electrons,
        "levels_from": levels_from,
        "levels_to": levels_to,
    }
    return oracle(Case("transition_probabilities", inputs))


@pytest.mark.parametrize(
    ("strength", "digits"),
    [pytest.param(1e-300, 12, marks=pytest.mark.slow), (1e-28, 12), (1e-20, 3), (1e-5, 12)],
)
def test_the_triplet_lies_below_its_singlet_however_weak_the_interaction(strength: float, digits: int) -> None:
    """To first order exchange lowers the triplet of {1,2}, and the printed balls show it."""
    found = spectrum(2, 4, digits, strength=strength)
    assert found.values["two_S"] == [0, 2, 0, 0]
    assert not found.clusters
    for low, high in pairwise(found.values["energies"]):
        assert Fraction(low.mid) + Fraction(low.rad) < Fraction(high.mid) - Fraction(high.rad)


def test_attraction_turns_the_order() -> None:
    """With strength -1e-300 the singlet of {1,2} is the lower one."""
    assert spectrum(2, 4, strength=-1e-300).values["two_S"] == [0, 0, 2, 0]


@pytest.mark.parametrize(
    ("cutoff", "strength"), [(1e11, 1e11), (1e15, 1e15), (1e12, 1.0), (1e15, 1.0), (1e20, 1.0), (1e40, 1e-10)]
)
def test_a_flat_interaction_orders_as_a_weak_one(cutoff: float, strength: float) -> None:
    """V is constant but for a part of (x-x')^2/cutoff^2, which still splits the levels of {1,2}."""
    assert spectrum(2, 4, cutoff=cutoff, strength=strength).values["two_S"] == [0, 2, 0, 0]


def test_probabilities_follow_the_order_of_the_levels() -> None:
    """N = 1 -> 2 at vanishing interaction: 1/2 into {1,1}, 3/4 into the triplet, 1/4 into the singlet of {1,2}."""
    found = transitions(1, 1, 3)
    assert [row[0] for row in found.floats("M")] == pytest.approx([0.5, 0.75, 0.25], abs=1e-16)


@pytest.mark.slow
def test_degenerate_doublets_have_their_own_vectors() -> None:
    """The two doublets of {1,2,3} are resolved, so that M_ji into them are not zero but known."""
    found = transitions(2, 2, 6).floats("M")
    assert found[4][1] == pytest.approx(0.31667, abs=1e-5)
    assert found[5][1] == pytest.approx(0.01666, abs=1e-5)
    assert [found[j][1] for j in (0, 1, 2)] == pytest.approx([0.5, 0.5, 0], abs=1e-12)


@pytest.mark.slow
def test_levels_cross_where_their_energies_say() -> None:
    """Bisecting the crossing of levels 6 and 7 of N = 2 by their order alone ends at one strength, to 1e-29."""
    below, above = Fraction("4.8398851824383"), Fraction("4.8398851824384")
    orders = {s: spectrum(2, 7, strength=str(s)).values["two_S"][5:] for s in (below, above)}
    assert sorted(orders.values()) == [[0, 2], [2, 0]]
    while above - below > Fraction(1, 10**29):
        middle = Fraction(int((above + below) / 2 * 10**31), 10**31)
        found = spectrum(2, 7, strength=str(middle))
        assert not found.clusters
        below, above = (
            (middle, above)
            if found.values["two_S"][5:] == orders[Fraction("4.8398851824383")]
            else (
                below,
                middle,
            )
        )
    assert str(float(below)).startswith("4.83988518243832")


@pytest.mark.slow
def test_the_order_next_to_a_crossing_is_the_one_of_independent_formulas() -> None:
    """At doubles next to the crossing of levels 6 and 7, and 1e-20 to either side, mpmath finds the same order."""
    dot = {**DOT, "orbitals": 3}

    def gap(strength: Fraction) -> Fraction:
        with mp.workdps(40):
            levels = PlainDot({**dot, "strength": strength}, 40).levels(2)
            singlet, triplet = (min(e for e, two_S, _, _ in levels[5:7] if two_S == spin) for spin in (0, 2))
            return Fraction(str(triplet - singlet))

    double = Fraction(4.8398851824383236)
    beyond = double + Fraction(1, 10**15)
    first, second = gap(double), gap(beyond)
    assert first > 0 > second
    crossing = double + (beyond - double) * first / (first - second)  # straight over so short a distance
    for strength in (double, crossing - Fraction(1, 10**20), crossing + Fraction(1, 10**20), beyond):
        expected = [0, 2] if gap(strength) > 0 else [2, 0]
        assert spectrum(2, 7, strength=str(strength)).values["two_S"][5:] == expected
        assert (strength < crossing) == (expected == [0, 2])


@pytest.mark.parametrize("kernel", ["none", "constant"])
def test_exact_coincidence_is_a_cluster(kernel: str) -> None:
    """Singlet and triplet of {1,2} have one energy: they are listed as a set, and M_ji by spin."""
    found = spectrum(2, 3, kernel=kernel, strength=1.0)
    (cluster,) = found.clusters
    assert (cluster.positions, cluster.members) == (range(1, 3), ((0, -1, 1), (2, -1, 1)))
    assert found.values["energies"][1] == found.values["energies"][2]
    document = transitions(1, 1, 3, kernel=kernel, strength=1.0).to_document()
    assert [(part["to"]["two_S"], part["M"]["mid"]) for part in document["sums"]] == [(0, "0.25"), (2, "0.75")]
    assert document["clusters"] == [{"electrons": 2, "positions": [1, 2], "members": [[0, -1, 1], [2, -1, 1]]}]
    assert "not in an order" in document["caveat"]
    for row in document["values"]["M"][1:]:
        middle, radius = (Decimal(row[0][part]) for part in ("mid", "rad"))
        assert middle - radius <= Decimal("0.25") < Decimal("0.75") <= middle + radius


def test_a_large_constant_leaves_the_levels_apart() -> None:
    """Energies of 3e40 that differ by 10 are exact, and are printed with the digits that tell them apart."""
    found = spectrum(3, 6, kernel="constant", strength=1e40)
    energies = found.values["energies"]
    assert energies[3] == energies[4] == energies[5]
    for low, high in pairwise(energies[:4]):
        assert Fraction(low.mid) + Fraction(low.rad) < Fraction(high.mid) - Fraction(high.rad)


@pytest.mark.usefixtures("few_digits")
@pytest.mark.parametrize("changes", [{"kernel": "none"}, {"cutoff": 1e300, "strength": 1e-300}])
def test_a_cut_through_a_cluster_is_refused(changes: dict) -> None:
    """Two of three levels cannot be named if the second and third coincide; the counts that work are."""
    with pytest.raises(Refusal, match=r"levels=2 cuts a cluster: levels 2 to 3 .* ask for levels=3 or 1$"):
        spectrum(2, 2, **changes)
    with pytest.raises(Refusal, match=r"levels_to=2 cuts a cluster.* ask for levels_to=3 or 1$"):
        transitions(1, 1, 2, **changes)
    assert len(spectrum(2, 3, **changes).clusters) == 1


@pytest.mark.usefixtures("few_digits")
def test_what_no_precision_tells_apart_is_a_cluster_with_known_sums() -> None:
    """A splitting far below the digits tried is given up; the sums of M_ji are known all the same."""
    found = transitions(1, 1, 3, cutoff=1e300, strength=1e-300)
    assert [(after.two_S, float(value.mid)) for _, after, value in found.sums] == [(0, 0.25), (2, 0.75)]
    assert all(value.rad < Decimal("1e-14") for *_, value in found.sums)
    assert "balls of 6" in found.caveat


@pytest.mark.usefixtures("few_digits")
def test_levels_of_one_block_that_coincide_are_summed() -> None:
    """Triplets (1,8) and (4,7) of a contact are free and coincide in one block: no ball tells them apart."""
    dot = ExactDot(Fraction(1), Fraction(0), 8, "contact", Fraction(5))
    found = order_levels(dot, 2, 45, digits=20)
    clusters = [group for group in found.groups if len(group) > 1]
    assert clusters
    for group in clusters:
        assert {(found.levels[k].two_S, found.levels[k].parity) for k in group} == {(2, -1)}
        assert all(found.levels[k].energy.overlaps(65 * arb.pi() ** 2 / 2) for k in group)


def test_groups_are_separated_by_every_ball_in_them() -> None:
    """A wide ball joins what lies in it, even where the midpoints are ordered; touching balls are not separate."""
    wide, inside, above = arb("2 +/- 1"), arb("1.5 +/- 0.001"), arb("3.1 +/- 0.001")
    assert proven_groups([inside, wide, above]) == [[1, 0], [2]]
    assert len(proven_groups([arb(1), arb("1.5 +/- 0.5"), arb(3)])) == 2
    assert proven_groups([arb(2), arb(1)]) == [[1], [0]]


def test_precision_is_bounded_by_size() -> None:
    """Small dots are tried to 1100 digits, large ones to fewer, and never to less than twice what is asked for."""
    assert largest_precision(3, 2, 16) == 1100
    assert 200 < largest_precision(13, 4, 16) < 400
    assert largest_precision(13, 4, 1000) == 2000


def test_a_budget_ends_an_answer_that_takes_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal names the budget and what was being done; a step that is too long is not begun."""
    with pytest.raises(Refusal, match=r"seconds=1e-06 do not suffice: more than .* are needed, counted while"):
        oracle(Case("spectrum", {"dot": {**DOT, "strength": 3.0}, "electrons": 3, "levels": 2}), seconds=1e-6)
    with limit_seconds(1000.0):
        check_time("resting")
        with pytest.raises(OutOfTime, match="more than 2e"):
            check_time("computing", needed=2000.0)
    check_time("resting", needed=1e9)

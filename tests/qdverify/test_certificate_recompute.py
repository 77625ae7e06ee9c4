"""What the checker computes anew, and how it compares claims with proofs: by enumeration, and to the last unit."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from flint import arb, ctx
from sympy import Rational
from sympy.physics.quantum.cg import CG

from qdverify.certificate.claims import _exact as _exact_end
from qdverify.certificate.claims import contains
from qdverify.certificate.grammar import Ball, Lead, RejectedError, dot
from qdverify.certificate.model import Model, determinants, longest_row, number_of_determinants
from qdverify.certificate.recompute import (
    Chain,
    charging_levels,
    check_charging_levels,
    currents,
    eliminate,
    populations,
    rates,
    spin_weight,
    stationary,
)

SOFT = {"length": "1", "cutoff": "1/10", "orbitals": 3, "kernel": "soft-coulomb", "strength": "1"}


@pytest.fixture(autouse=True)
def _precision() -> Iterator[None]:
    with ctx.workprec(128):
        yield


@pytest.mark.parametrize("electrons", [1, 2, 3, 4])
def test_charging_levels_reach_as_many_orbitals_as_they_need(electrons: int) -> None:
    """The lowest levels among six orbitals, however many are asked for: those of all configurations."""
    charging = dot({**SOFT, "kernel": "constant", "orbitals": 6})
    complete_list = charging_levels(charging, electrons, 10**3)
    total = number_of_determinants(6, electrons)
    assert sum(group.total() for _, group in complete_list) == total
    for asked in range(1, min(total, 30)):
        found = charging_levels(charging, electrons, asked)
        done = 0
        for (energy, group), (expected, other) in zip(found, complete_list, strict=False):
            assert abs(energy - expected) < 1e-25
            assert group == other
            done += group.total()
            if done >= asked:
                break
        assert done >= asked


def test_elimination_has_the_bits_that_many_states_cost() -> None:
    """A star of 150 states far from a warm lead: each arm balances by itself, and no bit of those asked for is lost.

    Three quarters of the bits that are added for each state would leave 106 of 128.
    """
    states = 150
    leads = Lead("L", Fraction(1), Fraction(1, 4)), Lead("R", Fraction(2), Fraction(-1, 4))
    edges = {(0, k): Fraction(1) for k in range(1, states)}
    energies = [Fraction(k) for k in range(states)]
    chain = Chain(energies, [0] + [1] * (states - 1), edges, leads, Fraction(1, 20), Fraction(1, 2))
    flows = rates(chain)
    occupied, current = stationary(chain, flows)
    assert all(population.rel_accuracy_bits() >= ctx.prec for population in occupied)
    for (i, j), of_lead in flows.items():
        into, out = (sum(both[k] for both in of_lead.values()) for k in (0, 1))
        assert (occupied[i] * into - occupied[j] * out).contains(0)
    assert current["L"].overlaps(current["R"])


@pytest.mark.parametrize("n", [1, 2, 4, 6])
def test_eliminated_populations_are_stationary(n: int) -> None:
    """Random rates: what flows in flows out, and the sum is one."""
    generator = np.random.default_rng(n)
    rates = [[arb(int(generator.integers(1, 99))) / 7 if i != j else arb(0) for j in range(n)] for i in range(n)]
    populations = eliminate(rates)
    assert abs(sum(populations, arb(0)) - 1) < 1e-30
    for i in range(n):
        net = sum((populations[j] * rates[j][i] - populations[i] * rates[i][j] for j in range(n)), arb(0))
        assert abs(net) < 1e-25
    if n > 1:
        cut = [[arb(0)] * n, *rates[1:]]
        with pytest.raises(RejectedError, match="one closed class"):
            eliminate(cut)


# Claims


def test_claims_are_compared_without_rounding() -> None:
    """The ends of both balls count to the last unit, however small; nothing infinite is contained."""
    third = Fraction(1, 3)
    for slack, expected in ((Fraction(0), True), (Fraction(1, 10**300), False)):
        assert contains(Ball(Fraction(0), third - slack, ""), third) == expected
        assert contains(Ball(Fraction(0), third - slack, ""), -third) == expected
    ball = arb(1, 0.25)
    for low, high, expected in ((0.75, 1.25, True), (0.75, 1.249999999, False), (0.750000001, 1.25, False)):
        a, b = (ball.lower(), ball.upper())
        claim_low = Fraction(low) if low != 0.75 else _exact(a)
        claim_high = Fraction(high) if high != 1.25 else _exact(b)
        assert contains(Ball((claim_low + claim_high) / 2, (claim_high - claim_low) / 2, ""), ball) == expected
    assert _exact_end(arb(2) ** 300_000, up=True) is None
    assert _exact_end(arb(2) ** -300_000, up=False) == 0
    assert _exact_end(-(arb(2) ** -300_000), up=True) == 0
    assert _exact_end(arb(2) ** 300, up=True) == 2**300
    for infinite in (arb.pos_inf(), arb.neg_inf(), arb.nan(), arb(2) ** 10**9):
        assert not contains(Ball(Fraction(0), Fraction(10**400), ""), infinite)
    tiny = arb(2) ** (-(10**9))
    assert not contains(Ball(Fraction(0), Fraction(0), ""), tiny)
    assert not contains(Ball(Fraction(0), Fraction(0), ""), -tiny)
    assert contains(Ball(Fraction(0), Fraction(1, 10**20000), ""), tiny)
    assert not contains(Ball(Fraction(-1), Fraction(1), ""), tiny)
    assert not contains(Ball(Fraction(1), Fraction(1), ""), -tiny)


def _exact(end: arb) -> Fraction:
    mantissa, exponent = end.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def test_rows_are_at_most_as_long_as_their_bound() -> None:
    """The bound of a row's length, from which the number of steps is known in advance, holds."""
    for electrons in range(7):
        for mask in determinants(3, electrons, 1):
            assert len(list(Model(dot(SOFT)).row(mask))) <= longest_row(3, electrons)


def test_spin_weights_are_averages_of_clebsch_gordan_coefficients() -> None:
    """All pairs of spins up to 5/2, zero unless they differ by 1/2."""
    for i, j in product(range(6), repeat=2):
        S, other, half = Rational(i, 2), Rational(j, 2), Rational(1, 2)
        terms = [
            CG(S, k - S, half, sigma, other, k - S + sigma).doit() ** 2
            for k in range(i + 1)
            for sigma in (half, -half)
            if abs(i - j) == 1 and abs(k - S + sigma) <= other
        ]
        assert spin_weight(i, j) == Fraction(str(sum(terms, Rational(0)) / (2 * (i + 1)))), (i, j)


def test_more_levels_than_there_are_cannot_be_stated() -> None:
    """Two electrons in one orbital have one level."""
    one = dot({**SOFT, "kernel": "constant", "orbitals": 1})
    assert len(check_charging_levels(one, 2, [(0, 1)])) == 1
    with pytest.raises(RejectedError, match="fewer levels"):
        check_charging_levels(one, 2, [(0, 1), (0, 1)])


@pytest.mark.parametrize("uncertain", ["lower energy", "upper energy", "M"])
def test_rates_hold_all_that_energies_and_M_may_be(uncertain: str) -> None:
    """Balls of energies and M_ji reach the rates as a whole, and so populations and currents."""
    energies: list[arb] = [arb(0, 0.1 * (uncertain == "lower energy")), arb(1, 0.1 * (uncertain == "upper energy"))]
    leads = (Lead("L", Fraction(1), Fraction(1)), Lead("R", Fraction(2), Fraction(0)))
    M = arb(0.5, 0.1 * (uncertain == "M"))
    chain = Chain(energies, [0, 1], {(0, 1): M}, leads, Fraction(1), Fraction(0))
    flows = rates(chain)
    occupied = populations(2, flows)
    current = currents(chain, flows, occupied)
    for end in (-0.1, 0.1):
        gap = 1 + end * (uncertain != "M")
        fermi = {lead.name: 1 / (1 + np.exp(gap - float(lead.mu))) for lead in leads}
        weight = 2 * (0.5 + end * (uncertain == "M"))
        into = {lead.name: weight * float(lead.rate) * fermi[lead.name] for lead in leads}
        out = {lead.name: weight * float(lead.rate) * (1 - fermi[lead.name]) / 2 for lead in leads}
        full = sum(into.values()) / (sum(into.values()) + sum(out.values()))
        for name in ("L", "R"):
            for ball, value in zip(flows[0, 1][name], (into[name], out[name]), strict=True):
                assert ball.lower() - 1e-9 <= value <= ball.upper() + 1e-9
        assert occupied[1].lower() - 1e-9 <= full <= occupied[1].upper() + 1e-9
        net = (1 - full) * into["L"] - full * out["L"]
        assert current["L"].lower() - 1e-9 <= net <= current["L"].upper() + 1e-9
        assert current["R"].lower() - 1e-9 <= net <= current["R"].upper() + 1e-9

"""Stationary states and currents in balls, against Gibbs states, closed forms and the matrix-tree theorem."""

from fractions import Fraction

import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from analytic import stationary_distribution
from qdverify.reference.enclosure import transport
from qdverify.reference.enclosure.elimination import StationaryChain
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.transport import Lead, RateEquation
from qdverify.reference.enclosure.unresolved import Unresolved

HALF = Fraction(1, 2)
# vacuum, one doublet, singlet, triplet, one three-electron doublet
EQUATION = RateEquation(
    energies=(Fraction(0), Fraction(1, 18), Fraction(17, 30), Fraction(7, 12), Fraction(9, 5)),
    two_S=(0, 1, 0, 2, 1),
    transitions=(
        (0, 1, Fraction(1)),
        (1, 2, Fraction(2, 5)),
        (1, 3, Fraction(4, 5)),
        (2, 4, Fraction(7, 8)),
        (3, 4, Fraction(1, 3)),
    ),
)
ELECTRONS = (0, 1, 2, 2, 3)


def rationals(low: Fraction, high: Fraction) -> st.SearchStrategy[Fraction]:
    """Fractions with small denominators."""
    return st.fractions(low, high, max_denominator=200)


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 5), st.data())
def test_elimination_equals_the_matrix_tree_theorem(states: int, data) -> None:
    """For rational rates the balls contain Kirchhoff's exact populations."""
    rates = {
        (j, i): Fraction(data.draw(st.integers(1, 10**6)), data.draw(st.integers(1, 1000)))
        for i in range(states)
        for j in range(states)
        if abs(i - j) == 1 or (i != j and data.draw(st.booleans()))
    }
    exact = stationary_distribution(states, rates)
    rows = [{j: ball(rate) for (j, i), rate in rates.items() if i == state} for state in range(states)]
    for enclosed, truth in zip(StationaryChain(rows).populations, exact, strict=True):
        assert enclosed.overlaps(ball(Fraction(str(truth))))
        assert enclosed.rel_accuracy_bits() > 40


@settings(max_examples=25, deadline=None)
@given(rationals(Fraction(-1), Fraction(3)), st.sampled_from(["1", "1/100", "7/100000", "1/10000000"]))
def test_equilibrium_is_the_gibbs_state(gate: Fraction, kT: str) -> None:
    """At V = 0 populations are (2S+1) exp(-(E - gate N)/kT)/Z with all digits, and the currents vanish exactly."""
    temperature = Fraction(kT)
    lead = Lead(Fraction(1), Fraction(0))
    result = EQUATION.stationary(lead, Lead(Fraction(1, 3), Fraction(0)), kT=temperature, gate=gate, digits=15)
    assert result.current_left == 0 == result.current_right
    with ctx.workprec(200):
        weights = [
            (two_S + 1) * (-ball((energy - gate * electrons) / temperature)).exp()
            for energy, two_S, electrons in zip(EQUATION.energies, EQUATION.two_S, ELECTRONS, strict=True)
        ]
        total = sum(weights, arb(0))
        for population, weight in zip(result.populations, weights, strict=True):
            assert population.overlaps(weight / total)
            assert population.rel_accuracy_bits() > 49


@settings(max_examples=25, deadline=None)
@given(
    rationals(Fraction(-1), Fraction(3)),
    rationals(Fraction(1, 100), Fraction(1)),
    rationals(Fraction(1, 9), Fraction(9)),
)
def test_currents_are_conserved_and_change_sign_with_the_leads(gate: Fraction, bias: Fraction, rate: Fraction) -> None:
    """I_L = I_R, positive for mu_L > mu_R, and swapping both leads turns the sign."""
    one, two = Lead(Fraction(1), bias / 2), Lead(rate, -bias / 2)
    kT = Fraction(1, 500)
    forward = EQUATION.stationary(one, two, kT=kT, gate=gate)
    backward = EQUATION.stationary(two, one, kT=kT, gate=gate)
    assert forward.current_left.overlaps(forward.current_right)
    assert forward.current_left > 0
    assert forward.current_left.overlaps(-backward.current_left)
    assert forward.current_left.rel_accuracy_bits() > 39


def test_single_level_has_its_textbook_current() -> None:
    """One doublet: I = 2 t_L t_R (f_L - f_R)/(t_L (1+f_L) + t_R (1+f_R)) for M = 1."""
    equation = RateEquation((Fraction(0), Fraction(1, 7)), (0, 1), ((0, 1, Fraction(1)),))
    left, right, kT = Lead(Fraction(2), Fraction(1, 5)), Lead(Fraction(3), Fraction(-1, 5)), Fraction(1, 10)
    result = equation.stationary(left, right, kT=kT, gate=Fraction(0), digits=20)
    with ctx.workprec(160):
        f_L, f_R = (1 / (1 + ball((Fraction(1, 7) - lead.mu) / kT).exp()) for lead in (left, right))
        expected = 2 * 2 * 3 * (f_L - f_R) / (2 * (1 + f_L) + 3 * (1 + f_R))
        assert result.current_left.overlaps(expected)
        assert result.current_left.rel_accuracy_bits() > 66


def test_deep_blockade_keeps_every_digit() -> None:
    """Populations far below any double, at kT = 1e-9, keep fifteen digits."""
    left, right = Lead(Fraction(1), Fraction(1, 1000)), Lead(Fraction(1), Fraction(-1, 1000))
    result = EQUATION.stationary(left, right, kT=Fraction(1, 10**9), gate=Fraction(1), digits=15)
    smallest = min(result.populations, key=lambda population: population.log())
    assert smallest > 0
    assert smallest.log() < -(10**8)
    assert all(population.rel_accuracy_bits() > 49 for population in result.populations)


def test_linear_response_needs_and_gets_more_precision() -> None:
    """At V = 1e-60 the current still has its digits, and is linear in V."""
    tiny = Fraction(1, 10**60)
    first, second = (
        EQUATION.stationary(Lead(Fraction(1), v / 2), Lead(Fraction(1), -v / 2), kT=Fraction(1, 100), gate=HALF)
        for v in (tiny, 2 * tiny)
    )
    with ctx.workprec(200):
        ratio = second.current_left / first.current_left
        assert abs(ratio - 2) < arb("1e-12")


def test_balls_that_do_not_determine_the_current_are_refused() -> None:
    """Energies known to 1e-6 cannot give twelve digits at kT = 1e-4."""
    blurred = RateEquation((arb(0), arb("0.3 +/- 1e-6")), (0, 1), ((0, 1, arb(1)),))
    with pytest.raises(Unresolved, match="digits of the currents, not 12"):
        blurred.stationary(Lead(HALF, HALF), Lead(HALF, -HALF), kT=Fraction(1, 10**4), gate=Fraction(0))


def test_a_refusal_says_how_many_bits_it_takes_at_least(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exact inputs determine every digit: the number named is too few by less than what rounding takes."""
    pair = Lead(Fraction(1), Fraction(1, 3)), Lead(Fraction(1), Fraction(-1, 3))
    point = {"kT": Fraction(1, 100), "gate": HALF, "digits": 300}
    monkeypatch.setattr(transport, "MOST_BITS", 170)
    with pytest.raises(Unresolved, match="digits=300 of the currents take at least") as refused:
        EQUATION.stationary(*pair, **point)
    needed = int(str(refused.value).split("at least ")[1].split()[0])
    assert 1000 < needed < 1100
    monkeypatch.setattr(transport, "MOST_BITS", needed - 20)
    with pytest.raises(Unresolved, match=f"{needed - 20} are the most tried"):
        EQUATION.stationary(*pair, **point)
    monkeypatch.setattr(transport, "MOST_BITS", needed + 20)
    assert EQUATION.stationary(*pair, **point).current_left > 0


def test_levels_that_never_communicate_are_named() -> None:
    """Two closed classes, or leads that are both cut off, have no unique stationary state."""
    apart = RateEquation(EQUATION.energies, EQUATION.two_S, EQUATION.transitions[:2])
    lead = Lead(Fraction(1), Fraction(0))
    with pytest.raises(ValueError, match=r"3 closed classes \[\[0, 1, 2\], \[3\], \[4\]\]"):
        apart.stationary(lead, lead, kT=HALF, gate=HALF)
    dead = Lead(Fraction(0), Fraction(0))
    with pytest.raises(ValueError, match="5 closed classes"):
        EQUATION.stationary(dead, dead, kT=HALF, gate=HALF)


def test_one_open_barrier_gives_equilibrium_with_its_lead() -> None:
    """With t_R = 0 the dot is in equilibrium with the left lead and no current flows."""
    result = EQUATION.stationary(Lead(HALF, HALF), Lead(Fraction(0), -HALF), kT=HALF, gate=Fraction(0))
    shifted = EQUATION.stationary(Lead(HALF, Fraction(0)), Lead(HALF, Fraction(0)), kT=HALF, gate=HALF)
    assert result.current_left == 0
    assert all(a.overlaps(b) for a, b in zip(result.populations, shifted.populations, strict=True))


def test_temperature_must_be_positive() -> None:
    """A negative temperature is an error that names it."""
    with pytest.raises(ValueError, match=r"kT=-0\.5 must be positive"):
        EQUATION.stationary(Lead(HALF, HALF), Lead(HALF, HALF), kT=-HALF, gate=HALF)


def test_leads_near_each_other_share_their_exponentials() -> None:
    """At one temperature and not too far apart; what is filled is what each lead's own e^x says."""
    kT, far = Fraction(1, 8), 2 * transport.NEAR
    potentials = [Fraction(1, 3), Fraction(-1, 7), Fraction(1, 3), far, Fraction(1, 5)]
    leads = [Lead(Fraction(1), mu) for mu in potentials[:4]] + [Lead(Fraction(1), potentials[4], 2 * kT)]
    device = transport.Device(EQUATION, leads, kT, HALF)
    with ctx.workprec(256):
        shared = device._exponentials()
        assert [first for first, _ in shared] == [0, 0, 0, 3, 4]
        assert [factor is None for _, factor in shared] == [True, False, True, True, True]
        for way in device.tunnelling():
            energy = EQUATION.energies[way.upper] - EQUATION.energies[way.lower] - HALF
            exponential = ball((energy - leads[way.lead].mu) / (leads[way.lead].kT or kT)).exp()
            for number, truth in ((way.filled, 1 / (1 + exponential)), (way.empty, exponential / (1 + exponential))):
                assert number.overlaps(truth)
                assert number.rel_accuracy_bits() > 220

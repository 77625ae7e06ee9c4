import mpmath
import pytest
import sympy
from small_transitions import transition_probabilities_small

from analytic.charging import charging_levels
from analytic.exact import to_digits
from analytic.hamiltonian import levels
from analytic.perturbation import (
    weak_coupling_levels,
    weak_coupling_transition_probabilities,
)
from analytic.transitions import transition_probabilities_between

SOFT = {"length": 1, "cutoff": "0.01", "kernel": "soft-coulomb"}
CONTACT = {"length": 1, "cutoff": 0, "kernel": "contact"}


def number(value, digits=30):
    return value if isinstance(value, mpmath.mpf) else to_digits(value, digits=digits)


@pytest.mark.parametrize("model", [SOFT, CONTACT])
@pytest.mark.parametrize("electrons", [2, 3, 4])
def test_small_strength_reaches_the_predicted_levels(electrons, model):
    """E(s) - E_0 - s E_1 - s^2 E_2 vanishes like s^2 (s^3 where E_2 is known), level by level, in the same order."""
    predicted = weak_coupling_levels(electrons, 3, 9, **model)
    with mpmath.workdps(40):
        errors = []
        for strength in ("1/1000000", "1/2000000"):
            s = mpmath.mpf(1) / int(strength[2:])
            found = levels(electrons, 3, **model, strength=strength)
            assert [x.two_S for x in found[: len(predicted)]] == [x.two_S for x in predicted]
            series = (
                x.energy * mpmath.pi**2 / 2 + s * number(x.first_order) + s**2 * number(x.second_order or 0)
                for x in predicted
            )
            errors.append([abs(x.energy - E) for x, E in zip(found, series, strict=False)])
        for level, (coarse, fine) in zip(predicted, zip(*errors, strict=True), strict=True):
            order = 3 if level.second_order is not None else 2
            assert coarse < mpmath.mpf(10) ** (-6 * order + 1)
            assert coarse < mpmath.mpf(10) ** -30 or 0.98 < mpmath.log(coarse / fine, 2) / order < 1.02


def test_the_second_order_that_tells_the_doublets_apart_is_the_curvature_of_their_energies():
    """Contact, {1,2,3} in a box of length 3: (E - E_0 - s E_1) / s^2 tends to E_2, which is not zero."""
    model = CONTACT | {"length": 3}
    doublets = [k for k, x in enumerate(weak_coupling_levels(3, 4, 6, **model)) if x.second_order is not None]
    predicted = [weak_coupling_levels(3, 4, 6, **model)[k] for k in doublets]
    assert [(x.two_S, x.basis[0].orbitals) for x in predicted] == [(1, (1, 2, 3))] * 2
    s = mpmath.mpf(10) ** -8
    found = levels(3, 4, **model, strength="1/100000000", digits=40)
    with mpmath.workdps(50):
        for place, level in zip(doublets, predicted, strict=True):
            E_0 = level.energy * mpmath.pi**2 / 18
            curvature = (found[place].energy - E_0 - s * number(level.first_order, 50)) / s**2
            assert abs(curvature / number(level.second_order, 50) - 1) < 1e-6


def test_first_orders_of_soft_coulomb_have_the_digits_asked_for():
    """Thirty digits agree with fifty."""
    rough, fine = (weak_coupling_levels(3, 3, 6, **SOFT, digits=digits) for digits in (30, 50))
    with mpmath.workdps(60):
        for a, b in zip(rough, fine, strict=True):
            assert abs(a.first_order - b.first_order) < mpmath.mpf(10) ** -30


@pytest.mark.parametrize(
    ("electrons", "model"),
    [(2, SOFT), (2, CONTACT), (3, SOFT), pytest.param(3, CONTACT, marks=pytest.mark.slow)],
)
def test_small_strength_reaches_the_predicted_transition_probabilities(electrons, model):
    """M_ji at s = 1e-7 differs from that of the limit states by less than s, open shells included."""
    limit = weak_coupling_transition_probabilities(electrons, 4, 5, 5, **model)
    assert all(level.resolved for level in (*limit.initial, *limit.final))
    found = transition_probabilities_small(electrons, 4, **model, strength="1/10000000")
    with mpmath.workdps(40):
        for j in range(len(limit.final)):
            for i in range(len(limit.initial)):
                assert abs(found[j][i] - number(limit.M[j][i])) < 1e-7


def test_the_papers_forbidden_transition_tends_to_zero():
    """N = 2 ground state -> second doublet of N = 3: exactly 0 in the limit, for every kernel."""
    for model in (SOFT, CONTACT):
        limit = weak_coupling_transition_probabilities(2, 4, 1, 2, **model)
        assert limit.final[1].basis[0].orbitals == (1, 2, 2)
        assert limit.M[1][0] == 0


def test_open_shells_split_in_first_order_for_soft_coulomb_and_in_second_for_contact():
    """{1,2,3}: the two doublets differ in E_1 for soft-Coulomb; for contact all E_1 are equal and E_2 is algebraic."""
    soft = [x for x in weak_coupling_levels(3, 5, 6, **SOFT) if x.energy == 14 and x.two_S == 1]
    contact = [x for x in weak_coupling_levels(3, 5, 6, **CONTACT) if x.energy == 14 and x.two_S == 1]
    assert soft[0].first_order < soft[1].first_order
    assert contact[0].first_order == contact[1].first_order == 3
    assert not (contact[0].second_order * sympy.pi**2).is_rational
    assert [x.second_order for x in soft] == [None, None]


def test_limit_values_are_algebraic_for_contact():
    """M_ji into the two doublets of {1,2,3} lies in a quadratic field; their sum is the configuration's, 1/3."""
    limit = weak_coupling_transition_probabilities(2, 5, 3, 6, **CONTACT)
    rows = [k for k, level in enumerate(limit.final) if level.energy == 14 and level.two_S == 1]
    column = next(k for k, level in enumerate(limit.initial) if level.energy == 5 and level.two_S == 2)
    pair = [limit.M[row][column] for row in rows]
    assert all(value.is_algebraic and not value.is_rational for value in pair)
    assert sympy.simplify(sum(pair) - sympy.Rational(1, 3)) == 0


def test_accidental_degeneracy_is_resolved_or_marked():
    """33 = 1+16+16 = 4+4+25: two doublets of one parity that contact leaves together at first order."""
    found = [x for x in weak_coupling_levels(3, 5, 30, **CONTACT) if x.energy == 33 and x.two_S == 1]
    assert {state.orbitals for state in found[0].basis} == {(1, 4, 4), (2, 2, 5)}
    assert [x.first_order for x in found] == [sympy.Rational(5, 2)] * 2
    assert all(x.second_order is not None for x in found)


def test_levels_that_nothing_tells_apart_are_marked():
    """Without interaction, or with one that is constant over the dot, the doublets of {1,2,3} stay together."""
    for model in ({"kernel": "none"}, {"kernel": "constant"}, SOFT | {"cutoff": "1e10"}):
        found = [x for x in weak_coupling_levels(3, 4, 6, **model) if x.energy == 14]
        assert [x.resolved for x in found] == [x.two_S == 3 for x in found]


def test_charging_model_is_a_shift():
    """E = sum n^2 pi^2/(2L^2) + U N(N-1)/2, exactly."""
    for level in charging_levels(4, 5, 6, length="19/2", strength="1/10"):
        n_squared = level.basis[0].energy
        assert level.energy == n_squared * sympy.pi**2 / 2 * sympy.Rational(4, 361) + sympy.Rational(6, 10)
    with pytest.raises(ValueError, match="length=0 must be positive"):
        charging_levels(2, 2, 1, length=0)


def test_charging_model_keeps_the_transition_probabilities():
    """M_ji between its states are those without interaction, to the number."""
    initial, final = (charging_levels(N, 4, 5, length=1, strength="1/10") for N in (2, 3))
    bare = weak_coupling_transition_probabilities(2, 4, 1, 1, kernel="contact")
    M = transition_probabilities_between(initial, final, exact=True)
    assert M[0][0] == bare.M[0][0] == 1
    assert {level.coefficients for level in (*initial, *final)} == {(1,)}


def test_soft_coulomb_has_no_cutoff_unless_one_is_given():
    """The kernel 1/|x - x'| has no matrix elements in one dimension, and no length is assumed for its cutoff."""
    with pytest.raises(ValueError, match="cutoff=0 must be positive"):
        weak_coupling_levels(2, 2, 1, kernel="soft-coulomb")

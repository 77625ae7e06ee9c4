"""The oracle: grades, documents, refusals, and digits that independent routes confirm."""

import json
from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st
from small_transitions import transition_probabilities_small

import numeric
from analytic import levels
from analytic.configurations import noninteracting_levels
from qdverify.certificate.check import check
from qdverify.protocol.case import Case
from qdverify.protocol.grade import Grade
from qdverify.protocol.inputs import InvalidInput
from qdverify.reference.answers.enclosed import enclosed_answer
from qdverify.reference.answers.exact import as_ball, exact_answer
from qdverify.reference.oracle import Enclosed, Refusal, oracle
from qdverify.reference.write_certificate import certificate

DOT = {"length": 9.5, "cutoff": 0.5, "orbitals": 3, "kernel": "soft-coulomb", "strength": 1.0}
CHAIN = {
    "levels": [{"electrons": 0, "energy": 0.0, "two_S": 0}, {"electrons": 1, "energy": 0.125, "two_S": 1}],
    "transitions": [{"from": 0, "to": 1, "M": 1.0}],
    "leads": [{"name": "L", "rate": 1.0, "mu": 0.25}, {"name": "R", "rate": 2.0, "mu": -0.25}],
    "kT": 0.0625,
    "gate": 0.0,
}


def spectrum(dot, electrons: int, count: int) -> Case:
    """Return a case of the task spectrum."""
    return Case("spectrum", {"dot": dot, "electrons": electrons, "levels": count})


def transitions(dot, electrons: int, count: int, more: int) -> Case:
    """Return a case of the task transition_probabilities."""
    return Case(
        "transition_probabilities", {"dot": dot, "electrons": electrons, "levels_from": count, "levels_to": more}
    )


def inside(value: Enclosed, truth: mpmath.mpf) -> bool:
    """Tell whether a number that is itself known to 40 digits lies in a printed ball."""
    with mpmath.workdps(60):
        return abs(mpmath.mpf(str(value.mid)) - truth) <= mpmath.mpf(str(value.rad)) + mpmath.mpf("1e-40")


@pytest.mark.parametrize("kernel", ["soft-coulomb", "contact"])
@pytest.mark.parametrize("electrons", [2, 3])
def test_thirty_digits_equal_the_closed_small_bases(kernel: str, electrons: int) -> None:
    """All levels of M = 3 contain the energies that the exact side finds from symbolic blocks, to 25 digits."""
    dot = {**DOT, "kernel": kernel, "strength": 1.25}
    exact = levels(electrons, 3, length=9.5, cutoff=0.5, kernel=kernel, strength=1.25, digits=40)
    reference = oracle(spectrum(dot, electrons, len(exact)), digits=25)
    assert reference.grade == Grade.ENCLOSED
    assert reference.values["two_S"] == [level.two_S for level in exact]
    for value, level in zip(reference.values["energies"], exact, strict=True):
        assert inside(value, level.energy)
        assert value.rad < abs(value.mid) * Decimal("1e-25")


@pytest.mark.parametrize("electrons", [1, 2, 3])
def test_transition_probabilities_equal_the_closed_small_bases(electrons: int) -> None:
    """Every M_ji of M = 3 contains Eq. (4) summed literally over every S_z by the exact side."""
    exact = transition_probabilities_small(electrons, 3, length=9.5, cutoff=0.5, kernel="soft-coulomb", digits=40)
    reference = oracle(transitions(DOT, electrons, len(exact[0]), len(exact)), digits=20)
    for row, expected in zip(reference.values["M"], exact, strict=True):
        assert all(inside(value, truth) for value, truth in zip(row, expected, strict=True))


@settings(max_examples=6, deadline=None)
@given(
    st.sampled_from(["soft-coulomb", "contact"]),
    st.floats(0.5, 20),
    st.floats(1e-4, 0.3),
    st.floats(0.1, 5),
    st.integers(2, 3),
)
def test_double_precision_lies_within_its_own_error(kernel, length, ratio, strength, electrons) -> None:
    """The floating-point side agrees to its precision with the enclosures, level by level, for random dots."""
    dot = {"length": length, "cutoff": length * ratio, "orbitals": 5, "kernel": kernel, "strength": strength}
    reference = oracle(spectrum(dot, electrons, 4))
    found = numeric.solve(numeric.Dot(length, length * ratio, 5, kernel, strength), electrons=electrons, levels=4)
    assert np.allclose(found.energies, reference.floats("energies"), rtol=1e-12, atol=1e-12 / length**2)
    assert list(found.two_S) == reference.values["two_S"]


@pytest.mark.parametrize("electrons", [2, 3])
def test_exact_and_enclosed_agree_where_both_apply(electrons: int) -> None:
    """The charging model by derivation and by proof: the same levels, and the same sets of levels that coincide."""
    dot = {**DOT, "kernel": "constant", "strength": "1/3"}
    case = spectrum(dot, electrons, {2: 4, 3: 6}[electrons])
    with ctx.workprec(128):
        exact, enclosed = exact_answer(case), enclosed_answer(case, 15)
        assert exact.grade == Grade.EXACT != enclosed.grade
        assert all(a.overlaps(b) for a, b in zip(exact.values["energies"], enclosed.values["energies"], strict=True))
        assert exact.values["two_S"] == enclosed.values["two_S"]
        assert exact.clusters == enclosed.clusters != ()


def test_noninteracting_energies_are_sums_of_squares() -> None:
    """Kernel none gives sum n^2 pi^2/(2 L^2) with grade exact and all the digits asked for."""
    reference = oracle(spectrum({**DOT, "kernel": "none"}, 4, 3), digits=50)
    assert reference.grade == Grade.EXACT
    with mpmath.workdps(60):
        for value, level in zip(reference.values["energies"], noninteracting_levels(4, 3, 3), strict=False):
            assert inside(value, level.energy * mpmath.pi**2 / 2 / mpmath.mpf("9.5") ** 2)
            assert value.rad < Decimal("1e-50")


def test_every_task_and_kernel_has_its_grade() -> None:
    """Exact where there is a derivation, enclosed elsewhere."""
    free, contact = {**DOT, "kernel": "none"}, {**DOT, "kernel": "contact"}
    indices = {"indices": [[1, 1, 2, 2], [1, 2, 1, 1]]}
    grades = {
        Grade.EXACT: [
            Case("clebsch_gordan_weight", {"two_S_i": 1, "two_S_j": 2}),
            Case("interaction_integrals", {"dot": contact, **indices}),
            Case("interaction_integrals", {"dot": free, **indices}),
            spectrum(free, 3, 2),
            spectrum({**DOT, "kernel": "constant"}, 3, 2),
            spectrum(DOT, 1, 2),
            transitions(free, 2, 1, 2),
            transitions(DOT, 0, 1, 2),
        ],
        Grade.ENCLOSED: [
            Case("interaction_integrals", {"dot": DOT, **indices}),
            spectrum(DOT, 2, 2),
            spectrum(contact, 2, 2),
            transitions(DOT, 1, 1, 1),
            Case("stationary_state", CHAIN),
            Case("current", CHAIN),
        ],
    }
    for grade, cases in grades.items():
        for case in cases:
            assert oracle(case).grade == grade


def test_document_reads_as_the_interface_says() -> None:
    """A reference document has the documented fields, survives JSON, and its decimals give the balls back."""
    document = json.loads(json.dumps(oracle(spectrum(DOT, 2, 2), digits=20).to_document()))
    assert document["schema"] == "qdverify-reference/1"
    assert set(document) == {"schema", "case", "grade", "values", "method", "provenance"}
    assert Case.from_document(document["case"]).key == spectrum(DOT, 2, 2).key
    for number in document["values"]["energies"]:
        assert Decimal(number["rad"]) < Decimal(number["mid"]) * Decimal("1e-20")
    assert document["values"]["two_S"] == [0, 2]


def test_numbers_in_a_case_are_exact() -> None:
    """The decimal string 0.1 and the double 0.1 are different dots, and the oracle tells them apart."""
    by_double, by_decimal = (
        oracle(spectrum({**DOT, "cutoff": cutoff}, 2, 1), digits=25).values["energies"][0] for cutoff in (0.1, "0.1")
    )
    assert by_double.rad + by_decimal.rad < abs(by_double.mid - by_decimal.mid) < Decimal("1e-16")


@given(st.integers(-(10**30), 10**30), st.integers(-3000, 3000), st.integers(1, 40))
def test_printed_ball_contains_the_ball(mantissa: int, exponent: int, digits: int) -> None:
    """Decimal rounding is covered by the printed radius, for numbers far beyond double range too."""
    with ctx.workprec(256):
        value = arb(mantissa) * arb(2) ** exponent * arb("1 +/- 1e-20")
        printed = Enclosed.of(value, digits)
        assert arb(f"{printed.mid} +/- {printed.rad}").contains(value) or (mantissa == 0 == printed.rad)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(0, 1e300))
def test_bound_covers_the_rounding_to_double(mid: float, rad: float) -> None:
    """float(mid) is within `bound` of every point of the ball."""
    number = Enclosed(Decimal(mid) * 3 / 7, Decimal(rad))
    centre, bound = Fraction(float(number.mid)), Fraction(number.bound) if number.bound < float("inf") else None
    if bound is not None:
        assert abs(centre - Fraction(number.mid)) + Fraction(number.rad) <= bound


def test_deepest_blockade_has_a_bound_in_doubles() -> None:
    """A population of 1e-2000000000 is zero in double precision, and its bound says that this is not exact."""
    number = oracle(Case("stationary_state", {**CHAIN, "kT": 1e-11, "gate": -0.5})).values["populations"][1]
    assert number.mid.adjusted() < -(10**9)
    assert float(number.mid) == 0.0 < number.bound
    assert number.to_document()["mid"].count("e-") == 1


def test_refusals_say_why() -> None:
    """What cannot be given is refused with the reason, never guessed."""
    with pytest.raises(Refusal, match="200000 determinants of one S_z in 62 orbitals"):
        oracle(spectrum({**DOT, "orbitals": 40}, 6, 1))
    with pytest.raises(Refusal, match="200000 determinants of one S_z in 62 orbitals"):
        oracle(spectrum({**DOT, "orbitals": 10**9}, 10**9, 1))
    with pytest.raises(Refusal, match=r"exceed the 1e\+60 that doubles are searched to"):
        oracle(spectrum({**DOT, "strength": 1e300}, 2, 1))
    with pytest.raises(Refusal, match="orbital index=63 must be at most 62"):
        oracle(Case("interaction_integrals", {"dot": {**DOT, "orbitals": 63}, "indices": [[1, 1, 1, 63]]}))
    with pytest.raises(Refusal, match="and so beyond decimals"):
        oracle(Case("current", {**CHAIN, "gate": 1e300}))
    with pytest.raises(Refusal, match="2 closed classes"):
        oracle(Case("current", {**CHAIN, "transitions": []}))
    with pytest.raises(Refusal, match="electrons=7 must be at most 6"):
        oracle(spectrum({**DOT, "orbitals": 5, "kernel": "none"}, 7, 1))


@pytest.mark.parametrize(("two_S", "change"), [(10**8, 1), (10**30, -1), (101, 1), (101, -1), (10**9, 2), (100, 1)])
def test_huge_spins_are_answered_at_once(two_S: int, change: int) -> None:
    """(S_i+1)/(2S_i+1) and S_i/(2S_i+1), summed for symbolic spin, and by the checker without a sum."""
    case = Case("clebsch_gordan_weight", {"two_S_i": two_S, "two_S_j": two_S + change})
    value = oracle(case, digits=40).values["C"]
    expected = {1: Fraction(two_S + 2, 2 * two_S + 2), -1: Fraction(two_S, 2 * two_S + 2), 2: Fraction(0)}[change]
    assert abs(Fraction(value.mid) - expected) <= Fraction(value.rad)
    assert check(certificate(case)) == {"C": 1}


def test_orbitals_that_no_level_reaches_cost_nothing() -> None:
    """Levels without interaction, their M_ji and integrals do not depend on how many orbitals lie above them."""
    few, many = ({**DOT, "kernel": "none", "orbitals": orbitals} for orbitals in (9, 10**9))
    for case in (lambda dot: spectrum(dot, 3, 6), lambda dot: transitions(dot, 2, 3, 6)):
        assert oracle(case(few)).values == oracle(case(many)).values
    indices = [[1, 1, 2, 2], [1, 2, 2, 1]]
    small, large = (
        oracle(Case("interaction_integrals", {"dot": {**DOT, "orbitals": orbitals}, "indices": indices})).values
        for orbitals in (2, 10**9)
    )
    assert small == large


def test_invalid_inputs_name_value_and_rule() -> None:
    """A broken rule is an InvalidInput."""
    with pytest.raises(InvalidInput, match="digits=0 must be an integer between 1 and 1000"):
        oracle(spectrum(DOT, 2, 1), digits=0)
    with pytest.raises(InvalidInput, match="is no input of"):
        oracle(
            {
                "schema": "qdverify-case/1",
                "task": "spectrum",
                "inputs": {"dot": DOT, "electrons": 1, "levels": 1, "x": 1},
            }
        )


def test_exact_expressions_are_enclosed_term_by_term() -> None:
    """Rationals, pi, sums, products and integer powers become balls; anything else is refused."""
    with ctx.workprec(128):
        assert as_ball(3 * sympy.pi**2 / 7 - sympy.Rational(1, 3)).overlaps(3 * arb.pi() ** 2 / 7 - arb(1) / 3)
    with pytest.raises(ValueError, match="must be built from rationals and pi"):
        as_ball(sympy.exp(1))


def test_current_is_the_textbook_current() -> None:
    """One doublet between two leads: the closed form lies in the ball."""
    reference = oracle(Case("current", CHAIN), digits=20)
    with mpmath.workdps(40):
        f_L, f_R = (1 / (1 + mpmath.exp(x)) for x in (mpmath.mpf(-2), mpmath.mpf(6)))
        expected = 2 * 2 * (f_L - f_R) / ((1 + f_L) + 2 * (1 + f_R))
        assert inside(reference.values["I_L"], expected)
        assert inside(reference.values["I_R"], expected)

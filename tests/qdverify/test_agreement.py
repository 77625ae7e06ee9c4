"""Digits of agreement between references, baselines and reports."""

import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from weights import Shifted, Weights

from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.interfaces.cli import main
from qdverify.protocol.case import Case
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.response_rules import RESPONSE_QUESTION
from qdverify.records.agreement import MOST_DIGITS, Ball, agreement, agreements, ball
from qdverify.records.baseline import _document, check, differences, record, write_baseline
from qdverify.reference.oracle import oracle
from qdverify.run.verify import verify
from qdverify.suite.subject import Subject

CASE = Case("clebsch_gordan_weight", {"two_S_i": 1, "two_S_j": 2})


def reference(mid, rad="0", case=CASE):
    values = {"C": [{"mid": mid, "rad": rad}]}
    return {"schema": "qdverify-reference/1", "case": case.to_document(), "grade": "enclosed", "values": values}


def test_twenty_digits_are_twenty_digits():
    """Nothing is rounded to a double on the way."""
    (found,) = agreements(reference("3.95953119178435346440"), reference("3.95953119178435346441")).values
    assert 20.5 < found.digits[0] < 20.7
    assert not found.compatible
    (same,) = agreements(reference("3.95953119178435346440"), reference("3.9595311917843534644")).values
    assert same.digits == (MOST_DIGITS, MOST_DIGITS)
    assert same.compatible


def test_balls_that_overlap_are_compatible():
    """The digits are an interval: at least what the radii leave, at most what the middles show."""
    (found,) = agreements(reference("1.000", "1e-3"), reference("1.001", "1e-3")).values
    assert found.compatible
    assert found.digits[0] == pytest.approx(2.52, abs=0.01)
    assert found.digits[1] == MOST_DIGITS
    assert not agreements(reference("1.000", "1e-4"), reference("1.001", "1e-4")).compatible


def test_other_inputs_are_another_case():
    """Only the same exact inputs are compared with each other, however they are written."""
    other = Case("clebsch_gordan_weight", {"two_S_i": 1, "two_S_j": 0})
    found = agreements(reference("0.75"), reference("0.25", case=other))
    assert not found.values
    assert len(found.only_first) == len(found.only_second) == 1


def test_a_number_of_any_form_is_a_ball():
    """Decimals, rationals, JSON numbers and pairs of middle and radius."""
    assert ball("1/4") == ball(0.25) == ball("0.25") == Ball(Decimal("0.25"))
    assert ball({"mid": "0.25", "rad": "1e-30"}) == Ball(Decimal("0.25"), Decimal("1e-30"))
    assert ball(0.1).mid != ball("0.1").mid


@pytest.mark.parametrize("value", ["NaN", "Infinity", "one", "1/0", None, True, {}, {"mid": 1, "rad": -1e-300}])
def test_what_is_no_number_is_refused(value):
    """Nothing passes for a number that is none."""
    with pytest.raises((InvalidInput, KeyError)):
        ball(value)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0, 1), st.floats(0, 1))
def test_agreement_is_symmetric(a, b, ra, rb):
    """Swapping the two changes nothing."""
    one, two = [Ball(Decimal(a), Decimal(ra))], [Ball(Decimal(b), Decimal(rb))]
    assert agreement(("case", "x"), one, two) == agreement(("case", "x"), two, one)


def test_other_shapes_do_not_agree():
    """A list of another length is no agreement."""
    assert not agreement(("case", "x"), [Ball(Decimal(1))], [Ball(Decimal(1))] * 2).compatible


def write(path, document):
    path.write_text(json.dumps(document))
    return str(path)


def compare(*files):
    return CliRunner().invoke(main, ["compare", *map(str, files)])


def test_a_baseline_is_held_against_a_reference(tmp_path):
    """An implementation's recorded numbers, digit by digit against proven ones."""
    exact = write(tmp_path / "exact.json", [reference("0.75")])
    right, wrong = tmp_path / "right.json", tmp_path / "wrong.json"
    write_baseline(right, record(Subject(InProcess(Weights())), [CASE]))
    write_baseline(wrong, record(Subject(InProcess(Shifted())), [CASE]))
    assert compare(right, exact).exit_code == 0
    result = compare(wrong, exact)
    assert result.exit_code == 1
    assert result.output.startswith("DIFFER")
    assert "1.9 digits" in result.output


def test_what_is_equal_is_called_equal(tmp_path):
    """No digits and no distance for equal numbers; a ball about the same middle agrees in all its digits."""
    one = write(tmp_path / "one.json", reference("0.750"))
    ball = write(tmp_path / "ball.json", reference("0.7500", "1e-12"))
    same = compare(one, one, "--every").output.splitlines()
    assert same[0].startswith("agree ")
    assert same[0].endswith(" C: equal")
    assert same[1].endswith("0.750  0.750  equal")
    near = compare(one, ball).output.splitlines()[0]
    assert near.endswith(" C: 11.9 to all digits")
    pair = {**reference("0.75"), "values": {"C": [0.75, 0.75]}}
    assert " C: of different shapes" in compare(one, write(tmp_path / "pair.json", pair)).output


def test_two_reports_say_what_broke(tmp_path):
    """Verdicts that turned, and digits of the measured values; swapped, what broke is repaired."""
    right, wrong = tmp_path / "right.json", tmp_path / "wrong.json"
    right.write_text(verify(Weights(), ["spin"]).to_json())
    wrong.write_text(verify(Shifted(), ["spin"]).to_json())
    broke = compare(right, wrong)
    assert broke.exit_code == 1
    assert re.match(r"summary    \d+ broke", broke.output)
    assert "context    implementation: weights 1 -> weights 2" in broke.output
    assert "broke      spin.clebsch-gordan 2S=0->1: pass -> fail" in broke.output
    assert "measured   spin.clebsch-gordan: the values agree to" in broke.output
    assert "repaired   spin.clebsch-gordan" in compare(wrong, right).output
    same = compare(right, right)
    assert same.exit_code == 0
    assert same.output.startswith("summary    nothing changed")


def test_files_of_two_kinds_are_not_compared(tmp_path):
    """A report and a reference have nothing in common; what is none of the kinds is refused."""
    report = tmp_path / "report.json"
    report.write_text(verify(Weights(), ["spin"]).to_json())
    assert compare(report, write(tmp_path / "exact.json", reference("1"))).exit_code == 2
    assert compare(write(tmp_path / "a.json", {}), write(tmp_path / "b.json", {})).exit_code == 2


def test_nothing_in_common_is_no_agreement(tmp_path):
    """Two files without a common case do not agree."""
    other = reference("0.25", case=Case("clebsch_gordan_weight", {"two_S_i": 1, "two_S_j": 0}))
    result = compare(write(tmp_path / "a.json", reference("0.75")), write(tmp_path / "b.json", other))
    assert result.exit_code == 1
    assert "nothing in common" in result.output


@given(st.integers(-2_000_000_000, 2_000_000_000), st.integers(1, 40))
def test_numbers_beyond_double_range_have_digits(exponent, digits):
    """Populations of 1e-1000000000 are told apart to their last digit; nothing underflows to agreement."""
    one, two = Ball(Decimal(f"1e{exponent}")), Ball(Decimal(f"1.{1:0{digits}}e{exponent}"))
    found = agreement(("case", "x"), [one], [two])
    assert not found.compatible
    assert found.digits[0] == pytest.approx(digits, abs=0.05)


def test_a_number_that_may_be_zero_is_held_to_its_neighbours():
    """Rounding noise beside a forbidden transition costs no digits; a population flushed to zero costs all of them."""
    noisy = [Ball(Decimal("0.5")), Ball(Decimal("1e-17"))]
    forbidden = [Ball(Decimal("0.5")), Ball(Decimal(0))]
    assert agreement(("case", "M"), noisy, forbidden).reaches(12)
    assert not agreement(("case", "M"), noisy, forbidden).reaches(18)
    tiny, flushed = [Ball(Decimal("0.5")), Ball(Decimal("1e-400"))], forbidden
    assert not agreement(("case", "P"), flushed, tiny).reaches(1)
    assert not agreement(("case", "P"), noisy, noisy[:1]).reaches(0)


def test_digits_asked_for_decide(tmp_path):
    """With --digits a double that is right to eleven digits agrees; without, it lies outside the ball."""
    proven = write(tmp_path / "proven.json", reference("0.75", "1e-20"))
    mine = write(tmp_path / "mine.json", reference("0.7500000000075"))
    assert compare(mine, proven).exit_code == 1
    assert compare(mine, proven, "--digits", 10.9).exit_code == 0
    shown = compare(mine, proven, "--digits", 11.1, "--every")
    assert shown.exit_code == 1
    assert "0  0.7500000000075  0.75  11.0 digits" in shown.output


def balls(*pairs):
    return [Ball(Decimal(mid), Decimal(rad)) for mid, rad in pairs]


def test_one_element_that_differs_is_a_difference_wherever_it_stands():
    """The worst element decides: its place, its digits, and whether the values can be the same."""
    right = balls(("1", "0"), ("2", "0"), ("3", "0"))
    for place in range(3):
        wrong = [*right]
        wrong[place] = Ball(Decimal(str(place + 1.001)))
        found = agreement(("case", "x"), wrong, right)
        assert not found.compatible
        assert found.index == place
        assert 2.9 < found.digits[0] < 3.6
        assert not found.reaches(4)
        assert found.reaches(2.9)


@pytest.mark.parametrize(("apart", "overlap"), [("0.0029", True), ("0.0031", False), ("0.009", False), ("0.03", False)])
def test_balls_overlap_by_the_sum_of_their_radii(apart, overlap):
    """And by no more; radii of both sides count."""
    one, two = balls(("1", "0.001")), balls((str(1 + Decimal(apart)), "0.002"))
    assert agreement(("case", "x"), one, two).compatible is overlap
    assert agreement(("case", "x"), two, one).compatible is overlap


def test_radii_cost_digits():
    """The fewest digits count both radii against the values, the most take them away from the distance."""
    found = agreement(("case", "x"), balls(("1", "0.0004")), balls(("1.001", "0.0005")))
    assert found.digits[0] == pytest.approx(2.72, abs=0.01)
    assert found.digits[1] == pytest.approx(4.0, abs=0.01)


def test_digits_are_reached_or_not():
    """To a tenth of a digit; nothing reaches any number of digits of nothing."""
    found = agreement(("case", "x"), balls(("1.00001", "0")), balls(("1", "0")))
    assert found.reaches(5)
    assert not found.reaches(5.1)
    assert not found.reaches(7)
    assert not agreement(("case", "x"), [], []).reaches(0)
    assert not agreement(("case", "x"), balls(("1", "0")), balls(("1", "0"), ("2", "0"))).compatible


def test_a_number_whose_ball_holds_zero_has_no_digits_of_its_own():
    """Other numbers have: a tiny one that is off by half is told, though a large one stands beside it."""
    large, tiny = ("0.5", "0"), ("1e-30", "0")
    half = agreement(("case", "P"), balls(large, ("0.5e-30", "0")), balls(large, tiny))
    assert not half.reaches(1)
    assert agreement(("case", "P"), balls(large, ("0.5e-30", "0")), balls(large, ("1e-30", "1e-29"))).reaches(12)


def test_a_baseline_is_as_wide_as_its_bound():
    """A value beyond the bound does not agree with a reference, be it by three times or by a thousand."""
    (entry,) = record(Subject(InProcess(Weights())), [CASE])
    bound = entry.bound["C"]
    for times, agrees in ((0.9, True), (3, False), (900, False)):
        moved = Decimal("0.75") + Decimal(times * bound)
        document = {"schema": "qdverify-baseline/1", "entries": [_document(entry)]}
        assert agreements(document, reference(str(moved))).compatible is agrees


def test_of_two_values_one_that_differs_makes_the_difference(tmp_path):
    """In the library and on the command line, whichever of them it is."""
    other = Case("clebsch_gordan_weight", {"two_S_i": 3, "two_S_j": 4})
    right = [reference("0.75"), reference("0.625", case=other)]
    for wrong in ([reference("0.7"), right[1]], [right[0], reference("0.6", case=other)]):
        assert not agreements(wrong, right).compatible
        assert compare(write(tmp_path / "a.json", wrong), write(tmp_path / "b.json", right)).exit_code == 1
    assert agreements(right, right).compatible


def test_answers_by_lead_and_an_infinite_one_are_recorded_and_compared():
    """Numbers of leads in whatever order, and null for an infinite figure of merit, which is no number."""
    pair = [{"name": name, "rate": rate, "mu": 0.0} for name, rate in (("R", 1.0), ("L", 0.5))]
    scheme = {"levels": [{"electrons": N, "energy": 0.5 * N, "two_S": N} for N in (0, 1)]}
    rest = {**scheme, "transitions": [{"from": 0, "to": 1, "M": 0.5}], "leads": pair, "kT": 0.25, "gate": 0.125}
    driven = {**rest, "leads": [{**pair[0], "mu": 0.25}, pair[1]]}
    cases = [
        Case("linear_response", rest),
        Case("lead_currents", driven),
        Case("heat_currents", driven),
        Case("spin_currents", {**driven, "zeeman": 0.125}),
    ]
    entries = record(Subject(InProcess(Builtin())), cases)
    assert all(item.within for item in check(Subject(InProcess(Builtin())), entries))
    documents = json.loads(json.dumps([oracle(case).to_document() for case in cases]))
    found = agreements(documents, json.loads(json.dumps(_baseline_document(entries))))
    assert found.compatible
    assert {item.name for item in found.values} >= {"heat_conductance", "currents", "heat", "up", "down"}
    assert "figure_of_merit" not in {item.name for item in found.values}
    wrong = [entries[0], *(replace(entry, values=_larger(entry.values)) for entry in entries[1:])]
    assert {item.name for item in check(Subject(InProcess(Builtin())), wrong) if not item.within} == {
        *("currents", "heat", "up", "down")
    }


def test_a_number_that_became_infinite_is_outside_its_bound():
    """And the other way round."""
    case = Case("linear_response", RESPONSE_QUESTION)
    (entry,) = record(Subject(InProcess(Builtin())), [case])
    for before, after in ((None, 2.5), (2.5, None)):
        kept = replace(entry, values={**entry.values, "figure_of_merit": before})
        moved = differences(kept, {**entry.values, "figure_of_merit": after})
        assert [item.name for item in moved if not item.within] == ["figure_of_merit"]


def _larger(values):
    return {name: {lead: 1.001 * value for lead, value in by_lead.items()} for name, by_lead in values.items()}


def _baseline_document(entries):
    return {"schema": "qdverify-baseline/1", "entries": [_document(entry) for entry in entries]}

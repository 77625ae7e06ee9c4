"""Digits of agreement between references, baselines and reports."""

import json
import re
from decimal import Decimal

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from weights import Shifted, Weights

from qdverify.implementations.inprocess import InProcess
from qdverify.interfaces.cli import main
from qdverify.protocol.case import Case
from qdverify.protocol.inputs import InvalidInput
from qdverify.records.agreement import MOST_DIGITS, Ball, agreement, agreements, ball
from qdverify.records.baseline import record, write_baseline
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
    """Only the same exact inputs are held against each other, however they are written."""
    other = Case("clebsch_gordan_weight", {"two_S_i": 1, "two_S_j": 0})
    found = agreements(reference("0.75"), reference("0.25", case=other))
    assert not found.values
    assert len(found.only_first) == len(found.only_second) == 1


def test_a_number_of_any_form_is_a_ball():
    """Decimals, rationals, JSON numbers and pairs of middle and radius."""
    assert ball("1/4") == ball(0.25) == ball("0.25") == Ball(Decimal("0.25"))
    assert ball({"mid": "0.25", "rad": "1e-30"}) == Ball(Decimal("0.25"), Decimal("1e-30"))
    assert ball(0.1).mid != ball("0.1").mid


@pytest.mark.parametrize("value", ["NaN", "Infinity", "one", "1/0", None, True, {}])
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

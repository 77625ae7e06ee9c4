"""What an absolute accuracy leaves open of a ratio: the report says so, and a relative one leaves nothing open."""

import pytest

from qdverify.implementations.builtin import Builtin
from qdverify.report.not_verified import not_verified
from qdverify.run.verify import verify
from qdverify.suite.finding import Verdict

LARGEST = 50.0


class Clipped(Builtin):
    """Cuts the thermopower off at 50 k_B."""

    def __init__(self, claim):
        super().__init__()
        self.accuracy = {"linear_response": claim}

    def linear_response(self, **question):
        answer = super().linear_response(**question)
        S = answer["thermopower"]
        return {**answer, "thermopower": max(-LARGEST, min(LARGEST, S))}


def judged(claim, **options):
    """Return the verdicts and what was not verified."""
    report = verify(Clipped(claim), checks=["thermoelectric.one-transition", "thermoelectric.enclosed"], **options)
    return {finding.verdict for finding in report.findings}, " ".join(not_verified(report.document(), ()))


@pytest.mark.parametrize(("absolute", "open_from"), [(1e-9, 20), (1e-6, 13), (1e-20, 45)])
def test_a_clipped_thermopower_passes_where_the_claim_leaves_it_open_and_the_report_says_so(absolute, open_from):
    """Through one level S is as large as ln(1/G) in natural units: 20 k_B at 1e-9."""
    verdicts, said = judged({"relative": 1e-9, "absolute": absolute})
    assert verdicts == {Verdict.PASS}
    assert f"Thermopowers beyond about {open_from} k_B" in said
    assert f"absolute accuracy of {absolute:g}".replace("e-0", "e-") in said


def test_it_fails_where_the_claim_is_relative_and_nothing_is_left_open():
    """S = 200 is asked for."""
    verdicts, said = judged(1e-9)
    assert Verdict.FAIL in verdicts
    assert "Thermopowers" not in said


def test_nothing_is_said_of_it_where_nothing_is_asked():
    """Another suite, or a program without the task."""
    report = verify("builtin", checks=["spin.*"])
    assert "Thermopowers" not in " ".join(not_verified(report.document(), ()))

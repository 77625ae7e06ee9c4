"""Linear response against differences of the same program's currents: what is off by little more than claimed fails."""

import pytest

from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.suite.checks import lead_derivative
from qdverify.suite.declare import Scope
from qdverify.suite.finding import Verdict
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject

ACCURACY = 1e-6


class Scaled(Builtin):
    """The builtin implementation with a response, or flows, that are too large by a relative amount."""

    def __init__(self, response=0.0, flows=0.0):
        super().__init__()
        self.factors = 1.0 + response, 1.0 + flows
        # what the flows may be off by must not hide what the response is off by
        self.accuracy = {"lead_response": ACCURACY, "lead_currents": 1e-12, "heat_currents": 1e-12}

    def lead_response(self, **question):
        rows = super().lead_response(**question)["onsager"]
        return {"onsager": [[self.factors[0] * entry for entry in row] for row in rows]}

    def lead_currents(self, **question):
        found = super().lead_currents(**question)["currents"]
        return {"currents": {name: self.factors[1] * value for name, value in found.items()}}

    def heat_currents(self, **question):
        found = super().heat_currents(**question)["heat"]
        return {"heat": {name: self.factors[1] * value for name, value in found.items()}}


def verdicts(implementation):
    """Return the verdicts on an implementation."""
    findings = run_checks(Subject(InProcess(implementation)), [lead_derivative.derivative], Scope())
    return {finding.verdict for finding in findings}


@pytest.mark.parametrize(
    ("wrong", "passes"),
    [
        ({"response": 0.5 * ACCURACY}, True),
        ({"response": 100 * ACCURACY}, False),
        ({"flows": 100 * ACCURACY}, False),
        ({"response": 100 * ACCURACY, "flows": 100 * ACCURACY}, True),
    ],
)
def test_a_response_that_is_no_derivative_fails(wrong, passes):
    """Of either side; if both are off alike they agree, and it is for other checks to say so."""
    found = verdicts(Scaled(**wrong))
    assert (found == {Verdict.PASS}) is passes
    assert (Verdict.FAIL in found) is not passes


def test_the_differences_leave_no_second_and_no_fourth_power():
    """The weights give the derivative of polynomials up to the sixth power, and not that of the seventh."""
    for power in range(7):
        assert sum(weight * s**power for s, weight in lead_derivative.WEIGHTS.items()) == pytest.approx(
            float(power == 1)
        )
    assert abs(sum(weight * s**7 for s, weight in lead_derivative.WEIGHTS.items())) > 1e-8

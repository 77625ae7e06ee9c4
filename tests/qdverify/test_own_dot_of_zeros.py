"""A dot without any energy, all of whose levels coincide, is as good as another."""

import pytest

import qdverify
from qdverify.suite.finding import Verdict


@pytest.mark.parametrize("orbitals", [1, 2])
@pytest.mark.parametrize("weights", [{}, {"weights": {"L": [0.0], "R": [1.0]}}])
def test_a_dot_of_zeros_is_judged(orbitals, weights):
    """No check fails or ends in an error; M_ji of a part of equal levels is not asked for, and that of all is."""
    given = {"weights": {lead: orbitals * row for lead, row in weights["weights"].items()}} if weights else {}
    dot = {
        "kind": "integrals",
        "orbitals": orbitals,
        "one_body": [[0.0] * orbitals] * orbitals,
        "two_body": [],
        **given,
    }
    for levels, verdicts in ((2, {Verdict.PASS, Verdict.UNSUPPORTED}), (30, {Verdict.PASS})):
        report = qdverify.verify("builtin", dot=dot, electrons=range(2 * orbitals + 1), levels=levels)
        found = {finding.verdict for finding in report.findings}
        assert found <= verdicts, [finding for finding in report.findings if finding.verdict not in verdicts]
        reasons = [finding.detail for finding in report.findings if finding.verdict is Verdict.UNSUPPORTED]
        told = ("that coincide: M_ji of a part of them has no meaning", "can be told from the next one")
        assert all(any(text in reason for text in told) for reason in reasons)
        assert bool(reasons) == (levels == 2 and orbitals > 1)

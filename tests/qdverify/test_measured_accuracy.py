"""What accuracy programs in floating point reach: class and floor, as a report tells them."""

import numpy as np
import pytest
from scipy.special import expit

from qdverify.implementations.inprocess import InProcess
from qdverify.report.accuracy import measured_accuracy
from qdverify.report.groups import group_findings, ranked_failures
from qdverify.report.shown import short
from qdverify.run.verify import verify
from qdverify.suite.declare import Scope, check, once
from qdverify.suite.exact.transport_reference import compare_populations, solve_exactly
from qdverify.suite.finding import Stage, Verdict
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject


class LU:
    """Transport by ordinary elimination: right in absolute terms as long as the rates are not too far apart."""

    accuracy = {"stationary_state": {"absolute": 1e-9}, "current": {"absolute": 1e-9}}
    added = 0.0

    def rates(self, levels, transitions, leads, kT, gate):
        W = {lead["name"]: np.zeros((2, len(levels), len(levels))) for lead in leads}
        for item in transitions:
            low, high = levels[item["from"]], levels[item["to"]]
            for lead in leads:
                x = (high["energy"] - low["energy"] - gate - lead["mu"]) / kT
                share = (low["two_S"] + 1) / (high["two_S"] + 1)
                size = 2 * item["M"] * lead["rate"]
                W[lead["name"]][0, item["to"], item["from"]] += size * expit(-x) + self.added
                W[lead["name"]][1, item["from"], item["to"]] += size * share * expit(x) + self.added
        return W

    def solve(self, W, n):
        A = sum(rates.sum(axis=0) for rates in W.values())
        A -= np.diag(A.sum(axis=0))
        A[-1] = 1.0
        return np.linalg.solve(A, np.eye(n)[-1])

    def stationary_state(self, *, levels, **point):
        return {"populations": self.solve(self.rates(levels, **point), len(levels))}

    def current(self, *, levels, **point):
        W = self.rates(levels, **point)
        P = self.solve(W, len(levels))
        flow = {name: float((entering - leaving).sum(axis=0) @ P) for name, (entering, leaving) in W.items()}
        return {"I_L": flow["L"], "I_R": -flow["R"]}


class AddsAConstant(LU):
    """Adds 1e-12 to every rate, so that no matrix is singular."""

    added = 1e-12


def test_lu_is_told_its_two_wrong_populations_first():
    """Of all populations of the check two are wrong, by 1: they are the failures, and they stand first."""
    report = verify(LU(), checks=["stationary.matrix-tree", "current.one-transition", "stationary.one-transition"])
    failed = [finding for finding in report.findings if finding.verdict is Verdict.FAIL]
    wrong = {finding.case["label"] for finding in failed}
    assert len(wrong) == 1
    whole = failed[0].comparison
    off = [abs(a - b) for a, b in zip(whole.measured, whole.reference.value, strict=True)]
    assert sum(error > 1e-9 for error in off) == 2
    assert max(off) == pytest.approx(1.0)
    document = report.document()
    first = ranked_failures(document, group_findings(document, 99))[0]
    assert first.group.id.startswith("stationary.matrix-tree")
    assert first.command.startswith("qdverify.verify(")
    assert "LU(), checks=['stationary.matrix-tree'], level='quick', seed=0)" in first.command


def test_the_case_in_which_lu_gives_no_population_passes_with_its_depth():
    """LU answers 0 if 4e-62 is right: within an absolute 1e-9, and the floor is named."""
    levels = [{"electrons": n, "energy": E, "two_S": S} for n, E, S in ((0, 0.0, 0), (1, 0.5, 1), (2, 1.5, 0))]
    leads = [{"name": "L", "rate": 1.0, "mu": 0.05}, {"name": "R", "rate": 1.0, "mu": -0.05}]
    steps = [{"from": 0, "to": 1, "M": 1.0}, {"from": 1, "to": 2, "M": 0.5}]
    case = {"levels": levels, "transitions": steps, "leads": leads, "kT": 0.01, "gate": 0.0}

    @check("stationary.one@1", suite="stationary", stage=Stage.RATES, claim="-", equation="-",
           tasks=("stationary_state",), trials=once)  # fmt: skip
    def deep(subject, _):
        yield from compare_populations(subject, case, solve_exactly(case).populations, "-")

    for target, verdicts in ((LU(), {Verdict.PASS}), (Rounded(), {Verdict.PASS, Verdict.FAIL})):
        findings = run_checks(Subject(InProcess(target)), [deep], Scope())
        assert {finding.verdict for finding in findings} == verdicts


class Rounded(LU):
    """The same, but with a claim of relative accuracy."""

    accuracy = {"stationary_state": 1e-9}


def test_a_constant_that_is_added_to_every_rate_is_found_as_a_floor():
    """Neither the class nor the floor depends on what is claimed; one sentence names the floor."""
    for claim in (LU.accuracy, {}, {"stationary_state": 1e-9, "current": 1e-9}):
        target = AddsAConstant()
        target.accuracy = claim
        # cases with barriers of about 1: with slower ones the same constant matters more
        report = verify(target, checks=["stationary.matrix-tree", "stationary.grand-canonical", "current.enclosed"])
        populations, current = measured_accuracy(report.document())
        assert 1e-12 < populations["floor"] < 1e-10
        assert 1e-12 < current["floor"] < 1e-10
        assert current["reached"] == "none"
        assert f"relative accuracy is lost below {short(current['floor'])}." in current["sentence"]


def test_the_builtin_reaches_the_class_that_it_claims():
    """Full: relative accuracy at any depth, and no floor."""
    report = verify("builtin", checks=["stationary.*", "current.matrix-tree"])
    assert report.ok
    for found in measured_accuracy(report.document()):
        assert (found["reached"], found["floor"]) == ("full", None)
        assert found["relative"] < 1e-12
        assert found["absolute"] < 1e-14

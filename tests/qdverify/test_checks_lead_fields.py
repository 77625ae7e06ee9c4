"""Counting with a field of each lead: a plain program passes, and one that forgets a weight or a lead does not."""

import numpy as np
import pytest
from judging import fails

from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.suite.checks import lead_fields
from qdverify.suite.declare import Scope, select
from qdverify.suite.finding import Verdict
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject


class Plain(Builtin):
    """The rates as they stand on the page, and LAPACK's eigenvalues."""

    accuracy = {"lead_generating_function": 1e-9, "generating_function": 1e-9}
    into, out = 1.0, -1.0

    def lead_generating_function(self, **question):
        super().lead_generating_function(**question)  # refuses what is invalid
        return {"values": [self.eigenvalue(question, fields) for fields in question["theta"]]}

    def eigenvalue(self, case, fields):
        levels, leads = case["levels"], case["leads"]
        matrix = np.zeros((len(levels), len(levels)))
        # only differences matter, if what enters leaves again
        middle = (max(fields.values()) + min(fields.values())) / 2 * (self.into == -self.out)
        for item in case["transitions"]:
            i, j = item["from"], item["to"]
            energy = levels[j]["energy"] - levels[i]["energy"] - case["gate"]
            degeneracy = (levels[i]["two_S"] + 1) / (levels[j]["two_S"] + 1)
            for lead in leads:
                M = item["M"][lead["name"]] if isinstance(item["M"], dict) else item["M"]
                x = (energy - lead["mu"]) / lead.get("kT", case["kT"])
                up, down = (2 * M * lead["rate"] / (1 + np.exp(y)) for y in (x, -x))
                field = self.field(lead, leads, fields[lead["name"]] - middle)
                matrix[j, i] += up * np.exp(self.into * field)
                matrix[i, j] += down * degeneracy * np.exp(self.out * field)
                matrix[i, i] -= up
                matrix[j, j] -= down * degeneracy
        return float(np.linalg.eigvals(matrix).real.max())

    def field(self, lead, leads, field):
        return field


class EnteringOnly(Plain):
    """Weights electrons as they enter, and not as they leave."""

    out = 0.0


class BothWays(Plain):
    """Weights electrons alike, whichever way they go: activity in place of a current."""

    out = 1.0


class LastTurned(Plain):
    """Counts electrons out of the last lead."""

    def field(self, lead, leads, field):
        return -field if lead is leads[-1] else field


class Hotter(Plain):
    """Takes the first lead for a millionth hotter than it is: it misses detailed balance."""

    def eigenvalue(self, case, fields):
        first, *others = case["leads"]
        warm = {**first, "kT": first.get("kT", case["kT"]) * (1 + 1e-6)}
        return super().eigenvalue({**case, "leads": [warm, *others]}, fields)


def verdicts(implementation, check):
    """Return the verdicts of one check alone."""
    return {finding.verdict for finding in run_checks(Subject(InProcess(implementation)), [check], Scope())}


@pytest.mark.parametrize("check", select(None, "quick", ["counting.fields-*"]), ids=lambda check: check.name)
def test_a_plain_program_passes(check):
    """Rates and eigenvalues in double precision are what the checks ask for."""
    assert verdicts(Plain(), check) == {Verdict.PASS}


@pytest.mark.parametrize(
    ("wrong", "checks"),
    [
        (EnteringOnly, (lead_fields.conservation, lead_fields.fluctuation_relation, lead_fields.exactly)),
        (BothWays, (lead_fields.conservation, lead_fields.one_transition, lead_fields.two_leads)),
        (LastTurned, (lead_fields.order, lead_fields.two_leads, lead_fields.enclosed)),
        (Hotter, (lead_fields.fluctuation_relation, lead_fields.one_transition, lead_fields.exactly)),
    ],
)
def test_a_wrong_program_fails(wrong, checks):
    """By relations between its own numbers as well as by numbers."""
    for check in checks:
        assert fails(wrong(), check), check.name


def test_who_has_no_such_task_is_not_asked():
    """Nor is who has no generating function between two leads compared with it."""

    class TwoLeadsOnly(Builtin):
        lead_generating_function = None

    class NoTwoLeads(Builtin):
        generating_function = None

    for check in select(None, "quick", ["counting.fields-*"]):
        assert verdicts(TwoLeadsOnly(), check) == {Verdict.UNSUPPORTED}
    assert verdicts(NoTwoLeads(), lead_fields.two_leads) == {Verdict.UNSUPPORTED}
    assert verdicts(NoTwoLeads(), lead_fields.conservation) == {Verdict.PASS}

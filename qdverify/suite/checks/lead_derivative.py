"""Linear response is the derivative of currents and heat currents: three tasks of one program, held against each other.

A set of forces s a_l = d mu_l / kT and s b_l = dT_l / kT^2 tilts the leads by a small s. Central differences of every
flow over 2 s, at s = 1/4, 1/8 and 1/16, are extrapolated to s = 0 by Richardson's rule, which leaves terms of s^6. How
much those are is known from the exact currents and the exact response, and is added: what is compared holds for a
program whose answers are right to the accuracy that it claims, and to nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from qdverify.protocol.json_types import Lead, LeadsQuestion
from qdverify.protocol.lead_response_rules import TASK
from qdverify.suite.checks.zeeman import worst
from qdverify.suite.comparators import close
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.evidence import resting_on
from qdverify.suite.exact.lead_cases import CURRENTS, HEAT, in_equilibrium, random_leads_case, solve_leads
from qdverify.suite.exact.lead_response import response_of_leads
from qdverify.suite.finding import Comparison, Stage, Tolerance, exact
from qdverify.suite.subject import Subject

STEPS: Final[Mapping[float, float]] = {0.25: 1 / 45, 0.125: -20 / 45, 0.0625: 64 / 45}
"""Steps s with the weights of their central differences: no terms of s^2 and s^4 are left."""
WEIGHTS: Final[Mapping[float, float]] = {
    sign * s: sign * weight / (2 * s) for s, weight in STEPS.items() for sign in (1.0, -1.0)
}
"""Weight of the flow at each tilt in the derivative."""
Forces: TypeAlias = Mapping[str, tuple[float, float]]
"""Of each lead by name d mu / kT and dT / T, at s = 1."""


def _tilted(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("thermoelectric.leads-derivative")
    for number in range(20 if scope.full else 3):
        case = in_equilibrium(random_leads_case(choose, per_lead=number % 2 == 1, most=4))
        forces = {lead["name"]: (choose.uniform(-1, 1), choose.uniform(-1, 1)) for lead in case["leads"]}
        label = f"random chain {number}, {len(case['leads'])} leads"
        yield Trial(label, {"question": case, "forces": forces})


@check(
    "thermoelectric.leads-derivative@1",
    suite="thermoelectric",
    stage=Stage.CURRENT,
    claim="The response of leads is the derivative of their currents and heat, for forces of all leads at once",
    equation="physics.md section 5; Richardson, Phil. Trans. R. Soc. A 210, 307 (1911)",
    tasks=(TASK, CURRENTS, HEAT),
    trials=_tilted,
)
def derivative(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the response to the forces with differences of the program's own flows, current and heat apart."""
    case: LeadsQuestion = trial.inputs["question"]
    forces: Forces = trial.inputs["forces"]
    response, matrix = response_of_leads(case), subject.ask(TASK, **case)["onsager"]
    n, names = response.leads, [lead["name"] for lead in case["leads"]]
    # forces are d mu / kT of each lead, then dT / kT^2
    acting = [forces[name][0] for name in names] + [forces[name][1] / case["kT"] for name in names]
    tilted = {s: _at(case, forces, s) for s in WEIGHTS}
    for task, first in ((CURRENTS, 0), (HEAT, n)):
        compared = []
        asked = {s: _asked(subject, task, question) for s, question in tilted.items()}
        solved = _exact(task, tilted)
        for row, name in enumerate(names, start=first):
            weights = {(row, column): force for column, force in enumerate(acting)}
            driven, exactly = (
                sum(rows[row][column] * force for column, force in enumerate(acting))
                for rows in (matrix, response.onsager)
            )
            own, known = (sum(weight * flows[s][name] for s, weight in WEIGHTS.items()) for flows in (asked, solved))
            allowed = [response.tolerance(subject, weights)]
            allowed += [
                solve_leads(tilted[s]).tolerance(subject, task, [name], [weight]) for s, weight in WEIGHTS.items()
            ]
            room = Tolerance(
                sum(each.value for each in allowed),
                f"{allowed[0].origin}; {allowed[1].origin}, at {len(WEIGHTS)} tilts",
            )
            reference = exact(own + (exactly - known), f"differences of {task} of the same program", own=True)
            compared.append(close(driven, reference, room, note=f"{name}, of {task}"))
        yield from resting_on(subject, [worst(compared)], (TASK, case))


def _at(case: LeadsQuestion, forces: Forces, s: float) -> LeadsQuestion:
    """Return the case with s times the forces."""
    leads: list[Lead] = []
    for lead in case["leads"]:
        a, b = forces[lead["name"]]
        leads.append({**lead, "mu": lead["mu"] + s * a * case["kT"], "kT": case["kT"] * (1.0 + s * b)})
    return {**case, "leads": leads}


def _asked(subject: Subject, task: str, case: LeadsQuestion) -> Mapping[str, float]:
    return subject.ask(CURRENTS, **case)["currents"] if task == CURRENTS else subject.ask(HEAT, **case)["heat"]


def _exact(task: str, tilted: Mapping[float, LeadsQuestion]) -> Mapping[float, Mapping[str, float]]:
    solved = {s: solve_leads(case) for s, case in tilted.items()}
    return {s: found.currents if task == CURRENTS else found.heat for s, found in solved.items()}

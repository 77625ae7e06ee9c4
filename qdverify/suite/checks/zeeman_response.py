"""Linear response in a Zeeman field between polarised leads: one level, symmetry, no field, the mirror, and exactly.

An optional task of the protocol. Rows and columns are those of `lead_response`; every flow is that of both spins, and
a force of a lead acts on both. `qdverify.suite.exact.spin_response` derives what each number may be off by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import exp
from typing import Final

from qdverify.protocol.accuracy import rates_of_spins
from qdverify.protocol.case import Case
from qdverify.protocol.json_types import SpinQuestion
from qdverify.protocol.spin_response_rules import SPIN_RESPONSE_RULES, TASK
from qdverify.reference.oracle import oracle
from qdverify.suite.certified import reference_of_ball
from qdverify.suite.checks.invalid_input import rules_of
from qdverify.suite.checks.leads import many_leads
from qdverify.suite.checks.zeeman import arrangements, worst
from qdverify.suite.comparators import close
from qdverify.suite.declare import Scope, Trial, Trials, check
from qdverify.suite.evidence import resting_on
from qdverify.suite.exact.lead_cases import in_equilibrium, random_leads_case
from qdverify.suite.exact.lead_response import PERTURBATION, Place, response_of_leads
from qdverify.suite.exact.spin_cases import SPINS, at_rest, mirrored, one_level, random_spin_case, unpolarised
from qdverify.suite.exact.spin_response import response_of_spins
from qdverify.suite.finding import Comparison, Reference, Stage, exact
from qdverify.suite.subject import Subject

SUITE: Final = "zeeman"


def compared(
    subject: Subject, case: SpinQuestion, expected: Mapping[Place, Reference], *, times: float = 1.0
) -> Iterator[Comparison]:
    """Compare every entry, allowed `times` its error; the worst is returned."""
    measured, solved = subject.ask(TASK, **case)["onsager"], response_of_spins(case)
    names = [lead["name"] for lead in case["leads"]]
    found = []
    for (row, column), reference in expected.items():
        allowed = solved.tolerance(subject, {(row, column): times})
        found.append(close(measured[row][column], reference, allowed, note=solved.name((row, column), names)))
    yield from resting_on(subject, [worst(found)], (TASK, case))


def _resting(name: str, quick: int, full: int) -> Trials:
    """Return random chains in a field between 2 to 5 leads at rest, most of them polarised."""
    return many_leads(
        name, quick, full, make=lambda choose, per_lead: at_rest(random_spin_case(choose, per_lead=per_lead))
    )


@check(
    "zeeman.response-one-level@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="Through one doublet each spin is shared alone: (delta_lk t_l - t_l t_k/T) a P f e^(p+q)",
    equation="physics.md section 5; tight coupling of heat and current of one spin",
    tasks=(TASK,),
    trials=arrangements,
)
def one_level_response(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare a singlet and a doublet at the gate with the closed form of a star of three states."""
    case: SpinQuestion = one_level(**{**trial.inputs, "bias": 0.0})
    kT, n, adds = case["kT"], len(case["leads"]), trial.inputs["two_S_i"] == 0
    e = {spin: 0.5 * sigma * case["zeeman"] for spin, sigma in SPINS}
    # an electron of either spin enters the empty dot, or the state of the other spin
    weights = {spin: exp(-e[spin] / kT) if adds else exp(e[spin] / kT) for spin, _ in SPINS}
    total = 1.0 + sum(weights.values())
    rest = {spin: 1.0 / total if adds else weights[spin] / total for spin, _ in SPINS}
    flow = {spin: 0.75 * (1 if adds else 2) * rest[spin] / (1.0 + exp(e[spin] / kT)) for spin, _ in SPINS}
    rates = {spin: [rates_of_spins(lead)[k] for lead in case["leads"]] for k, (spin, _) in enumerate(SPINS)}
    expected = {}
    for p, q, one, other in product((0, 1), (0, 1), range(n), range(n)):
        value = sum(
            ((t[one] if one == other else 0.0) - t[one] * t[other] / sum(t)) * flow[spin] * e[spin] ** (p + q)
            for spin, t in rates.items()
        )
        expected[p * n + one, q * n + other] = exact(value, "closed form")
    yield from compared(subject, case, expected)


@check(
    "zeeman.response-reciprocity@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="The response is symmetric in a field and between polarised leads too, and its rows add up to 0",
    equation="L. Onsager, Phys. Rev. 37, 405 (1931); local detailed balance of [J96] Eq. (3) for one S_z",
    tasks=(TASK,),
    trials=_resting("zeeman.response-reciprocity", 4, 24),
)
def reciprocity(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare every entry with its mirror image, and what enters with what leaves."""
    case: SpinQuestion = trial.inputs["question"]
    solved, matrix = response_of_spins(case), subject.ask(TASK, **case)["onsager"]
    names, n = [lead["name"] for lead in case["leads"]], solved.leads
    symmetric = [
        close(
            matrix[row][column],
            exact(matrix[column][row], "its mirror image", own=True),
            solved.tolerance(subject, {(row, column): 1.0, (column, row): 1.0}),
            note=solved.name((row, column), names),
        )
        for row, column in solved.places
        if row < column
    ]
    sums = []
    for column, half in product(range(2 * n), (0, 1)):
        places = [(half * n + lead, column) for lead in range(n)]
        total = sum(matrix[row][column] for row, _ in places)
        allowed = solved.tolerance(subject, dict.fromkeys(places, 1.0))
        sums.append(close(total, exact(0.0, "what enters leaves"), allowed, note=f"column {column}"))
    yield from resting_on(subject, [worst(symmetric), worst(sums)], (TASK, case))


def _without_field(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("zeeman.response-no-field")
    for number in range(20 if scope.full else 3):
        case = in_equilibrium(random_leads_case(choose, per_lead=number % 2 == 1, most=4))
        yield Trial(f"random chain {number}, {len(case['leads'])} leads", {"question": case})


@check(
    "zeeman.response-no-field@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="Without a field and between leads that take both spins alike, the response is that of the levels",
    equation="[J96] Eqs. (2) and (3): sums over S_z by the rule for Clebsch-Gordan coefficients",
    tasks=(TASK,),
    trials=_without_field,
    requires=("zeeman.response-one-level",),
)
def no_field(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare with perturbation theory of the equation between levels."""
    response = response_of_leads(trial.inputs["question"])
    expected = {(row, column): exact(response.onsager[row][column], PERTURBATION) for row, column in response.places}
    yield from compared(subject, unpolarised(trial.inputs["question"]), expected)


@check(
    "zeeman.response-mirror@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="The field reversed and the spins of all leads exchanged, the leads respond alike",
    equation="symmetry of [J96] Eqs. (2) and (3) under S_z -> -S_z",
    tasks=(TASK,),
    trials=_resting("zeeman.response-mirror", 3, 20),
    requires=("zeeman.response-one-level",),
)
def mirror(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the matrix of the mirrored case with that of the case."""
    case: SpinQuestion = trial.inputs["question"]
    here = subject.ask(TASK, **case)["onsager"]
    places = response_of_spins(case).places
    expected = {(row, column): exact(here[row][column], "mirrored", own=True) for row, column in places}
    yield from compared(subject, mirrored(case), expected, times=2.0)


@check(
    "zeeman.response-exact@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="Every entry is what first-order perturbation theory of the states |level, S_z> gives, of both spins",
    equation="physics.md section 5; W P' = -W' P with W' linear in the force",
    tasks=(TASK,),
    trials=_resting("zeeman.response-exact", 4, 24),
    requires=("zeeman.response-one-level",),
)
def exactly(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare all entries."""
    case: SpinQuestion = trial.inputs["question"]
    solved = response_of_spins(case)
    expected = {(row, column): exact(solved.onsager[row][column], PERTURBATION) for row, column in solved.places}
    yield from compared(subject, case, expected)


@check(
    "zeeman.response-enclosed@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="Every entry of the response in a field lies within the claimed accuracy of its enclosure",
    equation="physics.md section 5; certification.md item 6",
    tasks=(TASK,),
    trials=_resting("zeeman.response-enclosed", 2, 10),
    requires=("zeeman.response-one-level",),
)
def enclosed(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare each entry with its ball."""
    case: SpinQuestion = trial.inputs["question"]
    found = oracle(Case(TASK, case))
    rows, places = found.values["onsager"], response_of_spins(case).places
    expected = {(row, column): reference_of_ball(found, rows[row][column]) for row, column in places}
    yield from compared(subject, case, expected)


rules = rules_of(TASK, SUITE, SPIN_RESPONSE_RULES, name="response-rules")

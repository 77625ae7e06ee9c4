"""Linear response of any number of leads: one matrix of all currents and heat currents against all forces.

An optional task of the protocol. Rows are the currents from each lead into the dot, then the heat out of each lead;
columns are the forces d mu / kT of each lead, then dT / kT^2. `qdverify.suite.exact.lead_response` derives what
each number may be off by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Final, cast

import numpy as np

from analytic import ConductancePeak, two_level_response
from qdverify.protocol.json_types import Lead, LeadsQuestion, LeadTransition
from qdverify.protocol.lead_response_rules import LEAD_RESPONSE_RULES, TASK
from qdverify.protocol.response_rules import TASK as OF_TWO_LEADS
from qdverify.suite.certified import proven, reference_of_ball
from qdverify.suite.checks.invalid_input import rules_of
from qdverify.suite.checks.leads import many_leads, with_a_crowd
from qdverify.suite.checks.thermoelectric import PLACES, chains_at_rest
from qdverify.suite.checks.zeeman import worst
from qdverify.suite.comparators import at_most, close
from qdverify.suite.declare import Scope, Trial, Trials, check
from qdverify.suite.evidence import resting_on
from qdverify.suite.exact.crowded_cases import crowded
from qdverify.suite.exact.lead_cases import in_equilibrium, random_leads_case, split
from qdverify.suite.exact.lead_response import PERTURBATION, Place, ResponseOfLeads, response_of_leads
from qdverify.suite.exact.response import solved
from qdverify.suite.exact.transport_cases import Case, two_levels
from qdverify.suite.finding import Comparison, Reference, Stage, Tolerance, exact
from qdverify.suite.subject import Subject

SUITE: Final = "thermoelectric"
STRENGTHS: Final = (1.0, 0.25, 0.5, 0.0625)
"""Rates of up to four leads."""
Entries = Mapping[Place, Reference]


def _measured(subject: Subject, case: LeadsQuestion) -> list[list[float]]:
    return subject.ask(TASK, **case)["onsager"]


def compared(subject: Subject, case: LeadsQuestion, expected: Entries) -> Iterator[Comparison]:
    """Compare the whole matrix with the largest tolerance, then the entry that is worst relative to its own."""
    measured, reference = _measured(subject, case), response_of_leads(case)
    names = [lead["name"] for lead in case["leads"]]
    allowed = {place: reference.tolerance(subject, {place: 1.0}) for place in expected}
    size = range(2 * len(names))
    values = [[cast("float", expected[row, column].value) for column in size] for row in size]
    bound = max(target.bound for target in expected.values())
    largest = max(allowed.values(), key=lambda tolerance: tolerance.value)
    whole = close(measured, replace(expected[0, 0], value=values, bound=bound), largest)
    found = worst(
        close(measured[row][column], target, allowed[row, column], note=reference.name((row, column), names))
        for (row, column), target in expected.items()
    )
    yield from resting_on(subject, [whole, found], (TASK, case))


def _few_leads(scope: Scope) -> Iterator[Trial]:
    for two_S_i, two_S_j in ((0, 1), (1, 0), (1, 2)) if scope.full else ((0, 1), (1, 0)):
        for leads, per_lead, x in product(
            (2, 3, 4), (False, True), (-6.0, 2.0, 200.0) if scope.full else (-1.5, 200.0)
        ):
            inputs = {"two_S_i": two_S_i, "two_S_j": two_S_j, "leads": leads, "per_lead": per_lead, "x": x}
            of_each = ", M of each" if per_lead else ""
            yield Trial(f"2S = {two_S_i} -> {two_S_j}, {leads} leads{of_each}, {x:+g} kT", inputs)


@check(
    "thermoelectric.leads-one-transition@2",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="Through one transition every lead and force share one weight: (delta_lk t_l - t_l t_k / sum t) g e^(p+q)",
    equation="physics.md section 5; tight coupling of heat and charge",
    tasks=(TASK,),
    trials=_few_leads,
)
def one_transition(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare two levels between 2 to 4 leads with the closed form."""
    two_S_i, two_S_j, x = (trial.inputs[key] for key in ("two_S_i", "two_S_j", "x"))
    kT, mu, count = 2.0**-6, 2.0**-5, trial.inputs["leads"]
    leads: list[Lead] = [{"name": f"lead {k}", "rate": STRENGTHS[k], "mu": mu} for k in range(count)]
    M = [0.75 / (1 + k * trial.inputs["per_lead"]) for k in range(count)]
    scheme = two_levels(two_S_i, two_S_j)
    given = {lead["name"]: value for lead, value in zip(leads, M, strict=True)} if trial.inputs["per_lead"] else 0.75
    transitions: list[LeadTransition] = [{"from": 0, "to": 1, "M": given}]
    gate = 0.5 - mu - kT * x
    case: LeadsQuestion = {
        "levels": scheme["levels"],
        "transitions": transitions,
        "leads": leads,
        "kT": kT,
        "gate": gate,
    }
    # both barriers 2: t_L t_R / (t_L + t_R) = 1 leaves the weight of one rate alone
    form = two_level_response(ConductancePeak(1.0, two_S_i, two_S_j, 2.0, 2.0, kT), x)
    weights = [float(entry) for entry in (form.L11, form.L12, form.L22)]
    t = [lead["rate"] * value for lead, value in zip(leads, M, strict=True)]
    expected = {
        (p * count + one, q * count + other): exact(
            ((t[one] if one == other else 0.0) - t[one] * t[other] / sum(t)) * weights[p + q], "closed form"
        )
        for p, q, one, other in product((0, 1), (0, 1), range(count), range(count))
    }
    yield from compared(subject, case, expected)


def _at_rest(name: str, quick: int, full: int) -> Trials:
    """Return random chains between 2 to 5 leads at rest; every other one has its own M_ji at each lead."""
    return many_leads(
        name, quick, full, make=lambda choose, per_lead: in_equilibrium(random_leads_case(choose, per_lead=per_lead))
    )


@check(
    "thermoelectric.leads-reciprocity@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="The matrix of all leads is symmetric, and no set of forces lowers the entropy: it is positive semidefinite",
    equation="L. Onsager, Phys. Rev. 37, 405 (1931)",
    tasks=(TASK,),
    trials=_at_rest("thermoelectric.leads-reciprocity", 5, 30),
)
def reciprocity(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare every entry with its mirror image, and try the forces that dissipate least."""
    case: LeadsQuestion = trial.inputs["question"]
    reference, matrix = response_of_leads(case), _measured(subject, case)
    names = [lead["name"] for lead in case["leads"]]
    symmetric = worst(
        close(
            matrix[row][column],
            exact(matrix[column][row], "its mirror image", own=True),
            reference.tolerance(subject, {(row, column): 1.0, (column, row): 1.0}),
            note=reference.name((row, column), names),
        )
        for row, column in reference.places
        if row < column
    )
    yield from resting_on(subject, [symmetric], (TASK, case))
    forces = _least_dissipation(matrix, reference)
    weights = {(row, column): forces[row] * forces[column] for row, column in reference.places}
    produced = sum(weight * matrix[row][column] for (row, column), weight in weights.items())
    tolerance = reference.tolerance(subject, weights)
    yield at_most(-produced, 0.0, tolerance, origin="entropy does not fall", note="forces that dissipate least")


def _least_dissipation(matrix: Sequence[Sequence[float]], reference: ResponseOfLeads) -> list[float]:
    """Return the eigenvector of the least eigenvalue, in forces whose own dissipation is about 1."""
    diagonal = np.array([reference.sizes[k][k] for k in range(2 * reference.leads)])
    units = 1.0 / np.sqrt(np.where(diagonal > 0.0, diagonal, 1.0))
    scaled = np.array(matrix) * units[:, None] * units
    _, vectors = np.linalg.eigh(0.5 * (scaled + scaled.T))
    return [float(force) for force in vectors[:, 0] * units]


@check(
    "thermoelectric.leads-conservation@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="Electrons and energy are conserved: for every force the currents of all leads add up to 0, and so does heat",
    equation="physics.md section 5; all leads have one chemical potential",
    tasks=(TASK,),
    trials=_at_rest("thermoelectric.leads-conservation", 4, 30),
)
def conservation(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Add up the columns: the currents of all leads, and the heat of all leads."""
    yield from _sums(subject, trial, lambda across, along: (across, along), "what enters leaves")


@check(
    "thermoelectric.leads-no-force@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="A change of potential, or of temperature, that all leads share drives nothing: halves of rows add up to 0",
    equation="physics.md section 5; the leads stay in equilibrium with each other",
    tasks=(TASK,),
    trials=_at_rest("thermoelectric.leads-no-force", 4, 30),
)
def no_force(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Add up the rows: the forces of all potentials, and those of all temperatures."""
    yield from _sums(subject, trial, lambda across, along: (along, across), "equilibrium at another potential or kT")


def _sums(subject: Subject, trial: Trial, place: Callable[[int, int], Place], origin: str) -> Iterator[Comparison]:
    """Compare the sum over all leads, in rows or in columns, with 0; the worst is returned."""
    case: LeadsQuestion = trial.inputs["question"]
    reference, matrix = response_of_leads(case), _measured(subject, case)
    n, found = reference.leads, []
    for along in range(2 * n):
        for half in (range(n), range(n, 2 * n)):
            places = [place(across, along) for across in half]
            total = sum(matrix[row][column] for row, column in places)
            tolerance = reference.tolerance(subject, dict.fromkeys(places, 1.0))
            note = f"entries {', '.join(map(str, places))}"
            found.append(close(total, exact(0.0, origin), tolerance, note=note))
    yield from resting_on(subject, [worst(iter(found))], (TASK, case))


@check(
    "thermoelectric.leads-two@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="Of two leads the matrix is that of a bias and a difference of temperatures, with both signs",
    equation="physics.md section 5; linear_response of the same program",
    tasks=(TASK, OF_TWO_LEADS),
    trials=chains_at_rest("thermoelectric.leads-two", 3, 20),
)
def two_leads(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare all sixteen entries with the four of the other task."""
    pair: Case = trial.inputs["question"]
    transitions: list[LeadTransition] = [{**item} for item in pair["transitions"]]
    case: LeadsQuestion = {**pair, "transitions": transitions}
    other, own, matrix = solved(pair), response_of_leads(case), _measured(subject, case)
    onsager, found = subject.ask(OF_TWO_LEADS, **pair)["onsager"], []
    order = [[lead["name"] for lead in pair["leads"]].index(name) for name in "LR"]
    for (name, flow, force, power), row, column in product(PLACES, (0, 1), (0, 1)):
        sign, place = (-1) ** (row + column), (2 * flow + order[row], 2 * force + order[column])
        allowed, more = own.tolerance(subject, {place: 1.0}), other.tolerance(subject, power)
        found.append(
            close(
                matrix[place[0]][place[1]],
                exact(sign * onsager[flow][force], "linear_response of the same program", own=True),
                replace(allowed, value=allowed.value + more.value, origin=f"{allowed.origin} + as {OF_TWO_LEADS}"),
                note=f"{'-' if sign < 0 else ''}{name}",
            )
        )
    yield worst(iter(found))


@check(
    "thermoelectric.leads-split@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="Two leads of one kind that share a rate respond as one: their rows and their columns add up to that lead's",
    equation="physics.md section 5: rates of leads of one potential and temperature add up",
    tasks=(TASK,),
    trials=_at_rest("thermoelectric.leads-split", 4, 30),
)
def split_lead(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Ask about the whole lead and about its parts."""
    whole: LeadsQuestion = trial.inputs["question"]
    parts = split(whole, 0.25)
    names, twins = ([lead["name"] for lead in each["leads"]] for each in (whole, parts))
    first, found = names[0], []
    one, other = response_of_leads(whole), response_of_leads(parts)
    matrix, refined = _measured(subject, whole), _measured(subject, parts)

    def places_of(k: int) -> list[int]:
        chosen = (first, "twin") if k % len(names) == 0 else (names[k % len(names)],)
        return [k // len(names) * len(twins) + twins.index(name) for name in chosen]

    for row, column in one.places:
        places = [*product(places_of(row), places_of(column))]
        tolerances = [
            one.tolerance(subject, {(row, column): 1.0}),
            other.tolerance(subject, dict.fromkeys(places, 1.0)),
        ]
        found.append(
            close(
                sum(refined[a][b] for a, b in places),
                exact(matrix[row][column], "the whole lead", own=True),
                Tolerance(sum(each.value for each in tolerances), f"{tolerances[1].origin}; as much for the whole"),
                note=one.name((row, column), names),
            )
        )
    yield from resting_on(subject, [worst(iter(found))], (TASK, parts), (TASK, whole))


_CHAINS: Final = with_a_crowd(
    _at_rest("thermoelectric.leads-exact", 5, 30),
    "thermoelectric.crowd",
    make=lambda choose: in_equilibrium(crowded(choose)),
)


def _exact_trials(scope: Scope) -> Iterator[Trial]:
    """Return chains at rest, and one with a gate or a chemical potential alone: the answer depends on their sum."""
    yield from _CHAINS(scope)
    choose = scope.random("thermoelectric.leads-exact, one of both")
    for gate, mu, name in ((0.0, 0.375, "mu alone"), (0.375, 0.0, "gate alone"), (0.375, -0.375, "mu = -gate")):
        case = in_equilibrium(random_leads_case(choose, per_lead=False))
        leads: list[Lead] = [{**lead, "mu": mu} for lead in case["leads"]]
        yield Trial(f"random chain, {name}", {"question": {**case, "leads": leads, "gate": gate}})


@check(
    "thermoelectric.leads-exact@3",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="Every entry is the current, or the heat, that first-order perturbation theory of the rate equation gives",
    equation="physics.md section 5; W P' = -W' P with W' linear in the force",
    tasks=(TASK,),
    trials=_exact_trials,
    requires=("thermoelectric.leads-one-transition",),
)
def exactly(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare all entries."""
    case: LeadsQuestion = trial.inputs["question"]
    reference = response_of_leads(case)
    expected = {(row, column): exact(reference.onsager[row][column], PERTURBATION) for row, column in reference.places}
    yield from compared(subject, case, expected)


@check(
    "thermoelectric.leads-enclosed@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="Every entry of the matrix of all leads lies within the claimed accuracy of its enclosure",
    equation="physics.md section 5; certification.md item 6",
    tasks=(TASK,),
    trials=_at_rest("thermoelectric.leads-enclosed", 2, 12),
    requires=("thermoelectric.leads-one-transition",),
)
def enclosed(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare each entry with its ball."""
    case: LeadsQuestion = trial.inputs["question"]
    found = proven(TASK, case)
    rows = found.values["onsager"]
    expected = {
        (row, column): reference_of_ball(found, rows[row][column]) for row, column in response_of_leads(case).places
    }
    yield from compared(subject, case, expected)


rules = rules_of(TASK, SUITE, LEAD_RESPONSE_RULES, name="leads-rules", version=2)

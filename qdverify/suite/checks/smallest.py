"""The smallest doubles: one transition 702 kT away from the leads, of which f lets e^-702 = 1e-305 through.

There 1 + exp(x) is still a double, and so is every result. A program that claims relative accuracy for every value, and
clips the argument of f at 700 as a guard against overflow, is off by a factor of e^2. One that claims an absolute
accuracy only is right with 0, but not in the populations of a doublet that a field splits: both leave at e^-702.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Final

from analytic import cumulants_exact, lead_cumulants_exact
from qdverify.protocol.json_types import Lead, LeadsQuestion, LeadTransition, SpinLead, SpinQuestion
from qdverify.suite.checks import counting, lead_counting, lead_response, thermoelectric, zeeman_response
from qdverify.suite.checks.leads import PAIRS, at_each_lead
from qdverify.suite.checks.zeeman import currents_of_spins
from qdverify.suite.checks.zeeman_heat import heat_of_leads
from qdverify.suite.checks.zeeman_populations import populations_of_states
from qdverify.suite.declare import Check, Scope, Trial, check
from qdverify.suite.exact.lead_cases import CURRENTS, HEAT, solve_leads
from qdverify.suite.exact.lead_response import PERTURBATION, response_of_leads
from qdverify.suite.exact.response import solved
from qdverify.suite.exact.spin_cases import SPINS, solve_spins
from qdverify.suite.exact.spin_response import response_of_spins
from qdverify.suite.exact.transport_cases import Case, two_levels
from qdverify.suite.exact.transport_reference import DIGITS
from qdverify.suite.finding import Comparison, Reference, Stage, exact
from qdverify.suite.of_task import in_a_name
from qdverify.suite.subject import Subject

KT: Final = 2.0**-6
FAR: Final = (702.0, -703.5)
"""Energy above the common chemical potential in units of kT; a bias of 2 kT moves the leads 1 kT towards and away."""
FIELD: Final = 0.5 * KT
SERIES: Final = "series in the counting field"
Judge = Callable[[Subject, LeadsQuestion], Iterator[Comparison]]


def _far(bias: float) -> Callable[[Scope], Iterator[Trial]]:
    """Return the trials: a level far above the leads, which nothing enters, and one far below, which nothing leaves."""

    def trials(_: Scope) -> Iterator[Trial]:
        for two_S, x in product((0, 1), FAR):
            scheme = two_levels(two_S, 1 - two_S)
            pair: list[Lead] = [
                {"name": "L", "rate": 1.0, "mu": 0.5 * bias * KT},
                {"name": "R", "rate": 0.5, "mu": -0.5 * bias * KT},
            ]
            transitions: list[LeadTransition] = [{**item} for item in scheme["transitions"]]
            case: LeadsQuestion = {
                "levels": scheme["levels"],
                "transitions": transitions,
                "leads": pair,
                "kT": KT,
                "gate": 0.5 - x * KT,
            }
            yield Trial(f"2S = {two_S} -> {1 - two_S}, {x:+g} kT from resonance", {"question": case})

    return trials


def _of_two_leads(case: LeadsQuestion) -> Case:
    transitions = [{"from": item["from"], "to": item["to"], "M": item["M"]} for item in case["transitions"]]
    return {**case, "transitions": transitions}  # type: ignore[typeddict-item]


def _in_a_field(case: LeadsQuestion) -> SpinQuestion:
    pair: list[SpinLead] = [{"name": lead["name"], "rate": lead["rate"], "mu": lead["mu"]} for lead in case["leads"]]
    return {**case, "leads": pair, "zeeman": FIELD}


def _matrix(rows: list[list[float]]) -> dict[tuple[int, int], Reference]:
    places = range(len(rows))
    return {(row, column): exact(rows[row][column], PERTURBATION) for row in places for column in places}


def _at_leads(task: str, values: Callable[[LeadsQuestion], Mapping[str, float]]) -> Judge:
    return lambda subject, case: at_each_lead(
        subject, task, case, {name: exact(value, PAIRS) for name, value in values(case).items()}
    )


def _linear(subject: Subject, case: LeadsQuestion) -> Iterator[Comparison]:
    two = _of_two_leads(case)
    found = solved(two)
    others = (found.thermopower, found.heat_conductance)
    yield from thermoelectric.compared(subject, two, found.onsager, others, thermoelectric.MOMENTS)


def _spin_currents(subject: Subject, case: LeadsQuestion) -> Iterator[Comparison]:
    resolved = _in_a_field(case)
    currents = solve_spins(resolved).currents
    expected = {spin: {name: exact(value, PAIRS) for name, value in currents[spin].items()} for spin, _ in SPINS}
    yield currents_of_spins(subject, resolved, expected)


def _spin_heat(subject: Subject, case: LeadsQuestion) -> Iterator[Comparison]:
    resolved = _in_a_field(case)
    yield heat_of_leads(subject, resolved, {name: exact(J, PAIRS) for name, J in solve_spins(resolved).heat.items()})


def _spin_populations(subject: Subject, case: LeadsQuestion) -> Iterator[Comparison]:
    resolved = _in_a_field(case)
    found = solve_spins(resolved).populations
    expected = [(k, place, exact(P, PAIRS)) for k, states in enumerate(found) for place, P in enumerate(states)]
    yield populations_of_states(subject, resolved, expected)


def _cumulants(subject: Subject, case: LeadsQuestion) -> Iterator[Comparison]:
    two = _of_two_leads(case)
    expected = [float(value) for value in cumulants_exact(**two, digits=DIGITS)]
    yield from counting.compared(subject, two, expected, SERIES)


def _lead_cumulants(subject: Subject, case: LeadsQuestion) -> Iterator[Comparison]:
    found = lead_cumulants_exact(**case, counted=["L"], digits=DIGITS)
    yield from lead_counting.compared(subject, case, ["L"], [exact(float(value), SERIES) for value in found])


_JUDGES: Final[Mapping[str, tuple[str, float, Judge]]] = {
    "lead_currents": ("leads", 2.0, _at_leads(CURRENTS, lambda case: solve_leads(case).currents)),
    "heat_currents": ("heat", 2.0, _at_leads(HEAT, lambda case: solve_leads(case).heat)),
    "linear_response": ("thermoelectric", 0.0, _linear),
    "lead_response": (
        "thermoelectric",
        0.0,
        lambda subject, case: lead_response.compared(subject, case, _matrix(response_of_leads(case).onsager)),
    ),
    "spin_currents": ("zeeman", 2.0, _spin_currents),
    "spin_heat": ("zeeman", 2.0, _spin_heat),
    "spin_populations": ("zeeman", 2.0, _spin_populations),
    "spin_response": (
        "zeeman",
        0.0,
        lambda subject, case: zeeman_response.compared(
            subject, _in_a_field(case), _matrix(response_of_spins(_in_a_field(case)).onsager)
        ),
    ),
    "cumulants": ("counting", 2.0, _cumulants),
    "lead_cumulants": ("counting", 2.0, _lead_cumulants),
}
"""Of each task the suite, the bias in units of kT, and the comparison."""


def _check(task: str, suite: str, bias: float, judge: Judge) -> Check:
    def judged(subject: Subject, trial: Trial) -> Iterator[Comparison]:
        yield from judge(subject, trial.inputs["question"])

    return check(
        f"{suite}.smallest-{in_a_name(task)}@1",
        suite=suite,
        stage=Stage.RATES if task == "spin_populations" else Stage.CURRENT,
        claim=f"Down to the smallest doubles results are right: at 702 kT f lets e^-702 through ({in_a_name(task)})",
        equation="[J96] Eq. (3)",
        tasks=(task,),
        trials=_far(bias),
    )(judged)


SMALLEST: Final = {task: _check(task, *rest) for task, rest in _JUDGES.items()}

"""Faults that show in corners alone: where numbers coincide or vanish, beyond limits, and in the order of fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from qdverify.faults import methods
from qdverify.faults.far import made_of, taken_for
from qdverify.faults.fault import Fault
from qdverify.suite.of_task import in_a_name, stage_of

LARGEST: Final = 200.0
"""Magnitude of gates and potentials."""
SAME: Final = 1e-4
"""Levels so close together are one level to the program."""
CLOSE: Final = 2e-6
MOST_TRANSITIONS: Final = 16
SLOW: Final = 1e-2
_Q = Any


def _of_leads(change: Callable[[_Q, _Q], _Q]) -> Callable[[_Q], _Q]:
    """Return the change of each lead, given the question."""
    return lambda question: {**question, "leads": [change(question, lead) for lead in question["leads"]]}


def _one_temperature(question: _Q, lead: _Q) -> _Q:
    at_rest = len({one["mu"] for one in question["leads"]}) == 1
    return {name: value for name, value in lead.items() if name != "kT"} if at_rest else lead


def _unpolarised(question: _Q, lead: _Q) -> _Q:
    rate = lead["rate"]
    if question["zeeman"] != 0.0 or not isinstance(rate, Mapping):
        return lead
    return {**lead, "rate": 0.5 * (rate["up"] + rate["down"])}


def _by_place(_: _Q, lead: _Q) -> _Q:
    rate = lead["rate"]
    return {
        **lead,
        "rate": dict(zip(("up", "down"), rate.values(), strict=True)) if isinstance(rate, Mapping) else rate,
    }


def _clipped(number: float) -> float:
    return max(-LARGEST, min(LARGEST, number))


def _gate(question: _Q) -> _Q:
    return {**question, "gate": _clipped(question["gate"])}


def _potential(_: _Q, lead: _Q) -> _Q:
    return {**lead, "mu": _clipped(lead["mu"])}


def _close_potential(question: _Q, lead: _Q) -> _Q:
    potentials = [one["mu"] for one in question["leads"]]
    return {**lead, "mu": potentials[0]} if max(potentials) - min(potentials) < CLOSE else lead


def _close_temperature(question: _Q, lead: _Q) -> _Q:
    return {**lead, "kT": question["kT"]} if abs(lead.get("kT", question["kT"]) - question["kT"]) < CLOSE else lead


def _near_twins(question: _Q) -> _Q:
    levels: list[_Q] = []
    for one in question["levels"]:
        alike = [
            other["energy"]
            for other in levels
            if (other["electrons"], other["two_S"]) == (one["electrons"], one["two_S"])
            and abs(other["energy"] - one["energy"]) < SAME
        ]
        levels.append({**one, "energy": alike[0] if alike else one["energy"]})
    return {**question, "levels": levels}


def _later_transitions(question: _Q) -> _Q:
    """Return the question in which the transitions after the sixteenth are weaker."""
    transitions = []
    for k, item in enumerate(question["transitions"]):
        M, share = item["M"], 0.5 if k >= MOST_TRANSITIONS else 1.0
        weaker = {name: share * at for name, at in M.items()} if isinstance(M, Mapping) else share * M
        transitions.append({**item, "M": weaker})
    return {**question, "transitions": transitions}


def _each_kind_once(question: _Q) -> _Q:
    """Return the question in which of leads alike the first one alone is counted."""
    kinds: dict[object, str] = {}
    for lead in question["leads"]:
        if lead["name"] in question["counted"]:
            kinds.setdefault((lead["rate"], lead["mu"], lead.get("kT")), lead["name"])
    return {**question, "counted": list(kinds.values())}


def _no_flow_at_rest(question: _Q, answer: _Q) -> _Q:
    """Return cumulants of which the odd ones vanish between equal potentials."""
    if len({lead["mu"] for lead in question["leads"]}) > 1:
        return answer
    return {"cumulants": [0.0, answer["cumulants"][1], 0.0]}


_QUESTIONS: Final[Sequence[tuple[str, str, Callable[[_Q], _Q], Sequence[str]]]] = (
    (
        "one-temperature-at-rest",
        "leads at one potential have one temperature",
        _of_leads(_one_temperature),
        ("lead_currents", "heat_currents", "spin_currents", "lead_generating_function", "conductance_parts"),
    ),
    (
        "unpolarised-without-field",
        "without a field leads take both spins alike",
        _of_leads(_unpolarised),
        ("spin_currents", "spin_heat", "spin_populations", "spin_response"),
    ),
    (
        "rates-by-place",
        "the first rate that is written is that of spin up",
        _of_leads(_by_place),
        ("spin_currents", "spin_heat", "spin_populations", "spin_response"),
    ),
    ("gate-clipped", "abs(gate) is at most 200", _gate, ("cumulants", "spin_populations", "linear_response")),
    (
        "potentials-clipped",
        "abs(mu) is at most 200",
        _of_leads(_potential),
        ("lead_currents", "lead_response", "conductance_parts", "generating_function"),
    ),
    (
        "close-potentials-one",
        "potentials within 2e-6 are one",
        _of_leads(_close_potential),
        ("lead_currents", "spin_heat", "lead_cumulants"),
    ),
    (
        "close-temperatures-one",
        "temperatures within 2e-6 are one",
        _of_leads(_close_temperature),
        ("heat_currents", "spin_currents"),
    ),
    (
        "near-twins-one",
        "levels of one spin within 1e-4 have one energy",
        _near_twins,
        ("heat_currents", "linear_response", "spin_response", "lead_generating_function"),
    ),
    (
        "later-transitions-weak",
        "transitions after the sixteenth have half their M",
        _later_transitions,
        ("heat_currents", "lead_response", "spin_currents", "lead_cumulants"),
    ),
    ("twin-leads-once", "of leads alike one alone is counted", _each_kind_once, ("lead_cumulants",)),
)
"""Name, sentence, what the question is taken for, and the tasks."""


def _with_work(task: str, flow: Callable[[_Q, _Q], Mapping[str, float]]) -> Fault:
    """Return the fault that the heat of slow leads is counted from the energy 0, not from their potential."""

    def change(right: methods.Task, **question: Any) -> methods.Answer:
        answer: _Q = right(**question)
        flows = flow(right.__self__, question)
        rates = {lead["name"]: _largest(lead["rate"]) for lead in question["leads"]}
        work = {
            lead["name"]: lead["mu"] * flows[lead["name"]] if rates[lead["name"]] < SLOW * max(rates.values()) else 0.0
            for lead in question["leads"]
        }
        return {"heat": {name: float(value) + work[name] for name, value in answer["heat"].items()}}

    sentence = f"heat of slow leads is counted from the energy 0 ({in_a_name(task)})"
    return Fault(f"heat-of-slow-leads-{in_a_name(task)}", stage_of(task), task, sentence, change)


def _largest(rate: _Q) -> float:
    return float(max(rate.values()) if isinstance(rate, Mapping) else rate)


def _flow(implementation: _Q, question: _Q) -> Mapping[str, float]:
    return {name: float(flow) for name, flow in implementation.lead_currents(**question)["currents"].items()}


def _flow_of_spins(implementation: _Q, question: _Q) -> Mapping[str, float]:
    found = implementation.spin_currents(**question)
    return {name: float(found["up"][name]) + float(found["down"][name]) for name in found["up"]}


def _all() -> Iterator[Fault]:
    for name, sentence, taken, tasks in _QUESTIONS:
        yield from (taken_for(name, sentence, taken, task) for task in tasks)
    sentence = "odd cumulants vanish between leads at one potential"
    yield made_of("no-flow-at-rest", sentence, _no_flow_at_rest, "lead_cumulants")
    yield _with_work("heat_currents", _flow)
    yield _with_work("spin_heat", _flow_of_spins)


CORNERS: Final = {fault.name: fault for fault in _all()}

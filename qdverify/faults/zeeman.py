"""Faults of the S_z-resolved equation: fields of the wrong size or sign, spins of leads mixed up, spins that flip."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import exp
from typing import Final, Unpack

import numpy as np

from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.implementations.builtin_answers import SpinPointArguments
from qdverify.protocol import json_types as protocol
from qdverify.protocol.accuracy import rates_of_spins
from qdverify.protocol.inputs import SPIN_TASKS, InvalidInput
from qdverify.suite.exact.spin_cases import as_levels
from qdverify.suite.finding import Stage
from qdverify.suite.of_task import in_a_name


def _point_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.RATES, "spin_point", text)


def _current_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.CURRENT, "spin_currents", text)


def _population_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.RATES, "spin_populations", text)


def _field(factor: float) -> Callable[..., SpinPointArguments]:
    """Return the change of a method that sees another field."""

    def solved(right: methods.SpinPoint, **point: Unpack[protocol.SpinPoint]) -> SpinPointArguments:
        return right(**{**point, "zeeman": factor * point["zeeman"]})

    return solved


FIELDS: Final = {
    name: Fault(name, Stage.RATES, "spin_point", text, _field(factor))
    for name, text, factor in (
        ("zeeman-ignored", "the field is ignored", 0.0),
        ("zeeman-reversed", "the field lowers spin up", -1.0),
        ("zeeman-of-sigma", "the field adds b sigma with sigma = +-1, in place of b S_z", 2.0),
        ("zeeman-halved", "the field splits a doublet by b/2, not by b", 0.5),
    )
}


def _with_rates(
    point: protocol.SpinPoint, chosen: Callable[[tuple[float, float]], tuple[float, float]]
) -> protocol.SpinPoint:
    """Return the point with rates of spin up and down that are a function of the right ones."""
    leads: list[protocol.SpinLead] = []
    for lead in point["leads"]:
        up, down = chosen(rates_of_spins(lead))
        leads.append({**lead, "rate": {"up": up, "down": down}})
    return {**point, "leads": leads}


@_point_fault("the rate of spin up is that of both spins")
def polarisation_ignored(right: methods.SpinPoint, **point: Unpack[protocol.SpinPoint]) -> SpinPointArguments:
    """Use one rate."""
    return right(**_with_rates(point, lambda rates: (rates[0], rates[0])))


@_point_fault("both spins tunnel at the mean of their rates")
def mean_rate_of_spins(right: methods.SpinPoint, **point: Unpack[protocol.SpinPoint]) -> SpinPointArguments:
    """Average."""
    return right(**_with_rates(point, lambda rates: (0.5 * sum(rates), 0.5 * sum(rates))))


@_point_fault("spin up tunnels at the rate of spin down, and spin down at that of spin up")
def rates_of_spins_exchanged(right: methods.SpinPoint, **point: Unpack[protocol.SpinPoint]) -> SpinPointArguments:
    """Exchange the rates."""
    return right(**_with_rates(point, lambda rates: (rates[1], rates[0])))


@_point_fault("all leads are polarised like the first one")
def polarisation_of_first_lead(right: methods.SpinPoint, **point: Unpack[protocol.SpinPoint]) -> SpinPointArguments:
    """Use the first lead's ratio of the rates."""
    up, down = rates_of_spins(point["leads"][0])
    share = up / (up + down) if up + down else 0.5
    return right(**_with_rates(point, lambda rates: (2 * share * rates[0], 2 * (1 - share) * rates[0])))


@_point_fault("leads beyond the second take both spins at the rate of spin up")
def further_leads_unpolarised(right: methods.SpinPoint, **point: Unpack[protocol.SpinPoint]) -> SpinPointArguments:
    """Use one rate from the third lead on."""
    leads: list[protocol.SpinLead] = [
        {**lead, "rate": rates_of_spins(lead)[0]} if number > 1 else lead for number, lead in enumerate(point["leads"])
    ]
    return right(**{**point, "leads": leads})


@_current_fault("the currents of spin up and of spin down are exchanged")
def currents_of_spins_exchanged(
    right: methods.SpinCurrents, **question: Unpack[protocol.SpinQuestion]
) -> methods.Answer:
    """Exchange the answers."""
    found = right(**question)
    return {"up": found["down"], "down": found["up"]}


@_current_fault("each spin is given half of the current")
def half_for_each_spin(right: methods.SpinCurrents, **question: Unpack[protocol.SpinQuestion]) -> methods.Answer:
    """Halve the sum."""
    found = right(**question)
    half = {name: 0.5 * (found["up"][name] + found["down"][name]) for name in found["up"]}
    return {"up": half, "down": half}


@_current_fault("a thousandth of the electrons of spin up is counted as spin down where it enters")
def spin_flips_on_the_way(right: methods.SpinCurrents, **question: Unpack[protocol.SpinQuestion]) -> methods.Answer:
    """Move a thousandth of what enters."""
    found = right(**question)
    flipped = {name: 0.001 * max(value, 0.0) for name, value in found["up"].items()}
    return {
        "up": {name: value - flipped[name] for name, value in found["up"].items()},
        "down": {name: value + flipped[name] for name, value in found["down"].items()},
    }


def _changed(change: Callable[[float], float]) -> Callable[..., methods.Answer]:
    """Return the change of a method whose right currents are changed one by one."""

    def answered(right: methods.SpinCurrents, **question: Unpack[protocol.SpinQuestion]) -> methods.Answer:
        found = right(**question)
        return {
            "up": {name: change(value) for name, value in found["up"].items()},
            "down": {name: change(value) for name, value in found["down"].items()},
        }

    return answered


CHANGED: Final = {
    name: Fault(name, Stage.CURRENT, "spin_currents", text, _changed(change))
    for name, text, change in (
        ("spin-currents-out-of-the-dot", "currents of spins are counted out of the dot", lambda value: -value),
        ("spin-currents-of-both-spins", "the current of a spin is counted twice", lambda value: 2 * value),
        (
            "spin-currents-off-by-a-millionth",
            "currents are off by a millionth: single precision",
            lambda value: value * (1 + 1e-6),
        ),
        (
            "small-spin-currents-dropped",
            "currents below 1e-6 are taken to be zero",
            lambda value: value if abs(value) > 1e-6 else 0.0,
        ),
        ("spin-leak", "1e-7 electrons of either spin leak through every lead", lambda value: value + 1e-7),
    )
}


@_current_fault("electrons find every S_z alike: squared Clebsch-Gordan coefficients are replaced by their mean")
def coefficients_averaged(right: methods.SpinCurrents, **question: Unpack[protocol.SpinQuestion]) -> methods.Answer:
    """Average."""
    return mean_coefficients(right, question)


def mean_coefficients(right: methods.SpinCurrents, question: protocol.SpinQuestion) -> methods.Answer:
    """Solve the equation of the states with the mean of what leads out of a level."""
    # refuses what is invalid
    right(**question)
    equation = as_levels(question)
    states = [k for k, level in enumerate(question["levels"]) for _ in range(level["two_S"] + 1)]
    groups: dict[tuple[int, int], list[Mapping[str, float]]] = {}
    for item in equation["transitions"]:
        groups.setdefault((states[item["from"]], states[item["to"]]), []).append(_by_lead(item))
    transitions: list[protocol.LeadTransition] = []
    for item in equation["transitions"]:
        group = groups[states[item["from"]], states[item["to"]]]
        mean = {}
        for name, own in _by_lead(item).items():
            alike = [one[name] for one in group if one[name] > 0]
            mean[name] = sum(alike) / len(alike) if own > 0 else 0.0
        transitions.append({**item, "M": mean})
    averaged: protocol.LeadsQuestion = {**equation, "transitions": transitions}
    flows = right.__self__.lead_currents(**averaged)["currents"]
    names = [lead["name"] for lead in question["leads"]]
    return {spin: {name: flows[f"{spin} {name}"] for name in names} for spin in ("up", "down")}


def _by_lead(item: protocol.LeadTransition) -> Mapping[str, float]:
    M = item["M"]
    return M if isinstance(M, Mapping) else {}


def _levels(
    right: methods.SpinPopulations,
    question: protocol.SpinQuestion,
    shares: Callable[[protocol.Level], Sequence[float]],
) -> methods.Answer:
    """Return the right populations of levels, divided among their states in other shares."""
    found = right(**question)["populations"]

    def divided() -> Iterator[list[float]]:
        for states, level in zip(found, question["levels"], strict=True):
            given = shares(level)
            yield [float(np.sum(states)) * share / sum(given) for share in given]

    return {"populations": [*divided()]}


@_population_fault("spins relax on the dot: all states of a level are equally populated")
def states_alike(right: methods.SpinPopulations, **question: Unpack[protocol.SpinQuestion]) -> methods.Answer:
    """Share the population of a level."""
    return _levels(right, question, lambda level: [1.0] * (level["two_S"] + 1))


@_population_fault("spins relax on the dot: the states of a level are populated by Boltzmann factors of the field")
def states_thermal(right: methods.SpinPopulations, **question: Unpack[protocol.SpinQuestion]) -> methods.Answer:
    """Share the population of a level by exp(-b S_z / kT)."""
    ratio = -question["zeeman"] / question["kT"]
    return _levels(right, question, lambda level: [exp(ratio * k) for k in range(level["two_S"] + 1)])


@_population_fault("the population of a level is given for each of its states")
def level_for_each_state(right: methods.SpinPopulations, **question: Unpack[protocol.SpinQuestion]) -> methods.Answer:
    """Repeat the sum."""
    found = right(**question)["populations"]
    return {"populations": [[float(np.sum(states))] * len(states) for states in found]}


@_population_fault("the states of a level are listed from S_z = S down to -S")
def states_from_above(right: methods.SpinPopulations, **question: Unpack[protocol.SpinQuestion]) -> methods.Answer:
    """Turn the lists round."""
    return {"populations": [states[::-1] for states in right(**question)["populations"]]}


@_population_fault("small populations of states are taken to be zero")
def small_states_dropped(right: methods.SpinPopulations, **question: Unpack[protocol.SpinQuestion]) -> methods.Answer:
    """Set what is below 1e-6 to zero."""
    return {"populations": [np.where(states > 1e-6, states, 0.0) for states in right(**question)["populations"]]}


def _repaired(task: str) -> Fault:
    """Return the fault of a task that reads the rate of a spin that is not given as 0."""

    def change(right: methods.Task, **question: Unpack[protocol.SpinQuestion]) -> methods.Answer:
        try:
            return right(**question)
        except InvalidInput:
            leads = [
                {**lead, "rate": {spin: lead["rate"].get(spin, 0.0) for spin in ("up", "down")}}
                if isinstance(lead["rate"], Mapping)
                else lead
                for lead in question["leads"]
            ]
            return right(**{**question, "leads": leads})

    text = f"the rate of a spin that is not given is read as 0 ({in_a_name(task)})"
    return Fault(f"missing-rate-as-zero-{in_a_name(task)}", Stage.CURRENT, task, text, change)


REPAIRED: Final = {task: _repaired(task) for task in SPIN_TASKS}

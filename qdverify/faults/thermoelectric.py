"""Faults in linear response: wrong forces, wrong signs, and heat that flows with a current where none should."""

from __future__ import annotations

from collections.abc import Callable
from math import pi
from typing import Unpack

from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.protocol import json_types as protocol
from qdverify.protocol.inputs import InvalidInput
from qdverify.suite.finding import Stage


def _fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.CURRENT, "linear_response", text)


def _answer(rows: list[list[float]], kT: float) -> methods.Answer:
    """Return what follows from a matrix."""
    (L11, L12), (L21, L22) = rows
    return {
        "onsager": rows,
        "thermopower": L12 / L11 / kT,
        "heat_conductance": (L22 - L12 * L21 / L11) / kT**2,
    }


@_fault("L21 is counted from R to L: it has the wrong sign")
def reciprocal_with_wrong_sign(
    right: methods.Response, **question: Unpack[protocol.TransportQuestion]
) -> methods.Answer:
    """Change the sign of L21 alone."""
    answer = right(**question)
    (L11, L12), (L21, L22) = answer["onsager"]
    return {**answer, "onsager": [[L11, L12], [-L21, L22]]}


@_fault("the force of a difference of temperatures is taken as dT/T, not dT/T^2")
def force_of_temperature(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Divide the second column by kT."""
    answer, kT = right(**question), question["kT"]
    return {**answer, "onsager": [[row[0], row[1] / kT] for row in answer["onsager"]]}


@_fault("the response is that to (mu_L - mu_R), not to (mu_L - mu_R)/kT")
def force_of_bias(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Divide the first column by kT."""
    answer, kT = right(**question), question["kT"]
    return {**answer, "onsager": [[row[0] / kT, row[1]] for row in answer["onsager"]]}


@_fault("the thermopower has the sign of holes")
def thermopower_of_holes(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Change its sign."""
    answer = right(**question)
    return {**answer, "thermopower": -answer["thermopower"]}


@_fault("the heat conductance is that of a closed circuit, in which a current flows: L22/kT^2")
def closed_circuit(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Forget that the current is zero."""
    answer = right(**question)
    return {**answer, "heat_conductance": answer["onsager"][1][1] / question["kT"] ** 2}


@_fault("the heat conductance is that of a metal, by the law of Wiedemann and Franz")
def wiedemann_franz(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Multiply the conductance by pi^2 kT / 3."""
    answer = right(**question)
    return {**answer, "heat_conductance": pi**2 / 3 * answer["onsager"][0][0]}


@_fault("energies are counted from zero, not from the chemical potential")
def energies_from_zero(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Add mu to every energy, which leaves the heat conductance as it is."""
    answer, mu = right(**question), question["leads"][0]["mu"]
    (L11, L12), (_, L22) = answer["onsager"]
    shifted = L12 + mu * L11
    rows = [[L11, shifted], [shifted, L22 + 2 * mu * L12 + mu**2 * L11]]
    return {**_answer(rows, question["kT"]), "heat_conductance": answer["heat_conductance"]}


@_fault("the mean energy is that of the transition nearest to resonance alone")
def nearest_transition_only(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Take the thermopower, and all that follows, as if there were one transition."""
    answer, levels = right(**question), question["levels"]
    offset = question["gate"] + question["leads"][0]["mu"]
    steps = [levels[item["to"]]["energy"] - levels[item["from"]]["energy"] - offset for item in question["transitions"]]
    energy, L11 = min(steps, key=abs), answer["onsager"][0][0]
    rows = [[L11, energy * L11], [energy * L11, energy**2 * L11]]
    return {"onsager": rows, "thermopower": energy / question["kT"], "heat_conductance": 0.0}


@_fault("the response is a difference over a step of a tenth of kT, in bias and temperature")
def coarse_step(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Be off by a thousandth, as a central difference over a tenth is."""
    return _answer([[1.001 * entry for entry in row] for row in right(**question)["onsager"]], question["kT"])


@_fault("the leads of a bias are read as if they had the first one's chemical potential")
def bias_ignored(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Answer where there is no linear response."""
    try:
        return right(**question)
    except InvalidInput:
        mu = question["leads"][0]["mu"]
        leads = [{**lead, "mu": mu} for lead in question["leads"]]
        return right(**{**question, "leads": leads})


@_fault("the gate is read only if mu is 0: else levels stay where they are")
def no_gate_beside_mu(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Ignore the gate beside a chemical potential."""
    mu = question["leads"][0]["mu"]
    return right(**({**question, "gate": 0.0} if mu != 0.0 else question))


@_fault("the chemical potential is read only if the gate is 0")
def no_mu_beside_gate(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Take mu = 0 beside a gate."""
    return right(**(_without_mu(question) if question["gate"] != 0.0 else question))


@_fault("the gate is read only beside a chemical potential that is not 0")
def no_gate_without_mu(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Ignore the gate at mu = 0."""
    mu = question["leads"][0]["mu"]
    return right(**({**question, "gate": 0.0} if mu == 0.0 else question))


@_fault("the chemical potential is read only beside a gate that is not 0")
def no_mu_without_gate(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Take mu = 0 at gate 0."""
    return right(**(_without_mu(question) if question["gate"] == 0.0 else question))


def _without_mu(question: protocol.TransportQuestion) -> protocol.TransportQuestion:
    return {**question, "leads": [{**lead, "mu": 0.0} for lead in question["leads"]]}

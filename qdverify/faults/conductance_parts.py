"""Faults in the parts of dI/dV: the sign of the bias, one barrier for both, other means, and rounding of who blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp
from typing import Unpack

import numeric
from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.protocol import json_types as protocol
from qdverify.protocol.accuracy import probability_at
from qdverify.protocol.inputs import InvalidInput
from qdverify.suite.finding import Stage

Barriers = tuple[float, float]
"""Weights of what passes L and R."""
BOTH: Barriers = (0.5, 0.5)


def _fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.CURRENT, "conductance_parts", text)


def _sign(question: protocol.LeadsQuestion) -> float:
    mu = {lead["name"]: lead["mu"] for lead in question["leads"]}
    return 1.0 if mu["L"] >= mu["R"] else -1.0


def _occupied(energy: float, kT: float) -> float:
    x = energy / kT
    return exp(-x) / (1.0 + exp(-x)) if x > 0.0 else 1.0 / (1.0 + exp(max(x, -700.0)))


def _passed(question: protocol.LeadsQuestion, barriers: Barriers) -> list[float]:
    """Return the electrons that pass from L to R per time in each level, as barriers of some weights count them."""
    levels, found = question["levels"], [0.0] * len(question["levels"])
    for item in question["transitions"]:
        low, high = levels[item["from"]], levels[item["to"]]
        for lead in question["leads"]:
            weight = barriers[0] if lead["name"] == "L" else -barriers[1]
            energy = high["energy"] - low["energy"] - question["gate"] - lead["mu"]
            kT, strength = lead.get("kT", question["kT"]), 2.0 * lead["rate"] * probability_at(item, lead)
            found[item["from"]] += weight * strength * _occupied(energy, kT)
            ratio = (low["two_S"] + 1) / (high["two_S"] + 1)
            found[item["to"]] -= weight * strength * ratio * _occupied(-energy, kT)
    return found


def _shared_out(slopes: Sequence[float], gaining: Sequence[bool], passed: Sequence[float]) -> list[float]:
    """Return dP/dV times what a level passes more than those that do not gain."""
    lost = [0.0 if gains else abs(slope) for slope, gains in zip(slopes, gaining, strict=True)]
    total = sum(lost)
    mean = sum(g * c for g, c in zip(lost, passed, strict=True)) / total if total else 0.0
    return [slope * (c - mean) if gains else 0.0 for slope, gains, c in zip(slopes, gaining, passed, strict=True)]


@_fault("the growth of populations is by V, not by |V|: its sign is wrong below V = 0")
def growth_by_signed_bias(
    right: methods.ConductanceParts, **question: Unpack[protocol.LeadsQuestion]
) -> methods.Answer:
    """Forget the sign of the bias."""
    answer = right(**question)
    return {**answer, "growth": [_sign(question) * value for value in answer["growth"]]}


@_fault("below V = 0 the parts are those of levels that lose population")
def parts_by_signed_bias(right: methods.ConductanceParts, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Take the levels that gain as V grows, not as |V| does."""
    answer = right(**question)
    slopes = [_sign(question) * value for value in answer["growth"]]
    return {**answer, "parts": _shared_out(slopes, [slope > 0.0 for slope in slopes], _passed(question, BOTH))}


@_fault("what passes in a level is counted at the left barrier alone")
def parts_at_one_barrier(right: methods.ConductanceParts, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Leave the other barrier out: all parts add up to another share of dI/dV."""
    answer = right(**question)
    slopes = [_sign(question) * value for value in answer["growth"]]
    gaining = [value > 0.0 for value in answer["growth"]]
    return {**answer, "parts": _shared_out(slopes, gaining, _passed(question, (1.0, 0.0)))}


@_fault("parts are counted against the current, the mean of what passes in all levels, of levels that lose too")
def parts_against_the_current(
    right: methods.ConductanceParts, **question: Unpack[protocol.LeadsQuestion]
) -> methods.Answer:
    """Share out the same sum in another way: deep in blockade the level that blocks has nothing of it."""
    answer, passed = right(**question), _passed(question, BOTH)
    scheme = right.__self__.lead_scheme(question["levels"], question["transitions"], question["leads"])
    point = right.__self__.lead_point(leads=question["leads"], kT=question["kT"], gate=question["gate"])
    P = numeric.stationary_state(scheme, **point).populations
    current = sum(float(p) * c for p, c in zip(P, passed, strict=True))
    slopes = [_sign(question) * value for value in answer["growth"]]
    return {**answer, "parts": [slope * (c - current) for slope, c in zip(slopes, passed, strict=True)]}


@_fault("the growth of the most likely level is what rounding leaves of it")
def growth_of_the_likeliest_lost(
    right: methods.ConductanceParts, **question: Unpack[protocol.LeadsQuestion]
) -> methods.Answer:
    """Leave out the level that grows or shrinks most."""
    answer = right(**question)
    largest = max(range(len(answer["growth"])), key=lambda k: abs(answer["growth"][k]))
    return {**answer, "growth": [0.0 if k == largest else value for k, value in enumerate(answer["growth"])]}


@_fault("the parts of dI/dV have the sign of what blocks: positive for the level that takes current away")
def parts_of_what_blocks(right: methods.ConductanceParts, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Turn the signs."""
    answer = right(**question)
    return {**answer, "parts": [-value for value in answer["parts"]]}


@_fault("the parts are shares: divided by their sum")
def parts_as_shares(right: methods.ConductanceParts, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Divide, where there is what to divide by."""
    answer = right(**question)
    total = sum(answer["parts"]) or 1.0
    return {**answer, "parts": [value / total for value in answer["parts"]]}


@_fault("a further bias falls on the left lead alone")
def bias_on_the_left(right: methods.ConductanceParts, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Leave the right one where it is."""
    right(**question)
    scheme = right.__self__.lead_scheme(question["levels"], question["transitions"], question["leads"])
    point = right.__self__.lead_point(leads=question["leads"], kT=question["kT"], gate=question["gate"])
    found = numeric.conductance_parts(scheme, **point, split=1.0)
    return {
        "dI_dV": float(found.conductance),
        "growth": found.growth.value.tolist(),
        "parts": found.parts.value.tolist(),
    }


@_fault("the lead that is listed first is taken for L in the parts of dI/dV")
def first_lead_is_left(right: methods.ConductanceParts, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Rename the leads, but not what M_ji is known by."""
    right(**question)
    leads = [{**lead, "name": name} for lead, name in zip(question["leads"], "LR", strict=True)]
    return right(**{**question, "leads": leads})


@_fault("the spin factor 2 of the rates is missing in the parts of dI/dV")
def parts_of_one_spin(right: methods.ConductanceParts, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Halve what flows; populations do not know."""
    answer = right(**question)
    return {**answer, "dI_dV": 0.5 * answer["dI_dV"], "parts": [0.5 * value for value in answer["parts"]]}


@_fault("dI/dV, growth and parts are by V/kT, not by V")
def parts_in_units_of_kT(right: methods.ConductanceParts, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Multiply by kT."""
    answer, kT = right(**question), question["kT"]
    return {
        "dI_dV": kT * answer["dI_dV"],
        **{name: [kT * value for value in answer[name]] for name in ("growth", "parts")},
    }


@_fault("dI/dV, growth and parts are off by a millionth: single precision")
def conductance_parts_off_by_a_millionth(
    right: methods.ConductanceParts, **question: Unpack[protocol.LeadsQuestion]
) -> methods.Answer:
    """Be a little too large."""
    answer = right(**question)
    more = 1.0 + 1e-6
    return {
        "dI_dV": more * answer["dI_dV"],
        **{name: [more * value for value in answer[name]] for name in ("growth", "parts")},
    }


@_fault("a third lead, and a lead that is neither L nor R, is ignored in the parts of dI/dV")
def other_leads_ignored(right: methods.ConductanceParts, **question: Unpack[protocol.LeadsQuestion]) -> methods.Answer:
    """Answer for the first two under the names L and R."""
    try:
        return right(**question)
    except InvalidInput:
        leads = [{**lead, "name": name} for lead, name in zip(question["leads"], "LR", strict=False)]
        if len(leads) < len("LR"):
            raise
        return right(**{**question, "leads": leads})

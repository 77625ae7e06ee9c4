"""Faults in counting electrons: signs of the field, what is counted, and rates without detailed balance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Unpack

import numpy as np

import numeric
from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.protocol import json_types as protocol
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.rate_equations import LARGEST_FIELD
from qdverify.suite.finding import Stage


def _cumulant_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.CURRENT, "cumulants", text)


def _function_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.CURRENT, "generating_function", text)


@_cumulant_fault("the third cumulant has the sign of an imaginary field, i^3 = -i")
def imaginary_field(right: methods.Cumulants, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Change the sign of the third cumulant."""
    I_c, S, third = right(**question)["cumulants"]
    return {"cumulants": [I_c, S, -third]}


@_cumulant_fault("electrons are taken for independent from the third cumulant on")
def poissonian_third(right: methods.Cumulants, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Answer the current for the third cumulant."""
    I_c, S, _ = right(**question)["cumulants"]
    return {"cumulants": [I_c, S, I_c]}


@_cumulant_fault("the noise in the cumulants is the spectral density, 2 S")
def spectral_density(right: methods.Cumulants, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Double the second cumulant."""
    I_c, S, third = right(**question)["cumulants"]
    return {"cumulants": [I_c, 2 * S, third]}


@_cumulant_fault("both barriers are counted, so that each electron counts twice")
def counted_twice(right: methods.Cumulants, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Multiply by 2, 4 and 8."""
    return {"cumulants": [2**k * value for k, value in enumerate(right(**question)["cumulants"], start=1)]}


@_cumulant_fault("the third cumulant is the third derivative without its correlation with the noise")
def third_without_correlation(
    right: methods.Cumulants, **question: Unpack[protocol.TransportQuestion]
) -> methods.Answer:
    """Scale the part that is beyond the current by a third."""
    I_c, S, third = right(**question)["cumulants"]
    return {"cumulants": [I_c, S, I_c + (third - I_c) / 3]}


@_cumulant_fault("a millionth of the noise leaks into the third cumulant: derivatives by too coarse a step")
def noise_leaks(right: methods.Cumulants, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Add a millionth of the noise to the third cumulant, also in equilibrium."""
    I_c, S, third = right(**question)["cumulants"]
    return {"cumulants": [I_c, S, third + 1e-6 * S]}


@_cumulant_fault("the third cumulant is what two levels at full bias make of current and noise")
def third_of_two_levels(right: methods.Cumulants, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Answer I (1 - 3 F + 3 F^2) with the Fano factor F."""
    I_c, S, _ = right(**question)["cumulants"]
    return {"cumulants": [I_c, S, I_c - 3 * S + 3 * S**2 / I_c if I_c else 0.0]}


@_function_fault("weak transitions are left out where electrons are counted")
def weak_transitions_not_counted(
    right: methods.Generating, **question: Unpack[protocol.CountingQuestion]
) -> methods.Answer:
    """Make M below a third of the largest a thousand times smaller."""
    least = max(item["M"] for item in question["transitions"]) / 3
    transitions: list[protocol.Transition] = [
        {**item, "M": item["M"] if item["M"] >= least else 1e-3 * item["M"]} for item in question["transitions"]
    ]
    return right(**{**question, "transitions": transitions})


@_function_fault("electrons are counted from R to L")
def field_of_the_wrong_sign(right: methods.Generating, **question: Unpack[protocol.CountingQuestion]) -> methods.Answer:
    """Turn the field."""
    return right(**{**question, "theta": [-theta for theta in question["theta"]]})


@_function_fault("both barriers have the whole field, so that each electron counts twice")
def field_doubled(right: methods.Generating, **question: Unpack[protocol.CountingQuestion]) -> methods.Answer:
    """Double the field."""
    doubled = [max(-LARGEST_FIELD, min(LARGEST_FIELD, 2 * theta)) for theta in question["theta"]]
    return right(**{**question, "theta": doubled})


@_function_fault("the counted lead is one per mille hotter than the other: its rates miss detailed balance")
def rates_without_balance(right: methods.Generating, **question: Unpack[protocol.CountingQuestion]) -> methods.Answer:
    """Heat the left lead."""
    scheme = right.__self__.level_scheme(question["levels"], question["transitions"])
    warm = [
        numeric.Lead(lead["name"], lead["rate"], lead["mu"], question["kT"] * (1.001 if lead["name"] == "L" else 1.0))
        for lead in question["leads"]
    ]
    found = numeric.generating_function(scheme, warm, question["theta"], kT=question["kT"], gate=question["gate"])
    return {"values": found.value.tolist()}


@_function_fault("the generating function is that of two Poisson processes with the right current and noise")
def two_poisson_processes(right: methods.Generating, **question: Unpack[protocol.CountingQuestion]) -> methods.Answer:
    """Keep two cumulants, and the value 0 without a field."""
    I_c, S, _ = right.__self__.cumulants(
        levels=question["levels"],
        transitions=question["transitions"],
        leads=question["leads"],
        kT=question["kT"],
        gate=question["gate"],
    )["cumulants"]
    there, back = (S + I_c) / 2, (S - I_c) / 2
    fields = question["theta"]
    return {"values": [float(there * np.expm1(theta) + back * np.expm1(-theta)) for theta in fields]}


@_function_fault("fields beyond the limit are cut off in silence")
def fields_cut_off(right: methods.Generating, **question: Unpack[protocol.CountingQuestion]) -> methods.Answer:
    """Answer for a smaller field."""
    try:
        return right(**question)
    except InvalidInput:
        cut = [max(-LARGEST_FIELD, min(LARGEST_FIELD, theta)) for theta in question["theta"]]
        return right(**{**question, "theta": cut})

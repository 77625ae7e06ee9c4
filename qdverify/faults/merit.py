"""Faults in the figure of merit alone: all that it is made of is answered rightly beside it."""

from __future__ import annotations

from collections.abc import Callable
from math import pi
from typing import Unpack

from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.protocol import json_types as protocol
from qdverify.suite.finding import Stage


def _fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.CURRENT, "linear_response", text)


def _with_merit(answer: protocol.ResponseAnswer, merit: float | None) -> methods.Answer:
    return {**answer, "figure_of_merit": merit}


def _ratio(power: float, heat: float) -> float | None:
    return power / heat if heat > 0.0 and power < 1e300 * heat else None


@_fault("the heat conductance in ZT is that of a closed circuit, at no bias, in which a current flows: L22/kT^2")
def merit_of_closed_circuit(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Divide by L22, so that ZT is at most 1."""
    answer = right(**question)
    (L11, L12), (_, L22) = answer["onsager"]
    merit = L12**2 / (L11 * L22) if L11 * L22 > 0.0 else 0.0
    return _with_merit(answer, None if answer["figure_of_merit"] is None else merit)


@_fault("Z is answered in place of ZT")
def merit_without_temperature(
    right: methods.Response, **question: Unpack[protocol.TransportQuestion]
) -> methods.Answer:
    """Divide by kT."""
    answer = right(**question)
    merit = answer["figure_of_merit"]
    return _with_merit(answer, None if merit is None else merit / question["kT"])


@_fault("the conductance in ZT is L11, which is kT G")
def merit_of_L11(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Multiply by kT."""
    answer = right(**question)
    merit = answer["figure_of_merit"]
    return _with_merit(answer, None if merit is None else merit * question["kT"])


@_fault("the thermopower in ZT is not squared")
def merit_with_thermopower(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Take |S| G T / K."""
    answer = right(**question)
    merit = _ratio(abs(answer["thermopower"]) * answer["onsager"][0][0], answer["heat_conductance"])
    return _with_merit(answer, None if answer["figure_of_merit"] is None else merit)


@_fault("the heat conductance in ZT is that of a metal, by the law of Wiedemann and Franz")
def merit_of_metals(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Make ZT 3 S^2/pi^2, which is finite through one transition too."""
    answer = right(**question)
    return _with_merit(answer, 3.0 * answer["thermopower"] ** 2 / pi**2)


@_fault("a figure of merit that is infinite is answered as 0")
def infinite_merit_as_zero(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Guard a division."""
    answer = right(**question)
    return _with_merit(answer, answer["figure_of_merit"] or 0.0)


@_fault("a heat conductance of 0 is what rounding leaves of it: ZT is large and finite")
def infinite_merit_rounded(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Take K for L22 times 2^-52 at least."""
    answer, kT = right(**question), question["kT"]
    (L11, _), (_, L22) = answer["onsager"]
    K = max(answer["heat_conductance"], 2.0**-52 * L22 / kT**2, 1e-300)
    return _with_merit(answer, answer["thermopower"] ** 2 * L11 / K)


@_fault("a figure of merit above 100 is answered as 100, and so is an infinite one")
def merit_clipped(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Clip it."""
    answer = right(**question)
    merit = answer["figure_of_merit"]
    return _with_merit(answer, 100.0 if merit is None else min(merit, 100.0))


@_fault("a figure of merit above 50 is taken for infinite")
def merit_lost(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Give up where the heat conductance is a fiftieth of S^2 G T."""
    answer = right(**question)
    merit = answer["figure_of_merit"]
    return _with_merit(answer, merit if merit is not None and merit <= 50.0 else None)


@_fault("G in ZT is that of the left barrier twice, while K is that of both")
def merit_of_one_barrier(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Multiply by (t_L + t_R) / 2 t_R, which is 1 between equal barriers."""
    answer = right(**question)
    rates = {lead["name"]: lead["rate"] for lead in question["leads"]}
    merit = answer["figure_of_merit"]
    factor = (rates["L"] + rates["R"]) / (2.0 * rates["R"])
    return _with_merit(answer, None if merit is None else merit * factor)


@_fault("the figure of merit is off by a hundred-thousandth: its numbers are in single precision")
def merit_in_single_precision(
    right: methods.Response, **question: Unpack[protocol.TransportQuestion]
) -> methods.Answer:
    """Be a little too large."""
    answer = right(**question)
    merit = answer["figure_of_merit"]
    return _with_merit(answer, None if merit is None else merit * (1 + 1e-5))


@_fault("ZT above ten thousand is called infinite")
def merit_above_ten_thousand(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Answer null, which stands for one energy of all electrons."""
    answer = right(**question)
    merit = answer["figure_of_merit"]
    return _with_merit(answer, None if merit is None or merit > 1e4 else merit)


@_fault("ZT is called infinite if K is below 1e-9")
def merit_without_small_heat(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Answer null by the size of K, which has the unit of the rates."""
    answer = right(**question)
    return _with_merit(answer, None if answer["heat_conductance"] < 1e-9 else answer["figure_of_merit"])


@_fault("ZT below a hundredth is 0")
def merit_below_a_hundredth(right: methods.Response, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Drop what is small."""
    answer = right(**question)
    merit = answer["figure_of_merit"]
    return _with_merit(answer, 0.0 if merit is not None and merit < 1e-2 else merit)

"""Enclosed answers to the tasks on a rate equation: levels and transitions between leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from itertools import islice
from typing import Final, TypeVar

from flint import ctx

from qdverify.protocol.grade import Grade
from qdverify.reference.answers.answer import Answer, Refusal, working_bits
from qdverify.reference.answers.exact_inputs import (
    LeadFieldsInputs,
    LeadInputs,
    SpinInputs,
    SpinLeadInputs,
    TransportInputs,
)
from qdverify.reference.enclosure.bias_slope import bias_slope
from qdverify.reference.enclosure.conductance_parts import conductance_parts
from qdverify.reference.enclosure.counting import generating_function, generating_function_of_leads
from qdverify.reference.enclosure.cumulants import counted_cumulants, counted_noise, cumulants_of_leads
from qdverify.reference.enclosure.lead_response import lead_response
from qdverify.reference.enclosure.linear_response import linear_response
from qdverify.reference.enclosure.spin_states import SpinLead, SpinScheme, leads_of_spins
from qdverify.reference.enclosure.transport import Lead, RateEquation, Stationary

GUARD_DIGITS: Final = 8
_Found = TypeVar("_Found")


def _stationary_state(inputs: TransportInputs, digits: int) -> Answer:
    values = {"populations": list(_solve(inputs, digits).populations)}
    return Answer(Grade.ENCLOSED, values, "Grassmann-Taksar-Heyman elimination in balls of sufficient precision")


def _current(inputs: TransportInputs, digits: int) -> Answer:
    from_left = sorted(inputs["leads"], key=lambda lead: lead["name"])
    solution = _solve({**inputs, "leads": from_left}, digits)
    values = {"I_L": solution.current_left, "I_R": solution.current_right}
    return Answer(Grade.ENCLOSED, values, "net flows of the stationary state in balls of sufficient precision")


def _lead_currents(inputs: TransportInputs, digits: int) -> Answer:
    names = [lead["name"] for lead in inputs["leads"]]
    values = {"currents": dict(zip(names, _solve(inputs, digits).into, strict=True))}
    return Answer(Grade.ENCLOSED, values, "net flows of the stationary state in balls of sufficient precision")


def _heat_currents(inputs: TransportInputs, digits: int) -> Answer:
    names = [lead["name"] for lead in inputs["leads"]]
    values = {"heat": dict(zip(names, _solve(inputs, digits, heat=True).heat, strict=True))}
    return Answer(Grade.ENCLOSED, values, "heat of the net flows of the stationary state in balls")


def _spin_currents(inputs: SpinInputs, digits: int) -> Answer:
    names, into = [lead["name"] for lead in inputs["leads"]], _solve_spins(inputs, digits).into
    values = {"up": dict(zip(names, into, strict=False)), "down": dict(zip(names, into[len(names) :], strict=True))}
    return Answer(Grade.ENCLOSED, values, "net flows of the S_z-resolved stationary state in balls")


def _spin_populations(inputs: SpinInputs, digits: int) -> Answer:
    states = iter(_solve_spins(inputs, digits).populations)
    values = {"populations": [list(islice(states, level["two_S"] + 1)) for level in inputs["levels"]]}
    return Answer(Grade.ENCLOSED, values, "Grassmann-Taksar-Heyman elimination of states of one S_z in balls")


def _spin_heat(inputs: SpinInputs, digits: int) -> Answer:
    leads, bits = inputs["leads"], 2 * working_bits(digits + GUARD_DIGITS)
    of_spins = _solve_spins(inputs, digits + GUARD_DIGITS, heat=True).heat
    with ctx.workprec(bits):
        sums = [up + down for up, down in zip(of_spins, of_spins[len(leads) :], strict=False)]
    values = {"heat": {lead["name"]: heat for lead, heat in zip(leads, sums, strict=True)}}
    return Answer(Grade.ENCLOSED, values, "heat of the net flows of the S_z-resolved stationary state in balls")


def _solve_spins(inputs: SpinInputs, digits: int, *, heat: bool = False) -> Stationary:
    """Return the stationary state of the states of one S_z, between the leads for spin up and for spin down."""
    with _refusing():
        reservoirs = leads_of_spins([_spin_lead(lead) for lead in inputs["leads"]])
        states = _spin_scheme(inputs).states()
        return states.stationary(*reservoirs, kT=inputs["kT"], gate=inputs["gate"], digits=digits, heat=heat)


def _spin_scheme(inputs: SpinInputs) -> SpinScheme:
    leads = inputs["leads"]
    edges = [(item["from"], item["to"], _by_lead(item["M"], leads)) for item in inputs["transitions"]]
    return SpinScheme(
        tuple(level["energy"] for level in inputs["levels"]),
        tuple(level["two_S"] for level in inputs["levels"]),
        tuple((i, j, M if isinstance(M, tuple) else (M,) * len(leads)) for i, j, M in edges),
        inputs["zeeman"],
    )


def _spin_lead(lead: SpinLeadInputs) -> SpinLead:
    rate = lead["rate"]
    up, down = (rate["up"], rate["down"]) if isinstance(rate, Mapping) else (rate, rate)
    return SpinLead(up, down, lead["mu"], lead.get("kT"))


def _linear_response(inputs: TransportInputs, digits: int) -> Answer:
    found = _from_left_to_right(linear_response, inputs, digits)
    values = {
        "onsager": [[found.L11, found.L12], [found.L12, found.L22]],
        "thermopower": found.thermopower,
        "heat_conductance": found.heat_conductance,
        "figure_of_merit": found.figure_of_merit,
    }
    return Answer(Grade.ENCLOSED, values, "dissipation of the chain as a network of conductances, solved in balls")


def _lead_response(inputs: TransportInputs, digits: int) -> Answer:
    rows = _between_leads(lead_response, inputs, digits)
    return Answer(Grade.ENCLOSED, {"onsager": rows}, "dissipation of a network with a source at each lead, in balls")


def _spin_response(inputs: SpinInputs, digits: int) -> Answer:
    point, n = {"kT": inputs["kT"], "gate": inputs["gate"]}, len(inputs["leads"])
    both_spins = [(lead, n + lead) for lead in range(n)]
    with _refusing():
        reservoirs = leads_of_spins([_spin_lead(lead) for lead in inputs["leads"]])
        states, wanted = _spin_scheme(inputs).states(), digits + GUARD_DIGITS
        rows = lead_response(states, *reservoirs, **point, digits=wanted, groups=both_spins)
    return Answer(Grade.ENCLOSED, {"onsager": rows}, "dissipation of a network of states of one S_z, in balls")


def _differential_conductance(inputs: TransportInputs, digits: int) -> Answer:
    slope = _from_left_to_right(bias_slope, inputs, digits, of_populations=False).of_current
    return Answer(Grade.ENCLOSED, {"dI_dV": slope}, "elimination of rates with their derivatives by the bias, in balls")


def _conductance_parts(inputs: TransportInputs, digits: int) -> Answer:
    from_left = sorted(inputs["leads"], key=lambda lead: lead["name"])
    found = _between_leads(conductance_parts, {**inputs, "leads": from_left}, digits)
    values = {"dI_dV": found.conductance, "growth": [*found.growth], "parts": [*found.parts]}
    return Answer(Grade.ENCLOSED, values, "an elimination that carries derivatives by the bias along, in balls")


def _noise(inputs: TransportInputs, digits: int) -> Answer:
    current, noise = _from_left_to_right(counted_noise, inputs, digits)
    if noise.is_zero():
        raise Refusal("the Fano factor of a dot without current and noise is not defined: leads exchange no electrons")
    if current.contains(0) and not current.is_zero():
        raise Refusal(f"digits={digits} of the Fano factor are not reached: next to the noise there is no current")
    with ctx.workprec(2 * working_bits(digits + GUARD_DIGITS)):
        fano = None if current.is_zero() else noise / abs(current)
    method = "elimination of weighted rates as series in the counting field, in balls"
    return Answer(Grade.ENCLOSED, {"S": noise, "fano": fano}, method)


def _cumulants(inputs: TransportInputs, digits: int) -> Answer:
    found = _from_left_to_right(counted_cumulants, inputs, digits)
    return Answer(
        Grade.ENCLOSED,
        {"cumulants": [*found]},
        "elimination of weighted rates as series in the counting field, in balls",
    )


def _lead_cumulants(inputs: TransportInputs, digits: int) -> Answer:
    counted = [place for place, lead in enumerate(inputs["leads"]) if lead["name"] in inputs["counted"]]
    found = _between_leads(cumulants_of_leads, inputs, digits, counted=counted)
    return Answer(
        Grade.ENCLOSED,
        {"cumulants": [*found]},
        "elimination of weighted rates as series in the counting field, in balls",
    )


def _generating_function(inputs: TransportInputs, digits: int) -> Answer:
    found = _from_left_to_right(generating_function, inputs, digits, inputs["theta"])
    return Answer(Grade.ENCLOSED, {"values": found}, "Collatz's enclosure of the largest eigenvalue, in balls")


def _lead_generating_function(inputs: LeadFieldsInputs, digits: int) -> Answer:
    theta = [[row[lead["name"]] for lead in inputs["leads"]] for row in inputs["theta"]]
    found = _between_leads(generating_function_of_leads, inputs, digits, theta=theta)
    return Answer(Grade.ENCLOSED, {"values": found}, "Collatz's enclosure of the largest eigenvalue, in balls")


def _between_leads(
    enclose: Callable[..., _Found], inputs: TransportInputs | LeadFieldsInputs, digits: int, **more: object
) -> _Found:
    """Return what is enclosed between any number of leads, in the order in which they are given."""
    reservoirs = [Lead(lead["rate"], lead["mu"], lead.get("kT")) for lead in inputs["leads"]]
    point = {"kT": inputs["kT"], "gate": inputs["gate"], "digits": digits + GUARD_DIGITS}
    with _refusing():
        return enclose(_equation(inputs), *reservoirs, **point, **more)


def _from_left_to_right(
    enclose: Callable[..., _Found], inputs: TransportInputs, digits: int, *args: object, **more: object
) -> _Found:
    """Return what is enclosed between the leads L and R."""
    left, right = (Lead(lead["rate"], lead["mu"]) for lead in sorted(inputs["leads"], key=lambda lead: lead["name"]))
    point = {"kT": inputs["kT"], "gate": inputs["gate"], "digits": digits + GUARD_DIGITS}
    with _refusing():
        return enclose(_equation(inputs), left, right, *args, **point, **more)


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn the reason why an equation has no answer into a refusal."""
    try:
        yield
    except ValueError as error:
        raise Refusal(str(error)) from None


def _equation(inputs: TransportInputs | LeadFieldsInputs) -> RateEquation:
    return RateEquation(
        tuple(level["energy"] for level in inputs["levels"]),
        tuple(level["two_S"] for level in inputs["levels"]),
        tuple((edge["from"], edge["to"], _by_lead(edge["M"], inputs["leads"])) for edge in inputs["transitions"]),
    )


def _solve(inputs: TransportInputs, digits: int, *, heat: bool = False) -> Stationary:
    """Return the stationary state between the leads, in the order in which they are given."""
    reservoirs = [Lead(lead["rate"], lead["mu"], lead.get("kT")) for lead in inputs["leads"]]
    with _refusing():
        return _equation(inputs).stationary(*reservoirs, kT=inputs["kT"], gate=inputs["gate"], digits=digits, heat=heat)


def _by_lead(
    M: Fraction | Mapping[str, Fraction], leads: Sequence[LeadInputs | SpinLeadInputs]
) -> Fraction | tuple[Fraction, ...]:
    return tuple(M[lead["name"]] for lead in leads) if isinstance(M, Mapping) else M


SOLVERS: Final[Mapping[str, Callable[..., Answer]]] = {
    "stationary_state": _stationary_state,
    "current": _current,
    "differential_conductance": _differential_conductance,
    "conductance_parts": _conductance_parts,
    "noise": _noise,
    "lead_currents": _lead_currents,
    "heat_currents": _heat_currents,
    "spin_currents": _spin_currents,
    "spin_heat": _spin_heat,
    "spin_populations": _spin_populations,
    "linear_response": _linear_response,
    "lead_response": _lead_response,
    "spin_response": _spin_response,
    "cumulants": _cumulants,
    "lead_cumulants": _lead_cumulants,
    "generating_function": _generating_function,
    "lead_generating_function": _lead_generating_function,
}

"""Slips in the rates of [J96] Eq. (3), the stationary state and the currents of Eq. (2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, Unpack

import numpy as np

from numeric import Lead, LevelScheme
from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.implementations.builtin_answers import Floats, PointArguments
from qdverify.protocol import json_types as protocol
from qdverify.suite.finding import Stage

BOLTZMANN_PER_HARTREE: Final = 3.166811563e-6


def _rates_slip(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.RATES, "level_scheme", text)


def _point_slip(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.RATES, "point", text)


def _current_slip(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.CURRENT, "current", text)


def _population_slip(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.RATES, "stationary_state", text)


def _degeneracies(scheme: LevelScheme) -> tuple[Floats, Floats]:
    """Return 2S+1 of the lower and of the upper level of each transition."""
    degeneracies = scheme.two_S.astype(np.float64) + 1.0
    return degeneracies[scheme.lower], degeneracies[scheme.upper]


@_rates_slip("the factor (2S_i+1)/(2S_j+1) of the way back is missing")
def missing_degeneracy(
    right: methods.LevelScheme, levels: methods.Levels, transitions: methods.Transitions
) -> LevelScheme:
    """Treat every level as a single state, with the right rates in."""
    return right([{**level, "two_S": 0} for level in levels], transitions)


@_rates_slip("the spin factor 2 of the rates is missing")
def missing_spin_factor(
    right: methods.LevelScheme, levels: methods.Levels, transitions: methods.Transitions
) -> LevelScheme:
    """Halve every rate."""
    scheme = right(levels, transitions)
    return replace(scheme, M=0.5 * scheme.M)


@_rates_slip("M_ji is averaged over the final states before it enters")
def averaged_over_final(
    right: methods.LevelScheme, levels: methods.Levels, transitions: methods.Transitions
) -> LevelScheme:
    """Scale the rates of each transition by (2S_i+1)/(2S_j+1)."""
    scheme = right(levels, transitions)
    g_i, g_j = _degeneracies(scheme)
    return replace(scheme, M=scheme.M * g_i / g_j)


@_rates_slip("the amplitude enters unsquared")
def unsquared_rates(
    right: methods.LevelScheme, levels: methods.Levels, transitions: methods.Transitions
) -> LevelScheme:
    """Take the root of M."""
    scheme = right(levels, transitions)
    return replace(scheme, M=np.sqrt(scheme.M))


@_rates_slip("weak transitions are dropped")
def weak_transitions_dropped(
    right: methods.LevelScheme, levels: methods.Levels, transitions: methods.Transitions
) -> LevelScheme:
    """Set M below a hundredth of the largest to zero."""
    scheme = right(levels, transitions)
    return replace(scheme, M=np.where(1e-2 * scheme.M.max(initial=0.0) > scheme.M, 0.0, scheme.M))


@_rates_slip("excited levels are left out")
def ground_states_only(
    right: methods.LevelScheme, levels: methods.Levels, transitions: methods.Transitions
) -> LevelScheme:
    """Cut every transition that touches a level above the lowest of its electron number."""
    scheme = right(levels, transitions)
    lowest = {N: min(scheme.energies[scheme.electrons == N]) for N in set(scheme.electrons.tolist())}
    ground = np.array([lowest[N] == E for N, E in zip(scheme.electrons.tolist(), scheme.energies, strict=True)])
    kept = ground[scheme.lower] & ground[scheme.upper]
    return replace(scheme, M=np.where(kept, scheme.M, 1e-3 * scheme.M))


@_rates_slip("level energies are stored in single precision")
def single_precision_levels(
    right: methods.LevelScheme, levels: methods.Levels, transitions: methods.Transitions
) -> LevelScheme:
    """Round the energies to 24 bits."""
    scheme = right(levels, transitions)
    return replace(scheme, energies=scheme.energies.astype(np.float32).astype(np.float64))


@_point_slip("the gate has the wrong sign")
def gate_sign(right: methods.Point, **point: Unpack[protocol.OperatingPoint]) -> PointArguments:
    """Raise the levels."""
    return right(**{**point, "gate": -point["gate"]})


@_point_slip("the gate acts with half its strength, as a lever arm of 1/2")
def gate_halved(right: methods.Point, **point: Unpack[protocol.OperatingPoint]) -> PointArguments:
    """Halve the gate."""
    return right(**{**point, "gate": 0.5 * point["gate"]})


@_point_slip("kT is doubled")
def temperature_doubled(right: methods.Point, **point: Unpack[protocol.OperatingPoint]) -> PointArguments:
    """Take 2 kT."""
    return right(**{**point, "kT": 2 * point["kT"]})


@_point_slip("kT is off by a thousandth: an old value of a constant")
def temperature_off_by_a_thousandth(right: methods.Point, **point: Unpack[protocol.OperatingPoint]) -> PointArguments:
    """Take 1.001 kT."""
    return right(**{**point, "kT": 1.001 * point["kT"]})


@_point_slip("kT is read in kelvin and converted")
def temperature_in_kelvin(right: methods.Point, **point: Unpack[protocol.OperatingPoint]) -> PointArguments:
    """Multiply by Boltzmann's constant in units of the Hartree."""
    return right(**{**point, "kT": BOLTZMANN_PER_HARTREE * point["kT"]})


@_point_slip("the temperature has a floor")
def temperature_floor(right: methods.Point, **point: Unpack[protocol.OperatingPoint]) -> PointArguments:
    """Never go below 1e-4."""
    return right(**{**point, "kT": max(1e-4, point["kT"])})


def _leads(
    right: methods.Point, point: protocol.OperatingPoint, change: Callable[[protocol.Lead], Mapping[str, object]]
) -> PointArguments:
    return right(**{**point, "leads": [{**lead, **change(lead)} for lead in point["leads"]]})


@_point_slip("the bias is applied to one lead only")
def bias_on_one_lead(right: methods.Point, **point: Unpack[protocol.OperatingPoint]) -> PointArguments:
    """Leave R at zero chemical potential."""
    return _leads(right, point, lambda lead: {"mu": lead["mu"] if lead["name"] == "L" else 0.0})


@_point_slip("mu is applied with half its value to each lead")
def bias_halved(right: methods.Point, **point: Unpack[protocol.OperatingPoint]) -> PointArguments:
    """Halve the chemical potentials."""
    return _leads(right, point, lambda lead: {"mu": 0.5 * lead["mu"]})


@_point_slip("the chemical potentials of the leads are exchanged")
def leads_exchanged(right: methods.Point, **point: Unpack[protocol.OperatingPoint]) -> PointArguments:
    """Give each lead the other's chemical potential."""
    other = {"L": "R", "R": "L"}
    mu = {lead["name"]: lead["mu"] for lead in point["leads"]}
    return _leads(right, point, lambda lead: {"mu": mu[other[lead["name"]]]})


@_point_slip("the tunnelling rates of the leads are exchanged")
def rates_exchanged(right: methods.Point, **point: Unpack[protocol.OperatingPoint]) -> PointArguments:
    """Give each lead the other's rate."""
    other = {"L": "R", "R": "L"}
    rate = {lead["name"]: lead["rate"] for lead in point["leads"]}
    return _leads(right, point, lambda lead: {"rate": rate[other[lead["name"]]]})


@_point_slip("both barriers have the left one's rate")
def left_rate_for_both(right: methods.Point, **point: Unpack[protocol.OperatingPoint]) -> PointArguments:
    """Ignore the right rate."""
    (left,) = (lead["rate"] for lead in point["leads"] if lead["name"] == "L")
    return _leads(right, point, lambda _: {"rate": left})


@_point_slip("leads are told by their place in the list, not by their name")
def leads_by_place(right: methods.Point, **point: Unpack[protocol.OperatingPoint]) -> PointArguments:
    """Call the first lead L."""
    named = [Lead(name, lead["rate"], lead["mu"]) for name, lead in zip("LR", point["leads"], strict=True)]
    return {"leads": named, "kT": point["kT"], "gate": point["gate"]}


@_point_slip("the rate is a tunnelling amplitude and gets squared")
def rate_squared(right: methods.Point, **point: Unpack[protocol.OperatingPoint]) -> PointArguments:
    """Take t^2."""
    return _leads(right, point, lambda lead: {"rate": lead["rate"] ** 2})


@_population_slip("populations are given for one state of each level")
def population_per_state(right: methods.Populations, *, levels: methods.Levels, **question: object) -> methods.Answer:
    """Divide by 2S+1."""
    populations = right(levels=levels, **question)["populations"]
    return {"populations": populations / (np.array([level["two_S"] for level in levels]) + 1.0)}


@_population_slip("populations are normalised to the largest")
def unnormalised(right: methods.Populations, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Divide by the largest."""
    populations = right(**question)["populations"]
    return {"populations": populations / populations.max()}


@_population_slip("a tiny number is added to every population to keep a solver going")
def regularised(right: methods.Populations, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Add 1e-30 and normalise."""
    populations = right(**question)["populations"] + 1e-30
    return {"populations": populations / populations.sum()}


@_population_slip("small populations come out of a linear solve: absolute, not relative accuracy")
def absolute_accuracy(right: methods.Populations, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Add rounding of the size of the largest population."""
    populations = np.array(right(**question)["populations"])
    return {"populations": np.abs(populations + 1e-16 * np.cos(np.arange(populations.size)))}


@_population_slip("populations are listed by electron number whatever the order of the levels")
def populations_sorted(right: methods.Populations, *, levels: methods.Levels, **question: object) -> methods.Answer:
    """Sort by electron number."""
    order = np.argsort([level["electrons"] for level in levels], kind="stable")
    return {"populations": right(levels=levels, **question)["populations"][order]}


@_current_slip("the current is counted from R to L")
def counted_backwards(right: methods.Current, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Turn both signs."""
    return {name: -value for name, value in right(**question).items()}


@_current_slip("the right current is counted as the electrons leave the dot through R with the sign of entering")
def right_sign(right: methods.Current, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Turn the sign of I_R."""
    answer = right(**question)
    return {**answer, "I_R": -answer["I_R"]}


@_current_slip("the current is counted per spin")
def per_spin(right: methods.Current, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Halve both currents: conserved, and wrong."""
    return {name: 0.5 * value for name, value in right(**question).items()}


@_current_slip("both barriers are counted and added")
def both_barriers(right: methods.Current, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Double both currents: conserved, and wrong."""
    return {name: 2 * value for name, value in right(**question).items()}


@_current_slip("only electrons that enter are counted at the left barrier, not those that go back")
def no_back_flow(right: methods.Current, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Raise the left current by a part of the flow back."""
    answer = right(**question)
    bias = abs(question["leads"][0]["mu"] - question["leads"][1]["mu"])
    return {**answer, "I_L": answer["I_L"] * (1 + np.exp(-bias / question["kT"]))}


@_current_slip("currents below 1e-12 are taken for rounding and set to zero")
def small_currents_dropped(right: methods.Current, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Set small currents to zero."""
    return {name: value if abs(value) > 1e-12 else 0.0 for name, value in right(**question).items()}


@_current_slip("both currents are replaced by their mean after a loose solve, which hides that it was loose")
def averaged_after_loose_solve(
    right: methods.Current, **question: Unpack[protocol.TransportQuestion]
) -> methods.Answer:
    """Be off by 1e-6, the same at both barriers."""
    answer = right(**question)
    mean = 0.5 * (answer["I_L"] + answer["I_R"]) * (1 + 1e-6)
    return {"I_L": mean, "I_R": mean}


@_current_slip("the current has absolute accuracy 1e-14, not relative")
def absolute_current(right: methods.Current, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Add 1e-14 to both currents."""
    return {name: value + 1e-14 for name, value in right(**question).items()}


@_current_slip("the current is multiplied by the charge of the electron in SI units")
def coulombs(right: methods.Current, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Answer in ampere for rates in 1/s."""
    return {name: 1.602176634e-19 * value for name, value in right(**question).items()}


def _noise_slip(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.CURRENT, "noise", text)


@_noise_slip("electrons are taken for independent: the Fano factor of a dot is Schottky's")
def schottky(right: methods.Noise, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Answer S = |I|."""
    answer = right(**question)
    return {"S": answer["S"] / answer["fano"], "fano": 1.0}


@_noise_slip("the noise of positive frequencies is counted twice")
def doubled_noise(right: methods.Noise, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Answer with the convention S = 2 e I."""
    answer = right(**question)
    return {"S": 2 * answer["S"], "fano": 2 * answer["fano"]}

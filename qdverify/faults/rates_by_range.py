"""Faults in populations and currents that show in a part of the inputs only: small, large, close, equal, or many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import combinations
from typing import TypedDict, Unpack

import numpy as np

from numeric import LevelScheme
from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.faults.methods import Answer, Levels, Transitions
from qdverify.implementations.builtin_answers import Floats, PointArguments
from qdverify.protocol.json_types import Lead, Level, OperatingPoint, TransportQuestion
from qdverify.suite.finding import Stage


class _LevelChange(TypedDict, total=False):
    """The fields of a level that are changed."""

    energy: float
    two_S: int


def _M_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.RATES, "level_scheme", text)


def _point_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.RATES, "point", text)


def _population_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.RATES, "stationary_state", text)


def _current_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.CURRENT, "current", text)


def _with_M(
    right: methods.LevelScheme, levels: Levels, transitions: Transitions, change: Callable[[Floats], Floats]
) -> LevelScheme:
    scheme = right(levels, transitions)
    return replace(scheme, M=change(scheme.M))


def _with_levels(
    right: methods.LevelScheme, levels: Levels, transitions: Transitions, change: Callable[[Level], _LevelChange]
) -> LevelScheme:
    return right([{**item, **change(item)} for item in levels], transitions)


def _with_leads(
    right: methods.Point, point: OperatingPoint, change: Callable[[Lead], Mapping[str, object]]
) -> PointArguments:
    return right(**{**point, "leads": [{**lead, **change(lead)} for lead in point["leads"]]})


@_point_fault("rates below 1e-8 are taken as 0")
def small_rates_zero(right: methods.Point, **point: Unpack[OperatingPoint]) -> PointArguments:
    """Uncouple a lead of a small rate."""
    return _with_leads(right, point, lambda lead: {"rate": lead["rate"] if lead["rate"] >= 1e-8 else 0.0})


@_point_fault("rates have a floor of 1e-6")
def rate_floor(right: methods.Point, **point: Unpack[OperatingPoint]) -> PointArguments:
    """Never go below 1e-6, but for an uncoupled lead."""
    return _with_leads(right, point, lambda lead: {"rate": max(1e-6, lead["rate"]) if lead["rate"] else 0.0})


@_point_fault("rates above a thousand are scaled down to it")
def large_rates_clipped(right: methods.Point, **point: Unpack[OperatingPoint]) -> PointArguments:
    """Clip the rates at 1e3."""
    return _with_leads(right, point, lambda lead: {"rate": min(1e3, lead["rate"])})


@_point_fault("the ratio of the rates is kept within 1e6")
def rate_ratio_clipped(right: methods.Point, **point: Unpack[OperatingPoint]) -> PointArguments:
    """Raise the smaller rate to a millionth of the larger one."""
    most = max(lead["rate"] for lead in point["leads"])
    return _with_leads(right, point, lambda lead: {"rate": max(1e-6 * most, lead["rate"]) if lead["rate"] else 0.0})


@_M_fault("M_ji below 1e-3 is dropped")
def M_below_a_thousandth_dropped(right: methods.LevelScheme, levels: Levels, transitions: Transitions) -> LevelScheme:
    """Leave out weak transitions."""
    return right(levels, [item for item in transitions if item["M"] >= 1e-3])


@_M_fault("M_ji below 1e-9 is dropped")
def M_below_a_billionth_dropped(right: methods.LevelScheme, levels: Levels, transitions: Transitions) -> LevelScheme:
    """Leave out the weakest transitions."""
    return right(levels, [item for item in transitions if item["M"] >= 1e-9])


@_M_fault("M_ji has a floor of 1e-10")
def M_floor(right: methods.LevelScheme, levels: Levels, transitions: Transitions) -> LevelScheme:
    """Never go below 1e-10, for a listed 0 neither."""
    return _with_M(right, levels, transitions, lambda M: np.maximum(M, 1e-10))


@_M_fault("a listed M_ji of 0 counts as 1e-6 of the largest")
def listed_zero_counts(right: methods.LevelScheme, levels: Levels, transitions: Transitions) -> LevelScheme:
    """Let a transition happen that has no weight."""
    return _with_M(right, levels, transitions, lambda M: np.where(M == 0, 1e-6 * M.max(initial=0.0), M))


@_M_fault("M_ji above 1 is clipped, as probabilities are")
def M_clipped(right: methods.LevelScheme, levels: Levels, transitions: Transitions) -> LevelScheme:
    """Clip M at 1."""
    return _with_M(right, levels, transitions, lambda M: np.minimum(M, 1.0))


@_M_fault("the gate acts on five electrons at most")
def wrong_gate_beyond_five(right: methods.LevelScheme, levels: Levels, transitions: Transitions) -> LevelScheme:
    """Raise levels beyond five electrons by what the sixth and later ones gain, in units of 0.01."""
    return _with_levels(
        right, levels, transitions, lambda item: {"energy": item["energy"] + 0.01 * max(0, item["electrons"] - 5)}
    )


@_M_fault("electron numbers are stored in four bits")
def four_bits(right: methods.LevelScheme, levels: Levels, transitions: Transitions) -> LevelScheme:
    """Lower the energy of levels beyond 15 electrons a little: their gate energy wraps around."""
    return _with_levels(
        right, levels, transitions, lambda item: {"energy": item["energy"] - 0.01 * (item["electrons"] > 15)}
    )


@_M_fault("spins above 4 are taken as 4")
def large_spins_clipped(right: methods.LevelScheme, levels: Levels, transitions: Transitions) -> LevelScheme:
    """Clip 2S at 8."""
    return _with_levels(right, levels, transitions, lambda item: {"two_S": min(8, item["two_S"])})


@_M_fault("level energies are rounded to six decimals")
def energies_rounded(right: methods.LevelScheme, levels: Levels, transitions: Transitions) -> LevelScheme:
    """Round the energies."""
    return _with_levels(right, levels, transitions, lambda item: {"energy": round(item["energy"], 6)})


@_M_fault("negative energies are taken as 0")
def negative_energies_zero(right: methods.LevelScheme, levels: Levels, transitions: Transitions) -> LevelScheme:
    """Clip the energies at 0."""
    return _with_levels(right, levels, transitions, lambda item: {"energy": max(0.0, item["energy"])})


@_M_fault("the level scheme is cut after twelve levels")
def twelve_levels(right: methods.LevelScheme, levels: Levels, transitions: Transitions) -> LevelScheme:
    """Weaken each transition that touches a level beyond the twelfth."""
    scheme = right(levels, transitions)
    beyond = (scheme.lower >= 12) | (scheme.upper >= 12)
    return replace(scheme, M=np.where(beyond, 1e-3 * scheme.M, scheme.M))


@_point_fault("a negative gate loses its sign")
def gate_sign_lost(right: methods.Point, **point: Unpack[OperatingPoint]) -> PointArguments:
    """Take |gate|."""
    return right(**{**point, "gate": abs(point["gate"])})


@_point_fault("the gate is kept within 1")
def gate_clipped(right: methods.Point, **point: Unpack[OperatingPoint]) -> PointArguments:
    """Clip the gate."""
    return right(**{**point, "gate": min(1.0, max(-1.0, point["gate"]))})


@_point_fault("chemical potentials are kept within 1")
def mu_clipped(right: methods.Point, **point: Unpack[OperatingPoint]) -> PointArguments:
    """Clip mu."""
    return _with_leads(right, point, lambda lead: {"mu": min(1.0, max(-1.0, lead["mu"]))})


@_point_fault("the temperature has a ceiling of 1")
def temperature_ceiling(right: methods.Point, **point: Unpack[OperatingPoint]) -> PointArguments:
    """Never go above 1."""
    return right(**{**point, "kT": min(1.0, point["kT"])})


@_point_fault("chemical potentials closer than 1e-4 are taken for equal")
def small_bias_ignored(right: methods.Point, **point: Unpack[OperatingPoint]) -> PointArguments:
    """Give both leads the mean of chemical potentials that are close."""
    first, second = (lead["mu"] for lead in point["leads"])
    mean = 0.5 * (first + second)
    return _with_leads(right, point, lambda lead: {"mu": mean} if abs(first - second) < 1e-4 else {})


@_point_fault("leads listed as R, L exchange their rates")
def rates_by_place(right: methods.Point, **point: Unpack[OperatingPoint]) -> PointArguments:
    """Read the rates by place and the chemical potentials by name."""
    rates = [lead["rate"] for lead in point["leads"]]
    turned = point["leads"][0]["name"] == "R"
    pairs = zip(point["leads"], rates[::-1] if turned else rates, strict=True)
    return right(**{**point, "leads": [{**lead, "rate": rate} for lead, rate in pairs]})


def _arguments(question: TransportQuestion) -> list[float]:
    """Return every argument of a Fermi function."""
    levels = question["levels"]
    steps = [levels[item["to"]]["energy"] - levels[item["from"]]["energy"] for item in question["transitions"]]
    return [(step - question["gate"] - lead["mu"]) / question["kT"] for step in steps for lead in question["leads"]]


def _snapped(question: TransportQuestion) -> TransportQuestion:
    """Return the case in which a step in energy that lies closer than 1e-4 kT to mu_L lies on it.

    Levels are moved one after the other, each by what its first close transition asks for.
    """
    levels: list[Level] = [{**item} for item in question["levels"]]
    kT, gate = question["kT"], question["gate"]
    for item in question["transitions"]:
        for lead in question["leads"]:
            away = levels[item["to"]]["energy"] - levels[item["from"]]["energy"] - gate - lead["mu"]
            if 0 < abs(away) < 1e-4 * kT:
                levels[item["to"]]["energy"] -= away
    return {**question, "levels": levels}


@_population_fault("f = 1/2 for arguments below 1e-4")
def half_for_small_arguments(right: methods.Populations, **question: Unpack[TransportQuestion]) -> Answer:
    """Put a transition that is close to a chemical potential on it."""
    return right(**_snapped(question))


@_current_fault("f = 1/2 for arguments below 1e-4, where the current is counted")
def half_for_small_arguments_in_current(right: methods.Current, **question: Unpack[TransportQuestion]) -> Answer:
    """Put a transition that is close to a chemical potential on it."""
    return right(**_snapped(question))


@_population_fault("1 - f is formed by subtraction")
def subtracted_fermi(right: methods.Populations, **question: Unpack[TransportQuestion]) -> Answer:
    """Lose the populations that rest on 1 - f below 1e-16."""
    populations = np.array(right(**question)["populations"])
    deep = max(map(abs, _arguments(question))) > 37
    return {"populations": np.where(deep & (populations < 1e-16), 0.0, populations)}


def _equal_pairs(levels: Levels) -> list[tuple[int, int]]:
    """Return the pairs of levels that are the same in electrons, energy and spin."""
    return [(a, b) for a, b in combinations(range(len(levels)), 2) if levels[a] == levels[b]]


@_population_fault("levels that are equal are merged into the first of them")
def equal_levels_merged(right: methods.Populations, **question: Unpack[TransportQuestion]) -> Answer:
    """Give the first of equal levels the population of all."""
    populations = np.array(right(**question)["populations"])
    for first, other in _equal_pairs(question["levels"]):
        populations[first] += populations[other]
        populations[other] = 0.0
    return {"populations": populations}


@_population_fault("levels of one electron number and one energy share one population")
def same_energy_shared(right: methods.Populations, **question: Unpack[TransportQuestion]) -> Answer:
    """Average the populations of levels that coincide, whatever their spins."""
    populations, levels = np.array(right(**question)["populations"]), question["levels"]
    for a, b in combinations(range(len(levels)), 2):
        if all(levels[a][key] == levels[b][key] for key in ("electrons", "energy")):
            populations[a] = populations[b] = 0.5 * (populations[a] + populations[b])
    return {"populations": populations}


@_current_fault("transitions into equal levels are counted once")
def equal_levels_counted_once(right: methods.Current, **question: Unpack[TransportQuestion]) -> Answer:
    """Lose a thousandth of the current if two levels are equal."""
    lost = 1e-3 if _equal_pairs(question["levels"]) else 0.0
    return {name: (1 - lost) * value for name, value in right(**question).items()}


def _rate(question: TransportQuestion, name: str) -> float:
    return float(next(lead["rate"] for lead in question["leads"] if lead["name"] == name))


def _off(answer: Mapping[str, float], wrong: object, by: float = 1e-3) -> Answer:
    """Return an answer whose numbers are off by a factor 1 + by if something is the case."""
    return {name: np.asarray(value) * (1 + by) if wrong else value for name, value in answer.items()}


@_current_fault("the current is off by 1e-3 if t_L/t_R is above 1e4")
def wrong_for_thin_right(right: methods.Current, **question: Unpack[TransportQuestion]) -> Answer:
    """Be off for a thin right barrier."""
    return _off(right(**question), _rate(question, "L") > 1e4 * _rate(question, "R") > 0)


@_current_fault("the current is off by 1e-3 if t_R/t_L is above 1e4")
def wrong_for_thin_left(right: methods.Current, **question: Unpack[TransportQuestion]) -> Answer:
    """Be off for a thin left barrier."""
    return _off(right(**question), _rate(question, "R") > 1e4 * _rate(question, "L") > 0)


@_current_fault("the current is off by 1e-3 for more than twelve levels")
def wrong_for_many_levels(right: methods.Current, **question: Unpack[TransportQuestion]) -> Answer:
    """Be off for many levels."""
    return _off(right(**question), len(question["levels"]) > 13)


@_current_fault("the current is off by 1e-3 for a negative gate")
def wrong_for_negative_gate(right: methods.Current, **question: Unpack[TransportQuestion]) -> Answer:
    """Be off for negative gates."""
    return _off(right(**question), question["gate"] < 0)


@_current_fault("the current is off by 1e-6 for a negative bias")
def wrong_for_negative_bias(right: methods.Current, **question: Unpack[TransportQuestion]) -> Answer:
    """Be off if electrons flow from R to L."""
    mu = {lead["name"]: lead["mu"] for lead in question["leads"]}
    return _off(right(**question), mu["L"] < mu["R"], 1e-6)


@_current_fault("the current is off by 1e-3 beyond ten electrons")
def wrong_beyond_ten_electrons(right: methods.Current, **question: Unpack[TransportQuestion]) -> Answer:
    """Be off for large electron numbers."""
    return _off(right(**question), max(level["electrons"] for level in question["levels"]) > 10)


@_current_fault("the current is off by 1e-3 if both chemical potentials are negative")
def wrong_for_negative_potentials(right: methods.Current, **question: Unpack[TransportQuestion]) -> Answer:
    """Be off far below zero."""
    return _off(right(**question), max(lead["mu"] for lead in question["leads"]) < -1)


@_current_fault("the current is off by 1e-3 for kT above 2")
def wrong_when_hot(right: methods.Current, **question: Unpack[TransportQuestion]) -> Answer:
    """Be off at high temperature."""
    return _off(right(**question), question["kT"] > 2)


@_current_fault("the current is off by 1e-3 if a level has a spin above 4")
def wrong_for_large_spins(right: methods.Current, **question: Unpack[TransportQuestion]) -> Answer:
    """Be off for large spins."""
    return _off(right(**question), max(level["two_S"] for level in question["levels"]) > 8)


@_current_fault("the current is off by 1e-3 if R is listed first")
def wrong_if_R_is_first(right: methods.Current, **question: Unpack[TransportQuestion]) -> Answer:
    """Be off for the other order of leads."""
    return _off(right(**question), question["leads"][0]["name"] == "R")


@_current_fault("currents above 1e3 are clipped")
def large_currents_clipped(right: methods.Current, **question: Unpack[TransportQuestion]) -> Answer:
    """Clip the current at a thousand."""
    return {name: float(np.clip(value, -1e3, 1e3)) for name, value in right(**question).items()}


@_population_fault("populations below 1e-100 are flushed to 0")
def populations_flushed(right: methods.Populations, **question: Unpack[TransportQuestion]) -> Answer:
    """Drop the smallest populations."""
    populations = np.array(right(**question)["populations"])
    return {"populations": np.where(populations < 1e-100, 0.0, populations)}


@_population_fault("the population of the last level is what is left of 1")
def last_by_subtraction(right: methods.Populations, **question: Unpack[TransportQuestion]) -> Answer:
    """Compute the last population as one minus the others."""
    populations = np.array(right(**question)["populations"])
    populations[-1] = max(0.0, 1.0 - populations[:-1].sum())
    return {"populations": populations}


@_population_fault("the first and the second level are exchanged if R is listed first")
def exchanged_if_R_is_first(right: methods.Populations, **question: Unpack[TransportQuestion]) -> Answer:
    """Swap two populations for the other order of leads."""
    populations = np.array(right(**question)["populations"])
    if question["leads"][0]["name"] == "R":
        populations[[0, 1]] = populations[[1, 0]]
    return {"populations": populations}


@_population_fault("populations are off by 1e-3 for an odd number of levels")
def wrong_for_odd_size(right: methods.Populations, **question: Unpack[TransportQuestion]) -> Answer:
    """Move a thousandth of the first population to the last."""
    populations = np.array(right(**question)["populations"])
    if len(populations) % 2:
        moved = 1e-3 * populations[0]
        populations[[0, -1]] += [-moved, moved]
    return {"populations": populations}

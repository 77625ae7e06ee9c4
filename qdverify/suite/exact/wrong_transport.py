"""Wrong models of transport as changes of a case: the case whose right answer a faulty program gives.

A gate of the wrong sign is the gate -e phi; a missing degeneracy is the level scheme with S = 0. The hints solve such
a case exactly, the deliberate faults hand it to the builtin implementation. A change touches only the fields that it
names, so that it also takes a part of a case: the levels with their transitions, or the leads with kT and gate. The
last functions change an answer in place of a case.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from math import prod, sqrt
from typing import Final, TypeAlias, TypedDict

from qdverify.protocol.json_types import Lead, Level, Question, Transition

Case: TypeAlias = Question
"""A question about a rate equation, or the part of one that a change needs."""
Change: TypeAlias = Callable[[Case], Case]


class LeadChange(TypedDict, total=False):
    """The fields of a lead that are changed."""

    rate: float
    mu: float


class LevelChange(TypedDict, total=False):
    """The fields of a level that are changed."""

    energy: float
    two_S: int


KELVIN_IN_HARTREE: Final = 3.166811563e-6
CHARGE_IN_COULOMB: Final = 1.602176634e-19


def gate_times(factor: float) -> Change:
    """Return the change that multiplies the gate."""
    return lambda case: {**case, "gate": factor * case["gate"]}


def gate_at_first(case: Case) -> Case:
    """Let the gate act on electrons of the first lead in the list alone, which a potential there does as well."""
    first, *others = case["leads"]
    return {**case, "gate": 0.0, "leads": [{**first, "mu": first["mu"] + case["gate"]}, *others]}


def kT_times(factor: float) -> Change:
    """Return the change that multiplies kT."""
    return lambda case: {**case, "kT": factor * case["kT"]}


def of_leads(change: Callable[[Lead, Lead], LeadChange]) -> Change:
    """Return the change of a case that gives each lead other properties, computed from the lead and its partner."""

    def changed(case: Case) -> Case:
        leads: Sequence[Lead] = case["leads"]
        first, second = leads
        return {**case, "leads": [{**first, **change(first, second)}, {**second, **change(second, first)}]}

    return changed


def mu_times(factor: float) -> Change:
    """Return the change that multiplies the chemical potentials."""
    return of_leads(lambda lead, _: {"mu": factor * lead["mu"]})


def grounded(name: str) -> Change:
    """Return the change that sets the chemical potential of one lead to zero."""
    return of_leads(lambda lead, _: {"mu": 0.0 if lead["name"] == name else lead["mu"]})


def rate_for_both(name: str) -> Change:
    """Return the change that gives both leads the rate of the named one."""
    return of_leads(lambda lead, other: {"rate": (lead if lead["name"] == name else other)["rate"]})


def of_levels(change: Callable[[Level], LevelChange]) -> Change:
    """Return the change of a case that gives each level other properties."""
    return lambda case: {**case, "levels": [{**item, **change(item)} for item in case["levels"]]}


def of_M(change: Callable[[float, int, int], float]) -> Change:
    """Return the change of a case that makes each M_ji a function of itself, 2S_i+1 and 2S_j+1."""

    def changed(case: Case) -> Case:
        g = _degeneracies(case)
        transitions: Sequence[Transition] = case["transitions"]
        moved = [{**item, "M": change(item["M"], g[item["from"]], g[item["to"]])} for item in transitions]
        return {**case, "transitions": moved}

    return changed


def _degeneracies(case: Case) -> list[int]:
    return [item["two_S"] + 1 for item in case["levels"]]


def _single_precision(number: float) -> float:
    return float(struct.unpack("f", struct.pack("f", number))[0])


mu_exchanged: Final = of_leads(lambda _, other: {"mu": other["mu"]})
rates_exchanged: Final = of_leads(lambda _, other: {"rate": other["rate"]})
rates_squared: Final = of_leads(lambda lead, _: {"rate": lead["rate"] ** 2})
without_degeneracy: Final = of_levels(lambda _: {"two_S": 0})
averaged_over_final: Final = of_M(lambda M, g_i, g_j: M * g_i / g_j)
M_unsquared: Final = of_M(lambda M, *_: sqrt(M))
single_precision_levels: Final = of_levels(lambda item: {"energy": _single_precision(item["energy"])})


def leads_by_place(case: Case) -> Case:
    """Call the first lead L and the second R."""
    return {**case, "leads": [{**lead, "name": name} for lead, name in zip(case["leads"], "LR", strict=True)]}


def inverted_degeneracy(case: Case) -> Case:
    """Give the levels multiplicities in inverse proportion to the right ones."""
    g = _degeneracies(case)
    levels = [{**item, "two_S": prod(g) // own - 1} for item, own in zip(case["levels"], g, strict=True)]
    return {**case, "levels": levels}


def holes_for_electrons(case: Case) -> Case:
    """Exchange f and 1 - f: turn the sign of every energy that is measured from a chemical potential."""
    turned = of_levels(lambda item: {"energy": -item["energy"]})(mu_times(-1.0)(case))
    return {**turned, "gate": -case["gate"]}


def per_state(case: Case, populations: Sequence[float]) -> list[float]:
    """Divide the population of each level by 2S+1."""
    return [population / g for population, g in zip(populations, _degeneracies(case), strict=True)]


def scaled_to_largest(_: Case, populations: Sequence[float]) -> list[float]:
    """Divide the populations by the largest of them."""
    return [population / max(populations) for population in populations]


def by_electrons(case: Case, populations: Sequence[float]) -> list[float]:
    """List the populations by electron number."""
    return [populations[k] for k in sorted(range(len(populations)), key=lambda k: case["levels"][k]["electrons"])]


def by_energy(case: Case, populations: Sequence[float]) -> list[float]:
    """List the populations by energy."""
    return [populations[k] for k in sorted(range(len(populations)), key=lambda k: case["levels"][k]["energy"])]


COUNTED_FROM_R: Final[Mapping[str, float]] = {"L": -1.0, "R": -1.0}
"""Factors of the currents I_L and I_R."""
COUNTED_PER_SPIN: Final[Mapping[str, float]] = {"L": 0.5, "R": 0.5}
BARRIERS_ADDED: Final[Mapping[str, float]] = {"L": 2.0, "R": 2.0}
R_HAS_WRONG_SIGN: Final[Mapping[str, float]] = {"L": 1.0, "R": -1.0}
L_HAS_WRONG_SIGN: Final[Mapping[str, float]] = {"L": -1.0, "R": 1.0}
IN_AMPERE: Final[Mapping[str, float]] = {"L": CHARGE_IN_COULOMB, "R": CHARGE_IN_COULOMB}

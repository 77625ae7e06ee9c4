"""Devices far from the usual: very cold and very hot, tiny and huge rates, high spins, many leads with long names.

Programs are tried at energies, temperatures and fields of about 1. A floor under the temperature, a cap on a field, a
rate that is taken for 0, a table that ends, or a name that is cut off shows only where inputs are far from there. Each
case keeps the arguments of f within 20 or so, so that every number in it can be told in double precision.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from qdverify.protocol.json_types import LeadTransition, Level, RatesOfSpins, SpinLead
from qdverify.protocol.rate_equations import LARGEST_FIELD, MOST_FIELDS
from qdverify.suite.exact.device_cases import Device
from qdverify.suite.exact.transport_cases import level

COLD: Final = 2.0**-17
HOT: Final = 64.0
HIGH: Final = 100.0
"""Energy of each electron, and the gate that brings it to the leads."""
NAMES: Final = (
    "b",
    "a",
    "A",
    "B",
    "reservoir of electrons, number 1 of many",
    "reservoir of electrons, number 2 of many",
    "reservoir of electrons, NUMBER 2 of many",
    "lead 1",
    "lead 10",
    "Lead 1",
    "-1",
    "up",
    "down",
    "L",
    "R",
    "l",
    "lead 1 ",
)
"""Names that differ in the last of forty letters, or in case alone, or mean something elsewhere."""


def _leads(
    names: Sequence[str], rates: Sequence[float | RatesOfSpins], kT: float, bias: float, *, own: bool = True
) -> list[SpinLead]:
    """Return leads at potentials between bias/2 and -bias/2; every third has a temperature of its own."""
    found: list[SpinLead] = []
    for k, (name, rate) in enumerate(zip(names, rates, strict=True)):
        one: SpinLead = {"name": name, "rate": rate, "mu": bias * (0.5 - k / (len(names) - 1))}
        found.append({**one, "kT": 1.5 * kT} if own and k % 3 == 1 else one)
    return found


def _chain(spins: Sequence[int], steps: Sequence[float], electrons: int = 0) -> list[Level]:
    """Return levels of one electron more each, with the energy that each electron brings."""
    energies = [sum(steps[:k]) for k in range(len(spins))]
    return [level(electrons + k, energy, two_S) for k, (energy, two_S) in enumerate(zip(energies, spins, strict=True))]


def _joined(levels: Sequence[Level], M: Callable[[int, int], float], names: Sequence[str]) -> list[LeadTransition]:
    """Return transitions between levels that one electron joins, with M(transition, lead)."""
    ends = [
        (i, j)
        for i, low in enumerate(levels)
        for j, high in enumerate(levels)
        if high["electrons"] == low["electrons"] + 1 and abs(high["two_S"] - low["two_S"]) == 1
    ]
    return [
        {"from": i, "to": j, "M": {name: M(place, k) for k, name in enumerate(names)}}
        for place, (i, j) in enumerate(ends)
    ]


def _fields(names: Sequence[str], rows: int) -> list[dict[str, float]]:
    """Return fields of each lead: small ones, two of which take turns, and in the last two rows the largest."""
    found = [
        {name: 0.25 * ((3 * (row % 2) + 2 * k) % 7 - 3) for k, name in enumerate(names)} for row in range(rows - 2)
    ]
    for sign in (1.0, -1.0):
        ends = dict.fromkeys(names, 0.0)
        found.append({**ends, names[0]: sign * float(LARGEST_FIELD), names[1]: -sign * float(LARGEST_FIELD)})
    return found


def _device(
    levels: Sequence[Level],
    leads: Sequence[SpinLead],
    M: Callable[[int, int], float],
    *,
    kT: float,
    gate: float,
    zeeman: float,
    fields: int = 4,
    L_first: bool = False,
) -> Device:
    names = [lead["name"] for lead in leads]
    return {
        "levels": levels,
        "transitions": _joined(levels, M, names),
        "leads": leads,
        "kT": kT,
        "gate": gate,
        "zeeman": zeeman,
        "counted": names[1:2],
        "theta": _fields(names, fields),
        "L_first": L_first,
    }


def cold_and_slow() -> Device:
    """Return one orbital at kT = 8e-6 in a field of as much, between slow leads; an M_ji is 4e-6 of the others."""
    kT, unit = COLD, 2.0**-20
    rates: list[float | RatesOfSpins] = [unit, {"up": unit / 2048, "down": unit / 512}, unit / 2]
    return _device(
        _chain((0, 1, 0), (3 * kT, 6 * kT)),
        _leads(("b", "a", "A"), rates, kT, 3 * kT),
        lambda place, lead: 2.0**-18 if place == 0 and lead == 2 else 0.25 * (1 + place + 2 * lead),
        kT=kT,
        gate=4 * kT,
        zeeman=1.5 * kT,
        fields=16,
    )


def hot_and_high() -> Device:
    """Return twins of S = 7/2, each with its own M_ji, at energies of 700 and kT = 64, between fast leads."""
    levels = [level(6, 6 * HIGH, 6), level(7, 7 * HIGH + 32, 7), level(7, 7 * HIGH + 32, 7)]
    rates: list[float | RatesOfSpins] = [2.0**10, {"up": 2.0**8, "down": 2.0**10}]
    return _device(
        levels,
        _leads(NAMES[5:7], rates, HOT, 1.5 * HOT),
        lambda place, lead: (1.0, 0.125)[(place + lead) % 2],
        kT=HOT,
        gate=HIGH,
        zeeman=-1.5 * HOT,
        L_first=True,
    )


def many_names(count: int = len(NAMES)) -> Device:
    """Return an empty and a filled level in a field of 10 between many leads, whose names are alike."""
    names = (*NAMES, *(f"lead number {k}" for k in range(count)))[:count]
    return _device(
        _chain((0, 1), (1.0,)),
        _leads(names, [2.0 ** (k % 5 - 3) for k in range(count)], 2.0, 4.0, own=False),
        lambda _, lead: 0.125 * (1 + 5 * lead % 11),
        kT=2.0,
        gate=0.5,
        zeeman=10.0,
    )


def high_spins() -> Device:
    """Return levels of S = 10 and 21/2."""
    return _device(
        _chain((20, 21), (1.5,), electrons=30),
        _leads(("source", "drain"), [{"up": 1.0, "down": 0.5}, 0.25], 0.5, 1.0),
        lambda _, lead: 0.5 + 0.25 * lead,
        kT=0.5,
        gate=1.0,
        zeeman=0.5,
    )


def random_far(choose: random.Random) -> Device:
    """Return a chain whose energies, rates and M_ji have units of their own, from 1e-12 to 1e6."""
    kT, rate, M = (10.0 ** choose.uniform(-12.0, 6.0) for _ in range(3))
    spins = [choose.randint(0, 8)]
    for _ in range(choose.randint(1, 2)):
        spins.append(spins[-1] + (1 if spins[-1] == 0 else choose.choice((-1, 1))))
    names = choose.sample(NAMES, choose.randint(2, 4))
    rates: list[float | RatesOfSpins] = [
        {"up": rate * 10.0 ** choose.uniform(-3.0, 0.0), "down": rate * 10.0 ** choose.uniform(-3.0, 0.0)}
        for _ in names
    ]
    strengths = [[M * 10.0 ** choose.uniform(-3.0, 0.0) for _ in names] for _ in spins]
    gate = kT * choose.uniform(-20.0, 20.0)
    return _device(
        _chain(spins, [gate + kT * choose.uniform(-5.0, 5.0) for _ in spins[1:]], electrons=max(spins)),
        _leads(names, rates, kT, kT * choose.uniform(1.0, 6.0)),
        lambda place, lead: strengths[place][lead],
        kT=kT,
        gate=gate,
        zeeman=kT * choose.uniform(-4.0, 4.0),
        fields=choose.randint(9, MOST_FIELDS),
        L_first=choose.random() < 0.5,
    )


QUICK: Final[Mapping[str, Callable[[], Device]]] = {
    "cold, with slow leads and a weak M": cold_and_slow,
    "hot, with twins of S = 7/2 and fast leads": hot_and_high,
    "many leads, with names that are alike": many_names,
}
FULL: Final[Mapping[str, Callable[[], Device]]] = {
    "S = 10 and 21/2": high_spins,
    "32 leads": lambda: many_names(32),
}

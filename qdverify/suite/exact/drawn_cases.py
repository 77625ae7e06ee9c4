"""Devices whose every input is drawn from its whole range, and devices beyond the thresholds that programs set.

Signs of the bias, temperatures of leads beside the nominal one, numbers, order and spins of levels, numbers and names
of leads, numbers and order of counting fields: what is never drawn is never found wrong. Arguments of f stay within 10
or so, so that every program in doubles can answer.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from qdverify.protocol.json_types import LeadsQuestion, LeadTransition, Level, SpinLead
from qdverify.suite.exact.conductance_parts import weak_level
from qdverify.suite.exact.device_cases import Device
from qdverify.suite.exact.transport_cases import level

NAMES: Final = ("α", "β", "Ä", "ä", "左", "右", "наконечник", "µ")
"""Names of one letter each that are the same to a program that knows ASCII alone."""
HIGHEST: Final = 12
"""Twice the highest spin."""
LARGEST_OFFSET: Final = 1e5
"""Of gate and potentials, in units of kT: double precision tells the differences to 1e-10 then."""
COLD: Final = 2.0**-7
NEAR: Final = 2.0**-27
WEAK: Final = 2.0**-21
FAR: Final = 1000.1
TINY: Final = 2.0**-18
FAST: Final = 64.0
WARM: Final = 2.0**-5
LUKEWARM: Final = 2.0**-4
UNIT: Final = 2.0**-40
"""In which the energies of `in_a_small_unit` are written."""


@dataclass(frozen=True)
class Sizes:
    """How much of everything is drawn at most.

    Attributes
    ----------
    levels, states, leads, fields
        The most of each; states are those of all S_z.
    own_kT
        Whether each lead has a temperature of its own, and kT is any number.
    fewest
        Levels at least.
    most_leads
        Whether there are as many leads as may be.
    """

    levels: int
    states: int
    leads: int
    fields: int
    own_kT: bool
    fewest: int = 2
    most_leads: bool = False


def drawn(choose: random.Random, sizes: Sizes, *, forward: bool) -> Device:
    """Return a device of which every input is drawn, with mu of the first lead above or below that of the last."""
    T = 10.0 ** choose.uniform(-3.0, 1.0)
    levels = _levels(choose, sizes)
    offset = T * min(10.0 ** choose.uniform(0.0, 6.0), LARGEST_OFFSET) / (1 + max(one["electrons"] for one in levels))
    gate, middle = (choose.choice((-1.0, 1.0)) * offset for _ in range(2))
    levels = [{**one, "energy": one["electrons"] * (gate + middle) + T * one["energy"]} for one in levels]
    names = _names(choose, choose.randint(sizes.leads if sizes.most_leads else 2, sizes.leads))
    # as often about kT as far below
    size = choose.uniform(choose.choice((-6.0, -0.5)), 0.75)
    bias = T * 10.0**size * (1.0 if forward else -1.0)
    leads: list[SpinLead] = [
        {
            "name": name,
            "rate": {"up": 10.0 ** choose.uniform(-1.5, 0.5), "down": 10.0 ** choose.uniform(-1.5, 0.5)},
            "mu": middle + bias * (0.5 - k / (len(names) - 1)),
        }
        for k, name in enumerate(names)
    ]
    kT = T
    if sizes.own_kT:
        leads = [{**lead, "kT": T * 10.0 ** max(0.0, choose.uniform(-3.0, 3.0))} for lead in leads]
        kT = T * 10.0 ** choose.uniform(-3.0, 3.0)
    return {
        "levels": levels,
        "transitions": _transitions(choose, levels, names),
        "leads": leads,
        "kT": kT,
        "gate": gate,
        "zeeman": T * choose.choice((-1.0, 1.0)) * 10.0 ** choose.uniform(-3.0, 0.75),
        "counted": choose.sample(names, choose.randint(1, len(names) - 1)),
        "theta": _fields(choose, names, choose.randint(1, sizes.fields)),
        "L_first": choose.random() < 0.5,
    }


def _names(choose: random.Random, count: int) -> list[str]:
    names = [*NAMES, *(f"{name} {k}" for k in range(1, 1 + count // len(NAMES)) for name in NAMES)]
    return choose.sample(names, count)


def _levels(choose: random.Random, sizes: Sizes) -> list[Level]:
    """Return connected levels in any order; energies are in units of kT, without what the gate brings."""
    wanted, electrons = choose.randint(sizes.fewest, sizes.levels), choose.randint(0, 2 * HIGHEST)
    two_S = choose.choice(range(electrons % 2, min(electrons, HIGHEST, sizes.states // 3) + 1, 2))
    found = [level(electrons, 0.0, two_S)]
    while len(found) < wanted:
        # levels that coincide are kinds of their own
        partner, twin = choose.choice(found), choose.random() < 0.2 and len(found) > 1
        electrons, two_S = (partner[name] + choose.choice((-1, 1)) for name in ("electrons", "two_S"))
        new = partner if twin else level(electrons, choose.uniform(-4.0, 4.0), two_S)
        states = sum(one["two_S"] + 1 for one in found)
        if len(found) > 1 and states + new["two_S"] + 1 > sizes.states:
            break
        if twin or 0 <= two_S <= min(electrons, HIGHEST):
            found.append(new)
    choose.shuffle(found)
    return found


def _transitions(choose: random.Random, levels: Sequence[Level], names: Sequence[str]) -> list[LeadTransition]:
    ends = [
        (i, j)
        for i, low in enumerate(levels)
        for j, high in enumerate(levels)
        if high["electrons"] == low["electrons"] + 1 and abs(high["two_S"] - low["two_S"]) == 1
    ]
    choose.shuffle(ends)
    # one in five is weak at one lead
    weak = [choose.choice(names) if choose.random() < 0.2 else None for _ in ends]
    return [
        {
            "from": i,
            "to": j,
            "M": {name: 10.0 ** choose.uniform(*((-7.0, -4.0) if name == at else (-1.5, 0.5))) for name in names},
        }
        for (i, j), at in zip(ends, weak, strict=True)
    ]


def _fields(choose: random.Random, names: Sequence[str], rows: int) -> list[dict[str, float]]:
    """Return fields, large and tiny, some of them twice, in no order."""

    def field() -> float:
        return float(choose.choice((-1.0, 1.0)) * 10.0 ** choose.uniform(-6.0 if choose.random() < 0.2 else -1.0, 0.5))

    different = [{name: field() for name in names} for _ in range(max(1, 2 * rows // 3))]
    found = [*different, *(choose.choice(different) for _ in range(rows - len(different)))]
    choose.shuffle(found)
    return found


def _directed(
    leads: Sequence[SpinLead], strengths: Sequence[Sequence[float]], *, kT: float, offset: float, fields: int
) -> Device:
    """Return two levels of one electron beside an empty one, with M_ji by level and lead, at kT = COLD."""
    names = [lead["name"] for lead in leads]
    # few different ones, of which the first is tiny, so that the last is none of the twenty before it
    different = [
        {name: (1.0 if row else TINY) * ((7 * row + 3 * k + 4 * k * row) % 23 - 11) / 8 for k, name in enumerate(names)}
        for row in range(5)
    ]
    rows = [different[row % 5] for row in range(fields)]
    return {
        "levels": [level(1, 0.25 * COLD - offset, 1), level(0, 0.0, 0), level(1, 1.25 * COLD - offset, 1)],
        "transitions": [
            {"from": 1, "to": to, "M": dict(zip(names, M, strict=True))}
            for to, M in zip((0, 2), strengths, strict=True)
        ],
        "leads": leads,
        "kT": kT,
        "gate": -2 * offset,
        "zeeman": 3 * COLD,
        "counted": names[1:2],
        "theta": rows,
        "L_first": True,
    }


def nearly_equal() -> Device:
    """Return leads apart by 1e-6 kT in potential and 1e-7 kT in temperature, mu_L < mu_R, and an M_ji of 5e-7."""
    leads: list[SpinLead] = [
        {"name": "α", "rate": {"up": 0.75, "down": 0.5}, "mu": -NEAR, "kT": COLD},
        {"name": "β", "rate": {"up": 0.5, "down": 1.0}, "mu": 0.0, "kT": COLD + NEAR / 8},
        {"name": "左", "rate": {"up": 0.25, "down": 0.375}, "mu": -COLD, "kT": 128 * COLD},
    ]
    return _directed(leads, ((0.5, 0.75, WEAK), (0.625, WEAK, 0.25)), kT=COLD, offset=0.0, fields=21)


def nominal_kT(kT: float) -> Device:
    """Return a device at a gate and potentials of a thousand whose leads have temperatures of their own, and a kT."""
    leads: list[SpinLead] = [
        {"name": "右", "rate": {"up": 0.5, "down": 1.0}, "mu": FAR - COLD, "kT": 16 * COLD},
        {"name": "Ä", "rate": {"up": 0.75, "down": 0.5}, "mu": FAR + COLD, "kT": COLD},
        {"name": "ä", "rate": {"up": 0.25, "down": 0.375}, "mu": FAR, "kT": 2 * COLD},
    ]
    return _directed(leads, ((0.5, 0.75, 1.0), (0.625, 0.25, 0.125)), kT=kT, offset=FAR, fields=2)


def steep_fall(bias: float) -> LeadsQuestion:
    """Return levels of which the second is slow to leave, between leads so fast that dI/dV is far below -1."""
    case = weak_level(bias, 1)
    return {**case, "leads": [{**lead, "rate": FAST * lead["rate"]} for lead in case["leads"]], "kT": WARM}


def twins() -> LeadsQuestion:
    """Return an empty dot with two levels alike but for M_ji, which gain both as the bias opens them."""
    case = weak_level(0.25, 1)
    empty, one = level(0, 0.0, 0), level(1, 0.125, 1)
    transitions: list[LeadTransition] = [{"from": 1, "to": 0, "M": 0.5}, {"from": 1, "to": 2, "M": 0.125}]
    return {**case, "levels": [one, empty, one], "transitions": transitions, "kT": WARM}


def relaxing() -> Device:
    """Return two levels of each charge, where an electron takes four steps in turn: the Fano factor is near 1/4.

    The first lead fills both upper levels and empties one of them into the lower empty dot, so that each electron that
    passes is preceded by one that comes and goes: four steps of like rates in a circle have a variance of a quarter.
    """
    leads: list[SpinLead] = [
        {"name": "β", "rate": {"up": 0.5, "down": 0.75}, "mu": 1.0},
        {"name": "Ä", "rate": {"up": 0.5, "down": 1.0}, "mu": -1.0},
    ]
    device = _directed(leads, ((1.0, 0.0), (1.0, 0.0)), kT=LUKEWARM, offset=0.0, fields=1)
    levels = [level(0, 0.0, 0), level(1, 0.5, 1), level(0, -1.0, 0), level(1, -0.5, 1)]
    at = ((0, 1, (0.5, 0.0)), (2, 1, (1.0, 0.0)), (2, 3, (0.5, 0.0)), (0, 3, (0.0, 1.0)))
    transitions: list[LeadTransition] = [
        {"from": low, "to": up, "M": dict(zip(("β", "Ä"), M, strict=True))} for low, up, M in at
    ]
    return {**device, "levels": levels, "transitions": transitions, "zeeman": 0.25 * LUKEWARM}


def in_a_small_unit() -> LeadsQuestion:
    """Return the device of `steep_fall` with all energies in a unit so small that dP/dV is below 1e-10 everywhere."""
    case = steep_fall(0.5)
    return {
        **case,
        "levels": [{**one, "energy": one["energy"] / UNIT} for one in case["levels"]],
        "leads": [{**lead, "mu": lead["mu"] / UNIT} for lead in case["leads"]],
        "kT": case["kT"] / UNIT,
        "gate": case["gate"] / UNIT,
    }


def high_spins() -> Device:
    """Return levels of S = 9/2 and 5 in a field."""
    leads: list[SpinLead] = [
        {"name": "β", "rate": {"up": 0.25, "down": 1.0}, "mu": -COLD},
        {"name": "α", "rate": {"up": 0.75, "down": 0.5}, "mu": COLD},
    ]
    device = _directed(leads, ((0.5, 0.75), (0.625, 0.25)), kT=COLD, offset=0.0, fields=1)
    levels = [level(9, 0.0, 9), level(10, 0.25 * COLD, 10)]
    M = {"α": 0.5, "β": 0.75}
    return {**device, "levels": levels, "transitions": [{"from": 0, "to": 1, "M": M}], "zeeman": 0.25 * COLD}

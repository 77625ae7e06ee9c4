"""The rate equations that checks try: two levels, one orbital, a spin blockade, a ladder of levels, and random ones.

Named cases carry dyadic energies, so that resonances and thresholds are exact in double precision; random ones carry
whatever doubles come, because a reference is computed for exactly these.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final, TypeAlias

from analytic import clebsch_gordan_squared, clebsch_gordan_weight, zero_temperature_populations
from qdverify.protocol.json_types import Lead, Level, LevelScheme, Transition, TransportQuestion

Case: TypeAlias = TransportQuestion

SMALLEST_EXPONENT: Final = 560.0
"""In units of kT: e^-560 = 6e-244 leaves room above the smallest double, 2e-308, for prefactors and products."""


def level(electrons: int, energy: float, two_S: int) -> Level:
    """Return a level of the protocol's task 5."""
    return {"electrons": electrons, "energy": energy, "two_S": two_S}


def leads(bias: float, t_L: float = 1.0, t_R: float = 1.0, *, centre: float = 0.0) -> list[Lead]:
    """Return both leads, mu_L and mu_R half the bias above and below the centre."""
    return [
        {"name": "L", "rate": t_L, "mu": centre + 0.5 * bias},
        {"name": "R", "rate": t_R, "mu": centre - 0.5 * bias},
    ]


@cache
def _spin_weight(two_S_i: int, two_S_j: int) -> float:
    return float(clebsch_gordan_weight(two_S_i, two_S_j))


def spin_weights(levels: Sequence[Level]) -> list[Transition]:
    """Return every transition that spin allows, with M_ji = C_ji of [J96] Eq. (5)."""
    return [
        {"from": i, "to": j, "M": _spin_weight(low["two_S"], high["two_S"])}
        for i, low in enumerate(levels)
        for j, high in enumerate(levels)
        if high["electrons"] == low["electrons"] + 1 and abs(high["two_S"] - low["two_S"]) == 1
    ]


def two_levels(two_S_i: int, two_S_j: int, M: float = 0.75, energy: float = 0.5) -> LevelScheme:
    """Return one transition of given spins, in resonance at gate = energy."""
    levels = [level(two_S_i, 0.0, two_S_i), level(two_S_i + 1, energy, two_S_j)]
    return {"levels": levels, "transitions": [{"from": 0, "to": 1, "M": M}]}


def one_orbital(energy: float = 0.5, repulsion: float = 0.5) -> LevelScheme:
    """Return one spin-degenerate orbital of 0, 1 or 2 electrons: M = 1 into the empty, 1/2 into the half-filled one."""
    levels = [level(0, 0.0, 0), level(1, energy, 1), level(2, 2 * energy + repulsion, 0)]
    return {"levels": levels, "transitions": [{"from": 0, "to": 1, "M": 1.0}, {"from": 1, "to": 2, "M": 0.5}]}


def spin_blockade() -> LevelScheme:
    """Return the smallest level scheme that the spins alone block: N = 2 with S = 0, 1 and N = 3 with S = 1/2, 3/2.

    M_ji = C_ji. The quartet is reached from and left for the triplet only, so that it holds on to its electron.
    """
    levels = [level(2, 0.0, 0), level(2, 0.125, 2), level(3, 1.0, 1), level(3, 1.25, 3)]
    return {"levels": levels, "transitions": spin_weights(levels)}


def ring() -> LevelScheme:
    """Return the smallest ring of levels: out of equilibrium its populations depend on M_ji."""
    levels = [level(1, 0.0, 1), level(2, 0.5, 0), level(2, 0.625, 2), level(3, 1.25, 1)]
    return {"levels": levels, "transitions": spin_weights(levels)}


LADDER: Final = (
    (0, 0.0, 0),
    (1, 0.0625, 1),
    (2, 0.4375, 0),
    (2, 0.46875, 2),
    (3, 1.6875, 1),
    (3, 1.69140625, 1),
    (3, 1.6953125, 3),
    (4, 3.84375, 0),
    (4, 3.8515625, 2),
    (4, 3.85546875, 2),
    (4, 3.859375, 0),
    (4, 3.86328125, 2),
    (4, 3.8671875, 4),
)
"""(N, E, 2S) of 13 levels with the spins and roughly the energies of the paper's lowest multiplets, N = 0..4."""


def ladder(choose: random.Random | None = None) -> LevelScheme:
    """Return the 13 levels of `LADDER`, with M_ji = C_ji, or with random M_ji between 0.003 and 1."""
    levels = [level(*entry) for entry in LADDER]
    transitions = spin_weights(levels)
    if choose is not None:
        transitions = [{**item, "M": 10 ** choose.uniform(-2.5, 0)} for item in transitions]
    return {"levels": levels, "transitions": transitions}


def random_level_scheme(choose: random.Random, most: int = 7, *, fewest: int = 3) -> LevelScheme:
    """Return `fewest` to `most` connected levels in random order, each with a spin that its electrons can have."""
    size = choose.randint(fewest, most)
    levels = [level(2, choose.uniform(-1.0, 1.0), choose.choice((0, 2)))]
    while len(levels) < size:
        partner = choose.choice(levels)
        electrons = partner["electrons"] + choose.choice((-1, 1))
        two_S = partner["two_S"] + choose.choice((-1, 1))
        if 0 <= two_S <= electrons:
            levels.append(level(electrons, choose.uniform(-1.0, 1.0), two_S))
    choose.shuffle(levels)
    transitions: list[Transition] = [{**item, "M": 10 ** choose.uniform(-2.5, 0)} for item in spin_weights(levels)]
    choose.shuffle(transitions)
    return {"levels": levels, "transitions": transitions}


def random_leads(choose: random.Random) -> list[Lead]:
    """Return leads whose rates differ by up to three decades and whose chemical potentials lie within 1/2."""
    t_L, t_R = (10 ** choose.uniform(-3, 0) for _ in range(2))
    return leads(choose.uniform(-0.5, 0.5), t_L, t_R, centre=choose.uniform(-0.25, 0.25))


def random_case(choose: random.Random, most: int = 7, *, depth: float = SMALLEST_EXPONENT) -> Case:
    """Return a random case so cold that its smallest population or rate is about e^-depth."""
    case: Case = {
        **random_level_scheme(choose, most),
        "leads": random_leads(choose),
        "gate": choose.uniform(-0.5, 0.5),
        "kT": 1.0,
    }
    return {**case, "kT": largest_exponent(case) / depth}


def long_case(choose: random.Random) -> Case:
    """Return a random case of 24 levels, warm enough for any number of electrons that 24 levels can reach."""
    return {**random_level_scheme(choose, 24, fewest=24), "leads": random_leads(choose), "gate": 0.0, "kT": 0.02}


def largest_exponent(case: Case) -> float:
    """Return the largest energy a in a population or rate of the leading form e^(-a/kT).

    It comes from memory if it was asked before: several checks try the same random cases.
    """
    return _largest_exponent(json.dumps({name: value for name, value in case.items() if name != "kT"}, sort_keys=True))


@lru_cache(maxsize=1024)
def _largest_exponent(document: str) -> float:
    case = json.loads(document)
    populations = [
        float(population.exponent)
        for population in zero_temperature_populations(case["levels"], case["transitions"], case["leads"], case["gate"])
    ]
    energy = [item["energy"] for item in case["levels"]]
    rates = [
        abs(energy[item["to"]] - energy[item["from"]] - case["gate"] - lead["mu"])
        for item in case["transitions"]
        for lead in case["leads"]
    ]
    return float(max(*populations, *rates))


def resolved(case: Case) -> Case:
    """Return the S_z-resolved chain as levels of one state each, which needs M = <CG>^2 M_ji (2S_i+1)/(2S_j+1).

    A transition between single states has the rates 2 t M f and 2 t M (1-f) of physics.md section 5; those of [J96]
    Eq. (3) are t |A_ji|^2 f and t |A_ji|^2 (1-f) with |A_ji|^2 = 2 M_ji (2S_i+1)/(2S_j+1) <CG>^2.
    """
    levels = case["levels"]
    states = [(k, m) for k, item in enumerate(levels) for m in range(-item["two_S"], item["two_S"] + 1, 2)]
    place = {state: index for index, state in enumerate(states)}
    transitions: list[Transition] = [
        {"from": place[item["from"], m], "to": place[item["to"], m + sigma], "M": weight * item["M"]}
        for item in case["transitions"]
        for m in range(-levels[item["from"]]["two_S"], levels[item["from"]]["two_S"] + 1, 2)
        for sigma in (-1, 1)
        if (weight := _share(levels[item["from"]]["two_S"], m, sigma, levels[item["to"]]["two_S"]))
    ]
    single = [level(levels[k]["electrons"], levels[k]["energy"], 0) for k, _ in states]
    return {**case, "levels": single, "transitions": transitions}


@cache
def _share(two_S_i: int, two_m: int, sigma: int, two_S_j: int) -> float:
    """Return <S_i m, 1/2 sigma|S_j m+sigma>^2 (2S_i+1)/(2S_j+1)."""
    if abs(two_m + sigma) > two_S_j:
        return 0.0
    squared = clebsch_gordan_squared(two_S_i, two_m, sigma, two_S_j, two_m + sigma)
    return float(squared * (two_S_i + 1) / (two_S_j + 1))


def permuted(case: Case, order: Sequence[int]) -> Case:
    """Return the same case with level k of the new list being level order[k] of the old one, and R before L."""
    place = {old: new for new, old in enumerate(order)}
    moved: list[Transition] = [
        {**item, "from": place[item["from"]], "to": place[item["to"]]} for item in case["transitions"]
    ]
    return {
        **case,
        "levels": [case["levels"][old] for old in order],
        "transitions": list(reversed(moved)),
        "leads": list(reversed(case["leads"])),
    }


def mirrored(case: Case) -> Case:
    """Return the case with left and right exchanged: names stay, rates and chemical potentials change places."""
    left, right = case["leads"]
    swapped: list[Lead] = [{**right, "name": left["name"]}, {**left, "name": right["name"]}]
    return {**case, "leads": swapped}


def scaled(case: Case, energies: float = 1.0, rates: float = 1.0) -> Case:
    """Return the case in other units: all energies, kT and gate times one factor, both rates times another."""
    return {
        "levels": [{**item, "energy": energies * item["energy"]} for item in case["levels"]],
        "transitions": case["transitions"],
        "leads": [{**item, "rate": rates * item["rate"], "mu": energies * item["mu"]} for item in case["leads"]],
        "kT": energies * case["kT"],
        "gate": energies * case["gate"],
    }


def gate_as_potential(case: Case) -> Case:
    """Return the case with the gate moved into the leads: gate = 0 and both mu raised by it."""
    raised: list[Lead] = [{**item, "mu": item["mu"] + case["gate"]} for item in case["leads"]]
    return {**case, "leads": raised, "gate": 0.0}

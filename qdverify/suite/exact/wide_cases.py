"""Rate equations over the whole range of the inputs: rates, transition probabilities, electrons, gates.

Each named case stands for one way in which an input can be unusual; random cases draw all of them at once. Every case
has a neighbour that is the same but for the unusual input, so that a fault which shows in one range alone can be told
from one that shows everywhere.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Final

from qdverify.protocol.json_types import Lead, Level, LevelScheme, Transition
from qdverify.suite.exact.transport_cases import (
    Case,
    leads,
    level,
    random_level_scheme,
    ring,
    spin_weights,
    two_levels,
)

Named = tuple[str, Case]
COLD: Final = 200.0
"""Largest distance between a level and a chemical potential in random cases, in units of kT."""
_RATES: Final = ((1.0, 1.0), (1e-9, 1.0), (1.0, 1e-9), (1e-8, 1e-8), (1e8, 1.0), (1.0, 1e8), (1e5, 1e5), (1e4, 1e-4))
_UNEQUAL: Final = ((2e-5, 1.0), (1.0, 2e-5))
_ASTRIDE: Final = ((1e8, 2e4), (2e4, 4.0), (2e-5, 1e-8))
_WEIGHTS: Final = (1.0, 0.0, 1e-12, 1e-10, 1e-6, 5e-4, 2.0, 5.0)
_ELECTRONS: Final = (0, 5, 6, 9, 12, 16, 19)
_SPINS: Final = (0, 7, 9, 14)
_FAR: Final = (0.0, 1.5, -1.5, 40.0, -40.0)
_TEMPERATURES: Final = (1e-3, 0.0625, 1.5, 10.0, 1e3)
_ARGUMENTS: Final = (0.0, 1e-2, 1e-5, -1e-5, 1e-6, -1e-6)
_BIASES: Final = (1e-3, 1e-5, -1e-5)


def named_cases() -> Iterator[Named]:
    """Yield the cases that are unusual in one input."""
    yield from _with_rates(_RATES)
    yield from _of_weights()
    yield from _of_levels()
    yield from _of_potentials()
    yield from coinciding_cases()


def _point(
    scheme: LevelScheme,
    *,
    bias: float = 0.25,
    t_L: float = 1.0,
    t_R: float = 0.5,
    kT: float = 0.0625,
    gate: float = 0.4375,
) -> Case:
    return {**scheme, "leads": leads(bias, t_L, t_R), "kT": kT, "gate": gate}


def unequal_cases() -> Iterator[Named]:
    """Yield unusual ratios of rates at which the current still stands out of an absolute accuracy."""
    yield from _with_rates(_UNEQUAL)


def astride_cases() -> Iterator[Named]:
    """Yield two rates on both sides of a threshold: if both are scaled alike, populations do not show it.

    Currents do, and need no such cases.
    """
    yield from _with_rates(_ASTRIDE)


def _with_rates(pairs: Sequence[tuple[float, float]]) -> Iterator[Named]:
    for t_L, t_R in pairs:
        yield f"t_L = {t_L:g}, t_R = {t_R:g}", _point(ring(), t_L=t_L, t_R=t_R)


def _of_weights() -> Iterator[Named]:
    """Yield a ring with one weak or strong transition, and levels that only that transition connects."""
    for M in _WEIGHTS:
        scheme = ring()
        yield f"one M = {M:g} in a ring", _point({**scheme, "transitions": _one_changed(scheme["transitions"], M)})
        if M:
            pair = two_levels(0, 1, M)
            yield f"the only M = {M:g}", _point(pair)


def _one_changed(transitions: Sequence[Transition], M: float) -> list[Transition]:
    return [{**transitions[0], "M": M}, *transitions[1:]]


def _of_levels() -> Iterator[Named]:
    for electrons in _ELECTRONS:
        yield f"N = {electrons}, {electrons + 1}", _of_electrons(electrons, electrons % 2)
    for two_S in _SPINS:
        yield f"2S = {two_S}, {two_S + 1}", _of_electrons(two_S, two_S)


def _of_electrons(electrons: int, two_S: int) -> Case:
    """Return two levels whose resonance lies 1/16 above the gate, which acts on every electron."""
    levels = [level(electrons, 0.0, two_S), level(electrons + 1, 0.5, two_S + 1)]
    return _point({"levels": levels, "transitions": [{"from": 0, "to": 1, "M": 0.75}]})


def _of_potentials() -> Iterator[Named]:
    for gate in _FAR:
        yield f"gate {gate:+g}", _point(two_levels(0, 1, energy=gate + 0.0625), gate=gate)
    for mu in _FAR:
        case = _point(two_levels(1, 0, energy=mu + 0.5))
        yield f"mu near {mu:+g}", {**case, "leads": leads(0.25, 1.0, 0.5, centre=mu)}
    for kT in _TEMPERATURES:
        yield f"kT = {kT:g}", _point(ring(), kT=kT)
    for x in _ARGUMENTS:
        # a power of two keeps the small distance exact
        case = _point(two_levels(0, 1, energy=0.5), gate=0.5 - 0.0625 * x, bias=0.0, t_R=0.0)
        yield f"argument {x:+g} of f", case
        far = leads(0.125, 1.0, 0.5, centre=0.0625)
        yield f"argument {x:+g} of f_R", _point(two_levels(0, 1, energy=0.5), gate=0.5 - 0.0625 * x) | {"leads": far}
    for bias in _BIASES:
        yield f"bias {bias:+g}", _point(two_levels(0, 1), bias=bias)


def coinciding_cases() -> Iterator[Named]:
    """Yield cases in which levels coincide: in energy alone, and in electrons, energy and spin."""
    for label, others in (
        ("levels apart", ((2, 0.5, 0), (2, 0.625, 2))),
        ("singlet and triplet coincide", ((2, 0.5, 0), (2, 0.5, 2))),
        ("two equal triplets", ((2, 0.5, 2), (2, 0.5, 2))),
        ("three equal singlets", ((2, 0.5, 0), (2, 0.5, 0), (2, 0.5, 0))),
    ):
        levels = [level(1, 0.0, 1), *(level(*other) for other in others), level(3, 1.25, 1)]
        weights: list[Transition] = [{**item, "M": item["M"] / (2 + k)} for k, item in enumerate(spin_weights(levels))]
        yield label, _point({"levels": levels, "transitions": weights}, gate=0.53125)


def random_cases(choose: random.Random, count: int) -> Iterator[Named]:
    """Yield random cases of 2 to 18 levels in which every input may be unusual."""
    for number in range(count):
        size = choose.choice((2, 3, 5, 8, 14, 18))
        scheme = random_level_scheme(choose, size, fewest=size)
        offset = choose.choice((0, 0, 4, 12))
        levels: list[Level] = [{**item, "electrons": item["electrons"] + offset} for item in scheme["levels"]]
        levels = [{**item, "energy": item["energy"] * choose.choice((1.0, 1e-4))} for item in levels]
        case: Case = {
            "levels": levels,
            "transitions": [{**item, "M": _weight(choose)} for item in scheme["transitions"]],
            "leads": _leads(choose),
            "gate": choose.choice((-1, 1)) * 10 ** choose.uniform(-3, 0.5),
            "kT": 1.0,
        }
        yield f"random {number}", {**case, "kT": _furthest(case) / choose.choice((0.01, 1.0, 30.0, COLD))}


def _weight(choose: random.Random) -> float:
    return 10 ** choose.choice((choose.uniform(-12, -2), choose.uniform(-2, 0.7), choose.uniform(-2, 0.7)))


def _leads(choose: random.Random) -> list[Lead]:
    middle = choose.uniform(-4, 4)
    t_L, t_R = (10 ** (middle + choose.uniform(-4, 4)) for _ in range(2))
    both = leads(choose.uniform(-0.5, 0.5), t_L, t_R, centre=choose.choice((-3.0, 0.0, 3.0)))
    return both if choose.random() < 0.5 else both[::-1]


def _furthest(case: Case) -> float:
    """Return the largest distance between a transition and a chemical potential."""
    energy = [item["energy"] for item in case["levels"]]
    return float(
        max(
            abs(energy[item["to"]] - energy[item["from"]] - case["gate"] - lead["mu"])
            for item in case["transitions"]
            for lead in case["leads"]
        )
    )


def times(case: Case, *, rates: float = 1.0, weights: float = 1.0) -> Case:
    """Return the case with all rates, and all M_ji, times a factor."""
    return {
        **case,
        "leads": [{**lead, "rate": rates * lead["rate"]} for lead in case["leads"]],
        "transitions": [{**item, "M": weights * item["M"]} for item in case["transitions"]],
    }


def with_energy_per_electron(case: Case, energy: float) -> Case:
    """Return the case with a constant added to the energy of every electron and to the gate, which undoes it."""
    levels: list[Level] = [{**item, "energy": item["energy"] + energy * item["electrons"]} for item in case["levels"]]
    return {**case, "levels": levels, "gate": case["gate"] + energy}

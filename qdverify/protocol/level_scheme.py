"""The levels and transitions of a dot, asked for in the protocol's own steps, as the transport tasks take them."""

from __future__ import annotations

from itertools import pairwise

from qdverify.protocol.asking import Ask
from qdverify.protocol.dots import is_integrals
from qdverify.protocol.json_types import Dot, Level, LevelScheme, Transition


def level_scheme(ask: Ask, dot: Dot, counts: tuple[int, ...], weights: str) -> LevelScheme:
    """Return the levels and transitions of a dot, as the transport tasks of the protocol take them.

    Parameters
    ----------
    ask
        Puts a task with its params to an implementation, as `Subject.ask` does.
    counts
        How many levels of 0, 1, 2, ... electrons take part.
    weights
        ``"M"`` for transition probabilities, ``"C"`` for the spin weights of Eq. (5) alone.
    """
    empty = float(dot.get("core", 0.0)) if is_integrals(dot) else 0.0
    by_number: list[list[Level]] = [[{"electrons": 0, "energy": empty, "two_S": 0}]]
    for electrons, count in enumerate(counts[1:], start=1):
        spectrum = ask("spectrum", dot=dot, electrons=electrons, levels=count)
        found = zip(spectrum["energies"], spectrum["two_S"], strict=True)
        by_number.append([{"electrons": electrons, "energy": energy, "two_S": two_S} for energy, two_S in found])
    transitions: list[Transition] = []
    first = 0
    for lower, upper in pairwise(by_number):
        M = _weights(ask, dot, weights, lower, upper)
        transitions += [
            {"from": first + i, "to": first + len(lower) + j, "M": M[j][i]}
            for j in range(len(upper))
            for i in range(len(lower))
        ]
        first += len(lower)
    return {"levels": [level for levels in by_number for level in levels], "transitions": transitions}


def _weights(ask: Ask, dot: Dot, weights: str, lower: list[Level], upper: list[Level]) -> list[list[float]]:
    """Return the weight from each of the lower levels (columns) to each of those with one electron more (rows)."""
    if weights == "M":
        answer = ask(
            "transition_probabilities",
            dot=dot,
            electrons=lower[0]["electrons"],
            levels_from=len(lower),
            levels_to=len(upper),
        )
        return [[float(M) for M in row] for row in answer["M"]]
    return [[ask("clebsch_gordan_weight", two_S_i=i["two_S"], two_S_j=j["two_S"])["C"] for i in lower] for j in upper]

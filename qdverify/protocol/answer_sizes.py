"""The largest sensible answer to each extension task: what is longer is refused before anything walks through it.

The shapes of the six tasks are fixed (`answers.check_answer`). Those of the extension tasks are the checks' business,
but a million numbers in answer to each of many questions would fill the memory of the judge, which keeps all answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from math import comb
from typing import Final

from qdverify.protocol.dots import orbitals_of
from qdverify.protocol.json_types import Question
from qdverify.protocol.nested import items

_ROOM: Final = 100
"""Numbers beyond the expected ones that an answer may hold."""


def longest_answer(task: str, params: Question) -> int:
    """Return how many numbers an answer to an extension task may hold, with room to spare.

    >>> longest_answer("charge_density", {"x": [0.0, 0.5]})
    104
    """
    expected = _EXPECTED.get(task)
    return _ROOM + (2 * expected(params) if expected else 0)


def is_longer(answer: object, most: int) -> bool:
    """Return whether an answer holds more numbers than that.

    >>> is_longer({"density": [1.0, 2.0, 3.0]}, 2)
    True
    """
    return next(islice(items(answer), most, None), None) is not None


def _matrix(params: Question) -> int:
    electrons, orbitals = params["electrons"], orbitals_of(params["dot"])
    up = (electrons + params["two_Sz"]) // 2
    determinants = comb(orbitals, up) * comb(orbitals, electrons - up)
    return int(determinants * (determinants + electrons))


_EXPECTED: Final[Mapping[str, Callable[[Question], int]]] = {
    "sector_energies": lambda params: params["levels"],
    "transition_amplitudes": lambda params: 16 * (params["electrons"] + 2),
    "hamiltonian_matrix": _matrix,
    "leading_determinants": lambda params: params["count"] * (params["electrons"] + 1),
    "charge_density": lambda params: len(params["x"]),
    "parities": lambda params: params["levels"],
    "projected_levels": lambda params: params["levels"] * (params["electrons"] + 3),
    "low_temperature": lambda params: 2 * len(params["levels"]) + 2,
}

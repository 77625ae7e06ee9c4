"""Wrong models of levels and of M_ji for bases that are small enough to be solved exactly.

They are other dots, or other averages over spins.
Doubling the kinetic energy is a change of the dot: in a box shorter by sqrt(2), with the cutoff shorter alike and the
strength smaller by sqrt(2), T is doubled and the interaction is as before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from json import dumps, loads
from math import sqrt
from typing import Final

from analytic import clebsch_gordan_weight, transition_probabilities_between
from qdverify.protocol.dots import is_box
from qdverify.protocol.json_types import BoxDot, Dot
from qdverify.suite.exact.small_basis import exact_levels
from qdverify.suite.finding import Asked
from qdverify.suite.hints import harmonic
from qdverify.suite.hints.wrong_models import Prediction, WrongModel

Matrix = list[list[float]]
Spins = Sequence[int]
MOST_ORBITALS: Final = {1: 4, 2: 4}
"""Most orbitals that are solved exactly while somebody waits, by number of electrons; three for other numbers."""


@lru_cache(maxsize=512)
def _right(dot: str, electrons: int) -> tuple[Matrix, list[int], list[int]]:
    """Return all M_ji, and the doubled spins of their columns and rows."""
    initial, final = (exact_levels(loads(dot), N) for N in (electrons, electrons + 1))
    M = [[float(value) for value in row] for row in transition_probabilities_between(initial, final)]
    return M, [level.two_S for level in initial], [level.two_S for level in final]


def _solvable(dot: Dot, electrons: int) -> bool:
    """Whether wrong models can be solved while somebody waits: in a box with a basis that is small enough."""
    return is_box(dot) and dot["orbitals"] <= MOST_ORBITALS.get(electrons, 3)


def _of_dot(sentence: str, change: Callable[[BoxDot], BoxDot] = lambda dot: dot) -> WrongModel:
    """Return a wrong model in the energies from the dot that it solves."""

    def predict(asked: Asked) -> Prediction:
        if asked.task != "spectrum" or not _solvable(asked.params["dot"], asked.params["electrons"]):
            return None
        found = exact_levels(change(asked.params["dot"]), asked.params["electrons"])
        energies = [float(level.energy) for level in found[: asked.params["levels"]]]
        slack = asked.accuracy.allowed(max(map(abs, energies)), max(map(abs, energies)))
        return [(energy, slack) for energy in energies]

    return WrongModel(sentence, predict)


def _of_M(sentence: str, change: Callable[[Matrix, Spins, Spins], Matrix]) -> WrongModel:
    """Return a wrong model of M_ji, as a function of the right M, 2S_i of each column and 2S_j of each row."""

    def predict(asked: Asked) -> Prediction:
        if asked.task != "transition_probabilities" or not _solvable(
            asked.params["dot"], asked.params["electrons"] + 1
        ):
            return None
        M, columns, rows = _right(dumps(asked.params["dot"], sort_keys=True), asked.params["electrons"])
        if len(M) != asked.params["levels_to"] or len(M[0]) != asked.params["levels_from"]:
            return None
        return [
            (value, asked.accuracy.allowed(max(1.0, value), 1.0)) for row in change(M, columns, rows) for value in row
        ]

    return WrongModel(sentence, predict)


def _factors(sentence: str, factor: Callable[[int, int], float]) -> WrongModel:
    """Return a wrong model that multiplies each M_ji by a function of 2S_i+1 and 2S_j+1."""

    def change(M: Matrix, columns: Spins, rows: Spins) -> Matrix:
        return [
            [value * factor(i + 1, j + 1) for value, i in zip(row, columns, strict=True)]
            for row, j in zip(M, rows, strict=True)
        ]

    return _of_M(sentence, change)


def _kinetic(factor: float) -> Callable[[BoxDot], BoxDot]:
    """Return the change of a dot that multiplies its kinetic energy and leaves its interaction."""
    shorter = 1 / sqrt(factor)

    def change(dot: BoxDot) -> BoxDot:
        strength = dot["strength"] * (1.0 if dot["kernel"] == "constant" else shorter)
        return {**dot, "length": dot["length"] * shorter, "cutoff": dot["cutoff"] * shorter, "strength": strength}

    return change


def _interaction(factor: float) -> Callable[[BoxDot], BoxDot]:
    return lambda dot: {**dot, "strength": factor * dot["strength"]}


def _reread(M: Matrix, *_: Spins) -> Matrix:
    """Return the numbers of a matrix column by column, in rows of the right length."""
    numbers, width = [row[k] for k in range(len(M[0])) for row in M], len(M[0])
    return [numbers[start : start + width] for start in range(0, len(numbers), width)]


def _normalised(M: Matrix, *_: Spins) -> Matrix:
    totals = [sum(row[k] for row in M) or 1.0 for k in range(len(M[0]))]
    return [[value / total for value, total in zip(row, totals, strict=True)] for row in M]


def _spin_weights(_: Matrix, columns: Spins, rows: Spins) -> Matrix:
    return [[float(clebsch_gordan_weight(i, j)) for i in columns] for j in rows]


def _elementwise(change: Callable[[float], float]) -> Callable[[Matrix, Spins, Spins], Matrix]:
    return lambda M, *_: [[change(value) for value in row] for row in M]


def _sound(asked: Asked) -> Prediction:
    models = (_of_dot(""), _of_M("", lambda M, *_: M), *harmonic.RIGHT)
    return next((found for model in models if (found := model.predict(asked))), None)


RIGHT: Final = WrongModel("", _sound)
VAGUE: Final[tuple[WrongModel, ...]] = ()
WRONG_MODELS: Final = (
    _of_dot("the kinetic energy is doubled: its 1/2 is missing", _kinetic(2.0)),
    _of_dot("the kinetic energy is halved: its 1/2 is counted twice", _kinetic(0.5)),
    _of_dot("the interaction is doubled: the 1/2 of a sum over pairs is missing", _interaction(2.0)),
    _of_dot("the interaction is halved: a sum over pairs has a 1/2 too many", _interaction(0.5)),
    _of_dot("the interaction has the wrong sign", _interaction(-1.0)),
    _of_dot("the strength is ignored", lambda dot: {**dot, "strength": 1.0}),
    _factors("the factor is 2 everywhere: the 1/2 of Eq. (4) is missing", lambda *_: 2.0),
    _factors("the factor is 0.5 everywhere: the 1/2 of Eq. (4) is counted twice", lambda *_: 0.5),
    _factors("the factor is 2S_i+1: the average over the initial spin states is missing", lambda g_i, _: g_i),
    _factors("the factor is (2S_i+1)/(2S_j+1): the average runs over the final spin states", lambda i, j: i / j),
    _factors("one pair of S_z components stands for all", lambda i, j: i / (i + 1) if j > i else 1.0),
    _factors("the factor is 2 out of singlets: both spins are added coherently", lambda i, _: 2.0 if i == 1 else 1.0),
    _of_M("the square roots of the right values: the amplitude is not squared", _elementwise(sqrt)),
    _of_M("the squares of the right values: a probability is squared once more", _elementwise(lambda value: value**2)),
    _of_M("the matrix is transposed: M[j][i] goes from level i to level j", _reread),
    _of_M("the rows are listed backwards: from the highest level of N + 1 electrons down", lambda M, *_: M[::-1]),
    _of_M(
        "the columns are listed backwards: from the highest level of N electrons down",
        lambda M, *_: [row[::-1] for row in M],
    ),
    _of_M("the probabilities out of each level are normalised to 1", _normalised),
    _of_M("the spin weight C_ji of Eq. (5) stands in for M_ji", _spin_weights),
    *harmonic.WRONG_MODELS,
)

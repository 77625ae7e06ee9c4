"""Patterns by which wrong values name the slip behind them: a factor, a shift, a transposition, a lost level.

Each recogniser takes every failed value of a check and answers with a sentence, or with nothing. They stand in the
order in which a coincidence is the less likely: the first answer counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

_KNOWN_FACTORS: Final = (
    (2.0, "a spin factor, a missing 1/2, or Rydberg in place of Hartree?"),
    (0.5, "a spin factor or a 1/2 too many?"),
    (4.0, "the factor 2 counted twice over?"),
    (0.25, "the factor 1/2 counted twice over?"),
    (-1.0, "the sign."),
    (-2.0, "the sign, and a factor of 2."),
    (-0.5, "the sign, and a factor of 1/2."),
    (math.sqrt(2.0), "a normalisation, sqrt(2) of a coupled state or of an orbital?"),
    (math.sqrt(0.5), "a normalisation, sqrt(2) of a coupled state or of an orbital?"),
    (math.pi, "a factor of pi."),
    (1.0 / math.pi, "a factor of pi."),
    (2.0 * math.pi, "a factor of 2 pi, as between an angular frequency and a rate."),
    (0.5 / math.pi, "a factor of 2 pi, as between an angular frequency and a rate."),
    (math.pi**2, "a factor of pi squared, the kinetic energy's."),
    (math.pi**-2, "a factor of pi squared, the kinetic energy's."),
    (27.211386245988, "electronvolts in place of Hartree?"),
    (1.0 / 27.211386245988, "Hartree in place of electronvolts?"),
    (0.529177210903, "the Bohr radius in place of 1?"),
    (1.0 / 0.529177210903, "the Bohr radius in place of 1?"),
    (8.617333262e-5, "Boltzmann's constant applied once more: kT is an energy."),
)
_SMALLEST: Final = 1e-100  # its square is still a double
_POWERS: Final = (-2.0, -1.0, -0.5, 0.5, 1.0, 2.0)


@dataclass(frozen=True)
class Observed:
    """A failed comparison as numbers.

    Attributes
    ----------
    measured, expected
        The values, in one row.
    matrix
        Number of columns where the value is a square matrix, else 0.
    slack
        How far from a pattern a value may lie and still follow it: what the check itself tolerates.
    discrete
        Whether the values are quantum numbers or counts.
    case
        The inputs of the trial.
    """

    measured: tuple[float, ...]
    expected: tuple[float, ...]
    matrix: int
    slack: float
    discrete: bool
    case: Mapping[str, Any]

    def follows(self, pattern: Sequence[float]) -> bool:
        """Tell whether the measured values are the pattern's, far better than they are the expected ones."""
        if len(pattern) != len(self.measured):
            return False
        worst = max(abs(a - b) for a, b in zip(self.measured, self.expected, strict=True))
        room = max(2.0 * self.slack, 1e-3 * min(worst, max(map(abs, pattern))))
        return all(abs(a - b) <= room for a, b in zip(self.measured, pattern, strict=True))

    def times(self, factor: float) -> bool:
        """Tell whether every measured value is that factor times the expected one."""
        pattern = [factor * value for value in self.expected]
        # what lies within the slack of zero follows every factor
        return max(map(abs, pattern)) > 10.0 * self.slack and self.follows(pattern)

    @property
    def ratio(self) -> float:
        """The factor between the values, read off where the expected one is largest."""
        largest = max(range(len(self.expected)), key=lambda k: abs(self.expected[k]))
        return self.measured[largest] / self.expected[largest] if self.expected[largest] else math.nan


def _all_zero(failed: Sequence[Observed]) -> str:
    if any(value for item in failed for value in item.measured):
        return ""
    return "every value is 0: is the quantity computed at all, or a selection rule applied where none holds?"


def _lost_or_doubled_level(failed: Sequence[Observed]) -> str:
    # where a level is missing the spins of the same answer are out of order too, and say no more than the energies
    found = {_shifted_from(item) for item in failed if not item.discrete}
    if len(found) != 1:
        return ""
    kind, at = found.pop()
    if kind == "lost":
        return f"level {at} is missing and all above it move down by one: does the eigensolver reach every sector?"
    if kind == "doubled":
        return f"level {at} is listed again: are the 2S+1 states of a multiplet counted as levels?"
    return ""


def _shifted_from(item: Observed) -> tuple[str, int]:
    """Say at which index the values go out of step by one place, and in which direction."""
    size = len(item.expected)
    if item.discrete or item.matrix or size < 3 or any(a > b for a, b in pairwise(item.expected)):
        return "", 0
    first = next(k for k in range(size) if abs(item.measured[k] - item.expected[k]) > item.slack)
    upper = range(first, size - 1)
    if upper and all(abs(item.measured[k] - item.expected[k + 1]) <= item.slack for k in upper):
        return "lost", first
    if first and all(abs(item.measured[k] - item.expected[k - 1]) <= item.slack for k in range(first, size)):
        return "doubled", first - 1
    return "", 0


def _transposed(failed: Sequence[Observed]) -> str:
    if all(item.matrix > 1 and item.follows(_turned(item)) for item in failed):
        return "the matrix is transposed: M[j][i] goes from level i to level j."
    return ""


def _turned(item: Observed) -> list[float]:
    return [item.expected[column * item.matrix + row] for row in range(item.matrix) for column in range(item.matrix)]


def _permuted(failed: Sequence[Observed]) -> str:
    if not all(item.measured != item.expected and len(item.expected) > 1 for item in failed):
        return ""
    in_order = [
        replace(item, measured=tuple(sorted(item.measured)), expected=tuple(sorted(item.expected))) for item in failed
    ]
    if all(_deviates_little(item) for item in in_order):
        if all(item.discrete for item in failed):
            return "the right spins in another order: are levels interchanged, or is one missing?"
        return "the right values in another order: are indices, levels or leads interchanged?"
    return ""


def _deviates_little(item: Observed) -> bool:
    return all(abs(a - b) <= 2.0 * item.slack for a, b in zip(item.measured, item.expected, strict=True))


def _mislabelled_spin(failed: Sequence[Observed]) -> str:
    if not all(item.discrete and len(item.measured) == len(item.expected) for item in failed):
        return ""
    if all(item.measured == tuple(value / 2 for value in item.expected) for item in failed):
        return "S in place of 2S."
    if all(item.measured == tuple(value + 1 for value in item.expected) for item in failed):
        return "the multiplicity 2S+1 in place of 2S."
    return ""


def _interchanged_spin(failed: Sequence[Observed]) -> str:
    spins = _spins(failed)
    if not spins:
        return ""
    pairs = list(zip(failed, spins, strict=True))
    if all(item.follows([0.5 * (i + 1) / (j + 1)]) for item, (i, j) in pairs):
        return "the spins S_i and S_j are interchanged."
    if len(failed) > 1 and all(item.follows([1.0 - value for value in item.expected]) for item, _ in pairs):
        return "the branches S_j = S_i + 1/2 and S_j = S_i - 1/2 are interchanged."
    if len(failed) > 1 and all(item.follows([0.5 * (2 * j + 1) / (2 * i + 1)]) for item, (i, j) in pairs):
        return "2S in place of S: the inputs are twice the spins."
    return ""


def _degeneracy(failed: Sequence[Observed]) -> str:
    sentence = "the factor is {}: a degeneracy that is missing, or counted twice?"
    for name, values in _degeneracies(failed).items():
        if len(set(values)) > 1:
            for power, shown in ((1, name), (-1, f"1/({name})")):
                pairs = zip(failed, values, strict=True)
                if all(item.times(value**power) for item, value in pairs):
                    return sentence.format(shown)
    if all(_weighted(item, power=1) for item in failed):
        return sentence.format("2S+1 of each level")
    if all(_weighted(item, power=-1) for item in failed):
        return sentence.format("1/(2S+1) of each level")
    return ""


def _degeneracies(failed: Sequence[Observed]) -> dict[str, list[float]]:
    """Return, for each factor made of 2S+1, its value in every failed trial that names both spins."""
    spins = _spins(failed)
    if not spins:
        return {}
    return {
        "2S_i+1": [i + 1.0 for i, _ in spins],
        "2S_j+1": [j + 1.0 for _, j in spins],
        "(2S_j+1)/(2S_i+1)": [(j + 1.0) / (i + 1.0) for i, j in spins],
    }


def _spins(failed: Sequence[Observed]) -> list[tuple[int, int]]:
    """Return the two doubled spins of every failed trial; nothing where one does not name both."""
    named = [(item.case.get("two_S_i"), item.case.get("two_S_j")) for item in failed]
    spins = [(i, j) for i, j in named if isinstance(i, int) and isinstance(j, int)]
    return spins if len(spins) == len(failed) else []


def _weighted(item: Observed, *, power: int) -> bool:
    """Tell whether populations are the expected ones times (2S+1)^power, normalised anew."""
    levels = item.case.get("levels")
    if not isinstance(levels, list | tuple) or len(levels) != len(item.expected):
        return False
    if not all(isinstance(level, Mapping) and isinstance(level.get("two_S"), int) for level in levels):
        return False
    weighted = [value * (level["two_S"] + 1) ** power for value, level in zip(item.expected, levels, strict=True)]
    total = sum(weighted)
    return total > 0.0 and item.follows([value * sum(item.expected) / total for value in weighted])


def _known_factor(failed: Sequence[Observed]) -> str:
    for factor, slip in _KNOWN_FACTORS:
        if all(item.times(factor) for item in failed):
            return f"the factor is {factor:.6g} everywhere: {slip}"
    return ""


def _signs(failed: Sequence[Observed]) -> str:
    if all(
        item.follows([math.copysign(e, m) for m, e in zip(item.measured, item.expected, strict=True)])
        for item in failed
    ):
        return "the right magnitudes, but some have the wrong sign: a phase convention, or the order of two operators?"
    return ""


def _input_power(failed: Sequence[Observed]) -> str:
    for name in sorted({name for item in failed for name in _inputs(item)}):
        values = [_inputs(item).get(name, 0.0) for item in failed]
        if min(values) <= 0.0 or all(value == 1.0 for value in values):
            continue
        for power in _POWERS:
            if all(item.times(value**power) for item, value in zip(failed, values, strict=True)):
                return f"the factor is {name}^{power:g}: a normalisation or a unit with {name} in it?"
    return ""


def _inputs(item: Observed) -> dict[str, float]:
    """Return the positive real inputs of a trial, those of its dot and its leads included."""
    dot = item.case.get("dot")
    inputs = {**item.case, **(dot if isinstance(dot, Mapping) else {})}
    return {
        name: float(value)
        for name, value in inputs.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and _SMALLEST < value < 1.0 / _SMALLEST
    }


def _shift(failed: Sequence[Observed]) -> str:
    shifts = [item.measured[0] - item.expected[0] for item in failed]
    several = all(len(set(item.expected)) > 1 for item in failed)
    if several and all(
        item.follows([value + shift for value in item.expected]) for item, shift in zip(failed, shifts, strict=True)
    ):
        shown = ", ".join(f"{shift:.6g}" for shift in dict.fromkeys(shifts[:3]))
        return f"all values are shifted by the same amount ({shown}): another zero of energy, or an index off by one?"
    return ""


def _power(failed: Sequence[Observed]) -> str:
    values = {value for item in failed for value in item.expected if value not in (0.0, 1.0)}
    if len(values) < 2 or min(values) < 0.0:
        return ""
    if all(item.follows([value**2 for value in item.expected]) for item in failed):
        return "the squares of the right values: is a probability squared once more?"
    if all(item.follows([math.sqrt(max(value, 0.0)) for value in item.expected]) for item in failed):
        return "the square roots of the right values: an amplitude in place of a probability?"
    if all(item.follows([1.0 - value for value in item.expected]) for item in failed):
        return "one minus the right values: 1 - f in place of f?"
    return ""


def _constant_factor(failed: Sequence[Observed]) -> str:
    ratio = failed[0].ratio
    values = {value for item in failed for value in item.expected if value}
    if math.isfinite(ratio) and len(values) > 2 and all(item.times(ratio) for item in failed):
        return f"the factor is {ratio:.9g} everywhere: a unit or a normalisation?"
    return ""


def _precision(failed: Sequence[Observed]) -> str:
    if any(item.discrete for item in failed):
        return ""
    worst = max(_relative(item) for item in failed)
    if worst > 1e-4:
        return ""
    digits = -math.log10(worst)
    cause = (
        "single precision"
        if 6.5 <= digits <= 9.0
        else "a convergence threshold, a coarse quadrature or a rounded constant"
    )
    return f"right to {digits:.1f} digits and no further: {cause}?"


def _relative(item: Observed) -> float:
    scale = max(map(abs, (*item.measured, *item.expected)))
    return max(abs(a - b) for a, b in zip(item.measured, item.expected, strict=True)) / scale


RECOGNISERS: Final[Sequence[Callable[[Sequence[Observed]], str]]] = (
    _all_zero,
    _lost_or_doubled_level,
    _transposed,
    _mislabelled_spin,
    _permuted,
    _interchanged_spin,
    _degeneracy,
    _known_factor,
    _signs,
    _input_power,
    _shift,
    _power,
    _constant_factor,
    _precision,
)

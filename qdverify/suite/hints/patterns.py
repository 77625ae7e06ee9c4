"""Patterns by which wrong numbers name the cause behind them: a factor, a shift, a transposition, a lost level.

Each recogniser takes every failed comparison of a claim, and every one that passed, and answers with a sentence or
with nothing. They stand in the order in which a coincidence is the less likely: the first answer counts.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from qdverify.suite.hints.levels import missing_levels, repeated_levels
from qdverify.suite.hints.observed import Comparisons, Observed
from qdverify.suite.hints.separation import separated

_KNOWN_FACTORS: Final = (
    (2.0, "a spin factor, a missing 1/2, a sum counted twice, or Rydberg in place of Hartree?"),
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
)
_SMALLEST: Final = 1e-100  # its square is still a double
_POWERS: Final = (-2.0, -1.0, -0.5, 0.5, 1.0, 2.0)
_NEAR: Final = 1e-3
_DIMENSIONS: Final = ("length", "cutoff", "strength", "kT", "rate")
_SEVERAL: Final = 4


def recognised(failed: Comparisons, passed: Comparisons) -> str:
    """Return the sentence of the first pattern that all failures follow, or an empty string."""
    if not failed:
        return ""
    for recognise in _RECOGNISERS:
        cause = recognise(failed, passed)
        if cause:
            return cause
    return ""


def _all_zero(failed: Comparisons, passed: Comparisons) -> str:
    if any(item.discrete or any(item.measured) for item in failed):
        return ""
    if not any(item.stands_out for item in passed):
        return "every value is 0: is the quantity computed at all, or a selection rule applied where none holds?"
    largest = max(abs(value) for item in failed for value in item.expected)
    smallest = min(max(map(abs, item.measured)) for item in passed if item.stands_out)
    return f"values below {largest:.1e} are set to 0: are small ones dropped?" if largest < smallest else ""


def _lost_or_doubled_level(failed: Comparisons, _: Comparisons) -> str:
    # where a level is missing the spins of the same answer are out of order too, and say no more than the energies
    energies = [item for item in failed if not item.discrete]
    lost, doubled = [missing_levels(item) for item in energies], [repeated_levels(item) for item in energies]
    if energies and all(lost):
        if lost == lost[:1] * len(lost) and len(lost[0]) == 1:
            which = f"level {lost[0][0]} is missing and all above it move down by one"
        else:
            which = "levels are missing, and those above them move down"
        return f"{which}: does the eigensolver reach every sector?"
    if energies and all(doubled):
        which = f"level {doubled[0][0]} is" if doubled == doubled[:1] * len(doubled) else "levels are"
        return f"{which} listed again: are the 2S+1 states of a multiplet counted as levels?"
    return ""


def _transposed(failed: Comparisons, _: Comparisons) -> str:
    if all(item.matrix > 1 and item.clear and item.follows(_turned(item)) for item in failed):
        return "the matrix is transposed: M[j][i] goes from level i to level j."
    return ""


def _turned(item: Observed) -> list[float]:
    return [item.expected[column * item.matrix + row] for row in range(item.matrix) for column in range(item.matrix)]


def _permuted(failed: Comparisons, passed: Comparisons) -> str:
    if not all((item.discrete or item.clear) and len(item.expected) > 1 for item in failed):
        return ""
    in_order = [
        replace(item, measured=tuple(sorted(item.measured)), expected=tuple(sorted(item.expected))) for item in failed
    ]
    if any(item.worst > 2.0 * item.slack for item in in_order):
        return ""
    if all(item.discrete for item in failed):
        return "the right spins in another order: are levels interchanged, or is one missing?"
    # values that pass stand where they should
    if any(len(set(item.expected)) > 1 and not item.discrete for item in passed):
        return ""
    return "the right values in another order: are indices, levels or leads interchanged?"


def _mislabelled_spin(failed: Comparisons, _: Comparisons) -> str:
    if not all(item.discrete for item in failed):
        return ""
    if all(item.measured == tuple(value / 2 for value in item.expected) for item in failed):
        return "S in place of 2S."
    if all(item.measured == tuple(value // 2 for value in item.expected) for item in failed):
        return "S in place of 2S, rounded down."
    if all(item.measured == tuple(value % 2 for value in item.expected) for item in failed):
        return "2S is that of the lowest spin, 0 or 1: the |S_z| of a sector in place of S?"
    if all(item.measured == tuple(value + 1 for value in item.expected) for item in failed):
        return "the multiplicity 2S+1 in place of 2S."
    return ""


def _denied(passed: Comparisons, pattern: Callable[[Observed], Sequence[float]]) -> bool:
    """Tell whether a value that passes is not what the pattern makes of it, within what the check tolerates."""
    return any(
        abs(value - wrong) > 2.0 * item.slack
        for item in passed
        if not item.discrete
        for value, wrong in zip(item.measured, pattern(item), strict=True)
    )


def _multiplied(factor: float) -> Callable[[Observed], Sequence[float]]:
    return lambda item: [factor * value for value in item.expected]


def _known_factor(failed: Comparisons, passed: Comparisons) -> str:
    for factor, cause in _KNOWN_FACTORS:
        if all(item.times(factor) for item in failed):
            if _denied(passed, _multiplied(factor)):
                return ""
            return f"the factor is {factor:.6g} {_where(failed)}: {cause}"
    return ""


def _where(failed: Comparisons) -> str:
    return "everywhere" if sum(len(item.expected) for item in failed) > 1 else "in the only value"


def _signs(failed: Comparisons, _: Comparisons) -> str:
    # a value that passes has the right magnitude and its own sign
    if len(failed) > 1 and all(
        item.clear and item.follows([math.copysign(e, m) for m, e in zip(item.measured, item.expected, strict=True)])
        for item in failed
    ):
        return "the right magnitudes, but some have the wrong sign: a phase convention, or the order of two operators?"
    return ""


def _input_power(failed: Comparisons, passed: Comparisons) -> str:
    for name in _DIMENSIONS:
        power = _power_of(name, failed, passed, _POWERS)
        if power:
            return f"the factor is {name}^{power:g}: a normalisation or a unit with {name} in it?"
    if _power_of("electrons", failed, passed, (-1.0,)):
        return "the factor is electrons^-1: a value for one electron in place of all?"
    return ""


def _power_of(name: str, failed: Comparisons, passed: Comparisons, powers: Sequence[float]) -> float:
    """Return the power of an input that every comparison has as a factor, or 0."""
    comparisons = [*failed, *(item for item in passed if item.stands_out)]
    values = [_inputs(item).get(name, 0.0) for item in comparisons]
    if min(values) <= 0.0 or len(set(values)) < 2:
        return 0.0
    pairs = list(zip(comparisons, values, strict=True))
    return next(
        (
            power
            for power in powers
            if all(item.times(value**power) for item, value in pairs if item.worst or value != 1.0)
        ),
        0.0,
    )


def _inputs(item: Observed) -> dict[str, float]:
    """Return the positive real inputs of a trial, those of its dot included."""
    dot = item.case.get("dot")
    inputs = {**item.case, **(dot if isinstance(dot, Mapping) else {})}
    return {
        name: float(value)
        for name, value in inputs.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and _SMALLEST < value < 1.0 / _SMALLEST
    }


def _shift(failed: Comparisons, passed: Comparisons) -> str:
    # values that pass are not shifted, by that amount or another
    if any(not item.discrete and item.stands_out for item in passed):
        return ""
    shifts = [item.measured[0] - item.expected[0] for item in failed]
    several = all(len(set(item.expected)) > 1 for item in failed)
    if several and all(
        item.follows([value + shift for value in item.expected]) for item, shift in zip(failed, shifts, strict=True)
    ):
        shown = ", ".join(f"{shift:.6g}" for shift in dict.fromkeys(shifts[:3]))
        return (
            f"all values are shifted by the same amount ({shown}): another zero of energy, a part that all levels "
            "share counted once more, or an index off by one?"
        )
    return ""


def _power(failed: Comparisons, passed: Comparisons) -> str:
    values = {value for item in failed for value in item.expected if value not in (0.0, 1.0)}
    if len(values) < 2 or min(values) < 0.0 or any(item.discrete for item in failed):
        return ""
    for change, cause in _POWERS_OF_VALUES:
        patterns = _each(change)
        if all(item.follows(patterns(item)) for item in failed):
            return "" if _denied(passed, patterns) else cause
    return ""


def _each(change: Callable[[float], float]) -> Callable[[Observed], Sequence[float]]:
    return lambda item: [change(value) for value in item.expected]


_POWERS_OF_VALUES: Final[Sequence[tuple[Callable[[float], float], str]]] = (
    (lambda value: value**2, "the squares of the right values: is a probability squared once more?"),
    (
        lambda value: math.sqrt(max(value, 0.0)),
        "the square roots of the right values: an amplitude in place of a probability?",
    ),
    (lambda value: 1.0 - value, "one minus the right values: 1 - f in place of f?"),
)


def _constant_factor(failed: Comparisons, passed: Comparisons) -> str:
    ratio = failed[0].ratio
    values = {value for item in failed for value in item.expected if value}
    if math.isfinite(ratio) and len(values) > 2 and all(item.times(ratio) for item in failed):
        if _denied(passed, _multiplied(ratio)):
            return ""
        cause = "a constant of few digits?" if abs(ratio - 1.0) < _NEAR else "which constant of the model is that?"
        return f"the factor is {ratio:.9g} {_where(failed)}: {cause}"
    return ""


def _precision(failed: Comparisons, passed: Comparisons) -> str:
    # right values among few wrong ones have more digits
    if any(item.discrete for item in failed) or len(failed) < sum(item.stands_out for item in passed):
        return ""
    worst = max(_relative(item) for item in failed)
    if worst > 1e-4:
        return ""
    if all(_single(value) == value for item in failed for value in item.measured):
        return "every value is one of single precision: is a result stored in 32 bits?"
    return (
        f"right to {-math.log10(worst):.1f} digits and no further: single precision inside, a convergence threshold, "
        "a coarse quadrature or a constant that is slightly off?"
    )


def _single(number: float) -> float:
    try:
        return float(struct.unpack("f", struct.pack("f", number))[0])
    except OverflowError:
        return math.inf


def _relative(item: Observed) -> float:
    return item.worst / max(map(abs, (*item.measured, *item.expected)))


def _absolute_accuracy(failed: Comparisons, passed: Comparisons) -> str:
    """Recognise small values that are wrong by what large ones may be wrong by, all by about as much."""
    if any(item.discrete for item in failed) or not any(item.stands_out for item in passed):
        return ""
    errors = sorted(item.worst for item in failed)
    worst, scale = errors[-1], max(abs(value) for item in passed for value in item.expected)
    if len(errors) < _SEVERAL or worst > 1e-12 * scale or errors[len(errors) // 2] < 0.05 * worst:
        return ""
    return (
        f"only small values are wrong, by no more than {worst:.1e}: absolute accuracy where relative is needed, or a "
        "tiny number added?"
    )


def _separated(failed: Comparisons, passed: Comparisons) -> str:
    return separated([item.case for item in failed], [item.case for item in passed])


_RECOGNISERS: Final[Sequence[Callable[[Comparisons, Comparisons], str]]] = (
    _all_zero,
    _lost_or_doubled_level,
    _transposed,
    _mislabelled_spin,
    _permuted,
    _known_factor,
    _signs,
    _input_power,
    _shift,
    _power,
    _constant_factor,
    _absolute_accuracy,
    _precision,
    _separated,
)

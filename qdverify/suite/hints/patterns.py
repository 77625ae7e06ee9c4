"""Patterns of wrong values: a factor, a shift, a power, another order, a lost level, each as a hypothesis.

They stand in the order of what they assume: first those without a free number, then those with one number that is read
off the answers, then those with one for each case.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from qdverify.suite.hints.accuracy_laws import HALF_PRECISION, SINGLE_PRECISION, small_values
from qdverify.suite.hints.hypothesis import IMPOSSIBLE, Hypothesis, Predict, Predicted, exactly
from qdverify.suite.hints.levels import missing_levels, repeated_levels
from qdverify.suite.hints.observed import CLEAR, Comparisons, Observed

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
_KNOWN_TO: Final = 1e-4
"""Relative accuracy to which somebody may have typed a constant."""
_SMALLEST: Final = 1e-100  # its square is still a double
_POWERS: Final = (-2.0, -1.0, -0.5, 0.5, 1.0, 2.0)
_DIMENSIONS: Final = ("length", "cutoff", "strength", "kT", "rate")
_ENOUGH: Final = 3
"""Fewest different values from which an unknown number may be read off."""


def hypotheses(failed: Comparisons, others: Iterable[Hypothesis] = ()) -> Iterator[list[Hypothesis]]:
    """Yield the patterns that may lie in the failed comparisons, in groups: the simplest first.

    Parameters
    ----------
    others
        Hypotheses without a free number that belong to the first group too.
    """
    if all(item.discrete for item in failed):
        yield [*_SPINS, *others]
        yield [_SPINS_IN_ANOTHER_ORDER]
    elif any(item.discrete for item in failed):
        yield [*others]
        yield [_missing(failed), _repeated(failed)]
    elif not any(value for item in failed for value in item.measured):
        groups = [[_ALL_ZERO, *others], [*small_values(failed)]]
        small = max(abs(value) for item in failed for value in item.expected) < _NEXT_TO_NOTHING
        yield from groups[::-1] if small else groups
    elif not any(item.own for item in failed):  # what is compared with other answers has no right values
        lists = 2 * sum(len(item.expected) > 1 for item in failed) >= len(failed)
        free = [*_FREE_OF_NUMBERS, *([_BACKWARDS] if lists else [])]
        yield [*free, *_factors(failed), *_powers_of_inputs(failed), *others]
        yield [*small_values(failed), *_read_off(failed)]
        yield [_missing(failed), _repeated(failed)]
        yield [_IN_ANOTHER_ORDER, *([_OTHER_SIGNS] if any(map(_of_mixed_signs, failed)) else [])]
        yield [*_shift(failed)]


def _each(change: Callable[[float], float]) -> Predict:
    def predict(item: Observed) -> Predicted | None:
        if item.discrete or item.own:
            return None
        values = [change(value) for value in item.expected]
        # what lies within the slack of zero follows every pattern
        hidden = item.failed and max(map(abs, values)) <= CLEAR * item.slack
        return IMPOSSIBLE if hidden else exactly(item, values)

    return predict


def _zeros(item: Observed) -> Predicted | None:
    return None if item.discrete or item.own else exactly(item, [0.0] * len(item.expected))


def _missing(failed: Comparisons) -> Hypothesis:
    """Return the hypothesis that levels are lost, always the same one or another one in each case."""
    lost = [missing_levels(item) for item in failed if not item.discrete]
    same = bool(lost) and lost == lost[:1] * len(lost) and len(lost[0]) == 1
    which = f"level {lost[0][0]} is missing" if same else "levels are missing"
    return Hypothesis(
        f"{which} in every failing case, and those above move down: does the eigensolver reach every sector?",
        _out_of_step(missing_levels),
    )


def _repeated(failed: Comparisons) -> Hypothesis:
    again = [repeated_levels(item) for item in failed if not item.discrete]
    which = f"level {again[0][0]} is" if again and again == again[:1] * len(again) and again[0] else "levels are"
    return Hypothesis(
        f"{which} listed again in every failing case: are the 2S+1 states of a multiplet counted as levels?",
        _out_of_step(repeated_levels),
    )


def _out_of_step(places: Callable[[Observed], Sequence[int]]) -> Predict:
    """Return the prediction of the right energies out of step; if there is none, the answer must be right.

    Spins that belong to such energies are out of step too, and say no more than the energies.
    """

    def predict(item: Observed) -> Predicted | None:
        if item.discrete:
            return Predicted(item.measured, 0.0)
        if not item.failed:
            return None
        return Predicted(item.measured, 0.0) if places(item) else IMPOSSIBLE

    return predict


def _transposed(item: Observed) -> Predicted | None:
    if not item.columns:
        return None if not item.failed else IMPOSSIBLE
    if item.columns**2 != len(item.expected):
        return IMPOSSIBLE
    side = range(item.columns)
    return exactly(item, [item.expected[column * item.columns + row] for row in side for column in side])


def _backwards(item: Observed) -> Predicted | None:
    """Predict lists in reverse order; one value out of such a list may be any other of it."""
    if item.discrete or item.own:
        return IMPOSSIBLE if item.failed else None
    return exactly(item, item.expected[::-1]) if len(item.expected) > 1 else Predicted(item.measured, 0.0)


def _in_another_order(item: Observed) -> Predicted | None:
    """Predict the expected values in the order of the measured ones; those that passed must allow another order too."""
    if item.discrete or item.own or len(item.expected) < 2:
        return IMPOSSIBLE if item.failed else None
    if not item.failed:
        return IMPOSSIBLE if len(set(item.expected)) > 1 and item.stands_out else None
    return exactly(item, _ordered_as(item.measured, item.expected))


def _ordered_as(measured: Sequence[float], expected: Sequence[float]) -> list[float]:
    places = sorted(range(len(measured)), key=measured.__getitem__)
    values = dict(zip(places, sorted(expected), strict=True))
    return [values[place] for place in range(len(measured))]


def _other_signs(item: Observed) -> Predicted | None:
    if item.discrete or item.own:
        return IMPOSSIBLE if item.failed else None
    signed = [math.copysign(value, answer) for answer, value in zip(item.measured, item.expected, strict=True)]
    return exactly(item, signed)


def _of_mixed_signs(item: Observed) -> bool:
    """Return whether right and wrong signs stand in one answer: else a condition on the case decides them."""
    pairs = zip(item.measured, item.expected, strict=True)
    return len({a * b > 0.0 for a, b in pairs if abs(b) > CLEAR * item.slack}) == 2


def _spins(sentence: str, change: Callable[[float], float]) -> Hypothesis:
    def predict(item: Observed) -> Predicted | None:
        return exactly(item, [change(value) for value in item.expected]) if item.discrete else None

    return Hypothesis(sentence, predict)


def _spins_in_another_order(item: Observed) -> Predicted | None:
    if not item.discrete or not item.failed:
        return None
    return exactly(item, _ordered_as(item.measured, item.expected)) if len(item.expected) > 1 else IMPOSSIBLE


_SPINS: Final = (
    _spins("S in place of 2S.", lambda value: value / 2),
    _spins("S in place of 2S, rounded down.", lambda value: value // 2),
    _spins("2S is that of the lowest spin, 0 or 1: the |S_z| of a sector in place of S?", lambda value: value % 2),
    _spins("the multiplicity 2S+1 in place of 2S.", lambda value: value + 1),
)
_BACKWARDS: Final = Hypothesis("the right values in reverse order: is a list read from its end?", _backwards)
_SPINS_IN_ANOTHER_ORDER: Final = Hypothesis(
    "the right spins in another order: are levels interchanged, or is one missing?", _spins_in_another_order
)
_IN_ANOTHER_ORDER: Final = Hypothesis(
    "the right values in another order: are indices, levels or leads interchanged?", _in_another_order
)
_OTHER_SIGNS: Final = Hypothesis(
    "the right magnitudes, but some have the wrong sign: a phase convention, or the order of two operators?",
    _other_signs,
)
_NEXT_TO_NOTHING: Final = 1e-30
"""Right values that are all below are dropped rather than never computed, if 0 is answered."""
_ALL_ZERO: Final = Hypothesis(
    "every value is 0: is the quantity computed at all, or a selection rule applied where none holds?",
    _zeros,
)
_FREE_OF_NUMBERS: Final = (
    Hypothesis("the matrix is transposed: M[j][i] goes from level i to level j.", _transposed),
    Hypothesis("the squares of the right values: is a probability squared once more?", _each(lambda value: value**2)),
    Hypothesis(
        "the square roots of the right values: an amplitude in place of a probability?",
        _each(lambda value: math.sqrt(max(value, 0.0))),
    ),
    Hypothesis(
        "one minus the right values: is something taken for its opposite, as 1 - f for f?",
        _each(lambda value: 1.0 - value),
    ),
    SINGLE_PRECISION,
    HALF_PRECISION,
)


def _factors(failed: Comparisons) -> Iterator[Hypothesis]:
    """Yield the factors that somebody may have forgotten, as accurately as they may have been typed."""
    ratio = failed[0].ratio
    for factor, cause in _KNOWN_FACTORS:
        if math.isfinite(ratio) and abs(ratio - factor) <= _KNOWN_TO * abs(factor):
            typed = ratio if factor not in (2.0, 0.5, 4.0, 0.25, -1.0, -2.0, -0.5) else factor
            yield Hypothesis(f"the factor is {factor:.6g} everywhere: {cause}", _times(typed))


def _times(factor: float) -> Predict:
    return _each(lambda value: factor * value)


def _powers_of_inputs(failed: Comparisons) -> Iterator[Hypothesis]:
    """Yield the powers of inputs that may be missing or one too many, if the inputs take enough different values."""
    for name, powers in (*((name, _POWERS) for name in _DIMENSIONS), ("electrons", (-1.0,))):
        values = {_inputs(item).get(name, 1.0) for item in failed}
        if values == {1.0} or (name != "electrons" and len(values) < _ENOUGH):
            continue
        cause = "a value for one electron in place of all?" if name == "electrons" else f"a unit with {name} in it?"
        for power in powers:
            yield Hypothesis(f"the factor is {name}^{power:g}: {cause}", _power_of(name, power))


def _power_of(name: str, power: float) -> Predict:
    def predict(item: Observed) -> Predicted | None:
        value = _inputs(item).get(name)
        if value is None or item.discrete or item.own:
            return IMPOSSIBLE if item.failed else None
        return exactly(item, [value**power * expected for expected in item.expected])

    return predict


def _inputs(item: Observed) -> dict[str, float]:
    """Return the positive real inputs of a trial, those of its dot included."""
    dot = item.case.get("dot")
    inputs = {**item.case, **(dot if isinstance(dot, Mapping) else {})}
    return {
        name: float(value)
        for name, value in inputs.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and _SMALLEST < value < 1.0 / _SMALLEST
    }


def _read_off(failed: Comparisons) -> Iterator[Hypothesis]:
    """Yield a factor that the answers themselves give, if they are enough to give it."""
    ratio = failed[0].ratio
    values = {value for item in failed for value in item.expected if value}
    if math.isfinite(ratio) and len(values) >= _ENOUGH:
        yield Hypothesis(f"the factor is {ratio:.9g} everywhere.", _times(ratio))


def _shift(failed: Comparisons) -> Iterator[Hypothesis]:
    if all(len(set(item.expected)) >= _ENOUGH for item in failed):
        yield Hypothesis(_shift_sentence(failed), _shifted)


def _shift_sentence(failed: Comparisons) -> str:
    shifts = dict.fromkeys(f"{item.measured[0] - item.expected[0]:.6g}" for item in failed)
    shown = ", ".join([*shifts][:3])
    return f"all values of a case are shifted by the same amount ({shown}): another zero, or a constant that was added?"


def _shifted(item: Observed) -> Predicted | None:
    """Predict a shift of its own for each case; a case that passed is not shifted."""
    if item.discrete:
        return None
    if not item.failed:
        return Predicted(item.expected, -1.0 if item.stands_out else 2.0 * item.slack)
    shift = item.measured[0] - item.expected[0]
    moved = replace(item, expected=tuple(value + shift for value in item.expected))
    return Predicted(moved.expected, 2.0 * item.slack if abs(shift) > CLEAR * item.slack else -1.0)

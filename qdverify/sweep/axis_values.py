"""The values of one input of a plan: a number, a list of numbers, or a range of them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import isfinite
from typing import Final

from qdverify.protocol.documents import one_line
from qdverify.protocol.inputs import InvalidInput
from qdverify.sweep.point import Value

_FIXED: Final = frozenset({"levels", "levels_from", "levels_to"})
MOST_POINTS: Final = 2_000_000
_POINT_BYTES, _POINT_SECONDS = 100, 0.01


def values_of(name: str, value: object) -> Value | tuple[Value, ...]:
    """Return what a plan gives for an input: one value, or those of an axis."""
    if isinstance(value, Mapping):
        return _range(name, value)
    if not isinstance(value, list):
        return _scalar(name, value)
    if name in _FIXED:
        raise InvalidInput(f"{name}={value!r} must be one number: all points have answers of the same shape")
    values = tuple(_scalar(name, item) for item in value)
    if not values or len(set(values)) != len(values):
        raise InvalidInput(f"{name}={value!r} must list at least one value, and none twice")
    return values


def _scalar(name: str, value: object) -> Value:
    if name == "kernel":
        if not isinstance(value, str):
            raise InvalidInput(f"{name}={value!r} must be a word")
        return value
    number = _number(name, value)
    _real(name, number)
    return number


def _number(name: str, value: object) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        # a fraction is a number too, but none that a store can keep
        told = value if isinstance(value, Fraction) else repr(value)
        raise InvalidInput(f"{name}={one_line(told)} must be a number, as int or float")
    return value


def _real(name: str, value: object) -> float:
    """Return a number as a double."""
    try:
        return float(_number(name, value))
    except OverflowError:
        raise InvalidInput(f"{name}={one_line(value)} must be a number that a double can hold") from None


def require_feasible(points: int, what: str) -> None:
    """Refuse a grid that nobody can wait for, before it is formed."""
    if points > MOST_POINTS:
        points = min(points, 10**300)  # more than a double can tell
        disk, days = points * _POINT_BYTES / 1e9, points * _POINT_SECONDS / 86400
        raise InvalidInput(
            f"{what} {points:.3g} points and must have at most {MOST_POINTS}: they would take about "
            f"{disk:.3g} GB of disk and, at {_POINT_SECONDS:g} s a point, {days:.3g} days"
        )


def _range(name: str, value: Mapping[str, object]) -> tuple[float, ...]:
    unknown = sorted(set(value) - {"from", "to", "count", "spacing"})
    if unknown or not {"from", "to", "count"} <= set(value):
        raise InvalidInput(f"{name}={dict(value)!r} must have from, to and count, and may have spacing")
    start, end = (_real(f"{name}.{end}", value[end]) for end in ("from", "to"))
    count = _count(f"{name}.count", value["count"])
    require_feasible(count, f"{name} has")
    if start == end:
        raise InvalidInput(f"{name}.from={start!r} and {name}.to={end!r} must differ")
    spacing = value.get("spacing", "linear")
    if spacing not in ("linear", "log") or (spacing == "log" and min(start, end) <= 0):
        raise InvalidInput(f"{name}={dict(value)!r} must be spaced 'linear', or 'log' between positive values")
    steps = [k / (count - 1) for k in range(count - 1)]
    if spacing == "log":
        values = (*(start * (end / start) ** step for step in steps), end)
    else:
        values = (*(start + (end - start) * step for step in steps), end)
    if not all(isfinite(number) for number in values):
        raise InvalidInput(f"{name}={dict(value)!r} must reach less far than doubles do")
    return values


def _count(name: str, value: object) -> int:
    number = _number(name, value)
    # 1e12 is an integer to its writer, though a float to TOML
    if number % 1 != 0 or number < 2:
        raise InvalidInput(f"{name}={one_line(repr(value))} must be an integer, and at least 2")
    return int(number)

"""Numbers in nested lists and objects, as JSON values hold them: the walks that everything else uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeGuard

Place = tuple[int | str, ...]
PLAIN: Final = frozenset({float, int, str, bool, type(None)})
"""Types of what most values hold: told at once, where a question for the kind of collection takes ten times as long."""


class DifferentShapesError(ValueError):
    """Two nested values that are not lists of the same lengths; the message says where, and what stands there."""


def items(
    value: object, place: Place = (), *, whole: Callable[[object], bool] = lambda _: False
) -> Iterator[tuple[Place, object]]:
    """Yield everything that is no list and no object, with its place.

    Parameters
    ----------
    value
        Nested lists, tuples and objects.
    place
        Where the value itself stands.
    whole
        Whether a list or an object is to be taken as one thing, and not entered.

    Examples
    --------
    >>> list(items({"a": [1.0, 2.0], "b": 3.0}))
    [(('a', 0), 1.0), (('a', 1), 2.0), (('b',), 3.0)]
    """
    if type(value) in PLAIN or whole(value):
        yield place, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from items(item, (*place, str(key)), whole=whole)
    elif isinstance(value, list | tuple):
        for position, item in enumerate(value):
            yield from items(item, (*place, position), whole=whole)
    else:
        yield place, value


def mapped(value: object, convert: Callable[[Any, Place], object], place: Place = ()) -> Any:
    """Return lists and objects of the same shape, with everything else replaced by a function of it and its place.

    `Any`, since the shape of the result is that of the value.

    >>> mapped({"a": [1, 2], "b": 3}, lambda number, place: -number if place[0] == "a" else number)
    {'a': [-1, -2], 'b': 3}
    """
    if type(value) in PLAIN:
        return convert(value, place)
    if type(value) is dict or isinstance(value, Mapping):
        return {
            key: convert(item, (*place, str(key))) if type(item) in PLAIN else mapped(item, convert, (*place, str(key)))
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [mapped(item, convert, (*place, position)) for position, item in enumerate(value)]
    return convert(value, place)


def paired(one: object, other: object, place: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], object, object]]:
    """Yield what stands in the same place of two values, with that place.

    Raises
    ------
    DifferentShapesError
        If the values are no nested sequences of the same lengths, or one of them is empty.

    Examples
    --------
    >>> list(paired([1.0, [2.0]], [3.0, [4.0]]))
    [((0,), 1.0, 3.0), ((1, 0), 2.0, 4.0)]
    """
    if not _is_nested(one) and not _is_nested(other):
        yield place, one, other
        return
    if not _is_nested(one) or not _is_nested(other) or len(one) != len(other):
        raise DifferentShapesError(
            f"shapes differ at index {list(place)}: {_shape(one)} measured, {_shape(other)} expected"
        )
    if not one:
        raise DifferentShapesError(f"nothing to compare at index {list(place)}: both sides are empty")
    for position, (a, b) in enumerate(zip(one, other, strict=True)):
        yield from paired(a, b, (*place, position))


def _is_nested(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _shape(value: object) -> str:
    return f"{len(value)} elements" if _is_nested(value) else "one number"


def is_number(value: object) -> TypeGuard[float]:
    """Return whether a value is a real number, and not a boolean."""
    return type(value) is float or (isinstance(value, int | float) and not isinstance(value, bool))


def numbers(value: object) -> Iterator[float]:
    """Yield the numbers of a nested value, in their order; whatever else stands in it is passed over.

    >>> list(numbers([[1, 2.5], "text", None]))
    [1.0, 2.5]
    """
    if is_number(value):
        yield float(value)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from numbers(item)
    elif type(value) not in PLAIN and isinstance(value, Mapping):
        for item in value.values():
            yield from numbers(item)


def matching_numbers(one: object, other: object) -> Iterator[tuple[float, float]]:
    """Yield the pairs of numbers that stand in the same place of two values; nothing if their shapes differ.

    >>> list(matching_numbers([1.0, [2.0]], [3.0, [4.0]]))
    [(1.0, 3.0), (2.0, 4.0)]
    >>> list(matching_numbers([1.0], 1.0))
    []
    """
    if is_number(one) and is_number(other):
        yield float(one), float(other)
        return
    first, second = dict(items(one)), dict(items(other))
    if first.keys() != second.keys():
        return
    pairs = [(first[place], second[place]) for place in first]
    found = [(float(a), float(b)) for a, b in pairs if is_number(a) and is_number(b)]
    if len(found) == len(pairs):
        yield from found

"""Numbers in nested lists and objects, as JSON values hold them: the one walk that everything else uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeGuard

Place = tuple[int | str, ...]


def items(value: object, place: Place = ()) -> Iterator[tuple[Place, object]]:
    """Yield everything that is no list and no object, with its place.

    >>> list(items({"a": [1.0, 2.0], "b": 3.0}))
    [(('a', 0), 1.0), (('a', 1), 2.0), (('b',), 3.0)]
    """
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from items(item, (*place, str(key)))
    elif isinstance(value, list | tuple):
        for position, item in enumerate(value):
            yield from items(item, (*place, position))
    else:
        yield place, value


def is_number(value: object) -> TypeGuard[float]:
    """Return whether a value is a real number, and not a boolean."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def numbers(value: object) -> Iterator[float]:
    """Yield the numbers of a nested value, in their order; whatever else stands in it is passed over.

    >>> list(numbers([[1, 2.5], "text", None]))
    [1.0, 2.5]
    """
    for _, item in items(value):
        if is_number(item):
            yield float(item)


def matching_numbers(one: object, other: object) -> Iterator[tuple[float, float]]:
    """Yield the pairs of numbers that stand in the same place of two values; nothing if their shapes differ.

    >>> list(matching_numbers([1.0, [2.0]], [3.0, [4.0]]))
    [(1.0, 3.0), (2.0, 4.0)]
    >>> list(matching_numbers([1.0], 1.0))
    []
    """
    first, second = dict(items(one)), dict(items(other))
    if first.keys() != second.keys():
        return
    pairs = [(first[place], second[place]) for place in first]
    found = [(float(a), float(b)) for a, b in pairs if is_number(a) and is_number(b)]
    if len(found) == len(pairs):
        yield from found

"""Finding and changing values in nested documents."""

from collections.abc import Callable
from random import Random
from typing import Any

Document = dict[str, Any]
Change = Callable[[Document, Random], str | None]


def nodes(value: Any, kind: Callable[[Any], bool], path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all values of a kind."""
    found = [path] if kind(value) else []
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return found + [place for step, item in steps for place in nodes(item, kind, (*path, step))]


def at(value: Any, path: tuple[Any, ...]) -> Any:
    """Return what stands at a path."""
    for step in path:
        value = value[step]
    return value


def put(value: Any, path: tuple[Any, ...], new: Any) -> None:
    """Put a value at a path."""
    at(value, path[:-1])[path[-1]] = new


def is_ball(value: Any) -> bool:
    """Whether a value is a stated number."""
    return isinstance(value, dict) and set(value) == {"mid", "rad"}


def pick(document: Document, random: Random, kind: Callable[[Any], bool], under: str) -> tuple[Any, ...]:
    """Return the path of a random value of a kind."""
    return (under, *random.choice(nodes(document[under], kind)))

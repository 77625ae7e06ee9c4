"""The values of a question of the protocol, one by one: of the type that the protocol asks for, or refused."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Final, TypeGuard

from qdverify.protocol.json_types import Fields
from qdverify.protocol.plain import shown

Real = int | float | Fraction
MOST_MESSAGE: Final = 2000
_END: Final = MOST_MESSAGE // 2 - 5


class InvalidInput(ValueError):
    """An input that breaks a rule of the protocol; the message names the value and the rule.

    Of a message that an endless value would make endless, the middle is left out.
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(message if len(message) <= MOST_MESSAGE else f"{message[:_END]} ... {message[-_END:]}")


def integer(name: str, value: object, least: int) -> int:
    """Return an integer of at least `least`; raise `InvalidInput` for any other value."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise InvalidInput(f"{name}={shown(value)} must be an integer of at least {least}")
    return value


def is_real(value: object) -> TypeGuard[Real]:
    """Return whether a value is a number of Python's own that is real, and not a boolean."""
    return isinstance(value, int | float | Fraction) and not isinstance(value, bool)


def real(name: str, value: object, rule: str = "finite", holds: Callable[[Real], bool] = lambda _: True) -> None:
    """Raise `InvalidInput` unless a value is a finite real number that a rule holds for."""
    if isinstance(value, Mapping | list | tuple):
        raise InvalidInput(f"{name}={shown(value)} must be one number, {rule}")
    if not is_real(value):
        raise InvalidInput(f"{name}={shown(value)} must be a number, {rule}")
    # a whole number too large for a double has no float to ask
    if (isinstance(value, float) and not math.isfinite(value)) or not holds(value):
        raise InvalidInput(f"{name}={shown(value)} must be {rule}")


def positive(name: str, value: object) -> None:
    """Raise `InvalidInput` unless a value is a positive, finite number."""
    real(name, value, "positive and finite", lambda number: number > 0)


def non_negative(name: str, value: object) -> None:
    """Raise `InvalidInput` unless a value is a finite number of at least 0."""
    if type(value) is Fraction and value.numerator >= 0:  # compares in a fifth of the time
        return
    real(name, value, "non-negative and finite", lambda number: number >= 0)


def non_empty_list(name: str, value: object) -> Sequence[object]:
    """Return a list with at least one entry; raise `InvalidInput` for any other value."""
    if not isinstance(value, list | tuple) or not value:
        raise InvalidInput(f"{name}={shown(value)} must be a non-empty list")
    return value


def fields(name: str, value: object, names: frozenset[str]) -> Fields:
    """Return an object that has these fields and no others; raise `InvalidInput` for any other value."""
    if not (type(value) is dict or isinstance(value, Mapping)) or value.keys() != names:
        raise InvalidInput(f"{name}={shown(value)} must be an object with {', '.join(sorted(names))}")
    return value


def weights(name: str, value: object, orbitals: int) -> Sequence[Real]:
    """Return one finite number for each orbital; raise `InvalidInput` for any other value."""
    if not isinstance(value, list | tuple) or len(value) != orbitals:
        raise InvalidInput(f"{name}={shown(value)} must be a list of {orbitals} numbers, one for each orbital")
    for number in value:
        real(name, number)
    return value

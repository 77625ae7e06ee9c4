"""Plain, bounded data from whatever a foreign program or object gives: numbers, short texts, lists and objects of them.

Nothing that comes from outside is stored or shown before it has passed here, so that no answer brings a class of its
own, an integer of a million digits or a message of 20 MB into a report.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from numbers import Real
from typing import Final

MOST_TEXT: Final = 160
MOST_NESTING: Final = 16
MOST_BITS: Final = 64


class NotPlainError(ValueError):
    """A value that is no plain data, or too large; the message shows its beginning and says why."""


def plain(value: object, *, integers: frozenset[str] = frozenset()) -> object:
    """Return a value as floats, integers, booleans, texts, None, lists and dictionaries of exactly these types.

    Parameters
    ----------
    value
        A value of whatever kind; numpy arrays become lists, numbers of other types (numpy, decimal, fractions) floats.
    integers
        Names of the fields whose whole numbers stay integers; all others become floats.

    Raises
    ------
    NotPlainError
        If a number is not finite or too large, a text too long, the nesting too deep, or a type unknown.

    Examples
    --------
    >>> plain({"two_S": (0, 2), "energies": [1, 2.5]}, integers=frozenset({"two_S"}))
    {'two_S': [0, 2], 'energies': [1.0, 2.5]}
    """
    return _plain(value, integers, whole=False, depth=0)


def _plain(value: object, integers: frozenset[str], *, whole: bool, depth: int) -> object:
    if depth > MOST_NESTING:
        raise NotPlainError(f"lists and objects nested more than {MOST_NESTING} deep")
    if hasattr(value, "tolist"):
        converted = value.tolist()
        # a number of numpy that Python has no type for stays what it is
        if type(converted) is not type(value):
            return _plain(converted, integers, whole=whole, depth=depth + 1)
    if isinstance(value, Mapping):
        return {
            name: _plain(item, integers, whole=name in integers, depth=depth + 1)
            for name, item in ((_name(key), item) for key, item in value.items())
        }
    if isinstance(value, list | tuple):
        return [_plain(item, integers, whole=whole, depth=depth + 1) for item in value]
    return _scalar(value, whole=whole)


def _scalar(value: object, *, whole: bool) -> float | int | str | bool | None:
    if value is None or isinstance(value, bool):
        return value
    # the methods of the builtin types, and not those that a class derived from them may have put in their place
    if isinstance(value, float):
        number = float.__float__(value)
        if not math.isfinite(number):
            raise NotPlainError(f"{number!r}, which is not finite")
        return number
    if isinstance(value, int):
        return _integer(int.__int__(value), whole=whole)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Real | Decimal):
        return _scalar(_double(value), whole=whole)
    raise NotPlainError(f"{shown(value, 80)}, which is no JSON value")


def _double(value: Real | Decimal) -> float:
    try:
        return float(value)
    except (OverflowError, ValueError):
        raise NotPlainError(f"{shown(value, 80)}, which is no double") from None


def _integer(value: int, *, whole: bool) -> float | int:
    if whole:
        if value.bit_length() > MOST_BITS:
            raise NotPlainError(f"{shown(value)}, more than {MOST_BITS} bits")
        return value
    try:
        return float(value)
    except OverflowError:
        raise NotPlainError(f"{shown(value)}, beyond the range of doubles") from None


def _text(value: str) -> str:
    text = str.__str__(value)
    if len(text) > MOST_TEXT:
        raise NotPlainError(f"{shown(text)}, a text of more than {MOST_TEXT} characters")
    return text


def _name(key: object) -> str:
    if not isinstance(key, str):
        raise NotPlainError(f"an object with the key {shown(key, 80)}, which is no text")
    return _text(key)


def bounded(text: str, size: int = MOST_TEXT) -> str:
    """Return the beginning of a text, with dots if something is left out.

    >>> bounded("a long story", 6)
    'a long...'
    """
    return text if len(text) <= size else f"{text[:size]}..."


def shown(value: object, size: int = MOST_TEXT) -> str:
    """Return the beginning of a value's `repr`, whatever the value is and however its class writes itself.

    Exact numbers are written as decimals, as a user may have typed them.

    >>> shown(10**5000)
    'an integer of 16610 bits'
    >>> shown([1, Fraction(-1, 4)])
    '[1, -0.25]'
    """
    if isinstance(value, int) and value.bit_length() > 1024:
        return f"an integer of {value.bit_length()} bits"
    return bounded(_said(_typed, value), size)


def _typed(value: object) -> str:
    """Return the `repr` of a value with each exact number in it, down to lists of lists, as a decimal."""
    if isinstance(value, Fraction):
        return _decimal(value)
    if type(value) is list and any(isinstance(item, list | Fraction) for item in value):
        return f"[{', '.join(map(_typed, value))}]"
    if type(value) is dict and any(isinstance(item, list | Fraction) for item in value.values()):
        return f"{{{', '.join(f'{key!r}: {_typed(item)}' for key, item in value.items())}}}"
    return repr(value)


def _decimal(value: Fraction) -> str:
    try:
        return repr(float(value))
    except OverflowError:
        return str(value)


def said(error: BaseException) -> str:
    """Return the class and the beginning of the message of an exception, whatever its class does to be shown.

    >>> said(SystemExit(0))
    'SystemExit: 0'
    """
    return f"{bounded(type(error).__name__, 80)}: {message(error)}"


def message(error: BaseException) -> str:
    """Return the beginning of the message of an exception, whatever its class does to be shown."""
    return bounded(_said(str, error))


def _said(write: Callable[[object], str], value: object) -> str:
    try:
        return str.__str__(write(value))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return f"[{type(value).__name__} that cannot be shown: {type(error).__name__}]"

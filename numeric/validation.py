"""Numbers, names, lists and objects from callers: converted to one type each, or refused by a message.

Accepted as numbers are int, float, numpy scalars and fractions, and arrays or nested lists of these; refused are
booleans, strings, None, NaN and infinities. Every refusal is a ValueError.
"""

import math
import operator
from collections.abc import Sequence
from numbers import Real
from reprlib import Repr
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

T = TypeVar("T")

LARGEST_INTEGER = 2**53
"""Integers up to here are floats as well."""
LARGEST_ARRAY = 10**8
"""Numbers of one array argument, 0.8 GB: a broadcast array or a range of more is refused before it takes memory."""
_DEEPEST = 32

_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 60


def shown(value: object) -> str:
    """Return the repr of a value, cut to a length that fits a message."""
    try:
        return _SHORT.repr(value)
    except ValueError:  # Python writes no integer of thousands of digits
        return f"<{type(value).__name__} of too many digits>"


def as_instance(name: str, value: object, kind: type[T]) -> T:
    """Return an object of the class given; reject any other."""
    if not isinstance(value, kind):
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise ValueError(f"{name}={shown(value)} must be {article} {kind.__name__}")  # noqa: TRY004 - see the module
    return value


def as_flag(name: str, value: object) -> bool:
    """Return True or False; reject any other value, 0 and 1 included."""
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{name}={shown(value)} must be True or False")  # noqa: TRY004 - see the module
    return bool(value)


def as_float(name: str, value: object, *, minimum: float = -math.inf, positive: bool = False) -> float:
    """Return a finite real number as a float, positive or not below `minimum` if asked for."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
        raise ValueError(f"{name}={shown(value)} must be a real number")  # noqa: TRY004 - see the module
    try:
        number = float(value)
    except OverflowError as error:
        raise ValueError(f"{name}={shown(value)} must fit a double") from error
    if not math.isfinite(number):
        raise ValueError(f"{name}={number} must be finite")
    if positive and number <= 0.0:
        raise ValueError(f"{name}={number} must be positive")
    if number < minimum:
        raise ValueError(f"{name}={number} must be at least {minimum:g}")
    return number


def as_integer(name: str, value: object, *, minimum: int, maximum: int = LARGEST_INTEGER) -> int:
    """Return an integer of the range given; reject what is not integer-like."""
    if isinstance(value, bool | np.bool_) or not hasattr(value, "__index__"):
        raise ValueError(f"{name}={shown(value)} must be an integer")
    try:
        number = operator.index(value)
    except TypeError:  # an array of floats has the method too
        raise ValueError(f"{name}={shown(value)} must be an integer") from None
    if number < minimum:
        stated = f"{name}={number}" if number > -(10**20) else name
        raise ValueError(f"{stated} must be at least {minimum}")
    if number > maximum:
        stated = f"{name}={number}" if number < 10**20 else name
        raise ValueError(f"{stated} must be at most {maximum}")
    return number


def as_projection(name: str, value: object, largest: int) -> int:
    """Return one of -largest, -largest + 2, ..., largest: twice the S_z of a state of spin largest/2."""
    number = as_integer(name, value, minimum=-LARGEST_INTEGER)
    if abs(number) > largest or (largest - number) % 2:
        allowed = range(-largest, largest + 1, 2)
        listed = [*allowed] if largest < 4 else [*allowed[:2], "...", largest]
        raise ValueError(f"{name}={number} must be one of {', '.join(map(str, listed))}")
    return number


def as_choice(name: str, value: object, choices: Sequence[str]) -> None:
    """Refuse a name that is none of the choices."""
    if value not in choices:
        raise ValueError(f"{name}={shown(value)} must be one of {', '.join(choices)}")


def as_floats(
    name: str, values: object, *, shape: tuple[int, ...] | None = None, minimum: float = -math.inf
) -> NDArray[np.float64]:
    """Return finite real numbers, none below `minimum`, as a new array of the shape asked for."""
    require_moderate(name, values, shape)
    # a list turned into an array at once would hide its booleans and strings among the numbers
    array = np.array(values, dtype=None if hasattr(values, "__array__") else object)
    if array.dtype.kind == "O":
        numbers = [as_float(name, value, minimum=minimum) for value in array.ravel().tolist()]
        array = np.array(numbers, dtype=np.float64).reshape(array.shape)
    elif array.dtype.kind not in "iuf":
        raise ValueError(f"{name} of type {array.dtype} must hold real numbers")
    result = array.astype(np.float64, copy=False)
    if shape is not None and result.shape != shape:
        raise ValueError(f"{name} of shape {result.shape} must have shape {shape}")
    wrong = result[~(np.isfinite(result) & (result >= minimum))]
    if wrong.size:
        as_float(name, wrong[0], minimum=minimum)
    return result


def require_moderate(name: str, values: object, shape: tuple[int, ...] | None = None) -> None:
    """Refuse masks, another shape than the one asked for, and more numbers than fit, without copying any."""
    if has_mask(values):
        raise ValueError(f"{name} must be an array without a mask: what is masked would be taken as a number")
    if isinstance(values, np.ndarray) and shape is not None and values.shape != shape:
        raise ValueError(f"{name} of shape {values.shape} must have shape {shape}")
    if _count(values) > LARGEST_ARRAY:
        size = f" of shape {values.shape}" if isinstance(values, np.ndarray) else ""
        raise ValueError(f"{name}{size} must hold at most {LARGEST_ARRAY} numbers")


def has_mask(values: object, depth: int = 0) -> bool:
    """Return whether an array, or one in nested lists, has a mask, even if it masks nothing."""
    if isinstance(values, np.ma.MaskedArray):
        return True
    if not isinstance(values, list | tuple) or depth > _DEEPEST:
        return False
    return any(has_mask(item, depth + 1) for item in values if isinstance(item, list | tuple | np.ndarray))


def _count(values: object, depth: int = 0) -> float:
    """Return how many numbers an array or nested sequences hold; infinity for more than Python counts."""
    if isinstance(values, np.ndarray):
        return values.size
    if not isinstance(values, Sequence) or isinstance(values, str | bytes) or depth > _DEEPEST:
        return 1
    try:
        length = len(values)
    except OverflowError:
        return math.inf
    if length > LARGEST_ARRAY:
        return length
    nested = sum(_count(item, depth + 1) for item in values if isinstance(item, Sequence | np.ndarray))
    return max(length, nested)


def as_integers(name: str, values: object, *, minimum: int = -LARGEST_INTEGER) -> NDArray[np.int64]:
    """Return integers, none below `minimum`, as a new array; floats that are whole numbers are taken as such."""
    array = as_floats(name, values)
    wrong = array[(array != np.rint(array)) | (np.abs(array) > LARGEST_INTEGER)]
    if wrong.size:
        raise ValueError(f"{name}={wrong[0]} must be an integer of at most {LARGEST_INTEGER}")
    if array.min(initial=minimum) < minimum:
        raise ValueError(f"{name}={array.min():.0f} must be at least {minimum}")
    return array.astype(np.int64)


def as_axis(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """Return one number or a non-empty list of numbers as a list, (n,)."""
    axis = np.atleast_1d(as_floats(name, values))
    if axis.ndim != 1 or axis.size == 0:
        raise ValueError(f"{name} of shape {axis.shape} must be a non-empty list of numbers")
    return axis


def check_progress(progress: object) -> None:
    """Raise ValueError unless it may be told how many points are done and how many there are."""
    if progress is not None and not callable(progress):
        raise ValueError(f"progress={shown(progress)} must be a function of two integers, or None")


def as_level_count(orbitals: int, electrons: object, levels: object) -> tuple[int, int]:
    """Return the number of electrons and of levels; refuse more than the orbitals hold or than there are levels."""
    N = as_integer("electrons", electrons, minimum=0)
    if 2 * orbitals < N:
        raise ValueError(f"electrons={N} must be at most {2 * orbitals}, two for each of {orbitals} orbitals")
    existing = math.comb(orbitals, N // 2) * math.comb(orbitals, N - N // 2)
    count = as_integer("levels", levels, minimum=1)
    if count > existing:
        raise ValueError(
            f"levels={count} must be at most {existing}: {N} electrons in {orbitals} orbitals have no more"
        )
    return N, count

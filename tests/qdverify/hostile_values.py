"""What an implementation may return: numbers that lie, containers that never end, and types that nobody expects."""

import datetime
import decimal
import fractions
import sys
from collections.abc import Mapping

import numpy as np


class LyingInteger(int):
    """An integer that says that it is 1."""

    def __float__(self):
        return 1.0

    __int__ = __index__ = bit_length = lambda self: 1

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0


class LyingText(str):
    """A key that is equal to every key."""

    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash("C")


class LyingDictionary(dict):
    """A dictionary that shows 1 to whoever asks by name, and has no end of values."""

    def __getitem__(self, key):
        return 1.0

    get = __getitem__

    def items(self):
        return [("C", 1.0), ("C", 77.0)]


class Keyed(Mapping):
    """An object of one key, whose value is given by a function."""

    def __init__(self, value, key="C"):
        self.value, self.key = value, key

    def __len__(self):
        return 1

    def __iter__(self):
        return iter([self.key])

    def __getitem__(self, key):
        return self.value()


class Attributes:
    """Whatever is looked up raises."""

    def __init__(self, error):
        object.__setattr__(self, "error", error)

    def __getattribute__(self, name):
        raise object.__getattribute__(self, "error")


class Exits:
    """Exits when it is shown or converted."""

    def __repr__(self):
        sys.exit(0)

    __str__ = __float__ = __iter__ = __len__ = __bool__ = __repr__


class ExitingNumber(float):
    """A float of which every method exits."""

    __float__ = __repr__ = __str__ = __eq__ = __add__ = __hash__ = lambda *_: sys.exit(0)


async def later():
    return {"C": 1.0}


def coroutine():
    found = later()
    found.close()
    return found


def nested_objects(depth):
    value = 1.0
    for _ in range(depth):
        value = {"C": value}
    return value


UNUSABLE = {
    "a sequence of pairs": lambda: (pair for pair in [("C", 1.0)]),
    "a coroutine": coroutine,
    "a function": lambda: lambda: {"C": 1.0},
    "a module": lambda: {"C": sys},
    "a set": lambda: {"C": {1.0}},
    "a day": lambda: {"C": datetime.date.min},
    "nothing in an object": lambda: {"C": None},
    "an empty object": dict,
    "an empty list": lambda: {"C": []},
    "a list of one number": lambda: {"C": [1.0]},
    "an object of a number": lambda: {"C": {"C": 1.0}},
    "objects nested 5,000 deep": lambda: nested_objects(5000),
    "a number in a text": lambda: {"C": "1.0"},
    "infinity in a text": lambda: {"C": "1e400"},
    "another case of the name": lambda: {"c": 1.0},
    "a space behind the name": lambda: {"C ": 1.0},
    "a key that equals every key": lambda: {LyingText("x"): 1.0},
    "a key of bytes": lambda: {b"C": 1.0},
    "a key of a million letters": lambda: {"C" * 1_000_000: 1.0},
    "an integer beyond doubles that lies": lambda: {"C": LyingInteger(10**400)},
    "minus infinity": lambda: {"C": float("-inf")},
    "the largest double, doubled": lambda: {"C": sys.float_info.max * 2},
    "decimal infinity": lambda: {"C": decimal.Decimal("Infinity")},
    "a decimal that signals": lambda: {"C": decimal.Decimal("sNaN")},
    "a decimal beyond doubles": lambda: {"C": decimal.Decimal("1e400")},
    "a fraction beyond doubles": lambda: {"C": fractions.Fraction(10**400)},
    "an imaginary number": lambda: {"C": np.complex128(1j)},
    "NaN in an array": lambda: {"C": np.array(np.nan)},
    "infinity in half precision": lambda: {"C": np.float16("inf")},
    "a wide number beyond doubles": lambda: {"C": np.longdouble("1e400") if np.longdouble(1) != 1.0 else np.inf},
    "an array of an object": lambda: {"C": np.array(Exits(), dtype=object)},
    "an array of a text": lambda: {"C": np.array("1.0")},
    "a masked number": lambda: {"C": np.ma.masked},
    "not a time": lambda: {"C": np.datetime64("NaT")},
    "a structured array": lambda: np.array([(1.0,)], dtype=[("C", float)]),
    "exits when it is looked at": lambda: {"C": Attributes(SystemExit(0))},
    "stops when it is looked at": lambda: Attributes(GeneratorExit()),
    "cannot be found when it is looked at": lambda: {"C": Attributes(LookupError("x" * 1_000_000))},
    "exits when it is shown": lambda: {"C": Exits()},
    "exits in place of the object": Exits,
    "exits by its key": lambda: Keyed(lambda: sys.exit(0)),
    "a key that exits when it is shown": lambda: Keyed(lambda: 1.0, Exits()),
    "recurses by its key": lambda: (endless := lambda: Keyed(endless))(),
}
"""No answer: an error, by whatever way it comes."""

SEVENTY_SEVEN = {
    "half precision": lambda: {"C": np.float16(77)},
    "single precision": lambda: {"C": np.float32(77)},
    "a wide number": lambda: {"C": np.longdouble(77)},
    "an array without axes": lambda: {"C": np.array(77.0)},
    "an unsigned integer": lambda: {"C": np.uint8(77)},
    "a decimal": lambda: {"C": decimal.Decimal(77)},
    "a fraction": lambda: {"C": fractions.Fraction(77)},
    "an integer that lies": lambda: {"C": LyingInteger(77)},
    "a dictionary that lies": lambda: LyingDictionary(C=77.0),
    "a number that exits": lambda: {"C": ExitingNumber(77.0)},
    "an object of its own": lambda: Keyed(lambda: 77.0),
    "with an endless field": lambda: {"C": 77.0, "x" * 20: [0.0] * 1000},
}
"""An answer of 77, however it is dressed: a failure, judged as a plain float."""


class Values:
    """Answers one task by the function of its class."""

    version = "1"

    def clebsch_gordan_weight(self, two_S_i, two_S_j):
        return type(self).value()


class All:
    """Answers with each of the values in turn, as the question says."""

    version = "1"

    def clebsch_gordan_weight(self, two_S_i, two_S_j):
        return [*UNUSABLE.values(), *SEVENTY_SEVEN.values()][int(two_S_i)]()


def __getattr__(name):
    """Make an implementation of every value, so that each is reached by a name."""
    kind, _, label = name.partition("_")
    if kind != "Value":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
    value = {**UNUSABLE, **SEVENTY_SEVEN}[label]
    return type("Value", (Values,), {"name": label[:100], "value": staticmethod(value)})

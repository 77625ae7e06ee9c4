"""One question of the model: a protocol task with its inputs, as a document and in exact numbers.

A number in a case is a JSON number, taken as the exact double that it parses to, or a string that holds an exact
rational or decimal ("19/10000", "0.0019"). The oracle works on `Case.exact`, an implementation under test is sent
`Case.params`; when every number is a double both speak of the very same problem.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from hashlib import sha256
from math import isfinite
from typing import Final, TypedDict

from qdverify.protocol.inputs import InvalidInput, check_inputs
from qdverify.protocol.json_types import Question
from qdverify.protocol.nested import Place, mapped
from qdverify.protocol.plain import shown

SCHEMA: Final = "qdverify-case/1"
LEAST: Final = Fraction(5e-324)
MOST: Final = Fraction(sys.float_info.max)
MOST_SHOWN: Final = 60
MOST_EXPONENT_DIGITS: Final = 4
_RULE: Final = "must be a finite number or a string with an exact rational or decimal"
MOST_CHARACTERS: Final = 2000
"""Of an exact number; a double takes at most 1076 to be written exactly as a decimal."""
REMEMBERED_PLACES: Final = 4096
_EXACT: Final = re.compile(
    r"\s*[+-]?(?:[0-9]+/[0-9]+|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?(?P<exponent>[0-9]+))?)\s*", re.IGNORECASE
)


def exact_number(value: float | str, name: str = "number") -> Fraction:
    """Return the exact rational that a case's number stands for; raise `InvalidInput` if it is none.

    A number that no double can come near to is refused: an implementation is sent doubles.
    """
    if type(value) is float and isfinite(value):  # most numbers are, and all of these are in range
        return Fraction(value)
    beyond = _beyond_doubles(value, name) if isinstance(value, str) else False
    try:
        number = Fraction(0) if beyond else Fraction(value)
    except (ValueError, OverflowError, ZeroDivisionError, TypeError):
        raise InvalidInput(f"{_stated(name, value)} {_RULE}") from None
    if beyond or (number and not LEAST <= abs(number) <= MOST):
        rule = f"must be zero or between {float(LEAST):.2g} and {float(MOST):.2g}, as doubles are"
        raise InvalidInput(f"{_stated(name, value)} {rule}")
    return number


def _beyond_doubles(text: str, name: str) -> bool:
    """Tell whether a number's exponent is beyond all doubles, before a power of ten of that size is formed."""
    if len(text) > MOST_CHARACTERS:
        raise InvalidInput(f"{_stated(name, text)} must have at most {MOST_CHARACTERS} characters")
    found = _EXACT.fullmatch(text)
    if found is None:
        raise InvalidInput(f"{_stated(name, text)} {_RULE}")
    return len((found["exponent"] or "").lstrip("0")) > MOST_EXPONENT_DIGITS


def _stated(name: str, value: object) -> str:
    return f"{name}={shown(value, MOST_SHOWN)}"


class CaseDocument(TypedDict):
    """A case as JSON values."""

    schema: str
    task: str
    inputs: Question


@dataclass(frozen=True)
class Case:
    """A protocol task and its inputs, validated by the protocol's rules.

    Parameters
    ----------
    task
        One of the protocol's tasks.
    inputs
        The task's params as JSON values; numbers may be strings with exact rationals.

    Raises
    ------
    InvalidInput
        If the task is unknown or an input breaks a rule; the message names both the value and the rule.
    """

    task: str
    inputs: Question

    def __post_init__(self) -> None:
        check_inputs(self.task, self.exact)

    @cached_property
    def exact(self) -> Question:
        """The inputs with every real number as a `Fraction`; counts stay integers."""
        return _with_numbers(self.inputs, exact_number)

    @property
    def params(self) -> Question:
        """The inputs with every real number rounded to a double: what an implementation is sent."""
        return _with_numbers(self.inputs, lambda number, name: float(exact_number(number, name)))

    @property
    def key(self) -> str:
        """A hash of the exact inputs: equal for equal problems, however their numbers were written."""
        canonical = json.dumps([self.task, self.exact], sort_keys=True, default=str)
        return sha256(canonical.encode()).hexdigest()

    @classmethod
    def from_document(cls, document: object) -> Case:
        """Read a `qdverify-case/1` document."""
        if not isinstance(document, Mapping):
            raise InvalidInput(f"a case must be a JSON object, not {json_type(document)}")
        if document.get("schema") != SCHEMA:
            raise InvalidInput(f"schema={shown(document.get('schema'))} must be {SCHEMA!r}")
        unknown = sorted(set(document) - {"schema", "task", "inputs"})
        if unknown:
            raise InvalidInput(f"{shown(unknown[0])} is no field of a case; it has schema, task and inputs")
        if not isinstance(document.get("inputs"), Mapping):
            raise InvalidInput("inputs must be a JSON object with the task's params")
        return cls(str(document.get("task")), document["inputs"])

    def to_document(self) -> CaseDocument:
        """Write the case as a `qdverify-case/1` document."""
        return {"schema": SCHEMA, "task": self.task, "inputs": dict(self.inputs)}


_REAL: Final = frozenset(
    {"length", "cutoff", "strength", "core", "one_body", "two_body", "energy", "M", "rate", "mu", "kT", "gate"}
) | {"theta", "zeeman", "omega", "field", "thickness"}
VALUE_OF_ENTRY: Final = 4
_TYPES: Final = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "null"}


def json_type(value: object) -> str:
    """Return what JSON calls a value."""
    return _TYPES.get(type(value), "a number")


def _with_numbers(inputs: Question, convert: Callable[[float | str, str], object]) -> Question:
    """Return the inputs with every real number converted, written as an integer or not; all else stays as it is."""

    def converted(value: float | str | None, place: Place) -> object:
        name = _name_of_real(place)
        return value if not name or value is None or isinstance(value, bool) else convert(value, name)

    found: Question = mapped(_without_kind_of_box(inputs), converted)
    return found


@lru_cache(maxsize=REMEMBERED_PLACES)
def _name_of_real(place: Place) -> str:
    """Return the name of the real number that stands in a place of the inputs; empty if none does."""
    names = [part for part in place if isinstance(part, str)]
    if "weights" in names:
        return "weights"
    if names[-2:-1] == ["M"]:  # of one lead, whatever its name
        return "M"
    if names[-2:-1] == ["rate"]:  # of one spin
        return "rate"
    if names[-2:-1] == ["theta"]:  # of one lead, whatever its name
        return "theta"
    # of an entry [p, q, r, s, value] the last is real
    entry = names[-1:] == ["two_body"] and place[-1] != VALUE_OF_ENTRY
    return "" if entry or names[-1] not in _REAL else names[-1]


def _without_kind_of_box(inputs: Question) -> Question:
    """Return the inputs with a box written as version 1 of the protocol does, without its kind."""
    dot = inputs.get("dot")
    if not isinstance(dot, Mapping) or dot.get("kind") != "box":
        return inputs
    return {**inputs, "dot": {name: value for name, value in dot.items() if name != "kind"}}

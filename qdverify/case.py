"""One question of the model: a protocol task with its inputs, as a document and in exact numbers.

A number in a case is a JSON number, taken as the exact double that it parses to, or a string that holds an exact
rational or decimal ("19/10000", "0.0019"). The oracle works on `Case.exact`, an implementation under test is sent
`Case.params`; when every number is a double both speak of the very same problem.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Any, Final

from qdverify.rules import InvalidInput, check_inputs

SCHEMA: Final = "qdverify-case/1"


def exact_number(text: float | str) -> Fraction:
    """Return the exact rational that a case's number stands for; raise `InvalidInput` where it is none."""
    try:
        return Fraction(text)
    except (ValueError, OverflowError, ZeroDivisionError, TypeError):
        raise InvalidInput(f"{text!r} must be a finite number or a string with an exact rational or decimal") from None


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
        Where the task is unknown or an input breaks a rule; the message names both the value and the rule.
    """

    task: str
    inputs: Mapping[str, Any]

    def __post_init__(self) -> None:
        check_inputs(self.task, self.exact)

    @property
    def exact(self) -> dict[str, Any]:
        """The inputs with every real number as a `Fraction`; counts stay integers."""
        return {key: _map_numbers(value, exact_number, key) for key, value in self.inputs.items()}

    @property
    def params(self) -> dict[str, Any]:
        """The inputs with every real number rounded to a double: what an implementation is sent."""
        return {
            key: _map_numbers(value, lambda number: float(exact_number(number)), key)
            for key, value in self.inputs.items()
        }

    @property
    def key(self) -> str:
        """A hash of the exact inputs: equal for equal problems, however their numbers were written."""
        canonical = json.dumps([self.task, self.exact], sort_keys=True, default=str)
        return sha256(canonical.encode()).hexdigest()

    @classmethod
    def from_document(cls, document: object) -> Case:
        """Read a `qdverify-case/1` document."""
        if not isinstance(document, Mapping):
            raise InvalidInput(f"a case must be a JSON object, not {type(document).__name__}")
        if document.get("schema") != SCHEMA:
            raise InvalidInput(f"schema={document.get('schema')!r} must be {SCHEMA!r}")
        unknown = sorted(set(document) - {"schema", "task", "inputs"})
        if unknown:
            raise InvalidInput(f"{unknown[0]!r} is no field of a case; it has schema, task and inputs")
        if not isinstance(document.get("inputs"), Mapping):
            raise InvalidInput("inputs must be a JSON object with the task's params")
        return cls(str(document.get("task")), document["inputs"])

    def to_document(self) -> dict[str, Any]:
        """Write the case as a `qdverify-case/1` document."""
        return {"schema": SCHEMA, "task": self.task, "inputs": dict(self.inputs)}


_WORDS: Final = frozenset({"kernel", "name"})
_REAL: Final = frozenset({"length", "cutoff", "strength", "energy", "M", "rate", "mu", "kT", "gate"})


def _map_numbers(value: Any, convert: Callable[[Any], Any], key: str = "") -> Any:
    """Apply `convert` to every real number of a JSON value, written as an integer or not; counts and words stay."""
    if isinstance(value, Mapping):
        return {name: _map_numbers(item, convert, name) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_map_numbers(item, convert) for item in value]
    if key in _WORDS or value is None or isinstance(value, bool) or (isinstance(value, int) and key not in _REAL):
        return value
    return convert(value)

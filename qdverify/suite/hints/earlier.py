"""What was asked before: the one field in which a case differs from an earlier one.

A cache whose key leaves out a field fails exactly when an earlier question was the same but for that field.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from qdverify.protocol.json_types import Question
from qdverify.protocol.nested import Place, is_number, items

ORDER: Final = "the order of a list"
_NAMES: Final = {"length": "L", "cutoff": "lambda", "strength": "s", "orbitals": "M", "electrons": "N", "two_S": "2S"}
_FOR_EACH: Final = frozenset({"M", "rate", "theta"})

Leaves: TypeAlias = Mapping[Place, object]


@dataclass(frozen=True)
class Change:
    """The one field in which a case differs from an earlier one.

    Attributes
    ----------
    earlier
        Place of the earlier case.
    field
        Name of the field.
    step
        The largest difference of a number; infinite if something else differs.
    """

    earlier: int
    field: str
    step: float


def changes(cases: Sequence[Question]) -> list[list[Change]]:
    """Return for each case all earlier ones that differ in one field only."""
    leaves = [dict(items(case)) for case in cases]
    in_order = [_sorted(case) for case in cases]
    found: list[list[Change]] = []
    for place in range(len(cases)):
        known = []
        for earlier in range(place):
            field = _only_field(leaves[earlier], leaves[place])
            if in_order[earlier] == in_order[place]:
                field = ORDER
            if field:
                known.append(Change(earlier, field, _step(leaves[earlier], leaves[place])))
        found.append(known)
    return found


def first(known: Sequence[Change], like: Callable[[Change], bool]) -> int | None:
    """Return the place of the first earlier case that differs in a way of the given kind."""
    return next((change.earlier for change in known if like(change)), None)


def _only_field(one: Leaves, other: Leaves) -> str:
    """Return the name of the only field in which two cases differ, at whatever place of a list; else nothing."""
    if one.keys() != other.keys():
        return ""
    names: set[str] = set()
    for place, value in one.items():
        if value != other[place]:
            names.add(_name(place))
            if len(names) > 1:
                return ""
    return names.pop() if names else ""


def _name(place: Sequence[int | str]) -> str:
    """Return the name of a field; what is given for each lead, or for each spin, is the field that holds them."""
    names = [part for part in place if isinstance(part, str)]
    name = next((part for part in names if part in _FOR_EACH), names[-1] if names else "")
    return _NAMES.get(name, name)


def _sorted(case: Question) -> str:
    """Return a case as text in which the order of lists does not show."""
    return json.dumps(
        {
            name: sorted(json.dumps(item, sort_keys=True) for item in value) if isinstance(value, list) else value
            for name, value in case.items()
        },
        sort_keys=True,
        default=str,
    )


def _step(one: Leaves, other: Leaves) -> float:
    if one.keys() != other.keys():
        return float("inf")
    pairs = [(one[place], other[place]) for place in one if one[place] != other[place]]
    steps = [abs(a - b) for a, b in pairs if is_number(a) and is_number(b)]
    return max(steps, default=0.0) if len(steps) == len(pairs) else float("inf")

"""Arrays of users as the lists of a document: rounding that differs is evened out, and masks are refused.

The protocol asks for integrals that are symmetric to the last digit. Arrays of users seldom are: a product of matrices
rounds h_pq and h_qp differently. What differs by no more than `ROUNDING` of the largest is set to the mean here, and
what differs by more is left as it is, to be refused with its values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from qdverify.protocol.dots import canonical
from qdverify.protocol.values import InvalidInput

ROUNDING: Final = 8 * 2.0**-52
"""How far equal integrals may differ, relative to the largest of one_body or two_body: some units in its last place."""
_LARGEST: Final = 1e300


def symmetrised(dot: Mapping[str, object]) -> dict[str, object]:
    """Return a document of a dot in which integrals that are equal but for rounding are equal.

    >>> rows = [[0.0, 0.1], [0.1 + 2**-56, 1.0]]
    >>> symmetrised({"kind": "integrals", "one_body": rows})["one_body"][1][0] == 0.1
    True
    """
    found = dict(dot)
    if _is_square(found.get("one_body")):
        found["one_body"] = _symmetric(found["one_body"])
    if _are_entries(found.get("two_body")):
        found["two_body"] = _equal_entries(found["two_body"])
    return found


def without_arrays(dot: Mapping[str, object]) -> dict[str, object]:
    """Return a document of a dot with lists in place of arrays; raise `InvalidInput` if an array has a mask."""
    found = dict(dot)
    for name in ("one_body", "two_body", "irreps"):
        if name in found:
            found[name] = _listed(name, found[name])
    weights = found.get("weights")
    if isinstance(weights, Mapping):
        found["weights"] = {lead: _listed(f"weights of lead {lead}", numbers) for lead, numbers in weights.items()}
    return found


def _listed(name: str, array: Any) -> Any:
    if hasattr(array, "mask"):
        raise InvalidInput(f"{name} must be an array without a mask: what is masked would be taken as a number")
    return array.tolist() if hasattr(array, "tolist") else array


def _is_square(rows: object) -> bool:
    return isinstance(rows, list) and all(
        isinstance(row, list) and len(row) == len(rows) and all(map(_is_moderate, row)) for row in rows
    )


def _is_moderate(number: object) -> bool:
    """Return whether differences of a number can be formed; what is no such number is refused later, with its value."""
    return isinstance(number, float | int) and abs(number) < _LARGEST


def _symmetric(rows: Any) -> list[list[float]]:
    most = ROUNDING * max((abs(number) for row in rows for number in row), default=0.0)
    return [[_mean(number, rows[q][p], most) for q, number in enumerate(row)] for p, row in enumerate(rows)]


def _mean(a: float, b: float, most: float) -> float:
    return 0.5 * a + 0.5 * b if a != b and abs(a - b) <= most else a


def _are_entries(entries: object) -> bool:
    return isinstance(entries, list) and all(
        isinstance(entry, list)
        and len(entry) == 5
        and all(isinstance(index, int) for index in entry[:4])
        and _is_moderate(entry[4])
        for entry in entries
    )


def _equal_entries(entries: Any) -> list[list[object]]:
    """Return entries in which values of one integral that differ by rounding are that of its first entry."""
    most = ROUNDING * max((abs(entry[4]) for entry in entries), default=0.0)
    first: dict[tuple[int, ...], float] = {}
    found = []
    for p, q, r, s, value in entries:
        known = first.setdefault(canonical((p, q, r, s)), value)
        found.append([p, q, r, s, known if abs(value - known) <= most else value])
    return found

"""Dots as users have them: from an object with the fields of a DOT to the document that the protocol knows.

The protocol asks for integrals that are symmetric to the last digit. Arrays of users seldom are: a product of matrices
rounds h_pq and h_qp differently. What differs by no more than `ROUNDING` of the largest is set to the mean here, and
what differs by more is left as it is, to be refused with its values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, is_dataclass
from typing import Any, Final

from qdverify.protocol.dots import canonical
from qdverify.protocol.fcidump import Fcidump
from qdverify.protocol.values import InvalidInput

ROUNDING: Final = 8 * 2.0**-52
"""How far equal integrals may differ, relative to the largest of one_body or two_body: some units in its last place."""
_LARGEST: Final = 1e300


def document_of(dot: object) -> object:
    """Return the document of a dot given as a dataclass; anything else is returned as it is.

    Parameters
    ----------
    dot
        A dataclass with the fields of a box, such as `numeric.Dot`, or with `one_body` (M, M) and `two_body`
        (M, M, M, M) as arrays, such as `numeric.IntegralDot`; or what `read_fcidump` returns, taken exactly. In a
        document of a dot given by integrals, `one_body` and the weights may be arrays.

    Raises
    ------
    InvalidInput
        If an array has a mask.

    Examples
    --------
    >>> from numeric import Dot
    >>> document_of(Dot(length=1.0, cutoff=0.1, orbitals=3))["orbitals"]
    3
    """
    if isinstance(dot, Fcidump):
        return dot.exact_dot
    if isinstance(dot, Mapping) and dot.get("kind") == "integrals":
        return symmetrised(_without_arrays(dot))
    if not is_dataclass(dot) or isinstance(dot, type):
        return dot
    return _integrals(dot) if hasattr(dot, "two_body") else asdict(dot)


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


def _without_arrays(dot: Mapping[str, object]) -> dict[str, object]:
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
    return _as_lists(array)


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


def _integrals(dot: Any) -> dict[str, object]:
    one_body = _as_lists(dot.one_body)
    document: dict[str, object] = {
        "kind": "integrals",
        "orbitals": len(one_body),
        "core": float(dot.core),
        "one_body": one_body,
        "two_body": list(_entries(_as_lists(dot.two_body))),
    }
    if dot.irreps is not None:
        document["irreps"] = [int(label) for label in dot.irreps]
    if isinstance(dot.weights, Mapping) and dot.weights:
        document["weights"] = {lead: _as_lists(numbers) for lead, numbers in dot.weights.items()}
    return document


def _as_lists(array: Any) -> Any:
    return array.tolist() if hasattr(array, "tolist") else array


def _entries(two_body: Any) -> Iterator[list[object]]:
    """Yield one entry [p, q, r, s, value] of each eight equal integrals that do not vanish, orbitals from 1."""
    pairs = [(p, q) for p in range(len(two_body)) for q in range(p + 1)]
    for place, (p, q) in enumerate(pairs):
        for r, s in pairs[: place + 1]:
            value = two_body[p][q][r][s]
            if value:
                yield [p + 1, q + 1, r + 1, s + 1, value]

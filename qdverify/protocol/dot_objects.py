"""Dots as dataclasses: from an object with the fields of a DOT to the document that the protocol knows."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, is_dataclass
from typing import Any, Final

from qdverify.protocol.documents import one_line
from qdverify.protocol.fcidump import Fcidump
from qdverify.protocol.user_arrays import symmetrised, without_arrays
from qdverify.protocol.values import InvalidInput

_GIVEN: Final = ("omega", "field", "shells", "strength")
"""Fields of a harmonic dot that are given whatever their value."""


def document_of(dot: object) -> object:
    """Return the document of a dot given as a dataclass; anything else is returned as it is.

    Parameters
    ----------
    dot
        A dataclass with the fields of a box, such as `numeric.Dot`, or of a harmonic dot, such as
        `numeric.HarmonicDot`, or with `one_body` (M, M) and `two_body` (M, M, M, M) as arrays, such as
        `numeric.IntegralDot`; or what `read_fcidump` returns, taken exactly.

    Raises
    ------
    InvalidInput
        If an array of a document has a mask, or the name of a file is given in place of a dot.

    Examples
    --------
    >>> from numeric import Dot
    >>> document_of(Dot(length=1.0, cutoff=0.1, orbitals=3))["orbitals"]
    3
    """
    if isinstance(dot, Fcidump):
        return dot.exact_dot
    if isinstance(dot, str | os.PathLike):
        raise InvalidInput(f"dot={one_line(dot)} must be a dot, not a file: qdverify.read_fcidump reads FCIDUMP files")
    if isinstance(dot, Mapping) and dot.get("kind") == "integrals":
        return symmetrised(without_arrays(dot))
    if not is_dataclass(dot) or isinstance(dot, type):
        return dot
    if hasattr(dot, "shells"):
        return {
            "kind": "harmonic-2d",
            **{name: value for name, value in asdict(dot).items() if name in _GIVEN or value},
        }
    return _integrals(dot) if hasattr(dot, "two_body") else asdict(dot)


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

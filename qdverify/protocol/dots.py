"""What the protocol calls a valid dot: the box, a dot given by its integrals, and the harmonic dot in two dimensions.

A dot without a `kind` is the box. Real numbers may come as floats or as exact `Fraction`s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeGuard

from qdverify.protocol.json_types import BoxDot, Dot, DotKind, Fields, HarmonicDot, IntegralDot, Kernel
from qdverify.protocol.plain import shown
from qdverify.protocol.values import (
    InvalidInput,
    Real,
    fields,
    integer,
    is_real,
    non_negative,
    positive,
    real,
    weights,
)

KERNELS: Final[tuple[Kernel, ...]] = ("soft-coulomb", "contact", "constant", "none")
KINDS: Final[tuple[DotKind, ...]] = ("box", "integrals", "harmonic-2d")
LEADS: Final = ("L", "R")
IRREPS: Final = 8
MOST_ORBITALS: Final = 256
"""Orbitals of a dot given by integrals: as a matrix over pairs of orbitals they would take 8 GB."""
MOST_TWO_BODY: Final = 1_000_000
"""Entries of two_body: a full list of 53 orbitals; as a JSON text about 40 MB."""
_BOX: Final = frozenset({"length", "cutoff", "orbitals", "kernel", "strength"})
_INTEGRALS: Final = ("kind", "orbitals", "one_body", "two_body")
_OPTIONAL: Final = ("core", "irreps", "weights")
MOST_SHELLS: Final = 22
"""Shells of a harmonic dot: 253 orbitals."""
_HARMONIC: Final = frozenset({"kind", "omega", "field", "shells", "strength"})
Quadruple = tuple[int, int, int, int]


def kind_of(dot: Fields | Dot) -> DotKind:
    """Return the kind of a dot; what names none that is known counts as a box."""
    kind = dot.get("kind")
    return next((known for known in KINDS if known == kind), "box")


def is_box(dot: Dot) -> TypeGuard[BoxDot]:
    """Return whether a dot is a box."""
    return kind_of(dot) == "box"


def is_integrals(dot: Dot) -> TypeGuard[IntegralDot]:
    """Return whether a dot is given by its integrals."""
    return kind_of(dot) == "integrals"


def is_harmonic(dot: Dot) -> TypeGuard[HarmonicDot]:
    """Return whether a dot is the harmonic dot in two dimensions."""
    return kind_of(dot) == "harmonic-2d"


def orbitals_of(dot: Fields | Dot) -> int:
    """Return the number M of orbitals of a dot that was checked.

    >>> orbitals_of({"kind": "harmonic-2d", "omega": 1.0, "field": 0.0, "shells": 3, "strength": 1.0})
    6
    """
    fields: Any = dot
    orbitals: int = fields["shells"] * (fields["shells"] + 1) // 2 if "shells" in fields else fields["orbitals"]
    return orbitals


def as_box(dot: Dot, purpose: str) -> BoxDot:
    """Return a dot that is a box; raise `InvalidInput` for any other, and say what takes boxes only."""
    if not is_box(dot):
        raise InvalidInput(f"kind={dot['kind']!r} of the dot must be 'box': {purpose}")
    return dot


def as_dot(dot: object) -> Dot:
    """Return a value that is a valid DOT of the protocol; raise `InvalidInput` if it is none.

    A box is written as version 1 of the protocol does, without its kind.
    """
    check_dot(dot)
    # it is an object, as has been checked
    return _with_types(dot if isinstance(dot, Mapping) else {})


def _with_types(dot: Fields) -> Dot:
    if kind_of(dot) == "box":
        return {
            "length": dot["length"],
            "cutoff": dot["cutoff"],
            "orbitals": dot["orbitals"],
            "kernel": dot["kernel"],
            "strength": dot["strength"],
        }
    if kind_of(dot) == "harmonic-2d":
        return _harmonic_with_types(dot)
    found: IntegralDot = {
        "kind": "integrals",
        "orbitals": dot["orbitals"],
        "one_body": dot["one_body"],
        "two_body": dot["two_body"],
    }
    if "core" in dot:
        found["core"] = dot["core"]
    if "irreps" in dot:
        found["irreps"] = dot["irreps"]
    if "weights" in dot:
        found["weights"] = dot["weights"]
    return found


def _harmonic_with_types(dot: Fields) -> HarmonicDot:
    found: HarmonicDot = {
        "kind": "harmonic-2d",
        "omega": dot["omega"],
        "field": dot["field"],
        "shells": dot["shells"],
        "strength": dot["strength"],
    }
    if "thickness" in dot:
        found["thickness"] = dot["thickness"]
    return found


def check_dot(value: object) -> None:
    """Raise `InvalidInput` unless `dot` is a valid DOT of the protocol."""
    kind = value.get("kind", "box") if isinstance(value, Mapping) else "box"
    if not isinstance(kind, str) or kind not in KINDS:
        raise InvalidInput(f"kind={shown(kind)} of the dot must be one of {', '.join(KINDS)}")
    if kind == "integrals" and isinstance(value, Mapping):
        _check_integrals(value)
    elif kind == "harmonic-2d" and isinstance(value, Mapping):
        _check_harmonic(value)
    else:
        _check_box(value)


def _check_box(value: object) -> None:
    dot = fields("dot", value, _BOX | {"kind"} if isinstance(value, Mapping) and "kind" in value else _BOX)
    if dot["kernel"] not in KERNELS:
        raise InvalidInput(f"kernel={dot['kernel']!r} must be one of {', '.join(KERNELS)}")
    positive("length", dot["length"])
    (positive if dot["kernel"] == "soft-coulomb" else non_negative)("cutoff", dot["cutoff"])
    integer("orbitals", dot["orbitals"], 1)
    real("strength", dot["strength"])


def _check_harmonic(value: Mapping[object, object]) -> None:
    dot = fields("dot", value, _HARMONIC | {"thickness"} if "thickness" in value else _HARMONIC)
    positive("omega", dot["omega"])
    real("field", dot["field"])
    if integer("shells", dot["shells"], 1) > MOST_SHELLS:
        raise InvalidInput(f"shells={shown(dot['shells'])} must be at most {MOST_SHELLS}")
    real("strength", dot["strength"])
    non_negative("thickness", dot.get("thickness", 0.0))


def _check_integrals(dot: Mapping[object, object]) -> None:
    for name in _INTEGRALS:
        if name not in dot:
            raise InvalidInput(f"{name} of the dot is missing: one of kind 'integrals' has {', '.join(_INTEGRALS)}")
    for key in dot:
        if key not in (*_INTEGRALS, *_OPTIONAL):
            rule = ", ".join((*_INTEGRALS, *(f"{name}?" for name in _OPTIONAL)))
            raise InvalidInput(f"{shown(key)} is no field of a dot of kind 'integrals', which has {rule}")
    M = integer("orbitals", dot["orbitals"], 1)
    if M > MOST_ORBITALS:
        raise InvalidInput(f"orbitals={shown(M)} of a dot given by integrals must be at most {MOST_ORBITALS}")
    real("core", dot.get("core", 0.0))
    labels = _irreps(dot["irreps"], M) if "irreps" in dot else [1] * M
    _check_one_body(dot["one_body"], M, labels)
    _check_two_body(dot["two_body"], M, labels)
    if "weights" in dot:
        _check_weights(dot["weights"], M)


def _irreps(value: object, orbitals: int) -> list[int]:
    if not isinstance(value, list | tuple) or len(value) != orbitals:
        raise InvalidInput(f"irreps={shown(value)} must be a list of {orbitals} labels, one for each orbital")
    for label in value:
        if isinstance(label, bool) or not isinstance(label, int) or not 1 <= label <= IRREPS:
            raise InvalidInput(f"irreps entry {shown(label)} must be an integer from 1 to {IRREPS}")
    return [*value]


def _check_one_body(value: object, orbitals: int, labels: Sequence[int]) -> None:
    rows = value if isinstance(value, list | tuple) and len(value) == orbitals else []
    if not rows or not all(isinstance(row, list | tuple) and len(row) == orbitals for row in rows):
        raise InvalidInput(f"one_body={shown(value)} must be {orbitals} rows of {orbitals} numbers")
    for p, row in enumerate(rows, start=1):
        for q, number in enumerate(row, start=1):
            name = f"one_body of orbitals {p}, {q}"
            real(name, number)
            if number != rows[q - 1][p - 1]:
                raise InvalidInput(f"{name}={shown(number)} must equal {shown(rows[q - 1][p - 1])} of {q}, {p}")
            if number and labels[p - 1] != labels[q - 1]:
                raise InvalidInput(f"{name}={shown(number)} must be 0: {why_forbidden((p, q), labels)}")


def _check_two_body(value: object, orbitals: int, labels: Sequence[int]) -> None:
    if not isinstance(value, list | tuple):
        raise InvalidInput(f"two_body={shown(value)} must be a list of entries [p, q, r, s, value]")
    if len(value) > MOST_TWO_BODY:
        raise InvalidInput(f"two_body of {len(value)} entries must have at most {MOST_TWO_BODY}")
    seen: dict[Quadruple, Real] = {}
    for entry in value:
        indices, number = _entry(entry, orbitals)
        before = seen.setdefault(canonical(indices), number)
        if number != before:
            raise InvalidInput(
                f"two_body entry {shown(entry)} must be {shown(before)} as before: (pq|rs) = (qp|rs) = (rs|pq)"
            )
        if number and forbidden(indices, labels):
            raise InvalidInput(f"two_body entry {shown(entry)} must be 0: {why_forbidden(indices, labels)}")


def _entry(entry: object, orbitals: int) -> tuple[Quadruple, Real]:
    if not isinstance(entry, list | tuple) or len(entry) != 5:
        raise InvalidInput(
            f"two_body entry {shown(entry)} must be four orbital numbers and a value [p, q, r, s, value]"
        )
    *indices, number = entry
    for index in indices:
        if isinstance(index, bool) or not isinstance(index, int) or not 1 <= index <= orbitals:
            raise InvalidInput(f"two_body entry {shown(entry)} must name orbitals from 1 to {orbitals}")
    if not is_real(number):
        raise InvalidInput(f"two_body entry {shown(entry)} must hold a number")
    p, q, r, s = indices
    real(f"two_body of orbitals {p}, {q}, {r}, {s}", number)
    return (p, q, r, s), number


def canonical(indices: Quadruple) -> Quadruple:
    """Return the one of eight equal (pq|rs) that stands for all: p >= q, r >= s, and (p, q) >= (r, s).

    >>> canonical((1, 2, 3, 1)), canonical((3, 1, 2, 1))
    ((3, 1, 2, 1), (3, 1, 2, 1))
    """
    p, q, r, s = indices
    first, second = ((p, q) if p >= q else (q, p)), ((r, s) if r >= s else (s, r))
    return (*first, *second) if first >= second else (*second, *first)


def forbidden(indices: Sequence[int], labels: Sequence[int]) -> bool:
    """Return whether the irreps 1..8 of some orbitals, counted from 1, forbid an integral between them."""
    product = 0
    for index in indices:
        product ^= labels[index - 1] - 1
    return product != 0


def why_forbidden(indices: Sequence[int], labels: Sequence[int]) -> str:
    """Return why irreps forbid an integral, to complete "must be 0: ..."."""
    return f"the irreps {', '.join(str(labels[index - 1]) for index in indices)} of its orbitals do not multiply to 1"


def _check_weights(value: object, orbitals: int) -> None:
    if not isinstance(value, Mapping) or not value or not set(value) <= set(LEADS):
        raise InvalidInput(
            f"weights={shown(value)} must be an object with a list for one or each of {', '.join(LEADS)}"
        )
    for lead, numbers in value.items():
        weights(f"weights of lead {lead}", numbers, orbitals)

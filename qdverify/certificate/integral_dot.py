"""Reading a dot given by its integrals: every rule of the form is verified before anything is computed.

    {"kind": "integrals", "orbitals": M, "one_body": M rows of h_pq, "two_body": [[p, q, r, s, (pq|rs)], ...],
     "core"?: E_0, "irreps"?: label 1..8 per orbital, "weights"?: {"L"?: M numbers, "R"?: M numbers}}

Orbitals are real and counted from 1. h is symmetric; of each set of eight equal (pq|rs) = (qp|rs) = (rs|pq) = ... at
most one is listed, and those that are not listed are zero. Labels of irreps multiply by XOR of (label - 1); an integral
whose labels do not multiply to 1 must be zero. Orbital n couples to a lead with the amplitude w_n, 1 if not stated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import lcm
from operator import xor
from typing import Final

from qdverify.certificate.grammar import MOST_ORBITALS, RejectedError, count, items, real, require, shown

Quadruple = tuple[int, int, int, int]
MOST_INTEGRALS: Final = 10_000
MOST_BITS_OF_WEIGHTS: Final = 4096
IRREPS: Final = 8
LEADS: Final = ("L", "R")
_REQUIRED: Final = ("kind", "orbitals", "one_body", "two_body")
_OPTIONAL: Final = ("core", "irreps", "weights")


@dataclass(frozen=True)
class Weights:
    """The amplitudes w_n as integers over a common denominator."""

    integers: tuple[int, ...]
    denominator: int

    @classmethod
    def of(cls, amplitudes: Sequence[Fraction], name: str) -> Weights:
        """Return the amplitudes; reject them if they span too many binary digits."""
        denominator = 1
        for amplitude in amplitudes:
            denominator = lcm(denominator, amplitude.denominator)
            require(denominator.bit_length() <= MOST_BITS_OF_WEIGHTS, f"{name}: the denominators are too large")
        integers = tuple(int(amplitude * denominator) for amplitude in amplitudes)
        longest = max(integer.bit_length() for integer in integers)
        require(longest <= MOST_BITS_OF_WEIGHTS, f"{name}: weights differ too much in size")
        return cls(integers, denominator)


@dataclass(frozen=True)
class IntegralDot:
    """A dot given by its integrals, in exact numbers.

    Attributes
    ----------
    two_body
        (pq|rs) by `one_of_eight`; what is missing is zero.
    weights
        By the name of the lead, for both leads.
    """

    core: Fraction
    one_body: tuple[tuple[Fraction, ...], ...]
    two_body: Mapping[Quadruple, Fraction]
    irreps: tuple[int, ...]
    weights: Mapping[str, Weights]

    @property
    def orbitals(self) -> int:
        """Number of orbitals M."""
        return len(self.one_body)

    @property
    def scale(self) -> Fraction:
        """A power of two between half and twice the largest integral in magnitude; 1 if all vanish."""
        sizes = [abs(value) for value in (*(h for row in self.one_body for h in row), *self.two_body.values())]
        largest = max(sizes)
        power = largest.numerator.bit_length() - largest.denominator.bit_length()
        return Fraction(2) ** power if largest else Fraction(1)


def integral_dot(value: object) -> IntegralDot:
    """Read a dot given by its integrals."""
    given = _fields(value)
    require(given["kind"] == "integrals", f"kind={shown(given['kind'])} must be integrals")
    M = count(given["orbitals"], "orbitals", 1, MOST_ORBITALS)
    irreps = _irreps(given.get("irreps", [1] * M), M)
    return IntegralDot(
        real(given.get("core", 0), "core"),
        _one_body(given["one_body"], irreps),
        _two_body(given["two_body"], irreps),
        irreps,
        _weights(given.get("weights", {}), M),
    )


def _fields(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise RejectedError(f"dot must be an object, not {shown(value)}")
    missing = [name for name in _REQUIRED if name not in value]
    require(not missing, f"dot: {', '.join(missing)} is missing")
    unknown = [name for name in value if name not in (*_REQUIRED, *_OPTIONAL)]
    require(not unknown, f"dot: {shown(', '.join(map(str, unknown)))} is no field of a dot given by integrals")
    return value


def _irreps(value: object, orbitals: int) -> tuple[int, ...]:
    return tuple(irrep(label) for label in items(value, "irreps", orbitals, orbitals))


def irrep(value: object) -> int:
    """Return the label of an irrep, 1 to 8."""
    return count(value, "irrep", 1, IRREPS)


def product_of(labels: Sequence[int]) -> int:
    """Return the label of a product of irreps."""
    return reduce(xor, (label - 1 for label in labels), 0) + 1


def one_of_eight(p: int, q: int, r: int, s: int) -> Quadruple:
    """Return the one of eight equal (pq|rs) that stands for all."""
    first, second = sorted([(max(p, q), min(p, q)), (max(r, s), min(r, s))], reverse=True)
    return (*first, *second)


def _one_body(value: object, irreps: Sequence[int]) -> tuple[tuple[Fraction, ...], ...]:
    M = len(irreps)
    rows = tuple(
        tuple(real(number, "one_body") for number in items(row, "a row of one_body", M, M))
        for row in items(value, "one_body", M, M)
    )
    for p in range(M):
        for q in range(M):
            require(rows[p][q] == rows[q][p], f"one_body of orbitals {p + 1}, {q + 1} is not symmetric")
            allowed = irreps[p] == irreps[q]
            require(allowed or not rows[p][q], f"one_body of orbitals {p + 1}, {q + 1} must be 0: the irreps forbid it")
    return rows


def _two_body(value: object, irreps: Sequence[int]) -> dict[Quadruple, Fraction]:
    found: dict[Quadruple, Fraction] = {}
    for item in items(value, "two_body", 0, MOST_INTEGRALS):
        *four, number = items(item, "an entry of two_body", 5, 5)
        p, q, r, s = (count(index, "an orbital of two_body", 1, len(irreps)) for index in four)
        key, name = one_of_eight(p, q, r, s), f"two_body of orbitals {p}, {q}, {r}, {s}"
        require(key not in found, f"{name} is listed twice")
        found[key] = real(number, name)
        allowed = product_of([irreps[index - 1] for index in key]) == 1
        require(allowed or not found[key], f"{name} must be 0: the irreps forbid it")
    return found


def _weights(value: object, orbitals: int) -> dict[str, Weights]:
    if not isinstance(value, dict) or not set(value) <= set(LEADS):
        raise RejectedError("weights must be an object with a list for L, R or both")
    found = {}
    for lead in LEADS:
        name = f"weights of lead {lead}"
        numbers = items(value.get(lead, [1] * orbitals), name, orbitals, orbitals)
        found[lead] = Weights.of([real(number, name) for number in numbers], name)
    return found

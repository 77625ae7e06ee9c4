"""Reading a certificate: every value is of the stated kind and within a stated bound, or the file is rejected.

Nothing is computed from a value before its size is known: the length of every number's text, the exponent of every
decimal, the depth of the brackets and the size of the file are bounded here. A number is an exact rational: an
integer, a JSON number with a point or an exponent (the double that it parses to), or a string with a decimal or a
fraction. The page "What a certificate proves" lists the whole grammar.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final, NamedTuple, NoReturn

KERNELS: Final = ("soft-coulomb", "contact", "constant", "none")
MOST_BYTES: Final = 2**25
DEEPEST: Final = 16
MOST_CHARACTERS: Final = 4000
MOST_EXPONENT: Final = 20_000
MOST_COUNT: Final = 10**9
MOST_ORBITALS: Final = 62
MOST_HEXADECIMALS: Final = 1500
MOST_LISTED: Final = 2000
LARGEST: Final = Fraction(10**400)
SHOWN: Final = 60

_DECIMAL: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?0*(?P<exponent>[0-9]+))?")
_FRACTION: Final = re.compile(r"[+-]?[0-9]+/0*[1-9][0-9]*")
_HEXADECIMAL: Final = re.compile(rf"-?[0-9a-f]{{1,{MOST_HEXADECIMALS}}}")
_STRING_OR_BRACKET: Final = re.compile(rb'"[^"]*"?|[\[\]{}]')
"""Of a text without escapes. A string that is not closed extends to the end: a file of quotes alone would else be
searched from each of them. A choice inside the repetition would take 128 bytes of memory for each character."""


class RejectedError(Exception):
    """The certificate proves less than it states; the message says what."""


def require(condition: object, complaint: str) -> None:
    """Reject the certificate unless the condition holds."""
    if not condition:
        raise RejectedError(complaint)


def shown(value: object) -> str:
    """Return the value as an error message shows it, cut to one line."""
    text = value if isinstance(value, str) else f"{type(value).__name__}" if _nested(value) else repr(value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "..."


def _nested(value: object) -> bool:
    return isinstance(value, dict | list) or (isinstance(value, int) and abs(value) > MOST_COUNT)


# Files


def read_file(path: str | Path) -> object:
    """Return the JSON value in a file of bounded size and depth, in which no object has a key twice."""
    with Path(path).open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    return read(content)


def read(content: bytes) -> object:
    """Return the JSON value in the bytes of a file; see `read_file`."""
    require(len(content) <= MOST_BYTES, f"the file is larger than {MOST_BYTES} bytes")
    depth = deepest = 0
    for found in _STRING_OR_BRACKET.finditer(content.replace(rb"\\", b"").replace(rb"\"", b"")):
        first = found[0][:1]
        depth += (first in b"[{") - (first in b"]}")
        deepest = max(deepest, depth)
    require(deepest <= DEEPEST, f"brackets are nested {deepest} deep; at most {DEEPEST} are allowed")
    try:
        value: object = json.loads(
            content.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant, parse_int=_integer
        )
    except (ValueError, RecursionError) as error:
        raise RejectedError(f"the file is no JSON: {shown(str(error))}") from error
    return value


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    require(len(result) == len(pairs), "an object has a key twice")
    return result


def _no_constant(name: str) -> NoReturn:
    raise RejectedError(f"{name} is no number")


def _integer(text: str) -> int:
    require(len(text) <= MOST_CHARACTERS, f"an integer has more than {MOST_CHARACTERS} characters")
    return int(text)


# Values


def fields(value: object, name: str, expected: Iterable[str]) -> Mapping[str, object]:
    """Return an object that has exactly the expected fields."""
    names = sorted(expected)
    if not isinstance(value, dict):
        raise RejectedError(f"{name} must be an object, not {shown(value)}")
    missing, unknown = sorted(set(names) - set(value)), sorted(set(value) - set(names))
    require(not missing, f"{name}: {', '.join(missing)} is missing")
    require(not unknown, f"{name}: {shown(', '.join(map(str, unknown)))} is unknown; it has {', '.join(names)}")
    return value


def items(value: object, name: str, least: int, most: int) -> list[object]:
    """Return a list of `least` to `most` elements."""
    if not isinstance(value, list):
        raise RejectedError(f"{name} must be a list, not {shown(value)}")
    require(least <= len(value) <= most, f"{name} must have {least} to {most} elements, not {len(value)}")
    return value


def count(value: object, name: str, least: int = 0, most: int = MOST_COUNT) -> int:
    """Return an integer; neither 2.0 nor true is one."""
    if type(value) is not int:
        raise RejectedError(f"{name}={shown(value)} must be an integer")
    require(least <= value <= most, f"{name}={shown(value)} must be between {least} and {most}")
    return value


def real(value: object, name: str) -> Fraction:
    """Return the exact rational number that a value stands for: 0, or between 1e-400 and 1e400 in magnitude."""
    if isinstance(value, str):
        number = decimal(value, name)
    else:
        if type(value) is not int and type(value) is not float:
            raise RejectedError(f"{name}={shown(value)} must be a number")
        require(not isinstance(value, float) or math.isfinite(value), f"{name}={shown(value)} must be finite")
        number = Fraction(value)
    require(number == 0 or 1 <= abs(number) * LARGEST <= LARGEST**2, f"{name}={shown(value)} is beyond 1e400 or 1e-400")
    return number


def positive(value: object, name: str) -> Fraction:
    """Return a positive rational number."""
    number = real(value, name)
    require(number > 0, f"{name}={shown(value)} must be positive")
    return number


def non_negative(value: object, name: str) -> Fraction:
    """Return a rational number that is not negative."""
    number = real(value, name)
    require(number >= 0, f"{name}={shown(value)} must not be negative")
    return number


def decimal(text: object, name: str) -> Fraction:
    """Return the rational number in a string: a decimal or a fraction of bounded length and exponent."""
    if not isinstance(text, str):
        raise RejectedError(f"{name}={shown(text)} must be a string with a number")
    require(len(text) <= MOST_CHARACTERS, f"{name}: a number has more than {MOST_CHARACTERS} characters")
    match = _DECIMAL.fullmatch(text)
    require(match or _FRACTION.fullmatch(text), f"{name}={shown(text)} is no decimal and no fraction")
    exponent = match["exponent"] if match else None
    if exponent is not None:
        small = len(exponent) <= len(str(MOST_EXPONENT)) and int(exponent) <= MOST_EXPONENT
        require(small, f"{name}={shown(text)}: the exponent is beyond {MOST_EXPONENT}")
    return Fraction(text)


@dataclass(frozen=True)
class Ball:
    """A stated number: the true value is at most `rad` away from `mid`."""

    mid: Fraction
    rad: Fraction
    text: str


def ball(value: object, name: str) -> Ball:
    """Read a stated number; its radius is not negative."""
    value = fields(value, name, ("mid", "rad"))
    mid, rad = decimal(value["mid"], name), decimal(value["rad"], name)
    require(rad >= 0, f"{name}: the radius {shown(value['rad'])} is negative")
    return Ball(mid, rad, f"{shown(value['mid'])} +- {shown(value['rad'])}")


# Parts of a question


@dataclass(frozen=True)
class Dot:
    """The dot of a question, in exact numbers."""

    length: Fraction
    cutoff: Fraction
    orbitals: int
    kernel: str
    strength: Fraction

    @property
    def interacts(self) -> bool:
        """Whether its electrons are more than shifted by the interaction."""
        return self.strength != 0 and self.kernel in ("soft-coulomb", "contact")


def dot(value: object, most_orbitals: int = MOST_ORBITALS) -> Dot:
    """Read a dot."""
    value = fields(value, "dot", ("length", "cutoff", "orbitals", "kernel", "strength"))
    kernel = value["kernel"]
    if not isinstance(kernel, str) or kernel not in KERNELS:
        raise RejectedError(f"kernel={shown(kernel)} must be one of {', '.join(KERNELS)}")
    cutoff = (positive if kernel == "soft-coulomb" else non_negative)(value["cutoff"], "cutoff")
    return Dot(
        positive(value["length"], "length"),
        cutoff,
        count(value["orbitals"], "orbitals", 1, most_orbitals),
        kernel,
        real(value["strength"], "strength"),
    )


@dataclass(frozen=True)
class Lead:
    """A lead: tunnel rate and electrochemical potential."""

    name: str
    rate: Fraction
    mu: Fraction


def leads(value: object) -> tuple[Lead, Lead]:
    """Read the two leads, left and right."""
    read_leads = {}
    for item in items(value, "leads", 2, 2):
        lead = fields(item, "lead", ("name", "rate", "mu"))
        name = lead["name"]
        if not isinstance(name, str) or name not in ("L", "R"):
            raise RejectedError(f"a lead must be named L or R, not {shown(name)}")
        read_leads[name] = Lead(name, positive(lead["rate"], "rate"), real(lead["mu"], "mu"))
    require(len(read_leads) == 2, "the two leads must be L and R")
    return read_leads["L"], read_leads["R"]


def spin(value: object, electrons: int, most: int) -> int:
    """Return twice the total spin of that many electrons: of their number's parity, and at most `most`."""
    two_S = count(value, "two_S", 0, most)
    require((two_S - electrons) % 2 == 0, f"two_S={two_S} is no spin of {electrons} electrons")
    return two_S


def parity(value: object) -> int:
    """Return a reflection parity, 1 or -1."""
    if type(value) is not int or value not in (1, -1):
        raise RejectedError(f"parity={shown(value)} must be 1 or -1")
    return value


# Evidence


@dataclass(frozen=True)
class Vector:
    """The evidence for one level: its labels and integers over the determinants of its parity, ascending.

    Attributes
    ----------
    parity
        Of a dot given by integrals: the label of the irrep.
    """

    two_S: int
    parity: int
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Evidence:
    """The evidence for a list of levels; see proof.py.

    Attributes
    ----------
    ceiling
        In units of 1/L^2; None if all levels are listed.
    limit
        Largest sum of n^2 in the model space; None if the model space holds every determinant.
    """

    electrons: int
    ceiling: Fraction | None
    limit: int | None
    vectors: tuple[Vector, ...]


class Label(NamedTuple):
    """The symmetry of a level beside its spin: what the file calls it, and how it is read."""

    name: str
    read: Callable[[object], int]


PARITY: Final = Label("parity", parity)


def evidence(value: object, electrons: int, orbitals: int, sizes: Mapping[int, int], label: Label = PARITY) -> Evidence:
    """Read the evidence for the levels of that many electrons, with `sizes[parity]` numbers in each vector.

    Evidence for a box has a limit; other labels than a parity belong to dots whose model space is the whole space.
    """
    limited = label.name == "parity"
    value = fields(value, "evidence", ("electrons", "ceiling", "levels", *(["limit"] if limited else [])))
    require(count(value["electrons"], "electrons") == electrons, "the evidence is of other electrons")
    ceiling = None
    if value["ceiling"] is not None:
        require(isinstance(value["ceiling"], str), "the ceiling must be a string with a number, or null")
        ceiling = real(value["ceiling"], "ceiling")
    limit = count(value["limit"], "limit") if limited else None
    listed = items(value["levels"], "levels of the evidence", 1, MOST_LISTED)
    most = min(electrons, 2 * orbitals - electrons)
    return Evidence(electrons, ceiling, limit, tuple(_vector(item, electrons, most, sizes, label) for item in listed))


def _vector(item: object, electrons: int, most: int, sizes: Mapping[int, int], label: Label) -> Vector:
    item = fields(item, "level of the evidence", ("two_S", label.name, "vector"))
    own_parity = label.read(item[label.name])
    require(own_parity in sizes, f"{label.name}={own_parity}: {electrons} electrons have no such determinant")
    vector = item["vector"]
    if not isinstance(vector, str):
        raise RejectedError("a vector must be a string")
    words = vector.split(" ")
    require(len(words) == sizes[own_parity], f"a vector must have {sizes[own_parity]} numbers, not {len(words)}")
    require(
        all(_HEXADECIMAL.fullmatch(word) for word in words),
        f"a vector must have hexadecimal integers of at most {MOST_HEXADECIMALS} digits",
    )
    numbers = tuple(int(word, 16) for word in words)
    require(any(numbers), "a vector must not be zero")
    return Vector(spin(item["two_S"], electrons, most), own_parity, numbers)

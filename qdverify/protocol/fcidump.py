"""FCIDUMP files as dots: the exchange format of full-configuration-interaction codes, as different programs write it.

P. J. Knowles and N. C. Handy, Comput. Phys. Commun. 54, 75 (1989): after the header one line "value p q r s" for each
integral, (pq|rs) in chemists' order; indices p q 0 0 for the one-body part, p 0 0 0 for orbital energies, which are no
part of the Hamiltonian, and 0 0 0 0 for the constant. Lines stand in any order, numbers may have Fortran's exponents
("1.5D-3", "0.5-101"), and what follows "!" or "#" is a comment. Lines end with a line feed, a carriage return or both.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Final, TypeVar

from qdverify.protocol.documents import MOST_BYTES, one_line, read_text
from qdverify.protocol.dots import (
    MOST_TWO_BODY,
    Quadruple,
    as_dot,
    canonical,
    check_dot,
    forbidden,
    why_forbidden,
)
from qdverify.protocol.fcidump_header import FcidumpHeader, split_header, without_comments
from qdverify.protocol.fcidump_notes import notes_on
from qdverify.protocol.json_types import Dot, Fields
from qdverify.protocol.values import InvalidInput

_NUMBER: Final = re.compile(
    r"([+-]?(?:[0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40}))(?:[eEdDqQ]([+-]?[0-9]{1,4})|([+-][0-9]{1,4}))?"
)
_Number = TypeVar("_Number")
_LONGEST_LINE: Final = 1000
"""Characters of a line without its comment: five words, and blanks."""


@dataclass(frozen=True, repr=False)
class Fcidump:
    """The contents of an FCIDUMP file.

    Attributes
    ----------
    header
        What the header says: orbitals, electrons, S_z, symmetry.
    core
        The constant energy, as a decimal.
    one_body, two_body
        h_pq for p >= q and (pq|rs) in the order of `canonical`, as decimals; what is not listed is 0.
    notes
        Sentences about what was assumed, such as a core energy of 0, and what looks like a mistake; commands print
        them.
    """

    header: FcidumpHeader
    core: str
    one_body: Mapping[tuple[int, int], str]
    two_body: Mapping[Quadruple, str]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return (
            f"Fcidump(orbitals={self.header.orbitals}, electrons={self.header.electrons}, "
            f"{len(self.one_body)} one-body and {len(self.two_body)} two-body integrals)"
        )

    @property
    def electrons(self) -> int | None:
        """Number of electrons that the header states; None if it states none."""
        return self.header.electrons

    @cached_property
    def dot(self) -> Dot:
        """The dot as the protocol writes it, each value the double that it parses to."""
        return as_dot(self._document(float))

    @cached_property
    def exact_dot(self) -> Fields:
        """The dot as a case of the oracle writes it, each value the decimal of the file, which is taken exactly."""
        return self._document(str)

    def _document(self, convert: Callable[[str], object]) -> dict[str, object]:
        M = self.header.orbitals
        one_body = [[convert(self.one_body.get((max(p, q), min(p, q)), "0")) for q in range(M)] for p in range(M)]
        document: dict[str, object] = {
            "kind": "integrals",
            "orbitals": M,
            "core": convert(self.core),
            "one_body": one_body,
            "two_body": [[*indices, convert(value)] for indices, value in sorted(self.two_body.items())],
        }
        if self.header.irreps is not None:
            document["irreps"] = [*self.header.irreps]
        return document


def read_fcidump(path: str | os.PathLike[str], *, rounding: float = 0.0, irreps: bool = True) -> Fcidump:
    r"""Read an FCIDUMP file with real integrals that do not depend on spin.

    Parameters
    ----------
    path
        A regular file of at most 64 MiB.
    rounding
        How far values of one integral may differ, and how large an integral may be that the irreps forbid: the first
        value is then taken, or 0. By default nothing is forgiven.
    irreps
        Whether the labels in ORBSYM are used; without them the dot has no symmetry.

    Returns
    -------
    Fcidump
        Its `dot` goes to `numeric.IntegralDot.from_document` and to an implementation under test, its `exact_dot` to
        the oracle.

    Raises
    ------
    InvalidInput
        If the file is none of that kind, is larger, holds no integral at all, ends within a line, holds integrals that
        depend on spin or are complex, or contradicts itself; the message names the file, the line, the value and the
        rule.

    Examples
    --------
    >>> import qdverify, tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "dimer.fcidump"
    >>> lines = ["&FCI NORB=2, NELEC=2 /", "4.0 1 1 1 1", "4.0 2 2 2 2", "-1.0 1 2 0 0", "0.0 0 0 0 0"]
    >>> _ = file.write_text("\n".join(lines))
    >>> found = qdverify.read_fcidump(file)
    >>> found
    Fcidump(orbitals=2, electrons=2, 1 one-body and 2 two-body integrals)
    >>> found.dot["one_body"]
    [[0.0, -1.0], [-1.0, 0.0]]
    """
    return parsed_fcidump(read_text(Path(path), MOST_BYTES), str(path), rounding=rounding, irreps=irreps)


def parsed_fcidump(text: str, source: str, *, rounding: float = 0.0, irreps: bool = True) -> Fcidump:
    """Return the contents of an FCIDUMP file given as a text; see `read_fcidump`."""
    if not 0.0 <= rounding < math.inf:
        raise InvalidInput(f"rounding={one_line(rounding)} must be finite and not negative")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    header, body = split_header(text, source, irreps=irreps)
    integrals = _Lines(header, Fraction(rounding))
    first = text.count("\n", 0, len(text) - len(body)) + 1
    *ended, last = without_comments(body).split("\n")
    for number, line in enumerate((*ended, last), start=first):
        try:
            integrals.take(_words(line))
        except InvalidInput as error:
            cut = "; the file ends within this line, and may have been cut off" if number == first + len(ended) else ""
            raise InvalidInput(f"{source}, line {number}: {error}{cut}") from None
    return integrals.finished(source, last=last.split())


def _words(line: str) -> list[str]:
    if len(line) > _LONGEST_LINE:
        raise InvalidInput(f"{one_line(line, 40)!r} must be a line of at most {_LONGEST_LINE} characters")
    return line.split()


class _Lines:
    """The integrals of a file, taken line by line."""

    def __init__(self, header: FcidumpHeader, rounding: Fraction) -> None:
        self._header = header
        self._rounding = rounding
        self._core: str | None = None
        self._one_body: dict[tuple[int, int], str] = {}
        self._two_body: dict[Quadruple, str] = {}

    def take(self, words: list[str]) -> None:
        if not words:
            return
        if len(words) != 5 or words[0].startswith("("):
            _refuse_layout(words)
        value = _decimal(words[0])
        p, q, r, s = (self._orbital(word) for word in words[1:])
        if p and q and r and s:
            self._put(self._two_body, canonical((p, q, r, s)), value, p, q, r, s)
            if len(self._two_body) > MOST_TWO_BODY:
                raise InvalidInput(f"a file must have at most {MOST_TWO_BODY} two-body integrals")
        elif p and q and not r and not s:
            self._put(self._one_body, (max(p, q) - 1, min(p, q) - 1), value, p, q)
        elif not (p or q or r or s):
            if self._core is not None:
                raise InvalidInput(
                    "indices 0 0 0 0 must occur once: files of UHF, which are not read, have more blocks"
                )
            self._core = value
        elif not p or q or r or s:
            raise InvalidInput(
                f"indices {' '.join(words[1:])} must be those of a two-body (p q r s), a one-body (p q 0 0), "
                "an orbital energy (p 0 0 0) or the constant (0 0 0 0)"
            )

    def _orbital(self, word: str) -> int:
        most = self._header.orbitals
        if not (word.isascii() and word.isdigit() and len(word) <= 9) or int(word) > most:
            raise InvalidInput(f"orbital {one_line(word)} must be an integer from 0 to NORB={most}")
        return int(word)

    def _put(self, integrals: dict[_Number, str], place: _Number, value: str, *orbitals: int) -> None:
        labels = self._header.irreps
        if labels is not None and forbidden(orbitals, labels) and abs(Fraction(value)) > self._rounding:
            raise InvalidInput(f"{value} must be 0: {why_forbidden(orbitals, labels)}")
        before = integrals.setdefault(place, value)
        if before != value and abs(Fraction(before) - Fraction(value)) > self._rounding:
            raise InvalidInput(f"{value} must be {before} as before: both are values of one integral")

    def finished(self, source: str, *, last: list[str]) -> Fcidump:
        """Return what was read; `last` is the last line if no end of line follows it."""
        if self._core is None and not self._one_body and not self._two_body:
            raise InvalidInput(
                f"{source} must hold at least one integral, if only a line '0.0 0 0 0 0': nothing follows the header, "
                "and the file may have been cut off"
            )
        if self._rounding and self._header.irreps is not None:
            self._drop_forbidden(self._header.irreps)
        # an orbital may have had more digits, but not 0
        ended = not last or (self._core is not None and last[-1] == "0")
        notes = tuple(notes_on(self._header, core_given=self._core is not None, ended=ended))
        found = Fcidump(self._header, self._core or "0", self._one_body, self._two_body, notes)
        try:
            check_dot(found.dot)
        except InvalidInput as error:
            raise InvalidInput(f"{source}: {error}") from None
        return found

    def _drop_forbidden(self, labels: tuple[int, ...]) -> None:
        """Leave out what the irreps forbid and is no larger than rounding."""
        for (p, q), value in [*self._one_body.items()]:
            if forbidden((p + 1, q + 1), labels) and abs(Fraction(value)) <= self._rounding:
                del self._one_body[p, q]
        for orbitals, value in [*self._two_body.items()]:
            if forbidden(orbitals, labels) and abs(Fraction(value)) <= self._rounding:
                del self._two_body[orbitals]


def _refuse_layout(words: list[str]) -> None:
    shown = one_line(" ".join(words), 80)
    if shown.startswith("(") or len(words) == 6:
        raise InvalidInput(f"{shown!r} must be a real number and four orbitals: complex integrals are not read")
    raise InvalidInput(f"{shown!r} must be a value and four orbitals")


def _decimal(word: str) -> str:
    """Return a number as Python and a case write it; raise `InvalidInput` unless it is a finite double."""
    found = _NUMBER.fullmatch(word)
    if found is None:
        raise InvalidInput(f"value {one_line(word, 60)} must be a decimal number of at most 40 digits")
    exponent = found[2] or found[3]
    value = found[1] if exponent is None else f"{found[1]}e{int(exponent)}"
    if not math.isfinite(float(value)):
        raise InvalidInput(f"value {one_line(word, 60)} must be finite as a double")
    return value

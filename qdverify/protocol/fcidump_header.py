"""The header of an FCIDUMP file: a Fortran namelist `&FCI ... &END` (or `/`), as different programs write it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from qdverify.protocol.documents import one_line
from qdverify.protocol.dots import IRREPS, MOST_ORBITALS
from qdverify.protocol.values import InvalidInput

MOST_HEADER: Final = 2**20
"""Most characters of a header; with 256 orbitals it takes about 2000."""
_MOST_DIGITS: Final = 400
_MOST_SHOWN: Final = 40
_BEFORE: Final = re.compile(r"(?:[ \t\r]*+(?:[!#][^\n]*+)?\n)*+")
"""Empty lines and comments. None is tried twice, which would take 128 bytes of memory for each."""
_START: Final = re.compile(r"\s*[&$]FCI(?=[\s,]|$)", re.IGNORECASE)
_TOKEN: Final = re.compile(r"[&$]END\b|/|=|[A-Za-z_]\w*|'[^'\n]*'|\"[^\"\n]*\"|[^\s,=/&$'\"]+|[&$'\"]", re.IGNORECASE)
_NAME: Final = re.compile(r"[A-Za-z_]\w*")
_LOGICAL: Final = {".TRUE.": True, ".T.": True, "T": True, ".FALSE.": False, ".F.": False, "F": False}


class _WrongLine(InvalidInput):
    """A mistake in one line of the header."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class _Namelist:
    """The values of each key in the order of the file, and the line on which each key stands."""

    words: dict[str, list[str]]
    lines: dict[str, int]

    @contextmanager
    def line_of(self, name: str) -> Iterator[None]:
        """Add to a refusal the line of the key that it is about."""
        try:
            yield
        except InvalidInput as error:
            if name in self.lines:
                raise _WrongLine(str(error), self.lines[name]) from None
            raise

    def integer(self, name: str) -> int | None:
        """Return the integer of a key; None if it is not there."""
        words = self.words.get(name)
        if words is None:
            return None
        if len(words) != 1:
            raise InvalidInput(f"{name}={one_line(' '.join(words), _MOST_SHOWN)} must be one integer")
        return _number(name, words[0])


@dataclass(frozen=True)
class FcidumpHeader:
    """What the header of an FCIDUMP file says.

    Attributes
    ----------
    orbitals
        NORB.
    electrons, two_Sz
        NELEC and MS2; None if the file does not say. MS2=0 for an odd number of electrons, as programs write it that
        know no other, says nothing.
    irreps
        ORBSYM, labels 1 to 8; None if the file has none, or only zeros.
    irrep
        ISYM; None if it is left out or 0.
    """

    orbitals: int
    electrons: int | None
    two_Sz: int | None
    irreps: tuple[int, ...] | None
    irrep: int | None


def split_header(text: str, source: str, *, irreps: bool = True) -> tuple[FcidumpHeader, str]:
    r"""Return the header of a file and the lines after it; raise `InvalidInput` if there is no header, or a wrong one.

    Without `irreps`, ORBSYM and ISYM are passed over.

    >>> split_header("&fci norb = 2, nelec=2 ORBSYM=2*1 /\n", "my.fcidump")[0]
    FcidumpHeader(orbitals=2, electrons=2, two_Sz=None, irreps=(1, 1), irrep=None)
    """
    try:
        keys, rest = _namelist(text)
        return _header(keys, ("ORBSYM", "ISYM") if not irreps else ()), rest
    except _WrongLine as error:
        raise InvalidInput(f"{source}, line {error.line}: {error}") from None
    except InvalidInput as error:
        raise InvalidInput(f"{source}: {error}") from None


def without_comments(lines: str) -> str:
    """Return lines with what follows a "!" or a "#" left out."""
    return re.sub(r"[!#][^\n]*", "", lines) if "!" in lines or "#" in lines else lines


def is_fcidump(text: str) -> bool:
    """Return whether a text begins as an FCIDUMP file does, after comments."""
    return _start(text.replace("\r", "\n")) is not None


def _start(text: str) -> re.Match[str] | None:
    before = _BEFORE.match(text)
    return _START.match(text, before.end() if before else 0)


def _namelist(text: str) -> tuple[_Namelist, str]:
    """Return the keys of the namelist, and the text after its end."""
    start = _start(text)
    if start is None:
        shown = one_line(_BEFORE.sub("", text, count=1)[:40])
        rule = "an FCIDUMP file must begin with &FCI"
        raise InvalidInput(f"{rule}, not {shown!r}" if shown else f"{rule}: there is nothing but comments and blanks")
    keys = _Namelist({}, {})
    key, before = "", ""
    for line, end, token in _tokens(text, start.end()):
        if token == "=":
            key = _new_key(before, keys, key, line)
        elif token.upper() in ("/", "&END", "$END"):
            return keys, text[end:]
        elif key:
            keys.words[key].append(token)
        elif before:
            raise InvalidInput(f"{one_line(before)} in the header must be followed by =")
        before = token
    raise InvalidInput(f"the header must end with &END or / within {MOST_HEADER} characters")


def _tokens(text: str, place: int) -> Iterator[tuple[int, int, str]]:
    """Yield the tokens of a namelist with line and place where they end; comments are left out line by line."""
    line = text.count("\n", 0, place) + 1
    most = min(len(text), place + MOST_HEADER)
    while place < most:
        end = text.find("\n", place, most)
        end = most if end < 0 else end
        comment = re.compile(r"[!#]").search(text, place, end)
        for found in _TOKEN.finditer(text, place, comment.start() if comment else end):
            yield line, found.end(), found[0]
        place, line = end + 1, line + 1


def _new_key(name: str, keys: _Namelist, key: str, line: int) -> str:
    """Begin a new key: its name was taken for the last value of the key before."""
    if not _NAME.fullmatch(name):
        raise _WrongLine(f"{one_line(name) or 'nothing'!r} before = in the header must be a name", line)
    if key:
        keys.words[key].pop()
    new = name.upper()
    if new in keys.words:
        raise _WrongLine(f"{one_line(new)} must occur once in the header", line)
    keys.words[new] = []
    keys.lines[new] = line
    return new


def _header(keys: _Namelist, passed_over: Sequence[str]) -> FcidumpHeader:
    for name, meaning in (("IUHF", "spin-dependent integrals (UHF)"), ("UHF", "spin-dependent integrals (UHF)"),
                          ("TREL", "complex integrals"), ("TCOMPLEX", "complex integrals")):  # fmt: skip
        with keys.line_of(name):
            if not all(_is_off(word) for word in keys.words.get(name, ())):
                raise InvalidInput(f"{name}={one_line(' '.join(keys.words[name]))} must be off: {meaning} are not read")
    _require_real_orbitals(keys)
    with keys.line_of("NORB"):
        orbitals = keys.integer("NORB")
        if orbitals is None:
            raise InvalidInput("NORB is missing in the header")
        if not 1 <= orbitals <= MOST_ORBITALS:
            raise InvalidInput(f"NORB={_short(orbitals)} must be from 1 to {MOST_ORBITALS}")
    with keys.line_of("NELEC"):
        electrons = keys.integer("NELEC")
        if electrons is not None and not 0 <= electrons <= 2 * orbitals:
            raise InvalidInput(f"NELEC={_short(electrons)} must be from 0 to {2 * orbitals}, two for each orbital")
    with keys.line_of("MS2"):
        two_Sz = _two_Sz(keys, orbitals, electrons)
    irrep = None if "ISYM" in passed_over else _irrep(keys)
    with keys.line_of("ORBSYM"):
        labels = None if "ORBSYM" in passed_over else _irreps(keys.words.get("ORBSYM", ()), orbitals)
    return FcidumpHeader(orbitals, electrons, two_Sz, labels, irrep)


def _require_real_orbitals(keys: _Namelist) -> None:
    """Raise `InvalidInput` if orbitals have a definite L_z: (pq|rs) = (qp|rs) does not hold for them.

    Only one of the two is listed then, as the other one is 0, so that their values do not contradict each other.
    """
    words = keys.words.get("SYMLZ", [])
    with keys.line_of("SYMLZ"):
        if any(word.rpartition("*")[2].strip("+-0") for word in words):
            shown = one_line(" ".join(words), _MOST_SHOWN)
            raise InvalidInput(
                f"SYMLZ={shown} must be 0, or left out if the orbitals are real: those of definite L_z are complex, "
                "and complex orbitals are not read"
            )


def _irrep(keys: _Namelist) -> int | None:
    with keys.line_of("ISYM"):
        irrep = keys.integer("ISYM")
        if irrep is not None and not 0 <= irrep <= IRREPS:
            raise InvalidInput(f"ISYM={_short(irrep)} must be from 0, which leaves it open, to {IRREPS}")
    return irrep or None


def _two_Sz(keys: _Namelist, orbitals: int, electrons: int | None) -> int | None:
    two_Sz = keys.integer("MS2")
    if two_Sz is None or (two_Sz == 0 and electrons is not None and electrons % 2):
        return None
    whose = f"NORB={orbitals} orbitals"
    most, odd = orbitals, two_Sz % 2
    if electrons is not None:
        whose = f"NELEC={electrons} electrons in NORB={orbitals} orbitals"
        # electrons, or in a shell that is more than half full the holes
        most, odd = min(electrons, 2 * orbitals - electrons), electrons % 2
    if abs(two_Sz) > most or two_Sz % 2 != odd:
        raise InvalidInput(f"MS2={_short(two_Sz)} must be a doubled S_z that {whose} can have")
    return two_Sz


def _is_off(word: str) -> bool:
    return _LOGICAL.get(word.upper()) is False or word.strip("+-0") == ""


def _irreps(words: Sequence[str], orbitals: int) -> tuple[int, ...] | None:
    labels: list[int] = []
    for word in words:
        count, star, label = word.partition("*")
        times = _number("ORBSYM", count) if star else 1
        if not 0 <= times <= orbitals - len(labels):
            raise InvalidInput(f"ORBSYM must have {orbitals} labels, one for each of NORB={orbitals}, not more")
        labels += times * [_number("ORBSYM", label if star else word)]
    if not any(labels):
        return None
    if len(labels) != orbitals:
        raise InvalidInput(f"ORBSYM must have {orbitals} labels, one for each of NORB={orbitals}, not {len(labels)}")
    wrong = next((label for label in labels if not 1 <= label <= IRREPS), None)
    if wrong is not None:
        raise InvalidInput(f"ORBSYM label {_short(wrong)} must be from 1 to {IRREPS}, or all labels 0")
    return tuple(labels)


def _number(name: str, word: str) -> int:
    if not re.fullmatch(rf"[+-]?[0-9]{{1,{_MOST_DIGITS}}}", word):
        raise InvalidInput(f"{name}={one_line(word, _MOST_SHOWN)} must be an integer of at most {_MOST_DIGITS} digits")
    return int(word)


def _short(number: int) -> str:
    return one_line(number, _MOST_SHOWN)

"""The header of an FCIDUMP file: a Fortran namelist `&FCI ... &END` (or `/`), as different programs write it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from qdverify.protocol.documents import one_line
from qdverify.protocol.dots import IRREPS, MOST_ORBITALS
from qdverify.protocol.values import InvalidInput

MOST_HEADER: Final = 2**20
"""Most characters of a header; with 256 orbitals it takes about 2000."""
_MOST_DIGITS: Final = 9
_START: Final = re.compile(r"\s*[&$]FCI(?=[\s,]|$)", re.IGNORECASE)
_TOKEN: Final = re.compile(r"[&$]END\b|/|=|[A-Za-z_]\w*|'[^'\n]*'|\"[^\"\n]*\"|[^\s,=/&$'\"]+|[&$'\"]", re.IGNORECASE)
_NAME: Final = re.compile(r"[A-Za-z_]\w*")
_LOGICAL: Final = {".TRUE.": True, ".T.": True, "T": True, ".FALSE.": False, ".F.": False, "F": False}


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
        if not irreps:
            keys = {name: words for name, words in keys.items() if name not in ("ORBSYM", "ISYM")}
        return _header(keys), rest
    except InvalidInput as error:
        raise InvalidInput(f"{source}: {error}") from None


def without_comments(lines: str) -> str:
    """Return lines with what follows a "!" or a "#" left out."""
    return re.sub(r"[!#][^\n]*", "", lines) if "!" in lines or "#" in lines else lines


def _namelist(text: str) -> tuple[dict[str, list[str]], str]:
    """Return the values of each key, and the text after the end of the namelist."""
    begin = re.match(r"(?:[ \t\r]*(?:[!#][^\n]*)?\n)*", text)
    text = text[begin.end() :] if begin else text
    start = _START.match(text)
    if start is None:
        raise InvalidInput(f"an FCIDUMP file must begin with &FCI, not {one_line(text[:40]) or 'end'!r}")
    keys: dict[str, list[str]] = {}
    key, before = "", ""
    for end, token in _tokens(text, start.end()):
        if token == "=":
            key = _new_key(before, keys, key)
        elif token.upper() in ("/", "&END", "$END"):
            return keys, text[end:]
        elif key:
            keys[key].append(token)
        elif before:
            raise InvalidInput(f"{one_line(before)} in the header must be followed by =")
        before = token
    raise InvalidInput(f"the header must end with &END or / within {MOST_HEADER} characters")


def _tokens(text: str, place: int) -> Iterator[tuple[int, str]]:
    """Yield the tokens of a namelist with the places where they end; comments are left out line by line."""
    while place < min(len(text), MOST_HEADER):
        end = text.find("\n", place)
        end = len(text) if end < 0 else end
        comment = re.compile(r"[!#]").search(text, place, end)
        for found in _TOKEN.finditer(text, place, comment.start() if comment else end):
            yield found.end(), found[0]
        place = end + 1


def _new_key(name: str, keys: dict[str, list[str]], key: str) -> str:
    """Begin a new key: its name was taken for the last value of the key before."""
    if not _NAME.fullmatch(name):
        raise InvalidInput(f"{one_line(name) or 'nothing'!r} before = in the header must be a name")
    if key:
        keys[key].pop()
    new = name.upper()
    if new in keys:
        raise InvalidInput(f"{one_line(new)} must occur once in the header")
    keys[new] = []
    return new


def _header(keys: Mapping[str, list[str]]) -> FcidumpHeader:
    for name, meaning in (("IUHF", "spin-dependent integrals (UHF)"), ("UHF", "spin-dependent integrals (UHF)"),
                          ("TREL", "complex integrals"), ("TCOMPLEX", "complex integrals")):  # fmt: skip
        if name in keys and not all(_is_off(word) for word in keys[name]):
            raise InvalidInput(f"{name}={one_line(' '.join(keys[name]))} must be off: {meaning} are not read")
    orbitals = _single(keys, "NORB")
    if orbitals is None:
        raise InvalidInput("NORB is missing in the header")
    if not 1 <= orbitals <= MOST_ORBITALS:
        raise InvalidInput(f"NORB={orbitals} must be from 1 to {MOST_ORBITALS}")
    electrons = _single(keys, "NELEC")
    if electrons is not None and not 0 <= electrons <= 2 * orbitals:
        raise InvalidInput(f"NELEC={electrons} must be from 0 to {2 * orbitals}, two for each orbital")
    irrep = _single(keys, "ISYM")
    if irrep is not None and not 0 <= irrep <= IRREPS:
        raise InvalidInput(f"ISYM={irrep} must be from 0, which leaves it open, to {IRREPS}")
    return FcidumpHeader(
        orbitals, electrons, _two_Sz(keys, orbitals, electrons), _irreps(keys, orbitals), irrep or None
    )


def _two_Sz(keys: Mapping[str, list[str]], orbitals: int, electrons: int | None) -> int | None:
    two_Sz = _single(keys, "MS2")
    if two_Sz is None or (two_Sz == 0 and electrons is not None and electrons % 2):
        return None
    whose = f"NORB={orbitals} orbitals"
    most, odd = orbitals, two_Sz % 2
    if electrons is not None:
        whose = f"NELEC={electrons} electrons in NORB={orbitals} orbitals"
        # electrons, or in a shell that is more than half full the holes
        most, odd = min(electrons, 2 * orbitals - electrons), electrons % 2
    if abs(two_Sz) > most or two_Sz % 2 != odd:
        raise InvalidInput(f"MS2={two_Sz} must be a doubled S_z that {whose} can have")
    return two_Sz


def _is_off(word: str) -> bool:
    return _LOGICAL.get(word.upper()) is False or word.strip("+-0") == ""


def _irreps(keys: Mapping[str, list[str]], orbitals: int) -> tuple[int, ...] | None:
    labels: list[int] = []
    for word in keys.get("ORBSYM", ()):
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
        raise InvalidInput(f"ORBSYM label {wrong} must be from 1 to {IRREPS}, or all labels 0")
    return tuple(labels)


def _single(keys: Mapping[str, list[str]], name: str) -> int | None:
    words = keys.get(name)
    if words is None:
        return None
    if len(words) != 1:
        raise InvalidInput(f"{name}={one_line(' '.join(words))} must be one integer")
    return _number(name, words[0])


def _number(name: str, word: str) -> int:
    if not re.fullmatch(rf"[+-]?[0-9]{{1,{_MOST_DIGITS}}}", word):
        raise InvalidInput(f"{name}={one_line(word)} must be an integer of at most {_MOST_DIGITS} digits")
    return int(word)

"""The formula behind a check as MathML, which a browser sets without fetching anything.

`equations.toml` holds each formula once, in LaTeX, with the names of the checks that it stands behind and the sources
("[J96] Eq. (4)") that it is known under. A check's own formula comes first, then that of the longest source found in
its `equation`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Final

_REPAIRS: Final = (
    # the brackets of kets are operators, not letters; the differential d is upright
    (re.compile(r"<mi>(&#x027E[89];)</mi>"), r'<mo stretchy="false">\1</mo>'),
    (re.compile(r"<mi>&#x00064;</mi>"), '<mi mathvariant="normal">d</mi>'),
    # a bar is a fence here, never a relation with space around it; a function's argument stands apart from its name
    (
        re.compile(r'<mo stretchy="false">(&#x0007C;)</mo>'),
        r'<mo stretchy="false" lspace="0.06em" rspace="0.06em">\1</mo>',
    ),
    (re.compile(r"(<mi>(?:sin|cos|sinh|arctan|ln)</mi>)(?!<mo|</)"), r'\1<mspace width="0.167em" />'),
)


@dataclass(frozen=True)
class Formulas:
    """LaTeX by the name of a check and by source."""

    by_check: Mapping[str, str]
    by_source: Mapping[str, str]

    def find(self, check: str, source: str) -> str | None:
        """Return the LaTeX of a check's formula, or None if none is recorded.

        Parameters
        ----------
        check
            Its id, with or without the version.
        source
            What the check names as its equation.
        """
        name = check.partition("@")[0]
        if name in self.by_check:
            return self.by_check[name]
        known = [key for key in self.by_source if _names(source, key)]
        return self.by_source[max(known, key=len)] if known else None


@cache
def formulas() -> Formulas:
    """Return the formulas that the package ships.

    Raises
    ------
    ValueError
        If the file gives a check or a source two formulas.
    """
    text = files("qdverify.report").joinpath("equations.toml").read_text(encoding="utf-8")
    return read_formulas(tomllib.loads(text))


def read_formulas(document: Mapping[str, Any]) -> Formulas:
    """Return the formulas of a parsed `equations.toml`; raise `ValueError` if a name has two of them."""
    by_check: dict[str, str] = {}
    by_source: dict[str, str] = {}
    for entry in document["formula"]:
        for table, names in ((by_check, entry.get("checks", ())), (by_source, entry.get("sources", ()))):
            for name in names:
                if name in table:
                    raise ValueError(f"{name!r} must have one formula, not two")
                table[name] = " ".join(entry["latex"].split())
    return Formulas(by_check, by_source)


@cache
def mathml(latex: str, *, block: bool = True) -> str:
    """Return a formula as a MathML element whose text alternative is the LaTeX it was written in."""
    # imported here: only those who write a page wait for it
    from latex2mathml.converter import convert  # noqa: PLC0415

    markup: str = convert(latex, display="block" if block else "inline")
    for pattern, replacement in _REPAIRS:
        markup = pattern.sub(replacement, markup)
    # symbols as such are shorter than their numbers; of ASCII a few would be markup
    markup = re.sub(r"&#x([0-9A-F]+);", _character, markup)
    return markup.replace("<math ", f'<math alttext="{escape(latex)}" ', 1)


def _character(entity: re.Match[str]) -> str:
    character = chr(int(entity[1], 16))
    return entity[0] if character.isascii() else character


def _names(source: str, key: str) -> bool:
    # "Eq. (1)" must not answer for "Eq. (12)" nor "Table I" for "Table IV"
    return re.search(rf"{re.escape(key)}(?![A-Za-z0-9])", source) is not None

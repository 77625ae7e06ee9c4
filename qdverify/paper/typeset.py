"""Text of the reproduction as HTML: symbols that the CSV files spell in ASCII get subscripts and Greek letters."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup, escape

_WORDS: Final = {"Omega": "\u03a9", "Delta": "\u0394", "lambda": "\u03bb", "mu": "\u03bc", "phi": "\u03c6"}
_RULES: Final = (
    (re.compile(r"\bk_BT\b"), "k<sub>B</sub>T"),
    (re.compile(r"\bmicro-eV\b"), "\u03bceV"),
    (re.compile(r"-&gt;"), "\u2192"),
    (re.compile(r"(?<=[ (])-(?=\d)|^-(?=\d)"), "\u2212"),
    (re.compile(r"\b(Omega|Delta|lambda|mu|phi)(?=_|\b)"), lambda found: _WORDS[found[1]]),
    (re.compile(r"\b([A-Za-z\u0370-\u03ff]|\d)_([A-Za-z0-9]+)"), r"\1<sub>\2</sub>"),
)


def typeset(text: str) -> Markup:
    """Return a text as HTML.

    >>> typeset("Delta in E_H*, 3_1 -> 4_2")
    Markup('\u0394 in E<sub>H</sub>*, 3<sub>1</sub> \u2192 4<sub>2</sub>')
    """
    shown = str(escape(text))
    for pattern, replacement in _RULES:
        shown = pattern.sub(replacement, shown)
    return Markup(shown)

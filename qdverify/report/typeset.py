"""Symbols in running text as print has them: M_ji with a subscript, t^L with a superscript, 1e-9 as a power of ten.

For texts of one line that stand beside formulas. What is not recognised stays as it is; names with underscores, such as
two_S or those of tasks, are no symbols.
"""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup, escape

_GREEK: Final = {
    "eps": "ε",
    "Gamma": "Γ",
    "lambda": "λ",
    "mu": "μ",
    "phi": "φ",
    "sum": "Σ",
}
_BASE: Final = rf"(?<![A-Za-z_^&])(?P<base>[A-Za-z]|{'|'.join(_GREEK)})"
_INDEXED: Final = re.compile(
    rf"{_BASE}(?P<kind>[_^])(?:\{{(?P<group>[^{{}}]*)\}}|(?P<index>[A-Za-z0-9]{{1,3}}\*?))(?![\w^])"
)
_LONE: Final = re.compile(r"(?<![\w^&])(?:eps|Gamma|lambda|mu|phi)(?![\w^])")
_RAISED: Final = re.compile(r"\)\^(\d+)(?!\w)")
_THERMAL: Final = re.compile(r"(?<![\w^])k_B\s?T(?!\w)")
_POWER: Final = re.compile(r"(?<![\w.])(?P<mantissa>\d+(?:\.\d+)?)e(?P<sign>[+-]?)0*(?P<exponent>\d+)(?!\w)")
_SIGNS: Final = (("-&gt;", "→"), ("&lt;=", "≤"), ("&gt;=", "≥"), ("hbar", "ħ"), (" - ", " − "))


def typeset(text: object) -> Markup:
    """Return a text as markup in which symbols are set as mathematics; everything else in it is escaped."""
    marked = str(escape(str(text)))
    for plain, sign in _SIGNS:
        marked = marked.replace(plain, sign)
    marked = _THERMAL.sub("<i>k</i><sub>B</sub><i>T</i>", marked)
    marked = _INDEXED.sub(_indexed, marked)
    marked = _LONE.sub(lambda match: _GREEK[match[0]], marked)
    marked = _RAISED.sub(r")<sup>\1</sup>", marked)
    # our own tags around a text that is escaped
    return Markup(_POWER.sub(_power, marked))


def _indexed(match: re.Match[str]) -> str:
    base = match["base"]
    symbol = _GREEK.get(base, f"<i>{base}</i>")
    tag = "sub" if match["kind"] == "_" else "sup"
    index = match["index"] if match["group"] is None else match["group"]
    index, star = (index[:-1], "*") if index.endswith("*") else (index, "")
    return f"{symbol}<{tag}>{index}</{tag}>{star}"


def _power(match: re.Match[str]) -> str:
    mantissa = "" if match["mantissa"] in ("1", "1.0") else f"{match['mantissa']} × "
    sign = "−" if match["sign"] == "-" else ""
    return f"{mantissa}10<sup>{sign}{match['exponent']}</sup>"

"""Numbers and texts of a report as a reader should see them, on the page and in the terminal.

Of an array the worst element is shown, with its index; of a measured number the digits that agree with the reference
are told from those that do not. Texts may come from an implementation under test: control and direction characters are
made visible here, markup is escaped by the template.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeGuard

from qdverify.protocol.nested import is_number, items, numbers
from qdverify.report.document_types import FindingDocument

_NUMBER: Final = re.compile(r"(?P<sign>-?)(?P<mantissa>\d+(?:\.\d*)?)(?P<exponent>(?:[eE][+-]?\d+)?)")
_SHORT_LIST: Final = 16
_LONGEST_NAME: Final = 40


@dataclass(frozen=True)
class Shown:
    """A value in its shortest telling form.

    Attributes
    ----------
    agreeing, differing
        The text of the number, cut where it parts from its counterpart.
    index
        Which element of an array it is and of how many, such as ``"[2, 1] of 12"``; empty for a plain number.
    full
        All of an array as text, cut at a limit; empty for a plain number.
    is_array
        Whether `agreeing` is such a text, since no element stands for the array.
    """

    agreeing: str
    differing: str = ""
    index: str = ""
    full: str = ""
    is_array: bool = False

    def cut(self, limit: int) -> Shown:
        """Return it as it would be with a smaller limit."""
        agreeing = shortened(self.agreeing, limit) if self.is_array else self.agreeing
        full = shortened(self.full, limit)
        return self if (agreeing, full) == (self.agreeing, self.full) else replace(self, agreeing=agreeing, full=full)


def visible(text: object) -> str:
    """Return a text on one line: every character that does not print, line breaks among them, made visible."""
    shown = str(text)
    return shown if shown.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in shown)


def visible_lines(text: object) -> str:
    """Return a text of several lines, each made visible: for places where a line cannot be taken for our own."""
    return "\n".join(visible(line) for line in str(text).split("\n"))


def name_text(text: object) -> str:
    """Return what an implementation calls itself, short enough not to crowd out what is said of it."""
    name = visible(text)
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"


def shown_pair(measured: object, reference: object, limit: int) -> tuple[Shown, Shown]:
    """Return a measured value and its reference, shown at the element in which they differ most.

    Parameters
    ----------
    measured, reference
        JSON values of any shape, equal or not.
    limit
        Largest length of the text of a whole array.
    """
    if is_number(measured) and is_number(reference):
        agreeing, differing = _split(measured, reference)
        return Shown(agreeing, differing), Shown(_text(reference))
    if _is_count_list(measured) and _is_count_list(reference) and len(measured) == len(reference) <= _SHORT_LIST:
        return _shown_counts(measured, reference), Shown(_json(reference, limit), is_array=True)
    ours, theirs = dict(_elements(measured)), dict(_elements(reference))
    if ours.keys() != theirs.keys() or not ours:
        return Shown(_json(measured, limit), is_array=True), Shown(_json(reference, limit), is_array=True)
    index = max(ours, key=lambda key: _distance(ours[key], theirs[key]))
    agreeing, differing = _split(ours[index], theirs[index])
    if not index:
        return Shown(agreeing, differing), Shown(_text(theirs[index]))
    where = f"[{', '.join(index)}] of {len(ours)}"
    return (
        Shown(agreeing, differing, where, _json(measured, limit)),
        Shown(_text(theirs[index]), "", where, _json(reference, limit)),
    )


def count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural if needed."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def short(number: float) -> str:
    """Return a deviation or a tolerance with two digits."""
    return re.sub(r"e([+-])0", r"e\1", f"{number:.2g}")


def accuracy_text(accuracy: float) -> str:
    """Return an accuracy that was measured; one that is not below 1 is none.

    >>> accuracy_text(2.5e-9), accuracy_text(1e200)
    ('2.5e-9', 'none')
    """
    return short(accuracy) if accuracy < 1.0 else "none"


def claim_text(claim: float | Mapping[str, float]) -> str:
    """Return a claimed accuracy in words.

    >>> claim_text({"relative": 1e-6, "absolute": 1e-9})
    'relative 1e-6 or absolute 1e-9'
    """
    parts = {"relative": claim} if isinstance(claim, int | float) else claim
    named = [f"{name} {short(value)}" for name, value in parts.items() if value]
    return " or ".join(named)


def scale_of(finding: FindingDocument) -> float:
    """Return the largest number that a finding of a report document compares; 0 if it compares none."""
    sides = (finding["measured"], finding["reference"]["value"]) if "reference" in finding else ()
    return max((abs(value) for side in sides for value in numbers(side)), default=0.0)


def has_digits(finding: FindingDocument) -> bool:
    """Tell whether digits of agreement say something about a finding.

    They are relative to the largest number compared: if that is itself below what is allowed, such as 1e-18 in place
    of an exact zero, agreement in no digit at all is no shortcoming.
    """
    return "digits" in finding and scale_of(finding) > finding["tolerance"]["value"] + finding["reference"]["bound"]


def digits_text(digits: tuple[float, float]) -> str:
    """Return an interval of digits: one number if both ends round to the same."""
    least, most = (f"{end:.1f}" for end in digits)
    return least if least == most else f"{least}–{most}"


def _is_count_list(value: object) -> TypeGuard[Sequence[int]]:
    return isinstance(value, list | tuple) and all(
        isinstance(item, int) and not isinstance(item, bool) for item in value
    )


def _shown_counts(measured: Sequence[int], reference: Sequence[int]) -> Shown:
    """Return a short list of counts in full, cut before the first wrong one."""
    text = str(list(measured))
    same = next((place for place, (a, b) in enumerate(zip(measured, reference, strict=True)) if a != b), None)
    if same is None:
        return Shown(text)
    agreeing = "[" + "".join(f"{number}, " for number in measured[:same])
    return Shown(agreeing, text[len(agreeing) :])


def _elements(value: object) -> Iterator[tuple[tuple[str, ...], object]]:
    for place, item in items(value):
        yield tuple(visible(part) for part in place), item


def _distance(a: object, b: object) -> float:
    if is_number(a) and is_number(b):
        return abs(float(a) - float(b))
    return 0.0 if a == b else math.inf


def _split(measured: object, reference: object) -> tuple[str, str]:
    """Cut the measured number after the significant digits that it shares with the reference."""
    text = _text(measured)
    match = _NUMBER.fullmatch(text)
    if not is_number(measured) or not is_number(reference) or match is None:
        return (text, "") if measured == reference else ("", text)
    if measured == reference:
        return text, ""
    agreeing = max(0, math.floor(_shared_digits(measured, reference)))
    if agreeing == 0:
        return "", text
    position, seen, leading = 0, 0, True
    mantissa = match["mantissa"]
    while position < len(mantissa) and (seen < agreeing or mantissa[position] == "."):
        leading = leading and mantissa[position] in "0."
        seen += not leading and mantissa[position] != "."
        position += 1
    cut = len(match["sign"]) + position
    return text[:cut], text[cut:]


def _shared_digits(a: float, b: float) -> float:
    scale, distance = max(abs(a), abs(b)), abs(a - b)
    return math.log10(scale) - math.log10(distance) if 0 < distance < scale else 0.0


def _text(value: object) -> str:
    if isinstance(value, str):
        return visible(value)
    return json.dumps(value) if isinstance(value, bool | None) else repr(value)


def shortened(text: str, limit: int) -> str:
    """Return the beginning of a text that report.json holds whole; nothing of it if nothing is asked for.

    What was shortened before and is shortened further is as if it had been so at once.

    >>> shortened("0.25, 0.5, 0.75", 4)
    '0.25 … (all of it in report.json)'
    >>> shortened(shortened("0.25, 0.5, 0.75", 9), 4)
    '0.25 … (all of it in report.json)'
    """
    if len(text) <= limit:
        return text
    return f"{text[:limit]} … (all of it in report.json)" if limit else ""


def _json(value: object, limit: int) -> str:
    return shortened(visible(value if isinstance(value, str) else json.dumps(value)), limit)

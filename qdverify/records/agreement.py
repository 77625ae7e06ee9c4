"""Digits in which two documents agree: references, baselines and reports, number by number.

A number is a ball: a decimal middle of any length, and a radius that is the proof's, the claim's or the bound's. Two
balls that do not overlap cannot both be right. The digits are an interval, because the balls are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, DecimalException, localcontext
from fractions import Fraction
from typing import Any, Final

from qdverify.protocol.case import Case
from qdverify.protocol.documents import require_schema
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.nested import items
from qdverify.protocol.plain import shown
from qdverify.records import baseline
from qdverify.records.schema import record_schema
from qdverify.reference.document_types import ReferenceDocument
from qdverify.report.document import SCHEMA as REPORT
from qdverify.report.document_types import ReportDocument

REFERENCE: Final = "qdverify-reference/1"
MOST_DIGITS: Final = 100.0
_WIDE: Final = Context(prec=120, Emin=MIN_EMIN, Emax=MAX_EMAX)  # populations reach below 1e-1000000000
Key = tuple[str, str]


@dataclass(frozen=True)
class Ball:
    """A number and how far from it the truth may lie."""

    mid: Decimal
    rad: Decimal = Decimal(0)


@dataclass(frozen=True)
class Agreement:
    """One named value in two documents: its worst element decides.

    Attributes
    ----------
    case, name
        Where the value stands.
    index
        Of the worst element, in reading order.
    digits
        Interval of the decimal digits in which the two agree, their radii included.
    compatible
        Whether all balls overlap.
    pairs
        Every element in both documents.
    """

    case: str
    name: str
    index: int
    deviation: Decimal
    digits: tuple[float, float]
    compatible: bool
    pairs: Sequence[tuple[Ball, Ball]] = field(default=(), compare=False, repr=False)

    def reaches(self, digits: float) -> bool:
        """Tell whether the first document holds that many digits of the second one's numbers.

        A number that may be zero has no digits of its own: it is held to the largest one beside it.
        """
        with localcontext(_WIDE):
            largest = max((abs(b.mid) for _, b in self.pairs), default=Decimal(0))
            return bool(self.pairs) and all(_reaches(a, b, largest, digits) for a, b in self.pairs)


@dataclass(frozen=True)
class Agreements:
    """How two documents agree.

    Attributes
    ----------
    values
        What both hold.
    only_first, only_second
        What one of them holds.
    """

    values: Sequence[Agreement]
    only_first: Sequence[Key]
    only_second: Sequence[Key]

    @property
    def compatible(self) -> bool:
        """Whether every value that both hold can be the same number."""
        return all(item.compatible for item in self.values)


def agreements(first: object, second: object, *, sources: tuple[str, str] = ("the first", "the second")) -> Agreements:
    """Compare the numbers of two documents.

    Parameters
    ----------
    first, second
        References, lists of references, baselines or reports, as JSON values.
    sources
        What errors call the two, such as the names of their files.

    Raises
    ------
    InvalidInput
        If one of them is nothing of that kind, or a reference, a list or a baseline that holds no number.
    """
    one, two = (_by_name(*given) for given in zip((first, second), sources, strict=True))
    return Agreements(
        values=[agreement(key, one[key], two[key]) for key in one if key in two],
        only_first=sorted(one.keys() - two.keys()),
        only_second=sorted(two.keys() - one.keys()),
    )


def _by_name(document: object, source: str) -> dict[Key, list[Ball]]:
    try:
        found = dict(_numbers(document))
    except InvalidInput as error:
        raise InvalidInput(f"{source}: {error}") from None
    # a report whose findings are all errors is a report, and is compared by its verdicts
    if not found and isinstance(document, list):
        raise InvalidInput(f"{source}: a list must hold at least one reference")
    if not found and isinstance(document, Mapping) and document.get("schema") != REPORT:
        raise InvalidInput(f"{source} must hold at least one number")
    return found


def agreement(key: Key, first: Sequence[Ball], second: Sequence[Ball]) -> Agreement:
    """Compare one value of two documents, element by element."""
    if len(first) != len(second) or not first:
        return Agreement(*key, 0, Decimal("Infinity"), (0.0, 0.0), compatible=False)
    with localcontext(_WIDE):
        pairs = list(zip(first, second, strict=True))
        digits = [digits_between(a, b) for a, b in pairs]
        worst = min(range(len(pairs)), key=lambda k: digits[k])
        a, b = pairs[worst]
        overlap = all(abs(x.mid - y.mid) <= x.rad + y.rad for x, y in pairs)
        return Agreement(*key, worst, abs(a.mid - b.mid), digits[worst], overlap, pairs)


def ball(value: object) -> Ball:
    """Return a number of a document as a ball: a JSON number, a string with a decimal or a rational, or mid and rad."""
    if isinstance(value, Mapping):
        middle, radius = _decimal(value["mid"]), _decimal(value.get("rad", 0))
        if radius < 0:
            raise InvalidInput(f"rad={shown(value['rad'])} must not be negative")
        return Ball(middle, radius)
    return Ball(_decimal(value))


def _decimal(value: Any) -> Decimal:
    with localcontext(_WIDE):
        try:
            number = _quotient(value) if isinstance(value, str) and "/" in value else Decimal(value)
        except (DecimalException, ValueError, TypeError, ZeroDivisionError):
            raise InvalidInput(f"{shown(value)} must be a decimal or a rational number") from None
        if isinstance(value, bool) or not number.is_finite():
            raise InvalidInput(f"{shown(value)} must be a finite number")
        return number


def _quotient(text: str) -> Decimal:
    rational = Fraction(text)
    return Decimal(rational.numerator) / Decimal(rational.denominator)


def _reaches(value: Ball, reference: Ball, largest: Decimal, digits: float) -> bool:
    if abs(reference.mid) > reference.rad:
        return digits_between(value, reference)[1] >= digits
    beyond = abs(value.mid - reference.mid) - value.rad - reference.rad
    return _digits_of(max(Decimal(0), beyond), largest) >= digits


def digits_between(first: Ball, second: Ball) -> tuple[float, float]:
    """Return the interval of decimal digits in which two numbers agree, their radii included."""
    with localcontext(_WIDE):
        deviation, radius = abs(first.mid - second.mid), first.rad + second.rad
        scale = max(abs(first.mid), abs(second.mid))
        return _digits_of(deviation + radius, scale), _digits_of(max(Decimal(0), deviation - radius), scale)


def _digits_of(deviation: Decimal, scale: Decimal) -> float:
    if deviation == 0:
        return MOST_DIGITS
    if deviation >= scale:
        return 0.0
    return min(MOST_DIGITS, float((scale / deviation).log10()))


def _numbers(document: Any) -> Iterator[tuple[Key, list[Ball]]]:
    if isinstance(document, list):
        for item in document:
            yield from _numbers(item)
        return
    schema = document.get("schema") if isinstance(document, Mapping) else None
    if schema == REFERENCE:
        yield from _reference(document)
    elif schema == baseline.SCHEMA:
        yield from _baseline(document)
    elif schema == REPORT:
        yield from _report(document)
    else:
        raise InvalidInput(f"schema={schema!r} must be one of {REFERENCE!r}, {baseline.SCHEMA!r} and {REPORT!r}")


def _reference(document: ReferenceDocument) -> Iterator[tuple[Key, list[Ball]]]:
    require_schema(document, record_schema("reference"), "the reference")
    case = baseline.case_name(Case.from_document(document["case"]))
    for name, value in document["values"].items():
        if value is not None:  # infinite: no number to compare
            yield (case, name), list(_flat(value))


def _baseline(document: object) -> Iterator[tuple[Key, list[Ball]]]:
    for entry in baseline.entries_of(document, "the baseline"):
        for name, value in entry.values.items():
            bound = _decimal(entry.bound[name])
            if value is not None:
                yield (baseline.case_name(entry.case), name), [Ball(item.mid, bound) for item in _flat(value)]


def _report(document: ReportDocument) -> Iterator[tuple[Key, list[Ball]]]:
    seen: dict[Key, int] = {}
    for finding in document["findings"]:
        key = finding["id"].partition("@")[0], finding["case"]["label"]
        seen[key] = seen.get(key, 0) + 1
        try:
            values = list(_flat(finding["measured"]))
        except (KeyError, InvalidInput):
            continue  # an error has no value, and a word is no number
        yield (key[0], f"{key[1]} ({seen[key]})"), values


def _flat(value: object) -> Iterator[Ball]:
    """Yield the numbers of lists in their order, and those of objects, such as of leads, in that of their names."""
    found = items(value, whole=lambda part: isinstance(part, Mapping) and "mid" in part)
    for _, item in sorted(found, key=lambda part: part[0]):
        yield ball(item)

"""Quantities of the laboratory, a number with its unit, as pint reads them: alone, or as an axis.

A text is one plain decimal number and one unit. What pint reads besides, as a sum, a product of numbers or a list of
them, is taken for a mistake: of "1,5 K" it would make 15 K. An array with a unit is converted to the one expected.
Pint evaluates what it reads, so nothing longer or of another form than a unit's reaches it.
"""

from __future__ import annotations

import re
from functools import cache
from math import isfinite, log10
from numbers import Real
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

import numpy as np

from numeric.arrays import FloatArray
from numeric.validation import as_axis, shown

if TYPE_CHECKING:
    import pint

Quantity: TypeAlias = "str | pint.Quantity[float]"
"""A number with its unit, as a text such as "200 nm" or as a quantity of pint."""
NUMBER: Final = r"[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?|nan|inf|infinity)"
UNIT: Final = r"(?:[^\W\d]|[%°])\w*(?:\s*(?:\*\*|\^)\s*[+-]?[0-9]{1,2}(?:\.[0-9]{1,2})?)?"
TEXT: Final = re.compile(rf"\s*({NUMBER})\s*(/?)\s*({UNIT}(?:\s*[*/]\s*{UNIT})*)\s*", re.IGNORECASE)
"""Number and unit; a unit is names, each with a power if it has one, between * or /."""
OF_UNITS: Final = re.compile(rf"\s*(?:1\s*/\s*)?{UNIT}(?:\s*[*/]\s*{UNIT})*\s*", re.IGNORECASE)
"""A unit alone, as arrays name theirs."""
MOST_CHARACTERS: Final = 1500
"""Of a number with its unit: a double takes at most 1076 to be written exactly."""
MOST_OF_UNIT: Final = 200
"""Characters of a unit: pint reads a name of 1e4 letters in a second, and longer ones ever more slowly."""

MOST_DECADES: Final = 200
"""Of all factors of a unit, each to its power, away from 1: the rest of a double's 308 is for constants."""


class Kind(NamedTuple):
    """A kind of quantities.

    Parameters
    ----------
    example
        What a message shows.
    dimensions
        In the words of pint.
    """

    example: str
    dimensions: tuple[str, ...]


LENGTH: Final = Kind("a length with its unit, such as '200 nm'", ("[length]",))
ENERGY: Final = Kind(
    "an energy with its unit, such as '1 meV'", ("[energy]", "[temperature]", "[electric_potential]", "[frequency]")
)
TEMPERATURE: Final = Kind("a temperature with its unit, such as '100 mK', or k_B T as an energy", ENERGY.dimensions)
RATE: Final = Kind("a rate with its unit, such as '1 GHz'", ("[frequency]", "[energy]"))


@cache
def units() -> pint.UnitRegistry[float]:
    """Return the registry of units; pint takes a second to load."""
    try:
        from pint import UnitRegistry  # noqa: PLC0415 - an extra, and slow
    except ImportError as error:
        raise ImportError("laboratory units need pint: pip install '.[units]' in a clone of qdverify") from error
    return UnitRegistry()


def read(given: object, kind: Kind) -> pint.Quantity[float]:
    """Return a quantity with a float, or raise ValueError unless it is of that kind and finite."""
    registry = units()
    from pint.facets.plain import PlainQuantity  # noqa: PLC0415 - as in `units`

    wrong = f"{shown(given)} must be {kind.example}"
    if isinstance(given, str) and len(given) > MOST_CHARACTERS:
        raise ValueError(f"{wrong}, of at most {MOST_CHARACTERS} characters")
    if isinstance(given, PlainQuantity):
        # a quantity of the caller's own registry is read by the names of its units
        number, unit = given.magnitude, str(given.units)
    elif isinstance(given, str) and (parts := TEXT.fullmatch(given)):
        number, unit = float(parts[1]), f"1 / {parts[3]}" if parts[2] else parts[3]
    else:
        rule = ", in one plain decimal number and one unit" if isinstance(given, str) else ""
        raise ValueError(wrong + rule)
    if not isinstance(number, Real) or not _is_unit(unit):
        raise ValueError(wrong)
    try:
        found: pint.Quantity[float] = registry.Quantity(_as_float(number), unit)
        known = any(found.check(dimension) for dimension in kind.dimensions)
        may_turn = kind in (ENERGY, TEMPERATURE) and found.check("[frequency]")
        moderate = _is_moderate(found)
        known = known and (not moderate or angles(found) in ((0, 1) if may_turn else (0,)))
    except Exception as error:  # pint raises errors of many kinds at units that it cannot read or convert
        raise ValueError(wrong) from error
    if not known:
        raise ValueError(wrong)
    if not moderate:
        raise ValueError(f"{wrong}, of factors that are together at most {MOST_DECADES} decades from 1")
    if not isfinite(found.m):
        raise ValueError(f"{shown(given)} must be finite")
    return found


def read_axis(name: str, values: Any, unit: str) -> FloatArray:
    """Return an axis in that unit, (n,): plain numbers are in it, and those with a unit of their own are converted.

    Parameters
    ----------
    values
        As `numeric.validation.as_axis`, or an array with a unit: of pint, or of any other kind that names its unit, as
        the axes of a map do.

    Raises
    ------
    ValueError
        If the unit is unknown or of another dimension, or as `numeric.validation.as_axis`.
    """
    own = next((found for of in ("units", "unit") if (found := getattr(values, of, None)) is not None), None)
    if own is None:
        return as_axis(name, values)
    numbers = next((getattr(values, of) for of in ("magnitude", "value", "values") if hasattr(values, of)), values)
    axis, registry = as_axis(name, numbers), units()
    wrong = f"{name} in {shown(str(own))} must be in {unit}, or in a unit that is converted to it"
    if not _is_unit(str(own)):
        raise ValueError(f"{wrong}, of at most {MOST_OF_UNIT} characters")
    try:
        with np.errstate(over="ignore"):
            given = registry.Quantity(axis, str(own))
            found, known = given.to(unit), _is_moderate(given) and angles(given) == 0
    except Exception as error:  # as in `read`
        raise ValueError(wrong) from error
    if not known:
        raise ValueError(wrong)
    return as_axis(name, found.magnitude)


def angles(found: pint.Quantity[Any]) -> object:
    """Return the power of angles in a unit, which pint's dimensions leave out: 1 rad/s is no frequency of 1 Hz."""
    return dict(found.to_root_units().unit_items()).get("radian", 0)


def _is_moderate(found: pint.Quantity[Any]) -> bool:
    """Return whether no product of factors of a unit leaves doubles, in any order: 1 ym**15 zm**-14 would read 0."""
    decades = 0.0
    for name, power in found.unit_items():
        factor: Any = units().get_root_units(name)[0]
        decades += abs(float(str(power)) * log10(factor))
    return decades <= MOST_DECADES


def _is_unit(text: str) -> bool:
    """Return whether a text is a unit: names and powers of two digits, and not what pint would have to compute."""
    return len(text) <= MOST_OF_UNIT and OF_UNITS.fullmatch(text) is not None


def _as_float(number: Real) -> float:
    """Return a number as a float, infinite if it is beyond the range of floats."""
    try:
        return float(number)
    except OverflowError:
        return float("inf")

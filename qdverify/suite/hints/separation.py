"""Which input separates the cases that fail from those that pass: where a slip shows is half of what it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

FEWEST_FAILED: Final = 2
FEWEST_PASSED: Final = 4
_NUMBERS: Final = ("kT", "lambda/L", "two_S_i")
"""Inputs for which a range is where an approximation ends; of others a suite has too few values."""


def separated(failed: Sequence[Mapping[str, Any]], passed: Sequence[Mapping[str, Any]]) -> str:
    """Return the one input by which the failed cases lie apart, as a sentence; nothing where none or several do.

    A few cases lie apart in one input or another whatever is wrong, so that some of each are needed.
    """
    wrong = _different(failed)
    right = [case for key, case in _different(passed).items() if key not in wrong]
    if len(wrong) < FEWEST_FAILED or len(right) < FEWEST_PASSED:
        return ""
    found = [
        sentence for name in _NUMBERS if (sentence := _apart(name, _values(name, wrong.values()), _values(name, right)))
    ]
    return f"only cases with {found[0]} fail: what differs there?" if len(found) == 1 else ""


def _different(cases: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {json.dumps(case, sort_keys=True, default=str): case for case in cases}


def _values(name: str, cases: Any) -> list[float | None]:
    return [_value(name, case) for case in cases]


def _value(name: str, case: Mapping[str, Any]) -> float | None:
    dot = case.get("dot")
    inputs = {**case, **(dot if isinstance(dot, Mapping) else {})}
    if name == "lambda/L":
        soft = inputs.get("kernel") == "soft-coulomb"
        return inputs["cutoff"] / inputs["length"] if soft else None
    value = inputs.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _apart(name: str, wrong: Sequence[float | None], right: Sequence[float | None]) -> str:
    """Return the side of a threshold on which all wrong cases lie and no right one."""
    low, high = [value for value in wrong if value is not None], [value for value in right if value is not None]
    if len(low) < len(wrong) or len(high) < len(right):
        return ""
    if max(low) < min(high):
        return f"{name} <= {max(low):.3g}"
    return f"{name} >= {min(low):.3g}" if min(low) > max(high) else ""

"""Which condition separates the cases that fail from those that pass: where a fault shows is half of what it is.

A condition is a word that all failing cases share ("even N") or one side of a threshold of a number ("kT <= 0.01"), and
that no passing case meets. It is counted out, and nothing more is claimed. If several conditions separate, those that
are named first in `qdverify.suite.hints.conditions` are shown, and how many there are is said.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from qdverify.protocol.json_types import Question
from qdverify.suite.hints.conditions import NUMBERS, WORDS, Case, Value

FEWEST_FAILED: Final = 2
FEWEST_PASSED: Final = 3
MOST_SHOWN: Final = 2


def separated(failed: Sequence[Question], passed: Sequence[Question]) -> str:
    """Return the condition that separates the failing cases, with its counts; an empty string if none does.

    A few cases differ in one input or another whatever is wrong, so some of each are needed.
    """
    wrong = _different(failed)
    right = {key: case for key, case in _different(passed).items() if key not in wrong}
    if len(wrong) < FEWEST_FAILED or len(right) < FEWEST_PASSED:
        return ""
    found = list(_conditions(list(wrong.values()), list(right.values())))
    if not found:
        return ""
    shown = " (or: ".join(found[:MOST_SHOWN]) + (")" if len(found) > 1 else "")
    more = f", and {len(found) - MOST_SHOWN} more conditions" if len(found) > MOST_SHOWN else ""
    return f"all {len(wrong)} failing cases have {shown}{more}, none of {len(right)} passing"


def _different(cases: Sequence[Case]) -> dict[str, Case]:
    return {json.dumps(case, sort_keys=True, default=str): _unfolded(case) for case in cases}


def _unfolded(case: Case) -> Case:
    """Return the inputs of the question that a case holds, if it holds one under a name of its own."""
    question = case.get("question")
    return {**case, **question} if isinstance(question, Mapping) else case


def _conditions(wrong: Sequence[Case], right: Sequence[Case]) -> Iterator[str]:
    for name, read in WORDS.items():
        values, others = _values(read, wrong), _values(read, right)
        if None not in values and len(set(values)) == 1 and values[0] not in others:
            yield name.format(values[0])
    for name, read in NUMBERS.items():
        yield from _side(name, _values(read, wrong), _values(read, right))


def _values(read: Callable[[Case], Value], cases: Sequence[Case]) -> list[Value]:
    return [_read(read, case) for case in cases]


def _read(read: Callable[[Case], Value], case: Case) -> Value:
    try:
        return read(case)
    except (KeyError, IndexError, TypeError, ValueError):  # a case of another shape has no such property
        return None


def _side(name: str, wrong: Sequence[Value], right: Sequence[Value]) -> Iterator[str]:
    """Yield the side of a threshold on which all failing cases lie, and no passing one."""
    low = [value for value in wrong if isinstance(value, int | float)]
    high = [value for value in right if isinstance(value, int | float)]
    if len(low) < len(wrong) or not high:
        return
    if max(low) < min(high):
        yield f"{name} <= {max(low):.3g}"
    elif min(low) > max(high):
        yield f"{name} >= {min(low):.3g}"
    elif len(set(low)) == 1 and low[0] not in high:
        yield f"{name} = {low[0]:.3g}"

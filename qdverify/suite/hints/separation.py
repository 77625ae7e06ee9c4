"""Which one condition separates what fails from what passes: where a fault shows is half of what it is.

A condition is a word that all failing cases share ("even N"), or one side of a threshold of a number ("kT <= 0.01"),
and that no passing case meets. It is counted out, and nothing more is claimed. A few cases differ in one input or
another whatever is wrong, so a condition is stated only if chance would hardly have let any of those that were tried
separate: there are C(n, k) ways in which k of n cases can fail, and a condition is right in one of them. If more
conditions separate than are worth reading, the cases tell too little, and none is stated.

What was not asked is not known: a condition on a number names what was asked on the other side too ("kT <= 0.01, none
of 18 passing (kT >= 0.1)"), and "even N" is said only if two different even N fail. If one whole number alone fails,
that number is the condition, and not a parity or a side of a threshold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from typing import Final

from qdverify.suite.hints.conditions import NUMBERS, OF_PARITY, SAME_FIELD, WHOLE, WORDS, Case, Read, Value

CHANCE: Final = 0.01
"""Probability that a condition which has nothing to do with the fault separates as well."""
FEWEST: Final = 2
MOST_SHOWN: Final = 3
MOST_LISTED: Final = 4
Readers = Mapping[str, Read]


@dataclass(frozen=True)
class Condition:
    """What all failing cases do, and no passing one.

    Attributes
    ----------
    words
        Such as "have even N".
    threshold
        Whether it is a side of a threshold, beyond which a program may clip or drop something.
    failing, passing
        The numbers that were asked on either side, as far as the words do not say them.
    """

    words: str
    threshold: bool
    failing: str = ""
    passing: str = ""


def conditions_of(
    wrong: Sequence[Case],
    right: Sequence[Case],
    *,
    words: Readers = WORDS,
    numbers: Readers = NUMBERS,
    whole: Readers = WHOLE,
    evidence: Sequence[int] = (),
) -> list[Condition]:
    """Return the conditions that separate failing from passing cases, if chance is unlikely; else nothing.

    Parameters
    ----------
    evidence
        How many cases of both sides count where chance is estimated; all of them if empty.
    """
    many, others = evidence or (len(wrong), len(right))
    if min(many, others) < FEWEST:
        return []
    found: list[Condition] = []
    told: set[str] = set()
    tried = 0
    for name, read in words.items():
        values, passing = _values(read, wrong), _values(read, right)
        tried += _classes(values, passing)
        if None not in values and len(set(values)) == 1 and values[0] not in passing:
            counted = numbers.get(OF_PARITY.get(name, ""))
            failing, others_asked = (_numbers(counted, cases) for cases in (wrong, right)) if counted else ((), ())
            if counted and len(failing) < FEWEST:
                continue
            words_of = name.format(values[0]).strip()
            found.append(Condition(words_of, False, _listed(failing), _listed(others_asked)))
            told.update(SAME_FIELD.get(name, ()))
    for name, read in numbers.items():
        if name in told:
            continue
        values, passing = _values(read, wrong), _values(read, right)
        distinct = _classes(values, passing)
        tried += min(2, distinct) + (distinct if name in whole else 0)
        found += _side(name, values, passing, single=name in whole)
    likely = tried > CHANCE * comb(many + others, many)
    return [] if likely or len(found) > MOST_SHOWN else found


def said(found: Sequence[Condition], wrong: int, right: int, of: tuple[str, str] = ("failing cases", "passing")) -> str:
    """Return the sentence that states conditions with the counts, and what was asked, on both sides."""
    others = "; ".join(item.words for item in found[1:])
    shown = found[0].words + _in_brackets(found[0].failing) + (f" (or: {others})" if others else "")
    return f"all {wrong} {of[0]} {shown}, none of {right} {of[1]}{_in_brackets(found[0].passing)}"


def _in_brackets(text: str) -> str:
    return f" ({text})" if text else ""


def _numbers(read: Read, cases: Sequence[Case]) -> list[float]:
    """Return the different numbers of cases, rising."""
    return sorted({value for value in _values(read, cases) if isinstance(value, int | float)})


def _listed(numbers: Sequence[float]) -> str:
    """Return a few numbers one by one, and more of them by the range."""
    if len(numbers) > MOST_LISTED:
        return f"{len(numbers)} of {numbers[0]:.3g} to {numbers[-1]:.3g}"
    return ", ".join(f"{number:.3g}" for number in numbers)


def _classes(values: Sequence[Value], others: Sequence[Value]) -> int:
    """Return how many different values there are; none if all cases agree, since nothing is tried then."""
    different = len({*values, *others})
    return different if different > 1 else 0


def _values(read: Read, cases: Sequence[Case]) -> list[Value]:
    return [_read(read, case) for case in cases]


def _read(read: Read, case: Case) -> Value:
    try:
        return read(case)
    except (KeyError, IndexError, TypeError, ValueError):  # a case of another shape has no such property
        return None


def _side(name: str, wrong: Sequence[Value], right: Sequence[Value], *, single: bool) -> Iterator[Condition]:
    """Yield the side of a threshold on which all failing cases lie, and no passing one."""
    low = [value for value in wrong if isinstance(value, int | float)]
    high = [value for value in right if isinstance(value, int | float)]
    if len(low) < len(wrong) or not high:
        return
    if single and len(set(low)) == 1:
        if low[0] not in high:
            outside = not min(high) < low[0] < max(high)
            yield Condition(f"have {name} = {low[0]:.3g}", outside, passing=_listed(sorted(set(high))))
    elif max(low) < min(high):
        yield Condition(f"have {name} <= {max(low):.3g}", True, passing=f"{name} >= {min(high):.3g}")
    elif min(low) > max(high):
        yield Condition(f"have {name} >= {min(low):.3g}", True, passing=f"{name} <= {max(high):.3g}")

"""The single values of answers: which of them are wrong, and by what they differ from those that are right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from qdverify.protocol.json_types import Question
from qdverify.suite.hints.conditions import Read, Value
from qdverify.suite.hints.observed import Comparisons, Observed
from qdverify.suite.hints.separation import conditions_of, said

Element: TypeAlias = Question
CLEARLY: Final = 30.0
"""Minimum ratio of the errors of wrong values to those of right ones, if not the tolerance alone is to part them."""
DECADES: Final = 1e3
"""Ratio of the largest to the smallest value from which on sizes are worth telling apart."""
NOTHING: Final = 1e-30
"""Size of a value, relative to the largest of its answer, up to which it is a zero that an enclosure leaves open."""


def separated_values(seen: Comparisons) -> str:
    """Return the one condition by which wrong values differ from right ones in the same answers; else nothing."""
    # a question that is asked again is no further evidence
    different = {(item.key, item.discrete, item.own, item.expected): item for item in seen}.values()
    energies = [item for item in different if not item.discrete and not item.own and len(item.expected) > 1]
    if not any(item.failed for item in energies):
        return ""
    spins = {item.key: item.expected for item in seen if item.discrete}
    answers = [list(_elements(item, spins.get(item.key, ()))) for item in energies]
    wrong, right = _sides(answers)
    # only answers that hold wrong and right values say what tells these apart
    mixed = [answer for answer in answers if len({element["wrong"] for element in answer}) == 2]
    if not mixed or _fade_into_each_other(wrong, right) or _only_zeros(wrong, right):
        return ""
    evidence = [len({_much_alike(element) for element in side}) for side in _sides(mixed)]
    sizes = [abs(element["value"]) for element in (*wrong, *right) if element["value"]]
    numbers = NUMBERS if max(sizes, default=1.0) > DECADES * min(sizes, default=1.0) else NUMBERS_BUT_SIZE
    conditions = conditions_of(wrong, right, words=WORDS, numbers=numbers, whole=WHOLE, evidence=evidence)
    return said(conditions, len(wrong), len(right), ("wrong values", "right ones")) if conditions else ""


def _fade_into_each_other(wrong: Sequence[Element], right: Sequence[Element]) -> bool:
    """Return whether some right values are nearly as wrong as some wrong ones: then sizes decide, no condition."""
    least = min((element["error"] for element in wrong), default=0.0)
    return any(element["error"] * CLEARLY > least for element in right)


def _only_zeros(wrong: Sequence[Element], right: Sequence[Element]) -> bool:
    """Return whether nothing but zeros is right and no zero is wrong: whatever the factor, it leaves them."""
    return not any(element["value"] for element in right) and all(element["value"] for element in wrong)


def _much_alike(element: Element) -> tuple[str, str]:
    """Return what values share that are no evidence of their own, such as those of two nearly equal dots."""
    return f"{element['value']:.2e}", str(element.get("entry"))


def _sides(answers: Sequence[Sequence[Element]]) -> tuple[list[Element], list[Element]]:
    found = [element for answer in answers for element in answer]
    return [element for element in found if element["wrong"]], [element for element in found if not element["wrong"]]


def _elements(item: Observed, spins: Sequence[float]) -> Iterator[Element]:
    largest = max(map(abs, item.expected), default=0.0)
    for place, (measured, expected) in enumerate(zip(item.measured, item.expected, strict=True)):
        error = abs(measured - expected)
        # a number that is zero but for the radius of its enclosure is a zero
        value = expected if abs(expected) > NOTHING * largest else 0.0
        element: dict[str, object] = {"wrong": error > item.slack, "error": error, "value": value}
        if item.columns:
            element |= {"row": place // item.columns, "column": place % item.columns}
        else:
            element |= {"place": place, "last": place == len(item.expected) - 1}
        if len(spins) == len(item.expected):
            element["two_S"] = spins[place]
        for name in ("indices", "levels"):
            listed = item.case.get(name)
            if isinstance(listed, list) and len(listed) == len(item.expected):
                element["entry"] = listed[place]
        yield element


def _of_indices(read: Callable[[Sequence[int]], Value]) -> Read:
    def value(element: Element) -> Value:
        entry = element.get("entry")
        return read(entry) if isinstance(entry, list) and len(entry) == 4 else None

    return value


def _of_level(name: str) -> Read:
    def value(element: Element) -> Value:
        entry = element.get("entry")
        return float(entry[name]) if isinstance(entry, Mapping) else None

    return value


def _of(name: str) -> Read:
    return lambda element: float(element[name]) if name in element else None


def _pairs(quadruple: Sequence[int]) -> str:
    p, q, r, s = quadruple
    return "p = q and r = s" if p == q and r == s else "p != q or r != s"


WORDS: Final[Mapping[str, Read]] = {
    "have {} ": lambda element: None if "entry" not in element else _of_indices(_pairs)(element),
    "have p {} q": _of_indices(lambda q: ">" if q[0] > q[1] else "<" if q[0] < q[1] else "="),
    "are {}": lambda element: "negative" if element["value"] < 0 else "positive" if element["value"] > 0 else "zero",
    "are {} value of their list": lambda element: (
        None if "last" not in element else "the last" if element["last"] else "not the last"
    ),
}
WHOLE: Final[Mapping[str, Read]] = {
    "2S": _of("two_S"),
    "an index": _of("place"),
    "a row": _of("row"),
    "a column": _of("column"),
    "a number of different orbitals": _of_indices(lambda q: float(len(set(q)))),
    "N": _of_level("electrons"),
    "2S of the level": _of_level("two_S"),
}
NUMBERS_BUT_SIZE: Final[Mapping[str, Read]] = {
    **WHOLE,
    "a largest orbital": _of_indices(lambda q: float(max(q))),
}
NUMBERS: Final[Mapping[str, Read]] = {**NUMBERS_BUT_SIZE, "a size": lambda element: abs(element["value"])}

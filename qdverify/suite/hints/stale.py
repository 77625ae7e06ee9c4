"""Answers that belong to an earlier question: what a cache gives whose key leaves out a field, or rounds numbers.

Of every question it is predicted whether it gets an old answer, and which one: the right answer to the first earlier
question that has the same key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from qdverify.suite.hints.earlier import Change, changes, first
from qdverify.suite.hints.hypothesis import IMPOSSIBLE, Hypothesis, Predict, Predicted, exactly
from qdverify.suite.hints.observed import Comparisons, Observed

_MOST: Final = 200
"""Cases beyond which nobody waits for all pairs of them to be compared."""
_ROUNDED: Final = 0.01
"""Largest difference of two numbers that a cache may take for equal."""
EARLIER: Final = "an earlier question"
"""What every hint says in which answers depend on what was asked before, and no other one."""
Blocks = dict[str, list[Observed]]


def stale_answers(seen: Comparisons) -> Iterator[Hypothesis]:
    """Yield the hypotheses that a field is missing in the key of a cache, or that numbers in it are rounded."""
    blocks: Blocks = {}
    for item in seen:
        blocks.setdefault(item.key, []).append(item)
    if len(blocks) > _MOST or any(item.own for item in seen):
        return
    known = dict(zip(blocks, changes([block[0].case for block in blocks.values()]), strict=True))
    failing = [known[key] for key, block in blocks.items() if any(item.failed for item in block)]
    if not all(failing):
        return
    for field in dict.fromkeys(change.field for change in failing[0]):
        yield Hypothesis(
            f"the right answers to {EARLIER} that differs in {field} only: does a cache leave {field} out?",
            _old_answers(blocks, known, lambda change, field=field: change.field == field),  # type: ignore[misc]
        )
    step = max(min(change.step for change in changed) for changed in failing)
    if step <= _ROUNDED:
        yield Hypothesis(
            f"the right answers to {EARLIER}, if one number differs by {step * 1.001:.2g} or less: does a "
            "cache round its keys?",
            _old_answers(blocks, known, lambda change: change.step <= step * 1.001),
        )


def _old_answers(blocks: Blocks, known: dict[str, list[Change]], like: Callable[[Change], bool]) -> Predict:
    keys = list(blocks)

    def predict(item: Observed) -> Predicted | None:
        earlier = first(known[item.key], like)
        if earlier is None:
            return exactly(item, item.expected)
        own, old = blocks[item.key], blocks[keys[earlier]]
        source = old[own.index(item) % len(old)]
        values = source.expected
        if len(values) != len(item.expected):
            return IMPOSSIBLE
        if len(values) == 1 and any(len(other.expected) > 1 for other in own):
            # one value out of an answer that is judged as a whole too, and another one in each case
            return Predicted(item.measured, 0.0)
        # an old answer is as close as the old question asked for: a large new value may allow more than all of it
        return Predicted(values, 0.0 if item.discrete else 2.0 * source.slack)

    return predict

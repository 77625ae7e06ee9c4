"""Batches of points for a cluster: large enough to cost little to hand over, small enough to be shared well."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final

BATCH_SECONDS: Final = 0.5
"""About how long a batch takes; handing over one costs the cluster some milliseconds, however few points it holds."""
_MOST_POINTS: Final = 1000
_ROUNDS_LEFT: Final = 2


class Batches:
    """Points that wait, handed out in batches whose size follows from what the last points took.

    Parameters
    ----------
    points
        Handed out in this order.
    threads
        Number of batches that the cluster works on at once: each gets at most a share of what is left, so that all end
        at about the same time.

    Examples
    --------
    >>> batches = Batches(range(2000), threads=2)
    >>> batches.take()
    (0,)
    >>> batches.learn(points=1, seconds=0.1)
    >>> batches.take()
    (1, 2, 3, 4, 5)
    """

    def __init__(self, points: Iterable[int], threads: int) -> None:
        self._waiting = deque(points)
        self._threads = max(1, threads)
        self._size = 1

    def take(self) -> tuple[int, ...]:
        """Return the next batch; no points if none wait."""
        fair = len(self._waiting) // (_ROUNDS_LEFT * self._threads)
        size = min(max(1, min(self._size, fair)), len(self._waiting))
        return tuple(self._waiting.popleft() for _ in range(size))

    def put_back(self, points: Sequence[int]) -> None:
        """Let points that a batch did not get to come next."""
        self._waiting.extendleft(reversed(points))

    def learn(self, points: int, seconds: float) -> None:
        """Take the wall-clock time that a number of points took: about as long ones are expected next."""
        self._size = int(min(_MOST_POINTS, BATCH_SECONDS * points / max(seconds, 1e-6)))

"""The two types of array that the package computes with, and how a repr shows one."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SHOWN = 6
"""Number of entries that a repr shows of an array."""


def listed(numbers: NDArray[Any] | Sequence[float], what: str = "numbers") -> str:
    """Return the first entries of a one-dimensional array to six digits, and how many there are if not all are shown.

    >>> listed([1, 2, 3])
    '[1, 2, 3]'
    """
    first = ", ".join(f"{value:.6g}" for value in numbers[:SHOWN])
    return f"[{first}, ... {len(numbers)} {what}]" if len(numbers) > SHOWN else f"[{first}]"

"""What the reference of a check about a user's own dot would have needed, told if the check is not asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from qdverify.protocol.json_types import Fields
from qdverify.reference.enclosure.block_sizes import size_of_proof
from qdverify.reference.enclosure.integral_levels import MOST_ROWS

PROVEN: Final[Mapping[str, Callable[[int], range]]] = {
    "levels": lambda N: range(N, N + 1),
    "transitions": lambda N: range(N, N + 2),
    "populations": lambda N: range(N + 1),
    "current": lambda N: range(N + 1),
    "lead-currents": lambda N: range(N + 1),
}
"""For each check with a reference the numbers of electrons whose levels are proven for it, by that of a trial."""


def would_need(check: str, dot: Fields, inputs: Fields) -> str:
    """Return in a clause what a trial of a check would have needed.

    Examples
    --------
    >>> dot = {"kind": "integrals", "orbitals": 10}
    >>> would_need("levels", dot, {"electrons": 4})
    'its reference, levels of 4 electrons, would have needed about 2 s and matrices of up to 990 rows'
    >>> would_need("relations", dot, {"electrons": 4})
    'it needs no reference, only answers of the implementation'
    """
    if check not in PROVEN:
        return "it needs no reference, only answers of the implementation"
    numbers = PROVEN[check](inputs["electrons"])
    named = f"{numbers[0]}" if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}"
    reference = f"its reference, levels of {named} electrons,"
    orbitals, irreps = dot.get("orbitals"), _irreps(dot)
    if not isinstance(orbitals, int) or not irreps:
        return f"{reference} would have been proven for it"
    rows, seconds = size_of_proof(orbitals, numbers, irreps)
    if rows > MOST_ROWS:
        return f"{reference} would have needed matrices of {rows} rows, more than the {MOST_ROWS} that are proven"
    return f"{reference} would have needed about {seconds:.1g} s and matrices of up to {rows} rows"


def _irreps(dot: Fields) -> int:
    """Return how many irreps the orbitals have; 0 for a dot whose levels are not proven block by block."""
    labels: Any = dot.get("irreps", [1])
    return len(set(labels)) if dot.get("kind") == "integrals" else 0

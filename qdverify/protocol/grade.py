"""How well a reference value is known."""

from __future__ import annotations

from enum import StrEnum


class Grade(StrEnum):
    """How well a reference is known (certification.md), or that it is somebody's printed number."""

    EXACT = "exact"
    ENCLOSED = "enclosed"
    CONSENSUS = "consensus"
    REPORTED = "reported"

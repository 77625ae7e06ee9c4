"""Colours of the figures."""

from __future__ import annotations

from typing import Final

INK: Final = "#1f3a5f"
ACCENT: Final = "#b3432b"
SOFT: Final = "#5b6675"
SERIES: Final = (INK, ACCENT, "#c08a2e", "#2f7f79", "#7a4a86", SOFT)
"""Curves that share a panel, in this order."""
DASHES: Final = ("-", "--", ":", "-.")

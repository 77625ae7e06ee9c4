"""The plots of the page: each provider draws from what a report holds, and gives nothing where that is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from qdverify.report.plots_digits import digits_per_check
from qdverify.report.plots_paper import tables_against_paper
from qdverify.report.plots_svg import Plot

Provider = Callable[[Mapping[str, Any]], Plot | None]
PROVIDERS: Final[tuple[Provider, ...]] = (digits_per_check, tables_against_paper)


def plots_of(document: Mapping[str, Any]) -> list[Plot]:
    """Return the plots for which a report document has the data."""
    return [plot for provider in PROVIDERS if (plot := provider(document)) is not None]

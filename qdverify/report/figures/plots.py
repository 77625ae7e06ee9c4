"""The plots of the page: each provider draws from the data at hand, and gives nothing if its data are missing."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, TypeVar

from qdverify.report.aside import Aside
from qdverify.report.document_types import ReportDocument
from qdverify.report.figures.accuracy import error_against_reference
from qdverify.report.figures.answer_types import Answers
from qdverify.report.figures.diagram import digits_diagram
from qdverify.report.figures.digits import digits_per_check
from qdverify.report.figures.levels import contact_convergence, levels_over_strength
from qdverify.report.figures.own_dot import own_dot_levels, own_dot_transport
from qdverify.report.figures.paper import tables_against_paper
from qdverify.report.figures.svg import Plot
from qdverify.report.figures.transport import current_peaks, stability_diagrams

_Data = TypeVar("_Data")
FROM_FINDINGS: Final[tuple[Callable[[ReportDocument], Plot | None], ...]] = (
    own_dot_levels,
    error_against_reference,
    digits_per_check,
    tables_against_paper,
)
FROM_ANSWERS: Final[tuple[Callable[[Answers], Plot | None], ...]] = (
    own_dot_transport,
    digits_diagram,
    stability_diagrams,
    current_peaks,
    levels_over_strength,
    contact_convergence,
)


def plots_of(document: ReportDocument, answers: Answers) -> tuple[list[Plot], list[str]]:
    """Return the plots for which there are data, and why others could not be drawn.

    Parameters
    ----------
    document
        The report.
    answers
        The data of `qdverify.report.figures.questions`, by name.
    """
    of_findings = Aside(partial(_drawn, FROM_FINDINGS, document))
    plots, reasons = _drawn(FROM_ANSWERS, answers)
    earlier_plots, earlier_reasons = of_findings.result()
    return [*earlier_plots, *plots], [*earlier_reasons, *reasons]


def _drawn(providers: Sequence[Callable[[_Data], Plot | None]], data: _Data) -> tuple[list[Plot], list[str]]:
    """Return the plots that these providers draw from the data, and why others could not be drawn."""
    found: list[Plot] = []
    reasons: list[str] = []
    for provider in providers:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", RuntimeWarning)
                plot = provider(data)
        except (ValueError, ArithmeticError, RuntimeWarning) as error:
            # numbers that no physical system has, or too large for an axis, from a faulty implementation
            reasons.append(f"{provider.__name__.replace('_', ' ')}: {error}")
        else:
            found += [plot] if plot is not None else []
    return found, reasons

"""Figures as SVG that lives inside the page: its colours are the page's, light and dark, its letters are text.

Matplotlib draws with placeholder colours; in the SVG each of them becomes a custom property of the page's style sheet.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from zlib import crc32

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, LogFormatter

from qdverify.suite.finding import Verdict

INK: Final = "#010101"
MUTED: Final = "#020202"
RULE: Final = "#030303"
ACCENT: Final = "#040404"
SECOND: Final = "#050505"
WIDTH: Final = 3.6
"""Inches of a panel: half a page of paper, all of a phone's, with letters that are legible on both."""
_PROPERTIES: Final = {INK: "ink", MUTED: "muted", RULE: "rule", ACCENT: "accent", SECOND: "second"}
_VERDICT_COLOURS: Final = {verdict: f"#0606{number:02d}" for number, verdict in enumerate(Verdict, 1)}
_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_STYLE: Final[Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "qdverify",
    "font.size": 8.0,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": 8.5,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "text.color": INK,
    "legend.frameon": False,
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "mathtext.fontset": "dejavusans",
}


@dataclass(frozen=True)
class Plot:
    """A figure of the page.

    Attributes
    ----------
    key
        Short name: its fragment in the page.
    alt
        What the figure shows, for a reader who does not see it.
    caption
        What is drawn, in which units, from which data.
    panels
        SVG elements of about `WIDTH`, in reading order: side by side if there is room, else below each other.
    header, rows
        The numbers behind the figure, as a table; may be empty if findings hold them already.
    across
        How many panels stand side by side at most.
    """

    key: str
    title: str
    caption: str
    alt: str
    panels: Sequence[str]
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    across: int = 2


def verdict_colour(verdict: Verdict) -> str:
    """Return the placeholder of a verdict's colour."""
    return _VERDICT_COLOURS[verdict]


class _Panel(Figure):
    """A figure that is drawn once: Matplotlib draws one with a layout twice, and looks only at the second drawing."""

    def draw(self, renderer: RendererBase) -> None:
        """Lay the figure out while that is asked for, then draw it."""
        engine = self.get_layout_engine()
        if isinstance(engine, ConstrainedLayoutEngine):
            engine.execute(self)
        else:
            super().draw(renderer)


@contextmanager
def figure(height: float, **grid: Any) -> Iterator[tuple[Figure, Any]]:
    """Yield a panel of `WIDTH` and that height in inches and its axes, as `Figure.subplots` arranges them.

    It has the page's style, closed over a context so that nothing of it outlives the panel: draw and call `svg_of`
    inside.
    """
    with mpl.rc_context(_STYLE):
        drawing = _Panel(figsize=(WIDTH, height), layout="constrained")
        yield drawing, drawing.subplots(**grid)


def svg_of(drawing: Figure, alt: str) -> str:
    """Return a figure as an SVG element without identifiers that could clash with those of another one."""
    for axes in drawing.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if isinstance(axis.get_major_formatter(), LogFormatter):
                axis.set_major_formatter(FuncFormatter(_power_of_ten))
    buffer = io.StringIO()
    drawing.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Type": None, "Format": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    return _small(_themed(text), f"f{crc32(alt.encode()):08x}")


def _power_of_ten(value: float, _: object) -> str:
    """Return the label of a logarithmic axis as plain text: to typeset one as a formula takes longer than its panel."""
    if not value:
        return "0"
    exponent = math.log10(abs(value))
    if not math.isclose(exponent, round(exponent), abs_tol=1e-9):
        return f"{value:g}"
    return f"{'−' if value < 0 else ''}10{str(round(exponent)).translate(_RAISED)}"


def _themed(text: str) -> str:
    for placeholder, name in _PROPERTIES.items():
        text = text.replace(placeholder, f"var(--{name})")
    for verdict, placeholder in _VERDICT_COLOURS.items():
        text = text.replace(placeholder, f"var(--{verdict})")
    text = re.sub(
        r'<svg [^>]*?viewBox="([^"]*)"[^>]*>', r'<svg viewBox="\1" aria-hidden="true" focusable="false">', text
    )
    text = re.sub(r"font: (?:(\S+) )?([\d.]+)px [^;\"]*", r"font: \2px var(--sans)", text)
    return re.sub(r"\n\s*", "\n", text)


def _small(text: str, prefix: str) -> str:
    """Return a drawing without what a reader cannot see: digits beyond a hundredth of a pixel, names nobody refers to.

    The font of its letters, one for all, is a rule of the page's style sheet.
    """
    text = re.sub(r"font-family: [^;\"]*;? ?", "", text)
    text = re.sub(r"(?<![\w.])-?\d+\.\d{3,}\b", _hundredths, text)
    used = dict.fromkeys(re.findall(r'(?:href="#|url\(#)([^")]+)', text))
    names = {name: f"{prefix}-{number}" for number, name in enumerate(used)}
    text = re.sub(r' id="([^"]*)"', lambda match: f' id="{names[match[1]]}"' if match[1] in names else "", text)
    text = re.sub(r'(href="#|url\(#)([^")]+)', lambda match: match[1] + names[match[2]], text)
    text = re.sub(r"\s+", " ", text).replace(' "', '"').replace("> <", "><")
    return re.sub(r'<use [^>]* style="([^"]*)"/>(?:<use [^>]* style="\1"/>)+', _grouped, text)


def _grouped(marks: re.Match[str]) -> str:
    """Return marks of one style in a group that has the style."""
    style = f' style="{marks[1]}"'
    return f"<g{style}>{marks[0].replace(style, '')}</g>"


def _hundredths(match: re.Match[str]) -> str:
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")


def shares(items: Sequence[Any], most: int) -> list[Sequence[Any]]:
    """Return the items in as few runs of about equal length as hold at most `most` each."""
    runs = max(1, -(-len(items) // most))
    # an even number of panels fills the lines of two
    runs += runs % 2 if runs > 1 else 0
    length = -(-len(items) // runs)
    return [items[start : start + length] for start in range(0, len(items), length)]


def light_grid(axes: Axes, axis: str) -> None:
    """Draw the faint grid lines of one axis, below the data."""
    axes.grid(visible=True, axis=axis)  # type: ignore[arg-type]  # its stub wants the literal
    axes.set_axisbelow(True)

"""Everything that the paper shows, recomputed and laid out as files: pictures, numbers, and a page that joins them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path
from struct import unpack
from typing import Final

import jinja2
from matplotlib.figure import Figure

from qdverify.paper import (
    charge_peaks,
    claims,
    data,
    diagrams,
    evidence,
    evidence_map,
    figures,
    level_pictures,
    projection,
)
from qdverify.paper.adiabatic_continuation import follow
from qdverify.paper.crossings import crossings
from qdverify.paper.drawing import Drawing
from qdverify.paper.inference import ORBITALS, scan
from qdverify.paper.line_strengths import Strength, strengths
from qdverify.paper.lines import WEIGHTS, visible_lines
from qdverify.paper.reach import EXCITED
from qdverify.paper.recomputed import (
    CUTOFF_RATIO,
    EFFECTIVE_HARTREE,
    HARTREE_SOURCE,
    PAPER_ORBITALS,
    STATED_LENGTH,
    PaperDot,
)
from qdverify.paper.tables import Table, all_tables, line_counts, line_strengths
from qdverify.paper.typeset import typeset
from qdverify.protocol.documents import one_line
from qdverify.protocol.files import write_whole
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.version import suite_version

LEAST_ORBITALS = 9
"""With fewer orbitals the levels come in another order than the paper's, and rows of its tables are exchanged."""
MOST_ORBITALS = 45
"""Four electrons have a million determinants then."""
FOLLOWED = {2: 2, 3: 3}
"""Levels followed to zero interaction: [J96] argues with the ground state of two and the second doublet of three."""


@dataclass(frozen=True)
class Picture:
    """A picture on the page: its files are NAME.png and NAME.svg, its numbers stand in `data`."""

    name: str
    title: str
    caption: str
    data: Sequence[str]


OUTSIDE_TITLE: Final = "What lies outside this page"
STAGES: Final = 2 + 5 + 3 * 3 + 2
"""Most calls of `progress`: levels, tables; five pictures; three windows in three scales; populations of two."""
STAGES_OF_INFERENCE: Final = len(ORBITALS)
"""Calls besides if the printed numbers are asked what they ask for."""


def reproduce(
    out: Path,
    *,
    length: float = STATED_LENGTH,
    cutoff_ratio: float = CUTOFF_RATIO,
    orbitals: int = PAPER_ORBITALS,
    inference: bool = True,
    progress: Callable[[str], None] = lambda _: None,
) -> Path:
    """Recompute the paper's tables and figures into a folder.

    Parameters
    ----------
    out
        The folder; made if it does not exist, its files of the same names replaced.
    length
        L in effective Bohr radii; the paper states 9.5.
    cutoff_ratio
        lambda / L, which the paper does not state.
    orbitals
        Number M of orbitals; the paper uses 10 to 13.
    inference
        Also ask which lengths, cutoffs and numbers of orbitals the printed numbers ask for; that takes 40 s more.
    progress
        Called with what is being done.

    Returns
    -------
    Path
        The index page.

    Raises
    ------
    InvalidInput
        For too few or too many orbitals, or a length or cutoff that is not positive; the message names value and rule.
    """
    _check_orbitals(orbitals)
    progress("levels and transition probabilities")
    try:
        dot = PaperDot.solve(orbitals, cutoff_ratio, length)
    except ValueError as error:
        raise InvalidInput(str(error)) from error
    out.mkdir(parents=True, exist_ok=True)
    pictures = []
    findings = claims.Findings(dot, diagrams.peaks(dot), charge_peaks.onsets(dot))
    with Drawing(out) as drawing:
        for picture, figure in _pictures(findings, out):
            progress(picture.title)
            drawing.draw(picture.name, figure)
            pictures.append(picture)
        # what follows is computed while the last figures are drawn
        progress("tables")
        tables = _tables(findings)
        if inference:
            found = scan(progress=progress)
            tables += [evidence.regions(found), evidence.comparison(found)]
            pictures.append(Picture("length-map", "Where the printed numbers hold", _LENGTH, data.scan(out, found)))
            drawing.draw("length-map", evidence_map.draw(found))
        for table in tables:
            data.table(out, table)
    return _write_page(out, dot, tables, pictures)


def _check_orbitals(orbitals: int) -> None:
    if orbitals < LEAST_ORBITALS:
        raise InvalidInput(
            f"orbitals={orbitals} must be at least {LEAST_ORBITALS}: the paper's order of levels needs them"
        )
    if orbitals > MOST_ORBITALS:
        count = comb(min(orbitals, 10**9), 2) ** 2
        raise InvalidInput(
            f"orbitals={one_line(orbitals)} must be at most {MOST_ORBITALS}: four electrons have {count:.3g} "
            f"determinants then, and each level takes {8e-9 * count:.3g} GB"
        )


def _tables(found: claims.Findings) -> list[Table]:
    """Return every table of the page, the claims first."""
    tables = [
        *all_tables(found.dot),
        charge_peaks.table(found.dot, found.onsets),
        line_counts(found.windows),
        line_strengths(found.lines),
        projection.table(found.projected),
    ]
    return [claims.table(list(claims.claims(found, tables))), *tables]


def _pictures(found: claims.Findings, out: Path) -> Iterator[tuple[Picture, Figure]]:
    """Yield every picture; write its data beside it, and keep the windows of Fig. 1 for the tables."""
    dot = found.dot
    yield (
        Picture("levels", "The lowest multiplets and the transitions between them", "", data.levels(out, dot)),
        level_pictures.level_scheme(dot),
    )
    shown = level_pictures.charge_densities(dot)
    densities = Picture("densities", "Charge densities of the ground states", "", data.densities(out, shown))
    yield densities, level_pictures.densities(shown)
    peaks = Picture("charge-peaks-onset", "N electrons, N peaks", _CHARGE_PEAKS, data.charge_peaks(out, found.onsets))
    yield peaks, charge_peaks.draw(found.onsets)
    followed = follow(dot.spectra[1].box, FOLLOWED, ratio=0.6)
    forbidden = "The forbidden transition, followed from full strength to almost none"
    yield Picture("follow", forbidden, _FOLLOW, data.adiabatic_continuation(out, followed, 2)), followed.plot(2)
    heights = "Fig. 2: current peaks along the gate"
    yield Picture("figure-2", heights, _FIGURE_2, data.peaks(out, found.peaks)), figures.figure_2(found.peaks, dot)
    for window in diagrams.maps(dot):
        found.windows.append(window)
        if window.N is not None:
            found.lines[window.name] = strengths(dot, window)
        yield from _window(dot, window, found.lines.get(window.name, ()), out)


def _window(
    dot: PaperDot, window: diagrams.Map, strong: Sequence[Strength], out: Path
) -> Iterator[tuple[Picture, Figure]]:
    """Yield Fig. 1 of one window in all scales, and for a corner the populations behind its lines."""
    files = data.window(out, window)
    lines = {weights: visible_lines(dot, window, weights) for weights in WEIGHTS}
    found = [] if window.N is None else list(crossings(dot, window, strong))
    for scale, (short, words) in _SCALES.items():
        name = f"figure-1-{window.name}-{scale}"
        title = f"Fig. 1, {window.title}, {short}"
        caption = f"{words}. k_BT = {window.kT:g} E_H* is our choice. {_LINES}"
        caption += _DIAMOND if window.N is None else _MARKED if found else ""
        yield Picture(name, title, caption, files), figures.figure_1(window, lines, found, strong, scale)
    if found:
        named = zip(figures.LETTERS, found, strict=False)
        asked = ", ".join(f"why is line {letter} {_LOOKS[one.kind]}" for letter, one in named)
        caption = f"{asked[0].upper()}{asked[1:]}? {_SIDES}"
        if all(crossing.kind != "enhanced" for crossing in found):
            caption += (
                " The populations enhance no line of this corner: a line stronger than with the spin weights is "
                "so by its rate."
            )
        title = f"{window.title}: populations on both sides of a line"
        name = f"populations-{window.name}"
        yield Picture(name, title, caption, data.crossings(out, window.name, found)), figures.populations(found, title)


_LOOKS: Final = {"negative": "white", "enhanced": "strong"}
_CHARGE_PEAKS = (
    "Charge densities of the ground states of a short box, of the first box with N peaks, and "
    "of the dot of this page; on the right the depth of the shallowest dip, beginning where the peaks do. All at the "
    "same lambda / L; r_s = L / (N - 1) is the mean distance of neighbours."
)
_FOLLOW = (
    "Levels are numbered by energy at full "
    "strength, each found again by the overlap of its state. The ground state of N = 2 ends in {1,1}, "
    "level 1 of N = 3 in {1,2,2}: they differ by more than one electron, so that M falls to zero."
)
_FIGURE_2 = (
    f"At the paper's {diagrams.PEAK_MILLIKELVIN:g} mK, "
    f"k_BT = {diagrams.PEAK_KT:.3g} E_H*, and V = {diagrams.PEAK_BIAS:g} E_H*/e, our choice below Delta. Full lines: "
    "with M_ji. Dashed: with C_ji, whose heights tend to 1, 1/2, 1 and 1/2 as thermally excited levels freeze out. "
    "Dotted: mu_N, where N and N + 1 electrons have equal energies; degeneracies shift the peaks. The first peak of "
    f"the paper's figure is that from {diagrams.FIRST_PEAK}; here the one of the first electron stands before it."
)
_SCALES: Mapping[figures.Scale, tuple[str, str]] = {
    "linear": (
        "linear grey",
        "Grey as in the paper, zero in the middle, the scale linear up to a quarter of the largest |dI/dV|",
    ),
    "grey": (
        "logarithmic grey",
        "Grey, zero in the middle, the scale logarithmic beyond zero, which shows weak lines",
    ),
    "colour": ("logarithmic colour", "Colour, white at zero, the scale logarithmic beyond zero"),
}
"""The scales of Fig. 1: how a title names each, and what a caption says of it."""
_LINES = (
    "Lines are named where they leave the half V > 0, in the colour of the lead in resonance; the half V < 0 "
    "mirrors it with the leads exchanged. N\u1d62\u2192(N+1)\u2c7c is the transition from level i of N electrons to "
    "level j of N + 1, numbered by energy from 0. If several fall together within the thermal width, the one "
    "between the ground levels names the line, else the strongest, and \u2026 stands for the others. "
)
_MARKED = (
    "Lettered bars: cuts through the lines whose populations are shown below. Arrows: black at lines that the "
    "populations enhance, white at negative lines, each where a cut along the bias shows the line by itself."
)
_DIAMOND = (
    "Levels of up to four electrons, as in the paper: all that the bias reaches, one tunnelling event after another, "
    f"up to an excitation of {EXCITED:g} times the largest eV."
)
_SIDES = (
    "Each panel is a cut marked by its letter in the picture above; the sides are where |dI/dV| has fallen to 1 % of "
    "the extremum or rises again, so that the step of the current is the integral of dI/dV over the line."
)


_LENGTH = (
    "Shades: how many of the 19 entries of Tables II and III the model gives "
    "within half a printed digit. Each row is a cutoff, each panel a number of orbitals."
)


def _write_page(out: Path, dot: PaperDot, tables: list[Table], pictures: list[Picture]) -> Path:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("qdverify.paper"), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["typeset"] = typeset
    titles = {"outside": OUTSIDE_TITLE}
    titles |= {table.name: table.title for table in tables} | {picture.name: picture.title for picture in pictures}
    page = environment.get_template("reproduction.html.j2").render(
        dot=dot,
        tables=tables,
        pictures=pictures,
        sizes={picture.name: _size(out / f"{picture.name}.png") for picture in pictures},
        titles=titles,
        outside_title=OUTSIDE_TITLE,
        outside=claims.OUTSIDE,
        hartree=EFFECTIVE_HARTREE,
        hartree_source=HARTREE_SOURCE,
        millikelvin=diagrams.PEAK_MILLIKELVIN,
        suite_version=suite_version(),
    )
    index = out / "index.html"
    write_whole(index, page)
    return index


def _size(png: Path) -> tuple[int, int]:
    """Return width and height of a picture in pixels: a PNG file has them at bytes 16 and 20."""
    with png.open("rb") as file:
        width, height = unpack(">16x2I", file.read(24))
    return width, height

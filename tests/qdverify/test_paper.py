import io
import itertools
import re
import subprocess
import sys

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread
from paper_samples import dot_of_figures

from qdverify.paper import diagrams, figures, projection
from qdverify.paper import drawing as drawing_module
from qdverify.paper.crossings import crossings
from qdverify.paper.determinants import orbital_major_sign
from qdverify.paper.drawing import Drawing, draw_all, parcel
from qdverify.paper.line_strengths import strengths
from qdverify.paper.recomputed import PaperDot
from qdverify.paper.reproduction import reproduce
from qdverify.paper.tables import all_tables
from qdverify.paper.typeset import typeset
from qdverify.protocol.inputs import InvalidInput
from qdverify.reference.printed import reported

WINDOWS = ("diamond", "corner-2-3", "corner-3-4")


@pytest.fixture(scope="module")
def dot():
    return dot_of_figures()


@pytest.fixture(scope="module")
def corners(dot):
    return {N: diagrams.corner(dot, N) for N in (2, 3)}


def test_the_peaks_have_the_heights_of_the_full_model(dot):
    """Relative heights 1 : 0.9717 : 0.8660 : 0.7546 at 12 orbitals and this temperature, physics.md section 7."""
    np.testing.assert_allclose(diagrams.peaks(dot, kT=7.27e-5).heights, [1, 0.9717, 0.8660, 0.7546], atol=2e-3)


def test_the_spin_weights_alone_give_peaks_of_two_heights(dot):
    """1, 1/2, 1, 1/2, up to the thermal overlap of excited levels at the temperature of physics.md section 7."""
    np.testing.assert_allclose(diagrams.peaks(dot, kT=7.27e-5).spin_only_heights, [1, 0.5, 1, 0.5], atol=5e-3)


def test_no_number_of_figure_2_touches_a_curve(dot):
    """Both curves stay outside the frame of every number, wherever the other curve is the higher one."""
    figure = figures.figure_2(diagrams.peaks(dot), dot)
    figure.draw_without_rendering()
    for ax in figure.axes:
        frames = [text.get_window_extent() for text in ax.texts]
        assert len(frames) == 2
        for line in ax.lines[:2]:
            fine = np.linspace(-12, 12, 4001)
            curve = ax.transData.transform(np.column_stack([fine, np.interp(fine, *line.get_data())]))
            assert not any(frame.contains(*point) for frame in frames for point in curve)


def test_no_arrow_lies_on_the_letter_of_a_cut():
    """Arrow and letter may mark the same line; with 13 orbitals both mark the negative line 3_1 -> 4_0 of R."""
    dot = PaperDot.solve(13, 2e-4)
    corner = diagrams.corner(dot, 3)
    strong = strengths(dot, corner)
    shown = list(crossings(dot, corner, strong))
    figure = figures.figure_1(corner, {"C": [], "M": []}, shown, strong, "linear")
    figure.draw_without_rendering()
    marks = [text for text in figure.axes[1].texts if hasattr(text, "arrow_patch")]
    letters = [text.get_window_extent() for text in marks if text.get_text()]
    arrows = [text.arrow_patch.get_window_extent() for text in marks if text.arrow_patch is not None]
    assert len(letters) == len(shown)
    assert len(arrows) >= 2
    assert not any(letter.overlaps(arrow) for letter in letters for arrow in arrows)


def test_signs_neglected_give_a_larger_probability(dot):
    """Adding the sizes of the contributions bounds every M_ji from above; for the paper's 3_0 -> 4_3 by far."""
    table = next(table for table in all_tables(dot) if table.name == "table-iii")
    kept, neglected = ([float(row[table.header.index(name)]) for row in table.rows] for name in ("M", "M, no signs"))
    assert all(large >= small - 1e-4 for large, small in zip(neglected, kept, strict=True))
    suppressed = kept.index(min(kept))
    assert neglected[suppressed] > 50 * kept[suppressed]


def test_correlations_turn_lines_off(corners):
    """With the spin weights the corner of 3 and 4 electrons shows about twice as many lines."""
    corner = corners[3]
    with_C, with_M = diagrams.line_count(corner.spin_only), diagrams.line_count(corner.correlated)
    assert with_C >= 1.6 * with_M


def test_conductance_is_negative_somewhere_at_either_corner(corners):
    """Negative differential conductance, with the spin weights at 3 and 4 electrons and with M_ji at both corners."""
    for corner in corners.values():
        assert corner.correlated.min() < -1e-3 * corner.correlated.max()
    assert corners[3].spin_only.min() < -1e-3 * corners[3].spin_only.max()


def test_the_tables_stand_beside_the_papers_numbers(dot):
    """Every printed entry of Tables I to IV has its row; Table IV's two connecting pairs give its 0.0006."""
    tables = {table.name: table for table in all_tables(dot)}
    assert len(tables["table-ii"].rows) == len(reported.entries("table_II"))
    assert len(tables["table-iii"].rows) == len(reported.entries("table_III"))
    assert all(row[-1] == "yes" for row in tables["table-1"].rows)
    coefficients = [float(row[2]) for row in tables["table-4-N3"].rows]
    np.testing.assert_allclose(coefficients, [-0.6425, 0.3849, -0.3217, -0.2938], atol=1e-3)
    coefficients = [float(row[2]) for row in tables["table-4-N4"].rows]
    np.testing.assert_allclose(coefficients, [-0.3707, 0.3482, 0.3272, -0.2542], atol=1e-3)
    assert "level 2 -> N = 4, level 5: the printed ket reads level 3" in tables["table-iii"].remark
    assert "printed ket" not in tables["table-ii"].remark
    remark = tables["table-4-pairs"].remark
    assert "2 pairs" in remark
    assert "square of their sum is 0.0006 (paper: 0.0006), which Eq. (4) turns into M = 0.0003" in remark
    assert "give M = 0.0049" in remark


def test_the_signs_of_table_4_come_out_in_orbital_major_order_only(dot):
    """All eight printed signs match orbital by orbital; with all spins up first four of them do not."""
    agreeing = {2: 0, 3: 0}
    for table in (table for table in all_tables(dot) if table.name in ("table-4-N3", "table-4-N4")):
        for row in table.rows:
            for column in agreeing:
                agreeing[column] += row[1][0] == row[column][0]
    assert agreeing[2] == 8
    assert agreeing[3] < 8


def test_the_order_of_creation_operators_gives_the_sign():
    """Against the parity of the permutation that sorts the operators, for up to two electrons of either spin."""
    subsets = [(), *itertools.combinations(range(1, 5), 1), *itertools.combinations(range(1, 5), 2)]
    for up, down in itertools.product(subsets, subsets):
        operators = [(n, 0) for n in up] + [(n, 1) for n in down]
        order = sorted(range(len(operators)), key=operators.__getitem__)
        assert orbital_major_sign(up, down) == round(np.linalg.det(np.eye(len(order))[order]))


def test_a_lost_projection_is_recovered(dot):
    """A start without S_z = 1/2 loses that state of all three levels, one without 3/2 that of the quartet."""
    rows = projection.table(projection.run(dot)).rows
    spins = ["1/2", "1/2", "3/2"]
    assert [row[2] for row in rows] == 3 * spins
    assert [row[4] for row in rows[:3]] == ["2 of 2", "2 of 2", "4 of 4"]
    assert [row[4] for row in rows[3:6]] == ["1 of 2", "1 of 2", "3 of 4"]
    assert [row[4] for row in rows[6:]] == ["2 of 2", "2 of 2", "3 of 4"]
    assert [row[5] for row in rows] == 3 * ["none"] + 3 * ["1/2"] + ["none", "none", "3/2"]
    assert max(abs(float(row[6])) for row in rows) < 1e-11


@pytest.mark.parametrize("orbitals", [46, 1000, 10**12])
def test_too_many_orbitals_are_refused_with_the_estimate(tmp_path, orbitals):
    """Before anything is computed."""
    with pytest.raises(InvalidInput, match=r"must be at most 45: four electrons have .* determinants then"):
        reproduce(tmp_path, orbitals=orbitals)


def test_too_few_orbitals_are_refused(tmp_path):
    """The figures need levels that a small basis does not hold."""
    with pytest.raises(InvalidInput, match="orbitals=3 must be at least"):
        reproduce(tmp_path, orbitals=3)
    with pytest.raises(InvalidInput, match="cutoff"):
        reproduce(tmp_path, orbitals=9, cutoff_ratio=-1.0)


@pytest.mark.long
@pytest.mark.slow
def test_every_picture_comes_with_its_data(tmp_path):
    """PNG, SVG, data with units in the headers, and an index page that shows or links each of them."""
    out = tmp_path / "out"
    index = reproduce(out, orbitals=12, inference=False).read_text(encoding="utf-8")
    names = {path.stem for path in out.glob("*.png")}
    assert {
        "levels",
        "densities",
        "charge-peaks-onset",
        "follow",
        "figure-2",
        "populations-corner-2-3",
        "populations-corner-3-4",
    } <= names
    assert {f"figure-1-{part}-{scale}" for part in WINDOWS for scale in ("linear", "grey", "colour")} <= names
    for name in names:
        assert (out / f"{name}.svg").exists()
        assert f'src="{name}.png"' in index
    for path in out.glob("*.csv"):
        assert f'href="{path.name}"' in index
    for name in (*(f"figure-1-{part}" for part in WINDOWS), "densities", "follow", "figure-2", "levels"):
        header, *rows = (out / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        assert "(" in header
        numbers = [float(cell) for row in rows for cell in row.split(",") if "/" not in cell]
        assert np.isfinite(numbers).all()
    header = (out / "figure-1-diamond.csv").read_text(encoding="utf-8").splitlines()[0]
    for column in ("gate e phi (E_H*)", "bias V (E_H*/e)", "I from M_ji (t)", "dI/dV from M_ji (t/E_H*)"):
        assert column in header
    places = re.findall(r'\bid="([\w-]+)"', index)
    assert len(places) == len(set(places))
    for place, words in re.findall(r'href="#([\w-]+)">([^<]*)', index):
        assert place in places
        assert words != place
    assert '<a href="#table-ii">Table II: transition probabilities</a>' in index
    assert '<a href="#figure-2">Fig. 2: current peaks along the gate</a>' in index
    texts = re.findall(r'alt="([^"]*)"', index)
    assert len(set(texts)) == len(names)
    for name in names:
        height, width = imread(out / f"{name}.png").shape[:2]
        assert f'width="{width}" height="{height}"' in index.partition(f'src="{name}.png"')[2].partition(">")[0]
    assert "10 mK, k<sub>B</sub>T = 7.91e-05 E<sub>H</sub>*" in index
    assert "V = 1e-05 E<sub>H</sub>*/e" in index
    assert "first peak of the paper&#39;s figure is that from N=1 to N=2" in index
    assert "within 6 k<sub>B</sub>T, each where its step is then largest" in index
    assert "\u2026 stands for the others" in index
    assert re.findall(r"([\d.]+) meV converts", index) == ["10.9"]
    assert "k<sub>B</sub>T = 0.00012 E<sub>H</sub>* is our choice" in index
    assert "d<i>I</i>/d<i>V</i> in t/E<sub>H</sub>* throughout" in index


def test_a_picture_that_cannot_be_drawn_is_an_error(tmp_path):
    """No page may name a picture that is not there."""
    with pytest.raises(OSError, match="could not be drawn"), Drawing(tmp_path / "missing") as drawing:
        drawing.draw("empty", Figure())


def test_figures_that_wait_at_the_end_are_drawn_by_the_caller_too(tmp_path, monkeypatch):
    """The other interpreter still starts, with the first: the last is drawn here, and none is missing."""
    drawn_here, draw = [], drawing_module._draw
    monkeypatch.setattr(
        drawing_module, "_draw", lambda folder, name, figure: drawn_here.append(name) or draw(folder, name, figure)
    )
    large = Figure()
    large.subplots().plot(range(100_000))  # more than a pipe holds
    names = ["first", "second", "third"]
    with Drawing(tmp_path) as drawing:
        for name in names:
            drawing.draw(name, large)
    assert drawn_here[0] == "third"
    assert "first" not in drawn_here
    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.{kind}" for name in names for kind in ("png", "svg")}


@pytest.mark.parametrize("sent", [0, 3, 8, 1000, -1])
def test_a_figure_that_arrives_in_part_is_not_drawn(tmp_path, sent):
    """The input ends in the middle of the second figure, or of its length: the first is there, and no error."""
    draw_all(tmp_path, io.BytesIO(parcel("first", Figure()) + parcel("second", Figure())[:sent]))
    assert {path.name for path in tmp_path.iterdir()} == {"first.png", "first.svg"}


KILLED = """
import os, pathlib, signal, sys, time
from matplotlib.figure import Figure
from qdverify.paper.drawing import Drawing
figure = Figure()
figure.subplots().plot(range(100_000))  # more than a pipe holds
with Drawing(pathlib.Path(sys.argv[1])) as drawing:
    drawing.draw("large", figure)
    time.sleep(0.3)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
def test_whoever_is_killed_while_it_sends_a_figure_leaves_no_traceback(tmp_path):
    """The drawing interpreter ends by itself and says nothing; no picture is half there."""
    # it holds standard error open: what is read ends when it has ended
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)], check=False, stderr=subprocess.PIPE, timeout=120
    )
    assert (done.returncode, done.stderr) == (-9, b"")
    assert not [*tmp_path.iterdir()]


def test_symbols_are_typeset_and_text_is_escaped():
    """Subscripts, Greek letters, arrows and minus signs; file names and markup in the text stay text."""
    assert typeset("Delta in k_BT, 3_1 -> 4_2, M_ji = -0.5") == (
        "\u0394 in k<sub>B</sub>T, 3<sub>1</sub> \u2192 4<sub>2</sub>, M<sub>ji</sub> = \u22120.5"
    )
    assert typeset("figure-1-corner, 2e-4, <b>") == "figure-1-corner, 2e-4, &lt;b&gt;"

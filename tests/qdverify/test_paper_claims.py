"""The claims of the paper are judged by numbers, and a wrong number changes the verdict."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from qdverify.paper import charge_peaks, claims, diagrams, projection
from qdverify.paper.charge_peaks import PLACES, Density, Onset
from qdverify.paper.line_strengths import Strength
from qdverify.paper.recomputed import PaperDot
from qdverify.paper.tables import Table, all_tables, line_counts, line_strengths


@pytest.fixture(scope="module")
def dot():
    return PaperDot.solve(10, 2e-4)


@pytest.fixture(scope="module")
def onsets(dot):
    return charge_peaks.onsets(dot)


@pytest.fixture(scope="module")
def found(dot, onsets):
    """Findings with one corner of Fig. 1 and no lines in it."""
    return claims.Findings(dot, diagrams.peaks(dot), onsets, windows=[diagrams.corner(dot, 3)])


def verdicts(found):
    dot = found.dot
    tables = [
        *all_tables(dot),
        charge_peaks.table(dot, found.onsets),
        line_counts(found.windows),
        line_strengths(found.lines),
        projection.table(found.projected),
    ]
    return {claim.says: claim for claim in claims.claims(found, tables)}


def one(claims_by_text, part):
    (claim,) = (claim for says, claim in claims_by_text.items() if part in says)
    return claim


def test_n_electrons_have_n_peaks_from_an_onset_on(onsets):
    """Fewer peaks before the onset, N from there to the paper's length, and dips that only grow deeper."""
    for onset in onsets:
        before, after = onset.found
        assert before.length < after.length <= (1 + charge_peaks.PRECISION) * before.length
        for density in onset.tried:
            assert (len(density.peaks) == onset.electrons) == (density.length >= after.length)
        depths = [density.depth for density in onset.tried if density.length >= after.length]
        assert all(b >= a - 1e-3 for a, b in pairwise(depths))
        assert onset.distance(after.length) < 1 < onset.distance(onset.tried[-1].length)


def test_two_electrons_split_where_the_curvature_in_the_middle_changes_sign(onsets):
    """By symmetry the second peak comes when the density in the middle turns from a maximum to a minimum."""
    curvature = []
    for density in onsets[0].found:
        middle = PLACES.size // 2
        curvature.append(density.values[middle + 20] + density.values[middle - 20] - 2 * density.values[middle])
    assert curvature[0] < abs(curvature[1]) < 0.05 * density.values[middle]
    assert np.all([abs(value) < 0.05 for value in curvature])


def test_a_density_counts_its_maxima_and_the_shallowest_dip():
    """Three peaks of heights 4, 2 and 4 with dips down to 1 and to 1.5."""
    corners = [0.0, 4.0, 1.0, 2.0, 1.5, 4.0, 0.0]
    density = Density(1.0, 0, np.interp(PLACES, np.linspace(0, 1, len(corners)), corners))
    assert len(density.peaks) == 3
    assert density.depth == pytest.approx(1 - 1.5 / 2, abs=0.02)


def test_a_search_without_onset_says_so(onsets):
    """If the shortest box has all the peaks, or the longest fewer, no onset is named."""
    long = [density for density in onsets[0].tried if len(density.peaks) == 2]
    short = [density for density in onsets[0].tried if len(density.peaks) < 2]
    assert Onset(2, long).found is None
    assert Onset(2, short).found is None


def test_lines_are_called_by_their_kind_and_size(found):
    """A line enhanced by populations, one stronger by its rate alone, a negative one, and one too small to count."""
    steps = {"enhanced": (0.3, 0.2, 0.5), "stronger": (0.3, 0.2, 1.5), "negative": (-0.1, 0.2, 1.0)}
    lines = {kind: Strength("L", 3, 0, 0, 0, 0, *numbers) for kind, numbers in steps.items()}
    small = Strength("L", 3, 0, 0, 0, 0, -1e-4, 0.2, 1.0)
    for kinds, expected in (
        (("enhanced", "negative"), ["reproduced", "reproduced"]),
        (("stronger",), ["partly", "not"]),
    ):
        strong = {"corner": [*(lines[kind] for kind in kinds), small]}
        _, enhanced, negative = claims._lines(found.windows, strong)
        assert [enhanced.verdict, negative.verdict] == expected


@pytest.mark.parametrize(
    ("agrees", "verdict"), [((True, True), "reproduced"), ((True, False), "partly"), ((False, False), "not")]
)
def test_rows_are_counted_by_their_field(agrees, verdict):
    """Not by the words of a cell, which may be any."""
    shown = Table("table", "A table", ("within",), [("oui",), ("yes",)], agrees=agrees, judged="within")
    assert claims.counted("Two numbers", shown).verdict == verdict


@pytest.mark.slow
def test_every_verdict_follows_its_numbers(found):
    """Each claim turns if the numbers behind it are replaced by ones that deny it."""
    true = verdicts(found)
    assert {claim.verdict for claim in true.values()} <= {"reproduced", "partly", "not", "not asked"}
    assert one(true, "Ref. 8").verdict == "reproduced"
    assert one(true, "Projecting").verdict == "reproduced"
    assert one(true, "Refs. 14 to 16").where == "outside"
    dot = found.dot
    late = [Onset(onset.electrons, [replace(d, length=9 * d.length) for d in onset.tried]) for onset in found.onsets]
    assert one(verdicts(replace(found, onsets=late)), "Ref. 8").verdict == "not"
    level = replace(found.peaks, current=found.peaks.current / found.peaks.current.max(axis=1, keepdims=True))
    assert one(verdicts(replace(found, peaks=level)), "unequal heights").verdict == "not"
    swapped = [replace(each, spin_only=each.correlated, correlated=each.spin_only) for each in found.windows]
    assert one(true, "fewer lines").verdict == "reproduced"
    assert one(verdicts(replace(found, windows=swapped)), "fewer lines").verdict == "not"
    assert (one(true, "enhanced").verdict, one(true, "negative").verdict) == ("not", "not")
    strong = {N: np.where(M < 0.1, 0.5, M) for N, M in dot.M.items()}
    denied = verdicts(replace(found, dot=replace(dot, M=strong)))
    for part in ("hardly couples", "signs cancel"):
        assert one(true, part).verdict == "reproduced"
        assert one(denied, part).verdict == "not"
    assert one(denied, "Table III").verdict == "partly"

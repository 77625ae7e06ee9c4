"""The oracle's answers for dots given by integrals, and M_ji with weights."""

import math
from decimal import Decimal
from fractions import Fraction
from time import process_time

import mpmath
import numpy as np
import pytest
from random_integrals import random_integrals

import numeric
from analytic import (
    charging_levels,
    exact_levels,
    exact_transition_probabilities,
    integral_dot,
    integral_levels,
    to_digits,
    transition_probabilities_between,
)
from qdverify.protocol.fcidump import read_fcidump
from qdverify.protocol.grade import Grade
from qdverify.protocol.sample_dots import INTEGRAL_DOT, make_dot
from qdverify.reference.answers.answer import Refusal
from qdverify.reference.oracle import oracle


def as_document(h, entries, **more):
    """Return a dot of the protocol with doubles."""
    two_body = [[*indices, float(value)] for *indices, value in entries]
    return {
        "kind": "integrals",
        "orbitals": len(h),
        "one_body": [[float(value) for value in row] for row in h],
        "two_body": two_body,
        **more,
    }


def exact_of(dot):
    """Return the exact dot of a document's doubles."""
    return integral_dot(dot["one_body"], dot["two_body"], core=dot.get("core", 0), irreps=dot.get("irreps"))


def holds(enclosed, number):
    """Tell whether a decimal ball holds a number of 50 digits."""
    return abs(enclosed.mid - Decimal(mpmath.nstr(number, 45))) <= enclosed.rad + Decimal("1e-30")


@pytest.mark.parametrize("electrons", range(5))
def test_levels_of_the_documents_doubles_to_twelve_digits(electrons):
    """Energies, spins and irreps of the sample dot are those of exact algebra, graded enclosed."""
    reference = integral_levels(exact_of(INTEGRAL_DOT), electrons, digits=50)
    count = min(5, len(reference))
    answer = oracle("spectrum", dot=INTEGRAL_DOT, electrons=electrons, levels=count)
    assert answer.grade is Grade.ENCLOSED
    assert answer.values["two_S"] == [level.two_S for level in reference[:count]]
    assert answer.values["irreps"] == [level.parity for level in reference[:count]]
    for energy, level in zip(answer.values["energies"], reference, strict=False):
        assert holds(energy, level.energy)
        assert energy.rad <= abs(energy.mid) * Decimal("1e-12")


def test_a_tenth_is_the_double_that_it_parses_to_and_a_string_is_exact():
    """0.1 is not 1/10: the reference speaks of the double, unless the number comes as a string."""
    for value, exact in ((0.1, Fraction(0.1)), ("1/10", Fraction(1, 10))):
        dot = {"kind": "integrals", "orbitals": 1, "one_body": [[value]], "two_body": []}
        (energy,) = oracle("spectrum", dot=dot, electrons=1, digits=25).values["energies"]
        assert abs(Fraction(energy.mid) - exact) <= Fraction(energy.rad) < Fraction(1, 10**25)


@pytest.mark.parametrize("weights", [None, [1.5, -0.25, 1e-3]])
def test_transition_probabilities_with_weights(weights):
    """M_ji of the sample dot against Eq. (4) of exact algebra."""
    levels = [integral_levels(exact_of(INTEGRAL_DOT), N, digits=50)[:4] for N in (2, 3)]
    given = {} if weights is None else {"weights": weights}
    answer = oracle(
        "transition_probabilities", dot=INTEGRAL_DOT, electrons=2, levels_from=4, levels_to=4, digits=15, **given
    )
    with mpmath.workdps(50):
        expected = transition_probabilities_between(
            *levels, weights=None if weights is None else [mpmath.mpf(w) for w in weights]
        )
    for row, right in zip(answer.values["M"], expected, strict=True):
        for value, number in zip(row, right, strict=True):
            assert holds(value, number)
            assert value.rad <= max(abs(value.mid), Decimal(1)) * Decimal("1e-15")


def test_weights_of_a_box_without_interaction_are_exact():
    """A box takes weights too: rational M_ji by the exact side."""
    answer = oracle(
        "transition_probabilities",
        dot=make_dot("none", 3),
        electrons=1,
        levels_from=3,
        levels_to=1,
        weights=[1.0, -2.0, 0.5],
    )
    levels = [charging_levels(N, 3, count, length=1)[:count] for N, count in ((1, 3), (2, 1))]
    expected = exact_transition_probabilities(*levels, weights=[1, -2, 0.5])
    assert answer.grade is Grade.EXACT
    assert [[float(v.mid) for v in row] for row in answer.values["M"]] == [[float(v) for v in row] for row in expected]


def test_weights_of_a_box_with_interaction_are_enclosed():
    """The balls hold what the numeric side computes with the same weights, and not what it computes without."""
    dot = make_dot("contact", 4)
    weights = [1.0, 0.5, -0.25, 2.0]
    answer = oracle(
        "transition_probabilities", dot=dot, electrons=1, levels_from=2, levels_to=2, weights=weights
    ).floats("M")
    start, end = (numeric.solve(numeric.Dot(**dot), N, levels=2) for N in (1, 2))
    assert np.allclose(answer, numeric.transition_probabilities(start, end, weights=weights)[:2, :2], atol=1e-12)
    assert not np.allclose(answer, numeric.transition_probabilities(start, end)[:2, :2], atol=1e-2)


def test_coinciding_levels_are_a_cluster_with_sums():
    """Two equal orbitals without interaction: one level of each irrep, in one cluster, with the sums of M_ji."""
    dot = as_document([[1, 0], [0, 1]], [], irreps=[1, 2])
    answer = oracle("spectrum", dot=dot, electrons=1, levels=2)
    (cluster,) = answer.clusters
    assert cluster.members == ((1, 1, 1), (1, 2, 1))
    with pytest.raises(Refusal, match=r"levels=1 cuts a cluster.* in the unit of the dot; ask"):
        oracle("spectrum", dot=dot, electrons=1, levels=1)
    answer = oracle("transition_probabilities", dot=dot, electrons=0, levels_from=1, levels_to=2, weights=[3.0, 4.0])
    assert sorted(float(total.mid) for _, _, total in answer.sums) == pytest.approx([9, 16], abs=1e-11)


def test_integrals_are_given_back():
    """The integrals asked for are the ones that were given, in any order of indices, and 0 where none was."""
    indices = [[1, 2, 1, 2], [2, 1, 2, 1], [1, 1, 3, 1], [3, 3, 3, 3]]
    answer = oracle("interaction_integrals", dot=INTEGRAL_DOT, indices=indices)
    assert answer.grade is Grade.EXACT
    assert answer.floats("values") == [0.125, 0.125, -0.0625, 0.0]


def test_a_box_rounded_to_doubles_is_near_the_box():
    """The same box through its integrals, with parity as irreps: levels differ by no more than the rounding."""
    box = make_dot("constant", 3, length=2.0, strength=0.5)
    h = [[(n * math.pi / 2.0) ** 2 / 2 if n == m else 0.0 for m in (1, 2, 3)] for n in (1, 2, 3)]
    entries = [[p, p, q, q, 0.5] for p in (1, 2, 3) for q in range(1, p + 1)]
    answer = oracle("spectrum", dot=as_document(h, entries, irreps=[1, 2, 1]), electrons=3, levels=3)
    exact = oracle("spectrum", dot=box, electrons=3, levels=3)
    assert np.allclose(answer.floats("energies"), exact.floats("energies"), rtol=1e-14)
    assert [{1: 1, 2: -1}[label] for label in answer.values["irreps"]] == exact.values["parity"]


def test_an_integral_dot_of_numeric_is_taken_as_it_is():
    """The object and its document are one question; the enclosures hold what `numeric` computes, M_ji of a lead too."""
    h, entries = random_integrals(4, seed=31, irreps=(1, 1, 2, 2))
    document = as_document(h, entries, irreps=[1, 1, 2, 2], core=0.5, weights={"L": [1.0, 2.0, 0.5, -1.0]})
    dot = numeric.IntegralDot.from_document(document)
    one, other = (oracle("spectrum", dot=given, electrons=3, levels=5) for given in (dot, document))
    assert one.values == other.values
    solved = [numeric.solve(dot, N, levels=5) for N in (3, 4)]
    assert np.allclose(one.floats("energies"), solved[0].energies[:5], atol=1e-11)
    weights = document["weights"]["L"]
    M = oracle("transition_probabilities", dot=dot, electrons=3, levels_from=3, levels_to=3, weights=weights).floats(
        "M"
    )
    assert np.allclose(M, numeric.transition_probabilities(*solved, weights=weights)[:3, :3], atol=1e-10)


def test_what_is_beyond_reach_is_refused_with_what_it_would_take():
    """Thirty orbitals with four electrons: the refusal counts rows, memory and time, before the work."""
    dot = as_document(np.diag(np.arange(30.0)), [])
    with pytest.raises(Refusal, match=r"a block of \d+ rows .* GB and .* s"):
        oracle("spectrum", dot=dot, electrons=4)


def test_a_budget_of_seconds_is_kept():
    """A budget that cannot suffice ends in a refusal that says so."""
    h, entries = random_integrals(10, seed=2)
    with pytest.raises(Refusal, match=r"seconds=0\.01 do not suffice"):
        oracle("spectrum", dot=as_document(h, entries), electrons=4, levels=6, seconds=0.01)


def test_exact_levels_of_a_rational_dot_agree():
    """Strings in the document are exact, and so is the algebra: a root of two, to thirty digits."""
    dot = {"kind": "integrals", "orbitals": 2, "one_body": [["1/3", 1], [1, "4/3"]], "two_body": [], "core": "1/7"}
    found = oracle("spectrum", dot=dot, electrons=1, levels=2, digits=30).values["energies"]
    exact = exact_levels(integral_dot([["1/3", 1], [1, "4/3"]], core="1/7"), 1)
    assert all(holds(a, to_digits(b.energy, digits=45)) for a, b in zip(found, exact, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize(("orbitals", "electrons", "limit"), [(10, 3, 10), (10, 4, 60), (8, 4, 60)])
def test_six_levels_reach_twelve_digits_in_time(orbitals, electrons, limit):
    """Dense random integrals: six levels with twelve digits, within the stated seconds of one core."""
    h, entries = random_integrals(orbitals, seed=orbitals)
    dot = as_document(h, [[*indices, value / 7] for *indices, value in entries])
    begun = process_time()
    energies = oracle("spectrum", dot=dot, electrons=electrons, levels=6, digits=12).values["energies"]
    assert process_time() - begun < limit
    assert all(energy.rad <= abs(energy.mid) * Decimal("1e-12") for energy in energies)


def test_the_oracle_takes_a_file_as_it_was_read(tmp_path):
    """What `read_fcidump` returns is a dot too, each number exactly as the file has it."""
    path = tmp_path / "FCIDUMP"
    path.write_text("&FCI NORB=2,NELEC=2,MS2=0 /\n 4.1 1 1 1 1\n 4.1 2 2 2 2\n -1.0 2 1 0 0\n")
    file = read_fcidump(path)
    assert (
        oracle("spectrum", dot=file, electrons=2).values == oracle("spectrum", dot=file.exact_dot, electrons=2).values
    )

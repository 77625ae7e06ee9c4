"""The suite for dots given by integrals: its transformations are exact, and programs for boxes are not judged."""

import random

import pytest

from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.protocol.dots import check_dot
from qdverify.suite.checks import integral_dots as checks
from qdverify.suite.declare import Scope, select
from qdverify.suite.exact import integral_dots as exact
from qdverify.suite.finding import Verdict
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject

SUITE = select(["integral-dots"], "quick")


def energies(dot, electrons):
    return [float(level.energy) for level in exact.exact_levels_of(dot, electrons)]


@pytest.fixture
def dot():
    return exact.random_integral_dot(random.Random(5), 3, "dense")


@pytest.mark.parametrize("name", checks.RELATIONS)
def test_relations_hold_for_exact_levels(name, dot):
    """The image of a dot has the image of its levels, by exact algebra."""
    change, image = checks.RELATIONS[name]
    expected = [image(energy, 2) for energy in energies(dot, 2)]
    assert energies(change(dot), 2) == pytest.approx(expected, abs=1e-13)
    assert change(dot) != dot


def test_holes_have_the_levels_of_electrons(dot):
    """All levels of one and of two electrons."""
    for electrons in (1, 2):
        assert energies(exact.for_holes(dot), 6 - electrons) == pytest.approx(energies(dot, electrons), abs=1e-12)


def test_levels_of_a_direct_sum_are_sums(dot):
    """One electron is in one dot or in the other."""
    other = exact.random_integral_dot(random.Random(6), 2, "dense")
    whole = exact.direct_sum(dot, other)
    expected = [a + energies(other, 0)[0] for a in energies(dot, 1)]
    expected += [energies(dot, 0)[0] + b for b in energies(other, 1)]
    assert energies(whole, 1) == pytest.approx(sorted(expected), abs=1e-13)


@pytest.mark.parametrize("kind", checks.KINDS)
def test_random_dots_are_valid_and_of_their_kind(kind):
    """They keep the protocol's rules; sparse ones have fewer integrals, small ones small integrals."""
    made = exact.random_integral_dot(random.Random(1), 3, kind)
    check_dot(made)
    dense = exact.random_integral_dot(random.Random(1), 3, "dense")
    values = [abs(entry[4]) for entry in made["two_body"] if len(set(entry[:4])) > 1]
    if kind in ("sparse", "irreps"):
        assert len(made["two_body"]) < len(dense["two_body"])
    if kind in ("small", "close"):
        assert 0 < max(values) <= exact.STEP
    if kind == "attractive":
        assert all(entry[4] < 0 for entry in made["two_body"])


def test_the_builtin_passes_the_suite_and_a_program_for_boxes_is_not_judged():
    """What a program does not take is counted as such, and fails nothing."""
    passed = run_checks(Subject(InProcess(Builtin())), SUITE, Scope())
    assert {finding.verdict for finding in passed} == {Verdict.PASS}

    class Boxes(Builtin):
        dots = ("box",)

    asked = run_checks(Subject(InProcess(Boxes())), SUITE, Scope())
    assert {finding.verdict for finding in asked} == {Verdict.UNSUPPORTED}

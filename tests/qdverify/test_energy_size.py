"""Levels close to 0: honest programs pass whatever cancels, and wrong ones do not."""

import random

import numpy as np
import pytest
from determinant_program import Determinants, levels_of

import qdverify
from qdverify.implementations.builtin import Builtin
from qdverify.protocol.energy_size import energy_size, natural_energy, rounding_energy
from qdverify.protocol.sample_dots import make_dot
from qdverify.reference.box_integrals import box_as_integrals
from qdverify.suite.exact.integral_dots import (
    full_tensor,
    hubbard_chain,
    permuted,
    random_integral_dot,
    rotated,
    with_signs,
)

KINDS = ("dense", "attractive", "small", "close")
SLOW = ("small", "close")


def times(dot, factor):
    """Return the dot with all its integrals times a factor."""
    return {
        **dot,
        "core": factor * dot.get("core", 0.0),
        "one_body": (factor * np.array(dot["one_body"])).tolist(),
        "two_body": [[*entry[:4], factor * entry[4]] for entry in dot["two_body"]],
    }


def with_orbitals_at(dot, shift):
    """Return the dot with a number added to every h_pp."""
    return {**dot, "one_body": (np.array(dot["one_body"]) + shift * np.eye(dot["orbitals"])).tolist()}


def near_zero(kind):
    """Yield dots of two electrons whose lowest level lies near 0, and what makes it so."""
    dot = random_integral_dot(random.Random(f"near zero {kind}"), 2, kind)
    lowest = min(levels_of(dot, 2))[0]
    yield "core energy", {**dot, "core": dot["core"] - lowest}
    yield "orbital energies", with_orbitals_at(dot, -lowest / 2)
    far = with_orbitals_at(dot, 1e4)
    yield "both", {**far, "core": dot["core"] - 2e4 - lowest}


DOTS = {f"{cause}, {kind}": dot for kind in KINDS for cause, dot in near_zero(kind)}
DOTS |= {
    "repulsion only": hubbard_chain(2, 3.0, 0.0),
    "repulsion only, in other orbitals": rotated(hubbard_chain(2, 3.0, 0.0)),
    "one level, all cancels": {**hubbard_chain(1, 3.0, 0.0, -1.0), "core": -1.0},
    "a level at 0 beside a high one": rotated({**hubbard_chain(2, 0.0, 0.0), "one_body": [[0.0, 0.0], [0.0, 1e3]]}),
    "large repulsion": hubbard_chain(2, 1e9, 1.0),
}


def verified(program, dot, **options):
    options = {"electrons": (1, 2), "levels": 1, "checks": ["own-dot.levels", "own-dot.relations"], **options}
    return qdverify.verify(program, dot=dot, **options)


@pytest.mark.parametrize("program", [Builtin, Determinants])
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name.endswith(SLOW) else name for name in DOTS]
)
def test_honest_programs_pass_if_the_lowest_level_is_close_to_zero(name, program):
    """The parts of H cancel; each program rounds them in another way."""
    assert verified(program(), DOTS[name]).ok


@pytest.mark.parametrize("length", [1.0, 1000.0])
def test_an_attraction_that_cancels_the_kinetic_energy_of_a_box_fails_nobody(length):
    """The box of a constant interaction whose two electrons have no energy."""
    dot = make_dot("constant", 2, length=length, strength=-((np.pi / length) ** 2))
    report = verified(Builtin(), dot, checks=["own-dot.levels"])
    assert report.ok
    assert len(report.findings) == 4


@pytest.mark.parametrize("factor", [2.0**-20, 2.0**20])
@pytest.mark.parametrize("name", ["core energy, dense", "both, attractive", "repulsion only, in other orbitals"])
def test_honest_programs_pass_in_any_unit_of_energy(name, factor):
    """From a millionth to a million."""
    assert verified(Determinants(), times(DOTS[name], factor)).ok


def iterative(dot, electrons, place):
    """Be off by half the default accuracy in units of what the electrons' energies are made of."""
    return 0.5e-9 * natural_energy(dot, electrons)


def off_by_a_millionth(dot, electrons, place):
    return 1e-6 * natural_energy(dot, electrons)


@pytest.mark.parametrize("name", ["core energy, dense", "orbital energies, dense", "repulsion only"])
def test_iterations_may_end_where_the_parts_are_known_to_the_claimed_accuracy(name):
    """A program cannot know beforehand that its energies will be cancelled by others."""
    assert verified(Determinants(iterative), DOTS[name], checks=["own-dot.levels"]).ok


@pytest.mark.parametrize("factor", [2.0**-20, 1.0, 2.0**20])
@pytest.mark.parametrize("name", ["core energy, dense", "both, attractive", "repulsion only"])
def test_errors_of_a_millionth_of_the_natural_size_are_found(name, factor):
    """The size does not hide them, in any unit."""
    report = verified(Determinants(off_by_a_millionth), times(DOTS[name], factor), checks=["own-dot.levels"])
    assert "N=2" in {finding.case["label"] for finding in report.findings if finding.verdict == "fail"}


def test_a_wrong_answer_to_levels_of_exactly_zero_is_a_failure_and_no_crash():
    """One electron without orbital energy; the program is wrong for three electrons, its holes."""
    program = Determinants(lambda dot, electrons, place: 1e-3 * (electrons == 3))
    report = verified(program, hubbard_chain(2, 3.0, 0.0), electrons=(1,), checks=["own-dot.holes"])
    assert [finding.verdict for finding in report.findings] == ["fail"]


def in_single_precision(dot):
    return {**dot, "two_body": [[*entry[:4], float(np.float32(entry[4]))] for entry in dot["two_body"]]}


@pytest.mark.parametrize("orbitals", [3, 8])
def test_integrals_of_single_precision_are_found(orbitals):
    """High orbitals do not make the size so large that seven digits of the repulsion would do."""
    dot = box_as_integrals(make_dot("soft-coulomb", orbitals)).dot
    size = natural_energy(dot, 2)
    lowest = qdverify.oracle("spectrum", dot=dot, electrons=2, levels=1).floats("energies")[0]
    assert size <= 2 * lowest
    if orbitals == 3:
        assert not verified(Determinants(reads=in_single_precision), dot, checks=["own-dot.levels"]).ok


def test_sizes_do_not_depend_on_the_orbitals():
    """Rotations, other orders and signs change nothing; a factor is a factor."""
    dot = random_integral_dot(random.Random(2), 4, "dense")
    for size in (natural_energy, rounding_energy):
        sizes = [size(changed(dot), 3) for changed in (rotated, permuted, with_signs)]
        assert sizes == pytest.approx([size(dot, 3)] * 3, rel=1e-12)
        assert size(times(dot, 1024.0), 3) == pytest.approx(1024 * size(dot, 3), rel=1e-12)


def test_the_repulsion_counts_every_order_of_its_indices():
    """As the whole tensor does; an integral that is listed twice counts once."""
    dot = {**random_integral_dot(random.Random(3), 3, "dense"), "one_body": [[0.0] * 3] * 3, "core": 0.0}
    twice = {**dot, "two_body": [*dot["two_body"], *dot["two_body"]]}
    expected = 3 * float(np.linalg.norm(full_tensor(dot))) / 3
    assert natural_energy(dot, 3) == pytest.approx(expected, rel=1e-14)
    assert natural_energy(twice, 3) == natural_energy(dot, 3)


def test_the_size_of_energies_is_never_less_than_the_largest():
    """Of integrals and of a box; of an attractive box it is that of the kinetic energy."""
    dot = random_integral_dot(random.Random(4), 2, "dense")
    box = make_dot("contact", 3, strength=-1.0)
    assert energy_size(dot, 2, [1.0, -1e5], 1e-9) == energy_size(box, 2, [-1e5], 1e-9) == 1e5
    assert energy_size(box, 2, [1e-3], 1e-9) == natural_energy(box, 2) == pytest.approx(np.pi**2)

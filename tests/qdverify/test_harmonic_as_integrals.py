"""Harmonic dots put to programs that take only integrals: real orbitals, weights, and what cannot be told."""

import json
from fractions import Fraction

import numpy as np
import pytest
from click.testing import CliRunner
from integral_program import OfIntegrals

import qdverify
from numeric import IntegralDot, solve
from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.interfaces.cli import main
from qdverify.protocol.answers import Unsupported
from qdverify.protocol.dots import check_dot
from qdverify.protocol.sample_dots import HARMONIC_DOT, INTEGRAL_DOT, make_dot
from qdverify.reference.harmonic_as_integrals import harmonic_as_integrals, real_weights
from qdverify.suite.subject import Subject

OPEN = {"kind": "harmonic-2d", "omega": 0.6, "field": 0.0, "shells": 3, "strength": 1.7}


@pytest.fixture(scope="module")
def program():
    return Subject(InProcess(OfIntegrals()))


@pytest.fixture(scope="module")
def builtin():
    return Subject(InProcess(Builtin()))


@pytest.mark.parametrize("thickness", [0.0, 0.8])
def test_the_integrals_make_a_valid_dot_whose_levels_are_enclosed_within_the_rounding(thickness):
    """Eight equal orders, irreps that forbid what vanishes, and no level further away than the stated bound."""
    dot = {**OPEN, "shells": 2, "thickness": thickness}
    told = harmonic_as_integrals(dot)
    check_dot(told.dot)
    found = solve(IntegralDot.from_document(told.dot), 2, 3)
    exact = qdverify.oracle("spectrum", dot=dot, electrons=2, levels=3)
    np.testing.assert_allclose(found.energies, exact.floats("energies"), rtol=1e-13)
    assert sorted(found.two_S) == sorted(exact.values["two_S"])
    doubles = qdverify.oracle("spectrum", digits=30, dot=told.dot, electrons=2, levels=3).values["energies"]
    precise = qdverify.oracle("spectrum", digits=30, dot=dot, electrons=2, levels=3).values["energies"]
    moved = max(abs(one.mid - other.mid) for one, other in zip(doubles, precise, strict=True))
    assert 0 < moved < told.rounding(2) < 1e-13


@pytest.mark.parametrize("electrons", [1, 2, 3])
def test_a_program_of_integrals_answers_for_a_harmonic_dot_without_field(program, builtin, electrons):
    """Its levels, and its M_ji summed over levels that coincide, are those of a program that knows the dot."""
    question = {"dot": OPEN, "electrons": electrons, "levels": 3}
    one, other = (subject.ask("spectrum", **question) for subject in (program, builtin))
    np.testing.assert_allclose(one["energies"], other["energies"], rtol=1e-12)
    assert "L" not in one
    assert len(other["L"]) == 3
    inputs = {"dot": OPEN, "electrons": electrons - 1, "levels_from": 1, "levels_to": 3}
    _, together = np.unique(np.round(one["energies"], 9), return_inverse=True)
    for weights in ({}, {"weights": [1.0, 0.5, 0.5, -2.0, 3.0, -2.0]}):
        sums = [
            np.bincount(together, np.ravel(subject.ask("transition_probabilities", **inputs, **weights)["M"]))
            for subject in (program, builtin)
        ]
        assert sums[0] == pytest.approx(sums[1], abs=1e-12)


def test_weights_of_real_orbitals_carry_the_whole_coupling():
    """The squares add up to those of the complex ones: sqrt 2 for the even orbital of m and -m, 0 for the odd one."""
    assert real_weights(OPEN, None) == pytest.approx([1.0, 0.0, 2**0.5, 0.0, 1.0, 2**0.5])
    assert real_weights(OPEN, [2, Fraction(1, 2), 0.5, -1, 0, -1]) == pytest.approx([2, 0, 0.5**0.5, 0, 0, -(2**0.5)])


@pytest.mark.parametrize(
    ("task", "question", "reason"),
    [
        ("spectrum", {"dot": HARMONIC_DOT, "electrons": 1, "levels": 1}, r"field=0\.5 must be 0: in a field no real"),
        ("spectrum", {"dot": {**OPEN, "shells": 11}, "electrons": 1, "levels": 1}, "shells=11 .* must be at most 10"),
        ("interaction_integrals", {"dot": OPEN, "indices": [[1, 1, 1, 1]]}, "integrals of a dot are given"),
        (
            "transition_probabilities",
            {"dot": OPEN, "electrons": 0, "levels_from": 1, "levels_to": 1, "weights": [1.0, 1.0, 2.0, 1.0, 1.0, 1.0]},
            "orbitals 2 and 3, of opposite m, must be equal",
        ),
    ],
)
def test_what_real_orbitals_cannot_tell_is_unsupported(program, task, question, reason):
    """A field, weights that become complex, the integrals themselves, and too many shells."""
    with pytest.raises(Unsupported, match=reason):
        program.ask(task, **question)


@pytest.mark.parametrize(
    ("dots", "asked"),
    [
        (("integrals",), {"box": "integrals", "integrals": "integrals", "harmonic-2d": "integrals"}),
        (("integrals", "harmonic-2d"), {"box": "integrals", "integrals": "integrals", "harmonic-2d": "harmonic-2d"}),
        (("box", "integrals"), {"box": "box", "integrals": "integrals", "harmonic-2d": None}),
        (("harmonic-2d",), {"box": None, "integrals": None, "harmonic-2d": "harmonic-2d"}),
    ],
)
def test_each_dot_is_asked_as_the_program_takes_it(dots, asked):
    """Directly if it can, as integrals if it takes no box, and else not at all."""

    class Noted:
        def __init__(self):
            self.kind = None

        def spectrum(self, *, dot, **_):
            self.kind = dot.get("kind", "box")
            return {"energies": [1.0], "two_S": [1]}

    Noted.dots = dots
    given = {"box": make_dot("none", 2), "integrals": INTEGRAL_DOT, "harmonic-2d": OPEN}
    for kind, expected in asked.items():
        noted = Noted()
        subject = Subject(InProcess(noted))
        question = {"dot": given[kind], "electrons": 1, "levels": 1}
        if expected is None:
            with pytest.raises(Unsupported, match=f"kind '{kind}' is not among"):
                subject.ask("spectrum", **question)
        else:
            subject.ask("spectrum", **question)
        assert noted.kind == expected


@pytest.mark.parametrize("field", [0.0, pytest.param(0.5, marks=pytest.mark.slow)])
def test_the_command_line_takes_a_harmonic_dot(tmp_path, field):
    """`oracle --dot` shows L, `verify --dot` judges, `export fcidump --dot` writes it if there is no field."""
    file = tmp_path / "dot.json"
    file.write_text(json.dumps({**HARMONIC_DOT, "field": field}))
    table = CliRunner().invoke(main, ["oracle", "--dot", str(file), "--electrons", "2", "--levels", "3"])
    rows = [line.split() for line in table.output.splitlines()[1:5]]
    assert rows[0] == ["level", "energy", "radius", "spin", "L"]
    assert [row[-1] for row in rows[1:]] == (["0", "1", "-1"] if field else ["0", "-1", "1"])
    verdict = CliRunner().invoke(main, ["verify", "--dot", str(file), "--electrons", "1-2"])
    assert verdict.exit_code == 0, verdict.output
    written = CliRunner().invoke(main, ["export", "fcidump", "--dot", str(file), "--electrons", "2"])
    assert ("NORB=3" in written.output) is (field == 0)
    assert ("no real orbitals" in written.output) is (field != 0)


def test_a_program_of_integrals_is_judged_on_a_harmonic_dot():
    """All that can be asked without a field passes."""
    report = qdverify.verify(OfIntegrals(), dot=OPEN, electrons=[1, 2], levels=3)
    verdicts = {finding.verdict.value for finding in report.findings}
    assert "pass" in verdicts
    assert not verdicts & {"fail", "error"}

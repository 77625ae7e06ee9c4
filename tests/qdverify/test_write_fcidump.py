"""Dots of the user's own as FCIDUMP files: what is written is read back, and headers mislead nobody."""

import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner

import qdverify
from numeric import Dot, IntegralDot, solve
from qdverify.interfaces.cli import main
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.sample_dots import INTEGRAL_DOT, make_dot
from qdverify.suite.exact.integral_dots import random_integral_dot

WITHOUT_WEIGHTS = {name: value for name, value in INTEGRAL_DOT.items() if name != "weights"}


def read(path):
    return qdverify.read_fcidump(path)


@pytest.mark.parametrize("kind", ["dense", "irreps", "sparse", "small"])
def test_every_double_comes_back(tmp_path, kind):
    """Integrals, core and, with an irrep asked for, the labels; the digits of awkward doubles too."""
    dot = random_integral_dot(random.Random(kind), 4, kind)
    dot["core"] = 0.1 + 2.0**-50
    dot["one_body"][0][0] = -1.0 / 3.0
    path = tmp_path / "FCIDUMP"
    qdverify.write_fcidump(path, dot, electrons=3, irrep=2 if kind == "irreps" else None)
    found = read(path)
    assert {name: found.dot[name] for name in ("orbitals", "core", "one_body")} == {
        name: dot[name] for name in ("orbitals", "core", "one_body")
    }
    assert sorted(found.dot["two_body"]) == sorted(dot["two_body"])
    assert (found.electrons, found.header.two_Sz) == (3, 1)
    labels = dot["irreps"] if kind == "irreps" else [1] * 4
    assert (found.dot["irreps"], found.header.irrep) == (labels, 2 if kind == "irreps" else 1)


def test_without_an_irrep_no_symmetry_is_named(tmp_path):
    """A reader that obeys the header then finds the lowest levels of all irreps."""
    path = tmp_path / "FCIDUMP"
    qdverify.write_fcidump(path, INTEGRAL_DOT, electrons=2)
    assert read(path).header.irreps == (1, 1, 1)


def test_a_box_is_written_by_its_integrals(tmp_path):
    """Its levels are those of what is read."""
    path = tmp_path / "FCIDUMP"
    box = Dot(9.5, 1.9e-3, 5)
    qdverify.write_fcidump(path, box, electrons=3, two_Sz=3, irrep=2)
    dot = IntegralDot.from_document(read(path).dot)
    assert solve(dot, 3, 4).energies == pytest.approx(solve(box, 3, 4).energies, rel=1e-13)
    assert "MS2=3" in path.read_text()


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({"electrons": 7}, "two_Sz=1 must be the doubled S_z of 7 electrons in 3 orbitals"),
        ({"electrons": 2, "two_Sz": 1}, "two_Sz=1 must be"),
        ({"electrons": -1}, "electrons=-1"),
        ({"electrons": 2, "irrep": 9}, "irrep=9 must be at most 8"),
        ({"electrons": 2, "irrep": 0}, "irrep=0"),
        ({"electrons": 2, "irrep": 1, "dot": {**WITHOUT_WEIGHTS, "irreps": None}}, "irreps=None"),
        ({"electrons": 2, "irrep": 1, "dot": random_integral_dot(random.Random(1), 2, "dense")}, "have no irreps"),
    ],
)
def test_what_cannot_be_written_is_refused(tmp_path, question, message):
    """And no file is left."""
    with pytest.raises(InvalidInput, match=message):
        qdverify.write_fcidump(tmp_path / "FCIDUMP", **{"dot": INTEGRAL_DOT, **question})
    assert not list(tmp_path.iterdir())


def test_the_command_writes_a_dot_of_a_file(tmp_path):
    """JSON in, FCIDUMP out, to a file or to the terminal; and the other way round the same dot is read."""
    source, target = tmp_path / "dot.json", tmp_path / "FCIDUMP"
    source.write_text(json.dumps(INTEGRAL_DOT))
    words = ["export", "fcidump", "--dot", str(source), "--electrons", "2", "--irrep", "2"]
    assert CliRunner().invoke(main, [*words, "-o", str(target)]).exit_code == 0
    shown = CliRunner().invoke(main, words)
    assert shown.output == target.read_text()
    found = read(target).dot
    found["two_body"], expected = sorted(found["two_body"]), sorted(WITHOUT_WEIGHTS["two_body"])
    assert found == {**WITHOUT_WEIGHTS, "two_body": expected}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "give --orbitals M or --dot FILE"),
        (("--orbitals", "3", "--irrep", "1"), "--irrep goes with --dot"),
        (("--dot", "FILE", "-o", "FILE"), "must be different files"),
    ],
)
def test_wrong_words_of_the_command_are_refused(tmp_path, words, message):
    """With exit status 2 and the rule."""
    file = tmp_path / "box.json"
    file.write_text(json.dumps(make_dot("contact", 2)))
    given = [str(file) if word == "FILE" else word for word in words]
    result = CliRunner().invoke(main, ["export", "fcidump", "--electrons", "2", *given])
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())


@pytest.mark.parametrize("name", ["my.fcidump", Path("my.fcidump")])
def test_the_name_of_a_file_in_place_of_a_dot_is_refused(tmp_path, name):
    """With what reads files, wherever a dot is taken."""
    calls = (
        lambda: qdverify.verify("builtin", dot=name, electrons=[1]),
        lambda: qdverify.oracle("spectrum", dot=name, electrons=1, levels=1),
        lambda: qdverify.write_fcidump(tmp_path / "out.fcidump", name, electrons=1),
    )
    for call in calls:
        with pytest.raises(InvalidInput, match=r"dot=my\.fcidump must be a dot, not a file: qdverify\.read_fcidump"):
            call()

"""`qdverify oracle --dot FILE`: levels of a user's own dot."""

import json
from decimal import Decimal

import pytest
from click.testing import CliRunner
from random_integrals import random_integrals
from second_checker import judge

import qdverify
from qdverify.certificate.check import check_file
from qdverify.interfaces.cli import main
from qdverify.protocol.sample_dots import INTEGRAL_DOT

DIMER = """&FCI NORB=2, NELEC=2, MS2=0, /
 4.0 1 1 1 1
 4.0 2 2 2 2
-1.0 1 2 0 0
 0.1 0 0 0 0
"""


def run(*arguments):
    return CliRunner().invoke(main, ["oracle", *map(str, arguments)])


@pytest.fixture
def dimer(tmp_path):
    file = tmp_path / "dimer.fcidump"
    file.write_text(DIMER)
    return file


def test_a_table_of_the_levels_of_an_fcidump_file(dimer):
    """U/2 - sqrt(U^2/4 + 4) and the triplet, with spin and irrep; E_0 is the double next to 0.1."""
    shown = run("--dot", dimer, "--electrons", 2, "--levels", 2)
    assert shown.exit_code == 0, shown.output
    title, head, ground, triplet = shown.output.splitlines()
    assert title == "dimer.fcidump: 2 electrons in 2 orbitals, enclosed"
    assert head.split() == ["level", "energy", "radius", "spin", "irrep"]
    assert ground.split()[1].startswith("-0.728427124746")
    assert [ground.split()[3], triplet.split()[3]] == ["0", "1"]


def test_the_json_document_with_an_output_file(dimer, tmp_path):
    """-o writes the reference document; twelve digits by default."""
    assert run("--dot", dimer, "--electrons", 2, "-o", tmp_path / "out.json").exit_code == 0
    document = json.loads((tmp_path / "out.json").read_text())
    assert document["schema"] == "qdverify-reference/1"
    assert document["case"]["inputs"]["dot"]["kind"] == "integrals"
    assert Decimal(document["values"]["energies"][0]["rad"]) < Decimal("1e-12")


@pytest.mark.parametrize(
    ("options", "constant"), [([], "0.1000000000000000055511151231"), (["--exact-decimals"], "0.1")]
)
def test_decimals_are_doubles_unless_taken_exactly(dimer, options, constant):
    """No electrons: the energy is E_0, as the double or as the decimal."""
    shown = run("--dot", dimer, "--electrons", 0, "--digits", 25, *options)
    energy = Decimal(shown.output.splitlines()[-1].split()[1])
    assert abs(energy - Decimal(constant)) < Decimal("1e-25")


def test_a_dot_in_a_json_file(tmp_path):
    """The file may hold a DOT of the protocol, integrals or box."""
    file = tmp_path / "dot.json"
    file.write_text(json.dumps(INTEGRAL_DOT))
    shown = run("--dot", file, "--electrons", 1)
    expected = qdverify.oracle("spectrum", dot=INTEGRAL_DOT, electrons=1).values["energies"][0]
    assert shown.output.splitlines()[-1].split()[1] == str(expected.mid)
    file.write_text(json.dumps({"length": 1, "cutoff": 0, "orbitals": 2, "kernel": "contact", "strength": 1}))
    assert "parity" in run("--dot", file, "--electrons", 2).output


BAD = [
    ([], "give either CASE.json or --dot FILE"),
    (["--dot", "DIMER"], "--dot needs --electrons N"),
    (["--dot", "DIMER", "DIMER"], "give either CASE.json or --dot FILE"),
    (["DIMER", "--electrons", "1"], "--electrons, --levels and --exact-decimals go with --dot"),
    (["--dot", "DIMER", "--electrons", "5"], "electrons=5 must be at most 4"),
    (["--dot", "DIMER", "--electrons", "2", "--levels", "9"], "levels=9 must be at most 4"),
    (["--dot", "DIMER", "--electrons", "2", "--levels", "0"], "levels=0 must be an integer of at least 1"),
    (["--dot", "BROKEN", "--electrons", "2"], "kind='sphere'"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_questions_are_refused_in_one_line(dimer, tmp_path, arguments, message):
    """Status 2, the rule that is broken, and no traceback."""
    broken = tmp_path / "broken.json"
    broken.write_text('{"kind": "sphere"}')
    places = {"DIMER": dimer, "BROKEN": broken}
    shown = run(*(places.get(argument, argument) for argument in arguments))
    assert shown.exit_code == 2, shown.output
    assert message in shown.output


def test_a_certificate_of_an_fcidump_file(dimer, tmp_path):
    """It states the levels of the table, for the very integrals of the file, and its checker proves them."""
    proof = tmp_path / "proof.json"
    shown = run("--dot", dimer, "--electrons", 2, "--levels", 2, "--certificate", proof)
    assert shown.exit_code == 0, shown.output
    assert check_file(proof) == {"energies": 2}
    document = json.loads(proof.read_text())
    assert document["case"]["inputs"]["dot"]["one_body"] == [[0.0, -1.0], [-1.0, 0.0]]
    (spectrum,) = document["values"]["spectra"]
    assert [entry["members"] for entry in spectrum] == [[[0, 1, 1]], [[2, 1, 1]]]
    assert shown.output.splitlines()[2].split()[1].startswith(spectrum[0]["energy"]["mid"])


@pytest.mark.slow
@pytest.mark.parametrize("electrons", [1, 2, 3, 4])
def test_eight_orbitals_from_a_file_have_twelve_certified_digits(tmp_path, electrons):
    """An FCIDUMP file with M = 8: four levels of one to four electrons to a relative 1e-12, with a certificate."""
    h, entries = random_integrals(8, seed=4)
    lines = [f"{float(value) / 7!r} {p} {q} {r} {s}" for p, q, r, s, value in entries]
    lines += [f"{float(h[p][q])!r} {p + 1} {q + 1} 0 0" for p in range(8) for q in range(p + 1)]
    file = tmp_path / "eight.fcidump"
    file.write_text("\n".join(["&FCI NORB=8, NELEC=4, MS2=0 &END", *lines, "0.5 0 0 0 0", ""]))
    output, proof = tmp_path / "out.json", tmp_path / "proof.json"
    shown = run("--dot", file, "--electrons", electrons, "--levels", 4, "-o", output, "--certificate", proof)
    assert shown.exit_code == 0, shown.output
    assert judge(proof).status == 0
    (spectrum,) = json.loads(proof.read_text())["values"]["spectra"]
    assert len(spectrum) == 4
    for energy in (*json.loads(output.read_text())["values"]["energies"], *(entry["energy"] for entry in spectrum)):
        assert Decimal(energy["rad"]) <= Decimal("1e-12") * abs(Decimal(energy["mid"]))

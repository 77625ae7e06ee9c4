"""What may be given as the file of a dot, and what is said of all else."""

import gzip
import json
from fractions import Fraction

import pytest
from click.testing import CliRunner

from qdverify.interfaces.cli import main
from qdverify.protocol.case import Case
from qdverify.protocol.dot_files import read_dot
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.sample_dots import INTEGRAL_DOT

ATOM = "&FCI NORB=1,NELEC=1,ISYM=2 /\n 3.0 1 1 1 1\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "must begin with {, as a JSON object .+ or with &FCI, .+: it holds nothing"),
        (b"\n ! nothing\n", "it holds ! nothing"),
        (b"[1, 2]", "it holds a JSON array"),
        (b'"dot"', 'it holds "dot"'),
        (b"0.5 1 1 1 1\n", "it holds 0.5 1 1 1 1"),
        (gzip.compress(ATOM.encode(), mtime=0), "not one packed by gzip: unpack it first"),
        (b"PK\x03\x04", "not one packed by zip: unpack it first"),
        (ATOM.encode() + b"1.0 1 1 0\0 0\n", "line 3: a text must hold no NUL, byte 51 is one"),
    ],
)
def test_what_is_no_dot_is_refused_by_what_it_is(tmp_path, content, message):
    """An empty file, JSON of another kind, packed files, and bytes that no text has."""
    file = tmp_path / "my.dot"
    file.write_bytes(content)
    with pytest.raises(InvalidInput, match=rf"^{file}.+{message}"):
        read_dot(file)


def test_comments_stand_before_either_header(tmp_path):
    """An FCIDUMP file is known by its first line that is no comment, whatever ends its lines."""
    file = tmp_path / "my.dot"
    file.write_bytes(b"! {\r# [\r" + ATOM.replace("\n", "\r").encode())
    assert read_dot(file)["two_body"] == [[1, 1, 1, 1, 3.0]]


@pytest.mark.parametrize(
    "command",
    [
        ["oracle", "--electrons", "1", "--dot"],
        ["verify", "--electrons", "1", "--check", "own-dot.levels", "--dot"],
        ["export", "fcidump", "--electrons", "1", "--dot"],
    ],
)
def test_commands_print_what_a_file_leaves_open(tmp_path, command):
    """To standard error, once each."""
    file = tmp_path / "atom.fcidump"
    file.write_text(ATOM)
    ended = CliRunner().invoke(main, [*command, str(file)])
    assert ended.exit_code == 0, ended.output
    core, symmetry = ended.stderr.splitlines()
    assert core == f"qdverify: note: {file}: no core energy (a line 0 0 0 0) is given, it is taken as 0"
    assert symmetry.startswith(f"qdverify: note: {file}: ISYM=2 is the symmetry of no state of NELEC=1 electrons")


def test_a_level_of_zero_is_printed_as_zero(tmp_path):
    """The triplet of the dimer at U = 4 has no energy: 0 with the decimals that are known, not 1e-47."""
    file = tmp_path / "dimer.fcidump"
    file.write_text("&FCI NORB=2 /\n4.0 1 1 1 1\n4.0 2 2 2 2\n-1.0 1 2 0 0\n0.0 0 0 0 0\n")
    ended = CliRunner().invoke(main, ["oracle", "--dot", str(file), "--electrons", "2", "--levels", "2"])
    assert ended.exit_code == 0, ended.output
    assert [line.split()[1] for line in ended.output.splitlines()[2:]][1] == "0.000000000000"
    ended = CliRunner().invoke(main, ["verify", "--dot", str(file), "--electrons", "2", "--check", "own-dot.levels"])
    (triplet,) = (line.split() for line in ended.output.splitlines() if line.split()[:1] == ["1"])
    assert triplet[1] == "0"


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"one_body": [["-1", "1/4"], [0, 0]]}, "0.25 must equal 0.0 of 2, 1"),
        ({"two_body": [[1, 1, 1, 1, "0.5"], [1, 1, 1, 1, "0.25"]]}, r"\[1, 1, 1, 1, 0.25\] must be 0.5 as before"),
        ({"two_body": [[1, 1, 1, "1/3"]]}, r"\[1, 1, 1, .+\] must be four orbital"),
        ({"one_body": [["-1", "0", "0"], [0, 0]]}, r"one_body=\[\[-1.0, 0.0, 0.0\], \[0.0, 0.0\]\]"),
    ],
)
def test_exact_numbers_are_shown_as_they_may_have_been_typed(change, shown):
    """No refusal says Fraction(-1, 1)."""
    dot = {"kind": "integrals", "orbitals": 2, "one_body": [[0, 0], [0, 0]], "two_body": [], **change}
    with pytest.raises(InvalidInput, match=shown) as refusal:
        Case("spectrum", {"dot": dot, "electrons": 1, "levels": 1})
    assert "Fraction" not in str(refusal.value)


def test_json_is_read_as_ever(tmp_path):
    """An object with the fields of a dot."""
    file = tmp_path / "dot.json"
    file.write_text(json.dumps(INTEGRAL_DOT))
    assert read_dot(file) == INTEGRAL_DOT
    assert Fraction(read_dot(file)["one_body"][0][0]) == Fraction(INTEGRAL_DOT["one_body"][0][0])

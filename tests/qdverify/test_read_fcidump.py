"""FCIDUMP files are read as whatever program wrote them, and refused with line, value and rule if they are wrong."""

import json
import math
from fractions import Fraction

import pytest
from fcidump_texts import BODY, DOT, HEADERS, LABELLED, parsed, with_body
from hypothesis import given
from hypothesis import strategies as st
from rows import over

import qdverify
from qdverify.protocol.case import Case
from qdverify.protocol.dots import MOST_TWO_BODY, check_dot
from qdverify.protocol.fcidump import read_fcidump
from qdverify.protocol.inputs import InvalidInput


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_is_read_as_programs_write_it(name):
    """Orders, cases, terminators, comments, repeat counts and keys that others have."""
    found = with_body(BODY, HEADERS[name])
    assert found.dot == LABELLED
    assert found.electrons == 2


@pytest.mark.parametrize(
    ("header", "irreps", "irrep"),
    [
        ("&FCI NORB=2 /\n", None, None),
        ("&FCI NORB=2,ORBSYM=0,0,ISYM=0 /\n", None, None),
        ("&FCI NORB=2,ORBSYM=2*0 /\n", None, None),
        ("&FCI NORB=2,ORBSYM=,ISYM=2 /\n", None, 2),
        ("&FCI NORB=2,ORBSYM=1,2,ISYM=0 /\n", (1, 2), None),
        ("&FCI NORB=2,ORBSYM=8,7,ISYM=8 /\n", (8, 7), 8),
    ],
)
def test_symmetry_that_is_not_stated_is_left_open(header, irreps, irrep):
    """Without ORBSYM, or with zeros, the dot has no irreps; ISYM=0 states none."""
    found = with_body(BODY, header)
    assert (found.header.irreps, found.header.irrep, found.electrons) == (irreps, irrep, None)
    assert found.dot == (DOT if irreps is None else {**DOT, "irreps": [*irreps]})


def test_lines_stand_in_any_order_and_indices_in_all_eight():
    """A list of all orders is the list of one each."""
    lines = [*BODY.splitlines()[::-1], "0.5 1 1 2 2", "0.125 1 2 1 2", "0.125 1 2 2 1", "0.125 2 1 1 2", "0 1 2 0 0"]
    assert with_body("\n".join(lines)).dot == LABELLED


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.5D-3", 1.5e-3),
        ("1.5d-03", 1.5e-3),
        ("0.15E-002", 1.5e-3),
        (".15e-2", 1.5e-3),
        ("15.Q-4", 1.5e-3),
        ("0.5-101", 0.5e-101),
        ("+0.5+101", 0.5e101),
        ("-0.30000000000000004", -0.30000000000000004),
        ("3", 3.0),
        ("1e-400", 0.0),
    ],
)
def test_numbers_are_the_doubles_that_they_parse_to(text, value):
    """Fortran's exponents, with and without their letter."""
    found = with_body(f"{text} 1 1 0 0\n")
    assert found.dot["one_body"][0][0] == value


def test_exact_numbers_are_the_decimals_of_the_file():
    """As a case takes them: 0.1 is one tenth, and not the double next to it."""
    found = with_body("0.1 1 1 1 1\n-3.3D-1 1 1 0 0\n1E-3 0 0 0 0\n")
    case = Case("spectrum", json.loads(json.dumps({"dot": found.exact_dot, "electrons": 2, "levels": 1})))
    assert case.exact["dot"]["two_body"] == [[1, 1, 1, 1, Fraction(1, 10)]]
    assert case.exact["dot"]["one_body"][0][0] == Fraction(-33, 100)
    assert case.exact["dot"]["core"] == Fraction(1, 1000)
    assert case.params["dot"] == found.dot


def test_orbital_energies_are_no_part_of_the_hamiltonian():
    """Lines p 0 0 0 are passed over."""
    assert with_body(BODY + "-0.7 1 0 0 0\n-0.1 2 0 0 0\n").dot == LABELLED


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_file_is_read_with_the_ends_of_lines_of_any_system(tmp_path, mark, end):
    """And with a byte order mark; without an end of the last line too."""
    file = tmp_path / "FCIDUMP"
    file.write_bytes(mark + (HEADERS["Knowles and Handy"] + BODY).encode().replace(b"\n", end).rstrip())
    assert read_fcidump(file).dot == LABELLED
    assert qdverify.read_fcidump(str(file)).dot == LABELLED


def test_what_is_read_is_a_valid_dot():
    """By the rules of the protocol."""
    check_dot(with_body(BODY).dot)


@over(
    ("text", "message"),
    [
        ("", "must begin with &FCI: there is nothing"),
        ("! only\n# comments\n\n", "must begin with &FCI: there is nothing"),
        ("NORB=2\n", "must begin with &FCI, not 'NORB=2'"),
        ("&FCIX NORB=2 /", "must begin with &FCI"),
        ("&FCI NORB=2\n" + BODY, "must end with &END or /"),
        ("&FCI NELEC=2 /", "NORB is missing"),
        ("&FCI NORB=2,NORB=3 /", "NORB must occur once"),
        ("&FCI NORB=0 /", "NORB=0 must be from 1 to 256"),
        ("&FCI NORB=257 /", "NORB=257 must be from 1 to 256"),
        ("&FCI NORB=10000000000 /", "NORB=10000000000 must be from 1 to 256"),
        (f"&FCI NORB={10**300} /", "000 must be from 1 to 256"),
        (f"&FCI NORB={10**500} /", "000 must be an integer of at most 400 digits"),
        (f"&FCI NORB=2,NELEC={10**300} /", "000 must be from 0 to 4"),
        (f"&FCI NORB=2,ISYM={10**300} /", "000 must be from 0"),
        ("&FCI NORB=2.5 /", "NORB=2.5 must be an integer"),
        ("&FCI NORB=2,3 /", "NORB=2 3 must be one integer"),
        ("&FCI NORB= /", "NORB= must be one integer"),
        ("&FCI 2 NORB=2 /", "2 in the header must be followed by ="),
        ("&FCI =2 /", "'nothing' before = in the header must be a name"),
        ("&FCI NORB=2, 3=4 /", "'3' before = in the header must be a name"),
        ("&FCI NORB=2,NELEC=5 /", "NELEC=5 must be from 0 to 4"),
        ("&FCI NORB=2,ORBSYM=1 /", "ORBSYM must have 2 labels, one for each of NORB=2, not 1"),
        ("&FCI NORB=2,ORBSYM=1,2,1 /", "ORBSYM must have 2 labels, one for each of NORB=2, not more"),
        ("&FCI NORB=2,ORBSYM=999999999*1 /", "ORBSYM must have 2 labels"),
        ("&FCI NORB=2,ORBSYM=1,9 /", "ORBSYM label 9 must be from 1 to 8"),
        ("&FCI NORB=2,ORBSYM=1,0 /", "ORBSYM label 0 must be from 1 to 8, or all labels 0"),
        ("&FCI NORB=2,ORBSYM=1,-2 /", "ORBSYM label -2 must be"),
        ("&FCI NORB=2,ISYM=9 /", "ISYM=9 must be from 0"),
        ("&FCI NORB=2,IUHF=1 /", "IUHF=1 must be off: spin-dependent integrals"),
        ("&FCI NORB=2,UHF=.TRUE. /", "UHF=.TRUE. must be off: spin-dependent integrals"),
        ("&FCI NORB=2,TREL=.T. /", "TREL=.T. must be off: complex integrals"),
        ("&FCI NORB=2,SYML=1,1,SYMLZ=-1,1 /", "SYMLZ=-1 1 must be 0, or left out if the orbitals are real"),
        ("&FCI NORB=2,SYMLZ=2*1 /", "SYMLZ=2*1 must be 0"),
    ],
)
def test_a_wrong_header_is_refused(text, message):
    """With the file, the value and the rule."""
    with pytest.raises(InvalidInput, match=r"^my.fcidump(, line 1)?: ") as refusal:
        parsed(text)
    assert message in str(refusal.value)
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    ("wrong", "line"),
    [("NORB=0", 3), ("NELEC=9", 4), ("MS2=1", 4), ("ISYM=9", 6), ("ORBSYM=1,9", 5), ("IUHF=1", 4), ("TREL=T", 6),
     ("NELEC=2", 4)],
)  # fmt: skip
def test_a_mistake_in_the_header_is_told_with_its_line(wrong, line):
    """A wrong value, a key that occurs twice, UHF and complex integrals: the line of that key."""
    right = {3: "NORB=2,", 4: "NELEC=2,", 5: "ORBSYM=1,2,", 6: "ISYM=0,"}
    lines = {number: text for number, text in right.items() if text.partition("=")[0] != wrong.partition("=")[0]}
    lines[line] = f"{lines.get(line, '')}{wrong},"
    if wrong == "NELEC=2":
        lines[4] = "NELEC=2,NELEC=2,"
    text = "! by hand\n&FCI\n" + "".join(f"{lines.get(number, '')}\n" for number in range(3, 7)) + "/\n" + BODY
    with pytest.raises(InvalidInput, match=rf"^my.fcidump, line {line}: {wrong.partition('=')[0]}"):
        parsed(text)


@over(
    ("line", "message"),
    [
        ("0.5 1 1 1", "must be a value and four orbitals"),
        ("0.5 1 1 1 1 1", "complex integrals are not read"),
        ("(0.5,0.0) 1 1 1 1", "complex integrals are not read"),
        ("(0.5, 0.0) 1 1 1 1", "complex integrals are not read"),
        ("0.5 1 1 1 3", "orbital 3 must be an integer from 0 to NORB=2"),
        ("0.5 1 1 1 -1", "orbital -1 must be an integer from 0"),
        ("0.5 1 1 1 1.0", "orbital 1.0 must be an integer"),
        ("0.5 1 1 1 ²", "orbital ² must be an integer"),
        ("0.5 1 1 1 0", "indices 1 1 1 0 must be those of a two-body"),
        ("0.5 0 1 0 0", "indices 0 1 0 0 must be those of"),
        ("0.5 0 0 1 1", "indices 0 0 1 1 must be those of"),
        ("nan 1 1 1 1", "value nan must be a decimal number"),
        ("inf 1 1 1 1", "value inf must be a decimal number"),
        ("1e400 1 1 1 1", "value 1e400 must be finite as a double"),
        ("1e99999999 1 1 1 1", "must be a decimal number"),
        ("0x1p3 1 1 1 1", "must be a decimal number"),
        ("1_0 1 1 1 1", "must be a decimal number"),
        ("1.0.0 1 1 1 1", "must be a decimal number"),
        ("0." + 41 * "3" + " 1 1 1 1", "must be a decimal number of at most 40 digits"),
        ("0.7 1 1 1 1", "0.7 must be 0.75 as before: both are values of one integral"),
        ("0.2 1 2 1 2", "0.2 must be 0.125 as before"),
        ("-0.9 1 1 0 0", "-0.9 must be -1.0 as before"),
        ("0.25 0 0 0 0", "indices 0 0 0 0 must occur once: files of UHF"),
    ],
)
def test_a_wrong_line_is_refused_by_its_number(line, message):
    """With the value and the rule, in one line that is not long."""
    with pytest.raises(InvalidInput, match=r"^my.fcidump, line 9: ") as refusal:
        with_body(BODY + line + "\n")
    assert message in str(refusal.value)
    assert len(str(refusal.value)) < 300


def test_blocks_of_uhf_are_refused_without_a_flag():
    """Two-body integrals of three kinds one after the other: a second value, or a second line of zeros."""
    with pytest.raises(InvalidInput, match=r"UHF|as before"):
        with_body("0.7 1 1 1 1\n0.0 0 0 0 0\n0.6 1 1 1 1\n0.0 0 0 0 0\n0.65 1 1 1 1\n0.0 0 0 0 0\n")


def test_integrals_that_the_irreps_forbid_are_refused_or_dropped_as_rounding():
    """By default nothing is forgiven; the labels may be left out."""
    noise = BODY + "1e-17 2 1 0 0\n-1e-17 2 1 1 1\n"
    for options in ({}, {"rounding": 1e-18}):
        with pytest.raises(InvalidInput, match=r"^my.fcidump, line 9: 1e-17 must be 0: the irreps 2, 1 of"):
            with_body(noise, **options)
    assert with_body(noise, rounding=1e-16).dot == LABELLED
    assert "irreps" not in with_body(noise, irreps=False).dot
    assert with_body(noise, irreps=False).dot["one_body"][0][1] == 1e-17


def test_values_that_differ_by_rounding_are_taken_if_told_so():
    """The first value counts; what differs by more is refused as ever."""
    lines = BODY + "0.5000000000000001 1 1 2 2\n"
    with pytest.raises(InvalidInput, match="as before"):
        with_body(lines)
    assert with_body(lines, rounding=1e-15).dot == LABELLED
    with pytest.raises(InvalidInput, match="as before"):
        with_body(lines, rounding=1e-17)
    for wrong in (-1.0, math.nan, math.inf, -(10**400)):
        with pytest.raises(InvalidInput, match=r"rounding=.+ must be finite"):
            with_body(lines, rounding=wrong)
    assert with_body(lines, rounding=10**400).dot == LABELLED


def test_a_value_may_be_written_again_in_other_digits():
    """0.5 and 5.0D-1 are one number."""
    assert with_body(BODY + "5.0D-1 1 1 2 2\n").dot == LABELLED


@pytest.mark.parametrize("kind", ["folder", "device", "large", "utf-16", "latin-1", "nul"])
def test_what_is_no_such_file_is_refused(tmp_path, kind, monkeypatch):
    """A folder, a device that never ends, a file beyond the limit, other encodings."""
    file = tmp_path / "FCIDUMP"
    text = HEADERS["one line"] + BODY
    contents = {
        "large": text.encode() + b"\n" * 2**20,
        "utf-16": text.encode("utf-16"),
        "latin-1": b"! \xe9\n" + text.encode(),
        "nul": text.encode() + b"\0",
    }
    monkeypatch.setattr("qdverify.protocol.fcidump.MOST_BYTES", 2**20)
    if kind in contents:
        file.write_bytes(contents[kind])
    with pytest.raises(InvalidInput):
        read_fcidump({"folder": tmp_path, "device": "/dev/zero"}.get(kind, file))


def test_more_integrals_than_the_limit_are_refused(monkeypatch):
    """While they are read, not after."""
    assert MOST_TWO_BODY == 1_000_000
    monkeypatch.setattr("qdverify.protocol.fcidump.MOST_TWO_BODY", 3)
    with pytest.raises(InvalidInput, match="line 5: a file must have at most 3 two-body integrals"):
        with_body(BODY)


def test_long_lines_are_refused_before_they_are_taken_apart():
    """In the header and after it."""
    with pytest.raises(InvalidInput, match=r"line 2: .+ must be a line of at most 1000 characters"):
        with_body("1 " * 1000)
    with pytest.raises(InvalidInput, match=r"must end with &END or / within 1048576 characters"):
        parsed("&FCI NORB=2,ORBSYM=" + "1," * 2**20 + "\n/\n" + BODY)


PIECES = st.sampled_from(
    ["&FCI", "NORB", "=", "2", ",", "/", "&END", "ORBSYM", "1*2", "9*", "*", "IUHF", "'", '"', "!", "#", "\n", " ", "-",
     "1.5D-3", "0", "1", "(", ")", "e", ".", "\0", "é", "²", "99999999999", "1e999", "MS2", "\r", "\t", "nan"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40), st.integers(0, 200), st.booleans())
def test_no_text_ends_in_anything_but_a_dot_or_a_refusal(pieces, place, whole):
    """Whatever is put into a good file, or in its place."""
    good = HEADERS["Knowles and Handy"] + BODY
    text = "".join(pieces) if whole else good[:place] + "".join(pieces) + good[place:]
    refusal = ""
    try:
        check_dot(parsed(text).dot)
    except InvalidInput as error:
        refusal = str(error)
    assert len(refusal) < 500
    assert "\n" not in refusal


@pytest.mark.parametrize("said", ["SYML=-20,-20,SYMLZ=0,0", "SYMLZ=2*0", "SYMLZ="])
def test_an_angular_momentum_of_0_says_that_orbitals_are_real(said):
    """The key alone is no reason to refuse a file."""
    assert with_body(BODY, f"&FCI NORB=2,{said} /\n").dot == DOT


def test_labels_that_are_not_used_may_be_any():
    """Those of programs that count from 0, or have more than eight, are passed over if irreps are not wanted."""
    header = "&FCI NORB=2,ORBSYM=0,11,ISYM=17 /\n"
    with pytest.raises(InvalidInput, match="ISYM=17"):
        with_body(BODY, header)
    assert with_body(BODY, header, irreps=False).dot == DOT


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_every_way(tmp_path, end):
    """As Unix, Windows and the old Macintosh end them; a comment ends there too, and lines are counted."""
    file = tmp_path / "FCIDUMP"
    text = HEADERS["comments"] + "! the integrals\n" + BODY
    file.write_bytes(text.replace("\n", end).encode())
    assert read_fcidump(file).dot == LABELLED
    file.write_bytes((text + "wrong 1 1 1 1\n").replace("\n", end).encode())
    with pytest.raises(InvalidInput, match=rf"FCIDUMP, line {text.count(chr(10)) + 1}: value wrong"):
        read_fcidump(file)


@pytest.mark.parametrize(
    ("said", "two_Sz"),
    [
        *[("NELEC=2,MS2=2", 2), ("NELEC=2,MS2=-2", -2), ("NELEC=3,MS2=-1", -1), ("NELEC=4,MS2=0", 0), ("MS2=-2", -2)],
        *[("NELEC=2", None), ("NELEC=3,MS2=0", None)],
    ],
)
def test_the_spin_that_a_header_states_is_read(said, two_Sz):
    """S_z of either sign; 0 for an odd number of electrons, which many programs write, states none."""
    assert with_body(BODY, f"&FCI NORB=2,{said} /\n").header.two_Sz == two_Sz


@pytest.mark.parametrize(
    "said", ["NELEC=2,MS2=77", "NELEC=2,MS2=1", "NELEC=2,MS2=-4", "NELEC=3,MS2=3", "NELEC=4,MS2=2", "MS2=3", "MS2=-77"]
)
def test_a_spin_that_no_state_has_is_refused(said):
    """More than the electrons or the holes have, or even for an odd number of electrons."""
    with pytest.raises(InvalidInput, match=r"MS2=-?\d+ must be a doubled S_z that"):
        with_body(BODY, f"&FCI NORB=2,{said} /\n")

"""Texts from outside, wherever one enters: taken or refused at once, whatever its length, its powers or its digits."""

import contextlib
import json
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pint import UnitRegistry

from qdverify.certificate import grammar
from qdverify.implementations import subprocess_messages
from qdverify.interfaces.commands.own_dot import electron_numbers
from qdverify.laboratory import GAAS
from qdverify.laboratory.material import rate_per_second
from qdverify.laboratory.quantities import read_axis
from qdverify.protocol.case import Case, exact_number
from qdverify.protocol.documents import json_value, toml_table
from qdverify.protocol.fcidump import parsed_fcidump
from qdverify.protocol.fcidump_header import is_fcidump
from qdverify.protocol.plain import plain
from qdverify.records.agreement import ball, digits_between
from qdverify.report.shown import shown_pair
from qdverify.report.typeset import typeset
from qdverify.suite.declare import select
from qdverify.suite.expected_failures import read_expected_failures
from qdverify.sweep.axis_values import values_of

SECONDS = 0.5
"""Of processor time. The slowest of what is refused or read here takes a tenth of it, what is computed takes hours."""
LONG = 40_000
MOST_MESSAGE = 2500
DOCUMENT = {"schema": "qdverify-case/1", "task": "spectrum", "inputs": {}}
HEADER = "&FCI NORB=2, NELEC=2 /\n"


class Axis:
    def __init__(self, unit):
        self.units, self.values = unit, [1.0]


def expected(text, folder):
    path = folder / "expected.toml"
    entry = {"check": text, "case": text, "reason": "why", "link": "where", "expires": "never"}
    path.write_text("[[expected]]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in entry.items()))
    entries = read_expected_failures(path)
    return [entry.names_check("current.relations@1") for entry in entries]


ENTRANCES = {
    "energy of the laboratory": lambda text, _: GAAS.energy(text),
    "its number": lambda text, _: GAAS.energy(f"{text} meV"),
    "its unit": lambda text, _: GAAS.length(f"1 {text}"),
    "rate of the laboratory": lambda text, _: rate_per_second(f"1/{text}"),
    "unit of an axis": lambda text, _: read_axis("gate", Axis(text), "mV"),
    "number of a case": lambda text, _: exact_number(text),
    "schema of a case": lambda text, _: Case.from_document({**DOCUMENT, "schema": text}),
    "task of a case": lambda text, _: Case.from_document({**DOCUMENT, "task": text}),
    "field of a case": lambda text, _: Case.from_document({**DOCUMENT, text: 1}),
    "value in a case": lambda text, _: Case("clebsch_gordan_weight", {"two_S_i": text, "two_S_j": 1}),
    "JSON": lambda text, _: json_value(text, "file"),
    "string in JSON": lambda text, _: json_value(f'{{"a": "{text}', "file"),
    "number in JSON": lambda text, _: json_value(f"[1{text}]", "file"),
    "TOML": lambda text, _: toml_table(text, "file"),
    "string in TOML": lambda text, _: toml_table(f'a = """{text}', "file"),
    "number in TOML": lambda text, _: toml_table(f"a = 1{text}", "file"),
    "value in a plan": lambda text, _: values_of("length", [text]),
    "FCIDUMP": lambda text, _: is_fcidump(text) and parsed_fcidump(text, "file"),
    "header of an FCIDUMP": lambda text, _: parsed_fcidump(f"&FCI NORB={text} /\n0.0 0 0 0 0\n", "file"),
    "number in an FCIDUMP": lambda text, _: parsed_fcidump(f"{HEADER}{text} 1 1 0 0\n", "file"),
    "orbital in an FCIDUMP": lambda text, _: parsed_fcidump(f"{HEADER}0.5 1 {text} 0 0\n", "file"),
    "number in a certificate": lambda text, _: grammar.decimal(text, "length"),
    "certificate": lambda text, _: grammar.read(text.encode("utf-8", "replace")),
    "answer of a program": lambda text, _: subprocess_messages.result(1, text.encode("utf-8", "replace")),
    "number in an answer": lambda text, _: subprocess_messages.result(1, f'{{"id": 1{text}}}'.encode()),
    "answer of an object": lambda text, _: plain({"energies": [text]}),
    "number in a record": lambda text, _: digits_between(ball(text), ball("1")),
    "electrons of a command": lambda text, _: electron_numbers(text),
    "pattern of checks": lambda text, _: select(None, "quick", [text]),
    "pattern of expected failures": expected,
    "number of a report": lambda text, _: shown_pair(text, 1.0, 60),
    "formula of a report": lambda text, _: typeset(text),
}
REFUSALS = (ValueError, grammar.RejectedError, subprocess_messages.Broken)
PIECES = [
    "9**9", "1", "9", "m", "meV*", "kilo", "1_0", "e1_", "1e9", "e", "e0", "-", " ", "\n", "\t ", "a.", "[", "[]", "{",
    '"', '\\"', "\\", '\\"""x\n', "'''", "'''a\n", "#\n", "!", "1-9999,", "*a", "[a-", "?", "/", "1/", "0.",
    "\u0661", "_", "eps_", ")^1", "1.", "&FCI", "\x00", ", ",
]  # fmt: skip
"""What a parser may evaluate, repeat, nest or try again from every place."""
TEXTS = ["9**9**9", "10**10**10 V", "1e999999999", "1e1_000_000_000", "1e-9999999999", "1/0", "0x" + "f" * LONG]


def take(entrance, text, folder):
    """Give a text to an entrance; return the processor time and what it said if it refused."""
    start, said = process_time(), ""
    try:
        ENTRANCES[entrance](text, folder)
    except REFUSALS as refusal:
        said = str(refusal)
    return process_time() - start, said


@pytest.fixture(scope="module", autouse=True)
def loaded(tmp_path_factory):
    """Load what the entrances load when they are first used."""
    folder = tmp_path_factory.mktemp("loaded")
    for take_text in ENTRANCES.values():
        with contextlib.suppress(*REFUSALS):
            take_text("1", folder)
    return folder


@pytest.mark.parametrize("entrance", ENTRANCES)
def test_no_text_is_worked_on_for_long(entrance, loaded):
    """Each piece fills a long text, alone and after a number; what is refused is shown shortened."""
    for piece in PIECES:
        for text in (piece * (LONG // len(piece)), "1 " + piece * (LONG // len(piece)) + "x"):
            seconds, said = take(entrance, text, loaded)
            assert seconds < SECONDS, text[:40]
            assert len(said) < MOST_MESSAGE, said[:200]


@pytest.mark.parametrize("entrance", ENTRANCES)
@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:16])
def test_no_power_is_formed(entrance, text, loaded):
    """A short text that stands for a number of a million digits."""
    seconds, said = take(entrance, text, loaded)
    assert seconds < SECONDS
    assert len(said) < MOST_MESSAGE


@pytest.mark.parametrize("entrance", ENTRANCES)
@settings(max_examples=15, deadline=None)
@given(parts=st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from([1, 2, 30, 3000])), min_size=1, max_size=5))
def test_no_mixture_is_worked_on_for_long(entrance, loaded, parts):
    """Whatever stands before or after what is repeated."""
    seconds, said = take(entrance, "".join(piece * times for piece, times in parts), loaded)
    assert seconds < SECONDS
    assert len(said) < MOST_MESSAGE


def test_units_and_numbers_as_they_are_written_are_taken():
    """The rules refuse nothing that is meant: long products of units, and every double as an exact decimal."""
    registry = UnitRegistry()
    assert GAAS.energy("1 kg * m**2 / s ^ 2") == pytest.approx(GAAS.energy("1 J"))
    assert read_axis("gate", registry.Quantity([1.0], "kg*m**2/s**3/A"), "mV") == pytest.approx([1000.0])
    assert read_axis("gate", Axis("\u00b5V"), "mV") == pytest.approx([1e-3])
    assert exact_number(f"{5e-324:.1074f}") == exact_number(5e-324)
    assert exact_number(" +1.5E+007 ") == 15_000_000
    assert electron_numbers(",".join(map(str, range(200)))) == tuple(range(200))

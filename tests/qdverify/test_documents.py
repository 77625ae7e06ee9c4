"""Documents from outside: whatever a file holds, a reader returns what it says or refuses it with one line."""

import contextlib
import json
import os
import sqlite3
from itertools import product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from rows import over

from qdverify.certificate.grammar import RejectedError
from qdverify.interfaces.cli import main
from qdverify.interfaces.commands.certificate import check_certificate
from qdverify.interfaces.commands.oracle import read_case
from qdverify.protocol.documents import MOST_BYTES, json_value, read_json, read_toml, toml_table
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.sample_dots import make_dot
from qdverify.records.agreement import agreements
from qdverify.records.baseline import read_baseline
from qdverify.records.journal import read_journal
from qdverify.reference import data
from qdverify.report.page_folder import read_report
from qdverify.suite.expected_failures import read_expected_failures
from qdverify.sweep.dataset import open_store
from qdverify.sweep.plan import make_plan, read_plan
from qdverify.sweep.store import write_store

CASE = {
    "schema": "qdverify-case/1",
    "task": "spectrum",
    "inputs": {"dot": make_dot("contact", 3), "electrons": 2, "levels": 3},
}
PLAN = 'task = "spectrum"\nelectrons = [1, 2]\nlevels = 1\n[dot]\nkernel = "none"\nlength = 1.0\norbitals = 3\n'
EXPECTED = '[[expected]]\ncheck = "spin.*"\nreason = "why"\nlink = "where"\nexpires = 2030-01-31\n'
JOURNAL = '{"schema": "qdverify-journal/1", "level": "quick"}\n{"id": "spin.one@1"}\n'


class Samples(dict):
    """Texts by name, too long to be shown with a failure."""

    def __repr__(self):
        return f"Samples of {', '.join(self)}"


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """Return a valid document of each kind, as the commands write it, with its reader."""
    folder = tmp_path_factory.mktemp("samples")
    run = CliRunner().invoke
    assert run(main, ["verify", "--suite", "noninteracting", "--json", str(folder / "report")]).exit_code == 0
    assert run(main, ["baseline", "record", str(folder / "baseline")]).exit_code == 0
    texts = {name: (folder / name).read_text() for name in ("report", "baseline")}
    texts |= {"case": json.dumps(CASE), "plan": PLAN, "expected": EXPECTED, "journal": JOURNAL}
    certificate = (data.folder() / "certificate-paper-N2.json").read_text()
    return Samples({**texts, "reference": json.dumps(data.references()[2]), "certificate": certificate})


def verified(path):
    """Check a certificate as the command does; what is rejected is refused too."""
    try:
        return check_certificate(path)
    except RejectedError as rejected:
        raise InvalidInput(str(rejected)) from None


def compared(path):
    document = read_json(path)
    return agreements(document, document)


READERS = {
    "case": read_case,
    "plan": read_plan,
    "expected": read_expected_failures,
    "baseline": read_baseline,
    "report": read_report,
    "reference": compared,
    "journal": read_journal,
    "certificate": verified,
}
DEEP = 100_000
HOSTILE = {
    "nothing": b"",
    "bytes": bytes(range(256)),
    "utf-16": '{"a": 1}'.encode("utf-16"),
    "utf-16-le": '{"a": 1}'.encode("utf-16-le"),
    "utf-32": '{"a": 1}'.encode("utf-32"),
    "latin-1": 'reason = "é"'.encode("latin-1"),
    "zeros": bytes(1000),
    "deep lists": b"[" * DEEP,
    "deep closed lists": b"[" * DEEP + b"]" * DEEP,
    "deep objects": b'{"a":' * DEEP,
    "deep value": b'{"a":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "deep tables": b"a = " + b"[" * DEEP,
    "deep keys": b"a." * DEEP + b"a = 1",
    "deep quoted keys": b'",".' * DEEP + b"a = 1",
    "long integer": b'{"levels": ' + b"1" * 5000 + b"}",
    "long TOML integer": b"levels = " + b"1" * 5000,
    "long hexadecimal": b"levels = 0x" + b"f" * 50000,
    "infinity": b'{"kT": 1e999}',
    "not a number": b'{"kT": NaN}',
    "TOML infinity": b"levels = inf",
    "two keys": b'{"schema": 1, "schema": 2}',
    "wrong top": b'"text"',
    "null": b"null",
    "list": b"[1]",
    "half a pair": b'{"\\ud800": "\\udfff"}',
    "expected is a list": b"expected = [1]",
    "a day that is none": b"expires = 2021-02-30",
    "quotes": b'"' + b'\\"' * DEEP,
    "quotes and a backslash": b'"' + b'\\"' * DEEP + b"\\",
}


@over("name, document", product(READERS, HOSTILE))
def test_what_is_no_document_is_refused_in_one_line(name, document):
    """The message names the file, or what it stands for, and fits on a screen; an empty list of failures is valid."""
    reader, content = READERS[name], HOSTILE[document]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(content)
        if not content and reader is read_expected_failures:
            assert reader(path) == ()
            return
        with pytest.raises(InvalidInput) as refusal:
            reader(path)
    assert len(str(refusal.value)) < 1000


COMMANDS = [
    ["oracle", "{}"],
    ["compare", "{}"],
    ["compare", "{}", "{}"],
    ["baseline", "check", "{}"],
    ["baseline", "record", "new", "{}"],
    ["sweep", "{}"],
    ["verify", "--suite", "spin", "--expected-failures", "{}"],
    ["verify", "--suite", "spin", "--report", "folder", "--against", "{}"],
    ["certificate", "write", "{}"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("name", ["utf-16", "deep value", "long integer", "long TOML integer", "null"])
def test_every_command_refuses_what_it_cannot_read(tmp_path, monkeypatch, command, name):
    """Status 2, one line, nothing left behind."""
    monkeypatch.chdir(tmp_path)
    Path("file").write_bytes(HOSTILE[name])
    shown = CliRunner().invoke(main, [part.format("file") for part in command])
    assert (shown.exit_code, shown.output.count("\n")) == (2, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_no_content_makes_a_certificate(tmp_path, content):
    """What is no text is wrong usage, other text is rejected; either in one line."""
    path = tmp_path / "file"
    path.write_bytes(content)
    shown = CliRunner().invoke(main, ["certificate", "check", str(path)])
    assert shown.output.count("\n") == 1
    assert len(shown.output) < 1500
    assert (shown.exit_code, "rejected" in shown.output) in ((1, True), (2, False))


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_what_never_ends_is_not_read(tmp_path, reader):
    """A device, a pipe that nobody writes to, a folder."""
    os.mkfifo(tmp_path / "pipe")
    for path in (Path("/dev/zero"), tmp_path / "pipe", tmp_path):
        with pytest.raises(InvalidInput, match="must be a regular file"):
            reader(path)


def test_a_file_that_is_too_large_is_refused(tmp_path):
    """The size is the file's own, found without reading it all."""
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(InvalidInput, match="at most 64 MiB"):
        read_json(path)
    with pytest.raises(InvalidInput, match="at most 1 MiB"):
        read_toml(path)


@pytest.mark.parametrize("name", READERS)
def test_a_byte_order_mark_changes_nothing(tmp_path, samples, name):
    """As some editors write it."""
    path = tmp_path / "file"
    path.write_text(samples[name], "utf-8-sig")
    READERS[name](path)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_read_or_refused(tmp_path_factory, content):
    """No reader ends in anything but its value or `InvalidInput`."""
    path = tmp_path_factory.getbasetemp() / "bytes"
    path.write_bytes(content)
    for reader in READERS.values():
        read_or_refused(reader, path)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=25)
@given(seed=st.integers(0, 2**32))
def test_a_document_with_a_mistake_is_read_or_refused(tmp_path_factory, samples, name, seed):
    """A piece is cut out, doubled or overwritten; a value takes the place of another one of any type."""
    path = tmp_path_factory.getbasetemp() / "mutated"
    path.write_bytes(mutated(samples[name], Random(seed)))
    read_or_refused(READERS[name], path)


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
ANY = VALUES | st.lists(VALUES, max_size=3) | st.dictionaries(st.text(max_size=3), VALUES, max_size=3)


def read_or_refused(reader, path):
    with contextlib.suppress(InvalidInput):
        reader(path)


OTHERS = (None, True, 0, -1, 10**30, 1e300, "", "1/0", "x", [], [[]], {}, {"a": [1]}, [None], ["a", 1.5])


def mutated(text, dice):
    """Return a document with one mistake in its text or, if it is JSON, in its values."""
    if text.startswith("{") and text.count("\n{") == 0 and dice.random() < 0.5:
        document = json.loads(text)
        *way, last = dice.choice(list(places(document)))
        holder = document
        for step in way:
            holder = holder[step]
        if dice.random() < 0.7:
            holder[last] = dice.choice(OTHERS)
        else:
            del holder[last]
        return json.dumps(document).encode()
    content = text.encode()
    start = dice.randrange(len(content))
    end = start + dice.randrange(40)
    return content[:start] + dice.choice((b"", dice.randbytes(5), content[start:end] * 2)) + content[end:]


def places(document, way=()):
    """Yield the way to every value inside a document, breadth first enough to meet each kind."""
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in items:
        yield (*way, key)
        if isinstance(value, dict | list):
            yield from places(value, (*way, key))


@pytest.mark.parametrize("name", ["reference", "baseline", "report"])
@settings(max_examples=25)
@given(draw=st.data())
def test_a_record_with_any_value_in_it_is_compared_or_refused(tmp_path_factory, samples, name, draw):
    """A value of a reference, a baseline or a report is replaced by any other: the comparison ends with a status."""
    folder = tmp_path_factory.getbasetemp()
    right, wrong = folder / f"right-{name}", folder / f"wrong-{name}"
    right.write_text(samples[name])
    document = json.loads(samples[name])
    *way, last = draw.draw(st.sampled_from(list(places(document))))
    holder = document
    for step in way:
        holder = holder[step]
    holder[last] = draw.draw(ANY)
    wrong.write_text(json.dumps(document))
    pair = draw.draw(st.sampled_from(((wrong, right), (right, wrong), (wrong, wrong))))
    shown = CliRunner().invoke(main, ["compare", *map(str, pair)])
    assert shown.exit_code in (0, 1, 2), shown.output
    assert shown.exit_code != 2 or shown.output.count("\n") == 1
    if name == "baseline":
        read_or_refused(read_baseline, wrong)


@given(st.dictionaries(st.text(), VALUES | st.lists(VALUES), max_size=4))
def test_a_valid_value_is_read_as_it_was_written(value):
    """The bounds do not touch what JSON can hold in finite numbers."""
    try:
        text = json.dumps(value, allow_nan=False)
    except ValueError:
        with pytest.raises(InvalidInput):
            json_value(json.dumps(value), "file")
    else:
        assert json_value(text, "file") == value


def test_brackets_and_dots_in_strings_and_comments_do_not_nest():
    """Only what a parser would follow is counted."""
    quotes = "[" * 100 + "." * 100
    assert json_value(json.dumps([quotes, '"' + quotes]), "file") == [quotes, '"' + quotes]
    assert toml_table(f'# {quotes}\na = \'{quotes}\' # {quotes}\nb = """\n{quotes}"""', "file")["a"] == quotes
    assert len(toml_table("a = [" + "1.5, " * 1000 + "]", "file")["a"]) == 1000


STATEMENTS = (
    "UPDATE results SET answer = ? WHERE point = 1",
    "UPDATE meta SET value = ? WHERE name = 'plan'",
    "UPDATE meta SET value = ? WHERE name = 'implementation'",
)


def test_a_store_whose_schema_is_no_text_is_refused(tmp_path):
    """SQLite repeats the bytes of the schema in its message, which Python then cannot decode."""
    path = tmp_path / "a"
    with write_store(path, make_plan(toml_table(PLAN, "plan"))):
        pass
    content = path.read_bytes()
    path.write_bytes(content.replace(b"WITHOUT ROWID", b"WITHOUT ROWI\x80"))
    assert path.read_bytes() != content
    read_or_refused(open_store, path)


@settings(max_examples=30)
@given(st.data())
def test_a_damaged_store_is_read_or_refused(tmp_path_factory, draw):
    """Torn pages, and answers, points and plans of other types."""
    path = tmp_path_factory.mktemp("store") / "a"
    plan = make_plan(toml_table(PLAN, "plan"))
    with write_store(path, plan) as store:
        store.describe({"name": "x", "version": "1"})
        for point in range(plan.size):
            store.add(point, {"answer": {"energies": [1.0], "two_S": [0]}})
    if draw.draw(st.booleans()):
        content = bytearray(path.read_bytes())
        for place in draw.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=30)):
            content[place] = draw.draw(st.integers(0, 255))
        path.write_bytes(content)
    else:
        text = st.text(st.characters(codec="utf-8"), max_size=5)
        value = draw.draw(ANY.map(json.dumps) | text | st.binary(max_size=3))
        statement = draw.draw(st.sampled_from(STATEMENTS))
        with sqlite3.connect(path) as connection:
            connection.execute(statement, (value,))
        connection.close()
    read_or_refused(open_store, path)

"""Files that a user names: what is no file is refused at once, what can only be written to is written to."""

import json
import os
import socket
import stat
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from qdverify.interfaces.cli import main
from qdverify.protocol.files import replaceable, write_whole

CASE = {"schema": "qdverify-case/1", "task": "clebsch_gordan_weight", "inputs": {"two_S_i": 0, "two_S_j": 1}}
PLAN = 'task = "spectrum"\nelectrons = 1\nlevels = 1\ndot = { kernel = "none", length = 1.0, orbitals = 2 }\n'
JOURNAL = '{"schema": "qdverify-journal/1", "level": "quick", "seed": 0, "implementation": "x"}\n'
WEIGHTS = "--implementation python:weights:Weights"
QDVERIFY = "from qdverify.interfaces.cli import main; main()"

READING = [
    "oracle {}",
    "compare {}",
    "compare baseline {}",
    "report {}",
    "recover {}",
    f"baseline check {{}} {WEIGHTS}",
    f"baseline update {{}} --reason why {WEIGHTS}",
    "baseline record new {}",
    "sweep {} --workers 1",
    "verify --suite spin --expected-failures {}",
    "verify --suite spin --report page --against {}",
    "certificate check {}",
    "certificate write {}",
]
NO_INPUT = ["/dev/full", "/dev/zero", "/dev/null", "/dev/stdin", "pipe", "socket", "folder", "dangling", "loop"]
FAST_INPUT = ("/dev/zero", "pipe")
slow_runs = pytest.mark.slow  # each runs a suite several times

PLAIN_OUTPUT = [
    "oracle case.json -o {}",
    "oracle case.json --certificate {} -o other",
    pytest.param(f"verify --suite spin {WEIGHTS} --json {{}}", marks=slow_runs),
    pytest.param(f"verify --suite spin {WEIGHTS} --junit {{}}", marks=slow_runs),
    "recover journal --json {}",
    "export fcidump --orbitals 2 --electrons 2 --kernel none -o {}",
]
# these are read again: they must be files
KEPT_OUTPUT = [
    "sweep plan.toml --workers 1 --store {}",
    f"baseline record {{}} {WEIGHTS}",
    f"verify --suite spin {WEIGHTS} --report {{}}",
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Make the current folder one that holds something of every kind."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    Path("case.json").write_text(json.dumps(CASE))
    Path("plan.toml").write_text(PLAN)
    Path("journal").write_text(JOURNAL)
    Path("folder").mkdir()
    os.mkfifo("pipe")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("socket")
    Path("dangling").symlink_to("none")
    Path("loop").symlink_to("loop")
    devices = set(Path("/dev").iterdir())
    yield here
    assert set(Path("/dev").iterdir()) - devices == set(), "a file was left beside a device"


def run(command, name):
    return CliRunner().invoke(main, command.format(name).split())


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in FAST_INPUT else pytest.mark.slow) for name in NO_INPUT]
)
def test_what_is_no_file_is_not_read(folder, name):
    """Every command that reads refuses it in one line with status 2, at once, and writes nothing."""
    assert run("baseline record baseline {}", f"case.json {WEIGHTS}").exit_code == 0
    before = sorted(path.name for path in folder.iterdir())
    for command in READING:
        shown = run(command, name)
        assert (shown.exit_code, shown.output.count("\n")) == (2, 1), (command, shown.output)
        assert name in shown.output, shown.output
    assert sorted(path.name for path in folder.iterdir()) == before


@pytest.mark.parametrize("command", PLAIN_OUTPUT)
def test_what_cannot_be_written_to_is_refused(folder, command):
    """A full device, a socket, a folder and a circle of links: status 2, one line with the name, nothing beside it."""
    before = sorted(path.name for path in folder.iterdir())
    for name in ("/dev/full", "socket", "folder", "loop", "missing/file"):
        shown = run(command, name)
        assert shown.exit_code == 2, (name, shown.output)
        assert name in shown.output.splitlines()[-1]
        assert sorted(path.name for path in folder.iterdir()) == before


@pytest.mark.parametrize("command", PLAIN_OUTPUT)
def test_what_takes_anything_is_written_to(folder, command):
    """A device, a pipe with a reader, and the file that a link names take a plain output; none is replaced."""
    expected = run(command, "plain").exit_code
    assert expected in (0, 3)
    assert run(command, "/dev/null").exit_code == expected
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    assert run(command, "dangling").exit_code == expected
    assert Path("dangling").is_symlink()
    assert Path("none").stat().st_size == pytest.approx(Path("plain").stat().st_size, abs=100)
    with subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE) as reader:
        assert run(command, "pipe").exit_code == expected
        assert len(reader.stdout.read()) == pytest.approx(Path("plain").stat().st_size, abs=100)
    assert stat.S_ISFIFO(Path("pipe").stat().st_mode)


@pytest.mark.parametrize("command", KEPT_OUTPUT)
def test_what_must_be_read_again_is_a_file(folder, command):
    """A store, a baseline and a page are not written to devices and pipes, nor to anything beside them."""
    before = sorted(path.name for path in folder.iterdir())
    for name in ("/dev/full", "/dev/null", "/dev/zero", "/dev/stdout", "pipe", "socket", "loop"):
        shown = run(command, name)
        assert (shown.exit_code, shown.output.count("\n")) == (2, 1), (name, shown.output)
        assert name in shown.output
        assert sorted(path.name for path in folder.iterdir()) == before


def test_a_journal_that_is_a_pipe_is_refused(folder):
    """What a run keeps while it lasts goes into a file, and does not wait for a reader."""
    os.mkfifo("report.findings.jsonl")
    shown = run(f"verify --suite spin {WEIGHTS} --json {{}}", "report.json")
    assert (shown.exit_code, shown.output.count("\n")) == (2, 1)
    assert "report.findings.jsonl must be a regular file" in shown.output


@pytest.mark.parametrize(
    "name", ["/dev/stdout", *(pytest.param(name, marks=slow_runs) for name in ("/dev/fd/1", "/proc/self/fd/1"))]
)
def test_standard_output_by_its_name_is_shared(loaded, folder, name):
    """What was written before and what comes after stay; in a pipe the text arrives."""
    command = QDVERIFY, "oracle", "case.json", "-o", name
    piped = loaded.python(*command).stdout
    assert json.loads(piped)["schema"] == "qdverify-reference/1"
    with Path("out").open("wb") as out:
        for text in (b"before\n", b"after\n"):
            out.write(text)
            out.flush()
            assert loaded.python(*command, stdout=out.fileno()).returncode == 0
    assert Path("out").read_text() == f"before\n{piped}after\n{piped}"


def test_standard_output_that_is_closed_ends_quietly(loaded, folder):
    """As with `| head`: what nobody reads is dropped, and the status is that of the verdict."""
    reading, writing = os.pipe()
    os.close(reading)
    done = loaded.python(QDVERIFY, "oracle", "case.json", "-o", "/dev/stdout", stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_another_descriptor_is_written_to_by_its_name(folder):
    """As bash gives them for `>(command)`."""
    reading, writing = os.pipe()
    assert not replaceable(Path(f"/dev/fd/{writing}"))
    write_whole(Path(f"/dev/fd/{writing}"), "text")
    os.close(writing)
    assert os.read(reading, 100) == b"text"
    os.close(reading)


EMPTY = ["[]", "[[]]", "[{}]", "null", "true", "1", '"x"', "{}", '{"schema": 1}', '{"schema": "qdverify-baseline/1"}']
NOTHING = '{"schema": "qdverify-baseline/1", "entries": []}'


@pytest.mark.parametrize(
    "content", ["[{}]", NOTHING, *(pytest.param(text, marks=slow_runs) for text in EMPTY if text != "[{}]")]
)
def test_a_document_of_something_else_has_no_verdict(folder, content):
    """Value and rule in one line, status 2; only a certificate is rejected with 1, the status that says so."""
    assert run("baseline record baseline {}", f"case.json {WEIGHTS}").exit_code == 0
    Path("file").write_text(content)
    for command in [*READING, "compare {} baseline", "compare {0} {0}"]:
        shown = run(command, "file")
        assert (shown.exit_code, shown.output.count("\n")) == (1 if "certificate check" in command else 2, 1), (
            command,
            shown.output,
        )
        assert "file" in shown.output


def test_a_baseline_of_nothing_is_not_recorded(folder):
    """An implementation that offers none of the questions is told so; a check of nothing would be green."""
    Path("few.py").write_text("class Few:\n    def parities(self, **_): return {}\n")
    shown = run("baseline record {} --implementation python:few:Few", "new")
    assert (shown.exit_code, Path("new").exists()) == (2, False)
    assert "CASES must name what to ask" in shown.output

"""What code under test does to the files of the judge: every document stays the judge's, no other file changes."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from qdverify.implementations.subprocess_launch import remove
from qdverify.interfaces.cli import main

WRONG = """
import json, os, pathlib, threading, time
class Code:
    def clebsch_gordan_weight(self, two_S_i, two_S_j):
        deed()
        return {"C": 77.0}
HERE = pathlib.Path.cwd()
OUTPUTS = [HERE / name for name in ("a.json", "a.xml", "page/report.json", "page/junit.xml", "page/index.html")]
def deed():
    pass
"""
PIPES = """
os.makedirs("page", exist_ok=True)
for path in OUTPUTS:
    os.mkfifo(path)
"""
LINKS = """
def deed():
    for path in OUTPUTS:
        if not path.is_symlink():
            path.symlink_to(HERE / "precious")
"""
FORGERY = """
def forge():
    while True:
        for path in OUTPUTS:
            if path.is_file() and not path.is_symlink() and path.read_bytes() != b"forged":
                path.write_text("forged")
        time.sleep(0.001)
threading.Thread(target=forge, daemon=True).start()
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Make a folder with a file that nobody may change the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "precious").write_text("old")
    return tmp_path


def run(folder, deeds, *command):
    """Run a command on wrong code that does something beside answering."""
    (folder / "mine.py").write_text(WRONG + deeds)
    return CliRunner().invoke(main, [*command, "--implementation", "python:mine:Code"])


@pytest.mark.parametrize("deeds", [PIPES, LINKS + FORGERY], ids=["pipes", "links and forgeries"])
def test_reports_are_the_judges_whatever_is_put_in_their_place(folder, deeds):
    """Pipes that nobody reads, links to other files and a writer that never rests: status 1, and all reports whole."""
    outputs = ("--json", "a.json", "--junit", "a.xml", "--report", "page")
    shown = run(folder, deeds, "verify", "--suite", "spin", *outputs)
    assert shown.exit_code == 1, shown.output
    for name in ("a.json", "page/report.json"):
        assert json.loads((folder / name).read_text())["summary"]["fail"] > 0
    assert "<failure" in (folder / "a.xml").read_text()
    assert "<!doctype html>" in (folder / "page" / "index.html").read_text()
    assert (folder / "precious").read_text() == "old"


def test_a_journal_follows_no_link(folder):
    """Its name was not given by the user: what a link of that name leads to is not written to."""
    (folder / "a.findings.jsonl").symlink_to("precious")
    assert run(folder, "", "verify", "--suite", "spin", "--json", "a.json").exit_code == 1
    assert (folder / "precious").read_text() == "old"
    assert not (folder / "a.findings.jsonl").is_symlink()


FIT = """
kept = pathlib.Path("baseline")
document = json.loads(kept.read_text())
for entry in document["entries"]:
    entry["values"], entry["bound"] = {"C": 77.0}, {"C": 1e300}
kept.write_text(json.dumps(document))
"""


@pytest.mark.parametrize("command", [["check"], ["update", "--reason", "why"]], ids=["check", "update"])
def test_a_baseline_is_read_before_the_code_is_started(folder, command):
    """Code that fits the file to what it answers is not taken for unchanged."""
    right = "Code.clebsch_gordan_weight = lambda self, two_S_i, two_S_j: {'C': 1.0}"
    assert run(folder, right, "baseline", "record", "baseline").exit_code == 0
    assert run(folder, "", "baseline", command[0], "baseline", *command[1:]).exit_code == 1
    assert run(folder, FIT, "baseline", command[0], "baseline", *command[1:]).exit_code == 1


@pytest.mark.parametrize("command", ["baseline record out", "export fcidump --orbitals 2 --electrons 2 -o out"])
def test_a_pipe_in_the_place_of_a_new_file_is_replaced(folder, command):
    """Nobody reads from it: it is neither waited for nor written to."""
    answers = """
Code.clebsch_gordan_weight = lambda self, two_S_i, two_S_j: {"C": 1.0}
Code.interaction_integrals = lambda self, dot, indices: {"values": [1.0 for _ in indices]}
os.mkfifo("out")
"""
    shown = run(folder, answers, *command.split())
    assert shown.exit_code == 0, shown.output
    assert (folder / "out").is_file()


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system in memory")
def test_the_folder_of_a_program_is_removed_whatever_the_program_made_of_it(tmp_path):
    """A link in its place is not followed, a file is removed, and depth is no obstacle."""
    (tmp_path / "outside" / "below").mkdir(parents=True)
    (tmp_path / "outside" / "below").chmod(0o500)
    link, file = tmp_path / "link", tmp_path / "file"
    link.symlink_to("outside")
    file.touch()
    for path in (link, file):
        remove(str(path))
        assert not path.is_symlink()
        assert not path.exists()
    assert (tmp_path / "outside" / "below").stat().st_mode & 0o777 == 0o500
    with tempfile.TemporaryDirectory(dir="/dev/shm") as outer:
        deep = Path(outer, "deep")
        nest(deep, 30, 100)
        remove(str(deep))
        assert not deep.exists()


def nest(folder, times, depth):
    """Make folders within each other, so many that no path names the last of them."""
    inner = None
    for number in range(times):
        chain = folder.with_name(f"chain{number}")
        chain.joinpath(*["d"] * depth).mkdir(parents=True)
        if inner is not None:
            inner.rename(chain.joinpath(*["d"] * depth, "d"))
        inner = chain
    inner.rename(folder)


LOOK = """
import ctypes, os
import qdverify.__main__ as command
if os.getuid() == 0:
    os.setuid(65534)  # nobody keeps root out
ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
def reached():
    found, into = os.pipe()
    judge = os.getpid()
    if os.fork() == 0:
        for name, way in (("mem", os.O_RDWR), ("fd", os.O_RDONLY), ("environ", os.O_RDONLY)):
            try:
                os.open(f"/proc/{judge}/{name}", way)
                os.write(into, name.encode() + b" ")
            except OSError:
                pass
        os._exit(0)
    os.close(into)
    os.wait()
    return os.read(found, 100).decode()
print(reached())
command._guard_itself()
print(reached())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_the_memory_and_the_files_of_the_command_are_its_own():
    """Another process of the same user can neither change what the judge remembers nor reach its open files."""
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)
    before, after = done.stdout.split("\n")[:2]
    assert "fd" in before
    assert after == ""

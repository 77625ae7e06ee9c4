"""An interrupt at the keyboard ends every long command: status 130, one line, no part of a file, no process left."""

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from qdverify.protocol.sample_dots import make_dot

# An interrupt arrives, as from the keyboard, at the whole group, in the middle of a command: when a function of it is
# called for the n-th time, or a moment later if what it has started shall be on its way. No limit of time is involved.
# The command listens even if what runs the tests is in the background.
START = """
import importlib, os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
module, name, left = {module!r}, {name!r}, {count}
*way, last = name.split(".")
holder = importlib.import_module(module)
for step in way:
    holder = getattr(holder, step)
real = getattr(holder, last)
def interrupted(*arguments, **named):
    global left
    left -= 1
    if left == 0:
        time.sleep({pause})
        os.killpg(os.getpgrp(), signal.SIGINT)
    return real(*arguments, **named)
setattr(holder, last, interrupted)
from qdverify.interfaces.cli import main
main()
"""
DOT = make_dot("contact", 2)
CASE = {"schema": "qdverify-case/1", "task": "spectrum", "inputs": {"dot": DOT, "electrons": 2, "levels": 2}}
EXACT = {"length": "1", "cutoff": "1/10", "orbitals": 2, "kernel": "soft-coulomb", "strength": "1"}
QUESTION = {
    "schema": "qdverify-case/2",
    "task": "transition_probabilities",
    "inputs": {"dot": EXACT, "electrons": 1, "levels": [1, 1]},
}
PLAN = """
task = "spectrum"
implementation = "python:sweep_samples:Formula"
electrons = [1, 2, 3, 4]
levels = 2
dot = { kernel = "none", length = 1.0, orbitals = 4, strength = [1.0, 2.0, 3.0, 4.0] }
"""
WEIGHTS = ("--implementation", "python:weights:Weights")
SUBJECT, BASELINE = "qdverify.suite.subject", "qdverify.interfaces.commands.baseline"
# the command, and where the interrupt meets it
COMMANDS = {
    "verify": (
        ["verify", "--suite", "spin", *WEIGHTS, "--json", "old.json", "--junit", "old.xml", "--report", "page"],
        (SUBJECT, "Subject.ask", 5),
    ),
    "verify, by two processes": (
        ["verify", "--jobs", "2", "--suite", "spin", "--suite", "rates", *WEIGHTS, "--json", "old.json"],
        (SUBJECT, "Subject.ask", 5),
    ),
    "oracle": (
        ["oracle", "case.json", "-o", "old.json", "--certificate", "old.xml"],
        ("qdverify.reference.write_certificate", "prove_levels", 1),
    ),
    "certificate write": (
        ["certificate", "write", "question.json", "-o", "old.json"],
        ("qdverify.reference.write_from_dot", "prove_levels", 2),
    ),
    "certificate check": (["certificate", "check", "old.json"], ("qdverify.certificate.check", "_check", 1)),
    "sweep": (
        ["sweep", "plan.toml", "--workers", "2", "--store", "store"],
        ("qdverify.sweep.store", "Store.add", 3),
    ),
    "sweep, while its workers start": (
        ["sweep", "plan.toml", "--workers", "2", "--store", "store"],
        ("qdverify.sweep.local", "_Process.take", 1),
    ),
    "sweep, at its start": (["sweep", "plan.toml", "--store", "store"], (SUBJECT, "Subject", 1)),
    "baseline record": (["baseline", "record", "new", *WEIGHTS], (SUBJECT, "Subject.ask", 1)),
    "baseline check": (["baseline", "check", "baseline", *WEIGHTS], (SUBJECT, "Subject.ask", 1)),
    "baseline update": (
        ["baseline", "update", "baseline", "--reason", "why", *WEIGHTS],
        (BASELINE, "renewed", 1),
    ),
    "report": (
        ["report", "report.json", "report.json", "--out", "old.json"],
        ("qdverify.report.side_by_side", "render_codes", 1),
    ),
    "export": (
        ["export", "fcidump", "--orbitals", "3", "--electrons", "2", "-o", "old.json"],
        (SUBJECT, "Subject.ask", 1),
    ),
    "reproduce": (
        ["reproduce", "--no-inference", "--orbitals", "9", "--out", "page"],
        ("qdverify.paper.drawing", "Drawing.draw", 2),
    ),
}
PAUSES = {"sweep, while its workers start": 0.1}
SLOW = {"reproduce", "report", "oracle"}
# what a stopped command may leave: its findings so far, and the points that it has kept
KEPT = {"old.findings.jsonl", "store"}


@pytest.fixture
def folder(recorded_baseline, tmp_path):
    """Make a folder with the inputs of every command, and files that must stay as they are."""
    here = Path(__file__).parent
    for name in ("weights.py", "sweep_samples.py"):
        shutil.copy(here / name, tmp_path)
    for name in ("old.json", "old.xml"):
        (tmp_path / name).write_text("{}")
    (tmp_path / "case.json").write_text(json.dumps(CASE))
    (tmp_path / "question.json").write_text(json.dumps(QUESTION))
    (tmp_path / "plan.toml").write_text(PLAN)
    (tmp_path / "page").mkdir()
    shutil.copy(recorded_baseline, tmp_path / "baseline")
    return tmp_path


def prepare(installed, folder, command):
    """Write the report that the command of that name reads."""
    if command[0] == "report":
        verified = ("verify", "--suite", "spin", *WEIGHTS, "--json", "report.json")
        assert installed.run("qdverify", *verified, cwd=folder).returncode == 0


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else []) for name in COMMANDS]
)
def test_an_interrupt_ends_a_long_command(installed, loaded, folder, name):
    """Status 130 and one line; every file is the old one, and nothing that was started still runs."""
    command, (module, function, count) = COMMANDS[name]
    prepare(installed, folder, command)
    before = contents(folder)
    code = interrupting(module, function, count, PAUSES.get(name, 0.0))
    done = loaded.python(code, *command, cwd=folder)
    assert done.returncode == 130, done.stdout + done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    after = contents(folder)
    assert {path: after.get(path) for path in before} == before
    new = set(after) - set(before)
    assert all(path in KEPT or path.startswith("page/") for path in new), new
    assert not any(path.endswith((".part", "index.html", "report.json")) for path in new), new
    assert not left_in(folder)


def interrupting(module, function, count, pause=0.0):
    """Return Python code that runs the command of its arguments and is interrupted in a call of a function."""
    return START.format(module=module, name=function, count=count, pause=pause)


def contents(folder):
    """Return the content of every file below a folder, but for what Python compiled."""
    paths = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def left_in(folder):
    """Wait for the processes whose current folder this is, and return those that do not end."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(folder):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return psutil.wait_procs(found, timeout=60)[1]


ASLEEP = """
import pathlib, time
class Code:
    def spectrum(self, **_):
        pathlib.Path("begun").touch()
        time.sleep(600)
"""


@pytest.mark.slow
def test_a_killed_sweep_leaves_no_worker_in_the_middle_of_a_point(folder):
    """The process that works on a point ends with the sweep, and so does the code that it asks."""
    (folder / "asleep.py").write_text(ASLEEP)
    arguments = ("sweep", "plan.toml", "--workers", "1", "--implementation", "python:asleep:Code")
    run = "from qdverify.interfaces.cli import main; main()"
    with subprocess.Popen([sys.executable, "-c", run, *arguments], cwd=folder) as sweep:
        while sweep.poll() is None and not (folder / "begun").exists():
            time.sleep(0.05)
        assert sweep.poll() is None
        sweep.kill()
    assert not left_in(folder)


def test_a_second_interrupt_is_no_traceback(loaded, folder):
    """Two at once, as from an impatient user: the same end."""
    command, (module, function, count) = COMMANDS["baseline check"]
    code = interrupting(module, function, count).replace(
        "os.killpg(os.getpgrp(), signal.SIGINT)", "[os.kill(os.getpid(), signal.SIGINT) for _ in range(2)]"
    )
    done = loaded.python(code, *command, cwd=folder)
    assert (done.returncode, done.stderr) == (130, "qdverify: interrupted\n")
    assert not left_in(folder)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_request_to_end_leaves_no_part_of_a_file(loaded, folder, name):
    """In the middle of writing a file: the old one stays, nothing beside it, and the status is that of the signal."""
    command = COMMANDS["baseline update"][0]
    before = contents(folder)
    code = interrupting("os", "fsync", 1).replace("qdverify.interfaces.cli", "qdverify.__main__")
    ends = "os.killpg(os.getpgrp(), signal.SIGINT)"
    assert ends in code
    code = code.replace(ends, f"os.kill(os.getpid(), signal.{name})")
    done = loaded.python(code, *command, cwd=folder)
    assert (done.returncode, done.stderr) == (-getattr(signal, name), "qdverify: interrupted\n")
    assert contents(folder) == before
    assert not left_in(folder)


IMPORTING = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "qdverify.interfaces.cli":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
from qdverify.__main__ import main
main()
"""


def test_an_interrupt_before_the_command_is_there_is_no_traceback(installed, folder):
    """While the command line itself is imported: the same line and status."""
    done = installed.run("python", "-c", IMPORTING, "list", "suites", cwd=folder, start_new_session=True)
    assert (done.returncode, done.stderr) == (130, "qdverify: interrupted\n")


INCESSANTLY = """
def incessantly():
    while True:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.02)
"""


@pytest.mark.slow
def test_incessant_interrupts_are_no_traceback(loaded, folder):
    """A user who holds Ctrl-C while the workers of a sweep are ended: one end, one line, no process left."""
    command, (module, function, count) = COMMANDS["sweep"]
    code = interrupting(module, function, count)
    changes = {
        "import importlib,": "import threading, importlib,",
        "real = ": INCESSANTLY + "real = ",
        "os.killpg(os.getpgrp(), signal.SIGINT)": "threading.Thread(target=incessantly, daemon=True).start()",
        "qdverify.interfaces.cli": "qdverify.__main__",
    }
    for old, new in changes.items():
        assert old in code
        code = code.replace(old, new)
    done = loaded.python(code, *command, cwd=folder)
    assert done.returncode == 130, done.stdout + done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert not left_in(folder)


def test_what_ignores_interrupts_from_the_start_is_not_interrupted(loaded, folder):
    """A job in the background of a shell goes on, and so does what it started."""
    code = interrupting(SUBJECT, "Subject.ask", 1)
    listens = "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    assert listens in code
    command = ["baseline", "record", "new", *WEIGHTS]
    deaf = code.replace(listens, "signal.signal(signal.SIGINT, signal.SIG_IGN)\n")
    done = loaded.python(deaf, *command, cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert (folder / "new").exists()

"""Bars of progress as a terminal shows them: whole lines, a known total, no trace of them left, and ended by Ctrl-C."""

import fcntl
import json
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from qdverify.protocol.sample_dots import make_dot

# the terminal becomes the one whose keys reach the command, which listens even if the tests run in the background
CODE = """
import fcntl, signal, termios
signal.signal(signal.SIGINT, signal.default_int_handler)
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from qdverify.interfaces.cli import main
main()
"""
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
BAR = "\u2501"
CASE = {"schema": "qdverify-case/1", "task": "spectrum"}
INPUTS = {"dot": make_dot("contact", 2), "electrons": 2, "levels": 2}
EXACT = {"length": "1", "cutoff": "1/10", "orbitals": 2, "kernel": "soft-coulomb", "strength": "1"}
QUESTION = {
    "schema": "qdverify-case/2",
    "task": "transition_probabilities",
    "inputs": {"dot": EXACT, "electrons": 1, "levels": [1, 1]},
}
PLAN = 'task = "spectrum"\nelectrons = [1, 2]\nlevels = 1\ndot = { kernel = "none", length = 1.0, orbitals = 2 }\n'
SLEEPER = """
import pathlib, time
class Sleeper:
    def clebsch_gordan_weight(self, **_):
        pathlib.Path(__file__).with_name("asked").touch()
        time.sleep(600)
    spectrum = interaction_integrals = clebsch_gordan_weight
"""
WEIGHTS = "--implementation python:weights:Weights"
COMMANDS = {
    "verify": f"verify --suite spin {WEIGHTS}",
    "sweep": "sweep plan.toml --workers 1",
    "baseline record": f"baseline record new {WEIGHTS}",
    "export": "export fcidump --orbitals 4 --electrons 2 --kernel none -o file",
    "oracle": "oracle case.json -o file --certificate other",
    "certificate write": "certificate write question.json -o file",
}
SLEEPY = ["verify", "sweep", "baseline record", "export"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Make the current folder one with the inputs of every command."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(Path(__file__).parent / "weights.py", tmp_path)
    (tmp_path / "sleeper.py").write_text(SLEEPER)
    (tmp_path / "case.json").write_text(json.dumps({**CASE, "inputs": INPUTS}))
    (tmp_path / "question.json").write_text(json.dumps(QUESTION))
    (tmp_path / "plan.toml").write_text(PLAN)
    return tmp_path


def on_a_terminal(command, width, *, interrupted=None):
    """Run a command on a terminal of its own; return its exit status and what the terminal was sent.

    `interrupted` tells, once there is a bar, whether it is time for Ctrl-C.
    """
    terminal, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"} | {"TERM": "xterm-256color"}
    streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
    with subprocess.Popen(
        [sys.executable, "-c", CODE, *command.split()], env=environment, start_new_session=True, **streams
    ) as process:
        os.close(theirs)
        shown = read_all(terminal, interrupted=interrupted)
        os.close(terminal)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.returncode, shown


def read_all(terminal, *, interrupted):
    shown, deadline = b"", time.monotonic() + 300
    while time.monotonic() < deadline and select.select([terminal], [], [], 60)[0]:
        try:
            data = os.read(terminal, 1 << 16)
        except OSError:
            break
        shown += data
        if interrupted and BAR in shown.decode("utf-8", "replace") and interrupted():
            os.write(terminal, b"\x03")
            interrupted = None
    return shown.decode()


def frames(shown):
    """Return the lines with a bar, as they stood on the terminal."""
    return [line for line in re.split(r"[\r\n]+", ESCAPES.sub("", shown)) if BAR in line]


@pytest.mark.slow
@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize("name", COMMANDS)
def test_a_bar_is_one_whole_line(folder, name, width):
    """Every state fits, shows how much of the whole is done and loses no sign; the cursor comes back."""
    status, shown = on_a_terminal(COMMANDS[name], width)
    assert status == 0, shown
    states = frames(shown)
    assert states
    for state in states:
        assert len(state) <= width
        assert re.search(r"\b\d+(%|/\d+)", state), state
        assert "\u2026" not in state
        assert not re.search(r"-\d", state), state
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h")
    assert "Traceback" not in shown


AT_ONCE, ASKED = "at once", "while a program is asked"
# each command is interrupted in one of the two ways, and each way is tried on two commands; the rest is slow
FEW = [("verify", AT_ONCE), ("sweep", ASKED), ("baseline record", ASKED), ("export", AT_ONCE)]
MORE = [(name, when) for name in SLEEPY for when in (AT_ONCE, ASKED) if (name, when) not in FEW]


@pytest.mark.parametrize(("name", "when"), [*FEW, *(pytest.param(*one, marks=pytest.mark.slow) for one in MORE)])
def test_ctrl_c_ends_a_command_that_shows_a_bar(folder, name, when):
    """Status 130, the cursor comes back, and the last line says so, from the bar's first frame on."""
    command = f"{COMMANDS[name].replace(WEIGHTS, '')} --implementation python:sleeper:Sleeper"
    asked = folder / "asked"
    status, shown = on_a_terminal(command, 80, interrupted=lambda: when == AT_ONCE or asked.exists())
    assert status == 130, shown
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h")
    assert re.search("interrupted|stopped", ESCAPES.sub("", shown).strip().splitlines()[-1])
    assert "Traceback" not in shown

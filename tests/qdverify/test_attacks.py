"""Attacks as a shell makes them: each has its right end, no traceback is shown, and no part of a file stays."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import psutil
import pytest
from attacks import ATTACKS, WEIGHTS
from click.testing import CliRunner

from qdverify.interfaces.cli import main
from qdverify.protocol.sample_dots import make_dot

pytestmark = pytest.mark.slow
OF_FILES = {":", "echo", "head", "iconv", "ln", "mkfifo", "mv", "rm", "truncate"}
CALL = "from qdverify.interfaces.cli import main; main(prog_name='qdverify')"
LEAVES = """
import os

class Code:
    def clebsch_gordan_weight(self, **_): os._exit(0)
    def spectrum(self, **_): os._exit(0)
    def interaction_integrals(self, **_): os._exit(0)
"""
PLAN = 'task = "spectrum"\nelectrons = [1, 2]\nlevels = 1\n[dot]\nkernel = "none"\nlength = 1.0\norbitals = 3\n'
CASE = {"task": "spectrum", "inputs": {"dot": make_dot("contact", 2), "electrons": 2, "levels": 2}}
EXPECTED = '[[expected]]\ncheck = "spin.*"\nreason = "why"\nlink = "where"\nexpires = 2999-01-31\n'
TEST = """
def test(qdverify_baseline):
    qdverify_baseline("clebsch_gordan_weight", {{"two_S_i": 0, "two_S_j": {}}}, {{"C": 1.0}})
"""


@pytest.fixture(scope="module")
def prepared(installed, tmp_path_factory):
    """Make a folder with what the attacks need."""
    folder = tmp_path_factory.mktemp("prepared")
    shutil.copy(Path(__file__).parent / "weights.py", folder)
    texts = {"leaves.py": LEAVES, "plan.toml": PLAN, "expected.toml": EXPECTED}
    texts |= {"case.json": json.dumps({"schema": "qdverify-case/1", **CASE})}
    texts |= {"test_base.py": TEST.format(1), "test_more.py": TEST.format(3)}
    for name, text in texts.items():
        (folder / name).write_text(text)
    (folder / "folder").mkdir()
    for command in (f"baseline record baseline {WEIGHTS}", f"verify --suite spin {WEIGHTS} --json report.json"):
        done = installed.run("qdverify", *command.split(), cwd=folder)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def outside(installed, loaded):
    """Return a function that runs a command line in processes of their own, and returns its status and output."""

    def run(folder, command):
        first, call = parts(command)
        return in_fork(loaded, folder, first, call) if call else by_shell(installed, folder, command)

    return run


def is_plain(command):
    """Tell whether a command line is one call of qdverify, of which the shell does no more than read the words."""
    # a sweep leaves helpers of its workers in the process that runs it, until that ends
    one_call = command.startswith("qdverify ") and not set(";|&<>") & set(command)
    return one_call and not command.startswith("qdverify sweep")


def parts(command):
    """Return what a command line does to files first, and the call of qdverify after it; two empty texts if not so."""
    first, _, call = command.rpartition("; ")
    words = {part.split()[0] for part in first.split("; ") if first}
    return (first, call) if words and words <= OF_FILES and is_plain(call) else ("", "")


def by_shell(installed, folder, command):
    """Run a command line in a shell, with the installed wheel and a bare environment; return its status and output."""
    done = installed.run("bash", "-c", command, cwd=folder, errors="replace")
    return done.returncode, done.stdout + done.stderr


def in_fork(loaded, folder, first, call):
    """Do to files what comes first, and make the call in a fork of what has loaded everything."""
    subprocess.run(["bash", "-c", first], check=True, cwd=folder)
    done = loaded.python(CALL, *words_of(call, folder), cwd=folder)
    return done.returncode, done.stdout + done.stderr


def words_of(call, folder):
    """Return the words of a call of qdverify, as a shell reads them."""
    words = subprocess.run(["bash", "-c", f'printf "%s\\0" {call}'], stdout=subprocess.PIPE, check=True, cwd=folder)
    return words.stdout.decode().split("\0")[1:-1]


def in_process(folder, command, monkeypatch):
    """Run the words of a command line in this process, which has loaded everything; return its status and output."""
    arguments = words_of(command, folder)
    monkeypatch.chdir(folder)
    shown = CliRunner().invoke(main, arguments)
    assert isinstance(shown.exception, SystemExit | None), shown.exception
    return shown.exit_code, shown.output


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_has_its_right_end(outside, prepared, tmp_path, monkeypatch, name):
    """The status is one of those that are right; output is bounded and no traceback; nothing half done is left."""
    command, statuses = ATTACKS[name]
    folder = tmp_path / "here"
    shutil.copytree(prepared, folder)
    if is_plain(command):
        status, said = in_process(folder, command, monkeypatch)
    else:
        status, said = outside(folder, command)
    assert status in statuses, said
    assert "Traceback" not in said
    assert "INTERNALERROR" not in said
    assert len(said) < 20_000
    assert not list(folder.rglob("*.part"))
    running = [process for process in psutil.process_iter() if current(process) == str(folder)]
    running = [process for process in running if process.pid != os.getpid()]
    assert not psutil.wait_procs(running, timeout=60)[1]


def current(process):
    """Return the current folder of a process, if it can be known."""
    try:
        return process.cwd()
    except (psutil.Error, OSError):
        return None

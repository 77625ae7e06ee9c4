"""Terminals and pipes change neither the verdict nor its exit status, and a mistake of ours is none."""

import os
import re
import resource
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from qdverify.interfaces import cli
from qdverify.interfaces.cli import COMMANDS, main

QDVERIFY = (sys.executable, "-c", "from qdverify.interfaces.cli import main; main()")
VERIFY = ("verify", "--suite", "spin")


def run(*command, **options):
    return subprocess.run(command, capture_output=True, timeout=300, check=False, **options)


@pytest.mark.parametrize("encoding", ["ascii", pytest.param("latin-1", marks=pytest.mark.slow)])
def test_a_terminal_of_another_encoding_changes_no_verdict(encoding):
    """What cannot be shown becomes a question mark; the verdict is read as it is anywhere else."""
    done = run(*QDVERIFY, *VERIFY, env={**os.environ, "PYTHONIOENCODING": encoding})
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"passes all" in done.stdout
    assert b"? 1" in done.stdout


@pytest.mark.parametrize(("implementation", "status"), [("builtin", 0), ("python:weights:Shifted", 1)])
def test_a_closed_pipe_keeps_the_status_of_the_verdict(loaded, implementation, status):
    """`| head -c 1` ends the reading, not the judging; nothing is said about it."""
    reading, writing = os.pipe()
    with subprocess.Popen(["head", "-c", "1"], stdin=reading, stdout=subprocess.PIPE) as head:
        os.close(reading)
        options = ("--implementation", implementation)
        done = loaded.python(QDVERIFY[-1], *VERIFY, *options, cwd=Path(__file__).parent, stdout=writing)
        os.close(writing)
        assert len(head.stdout.read()) == 1
    assert (done.returncode, done.stderr) == (status, "")


def test_a_pipe_that_is_closed_from_the_start_takes_any_amount(loaded):
    """More than a buffer of output to nobody ends as it would have ended."""
    reading, writing = os.pipe()
    os.close(reading)
    done = loaded.python(QDVERIFY[-1], "list", "checks", stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("what", ["checks", "suites"])
def test_a_full_disk_behind_standard_output_is_told(loaded, what):
    """The output is lost: one line, and no status of success."""
    with Path("/dev/full").open("wb") as full:
        done = loaded.python(QDVERIFY[-1], "list", what, stdout=full.fileno())
    assert done.returncode == 2
    assert re.fullmatch(r"qdverify: .*No space left on device\n", done.stderr)


def test_no_home_and_a_read_only_folder_are_enough(installed, tmp_path):
    """A verdict needs neither HOME nor a folder to write to."""
    folder = tmp_path / "read-only"
    folder.mkdir(mode=0o555)
    done = run(installed.bin / "qdverify", "verify", "--suite", "spin", cwd=folder, env={"PATH": "/usr/bin:/bin"})
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.fixture
def broken_command(monkeypatch):
    """Let a command raise what it is told to."""

    def break_it(error):
        monkeypatch.setattr(cli.Commands, "get_command", lambda *_: (_ for _ in ()).throw(error))

    return break_it


def test_a_mistake_of_ours_has_a_status_of_its_own(broken_command, tmp_path, monkeypatch):
    """70, one line, and a file with the traceback."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    broken_command(TypeError("no such\nthing"))
    shown = CliRunner().invoke(main, ["verify"])
    assert shown.exit_code == 70
    assert shown.output.count("\n") == 1
    (log,) = tmp_path.iterdir()
    assert str(log) in shown.output
    assert "Traceback" in log.read_text()


def crash(tmp_path, monkeypatch, text):
    """Let a mistake happen in a command; return the path that is told."""

    def fail(*_):
        raise TypeError(text)

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(cli.Commands, "get_command", fail)
    return Path(CliRunner().invoke(main, ["verify"]).output.rpartition(" ")[2].strip())


def test_a_mistake_that_is_met_again_leaves_no_second_file(tmp_path, monkeypatch):
    """A script may meet it a thousand times; another mistake has a file of its own."""
    one, again, other = (crash(tmp_path, monkeypatch, text) for text in ("one", "one", "other"))
    assert one == again
    assert {one, other} == set(tmp_path.iterdir())
    assert "TypeError: one" in one.read_text()
    assert "TypeError: other" in other.read_text()


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to(path.with_name("elsewhere"))])
def test_what_somebody_else_put_in_the_place_of_a_log_is_left_alone(tmp_path, monkeypatch, make):
    """A link in a shared folder is not followed: the traceback gets another name."""
    place = crash(tmp_path, monkeypatch, "one")
    place.unlink()
    make(place)
    log = crash(tmp_path, monkeypatch, "one")
    assert set(tmp_path.iterdir()) == {place, log}
    assert "TypeError: one" in log.read_text()
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_mistake_is_told_even_where_no_log_can_be_written(broken_command, tmp_path, monkeypatch):
    """Without a temporary folder the status is 70 all the same."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    broken_command(RecursionError("too deep"))
    shown = CliRunner().invoke(main, ["verify"])
    assert shown.exit_code == 70
    assert "set TMPDIR" in shown.output


def test_an_interrupt_has_a_status_of_its_own(broken_command):
    """130, as shells have it, and one line."""
    broken_command(KeyboardInterrupt())
    shown = CliRunner().invoke(main, ["verify"])
    assert (shown.exit_code, shown.output) == (130, "qdverify: interrupted\n")


def test_help_is_quick_and_true():
    """`qdverify --help` loads no command, and says of each what the command says of itself."""
    loads = "import sys, qdverify.interfaces.cli as c; c.main(['--help'], standalone_mode=False)"
    heavy = "print([name for name in ('numpy', 'sympy', 'matplotlib', 'jsonschema', 'rich') if name in sys.modules])"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = run(sys.executable, "-c", f"{loads}\n{heavy}")
    assert done.stdout.endswith(b"[]\n")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.5
    shown = CliRunner().invoke(main, ["--help"]).output
    for name, text in COMMANDS.items():
        command = main.get_command(None, name)
        assert command.get_short_help_str(80) == text.removesuffix(".") or command.help.startswith(text)
        assert text in shown


WHAT_DRAWS = ("matplotlib", "jinja2", "jsonschema", "latex2mathml")
WHAT_COMPUTES = (
    "numpy",
    "scipy",
    "sympy",
    "mpmath",
    "flint",
    "numeric",
    "analytic",
    "rich",
    "psutil",
    "multiprocessing",
)


def loaded(*arguments):
    """Return the names of all modules that a command has loaded when it ends."""
    code = (
        "import sys, atexit; atexit.register(lambda: sys.stdout.write(chr(10) + ' '.join(sys.modules)))\n"
        f"from qdverify.__main__ import main; sys.argv[1:] = {arguments!r}; main()"
    )
    return run(sys.executable, "-c", code).stdout.decode().splitlines()[-1].split()


def test_the_version_loads_no_library_that_computes():
    """A user who asks for it waits for some two hundred modules, most of them of Python itself."""
    modules = loaded("--version")
    assert "click" in modules
    assert not {*WHAT_COMPUTES, *WHAT_DRAWS} & set(modules)
    assert len(modules) < 230


def test_a_run_without_a_page_does_not_wait_for_what_draws():
    """`qdverify verify` loads for --report only what makes a page, and never the oracle's certificates or sweeps."""
    modules = loaded("verify", "--suite", "spin")
    assert {"numpy", "sympy", "qdverify.suite.checks.spin"} <= set(modules)
    assert not {*WHAT_DRAWS, "scipy.optimize", "scipy.stats", "scipy.integrate", "asyncio"} & set(modules)
    assert not any(name.startswith(("qdverify.sweep", "qdverify.faults", "qdverify.paper.")) for name in modules)
    assert len(modules) < 1650


@pytest.mark.parametrize(
    ("arguments", "chosen", "expected"),
    [
        ("reproduce", {}, "1 1"),
        ("reproduce", {"OPENBLAS_NUM_THREADS": "2"}, "2 1"),
        ("verify --suite spin", {}, "1 1"),
        ("verify --implementation builtin", {}, "1 1"),
        ("verify --implementation=command:./mine", {}, "None None"),
        ("verify --implementation python:mine:Code", {}, "None None"),
    ],
)
def test_small_matrices_are_computed_in_one_thread_unless_told_otherwise(arguments, chosen, expected):
    """Before numpy is loaded, as several only wait for each other; a program under test is told nothing."""
    code = (
        "import click, os, sys; from qdverify.interfaces.cli import Commands\n"
        "set_to = lambda: map(os.environ.get, ('OPENBLAS_NUM_THREADS', 'OMP_NUM_THREADS'))\n"
        "Commands.get_command = lambda *_: sys.exit(print(*set_to(), 'numpy' in sys.modules))\n"
        f"Commands('qdverify').resolve_command(click.Context(click.Command('qdverify')), {arguments.split()!r})\n"
    )
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    bare = {name: value for name, value in os.environ.items() if name not in names}
    done = subprocess.run([sys.executable, "-c", code], env=bare | chosen, capture_output=True, text=True, check=True)
    assert done.stdout == f"{expected} False\n"

"""Hostile Python code under test: none ends, silences, corrupts or floods a run, and none outlives it."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import hostile
import psutil
import pytest
from click.testing import CliRunner
from programs import QUICK

from qdverify.implementations.resolve import resolve
from qdverify.interfaces.cli import main
from qdverify.protocol.answers import ALL_TASKS, FIELDS
from qdverify.run.verify import judge, verify
from qdverify.suite.comparators import close
from qdverify.suite.declare import Scope, check, once
from qdverify.suite.expected_failures import ExpectedFailures
from qdverify.suite.finding import Stage, Tolerance, exact

ONCE = replace(QUICK, request_seconds=5.0, shutdown_seconds=0.2, restarts=0)


@check(
    "spin.one@1",
    suite="spin",
    stage=Stage.SPIN,
    claim="the weight is 1",
    equation="test",
    tasks=("clebsch_gordan_weight",),
    trials=once,
)
def weight_is_one(subject, trial):
    measured = subject.ask("clebsch_gordan_weight", two_S_i=0, two_S_j=1)["C"]
    yield close(measured, exact(1.0, "test"), Tolerance(1e-12, "test"))


def report_on(spec, budgets=ONCE, checks=(weight_is_one,)):
    under_test = resolve(spec, budgets=budgets)
    try:
        return judge(under_test, checks, Scope(), lambda _: None, expected=ExpectedFailures())
    finally:
        under_test.close()


def verdicts(report):
    return [str(finding.verdict) for finding in report.findings]


# each of them differs only by a number, a name or a type from one that is always tried
ALIKE = {"SystemExit with a text", "os.abort", "GeneratorExit", "an exception of its own", "MemoryError"}
ALIKE |= {"SIGTERM", "SIGINT", "SIGALRM", "a null pointer", "os._exit in tolist", "an integer beyond doubles"}
ALIKE |= {"nested 100 deep", "a class", "bytes", "a complex number", "a key that is no text", "True", "StopIteration"}


@pytest.mark.parametrize(
    "act", [pytest.param(act, marks=pytest.mark.slow) if act in ALIKE else act for act in hostile.ACTS]
)
def test_what_is_no_answer_is_an_error_of_bounded_size(act):
    """Exits, signals, crashes, floods and strange types: the verdict is error, the exit status 3, the report small."""
    report = report_on(f"python:hostile:Act_{act}")
    assert verdicts(report) == ["error"]
    assert report.exit_status == 3
    assert len(report.findings[0].detail) < 3000
    assert len(report.to_json()) < 100_000


@pytest.mark.parametrize("act", hostile.WRONG)
def test_a_wrong_answer_fails_whatever_comes_with_it(act):
    """Nothing that code under test rebinds, or claims to be equal to, makes 77 a 1."""
    report = report_on(f"python:hostile:Act_{act}")
    assert verdicts(report) == ["fail"]
    assert report.findings[0].comparison.measured == 77.0
    assert type(report.findings[0].comparison.measured) is float
    assert report.exit_status == 1


def test_prints_do_not_corrupt_the_protocol():
    """A right answer passes although its code prints, writes to standard output and adds a field of its own."""
    under_test = resolve("python:hostile:Right", budgets=ONCE)
    assert under_test.answer("clebsch_gordan_weight", {"two_S_i": 0, "two_S_j": 1}) == {"C": 1.0}
    under_test.close()
    assert "not the protocol" in under_test.stderr


@pytest.mark.parametrize(
    "name", ["Attribute", "TaskAttribute", "Constructor", "ConstructorAtOnce", "ConstructorRaises"]
)
def test_what_ends_before_hello_is_an_error(name):
    """An object that exits when it is made or looked at: one finding, exit status 3."""
    report = report_on(f"python:hostile:{name}")
    assert [finding.id for finding in report.findings] == ["protocol.hello@1"]
    assert report.exit_status == 3
    assert len(report.to_json()) < 100_000


@pytest.mark.parametrize("name", ["LongName", "LongVersion", "LongLimits", "LongAccuracy"])
def test_what_it_says_of_itself_is_bounded(name):
    """A name of 20 MB, a version of 10 million digits, a limit beyond reason: none passes, none is stored."""
    report = report_on(f"python:hostile:{name}")
    assert report.exit_status in (1, 3)
    assert len(report.to_json()) < 100_000


IN_THIS_PROCESS = [
    *("SystemExit", "GeneratorExit", "an exception of its own", "an exception that cannot be shown", "MemoryError"),
    *("StopIteration", "a message of 20 MB", "recursion", "exit in tolist", "tolist for ever", "cyclic", "NaN"),
    *("an integer of 10 million digits", "an integer beyond doubles", "nested 100 deep", "a class", "bytes"),
    *("a text of 20 MB", "a list of 100,000 numbers", "None", "a key that is no text", "True", "a complex number"),
]


@pytest.mark.parametrize("act", IN_THIS_PROCESS)
def test_an_object_that_is_handed_over_cannot_end_the_run_by_an_exception(act):
    """Objects in one's own process are trusted, but whatever they raise or return is an error of bounded size."""
    report = report_on(getattr(hostile, f"Act_{act}")())
    assert verdicts(report) == ["error"]
    assert report.exit_status == 3
    assert len(report.to_json()) < 100_000


@pytest.mark.parametrize("target", [hostile.Attribute(), hostile.TaskAttribute()])
def test_an_object_whose_attributes_exit_is_an_error(target):
    """`qdverify.verify` returns a report."""
    assert verify(target, suites=["spin"]).exit_status == 3


def test_the_users_interrupt_ends_a_run_in_process():
    """Only KeyboardInterrupt is not turned into an error."""
    with pytest.raises(KeyboardInterrupt):
        report_on(hostile.Act_KeyboardInterrupt())


def test_numbers_of_a_class_of_their_own_become_plain_floats():
    """In one's own process too, no number brings its own arithmetic."""
    report = report_on(getattr(hostile, "Act_equal to all")())
    assert verdicts(report) == ["fail"]


def test_what_it_leaves_behind_is_ended():
    """No process that the code under test started is there after the run."""
    before = {process.pid for process in psutil.process_iter() if "time.sleep(600)" in " ".join(_command(process))}
    report_on("python:hostile:Act_leaves a child")
    after = {process.pid for process in psutil.process_iter() if "time.sleep(600)" in " ".join(_command(process))}
    assert after <= before


def _command(process):
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Make a user's folder the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


BODY = "    def clebsch_gordan_weight(self, two_S_i, two_S_j):\n        {action}\n        return {{'C': 1.0}}\n"
LEAVES = {
    "in a task": "import sys\nclass Code:\n" + BODY.format(action="sys.exit(0)"),
    "in a task, at once": "import os\nclass Code:\n" + BODY.format(action="os._exit(0)"),
    "in the constructor": "import sys\nclass Code:\n    def __init__(self): sys.exit(0)\n" + BODY.format(action="pass"),
    "in the constructor, at once": "import os\nclass Code:\n    def __init__(self): os._exit(0)\n"
    + BODY.format(action="pass"),
    "at import": "import sys\nsys.exit(0)\n",
    "at import, at once": "import os\nos._exit(0)\n",
    "at import, by an error": "1 / 0\n",
    "at import, by syntax": "class\n",
    "in tolist": "import sys\nclass A:\n    def tolist(self): sys.exit(0)\nclass Code:\n"
    + BODY.format(action="return {'C': A()}"),
    "in tolist, at once": "import os\nclass A:\n    def tolist(self): os._exit(0)\nclass Code:\n"
    + BODY.format(action="return {'C': A()}"),
}


@pytest.mark.parametrize("place", LEAVES)
def test_code_that_exits_is_never_green(folder, place):
    """Status 3, output, and a JSON report, wherever the code ends its process."""
    (folder / "leaves.py").write_text(LEAVES[place])
    arguments = ["verify", "--implementation", "python:leaves:Code", "--suite", "spin", "--json", "report.json"]
    shown = CliRunner().invoke(main, arguments)
    assert shown.exit_code == 3
    assert "incomplete" in shown.output
    assert json.loads((folder / "report.json").read_text())["summary"]["error"] >= 1


def test_a_module_of_the_current_folder_is_found_and_one_it_needs_too(folder):
    """`python:` finds what stands in the user's folder; what is not there is wrong usage, on one line."""
    (folder / "beside.py").write_text("WEIGHT = 1.0\n")
    (folder / "mine.py").write_text(
        "from beside import WEIGHT\nclass Code:\n" + BODY.format(action="return {'C': WEIGHT}")
    )
    assert verdicts(report_on("python:mine:Code")) == ["pass"]
    (folder / "mine.py").write_text("import not_there\n")
    shown = CliRunner().invoke(main, ["verify", "--implementation", "python:mine:Code"])
    assert shown.exit_code == 2
    assert re.fullmatch(r"qdverify: .*'mine' must be importable: No module named 'not_there'\n", shown.output)


def test_a_file_that_bears_the_name_of_a_library_of_the_judge_spoils_nothing(folder):
    """The current folder is searched by the code under test, not by what serves it."""
    (folder / "json.py").write_text("raise SystemExit(0)\n")
    (folder / "qdverify.py").write_text("raise SystemExit(0)\n")
    (folder / "mine.py").write_text("class Code:\n" + BODY.format(action="pass"))
    assert verdicts(report_on("python:mine:Code")) == ["pass"]


@pytest.mark.slow
def test_the_installed_command_finds_the_code_of_a_fresh_folder(tmp_path):
    """With nothing set but PATH, a module of the current folder is tested, and one that exits at once is not green."""
    (tmp_path / "mine.py").write_text("class Code:\n" + BODY.format(action="pass"))
    (tmp_path / "leaves.py").write_text(LEAVES["in a task, at once"])
    program = str(Path(sys.executable).with_name("qdverify"))

    def status(spec):
        arguments = [program, "verify", "--implementation", spec, "--suite", "spin"]
        environment = {"PATH": os.environ["PATH"]}
        return subprocess.run(arguments, cwd=tmp_path, env=environment, capture_output=True, check=False).returncode

    assert status("python:mine:Code") == 1
    assert status("python:leaves:Code") == 3


def test_every_task_has_its_fields():
    """A task whose fields were forgotten would lose its whole answer."""
    assert set(FIELDS) == set(ALL_TASKS)
    assert set().union(*FIELDS.values()) >= {"energies", "two_S", "M", "C", "values", "populations", "I_L", "I_R"}

"""Hostile values and deeds of Python code: none is taken for a pass, and nothing of them outlives the run."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import hostile_deeds as deeds
import hostile_values as values
import psutil
import pytest
from programs import alive, gone, write_program
from rows import over
from test_hostile import ONCE, report_on, verdicts

from qdverify.suite.comparators import close
from qdverify.suite.declare import Trial, check
from qdverify.suite.finding import Stage, Tolerance, exact

BRIEF = replace(ONCE, request_seconds=0.5)
LITTLE = replace(ONCE, request_seconds=20.0, memory_bytes=1 << 30)
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs sub-reapers")


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Make a folder that is the temporary one of the judge, and is empty again after the run."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def few_fast(deeds, fast):
    """Return the deeds as parameters, all slow but those that a developer's loop keeps."""
    assert set(fast) <= set(deeds)
    return [pytest.param(deed, marks=() if deed in fast else pytest.mark.slow) for deed in deeds]


FAST_ENDS = ("writes garbage before the answer", "rebinds float", "exits when its answer is forgotten")
FAST_HANGS = ("stops the launcher",)
FAST_GOES_ON = ("a deaf daemon without a past", "processes that move on", "rebinds what reads its answer")


def left_of(label):
    """Return the processes whose command line ends with what was run."""
    found = []
    for process in psutil.process_iter():
        try:
            command = process.cmdline()
        except psutil.Error:
            continue
        if command and command[-1] == label:
            found.append(process)
    return psutil.wait_procs(found, timeout=5)[1]


def judged(label, verdict, budgets):
    """Judge code that does it, and see that the report is small and nothing is left."""
    name = f"Deed_{label}"
    report = report_on(f"python:hostile_deeds:{name}", budgets)
    assert verdicts(report) == [verdict], report.findings[0].detail
    assert report.exit_status == {"fail": 1, "error": 3}[verdict]
    assert len(report.to_json()) < 100_000
    assert not left_of(name)
    return report


@linux
@pytest.mark.parametrize("deed", few_fast(deeds.ENDS, FAST_ENDS))
def test_a_deed_in_place_of_an_answer_is_an_error(temporary, deed):
    """Whatever it does to its process, its streams and what serves it: status 3."""
    judged(deed, "error", LITTLE)


@linux
@pytest.mark.parametrize("deed", few_fast(deeds.HANGS, FAST_HANGS))
def test_a_deed_without_end_is_an_error(temporary, deed):
    """Stopped or deaf processes, a stopped launcher and endless loops are ended when the time is over."""
    judged(deed, "error", BRIEF)


@linux
@pytest.mark.parametrize("deed", few_fast(deeds.GOES_ON, FAST_GOES_ON))
def test_a_deed_beside_a_wrong_answer_does_not_make_it_right(temporary, deed):
    """77 is a failure; what the code started, and its folder, are gone after the run."""
    report = judged(deed, "fail", LITTLE)
    assert report.findings[0].comparison.measured == 77.0


@over("value", values.UNUSABLE)
def test_a_value_that_is_no_answer_is_an_error(value):
    """Strange containers, numbers that are not finite, objects that exit: status 3, also in one's own process."""
    report = report_on(getattr(values, f"Value_{value}")())
    assert verdicts(report) == ["error"]
    assert report.exit_status == 3
    assert len(report.to_json()) < 10_000


@over("value", values.SEVENTY_SEVEN)
def test_a_number_is_judged_as_the_float_that_it_is(value):
    """Other number types count; classes that claim to be something else do not."""
    report = report_on(getattr(values, f"Value_{value}")())
    assert verdicts(report) == ["fail"]
    assert type(report.findings[0].comparison.measured) is float
    assert report.findings[0].comparison.measured == 77.0


ALL_VALUES = [*values.UNUSABLE, *values.SEVENTY_SEVEN]


@check(
    "spin.values@1",
    suite="spin",
    stage=Stage.SPIN,
    claim="the weight is 1",
    equation="test",
    tasks=("clebsch_gordan_weight",),
    trials=lambda _: (Trial(label, {"number": number}) for number, label in enumerate(ALL_VALUES)),
)
def every_weight_is_one(subject, trial):
    number = trial.inputs["number"]
    measured = subject.ask("clebsch_gordan_weight", two_S_i=number, two_S_j=number + 1)["C"]
    yield close(measured, exact(1.0, "test"), Tolerance(1e-12, "test"))


def test_values_end_alike_in_a_process_of_its_own():
    """By name as by hand, one after the other in one process, which none of them ends."""
    report = report_on("python:hostile_values:All", LITTLE, [every_weight_is_one])
    ended = {finding.case["label"]: str(finding.verdict) for finding in report.findings}
    assert ended == {label: "error" if label in values.UNUSABLE else "fail" for label in ALL_VALUES}


HARNESS = """
import sys, time
from qdverify.implementations.subprocess import Program
program = Program([sys.executable, {path!r}], suite="test")
print(*program.answer("clebsch_gordan_weight", {{}}), flush=True)
time.sleep(600)
"""


def kill_a_harness(folder, before="pass", after="pass"):
    """Start a harness and a program that answers its pid and its home, kill the harness, and return both."""
    answer = "respond(request, [os.getpid(), os.environ['HOME']])"
    path = write_program(folder, f"def ask(request):\n    {before}\n    {answer}\n    {after}")
    with subprocess.Popen(
        [sys.executable, "-c", HARNESS.format(path=str(path))], stdout=subprocess.PIPE, text=True
    ) as harness:
        pid, home = harness.stdout.readline().split()
        assert after != "pass" or alive(pid)
        assert after == "pass" or gone(pid, 10.0)
        harness.kill()
    return pid, Path(home)


def vanishes(path, seconds=10.0):
    deadline = time.monotonic() + seconds
    while path.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    return not path.exists()


@linux
def test_a_killed_harness_leaves_no_folder_of_a_program_that_has_ended(tmp_path):
    """Nobody but the launcher is left to remove it."""
    _, home = kill_a_harness(tmp_path, after="os._exit(0)")
    assert vanishes(home)


@linux
def test_a_stopped_launcher_still_ends_what_a_killed_harness_leaves(tmp_path):
    """A program that stops the launcher and ignores the end of its input does not outlive the harness."""
    stop = "os.kill(os.getppid(), signal.SIGSTOP)"
    pid, home = kill_a_harness(tmp_path, before=f"{stop}; os.fork() or signal.pause()", after="pass")
    assert gone(pid, 10.0)
    assert vanishes(home)


@linux
def test_a_folder_that_is_locked_is_removed(tmp_path):
    """Also if the judge is no superuser, whom no lock stops; a link that leads out of the folder is not followed."""
    code = """
import json, os, sys, tempfile
from pathlib import Path
from qdverify.implementations.subprocess_launch import remove
if os.getuid() == 0:
    os.setuid(65534)
with tempfile.TemporaryDirectory() as outer:
    folder, outside = Path(outer, "folder"), Path(outer, "outside")
    (folder / "a" / "b").mkdir(parents=True)
    outside.mkdir(mode=0o500)
    (folder / "link").symlink_to(outside)
    (folder / "a" / "b").chmod(0)
    (folder / "a").chmod(0)
    remove(str(folder))
    print(json.dumps([folder.exists(), oct(outside.stat().st_mode & 0o777)]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [False, "0o500"]

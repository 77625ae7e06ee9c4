"""Several processes that try the checks of a run: the same findings in the same order, whatever a program does."""

import json
import pickle
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_interrupts import left_in

from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.protocol.answers import TASKS, AnswerError, Broken, Unsupported
from qdverify.protocol.inputs import InvalidInput
from qdverify.report.progress import Gauge
from qdverify.run import shares as sharing
from qdverify.run.crew import Crew, _waits_for
from qdverify.run.judging_process import Errand, _sendable
from qdverify.run.shares import expected_seconds, jobs_that_pay, known_seconds, shares
from qdverify.run.verify import verify
from qdverify.suite.declare import LEVELS, Scope, all_checks, select
from qdverify.suite.runner import Soundness
from qdverify.suite.subject import Remembered, Subject

HERE = Path(__file__).parent
KITS = HERE.parents[1] / "examples"
linux = pytest.mark.skipif(sys.platform != "linux", reason="several processes are for Linux")
CHECKS = [
    *("spin.*", "integrals.*", "rates.*", "plateaux.*", "small-basis.levels", "current.one*", "stationary.one*"),
    *("determinism.current", "determinism.interaction-integrals", "determinism.spectrum"),
]
OF_CURRENTS = ["spin.*", "rates.*", "plateaux.*", "current.one*", "stationary.one*", "determinism.current"]

OF_RATES = ["rates", "stationary", "plateaux", "current", "conductance", "noise", "leads", "heat", "thermoelectric"]
OF_RATES += ["counting", "zeeman"]
OF_BOTH = ["spin", "invalid-input", "determinism"]
OF_A_KIT = ["integrals", "noninteracting", "rates", "stationary", *OF_BOTH]


@pytest.fixture
def compared(loaded):
    """Return a function that returns what `two_jobs.py` finds; a warning about threads at a fork would be an error."""
    code = "import runpy, warnings; warnings.simplefilter('error'); runpy.run_path('two_jobs.py', run_name='__main__')"

    def compare(*requests):
        done = loaded.python(code, *map(json.dumps, requests), cwd=HERE)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return compare


@linux
def test_two_processes_find_what_one_finds(compared):
    """Passes, failures with their hints, what they block in the other process, and questions that are asked again."""
    right, wrong, stale, program = compared(
        *({"implementation": name, "checks": CHECKS} for name in ("builtin", "half-contact")),
        {"implementation": "coarse-cache-current", "checks": OF_CURRENTS},
        {"implementation": "python:weights:Weights", "checks": CHECKS},
    )
    for run in (right, wrong, stale, program):
        assert run["differences"] == []
    assert [run["statuses"] for run in (right, wrong, stale, program)] == [[0, 0], [1, 1], [1, 1], [0, 0]]
    assert wrong["blocked"] > 0
    assert wrong["hinted"] > 0


@pytest.mark.long
@linux
@pytest.mark.slow
@pytest.mark.parametrize("name", ["builtin", "missing-degeneracy", "quantum_dot.py"])
def test_two_processes_find_what_one_finds_in_every_suite(name, compared):
    """The builtin implementation where dots are asked about, one with wrong rates in the rest, and the kit."""
    kit = f"command:{sys.executable} {KITS / 'plain_python' / name}"
    of_dots = sorted({check.suite for check in all_checks()} - {*OF_RATES} | {*OF_BOTH})
    suites = {"builtin": of_dots, "missing-degeneracy": [*OF_RATES, *OF_BOTH], "quantum_dot.py": OF_A_KIT}[name]
    (run,) = compared({"implementation": kit if name.endswith(".py") else name, "suites": suites})
    assert run["differences"] == []
    assert run["statuses"][0] == run["statuses"][1] == (1 if name == "missing-degeneracy" else 0)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_every_check_is_in_one_share(level, jobs):
    """Suites whole, each in the order of the run, and what looks back at the end."""
    checks = select(None, level)
    found = shares(checks, level, jobs)
    assert sorted(position for share in found for position in share) == list(range(len(checks)))
    for suite in {check.suite for check in checks if not check.last}:
        assert sum(any(checks[position].suite == suite for position in share) for share in found) == 1
    for share in found:
        assert share == sorted(share, key=lambda position: (checks[position].looks_back, position))
    assert found == shares(checks, level, jobs)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    "suites", [("stationary", "current"), ("leads", "heat"), ("integrals", "spectrum", "transitions"), ("determinism",)]
)
def test_suites_that_need_the_same_references_are_in_one_share(level, suites):
    """Two processes would compute them twice; what looks back goes where its questions were asked."""
    checks = select(None, level)
    for jobs in (2, 3):
        holders = {
            number
            for number, share in enumerate(shares(checks, level, jobs))
            for position in share
            if checks[position].suite in suites and not checks[position].looks_back
        }
        assert len(holders) == 1


@pytest.mark.parametrize("level", LEVELS)
def test_two_shares_take_about_as_long(level):
    """By the costs that were measured, of all checks and only such as there are."""
    checks = select(None, level)
    seconds = [
        sum(expected_seconds(checks[position], level) for position in share) for share in shares(checks, level, 2)
    ]
    assert max(seconds) < 1.03 * min(seconds)
    assert set(known_seconds(level)) == {check.name for check in checks}


def test_what_is_asked_again_is_asked_where_it_was_asked_first():
    """An implementation that answers by what it was asked before is one copy for each process."""
    checks = select(None, "quick")
    found = shares(checks, "quick", 2)
    for task in TASKS:
        (again,) = (place for place, check in enumerate(checks) if check.looks_back and check.tasks == (task,))
        asking = [sum(task in checks[place].tasks for place in share if place != again) for share in found]
        (holder,) = (k for k, share in enumerate(found) if again in share)
        assert asking[holder] == max(asking)


def test_more_processes_are_used_only_if_that_pays(monkeypatch):
    """One for a suite that takes no time, or in a process with threads; otherwise as many as there are cores."""
    monkeypatch.setattr(sharing.sys, "platform", "linux")
    monkeypatch.setattr(sharing.os, "sched_getaffinity", lambda _: set(range(4)), raising=False)
    monkeypatch.setattr(sharing.threading, "active_count", lambda: 1)
    assert jobs_that_pay(select(None, "quick"), "quick") == 4
    assert jobs_that_pay(select(["spin"], "quick"), "quick") == 1
    monkeypatch.setattr(sharing.threading, "active_count", lambda: 2)
    assert jobs_that_pay(select(None, "quick"), "quick") == 1


class Idle:
    """A process that waits for orders, and notes them."""

    def __init__(self):
        self.position, self.told, self.orders = None, set(), []

    def tell(self, order):
        self.orders.append(order)


def orders(names, done, *, memory):
    """Return the orders that an idle process gets at once, whose share are the checks of these names."""
    checks = select(None, "quick")
    place = {check.name: position for position, check in enumerate(checks)}
    crew, process = object.__new__(Crew), Idle()
    crew._errand = Errand(None, checks, Scope("quick"), None)
    crew._waits_for = _waits_for(checks)
    crew._todo = {process: [place[name] for name in names]}
    crew._findings = {place[name]: [] for name in (place if done == "all" else done)}
    crew._memory, crew._soundness = {place[name]: asked for name, asked in memory.items()}, Soundness()
    process.told = {place["spin.selection-rules"]}
    for _ in names:
        crew._give(process)
    return [
        (checks[order.position].name, {checks[k].name: v for k, v in order.memory.items()}) for order in process.orders
    ]


def test_a_process_goes_ahead_with_checks_that_need_not_wait():
    """What rests on a check of another process waits for that alone; what looks back keeps its place."""
    waits, free, back = "spectrum.enclosed", "spin.selection-rules", "determinism.spectrum"
    needed = next(check for check in all_checks() if check.name == waits).requires
    assert [name for name, _ in orders([waits, free], (), memory={})] == [free]
    assert [name for name, _ in orders([waits, free], needed, memory={})] == [waits, free]
    assert orders([waits, back, free], (), memory={}) == []


def test_what_looks_back_is_told_what_its_process_does_not_know():
    """Each question once: of the checks before it, but for those that the process has tried or was told of."""
    memory = {"spin.selection-rules": ["known"], "spectrum.enclosed": ["new"]}
    assert orders(["determinism.spectrum"], "all", memory=memory) == [
        ("determinism.spectrum", {"spectrum.enclosed": ["new"]})
    ]


def test_a_check_has_asked_what_another_asked_before_it():
    """Checks may be tried in another order than that of the run: what each asks does not depend on it."""
    subject = Subject(InProcess(Builtin()))
    questions = [{"two_S_i": 0, "two_S_j": two_S} for two_S in (1, 1, 3)]
    for begun in (questions, questions[1:]):
        subject.begin_check()
        for question in begun:
            subject.put("clebsch_gordan_weight", question)
        assert [item.params for item in subject.asked_by_check()] == questions[1:]


@pytest.mark.parametrize("jobs", [0, -1, 1.5, True, "2"])
def test_another_number_of_processes_is_refused(jobs):
    """With the value and the rule."""
    with pytest.raises(InvalidInput, match="must be a positive integer"):
        verify("builtin", ["spin"], jobs=jobs)


@pytest.mark.parametrize(
    "error", [AnswerError(-32001, "later"), Unsupported("no", limit="M"), Broken("gone"), ZeroDivisionError("0")]
)
def test_a_question_without_an_answer_reaches_another_process(error):
    """With the error, its code and its limit; one that is none of the protocol's keeps its text."""
    sent = pickle.loads(pickle.dumps(_sendable(Remembered("spectrum", {"electrons": 1}, error))))
    assert (sent.task, sent.params) == ("spectrum", {"electrons": 1})
    assert str(sent.answer) == str(error)
    for name in ("code", "limit"):
        assert getattr(sent.answer, name, None) == getattr(error, name, None)


def test_a_bar_knows_that_several_checks_are_under_way():
    """A check counts by its findings until others take its place; the bar never runs back and ends full."""
    checks = [check for check in all_checks() if check.suite in ("spin", "rates") and not check.requires]
    gauge, scope = Gauge(checks, {}, jobs=2), Scope()
    findings = [[_Said(check.id, {"label": trial.label}) for trial in check.trials(scope)] for check in checks]
    half = len(findings) // 2
    interleaved = [one for pair in zip(findings[:half], findings[half:], strict=False) for both in pair for one in both]
    counts = [gauge.count(finding) for finding in interleaved]
    assert counts == sorted(counts)
    assert counts[-1] == pytest.approx(gauge.total * len({one.id for one in interleaved}) / len(checks), rel=0.5)
    assert counts[-1] <= gauge.total


class _Said:
    def __init__(self, name, case):
        self.id, self.case, self.seconds = name, case, 0.1


GUARDED = """
import ctypes
from qdverify.__main__ import _guard_itself
from qdverify.implementations.inprocess import InProcess
from qdverify.implementations.subprocess_group import adopts_orphans
from qdverify.run.crew import Crew, _waits_for
from qdverify.run.judging_process import Errand
from qdverify.suite.declare import Scope, select
from qdverify.suite.expected_failures import ExpectedFailures
class Looks:
    def __init__(self):
        self.name = f"{ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)} {adopts_orphans()}"
    def clebsch_gordan_weight(self, **_): pass
_guard_itself()
errand = Errand(lambda: InProcess(Looks()), select(["spin", "rates"], "quick"), Scope(), ExpectedFailures())
with Crew(errand, 2) as crew:
    print(crew.description.name)
"""


@linux
def test_no_process_of_the_user_looks_into_one_that_judges(loaded):
    """Its memory is as closed as that of the command, and it adopts what code under test frees."""
    assert loaded.python(GUARDED).stdout == "0 True\n"


CODE = """
import os, signal, sys, time
from pathlib import Path

def parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])

def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.closerange(0, 100)
            os.execve(sys.executable, [sys.executable, "-c", "import time; time.sleep(600)"], {})
        os._exit(0)
    os.wait()

class Code:
    def clebsch_gordan_weight(self, two_S_i, two_S_j):
        DEED
        return {"C": (two_S_j + 1) / (2 * (two_S_i + 1)) if abs(two_S_i - two_S_j) == 1 else 0.0}
"""
KILLS_ITS_JUDGE = "os.kill(parent(os.getppid()), signal.SIGKILL)"
DEEDS = {
    "the process that judges it": KILLS_ITS_JUDGE,
    # the judge first: what is left of a program may be ended at once with its launcher
    "its launcher and that process": "launcher = os.getppid(); judge = parent(launcher); daemon(); "
    "os.kill(judge, signal.SIGKILL); os.kill(launcher, signal.SIGKILL)",
}
SLOW = "its launcher and that process"
RUN = ("verify", "--implementation", "python:mine:Code", "--suite", "spin", "--suite", "rates", "--jobs", "2")


def marked_slow(names, slow):
    return [pytest.param(name, marks=pytest.mark.slow if name in slow else ()) for name in names]


@pytest.fixture
def run(loaded, tmp_path):
    """Run the command in a folder."""
    start = "from qdverify.__main__ import main; main()"
    return lambda *more: loaded.python(start, *RUN, *more, cwd=tmp_path)


@linux
@pytest.mark.parametrize("deed", marked_slow(DEEDS, [SLOW]))
def test_a_program_that_kills_a_judge_does_not_pass(run, tmp_path, deed):
    """The checks that are lost are errors, the run is incomplete, and nothing of the program is left."""
    (tmp_path / "mine.py").write_text(CODE.replace("DEED", DEEDS[deed]))
    done = run("--json", "report.json")
    assert done.returncode == 3, done.stdout + done.stderr
    findings = json.loads((tmp_path / "report.json").read_text())["findings"]
    lost = {finding["id"] for finding in findings if finding["verdict"] == "error"}
    assert lost == {check.id for check in select(["spin"], "quick")}
    assert not left_in(tmp_path)


@linux
def test_a_program_that_cannot_run_twice_is_told_apart_from_a_wrong_one(run, tmp_path):
    """A lock lets the second copy not say hello: the run is incomplete, and the reason names the way out."""
    lock = "os.open('lock', os.O_CREAT | os.O_EXCL)"
    (tmp_path / "mine.py").write_text(
        CODE.replace("DEED", "pass").replace("import os,", "import os; " + lock + "\nimport")
    )
    done = run("--json", "report.json")
    assert done.returncode == 3
    (finding,) = json.loads((tmp_path / "report.json").read_text())["findings"]
    assert finding["id"] == "protocol.hello@1"
    assert "--jobs 1" in finding["detail"] or "File exists" in finding["detail"]


@linux
def test_judges_end_with_a_command_that_is_killed(tmp_path):
    """Nobody is left to tell them to end; the programs that they ask end too."""
    deed = "Path('begun').touch(); time.sleep(600)"
    (tmp_path / "mine.py").write_text(CODE.replace("DEED", deed))
    with subprocess.Popen([sys.executable, "-m", "qdverify", *RUN], cwd=tmp_path) as command:
        while command.poll() is None and not (tmp_path / "begun").exists():
            time.sleep(0.02)
        assert command.poll() is None
        command.kill()
    assert not left_in(tmp_path)

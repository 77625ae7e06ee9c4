"""Programs under test: every promise of the harness, each with a program that breaks the protocol in that way."""

import os
import shlex
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from programs import QUICK, start, write_program

from qdverify.expected import ExpectedFailures
from qdverify.implementations.resolve import resolve
from qdverify.implementations.subprocess import Program
from qdverify.protocol import AnswerError, Broken
from qdverify.rules import InvalidInput
from qdverify.suite import Scope, all_checks
from qdverify.verification import judge

TASK = "clebsch_gordan_weight"
UP = {"two_S_i": 1, "two_S_j": 2}
HALF_A_SECOND = replace(QUICK, request_seconds=0.5)


@pytest.fixture
def program(tmp_path):
    """Start programs that are ended with the test."""
    started = []

    def begin(faults="", budgets=QUICK):
        started.append(start(tmp_path, faults, budgets))
        return started[-1]

    yield begin
    for one in started:
        one.close()


def alive(pid):
    """Tell whether a process runs; one that only waits to be waited for does not."""
    try:
        return b") Z " not in Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return False


def gone(pid, seconds=5.0):
    """Wait until a process no longer runs."""
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


def test_a_program_is_asked_and_answers(program):
    """Description and answers come through."""
    under_test = program()
    assert under_test.describe().name == "weights"
    assert under_test.describe().tasks == {TASK}
    assert under_test.answer(TASK, UP) == {"C": 0.75}
    assert under_test.answer(TASK, {"two_S_i": 1, "two_S_j": 0}) == {"C": 0.25}


def test_inputs_round_trip(program):
    """A program reads the very double that the reference is computed for."""
    under_test = program("def ask(request): respond(request, {'hex': float(request['params']['x']).hex()})")
    for x in (0.1, 1e-310, 1 / 3, 9.5 * 2e-4):
        assert under_test.answer(TASK, {"x": x}) == {"hex": x.hex()}


def test_an_error_is_an_answer(program):
    """An error object is handed on with its code, and the program goes on."""
    error = '{"code": -32602, "message": "no"}'
    under_test = program(
        "def ask(request):\n"
        "    if request['params']['two_S_i'] < 0:\n"
        f"        say(json.dumps({{'jsonrpc': '2.0', 'id': request['id'], 'error': {error}}}))\n"
        "    else: right(request)"
    )
    with pytest.raises(AnswerError, match="no") as caught:
        under_test.answer(TASK, {"two_S_i": -1, "two_S_j": 0})
    assert caught.value.code == -32602
    assert under_test.answer(TASK, UP) == {"C": 0.75}


OFF_PROTOCOL = {
    "NaN": ('say(\'{"jsonrpc": "2.0", "id": %d, "result": {"C": NaN}}\' % request[\'id\'])', "NaN is no JSON"),
    "Infinity": ('say(\'{"jsonrpc": "2.0", "id": %d, "result": {"C": -Infinity}}\' % request[\'id\'])', "Infinity"),
    "overflow": ('say(\'{"jsonrpc": "2.0", "id": %d, "result": {"C": 1e999}}\' % request[\'id\'])', "beyond the range"),
    "huge integer": (
        'say(\'{"jsonrpc": "2.0", "id": %d, "result": {"C": 1%s}}\' % (request[\'id\'], \'0\' * 400))',
        "beyond the range",
    ),
    "no JSON": ("say('0.75')", "no JSON-RPC"),
    "text": ("say('the weight is 0.75')", "which is not JSON"),
    "empty line": ("say('')", "which is not JSON"),
    "not UTF-8": ("sys.stdout.buffer.write(b'\\xff\\n'); sys.stdout.flush()", "which is not JSON"),
    "too deep": ("say('[' * 100000)", "which is not JSON"),
    "no version": ("say(json.dumps({'id': request['id'], 'result': {'C': 0.75}}))", "no JSON-RPC"),
    "wrong id": (
        "say(json.dumps({'jsonrpc': '2.0', 'id': request['id'] + 1, 'result': {'C': 0.75}}))",
        "answered request 3",
    ),
    "id as text": (
        "say(json.dumps({'jsonrpc': '2.0', 'id': str(request['id']), 'result': {'C': 0.75}}))",
        "request '2'",
    ),
    "no id": ("say(json.dumps({'jsonrpc': '2.0', 'result': {'C': 0.75}}))", "request None"),
    "both": (
        "say(json.dumps({'jsonrpc': '2.0', 'id': request['id'], 'result': {'C': 0.75}, 'error': None}))",
        "either a result or an error",
    ),
    "neither": ("say(json.dumps({'jsonrpc': '2.0', 'id': request['id']}))", "either a result or an error"),
    "shapeless error": ("say(json.dumps({'jsonrpc': '2.0', 'id': request['id'], 'error': 'no'}))", "integer code"),
    "twice the same field": (
        'say(\'{"jsonrpc": "2.0", "id": %d, "result": {"C": 0, "C": 0.75}}\' % request[\'id\'])',
        "names a field twice",
    ),
    "dies": ("sys.exit(7)", "ended with exit status 7"),
    "dies in mid-answer": (
        'say(\'{"jsonrpc": "2.0", "id"\', end=\'\'); os._exit(0)',
        "status 0, having written '{\"json",
    ),
    "is killed": ("os.kill(os.getpid(), signal.SIGSEGV)", "ended by signal 11"),
    "closes its output": ("os.close(1); time.sleep(60)", "closed its standard output"),
}


@pytest.mark.parametrize("fault", OFF_PROTOCOL)
def test_an_answer_off_the_protocol_is_no_answer(program, fault):
    """Every way to leave the protocol is named, and costs the question at hand only."""
    action, message = OFF_PROTOCOL[fault]
    under_test = program(f"def ask(request):\n    if request['id'] == 2: {action}\n    else: right(request)")
    with pytest.raises(Broken, match=message):
        under_test.answer(TASK, UP)
    assert under_test.answer(TASK, UP) == {"C": 0.75}


def test_a_program_that_hangs_is_ended(program):
    """The budget of a request is kept, the process is gone, and what it had written is told."""
    under_test = program(
        "def ask(request): say('{\"jsonrpc\": ', end=''); sys.stderr.write(str(os.getpid())); sys.stderr.flush(); "
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)",
        HALF_A_SECOND,
    )
    under_test.describe()
    start = time.monotonic()
    with pytest.raises(Broken, match=r"no answer within 0.5 s, having written '\{\"jsonrpc\": '"):
        under_test.answer(TASK, UP)
    assert time.monotonic() - start < 5.0
    assert gone(int(under_test.stderr))


def test_a_silent_hello_is_not_waited_for(program):
    """The first message has a budget of its own."""
    under_test = program("def hello(request): time.sleep(600)", replace(QUICK, hello_seconds=0.5))
    with pytest.raises(Broken, match=r"no answer within 0.5 s"):
        under_test.describe()


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("'hello'", "must be an object"),
        ("{**HELLO, 'protocol': '2'}", "protocol='2'"),
        ("{**HELLO, 'tasks': []}", "tasks=\\[\\]"),
        ("{**HELLO, 'tasks': ['weight']}", "tasks=\\['weight'\\]"),
        ("{**HELLO, 'tasks': [['spectrum']]}", "tasks="),
        ("{**HELLO, 'implementation': {'name': 1, 'version': '1'}}", "name=1"),
        ("{**HELLO, 'implementation': {'name': 'x'}}", "implementation="),
        ("{**HELLO, 'limits': {'orbitals': 'many'}}", "orbitals='many'"),
        ("{**HELLO, 'limits': {'memory': 1}}", "limits="),
        ("{**HELLO, 'accuracy': {'clebsch_gordan_weight': 1e-3}}", "no coarser than"),
        ("{**HELLO, 'accuracy': {'clebsch_gordan_weight': -1}}", "must be positive"),
        ("{**HELLO, 'accuracy': {'clebsch_gordan_weight': 'good'}}", "must be a number"),
        ("{**HELLO, 'accuracy': {'weight': 1e-6}}", "accuracy="),
        ("{**HELLO, 'more': 1}", "hello="),
    ],
)
def test_a_wrong_hello_is_refused(program, said, message):
    """What a program says of itself obeys the protocol."""
    with pytest.raises(Broken, match=message):
        program(f"def hello(request): respond(request, {said})").describe()


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_flood_of_one_stream_ends_with_the_budget(program, stream):
    """A program that writes for ever is ended; neither memory nor time runs away."""
    under_test = program(
        f"def ask(request):\n    while True: os.write(sys.{stream}.fileno(), b'x' * 65536)",
        replace(QUICK, request_seconds=1.0, answer_bytes=1 << 20),
    )
    start = time.monotonic()
    with pytest.raises(Broken, match="without ending the line" if stream == "stdout" else "no answer within"):
        under_test.answer(TASK, UP)
    assert time.monotonic() - start < 5.0
    assert len(under_test.stderr) < 1 << 17


def test_a_flood_of_lines_is_noticed(program):
    """Lines that nothing asked for are no answers to later questions."""
    under_test = program("def ask(request):\n    right(request); right(request)")
    assert under_test.answer(TASK, UP) == {"C": 0.75}
    time.sleep(0.1)
    with pytest.raises(Broken, match="nothing asked for"):
        under_test.answer(TASK, UP)


def test_a_loud_program_that_answers_passes(program):
    """Standard error is free text: megabytes of it are drained, its two ends are kept, the answer counts."""
    under_test = program(
        "def ask(request):\n"
        "    sys.stderr.write('begin ' + 'x' * 3_000_000 + ' end'); sys.stderr.flush(); right(request)"
    )
    assert under_test.answer(TASK, UP) == {"C": 0.75}
    under_test.close()
    assert under_test.stderr.startswith("begin ")
    assert under_test.stderr.endswith(" end")
    assert "bytes left out" in under_test.stderr


def test_a_question_of_any_size_is_put(program):
    """A question that does not fit a pipe is put piece by piece, even to a program that writes meanwhile."""
    under_test = program(
        "def ask(request): sys.stderr.write('x' * 1_000_000); respond(request, {'count': len(request['params']['x'])})"
    )
    assert under_test.answer(TASK, {"x": [0.1] * 300_000}) == {"count": 300_000}


def test_memory_is_limited(program):
    """A program that takes more than it is granted cannot answer."""
    under_test = program(
        "def ask(request):\n    block = bytearray(400 << 20); right(request)", replace(QUICK, memory_bytes=200 << 20)
    )
    with pytest.raises(Broken, match="ended with exit status 1"):
        under_test.answer(TASK, UP)
    assert "MemoryError" in under_test.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a group is seen through /proc")
def test_memory_is_limited_for_all_processes_together(program):
    """Four children of 100 MB each do not pass under a limit of 200 MB."""
    child = "import time; block = bytearray(b'x') * (100 << 20); time.sleep(60)"
    under_test = program(
        "def ask(request):\n"
        f"    children = [subprocess.Popen([sys.executable, '-c', {child!r}]) for _ in range(4)]\n"
        "    time.sleep(60)",
        replace(QUICK, memory_bytes=200 << 20),
    )
    with pytest.raises(Broken, match=r"bytes of memory, more than the 209715200 granted"):
        under_test.answer(TASK, UP)


@pytest.mark.skipif(sys.platform != "linux", reason="a process outside the group is seen through /proc")
@pytest.mark.parametrize("session", [False, True])
def test_children_end_with_the_program(program, session):
    """What a program started is ended too, even when it left the process group and ignores signals."""
    child = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    under_test = program(
        "def ask(request):\n"
        f"    child = subprocess.Popen([sys.executable, '-c', {child!r}], start_new_session={session})\n"
        "    respond(request, {'pid': child.pid})"
    )
    pid = under_test.answer(TASK, UP)["pid"]
    assert alive(pid)
    under_test.close()
    assert gone(pid)


def test_a_child_that_holds_the_pipes_holds_nobody_up(program):
    """The program's end counts, not the end of everybody who inherited its output."""
    under_test = program(
        "def ask(request):\n    if os.fork(): os._exit(3)\n    time.sleep(600)", replace(QUICK, request_seconds=1.0)
    )
    start = time.monotonic()
    with pytest.raises(Broken, match="no answer within 1 s"):
        under_test.answer(TASK, UP)
    assert time.monotonic() - start < 5.0


def test_a_program_that_ignores_its_end_is_ended(program):
    """Shutdown, the end of input and a polite signal ignored: it is gone all the same, within its budget."""
    under_test = program(
        "def ask(request): respond(request, {'pid': os.getpid()})\n"
        "def shutdown():\n"
        "    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "    while True: time.sleep(1)"
    )
    pid = under_test.answer(TASK, UP)["pid"]
    start = time.monotonic()
    under_test.close()
    assert time.monotonic() - start < 4.0
    assert gone(pid)


def test_a_program_is_told_to_end(program, tmp_path):
    """A program that obeys has the time to clean up after itself."""
    note = tmp_path / "note"
    under_test = program(f"def shutdown():\n    time.sleep(0.2); open({str(note)!r}, 'w').write('bye'); sys.exit()")
    under_test.describe()
    under_test.close()
    assert note.read_text() == "bye"


def test_a_program_is_restarted_three_times(program, tmp_path):
    """After three restarts every further question is an error at once."""
    starts = tmp_path / "starts"
    under_test = program(f"open({str(starts)!r}, 'a').write('x')\ndef ask(request): sys.exit(1)")
    for _ in range(4):
        with pytest.raises(Broken, match="exit status 1"):
            under_test.answer(TASK, UP)
    with pytest.raises(Broken, match="broke down 4 times"):
        under_test.answer(TASK, UP)
    assert starts.read_text() == "xxxx"


def test_a_program_that_changes_its_mind_is_refused(program, tmp_path):
    """After a restart it must be the implementation that it was."""
    mark = tmp_path / "mark"
    under_test = program(
        f"def hello(request):\n"
        f"    respond(request, {{**HELLO, 'limits': {{'electrons': 3 if os.path.exists({str(mark)!r}) else 4}}}})\n"
        f"def ask(request): open({str(mark)!r}, 'w'); sys.exit(1)"
    )
    with pytest.raises(Broken, match="exit status 1"):
        under_test.answer(TASK, UP)
    with pytest.raises(Broken, match="described itself as"):
        under_test.answer(TASK, UP)


def test_no_shell_sees_the_command(tmp_path):
    """Shell syntax in a command is an argument like any other."""
    mark = tmp_path / "mark"
    program = write_program(tmp_path)
    under_test = resolve(f"command:{shlex.quote(sys.executable)} {program} ; touch {mark} $(touch {mark})")
    assert under_test.answer(TASK, UP) == {"C": 0.75}
    under_test.close()
    assert not mark.exists()


@pytest.mark.parametrize("spec", ["command:", "command:./no-such-program", "command:'unbalanced"])
def test_a_command_that_cannot_be_is_wrong_usage(spec):
    """What is no program is told before anything is started."""
    with pytest.raises(InvalidInput):
        resolve(spec)


def test_a_program_dies_with_the_harness(tmp_path):
    """When the harness itself is killed, the program does not stay behind."""
    write_program(tmp_path, "def ask(request): respond(request, {'pid': os.getpid()}); time.sleep(600)")
    harness = (
        "import sys, time\n"
        "from qdverify.implementations.subprocess import Program\n"
        f"program = Program([sys.executable, {str(tmp_path / 'program.py')!r}], suite='test')\n"
        f"print(program.answer({TASK!r}, {{}})['pid'], flush=True)\n"
        "time.sleep(600)\n"
    )
    reader, writer = os.pipe()
    process = os.posix_spawn(
        sys.executable, [sys.executable, "-c", harness], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, writer, 1)]
    )
    os.close(writer)
    with os.fdopen(reader) as pipe:
        pid = int(pipe.readline())
        assert alive(pid)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        assert gone(pid)


def spin_report(under_test):
    checks = [check for check in all_checks() if check.suite == "spin"]
    try:
        return judge(under_test, checks, Scope(), lambda _: None, expected=ExpectedFailures())
    finally:
        under_test.close()


def test_a_right_program_passes_the_suite(program):
    """An implementation that the suite has never seen passes what it declares, with exit status 0."""
    report = spin_report(program())
    assert report.exit_status == 0
    assert report.counts["pass"] > 20


def test_a_breakdown_costs_one_trial(program):
    """One crash in the middle is one error; all other trials keep their verdicts, and the run is incomplete."""
    report = spin_report(
        program(
            "def ask(request):\n"
            "    if request['params'] == {'two_S_i': 3, 'two_S_j': 4}: os._exit(9)\n"
            "    right(request)"
        )
    )
    assert report.exit_status == 3
    assert 0 < report.counts["error"] <= 5
    assert report.counts["pass"] > 10
    assert "exit status 9" in next(f.detail for f in report.findings if f.verdict == "error")


def test_a_failure_outranks_a_breakdown(program):
    """A program that is wrong and crashes is wrong."""
    report = spin_report(
        program(
            "def ask(request):\n    if request['params']['two_S_i'] == 3: os._exit(9)\n    respond(request, {'C': 0.1})"
        )
    )
    assert report.exit_status == 1


def test_an_implementation_without_hello_is_incomplete(program):
    """Where nothing can be asked, that is the one finding, and the exit status is 3."""
    report = spin_report(program("sys.exit('no licence')"))
    assert report.exit_status == 3
    assert [(finding.id, finding.verdict) for finding in report.findings] == [("protocol.hello@1", "error")]
    assert report.document()["implementation"]["stderr"] == "no licence\n"


def test_program_needs_a_command():
    """An empty command is refused."""
    with pytest.raises(InvalidInput):
        Program([], suite="test")

"""Programs under test that take too much or will not end: none takes the run down."""

import os
import shlex
import signal
import sys
import time
from dataclasses import replace

import pytest
from programs import QUICK, alive, gone, write_program

from qdverify.implementations.resolve import resolve
from qdverify.protocol.answers import Broken
from qdverify.protocol.inputs import InvalidInput

TASK = "clebsch_gordan_weight"
UP = {"two_S_i": 1, "two_S_j": 2}
HALF_A_SECOND = replace(QUICK, request_seconds=0.5)
SOON_ENDED = replace(QUICK, shutdown_seconds=0.2)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_flood_of_one_stream_ends_with_the_budget(program, stream):
    """A program that writes for ever is ended; neither memory nor time runs away."""
    under_test = program(
        f"def ask(request):\n    while True: os.write(sys.{stream}.fileno(), b'x' * 65536)",
        replace(HALF_A_SECOND, answer_bytes=1 << 20),
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
        "    respond(request, {'pid': child.pid})",
        SOON_ENDED,
    )
    pid = under_test.answer(TASK, UP)["pid"]
    assert alive(pid)
    under_test.close()
    assert gone(pid)


def test_a_child_that_holds_the_pipes_holds_nobody_up(program):
    """The program's end counts, not the end of everybody who inherited its output."""
    under_test = program("def ask(request):\n    if os.fork(): os._exit(3)\n    time.sleep(600)", HALF_A_SECOND)
    start = time.monotonic()
    with pytest.raises(Broken, match=r"no answer within 0\.5 s"):
        under_test.answer(TASK, UP)
    assert time.monotonic() - start < 5.0


def test_a_program_that_ignores_its_end_is_ended(program):
    """Shutdown, the end of input and a polite signal ignored: it is gone all the same, within its budget."""
    under_test = program(
        "def ask(request): respond(request, {'pid': os.getpid()})\n"
        "def shutdown():\n"
        "    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "    while True: time.sleep(1)",
        SOON_ENDED,
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


@pytest.mark.parametrize(
    "spec", ["command:", "command:./no-such-program", "command:'unbalanced", "python:..json:loads", "python:json:"]
)
def test_a_specification_that_cannot_be_is_wrong_usage(spec):
    """What names no program and no object is told before anything is started."""
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

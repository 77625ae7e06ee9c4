"""Programs that flood, drip, hang or hide: bounded in memory and time, and nothing is left of them."""

import os
import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from programs import QUICK, alive, gone, write_program

from qdverify.implementations.subprocess_environment import environment
from qdverify.protocol.answers import AnswerError, Broken

TASK = "clebsch_gordan_weight"
UP = {"two_S_i": 1, "two_S_j": 2}
A_SECOND = replace(QUICK, request_seconds=1.0, restarts=0)
SOON_ENDED = replace(QUICK, shutdown_seconds=0.2)
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs sub-reapers")


@pytest.mark.parametrize("stream", [1, 2])
def test_a_line_of_a_gigabyte_is_bounded_in_memory(program, stream):
    """What is beyond the longest answer is never held; on standard error its two ends are kept."""
    under_test = program(
        f"def ask(request):\n    for _ in range(1024): os.write({stream}, b'x' * (1 << 20))\n    right(request)",
        replace(QUICK, request_seconds=60.0),
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if stream == 1:
        with pytest.raises(Broken, match="without ending the line"):
            under_test.answer(TASK, UP)
    else:
        assert under_test.answer(TASK, UP) == {"C": 0.75}
        assert len(under_test.stderr) < 70_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KiB


def test_a_slow_drip_does_not_renew_the_budget(program):
    """A byte every now and then is no answer: the budget is for the whole line."""
    under_test = program(
        "def ask(request):\n    while True: say(' ', end=''); time.sleep(0.05)", replace(QUICK, request_seconds=0.3)
    )
    start = time.monotonic()
    with pytest.raises(Broken, match=r"no answer within 0\.3 s"):
        under_test.answer(TASK, UP)
    assert time.monotonic() - start < 5.0


def test_a_line_in_parts_is_one_answer(program):
    """An answer that arrives byte by byte, in the middle of a character too, is an answer."""
    under_test = program(
        "def ask(request):\n"
        "    text = json.dumps({'jsonrpc': '2.0', 'id': request['id'], 'result': {'C': 0.75}}) + '\\n'\n"
        "    for byte in text.encode(): os.write(1, bytes([byte])); time.sleep(0.002)"
    )
    assert under_test.answer(TASK, UP) == {"C": 0.75}


def test_lines_that_nothing_asked_for_are_no_answers(program):
    """A second line behind an answer is found when the next question is put, and does not answer it."""
    under_test = program("def ask(request): right(request); right({**request, 'id': request['id'] + 1})")
    assert under_test.answer(TASK, UP) == {"C": 0.75}
    time.sleep(0.1)
    with pytest.raises(Broken, match="nothing asked for"):
        under_test.answer(TASK, UP)


@pytest.mark.parametrize("pipe", [0, 1, 2])
def test_a_closed_pipe_is_no_answer_or_no_harm(program, pipe):
    """Without its input or output a program cannot go on; without standard error it can."""
    under_test = program(
        f"def ask(request):\n    if request['id'] == 2: right(request); os.close({pipe})\n    else: right(request)",
        A_SECOND,
    )
    assert under_test.answer(TASK, UP) == {"C": 0.75}
    if pipe == 2:
        assert under_test.answer(TASK, UP) == {"C": 0.75}
    else:
        with pytest.raises(Broken):
            under_test.answer(TASK, UP)


def test_a_hang_in_the_middle_of_hello_is_not_waited_for(program):
    """Half a hello is none."""
    under_test = program(
        "def hello(request): say('{\"jsonrpc\": \"2.0\", ', end=''); time.sleep(600)", replace(QUICK, hello_seconds=0.5)
    )
    with pytest.raises(Broken, match=r"no answer within 0.5 s, having written"):
        under_test.describe()


BIG = "'9' * 10_000_000"
LARGE = {
    "an integer of 10 million digits": f"'\"result\": {{\"C\": ' + {BIG} + '}}'",
    "a fraction of 10 million digits": f"'\"result\": {{\"C\": 1e' + {BIG} + '}}'",
    "an id of 10 million digits": f'\'"result": {{"C": 1.0}}, "id": \' + {BIG}',
    "an id of 10 million letters": f'\'"result": {{"C": 1.0}}, "id": "\' + {BIG} + \'"\'',
    "a code of 300 digits": '\'"error": {"message": "no", "code": \' + \'9\' * 300 + \'}\'',
    "a message of 10 MB": f'\'"error": {{"code": -1, "message": "\' + {BIG} + \'"}}\'',
    "a shapeless error of 10 MB": f"'\"error\": \"' + {BIG} + '\"'",
    "nested 5 million deep": "'\"result\": ' + '[' * 5_000_000 + ']' * 5_000_000",
}


@pytest.mark.parametrize("kind", LARGE)
def test_what_comes_in_is_bounded_before_it_is_told(program, kind):
    """However large a part of a message is, what is told of it is short, and no answer comes of it."""
    under_test = program(
        "def ask(request):\n"
        f"    body = {LARGE[kind]}\n"
        "    head = '{\"jsonrpc\": \"2.0\", ' + ('' if '\"id\"' in body else '\"id\": %d, ' % request['id'])\n"
        "    say(head + body + '}')"
    )
    with pytest.raises((Broken, AnswerError)) as caught:
        under_test.answer(TASK, UP)
    assert len(str(caught.value)) < 2100
    if isinstance(caught.value, AnswerError):
        assert abs(caught.value.code) < 1 << 31


@pytest.mark.parametrize("field", ["name", "version", "url", "language"])
def test_what_a_program_says_of_itself_is_bounded(program, field):
    """A name of 10 MB is refused in one short sentence."""
    under_test = program(
        f"def hello(request): respond(request, {{**HELLO, 'implementation': {{**HELLO['implementation'], {field!r}: "
        f"{BIG}}}}})"
    )
    with pytest.raises(Broken, match="at most 160 characters") as caught:
        under_test.describe()
    assert len(str(caught.value)) < 400


DAEMON = (
    "def leave(clean):\n"
    "    reader, writer = os.pipe()\n"
    "    if os.fork() == 0:\n"
    "        os.setsid()\n"
    "        if os.fork(): os._exit(0)\n"
    "        command = [sys.executable, '-c', 'import time; time.sleep(600)']\n"
    "        os.write(writer, str(os.getpid()).encode()); os.close(writer)\n"
    "        for pipe in (0, 1, 2): os.close(pipe)\n"
    "        os.execve(sys.executable, command, {} if clean else dict(os.environ))\n"
    "    os.close(writer); os.wait()\n"
    "    return int(os.read(reader, 100))\n"
    "def ask(request): respond(request, {'pid': leave(%s)})"
)


@linux
@pytest.mark.parametrize("clean", [False, True])
def test_a_daemon_is_ended_with_the_program(program, clean):
    """A grandchild in a session of its own, whose parent is gone and whose environment is empty, is found and ended."""
    under_test = program(DAEMON % clean, SOON_ENDED)
    pid = under_test.answer(TASK, UP)["pid"]
    assert alive(pid)
    under_test.close()
    assert gone(pid)


@linux
def test_a_daemon_ends_although_the_launcher_was_killed(program):
    """A program that kills the launcher, which adopts its daemons, does not free them."""
    under_test = program(
        (DAEMON % False).replace("def ask", "def first")
        + "\ndef ask(request):\n    first(request); time.sleep(0.3); os.kill(os.getppid(), signal.SIGKILL)",
        A_SECOND,
    )
    pid = under_test.answer(TASK, UP)["pid"]
    assert alive(pid)
    with pytest.raises(Broken):
        under_test.answer(TASK, UP)
    assert gone(pid)


ADOPTING = """
import os, sys
from qdverify.implementations.subprocess import Program
from qdverify.implementations.subprocess_channel import Budgets
from qdverify.implementations.subprocess_group import adopt_orphans
from qdverify.protocol.answers import Broken
if {adopts}:
    adopt_orphans()
closed = [(os.POSIX_SPAWN_CLOSE, pipe) for pipe in (0, 1, 2)]
spared = os.posix_spawn("/bin/sleep", ["sleep", "600"], os.environ, file_actions=closed)
program = Program([sys.executable, {program!r}], suite="test", budgets=Budgets(request_seconds=0.5, restarts=0))
try:
    program.answer({task!r}, {{}})
except Broken:
    pass
program.close()
print(spared, flush=True)
"""


@linux
@pytest.mark.parametrize("adopts", [True, False])
def test_what_kills_the_launcher_at_once_and_hides_is_ended_by_whoever_adopts_it(tmp_path, adopts):
    """Its daemon has no mark and was never seen: only its parent tells whose it is; older children are spared."""
    note = tmp_path / "daemon"
    faults = (DAEMON % True).replace(
        "def ask(request): respond(request, {'pid': leave(True)})",
        "def ask(request):\n"
        f"    open({str(note)!r}, 'w').write(str(leave(True)))\n"
        "    os.kill(os.getppid(), signal.SIGKILL)",
    )
    faults = "import ctypes; ctypes.CDLL(None).prctl(1, 0)\n" + faults  # it outlives its launcher for a moment
    write_program(tmp_path, faults)
    code = ADOPTING.format(adopts=adopts, program=str(tmp_path / "program.py"), task=TASK)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    pid, spared = int(note.read_text()), int(done.stdout)
    try:
        assert alive(spared)
        assert gone(pid) if adopts else alive(pid)
    finally:
        for left in {spared, pid}:
            if alive(left):
                os.kill(left, 9)


@linux
def test_a_killed_harness_leaves_no_daemon_and_no_folder(tmp_path):
    """When the harness is killed, all that the program started ends too, and its folder is removed."""
    faults = (DAEMON % True).replace("{'pid': leave(True)}", "[leave(True), os.environ['HOME']]")
    write_program(tmp_path, faults)
    harness = (
        "import sys, time\n"
        "from qdverify.implementations.subprocess import Program\n"
        f"program = Program([sys.executable, {str(tmp_path / 'program.py')!r}], suite='test')\n"
        f"print(*program.answer({TASK!r}, {{}}), flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", harness], stdout=subprocess.PIPE, text=True) as process:
        pid, home = process.stdout.readline().split()
        assert alive(pid)
        assert Path(home).is_dir()
        process.kill()
    assert gone(pid)
    deadline = time.monotonic() + 5.0
    while Path(home).exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(home).exists()


def test_a_program_has_a_home_of_its_own_and_the_users_folder(program, monkeypatch):
    """Home and temporary files go to a folder that is removed; the working directory is the user's; secrets stay."""
    monkeypatch.setenv("API_TOKEN", "secret")
    monkeypatch.setenv("LICENCE", "yes")
    under_test = program(
        "def ask(request): respond(request, {'cwd': os.getcwd(), 'environment': dict(os.environ)})",
        replace(QUICK, environment=("LICENCE",)),
    )
    seen = under_test.answer(TASK, UP)
    assert seen["cwd"] == str(Path.cwd())
    assert "API_TOKEN" not in seen["environment"]
    assert seen["environment"]["LICENCE"] == "yes"
    home = Path(seen["environment"]["HOME"])
    assert home.is_dir()
    assert home != Path.home()
    assert seen["environment"]["TMPDIR"] == str(home)
    under_test.close()
    assert not home.exists()


def test_a_named_home_is_the_users(monkeypatch):
    """Who names HOME gets it."""
    monkeypatch.setenv("HOME", "/home/someone")
    assert environment("/tmp/own")["HOME"] == "/tmp/own"
    assert environment("/tmp/own", ["HOME", "NOT_THERE"])["HOME"] == "/home/someone"


@linux
def test_a_program_holds_no_file_of_the_harness(program, tmp_path):
    """Whatever the harness has open, inheritable or not, the program sees its three pipes only."""
    with (tmp_path / "references").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        under_test = program(
            "def ask(request): respond(request, {'open': [os.readlink(f'/proc/self/fd/{n}') "
            "for n in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{n}')]})"
        )
        held = under_test.answer(TASK, UP)["open"]
    assert not [name for name in held if "references" in name]
    assert len([name for name in held if name.startswith("pipe:")]) == 3


@linux
def test_the_memory_of_daemons_counts(program):
    """A daemon that left the session holds memory on the program's account."""
    under_test = program(
        "def ask(request):\n"
        "    for _ in range(3):\n"
        "        subprocess.Popen([sys.executable, '-c', "
        "'import time; block = bytearray(b\"x\") * (100 << 20); time.sleep(60)'], start_new_session=True)\n"
        "    time.sleep(60)",
        replace(QUICK, memory_bytes=250 << 20),
    )
    with pytest.raises(Broken, match="bytes of memory, more than"):
        under_test.answer(TASK, UP)
    assert not [child for child in psutil.Process().children(recursive=True) if "block =" in " ".join(child.cmdline())]

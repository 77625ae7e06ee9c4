"""What an implementation may do beside answering: to its process, its streams, its parents and its judge."""

import atexit
import builtins
import importlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from qdverify.protocol.answers import AnswerError, Broken, Unsupported

WRONG = {"C": 77.0}
FORGED = b'{"jsonrpc": "2.0", "id": 2, "result": {"C": 1.0}}\n'


class ExitsAtTheEnd:
    """Exits when it is forgotten."""

    def __del__(self):
        os._exit(0)


class ShownForEver(Exception):
    """An exception whose text never comes."""

    def __str__(self):  # noqa: PLE0307  (it never returns)
        time.sleep(600)


def raising(error):
    def deed():
        raise error

    return deed


def done(*deeds):
    """Do everything and give the wrong answer."""

    def deed():
        for one in deeds:
            one()
        return WRONG

    return deed


def pipes():
    """Return the pipes of this process beyond the standard streams."""
    links = {number: Path(f"/proc/self/fd/{number}") for number in range(3, 20)}
    return [number for number, link in links.items() if link.is_symlink() and "pipe" in str(link.readlink())]


def write_before_the_answer(line):
    return lambda: [os.write(pipe, line) for pipe in pipes() if not _reads(pipe)]


def _reads(pipe):
    return Path(f"/proc/self/fdinfo/{pipe}").read_text().split("flags:")[1].split()[0].endswith("0")


def rebind(module, **names):
    def deed():
        found = importlib.import_module(module)
        for name, value in names.items():
            setattr(found, name, value)

    return deed


def sleepers(count):
    def deed():
        for _ in range(count):
            if os.fork() == 0:
                time.sleep(600)

    return deed


def daemon():
    """Leave a grandchild in a session of its own, deaf to signals, without files and environment."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM, signal.SIGUSR1):
                signal.signal(number, signal.SIG_IGN)
            os.closerange(0, 100)
            os.execve(sys.executable, [sys.executable, "-c", "import time; time.sleep(600)", sys.argv[-1]], {})
        os._exit(0)
    os.wait()


def moving_on(seconds):
    """Be a process that is another one after such a time, each in a session of its own."""

    def deed():
        if os.fork() == 0:
            while True:
                if os.fork():
                    os._exit(0)
                os.setsid()
                time.sleep(seconds)

    return deed


def open_all():
    kept = []
    while True:
        kept.append(os.open(os.devnull, os.O_RDONLY))


def fill_memory():
    kept = []
    while True:
        kept.append(bytearray(b"x") * (50 << 20))


def lock_home():
    below = Path(os.environ["HOME"], "a", "b")
    below.mkdir(parents=True)
    below.chmod(0)
    below.parent.chmod(0)


def link_out_of_home():
    Path(os.environ["HOME"], "link").symlink_to(Path.cwd())


def be_a_link_for_a_home():
    Path(os.environ["HOME"]).rmdir()
    Path(os.environ["HOME"]).symlink_to(Path.cwd())


def threads():
    for _ in range(5):
        threading.Thread(target=lambda: [None for _ in iter(int, 1)]).start()


def chain():
    error = ValueError("last")
    for _ in range(100_000):
        error.__cause__ = cause = ValueError("earlier")
        error = cause
    raise error


def leave_in_a_while():
    kept = ExitsAtTheEnd()
    kept.itself = kept
    return {"C": float("nan"), "x": kept}


ENDS = {
    "closes what it did not open": lambda: os.closerange(3, 100),
    "writes garbage before the answer": done(write_before_the_answer(b"garbage\n")),
    "writes half a line before the answer": done(write_before_the_answer(b'{"jsonrpc"')),
    "writes a line of NUL before the answer": done(write_before_the_answer(bytes(100) + b"\n")),
    "writes twice the field": done(write_before_the_answer(FORGED.replace(b'"C": 1.0', b'"C": 77, "C": 1.0'))),
    "writes the answer to another question": done(write_before_the_answer(FORGED.replace(b"2,", b"3,"))),
    "writes 1e400 before the answer": done(write_before_the_answer(FORGED.replace(b"1.0}}", b"1e400}}"))),
    "rebinds isinstance": done(rebind("builtins", isinstance=lambda *_: True)),
    "rebinds float": done(rebind("builtins", float=lambda _: 1.0)),
    "exits when its answer is forgotten": lambda: {"C": ExitsAtTheEnd()},
    "exits when its answer is collected": leave_in_a_while,
    "an alarm": lambda: (signal.setitimer(signal.ITIMER_REAL, 0.01), time.sleep(60)),
    "exits in a trace": done(lambda: sys.settrace(lambda *_: sys.exit(0)), lambda: None),
    "exits in a profile": done(lambda: sys.setprofile(lambda *_: os._exit(0))),
    "exits in an audit": done(lambda: sys.addaudithook(lambda *_: os._exit(0)), lambda: os.open(os.devnull, 0)),
    "exits in the hook of exceptions": done(
        rebind("sys", excepthook=lambda *_: os._exit(0)), raising(BaseException("mine"))
    ),
    "a group of exits": raising(BaseExceptionGroup("group", [SystemExit(0), KeyboardInterrupt()])),
    "a chain of 100,000 causes": chain,
    "an exception with a name of 10 MB": raising(type("x" * 10_000_000, (Exception,), {})("y")),
    "an error with a code of text": lambda: AnswerError("x" * 1000, "y" * 10_000_000),
    "a refusal of 10 MB": raising(Broken("z" * 10_000_000)),
    "unsupported after all": raising(Unsupported("z" * 10_000_000)),
    "claims that it does not exist": raising(AnswerError(-32051, "no such module")),
    "a message that moves the cursor": raising(ValueError("\x1b[2J\x1b]0;title\x07\r\npass  all 177 checks\x00\u202e")),
    "half a character": raising(ValueError("\ud800")),
    "kills its group": lambda: os.killpg(0, signal.SIGKILL),
    "opens all files": open_all,
    "fills its memory": fill_memory,
    "a terabyte at once": lambda: bytearray(1 << 40),
    "becomes another program": lambda: os.execv("/bin/true", ["true"]),
    "becomes a shell that says so": lambda: os.execv("/bin/sh", ["sh", "-c", "echo pass"]),
}
"""The question is left without an answer: an error."""

HANGS = {
    "stops itself": lambda: os.kill(os.getpid(), signal.SIGSTOP),
    "stops the launcher": lambda: (os.kill(os.getppid(), signal.SIGSTOP), time.sleep(600)),
    "an error that cannot be told": raising(ShownForEver()),
    "without end": lambda: [None for _ in iter(int, 1)],
    "deaf to signals": lambda: (signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64)), time.sleep(600)),
}
"""It takes its time: an error."""

GOES_ON = {
    "a hook at exit that never ends": done(lambda: atexit.register(time.sleep, 600)),
    "threads without end": done(threads),
    "two processes that answer": done(os.fork),
    "thirty sleeping children": done(sleepers(30)),
    "a deaf daemon without a past": done(daemon),
    "processes that move on": done(*(moving_on(seconds) for seconds in (0.0, 0.001, 0.001, 0.003, 0.01))),
    "closes its standard streams": done(lambda: os.closerange(0, 3)),
    "forgets all modules": done(sys.modules.clear),
    "rebinds what reads its answer": done(
        rebind("qdverify.implementations.python_serve", plain_answer=lambda *_: {"C": 77.0}),
        rebind("qdverify.protocol.plain", plain=lambda *_, **__: {"C": 77.0}),
    ),
    "rebinds print and open": done(rebind("builtins", print=builtins.exit, open=builtins.exit)),
    "removes its home": done(lambda: shutil.rmtree(os.environ["HOME"])),
    "locks its home": done(lock_home),
    "links out of its home": done(link_out_of_home),
    "replaces its home by a link": done(be_a_link_for_a_home),
    "goes elsewhere": done(lambda: os.chdir("/")),
    "allows itself no file": done(lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))),
    "allows the launcher no file": done(lambda: resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (0, 0))),
    "interrupts the launcher": done(lambda: os.kill(os.getppid(), signal.SIGINT)),
    "ends the launcher politely": done(lambda: os.kill(os.getppid(), signal.SIGTERM)),
    "leaves a shell": done(lambda: subprocess.Popen(["/bin/sh", "-c", "trap '' TERM; sleep 600"])),
    "a megabyte of standard error": done(lambda: os.write(2, b"pass  all checks\n" * 60_000)),
}
"""It answers 77 all the same: a failure."""


class Deeds:
    """Answers one task by the deed of its class."""

    version = "1"

    def clebsch_gordan_weight(self, two_S_i, two_S_j):
        return type(self).deed()


def __getattr__(name):
    """Make an implementation of every deed, so that each is reached by a name."""
    kind, _, label = name.partition("_")
    if kind != "Deed":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
    deed = {**ENDS, **HANGS, **GOES_ON}[label]
    return type("Deed", (Deeds,), {"name": label, "deed": staticmethod(deed)})

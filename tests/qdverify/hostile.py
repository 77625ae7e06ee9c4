"""Implementations that try to end, silence, corrupt or flood the run that judges them."""

import builtins
import contextlib
import ctypes
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import time


class Answers:
    """Answers one task; what it answers, or does in place of an answer, is `act`."""

    version = "1"

    def act(self):
        return {"C": 77.0}

    def clebsch_gordan_weight(self, two_S_i, two_S_j):
        return self.act()


class Right:
    """Right, with a field that nobody knows, prints on its way, and numbers of a class of its own."""

    name = "right"
    version = "1"

    def clebsch_gordan_weight(self, two_S_i, two_S_j):
        print('{"jsonrpc": "2.0", "id": 2, "result": {"C": 77.0}}', flush=True)  # noqa: T201  (what it is about)
        os.write(1, b"not the protocol\n")
        value = (two_S_j + 1) / (2 * (two_S_i + 1)) if abs(two_S_i - two_S_j) == 1 else 0.0
        return {"C": EqualToAll(value), "comment": object()}


class EqualToAll(float):
    """A float that claims to be any number."""

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0

    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__

    def __float__(self):
        return 1.0


class Converted:
    """An array of sorts, whose conversion does what it likes."""

    def __init__(self, act):
        self.tolist = act


class Unshowable(Exception):
    """An exception that cannot be shown."""

    def __str__(self):  # noqa: PLE0307  (it never returns)
        sys.exit(0)


def rebind():
    """Replace what a judge in this process would compare with."""
    judge = importlib.import_module("qdverify.suite.comparators")
    judge.abs = builtins.abs = lambda _: 0.0
    return {"C": 77.0}


def stop():
    sys.exit(0)


def stop_at_once():
    os._exit(0)


def signalled(number):
    return lambda: os.kill(os.getpid(), number)


def recurse():
    return recurse()


def crash_the_stack():
    ctypes.string_at(0)


def raising(error):
    def act():
        raise error

    return act


def kill_the_launcher():
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)


def close_the_pipes():
    os.closerange(0, 1000)
    time.sleep(60)


def write_into_every_file():
    for number in range(3, 100):
        with contextlib.suppress(OSError):
            os.write(number, b'{"jsonrpc": "2.0"\n')
    return {"C": 77.0}


def exit_from_a_thread():
    threading.Thread(target=stop_at_once).start()
    time.sleep(60)


def exit_behind_the_answer():
    threading.Timer(0.05, stop_at_once).start()
    return {"C": 77.0}


def nested(depth):
    value = 1.0
    for _ in range(depth):
        value = [value]
    return {"C": value}


def fork_and_answer():
    if os.fork() == 0:
        os._exit(0)
    return {"C": 77.0}


def rebind_json():
    json.dumps = lambda *_, **__: '{"jsonrpc": "2.0", "id": 2, "result": {"C": 1e999}}'
    return {"C": 77.0}


def cyclic():
    value = []
    value.append(value)
    return {"C": value}


def spawn_and_answer():
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    return {"C": 77.0}


ACTS = {
    "SystemExit": stop,
    "SystemExit with a text": lambda: sys.exit("all 848 checks passed"),
    "os._exit": stop_at_once,
    "os.abort": os.abort,
    "KeyboardInterrupt": raising(KeyboardInterrupt()),
    "GeneratorExit": raising(GeneratorExit()),
    "an exception of its own": raising(BaseException("mine")),
    "an exception that cannot be shown": raising(Unshowable()),
    "MemoryError": raising(MemoryError()),
    "StopIteration": raising(StopIteration()),
    "a message of 20 MB": raising(RuntimeError("x" * 20_000_000)),
    "SIGKILL": signalled(signal.SIGKILL),
    "SIGTERM": signalled(signal.SIGTERM),
    "SIGINT": signalled(signal.SIGINT),
    "SIGSEGV": signalled(signal.SIGSEGV),
    "SIGALRM": signalled(signal.SIGALRM),
    "a null pointer": crash_the_stack,
    "recursion": recurse,
    "exit in tolist": lambda: {"C": Converted(stop)},
    "os._exit in tolist": lambda: {"C": Converted(stop_at_once)},
    "tolist for ever": lambda: {"C": Converted(lambda: Converted(lambda: ACTS["tolist for ever"]()["C"]))},
    "exit from a thread": exit_from_a_thread,
    "kills the launcher": kill_the_launcher,
    "closes the pipes": close_the_pipes,
    "writes into every file": write_into_every_file,
    "rebinds json": rebind_json,
    "an integer of 10 million digits": lambda: {"C": 1 << 33_000_000},
    "an integer beyond doubles": lambda: {"C": 10**309},
    "nested 100 deep": lambda: nested(100),
    "nested 100,000 deep": lambda: nested(100_000),
    "cyclic": cyclic,
    "NaN": lambda: {"C": float("nan")},
    "a class": lambda: {"C": object},
    "bytes": lambda: {"C": b"1"},
    "a complex number": lambda: {"C": 1j},
    "a text of 20 MB": lambda: {"C": "x" * 20_000_000},
    "a list of 100,000 numbers": lambda: {"C": [0.0] * 100_000},
    "None": lambda: None,
    "a key that is no text": lambda: {1: 2},
    "True": lambda: {"C": True},
}
"""What it does in place of an answer: every one leaves the question without a usable answer."""

WRONG = {
    "77": lambda: {"C": 77.0},
    "rebinds abs": rebind,
    "equal to all": lambda: {"C": EqualToAll(77.0)},
    "forks": fork_and_answer,
    "exits behind the answer": exit_behind_the_answer,
    "leaves a child": spawn_and_answer,
}
"""What is answered, and wrong."""


class Attribute:
    """Exits when an attribute is looked up."""

    @property
    def name(self):
        sys.exit(0)

    def clebsch_gordan_weight(self, two_S_i, two_S_j):
        return {"C": 1.0}


class TaskAttribute:
    """Exits when a task is looked up."""

    @property
    def clebsch_gordan_weight(self):
        sys.exit(0)


class Constructor(Attribute):
    """Exits when it is constructed."""

    def __init__(self):
        sys.exit(0)


class ConstructorAtOnce(Constructor):
    """Ends its process when it is constructed."""

    def __init__(self):
        os._exit(0)


class ConstructorRaises(Constructor):
    """Raises when it is constructed."""

    def __init__(self):
        raise RuntimeError("x" * 1_000_000)


class LongName:
    """Has a name of 20 MB and a version that is an integer of 10 million digits."""

    name = "x" * 20_000_000

    def clebsch_gordan_weight(self, two_S_i, two_S_j):
        return {"C": 77.0}


class LongVersion(LongName):
    """Has a version that cannot be written."""

    name = "x"
    version = 1 << 33_000_000


class LongLimits(LongName):
    """Has limits that are too large."""

    name = "x"
    limits = {"orbitals": 1 << 33_000_000}


class LongAccuracy(LongName):
    """Has an accuracy that is no number."""

    name = "x"
    accuracy = {"clebsch_gordan_weight": Converted(stop)}


def __getattr__(name):
    """Make an implementation of every act, so that each is reached by a name."""
    kind, _, label = name.partition("_")
    if kind != "Act":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
    act = {**ACTS, **WRONG}[label]
    return type("Act", (Answers,), {"name": label, "act": staticmethod(act)})

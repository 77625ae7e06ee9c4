"""Programs that speak the protocol, well or badly, written for the tests of the harness."""

import sys
import time
from pathlib import Path

from qdverify.implementations.subprocess import Program
from qdverify.implementations.subprocess_channel import Budgets

QUICK = Budgets(hello_seconds=10.0, request_seconds=10.0, shutdown_seconds=1.0)

_SOURCE = """
import json, os, signal, subprocess, sys, time

HELLO = {{"protocol": "1", "implementation": {{"name": "weights", "version": "1"}}, "tasks": ["clebsch_gordan_weight"]}}


def weight(two_S_i, two_S_j):
    return (two_S_j + 1) / (2 * (two_S_i + 1)) if abs(two_S_i - two_S_j) == 1 else 0.0


def say(text, end="\\n"):
    sys.stdout.write(text + end)
    sys.stdout.flush()


def respond(request, result):
    say(json.dumps({{"jsonrpc": "2.0", "id": request["id"], "result": result}}))


def right(request):
    respond(request, {{"C": weight(**request["params"])}})


def hello(request):
    respond(request, HELLO)


def ask(request):
    right(request)


def shutdown():
    sys.exit()


{faults}

for line in sys.stdin:
    request = json.loads(line)
    if request["method"] == "hello":
        hello(request)
    elif request["method"] == "shutdown":
        shutdown()
    else:
        ask(request)
"""


def write_program(folder: Path, faults: str = "", name: str = "program.py") -> Path:
    """Write a program that answers clebsch_gordan_weight rightly, but for the definitions in `faults`."""
    path = folder / name
    path.write_text(_SOURCE.format(faults=faults), encoding="utf-8")
    return path


def start(folder: Path, faults: str = "", budgets: Budgets = QUICK) -> Program:
    """Return such a program as an implementation."""
    return Program([sys.executable, str(write_program(folder, faults))], suite="test", budgets=budgets)


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

"""Python and `pytest` in forks of a process that has loaded what the packages stand on.

Numerics, computer algebra and pytest take longer to load than a short run takes for the rest. Each run is a process of
its own, in a session of its own, which loads the packages and the user's files anew, and what it changes is gone with
it. Where it is tested what a command does, and not what it loads, the packages may have been loaded before the fork. At
the end it waits for threads and calls what is registered, but does not take apart what it was forked with, which takes
as long as to load it. What a start itself does is for tests that start a process.
"""

import json
import os
import selectors
import socket
import subprocess
from pathlib import Path

LONGEST = 900
"""Seconds after which a run is ended."""
SERVER = """
import atexit, gc, json, os, signal, socket, sys, threading, traceback
path = sys.path[1:]  # without the current folder
sys.path[:] = path
import click, flint, hypothesis, jsonschema, mpmath, numpy, psutil, pytest, rich.progress, rich.table, sympy, xarray
import scipy.linalg, scipy.optimize, scipy.sparse.linalg
assert not {"analytic", "numba", "numeric", "qdverify"} & sys.modules.keys()
exec(sys.argv[3])
gc.freeze()
orders = socket.socket(fileno=int(sys.argv[1]))
while True:
    text, streams, _, _ = socket.recv_fds(orders, 1 << 20, 3)
    if not text:
        sys.exit()
    pid = os.fork()
    if pid == 0:
        break
    for stream in streams:
        os.close(stream)
    orders.send(b"%d" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
orders.close()
os.setsid()
signal.alarm(int(sys.argv[2]))
for number, stream in enumerate(streams):
    os.dup2(stream, number)
    os.close(stream)
order = json.loads(text)
os.chdir(order["cwd"])
os.environ.clear()
os.environ.update(order["environment"])
status = 0
try:
    if order["code"] is None:
        sys.argv = ["pytest", *order["arguments"]]
        status = int(pytest.main(order["arguments"]))
    else:
        sys.argv = ["-c", *order["arguments"]]
        sys.path.insert(0, "")
        exec(compile(order["code"], "<string>", "exec"), {"__name__": "__main__"})
except SystemExit as error:
    status = error.code if isinstance(error.code, int) else int(error.code is not None)
    if isinstance(error.code, str):
        sys.stderr.write(error.code)
except BaseException:
    status = 1
    traceback.print_exc()
threading._shutdown()
atexit._run_exitfuncs()
sys.stdout.flush()
sys.stderr.flush()
os._exit(status)
"""


class Warm:
    """The process that waits for orders; a context manager that ends it.

    Parameters
    ----------
    python
        The interpreter.
    environment
        The variables that it and its forks have.
    folder
        Its current folder.
    before
        Code that it runs before it forks.
    """

    def __init__(self, python: Path, environment: dict[str, str], folder: Path, before: str = ""):
        self._environment = environment
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._server = subprocess.Popen(
            [str(python), "-c", SERVER, str(theirs.fileno()), str(LONGEST), before],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            cwd=folder,
            env=environment | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
        theirs.close()

    def pytest(self, *arguments, cwd):
        """Run `pytest` with arguments from a folder, and return what came of it with its output as text."""
        return self._run(None, arguments, cwd, {}, None)

    def python(self, code, *arguments, cwd=".", more=None, stdout=None):
        """Run `python -c` with arguments from a folder, and return what came of it with its output as text.

        Further variables of its environment may be given, and a descriptor in place of a pipe for its output.
        """
        return self._run(code, arguments, cwd, more or {}, stdout)

    def printed(self, code, **environment):
        """Run `python -c`, and return what it prints; it must end well."""
        done = self.python(code, more=environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _run(self, code, arguments, cwd, more, stdout):
        order = {
            "code": code,
            "arguments": [str(item) for item in arguments],
            "cwd": str(Path(cwd).absolute()),
            "environment": self._environment | more,
        }
        (out, to_out), (err, to_err) = os.pipe(), os.pipe()
        nothing = os.open(os.devnull, os.O_RDONLY)
        streams = [nothing, to_out if stdout is None else stdout, to_err]
        socket.send_fds(self._orders, [json.dumps(order).encode()], streams)
        for end in (nothing, to_out, to_err):
            os.close(end)
        shown = _read_all(out, err)
        status = int(self._orders.recv(100))
        return subprocess.CompletedProcess(order["arguments"], status, *shown)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._orders.close()
        self._server.wait(timeout=60)


def _read_all(*ends):
    """Return what arrives at ends of pipes until all that write have closed them, as text."""
    found = dict.fromkeys(ends, b"")
    with selectors.DefaultSelector() as waiting:
        for end in ends:
            waiting.register(end, selectors.EVENT_READ)
        while waiting.get_map():
            ready = waiting.select(LONGEST)
            assert ready, f"nothing has come for {LONGEST} s, and somebody still has the pipe"
            for key, _ in ready:
                data = os.read(key.fd, 1 << 16)
                found[key.fd] += data
                if not data:
                    waiting.unregister(key.fd)
                    os.close(key.fd)
    return [found[end].decode("utf-8", "replace") for end in ends]

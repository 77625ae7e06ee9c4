"""`pytest` of an installed environment, in forks of a process that has loaded what the packages stand on.

Numerics, computer algebra and pytest take longer to load than a short run takes for the rest. Each run is a process of
its own, which loads the packages and the user's files anew, and what it changes is gone with it.
"""

import json
import subprocess
from pathlib import Path

SERVER = """
import json, os, signal, sys, traceback
sys.path.remove("")
import flint, hypothesis, jsonschema, mpmath, numpy, pytest, scipy.linalg, scipy.optimize, scipy.sparse.linalg, sympy
assert not {"analytic", "numeric", "qdverify"} & sys.modules.keys()

def run(order):
    signal.alarm(900)
    os.chdir(order["cwd"])
    out = os.open(order["stdout"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    err = os.open(order["stderr"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for old, new in ((os.open(os.devnull, os.O_RDONLY), 0), (out, 1), (err, 2)):
        os.dup2(old, new)
    sys.argv = ["pytest", *order["arguments"]]
    return int(pytest.main(order["arguments"]))

for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        status = 70
        try:
            status = run(json.loads(line))
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


class WarmPytest:
    """The process that waits for orders; a context manager that ends it."""

    def __init__(self, installed, folder: Path):
        self._folder = folder
        self._server = subprocess.Popen(
            [str(installed.python), "-c", SERVER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
            env=installed.environment(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1"),
        )

    def run(self, *arguments, cwd):
        """Run it with arguments from a folder, and return what came of it with its output as text."""
        files = {name: self._folder / name for name in ("stdout", "stderr")}
        order = {"arguments": [str(item) for item in arguments], "cwd": str(cwd)}
        self._server.stdin.write(json.dumps(order | {name: str(file) for name, file in files.items()}) + "\n")
        self._server.stdin.flush()
        status = int(self._server.stdout.readline())
        out, err = (files[name].read_text(encoding="utf-8", errors="replace") for name in ("stdout", "stderr"))
        return subprocess.CompletedProcess(["pytest", *order["arguments"]], status, out, err)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.stdin.close()
        self._server.wait(timeout=60)
        self._server.stdout.close()

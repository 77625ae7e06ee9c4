"""The command `qdverify`, also as `python -m qdverify`: the judge imports nothing from the user's folders.

The current folder of `python -m` and the folders of PYTHONPATH hold code under test. A `json.py` there must not take
the place of a library of the judge, and a library that looks for an optional one must not find an `idna.py` there: both
would run in the judge, and could end it with status 0. So these folders are not searched; the process of its own in
which Python code under test runs searches them (`implementations.python_object`).

What Python itself imports before it comes here, a `sitecustomize.py` or a category of PYTHONWARNINGS, it takes from
PYTHONPATH: `python -I -m qdverify` leaves that out.
"""

import os
import signal
import sys
import time
from types import FrameType

_IMPATIENT_SECONDS = 3.0
_PR_SET_DUMPABLE = 4
_PR_SET_CHILD_SUBREAPER = 36
_REQUESTS = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGHUP: signal.SIG_DFL,
}
"""Requests to end, with the handlers that they have if nobody wants them ignored, as nohup does."""


def main() -> None:
    """Run the command line; whatever asks it to end, from its first import to its last file, is one line and no part.

    An interrupt ends with status 130. SIGTERM and SIGHUP end it by themselves, once all is cleared up.
    """
    _search_installed_modules_only()
    _guard_itself()
    heeded = [number for number, usual in _REQUESTS.items() if signal.getsignal(number) is usual]
    interrupts = _Interrupts()
    try:
        for number in heeded:
            signal.signal(number, interrupts)
        from qdverify.interfaces.cli import main as command  # noqa: PLC0415  (imports what must be the installed one)

        command()
    except KeyboardInterrupt:
        sys.stderr.write("qdverify: interrupted\n")
        sys.exit(130)
    finally:
        for number in heeded:
            signal.signal(number, signal.SIG_IGN)
        if interrupts.number not in (0, signal.SIGINT):
            signal.signal(interrupts.number, signal.SIG_DFL)
            os.kill(os.getpid(), interrupts.number)


class _Interrupts:
    """Raises `KeyboardInterrupt`; those of an impatient user that follow at once do not disturb the clearing up."""

    def __init__(self) -> None:
        self._last = -_IMPATIENT_SECONDS
        self.number = 0

    def __call__(self, number: int, frame: FrameType | None) -> None:
        before, self._last, self.number = self._last, time.monotonic(), number
        if self._last - before >= _IMPATIENT_SECONDS:
            raise KeyboardInterrupt


def _search_installed_modules_only() -> None:
    own = os.path.realpath(os.path.join(os.path.dirname(__file__), os.pardir))  # noqa: PTH118, PTH120  (see above)
    here = _real(os.curdir)
    named = {_real(folder) for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep)}
    first, last = [], []
    for entry in sys.path:
        folder = _real(entry)
        if folder == own or folder not in {here, *named}:
            first.append(entry)
        elif folder != here and _installed(folder):
            last.append(entry)
    sys.path[:] = first + last


def _guard_itself() -> None:
    """Let no process of this user look into this one or change it, as code under test could; root still can.

    What code under test frees by killing its launcher becomes a child of this process, which then ends it
    (`implementations.subprocess_group`).
    """
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415  (only from the folders that are searched now)

        control = ctypes.CDLL(None).prctl
        control(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        control(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _real(folder: str) -> str:
    try:
        return os.path.realpath(folder or os.curdir)
    except FileNotFoundError:  # the current folder has been removed
        return ""


def _installed(folder: str) -> bool:
    """Return whether a folder is one into which packages are installed, as PYTHONPATH names them on clusters."""
    try:
        names = os.listdir(folder)  # noqa: PTH208  (see above)
    except OSError:
        return False
    kind = os.path.basename(folder)  # noqa: PTH119  (see above)
    return kind in ("site-packages", "dist-packages") or any(name.endswith(".dist-info") for name in names)


if __name__ == "__main__":
    main()

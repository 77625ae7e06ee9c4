"""Figures drawn in an interpreter of their own, so that the next diagram is computed while the last one is drawn.

The interpreter is this file, run as a module. It reads pickled (name, figure), each after its length, from its standard
input, which nobody but `Drawing` writes. Where the input ends, in the middle of a figure or not, it ends too.
"""

from __future__ import annotations

import os
import pickle
import struct
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

import matplotlib as mpl
from matplotlib.figure import Figure

_LENGTH: Final = struct.Struct("<Q")


class Drawing:
    """Draws figures into a folder, NAME.png and NAME.svg; all are there when the context is left.

    What still waits then is drawn by both interpreters, the caller's from the end. If the context is left by an error,
    the figure that is being drawn is given up, and no part of it stays.
    """

    def __init__(self, folder: Path) -> None:
        # a file of the current folder must not be imported in place of a library
        path = os.pathsep.join(entry for entry in sys.path if entry)
        command = [sys.executable, "-P", "-m", "qdverify.paper.drawing", str(folder)]
        # in a group of its own: an interrupt at the keyboard is for the caller, which then ends it
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}, process_group=0
        )
        self._folder = folder
        self._errand = ThreadPoolExecutor(max_workers=1)  # waits for the drawing interpreter, which the caller need not
        self._handed_over: list[tuple[str, Figure, Future[None]]] = []

    def __enter__(self) -> Self:
        return self

    def draw(self, name: str, figure: Figure) -> None:
        """Hand a figure over."""
        self._handed_over.append((name, figure, self._errand.submit(self._send, name, figure)))

    def _send(self, name: str, figure: Figure) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(parcel(name, figure))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        try:
            if error is None:
                self._draw_what_waits()
        except BaseException as failure:
            error = failure
            raise
        finally:
            self._end(given_up=error is not None)
        sent = [future for _, _, future in self._handed_over if not future.cancelled()]
        if error is None and (self._process.returncode or any(future.exception() for future in sent)):
            raise OSError(f"the figures could not be drawn: exit status {self._process.returncode}")

    def _draw_what_waits(self) -> None:
        for name, figure, sent in reversed(self._handed_over):
            if not sent.cancel():
                return
            _draw(self._folder, name, figure)

    def _end(self, *, given_up: bool) -> None:
        """Wait for the drawing interpreter, or end it if its figures are given up."""
        if given_up:
            self._process.kill()
        self._errand.shutdown(cancel_futures=given_up)
        self._process.communicate()
        for draft in self._folder.glob(".*.part"):
            draft.unlink(missing_ok=True)


def parcel(name: str, figure: Figure) -> bytes:
    """Return what the drawing interpreter reads of one figure: the length, then name and figure."""
    content = pickle.dumps((name, figure))
    return _LENGTH.pack(len(content)) + content


def draw_all(folder: Path, source: BinaryIO) -> None:
    """Draw every figure that comes."""
    mpl.use("agg")
    for name, figure in _received(source):
        _draw(folder, name, figure)


def _draw(folder: Path, name: str, figure: Figure) -> None:
    with mpl.rc_context({"svg.hashsalt": "qdverify", "font.size": 9}):
        # a tenth larger than by the library's choice, in half the time
        _save(figure, folder / f"{name}.png", dpi=140, pil_kwargs={"compress_level": 4})
        _save(figure, folder / f"{name}.svg", metadata={"Date": None})


def _received(source: BinaryIO) -> Iterator[tuple[str, Figure]]:
    """Yield the figures that arrive whole: who is killed while sending one has written a part of it."""
    while len(announced := source.read(_LENGTH.size)) == _LENGTH.size:
        (length,) = _LENGTH.unpack(announced)
        content = source.read(length)
        if len(content) < length:
            return
        yield pickle.loads(content)


def _save(figure: Figure, path: Path, **options: Any) -> None:
    """Draw into a file that takes its name when it is whole."""
    draft = path.with_name(f".{path.name}.part")
    figure.savefig(draft, format=path.suffix[1:], **options)
    draft.replace(path)


if __name__ == "__main__":
    draw_all(Path(sys.argv[1]), sys.stdin.buffer)

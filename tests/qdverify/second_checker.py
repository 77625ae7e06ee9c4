"""The second checker, compiled once for each version of its source, and what it says of a certificate."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from qdverify.protocol.files import alone_in

SOURCE = Path(__file__).parents[2] / "checker" / "check_certificate.cpp"
BUILD = ["g++", "-std=c++17", "-O1", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
PROBE = "#include <gmpxx.h>\nint main() { return mpz_class(0).get_si(); }\n"


class Verdict(NamedTuple):
    """Exit status and the line that goes with it."""

    status: int
    message: str


@cache
def program() -> Path:
    """Return the compiled checker; skip the test if there is no g++ or no GMP for C++."""
    if shutil.which("g++") is None:
        pytest.skip("the second checker needs g++")
    key = sha256(" ".join(BUILD).encode() + SOURCE.read_bytes()).hexdigest()[:16]
    target = Path(tempfile.gettempdir()) / f"qdverify-second-checker-{os.getuid()}-{key}"
    compiled_once(target, _compile)
    return target


def compiled_once(target: Path, compile_into: Callable[[Path], None]) -> None:
    """Make a program unless it is there; a test process waits for another one that is making it."""
    waiting = target.with_name(f"{target.name}-lock")
    waiting.mkdir(exist_ok=True)
    with alone_in(waiting):
        if not target.exists():
            compile_into(target)


def _compile(target: Path) -> None:
    """Compile into a folder of its own and move the result, so that one that was ended in the middle is no program."""
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        probe = Path(folder) / "probe.cpp"
        probe.write_text(PROBE)
        libraries = ["-lgmpxx", "-lgmp"]
        found = subprocess.run(
            ["g++", "-o", f"{folder}/probe", str(probe), *libraries], capture_output=True, check=False
        )
        if found.returncode:
            pytest.skip("the second checker needs GMP with its C++ header gmpxx.h")
        built = Path(folder) / "checker"
        done = subprocess.run(
            [*BUILD, "-o", str(built), str(SOURCE), *libraries], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        built.replace(target)


def judge(file: Path | str, *options: str) -> Verdict:
    """Return the second checker's verdict on a file."""
    command = [str(program()), *options, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert bool(done.stdout) == (done.returncode == 0)
    return Verdict(done.returncode, (done.stdout or done.stderr).rstrip("\n"))


def judge_text(text: str | bytes, *options: str) -> Verdict:
    """Return the second checker's verdict on the content of a file."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        file.write(text.encode() if isinstance(text, str) else text)
        file.flush()
        return judge(file.name, *options)


def judge_document(document: Any, *options: str) -> Verdict:
    """Return the second checker's verdict on a document."""
    return judge_text(json.dumps(document), *options)


def judge_all(documents: Sequence[Any]) -> list[int]:
    """Return the second checker's exit status for each document, by one loop of a shell: many small ones at once."""
    with tempfile.TemporaryDirectory() as folder:
        for number, document in enumerate(documents):
            Path(folder, f"{number:06d}.json").write_text(json.dumps(document), encoding="utf-8")
        loop = 'for file in "$0"/*.json; do "$1" "$file" > "$0/said" 2>&1; echo $?; done'
        command = ["sh", "-c", loop, folder, str(program())]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    statuses = [int(line) for line in done.stdout.split()]
    assert len(statuses) == len(documents)
    return statuses


def hashed(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with the hash that fits its content."""
    content = {key: value for key, value in document.items() if key != "sha256"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return {**content, "sha256": sha256(text.encode()).hexdigest()}

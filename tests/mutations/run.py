"""Apply mutations one at a time to a copy of the sources, run the tests of their area, and list those that survive.

    python tests/mutations/run.py enclosure               every mutation of a table
    python tests/mutations/run.py answers 3 17            some of them, by number
    python tests/mutations/run.py certificate --part 1/2  every second one, to share the work between processes

The copy lies in a temporary folder; the working tree is not touched. Tests run in a child process with limits on its
memory and processor time, since some mutations never end. Exit status: the number of survivors, 125 at most.
"""

from __future__ import annotations

import argparse
import importlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from mutation import Mutation, Table

ROOT = Path(__file__).resolve().parents[2]
COPIED = ["analytic", "numeric", "qdverify", "tests", "checker", "docs", "pyproject.toml", "README.md"]
MOST_BYTES = 4 << 30
MOST_SECONDS = 120  # of processor time, for one run of the tests


def main() -> int:
    """Run the mutations named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table")
    parser.add_argument("numbers", nargs="*", type=int)
    parser.add_argument("--part", default="0/1", help="K/N: every N-th mutation from the K-th on")
    options = parser.parse_args()
    part, parts = (int(number) for number in options.part.split("/"))
    table = importlib.import_module(options.table).TABLE
    with copy_of_the_sources() as folder:
        survivors = 0
        for number, mutation in enumerate(table.mutations):
            wanted = number in options.numbers if options.numbers else number % parts == part
            if wanted and not mutation.equivalent:
                noticed = try_mutation(Path(folder), table, mutation)
                survivors += not noticed
                verdict = "killed  " if noticed else "SURVIVED"
                sys.stdout.write(
                    f"{number:4d} {verdict} {mutation.file}: {mutation.old!r} -> {mutation.new!r}\n       {noticed}\n"
                )
                sys.stdout.flush()
    return min(survivors, 125)


def copy_of_the_sources() -> tempfile.TemporaryDirectory[str]:
    """Return a temporary folder that holds what the tests need."""
    folder: tempfile.TemporaryDirectory[str] = tempfile.TemporaryDirectory(prefix="mutations-")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, Path(folder.name, name), ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder.name)
    _tolerate_warnings(Path(folder.name, "tests", "qdverify"))
    return folder


def _tolerate_warnings(tests: Path) -> None:
    """Let the copy compile the checker in C++ with warnings: what a mutation leaves unused is no reason to fail."""
    for name in ("second_checker.py", "second_checker_parts.py"):
        source = tests.joinpath(name).read_text(encoding="utf-8")
        tests.joinpath(name).write_text(source.replace(', "-Werror"', ""), encoding="utf-8")


def _require_compiled(source: Path) -> None:
    """Raise `ValueError` if a changed source in C++ does not compile: such a mutation tests nothing."""
    command = ["g++", "-std=c++17", "-w", "-fsyntax-only", str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(done.stderr)


def try_mutation(folder: Path, table: Table, mutation: Mutation) -> str:
    """Return what noticed the mutation; empty if nothing did."""
    target = folder / mutation.file
    right = target.read_text(encoding="utf-8")
    target.write_text(mutation.applied(right), encoding="utf-8")
    try:
        if target.suffix == ".cpp":
            _require_compiled(target)
        return run_tests(folder, table.tests_for(mutation))
    finally:
        target.write_text(right, encoding="utf-8")


def run_tests(folder: Path, tests: list[str]) -> str:
    """Return the first failure of the tests in the copy, or an empty text if all pass."""
    output = folder / "output"
    paths = [f"tests/qdverify/{name}.py" for name in tests]
    absent = [path for path in paths if not (folder / path).is_file()]
    if absent:
        raise FileNotFoundError(f"no tests {', '.join(absent)}")
    child = os.fork()
    if child == 0:
        _run_in_child(folder, paths, output)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code == 0:
        return ""
    if code < 0:
        return f"ended by {signal.Signals(-code).name}: too much time or memory"
    lines = output.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((line for line in lines if line.startswith(("FAILED", "ERROR"))), f"exit status {code}")


def _run_in_child(folder: Path, paths: list[str], output: Path) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS + 5))
    os.environ["PYTHONPATH"] = str(folder)
    out = os.open(output, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(out, stream)
    os.chdir(folder)
    here = str(Path(__file__).parent)
    sys.path[:] = [str(folder), *(path for path in sys.path if path not in (here, str(ROOT)))]
    sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in str(finder).lower()]
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    pytest = importlib.import_module("pytest")
    quiet = ["-q", "-x", "-m", "not slow", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    code = 0
    for path in paths:  # one by one: what the first module notices saves the imports of the others
        code = code or int(pytest.main([*quiet, path]))
    qdverify = importlib.import_module("qdverify")
    os._exit(code if str(qdverify.__file__).startswith(str(folder)) else 99)


def _preload() -> None:
    """Import what every child needs, so that a run costs no more than its tests."""
    for name in ("numpy", "scipy.sparse.linalg", "scipy.linalg", "mpmath", "sympy", "flint", "pytest", "hypothesis"):
        importlib.import_module(name)
    importlib.import_module("sympy.physics.quantum.cg")


if __name__ == "__main__":
    _preload()
    raise SystemExit(main())

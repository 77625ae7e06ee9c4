"""A census of the judge under mutation: `python benchmarks/judge_census.py [--only PART] [--out FILE]`.

Each mutation of `judge_mutations.py` makes the judge lenient. It is written into a copy of the repository, and the fast
tests of its area run there, in a process that has already loaded what the tests need. A mutation is killed if a test
fails or the time limit is reached; the rest survive. Nothing of the repository itself is changed.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

from judge_mutations import AREAS, MUTATIONS, NEAR

ROOT = Path(__file__).parents[1]
SECONDS = 240
KILLED = ("killed", "killed by the time limit")
LOADED = ("pytest", "hypothesis", "numpy", "scipy.linalg", "scipy.special", "scipy.sparse", "sympy", "mpmath", "flint",
          "click", "rich.console", "jinja2", "jsonschema", "analytic", "numeric")  # fmt: skip


def tests_of(file):
    """Return the arguments by which pytest runs the tests of a file's area."""
    stem = Path(file).stem
    names = AREAS.get(file, ["test_near_misses", f"test_checks_{stem}"])
    folder = "tests/qdverify"
    return [f"{folder}/{name}.py" for name in names if (ROOT / folder / f"{name}.py").exists()]


def options_of(file):
    """Return which tests are left out: slow ones, but for the near misses of a check, and those of other checks."""
    few = "not peers and not browser"
    if file in NEAR:
        return ["-m", few, "-k", NEAR[file]]
    if file in AREAS:
        return ["-m", f"{few} and not slow"]
    suite = {"multiplets": "spin.", "oracle": "enclosed"}.get(Path(file).stem, Path(file).stem.replace("_", "-"))
    return ["-m", few, "-k", f"(test_near_misses and {suite}) or (not test_near_misses and not slow)"]


def tried(copy, file, old, new):
    """Return whether the tests of the area notice the mutation, and the seconds that it took."""
    target = copy / "qdverify" / file
    source = (ROOT / "qdverify" / file).read_text()
    if old not in source:
        return "the text is not there", 0.0
    target.write_text(source.replace(old, new, 1))
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        code = 97
        try:
            code = _run(copy, file)
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    target.write_text(source)
    code = os.waitstatus_to_exitcode(status)
    ending = {0: "survived", 1: "killed", -9: "killed by the time limit", -24: "killed by the time limit"}
    return ending.get(code, f"not tried (pytest ended with {code})"), time.monotonic() - start


def _run(copy, file):
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    os.setsid()
    os.chdir(copy)
    sys.path.insert(0, str(copy / "tests" / "qdverify"))
    os.environ["PYTHONPATH"] = str(copy)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    pytest = importlib.import_module("pytest")
    quiet = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    options = ["-x", "-q", *quiet, "-p", "no:cacheprovider", *options_of(file)]
    return int(pytest.main([*options, *tests_of(file)]))


def main():
    """Try all mutations, and print the table of files and the survivors."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--only", default="", help="part of the name of a file")
    options.add_argument("--part", default="0/1", help="k/n: every n-th mutation, from the k-th")
    options.add_argument("--again", type=Path, help="leave out what is killed in this earlier file")
    options.add_argument("--control", action="store_true", help="change nothing: every file must survive")
    options.add_argument("--out", type=Path, help="add one line of JSON for each mutation")
    given = options.parse_args()
    part, parts = map(int, given.part.split("/"))
    chosen = [mutation for mutation in MUTATIONS if given.only in mutation[0]][part::parts]
    if given.control:
        chosen = [(file, "", "") for file in dict.fromkeys(mutation[0] for mutation in chosen)]
    if given.again:
        rows = [json.loads(text) for text in given.again.read_text().splitlines()]
        killed = {(row["file"], row["old"], row["new"]) for row in rows if row["outcome"] in KILLED}
        chosen = [mutation for mutation in chosen if mutation not in killed]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "build", ".peers", ".ci"))
        # the neighbours come from the copy too: the command line refuses others
        sys.path.insert(0, str(copy))
        for name in LOADED:
            importlib.import_module(name)
        # compiled files of the copy are trusted, those of a changed file are not: nothing is compiled into the cache
        sys.dont_write_bytecode = True
        for file in {mutation[0] for mutation in chosen}:
            cache = (copy / "qdverify" / file).parent / "__pycache__"
            for compiled in cache.glob(f"{Path(file).stem}.*.pyc"):
                compiled.unlink()
        for file, old, new in chosen:
            outcome, seconds = tried(copy, file, old, new)
            record = {"file": file, "old": old, "new": new, "outcome": outcome, "seconds": round(seconds, 1)}
            if given.out:
                with given.out.open("a") as out:
                    out.write(json.dumps(record) + "\n")
            print(f"{outcome:25s} {file}: {new[:90]!r}", flush=True)


if __name__ == "__main__":
    main()

"""A smoke test of the wheel on every Python that it is meant for and that is found on this machine.

    python tests/interpreters.py

For each: an environment of its own, the dependencies from the package index, the wheel, and one suite in an empty
folder with nothing set. A version without an interpreter, or without binary packages of the dependencies, is named and
left out. Exit status 1 if the wheel fails on one.
"""

import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from installed_wheel import ROOT, Installed, build

VERSIONS = ("3.11", "3.12", "3.13", "3.14")
INSTALL_SECONDS = 180
AT_ONCE = 2
TELL = "import sys; print('.'.join(map(str, sys.version_info[:2])))"


def main():
    """Try every version; return the exit status."""
    with tempfile.TemporaryDirectory(prefix="qdverify-interpreters-") as name:
        folder = Path(name)
        say("building the wheel")
        wheel = build(folder)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            passed = list(pool.map(lambda version: tried(version, wheel, folder / version), VERSIONS))
    return 0 if all(passed) else 1


def tried(version, wheel, folder):
    """Try one version, say how it went, and return whether that is no failure."""
    start = time.monotonic()
    interpreter = find(version)
    if interpreter is None:
        say(f"Python {version}: not tested, no interpreter found")
        return True
    outcome, passed = smoke(interpreter, wheel, folder)
    say(f"Python {version}: {outcome}, {time.monotonic() - start:.0f} s")
    return passed


def find(version):
    """Return an interpreter of a version, from the search path or from pyenv; None if none runs."""
    candidates = [shutil.which(f"python{version}")]
    candidates += sorted(map(str, Path.home().glob(f".pyenv/versions/{version}.*/bin/python")), reverse=True)
    for candidate in filter(None, candidates):
        done = run(candidate, "-c", TELL)
        if done.stdout.strip() == version:
            return candidate
    return None


def smoke(interpreter, wheel, folder):
    """Return in words how the wheel does on an interpreter, and whether that is no failure."""
    done = run(interpreter, "-m", "venv", folder)
    if done.returncode != 0:
        return f"not tested, it makes no environment: {last_line(done)}", True
    return smoke_in(folder, wheel)


def smoke_in(folder, wheel):
    """Return the same of a new environment."""
    pip = (folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "--quiet")
    try:
        # what is not imported need not be compiled
        done = run(*pip, "install", "--no-compile", "--only-binary=:all:", *dependencies(), timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        return f"not tested, the dependencies took more than {INSTALL_SECONDS} s", True
    if done.returncode != 0:
        return f"not tested, no dependencies for it: {last_line(done)}", True
    empty = folder / "empty"
    empty.mkdir()
    for command in (
        (*pip, "install", "--no-deps", "--no-index", wheel),
        (*pip, "check"),
        (folder / "bin" / "qdverify", "verify", "--suite", "spin", "--suite", "current"),
    ):
        done = run(*command, cwd=empty, env=Installed(folder).environment())
        if done.returncode != 0:
            said = f"status {done.returncode} of {' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
            return f"FAILED, {said}", False
    return f"passed: {done.stdout.strip().splitlines()[-1]}", True


def dependencies():
    """Return what the package needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project["dependencies"]


def run(*command, **options):
    """Run a command and return what came of it, with its output as text."""
    arguments = [str(part) for part in command]
    return subprocess.run(arguments, capture_output=True, text=True, check=False, **options)


def last_line(done):
    """Return the last line that a command wrote."""
    return [*done.stdout.splitlines(), *done.stderr.splitlines(), "no output"][-2 if done.stderr or done.stdout else -1]


def say(text):
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

"""What is said of Python versions agrees with what is tested."""

import re
import subprocess
import sys
import tomllib
import venv

import interpreters
from installed_wheel import ROOT, with_dependencies

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def classified():
    """Return the versions that the package index shows."""
    found = (re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", line) for line in PROJECT["classifiers"])
    return [match[1] for match in found if match]


def test_each_version_that_is_claimed_is_tried():
    """The lowest one is the lowest that can install it; each is one of those on which CI tries the wheel."""
    assert PROJECT["requires-python"] == f">={classified()[0]}"
    assert set(classified()) <= set(interpreters.VERSIONS)


def test_the_documentation_says_what_is_not_tested():
    """A version that CI tries if it can, but that is not claimed, is called untested."""
    text = (ROOT / "docs" / "getting-started.md").read_text(encoding="utf-8")
    for version in set(interpreters.VERSIONS) - set(classified()):
        assert f"Python {version} and newer are not tested" in text


def test_an_interpreter_is_found_by_what_it_says():
    """What is found runs and is of the version asked for; there is none of a version that nobody made."""
    version = f"3.{sys.version_info.minor}"
    found = interpreters.find(version) or sys.executable
    said = subprocess.run([found, "-c", interpreters.TELL], capture_output=True, text=True, check=True).stdout
    assert said.strip() == version
    assert interpreters.find("3.99") is None


def test_an_interpreter_that_makes_no_environment_is_left_out(tmp_path):
    """That is no failure of the wheel; its last words are told."""
    stub = tmp_path / "python"
    stub.write_text("#!/bin/sh\necho no module named venv >&2\nexit 1\n")
    stub.chmod(0o755)
    outcome = interpreters.smoke(stub, "no.whl", tmp_path / "environment")
    assert outcome == ("not tested, it makes no environment: no module named venv", True)


def test_a_wheel_that_does_not_work_is_a_failure(tmp_path, monkeypatch):
    """A version without dependencies is left out; one on which the wheel fails is not."""
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=False)
    with_dependencies(environment)
    monkeypatch.setattr(interpreters, "dependencies", lambda: ["no/such package"])
    outcome, passed = interpreters.smoke_in(environment, tmp_path / "no.whl")
    assert passed
    assert outcome.startswith("not tested, no dependencies for it: ")
    monkeypatch.setattr(interpreters, "dependencies", lambda: ["pip"])
    outcome, passed = interpreters.smoke_in(environment, tmp_path / "no.whl")
    assert not passed
    assert outcome.startswith("FAILED, status 1 of")

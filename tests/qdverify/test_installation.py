"""A user's own analytic.py or numeric.py in the current folder is named, in one line, not stumbled over."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("name", ["analytic", "numeric"])
def test_a_file_that_hides_one_of_our_packages_is_named(tmp_path, name):
    """The import ends with the path of the file and what to do."""
    (tmp_path / f"{name}.py").write_text("x = 1")
    command = [sys.executable, "-c", "import qdverify; qdverify.verify"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    last = done.stderr.splitlines()[-1]
    assert done.returncode != 0
    assert str(tmp_path / f"{name}.py") in last
    assert "rename it" in last


WRONG = "class Code:\n    def clebsch_gordan_weight(self, **_): return {'C': 77.0}\n"
LIBRARIES = ("json", "click", "numpy", "sympy", "random", "logging", "analytic", "numeric")


@pytest.mark.parametrize("start", ["qdverify", "python -m qdverify"])
@pytest.mark.parametrize("path", [None, "."])
def test_no_file_of_the_user_takes_the_place_of_a_library_of_the_judge(installed, tmp_path, start, path):
    """Files that end the process, in the current folder or on PYTHONPATH, make no wrong code green."""
    (tmp_path / "mine.py").write_text(WRONG)
    more = {} if path is None else {"PYTHONPATH": path}
    command = [*start.split(), "verify", "--suite", "spin", "--implementation", "python:mine:Code"]
    for name in LIBRARIES:
        (tmp_path / f"{name}.py").write_text("import os; os._exit(0)")
    done = installed.run(*command, cwd=tmp_path, more=more)
    # on PYTHONPATH they stand in the way of the code under test as well, which is then not judged at all
    assert done.returncode in ((1,) if path is None else (1, 3)), done.stdout + done.stderr

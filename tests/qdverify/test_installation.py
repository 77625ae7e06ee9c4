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
OPTIONAL = ("idna", "webcolors", "cython", "gmpy2", "numexpr", "bottleneck", "sparse", "cupy", "pint")
"""What a library of the judge uses if it is there, and which is not installed here."""


@pytest.mark.parametrize(
    ("start", "path"),
    [
        ("qdverify", None),
        pytest.param("python -m qdverify", ".", marks=pytest.mark.slow),
        pytest.param("qdverify", ".", marks=pytest.mark.slow),
        pytest.param("python -m qdverify", None, marks=pytest.mark.slow),
    ],
)
def test_no_file_of_the_user_takes_the_place_of_a_library_of_the_judge(installed, tmp_path, start, path):
    """Files that end the process, in the current folder or on PYTHONPATH, make no wrong code green."""
    (tmp_path / "mine.py").write_text(WRONG)
    more = {} if path is None else {"PYTHONPATH": path}
    # the page loads more libraries than the verdict
    options = ("--check", "spin.clebsch-gordan", "--implementation", "python:mine:Code", "--report", "page")
    for name in (*LIBRARIES, *OPTIONAL):
        (tmp_path / f"{name}.py").write_text("import os; os._exit(0)")
    done = installed.run(*start.split(), "verify", *options, cwd=tmp_path, more=more)
    # on PYTHONPATH they stand in the way of the code under test as well, which is then not judged at all
    assert done.returncode in ((1,) if path is None else (1, 3)), done.stdout + done.stderr


def test_the_current_folder_is_none_of_installed_packages(installed, tmp_path):
    """What `pip install --target` leaves beside the code under test makes no file of it a library of the judge."""
    (tmp_path / "beside.dist-info").mkdir()
    (tmp_path / "gmpy2.py").write_text("import os; os._exit(77)")
    done = installed.run("qdverify", "list", "suites", cwd=tmp_path, more={"PYTHONPATH": "."})
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_users_folders_are_searched_for_the_code_under_test_only(installed, tmp_path):
    """Code on PYTHONPATH is judged, and what it imports from there and from the current folder is found."""
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "mine.py").write_text(f"import beside, here\n{WRONG}")
    (tmp_path / "more" / "beside.py").write_text("")
    (tmp_path / "here.py").write_text("")
    options = ("--check", "spin.clebsch-gordan", "--implementation", "python:mine:Code")
    done = installed.run("qdverify", "verify", *options, cwd=tmp_path, more={"PYTHONPATH": "more"})
    assert done.returncode == 1, done.stdout + done.stderr


PLAN = 'task = "spectrum"\nelectrons = 1\nlevels = 1\ndot = { kernel = "none", length = 1.0, orbitals = 2 }\n'
SPECTRUM = "class Code:\n    def spectrum(self, **_): return {'energies': [1.0], 'two_S': [1]}\n"


@pytest.mark.parametrize("path", [None, pytest.param(".", marks=pytest.mark.slow)])
def test_no_file_of_the_user_takes_the_place_of_a_library_of_a_sweep(installed, tmp_path, path):
    """The interpreters that answer the points import no `pickle.py` of the user before they begin."""
    (tmp_path / "plan.toml").write_text(PLAN)
    (tmp_path / "mine.py").write_text(SPECTRUM if path is None else "raise SystemExit(0)")
    spec = "python:mine:Code" if path is None else "builtin"
    for name in ("pickle", "threading", "secrets", "selectors", *LIBRARIES):
        (tmp_path / f"{name}.py").write_text(f"open('imported-{name}', 'w').close(); raise SystemExit(0)")
    more = {} if path is None else {"PYTHONPATH": path}
    done = installed.run(
        *("qdverify", "sweep", "plan.toml", "--workers", "1", "--implementation", spec), cwd=tmp_path, more=more
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert not list(tmp_path.glob("imported-*"))


def test_a_folder_that_was_removed_is_no_crash(installed, tmp_path):
    """A shell may stand in a folder that is gone: the command still runs."""
    command = "mkdir gone && cd gone && rmdir ../gone && qdverify --version && qdverify list suites"
    done = installed.run("sh", "-c", command, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "spin" in done.stdout

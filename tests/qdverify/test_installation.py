"""A user's own analytic.py or numeric.py in the current folder is named, in one line, not stumbled over."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("name", ["analytic", "numeric"])
@pytest.mark.parametrize("command", [["-m", "qdverify", "list", "suites"], ["-c", "import qdverify; qdverify.verify"]])
def test_a_file_that_hides_one_of_our_packages_is_named(tmp_path, name, command):
    """Both the command and the import end with the path of the file and what to do."""
    (tmp_path / f"{name}.py").write_text("x = 1")
    done = subprocess.run([sys.executable, *command], cwd=tmp_path, capture_output=True, text=True, check=False)
    last = done.stderr.splitlines()[-1]
    assert done.returncode != 0
    assert str(tmp_path / f"{name}.py") in last
    assert "rename it" in last
    if command[0] == "-m":
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1

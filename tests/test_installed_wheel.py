"""What readers' tests run is the wheel, in an environment without what only tests set."""

from pathlib import Path

import pytest
from installed_wheel import ROOT

WHERE = "import analytic, numeric, qdverify; print(analytic.__file__, numeric.__file__, qdverify.__file__)"
ENTRIES = "from importlib.metadata import distribution as d; print(d('qdverify').locate_file(''))"


@pytest.mark.parametrize("code", [WHERE, ENTRIES])
def test_readers_tests_use_the_wheel_and_not_the_checkout(installed, tmp_path, code):
    """What the shared environment imports, and where its plugin is declared, lies in the environment."""
    done = installed.run("python", "-c", code, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert all(Path(name).is_relative_to(installed.folder) for name in done.stdout.split())
    assert str(ROOT) not in done.stdout


def test_readers_tests_see_nothing_that_only_tests_set(installed, monkeypatch):
    """No variable of the test run reaches a reader's command, but for the few that every shell has."""
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("MPLBACKEND", "agg")
    assert set(installed.environment()) <= {"HOME", "LANG", "PATH", "VIRTUAL_ENV", "COLUMNS"}

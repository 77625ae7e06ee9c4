"""The distribution as a stranger gets it: a wheel in an empty environment, used from another folder."""

import json
import venv
from pathlib import Path

import jsonschema
import pytest
from installed_wheel import Installed, wheel_in

from qdverify.report.document import report_schema

ROOT = Path(__file__).parent.parent
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


@pytest.mark.slow
def test_the_wheel_does_the_main_job_from_another_folder(installed, tmp_path):
    """Install into an environment without anything else, verify the builtin implementation, read the report."""
    venv.create(tmp_path / "env", with_pip=True)
    alone = Installed(tmp_path / "env")
    wheel = wheel_in(installed.folder.parent)
    done = alone.run("python", "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    verified = alone.run("qdverify", "verify", "--json", "report.json", cwd=tmp_path)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    report = json.loads((tmp_path / "report.json").read_text())
    jsonschema.validate(report, report_schema())
    assert report["summary"]["complete"]
    assert report["summary"]["pass"] > 100

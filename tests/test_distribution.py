"""The distribution as a stranger gets it: a wheel in an empty environment, used from another folder."""

import json
import subprocess
import sys
import venv
from pathlib import Path

import jsonschema
import pytest

from qdverify.report.document import report_schema

ROOT = Path(__file__).parent.parent


def run(*command, cwd):
    return subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_wheel_does_the_main_job_from_another_folder(tmp_path):
    """Build, install into an empty environment, verify the builtin implementation, read the report."""
    built = run(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path / "dist", ROOT, cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    (wheel,) = (tmp_path / "dist").glob("qdverify-*.whl")
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    installed = run(python, "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    assert installed.returncode == 0, installed.stderr
    verified = run(tmp_path / "env" / "bin" / "qdverify", "verify", "--json", "report.json", cwd=tmp_path)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    report = json.loads((tmp_path / "report.json").read_text())
    jsonschema.validate(report, report_schema())
    assert report["summary"]["complete"]
    assert report["summary"]["pass"] > 100

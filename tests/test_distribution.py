"""The distribution as a stranger gets it: archives, and a wheel in an empty environment, used from another folder."""

import email
import json
import subprocess
import tarfile
import tomllib
import zipfile
from pathlib import Path

import jsonschema
import pytest
from user_script import SCRIPT, WRONG, mypy_says

from qdverify.report.document import report_schema

ROOT = Path(__file__).parent.parent
pytestmark = [pytest.mark.slow, pytest.mark.long]


def run(*command, cwd):
    return subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)


def test_the_wheel_does_the_main_job_from_another_folder(main_job):
    """Verify the builtin implementation, read the report."""
    report = json.loads((main_job / "report.json").read_text(encoding="utf-8"))
    jsonschema.validate(report, report_schema())
    assert report["summary"]["complete"]
    assert report["summary"]["pass"] > 100


def test_a_users_script_passes_strict_mypy_with_the_wheel(stranger, tmp_path):
    """All three packages bring their types along, and mistakes are found by them."""
    python = stranger / "bin" / "python"
    assert mypy_says(tmp_path, SCRIPT, python=python).startswith("Success")
    assert mypy_says(tmp_path, SCRIPT + WRONG, python=python).count("error:") == 3


def test_the_source_distribution_holds_all_that_the_repository_does(distribution):
    """Tests, documentation, examples, the second checker, licenses and the citation: whatever Git keeps."""
    kept = run("git", "ls-files", cwd=ROOT)
    assert kept.returncode == 0, kept.stderr
    (archive,) = distribution.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        inside = {name.partition("/")[2] for name in opened.getnames()}
    assert {name for name in kept.stdout.splitlines() if name != ".gitignore"} - inside == set()
    assert not [name for name in inside if "__pycache__" in name or name.startswith(("build/", ".venv"))]


def test_the_wheel_says_who_may_use_it_and_where_it_runs(distribution):
    """Licenses of code and data, keywords, and a classifier for each Python that is tested."""
    (wheel,) = distribution.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        (name,) = (name for name in opened.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = email.message_from_bytes(opened.read(name))
        inside = set(opened.namelist())
    assert set(metadata.get_all("License-File")) == {"LICENSE", "LICENSE-DATA"}
    assert metadata["License-Expression"] == "BSD-3-Clause"
    assert "quantum dot" in metadata["Keywords"].split(",")
    assert {f"Programming Language :: Python :: 3.{minor}" for minor in (11, 12, 13)} <= set(
        metadata.get_all("Classifier")
    )
    assert {f"{package}/py.typed" for package in ("analytic", "numeric", "qdverify")} <= inside


def test_one_version_everywhere():
    """Project, citation and changelog name the same version, the latter two with the same date."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    (date,) = (line.split(": ")[1] for line in citation.splitlines() if line.startswith("date-released: "))
    assert f"\nversion: {version}\n" in citation
    assert f"\n## [{version}] - {date}\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

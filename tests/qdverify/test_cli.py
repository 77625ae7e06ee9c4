import json
import subprocess
import sys

import jsonschema
import pytest
from click.testing import CliRunner

from qdverify.interfaces.cli import COMMANDS, main
from qdverify.report.document import report_schema


@pytest.fixture
def run():
    return lambda *arguments: CliRunner().invoke(main, list(arguments))


def test_help_names_every_command(run):
    """`qdverify --help` explains all of it."""
    shown = run("--help")
    assert shown.exit_code == 0
    assert all(name in shown.output for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(run, name):
    """Each command loads and has a help text."""
    assert run(name, "--help").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["verify", "--suite", "nosuch"], "suite='nosuch' must be one of"),
        (["verify", "--implementation", "bultin"], "implementation='bultin' must read builtin"),
        (["verify", "--implementation", "python:no.such.module:x"], "'no.such.module' must be importable"),
        (["verify", "--implementation", "python:json:nosuch"], "'nosuch' must exist in module 'json'"),
        (["verify", "--implementation", "python:json:dumps"], "must have a method named after a task"),
        (["verify", "--level", "thorough"], "'thorough' is not one of"),
        (["verify", "--seed", "x"], "'x' is not a valid integer"),
        (["verify", "--request-seconds", "nan"], "nan must be finite"),
        (["verify", "--memory-gib", "inf"], "inf is not in the range"),
        (["verify", "--json", "/no/such/folder/a.json"], "--json /no/such/folder/a.json must be a file in a folder"),
        (["list"], "Missing argument"),
        (["nosuch"], "No such command 'nosuch'"),
        (["--nosuch"], "No such option '--nosuch'"),
    ],
)
def test_wrong_usage_ends_with_2_and_names_the_value(run, arguments, message):
    """Bad input is refused with one clear line and no traceback."""
    shown = run(*arguments)
    assert shown.exit_code == 2
    assert message in shown.output
    assert shown.output.startswith("qdverify: ")
    assert shown.output.count("\n") == 1


def test_the_json_report_follows_its_schema(run, tmp_path):
    """`--json` writes a report that the shipped schema accepts."""
    file = tmp_path / "report.json"
    assert run("verify", "--suite", "spin", "--json", str(file)).exit_code == 0
    report = json.loads(file.read_text())
    jsonschema.validate(report, report_schema())
    assert report["summary"]["pass"] == len(report["findings"])


def test_listing_names_suites_and_checks(run):
    """`qdverify list` shows suites, checks and faults."""
    assert "spin" in run("list", "suites").output
    assert "spin.clebsch-gordan@1" in run("list", "checks").output


def test_the_package_runs_as_a_module():
    """`python -m qdverify` is the same command, its exit status included."""
    ran = subprocess.run(
        [sys.executable, "-m", "qdverify", "list", "nothing"], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "nothing" in ran.stderr


def test_the_exit_status_of_verify_is_that_of_the_report(run, tmp_path):
    """1 for a wrong program, 3 for one that answers nothing; only the checks that are named are run."""
    arguments = ("verify", "--check", "spin.clebsch-gordan", "--seed", "3", "--json")
    for name, status in (("Weights", 0), ("Shifted", 1), ("Silent", 3)):
        file = tmp_path / f"{name}.json"
        assert run(*arguments, str(file), f"--implementation=python:weights:{name}").exit_code == status
        document = json.loads(file.read_text())
        assert {finding["id"] for finding in document["findings"]} == {"spin.clebsch-gordan@1"}
        assert document["environment"]["seed"] == 3


def test_a_module_named_like_an_emoji_is_shown_as_it_is(run, tmp_path, monkeypatch):
    """The command that repeats a failure can be copied, whatever stands between the colons."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fire.py").write_text("class Code:\n    def clebsch_gordan_weight(self, **_): return {'C': 77.0}\n")
    shown = run("verify", "--implementation", "python:fire:Code", "--check", "spin.clebsch-gordan")
    assert shown.exit_code == 1
    assert "python:fire:Code" in shown.output

"""The pytest plugin, seen from a user's test run."""

import json
import subprocess
import sys

import pytest
from programs import write_program

WEIGHTS = '''
class Weights:
    """Answers one task; `fault` changes the answer."""

    fault = 0.0

    def clebsch_gordan_weight(self, *, two_S_i, two_S_j):
        if two_S_i < 0 or two_S_j < 0 or int(two_S_i) != two_S_i:
            raise ValueError("spins are non-negative half-integers")
        right = (two_S_j + 1) / (2 * (two_S_i + 1)) if abs(two_S_i - two_S_j) == 1 else 0.0
        return {"C": right + (self.fault if two_S_i == 3 else 0.0)}


class Wrong(Weights):
    fault = 0.1


class Declining(Weights):
    def clebsch_gordan_weight(self, *, two_S_i, two_S_j):
        from qdverify.protocol.answers import NOT_CONVERGED, AnswerError

        raise AnswerError(NOT_CONVERGED, "no")


class Crashing(Weights):
    def clebsch_gordan_weight(self, *, two_S_i, two_S_j):
        return {"C": "many"}


class Writing(Weights):
    def clebsch_gordan_weight(self, *, two_S_i, two_S_j):
        raise ValueError("\\x1b[2J\\n177 passed\\u202e")


class Speechless(Weights):
    @property
    def name(self):
        raise ValueError("\\x1b[2J\\n177 passed\\u202e")
'''
SPIN = "--qdverify-suite=spin"


@pytest.fixture
def folder(tmp_path):
    """Make the folder of a user's project that holds the module `mycode`."""
    (tmp_path / "mycode.py").write_text(WEIGHTS)
    return tmp_path


@pytest.fixture
def run(loaded, folder):
    """Run the installed `pytest` in the user's project, with a bare environment.

    It would warn that it can rewrite no assertion of a plugin that is loaded, and the plugin has none.
    """
    options = ("--assert=plain", "-p", "no:cacheprovider")
    return lambda *arguments: _result(loaded.pytest(*options, *arguments, cwd=folder))


@pytest.fixture
def run_as_a_user(installed, folder):
    """Do the same by its command."""
    return lambda *arguments: _result(installed.run("pytest", "-p", "no:cacheprovider", *arguments, cwd=folder))


def _result(done):
    return pytest.RunResult(done.returncode, done.stdout.splitlines(), done.stderr.splitlines(), 0.0)


@pytest.fixture
def write_test(folder):
    """Write the file of the user's own tests."""
    return (folder / "test_mine.py").write_text


def test_loading_the_plugin_is_light():
    """In a fresh interpreter neither the numeric stack nor computer algebra is loaded with it."""
    code = (
        "import sys, qdverify.interfaces.pytest_plugin\n"
        "print([name for name in ('numpy', 'scipy', 'sympy', 'mpmath', 'flint', 'numeric', 'analytic')"
        " if name in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"


def test_without_the_option_nothing_is_added(run_as_a_user, write_test):
    """A project that only has the package installed sees no further tests."""
    write_test("def test_mine(): pass\n")
    run_as_a_user().assert_outcomes(passed=1)


def test_every_trial_is_an_item(run_as_a_user, write_test):
    """The trials stand beside the user's own tests, with readable names; what is not offered is skipped."""
    write_test("def test_mine(): pass\n")
    result = run_as_a_user("--qdverify-implementation=python:mycode:Weights", SPIN, "-v", "-rs")
    result.stdout.fnmatch_lines(["qdverify::*clebsch-gordan@1[[]2S=3->4[]] PASSED*", "SKIPPED*is not among*"])
    outcomes = result.parseoutcomes()
    assert outcomes["passed"] > 20
    assert "failed" not in outcomes
    assert result.ret == 0


def test_a_failure_shows_the_numbers(run):
    """Measured value, reference, tolerance with origin and the case are in the output; the exit status is 1."""
    result = run("--qdverify-implementation=python:mycode:Wrong", SPIN)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "*fail: C_ji is half the average*",
            "*measured*0.725*",
            "*reference 0.625 (exact:*",
            "*tolerance 1e-12*",
            "*case:*",
        ]
    )


def test_trials_are_chosen_by_name(run):
    """The usual -k takes them."""
    outcomes = run("--qdverify-implementation=python:mycode:Wrong", SPIN, "-k", "complete").parseoutcomes()
    assert outcomes["failed"] == 1
    assert outcomes["deselected"] > 20


@pytest.mark.slow
def test_a_program_is_an_implementation_too(run, tmp_path):
    """Any language."""
    program = write_program(tmp_path)
    result = run(f"--qdverify-implementation=command:{sys.executable} {program}", SPIN)
    assert result.ret == 0
    assert result.parseoutcomes()["passed"] > 20


def test_a_program_without_hello_fails(run):
    """Nothing can be asked: one item, failed."""
    result = run(f"--qdverify-implementation=command:{sys.executable} -c 'raise SystemExit'")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*did not say hello*"])


@pytest.mark.parametrize("code", ["Writing", "Speechless"])
def test_what_an_implementation_says_is_shown_and_not_obeyed(run, code):
    """Its control characters do not reach the terminal, and no line of the output is its own."""
    told = run(SPIN, f"--qdverify-implementation=python:mycode:{code}")
    assert told.ret == 1
    text = "\n".join(told.outlines)
    assert "\\x1b[2J" in text
    assert not {"\x1b", "\u202e"} & set(text)
    assert not any(line.strip().startswith("177 passed") for line in told.outlines)


def test_a_declined_question_fails(run):
    """A valid question without an answer is no pass and no skip."""
    result = run("--qdverify-implementation=python:mycode:Declining", SPIN, "-k", "clebsch-gordan")
    assert result.ret == 1
    assert result.parseoutcomes().get("failed", 0) > 0


def test_an_answer_that_is_none_fails(run):
    """An error is no pass and no skip."""
    result = run("--qdverify-implementation=python:mycode:Crashing", SPIN, "-k", "clebsch-gordan")
    assert result.ret == 1
    assert "passed" not in result.parseoutcomes()


@pytest.mark.parametrize(
    "option",
    [
        "--qdverify-implementation=nonsense",
        "--qdverify-implementation=python:mycode:Nothing",
        "--qdverify-implementation=python:mycode:Weights --qdverify-suite=nothing",
        "--qdverify-update-baseline",
    ],
)
def test_wrong_usage_is_told(run, option):
    """One line and pytest's own exit status for wrong usage."""
    result = run(*option.split())
    assert result.ret == pytest.ExitCode.USAGE_ERROR


EXPECTED = """
[[expected]]
check = "spin.*"
case = "2S=3->*"
reason = "known"
link = "https://example.org"
expires = 2999-01-01
"""


@pytest.mark.slow
def test_expected_failures_are_expected(run, folder):
    """A known failure is an xfail."""
    file = folder / "expected.toml"
    file.write_text(EXPECTED)
    options = ("--qdverify-implementation=python:mycode:Wrong", SPIN, f"--qdverify-expected-failures={file}")
    only = ("-k", "clebsch-gordan or expected-failures")
    result = run(*options, *only)
    assert result.ret == 0
    assert result.parseoutcomes()["xfailed"] == 2


def test_a_stale_entry_fails_the_run(run, folder):
    """An excuse that names no trial is told apart from those that are needed."""
    file = folder / "expected.toml"
    file.write_text(EXPECTED + EXPECTED.replace("2S=3->*", "2S=77"))
    options = ("--qdverify-implementation=python:mycode:Wrong", SPIN, f"--qdverify-expected-failures={file}")
    result = run(*options, "-k", "clebsch-gordan or expected-failures")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*stale: spin.[*] 2S=77*"])


def test_what_passes_unexpectedly_fails(run, folder):
    """An excuse that is no longer needed is reported."""
    file = folder / "expected.toml"
    file.write_text(EXPECTED.replace("2S=3->*", "2S=[12]->*"))
    options = (SPIN, f"--qdverify-expected-failures={file}", "-k", "clebsch-gordan")
    result = run("--qdverify-implementation=python:mycode:Wrong", *options)
    assert result.parseoutcomes()["failed"] == 2 + 4
    result.stdout.fnmatch_lines(["*unexpected-pass: C_ji*"])


@pytest.mark.slow
def test_one_of_several_excused_trials_may_pass(run, folder):
    """An entry is needed as long as one of the trials that it names fails."""
    file = folder / "expected.toml"
    options = (SPIN, f"--qdverify-expected-failures={file}", "-k", "clebsch-gordan")
    file.write_text(EXPECTED.replace("2S=3->*", "2S=*->*").replace("spin.*", "spin.clebsch-gordan"))
    assert run("--qdverify-implementation=python:mycode:Wrong", *options).ret == 0


def test_checks_parametrise_a_test(run, write_test):
    """The decorator gives one test a trial, named after it."""
    write_test(
        "import mycode, qdverify\n"
        "@qdverify.parametrize_with_checks(mycode.Wrong(), ['spin'])\n"
        "def test_conformance(check):\n"
        "    check()\n"
    )
    result = run("-v", "-k", "clebsch-gordan")
    result.stdout.fnmatch_lines(["*test_conformance[[]spin.clebsch-gordan@1 2S=3->4[]] FAILED*"])
    assert result.parseoutcomes()["failed"] == 2
    assert result.parseoutcomes()["passed"] > 10


@pytest.mark.long
@pytest.mark.slow
def test_several_processes_judge_alike(run, write_test):
    """Under xdist each trial is judged once, with the same outcome."""
    options = ("--qdverify-implementation=python:mycode:Wrong", SPIN)
    alone = run(*options).parseoutcomes()
    together = run(*options, "-n", "2").parseoutcomes()
    assert together["failed"] == alone["failed"] > 0
    assert together["passed"] == alone["passed"]


BASELINE = """
import mycode

def test_unchanged(qdverify_baseline):
    inputs = {"two_S_i": 3, "two_S_j": 4}
    answer = mycode.%s().clebsch_gordan_weight(**inputs)
    qdverify_baseline("clebsch_gordan_weight", inputs, answer, producer="mycode 1")
"""
UPDATE = ("--qdverify-update-baseline", "--qdverify-reason=a better quadrature")


def test_baselines_change_by_option_and_reason_only(run, write_test, folder):
    """Missing: fails. Recorded: passes. Moved: fails, and is renewed by force alone; the reason is kept."""
    file = folder / "qdverify-baseline.json"
    write_test(BASELINE % "Weights")
    missing = run()
    missing.assert_outcomes(failed=1)
    missing.stdout.fnmatch_lines(["*no baseline of clebsch_gordan_weight*"])
    assert not file.exists()
    assert run(*UPDATE).ret == 0
    recorded = file.read_text()
    assert json.loads(recorded)["entries"][0]["producer"] == {"name": "mycode", "version": "1"}
    assert run().ret == 0
    write_test(BASELINE % "Wrong")
    moved = run()
    moved.assert_outcomes(failed=1)
    moved.stdout.fnmatch_lines(["*moved by 0.1*"])
    run(*UPDATE).assert_outcomes(failed=1)
    assert json.loads(file.read_text()) == json.loads(recorded)
    assert run(*UPDATE, "--qdverify-force").ret == 0
    assert json.loads(file.read_text())["entries"][0]["history"][0]["reason"] == "a better quadrature"
    assert run().ret == 0


def test_the_oracle_is_a_fixture(run, write_test):
    """Reference values where a test wants them."""
    write_test(
        "def test_oracle(qdverify_oracle):\n"
        "    inputs = {'two_S_i': 1, 'two_S_j': 2}\n"
        "    case = {'schema': 'qdverify-case/1', 'task': 'clebsch_gordan_weight', 'inputs': inputs}\n"
        "    assert qdverify_oracle(case)\n"
    )
    run().assert_outcomes(passed=1)

"""The examples run as they stand and show what they say."""

import re
import shutil
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
pytestmark = pytest.mark.slow


@pytest.fixture
def run(installed, tmp_path):
    """Run a command of the installed wheel in a fresh folder, with a bare environment, and return what it prints."""

    def run_there(*command):
        done = installed.run(*command, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run_there


@pytest.fixture
def example(run):
    """Run one of the examples."""
    return lambda name, *arguments: run("python", EXAMPLES / name, *arguments)


def test_every_example_is_tested():
    """No script lies about untested."""
    source = Path(__file__).read_text(encoding="utf-8")
    assert [path.name for path in EXAMPLES.glob("*.py") if f'"{path.name}"' not in source] == []


def test_reproduce_the_paper(example):
    """Table II comes out, with the three entries that leave the paper's error marked."""
    text = example("reproduce_the_paper.py")
    assert re.findall(r"0\.8649|0\.0451|0\.3265|0\.2897|0\.4422", text) == [
        "0.8649",
        "0.0451",
        "0.3265",
        "0.2897",
        "0.4422",
    ]
    assert text.count("beyond the paper's error") == 3


def test_verify_third_party_code(example, tmp_path):
    """The starter kit passes, and the report is written."""
    assert "fail" not in example("verify_third_party_code.py")
    assert "passes all" in (tmp_path / "third-party.html").read_text(encoding="utf-8")


def test_harmonic_dot(example):
    """With the field the ground state of two electrons turns from singlet to triplet, and the cost has a kink there."""
    rows = [line.split("  ") for line in example("harmonic_dot.py").splitlines()[1:]]
    assert len(rows) == 5
    assert rows[0][1].startswith("(0, 0/2)")
    assert rows[-1][1].startswith("(1, 2/2)")


def test_regression_test_in_ci(run, tmp_path):
    """Recorded with a reason, held afterwards, and failing when the code changes."""
    shutil.copy(EXAMPLES / "test_regression.py", tmp_path)
    pytest_here = ("pytest", "-q", "test_regression.py")
    run(*pytest_here, "--qdverify-update-baseline", "--qdverify-reason=first record")
    run(*pytest_here)
    source = (tmp_path / "test_regression.py").read_text(encoding="utf-8")
    (tmp_path / "test_regression.py").write_text(
        source.replace("math.pi**2 / 2", "math.pi**2 / 2.001"), encoding="utf-8"
    )
    with pytest.raises(AssertionError, match="moved by"):
        run(*pytest_here)


def test_ask_the_oracle(example):
    """A rational weight and enclosed levels, each with its grade."""
    text = example("ask_the_oracle.py")
    assert "0.33333333" in text
    assert text.count("(enclosed)") == 2


def test_parameter_sweep(example, tmp_path):
    """The gaps close up towards the ratio 3/2, and a second run has nothing left to ask."""
    text = example("parameter_sweep.py", str(tmp_path))
    ratios = [float(line.split()[-1]) for line in text.splitlines()[2:]]
    assert abs(ratios[-1] - 1.5) < abs(ratios[0] - 1.5)
    assert abs(ratios[-1] - 1.5) < 5e-3
    assert example("parameter_sweep.py", str(tmp_path)) == text

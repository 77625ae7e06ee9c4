"""The examples run as they stand and show what they say."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
pytestmark = pytest.mark.slow


def run(folder, *command):
    """Run a command in a folder and return what it prints."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def example(folder, name, *arguments):
    """Run one of the examples."""
    return run(folder, sys.executable, str(EXAMPLES / name), *arguments)


def test_every_example_is_tested():
    """No script lies about untested."""
    source = Path(__file__).read_text(encoding="utf-8")
    assert [path.name for path in EXAMPLES.glob("*.py") if f'"{path.name}"' not in source] == []


def test_reproduce_the_paper(tmp_path):
    """Table II comes out, with the three entries that leave the paper's error marked."""
    text = example(tmp_path, "reproduce_the_paper.py")
    assert re.findall(r"0\.8649|0\.0451|0\.3265|0\.2897|0\.4422", text) == [
        "0.8649",
        "0.0451",
        "0.3265",
        "0.2897",
        "0.4422",
    ]
    assert text.count("beyond the paper's error") == 3


def test_verify_third_party_code(tmp_path):
    """The starter kit passes, and the report is written."""
    assert "fail" not in example(tmp_path, "verify_third_party_code.py")
    assert "passes all" in (tmp_path / "third-party.html").read_text(encoding="utf-8")


def test_regression_test_in_ci(tmp_path):
    """Recorded with a reason, held afterwards, and failing when the code changes."""
    shutil.copy(EXAMPLES / "test_regression.py", tmp_path)
    pytest_here = (sys.executable, "-m", "pytest", "-q", "test_regression.py")
    run(tmp_path, *pytest_here, "--qdverify-update-baseline", "--qdverify-reason=first record")
    run(tmp_path, *pytest_here)
    source = (tmp_path / "test_regression.py").read_text(encoding="utf-8")
    (tmp_path / "test_regression.py").write_text(
        source.replace("math.pi**2 / 2", "math.pi**2 / 2.001"), encoding="utf-8"
    )
    with pytest.raises(AssertionError, match="moved by"):
        run(tmp_path, *pytest_here)


def test_ask_the_oracle(tmp_path):
    """A rational weight and enclosed levels, each with its grade."""
    text = example(tmp_path, "ask_the_oracle.py")
    assert "0.33333333" in text
    assert text.count("(enclosed)") == 2


def test_parameter_sweep(tmp_path):
    """The gaps close up towards the ratio 3/2, and a second run has nothing left to ask."""
    text = example(tmp_path, "parameter_sweep.py", str(tmp_path))
    ratios = [float(line.split()[-1]) for line in text.splitlines()[2:]]
    assert abs(ratios[-1] - 1.5) < abs(ratios[0] - 1.5)
    assert abs(ratios[-1] - 1.5) < 5e-3
    assert example(tmp_path, "parameter_sweep.py", str(tmp_path)) == text

"""Single functions of the checker in C++: the driver, compiled once for each version of its source, and its answers."""

import subprocess
import tempfile
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from hashlib import sha256
from pathlib import Path

import mpmath
from second_checker import SOURCE, compiled_once, program

PARTS = Path(__file__).with_name("checker_parts.cpp")
# what is asked of it takes less than half as long as with -O0, and with -O2 it is compiled for longer
BUILD = ["g++", "-std=c++17", "-O1", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
LIBRARIES = ["-lgmpxx", "-lgmp"]


@cache
def parts_program() -> Path:
    """Return the compiled driver, which includes the source of the checker; skip if the checker cannot be compiled."""
    program()
    key = sha256(" ".join(BUILD).encode() + SOURCE.read_bytes() + PARTS.read_bytes()).hexdigest()[:16]
    target = Path(tempfile.gettempdir()) / f"qdverify-checker-parts-{key}"
    compiled_once(target, _compile)
    return target


def _compile(target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        built = Path(folder) / "parts"
        command = [*BUILD, "-o", str(built), str(PARTS), *LIBRARIES]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        built.replace(target)


def ask(questions: Sequence[str]) -> list[str]:
    """Return the answer to each question."""
    given = "\n".join(questions) + "\n"
    done = subprocess.run([str(parts_program())], input=given, capture_output=True, text=True, check=False, timeout=300)
    answers = done.stdout.split("\n")[:-1]
    assert done.returncode == 0, (done.stderr, questions[len(answers)])
    assert len(answers) == len(questions)
    return answers


def hexadecimal(text: str) -> str:
    """Return a text as the driver reads it."""
    return "x" + text.encode().hex()


def value(dyadic: str) -> Fraction:
    """Return the number m:e."""
    mantissa, exponent = dyadic.split(":")
    return int(mantissa) * Fraction(2) ** int(exponent)


def interval(text: str) -> tuple[Fraction, Fraction]:
    """Return both ends of an interval, in order."""
    low, high = (value(end) for end in text.split())
    assert low <= high
    return low, high


def real(number: Fraction) -> mpmath.mpf:
    """Return a fraction in mpmath's precision."""
    return mpmath.mpf(number.numerator) / number.denominator

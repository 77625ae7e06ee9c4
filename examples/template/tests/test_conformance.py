"""My code against the quantum-dot model: one test for each trial of the suite."""

from pathlib import Path

from my_code import MyCode

import qdverify

EXPECTED = Path(__file__).parents[1] / "expected-failures.toml"


@qdverify.parametrize_with_checks(MyCode(), expected=EXPECTED)
def test_conformance(check):
    """The claim of the check holds."""
    check()

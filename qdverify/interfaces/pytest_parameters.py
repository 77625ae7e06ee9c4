"""Conformance trials as parameters of a test: `qdverify.parametrize_with_checks`.

Whoever has no pytest can import this module, and so list or import all public names; pytest is loaded by the call.
"""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

    from qdverify.run.one_by_one import BoundTrial


def parametrize_with_checks(
    implementation: object,
    suites: Sequence[str] | None = None,
    level: str = "quick",
    *,
    seed: int = 0,
    expected: str | PathLike[str] | None = None,
) -> pytest.MarkDecorator:
    """Turn a test with the parameter `check` into one test for each trial; the test calls `check()`.

    ::

        @qdverify.parametrize_with_checks(MyCode())
        def test_conformance(check):
            check()

    Parameters
    ----------
    implementation, suites, level, seed, expected
        As `qdverify.verify` takes them.

    Raises
    ------
    Broken
        If the implementation does not say hello.
    ValueError
        If it cannot be resolved, or a suite or level does not exist.

    Examples
    --------
    In a test file, with your own object in place of the builtin implementation:

    >>> import qdverify
    >>> @qdverify.parametrize_with_checks("builtin", suites=["spin"])
    ... def test_conformance(check):
    ...     check()
    """
    import pytest  # noqa: PLC0415  (see the module)

    from qdverify.run.one_by_one import Conformance  # noqa: PLC0415  (brings sympy)

    conformance = Conformance(implementation, suites, level, seed=seed, expected=expected)
    return pytest.mark.parametrize(
        "check",
        [pytest.param(_Call(bound), id=f"{bound.check.id} {bound.trial.label}") for bound in conformance.trials()],
    )


class _Call:
    """A trial that concludes the test that calls it."""

    def __init__(self, bound: BoundTrial) -> None:
        self._bound = bound

    def __call__(self) -> None:
        """Judge the trial and end the test with its outcome."""
        from qdverify.interfaces.pytest_plugin import conclude  # noqa: PLC0415  (needs pytest)

        conclude(self._bound.findings())

    def __repr__(self) -> str:
        return f"<check {self._bound.id}>"

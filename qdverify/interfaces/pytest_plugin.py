"""The pytest plugin: conformance trials as test items, reference values and baselines as fixtures.

`pytest --qdverify-implementation=SPEC` adds every trial of the suite to the run; inside a test file
`qdverify.parametrize_with_checks` does so. The plugin is loaded in every pytest run of an environment that has this
package, so it imports nothing heavy before it is used: neither numpy nor scipy nor sympy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from qdverify.protocol.answers import Broken
from qdverify.protocol.inputs import InvalidInput

if TYPE_CHECKING:
    from qdverify.interfaces.pytest_baseline import BaselineFixture
    from qdverify.reference.oracle import OracleReference
    from qdverify.run.one_by_one import BoundTrial, Conformance
    from qdverify.suite.finding import Finding

_CONFORMANCE = pytest.StashKey["Conformance"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("qdverify", "conformance with the quantum-dot model")
    add = group.addoption
    add("--qdverify-implementation", metavar="SPEC", help="test this implementation: every trial is an item")
    add("--qdverify-suite", metavar="NAME", action="append", help="run this suite only; may be repeated")
    add("--qdverify-level", choices=("quick", "full"), default="quick", help="how thoroughly to test")
    add("--qdverify-seed", type=int, default=0, help="seed of the random cases")
    add("--qdverify-pass-environment", metavar="NAME", action="append", default=[], help="variable that it also gets")
    add("--qdverify-expected-failures", metavar="FILE", type=Path, help="TOML file of failures that are known")
    add("--qdverify-baseline", metavar="FILE", type=Path, help="baseline file [default: qdverify-baseline.json]")
    add("--qdverify-update-baseline", action="store_true", help="renew the baselines that the tests use")
    add("--qdverify-reason", metavar="TEXT", default="", help="why the baselines change")
    add("--qdverify-force", action="store_true", help="renew baselines beyond their old bounds too")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse options that contradict each other."""
    if config.getoption("qdverify_update_baseline"):
        if not config.getoption("qdverify_reason").strip():
            raise pytest.UsageError("--qdverify-update-baseline needs --qdverify-reason: why do the baselines change?")
        if hasattr(config, "workerinput") or config.getoption("numprocesses", None):
            raise pytest.UsageError("--qdverify-update-baseline writes one file: run it in one process, without -n")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add the trials of the implementation that the command line names."""
    spec = config.getoption("qdverify_implementation")
    if spec is None:
        return
    # the suite brings sympy: it is loaded where it is used
    from qdverify.implementations.subprocess_channel import Budgets  # noqa: PLC0415
    from qdverify.run.one_by_one import Conformance  # noqa: PLC0415

    suite = SuiteCollector.from_parent(session, name="qdverify", nodeid="qdverify")
    try:
        conformance = Conformance(
            spec,
            config.getoption("qdverify_suite"),
            config.getoption("qdverify_level"),
            seed=config.getoption("qdverify_seed"),
            expected=config.getoption("qdverify_expected_failures"),
            budgets=Budgets(environment=tuple(config.getoption("qdverify_pass_environment"))),
        )
    except (InvalidInput, OSError) as error:
        raise pytest.UsageError(f"qdverify: {error}") from error
    except Broken as error:
        items.append(HelloItem.from_parent(suite, name="hello", reason=str(error)))
        return
    config.stash[_CONFORMANCE] = conformance
    items += [TrialItem.from_parent(suite, name=bound.id, bound=bound) for bound in conformance.trials()]
    if config.getoption("qdverify_expected_failures") is not None:
        items.append(OutdatedItem.from_parent(suite, name="expected-failures", conformance=conformance))


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the implementation."""
    conformance = config.stash.get(_CONFORMANCE, None)
    if conformance is not None:
        conformance.close()


class SuiteCollector(pytest.Collector):
    """The node under which the trials stand."""

    def collect(self) -> Iterator[pytest.Item]:
        """Collect nothing: the trials are added when all else is collected."""
        return iter(())


class _SuiteItem(pytest.Item):
    """An item that stands in no file."""

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return what the test run calls the item."""
        return self.config.rootpath, None, self.name


class TrialItem(_SuiteItem):
    """One trial of one check."""

    def __init__(self, *, bound: BoundTrial, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._bound = bound

    def runtest(self) -> None:
        """Judge the trial."""
        findings = self._bound.findings()
        digits = [finding.comparison.digits[0] for finding in findings if finding.comparison is not None]
        if digits:
            self.user_properties.append(("digits", round(min(digits), 1)))
        conclude(findings)


class HelloItem(_SuiteItem):
    """An implementation that could not be asked anything."""

    def __init__(self, *, reason: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._reason = reason

    def runtest(self) -> None:
        """Fail with the reason."""
        from qdverify.report.shown import visible  # noqa: PLC0415

        pytest.fail(f"the implementation did not say hello: {visible(self._reason)}", pytrace=False)


class OutdatedItem(_SuiteItem):
    """The expected failures themselves: none may be stale or expired."""

    def __init__(self, *, conformance: Conformance, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._conformance = conformance

    def runtest(self) -> None:
        """Fail if an entry is outdated."""
        outdated = self._conformance.outdated()
        if outdated:
            lines = [f"{state}: {entry.check} {entry.case} in {entry.source}" for entry, state in outdated]
            pytest.fail("\n".join(lines), pytrace=False)


def conclude(findings: Sequence[Finding]) -> None:
    """End a test with the outcome of its findings: fail, expected failure, skip, or pass."""
    from qdverify.report.shown import visible, visible_lines  # noqa: PLC0415  (loaded with the suite)

    by_verdict: dict[str, list[Finding]] = {}
    for finding in findings:
        by_verdict.setdefault(str(finding.verdict), []).append(finding)
    wrong = [
        finding
        for verdict in ("fail", "error", "declined", "unexpected-pass")
        for finding in by_verdict.get(verdict, ())
    ]
    if wrong:
        pytest.fail("\n".join(visible_lines(_explanation(finding)) for finding in wrong), pytrace=False)
    if "expected-failure" in by_verdict:
        pytest.xfail(visible(by_verdict["expected-failure"][0].detail))
    if "pass" not in by_verdict:
        pytest.skip(visible("; ".join(dict.fromkeys(finding.detail for finding in findings))))


def _explanation(finding: Finding) -> str:
    from qdverify.report.shown import visible  # noqa: PLC0415  (loaded with the suite)

    lines = [f"{finding.verdict}: {finding.claim} ({finding.equation})"]
    if finding.comparison is not None:
        comparison = finding.comparison
        lines += [
            f"  measured  {comparison.measured!r}",
            f"  reference {comparison.reference.value!r} ({comparison.reference.grade}: {comparison.reference.origin})",
            f"  deviation {comparison.deviation:.3g}, tolerance {comparison.tolerance.value:.3g} "
            f"({comparison.tolerance.origin})",
        ]
        lines += [f"  {comparison.note}"] if comparison.note else []
    # a line break of the implementation must not begin a line of ours
    lines += [f"  {visible(finding.detail)}"] if finding.detail else []
    lines += [f"  hint: {finding.hint}"] if finding.hint else []
    lines.append(f"  case: {dict(finding.case)!r}")
    return "\n".join(lines)


@pytest.fixture(scope="session")
def qdverify_oracle() -> Callable[..., OracleReference]:
    """Return the oracle: `qdverify_oracle(case, digits=12)` gives reference values with their grade and bound."""
    # the oracle brings the whole exact side: it is loaded where it is used
    from qdverify.reference.oracle import oracle  # noqa: PLC0415

    return oracle


@pytest.fixture(scope="session")
def qdverify_baseline(request: pytest.FixtureRequest) -> Iterator[BaselineFixture]:
    """Compare answers with the baseline file: `qdverify_baseline(task, inputs, answer)`."""
    # nothing of the suite is loaded before it is used
    from qdverify.interfaces.pytest_baseline import BaselineFixture  # noqa: PLC0415

    option = vars(request.config.option)
    fixture = BaselineFixture(
        option["qdverify_baseline"] or request.config.rootpath / "qdverify-baseline.json",
        reason=option["qdverify_reason"] if option["qdverify_update_baseline"] else None,
        force=option["qdverify_force"],
    )
    yield fixture
    fixture.save()

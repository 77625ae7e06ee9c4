"""The report as data: what was judged, where, and every finding (schema "qdverify-report/2")."""

from __future__ import annotations

import html
import importlib
import json
import os
import platform
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, cached_property
from importlib.metadata import version
from importlib.resources import files
from types import ModuleType
from typing import Any, Final, cast

from qdverify.protocol.answers import VERSION, Description
from qdverify.protocol.nested import PLAIN
from qdverify.protocol.version import suite_version
from qdverify.report.accuracy import measured_accuracy
from qdverify.report.document_types import (
    ComparisonDocument,
    EnvironmentDocument,
    ExpectedDocument,
    FindingDocument,
    ImplementationDocument,
    ReportDocument,
    ToleranceDocument,
)
from qdverify.report.figures.answer_types import Illustrations
from qdverify.report.from_document import description_from, expected_from, finding_from
from qdverify.report.not_verified import suite_catalogue
from qdverify.suite.coverage import JUDGED, coverage
from qdverify.suite.declare import Scope
from qdverify.suite.expected_failures import ExpectedFailure, State
from qdverify.suite.finding import Comparison, ErrorKind, Finding, Tolerance, Verdict

SCHEMA: Final = "qdverify-report/2"
FIRST_SCHEMA: Final = "qdverify-report/1"
_SCHEMAS: Final = (SCHEMA, FIRST_SCHEMA)
_PACKAGES: Final = ("numpy", "scipy", "sympy", "mpmath", "python-flint")
_THREAD_VARIABLES: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Report:
    """The outcome of one run.

    Attributes
    ----------
    description
        The implementation under test, in its own words.
    scope
        Level and seed.
    findings
        In the order in which they were made.
    seconds
        Duration of the run.
    expected
        What became of each expected failure.
    stderr
        What the implementation wrote to standard error, shortened.
    illustrations
        Answers that only the figures of the page need (`qdverify.report.figures.questions`); not part of the document.
    given
        The implementation as it was given to `qdverify.verify` or the command line.
    suite_version, environment
        Of the run, if it was another one than this: a report that is read from a document keeps them.

    >>> import qdverify
    >>> report = qdverify.verify("builtin", suites=["spin"])
    >>> report.ok, report.counts["fail"]
    (True, 0)
    """

    description: Description
    scope: Scope
    findings: Sequence[Finding]
    seconds: float
    generated: str = ""
    expected: Mapping[ExpectedFailure, State] = field(default_factory=dict)
    stderr: str = ""
    illustrations: Illustrations = field(default_factory=Illustrations)
    given: object = None
    suite_version: str = ""
    environment: EnvironmentDocument | None = None

    def __repr__(self) -> str:
        """Say in one line what was judged and how it ended."""
        ended = ", ".join(f"{number} {verdict}" for verdict, number in self.counts.items() if number)
        return f"<Report on {self.description.name} {self.description.version}: {ended or 'nothing asked'}>"

    def _repr_html_(self) -> str:
        """Show the page in a notebook, in a frame of its own: its style touches nothing around it."""
        page = html.escape(self.to_html(), quote=True)
        return f'<iframe srcdoc="{page}" style="width: 100%; height: 40em; border: 1px solid #ccc"></iframe>'

    @property
    def counts(self) -> dict[str, int]:
        """How many findings ended in each verdict."""
        counted = Counter(finding.verdict for finding in self.findings)
        return {str(verdict): counted[verdict] for verdict in Verdict}

    @property
    def complete(self) -> bool:
        """Whether every question that applied was answered, none was declined, and there was one."""
        verdicts = {finding.verdict for finding in self.findings}
        return bool(verdicts & JUDGED) and not verdicts & {Verdict.ERROR, Verdict.DECLINED}

    @property
    def ok(self) -> bool:
        """Whether all that applies passed."""
        return self.exit_status == 0

    @property
    def exit_status(self) -> int:
        """0 all that applies passed; 1 a failure, or an expected one that is no more; 3 incomplete."""
        counts = self.counts
        if counts["fail"] or counts["unexpected-pass"] or self.outdated:
            return 1
        return 0 if self.complete else 3

    @property
    def outdated(self) -> list[tuple[ExpectedFailure, State]]:
        """The expected failures that are stale or expired: their file needs an edit."""
        return [(entry, state) for entry, state in self.expected.items() if state in (State.STALE, State.EXPIRED)]

    def document(self) -> ReportDocument:
        """Return the report as JSON values, made once: whoever wants to change them changes a copy."""
        return self._document

    @cached_property
    def _document(self) -> ReportDocument:
        document: ReportDocument = {
            "schema": SCHEMA,
            "generated": self.generated or datetime.now(UTC).isoformat(timespec="seconds"),
            "suite_version": self.suite_version or suite_version(),
            "implementation": {**_implementation(self.description), "stderr": self.stderr},
            "environment": self.environment or _environment(self.scope, self.given),
            "summary": {**self.counts, "complete": self.complete, "seconds": round(self.seconds, 3)},
            "findings": [finding_document(finding) for finding in self.findings],
            "coverage": coverage(self.findings, self.description.tasks).document(),
            "expected_failures": [_expected(entry, state) for entry, state in self.expected.items()],
        }
        return {**document, "accuracy": measured_accuracy(document)}

    @classmethod
    def from_document(cls, document: ReportDocument) -> Report:
        """Return the report that a document was made from, as `qdverify.report.page_folder.read_report` reads it.

        Raises
        ------
        ValueError
            If a verdict, a stage or another word of the document is unknown.

        Examples
        --------
        >>> import qdverify
        >>> report = qdverify.verify("builtin", suites=["spin"])
        >>> again = Report.from_document(report.document())
        >>> again.counts == report.counts, again.description == report.description
        (True, True)
        """
        environment = document["environment"]
        return cls(
            description=description_from(document["implementation"]),
            scope=Scope(level=environment["level"], seed=environment["seed"]),
            findings=[finding_from(finding) for finding in document["findings"]],
            seconds=document["summary"]["seconds"],
            generated=document["generated"],
            expected=dict(expected_from(entry) for entry in document.get("expected_failures", ())),
            stderr=document["implementation"].get("stderr", ""),
            suite_version=document["suite_version"],
            environment=environment,
        )

    def to_json(self) -> str:
        """Return the report as a JSON text, a finding a line."""
        document = self.document()
        frame = json.dumps({**document, "findings": []}, indent=1, allow_nan=False)
        # the only line of the frame that begins so: inside a text the quotation marks would be escaped
        before, key, after = frame.partition('\n "findings": [')
        lines = [f"\n  {json.dumps(finding, allow_nan=False)}" for finding in document["findings"]]
        return f"{before}{key}{','.join(lines)}{after}\n"

    def to_html(self, previous: ReportDocument | None = None) -> str:
        """Return the report as one self-contained page; `previous` is an earlier report document to compare with."""
        # a run that writes no page does not wait for what draws it
        page = importlib.import_module("qdverify.report.page")
        text: str = page.render(
            self.document(), previous=previous, illustrations=self.illustrations, catalogue=suite_catalogue()
        )
        return text


def upgraded(document: object) -> Any:
    """Return a report of an earlier version in the present form; anything else as it is.

    `Any`, since whoever reads a report checks its schema next.

    The first schema called a stage a layer; the first reports of the second one knew no declined questions, and told a
    missing hello by the id of its finding only.

    >>> old = {"schema": "qdverify-report/1", "findings": [{"id": "spin.a@1", "layer": "spin"}], "summary": {}}
    >>> upgraded(old)["findings"]
    [{'id': 'spin.a@1', 'stage': 'spin'}]
    """
    if (
        not isinstance(document, Mapping)
        or document.get("schema") not in _SCHEMAS
        or not {"findings", "summary"} <= set(document)
    ):
        return document
    findings = [_upgraded_finding(finding) for finding in document["findings"]]
    summary = {str(Verdict.DECLINED): 0, **document["summary"]}
    return {**document, "schema": SCHEMA, "findings": findings, "summary": summary}


def _upgraded_finding(finding: Mapping[str, str]) -> dict[str, object]:
    upgraded: dict[str, object] = {("stage" if name == "layer" else name): value for name, value in finding.items()}
    if finding["id"].partition("@")[0] == "protocol.hello":
        upgraded.setdefault("error_kind", str(ErrorKind.NO_HELLO))
    return upgraded


def report_schema() -> dict[str, object]:
    """Return the JSON Schema of the report."""
    schema: dict[str, object] = json.loads(
        files("qdverify.report").joinpath("report.schema.json").read_text(encoding="utf-8")
    )
    return schema


def _implementation(description: Description) -> ImplementationDocument:
    document: ImplementationDocument = {
        "name": description.name,
        "version": description.version,
        "language": description.language,
        "url": description.url,
        "tasks": sorted(description.tasks),
        "limits": dict(description.limits),
        "accuracy": {task: description.accuracy[task].document() for task in sorted(description.accuracy)},
    }
    if description.protocol != VERSION:
        document["protocol"] = description.protocol
        document["dots"] = [*description.dots]
    return document


def _object_name(implementation: object) -> str:
    """Return how a Python object is called, so that a check can be repeated."""
    if isinstance(implementation, type | ModuleType):
        return str(getattr(implementation, "__qualname__", implementation.__name__))
    kind = type(implementation)
    module = "" if kind.__module__ in ("__main__", "builtins") else f"{kind.__module__}."
    return f"{module}{kind.__qualname__}()"


@cache
def _versions() -> dict[str, str]:
    """Return the versions of what numbers depend on, which are read from the metadata once."""
    return {name: version(name) for name in _PACKAGES}


def _environment(scope: Scope, implementation: object) -> EnvironmentDocument:
    found: EnvironmentDocument = {
        "versions": {"python": platform.python_version(), **_versions()},
        "platform": platform.platform(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "threads": {name: os.environ[name] for name in _THREAD_VARIABLES if name in os.environ},
        "seed": scope.seed,
        "level": scope.level,
        "command": ["qdverify", *sys.argv[1:]],
    }
    if isinstance(implementation, str):
        found["implementation"] = implementation
    elif implementation is not None:
        found["python_object"] = _object_name(implementation)
    return found


def finding_document(finding: Finding) -> FindingDocument:
    """Return a finding as JSON values."""
    document: FindingDocument = {
        "id": finding.id,
        "suite": finding.suite,
        "stage": str(finding.stage),
        "claim": finding.claim,
        "equation": finding.equation,
        "tasks": list(finding.tasks),
        "case": {str(name): _plain(value) for name, value in finding.case.items()},
        "verdict": str(finding.verdict),
        "seconds": round(finding.seconds, 6),
    }
    if finding.comparison is not None:
        document = {**document, **_comparison(finding.comparison)}
    if finding.detail:
        document["detail"] = finding.detail
    if finding.error_kind:
        document["error_kind"] = str(finding.error_kind)
    if finding.limit:
        document["limit"] = finding.limit
    if finding.hint:
        document["hint"] = finding.hint
    if finding.blocked_by:
        document["blocked_by"] = list(finding.blocked_by)
    return document


def _expected(entry: ExpectedFailure, state: State) -> ExpectedDocument:
    return {
        "check": entry.check,
        "case": entry.case,
        "reason": entry.reason,
        "link": entry.link,
        "expires": "never" if entry.expires is None else entry.expires.isoformat(),
        "source": entry.source,
        "state": str(state),
    }


def _comparison(comparison: Comparison) -> ComparisonDocument:
    reference = comparison.reference
    document: ComparisonDocument = {
        "measured": _plain(comparison.measured),
        "reference": {
            "value": _plain(reference.value),
            "grade": str(reference.grade),
            "bound": reference.bound,
            "origin": reference.origin,
        },
        "deviation": comparison.deviation,
        "tolerance": _tolerance(comparison.tolerance),
        "kind": str(comparison.kind),
        "digits": [round(digits, 1) for digits in comparison.digits],
    }
    if comparison.note:
        document["note"] = comparison.note
    return document


def _tolerance(tolerance: Tolerance) -> ToleranceDocument:
    document: ToleranceDocument = {"value": tolerance.value, "origin": tolerance.origin}
    scales = tolerance.scales
    if scales is None:
        return document
    return {
        **document,
        "task": scales.task,
        "per_relative": scales.per_relative,
        "per_absolute": scales.per_absolute,
        "natural": scales.natural,
    }


def _plain(value: object) -> object:
    """Return numpy and sympy scalars and arrays as JSON values; anything else unknown as text."""
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is list or kind is tuple:
        return [item if type(item) in PLAIN else _plain(item) for item in cast("Sequence[object]", value)]
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, bool | int | float | str) else str(value)

"""Types of a report document (schema "qdverify-report/2"): what `Report.document` writes and `read_report` reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NotRequired, TypeAlias, TypedDict

from qdverify.protocol.json_types import Fields
from qdverify.suite.coverage import CoverageDocument

AccuracyClaim: TypeAlias = float | dict[str, float]
"""A claimed accuracy: a number if it is only relative, else `relative`, `absolute` or both."""


class ReferenceDocument(TypedDict):
    """What a value was compared with; `value` is a number or nested lists of numbers."""

    value: object
    grade: str
    bound: float
    origin: str


class ToleranceDocument(TypedDict):
    """The largest deviation that passes; with the sizes behind it if it follows from a claimed accuracy."""

    value: float
    origin: str
    task: NotRequired[str]
    per_relative: NotRequired[float]
    per_absolute: NotRequired[float]
    natural: NotRequired[float]


class ComparisonDocument(TypedDict):
    """The numbers of a finding."""

    measured: object
    reference: ReferenceDocument
    deviation: float
    tolerance: ToleranceDocument
    kind: str
    digits: list[float]
    note: NotRequired[str]


class FindingDocument(TypedDict):
    """One finding; the fields of `ComparisonDocument` are there if a number was compared.

    `case` holds the label of the trial and its inputs.
    """

    id: str
    suite: str
    stage: str
    claim: str
    equation: str
    tasks: list[str]
    case: Fields
    verdict: str
    seconds: float
    measured: NotRequired[object]
    reference: NotRequired[ReferenceDocument]
    deviation: NotRequired[float]
    tolerance: NotRequired[ToleranceDocument]
    kind: NotRequired[str]
    digits: NotRequired[list[float]]
    note: NotRequired[str]
    detail: NotRequired[str]
    error_kind: NotRequired[str]
    limit: NotRequired[str]
    hint: NotRequired[str]
    blocked_by: NotRequired[list[str]]


class ImplementationDocument(TypedDict):
    """The implementation, in its own words."""

    name: str
    version: str
    language: str
    url: str
    tasks: list[str]
    limits: dict[str, float]
    accuracy: dict[str, AccuracyClaim]
    protocol: NotRequired[str]
    """The version of the protocol, beyond version 1."""
    dots: NotRequired[list[str]]
    stderr: NotRequired[str]


class EnvironmentDocument(TypedDict):
    """Where, and with what settings, the report was made."""

    versions: dict[str, str]
    platform: str
    machine: NotRequired[str]
    cores: NotRequired[int | None]
    threads: NotRequired[dict[str, str]]
    seed: int
    level: str
    command: NotRequired[list[str]]
    implementation: NotRequired[str]
    python_object: NotRequired[str]


class ExpectedDocument(TypedDict):
    """What became of an expected failure."""

    check: str
    case: str
    reason: str
    link: str
    expires: str
    source: str
    state: str


class AccuracyDocument(TypedDict):
    """What a run found of the accuracy of one task.

    Attributes
    ----------
    claimed
        In words.
    values
        How many numbers were compared.
    digits
        Least digits of agreement of a finding; None if no finding has digits that mean something.
    absolute, relative
        The smallest accuracy of either kind with which all of them would have passed.
    reached
        For transport, the class: ``"full"``, ``"ordinary"`` or ``"none"``; empty for other tasks.
    floor
        The size below which no digit is right, in natural units; None if there is none.
    sentence
        The same in words; empty for tasks that have no classes.
    """

    task: str
    claimed: str
    values: int
    digits: float | None
    absolute: float
    relative: float
    reached: str
    floor: float | None
    sentence: str


class ReportDocument(TypedDict):
    """A report as JSON values; `summary` counts findings by verdict, and holds `complete` and `seconds`."""

    schema: str
    generated: str
    suite_version: str
    implementation: ImplementationDocument
    environment: EnvironmentDocument
    summary: Mapping[str, float]
    findings: list[FindingDocument]
    coverage: NotRequired[CoverageDocument]
    expected_failures: NotRequired[list[ExpectedDocument]]
    accuracy: NotRequired[list[AccuracyDocument]]

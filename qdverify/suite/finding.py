"""What a check finds: the vocabulary that checks, runner and reports share.

A `Comparison` is what a check yields: a measured value, its reference with a grade, and a tolerance that says where
it comes from. The runner joins it with the check's claim and the case into a `Finding`, which is what every report
shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from qdverify.protocol.accuracy import Accuracy
from qdverify.protocol.grade import Grade
from qdverify.protocol.json_types import Answer, Question


class Verdict(StrEnum):
    """How a finding ended."""

    PASS = "pass"
    FAIL = "fail"
    ERROR = "error"
    DECLINED = "declined"
    UNSUPPORTED = "unsupported"
    BLOCKED = "blocked"
    EXPECTED_FAILURE = "expected-failure"
    UNEXPECTED_PASS = "unexpected-pass"


class Kind(StrEnum):
    """How a measured value was compared with its reference."""

    CLOSE = "close"
    EQUAL = "equal"
    AT_MOST = "at-most"


class ErrorKind(StrEnum):
    """Why a question has no usable answer."""

    NO_HELLO = "no-hello"
    ANSWERED_ERROR = "answered-error"
    OFF_PROTOCOL = "off-protocol"
    NOT_COMPARABLE = "not-comparable"
    NOT_JUDGED = "not-judged"
    NOT_CONVERGED = "not-converged"
    BEYOND_LIMITS = "beyond-limits"


class Stage(StrEnum):
    """The stage of the model that a check speaks of, in the order in which data flows."""

    SPIN = "spin"
    INTEGRALS = "integrals"
    SPECTRUM = "spectrum"
    TRANSITIONS = "transitions"
    RATES = "rates"
    CURRENT = "current"


@dataclass(frozen=True)
class Reference:
    """A value to compare a measurement with.

    Attributes
    ----------
    value
        Number, or nested lists of numbers, in the units of physics.md.
    grade
        How well it is known.
    bound
        Absolute error bound of the value: 0 if exact up to the rounding to a double.
    origin
        Where it comes from: a derivation, an equation, a table.
    own
        Whether it is made of other answers of the implementation, which may be wrong as well.
    """

    value: object
    grade: Grade
    bound: float
    origin: str
    own: bool = False


def exact(value: object, origin: str, *, own: bool = False) -> Reference:
    """Return a reference that is known by derivation, from other answers of the implementation if it is its own."""
    return Reference(value, Grade.EXACT, 0.0, origin, own)


@dataclass(frozen=True)
class Scales:
    """The sizes from which a claimed accuracy makes a tolerance.

    Attributes
    ----------
    task
        The task whose accuracy it is.
    per_relative, per_absolute
        The deviation that a relative or an absolute accuracy of 1 would allow, conditioning included.
    natural
        Natural size of the compared quantity: a deviation of this size is as wrong as can be.
    """

    task: str
    per_relative: float
    per_absolute: float
    natural: float


@dataclass(frozen=True)
class Tolerance:
    """The largest deviation that passes, and why it is that large.

    Attributes
    ----------
    scales
        What it was derived from, if it follows from a claimed accuracy alone.
    """

    value: float
    origin: str
    scales: Scales | None = None

    def __post_init__(self) -> None:
        if not (self.value >= 0.0 and self.value < float("inf")):
            raise ValueError(f"tolerance={self.value!r} must be finite and non-negative")


@dataclass(frozen=True)
class Asked:
    """A question that was put to the implementation, and its whole answer, of which a comparison may show a part.

    Attributes
    ----------
    params
        The inputs of the protocol's task.
    accuracy
        To which the implementation is held in this task.
    """

    task: str
    params: Question
    answer: Answer
    accuracy: Accuracy


@dataclass(frozen=True)
class Comparison:
    """One measured value compared with one reference.

    Attributes
    ----------
    digits
        Interval (least, most) of the decimal digits in which the two agree, the reference's bound included.
    note
        What a reader should know beside the numbers, such as which element of an array is worst.
    asked
        The questions behind the measured value, if the case does not say them: hints are found from these, and no
        report shows them.
    kind
        How the two were compared.
    """

    measured: object
    reference: Reference
    deviation: float
    tolerance: Tolerance
    digits: tuple[float, float]
    passed: bool
    note: str = ""
    asked: tuple[Asked, ...] = ()
    kind: Kind = Kind.CLOSE


@dataclass(frozen=True)
class Finding:
    """One line of a report: a claim, tried in one case.

    Attributes
    ----------
    id
        Check and version, such as ``"spectrum.contact-bethe@1"``.
    case
        The label of the trial and its inputs: enough to repeat it.
    comparison
        The numbers; None if there was no answer to compare.
    detail
        Why there is no comparison: the error, or what is not supported.
    error_kind
        For an error, and for a question that was declined, which kind it is.
    limit
        For what was not asked because of a declared limit, that limit in words.
    hint
        For a failure, the most likely cause.
    blocked_by
        For a blocked finding, the ids of the failed checks that it rests on.
    """

    id: str
    suite: str
    stage: Stage
    claim: str
    equation: str
    case: Mapping[str, object]
    verdict: Verdict
    comparison: Comparison | None = None
    detail: str = ""
    error_kind: ErrorKind | None = None
    limit: str = ""
    hint: str = ""
    blocked_by: tuple[str, ...] = ()
    seconds: float = 0.0
    tasks: tuple[str, ...] = field(default=())

"""The oracle: reference values of any case, graded exact, enclosed or consensus, or a refusal that says why.

A reference is a document: every number is a decimal midpoint with a radius, and
the true value of the stated M-orbital model lies inside. The oracle never guesses: if no proof applies it raises
`Refusal`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, DecimalException, localcontext
from math import inf, nextafter
from reprlib import Repr
from typing import Any, Final

import flint
from flint import arb, ctx

from qdverify.protocol.case import Case
from qdverify.protocol.dot_objects import document_of
from qdverify.protocol.grade import Grade
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.nested import Place, items, mapped
from qdverify.protocol.version import suite_version
from qdverify.reference.answers.answer import Answer, Cluster, Group, Refusal, working_bits
from qdverify.reference.answers.enclosed import enclosed_answer
from qdverify.reference.answers.exact import exact_answer
from qdverify.reference.document_types import ClusterDocument, GroupDocument, ReferenceDocument
from qdverify.reference.enclosure.budget import OutOfTime, check_time, limit_seconds

__all__ = ["Enclosed", "OracleReference", "Refusal", "oracle"]
SCHEMA: Final = "qdverify-reference/1"
MOST_DIGITS: Final = 1000
GUARD_DIGITS: Final = 5
_WIDE: Final = Context(prec=60, Emin=MIN_EMIN, Emax=MAX_EMAX)  # populations reach below 1e-1000000000
_LOWEST_LEVEL: Final = {"spectrum": {"levels": 1}, "transition_probabilities": {"levels_from": 1, "levels_to": 1}}
_SHORT: Final = Repr()  # for a prompt: the first numbers only
_SHORT.maxlist, _SHORT.maxother = 3, 60


@dataclass(frozen=True, repr=False)
class Enclosed:
    """A decimal number and a radius: the true value is at most `rad` away from `mid`."""

    mid: Decimal
    rad: Decimal

    def __repr__(self) -> str:
        return f"{self.mid} ± {self.rad:.1g}"

    @classmethod
    def of(cls, value: arb, digits: int) -> Enclosed:
        """Write a ball in decimal with `digits` significant digits or fewer; the radius covers that rounding."""
        if value.is_zero():
            return cls(Decimal(0), Decimal(0))
        middle, radius, exponent = map(int, value.mid_rad_10exp(digits))
        if not radius:
            shown = str(middle).rstrip("0")
            return cls(_decimal(int(shown), exponent + len(str(middle)) - len(shown)), Decimal(0))
        surplus = max(0, len(str(abs(middle))) - digits)
        unit = 10**surplus
        rounded = (middle + unit // 2) // unit
        middle, radius, exponent = rounded, -(-(radius + abs(rounded * unit - middle)) // unit), exponent + surplus
        return cls(_decimal(middle, exponent), _decimal(radius, exponent))

    @property
    def bound(self) -> float:
        """Upper bound of the distance between the true value and float(mid)."""
        with localcontext(_WIDE):
            total = self.rad + abs(Decimal(float(self.mid)) - self.mid)
        return nextafter(float(total) * (1 + 2**-50), inf) if total else 0.0

    def to_document(self) -> dict[str, str]:
        """Write the number as a decimal midpoint with its radius."""
        return {"mid": _text(self.mid), "rad": _text(self.rad)}


@dataclass(frozen=True, repr=False)
class OracleReference:
    """The oracle's answer to a case.

    Attributes
    ----------
    values
        Named as in the protocol's result; numbers as `Enclosed`, spins and parities as integers, in nested lists; None
        for what is infinite. At positions of a cluster each holds for whatever order its levels have.
    clusters
        Sets of levels that coincide or could not be told apart, which therefore have no order.
    sums
        M_ji summed over the levels of one spin and parity in a cluster.
    caveat
        What the values do not say; empty if there is nothing to add.
    """

    case: Case
    grade: Grade
    values: Mapping[str, Any]
    method: str
    provenance: Mapping[str, str]
    clusters: tuple[Cluster, ...] = ()
    sums: tuple[tuple[Group, Group, Enclosed], ...] = ()
    caveat: str = ""

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={_SHORT.repr(value)}" for name, value in self.values.items())
        return f"OracleReference({self.case.task}, {self.grade}: {values})"

    def to_document(self) -> ReferenceDocument:
        """Write the reference as a `qdverify-reference/1` document."""
        document: ReferenceDocument = {
            "schema": SCHEMA,
            "case": self.case.to_document(),
            "grade": str(self.grade),
            "values": {name: mapped(value, _number_by(Enclosed.to_document)) for name, value in self.values.items()},
            "method": self.method,
            "provenance": dict(self.provenance),
        }
        if self.clusters:
            document["clusters"] = [_cluster(cluster) for cluster in self.clusters]
            document["caveat"] = self.caveat
        if self.sums:
            document["sums"] = [
                {"from": _group(initial), "to": _group(final), "M": value.to_document()}
                for initial, final, value in self.sums
            ]
        return document

    def floats(self, name: str) -> Any:
        """Return one of the values in double precision, nested as in the protocol's result."""
        return mapped(self.values[name], _number_by(lambda number: float(number.mid)))

    def bound(self, name: str) -> float:
        """Return the largest distance between any element of `floats` and the true value."""
        numbers = (number for _, number in items(self.values[name]))
        return max((number.bound for number in numbers if isinstance(number, Enclosed)), default=0.0)


def oracle(
    case: Case | Mapping[str, object] | str, digits: int = 12, *, seconds: float | None = None, **inputs: object
) -> OracleReference:
    """Return reference values for a case.

    >>> dot = {"length": 1, "cutoff": 0, "orbitals": 3, "kernel": "contact", "strength": 2}
    >>> oracle("spectrum", dot=dot, electrons=2)  # the lowest level
    OracleReference(spectrum, enclosed: energies=[12.6...], two_S=[0], parity=[1])
    >>> answer = oracle("spectrum", dot=dot, electrons=2, levels=2)
    >>> answer.values["two_S"], answer.grade.value
    ([0, 2], 'enclosed')

    Parameters
    ----------
    case
        A `Case`, a `qdverify-case/1` document, or the name of a task, whose inputs follow by name. The dot may then be
        any dataclass with the fields of a DOT, such as `numeric.Dot` and `numeric.IntegralDot`, or what `read_fcidump`
        returns, and a number of levels that is not given is 1.
    digits
        Decimal digits wanted, 1 to 1000: relative for integrals, energies, populations and currents; for M_ji
        relative, or absolute if M_ji vanishes. Energies are printed with more if it takes more to see their order.
    seconds
        Wall-clock time that the answer may take; None sets no limit. A refusal comes before it is over, but for one
        step that cannot be interrupted, and says what took the time and how much more would be needed.

    Raises
    ------
    InvalidInput
        If the case, `digits` or `seconds` breaks a rule.
    Refusal
        If no proof reaches the digits within the seconds, or the last level asked for cuts a cluster; the message says
        why.
    """
    if isinstance(case, str):
        case = _short_case(case, inputs)
    elif inputs:
        raise InvalidInput(f"{min(inputs)!r} goes with the name of a task, not with a whole case")
    case = case if isinstance(case, Case) else Case.from_document(case)
    wanted: object = digits  # whatever an untyped caller gives
    if isinstance(wanted, bool) or not isinstance(wanted, int) or not 1 <= wanted <= MOST_DIGITS:
        raise InvalidInput(f"digits={digits!r} must be an integer between 1 and {MOST_DIGITS}")
    if seconds is not None and not seconds > 0:
        raise InvalidInput(f"seconds={seconds!r} must be positive")
    with ctx.workprec(working_bits(digits)), limit_seconds(seconds), localcontext(_WIDE):
        try:
            answer = exact_answer(case) or enclosed_answer(case, digits)
            return _reference(case, answer, digits)
        except OutOfTime as error:
            raise Refusal(str(error)) from None
        except (OverflowError, DecimalException):
            raise Refusal(f"a value lies beyond 1e{MAX_EMAX} or below 1e{MIN_EMIN}, and so beyond decimals") from None


def _short_case(task: str, inputs: Mapping[str, object]) -> Case:
    """Return the case of a task whose inputs are given by name."""
    complete = {**_LOWEST_LEVEL.get(task, {}), **inputs}
    if "dot" in complete:
        complete["dot"] = document_of(complete["dot"])
    return Case(task, complete)


def _reference(case: Case, answer: Answer, digits: int) -> OracleReference:
    values = {
        name: mapped(value, _number_by(lambda ball: Enclosed.of(ball, digits + GUARD_DIGITS)))
        for name, value in answer.values.items()
    }
    if "energies" in values:
        values["energies"] = _printed_in_order(answer, digits + GUARD_DIGITS)
    sums = tuple((part.initial, part.final, Enclosed.of(part.value, digits + GUARD_DIGITS)) for part in answer.sums)
    provenance = {
        "generator": f"qdverify {suite_version()}",
        "digits": str(digits),
        "python-flint": flint.__version__,
        "flint": flint.__FLINT_VERSION__,
    }
    return OracleReference(case, answer.grade, values, answer.method, provenance, answer.clusters, sums, answer.caveat)


def _printed_in_order(answer: Answer, digits: int) -> list[Enclosed]:
    """Write energies with enough digits that the printed balls of different groups are disjoint, as the balls are."""
    energies: Sequence[arb] = answer.values["energies"]
    together = [cluster.positions for cluster in answer.clusters]
    printed = [Enclosed.of(energy, digits) for energy in energies]
    for low in range(len(energies) - 1):
        more = digits
        check_time(f"writing {len(energies)} energies in decimal")
        while not any(low in part and low + 1 in part for part in together) and not _below(*printed[low : low + 2]):
            more *= 2
            printed[low], printed[low + 1] = (Enclosed.of(energy, more) for energy in energies[low : low + 2])
    for positions in together:
        best = min((printed[position] for position in positions), key=lambda number: number.rad)
        for position in positions:
            printed[position] = best
    return printed


def _below(low: Enclosed, high: Enclosed) -> bool:
    with localcontext(_WIDE) as context:
        context.prec = 2 * (len(low.mid.as_tuple().digits) + len(high.mid.as_tuple().digits)) + 60
        return low.mid + low.rad < high.mid - high.rad


def _cluster(cluster: Cluster) -> ClusterDocument:
    return {
        "electrons": cluster.electrons,
        "positions": list(cluster.positions),
        "members": [list(member) for member in cluster.members],
    }


def _group(group: Group) -> GroupDocument:
    return {"positions": list(group.positions), "two_S": group.two_S, "parity": group.parity, "count": group.count}


def _number_by(write: Callable[[Any], object]) -> Callable[[Any, Place], object]:
    """Return what writes the numbers of an answer; integers, and None for what is infinite, stay as they are."""
    return lambda number, _: number if number is None or isinstance(number, int) else write(number)


def _decimal(digits: int, exponent: int) -> Decimal:
    return Decimal(f"{digits}e{exponent}")


def _text(number: Decimal) -> str:
    return f"{number:f}" if -8 < number.adjusted() < 30 else str(number).lower()

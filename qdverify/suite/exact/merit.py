"""The figure of merit ZT = S^2 G T / K, G = L11 / kT, with the errors that it allows.

S, L11 and K may be off by what `qdverify.suite.exact.response` allows them. S^2 L11, which may be off by d, and K then
bound ZT to (S^2 L11 -+ d) / (K +- e). If K is not twice its e, no program of that accuracy can tell ZT from infinity:
1/ZT is compared then, and an answer of None stands for 0. If ZT is infinite exactly, it is None.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf
from sys import float_info
from typing import Final

from qdverify.protocol.answers import Unsupported
from qdverify.protocol.response_rules import TASK
from qdverify.suite.comparators import at_most, close, equal
from qdverify.suite.exact.response import Exact, solved
from qdverify.suite.exact.transport_cases import Case
from qdverify.suite.finding import Comparison, Reference, Tolerance, exact
from qdverify.suite.subject import Subject

INFINITE: Final = "every electron carries the same energy: infinite"


@dataclass(frozen=True)
class Room:
    """What ZT of one case may be off by.

    Attributes
    ----------
    merit, inverse
        Of ZT and of 1/ZT; infinite if that one cannot be told.
    endless
        Whether ZT is infinite exactly.
    """

    merit: float
    inverse: float
    endless: bool
    origin: str

    def more(self, other: Room) -> Room:
        """Return what the difference of two answers may be off by."""
        return replace(self, merit=self.merit + other.merit, inverse=self.inverse + other.inverse)

    def compared(self, measured: float | None, target: Reference) -> Iterator[Comparison]:
        """Compare an answer with ZT.

        Parameters
        ----------
        target
            Holds ZT, infinity for what is None.

        Raises
        ------
        Unsupported
            If any answer is as good as any other at the claimed accuracy.
        """
        if self.endless:
            yield equal(measured, exact(None, INFINITE), note="ZT")
        elif self.merit < inf and (measured is None or target.value == inf):
            yield equal(measured, replace(target, value=None if target.value == inf else target.value), note="ZT")
        elif self.merit < inf:
            yield close(measured, target, Tolerance(self.merit, self.origin), note="ZT")
        elif self.inverse < inf:
            value = float(target.value)  # type: ignore[arg-type]
            turned = replace(target, value=_inverse(value), bound=target.bound * _inverse(value) ** 2)
            if measured is not None:
                yield at_most(-measured, 0.0, Tolerance(0.0, "a sign"), origin="ZT is not negative", note="-ZT")
            yield close(_inverse(measured), turned, Tolerance(self.inverse, self.origin), note="1/ZT")
        else:
            raise Unsupported("the claimed accuracy leaves the figure of merit open")


def _inverse(merit: float | None) -> float:
    return 0.0 if merit is None or merit == inf else 1.0 / merit if abs(merit) > float_info.min else float_info.max


def value_of(reference: Exact) -> float:
    """Return ZT of an exact response, infinite if no heat flows without a current or ZT is beyond doubles."""
    power, heat = reference.thermopower**2 * reference.onsager[0], reference.heat_conductance
    return power / heat if heat > 0.0 and power < heat * float_info.max else inf


def room(subject: Subject, case: Case) -> Room:
    """Return what ZT of a case may be off by at the claimed accuracy."""
    reference = solved(case)
    tolerances = (
        reference.of_thermopower(subject),
        reference.tolerance(subject, 0),
        reference.of_heat_conductance(subject),
    )
    return room_of(reference, *(tolerance.value for tolerance in tolerances))


def room_of(reference: Exact, of_S: float, of_L11: float, of_K: float) -> Room:
    """Return what ZT may be off by, given what S, L11 and K may be off by."""
    S, L11, K = abs(reference.thermopower), reference.onsager[0], reference.heat_conductance
    power = S**2 * L11
    off = (S + of_S) ** 2 * (L11 + of_L11) - power
    return Room(
        (power + off) / (K - of_K) - power / K if 2.0 * of_K <= K else inf,
        (K + of_K) / (power - off) - K / power if power > off else inf,
        reference.tight,
        "tolerances of S, L11 and K in S^2 L11 / K",
    )


def told(subject: Subject, case: Case) -> float | None:
    """Return ZT as it was answered; raise `Unsupported` if the program leaves it out."""
    answer = subject.ask(TASK, **case)
    if "figure_of_merit" not in answer:
        raise Unsupported("the program does not tell the figure of merit")
    return answer["figure_of_merit"]

"""Exact linear response of any number of leads, with the errors that it allows.

An entry is the flow of electrons, or of heat, that a force drives through a lead. It is a difference: of what enters
and what leaves, and at the lead whose force acts of what the force and the shifted populations let flow. The claimed
accuracy refers to the sum of the magnitudes. Each power of the energy e = E_j - E_i - gate - mu adds its rounding,
``4 epsilon A`` with the A of `qdverify.suite.exact.lead_cases`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from analytic import LeadResponse, lead_response_exact
from qdverify.protocol.accuracy import Accuracy, probability_at
from qdverify.protocol.json_types import LeadsQuestion, LeadTransition
from qdverify.protocol.lead_response_rules import TASK
from qdverify.suite.exact.lead_cases import energy_rounding
from qdverify.suite.exact.transport_reference import (
    DIGITS,
    UNDERFLOW,
    allowance,
    relative_tolerance,
    rounding_error,
)
from qdverify.suite.finding import Tolerance
from qdverify.suite.subject import Subject

PERTURBATION: Final = "perturbation theory of the rates, 20 digits"
Place: TypeAlias = tuple[int, int]
"""Row and column of an entry."""


class ResponseOfLeads:
    """The exact matrix of a case in doubles, and what each entry may be off by.

    Parameters
    ----------
    found
        The exact matrix.
    case
        What rounding errors are derived from.
    task
        Whose claimed accuracy counts.

    Attributes
    ----------
    onsager, sizes
        The matrix and the sums of magnitudes of its entries, 2 n rows of 2 n numbers.
    """

    def __init__(
        self, found: LeadResponse, case: LeadsQuestion, task: Literal["lead_response", "spin_response"] = TASK
    ) -> None:
        self.onsager = [[float(entry) for entry in row] for row in found.onsager]
        self.sizes = [[float(entry) for entry in row] for row in found.sizes]
        self.leads, self.rounding, self.task = len(found.names), rounding_error(case), task
        self.energy_error = energy_rounding(case)
        self.largest = max(
            (
                abs(_energy(case, item))
                for item in case["transitions"]
                if any(probability_at(item, lead) for lead in case["leads"])
            ),
            default=0.0,
        )

    @property
    def places(self) -> list[Place]:
        """Every row and column."""
        size = range(2 * self.leads)
        return [(row, column) for row in size for column in size]

    def tolerance(self, subject: Subject, weights: Mapping[Place, float]) -> Tolerance:
        """Return what the sum of weight times entry may be off by."""
        sizes = {place: abs(weight) for place, weight in weights.items()}
        scale = sum(weight * self.sizes[row][column] for (row, column), weight in sizes.items())
        natural = sum(weight * self._natural(place) for place, weight in sizes.items())
        more = sum(weight * self._of_energies(place) for place, weight in sizes.items())
        claimed = relative_tolerance(subject, self.task, scale, self.rounding, natural)
        return replace(
            claimed,
            value=claimed.value + more + UNDERFLOW * (1 + sum(sizes.values())),
            origin=f"{claimed.origin} (of the sum of magnitudes) + rounding of the energies {more:.1e}",
        )

    def slack(self, accuracy: Accuracy, place: Place) -> float:
        """Return what an entry may be off by at an accuracy."""
        claimed = allowance(accuracy, self.sizes[place[0]][place[1]], self.rounding, self._natural(place))
        return claimed + self._of_energies(place) + 2 * UNDERFLOW

    def name(self, place: Place, names: Sequence[str]) -> str:
        """Return what flows, and what drives it."""
        (row, column), n = place, self.leads
        flow = f"{'heat' if row >= n else 'current'} of {names[row % n]}"
        return f"{flow}, {'temperature' if column >= n else 'potential'} of {names[column % n]}"

    def _natural(self, place: Place) -> float:
        return self.rounding.current * self.largest ** sum(end >= self.leads for end in place)

    def _of_energies(self, place: Place) -> float:
        """Return what the rounding of the energies makes of an entry."""
        (row, column), n = place, self.leads
        of_heat = self.sizes[row - n][column] if row >= n else 0.0
        of_force = self.sizes[row][column - n] if column >= n else 0.0
        return self.energy_error * (of_heat + of_force)


def _energy(case: LeadsQuestion, item: LeadTransition) -> float:
    low, high = case["levels"][item["from"]], case["levels"][item["to"]]
    return high["energy"] - low["energy"] - case["gate"] - case["leads"][0]["mu"]


def response_of_leads(case: LeadsQuestion) -> ResponseOfLeads:
    """Return the exact response of a case, from memory if it was asked before."""
    return _solved(json.dumps(case, sort_keys=True))


@lru_cache(maxsize=1024)
def _solved(document: str) -> ResponseOfLeads:
    case = json.loads(document)
    return ResponseOfLeads(lead_response_exact(**case, digits=DIGITS), case)

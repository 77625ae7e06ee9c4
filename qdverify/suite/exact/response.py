"""Exact answers of linear response, with the errors that they allow.

The matrix is made of sums of one positive weight times powers of the energy e = E_j - E_i - gate - mu of an electron.
Each entry is compared with its sum of magnitudes, and the rounding of e, ``4 epsilon A`` with the A of
`qdverify.suite.exact.lead_cases`, is allowed on top. The heat conductance at no current is a difference of two such
sums, (L22 - L12 L21 / L11) / kT^2: four times L22 / kT^2 is its scale.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache

from analytic import linear_response_exact
from qdverify.protocol.accuracy import probability_at
from qdverify.protocol.json_types import Transition
from qdverify.protocol.response_rules import TASK
from qdverify.suite.exact.lead_cases import energy_rounding
from qdverify.suite.exact.transport_cases import Case
from qdverify.suite.exact.transport_reference import DIGITS, UNDERFLOW, relative_tolerance, rounding_error
from qdverify.suite.finding import Tolerance
from qdverify.suite.subject import Subject


class Exact:
    """The exact response of a case in doubles, and what each number may be off by.

    Attributes
    ----------
    onsager
        L11, L12 and L22, by the power of the energy in them.
    tight
        Whether no heat flows without a current, exactly.
    """

    def __init__(self, case: Case) -> None:
        found = linear_response_exact(**case, digits=DIGITS)
        self.onsager = (float(found.L11), float(found.L12), float(found.L22))
        self.thermopower, self.heat_conductance = float(found.thermopower), float(found.heat_conductance)
        self.tight = bool(found.heat_conductance == 0)
        self.sizes = tuple(float(size) for size in found.sizes)
        self.kT, self.rounding = case["kT"], rounding_error(case)
        self.energy_error = energy_rounding(case)
        chosen = [abs(_energy(case, item)) for item in case["transitions"] if probability_at(item, case["leads"][0])]
        self.largest = max(chosen)

    def tolerance(self, subject: Subject, power: int, times: float = 1.0) -> Tolerance:
        """Return what `times` the entry with that power of the energy may be off by."""
        natural = self.rounding.current * self.largest**power
        claimed = relative_tolerance(subject, TASK, times * self.sizes[power], self.rounding, times * natural)
        more = power * self.energy_error * self.sizes[power - 1] if power else 0.0
        return replace(
            claimed,
            value=claimed.value + times * more + UNDERFLOW,
            origin=f"{claimed.origin} (of the sum of magnitudes) + rounding of the energies {times * more:.1e}",
        )

    def of_thermopower(self, subject: Subject) -> Tolerance:
        """Return what the thermopower may be off by: both sums that it is a ratio of."""
        of_weight, of_energy = (self.tolerance(subject, power) for power in (0, 1))
        value = (of_energy.value + of_weight.value * self.sizes[1] / self.sizes[0]) / self.sizes[0] / self.kT
        return Tolerance(value, f"{of_energy.origin}, over L11 kT; as much again for L11")

    def of_heat_conductance(self, subject: Subject) -> Tolerance:
        """Return what the heat conductance may be off by."""
        claimed = self.tolerance(subject, 2, 4.0)
        return Tolerance(claimed.value / self.kT**2, f"{claimed.origin}, over kT^2")


def _energy(case: Case, item: Transition) -> float:
    low, high = case["levels"][item["from"]], case["levels"][item["to"]]
    return high["energy"] - low["energy"] - case["gate"] - case["leads"][0]["mu"]


def solved(case: Case) -> Exact:
    """Return the exact response of a case, from memory if it was asked before."""
    return _solved(json.dumps(case, sort_keys=True))


@lru_cache(maxsize=1024)
def _solved(document: str) -> Exact:
    return Exact(json.loads(document))

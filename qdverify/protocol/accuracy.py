"""The accuracy that an implementation claims for a task, and the sizes against which it is measured (protocol.md).

A claim is a relative accuracy r, an absolute one a, or both: a value passes if it is off by no more than
max(r |reference|, a scale), times what the conditioning of the case makes of it. The scale of a is the natural size of
a quantity: 1 for weights, probabilities and populations, the largest rate times the largest M_ji for a current, that
times the largest |E_j - E_i - gate - mu| for heat, with |b|/2 added in a field, and the largest number of the case for
integrals. Energies have that of `energy_size`, to which a relative accuracy refers too if all energies of the case are
smaller.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from qdverify.protocol.energy_size import natural_energy
from qdverify.protocol.json_types import Fields, Question

COARSEST_ACCURACY: Final = 1e-4
TRANSPORT_TASKS: Final = ("stationary_state", "current")
CLASS_ACCURACY: Final = 1e-9
"""The number in the names of the two classes of transport codes."""


@dataclass(frozen=True)
class Accuracy:
    """A claimed accuracy.

    Parameters
    ----------
    relative
        Largest error in units of the reference.
    absolute
        Largest error in units of the natural size of the quantity.

    Raises
    ------
    ValueError
        If a number is negative, not finite or coarser than 1e-4, or if both are 0.

    Examples
    --------
    >>> Accuracy(relative=1e-6, absolute=1e-9).allowed(1e-5, 1.0)
    1e-09
    """

    relative: float = 0.0
    absolute: float = 0.0

    def __post_init__(self) -> None:
        given: dict[str, object] = {"relative": self.relative, "absolute": self.absolute}
        for name, value in given.items():
            allowed = isinstance(value, int | float) and 0.0 <= value <= COARSEST_ACCURACY
            if isinstance(value, bool) or not allowed:
                raise ValueError(f"{name}={value!r} must be positive and no coarser than {COARSEST_ACCURACY}")
        if not self.relative and not self.absolute:
            raise ValueError(f"relative=0 must be positive and no coarser than {COARSEST_ACCURACY}")

    def allowed(self, size: float, natural_size: float) -> float:
        """Return the largest error that passes for a value of that size, without conditioning."""
        return max(self.relative * abs(size), self.absolute * abs(natural_size))

    def document(self) -> float | dict[str, float]:
        """Return the claim as JSON: a number if it is only relative."""
        return {"relative": self.relative, "absolute": self.absolute} if self.absolute else self.relative


ORDINARY: Final = Accuracy(relative=CLASS_ACCURACY, absolute=CLASS_ACCURACY)
"""What a transport code is held to if it claims nothing."""
FULL: Final = Accuracy(relative=CLASS_ACCURACY)
"""Relative accuracy for every value, however small."""
DEFAULT_ACCURACY: Final[Mapping[str, Accuracy]] = {
    "clebsch_gordan_weight": Accuracy(1e-12),
    "interaction_integrals": Accuracy(1e-10),
    "spectrum": Accuracy(1e-9),
    "transition_probabilities": Accuracy(1e-6),
    "stationary_state": ORDINARY,
    "current": ORDINARY,
    "lead_currents": ORDINARY,
    "heat_currents": ORDINARY,
    "linear_response": ORDINARY,
    "lead_response": ORDINARY,
    "spin_response": ORDINARY,
    "conductance_parts": ORDINARY,
    "cumulants": ORDINARY,
    "lead_cumulants": ORDINARY,
    "generating_function": ORDINARY,
    "lead_generating_function": ORDINARY,
    "spin_currents": ORDINARY,
    "spin_heat": ORDINARY,
    "spin_populations": ORDINARY,
}


def claimed_accuracy(claim: object) -> Accuracy:
    """Return a claim as `hello` states it: a number (relative), or an object with `relative`, `absolute` or both.

    Raises
    ------
    ValueError
        If it is neither, or a number is outside its range.

    Examples
    --------
    >>> claimed_accuracy({"absolute": 1e-9})
    Accuracy(relative=0.0, absolute=1e-09)
    """
    if isinstance(claim, Accuracy):
        return claim
    if isinstance(claim, Mapping):
        unknown = sorted(set(claim) - {"relative", "absolute"}, key=str)
        if unknown or not claim:
            raise ValueError(f"accuracy={dict(claim)!r} must hold relative, absolute or both")
        return Accuracy(**claim)
    if isinstance(claim, int | float) and not isinstance(claim, bool):
        return Accuracy(float(claim))
    raise ValueError(f"accuracy={claim!r} must be a number or an object with relative and absolute")


def natural_size(task: str, params: Question) -> float | None:
    """Return the natural size of a task's values, or None if it is the largest value of the answer.

    Examples
    --------
    >>> leads = [{"name": "L", "rate": 1.0, "mu": 0.0}, {"name": "R", "rate": 0.25, "mu": 0.0}]
    >>> natural_size("current", {"leads": leads, "transitions": [{"from": 0, "to": 1, "M": 0.5}]})
    0.5
    """
    if task in ("current", "lead_currents", "heat_currents", "spin_currents", "spin_heat"):
        rate = max(rate for lead in params["leads"] for rate in rates_of_spins(lead))
        M = max((probability_at(item, lead) for item in params["transitions"] for lead in params["leads"]), default=0.0)
        if task in ("heat_currents", "spin_heat"):
            split = 0.5 * abs(params.get("zeeman", 0.0))
            M *= max((abs(energy) + split for _, _, energy in _tunnelling(params)), default=0.0)
        return float(rate * M)
    if task == "spectrum":
        return natural_energy(params["dot"], params["electrons"])
    return None if task == "interaction_integrals" else 1.0


def decades_of_rates(params: Question) -> float:
    """Return the logarithm to base 10 of the ratio between the largest and the smallest rate of a transport case.

    Rates are t M f and t M (1 - f) of every transition, lead and spin; those with t = 0 or M = 0 do not count.

    Examples
    --------
    >>> levels = [{"electrons": 0, "energy": 0.0, "two_S": 0}, {"electrons": 1, "energy": 0.0, "two_S": 1}]
    >>> leads = [{"name": "L", "rate": 1.0, "mu": 0.0}, {"name": "R", "rate": 0.01, "mu": 0.0}]
    >>> one = [{"from": 0, "to": 1, "M": 1.0}]
    >>> round(decades_of_rates({"levels": levels, "transitions": one, "leads": leads, "kT": 1.0, "gate": 0.0}), 6)
    2.0
    """
    logarithms: list[float] = []
    for item, lead, energy in _tunnelling(params):
        M = probability_at(item, lead)
        for rate, sigma in zip(rates_of_spins(lead), (1, -1), strict=True):
            if M and rate:
                x = (energy + sigma * params.get("zeeman", 0.0) / 2) / lead.get("kT", params["kT"])
                size = math.log(M) + math.log(rate)
                logarithms += [size - _log_one_plus_exp(x), size - _log_one_plus_exp(-x)]
    return (max(logarithms) - min(logarithms)) / math.log(10.0) if logarithms else 0.0


def rates_of_spins(lead: Fields) -> tuple[float, float]:
    """Return the rates of spin up and of spin down: one number for both, or one for each.

    >>> rates_of_spins({"name": "L", "rate": {"up": 1.0, "down": 0.25}, "mu": 0.0})
    (1.0, 0.25)
    """
    rate = lead["rate"]
    return (float(rate["up"]), float(rate["down"])) if isinstance(rate, Mapping) else (float(rate), float(rate))


def probability_at(transition: Fields, lead: Fields) -> float:
    """Return M_ji at a lead: one number for all leads, or one for each by name.

    >>> probability_at({"from": 0, "to": 1, "M": {"L": 0.5, "R": 0.25}}, {"name": "R", "rate": 1.0, "mu": 0.0})
    0.25
    """
    M = transition["M"]
    return float(M[lead["name"]] if isinstance(M, Mapping) else M)


def _tunnelling(params: Question) -> Iterator[tuple[Fields, Fields, float]]:
    """Yield every transition and lead with the energy above the chemical potential, E_j - E_i - gate - mu."""
    for item in params["transitions"]:
        low, high = params["levels"][item["from"]], params["levels"][item["to"]]
        for lead in params["leads"]:
            yield item, lead, high["energy"] - low["energy"] - params["gate"] - lead["mu"]


def _log_one_plus_exp(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))

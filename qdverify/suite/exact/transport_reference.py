r"""Exact answers of rate equations with the errors that they allow, derived from the case.

Rounding. A double-precision code forms x = (E_j - E_i - gate - mu)/kT. Each of its four operations rounds a number of
size A = |E_i| + |E_j| + (N_i + N_j)|gate| + |mu| at most, so x is off by ``6 eps A/kT`` (the quotient and the argument
of exp included), f and 1 - f by as much relative, and a rate by

.. math:: \rho = \epsilon\, (8 + 6 \max A / k_B T).                                                    (1)

By the matrix-tree theorem a population is a ratio of sums of products of n-1 rates, all positive, so that rates off by
rho put it off by 2 (n-1) rho, whatever its size; elimination without subtraction adds 2 n^3 eps
(C. A. O'Cinneide, Numer. Math. 65, 109 (1993)). Together

.. math:: \sigma = 2(n-1)\rho + 2 n^3 \epsilon                                                         (2)

is the best that double precision promises of the case. For a claimed accuracy a a population P is allowed an error of
a kappa P, relative, be it 0.5 or 1e-300, with the condition

.. math:: \kappa = \max(1, \sigma / \min(a, a_0)), \qquad a_0 = 10^{-9}:                               (3)

nobody is held to more than double precision can give, and a claim coarser than a_0 is read as so much coarser an
arithmetic. A claimed absolute accuracy a allows a kappa times the natural size: 1 for a population, the largest rate
times the largest M_ji for a current. The larger of the two allowances counts. A result below the smallest normal double
has no relative accuracy: 2.2e-308 is added.

Cancellation. The current through a barrier is the difference of the electrons that enter and leave, so populations
and rates off by a kappa put it off by ``a kappa Phi``, where Phi^l is the gross flow through barrier l, in plus out.
That is the accuracy to which I^L, I^R and their equality can be asked for, at zero bias too, where Phi is all there is.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from mpmath import workdps

from analytic import Chain, aggregated_hops, barrier_flows, fermi_functions, grand_canonical, transport_exact
from qdverify.protocol.accuracy import CLASS_ACCURACY, Accuracy, natural_size
from qdverify.protocol.json_types import CurrentAnswer, LeadsQuestion
from qdverify.suite.comparators import close
from qdverify.suite.evidence import resting_on
from qdverify.suite.exact.transport_cases import Case
from qdverify.suite.finding import Comparison, Tolerance, exact
from qdverify.suite.subject import Subject

DIGITS: Final = 20
UNDERFLOW: Final = sys.float_info.min
TREES: Final = "sum over spanning trees, 20 digits"


@dataclass(frozen=True, order=True)
class Rounding:
    """What double precision and absolute accuracy mean in one case.

    Attributes
    ----------
    sigma
        Relative rounding error of Eq. (2).
    current
        Natural size of a current: the largest rate times the largest M_ji.
    """

    sigma: float
    current: float

    def condition(self, accuracy: float) -> float:
        """Return kappa of Eq. (3) for a claimed accuracy; a_0 stands for one that is not claimed."""
        return max(1.0, self.sigma / min(accuracy or CLASS_ACCURACY, CLASS_ACCURACY))


@dataclass(frozen=True)
class TransportReference:
    """The exact answer of a case, rounded to doubles.

    Attributes
    ----------
    populations
        Of each level, summed over S_z.
    current
        From L to R, the same through both barriers.
    gross
        Electrons in plus out per time through each barrier, Phi^l.
    rounding
        sigma of Eq. (2), with the natural size of a current.
    """

    populations: tuple[float, ...]
    current: float
    gross: Mapping[str, float]
    rounding: Rounding


def solve_exactly(case: Case) -> TransportReference:
    """Return the exact answer of a case, from memory if it was asked before."""
    return _solved(json.dumps(case, sort_keys=True))


@lru_cache(maxsize=4096)
def _solved(document: str) -> TransportReference:
    case = json.loads(document)
    found = transport_exact(**case, digits=DIGITS)
    return TransportReference(
        tuple(float(population) for population in found.populations),
        float(found.current),
        {name: float(flow) for name, flow in found.gross.items()},
        rounding_error(case),
    )


def boltzmann(case: Case) -> tuple[float, ...]:
    """Return the grand-canonical populations at the left lead's chemical potential."""
    chain = Chain.from_case(**case)
    with workdps(DIGITS + 10):
        return tuple(float(population) for population in grand_canonical(chain, chain.leads[0].mu))


def from_populations(case: Case, populations: Sequence[float]) -> dict[str, tuple[float, float]]:
    """Return the current from L to R that given populations carry by [J96] Eq. (2), and the gross flow, by barrier.

    Populations that are none, below zero, add to the gross flow by their size.
    """
    chain = Chain.from_case(**case)
    with workdps(DIGITS + 10):
        hops = aggregated_hops(chain, fermi_functions(chain))
        flows, sizes = (barrier_flows(hops, P) for P in (populations, [abs(P) for P in populations]))
        current = {"L": flows["L"][0] - flows["L"][1], "R": flows["R"][1] - flows["R"][0]}
        return {name: (float(current[name]), float(sum(sizes[name]))) for name in current}


def rounding_error(case: Case | LeadsQuestion) -> Rounding:
    """Return sigma of Eq. (2) at the temperature of the coldest lead, with the natural size of a current."""
    n = len(case["levels"])
    mu = max(abs(lead["mu"]) for lead in case["leads"])
    sizes = [mu]
    for item in case["transitions"]:
        low, high = case["levels"][item["from"]], case["levels"][item["to"]]
        shift = (low["electrons"] + high["electrons"]) * abs(case["gate"])
        sizes.append(abs(low["energy"]) + abs(high["energy"]) + shift + mu)
    coldest = min(lead.get("kT", case["kT"]) for lead in case["leads"])
    rate_error = sys.float_info.epsilon * (8 + 6 * max(sizes) / coldest)
    sigma = float(2 * (n - 1) * rate_error + 2 * n**3 * sys.float_info.epsilon)
    return Rounding(sigma, natural_size("current", case) or 0.0)


def allowance(accuracy: Accuracy, scale: float, rounding: Rounding, natural: float) -> float:
    """Return what an accuracy allows a number to be off by, as `relative_tolerance` does.

    Parameters
    ----------
    accuracy
        To which a program is held.
    scale, natural
        What its relative and its absolute part refer to.
    """
    relative = accuracy.relative * rounding.condition(accuracy.relative) * scale
    return max(relative, accuracy.absolute * rounding.condition(accuracy.absolute) * natural)


def relative_tolerance(
    subject: Subject, task: str, scale: float, rounding: Rounding, natural: float | None = None
) -> Tolerance:
    """Return a kappa of the scale, with kappa of Eq. (3); an absolute accuracy refers to `natural`, or the scale."""
    accuracy = subject.accuracy(task)
    return subject.tolerance(
        task,
        scale,
        condition=rounding.condition(accuracy.relative),
        natural=natural,
        absolute_condition=rounding.condition(accuracy.absolute),
    )


def population_tolerance(subject: Subject, population: float, rounding: Rounding, *, times: int = 1) -> Tolerance:
    """Return what a population, or a sum of populations, may be off by.

    Parameters
    ----------
    population
        The population, or the sum of those that the compared value is made of.
    times
        How many populations the compared value is made of: each may be off by the whole of an absolute accuracy.
    """
    claimed = relative_tolerance(subject, "stationary_state", population, rounding, float(times))
    return replace(claimed, value=claimed.value + UNDERFLOW, origin=f"{claimed.origin} + smallest double")


def flow_tolerance(subject: Subject, gross: float, rounding: Rounding, *, times: float = 1.0) -> Tolerance:
    """Return what the current through a barrier of given gross flow may be off by.

    Parameters
    ----------
    gross
        Sum of the gross flows behind the compared value.
    times
        How many currents the compared value adds up: what a natural size is multiplied by.
    """
    claimed = relative_tolerance(subject, "current", gross, rounding, times * rounding.current)
    origin = f"{claimed.origin} (relative to gross flow) + smallest double"
    return replace(claimed, value=claimed.value + UNDERFLOW, origin=origin)


def compare_populations(subject: Subject, case: Case, expected: tuple[float, ...], origin: str) -> list[Comparison]:
    """Compare all populations with the largest one's tolerance, then the one that is worst relative to its own size."""
    rounding = rounding_error(case)
    measured = subject.ask("stationary_state", **case)["populations"]
    whole = close(measured, exact(list(expected), origin), population_tolerance(subject, max(expected), rounding))
    tolerances = [population_tolerance(subject, value, rounding) for value in expected]

    k = max(range(len(expected)), key=lambda k: abs(measured[k] - expected[k]) / tolerances[k].value)
    note = f"level {k}, the worst relative to its size"
    worst = close(measured[k], exact(expected[k], origin), tolerances[k], note=note)
    return resting_on(subject, [whole, worst], ("stationary_state", case))


def by_barrier(answer: CurrentAnswer) -> dict[str, float]:
    """Return the current through each barrier, by the name of its lead."""
    return {"L": answer["I_L"], "R": answer["I_R"]}


def compare_currents(
    subject: Subject, case: Case, expected: float, origin: str, *, task: str = "current"
) -> list[Comparison]:
    """Compare the currents through both barriers, each to its own gross flow."""
    reference = solve_exactly(case)
    measured = subject.ask(task, **case)
    comparisons = [
        close(
            measured[f"I_{name}"],
            exact(expected, origin),
            flow_tolerance(subject, reference.gross[name], reference.rounding),
            note=f"I_{name}",
        )
        for name in ("L", "R")
    ]
    # an extension task has no accuracy of its own, by which a wrong model could be told
    return resting_on(subject, comparisons, (task, case)) if task == "current" else comparisons

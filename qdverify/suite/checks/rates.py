"""The rates of [J96] Eq. (3), measured one by one through populations and currents.

A rate is no answer of the protocol, but two levels show every part of it: the populations with one lead coupled are a
ratio of two rates, and the current through a barrier that is much thinner than the other is one rate alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp
from typing import Final

from analytic import two_level_current
from qdverify.protocol.json_types import Lead
from qdverify.suite.comparators import close
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.evidence import resting_on
from qdverify.suite.exact.transport_cases import Case, leads, one_orbital, two_levels
from qdverify.suite.exact.transport_reference import (
    by_barrier,
    compare_populations,
    flow_tolerance,
    population_tolerance,
    rounding_error,
    solve_exactly,
)
from qdverify.suite.finding import Comparison, Stage, exact
from qdverify.suite.subject import Subject

SPINS: Final = ((0, 1), (1, 0), (1, 2), (2, 1), (2, 3), (3, 4))
THIN: Final = 2.0**-10


def _balances(scope: Scope) -> Iterator[Trial]:
    for two_S_i, two_S_j in SPINS if scope.full else SPINS[:4]:
        for lead in ("L", "R"):
            for distance in (-3.0, 1.0, 40.0):
                inputs = {"two_S_i": two_S_i, "two_S_j": two_S_j, "lead": lead, "distance": distance}
                yield Trial(f"2S = {two_S_i} -> {two_S_j}, lead {lead}, {distance:g} kT", inputs)


@check(
    "rates.detailed-balance@1",
    suite="rates",
    stage=Stage.RATES,
    claim="With one lead coupled, P_j/P_i = (2S_j+1)/(2S_i+1) exp[-(E_j - E_i - gate - mu)/kT]",
    equation="[J96] Eq. (3); f(x) + f(-x) = 1",
    tasks=("stationary_state",),
    trials=_balances,
)
def detailed_balance(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the populations of two levels with Boltzmann's, the other lead being cut off and far away."""
    two_S_i, two_S_j, lead, x = (trial.inputs[key] for key in ("two_S_i", "two_S_j", "lead", "distance"))
    kT, mu = 2.0**-6, 0.25
    rate = {name: 0.5 * (name == lead) for name in "LR"}
    pair: list[Lead] = [{"name": name, "rate": rate[name], "mu": mu if name == lead else -1.0} for name in "LR"]
    case: Case = {**two_levels(two_S_i, two_S_j), "leads": pair, "kT": kT, "gate": 0.25 - kT * x}
    ratio = (two_S_j + 1) / (two_S_i + 1) * exp(-x)
    yield from compare_populations(subject, case, (1 / (1 + ratio), ratio / (1 + ratio)), "Boltzmann factors")


def _barriers(scope: Scope) -> Iterator[Trial]:
    for two_S_i, two_S_j in SPINS if scope.full else SPINS[:4]:
        for thin in ("L", "R"):
            for bias in (0.5, -0.5):
                inputs = {"two_S_i": two_S_i, "two_S_j": two_S_j, "thin": thin, "bias": bias}
                yield Trial(f"2S = {two_S_i} -> {two_S_j}, thin {thin}, bias {bias:+g}", inputs)


@check(
    "rates.one-barrier@1",
    suite="rates",
    stage=Stage.RATES,
    claim="At full bias a thin barrier passes 2 t M_ji electrons into the dot, or 2 t M_ji (2S_i+1)/(2S_j+1) out of it",
    equation="[J96] Eq. (3), summed over S_z: physics.md section 5",
    tasks=("current",),
    trials=_barriers,
)
def one_barrier(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Let one barrier be 2^-10 of the other, and count electrons there; the sign of the current is no matter here."""
    two_S_i, two_S_j, thin, bias = (trial.inputs[key] for key in ("two_S_i", "two_S_j", "thin", "bias"))
    t_L, t_R = _rates(thin)
    case: Case = {**two_levels(two_S_i, two_S_j), "leads": leads(bias, t_L, t_R), "kT": 2.0**-9, "gate": 0.5}
    f_L, f_R = (1, 0) if bias > 0 else (0, 1)
    expected = two_level_current(M=0.75, two_S_i=two_S_i, two_S_j=two_S_j, t_L=t_L, t_R=t_R, f_L=f_L, f_R=f_R)
    reference = solve_exactly(case)
    counted = close(
        abs(by_barrier(subject.ask("current", **case))[thin]),
        exact(abs(float(expected)), "closed form of two levels, Fermi functions 0 and 1 to e^-128"),
        flow_tolerance(subject, reference.gross[thin], reference.rounding),
        note=f"|I_{thin}|",
    )
    yield from resting_on(subject, [counted], ("current", case))


def _rates(thin: str) -> tuple[float, float]:
    return (0.5 * THIN, 0.5) if thin == "L" else (0.5, 0.5 * THIN)


@check(
    "rates.lead-names@1",
    suite="rates",
    stage=Stage.RATES,
    claim="A lead is known by its name: listing R before L changes no current",
    equation="protocol.md, tasks 5 and 6",
    tasks=("current",),
    trials=lambda _: (Trial(f"thin {thin}", {"thin": thin}) for thin in ("L", "R")),
)
def lead_names(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Ask for the same current with the leads in either order."""
    pair = leads(0.5, *_rates(trial.inputs["thin"]))
    case: Case = {**two_levels(0, 1), "leads": pair, "kT": 2.0**-9, "gate": 0.5}
    forth = by_barrier(subject.ask("current", **case))
    turned: Case = {**case, "leads": pair[::-1]}
    back = by_barrier(subject.ask("current", **turned))
    reference = solve_exactly(case)
    for name in ("L", "R"):
        tolerance = flow_tolerance(subject, 2 * reference.gross[name], reference.rounding, times=2)
        expected = exact(forth[name], "the answer with L listed first", own=True)
        comparison = close(back[name], expected, tolerance, note=f"I_{name}")
        yield from resting_on(subject, [comparison], ("current", case), ("current", turned))


def _gates(_: Scope) -> Iterator[Trial]:
    for gate, electrons in ((-2.0, 0), (0.75, 1), (3.0, 2)):
        yield Trial(f"gate {gate:g}", {"gate": gate, "electrons": electrons})


@check(
    "rates.gate@1",
    suite="rates",
    stage=Stage.RATES,
    claim="The gate shifts N electrons by -gate N: the larger it is, the more electrons the dot holds",
    equation="physics.md section 2; [J96] Eq. (1)",
    tasks=("stationary_state",),
    trials=_gates,
)
def gate(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Ask which level of one orbital holds the population far below, between and far above its resonances."""
    case: Case = {**one_orbital(), "leads": leads(0.0), "kT": 2.0**-9, "gate": trial.inputs["gate"]}
    expected = tuple(float(k == trial.inputs["electrons"]) for k in range(3))
    measured = subject.ask("stationary_state", **case)["populations"]
    tolerance = population_tolerance(subject, 1.0, rounding_error(case))
    whole = close(measured, exact(list(expected), "one level holds all, to e^-128"), tolerance)
    yield from resting_on(subject, [whole], ("stationary_state", case))


def _sides(_: Scope) -> Iterator[Trial]:
    for lead in ("L", "R"):
        for mu in (0.25, -0.25):
            yield Trial(f"mu_{lead} = {mu:+g}", {"lead": lead, "mu": mu})


@check(
    "rates.chemical-potential@1",
    suite="rates",
    stage=Stage.RATES,
    claim="Each lead acts with its own rate and its own chemical potential, whatever the other's",
    equation="[J96] Eq. (3)",
    tasks=("stationary_state",),
    trials=_sides,
)
def chemical_potential(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Let one lead, four times as open as the other, lie beside the resonance and the other on it."""
    name, mu = trial.inputs["lead"], trial.inputs["mu"]
    pair: list[Lead] = [
        {"name": "L", "rate": 1.0 if name == "L" else 0.25, "mu": mu if name == "L" else 0.0},
        {"name": "R", "rate": 1.0 if name == "R" else 0.25, "mu": mu if name == "R" else 0.0},
    ]
    case: Case = {**two_levels(0, 1), "leads": pair, "kT": 2.0**-8, "gate": 0.5}
    filled = 1.0 if mu > 0 else 0.0
    up, down = 2 * (filled + 0.125), (1 - filled) + 0.125
    expected = (down / (up + down), up / (up + down))
    yield from compare_populations(subject, case, expected, "two rates, f = 0 or 1 at one lead and 1/2 at the other")


def _temperatures(scope: Scope) -> Iterator[Trial]:
    for kT in (2.0**-20, 2.0**-14, 2.0**-7, 1.0, 16.0) if scope.full else (2.0**-14, 2.0**-7, 16.0):
        yield Trial(f"kT = {kT:g}", {"kT": kT})


@check(
    "rates.temperature@1",
    suite="rates",
    stage=Stage.RATES,
    claim="kT is an energy: populations fall by e for each kT between resonance and chemical potential",
    equation="[J96] Eq. (3): f(x) = 1/(1 + e^x)",
    tasks=("stationary_state",),
    trials=_temperatures,
)
def temperature(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Measure P_1/P_0 of one orbital 4 kT below resonance, at temperatures over many decades."""
    kT = trial.inputs["kT"]
    case: Case = {**two_levels(0, 1), "leads": leads(0.0), "kT": kT, "gate": 0.5 - 4 * kT}
    ratio = 2 * exp(-4)
    yield from compare_populations(subject, case, (1 / (1 + ratio), ratio / (1 + ratio)), "P_1/P_0 = 2 e^-4")

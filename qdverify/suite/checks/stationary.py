"""The stationary state of the rate equation, from two levels to the ladder of 13, from kT = 1e-6 to 10.

Populations are compared relative to their own size: a population of 1e-200 decides a blockaded current as much as one
of 1/2. What a case allows is derived in `qdverify.suite.exact.transport_reference`.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from analytic import zero_temperature_populations
from qdverify.protocol.answers import AnswerError
from qdverify.protocol.json_types import Lead, Level, OperatingPoint, Transition
from qdverify.suite.checks.transport_trials import (
    BEYOND_DOUBLES,
    T_LEFT,
    T_RIGHT,
    ask_for_single_states,
    between_barriers,
    deep_trials,
    random_trials,
    resolvable_trials,
    two_level_trials,
)
from qdverify.suite.comparators import at_most, close, equal
from qdverify.suite.declare import Scope, Trial, check, once
from qdverify.suite.evidence import resting_on
from qdverify.suite.exact import transport_cases
from qdverify.suite.exact.transport_cases import Case, leads, random_case
from qdverify.suite.exact.transport_reference import (
    TREES,
    boltzmann,
    compare_populations,
    population_tolerance,
    rounding_error,
    solve_exactly,
)
from qdverify.suite.finding import Comparison, Stage, Tolerance, exact
from qdverify.suite.subject import Subject


@check(
    "stationary.one-transition@2",
    suite="stationary",
    stage=Stage.RATES,
    claim="Two levels hold P_j/P_i = (2S_j+1) sum_l t_l f_l / [(2S_i+1) sum_l t_l (1-f_l)]",
    equation="physics.md section 5, from [J96] Eq. (3)",
    tasks=("stationary_state",),
    trials=lambda scope: two_level_trials(scope, (0.125, -0.125)),
)
def one_transition(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare two levels at a finite bias, between unequal barriers, with the closed form."""
    case, f_L, f_R = between_barriers(**trial.inputs)
    full, empty = T_LEFT * f_L + T_RIGHT * f_R, T_LEFT * (1 - f_L) + T_RIGHT * (1 - f_R)
    low, high = (trial.inputs["two_S_i"] + 1) * empty, (trial.inputs["two_S_j"] + 1) * full
    yield from compare_populations(subject, case, (low / (low + high), high / (low + high)), "closed form")


def below_zero(subject: Subject) -> Tolerance:
    """Return how far below zero a population may lie: not at all, unless an absolute accuracy is claimed."""
    absolute = subject.accuracy("stationary_state").absolute
    return Tolerance(absolute, f"absolute accuracy {absolute:.0e} of stationary_state" if absolute else "a probability")


@check(
    "stationary.probabilities@2",
    suite="stationary",
    stage=Stage.RATES,
    claim="Populations are not negative and add up to 1",
    equation="physics.md section 5: sum P = 1, P >= 0",
    tasks=("stationary_state",),
    trials=lambda scope: random_trials(scope, "stationary.probabilities", 8, 60, depth=BEYOND_DOUBLES),
)
def probabilities(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Add up the populations of cases so cold that most of them underflow."""
    populations = subject.ask("stationary_state", **trial.inputs)["populations"]
    tolerance = population_tolerance(subject, 1.0, rounding_error(trial.inputs), times=len(populations))
    total = close(fsum(populations), exact(1.0, "normalisation"), tolerance, note="sum of all populations")
    least = at_most(-min(populations), 0.0, below_zero(subject), origin="no population is negative")
    yield from resting_on(subject, (total, least), ("stationary_state", trial.inputs))


def _equilibria(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("stationary.grand-canonical")
    for number in range(30 if scope.full else 5):
        for same_mu in (True, False):
            case = random_case(choose)
            left, right = case["leads"]
            other: Lead = {**right, "mu": 0.125} if same_mu else {**right, "rate": 0.0}
            case = {**case, "leads": [{**left, "mu": 0.125}, other]}
            case["kT"] = transport_cases.largest_exponent(case) / transport_cases.SMALLEST_EXPONENT
            label = "mu_L = mu_R" if same_mu else "only L coupled"
            yield Trial(f"random chain {number}, {label}", case)


@check(
    "stationary.grand-canonical@1",
    suite="stationary",
    stage=Stage.RATES,
    claim="With one chemical potential the populations are (2S+1) exp[-(E - (gate + mu) N)/kT], whatever t and M_ji",
    equation="detailed balance of [J96] Eq. (3)",
    tasks=("stationary_state",),
    trials=_equilibria,
    requires=("rates.detailed-balance",),
)
def grand_canonical(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare cases in equilibrium with both leads, or with the only one that is coupled, with Boltzmann."""
    yield from compare_populations(subject, trial.inputs, boltzmann(trial.inputs), "Boltzmann factors")


@check(
    "stationary.matrix-tree@1",
    suite="stationary",
    stage=Stage.RATES,
    claim="The populations are Kirchhoff's sums over spanning trees, with rates over 240 decades",
    equation="matrix-tree theorem; physics.md section 5",
    tasks=("stationary_state",),
    trials=lambda scope: random_trials(scope, "chains.matrix-tree", 12, 150),
    requires=("stationary.one-transition",),
)
def matrix_tree(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare every population of random cases with the exact one, relative to its size."""
    yield from compare_populations(subject, trial.inputs, solve_exactly(trial.inputs).populations, TREES)


@check(
    "stationary.deep-blockade@1",
    suite="stationary",
    stage=Stage.RATES,
    claim="Populations that a double can hold are right even if rates and other populations are far below 1e-308",
    equation="matrix-tree theorem; physics.md section 5",
    tasks=("stationary_state",),
    trials=deep_trials,
    requires=("stationary.matrix-tree",),
)
def deep_blockade(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare cases with rates down to e^-30000, and 13 levels at 10 mK, with the exact populations."""
    yield from compare_populations(subject, trial.inputs, solve_exactly(trial.inputs).populations, TREES)


@check(
    "stationary.order@1",
    suite="stationary",
    stage=Stage.RATES,
    claim="Levels, transitions and leads may be listed in any order: the populations follow their levels",
    equation="protocol.md, task 5",
    tasks=("stationary_state",),
    trials=lambda scope: random_trials(scope, "chains.order", 6, 40),
    requires=("stationary.matrix-tree",),
)
def order(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """List the levels by falling electron number, then rotated, the leads as R, L."""
    size = len(trial.inputs["levels"])
    falling = sorted(range(size), key=lambda k: -trial.inputs["levels"][k]["electrons"])
    populations = solve_exactly(trial.inputs).populations
    for places in (falling, [*range(1, size), 0]):
        expected = tuple(populations[k] for k in places)
        yield from compare_populations(subject, transport_cases.permuted(trial.inputs, places), expected, TREES)


@check(
    "stationary.units@1",
    suite="stationary",
    stage=Stage.RATES,
    claim="Populations depend on ratios of energies and of rates only, and on gate + mu only",
    equation="[J96] Eq. (3); physics.md section 1",
    tasks=("stationary_state",),
    trials=lambda scope: random_trials(scope, "chains.units", 4, 30),
    requires=("stationary.matrix-tree",),
)
def units(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Change the units of energy and rate by powers of 2, and move the gate into the chemical potentials."""
    expected = solve_exactly(trial.inputs).populations
    yield from compare_populations(subject, transport_cases.scaled(trial.inputs, 2.0**12, 2.0**-9), expected, TREES)
    moved = transport_cases.gate_as_potential(trial.inputs)
    yield from compare_populations(subject, moved, solve_exactly(moved).populations, f"{TREES}, gate in mu")


@check(
    "stationary.resolved@1",
    suite="stationary",
    stage=Stage.RATES,
    claim="The S_z-resolved chain, entered as single states, holds 1/(2S+1) of a level's population in every state",
    equation="[J96] Eq. (3) with squared Clebsch-Gordan coefficients; physics.md section 5",
    tasks=("stationary_state",),
    trials=resolvable_trials,
    requires=("stationary.matrix-tree",),
)
def resolved(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the populations of the single states with those of the aggregated chain."""
    populations = solve_exactly(trial.inputs).populations
    multiplicity = [item["two_S"] + 1 for item in trial.inputs["levels"]]
    expected = tuple(P / g for P, g in zip(populations, multiplicity, strict=True) for _ in range(g))
    single = transport_cases.resolved(trial.inputs)
    ask_for_single_states(subject, "stationary_state", single)
    yield from compare_populations(subject, single, expected, f"{TREES}, aggregated chain")


def _plateaux(scope: Scope) -> Iterator[Trial]:
    orbital, blockade = transport_cases.one_orbital(), transport_cases.spin_blockade()
    for label, level_scheme, gate, bias in (
        ("one orbital, N = 0, 1", orbital, 0.5, 0.5),
        ("one orbital, N = 1, 2", orbital, 1.0, -0.5),
        ("one orbital, N = 0, 1, 2", orbital, 0.75, 1.0),
        ("one orbital, at a threshold", orbital, 0.25, 0.5),
        ("spin blockade, open", blockade, 0.953125, 0.25),
        ("spin blockade, closed", blockade, 0.953125, 0.375),
    ):
        for t_L, t_R in ((1.0, 0.125), (0.125, 1.0)):
            case = {**level_scheme, "leads": leads(bias, t_L, t_R), "gate": gate}
            yield Trial(f"{label}, t = {t_L:g}, {t_R:g}", case)


@check(
    "stationary.zero-temperature@1",
    suite="stationary",
    stage=Stage.RATES,
    claim="For kT -> 0 populations become rational functions of t^L, t^R and M_ji",
    equation="physics.md section 5: Fermi functions 0 or 1, and 1/2 at a threshold",
    tasks=("stationary_state",),
    trials=_plateaux,
    requires=("stationary.one-transition",),
)
def zero_temperature(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare populations at kT = 2^-14, where the nearest threshold is 256 kT away or met exactly, with the limit."""
    inputs = trial.inputs
    expected = tuple(float(population.limit) for population in zero_temperature_populations(**inputs))
    case: Case = {
        "levels": inputs["levels"],
        "transitions": inputs["transitions"],
        "leads": inputs["leads"],
        "gate": inputs["gate"],
        "kT": 2.0**-14,
    }
    measured = subject.ask("stationary_state", **case)["populations"]
    tolerance = population_tolerance(subject, 1.0, rounding_error(case))
    whole = close(measured, exact(list(expected), "rational limit, reached to e^-256"), tolerance)
    yield from resting_on(subject, [whole], ("stationary_state", case))


@check(
    "stationary.reducible@2",
    suite="stationary",
    stage=Stage.RATES,
    claim="Levels that no transition joins have no unique stationary state: it is refused, or one of them is given",
    equation="physics.md section 5; protocol.md: non-finite numbers are an error",
    tasks=("stationary_state",),
    trials=once,
    requires=("stationary.one-transition",),
)
def reducible(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Join two pairs of levels but not the pairs: inside each pair the ratio of populations is fixed."""
    pair = transport_cases.two_levels(0, 1)
    higher: list[Level] = [{**item, "energy": item["energy"] + 1.0} for item in pair["levels"]]
    transitions: list[Transition] = [{"from": 0, "to": 1, "M": 0.75}, {"from": 2, "to": 3, "M": 0.5}]
    point: OperatingPoint = {"leads": leads(0.25, 1.0, 0.5), "kT": 0.125, "gate": 0.5}
    case: Case = {"levels": [*pair["levels"], *higher], "transitions": transitions, **point}
    try:
        populations = subject.ask("stationary_state", **case)["populations"]
    except AnswerError:
        yield equal("refused", exact("refused", "no unique stationary state"), note="two closed classes")
        return
    rounding = rounding_error(case)
    tolerance = population_tolerance(subject, 1.0, rounding)
    low, high = solve_exactly({**pair, **point}).populations
    for i, j in ((0, 1), (2, 3)):
        share = populations[i] + populations[j]
        yield close([populations[i], populations[j]], exact([low * share, high * share], "closed form"), tolerance)
    whole = population_tolerance(subject, 1.0, rounding, times=len(populations))
    yield close(fsum(populations), exact(1.0, "normalisation"), whole, note="sum of all populations")

"""The current through either barrier: its value, its conservation, its sign and its symmetries.

Both barriers carry one current, but each code counts it as a difference of electrons in and out. What that difference
allows is derived in `qdverify.suite.exact.transport_reference`: the gross flow through a barrier is the scale of its
tolerance.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from analytic import two_level_current
from qdverify.protocol.answers import Unsupported
from qdverify.protocol.json_types import Lead
from qdverify.suite.checks.transport_trials import (
    STRONG_M,
    T_LEFT,
    T_RIGHT,
    ask_for_single_states,
    between_barriers,
    deep_trials,
    random_trials,
    resolvable_trials,
    two_level_trials,
)
from qdverify.suite.comparators import at_most, close
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.evidence import resting_on
from qdverify.suite.exact import transport_cases
from qdverify.suite.exact.transport_cases import leads, random_case
from qdverify.suite.exact.transport_reference import (
    TREES,
    by_barrier,
    compare_currents,
    flow_tolerance,
    from_populations,
    relative_tolerance,
    rounding_error,
    solve_exactly,
)
from qdverify.suite.finding import Comparison, Stage, Tolerance, exact
from qdverify.suite.subject import Subject

VISIBLE: Final = 100.0
"""How far a current must stand out of its tolerance for its sign to mean something."""


@check(
    "current.one-transition@2",
    suite="current",
    stage=Stage.CURRENT,
    claim="I = 2 M g_i t_L t_R (f_L - f_R) / [g_i sum t (1-f) + g_j sum t f] through two levels, g = 2S+1",
    equation="[J96] Eqs. (2) and (3); physics.md section 5",
    tasks=("current",),
    trials=lambda scope: two_level_trials(scope, (0.125, -0.125, 0.5)),
    requires=("rates.one-barrier",),
)
def one_transition(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare two levels between unequal barriers with the closed form."""
    case, f_L, f_R = between_barriers(**trial.inputs)
    spins = {key: trial.inputs[key] for key in ("two_S_i", "two_S_j")}
    expected = float(two_level_current(M=STRONG_M, **spins, t_L=T_LEFT, t_R=T_RIGHT, f_L=f_L, f_R=f_R))
    yield from compare_currents(subject, case, expected, "closed form")


def _everywhere(scope: Scope) -> Iterator[Trial]:
    """Yield random points of (gate, bias) from kT = 1e-6 to 10, on random level schemes and on the ladder."""
    choose = scope.random("current.conservation")
    for number in range(100 if scope.full else 12):
        level_scheme = (
            transport_cases.ladder(choose)
            if scope.full and number % 5 == 0
            else transport_cases.random_level_scheme(choose)
        )
        gate, bias, kT = choose.uniform(-1.0, 3.0), choose.uniform(-1.0, 1.0), 10 ** choose.uniform(-6, 1)
        pair = leads(bias, *(10 ** choose.uniform(-3, 0) for _ in range(2)))
        yield Trial(f"point {number}, kT = {kT:.1e}", {**level_scheme, "leads": pair, "kT": kT, "gate": gate})


@check(
    "current.conservation@1",
    suite="current",
    stage=Stage.CURRENT,
    claim="I_L = I_R: in the stationary state as many electrons leave the dot as enter it",
    equation="[J96] Eq. (2); physics.md section 5",
    tasks=("current",),
    trials=_everywhere,
    requires=("rates.one-barrier",),
)
def conservation(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Subtract the two currents, from kT = 1e-6 to kT = 10, to the accuracy that both gross flows allow."""
    reference = solve_exactly(trial.inputs)
    measured = subject.ask("current", **trial.inputs)
    tolerance = flow_tolerance(subject, reference.gross["L"] + reference.gross["R"], reference.rounding, times=2)
    comparison = close(measured["I_L"], exact(measured["I_R"], "the current at the other barrier", own=True), tolerance)
    yield from resting_on(subject, [comparison], ("current", trial.inputs))


def _no_bias(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("current.zero")
    for number in range(30 if scope.full else 5):
        case = random_case(choose)
        left, right = case["leads"]
        yield Trial(f"random chain {number}, no bias", {**case, "leads": [left, {**right, "mu": left["mu"]}]})
        yield Trial(f"random chain {number}, R uncoupled", {**case, "leads": [left, {**right, "rate": 0.0}]})
        yield Trial(f"random chain {number}, L uncoupled", {**case, "leads": [{**left, "rate": 0.0}, right]})


@check(
    "current.zero@1",
    suite="current",
    stage=Stage.CURRENT,
    claim="No current flows without bias, whatever the barriers, nor if one lead is uncoupled, whatever the bias",
    equation="detailed balance of [J96] Eq. (3)",
    tasks=("current",),
    trials=_no_bias,
    requires=("rates.one-barrier",),
)
def zero(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Ask for both currents; all there is to cancel is the gross flow."""
    yield from compare_currents(subject, trial.inputs, 0.0, "equilibrium")


@check(
    "current.bias-reversal@1",
    suite="current",
    stage=Stage.CURRENT,
    claim="Exchanging left and right turns the current; for t^L = t^R so does turning the bias: I(-V) = -I(V)",
    equation="[J96] Eqs. (2) and (3): both barriers enter alike",
    tasks=("current",),
    trials=lambda scope: random_trials(scope, "chains.bias", 4, 40, depth=60.0),
    requires=("current.one-transition",),
)
def bias_reversal(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the currents of a case and of its mirror image, between unequal and between equal barriers."""
    unequal: transport_cases.Case = trial.inputs
    equal_rates: list[Lead] = [{**lead, "rate": 0.5} for lead in unequal["leads"]]
    equal: transport_cases.Case = {**unequal, "leads": equal_rates}
    for label, case in (("unequal", unequal), ("equal", equal)):
        mirror = transport_cases.mirrored(case)
        there, back = solve_exactly(case), solve_exactly(mirror)
        for name, other in (("L", "R"), ("R", "L")):
            gross = there.gross[name] + back.gross[other]
            comparison = close(
                by_barrier(subject.ask("current", **mirror))[other],
                exact(
                    -by_barrier(subject.ask("current", **case))[name], "minus the current of the mirror image", own=True
                ),
                flow_tolerance(subject, gross, there.rounding, times=2),
                note=f"{label} barriers",
            )
            yield from resting_on(subject, [comparison], ("current", case), ("current", mirror))


@check(
    "current.direction@1",
    suite="current",
    stage=Stage.CURRENT,
    claim="Particles flow from the higher to the lower chemical potential: I has the sign of mu_L - mu_R",
    equation="protocol.md, task 6; every term of I has the sign of f_L - f_R",
    tasks=("current",),
    trials=lambda scope: random_trials(scope, "chains.bias", 8, 40, depth=60.0),
    requires=("current.one-transition",),
)
def direction(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Ask for both signs, if the current stands out of what rounding leaves of zero."""
    left, right = trial.inputs["leads"]
    reference = solve_exactly(trial.inputs)
    measured = subject.ask("current", **trial.inputs)
    sign = 1.0 if left["mu"] > right["mu"] else -1.0
    visible = {
        name: measured[f"I_{name}"]
        for name, gross in reference.gross.items()
        if abs(reference.current) > VISIBLE * flow_tolerance(subject, gross, reference.rounding).value
    }
    if not visible:
        raise Unsupported("the current does not stand out of the rounding of the gross flows")
    for name, current in visible.items():
        origin = "sign of mu_L - mu_R"
        comparison = at_most(-sign * current, 0.0, Tolerance(0.0, "a sign"), origin=origin, note=f"I_{name}")
        yield from resting_on(subject, [comparison], ("current", trial.inputs))


@check(
    "current.matrix-tree@1",
    suite="current",
    stage=Stage.CURRENT,
    claim="The current follows from Kirchhoff's sums over spanning trees, down to 1e-240 of t",
    equation="matrix-tree theorem with [J96] Eq. (2); physics.md section 5",
    tasks=("current",),
    trials=lambda scope: random_trials(scope, "chains.matrix-tree", 12, 150),
    requires=("current.one-transition", "stationary.matrix-tree"),
)
def matrix_tree(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare both currents of random cases with the exact one."""
    yield from compare_currents(subject, trial.inputs, solve_exactly(trial.inputs).current, TREES)


@check(
    "current.deep-blockade@1",
    suite="current",
    stage=Stage.CURRENT,
    claim="Currents that a double can hold are right even if rates and populations are far below 1e-308",
    equation="matrix-tree theorem with [J96] Eq. (2); physics.md section 5",
    tasks=("current",),
    trials=deep_trials,
    requires=("current.matrix-tree", "stationary.deep-blockade"),
)
def deep_blockade(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare cases with rates down to e^-30000, and 13 levels at 10 mK with C_ji and M_ji, with exact currents."""
    yield from compare_currents(subject, trial.inputs, solve_exactly(trial.inputs).current, TREES)


@check(
    "current.populations@1",
    suite="current",
    stage=Stage.CURRENT,
    claim="Populations and current of one case belong together: I = sum over rates of the populations answered",
    equation="[J96] Eq. (2)",
    tasks=("stationary_state", "current"),
    trials=lambda scope: random_trials(scope, "current.populations", 6, 40, depth=200.0),
    requires=("current.one-transition",),
)
def populations(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Count the electrons at each barrier with the implementation's own populations, right or wrong."""
    answered = subject.ask("stationary_state", **trial.inputs)["populations"]
    measured, rounding = subject.ask("current", **trial.inputs), rounding_error(trial.inputs)
    # each population may be off by the absolute accuracy: what all of them at 1 would carry is what that amounts to
    largest = from_populations(trial.inputs, [1.0] * len(answered))
    for name, (counted, gross) in from_populations(trial.inputs, answered).items():
        claimed = flow_tolerance(subject, gross, rounding)
        slack = relative_tolerance(subject, "stationary_state", gross, rounding, largest[name][1])
        tolerance = Tolerance(claimed.value + slack.value, f"{claimed.origin} + {slack.origin}")
        comparison = close(
            measured[f"I_{name}"], exact(counted, "its own populations", own=True), tolerance, note=f"I_{name}"
        )
        yield from resting_on(subject, [comparison], ("stationary_state", trial.inputs), ("current", trial.inputs))


@check(
    "current.order@1",
    suite="current",
    stage=Stage.CURRENT,
    claim="Levels, transitions and leads may be listed in any order: the current is the same",
    equation="protocol.md, task 6: leads have names",
    tasks=("current",),
    trials=lambda scope: random_trials(scope, "chains.order", 6, 40),
    requires=("current.matrix-tree",),
)
def order(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """List the levels by falling electron number, the leads as R, L."""
    size = len(trial.inputs["levels"])
    falling = sorted(range(size), key=lambda k: -trial.inputs["levels"][k]["electrons"])
    case = transport_cases.permuted(trial.inputs, falling)
    yield from compare_currents(subject, case, solve_exactly(trial.inputs).current, TREES)


@check(
    "current.units@1",
    suite="current",
    stage=Stage.CURRENT,
    claim="I is proportional to t, depends on ratios of energies only, and on gate + mu only",
    equation="[J96] Eqs. (2) and (3); physics.md section 1",
    tasks=("current",),
    trials=lambda scope: random_trials(scope, "chains.units", 4, 30),
    requires=("current.matrix-tree",),
)
def units(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Change the units of energy and rate by powers of 2, and move the gate into the chemical potentials."""
    current = solve_exactly(trial.inputs).current
    rescaled = transport_cases.scaled(trial.inputs, 2.0**12, 2.0**-9)
    yield from compare_currents(subject, rescaled, 2.0**-9 * current, f"{TREES}, rates times 2^-9")
    moved = transport_cases.gate_as_potential(trial.inputs)
    yield from compare_currents(subject, moved, solve_exactly(moved).current, f"{TREES}, gate in mu")


@check(
    "current.resolved@1",
    suite="current",
    stage=Stage.CURRENT,
    claim="The S_z-resolved chain, entered as single states, carries the current of the aggregated one",
    equation="[J96] Eq. (3) with squared Clebsch-Gordan coefficients; physics.md section 5",
    tasks=("current",),
    trials=resolvable_trials,
    requires=("current.matrix-tree",),
)
def resolved(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the current through single states with the exact one of the aggregated chain."""
    single = transport_cases.resolved(trial.inputs)
    ask_for_single_states(subject, "current", single)
    yield from compare_currents(subject, single, solve_exactly(trial.inputs).current, TREES)


@check(
    "current.resolved-equation@1",
    suite="current",
    stage=Stage.CURRENT,
    claim="The implementation's S_z-resolved equation gives the current of the aggregated one",
    equation="[J96] Eq. (3) with squared Clebsch-Gordan coefficients; physics.md section 5",
    tasks=("resolved_current",),
    trials=lambda scope: (*deep_trials(scope), *resolvable_trials(scope)),
    requires=("current.matrix-tree",),
)
def resolved_equation(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the resolved current (31 states for the ladder) with the exact one of the aggregated chain."""
    expected = solve_exactly(trial.inputs).current
    yield from compare_currents(subject, trial.inputs, expected, TREES, task="resolved_current")

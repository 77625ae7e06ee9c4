"""Which level blocks the current, and by what weight: a second level that opens with the bias, about its threshold.

From one level of N electrons a bias reaches first level a, then level b, with one electron more. Level b takes current
away if it couples weakly enough, M_b / M_a < x g_b / (g_0 + x g_a) with x = t_L / t_R (`analytic.blocking`): electrons
enter it as they leave it, seldom, so that it holds the dot. What a program's populations and currents say of this is
compared with the exact side just below and just above that threshold.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from analytic import blocking_threshold
from qdverify.protocol.json_types import Level, Transition
from qdverify.suite.comparators import close, equal
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.evidence import resting_on
from qdverify.suite.exact.transport_cases import Case, leads, level
from qdverify.suite.exact.transport_reference import compare_currents, population_tolerance, rounding_error
from qdverify.suite.finding import Comparison, Stage, exact
from qdverify.suite.subject import Subject

COLD: Final = 2.0**-12
BIASES: Final = (0.5, 1.0)
"""Before and after level b opens: all thresholds are 512 kT away."""
RATIOS: Final = (31 / 32, 33 / 32)
"""M_b / M_a in units of its threshold."""
LIMIT: Final = "closed form of kT -> 0, reached to e^-512"


def _case(two_S: tuple[int, int, int], rates: tuple[float, float], M_b: float, bias: float) -> Case:
    """Return three levels at a bias that reaches the second, or the second and the third."""
    levels: list[Level] = [
        level(N, energy, s) for N, energy, s in zip((2, 3, 3), (0.0, 0.125, 0.375), two_S, strict=True)
    ]
    transitions: list[Transition] = [{"from": 0, "to": 1, "M": 0.5}, {"from": 0, "to": 2, "M": M_b}]
    return {"levels": levels, "transitions": transitions, "leads": leads(bias, *rates), "kT": COLD, "gate": 0.0}


def _about_the_threshold(scope: Scope) -> Iterator[Trial]:
    spins = ((0, 1, 1), (2, 1, 3), (1, 2, 0)) if scope.full else ((0, 1, 1), (2, 1, 3))
    for two_S in spins:
        for rates in ((1.0, 1.0), (1.0, 0.125), (0.125, 1.0)):
            for ratio in RATIOS:
                inputs = {"two_S": two_S, "rates": rates, "ratio": ratio}
                shown = ", ".join(f"{S}" for S in two_S)
                yield Trial(f"2S = {shown}, t = {rates[0]:g}, {rates[1]:g}, {ratio:g} of the threshold", inputs)


@check(
    "plateaux.blocking-level@1",
    suite="plateaux",
    stage=Stage.CURRENT,
    claim="The current falls as a second level opens if M_b/M_a < x g_b/(g_0 + x g_a), x = t_L/t_R: that level blocks",
    equation="physics.md section 5, T -> 0; Weinmann, Haeusler and Kramer, Phys. Rev. Lett. 74, 984 (1995)",
    tasks=("current", "stationary_state"),
    trials=_about_the_threshold,
    requires=("plateaux.current",),
)
def blocking_level(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare both plateaux and the populations with closed forms, and the level that is read off them with level b."""
    two_S, (t_L, t_R), ratio = (trial.inputs[key] for key in ("two_S", "rates", "ratio"))
    threshold = float(blocking_threshold(*two_S, t_L=int(8 * t_L), t_R=int(8 * t_R)))
    M_b, x = 0.5 * ratio * threshold, t_L / t_R
    g_0, g_a, g_b = (number + 1 for number in two_S)
    before, after = (_case(two_S, (t_L, t_R), M_b, bias) for bias in BIASES)
    plateaux = (2 * t_L * 0.5 * g_0 / (g_0 + x * g_a), 2 * t_L * (0.5 + M_b) * g_0 / (g_0 + x * (g_a + g_b)))
    for case, expected in zip((before, after), plateaux, strict=True):
        yield from compare_currents(subject, case, expected, LIMIT)
    weights = (g_0, x * g_a, x * g_b)
    measured, rounding = subject.ask("stationary_state", **after)["populations"], rounding_error(after)
    found = [
        close(
            population,
            exact(weight / sum(weights), LIMIT),
            population_tolerance(subject, weight / sum(weights), rounding),
            note=f"level {k}",
        )
        for k, (population, weight) in enumerate(zip(measured, weights, strict=True))
    ]
    yield from resting_on(subject, found, ("stationary_state", after))
    blocks = "level 2" if ratio < 1 else "none"
    yield equal(
        _blocking(subject, before, after), exact(blocks, "exact threshold of M_b/M_a"), note="level that blocks"
    )


def _blocking(subject: Subject, before: Case, after: Case) -> str:
    """Return the level that gains most population if the current falls from one bias to the next."""
    first, second = (subject.ask("current", **case)["I_L"] for case in (before, after))
    if second >= first:
        return "none"
    populations = [subject.ask("stationary_state", **case)["populations"] for case in (before, after)]
    gains = [late - early for early, late in zip(*populations, strict=True)]
    return f"level {gains.index(max(gains))}"

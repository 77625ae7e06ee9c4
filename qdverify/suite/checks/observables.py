"""What single states show: kinetic and interaction energy, reflection parity, and the density of charge.

Slopes of the energy are expectation values (Hellmann and Feynman), so neighbouring dots say what <T> and <V> must be:
s dE/ds = <V>, and at fixed lambda/L, L dE/dL = -2<T> - <V>.  Slopes are central differences of fourth order over five
dots. Levels of one spin and different parity may cross on the way, which puts the energies beyond the crossing off the
smooth curve by d_1 and d_2. The slope is then wrong by (8 d_1 - d_2)/(12 h); it differs from that of second order by
(d_2 - 2 d_1)/(12 h), and the fourth difference of the energies is d_2 - 4 d_1. So

    |error| <= 2 |fourth order - second order| + |fourth difference| / (4 h),

which is the tolerance; on a smooth curve its first term alone exceeds the error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from analytic import bethe_levels, heisenberg_levels
from qdverify.protocol.json_types import BoxDot
from qdverify.protocol.sample_dots import make_dot, random_dot
from qdverify.reference.printed import reported
from qdverify.suite.comparators import ComparisonError, at_most, close, equal
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.exact.growing_basis import levels_by_spin
from qdverify.suite.finding import Comparison, Stage, Tolerance, exact
from qdverify.suite.subject import Subject

STEP: Final = 0.02
LISTED: Final = 6


def _interacting(scope: Scope) -> Iterator[Trial]:
    dots = [
        ("soft-coulomb", make_dot("soft-coulomb", 6, length=reported.length(), cutoff=0.02)),
        ("contact", make_dot("contact", 6, strength=5.0)),
    ]
    choose = scope.random("observables")
    for number in range(6 if scope.full else 1):
        dots.append((f"random {number}", random_dot(choose, ("soft-coulomb", "contact")[number % 2], 6)))
    for label, dot in dots:
        for electrons in (2, 3):
            yield Trial(f"{label}, N={electrons}", {"dot": dot, "electrons": electrons})


def stretched(dot: BoxDot, factor: float) -> BoxDot:
    """Return the dot with L and lambda times a factor."""
    return {**dot, "length": dot["length"] * factor, "cutoff": dot["cutoff"] * factor}


def strengthened(dot: BoxDot, factor: float) -> BoxDot:
    """Return the dot with the strength times a factor."""
    return {**dot, "strength": dot["strength"] * factor}


def _slope(
    subject: Subject, trial: Trial, two_S: int, changed: Callable[[BoxDot, float], BoxDot]
) -> tuple[float, Tolerance]:
    """Return dE/d(log factor) of the lowest level of one spin at factor 1, and how well it is known."""
    energies = {
        k: levels_by_spin(subject, changed(trial.inputs["dot"], 1 + k * STEP), trial.inputs["electrons"], LISTED)
        for k in range(-2, 3)
    }
    if any(two_S not in spectrum for spectrum in energies.values()):
        raise ComparisonError(f"2S={two_S} is not among the lowest {LISTED} levels of a neighbouring dot")
    E = {k: spectrum[two_S][0] for k, spectrum in energies.items()}
    second = (E[1] - E[-1]) / (2 * STEP)
    fourth = (8 * (E[1] - E[-1]) - (E[2] - E[-2])) / (12 * STEP)
    difference = E[-2] - 4 * E[-1] + 6 * E[0] - 4 * E[1] + E[2]
    noise = subject.tolerance("spectrum", max(abs(value) for value in E.values()), condition=6.5 / STEP)
    origin = f"2 |fourth order - second order| + fourth difference / 4h + {noise.origin}"
    return fourth, Tolerance(2 * abs(fourth - second) + abs(difference) / (4 * STEP) + noise.value, origin)


def _levels_of_each_spin(subject: Subject, trial: Trial) -> Iterator[tuple[int, float, float, dict[str, float]]]:
    """Yield 2S, energy, largest listed energy and expectation values of the lowest level of each spin."""
    answer = subject.ask("spectrum", **trial.inputs, levels=LISTED)
    for two_S in sorted(set(answer["two_S"])):
        index = answer["two_S"].index(two_S)
        values = subject.ask("expectations", **trial.inputs, level=index)
        yield two_S, answer["energies"][index], max(map(abs, answer["energies"])), values


@check(
    "observables.energy@1",
    suite="observables",
    stage=Stage.SPECTRUM,
    claim="Kinetic and interaction energy of a state add up to its energy",
    equation="E = <T> + <V>, [J96] Eq. (1)",
    tasks=("spectrum", "expectations"),
    trials=_interacting,
    requires=("small-basis.levels",),
)
def energy_parts(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Add the parts of the lowest level of each spin."""
    for two_S, energy, largest, values in _levels_of_each_spin(subject, trial):
        size = max(largest, values["kinetic"], abs(values["interaction"]))
        total = values["kinetic"] + values["interaction"]
        # the energy and both parts may be off
        tolerance = subject.tolerance("spectrum", size, condition=3)
        yield close(total, exact(energy, "its energy", own=True), tolerance, note=f"2S={two_S}")


@check(
    "observables.hellmann-feynman@1",
    suite="observables",
    stage=Stage.SPECTRUM,
    claim="The slope of a level against the strength is its interaction energy: s dE/ds = <V>",
    equation="Hellmann-Feynman theorem; physics.md section 6",
    tasks=("spectrum", "expectations"),
    trials=_interacting,
    requires=("observables.energy",),
)
def hellmann_feynman(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare <V> with differences of energies at neighbouring strengths."""
    for two_S, _, _, values in _levels_of_each_spin(subject, trial):
        slope, tolerance = _slope(subject, trial, two_S, strengthened)
        yield close(values["interaction"], exact(slope, "s dE/ds", own=True), tolerance, note=f"2S={two_S}")


@check(
    "observables.virial@1",
    suite="observables",
    stage=Stage.SPECTRUM,
    claim="At fixed lambda/L the slope of a level against the length is L dE/dL = -2<T> - <V>",
    equation="virial theorem; physics.md section 6",
    tasks=("spectrum", "expectations"),
    trials=_interacting,
    requires=("observables.energy",),
)
def virial(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare -2<T> - <V> with differences of energies at neighbouring lengths."""
    for two_S, _, _, values in _levels_of_each_spin(subject, trial):
        slope, tolerance = _slope(subject, trial, two_S, stretched)
        measured = -2 * values["kinetic"] - values["interaction"]
        yield close(measured, exact(slope, "L dE/dL", own=True), tolerance, note=f"2S={two_S}")


def _known_parities(scope: Scope) -> Iterator[Trial]:
    yield Trial("one electron", {"dot": reported.dot(5), "electrons": 1})
    for electrons in (2, 3, 4):
        yield Trial(f"paper's dot, N={electrons}", {"dot": reported.dot(10), "electrons": electrons})
    for electrons in (2, 3, 4) if scope.full else (2, 3):
        yield Trial(f"contact, N={electrons}", {"dot": make_dot("contact", 12, strength=5.0), "electrons": electrons})


def _parities(dot: BoxDot, electrons: int) -> tuple[list[tuple[int, int]], str]:
    """Return (2S, parity) of the lowest levels, and where they come from."""
    if electrons == 1:
        return [(1, 1), (1, -1), (1, 1), (1, -1)], "phi_n(L - x) = (-1)^(n+1) phi_n(x)"
    if dot["kernel"] == "contact":
        levels = bethe_levels(electrons, 4, strength=dot["strength"], length=dot["length"], digits=15)
        return [(level.two_S, level.parity) for level in levels], "Bethe's ansatz"
    chain = heisenberg_levels(electrons, [1] * (electrons - 1))
    return [(level.two_S, level.parity) for level in chain], "determinant x Heisenberg chain"


@check(
    "observables.parity@1",
    suite="observables",
    stage=Stage.SPECTRUM,
    claim="Every level has a definite parity under x -> L - x: that of its determinant times that of its spin chain",
    equation="physics.md section 2: phi_n has parity (-1)^(n+1)",
    tasks=("spectrum", "parities"),
    trials=_known_parities,
    requires=("small-basis.levels",),
)
def parity(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the parities of the levels of each spin, in order."""
    expected, origin = _parities(trial.inputs["dot"], trial.inputs["electrons"])
    spins = subject.ask("spectrum", **trial.inputs, levels=len(expected))["two_S"]
    parities = subject.ask("parities", **trial.inputs, levels=len(expected))["parity"]
    for two_S in sorted({two_S for two_S, _ in expected}):
        measured = [p for other, p in zip(spins, parities, strict=True) if other == two_S]
        reference = [p for other, p in expected if other == two_S]
        yield equal(measured, exact(reference, origin), note=f"parities of the levels of 2S={two_S}")


def _grid(length: float, intervals: int) -> list[float]:
    """Return equally spaced positions from wall to wall; k/n first, so that rounding leaves none beyond the wall."""
    return [length * (k / intervals) for k in range(intervals + 1)]


def _charged(scope: Scope) -> Iterator[Trial]:
    for trial in _interacting(scope):
        for level in (0, 2):
            yield Trial(f"{trial.label}, level {level}", {**trial.inputs, "level": level})


@check(
    "observables.charge@1",
    suite="observables",
    stage=Stage.SPECTRUM,
    claim="The charge density holds N electrons, is never negative, vanishes at the walls and is symmetric",
    equation="[J96] below Eq. (1): reflection x -> L - x",
    tasks=("charge_density",),
    trials=_charged,
)
def charge(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Sum the density over a grid on which a polynomial in cos(pi x/L) of degree 2M is summed exactly."""
    dot = trial.inputs["dot"]
    intervals = 4 * dot["orbitals"]
    x = _grid(dot["length"], intervals)
    density = subject.ask("charge_density", **trial.inputs, x=x)["density"]
    electrons = trial.inputs["electrons"]
    unit = electrons / dot["length"]
    tolerance = subject.tolerance("transition_probabilities", unit)
    walls = exact([0.0, 0.0], "hard walls")
    yield close([density[0], density[-1]], walls, tolerance, note="at the walls")
    yield close(density, exact(density[::-1], "its mirror image", own=True), tolerance, note="reflection")
    yield at_most(-min(density), 0.0, tolerance, origin="a density", note="lowest value, negated")
    total = sum(density[1:-1]) * dot["length"] / intervals
    number = subject.tolerance("transition_probabilities", electrons)
    yield close(total, exact(float(electrons), "the number of electrons"), number, note="integral")


@check(
    "observables.peaks@1",
    suite="observables",
    stage=Stage.SPECTRUM,
    claim="At L = 9.5 the electrons of the ground state avoid each other: their density has N peaks",
    equation="[J96], beginning formation of a Wigner molecule; physics.md section 6",
    tasks=("charge_density",),
    trials=lambda _: (Trial(f"N={N}", {"dot": reported.dot(10), "electrons": N, "level": 0}) for N in (1, 2, 3, 4)),
    requires=("observables.charge",),
)
def peaks(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Count the local maxima on a grid that holds the middle of the dot."""
    x = _grid(trial.inputs["dot"]["length"], 400)
    density = subject.ask("charge_density", **trial.inputs, x=x)["density"]
    found = sum(density[k - 1] < density[k] > density[k + 1] for k in range(1, 400))
    yield equal(found, exact(trial.inputs["electrons"], "one peak for each electron"), note="peaks of the density")

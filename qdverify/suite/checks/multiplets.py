"""What spin symmetry makes of a level: 2S+1 states of one energy, and one reduced element for all their transitions.

Both checks look below the level: they ask for the independently solved S_z sectors and for the S_z-resolved amplitudes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from analytic import clebsch_gordan_squared
from qdverify.protocol.json_types import Dot, Kernel
from qdverify.protocol.sample_dots import make_dot, random_dot
from qdverify.reference.printed import reported
from qdverify.suite.comparators import close, equal
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.finding import Comparison, Stage, exact
from qdverify.suite.subject import Subject

KERNELS: Final[tuple[Kernel, ...]] = ("soft-coulomb", "contact")


def interacting_dots(scope: Scope, name: str) -> Iterator[tuple[str, Dot]]:
    """Yield the paper's dot in a small basis and random dots, with labels."""
    yield "paper's dot, M=6", reported.dot(6)
    yield "contact, M=5", make_dot("contact", 5, strength=5.0)
    choose = scope.random(name)
    for number in range(8 if scope.full else 2):
        kernel = KERNELS[number % len(KERNELS)]
        yield f"random {kernel} {number}", random_dot(choose, kernel, choose.randint(4, 6))


def _sectors(scope: Scope) -> Iterator[Trial]:
    for label, dot in interacting_dots(scope, "spin.degeneracy"):
        for electrons in (2, 3, 4):
            yield Trial(f"{label}, N={electrons}", {"dot": dot, "electrons": electrons, "levels": 6})


@check(
    "spin.degeneracy@1",
    suite="spin",
    stage=Stage.SPECTRUM,
    claim="A level of spin S appears once in each independently solved sector with |S_z| <= S, and in no other",
    equation="[J96] below Eq. (1): [H, S^2] = [H, S_z] = 0",
    tasks=("spectrum", "sector_energies"),
    requires=("small-basis.levels",),
    trials=_sectors,
)
def degeneracy(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Rebuild each sector's eigenvalues from the levels, and compare them with the sector's own."""
    electrons = trial.inputs["electrons"]
    spectrum = subject.ask("spectrum", **trial.inputs)
    levels = list(zip(spectrum["energies"], spectrum["two_S"], strict=True))
    tolerance = subject.tolerance("spectrum", abs(levels[-1][0]), condition=2)
    for two_Sz in range(-electrons, electrons + 1, 2):
        expected = [energy for energy, two_S in levels if two_S >= abs(two_Sz)]
        if not expected:
            continue
        sector = {"dot": trial.inputs["dot"], "electrons": electrons, "two_Sz": two_Sz, "levels": len(expected)}
        energies = subject.ask("sector_energies", **sector)["energies"]
        yield close(energies, exact(expected, "levels with S >= |S_z|", own=True), tolerance, note=f"2S_z = {two_Sz}")


def _transitions(scope: Scope) -> Iterator[Trial]:
    for label, dot in interacting_dots(scope, "spin.wigner-eckart"):
        for electrons in (1, 2, 3):
            yield Trial(f"{label}, N={electrons}->{electrons + 1}", {"dot": dot, "electrons": electrons})


@check(
    "spin.wigner-eckart@1",
    suite="spin",
    stage=Stage.TRANSITIONS,
    claim="M_ji does not depend on S_z: squared amplitudes are squared Clebsch-Gordan coefficients times one number",
    equation="[J96] Eqs. (4) and (5); Wigner-Eckart theorem",
    tasks=("spectrum", "transition_probabilities", "transition_amplitudes"),
    trials=_transitions,
    requires=("small-basis.transitions", "spin.degeneracy"),
)
def wigner_eckart(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Predict every S_z-resolved amplitude from M_ji, the vanishing ones too."""
    dot, electrons = trial.inputs["dot"], trial.inputs["electrons"]
    spins = [subject.ask("spectrum", dot=dot, electrons=N, levels=2)["two_S"] for N in (electrons, electrons + 1)]
    M = subject.ask("transition_probabilities", dot=dot, electrons=electrons, levels_from=2, levels_to=2)["M"]
    for i, two_S_i in enumerate(spins[0]):
        for j, two_S_j in enumerate(spins[1]):
            pair = {"dot": dot, "electrons": electrons, "level_from": i, "level_to": j}
            amplitudes = subject.ask("transition_amplitudes", **pair)["amplitudes"]
            # M_ji = |R|^2 (2S_j+1) / (2 (2S_i+1)), as the squared coefficients add up to 2S_j+1
            reduced = 2 * (two_S_i + 1) * M[j][i] / (two_S_j + 1)
            expected = [
                reduced * float(clebsch_gordan_squared(two_S_i, a["two_Sz_i"], a["two_sigma"], two_S_j, a["two_Sz_j"]))
                for a in amplitudes
            ]
            count = 2 * (two_S_i + 1) * (two_S_j + 1)
            yield equal(len(amplitudes), exact(count, "every S_zi, electron spin and S_zj"))
            yield close(
                [a["value"] ** 2 for a in amplitudes],
                exact(expected, "Clebsch-Gordan coefficients x M_ji", own=True),
                subject.tolerance("transition_probabilities", condition=2 * (two_S_i + 1)),
                note=f"level {i} -> {j}",
            )

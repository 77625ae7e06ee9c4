"""Contact interaction: levels against Bethe's ansatz, the one reference that is exact and strongly correlated.

In a basis of M orbitals the n-th level of each spin lies above Bethe's (min-max theorem), falls towards it about like
1/M, and what the extrapolation leaves open it says itself. Fully polarised electrons never meet: their levels are those
of free fermions at every strength and every M, and so are their transition probabilities.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from analytic import bethe_levels, clebsch_gordan_weight, free_fermion_energy
from qdverify.protocol.json_types import BoxDot
from qdverify.protocol.sample_dots import make_dot, random_dot
from qdverify.suite.comparators import ComparisonError, at_most, close
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.exact.growing_basis import close_in_the_limit, levels_by_spin
from qdverify.suite.finding import Comparison, Stage, exact
from qdverify.suite.subject import Subject

DIGITS: Final = 18
BETHE: Final = "Bethe's ansatz, Yang-Gaudin gas between hard walls"
EQUATION: Final = "physics.md section 6; Yang, Phys. Rev. Lett. 19, 1312 (1967)"
COUNT: Final = 4
SPARE: Final = 4


def exact_by_spin(dot: BoxDot, electrons: int, count: int) -> dict[int, list[float]]:
    """Return the energies of the `count` lowest levels at M = infinity, by doubled spin."""
    found: dict[int, list[float]] = {}
    for level in bethe_levels(electrons, count, strength=dot["strength"], length=dot["length"], digits=DIGITS):
        found.setdefault(level.two_S, []).append(float(level.energy))
    return found


def contact_dots(scope: Scope, name: str) -> Iterator[tuple[str, BoxDot, int]]:
    """Yield (label, dot, N): the published L = 1, g = 5, a weak and a strong dot, and random ones."""
    largest = 4 if scope.full else 3
    for electrons in range(2, largest + 1):
        yield f"g=5, N={electrons}", make_dot("contact", 8, strength=5.0), electrons
    yield "g=0.1, N=2", make_dot("contact", 8, strength=0.1), 2
    yield "g=40, N=2", make_dot("contact", 8, strength=40.0), 2
    choose = scope.random(name)
    for number in range(6 if scope.full else 2):
        electrons = 2 + number % (largest - 1)
        yield f"random {number}, N={electrons}", random_dot(choose, "contact", 8), electrons


def _from_above(scope: Scope) -> Iterator[Trial]:
    for label, dot, electrons in contact_dots(scope, "bethe.from-above"):
        orbitals = [5, 10, 15] if scope.full else [6, 12]
        yield Trial(label, {"dot": dot, "electrons": electrons, "orbitals": orbitals})


def _extrapolated(scope: Scope) -> Iterator[Trial]:
    for label, dot, electrons in contact_dots(scope, "bethe.extrapolated"):
        largest = {2: 24, 3: 20 if scope.full else 16, 4: 16}[electrons]
        yield Trial(label, {"dot": dot, "electrons": electrons, "orbitals": list(range(8, largest + 1, 2))})


@check(
    "bethe.from-above@1",
    suite="bethe",
    stage=Stage.SPECTRUM,
    claim="In any finite basis the n-th level of each spin of the contact gas lies above Bethe's",
    equation=f"min-max theorem; {EQUATION}",
    tasks=("spectrum",),
    trials=_from_above,
    requires=("small-basis.levels",),
)
def from_above(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the depth of each level below Bethe's with zero."""
    dot: BoxDot = trial.inputs["dot"]
    electrons = trial.inputs["electrons"]
    reference = exact_by_spin(dot, electrons, COUNT)
    for M in trial.inputs["orbitals"]:
        found = levels_by_spin(subject, {**dot, "orbitals": M}, electrons, COUNT)
        pairs = [
            (target, energy)
            for two_S, energies in found.items()
            for energy, target in zip(energies, reference.get(two_S, []), strict=False)
        ]
        if not pairs:
            raise ComparisonError(f"no level at M={M} has the spin of one of the lowest {COUNT}")
        target, energy = max(pairs, key=lambda pair: (pair[0] - pair[1]) / pair[0])
        note = f"M={M}: {energy!r} against {target!r}, the deepest of {len(pairs)} levels"
        yield at_most(target - energy, 0.0, subject.tolerance("spectrum", target), origin=BETHE, note=note)


@check(
    "bethe.extrapolated@1",
    suite="bethe",
    stage=Stage.SPECTRUM,
    claim="Extrapolated to M = infinity, levels of the contact gas are Bethe's within the uncertainty that they state",
    equation=EQUATION,
    tasks=("spectrum",),
    trials=_extrapolated,
    requires=("bethe.from-above",),
)
def extrapolated(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Extrapolate the lowest level of each spin that is among Bethe's lowest four."""
    dot: BoxDot = trial.inputs["dot"]
    electrons, orbitals = trial.inputs["electrons"], trial.inputs["orbitals"]
    reference = exact_by_spin(dot, electrons, COUNT)
    found = [levels_by_spin(subject, {**dot, "orbitals": M}, electrons, COUNT + SPARE) for M in orbitals]
    largest = max(abs(energy) for spectrum in found for energies in spectrum.values() for energy in energies)
    for two_S, targets in reference.items():
        if any(two_S not in spectrum for spectrum in found):
            raise ComparisonError(f"no level of 2S={two_S} among the lowest {COUNT + SPARE}")
        values = [spectrum[two_S][0] for spectrum in found]
        yield close_in_the_limit(
            orbitals,
            values,
            exact(targets[0], BETHE),
            subject.tolerance("spectrum", largest).value,
            note=f"lowest level of 2S={two_S}",
        )


def _polarised(scope: Scope) -> Iterator[Trial]:
    for label, dot, electrons in contact_dots(scope, "bethe.polarised"):
        levels = {2: 6, 3: 12, 4: 30}[electrons]
        yield Trial(label, {"dot": {**dot, "orbitals": 6}, "electrons": electrons, "levels": levels})


@check(
    "bethe.polarised@1",
    suite="bethe",
    stage=Stage.SPECTRUM,
    claim="Fully polarised electrons do not feel a contact interaction: free fermions at every strength and every M",
    equation="Pauli's principle; physics.md section 6",
    tasks=("spectrum",),
    trials=_polarised,
    requires=("integrals.rational-kernels",),
)
def polarised(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare every level of S = N/2 that is listed with the sums of different eps_n, in order."""
    dot, electrons = trial.inputs["dot"], trial.inputs["electrons"]
    found = levels_by_spin(subject, dot, electrons, trial.inputs["levels"]).get(electrons, [])
    if not found:
        raise ComparisonError(f"no level of S=N/2 among the lowest {trial.inputs['levels']} of M={dot['orbitals']}")
    free = sorted(
        float(free_fermion_energy(numbers, length=dot["length"], digits=DIGITS))
        for numbers in combinations(range(1, dot["orbitals"] + 1), electrons)
    )[: len(found)]
    yield close(found, exact(free, "sums of different n^2 pi^2/(2 L^2)"), subject.tolerance("spectrum", free[-1]))


@check(
    "bethe.polarised-transitions@1",
    suite="bethe",
    stage=Stage.TRANSITIONS,
    claim="Between the lowest polarised levels of the contact gas M_ji is C_ji, at every strength and every M",
    equation="[J96] Eqs. (4) and (5): one electron is added to an empty orbital",
    tasks=("spectrum", "transition_probabilities"),
    trials=_polarised,
    requires=("bethe.polarised",),
)
def polarised_transitions(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Find the lowest level of S = N/2 on both sides and compare M_ji with the Clebsch-Gordan weight."""
    dot, electrons, levels = (trial.inputs[key] for key in ("dot", "electrons", "levels"))
    places = []
    for N in (electrons - 1, electrons):
        answer = subject.ask("spectrum", dot=dot, electrons=N, levels=levels if N > 1 else 1)
        if N not in answer["two_S"]:
            raise ComparisonError(f"no level of S=N/2 among the lowest {levels} for N={N}")
        places.append(answer["two_S"].index(N))
    i, j = places
    question = {"dot": dot, "electrons": electrons - 1, "levels_from": i + 1, "levels_to": j + 1}
    M = subject.ask("transition_probabilities", **question)["M"]
    C = clebsch_gordan_weight(electrons - 1, electrons)
    yield close(M[j][i], exact(float(C), f"C = {C}"), subject.tolerance("transition_probabilities"))

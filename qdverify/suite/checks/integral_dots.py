"""Dots given by their integrals: solvable models, random Hamiltonians, and exact relations between two questions.

The relations need no reference value: each compares an answer with another answer of the same program. All integrals
are short binary fractions, so that a program is asked exactly what the reference was computed for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

import mpmath

from analytic import transition_probabilities_between
from qdverify.protocol.json_types import IntegralDot
from qdverify.suite.checks.small_basis import compare_levels, compare_transitions
from qdverify.suite.comparators import close, equal
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.exact.integral_dots import (
    DIGITS,
    MODELS,
    chain_levels,
    direct_sum,
    exact_levels_of,
    for_holes,
    hubbard_chain,
    in_all_orders,
    lifted,
    model_levels,
    permuted,
    random_integral_dot,
    rotated,
    scaled,
    shifted,
    with_signs,
    without_irreps,
)
from qdverify.suite.exact.small_basis import level_count
from qdverify.suite.finding import Comparison, Stage, exact
from qdverify.suite.subject import Subject

ORIGIN: Final = "exact algebra of spin-adapted configurations at 30 digits"
KINDS: Final = ("dense", "irreps", "sparse", "attractive", "small", "close")
FEW: Final = 6
"""Levels asked for where there are more: of each irrep a program has to know how many."""
WEIGHTS: Final = (1.0, -0.5, -0.25, 0.75)
LITTLE: Final = 2.0**-24


def _models(scope: Scope) -> Iterator[Trial]:
    for name, model in MODELS.items():
        most = 2 * model.orbitals
        for electrons in range(most + 1) if scope.full else range(1, min(most, 3) + 1):
            yield Trial(f"{name}, N={electrons}", {"model": name, "electrons": electrons})


@check(
    "integral-dots.solvable@2",
    suite="integral-dots",
    stage=Stage.SPECTRUM,
    claim="One level with repulsion, two coupled ones, Hubbard's dimer and trimer have the levels of closed forms",
    equation="[J96] Eq. (1) with the integrals of the model in place of the box; closed forms of analytic",
    tasks=("spectrum",),
    trials=_models,
)
def solvable(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare all levels of the model with its closed form."""
    electrons, model = trial.inputs["electrons"], MODELS[trial.inputs["model"]]
    found: Any = model_levels(trial.inputs["model"], electrons)
    question: Any = {"dot": model.dot, "electrons": electrons, "levels": len(found)}
    yield from compare_levels(subject, question, found, "closed form")


def _chains(scope: Scope) -> Iterator[Trial]:
    # complete but for four electrons without spin
    cases = ((4, 2, 2.5), (4, 3, 2.5), (4, 5, 8.0)) if scope.full else ((4, 2, 2.5), (4, 3, 2.5))
    for sites, electrons, repulsion in cases:
        inputs = {"sites": sites, "electrons": electrons, "repulsion": repulsion}
        yield Trial(f"L={sites}, N={electrons}, U={repulsion:g}", inputs)


@check(
    "integral-dots.chain@2",
    suite="integral-dots",
    stage=Stage.SPECTRUM,
    claim="The open Hubbard chain has the levels of Lieb and Wu's equations, with their symmetries, and no others",
    equation="E. H. Lieb and F. Y. Wu, Phys. Rev. Lett. 20, 1445 (1968); H. Schulz, J. Phys. C 18, 581 (1985)",
    tasks=("spectrum",),
    trials=_chains,
    requires=("integral-dots.solvable",),
)
def chain(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare all levels of the chain with Bethe's ansatz."""
    sites, electrons, repulsion = (trial.inputs[name] for name in ("sites", "electrons", "repulsion"))
    found: Any = chain_levels(sites, electrons, repulsion)
    question: Any = {"dot": hubbard_chain(sites, repulsion, 1.0), "electrons": electrons, "levels": len(found)}
    yield from compare_levels(subject, question, found, "Bethe's ansatz at 30 digits")


def random_dots(scope: Scope, name: str, orbitals: int) -> Iterator[tuple[str, IntegralDot]]:
    """Yield random dots of every kind."""
    choose = scope.random(f"{name}, M={orbitals}")
    for kind in KINDS:
        for number in range(2 if scope.full else 1):
            yield f"{kind} {number}", random_integral_dot(choose, orbitals, kind)


def _random(scope: Scope) -> Iterator[Trial]:
    for electrons in range(7) if scope.full else (2, 3):
        for label, dot in random_dots(scope, "integral-dots.random", 3):
            inputs = {"dot": dot, "electrons": electrons, "levels": level_count(electrons, 3)}
            yield Trial(f"{label}, N={electrons}", inputs)
    choose = scope.random("integral-dots.random, few levels")
    for electrons in (2, 3, 4) if scope.full else (2,):
        dot = random_integral_dot(choose, 4, "irreps")
        yield Trial(f"few levels, N={electrons}", {"dot": dot, "electrons": electrons, "levels": FEW})


@check(
    "integral-dots.random@2",
    suite="integral-dots",
    stage=Stage.SPECTRUM,
    claim="Any integrals with the eightfold symmetry have the levels of their exact Hamiltonian, none missing",
    equation="[J96] Eq. (1) with any integrals in place of the box; Slater-Condon rules",
    tasks=("spectrum",),
    trials=_random,
)
def random_levels(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare all levels with exact algebra: dense, sparse, with irreps, attractive, tiny and close ones."""
    found = exact_levels_of(trial.inputs["dot"], trial.inputs["electrons"])[: trial.inputs["levels"]]
    yield from compare_levels(subject, trial.inputs, found, ORIGIN)


def _weighted(scope: Scope) -> Iterator[Trial]:
    for electrons in (0, 1, 2, 3, 4) if scope.full else (1, 2):
        for label, dot in random_dots(scope, "integral-dots.transitions", 3):
            if not label.startswith("close"):
                counts = level_count(electrons, 3), level_count(electrons + 1, 3)
                inputs = {"dot": dot, "electrons": electrons, "levels_from": counts[0], "levels_to": counts[1]}
                yield Trial(f"{label}, N={electrons}->{electrons + 1}", {**inputs, "weights": list(WEIGHTS[:3])})


@check(
    "integral-dots.transitions@3",
    suite="integral-dots",
    stage=Stage.TRANSITIONS,
    claim="M_ji with weights w is the sum over all S_z of squared amplitudes of D+ = sum w_n c+_n",
    equation="[J96] Eq. (4) with w_n c+_n in place of c+_n",
    tasks=("spectrum", "transition_probabilities"),
    trials=_weighted,
    requires=("integral-dots.random",),
)
def weighted_transitions(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare every M_ji between all levels."""
    dot, electrons = trial.inputs["dot"], trial.inputs["electrons"]
    initial, final = (exact_levels_of(dot, N) for N in (electrons, electrons + 1))
    with mpmath.workdps(DIGITS):
        M = transition_probabilities_between(initial, final, weights=[mpmath.mpf(w) for w in trial.inputs["weights"]])
    yield compare_transitions(subject, trial.inputs, (initial, final), M, "Eq. (4) summed over all S_z at 30 digits")


Relation = Callable[[IntegralDot], IntegralDot]
_Image = Callable[[float, int], float]
_OF_ANY: Final[Mapping[str, tuple[Relation, _Image]]] = {
    "rotated orbitals": (rotated, lambda energy, _: energy),
    "orbitals in reverse order": (permuted, lambda energy, _: energy),
    "signs of orbitals": (with_signs, lambda energy, _: energy),
    "a constant in h": (shifted, lambda energy, electrons: energy + 0.75 * electrons),
    "twice the integrals": (scaled, lambda energy, _: 2 * energy),
    "integrals in a large unit": (partial(scaled, factor=LITTLE), lambda energy, _: LITTLE * energy),
}
RELATIONS: Final[Mapping[str, tuple[Relation, _Image]]] = {
    **_OF_ANY,
    "integrals in all orders": (in_all_orders, lambda energy, _: energy),
}
OF_OWN_DOTS: Final[Mapping[str, tuple[Relation, _Image]]] = {
    **_OF_ANY,
    "a constant energy": (lifted, lambda energy, _: energy + 0.5),
    "irreps left out": (without_irreps, lambda energy, _: energy),
}
"""The relations that a user's own dot is tried with; eight times as many integrals could be too many."""


def _related(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("integral-dots.relations")
    for name in RELATIONS:
        for number in range(3 if scope.full else 1):
            dot = random_integral_dot(choose, scope.orbitals(4), "dense")
            yield Trial(f"{name} {number}", {"dot": dot, "relation": name, "electrons": 2 + number % 2})


@check(
    "integral-dots.relations@3",
    suite="integral-dots",
    stage=Stage.SPECTRUM,
    claim="Levels do not depend on the choice of orbitals, and follow a constant in h and a factor of H",
    equation="[J96] Eq. (1) is a tensor equation in the orbitals",
    tasks=("spectrum",),
    trials=_related,
)
def relations(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Ask for the dot and for its image, and compare."""
    dot, electrons = trial.inputs["dot"], trial.inputs["electrons"]
    change, image = {**RELATIONS, **OF_OWN_DOTS}[trial.inputs["relation"]]
    count, changed = trial.inputs.get("levels", FEW), change(dot)
    one, other = (subject.ask("spectrum", dot=d, electrons=electrons, levels=count)["energies"] for d in (dot, changed))
    expected = [image(energy, electrons) for energy in one]
    # an error of the first answer has an image too
    before = image(subject.energy_size(dot, electrons, one), electrons) - image(0.0, electrons)
    size = max(before, subject.energy_size(changed, electrons, expected))
    tolerance = subject.tolerance("spectrum", size, condition=4)
    yield close(other, exact(expected, "the dot before the change", own=True), tolerance)


def _holes(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("integral-dots.holes")
    for number in range(4 if scope.full else 2):
        yield Trial(f"dense {number}", {"dot": random_integral_dot(choose, 3, "dense"), "electrons": 1 + number % 2})


@check(
    "integral-dots.holes@2",
    suite="integral-dots",
    stage=Stage.SPECTRUM,
    claim="2M - N holes with h'_pq = -h_pq - sum_r [2(pq|rr) - (pr|rq)] have the levels of N electrons",
    equation="[J96] Eq. (1) with electrons and holes exchanged",
    tasks=("spectrum",),
    trials=_holes,
)
def holes(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Ask for N electrons, and for as many holes."""
    dot, electrons = trial.inputs["dot"], trial.inputs["electrons"]
    count = trial.inputs.get("levels", 0) or level_count(electrons, dot["orbitals"])
    one = subject.ask("spectrum", dot=dot, electrons=electrons, levels=count)["energies"]
    full, holed = 2 * dot["orbitals"] - electrons, for_holes(dot)
    other = subject.ask("spectrum", dot=holed, electrons=full, levels=count)["energies"]
    size = max(subject.energy_size(dot, electrons, one), subject.energy_size(holed, full, one))
    yield close(other, exact(one, "the electrons", own=True), subject.tolerance("spectrum", size, condition=2))


def _sums(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("integral-dots.direct-sum")
    for number in range(3 if scope.full else 1):
        dots = [random_integral_dot(choose, orbitals, "dense") for orbitals in (2, 1)]
        yield Trial(f"two orbitals and one {number}", {"dots": dots, "electrons": 2 + number % 2})


@check(
    "integral-dots.direct-sum@2",
    suite="integral-dots",
    stage=Stage.SPECTRUM,
    claim="Two dots without interaction between them, taken as one, have the sums of their levels",
    equation="[J96] Eq. (1) for a sum of two Hamiltonians that commute",
    tasks=("spectrum",),
    trials=_sums,
)
def direct_sums(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare all levels of the whole with sums of levels of the parts, spin by spin."""
    (one, two), electrons = trial.inputs["dots"], trial.inputs["electrons"]
    parts, sizes = [], []
    for first in range(max(0, electrons - 2), min(4, electrons) + 1):
        questions = ((one, first), (two, electrons - first))
        spectra = [
            subject.ask("spectrum", dot=dot, electrons=N, levels=level_count(N, dot["orbitals"]))
            for dot, N in questions
        ]
        for (dot, N), answer in zip(questions, spectra, strict=True):
            sizes.append(subject.energy_size(dot, N, answer["energies"]))
        pairs = [list(zip(answer["energies"], answer["two_S"], strict=True)) for answer in spectra]
        for energy, spin in pairs[0]:
            for other, moved in pairs[1]:
                parts += [(energy + other, two_S) for two_S in range(abs(spin - moved), spin + moved + 1, 2)]
    whole = direct_sum(one, two)
    answer = subject.ask("spectrum", dot=whole, electrons=electrons, levels=level_count(electrons, 3))
    spins = sorted(two_S for _, two_S in parts)
    yield equal(sorted(answer["two_S"]), exact(spins, "spins of the parts, coupled", own=True))
    if len(parts) == len(answer["energies"]):
        energies = sorted(energy for energy, _ in parts)
        size = max(*sizes, subject.energy_size(whole, electrons, energies))
        tolerance = subject.tolerance("spectrum", size, condition=3)
        yield close(answer["energies"], exact(energies, "sums of the parts", own=True), tolerance)

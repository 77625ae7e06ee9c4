"""Small bases solved exactly: matrices, levels and M_ji against Slater-Condon blocks at 30 digits.

Up to three orbitals every level is compared, so that none can be missing; the interaction may be as strong as it likes.
The reference takes another way than most codes: exact spin-adapted blocks, and M_ji summed over every S_z.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, SupportsFloat

from analytic import (
    Determinant,
    Multiplet,
    slater_basis,
    slater_hamiltonian,
    spin_orbital,
    to_digits,
    transition_probabilities_between,
)
from qdverify.protocol.accuracy import COARSEST_ACCURACY
from qdverify.protocol.json_types import BoxDot, Kernel, SpectrumQuestion, TransitionsQuestion
from qdverify.protocol.sample_dots import make_dot, random_dot
from qdverify.reference.printed import reported
from qdverify.suite.comparators import ComparisonError, close, equal
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.exact.coinciding_levels import (
    cluster_numbers,
    cluster_spins,
    cluster_sums,
    distinct,
    gap_condition,
    labels,
)
from qdverify.suite.exact.small_basis import DIGITS, exact_blocks, exact_levels, exact_symbol_values
from qdverify.suite.finding import Comparison, Stage, exact
from qdverify.suite.subject import Subject

SHARP: Final = 1e-4
"""A ratio of cutoff to length that is below that of the paper's dot."""
ORIGIN: Final = "Slater-Condon blocks of S and parity, diagonalised at 30 digits"
QUICK: Final = ((2, 2), (2, 3), (2, 4), (3, 2), (3, 3), (4, 3))
FULL: Final = (*QUICK, (1, 3), (5, 3), (2, 5), (3, 4), (4, 4))


def small_dots(scope: Scope, name: str, orbitals: int) -> Iterator[tuple[str, BoxDot]]:
    """Yield the paper's dot, a strong contact interaction, and random dots."""
    yield "paper's dot", reported.dot(orbitals)
    yield "contact g=5", make_dot("contact", orbitals, strength=5.0)
    choose = scope.random(f"{name}, M={orbitals}")
    for number in range(4 if scope.full else 1):
        kernel: Kernel = ("soft-coulomb", "contact")[number % 2]
        yield f"random {kernel} {number}", random_dot(choose, kernel, orbitals)


def _sectors(scope: Scope) -> Iterator[Trial]:
    for electrons, orbitals in FULL if scope.full else QUICK:
        for label, dot in small_dots(scope, "small-basis.matrix", orbitals):
            inputs = {"dot": dot, "electrons": electrons, "two_Sz": electrons % 2}
            yield Trial(f"{label}, N={electrons}, M={orbitals}", inputs)


@check(
    "small-basis.matrix@1",
    suite="small-basis",
    stage=Stage.SPECTRUM,
    claim="The Hamiltonian between Slater determinants obeys the Slater-Condon rules",
    equation="[J96] Eq. (1) with the factor 1/2 of physics.md section 2",
    tasks=("hamiltonian_matrix",),
    trials=_sectors,
    requires=("integrals.index-order", "integrals.soft-coulomb", "integrals.rational-kernels"),
)
def matrix(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare every matrix element, up to the sign that each determinant may carry."""
    dot, electrons, two_Sz = (trial.inputs[key] for key in ("dot", "electrons", "two_Sz"))
    answer = subject.ask("hamiltonian_matrix", **trial.inputs)
    basis = slater_basis(electrons, dot["orbitals"], two_Sz)
    measured_basis = [_determinant(*determinant) for determinant in answer["determinants"]]
    complete = exact([list(determinant) for determinant in basis], "all determinants of the sector")
    yield equal(sorted(list(determinant) for determinant in measured_basis), complete)
    expected = _slater_matrix(dot, electrons, two_Sz)
    place = [basis.index(determinant) for determinant in measured_basis]
    reference = [[expected[a][b] for b in place] for a in place]
    signs = relative_signs(answer["matrix"], reference)
    fixed = [[signs[a] * signs[b] * value for b, value in enumerate(row)] for a, row in enumerate(reference)]
    size = max(abs(value) for row in reference for value in row)
    yield close(answer["matrix"], exact(fixed, "Slater-Condon rules at 30 digits"), subject.tolerance("spectrum", size))


def _determinant(up: Sequence[int], down: Sequence[int]) -> Determinant:
    return tuple(sorted([spin_orbital(n, 1) for n in up] + [spin_orbital(n, -1) for n in down]))


def _slater_matrix(dot: BoxDot, electrons: int, two_Sz: int) -> list[list[float]]:
    values, symbolic = exact_symbol_values(dot), slater_hamiltonian(electrons, dot["orbitals"], two_Sz)
    size = range(symbolic.rows)
    return [[float(to_digits(symbolic[a, b], values=values, digits=DIGITS)) for b in size] for a in size]


def relative_signs(measured: Sequence[Sequence[float]], reference: Sequence[Sequence[float]]) -> list[int]:
    """Return the sign of each basis state that brings the reference closest to the measured matrix.

    The order of creation operators in a determinant is a convention. Signs are carried from state to state along the
    largest matrix elements; what closed loops of elements say about signs stays to be compared.

    Raises
    ------
    ComparisonError
        If the matrix has the wrong shape.
    """
    size = range(len(reference))
    if len(measured) != len(size) or any(len(row) != len(size) for row in measured):
        raise ComparisonError(f"matrix of {len(measured)} rows must have {len(size)} rows and columns")
    edges = sorted(((a, b) for a in size for b in size if a < b), key=lambda pair: -abs(reference[pair[0]][pair[1]]))
    signs, group = [1] * len(size), list(size)
    for a, b in edges:
        if group[a] != group[b] and reference[a][b] != 0.0:
            turn = signs[a] * signs[b] * (1 if measured[a][b] * reference[a][b] >= 0 else -1)
            moved = group[b]
            for state in size:
                if group[state] == moved:
                    signs[state] *= turn
                    group[state] = group[a]
    return signs


def _spectra(scope: Scope) -> Iterator[Trial]:
    for electrons, orbitals in FULL if scope.full else QUICK:
        for label, dot in small_dots(scope, "small-basis.levels", orbitals):
            inputs = {"dot": dot, "electrons": electrons, "levels": _count(dot, electrons)}
            yield Trial(f"{label}, N={electrons}, M={orbitals}", inputs)


def _count(dot: BoxDot, electrons: int) -> int:
    """Return how many levels to ask for: all up to three orbitals, else eight or more that do not cut a cluster."""
    if dot["orbitals"] <= 3:
        return sum(len(block.basis) for block in exact_blocks(electrons, dot["orbitals"]))
    energies = [float(level.energy) for level in exact_levels(dot, electrons)]
    numbers = cluster_numbers(energies, COARSEST_ACCURACY * abs(energies[7]))
    return sum(number <= numbers[7] for number in numbers)


@check(
    "small-basis.levels@1",
    suite="small-basis",
    stage=Stage.SPECTRUM,
    claim="In a small basis the lowest levels, none missing, have the energies and spins of the exact blocks",
    equation="[J96] Eq. (1); Slater-Condon rules",
    tasks=("spectrum",),
    trials=_spectra,
    requires=("integrals.index-order", "integrals.soft-coulomb", "integrals.rational-kernels"),
)
def levels(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare all energies, and the spins up to the order of levels that coincide."""
    found = exact_levels(trial.inputs["dot"], trial.inputs["electrons"])[: trial.inputs["levels"]]
    yield from compare_levels(subject, trial.inputs, found, ORIGIN)


def compare_levels(
    subject: Subject, question: SpectrumQuestion, found: Sequence[Multiplet], origin: str
) -> Iterator[Comparison]:
    """Compare the spectrum that answers `question` with exact levels: energies, then spins cluster by cluster."""
    answer = subject.ask("spectrum", **question)
    energies, spins = [float(level.energy) for level in found], [level.two_S for level in found]
    tolerance = subject.energy_tolerance(question["dot"], question["electrons"], energies)
    yield close(answer["energies"], exact(energies, origin), tolerance)
    numbers = cluster_numbers(energies, 2 * tolerance.value)
    expected = exact(cluster_spins(numbers, spins), f"{origin}; spins sorted inside clusters")
    yield equal(cluster_spins(numbers, answer["two_S"]), expected, note="doubled spins, cluster by cluster")


def _transitions(scope: Scope) -> Iterator[Trial]:
    for electrons, orbitals in ((1, 2), (2, 3), (3, 3), (2, 4), (3, 4)) if scope.full else ((1, 2), (2, 3), (3, 3)):
        i, j = (sum(len(block.basis) for block in exact_blocks(N, orbitals)) for N in (electrons, electrons + 1))
        for label, dot in small_dots(scope, "small-basis.transitions", orbitals):
            inputs = {"dot": dot, "electrons": electrons, "levels_from": i, "levels_to": j}
            yield Trial(f"{label}, N={electrons}->{electrons + 1}, M={orbitals}", inputs)
    for electrons, orbitals in ((1, 3), (2, 3), (1, 4)):
        i, j = (sum(len(block.basis) for block in exact_blocks(N, orbitals)) for N in (electrons, electrons + 1))
        inputs = {"dot": make_dot("soft-coulomb", orbitals, cutoff=SHARP), "electrons": electrons}
        label = f"lambda/L={SHARP:g}, N={electrons}->{electrons + 1}, M={orbitals}"
        yield Trial(label, {**inputs, "levels_from": i, "levels_to": j})


@check(
    "small-basis.transitions@1",
    suite="small-basis",
    stage=Stage.TRANSITIONS,
    claim="In a small basis every M_ji is the sum over all S_z of squared amplitudes between the exact states",
    equation="[J96] Eqs. (4) and (6)",
    tasks=("spectrum", "transition_probabilities"),
    trials=_transitions,
    requires=("small-basis.levels",),
)
def transitions(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare every M_ji, summed over levels that coincide."""
    dot, electrons = trial.inputs["dot"], trial.inputs["electrons"]
    initial, final = (exact_levels(dot, N) for N in (electrons, electrons + 1))
    M = transition_probabilities_between(initial, final)
    yield compare_transitions(subject, trial.inputs, (initial, final), M, "Eq. (4) summed over all S_z at 30 digits")


def compare_transitions(
    subject: Subject,
    question: TransitionsQuestion,
    found: tuple[Sequence[Multiplet], Sequence[Multiplet]],
    M: Sequence[Sequence[SupportsFloat]],
    origin: str,
) -> Comparison:
    """Compare the M_ji that answer `question` with exact ones, summed over levels of one spin that coincide."""
    wanted, borne, condition, largest = [], [], 1.0, 1
    for shift, levels_of_N in enumerate(found):
        energies, spins = [float(level.energy) for level in levels_of_N], [level.two_S for level in levels_of_N]
        electrons = question["electrons"] + shift
        scale = subject.energy_size(question["dot"], electrons, energies)
        width = 2 * subject.tolerance("spectrum", scale).value
        numbers = cluster_numbers(energies, width)
        answered = subject.ask("spectrum", dot=question["dot"], electrons=electrons, levels=len(energies))["two_S"]
        wanted.append(labels(numbers, spins))
        borne.append(labels(numbers, answered))
        condition = max(condition, gap_condition(energies, spins, width, scale))
        largest *= max(wanted[-1].count(label) for label in wanted[-1])
    # asked after the spectra: only then is it known in which order the levels come
    measured = subject.ask("transition_probabilities", **question)["M"]
    rows, columns = distinct(wanted[1]), distinct(wanted[0])
    exact_numbers = [[float(value) for value in row] for row in M]
    reference = cluster_sums(exact_numbers, wanted[1], wanted[0], rows=rows, columns=columns)
    sums = cluster_sums(measured, borne[1], borne[0], rows=rows, columns=columns)
    tolerance = subject.tolerance("transition_probabilities", condition=condition * largest)
    return close(sums, exact(reference, origin), tolerance, note="sums over clusters" if largest > 1 else "")

"""The numbers that the paper prints: Tables I to IV and its two energy scales.

The reference is what [J96] prints, so its grade is "reported". The tolerance is the paper's own error estimate plus
half a unit of the last printed digit, and nothing else: a deviation beyond it fails, and is accepted only by an entry
of the expected failures that says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from qdverify.protocol.grade import Grade
from qdverify.reference.printed import reported
from qdverify.suite.comparators import at_most, close, equal
from qdverify.suite.declare import Scope, Trial, check, once
from qdverify.suite.finding import Comparison, Reference, Stage, Tolerance
from qdverify.suite.subject import Subject

FEWEST_ORBITALS: Final = min(reported.basis_sizes())
ORBITALS: Final = max(reported.basis_sizes())
TABLE_IV_ORBITALS: Final = 12
LEVELS: Final = ("integrals.soft-coulomb", "small-basis.levels")
TRANSITIONS: Final = (*LEVELS, "small-basis.transitions")


def printed(value: object, origin: str) -> Reference:
    """Return a number as the paper prints it."""
    return Reference(value, Grade.REPORTED, 0.0, f"[J96] {origin}")


def stated_tolerance(table: str) -> Tolerance:
    """Return the paper's own error estimate of a table, widened by the rounding of its print."""
    stated = reported.stated_error(table)
    return Tolerance(stated + reported.PRINTED_DIGIT, f"stated error {stated:g} + half a printed digit")


@check(
    "paper.table-1@1",
    suite="paper",
    stage=Stage.SPECTRUM,
    claim="The lowest levels of 2, 3 and 4 electrons have the total spins of Table I, in its order",
    equation="[J96] Table I",
    tasks=("spectrum",),
    requires=LEVELS,
    trials=lambda _: (Trial(f"N={N}", {"electrons": N}) for N in reported.level_spins()),
)
def table_1(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the order of the spins with Table I."""
    spins = reported.level_spins()[trial.inputs["electrons"]]
    answer = subject.ask("spectrum", dot=reported.dot(ORBITALS), levels=len(spins), **trial.inputs)
    yield equal(answer["two_S"], printed(spins, "Table I"), note="doubled total spins")


def _entries(table: str) -> Iterator[Trial]:
    for entry in reported.entries(table):
        yield Trial(f"{entry.i}->{entry.j}", {"electrons": entry.electrons, "i": entry.i, "j": entry.j})


def _probability(subject: Subject, trial: Trial, table: str, title: str) -> Iterator[Comparison]:
    entries = reported.entries(table)
    answer = subject.ask(
        "transition_probabilities",
        dot=reported.dot(ORBITALS),
        electrons=trial.inputs["electrons"],
        levels_from=max(entry.i for entry in entries) + 1,
        levels_to=max(entry.j for entry in entries) + 1,
    )
    i, j = trial.inputs["i"], trial.inputs["j"]
    (M,) = (entry.M for entry in entries if (entry.i, entry.j) == (i, j))
    yield close(answer["M"][j][i], printed(M, title), stated_tolerance(table))


@check(
    "paper.table-2@1",
    suite="paper",
    stage=Stage.TRANSITIONS,
    claim="The transition probabilities from 2 to 3 electrons are those of Table II",
    equation="[J96] Table II",
    tasks=("transition_probabilities",),
    requires=TRANSITIONS,
    trials=lambda _: _entries("table_II"),
)
def table_2(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare M_ji with Table II."""
    return _probability(subject, trial, "table_II", "Table II")


@check(
    "paper.table-3@1",
    suite="paper",
    stage=Stage.TRANSITIONS,
    claim="The transition probabilities from 3 to 4 electrons are those of Table III",
    equation="[J96] Table III",
    tasks=("transition_probabilities",),
    requires=TRANSITIONS,
    trials=lambda _: _entries("table_III"),
)
def table_3(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare M_ji with Table III."""
    return _probability(subject, trial, "table_III", "Table III")


def _states(_: Scope) -> Iterator[Trial]:
    for electrons, level in reported.leading_coefficients():
        yield Trial(f"N={electrons}, level {level}", {"electrons": electrons, "level": level})


@check(
    "paper.table-4@1",
    suite="paper",
    stage=Stage.SPECTRUM,
    claim="The leading Slater determinants of two states carry the weights of Table IV",
    equation="[J96] Table IV",
    tasks=("leading_determinants",),
    requires=LEVELS,
    trials=_states,
)
def table_4(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the magnitudes of the leading coefficients with Table IV."""
    state = trial.inputs["electrons"], trial.inputs["level"]
    coefficients = [abs(b) for b in reported.leading_coefficients()[state]]
    answer = subject.ask("leading_determinants", dot=reported.dot(TABLE_IV_ORBITALS), count=4, **trial.inputs)
    magnitudes = sorted((abs(b) for b in answer["coefficients"]), reverse=True)
    stated = reported.stated_error("table_III")
    yield close(
        magnitudes,
        printed(coefficients, "Table IV"),
        Tolerance(stated + reported.PRINTED_DIGIT, f"stated error {stated:g} of Table III + half a printed digit"),
    )


@check(
    "paper.energy-scales@2",
    suite="paper",
    stage=Stage.SPECTRUM,
    claim="For 4 electrons the next multiplet lies more than 100 times as high above the ground state as the first "
    "excited level with 10 orbitals, and less with 13: the printed ratio lies between the paper's own bases",
    equation="[J96] Omega = 6.2 meV, Delta = 62 micro-eV",
    tasks=("spectrum",),
    requires=LEVELS,
    trials=once,
)
def energy_scales(subject: Subject, _: Trial) -> Iterator[Comparison]:
    """Compare the ratio of the smallest and of the largest basis with the paper's; its unit of energy cancels.

    Omega changes by 2 % between 10 and 13 orbitals, Delta doubles, as the cutoff is small: the ratio has not converged,
    and any single basis would agree or disagree by chance.
    """
    scales = reported.tables()["multiplets"]
    Omega, Delta = scales["Omega_meV"], scales["Delta_micro_eV"] / 1000
    rounding = 0.05 / Omega + 0.0005 / Delta
    few, many = (_scales(subject, orbitals) for orbitals in (FEWEST_ORBITALS, ORBITALS))
    yield _at_most(few[1] / few[0], Delta / Omega, rounding, f"Delta / Omega with {FEWEST_ORBITALS} orbitals", few)
    yield _at_most(many[0] / many[1], Omega / Delta, rounding, f"Omega / Delta with {ORBITALS} orbitals", many)


def _scales(subject: Subject, orbitals: int) -> tuple[float, float]:
    lowest_multiplet = len(reported.level_spins()[4])
    dot = reported.dot(orbitals)
    energies = subject.ask("spectrum", dot=dot, electrons=4, levels=lowest_multiplet + 1)["energies"]
    return energies[lowest_multiplet] - energies[0], energies[1] - energies[0]


def _at_most(measured: float, bound: float, rounding: float, what: str, scales: tuple[float, float]) -> Comparison:
    tolerance = Tolerance(rounding * bound, "half a unit of the last printed digit of both")
    note = f"{what}; Omega = {scales[0]:.4f}, Delta = {scales[1]:.6f} effective Hartree"
    return at_most(measured, bound, tolerance, origin="[J96] Omega and Delta", note=note)

"""Harmonic dots against exact levels of a complete basis, which a basis of shells approaches from above.

Two electrons have exact levels by the radial equation, and at some frequencies closed forms: M. Taut, J. Phys. A 27,
1045 (1994). No level of any basis lies below them, nor below the classical minimum with the centre of mass at rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import hypot
from typing import Final

from analytic import harmonic_pair_levels, pair_coupling, relative_energy
from qdverify.reference.consensus.extrapolation import NotStableError
from qdverify.reference.consensus.shell_extrapolation import extrapolate_shells
from qdverify.suite.comparators import ComparisonError, at_most, close, equal
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.exact.harmonic import classical_energy, harmonic_dot
from qdverify.suite.finding import Comparison, Stage, Tolerance, exact
from qdverify.suite.subject import Subject

FEW: Final = 4
TAUT: Final = {"omega = 1, E = 3": (1.0, 3.0), "omega = 1/6, E = 2/3": (1 / 6, 2 / 3)}
SHELLS: Final = tuple(range(3, 9))


@cache
def complete_levels(omega: float, field: float, strength: float, count: int) -> tuple[float, ...]:
    """Return the lowest exact energies of two electrons."""
    found = harmonic_pair_levels(omega, count, field=field, strength=strength, digits=12)
    return tuple(float(level.energy) for level in found)


def _bounded(scope: Scope) -> Iterator[Trial]:
    cases = ((1.0, 0.0, 1.0), (0.25, 0.5, 1.0), (1.0, -2.0, 3.0), (4.0, 1.0, 0.25))
    for omega, field, strength in cases if scope.full else cases[:1]:
        inputs = {"dot": harmonic_dot(omega, field, 3, strength), "electrons": 2, "levels": FEW}
        yield Trial(f"omega={omega:g}, omega_c={field:g}, s={strength:g}", inputs)


@check(
    "harmonic.bound@1",
    suite="harmonic",
    stage=Stage.SPECTRUM,
    claim="No level of two electrons in a basis of shells lies below the exact one of a complete basis",
    equation="variational principle; M. Taut, J. Phys. A 27, 1045 (1994)",
    tasks=("spectrum",),
    trials=_bounded,
)
def bound(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare each level with the exact one of the same place."""
    dot = trial.inputs["dot"]
    limits = complete_levels(dot["omega"], dot["field"], dot["strength"], trial.inputs["levels"])
    measured = subject.ask("spectrum", **trial.inputs)["energies"]
    below = max(limit - energy for limit, energy in zip(limits, measured, strict=True))
    tolerance = subject.energy_tolerance(dot, 2, limits)
    yield at_most(below, 0.0, tolerance, origin="how far a level lies below the exact one")


def _closed_forms(scope: Scope) -> Iterator[Trial]:
    for label, (omega, energy) in TAUT.items():
        if scope.full or energy == 3.0:
            yield Trial(label, {"omega": omega, "energy": energy})


@check(
    "harmonic.complete-basis@2",
    suite="harmonic",
    stage=Stage.SPECTRUM,
    claim="Extrapolated from up to eight shells, two electrons at omega = s = 1 have the energy 3",
    equation="M. Taut, J. Phys. A 27, 1045 (1994); excess c K^-p",
    tasks=("spectrum",),
    trials=_closed_forms,
    requires=("harmonic.bound",),
)
def complete_basis(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the extrapolated energy with the closed form, within the stated uncertainty."""
    omega, energy = trial.inputs["omega"], trial.inputs["energy"]
    measured = [
        subject.ask("spectrum", dot=harmonic_dot(omega, 0.0, K), electrons=2, levels=1)["energies"][0] for K in SHELLS
    ]
    try:
        found = extrapolate_shells(SHELLS, measured)
    except NotStableError as error:
        raise ComparisonError(f"no limit can be stated: {error}") from error
    tolerance = Tolerance(found.uncertainty, "stated uncertainty of the extrapolation")
    yield close(found.value, exact(energy, "closed form"), tolerance)


def _fields(scope: Scope) -> Iterator[Trial]:
    for omega in (1.0, 0.25) if scope.full else (1.0,):
        # the ground state of a complete basis changes at 1.61, 4.30 and 6.87 for omega = 1
        fields = (1.25, 2.0, 5.5) if omega == 1.0 else (0.125, 0.5, 0.875)
        for field in fields if scope.full else fields[:2]:
            yield Trial(f"omega={omega:g}, omega_c={field:g}", {"omega": omega, "field": field})


@check(
    "harmonic.crossing@1",
    suite="harmonic",
    stage=Stage.SPECTRUM,
    claim="With the field the ground state of two electrons goes from singlet to triplet and back as exact levels do",
    equation="M. Wagner, U. Merkt and A. V. Chaplik, Phys. Rev. B 45, 1951 (1992)",
    tasks=("spectrum",),
    trials=_fields,
)
def crossing(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the ground state's spin, at fields well between those where exact levels cross."""
    omega, field = trial.inputs["omega"], trial.inputs["field"]
    answer = subject.ask("spectrum", dot=harmonic_dot(omega, field, 5), electrons=2, levels=1)
    L = ground_momentum(omega, field)
    # in words, since single small numbers of two cases are often alike by chance
    yield equal(f"2S = {answer['two_S'][0]}", exact(f"2S = {2 * (L % 2)}", "radial equation, exact"))
    if "L" in answer:
        yield equal(f"L = {answer['L'][0]}", exact(f"L = {L}", "radial equation, exact"))


@cache
def ground_momentum(omega: float, field: float) -> int:
    """Return the angular momentum of the exact ground state of two electrons with s = 1 in a field of at least 0."""
    coupling, Omega = pair_coupling(omega, field, digits=6), hypot(omega, field / 2)
    energies = [float(relative_energy(0, m, coupling, digits=6)) * Omega - m * field / 2 for m in range(4)]
    return energies.index(min(energies))


def _strong(scope: Scope) -> Iterator[Trial]:
    for electrons in (2, 3) if scope.full else (3,):
        for strength in (16.0, 64.0, 256.0) if scope.full else (64.0,):
            inputs = {"dot": harmonic_dot(1.0, 0.0, 4 if electrons == 2 else 3, strength), "electrons": electrons}
            yield Trial(f"N={electrons}, s={strength:g}", {**inputs, "levels": 1})


@check(
    "harmonic.classical@1",
    suite="harmonic",
    stage=Stage.SPECTRUM,
    claim="However strong the repulsion, no level lies below the classical minimum plus Omega of the centre of mass",
    equation="V = sum omega^2 r_i^2/2 + sum s/r_ij at a regular polygon",
    tasks=("spectrum",),
    trials=_strong,
)
def classical(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the lowest level with the energy of the Wigner molecule."""
    dot, electrons = trial.inputs["dot"], trial.inputs["electrons"]
    least = classical_energy(electrons, dot["omega"], dot["strength"]) + dot["omega"]
    energy = subject.ask("spectrum", **trial.inputs)["energies"][0]
    yield at_most(
        least - energy, 0.0, subject.energy_tolerance(dot, electrons, [least]), origin="how far it lies below"
    )

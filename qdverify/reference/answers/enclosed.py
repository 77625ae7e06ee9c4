"""Enclosed answers: balls that provably contain the values of the M-orbital model (certification.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from flint import arb, ctx

from qdverify.protocol.case import Case
from qdverify.protocol.grade import Grade
from qdverify.protocol.inputs import number_of_levels
from qdverify.reference.answers.answer import Answer, Refusal, accurate, working_bits
from qdverify.reference.enclosure.eigenpairs import Unresolved
from qdverify.reference.enclosure.interaction import ExactDot, cosine_table, interaction_integral
from qdverify.reference.enclosure.levels import Level, lowest_levels
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.transitions import transition_matrix
from qdverify.reference.enclosure.transport import Lead, RateEquation, Stationary

MOST_DETERMINANTS: Final = 200_000
MOST_ORBITALS: Final = 62
ATTEMPTS: Final = 4
LEVEL_SETS_KEPT: Final = 256  # more than a run of the suite asks for


def enclosed_answer(case: Case, digits: int) -> Answer:
    """Return the enclosed answer to a case; raise `Refusal` where the proof does not apply or does not close."""
    try:
        return _SOLVERS[case.task](case.exact, digits)
    except KeyError:
        raise Refusal(f"task={case.task!r} has no enclosures") from None
    except Unresolved as error:
        raise Refusal(str(error)) from None


def _integrals(inputs: Mapping[str, Any], digits: int) -> Answer:
    highest = max(index for indices in inputs["indices"] for index in indices)
    if highest > MOST_ORBITALS:
        raise Refusal(f"orbital index={highest} must be at most {MOST_ORBITALS} for integrals that oscillate so fast")
    dot = replace(dot_of(inputs["dot"]), orbitals=highest)
    for attempt in range(ATTEMPTS):
        bits = working_bits(digits) << attempt
        with ctx.workprec(bits):
            table = cosine_table(dot, bits=bits)
            square = ball(dot.length**2)
            values = [interaction_integral(table, *indices) / square for indices in inputs["indices"]]
        if all(accurate(value, digits) for value in values if not value.is_zero()):
            return Answer(
                Grade.ENCLOSED, {"values": values}, "one-dimensional moments by rigorous quadrature, in balls"
            )
    raise Refusal(f"digits={digits} of every integral are not reached with {bits} bits")


def _spectrum(inputs: Mapping[str, Any], digits: int) -> Answer:
    levels = _enough_levels(dot_of(inputs["dot"]), inputs["electrons"], inputs["levels"], digits)
    values = {
        "energies": [level.energy for level in levels],
        "two_S": [level.two_S for level in levels],
        "parity": [level.parity for level in levels],
    }
    method = "exact integer residuals, Kato-Temple bounds, and a proven count of the levels below a ceiling"
    return Answer(Grade.ENCLOSED, values, method)


def _transitions(inputs: Mapping[str, Any], digits: int) -> Answer:
    dot, electrons = dot_of(inputs["dot"]), inputs["electrons"]
    for attempt in range(ATTEMPTS):
        asked = digits + 6 * attempt
        initial = _enough_levels(dot, electrons, inputs["levels_from"], asked)
        final = _enough_levels(dot, electrons + 1, inputs["levels_to"], asked)
        with ctx.workprec(2 * working_bits(asked)):
            rows = transition_matrix(initial, final)
            # an M_ji that vanishes cannot be known relatively: 10^-digits of the sum rule's unit is then enough
            known = all(accurate(value, digits, _absolute(attempt, digits)) for row in rows for value in row)
        if known:
            method = "highest-weight amplitudes of eigenvectors enclosed by exact residuals and proven gaps"
            if any(level.pair.companions for level in (*initial, *final)):
                method += "; among levels that coincide one choice of many"
            return Answer(Grade.ENCLOSED, {"M": rows}, method)
    raise Refusal(f"digits={digits} of every M_ji are not reached: gaps between levels are too small")


def _absolute(attempt: int, digits: int) -> arb:
    return arb(10) ** -digits if attempt == ATTEMPTS - 1 else arb(0)


def _stationary_state(inputs: Mapping[str, Any], digits: int) -> Answer:
    values = {"populations": list(_solve(inputs, digits).populations)}
    return Answer(Grade.ENCLOSED, values, "Grassmann-Taksar-Heyman elimination in balls of sufficient precision")


def _current(inputs: Mapping[str, Any], digits: int) -> Answer:
    solution = _solve(inputs, digits)
    values = {"I_L": solution.current_left, "I_R": solution.current_right}
    return Answer(Grade.ENCLOSED, values, "net flows of the stationary state in balls of sufficient precision")


def _solve(inputs: Mapping[str, Any], digits: int) -> Stationary:
    equation = RateEquation(
        tuple(level["energy"] for level in inputs["levels"]),
        tuple(level["two_S"] for level in inputs["levels"]),
        tuple((edge["from"], edge["to"], edge["M"]) for edge in inputs["transitions"]),
    )
    leads = {lead["name"]: Lead(lead["rate"], lead["mu"]) for lead in inputs["leads"]}
    try:
        return equation.stationary(leads["L"], leads["R"], kT=inputs["kT"], gate=inputs["gate"], digits=digits)
    except ValueError as error:
        raise Refusal(str(error)) from None


def dot_of(dot: Mapping[str, Any]) -> ExactDot:
    """Return the dot of a case's exact inputs."""
    return ExactDot(dot["length"], dot["cutoff"], dot["orbitals"], dot["kernel"], dot["strength"])


def _enough_levels(dot: ExactDot, electrons: int, count: int, digits: int) -> list[Level]:
    """Return exactly `count` levels with the digits asked for, relative to the energy or to 1/L^2."""
    if (
        dot.orbitals > MOST_ORBITALS
        or number_of_levels(dot.orbitals, electrons, MOST_DETERMINANTS + 1) > MOST_DETERMINANTS
    ):
        raise Refusal(
            f"{electrons} electrons in {dot.orbitals} orbitals exceed what a proof is tried for: "
            f"{MOST_DETERMINANTS} determinants of one S_z in {MOST_ORBITALS} orbitals"
        )
    for attempt in range(ATTEMPTS):
        levels = _levels(dot, electrons, count, digits + 4 + 8 * attempt)[:count]
        unit = ball(1 / dot.length**2)
        if all(accurate(level.energy, digits, unit) for level in levels):
            return levels
    raise Refusal(f"digits={digits} of every energy are not reached: gaps between levels are too small")


@lru_cache(maxsize=LEVEL_SETS_KEPT)
def _levels(dot: ExactDot, electrons: int, count: int, digits: int) -> list[Level]:
    return lowest_levels(dot, electrons, count, digits=digits)


_SOLVERS: Final[Mapping[str, Callable[[Mapping[str, Any], int], Answer]]] = {
    "interaction_integrals": _integrals,
    "spectrum": _spectrum,
    "transition_probabilities": _transitions,
    "stationary_state": _stationary_state,
    "current": _current,
}

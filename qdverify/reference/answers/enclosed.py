"""Enclosed answers: balls that provably contain the values of the M-orbital model (certification.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from flint import arb, ctx

from qdverify.protocol.case import Case
from qdverify.protocol.grade import Grade
from qdverify.protocol.inputs import number_of_levels
from qdverify.reference.answers.answer import Answer, Cluster, Refusal, accurate, working_bits
from qdverify.reference.answers.clusters import Listing, stated_transitions
from qdverify.reference.answers.enclosed_transport import SOLVERS as TRANSPORT_SOLVERS
from qdverify.reference.answers.exact_inputs import (
    DotInputs,
    HarmonicInputs,
    IntegralsInputs,
    SpectrumInputs,
    TransitionsInputs,
)
from qdverify.reference.enclosure.harmonic_integrals import ExactHarmonic
from qdverify.reference.enclosure.integral_model import ExactIntegrals
from qdverify.reference.enclosure.interaction import ExactDot, cosine_table, interaction_integral
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.orbital_dots import OrbitalDot, scale_of
from qdverify.reference.enclosure.order import Ordered, order_levels
from qdverify.reference.enclosure.transitions import transition_matrix
from qdverify.reference.enclosure.unresolved import Unresolved

MOST_DETERMINANTS: Final = 200_000
MOST_ORBITALS: Final = 62
ATTEMPTS: Final = 4
GUARD_DIGITS: Final = 8


def enclosed_answer(case: Case, digits: int) -> Answer:
    """Return the enclosed answer to a case; raise `Refusal` if the proof does not apply or does not close."""
    try:
        return _SOLVERS[case.task](case.exact, digits)
    except KeyError:
        raise Refusal(f"task={case.task!r} has no enclosures") from None
    except Unresolved as error:
        raise Refusal(str(error)) from None


def _integrals(inputs: IntegralsInputs, digits: int) -> Answer:
    if "shells" in inputs["dot"]:
        return _harmonic_integrals(harmonic_of(inputs["dot"]), inputs["indices"], digits)
    highest = max(index for indices in inputs["indices"] for index in indices)
    if highest > MOST_ORBITALS:
        raise Refusal(f"orbital index={highest} must be at most {MOST_ORBITALS} for integrals that oscillate so fast")
    dot = replace(box_of(inputs["dot"]), orbitals=highest)
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


def _harmonic_integrals(dot: ExactHarmonic, indices: Sequence[tuple[int, int, int, int]], digits: int) -> Answer:
    for attempt in range(ATTEMPTS):
        bits = working_bits(digits) << attempt
        with ctx.workprec(bits):
            values = [dot.integral(*quadruple) for quadruple in indices]
        if all(accurate(value, digits) for value in values if not value.is_zero()):
            return Answer(Grade.ENCLOSED, {"values": values}, "finite sums over the exchanged momentum, in balls")
    raise Refusal(f"digits={digits} of every integral are not reached with {bits} bits")


def _spectrum(inputs: SpectrumInputs, digits: int) -> Answer:
    found = _enough_levels(dot_of(inputs["dot"]), inputs["electrons"], inputs["levels"], digits)
    listing = _listing(found, inputs["electrons"]).cut(inputs["levels"], "levels")
    label = "parity" if "kernel" in inputs["dot"] else "L" if "shells" in inputs["dot"] else "irreps"
    values = {
        "energies": listing.stated_energies(),
        "two_S": [two_S for two_S, _ in listing.labels],
        label: [parity for _, parity in listing.labels],
    }
    method = "exact integer residuals, Kato-Temple bounds, and a proven count of the levels below a ceiling"
    clusters = listing.clusters
    return Answer(Grade.ENCLOSED, values, method + _told(found), clusters, (), _caveat(clusters, [found]))


def _transitions(inputs: TransitionsInputs, digits: int) -> Answer:
    dot, electrons = dot_of(inputs["dot"]), inputs["electrons"]
    counts = inputs["levels_from"], inputs["levels_to"]
    weights = inputs.get("weights")
    found: list[Ordered] = []
    for attempt in range(ATTEMPTS):
        raised = any(part.raised for part in found)
        if raised and attempt < ATTEMPTS - 1:
            continue  # digits beyond those that tell the levels apart are dear: one more attempt is enough
        asked, extra = (digits, digits + GUARD_DIGITS) if raised else (digits + 6 * attempt, 0)
        found = [_enough_levels(dot, electrons + k, counts[k], asked, extra) for k in (0, 1)]
        bits = max(2 * working_bits(asked), *(working_bits(part.digits) for part in found))
        with ctx.workprec(bits):
            initial, final = (
                _listing(part, electrons + k).cut(counts[k], name)
                for k, (part, name) in enumerate(zip(found, ("levels_from", "levels_to"), strict=True))
            )
            rows = transition_matrix(found[0].levels[: counts[0]], found[1].levels[: counts[1]], weights)
            stated, sums = stated_transitions(rows, initial, final)
            single = [stated[j.start][i.start] for j in final.groups for i in initial.groups if len(i) == len(j) == 1]
            # an M_ji that vanishes cannot be known relatively: 10^-digits of the sum rule's unit is then enough
            least = _absolute(attempt, digits) * ball(max((w * w for w in weights or ()), default=Fraction(1)))
            known = all(accurate(value, digits, least) for value in (*single, *(part.value for part in sums)))
        if known:
            method = "highest-weight amplitudes of eigenvectors enclosed by exact residuals and proven gaps"
            clusters = (*initial.clusters, *final.clusters)
            return Answer(Grade.ENCLOSED, {"M": stated}, method, clusters, sums, _caveat(clusters, found))
    raise Refusal(f"digits={digits} of every M_ji are not reached: gaps between levels are too small")


def _listing(found: Ordered, electrons: int) -> Listing:
    labels = tuple((level.two_S, level.parity) for level in found.levels)
    energies = tuple(level.energy for level in found.levels)
    return Listing(electrons, energies, labels, found.groups, 2 * working_bits(found.digits))


def _told(found: Ordered) -> str:
    return f"; levels told apart with {found.digits} digits" if found.raised else ""


def _caveat(clusters: Sequence[Cluster], found: Sequence[Ordered]) -> str:
    """Say what is not known of levels that were not told apart."""
    if not clusters:
        return ""
    digits = min(part.digits for part in found if any(len(group) > 1 for group in part.groups))
    places = ", ".join(
        f"{cluster.positions.start + 1} to {cluster.positions.stop} of {cluster.electrons} electrons"
        for cluster in clusters
    )
    return (
        f"levels {places} coincide or are closer than balls of {digits} digits tell: they are listed by spin, not in "
        "an order, and only sums of M_ji over them are known"
    )


def _absolute(attempt: int, digits: int) -> arb:
    return arb(10) ** -digits if attempt == ATTEMPTS - 1 else arb(0)


def dot_of(dot: DotInputs) -> ExactDot | OrbitalDot:
    """Return the dot of a case's exact inputs."""
    if "kernel" in dot:
        return box_of(dot)
    if "shells" in dot:
        return harmonic_of(dot)
    return ExactIntegrals.of(dot["one_body"], dot["two_body"], dot.get("core", Fraction(0)), dot.get("irreps"))


def harmonic_of(dot: HarmonicInputs) -> ExactHarmonic:
    """Return the harmonic dot of a case's exact inputs."""
    thickness = dot.get("thickness", Fraction(0))
    return ExactHarmonic(dot["omega"], dot["field"], dot["shells"], dot["strength"], thickness)


def box_of(dot: DotInputs) -> ExactDot:
    """Return the box of a case's exact inputs; raise `Refusal` if the dot is another one."""
    if "kernel" not in dot:
        raise Refusal(f"kind={dot['kind']!r} of the dot must be 'box': what is asked rests on the integrals of a box")
    return ExactDot(dot["length"], dot["cutoff"], dot["orbitals"], dot["kernel"], dot["strength"])


def _enough_levels(dot: ExactDot | OrbitalDot, electrons: int, count: int, digits: int, extra: int = 0) -> Ordered:
    """Return `count` levels or more with the digits asked for, relative to the energy, in proven order.

    An energy that vanishes has no relative digits: they are then relative to 1/L^2, or to 1e-10 of the largest
    integral. `extra` digits are added to those that tell the levels apart.
    """
    if (
        dot.orbitals > MOST_ORBITALS
        or number_of_levels(dot.orbitals, electrons, MOST_DETERMINANTS + 1) > MOST_DETERMINANTS
    ):
        raise Refusal(
            f"{electrons} electrons in {dot.orbitals} orbitals exceed what a proof is tried for: "
            f"{MOST_DETERMINANTS} determinants of one S_z in {MOST_ORBITALS} orbitals"
        )
    unit = ball(scale_of(dot) / 10**10 if isinstance(dot, OrbitalDot) else 1 / dot.length**2)
    for attempt in range(ATTEMPTS):
        found = order_levels(dot, electrons, count, digits=digits + 4 + 8 * attempt, extra=extra)
        if all(accurate(level.energy, digits, unit) for level in found.levels[:count]):
            return found
    raise Refusal(f"digits={digits} of every energy are not reached: gaps between levels are too small")


_SOLVERS: Final[Mapping[str, Callable[..., Answer]]] = {
    "interaction_integrals": _integrals,
    "spectrum": _spectrum,
    "transition_probabilities": _transitions,
    **TRANSPORT_SOLVERS,
}

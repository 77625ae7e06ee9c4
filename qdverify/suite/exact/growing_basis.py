"""What the checks share that follow a dot through growing bases: spectra by spin, and what is left at M = infinity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from qdverify.protocol.json_types import Dot
from qdverify.reference.consensus.extrapolation import NotStableError, extrapolate
from qdverify.suite.comparators import close
from qdverify.suite.finding import Comparison, Reference, Tolerance
from qdverify.suite.subject import Subject

SURE: Final = 3.0
"""A stated uncertainty contains the limit in 95 or more of 100 cases; a verdict has to be right in all of them.

Among 366 contact levels and 300 soft-Coulomb numbers of docs/continuum.md none is off by more than 2.2 times.
"""


def levels_by_spin(subject: Subject, dot: Dot, electrons: int, levels: int) -> dict[int, list[float]]:
    """Return the energies of each doubled spin among the lowest levels, rising."""
    answer = subject.ask("spectrum", dot=dot, electrons=electrons, levels=levels)
    found: dict[int, list[float]] = {}
    for energy, two_S in zip(answer["energies"], answer["two_S"], strict=True):
        found.setdefault(two_S, []).append(energy)
    return {two_S: sorted(energies) for two_S, energies in found.items()}


def close_in_the_limit(
    orbitals: Sequence[int],
    values: Sequence[float],
    reference: Reference,
    noise: float,
    *,
    gauge: Sequence[float] | None = None,
    note: str = "",
) -> Comparison:
    """Compare the extrapolation M -> infinity with a reference, within the uncertainty that the values state.

    Values that differ by noise alone follow no law in M and have reached their limit: the last one is compared as it
    stands, within the noise. Other values without a law are compared with no tolerance at all.

    Parameters
    ----------
    orbitals, values, gauge
        As `qdverify.reference.consensus.extrapolation.extrapolate` takes them.
    noise
        How far each value may be off by the accuracy that is claimed for it.
    """
    if max(values) - min(values) <= 2.0 * noise:
        tolerance = Tolerance(noise, f"the values differ by no more than the claimed accuracy, {noise:.0e}")
        return close(values[-1], reference, tolerance, note=note)
    try:
        limit = extrapolate(orbitals, values, gauge=gauge, precision=noise / max(map(abs, values)))
    except (NotStableError, ValueError) as error:
        text = f"M={list(orbitals)}: {error}"
        return close(values[-1], reference, Tolerance(0.0, "no extrapolation is possible"), note=f"{note}; {text}")
    origin = f"{SURE:g} x stated uncertainty of M={orbitals[0]}..{orbitals[-1]} -> infinity, noise {noise:.0e}"
    return close(limit.value, reference, Tolerance(SURE * limit.uncertainty, origin), note=note)

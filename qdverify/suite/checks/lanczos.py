"""The route of [J96] to the levels: Lanczos from one vector in the full Slater basis, projected onto S_z.

Lanczos finds one vector for each energy, a mixture of the 2S+1 states of the level. [J96] projects it onto each S_z
and warns of the accident in which a projection vanishes. The check provokes the accident: it asks for a start vector
without weight in one S_z, which no later vector of the iteration can have either.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from qdverify.protocol.sample_dots import make_dot, random_dot
from qdverify.suite.comparators import close, equal
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.exact.coinciding_levels import cluster_numbers, cluster_spins
from qdverify.suite.exact.small_basis import exact_levels
from qdverify.suite.finding import Comparison, Stage, exact
from qdverify.suite.subject import Subject

LEVELS: Final = 4


def blind_starts(scope: Scope) -> Iterator[Trial]:
    """Yield dots of three electrons, each with a random start vector and with one that is blind to an S_z."""
    choose = scope.random("lanczos.projection")
    dots = {"soft-coulomb": make_dot("soft-coulomb", 3, length=5.0), "random": random_dot(choose, "soft-coulomb", 4)}
    if scope.full:
        dots["contact"] = make_dot("contact", 4, strength=3.0)
    for label, dot in dots.items():
        for blind_to in (None, -1, 1, 3):
            start = "random start" if blind_to is None else f"blind to 2S_z = {blind_to}"
            inputs = {"dot": dot, "electrons": 3, "levels": LEVELS, "blind_to": blind_to}
            yield Trial(f"{label}, {start}", inputs)


@check(
    "lanczos.projection@1",
    suite="lanczos",
    stage=Stage.SPECTRUM,
    claim="Lanczos from one vector, projected onto S_z, finds every level, and recovers the S_z that its start lacks",
    equation="[J96] Eq. (1); physics.md section 3",
    tasks=("projected_levels",),
    trials=blind_starts,
)
def projection(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare energies and spins with the exact blocks, and look which projections had to be recovered."""
    answer = subject.ask("projected_levels", **trial.inputs)
    levels = exact_levels(trial.inputs["dot"], trial.inputs["electrons"])[:LEVELS]
    energies, spins = [float(level.energy) for level in levels], [level.two_S for level in levels]
    tolerance = subject.tolerance("spectrum", max(map(abs, energies)))
    yield close(answer["energies"], exact(energies, "Slater-Condon blocks at 30 digits"), tolerance)
    numbers = cluster_numbers(energies, 2 * tolerance.value)
    expected = exact(cluster_spins(numbers, spins), "Slater-Condon blocks; spins sorted inside clusters")
    yield equal(cluster_spins(numbers, answer["two_S"]), expected, note="doubled spins, cluster by cluster")
    blind_to, ground = trial.inputs["blind_to"], answer["recovered"][0]
    if blind_to is not None and abs(blind_to) <= spins[0]:
        lost = exact([1.0], "the Hamiltonian conserves S_z: the ground level's vector has no weight there")
        yield equal([float(blind_to in ground)], lost, note=f"2S_z = {blind_to} of the ground level is recovered")

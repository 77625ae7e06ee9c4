"""What certified digits cost: the paper's dot, step by step, in processor seconds of one thread.

usage: OPENBLAS_NUM_THREADS=1 python benchmarks/enclosure.py [--large] [--certificate]

--large adds the counts of N = 5 at M = 13 and N = 4 at M = 30 (minutes); --certificate writes and re-verifies the
certificate of N = 4 (a minute). The half-width is the largest radius of the step's results.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import ctx

from qdverify.certificate.check import check
from qdverify.protocol.case import Case
from qdverify.reference.enclosure.approximation import lowest
from qdverify.reference.enclosure.basis import allowed_spins, blocks
from qdverify.reference.enclosure.feshbach import count_below
from qdverify.reference.enclosure.fixed_point import fixed_point
from qdverify.reference.enclosure.hamiltonian import BlockHamiltonian
from qdverify.reference.enclosure.interaction import ExactDot, interaction_floor
from qdverify.reference.enclosure.levels import Level, lowest_levels
from qdverify.reference.enclosure.moments import moments_by_quadrature, moments_in_closed_form
from qdverify.reference.enclosure.spectrum import enclose_spectrum
from qdverify.reference.enclosure.transitions import transition_matrix
from qdverify.reference.enclosure.transport import Lead, RateEquation
from qdverify.reference.write_certificate import certificate

LEVELS = {0: 1, 1: 1, 2: 2, 3: 3, 4: 6}


def timed(label: str, work: Callable[[], Any], worst: Callable[[Any], float]) -> Any:
    """Run one step and print its line."""
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(f"{label:<58} {processor:9.3f} s {wall:9.3f} s wall   {worst(result):.1e}", flush=True)
    return result


def multiplets(dot: ExactDot) -> dict[int, list[Level]]:
    """Enclose the lowest multiplet of every electron number."""
    return {N: lowest_levels(dot, N, count)[:count] for N, count in LEVELS.items()}


def rate_equation(levels: dict[int, list[Level]]) -> RateEquation:
    """Return the 13 levels with all transitions between them."""
    flat = [level for N in LEVELS for level in levels[N]]
    place = {id(level): index for index, level in enumerate(flat)}
    edges = []
    for N in range(4):
        rows = transition_matrix(levels[N], levels[N + 1])
        for final, row in zip(levels[N + 1], rows, strict=True):
            edges += [(place[id(i)], place[id(final)], value) for i, value in zip(levels[N], row, strict=True)]
    return RateEquation(tuple(level.energy for level in flat), tuple(level.two_S for level in flat), tuple(edges))


def currents(equation: RateEquation, points: int) -> list[Any]:
    """Enclose the current at many points of gate and bias at 10 mK."""
    kT = Fraction(727, 10**7)
    left = [Lead(Fraction(1), Fraction(k, 1000)) for k in range(1, points + 1)]
    right = [Lead(Fraction(1), -lead.mu) for lead in left]
    gates = [Fraction(3 * k, points) for k in range(points)]
    zipped = zip(left, right, gates, strict=True)
    return [equation.stationary(a, b, kT=kT, gate=gate).current_left for a, b, gate in zipped]


def count_every_block(orbitals: int, electrons: int, levels: int) -> list[int]:
    """Prove the number of levels below the gap above the lowest ones, block by block."""
    dot = ExactDot.paper(orbitals)
    model, floor = fixed_point(dot), interaction_floor(dot, electrons)
    proven = []
    for two_S in allowed_spins(orbitals, electrons):
        for block in blocks(orbitals, electrons, two_S):
            hamiltonian = BlockHamiltonian(model, block)
            values = lowest(hamiltonian, levels + 1).values
            proven.append(count_below(hamiltonian, float(values[levels - 1] + values[levels]) / 2, floor, levels))
            if proven[-1] != levels:
                raise SystemExit(f"the count of S={two_S}/2 did not close: {proven[-1]}")
    return proven


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--large", action="store_true", help="the counts in large blocks too")
    arguments.add_argument("--certificate", action="store_true", help="write and re-verify a certificate too")
    chosen = arguments.parse_args()
    dot = ExactDot.paper(13)

    def widest(moments: Any) -> float:
        return max(float(value.rad()) for value in (*moments.sine, *moments.cosine, *moments.weighted))

    print(f"{'paper`s dot, M = 13, L = 19/2, cutoff = 19/10000':<58} {'processor':>11}             half-width")
    timed("integrals by quadrature, 128 bits", lambda: moments_by_quadrature(dot.beta, 26), widest)
    timed("integrals in closed form, 128 bits", lambda: moments_in_closed_form(dot.beta, 26), widest)
    for N in (2, 3, 4):
        work = timed(
            f"every level of N = {N}",
            lambda N=N: enclose_spectrum(dot, N),
            lambda lines: max(float(line.energy.rad()) for line in lines),
        )
        print(f"{'':<4}{len(work)} levels")
    found = timed(
        "13 levels of the lowest multiplets, 20 digits",
        lambda: multiplets(dot),
        lambda levels: max(float(level.energy.rad()) for some in levels.values() for level in some),
    )
    print(f"    E_0(N=4) = {found[4][0].energy.str(24)}")
    with ctx.workprec(192):
        equation = timed(
            "all M_ji between them (half-width relative)",
            lambda: rate_equation(found),
            lambda some: max(float(M.rad() / M.mid()) for _, _, M in some.transitions if not M.is_zero()),
        )
    timed(
        "1000 currents at 10 mK (half-width relative)",
        lambda: currents(equation, 1000),
        lambda values: max(float(value.rad() / abs(value.mid())) for value in values),
    )
    if chosen.certificate:
        inputs = {
            "dot": {"length": "19/2", "cutoff": "19/10000", "orbitals": 13, "kernel": "soft-coulomb", "strength": "1"},
            "electrons": 4,
            "levels": 6,
        }
        document = timed(
            "certificate of N = 4: write", lambda: certificate(Case("spectrum", inputs), 18), lambda _: 0.0
        )
        timed("certificate of N = 4: re-verify", lambda: check(document), lambda _: 0.0)
    if chosen.large:
        timed("count of 3 levels a block, N = 5, M = 13", lambda: count_every_block(13, 5, 3), lambda _: 0.0)
        timed("count of 2 levels a block, N = 4, M = 30", lambda: count_every_block(30, 4, 2), lambda _: 0.0)


if __name__ == "__main__":
    main()

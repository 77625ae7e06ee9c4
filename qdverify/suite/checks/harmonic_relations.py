"""Exact relations between a program's own answers about harmonic dots: they hold for any number of electrons.

Kohn's theorem needs its right form. That the centre of mass is excited by Omega -+ omega_c/2 above every level is exact
in a complete basis, and in one cut by the sum of all shells; a basis cut orbital by orbital only approaches it. What is
exact there is its reason: the interaction commutes with the ladder operators a+ of the centre of mass,

    <pq|V (a+_1 + a+_2)|rs> = <pq|(a+_1 + a+_2) V|rs>,   <pq|V|rs> = (pr|qs),

a relation between integrals as long as r and s are not of the last shell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import sqrt
from typing import Final

from analytic.harmonic_integrals import Orbital, shell_orbitals
from qdverify.protocol.answers import Unsupported
from qdverify.protocol.dots import orbitals_of
from qdverify.suite.checks.harmonic import told_momenta
from qdverify.suite.comparators import at_most, close, equal
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.exact.coinciding_levels import cluster_numbers, cluster_spins
from qdverify.suite.exact.harmonic import Quadruple, harmonic_dot, random_harmonic_dot
from qdverify.suite.exact.small_basis import level_count
from qdverify.suite.finding import Comparison, Stage, exact
from qdverify.suite.subject import Subject

Term = tuple[float, Quadruple]
TRIANGLES: Final = ((3, 4, 5), (5, 12, 13), (15, 8, 17))
"""Right-angled triangles: omega, omega_c/2 and Omega are short binary fractions."""


def _ladder_trials(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("harmonic.kohn")
    for number in range(4 if scope.full else 1):
        yield Trial(f"random {number}", {"dot": random_harmonic_dot(choose, 3)})


def raised(orbital: Orbital, circulation: int) -> tuple[float, Orbital]:
    """Return the factor and the orbital that a+ of one circulation, 1 or -1, makes of an orbital.

    >>> raised((0, 1), 1), raised((0, 1), -1)
    ((1.4142135623730951, (0, 2)), (-1.0, (1, 0)))
    """
    radial, m = orbital
    quanta = radial + max(circulation * m, 0) + 1
    higher = min(radial + max(m, 0) + (circulation > 0), radial + max(-m, 0) + (circulation < 0))
    # the state of the two oscillators is (-1)^n_r times the orbital
    return (-1) ** (higher - radial) * sqrt(quanta), (higher, m + circulation)


def ladder_identities(shells: int) -> list[list[Term]]:
    """Return sums of factors times integrals that vanish: commutators of the interaction with a+ of either circulation.

    An integral is given by the numbers of its orbitals from 1, as (pq|rs).
    """
    orbitals = shell_orbitals(shells)
    number = {orbital: place for place, orbital in enumerate(orbitals, start=1)}
    found = []
    for circulation in (1, -1):
        up = {n: raised(orbital, circulation) for orbital, n in number.items()}
        down = {number[higher]: (factor, n) for n, (factor, higher) in up.items() if higher in number}
        low = [n for n, (_, higher) in up.items() if higher in number]
        for r in low:
            for s in low:
                for p in number.values():
                    for q in number.values():
                        terms = _terms((p, q, r, s), {n: (up[n][0], number[up[n][1]]) for n in (r, s)}, down)
                        m = [orbitals[n - 1][1] for n in (p, q, r, s)]
                        if m[0] + m[1] == m[2] + m[3] + circulation and (p, r) <= (q, s):
                            found.append(terms)
    return found


def _terms(indices: Quadruple, up: dict[int, tuple[float, int]], down: dict[int, tuple[float, int]]) -> list[Term]:
    p, q, r, s = indices
    terms = [(up[r][0], (p, up[r][1], q, s)), (up[s][0], (p, r, q, up[s][1]))]
    # a+ to the left lowers the bra
    terms += [(-down[p][0], (down[p][1], r, q, s))] if p in down else []
    terms += [(-down[q][0], (p, r, down[q][1], s))] if q in down else []
    return terms


@check(
    "harmonic.kohn@1",
    suite="harmonic",
    stage=Stage.INTEGRALS,
    claim="The interaction commutes with the motion of the centre of mass, as Kohn's theorem asks of integrals",
    equation="W. Kohn, Phys. Rev. 123, 1242 (1961)",
    tasks=("interaction_integrals",),
    trials=_ladder_trials,
)
def kohn(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Add up the program's own integrals in every relation of three shells."""
    identities = ladder_identities(trial.inputs["dot"]["shells"])
    wanted = sorted({(1, 1, 1, 1), *(indices for terms in identities for _, indices in terms)})
    question = {"dot": trial.inputs["dot"], "indices": [list(indices) for indices in wanted]}
    values = dict(zip(wanted, subject.ask("interaction_integrals", **question)["values"], strict=True))
    sums = [sum(factor * values[indices] for factor, indices in terms) for terms in identities]
    condition = max(sum(abs(factor) for factor, _ in terms) for terms in identities)
    tolerance = subject.tolerance("interaction_integrals", max(map(abs, values.values())), condition=condition)
    yield close(sums, exact([0.0] * len(sums), "[V, a+] = 0"), tolerance)


def _fields(scope: Scope) -> Iterator[Trial]:
    for electrons in (2, 3):
        for number, (omega, half, Omega) in enumerate(TRIANGLES if scope.full else TRIANGLES[:2]):
            sign = (-1) ** number
            dot = harmonic_dot(0.25 * omega, 0.5 * sign * half, 3 if electrons == 2 else 2, 1.5)
            still = {**dot, "omega": 0.25 * Omega, "field": 0.0}
            inputs = {"dot": dot, "still": still, "electrons": electrons}
            yield Trial(f"N={electrons}, omega_c = {dot['field']:g}", inputs)


@check(
    "harmonic.field@1",
    suite="harmonic",
    stage=Stage.SPECTRUM,
    claim="A field makes levels those of Omega = sqrt(omega^2 + omega_c^2/4) without it, less L omega_c/2",
    equation="(p + A)^2/2 = p^2/2 + omega_c^2 r^2/8 - omega_c L_z/2",
    tasks=("spectrum",),
    trials=_fields,
)
def field(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Shift all levels of the dot without field by their angular momenta, and compare."""
    dot, still, electrons = (trial.inputs[name] for name in ("dot", "still", "electrons"))
    question = {"electrons": electrons, "levels": level_count(electrons, orbitals_of(dot))}
    before, after = (subject.ask("spectrum", dot=one, **question) for one in (still, dot))
    if "L" not in before:
        raise Unsupported("the program does not tell the angular momenta of levels")
    levels = zip(before["energies"], before["L"], strict=True)
    expected = sorted(energy - 0.5 * dot["field"] * L for energy, L in levels)
    tolerance = subject.tolerance("spectrum", max(map(abs, (*before["energies"], *expected))), condition=2)
    yield close(after["energies"], exact(expected, "levels without field, shifted", own=True), tolerance)


def _mirrored(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("harmonic.mirror")
    for electrons in (2, 3, 4) if scope.full else (2, 3):
        shells = 3 if electrons == 2 else 2
        for label, dot in (
            ("no field", harmonic_dot(0.5, 0.0, shells)),
            ("in a field", random_harmonic_dot(choose, shells)),
        ):
            yield Trial(f"N={electrons}, {label}", {"dot": dot, "electrons": electrons})


@check(
    "harmonic.mirror@1",
    suite="harmonic",
    stage=Stage.SPECTRUM,
    claim="A field turned round leaves energies and spins and reverses L; without field levels of L and -L coincide",
    equation="reflection y -> -y, which reverses L_z and the field",
    tasks=("spectrum",),
    trials=_mirrored,
)
def mirror(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Ask for the field and for its opposite."""
    dot, electrons = trial.inputs["dot"], trial.inputs["electrons"]
    turned = {**dot, "field": -dot["field"]}
    count = level_count(electrons, orbitals_of(dot))
    one, other = (subject.ask("spectrum", dot=each, electrons=electrons, levels=count) for each in (dot, turned))
    energies = one["energies"]
    tolerance = subject.tolerance("spectrum", max(map(abs, energies)), condition=2)
    yield close(other["energies"], exact(energies, "the field before it was turned", own=True), tolerance)
    numbers = cluster_numbers(energies, 2 * tolerance.value)
    yield equal(
        cluster_spins(numbers, other["two_S"]),
        exact(cluster_spins(numbers, one["two_S"]), "spins before the field was turned", own=True),
    )
    if "L" in one and "L" in other:
        expected = exact(told_momenta(numbers, [-L for L in one["L"]]), "-L before the field was turned", own=True)
        yield equal(told_momenta(numbers, other["L"]), expected)


def _scaled(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("harmonic.scaling")
    for electrons in (2, 3, 4) if scope.full else (2, 3):
        shells = 3 if electrons == 2 else 2
        yield Trial(f"N={electrons}", {"dot": random_harmonic_dot(choose, shells), "electrons": electrons})


@check(
    "harmonic.scaling@1",
    suite="harmonic",
    stage=Stage.SPECTRUM,
    claim="Four times both frequencies and twice the strength make four times every energy",
    equation="virial theorem E = omega dE/d omega + omega_c dE/d omega_c + (s/2) dE/ds, in a basis that scales with it",
    tasks=("spectrum",),
    trials=_scaled,
)
def scaling(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Ask for the dot and for its image, and compare."""
    dot, electrons = trial.inputs["dot"], trial.inputs["electrons"]
    image = {**dot, "omega": 4 * dot["omega"], "field": 4 * dot["field"], "strength": 2 * dot["strength"]}
    count = level_count(electrons, orbitals_of(dot))
    one, other = (subject.ask("spectrum", dot=d, electrons=electrons, levels=count)["energies"] for d in (dot, image))
    expected = [4 * energy for energy in one]
    tolerance = subject.tolerance("spectrum", max(map(abs, expected)), condition=2)
    yield close(other, exact(expected, "four times the levels before", own=True), tolerance)


def _growing(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("harmonic.more-shells")
    for electrons, shells in ((1, 3), (2, 2), (2, 3), (3, 2), (4, 2)) if scope.full else ((2, 3), (3, 2)):
        levels = min(8, level_count(electrons, shells * (shells + 1) // 2))
        inputs = {"dot": random_harmonic_dot(choose, shells), "electrons": electrons, "levels": levels}
        yield Trial(f"N={electrons}, K={shells}", inputs)


@check(
    "harmonic.more-shells@1",
    suite="harmonic",
    stage=Stage.SPECTRUM,
    claim="No level of a dot lies higher with a further shell of orbitals",
    equation="Cauchy's interlacing theorem",
    tasks=("spectrum",),
    trials=_growing,
)
def more_shells(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare each level with that of the larger basis."""
    dot = trial.inputs["dot"]
    asked = {"electrons": trial.inputs["electrons"], "levels": trial.inputs["levels"]}
    few, many = (
        subject.ask("spectrum", dot={**dot, "shells": dot["shells"] + more}, **asked)["energies"] for more in (0, 1)
    )
    tolerance = subject.tolerance("spectrum", max(map(abs, few)), condition=2)
    yield at_most(_largest_rise(few, many), 0.0, tolerance, origin="energies with one shell fewer")


def _largest_rise(before: Sequence[float], after: Sequence[float]) -> float:
    return max(new - old for old, new in zip(before, after, strict=True))

"""Strong repulsion: the lowest multiplet is a Heisenberg chain, and M_ji has an exact limit for the contact gas.

The chain holds to leading order in the ratio of the multiplet's width to the gap above it; that ratio, taken from the
implementation's own levels, is the size of what it leaves out, and so the tolerance.  At g = infinity electrons are
ordered free fermions times the chain's spin functions, which makes every M_ji an exact number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from analytic import fit_couplings, heisenberg_levels, infinite_repulsion_transitions
from qdverify.protocol.json_types import Dot
from qdverify.protocol.sample_dots import make_dot
from qdverify.reference.consensus.extrapolation import NotStableError, extrapolate
from qdverify.reference.printed import reported
from qdverify.suite.comparators import ComparisonError, close, equal
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.finding import Comparison, Stage, Tolerance, exact
from qdverify.suite.subject import Subject

CHAIN: Final = "antiferromagnetic Heisenberg chain with nearest neighbours"
EQUATION: Final = "physics.md section 6: strong repulsion"


def repulsive_dots(scope: Scope) -> Iterator[Trial]:
    """Yield dots in which the lowest multiplet stands far below the next one, in bases that resolve it."""
    paper, long = reported.dot(12), make_dot("soft-coulomb", 13, length=20.0, cutoff=0.05)
    wide = make_dot("soft-coulomb", 15, length=30.0, cutoff=0.3)
    cases = [("paper's dot", paper, 3), ("paper's dot", paper, 4), ("L=20", long, 3)]
    if scope.full:
        cases += [("L=20", long, 4), ("L=30", wide, 3), ("L=30", wide, 4)]
    for label, dot, electrons in cases:
        yield Trial(f"{label}, N={electrons}", {"dot": dot, "electrons": electrons})


def _multiplet(subject: Subject, trial: Trial) -> tuple[list[float], list[int], float]:
    """Return energies and doubled spins of the lowest multiplet, and its width over the gap above it."""
    size = len(heisenberg_levels(trial.inputs["electrons"], [1] * (trial.inputs["electrons"] - 1)))
    answer = subject.ask("spectrum", **trial.inputs, levels=size + 1)
    energies = answer["energies"]
    width, gap = energies[size - 1] - energies[0], energies[size] - energies[size - 1]
    if not 0 < width < gap:
        raise ComparisonError(f"the lowest {size} levels, {width:.3g} wide with {gap:.3g} above them, are no multiplet")
    return energies[:size], answer["two_S"][:size], width / gap


@check(
    "repulsion.spin-order@1",
    suite="repulsion",
    stage=Stage.SPECTRUM,
    claim="The spins of the lowest multiplet are in the order of a Heisenberg chain: 0, 1, 1, 0, 1, 2 for N = 4",
    equation=EQUATION,
    tasks=("spectrum",),
    trials=repulsive_dots,
    requires=("small-basis.levels",),
)
def spin_order(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the spins with those of the uniform chain."""
    electrons = trial.inputs["electrons"]
    _, spins, _ = _multiplet(subject, trial)
    chain = [level.two_S for level in heisenberg_levels(electrons, [1] * (electrons - 1))]
    yield equal(spins, exact(chain, CHAIN), note="doubled total spins")


@check(
    "repulsion.chain@1",
    suite="repulsion",
    stage=Stage.SPECTRUM,
    claim="Symmetric nearest-neighbour couplings describe the lowest multiplet; for N = 3 the gaps are as 1 : 3/2",
    equation=EQUATION,
    tasks=("spectrum",),
    trials=repulsive_dots,
    requires=("repulsion.spin-order",),
)
def chain(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Fit the couplings, fewer than there are gaps, and compare what remains with the next order's size."""
    energies, spins, ratio = _multiplet(subject, trial)
    next_order = Tolerance(ratio, "width of the multiplet over the gap above it: the next order of the expansion")
    if trial.inputs["electrons"] == 3:
        measured = (energies[2] - energies[0]) / (energies[1] - energies[0])
        yield close(measured, exact(1.5, "N = 3: gaps J and 3J/2"), next_order, note="ratio of the gaps")
    fit = fit_couplings(trial.inputs["electrons"], list(zip(energies, spins, strict=True)))
    note = f"J = {', '.join(f'{float(J):.6g}' for J in fit.couplings)}"
    yield close(
        float(fit.residual), exact(0.0, f"{CHAIN}, fitted"), next_order, note=f"residual over the width; {note}"
    )
    yield equal([float(J) > 0 for J in fit.couplings], exact([True] * len(fit.couplings), "antiferromagnetic"))


def _contact(scope: Scope) -> Iterator[Trial]:
    small = {"orbitals": [8, 10, 12, 14, 16], "strengths": [40.0, 80.0, 160.0]}
    yield Trial("N=1->2", {"electrons": 1, **small})
    if scope.full:
        yield Trial("N=2->3", {"electrons": 2, "orbitals": [10, 12, 14, 16, 18, 20], "strengths": [20.0, 40.0, 80.0]})


@check(
    "repulsion.transitions@1",
    suite="repulsion",
    stage=Stage.TRANSITIONS,
    claim="Towards g = infinity M_ji of the contact gas tends to ordered free fermions times the spin chain",
    equation="physics.md section 6: M_ji = C_ji |sum_l a_l <chi_j|P_l|chi_i>|^2",
    tasks=("spectrum", "transition_probabilities"),
    trials=_contact,
    requires=("bethe.extrapolated", "small-basis.transitions"),
)
def transitions(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Extrapolate M_ji to M = infinity for three strengths, then to g = infinity by powers of 1/g."""
    electrons, orbitals, strengths = (trial.inputs[key] for key in ("electrons", "orbitals", "strengths"))
    limit = infinite_repulsion_transitions(electrons, digits=18)
    spins = [[level.two_S for level in heisenberg_levels(N, [1] * (N - 1))] for N in (electrons, electrons + 1)]
    for j, two_S_j in enumerate(spins[1]):
        for i, two_S_i in enumerate(spins[0]):
            if abs(two_S_j - two_S_i) != 1:
                continue
            start = electrons, two_S_i, spins[0][:i].count(two_S_i)
            end = electrons + 1, two_S_j, spins[1][:j].count(two_S_j)
            values, bounds = [], []
            for g in strengths:
                dots = [make_dot("contact", M, strength=g) for M in orbitals]
                found = [_probability(subject, dot, start, end) for dot in dots]
                value, bound = _limit(orbitals, found, subject.accuracy_of_largest("transition_probabilities"))
                values.append(value)
                bounds.append(bound)
            first = 2 * values[2] - values[1]
            second = (8 * values[2] - 6 * values[1] + values[0]) / 3
            # the coefficients of the three values in `second` add up to 5 in magnitude
            size = abs(second - first) + 5 * max(bounds)
            origin = "step from first to second order in 1/g + 5 x uncertainty of M = infinity"
            yield close(
                second,
                exact(float(limit[j][i]), "ordered determinants x spin chain"),
                Tolerance(size, origin),
                note=f"level {i} -> {j}",
            )


def _limit(orbitals: Sequence[int], values: Sequence[float], accuracy: float) -> tuple[float, float]:
    try:
        found = extrapolate(orbitals, values, precision=accuracy / max(map(abs, values)) if any(values) else 0.0)
    except NotStableError:
        return values[-1], 0.0
    return found.value, found.uncertainty


def _probability(subject: Subject, dot: Dot, start: tuple[int, int, int], end: tuple[int, int, int]) -> float:
    """Return M_ji between two levels, each given as N, doubled spin, and place among the levels of that spin."""
    indices = []
    for N, two_S, place in (start, end):
        # In a finite basis strong repulsion lifts low spins above polarised levels: look well beyond the multiplet.
        count = 1 if N == 1 else 4 * N
        listed = subject.ask("spectrum", dot=dot, electrons=N, levels=count)["two_S"]
        same = [index for index, other in enumerate(listed) if other == two_S]
        if len(same) <= place:
            raise ComparisonError(f"fewer than {place + 1} levels of 2S={two_S} among the lowest {count} of N={N}")
        indices.append(same[place])
    i, j = indices
    M = subject.ask("transition_probabilities", dot=dot, electrons=start[0], levels_from=i + 1, levels_to=j + 1)["M"]
    return float(M[j][i])

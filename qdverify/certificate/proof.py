"""The proof that a certificate rests on: python, flint, and the mathematics on this page.

Nothing here shares code with what writes certificates. The Hamiltonian H is that of model.py, in units of 1/L^2.

A certificate states levels (E, S, parity) of a dot for N electrons and, between two such lists, transition
probabilities M_ji, each number as a ball. For every level below an energy sigma it holds a vector of integers x over
the Slater determinants of one S_z, 0 or 1/2, and one reflection parity; every level has exactly one state there.

1. Spin. S^2 x = S(S+1) x is verified in integers, for S >= 0: x lies in the space of spin S and its parity, which H
   leaves invariant. All that follows holds inside that space.

2. Existence. With rho = x.Hx/x.x and r = |Hx - rho x|/|x|, that space has an eigenvalue in [rho - r, rho + r].
   Vectors of one space whose intervals meet are taken together, as a run of m: let Y hold the m unit vectors,
   Delta = ||Y^T Y - 1|| < 1 and R^2 = sum r^2; m eigenvalues, counted with multiplicity, are within 2 R/sqrt(1 - Delta)
   of the m rho, each of another one. (Y = QP, B = Q^T H Q: B P - P diag(rho) = Q^T(HY - Y diag(rho)), so that the
   eigenvalues of B are within R/sqrt(1 - Delta) of rho, and ||HQ - QB|| <= R/sqrt(1 - Delta) bounds their distance
   from m eigenvalues of H; Kahan.) Intervals of runs that are disjoint hold as many different levels.

3. Completeness. Let V >= v0 (model.floor), P the determinants with kinetic energy T up to a limit, Q the others, and
   G = T_Q + v0 - sigma > 0. Then H - sigma >= [[H_PP - sigma, H_PQ], [H_QP, G]], which is congruent to diag(Z, G),
   Z = H_PP - sigma - H_PQ G^-1 H_QP, so that H has at most as many eigenvalues below sigma as Z has negative ones. If
   Z + sum_i c_i v_i v_i^T is positive definite for k vectors v_i and numbers c_i, those are at most k. A symmetric B is
   positive definite if R^T B R is diagonally dominant with positive diagonal for some R. So the levels of 2 are all
   levels below sigma.

4. Energies. If a < rho < b and only one level of that spin and parity lies between a and b, it lies in
   [rho - r^2/(b-rho), rho + r^2/(rho-a)], and x/|x| is within sqrt(2) r/min(b-rho, rho-a) of the eigenvector, up to its
   sign (Kato and Temple; Davis and Kahan). For a run all of whose neighbours are at least g away, the eigenspace has an
   orthonormal basis with ||u_i - y_i|| <= r_i/g + Delta + sum_k (r_k/g)^2, if the last two terms are below 1: the parts
   of y_i outside the eigenspace are at most r_i/g, and the parts inside have a Gram matrix that differs from 1 by at
   most Delta + sum (r_k/g)^2, by which to orthonormalise them moves them at most.

5. Transitions. M_ji = (2S_j+1)/(2(2S_i+1)) <j|D|i>^2/CG^2 with D = sum_n c+_{n,sigma}, |D| = sqrt(M): from S_z = 0 with
   spin up, CG^2 = (S_i+1)/(2S_i+1) or S_i/(2S_i+1) for S_j = S_i + 1/2 or S_i - 1/2; from S_z = 1/2 with spin down,
   1/2. Unit vectors within eta of the true ones change <j|D|i> by at most sqrt(M) (eta_i + eta_j).

A dot given by its integrals (integral_model.py) has irreps in place of parities. All of this holds for it with Q empty,
Z = H - sigma, in 3, and with D = sum_n w_n c+_{n,sigma}, |w| times the creator of one orbital, so that |D| = |w|, in 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from operator import mul

from flint import arb, arb_mat, ctx, fmpz

from qdverify.certificate.grammar import Vector, require
from qdverify.certificate.integral_dot import Weights
from qdverify.certificate.model import Hamiltonian, bits_of, kinetic_energy, rational, take_pause

Coefficients = dict[int, int]
WEIGHT = 10**4  # c_i over the depth of the level: large enough to lift it, small enough for double precision's R
PRECISION_OF_R = 64


# 1. Spin


def exchange_spin(vector: Coefficients, source: int) -> Coefficients:
    """Apply S_+ (source 1, down) or S_- (source 0, up): neighbouring bits are exchanged, without a sign."""
    result: Coefficients = {}
    for mask, value in vector.items():
        for bit in bits_of(mask):
            target = bit ^ 1
            if bit % 2 == source and not mask >> target & 1:
                other = mask ^ (1 << bit | 1 << target)
                result[other] = result.get(other, 0) + value
    return result


def has_spin(vector: Coefficients, electrons: int, two_S: int) -> bool:
    """Tell whether 4 S^2 x = 2S(2S+2) x exactly, with S^2 = S_- S_+ + S_z(S_z+1).

    S(S+1) is the same for S and -S-1; the label is known not to be negative.
    """
    two_Sz = electrons % 2
    raised = exchange_spin(exchange_spin(vector, 1), 0)
    factor = two_S * (two_S + 2) - two_Sz * (two_Sz + 2)
    return all(4 * raised.get(mask, 0) == factor * vector.get(mask, 0) for mask in raised.keys() | vector.keys())


# 2. Existence


@dataclass(frozen=True)
class Level:
    """A level that a vector proves: rho, r and what follows from them.

    Attributes
    ----------
    companions
        How many other levels of its spin and parity it could not be told apart from.
    """

    two_S: int
    parity: int
    vector: Coefficients = field(repr=False)
    norm: int = field(repr=False)
    rho: arb
    residual: arb
    energy: arb = field(default_factory=arb)
    deviation: arb = field(default_factory=arb)
    companions: int = 0


def exist(model: Hamiltonian, electrons: int, stated: Sequence[Vector], basis: Mapping[int, list[int]]) -> list[Level]:
    """Return the levels that vectors prove, without energies yet; their spins are verified."""
    levels = []
    for parity, masks in basis.items():
        mine = [item for item in stated if item.parity == parity]
        vectors = [dict(zip(masks, item.numbers, strict=True)) for item in mine]
        for item, vector in zip(mine, vectors, strict=True):
            require(has_spin(vector, electrons, item.two_S), f"a vector is not of spin {Fraction(item.two_S, 2)}")
        images: list[dict[int, arb]] = [{} for _ in mine]
        columns = [{mask: arb(fmpz(value)) for mask, value in vector.items()} for vector in vectors]
        for mask in masks if mine else []:
            row = list(model.row(mask))
            for column, image in zip(columns, images, strict=True):
                image[mask] = sum((value * column[other] for other, value in row), arb(0))
        levels += [_judged(*parts) for parts in zip(mine, vectors, images, strict=True)]
    return levels


def _judged(item: Vector, vector: Coefficients, image: Mapping[int, arb]) -> Level:
    norm = sum(value * value for value in vector.values())
    rho = sum((image[mask] * value for mask, value in vector.items()), arb(0)) / norm
    errors = [image[mask] - rho * value for mask, value in vector.items()]
    square = sum((error * error for error in errors), arb(0))
    residual = (square / norm).upper().sqrt().upper()
    return Level(item.two_S, item.parity, vector, norm, rho, residual)


@dataclass(frozen=True)
class Run:
    """Levels of one spin and parity whose intervals meet, and the interval that holds as many eigenvalues."""

    levels: tuple[Level, ...]
    defect: arb
    lower: arb
    upper: arb

    @classmethod
    def single(cls, level: Level) -> Run:
        """Enclose one eigenvalue."""
        reach = level.residual
        return cls((level,), arb(0), (level.rho - reach).lower(), (level.rho + reach).upper())

    def joined(self, other: Run) -> Run:
        """Enclose as many eigenvalues as both have vectors.

        Delta is bounded by the root of the sum of squares of Y^T Y - 1, whose diagonal is exactly 0.
        """
        cross = sum((_overlap(one, two) for one in self.levels for two in other.levels), arb(0))
        square = self.defect * self.defect + other.defect * other.defect + 2 * cross
        defect = square.upper().sqrt().upper()
        require(defect < 1, "two vectors prove the same level")
        levels = (*self.levels, *other.levels)
        total = sum((level.residual * level.residual for level in levels), arb(0)).sqrt()
        reach = (2 * total / (1 - defect).sqrt()).upper()
        lower = min((level.rho - reach).lower() for level in levels)
        return Run(levels, defect, lower, max((level.rho + reach).upper() for level in levels))


def _overlap(one: Level, two: Level) -> arb:
    """Return the squared overlap of two unit vectors."""
    overlap = arb(fmpz(sum(value * two.vector[mask] for mask, value in one.vector.items())))
    return overlap * overlap / (arb(fmpz(one.norm)) * arb(fmpz(two.norm)))


def runs_of(levels: Sequence[Level]) -> list[Run]:
    """Group the levels of one spin and parity into runs with disjoint intervals, ascending."""
    runs: list[Run] = []
    for level in sorted(levels, key=lambda level: level.rho.mid()):
        new = Run.single(level)
        while runs and not runs[-1].upper < new.lower:
            new = runs.pop().joined(new)
        runs.append(new)
    return runs


# 3. Completeness


def complete(
    model: Hamiltonian, levels: Sequence[Level], ceiling: Fraction, inner: list[int], outer: list[int]
) -> None:
    """Verify that one parity, P and Q given, has no other levels below the ceiling."""
    sigma = rational(ceiling)
    Z = effective_matrix(model, sigma, inner, outer)
    for level in levels:
        v = [level.vector[mask] for mask in inner]
        weight = WEIGHT * (sigma - level.rho + 1) / max(1, sum(value * value for value in v))
        for row, a in zip(Z, v, strict=True):
            for j, b in enumerate(v):
                row[j] += weight * (a * b)
    require(positive_definite(Z), f"more than {len(levels)} levels of one parity may lie below the ceiling")


def effective_matrix(model: Hamiltonian, sigma: arb, inner: list[int], outer: list[int]) -> list[list[arb]]:
    """Return Z of section 3."""
    index = {mask: i for i, mask in enumerate(inner)}
    Z = [[arb(0)] * len(inner) for _ in inner]
    coupling: dict[int, list[tuple[int, arb]]] = {mask: [] for mask in outer}
    for i, mask in enumerate(inner):
        Z[i][i] -= sigma
        for other, value in model.row(mask):
            if other in index:
                Z[i][index[other]] += value
            else:
                coupling[other].append((i, value))
    for mask, column in coupling.items():
        take_pause()
        G = kinetic_energy(mask) + model.floor(mask.bit_count()) - sigma
        require(G > 0, "the ceiling is too high for the model space")
        for number, (i, value) in enumerate(column, 1):
            share = value / G
            for j, other_value in column[:number]:
                Z[i][j] -= share * other_value
    return [[Z[max(i, j)][min(i, j)] for j in range(len(inner))] for i in range(len(inner))]


def positive_definite(Z: list[list[arb]]) -> bool:
    """Tell whether Z, a symmetric matrix, is proven positive definite; R is an approximate inverse Cholesky factor."""
    lower: list[list[float]] = []
    for row in Z:
        take_pause()
        new: list[float] = []
        for known, element in zip(lower, row, strict=False):
            new.append((float(element.mid()) - sum(map(mul, new, known))) / known[-1])
        pivot = float(row[len(new)].mid()) - sum(map(mul, new, new))
        if not pivot > 0:
            return False
        lower.append([*new, pivot**0.5])
    size = len(Z)
    L = arb_mat([row + [0.0] * (size - len(row)) for row in lower])
    identity = arb_mat([[int(i == j) for j in range(size)] for i in range(size)])
    take_pause()
    with ctx.workprec(PRECISION_OF_R):  # without bounds, and NaN if singular: no R proves anything false
        R = L.solve(identity, nonstop=True, algorithm="approx").transpose()
    take_pause()
    return diagonally_dominant((R.transpose() * arb_mat(Z) * R).tolist())


def diagonally_dominant(rows: Sequence[Sequence[arb]]) -> bool:
    """Tell whether every diagonal element exceeds the sum of the magnitudes of the others in its row."""
    return all(
        row[i] > sum((abs(value) for j, value in enumerate(row) if j != i), arb(0)) for i, row in enumerate(rows)
    )


# 4. Energies


def enclose(levels: Sequence[Level], ceiling: arb) -> list[Level]:
    """Return the only levels of one spin and parity below the ceiling with energies and deviations, ascending."""
    runs = runs_of(levels)
    edges = [arb.neg_inf(), *(run.upper for run in runs)], [*(run.lower for run in runs[1:]), ceiling]
    return [level for run, a, b in zip(runs, *edges, strict=False) for level in _enclosed(run, a, b)]


def _enclosed(run: Run, a: arb, b: arb) -> list[Level]:
    """Apply section 4 to a run between two edges, which may be infinite."""
    require(a < run.lower and run.upper < b, "a level does not lie below the ceiling")
    if len(run.levels) == 1:
        (level,) = run.levels
        rho, r = level.rho, level.residual
        energy = (rho - r * r / (b - rho)).union(rho + r * r / (rho - a))
        deviation = (arb(2).sqrt() * r * max((1 / (b - rho)).upper(), (1 / (rho - a)).upper())).upper()
        return [replace(level, energy=energy, deviation=deviation)]
    gap = min((run.lower - a).lower(), (b - run.upper).lower())
    spread = run.defect + sum(((level.residual / gap) * (level.residual / gap) for level in run.levels), arb(0))
    require(spread < 1, "levels that coincide are not known well enough")
    companions = len(run.levels) - 1
    return [
        replace(
            level,
            energy=run.lower.union(run.upper),
            deviation=(level.residual / gap + spread).upper(),
            companions=companions,
        )
        for level in run.levels
    ]


# 5. Transitions


def probability(
    model: Hamiltonian,
    electrons: int,
    initial: Sequence[Level],
    final: Sequence[Level],
    weights: Weights | None = None,
) -> arb:
    """Enclose the sum of M_ji from N to N+1 electrons over groups of levels, each of one spin and parity.

    If a run of levels stands in one group as a whole, the sum is a trace over its eigenspace, whatever the basis.
    Without weights every orbital couples with the amplitude 1.
    """
    two_S, other_S = initial[0].two_S, final[0].two_S
    if abs(two_S - other_S) != 1:
        return arb(0)
    total = arb(0)
    for i in initial:
        for j in final:
            value = amplitude(model, electrons, i, j, weights)
            total += value * value
    squared_coefficient = (
        Fraction(1, 2) if electrons % 2 else Fraction(two_S + 2 if other_S > two_S else two_S, 2 * (two_S + 1))
    )
    return rational(Fraction(other_S + 1, 2 * (two_S + 1)) / squared_coefficient) * total


def amplitude(model: Hamiltonian, electrons: int, i: Level, j: Level, weights: Weights | None = None) -> arb:
    """Enclose <j|D|i> of the true unit vectors, up to its sign; without weights they are all 1."""
    take_pause()
    weights = weights or Weights((1,) * model.orbitals, 1)
    spin = electrons % 2  # up into even N, down into odd N
    overlap = 0
    for mask, value in i.vector.items():
        for n, weight in enumerate(weights.integers):
            bit = 2 * n + spin
            if not mask >> bit & 1 and value and weight:
                sign = (-1) ** (mask & (1 << bit) - 1).bit_count()
                overlap += sign * weight * value * j.vector.get(mask | 1 << bit, 0)
    value_of_vectors = arb(fmpz(overlap)) / (arb(fmpz(i.norm)) * arb(fmpz(j.norm))).sqrt()
    size = arb(fmpz(sum(weight * weight for weight in weights.integers))).sqrt()
    error = (size * (i.deviation + j.deviation)).upper()
    return (value_of_vectors + arb(0, error)) / arb(fmpz(weights.denominator))

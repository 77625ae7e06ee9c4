"""From approximate eigenpairs to proven ones: exact residuals, Kato-Temple, Davis-Kahan, and clusters as a whole.

A vector is a column x of integers over the block's functions, y = D^(1/2) x / |D^(1/2) x| in the normalised basis. Its
Rayleigh quotient rho = x.Hx / x.Dx and residual r = ||(A - rho) y|| follow from exact integer arithmetic; the model's
rounding (fixed_point.py) is added to both.

One level. Let exactly one eigenvalue lambda with unit eigenvector u lie between a < rho and b > rho. Then

    rho - r^2/(b - rho) <= lambda <= rho + r^2/(rho - a)                  (Kato-Temple; an edge may be infinite),
    sin(angle of y and u) <= r / min(b - rho, rho - a)                    (Davis-Kahan),

and ||u - y|| <= sqrt(2) sin(angle) for the sign of u that makes u.y non-negative, since 2 - 2 cos <= 2 sin^2 there.
Proofs. Every eigenvalue mu satisfies (mu - lambda)(mu - b) >= 0, so y.(A - lambda)(A - b)y = r^2 - (rho - lambda)(b -
rho) >= 0, the lower bound; a in place of b gives the upper one. The component of (A - rho) y orthogonal to u has norm
at least min(b - rho, rho - a) sin(angle).

A cluster of m levels that cannot be told apart. Let Y hold m unit vectors, R = AY - Y Lambda, and Delta = ||Y^T Y - 1||
be below 1.

(i) A has m eigenvalues with |lambda_i - Lambda_i| <= 2 ||R|| / sqrt(1 - Delta). Proof. Let Y = QP as in eigenvalues.py
and B = Q^T A Q. As B P - P Lambda = Q^T R, the eigenvalues of B are within ||R||/sigma_min of Lambda; and
||A Q - Q B|| = ||(1 - Q Q^T) R P^(-1)|| <= ||R||/sigma_min bounds their distance from m eigenvalues of A (Kahan).

(ii) If all other eigenvalues are at least g away from every Lambda_i, the eigenspace of the m has an orthonormal basis
with ||u_i - y_i|| <= r_i/g + Delta + sum_k (r_k/g)^2. Proof. With the projector Q' on the other eigenvectors,
z_i = Q' y_i satisfies (A - Lambda_i) z_i = Q' R_i, so ||z_i|| <= r_i/g. The y_i - z_i lie in the eigenspace, and their
Gram matrix G differs from 1 by at most Delta + ||Z||^2; to orthonormalise them by G^(-1/2) moves them by at most
||1 - G^(1/2)|| <= ||1 - G||.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import lcm

from flint import arb, ctx, fmpz

from qdverify.reference.enclosure.basis import Block
from qdverify.reference.enclosure.exact_hamiltonian import ExactHamiltonian
from qdverify.reference.enclosure.fixed_point import Objects
from qdverify.reference.enclosure.unresolved import Unresolved

GUARD_BITS = 64


@dataclass(frozen=True, eq=False)
class Eigenpair:
    """An approximate eigenpair with its exactly computed quality, energies in units of 1/L^2.

    Attributes
    ----------
    vector, norm
        Integers x over the block's functions, and x.Dx.
    quotient
        Rayleigh quotient of the true Hamiltonian.
    residual
        Upper bound of ||(A - rho) y||.
    """

    block: Block
    vector: Objects
    norm: int
    quotient: arb
    residual: arb


@dataclass(frozen=True, eq=False)
class EnclosedPair:
    """An eigenpair whose eigenvalue is proven: `energy` contains it, and y is within `deviation` of the eigenvector.

    Attributes
    ----------
    companions
        How many other levels of the block this one could not be told apart from; then the energy is the interval that
        holds all of them, and the eigenvector is one of an orthonormal basis of their common eigenspace.
    """

    block: Block
    vector: Objects
    norm: int
    energy: arb
    deviation: arb
    companions: int = 0


def judge(hamiltonian: ExactHamiltonian, vector: Objects, image: Objects | None = None) -> tuple[Eigenpair, Objects]:
    """Return the pair, and the residual D^(1/2) (A - rho) D^(1/2) x in units of 2^-(bits + GUARD_BITS).

    `image` is what `multiply_exactly` makes of the vector, if that is known.
    """
    bits = hamiltonian.model.bits
    metric = hamiltonian.block.metric.astype(object)
    image = hamiltonian.multiply_exactly(vector) if image is None else image
    weighted = metric * vector
    norm = int(vector @ weighted)
    quotient = (int(vector @ image) << GUARD_BITS) // norm
    residual = (image << GUARD_BITS) - quotient * weighted
    common = lcm(*(int(value) for value in set(metric)))
    square = int((residual * residual * (common // metric)).sum())
    with ctx.workprec(2 * bits):
        rounding = hamiltonian.model.rounding(hamiltonian.block.electrons)
        unit = arb(2) ** -(bits + GUARD_BITS)
        size = (arb(fmpz(square)) / arb(fmpz(norm * common))).sqrt() * unit + rounding
        energy = arb(fmpz(quotient)) * unit + unit * arb("0.5 +/- 0.5") + arb(0, rounding.upper())
    return Eigenpair(hamiltonian.block, vector, norm, energy, size.upper()), residual


def enclose_pairs(pairs: Sequence[Eigenpair], ceiling: arb) -> list[EnclosedPair]:
    """Turn the only eigenpairs of a block below `ceiling` into enclosures.

    Parameters
    ----------
    pairs
        It is proven elsewhere that the block has at most this many levels below the ceiling.
    ceiling
        The energy of that proof; infinite if the pairs are all that the block has.

    Raises
    ------
    Unresolved
        If the pairs do not account for that many levels below the ceiling.
    """
    ordered = sorted(pairs, key=lambda pair: pair.quotient.mid())
    clusters = [_Cluster.of(members) for members in _groups(ordered)]
    enclosed = []
    for i, cluster in enumerate(clusters):
        below = clusters[i - 1].upper if i else arb.neg_inf()
        above = clusters[i + 1].lower if i + 1 < len(clusters) else ceiling
        if not cluster.upper < above:
            raise Unresolved(f"a level of a block, {cluster.upper}, is not separate from what lies above, {above}")
        enclosed += cluster.enclose(below, above)
    return enclosed


def _groups(ordered: Sequence[Eigenpair]) -> list[list[Eigenpair]]:
    """Split where residual intervals, widened twice for (i) of the theorem, leave a gap."""
    groups: list[list[Eigenpair]] = []
    for pair in ordered:
        reach = 4 * pair.residual
        if groups and not max(_top(other) for other in groups[-1]) < (pair.quotient - reach).lower():
            groups[-1].append(pair)
        else:
            groups.append([pair])
    return groups


def _top(pair: Eigenpair) -> arb:
    return (pair.quotient + 4 * pair.residual).upper()


@dataclass(frozen=True)
class _Cluster:
    """One level or several inseparable ones, with the interval that contains exactly as many eigenvalues."""

    pairs: Sequence[Eigenpair]
    defect: arb
    radius: arb

    @classmethod
    def of(cls, pairs: Sequence[Eigenpair]) -> _Cluster:
        if len(pairs) == 1:
            return cls(pairs, arb(0), pairs[0].residual)
        defect = _orthonormality_defect(pairs)
        if not defect < 1:
            raise Unresolved(
                f"{len(pairs)} levels of a block near {pairs[0].quotient} were found from dependent vectors"
            )
        total = sum((pair.residual * pair.residual for pair in pairs), arb(0)).sqrt()
        return cls(pairs, defect, (2 * total / (1 - defect).sqrt()).upper())

    @property
    def lower(self) -> arb:
        """Lower end of the interval."""
        return min((pair.quotient - self.radius).lower() for pair in self.pairs)

    @property
    def upper(self) -> arb:
        """Upper end of the interval."""
        return max((pair.quotient + self.radius).upper() for pair in self.pairs)

    def enclose(self, below: arb, above: arb) -> list[EnclosedPair]:
        """Enclose each pair, given that no other level lies between the two edges."""
        if len(self.pairs) == 1:
            return [_enclose(self.pairs[0], below, above)]
        gap = min((self.lower - below).lower(), (above - self.upper).lower())
        spread = self.defect + sum(((pair.residual / gap) * (pair.residual / gap) for pair in self.pairs), arb(0))
        return [
            EnclosedPair(
                pair.block,
                pair.vector,
                pair.norm,
                self.lower.union(self.upper),
                (pair.residual / gap + spread).upper(),
                len(self.pairs) - 1,
            )
            for pair in self.pairs
        ]


def _enclose(pair: Eigenpair, below: arb, above: arb) -> EnclosedPair:
    """Apply both theorems for one level between two edges, which may be infinite."""
    rho, r = pair.quotient, pair.residual
    up, down = (r / gap.lower() for gap in (rho - below, above - rho))
    energy = (rho - r * down).union(rho + r * up)
    sine = max(up.upper(), down.upper())
    return EnclosedPair(pair.block, pair.vector, pair.norm, energy, (sine * arb(2).sqrt()).upper())


def _orthonormality_defect(pairs: Sequence[Eigenpair]) -> arb:
    """Bound ||Y^T Y - 1||; the diagonal is exact."""
    metric = pairs[0].block.metric.astype(object)
    square = arb(0)
    for one, two in combinations(pairs, 2):
        overlap = arb(fmpz(int(one.vector @ (metric * two.vector))))
        square += 2 * overlap * overlap / (arb(fmpz(one.norm)) * arb(fmpz(two.norm)))
    return square.sqrt().upper()

"""Levels of four electrons in the continuum, M = infinity, enclosed: no orbital is left out of the proof.

Units are those of `continuum`. The sector holds all states of four electrons of S_z = 0, one parity, and an even or an
odd total spin S; T is diagonal in determinants, with (pi^2/2) n^2, n^2 the sum of the squares of all orbital numbers.

The proofs for two and three electrons put nothing but v0 for the interaction outside a finite set of states, which has
to be large for that. Here the interaction acts everywhere, but only as far as a few trial states see it, such as
approximate eigenstates (N. W. Bazley, Phys. Rev. 120, 144 (1960)); so no matrix is larger than their number.

Lemma. Let H = T + V, V bounded, W = V - v0 >= 0, and D = T + v0 - sigma without an eigenvalue 0. Let f_1, ..., f_n be
any states, and

    S = <f_i, W f_j> + <W f_i, D^(-1) W f_j>.

The number of levels of H below sigma is at most n_-(D) - n_-(S), where n_- counts negative eigenvalues.

Proof. Let E be a subspace of the form domain on which <u, (H - sigma) u> is negative for u != 0, so that
d(u) = <u, D u> < -<u, W u>. Let N be a subspace of dimension n_-(S) of combinations f of the f_i on which the form of S
is negative, and g = D^(-1) W f, so that d(g) < -<f, W f> for f != 0. For u in E and f in N that are not both 0,

    d(u + g) = d(u) + 2 Re <u, W f> + d(g) < -<u - f, W (u - f)> <= 0.

Hence u + g is not 0, the dimension of E + D^(-1) W N is that of E plus n_-(S), and it is at most n_-(D). The largest
dimension of E is the number of levels below sigma (Glazman).

With S replaced by a larger matrix the bound holds all the more. The trial states consist of determinants of the A
lowest orbitals (`four_electrons`). What W makes of them there is summed as it is; what it leads to beyond is bounded by
`beyond_the_model`, at a sigma that is not below the one in question. An eigenstate f of H with energy E has
W f = (E - sigma - D) f, which makes S = (E - sigma) <f, D^(-1) W f>: it changes its sign at E. So the bound is as good
as the trial states. The others are the determinants in which T is low, to go with every negative eigenvalue of D.

Spin. An even S is 0 or 2. J^2 commutes with T and V and is 0 or 6. So W + c J^2 in place of W leaves singlets where
they are, and raises quintets by 6c; W + c (6 - J^2) does the opposite. Both are at least 0, and both lead to no
orbitals that a state did not have. The k-th level of the raised H is at most the k-th one of the spin asked for, and
Ritz values of it are upper bounds of that if they lie below everything that is raised: 6c + v0 + (pi^2/2) n^2, n^2 at
least 10 for a singlet and 30 for a quintet. The levels of an odd S are all triplets.

All matrices are float64 with a bound for every rounding, as in `continuum`. The trial states are the floats they are.
"""

from __future__ import annotations

from functools import cached_property
from math import ceil, comb, inf, log2, nextafter, pi
from typing import Final

import numpy as np
from flint import arb, ctx
from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigsh

from qdverify.reference.enclosure.beyond_the_model import Beyond, coupling_beyond
from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.eigenvalues import UNIT
from qdverify.reference.enclosure.float_tables import Floats, float_table
from qdverify.reference.enclosure.four_electrons import FourElectrons
from qdverify.reference.enclosure.interaction import ExactDot, interaction_floor
from qdverify.reference.enclosure.level_counts import ContinuumLevel
from qdverify.reference.enclosure.moments import ball, enclosed_moments
from qdverify.reference.enclosure.squared_kernel import squared_moments
from qdverify.reference.enclosure.trial_states import TrialStates

BITS: Final = 96
SINGLET: Final = 10  # n^2 of its lowest determinant, 1 1 2 2
QUINTET: Final = 30  # 1 2 3 4
THREE: Final = 6  # n^2 of the three other electrons if one is in a high orbital, at least: 1 1 2
MORE_VECTORS: Final = 4  # approximate eigenstates beyond the levels asked for
WIDER: Final = 1.4  # trial determinants reach to this many times the n^2 at which D is 0
SEED: Final = 7
TOLERANCE: Final = 1e-8  # of the approximate eigenstates; the proof does not need it


def four_electron_levels(
    dot: ExactDot, two_S: int, parity: int, levels: int, *, model: int, explicit: int, listed: int
) -> list[ContinuumLevel]:
    """Enclose the lowest levels of four electrons of one spin and parity at M = infinity.

    Parameters
    ----------
    dot
        Soft-Coulomb kernel; its number of orbitals is not used.
    two_S, parity
        0, 2 or 4, and 1 or -1.
    levels
        How many.
    model
        A, the number of orbitals of the trial states.
    explicit, listed
        B and C: the orbitals up to which one electron, and two electrons, beyond the model are summed one by one.

    Raises
    ------
    ValueError
        If an argument breaks its rule, or the model has fewer states than levels are asked for.
    ArithmeticError
        If no lower bound is found: the model is too small for the interaction, or it is too large for doubles.

    Examples
    --------
    >>> from fractions import Fraction
    >>> dot = ExactDot(Fraction(1), Fraction(1, 2), 1)
    >>> (level,) = four_electron_levels(dot, 0, 1, 1, model=6, explicit=12, listed=40)
    >>> f"{float(level.low):.5f} {float(level.high):.5f}"
    '59.49045 59.49046'
    """
    dot.require_soft_coulomb()
    if two_S not in (0, 2, 4) or parity not in (1, -1):
        raise ValueError(f"two_S={two_S} must be 0, 2 or 4, and parity={parity} 1 or -1")
    if not 4 <= model <= explicit <= listed:
        raise ValueError(f"model={model} must be at least 4, explicit={explicit} and listed={listed} not smaller")
    with ctx.workprec(BITS):
        return _Sector(dot, two_S, parity, model=model, explicit=explicit, listed=listed).enclosed(dot, levels)


class _Sector:
    """The states of one spin and parity."""

    def __init__(self, dot: ExactDot, two_S: int, parity: int, *, model: int, explicit: int, listed: int) -> None:
        self.two_S, self.parity, self.explicit, self.listed = two_S, parity, explicit, listed
        g, beta = ball(dot.coupling), dot.beta
        self.table = float_table(enclosed_moments(beta, model + listed, bits=BITS), g)
        self.squared = float_table(squared_moments(beta, 2 * model, bits=BITS), g**2)
        floor = interaction_floor(dot, 4, bits=BITS)
        assert floor is not None  # only a contact has none
        self.floor = nextafter(float(floor.lower()), -inf)
        self.model = FourElectrons(self.table, model, parity, -1 if two_S == 2 else 1)

    def enclosed(self, dot: ExactDot, levels: int) -> list[ContinuumLevel]:
        """Return the lowest levels."""
        if not 1 <= levels <= self.size:
            raise ValueError(f"levels={levels} must be from 1 to {self.size}, the states of the model")
        states = self.trial_states(levels)
        uppers = states.ritz_values(levels)
        self.require_spin(uppers)
        states.beyond = self.beyond(states, nextafter(float(uppers[-1].upper()), inf))
        lowers = [states.lower_bound(k, float(upper.mid())) for k, upper in enumerate(uppers)]
        square = ball(dot.length) ** 2
        return [
            ContinuumLevel(self.two_S, self.parity, (arb(low) / square).lower(), (upper / square).upper())
            for low, upper in zip(lowers, uppers, strict=True)
        ]

    @property
    def size(self) -> int:
        """The number of states of the model that have this spin."""
        even, odd = self.model.orbitals // 2, (self.model.orbitals + 1) // 2
        quintets = sum(comb(odd, k) * comb(even, 4 - k) for k in ((0, 2, 4) if self.parity == 1 else (1, 3)))
        states = len(self.model.states[0])
        return {0: states - quintets, 2: states, 4: quintets}[self.two_S]

    @cached_property
    def penalty(self) -> float:
        """c, a power of two so that its products are exact; 0 for triplets."""
        if self.two_S == 2:
            return 0.0
        squares = QUINTET if self.two_S == 4 else SINGLET
        lowest = self.model.matrix(np.eye(1, len(self.model.states[0]))[0])
        height = squares * pi**2 / 2 + float(np.sum(lowest * self.model.interact(lowest))) - self.floor
        return float(2.0 ** ceil(log2(max(1.0, height))))

    def require_spin(self, uppers: list[arb]) -> None:
        """Raise `ArithmeticError` unless these bounds lie below every level whose spin is not the one asked for."""
        other = 6 * arb(self.penalty) + arb(self.floor) + arb.pi() ** 2 / 2 * (SINGLET if self.two_S else QUINTET)
        if self.two_S != 2 and not all(upper < other for upper in uppers):
            raise ArithmeticError(f"the levels are not proven to have the spin {self.two_S}/2")

    def raised(self, X: Floats) -> Floats:
        """Return V X plus what raises the other spin."""
        interaction = self.model.interact(X)
        if self.two_S == 2:
            return interaction
        square = self.model.spin_square(X)
        return interaction + self.penalty * (square if self.two_S == 0 else 6 * X - square)

    @property
    def image_error(self) -> arb:
        """Bound of the error of W X for ||X|| = 1: of V X, of the multiple of J^2 X, and of the sum of the three."""
        sizes = self.model.interaction_bound + abs(arb(self.floor)) + 6 * arb(self.penalty)
        return self.model.interaction_error + arb(UNIT) * (64 * arb(self.penalty) + 4 * sizes)

    def trial_states(self, levels: int) -> TrialStates:
        """Return approximate eigenstates and the determinants of lowest T, with what W makes of them."""
        matrices = [self.model.matrix(vector) for vector in self._vectors(levels).T]
        images = []
        for X in matrices:
            check_time("applying the interaction to trial states")
            images.append(self.raised(X) - self.floor * X)
        return TrialStates(self.model, np.stack(matrices), np.stack(images), self.image_error, self.floor)

    def _vectors(self, levels: int) -> Floats:
        """Return orthonormal coefficients of the trial states, as columns."""
        squares = self.model.squares[self.model.states]
        size, wanted = len(squares), levels + MORE_VECTORS

        def apply(vector: Floats) -> Floats:
            check_time("searching for approximate eigenstates")
            plain = vector.ravel()
            return self.model.vector(self.raised(self.model.matrix(plain))) + pi**2 / 2 * squares * plain

        if size <= 2 * wanted + 1:
            return np.eye(size)
        operator = LinearOperator((size, size), matvec=apply, dtype=np.float64)
        start = np.random.default_rng(SEED).normal(size=size)
        space = min(size, 3 * wanted + 10)
        try:
            found, vectors = eigsh(operator, wanted, which="SA", v0=start, tol=TOLERANCE, ncv=space)
        except ArpackNoConvergence as error:
            raise ArithmeticError(f"no approximate eigenstates are found to start from: {error}") from error
        reach = WIDER * (float(np.sort(found)[levels - 1]) - self.floor) / (pi**2 / 2)
        low = np.flatnonzero(squares <= reach)
        if len(low) + wanted >= size:
            return np.eye(size)
        columns = np.zeros((size, wanted + len(low)))
        columns[:, :wanted] = vectors
        columns[low, wanted + np.arange(len(low))] = 1
        result: Floats = np.linalg.qr(columns)[0]
        return result

    def beyond(self, states: TrialStates, sigma: float) -> tuple[Floats, arb]:
        """Return the bound of what the trial states couple to outside the model, for all energies up to sigma."""
        gap = arb.pi() ** 2 / 2 * ((self.listed + 1) ** 2 + THREE) + arb(self.floor) - arb(sigma)
        if not gap > 0:
            raise ArithmeticError(f"sigma={sigma} is not below the states that are not listed")
        theta = nextafter(float((1 / gap).upper()), inf)
        reach = Beyond(self.table, self.squared, self.explicit, self.listed, self.floor, sigma, theta)
        return coupling_beyond(self.model, reach, states.matrices)

"""The Hamiltonian of a dot given by integrals in one sector: the terms of `hamiltonian`, for any labels and integrals.

H = T + V with T = sum eps_k n_k >= 0 in the eigenorbitals of the one-body part. The electrons of one spin act on their
string, those of opposite spin on pairs [q, r] of orbitals, as in `spectators`, but with the product of the labels of q
and r in place of tau, and integral by integral.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from numeric.arrays import FloatArray, IntArray
from numeric.basis import Exchange, IrrepSector, strings_of
from numeric.eigenorbitals import Eigenorbitals
from numeric.feasible import require_feasible
from numeric.hamiltonian import HamiltonianBase, Term
from numeric.spectators import Amplitudes
from numeric.strings_of_one_spin import OneSpin

SHELL = 1e-9
"""Sums of orbital energies closer than this, relative to the largest, belong to one shell."""


@dataclass(frozen=True, eq=False)
class IntegralHamiltonian(HamiltonianBase):
    """H of a dot given by integrals in one sector, without its constant and the shift of its orbital energies.

    Parameters
    ----------
    basis : IrrepSector
        The basis.
    orbitals : Eigenorbitals
        The integrals.
    up, down : OneSpin
        String operators of either spin; one object for both if the numbers of electrons are equal.
    """

    basis: IrrepSector
    orbitals: Eigenorbitals
    up: OneSpin
    down: OneSpin

    @property
    def sector(self) -> IrrepSector:
        """The basis."""
        return self.basis

    @property
    def unit(self) -> float:
        """A small energy, never 0: the width of the orbital energies over M^2, about eps_1 for a box."""
        width = float(np.max(self.orbitals.energies)) / len(self.orbitals.energies) ** 2
        largest = max(float(np.max(self.orbitals.energies)), float(np.max(np.abs(self.orbitals.two_body))))
        return max(width, 1e-3 * largest) or 1.0

    @cached_property
    def kinetic(self) -> FloatArray:
        """Sum T of orbital energies of every basis state, ascending, shape (size,)."""
        return self.basis.energies_of(self.basis.alpha, self.basis.beta)

    @cached_property
    def shells(self) -> IntArray:
        """Number of the shell of equal T of every basis state, ascending, shape (size,)."""
        steps = np.diff(self.kinetic, prepend=0.0) > SHELL * max(float(self.kinetic[-1]), np.finfo(np.float64).tiny)
        shells: IntArray = np.cumsum(steps)
        return shells

    @cached_property
    def diagonal(self) -> FloatArray:
        """Diagonal elements of H between single determinants |a, b>, shape (size,)."""
        a, b = self.basis.alpha, self.basis.beta
        same = self.up.same_spin.diagonal()[a] + self.down.same_spin.diagonal()[b]
        # p: orbital of an up, r: of a down electron
        coulomb = np.einsum("pprr->pr", self.orbitals.two_body)
        cross = self.up.strings.occupied @ coulomb @ self.down.strings.occupied.T
        diagonal: FloatArray = same + cross[a, b]
        return diagonal

    @cached_property
    def terms(self) -> list[Term]:
        """All parts of H."""
        terms = []
        for label in np.unique(self.up.string_labels).tolist():
            amplitudes = self._string_amplitudes(label)
            if amplitudes.states.size:
                terms.append(Term(amplitudes, self.up.block_of(label)))
                if not self.basis.exchange:
                    partner = self.basis.combination.quotient(self.basis.label, label)
                    terms.append(Term(amplitudes.transposed, self.down.block_of(partner)))
        if self.up.strings.electrons and self.down.strings.electrons:
            terms += self._pair_terms()
        return terms

    def _string_amplitudes(self, label: int) -> Amplitudes:
        """Return C[a, b] for the up strings of one label, acting, and the down strings that go with them."""
        sector = self.basis
        partner = sector.combination.quotient(sector.label, label)
        block = np.ix_(self.up.string_labels == label, self.down.string_labels == partner)
        factors = sector.factors[block] * (math.sqrt(2.0) if sector.exchange else 1.0)
        return Amplitudes(sector.states[block], factors)

    def _pair_terms(self) -> Iterator[Term]:
        g, labels = self.orbitals.two_body, self.orbitals.labels
        rule = self.basis.combination
        products = rule.product.outer(labels, labels)
        strings = rule.product.outer(self.up.fewer_labels, self.down.fewer_labels)
        for tau in np.unique(products).tolist():
            q, r = np.nonzero(products == tau)
            amplitudes = self._pair_amplitudes(q, r, strings == rule.quotient(self.basis.label, tau))
            if amplitudes.states.size:
                yield Term(amplitudes, g[q[:, None], q, r[:, None], r])

    def _pair_amplitudes(self, q: IntArray, r: IntArray, listed: NDArray[np.bool_]) -> Amplitudes:
        """Return the amplitudes of an up electron in q and a down electron in r, for listed strings of one fewer each.

        Parameters
        ----------
        q, r
            The pairs of orbitals.
        listed
            Which pairs of strings of one electron fewer go with them, shape (up strings, down strings).
        """
        sector, M = self.basis, self.basis.up.orbitals
        c, d = np.nonzero(np.triu(listed) if sector.exchange else listed)
        weight = np.where(c < d, math.sqrt(2.0), 1.0) if sector.exchange else 1.0
        (a, sign_a), (b, sign_b) = (strings.ladder.additions(M) for strings in (sector.up, sector.down))
        # axes: pair of orbitals, pair of strings
        q, r = q[:, None], r[:, None]
        a, b = a[c, q], b[d, r]
        factors = sector.factors[a, b] * (sign_a[c, q] * sign_b[d, r] * weight)
        return Amplitudes(np.where(factors == 0.0, sector.size, sector.states[a, b]), factors)


def integral_hamiltonians(
    orbitals: Eigenorbitals, electrons: int, two_Sz: int, *, exchange: bool = True
) -> list[IntegralHamiltonian]:
    """Return H in every sector of one S_z, split by exchange symmetry if S_z = 0 and `exchange` is True.

    Raises
    ------
    TooLargeError
        If the Hamiltonian would take more memory than 2.4 GB, with the estimate.
    """
    M = len(orbitals.energies)
    n_up, n_down = (electrons + two_Sz) // 2, (electrons - two_Sz) // 2
    require_feasible(M, n_up, n_down)
    up = OneSpin(strings_of(M, n_up), orbitals)
    down = up if two_Sz == 0 else OneSpin(strings_of(M, n_down), orbitals)
    symmetries: tuple[Exchange, ...] = (1, -1) if exchange and two_Sz == 0 else (0,)
    rule = orbitals.combination
    products = np.unique(rule.product.outer(np.unique(up.string_labels), np.unique(down.string_labels))).tolist()
    found = (
        IrrepSector(up.strings, down.strings, label, orbitals.labels, orbitals.energies, symmetry, rule)
        for symmetry in symmetries
        for label in products
    )
    return [IntegralHamiltonian(sector, orbitals, up, down) for sector in found if sector.size]


def pair_bound(orbitals: Eigenorbitals, electrons: int) -> float:
    """Return a lower bound of V: N(N-1)/2 times the lowest eigenvalue of V for two electrons in the M orbitals."""
    if electrons < 2:
        return 0.0
    flat = replace(orbitals, energies=np.zeros_like(orbitals.energies), shift=0.0)
    lowest = min(float(np.linalg.eigvalsh(pair.matrix())[0]) for pair in integral_hamiltonians(flat, 2, 0))
    return 0.5 * electrons * (electrons - 1) * lowest

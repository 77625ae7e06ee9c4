"""The Hamiltonian of a dot given by its integrals, between Slater determinants.

With E_pq = sum over spin of c+_p c_q and real orbitals

    H = E_0 + sum h_pq E_pq + 1/2 sum (pq|rs) (E_pq E_rs - delta_qr E_ps).

Energies are measured in `scale`, a power of two near the largest integral, and E_0 is left out until levels are stated:
what is proven does not depend on the unit. An integral of forbidden irreps is exactly zero, and so H keeps the product
of the irreps of all electrons. Nothing is known of the interaction but its integrals: the model space of the proof of
completeness holds every determinant.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache

from flint import arb

from qdverify.certificate.grammar import Label, RejectedError
from qdverify.certificate.integral_dot import IntegralDot, irrep, one_of_eight, product_of
from qdverify.certificate.model import ZERO, Hamiltonian, all_determinants, bits_of, rational


class IntegralModel(Hamiltonian):
    """The Hamiltonian of a dot given by its integrals, in units of `scale`, without E_0."""

    label = Label("irrep", irrep)

    def __init__(self, dot: IntegralDot) -> None:
        super().__init__([label - 1 for label in dot.irreps])
        self.dot, self.scale, self.weights = dot, dot.scale, dict(dot.weights)
        self.one_body = cache(self._one_body)

    def bases(self, electrons: int) -> dict[int, list[int]]:
        """Return the determinants of each irrep that has any."""
        found: dict[int, list[int]] = {}
        for mask in all_determinants(self.orbitals, electrons):
            found.setdefault(self._label(bits_of(mask)), []).append(mask)
        return {label: found[label] for label in sorted(found)}

    def _label(self, occupied: Sequence[int]) -> int:
        return product_of([self.dot.irreps[bit // 2] for bit in occupied])

    def own_energy(self, energy: Fraction) -> Fraction:
        """Return an energy without E_0, in units of `scale`."""
        return (energy - self.dot.core) / self.scale

    def stated_energy(self, energy: arb) -> arb:
        """Return an energy with E_0, in the units of the integrals."""
        return energy * rational(self.scale) + rational(self.dot.core)

    def steps_of_integrals(self, cosines: int) -> int:
        """Return one step for each (pq|rs)."""
        return int(cosines) + self.orbitals**4

    def floor(self, electrons: int) -> arb:
        """Reject the certificate: no lower bound of the interaction is known."""
        raise RejectedError(f"no lower bound of the interaction of {electrons} electrons is known")

    def diagonal(self, mask: int) -> arb:
        """Return the sum of h_pp over the electrons."""
        return sum((self.hopping(bit, bit) for bit in bits_of(mask)), ZERO)

    def hopping(self, a: int, i: int) -> arb:
        """Return h between two spin orbitals of one spin."""
        return self.one_body(a // 2, i // 2)

    def _one_body(self, p: int, q: int) -> arb:
        return rational(self.dot.one_body[p][q] / self.scale)

    def _integral(self, p: int, q: int, r: int, s: int) -> arb:
        return rational(self.dot.two_body.get(one_of_eight(p, q, r, s), Fraction(0)) / self.scale)

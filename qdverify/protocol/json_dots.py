"""Types of the protocol's dots: a box, one given by its integrals, a harmonic dot (protocol.md).

Everybody takes them from `qdverify.protocol.json_types`, with the questions that they stand in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NotRequired, TypeAlias, TypedDict

Kernel: TypeAlias = Literal["soft-coulomb", "contact", "constant", "none"]


class BoxDot(TypedDict):
    """A dot that is a box with hard walls: its basis and its interaction."""

    kind: NotRequired[Literal["box"]]
    length: float
    cutoff: float
    orbitals: int
    kernel: Kernel
    strength: float


class IntegralDot(TypedDict):
    """A dot given by its one- and two-electron integrals between M real orbitals, numbered from 1.

    H = core + sum h_pq E_pq + 1/2 sum (pq|rs) (E_pq E_rs - delta_qr E_ps), E_pq = sum over spin of c+_p c_q.
    """

    kind: Literal["integrals"]
    orbitals: int
    one_body: Sequence[Sequence[float]]
    """M rows of h_pq."""
    two_body: Sequence[Sequence[float]]
    """[p, q, r, s, (pq|rs)], chemists' order, one entry of each eight equal ones; what is not listed is 0."""
    core: NotRequired[float]
    irreps: NotRequired[Sequence[int]]
    """Irrep 1 to 8 of each orbital, multiplied by XOR of (label - 1)."""
    weights: NotRequired[Mapping[str, Sequence[float]]]
    """Lead by lead the amplitudes w_n with which the orbitals couple to it; 1 if they are not given."""


class HarmonicDot(TypedDict):
    """A dot in two dimensions: a harmonic potential, a perpendicular field, and a basis of whole Fock-Darwin shells."""

    kind: Literal["harmonic-2d"]
    omega: float
    """Frequency of the potential, positive."""
    field: float
    """Cyclotron frequency omega_c, of either sign."""
    shells: int
    """Number K of shells 2 n_r + |m| = 0..K-1; M = K(K+1)/2 orbitals."""
    strength: float
    """Strength s of the Coulomb interaction."""
    thickness: NotRequired[float]
    """Root mean square of z of each electron, whose density along z is a Gaussian; 0 if it is not given."""


Dot: TypeAlias = BoxDot | IntegralDot | HarmonicDot
DotKind: TypeAlias = Literal["box", "integrals", "harmonic-2d"]

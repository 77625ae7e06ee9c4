"""Faults in the interaction integrals; spectra and transitions built on them inherit the fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from numeric import Dot, Integrals
from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.protocol import json_types as protocol
from qdverify.protocol.dots import orbitals_of
from qdverify.suite.finding import Stage


def _fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.INTEGRALS, "integrals", text)


def _couplings(right: methods.Integrals, dot: Dot) -> NDArray[np.float64]:
    return np.array(right(dot).couplings)


@_fault("the interaction is twice too strong")
def twice_the_interaction(right: methods.Integrals, dot: Dot) -> Integrals:
    """Forget the 1/2 that belongs to a sum over pairs."""
    return Integrals(2 * _couplings(right, dot))


@_fault("the strength is ignored")
def strength_ignored(right: methods.Integrals, dot: Dot) -> Integrals:
    """Compute with strength 1."""
    return right(replace(dot, strength=1.0))


@_fault("the interaction is attractive")
def wrong_sign(right: methods.Integrals, dot: Dot) -> Integrals:
    """Turn the sign."""
    return Integrals(-_couplings(right, dot))


@_fault("the soft Coulomb kernel holds lambda in place of lambda squared")
def cutoff_not_squared(right: methods.Integrals, dot: Dot) -> Integrals:
    """Compute with a cutoff of sqrt(lambda)."""
    return right(replace(dot, cutoff=dot.cutoff**0.5)) if dot.kernel == "soft-coulomb" else right(dot)


@_fault("the cutoff is read in units of the length")
def cutoff_as_ratio(right: methods.Integrals, dot: Dot) -> Integrals:
    """Multiply the cutoff by the length."""
    return right(replace(dot, cutoff=dot.cutoff * dot.length)) if dot.kernel == "soft-coulomb" else right(dot)


@_fault("the orbitals are normalised for a box of length 1")
def length_not_in_normalisation(right: methods.Integrals, dot: Dot) -> Integrals:
    """Leave out the factor 1/L."""
    return Integrals(dot.length * _couplings(right, dot))


@_fault("the quadrature is too coarse for the kernel's core")
def coarse_quadrature(right: methods.Integrals, dot: Dot) -> Integrals:
    """Smear the core of a sharp kernel over a thousandth of the length."""
    least = 1e-3 * dot.length
    sharp = dot.kernel == "soft-coulomb" and dot.cutoff < least
    return right(replace(dot, cutoff=least)) if sharp else right(dot)


@_fault("the quadrature is exact for low orbitals only")
def high_orbitals_lost(right: methods.Integrals, dot: Dot) -> Integrals:
    """Drop the couplings of densities beyond m = 16."""
    J = _couplings(right, dot)
    J[17:, :] = 0.0
    J[:, 17:] = 0.0
    return Integrals(J)


@_fault("the table of moments ends at 2M - 1")
def last_moment_missing(right: methods.Integrals, dot: Dot) -> Integrals:
    """Drop the last density, which only (MM|..) needs."""
    J = _couplings(right, dot)
    J[-1, :] = 0.0
    J[:, -1] = 0.0
    return Integrals(J)


@_fault("the integrals are stored in single precision")
def single_precision_integrals(right: methods.Integrals, dot: Dot) -> Integrals:
    """Round to seven digits."""
    return Integrals(_couplings(right, dot).astype(np.float32).astype(np.float64))


@_fault("the quadrature stops at 1e-9")
def nine_digits_integrals(right: methods.Integrals, dot: Dot) -> Integrals:
    """Be off by 1e-9 relative, by an amount that depends on the densities."""
    J = _couplings(right, dot)
    m = np.arange(len(J))
    return Integrals(J * (1 + 1e-9 * np.cos(m[:, None] + m[None, :] + 1.0)))


@_fault("(cos, cos) of equal densities is integrated over half the box")
def diagonal_halved(right: methods.Integrals, dot: Dot) -> Integrals:
    """Halve J(m, m) for m > 0."""
    J = _couplings(right, dot)
    diagonal = np.arange(1, len(J))
    J[diagonal, diagonal] *= 0.5
    return Integrals(J)


@_fault("the boundary term of the moments has the wrong sign")
def even_odd_sign(right: methods.Integrals, dot: Dot) -> Integrals:
    """Turn the sign of the couplings between different densities."""
    J = _couplings(right, dot)
    diagonal = np.diag(np.diag(J))
    return Integrals(2 * diagonal - J)


@_fault("the contact kernel carries the 1/2 of a symmetrised delta function")
def half_contact(right: methods.Integrals, dot: Dot) -> Integrals:
    """Halve the contact interaction."""
    J = _couplings(right, dot)
    return Integrals(0.5 * J) if dot.kernel == "contact" else Integrals(J)


@_fault("the constant kernel acts between equal orbitals only")
def constant_without_long_range(right: methods.Integrals, dot: Dot) -> Integrals:
    """Replace the constant kernel by one that sees the second density."""
    J = _couplings(right, dot)
    if dot.kernel == "constant" and len(J) > 2:
        J[2, 2] = J[0, 0]
    return Integrals(J)


@fault(Stage.INTEGRALS, "interaction_integrals", "the indices are read in physicists' order")
def physicists_order(right: methods.Values, *, dot: protocol.Dot, indices: Sequence[Sequence[int]]) -> methods.Answer:
    """Answer <pq|rs> in place of (pq|rs)."""
    return right(dot=dot, indices=[[p, r, q, s] for p, q, r, s in indices])


@fault(Stage.INTEGRALS, "interaction_integrals", "orbitals are counted from zero")
def zero_based(right: methods.Values, *, dot: protocol.Dot, indices: Sequence[Sequence[int]]) -> methods.Answer:
    """Answer for orbitals one higher, the highest standing for itself."""
    return right(dot=dot, indices=[[min(n + 1, orbitals_of(dot)) for n in quadruple] for quadruple in indices])

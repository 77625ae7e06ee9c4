"""The natural size of the energies of N electrons in a dot: that of the parts of H, whatever they add up to.

Levels may lie near 0 because parts of H cancel: a core energy and the electrons' own, orbital energies and repulsion.
No program can know such levels better than their parts, so a claimed accuracy refers to the parts then.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import fsum, hypot, pi, sqrt
from typing import Any, Final

from qdverify.protocol.dots import is_box, is_harmonic, is_integrals
from qdverify.protocol.json_types import Dot, IntegralDot

ROUNDINGS: Final = 64
"""Roundings of the largest part of H that an eigenvalue in double precision may be off by, whatever is claimed."""
_LARGEST: Final = 1e300
"""Beyond it a size is cut, so that a tolerance made of it is finite."""


def natural_energy(dot: Dot, electrons: int) -> float:
    """Return the natural size of the energies of N electrons.

    It is |E_0| + sum |e_k| + N(N-1)/2 v: the N lowest eigenvalues e_k of the one-body part, two electrons in each, and
    v, the root mean square of the energies of two distinguishable particles that only repel each other, sqrt(sum
    (pq|rs)^2) / M over all indices. None of the parts changes if the orbitals are rotated. A box has e_k = (k pi/L)^2/2
    and no other part: with repulsion its levels are larger than that. So has a harmonic dot, with the energies of its
    shells before the field lowers those that turn with it.

    Examples
    --------
    >>> repulsion = [[1, 1, 1, 1, 4.0]]
    >>> dot = {"kind": "integrals", "orbitals": 1, "core": -2.0, "one_body": [[-1.0]], "two_body": repulsion}
    >>> natural_energy(dot, 2)  # of the level 0 = -2 - 2 + 4
    8.0
    """
    parts = _parts(dot)
    pairs = electrons * (electrons - 1) / 2
    orbitals = fsum(abs(energy) for energy in parts.filled(electrons))
    return min(_LARGEST, parts.core + orbitals + pairs * parts.two_body / parts.orbitals)


def rounding_energy(dot: Dot, electrons: int) -> float:
    """Return how far off an energy of N electrons may be in double precision: 64 roundings of a bound of H.

    The bound is |E_0| + N max |e_k| + max(N, N(N-1)/2) sqrt(sum (pq|rs)^2): no matrix of H has a larger eigenvalue.

    Examples
    --------
    >>> sites = {"kind": "integrals", "orbitals": 2, "one_body": [[1.0, 1.0], [1.0, 1.0]], "two_body": []}
    >>> rounding_energy(sites, 1) == 64 * 2.0**-52 * 2.0  # of the level 0, beside one at 2
    True
    """
    parts = _parts(dot)
    pairs = max(electrons, electrons * (electrons - 1) / 2)
    largest = max(map(abs, parts.one_body))
    norm = parts.core + electrons * largest + pairs * parts.two_body
    return min(_LARGEST, ROUNDINGS * sys.float_info.epsilon * norm)


def energy_size(dot: Dot, electrons: int, energies: Sequence[float], accuracy: float) -> float:
    """Return what a claimed accuracy of energies refers to: the largest of them, or their natural size if it is larger.

    For integrals it is at least so large that an error of `rounding_energy` is within the claimed accuracy.

    Examples
    --------
    >>> repulsion = [[1, 1, 1, 1, 4.0]]
    >>> dot = {"kind": "integrals", "orbitals": 1, "core": -2.0, "one_body": [[-1.0]], "two_body": repulsion}
    >>> energy_size(dot, 2, [0.0], 1e-9)
    8.0
    """
    rounding = 0.0 if not is_integrals(dot) else min(_LARGEST, rounding_energy(dot, electrons) / accuracy)
    return max(natural_energy(dot, electrons), rounding, *map(abs, energies))


@dataclass(frozen=True)
class _Parts:
    """|E_0|, the eigenvalues of the one-body part, rising, and sqrt(sum (pq|rs)^2) over all indices."""

    orbitals: int
    core: float
    one_body: tuple[float, ...]
    two_body: float

    def filled(self, electrons: int) -> Iterator[float]:
        """Yield the orbital energy of each electron, two in each orbital from the lowest."""
        for number in range(electrons):
            yield self.one_body[number // 2]


def _parts(dot: Dot) -> _Parts:
    if is_box(dot):
        M, length = dot["orbitals"], float(dot["length"])
        return _Parts(M, 0.0, tuple(min(_LARGEST, (k * pi / length) ** 2 / 2) for k in range(1, M + 1)), 0.0)
    if is_harmonic(dot):
        Omega = hypot(dot["omega"], dot["field"] / 2)
        shells = [min(_LARGEST, (n + 1) * Omega) for n in range(dot["shells"]) for _ in range(n + 1)]
        return _Parts(len(shells), 0.0, tuple(shells), 0.0)
    fields: Any = dot
    described = {name: fields[name] for name in ("orbitals", "core", "one_body", "two_body") if name in fields}
    return _parts_of_integrals(json.dumps(described, default=float))


@lru_cache(maxsize=64)
def _parts_of_integrals(text: str) -> _Parts:
    import numpy as np  # noqa: PLC0415  (who imports the protocol alone, as pytest does, does not wait for it)

    dot: IntegralDot = json.loads(text)
    h = np.array(dot["one_body"], dtype=np.float64)
    largest = float(np.max(np.abs(h))) or 1.0
    energies = np.linalg.eigvalsh(h / largest) * largest
    return _Parts(dot["orbitals"], abs(dot.get("core", 0.0)), tuple(energies.tolist()), _norm(dot["two_body"]))


def _norm(entries: Sequence[Sequence[float]]) -> float:
    """Return sqrt(sum (pq|rs)^2) over all indices; an integral that is listed twice counts once."""
    values: Mapping[tuple[int, ...], tuple[float, int]] = dict(_multiplicities(entries))
    largest = max((abs(value) for value, _ in values.values()), default=0.0)
    if not largest:
        return 0.0
    return largest * sqrt(fsum(count * (value / largest) ** 2 for value, count in values.values()))


def _multiplicities(entries: Sequence[Sequence[float]]) -> Iterator[tuple[tuple[int, ...], tuple[float, int]]]:
    """Yield each integral's indices in a fixed order, its value, and how many orders of them have that value."""
    for a, b, c, d, value in entries:
        p, q, r, s = int(a), int(b), int(c), int(d)
        first, second = (max(p, q), min(p, q)), (max(r, s), min(r, s))
        count = (1 + (p != q)) * (1 + (r != s)) * (1 + (first != second))
        yield (*max(first, second), *min(first, second)), (value, count)

"""Dots given by integrals for the suite: solvable models, random ones, exact levels, and transformations of a dot.

All numbers are short binary fractions, except after a rotation, which rounds each integral once.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from json import dumps, loads
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analytic import (
    Multiplet,
    coupled_energies,
    dimer_levels,
    hubbard_levels,
    integral_dot,
    integral_levels,
    single_level,
    to_digits,
    trimer_levels,
)
from qdverify.protocol.json_types import IntegralDot

DIGITS: Final = 30
COSINE: Final = 0.6
SINE: Final = 0.8
STEP: Final = 2.0**-10
"""What random integrals are multiples of."""


@dataclass(frozen=True)
class Model:
    """A solvable model: its dot, and its closed form as [energy, 2S] of all levels of N electrons."""

    dot: IntegralDot
    levels: Callable[[int], Sequence[Any]]

    @property
    def orbitals(self) -> int:
        """Number of orbitals."""
        return self.dot["orbitals"]


@dataclass(frozen=True)
class ModelLevel:
    """One level of a closed form."""

    energy: float
    two_S: int


def hubbard_chain(sites: int, repulsion: float, hopping: float, energy: float = 0.0) -> IntegralDot:
    """Return the open chain with one orbital a site."""
    h = [[-hopping * (abs(p - q) == 1) + energy * (p == q) for q in range(sites)] for p in range(sites)]
    return {
        "kind": "integrals",
        "orbitals": sites,
        "one_body": h,
        "two_body": [[p, p, p, p, repulsion] for p in range(1, sites + 1)],
    }


def _coupled() -> IntegralDot:
    return {
        "kind": "integrals",
        "orbitals": 2,
        "one_body": [[0.0, 0.0], [0.0, 0.375]],
        "two_body": [[1, 1, 1, 1, 2.0], [2, 2, 2, 2, 3.0], [1, 1, 2, 2, 0.75]],
        "irreps": [1, 2],
    }


def _atom(electrons: int) -> list[Any]:
    return integral_levels(single_level(energy=-0.5, repulsion=3), electrons)


MODELS: Final = {
    "one level": Model(hubbard_chain(1, 3.0, 0.0, -0.5), _atom),
    "two coupled levels": Model(
        _coupled(), lambda N: coupled_energies(N, energies=[0, 0.375], repulsions=[2, 3], mutual=0.75)
    ),
    "Hubbard dimer": Model(hubbard_chain(2, 4.0, 1.0), lambda N: dimer_levels(N, repulsion=4)),
    "Hubbard trimer": Model(hubbard_chain(3, 2.5, 1.0), lambda N: trimer_levels(N, repulsion=2.5)),
    "Hubbard trimer, large U": Model(hubbard_chain(3, 256.0, 1.0), lambda N: trimer_levels(N, repulsion=256)),
}


@cache
def model_levels(name: str, electrons: int) -> tuple[ModelLevel, ...]:
    """Return all levels of a model's closed form, rising in energy, lower spins first."""
    found = [ModelLevel(float(to_digits(level.energy)), level.two_S) for level in MODELS[name].levels(electrons)]
    return tuple(sorted(found, key=lambda level: (level.energy, level.two_S)))


@cache
def chain_levels(sites: int, electrons: int, repulsion: float) -> tuple[ModelLevel, ...]:
    """Return all levels of an open Hubbard chain with hopping 1, rising in energy, lower spins first."""
    found = hubbard_levels(sites, electrons, repulsion=Fraction(repulsion))
    return tuple(
        sorted(
            (ModelLevel(float(level.energy), level.two_S) for level in found),
            key=lambda level: (level.energy, level.two_S),
        )
    )


def exact_levels_of(dot: IntegralDot, electrons: int) -> list[Multiplet]:
    """Return all levels of the doubles in a dot, from exact blocks at 30 digits; remembered."""
    return _exact_levels(dumps(dot, sort_keys=True), electrons)


@cache
def _exact_levels(text: str, electrons: int) -> list[Multiplet]:
    dot = loads(text)
    exact = integral_dot(dot["one_body"], dot["two_body"], core=dot.get("core", 0), irreps=dot.get("irreps"))
    return integral_levels(exact, electrons, digits=DIGITS)


def random_integral_dot(choose: random.Random, orbitals: int, kind: str) -> IntegralDot:
    """Return a random dot.

    Parameters
    ----------
    kind
        dense; irreps: orbitals of irreps 1 and 2 in turn; sparse: one integral in three; attractive: large negative
        integrals of two electrons; small: integrals of different orbitals a thousandth as large; close: orbitals that
        differ little.
    """
    irreps = [1 + p % 2 for p in range(orbitals)] if kind == "irreps" else [1] * orbitals

    def number(indices: Sequence[int], largest: float) -> float:
        if sum(irreps[p] - 1 for p in indices) % 2 or (kind == "sparse" and choose.random() < 2 / 3):
            return 0.0
        value = choose.randint(1, 1024) * STEP * largest * choose.choice((-1, 1))
        return value * STEP if kind == "small" and len(set(indices)) > 1 else value

    h = [[0.0] * orbitals for _ in range(orbitals)]
    for p in range(orbitals):
        for q in range(p + 1):
            h[p][q] = h[q][p] = number((p, q), 1.0)
    if kind == "close":
        h = [[1.0 + p * STEP**2 if p == q else 0.0 for q in range(orbitals)] for p in range(orbitals)]
    entries = []
    for p, q, r, s in _quadruples(orbitals):
        value = number((p, q, r, s), STEP if kind == "close" else 1.0)
        entries.append([p + 1, q + 1, r + 1, s + 1, -8 * abs(value) if kind == "attractive" else value])
    found: IntegralDot = {
        "kind": "integrals",
        "orbitals": orbitals,
        "core": 0.375,
        "one_body": h,
        "two_body": [entry for entry in entries if entry[4]],
    }
    return {**found, "irreps": irreps} if kind == "irreps" else found


def _quadruples(orbitals: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield one index order of each eight equal integrals, from 0."""
    pairs = [(p, q) for p in range(orbitals) for q in range(p + 1)]
    for place, first in enumerate(pairs):
        for second in pairs[: place + 1]:
            yield (*first, *second)


def full_tensor(dot: IntegralDot) -> NDArray[np.float64]:
    """Return (pq|rs) for all indices, from 0."""
    V = np.zeros((dot["orbitals"],) * 4)
    for entry in dot["two_body"]:
        p, q, r, s = (int(index) - 1 for index in entry[:4])
        for a, b, c, d in ((p, q, r, s), (r, s, p, q)):
            V[[a, b, a, b], [b, a, b, a], [c, c, d, d], [d, d, c, c]] = entry[4]
    return V


def _with_integrals(h: NDArray[np.float64], V: NDArray[np.float64], core: float) -> IntegralDot:
    entries = [
        [p + 1, q + 1, r + 1, s + 1, float(V[p, q, r, s])] for p, q, r, s in _quadruples(len(h)) if V[p, q, r, s]
    ]
    lower = np.tril(h) + np.tril(h, -1).T
    return {
        "kind": "integrals",
        "orbitals": len(h),
        "core": core,
        "one_body": lower.tolist(),
        "two_body": entries,
    }


def _changed(dot: IntegralDot, R: NDArray[np.float64]) -> IntegralDot:
    """Return the dot in the orbitals sum_q R_pq phi_q."""
    h = R @ np.array(dot["one_body"]) @ R.T
    # p, q, r, s new orbitals; a, b, c, d old ones
    V = np.einsum("pa,qb,rc,sd,abcd->pqrs", R, R, R, R, full_tensor(dot), optimize=True)
    return _with_integrals(h, V, dot.get("core", 0.0))


def rotated(dot: IntegralDot) -> IntegralDot:
    """Return the dot with its first two orbitals, the next two and so on rotated by the angle of cosine 3/5."""
    return _changed(dot, _rotation(dot["orbitals"]))


def rotated_weights(weights: Sequence[float]) -> list[float]:
    """Return the weights of the orbitals of a rotated dot with which an electron enters as before.

    >>> rotated_weights([1.0, 0.5, 2.0])
    [1.0, -0.5, 2.0]
    """
    found: list[float] = (_rotation(len(weights)) @ np.array(weights)).tolist()
    return found


def _rotation(size: int) -> NDArray[np.float64]:
    R = np.eye(size)
    for first in range(0, size - 1, 2):
        R[first : first + 2, first : first + 2] = [[COSINE, SINE], [-SINE, COSINE]]
    return R


def permuted(dot: IntegralDot) -> IntegralDot:
    """Return the dot with its orbitals in reverse order."""
    return _changed(dot, np.eye(dot["orbitals"])[::-1])


def with_signs(dot: IntegralDot) -> IntegralDot:
    """Return the dot with a sign on every other orbital."""
    return _changed(dot, np.diag(signed_weights([1.0] * dot["orbitals"])))


def signed_weights(weights: Sequence[float]) -> list[float]:
    """Return the weights of the orbitals of a dot with signs with which an electron enters as before.

    >>> signed_weights([1.0, -0.5, 2.0])
    [1.0, 0.5, 2.0]
    """
    return [(-1.0) ** place * weight for place, weight in enumerate(weights)]


def shifted(dot: IntegralDot) -> IntegralDot:
    """Return the dot with 3/4 added to every h_pp."""
    h = np.array(dot["one_body"]) + 0.75 * np.eye(dot["orbitals"])
    return _with_integrals(h, full_tensor(dot), dot.get("core", 0.0))


def lifted(dot: IntegralDot) -> IntegralDot:
    """Return the dot with 1/2 added to its constant energy."""
    return {**dot, "core": dot.get("core", 0.0) + 0.5}


def without_irreps(dot: IntegralDot) -> IntegralDot:
    """Return the dot with its integrals alone."""
    return _with_integrals(np.array(dot["one_body"]), full_tensor(dot), dot.get("core", 0.0))


def scaled(dot: IntegralDot, factor: float = 2.0) -> IntegralDot:
    """Return the dot with all integrals times a factor, two by default."""
    one_body, two_body = factor * np.array(dot["one_body"]), factor * full_tensor(dot)
    return _with_integrals(one_body, two_body, factor * dot.get("core", 0.0))


def in_all_orders(dot: IntegralDot) -> IntegralDot:
    """Return the same dot with each integral listed in all of its orders."""
    V = full_tensor(dot)
    entries = [[p + 1, q + 1, r + 1, s + 1, float(V[p, q, r, s])] for p, q, r, s in np.argwhere(V).tolist()]
    return {**dot, "two_body": entries}


def for_holes(dot: IntegralDot) -> IntegralDot:
    """Return the dot whose levels of 2M - N electrons are those of N electrons of this one.

    h'_pq = -h_pq - sum_r [2 (pq|rr) - (pr|rq)], and E_0' = E_0 + 2 sum_p h_pp + sum_pq [2 (pp|qq) - (pq|qp)].
    """
    h, V = np.array(dot["one_body"]), full_tensor(dot)
    mean = 2 * np.einsum("pqrr->pq", V) - np.einsum("prrq->pq", V)  # p, q of h; r summed
    core = dot.get("core", 0.0) + 2 * float(np.trace(h)) + float(np.trace(mean))
    return _with_integrals(-h - mean, V, core)


def direct_sum(one: IntegralDot, two: IntegralDot) -> IntegralDot:
    """Return both dots as one, without integrals between them."""
    first, second = one["orbitals"], two["orbitals"]
    h = np.zeros((first + second,) * 2)
    h[:first, :first], h[first:, first:] = one["one_body"], two["one_body"]
    V = np.zeros((first + second,) * 4)
    V[(slice(None, first),) * 4], V[(slice(first, None),) * 4] = full_tensor(one), full_tensor(two)
    return _with_integrals(h, V, one.get("core", 0.0) + two.get("core", 0.0))

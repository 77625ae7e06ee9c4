"""Dots given by their integrals for the tests: random ones of several kinds, and Hubbard chains and rings."""

from itertools import pairwise

import numpy as np
from hypothesis import strategies as st
from random_dots import number_of_levels

from numeric import IntegralDot, solve

IRREPS = {3: (None, [1, 2, 1], [1, 2, 3], [5, 5, 6]), 4: (None, [1, 2, 3, 4], [8, 1, 8, 1], [1, 1, 1, 2])}
KINDS = ("mixed", "repulsive", "attractive", "sparse", "near-degenerate", "large")


def random_integrals(rng, M, kind, irreps=None):
    """Return h and (pq|rs) of one of several kinds, 0 where irreps forbid them."""
    h = rng.normal(size=(M, M))
    h += h.T
    factors = rng.normal(size=(M * M, M, M))
    factors += factors.transpose(0, 2, 1)
    signs = {"repulsive": 1.0, "attractive": -1.0}.get(kind, rng.choice([-1.0, 1.0], size=M * M))
    g = np.einsum("l,lpq,lrs->pqrs", np.broadcast_to(signs, M * M), factors, factors) / M**2
    if kind == "sparse":
        keep = rng.random((M, M)) < 0.3
        keep |= keep.T
        h = np.where(keep, h, 0.0)
        g = np.where(keep[:, :, None, None] & keep, g, 0.0)
    if kind == "near-degenerate":
        h, g = np.eye(M) + 1e-9 * h, 1e-10 * g
    if kind == "large":
        g = 1e6 * g
    labels = np.zeros(M, np.int64) if irreps is None else np.array(irreps) - 1
    h[labels[:, None] != labels] = 0.0
    g[(labels[:, None, None, None] ^ labels[:, None, None] ^ labels[:, None] ^ labels) != 0] = 0.0
    return h, g


@st.composite
def integral_dots(draw, orbitals=(3, 4)):
    """Draw a dot of any kind, with or without irreps, with core and weights."""
    M, rng = draw(st.sampled_from(orbitals)), np.random.default_rng(draw(st.integers(0, 2**32)))
    irreps = draw(st.sampled_from(IRREPS[M]))
    h, g = random_integrals(rng, M, draw(st.sampled_from(KINDS)), irreps)
    core = draw(st.floats(-3, 3).filter(lambda core: not 0 < abs(core) < 1e-119))  # it may be all that H has
    return IntegralDot(h, g, core=core, irreps=irreps, weights={"L": rng.normal(size=M)})


def hubbard(sites, t, U, ring=False):
    """Return a Hubbard chain, or ring, of sites."""
    h, g = np.zeros((sites, sites)), np.zeros((sites,) * 4)
    for p, q in [*pairwise(range(sites)), *([(sites - 1, 0)] if ring else [])]:
        h[p, q] = h[q, p] = -t
    for p in range(sites):
        g[p, p, p, p] = U
    return IntegralDot(h, g)


def every_level(dot, N, **options):
    """Return all levels of N electrons."""
    return solve(dot, N, number_of_levels(dot, N), **options)

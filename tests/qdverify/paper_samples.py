"""The paper's dot as its figures have it, and its Coulomb diamond: computed once for all files that look at them."""

from functools import cache

from qdverify.paper import diagrams
from qdverify.paper.recomputed import PaperDot


@cache
def dot_of_figures():
    """Return the dot of twelve orbitals."""
    return PaperDot.solve(12, 2e-4)


@cache
def diamond_of_figures():
    """Return the diagram of its charge states."""
    return diagrams.diamond(dot_of_figures())

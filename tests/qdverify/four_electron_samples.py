"""Small cases of four electrons that the tests of their enclosure share: dots, sectors, tables and trial states."""

from fractions import Fraction
from functools import cache

import numpy as np
from flint import arb, ctx

from qdverify.reference.enclosure.beyond_the_model import Beyond
from qdverify.reference.enclosure.continuum_of_four import _Sector, four_electron_levels
from qdverify.reference.enclosure.float_tables import FloatTable, float_table
from qdverify.reference.enclosure.four_electrons import FourElectrons
from qdverify.reference.enclosure.interaction import ExactDot
from qdverify.reference.enclosure.level_counts import ContinuumLevel
from qdverify.reference.enclosure.moments import enclosed_moments
from qdverify.reference.enclosure.squared_kernel import squared_moments

FLAT = ExactDot(Fraction(1), Fraction(1, 2), 1)
WIDE = ExactDot(Fraction(6), Fraction(1, 2), 1)
SHARP = ExactDot(Fraction(1), Fraction(1, 40), 1, strength=Fraction(2))
PULLING = ExactDot(Fraction(2), Fraction(1, 4), 1, strength=Fraction(-1, 2))
BETA, COUPLING = Fraction(1, 20), 3
HALF_PI_SQUARED = np.pi**2 / 2


def levels(dot: ExactDot, sector: tuple[int, int], count: int, sizes: tuple[int, int, int]) -> list[ContinuumLevel]:
    """Return the enclosed lowest levels of one sector."""
    model, explicit, listed = sizes
    return four_electron_levels(dot, *sector, count, model=model, explicit=explicit, listed=listed)


def sector_of(dot: ExactDot, two_S: int, parity: int, *, model: int = 5) -> _Sector:
    """Return a small model."""
    with ctx.workprec(96):
        return _Sector(dot, two_S, parity, model=model, explicit=9, listed=20)


@cache
def tables() -> tuple[FloatTable, FloatTable]:
    """Return the integrals of 3/sqrt(v^2 + 1/400) and of its square, up to orders that all tests need."""
    with ctx.workprec(96):
        plain = float_table(enclosed_moments(BETA, 60, bits=96), arb(COUPLING))
        return plain, float_table(squared_moments(BETA, 30, bits=96), arb(COUPLING) ** 2)


def trial(model: FourElectrons, count: int) -> np.ndarray:
    """Return random states of the sector."""
    rng = np.random.default_rng(5)
    return np.stack([model.matrix(rng.normal(size=len(model.states[0]))) for _ in range(count)])


def beyond(explicit: int, listed: int, theta: float, *, sigma: float = 20.0) -> Beyond:
    """Return how far to sum, with v0 = 7."""
    return Beyond(*tables(), explicit, listed, floor=7.0, sigma=sigma, theta=theta)

"""Random rational integrals with the eightfold symmetry of real orbitals, and with irreps if asked for."""

from fractions import Fraction
from functools import reduce
from itertools import product
from operator import xor
from random import Random


def random_integrals(orbitals, seed, *, irreps=None, largest=9, density=1.0):
    """Return (h rows, entries [p, q, r, s, value]); the two-body entries are one of each set of eight."""
    random = Random(seed)
    labels = irreps or (1,) * orbitals

    def number(*indices):
        allowed = not reduce(xor, (labels[k] - 1 for k in indices))
        value = Fraction(random.randint(-largest, largest), random.randint(1, 4))
        return value if allowed and random.random() <= density else Fraction(0)

    h = [[Fraction(0)] * orbitals for _ in range(orbitals)]
    for p in range(orbitals):
        for q in range(p + 1):
            h[p][q] = h[q][p] = number(p, q)
    pairs = [(p, q) for p in range(orbitals) for q in range(p + 1)]
    entries = [
        [p + 1, q + 1, r + 1, s + 1, number(p, q, r, s)]
        for place, (p, q) in enumerate(pairs)
        for r, s in pairs[: place + 1]
    ]
    return h, entries


def full_tensor(orbitals, entries):
    """Return V[p][q][r][s] from 0, all eight copies of every entry."""
    found = {}
    for p, q, r, s, value in entries:
        for (a, b), (c, d) in ((((p, q)), ((r, s))), (((r, s)), ((p, q)))):
            for first, second in product(((a, b), (b, a)), ((c, d), (d, c))):
                found[(*first, *second)] = value
    axis = range(1, orbitals + 1)
    return [[[[found.get((p, q, r, s), Fraction(0)) for s in axis] for r in axis] for q in axis] for p in axis]

"""A list of levels from its evidence: the lowest of N electrons, ascending, all of those below a ceiling.

The sizes of the lists, the model space and the vectors are bounded before anything is computed, and so is the number
of elementary steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from flint import arb, ctx

from qdverify.certificate.grammar import Evidence, evidence, require
from qdverify.certificate.model import (
    Hamiltonian,
    longest_row,
    number_of_determinants,
    rational,
    require_few_steps,
    squares,
)
from qdverify.certificate.proof import Level, complete, enclose, exist

MOST_DETERMINANTS = 200_000
MOST_IN_MODEL_SPACE = 2500


def listed_levels(model: Hamiltonian, electrons: int, value: object, lists: int = 1) -> list[Level]:
    """Verify the evidence for one of `lists` lists; return all its levels, energies as they are stated, ascending.

    Levels of one spin and parity may be a run that is not told apart (`companions`), levels of different spin or
    parity may overlap: `in_order` tells.
    """
    number = number_of_determinants(model.orbitals, electrons)
    require(
        0 < number <= MOST_DETERMINANTS, f"there are {number} determinants; at most {MOST_DETERMINANTS} are allowed"
    )
    basis = model.bases(electrons)
    sizes = {parity: len(masks) for parity, masks in basis.items()}
    stated = evidence(value, electrons, model.orbitals, sizes, model.label)
    if stated.ceiling is not None:
        stated = replace(stated, ceiling=model.own_energy(stated.ceiling))
    split = {parity: _split(masks, stated) for parity, masks in basis.items()}
    _require_few_steps(model, stated, number, [len(inner) for inner, _ in split.values()], lists)
    levels = exist(model, electrons, stated.vectors, basis)
    edge = arb.pos_inf() if stated.ceiling is None else rational(stated.ceiling)
    for parity, masks in basis.items():
        mine = [level for level in levels if level.parity == parity]
        if len(mine) < len(masks):
            require(stated.ceiling is not None, "levels are missing, and no ceiling is stated")
            complete(model, mine, stated.ceiling or Fraction(0), *split[parity])
    labels = sorted({(level.two_S, level.parity) for level in levels})
    found = [
        level
        for label in labels
        for level in enclose([level for level in levels if (level.two_S, level.parity) == label], edge)
    ]
    stated_levels = (replace(level, energy=model.stated_energy(level.energy)) for level in found)
    return sorted(stated_levels, key=lambda level: level.energy.mid())


def _split(masks: Sequence[int], stated: Evidence) -> tuple[list[int], list[int]]:
    """Return the determinants of the model space P, and the others."""
    if stated.limit is None:
        inner, outer = list(masks), []
    else:
        inner = [mask for mask in masks if squares(mask) <= stated.limit]
        outer = [mask for mask in masks if squares(mask) > stated.limit]
    if stated.ceiling is not None:
        require(len(inner) <= MOST_IN_MODEL_SPACE, f"the model space has more than {MOST_IN_MODEL_SPACE} determinants")
    return inner, outer


def _require_few_steps(model: Hamiltonian, stated: Evidence, number: int, inner: Sequence[int], lists: int) -> None:
    row = longest_row(model.orbitals, stated.electrons)
    if stated.limit is not None:
        row = row // 2 + 1  # about half the elements are of the other parity
    steps = number * row * (len(stated.vectors) + 10) + number * len(stated.vectors) ** 2 // 2
    if stated.ceiling is not None:
        steps += sum(size**3 // 8 + size * row**2 for size in inner)
    steps = steps * ctx.prec // 128
    require_few_steps(lists * (steps + model.steps_of_integrals((model.orbitals + 1) ** 2)))


def require_few_amplitudes(model: Hamiltonian, electrons: int, levels: Sequence[int], leads: int = 1) -> None:
    """Reject the certificate if its amplitudes take too many steps; `levels` are the levels listed of N, N+1, ..."""
    moves = [number_of_determinants(model.orbitals, electrons + k) * model.orbitals for k in range(len(levels))]
    require_few_steps(leads * sum(moves[k] * a * b for k, (a, b) in enumerate(pairwise(levels))))


def in_order(levels: Sequence[Level]) -> None:
    """Verify that each level is told apart from all others: the order is the true one."""
    for below, above in pairwise(levels):
        require(below.energy < above.energy, "the order of two levels is not determined")

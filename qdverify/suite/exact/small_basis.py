"""All levels of a small basis, from the exact spin-adapted blocks at 30 digits."""

from __future__ import annotations

from functools import cache, lru_cache
from json import dumps, loads
from typing import Any, Final

from analytic import (
    Block,
    Interaction,
    Multiplet,
    multiplets,
    small_basis_blocks,
    symbol_values,
    weyl_paldus_dimension,
)
from qdverify.protocol.json_types import BoxDot

DIGITS: Final = 30


def level_count(electrons: int, orbitals: int) -> int:
    """Return the number of all levels of N electrons in M orbitals."""
    spins = range(electrons % 2, electrons + 1, 2)
    return sum(weyl_paldus_dimension(electrons, orbitals, two_S) for two_S in spins)


def exact_levels(dot: BoxDot, electrons: int) -> list[Multiplet]:
    """Return all levels of a small basis, rising in energy, from the exact blocks; each dot is solved once."""
    return list(_solved(dumps(dot, sort_keys=True), electrons))


@lru_cache(maxsize=1024)
def _solved(text: str, electrons: int) -> tuple[Multiplet, ...]:
    dot: BoxDot = loads(text)
    return tuple(multiplets(exact_blocks(electrons, dot["orbitals"]), exact_symbol_values(dot), DIGITS))


@cache
def exact_blocks(electrons: int, orbitals: int) -> tuple[Block, ...]:
    """Return the spin-adapted blocks of a basis, each of one spin and parity."""
    return small_basis_blocks(electrons, orbitals)


def exact_symbol_values(dot: BoxDot) -> Any:
    """Return the value of every integral symbol of a dot, with guard digits."""
    interaction = Interaction.of(
        length=dot["length"], cutoff=dot["cutoff"], kernel=dot["kernel"], strength=dot["strength"]
    )
    return symbol_values(interaction, DIGITS + 12)

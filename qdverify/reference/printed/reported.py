"""What the paper prints: Tables I to IV and the two energy scales, read from `paper_tables.json`.

A printed number is known to half a unit of its last digit at best; the paper's own error estimate comes on top.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, Final

from qdverify.protocol.json_types import BoxDot

PRINTED_DIGIT: Final = 0.5e-2  # every entry of Tables II to IV is printed with two decimals


@dataclass(frozen=True)
class Entry:
    """One entry of Table II or III: the transition from level i of N electrons to level j of N + 1.

    Attributes
    ----------
    M, C
        The printed transition probability and the Clebsch-Gordan weight beside it.
    """

    electrons: int
    i: int
    j: int
    M: float
    C: Fraction


@cache
def tables() -> Mapping[str, Any]:
    """Return the paper's numbers as they stand in the data file."""
    document: dict[str, Any] = json.loads(
        files("qdverify.reference.printed").joinpath("paper_tables.json").read_text("utf-8")
    )
    return document


def level_spins() -> dict[int, list[int]]:
    """Return Table I: for each electron number the doubled total spins of the levels, in order of energy."""
    return {int(N): [int(2 * Fraction(S)) for _, S in levels] for N, levels in tables()["table_I"].items()}


def lowest_multiplets() -> dict[int, int]:
    """Return for 0 to 4 electrons the number of levels in the lowest multiplet; those of 2 to 4 are Table I's.

    >>> lowest_multiplets()
    {0: 1, 1: 1, 2: 2, 3: 3, 4: 6}
    """
    return {0: 1, 1: 1, **{N: len(spins) for N, spins in level_spins().items()}}


def entries(table: str) -> list[Entry]:
    """Return the entries of ``"table_II"`` or ``"table_III"``."""
    source = tables()[table]
    return [
        Entry(source["from_N"], entry["i"], entry["j"], entry["M"], Fraction(entry["C"])) for entry in source["entries"]
    ]


def notes(table: str) -> dict[Entry, str]:
    """Return what is to be said of the print of single entries of ``"table_II"`` or ``"table_III"``."""
    listed = zip(entries(table), tables()[table]["entries"], strict=True)
    return {entry: source["note"] for entry, source in listed if "note" in source}


def stated_error(table: str) -> float:
    """Return the paper's own estimate of the absolute error of a table."""
    return float(tables()[table]["stated_abs_error"])


def leading_coefficients() -> dict[tuple[int, int], list[float]]:
    """Return Table IV: the four leading coefficients of (electrons, level), largest first, with the printed signs."""
    table = tables()["table_IV"]
    return {(3, 0): table["N=3, level 0, S=1/2, Sz=-1/2"], (4, 3): table["N=4, level 3, S=0, Sz=0"]}


def dot(orbitals: int) -> BoxDot:
    """Return the paper's dot as a DOT of the protocol."""
    _, cutoff = exact_lengths()
    return {
        "length": length(),
        "cutoff": float(cutoff),
        "orbitals": orbitals,
        "kernel": "soft-coulomb",
        "strength": 1.0,
    }


def length() -> float:
    """Return the length of the paper's dot in effective Bohr radii.

    >>> length()
    9.5
    """
    return float(tables()["model"]["length_aB"])


def cutoff_ratio() -> float:
    """Return lambda / L of the paper's dot. The paper does not state it; this one reproduces its tables.

    >>> cutoff_ratio()
    0.0002
    """
    return float(tables()["model"]["cutoff_over_length"]["value"])


def basis_sizes() -> list[int]:
    """Return the numbers of orbitals that the paper used.

    >>> basis_sizes()
    [10, 11, 12, 13]
    """
    return list(tables()["model"]["orbitals"])


def exact_lengths() -> tuple[Fraction, Fraction]:
    """Return the length of the paper's dot and its cutoff, which the paper does not state, as decimals read exactly.

    >>> exact_lengths()
    (Fraction(19, 2), Fraction(19, 10000))
    """
    exact = Fraction(str(length()))
    return exact, exact * Fraction(str(cutoff_ratio()))

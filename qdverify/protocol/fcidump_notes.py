"""What to know about an FCIDUMP file beside its integrals: what was assumed, and what looks like a mistake."""

from __future__ import annotations

from collections.abc import Iterator

from qdverify.protocol.fcidump_header import FcidumpHeader


def notes_on(header: FcidumpHeader, *, core_given: bool, ended: bool) -> Iterator[str]:
    """Yield sentences about a file that was read.

    Parameters
    ----------
    core_given
        Whether the file has a line 0 0 0 0.
    ended
        Whether the last line has an end of line, or is whole without one.
    """
    if not core_given:
        yield "no core energy (a line 0 0 0 0) is given, it is taken as 0"
    if not ended:
        yield "the last line has no end: the file may have been cut off"
    if header.irrep is not None and header.electrons is not None and header.irrep not in reachable(header):
        yield (
            f"ISYM={header.irrep} is the symmetry of no state of NELEC={header.electrons} electrons"
            f"{'' if header.two_Sz is None else f' with MS2={header.two_Sz}'} in these orbitals; it is not used"
        )


def reachable(header: FcidumpHeader) -> set[int]:
    """Return the irreps 1..8 that determinants with the electrons and the S_z of a header have.

    Without MS2 the smallest S_z is taken, at which every total spin has a state.

    >>> reachable(FcidumpHeader(orbitals=2, electrons=1, two_Sz=None, irreps=(1, 4), irrep=None))
    {1, 4}
    """
    electrons = header.electrons or 0
    two_Sz = electrons % 2 if header.two_Sz is None else header.two_Sz
    products = _products_of_strings(header.irreps or (1,) * header.orbitals)
    up, down = products[(electrons + two_Sz) // 2], products[(electrons - two_Sz) // 2]
    return {(a ^ b) + 1 for a in up for b in down}


def _products_of_strings(labels: tuple[int, ...]) -> list[set[int]]:
    """Return for each number of electrons of one spin the products of irreps, less 1, that they can have."""
    found: list[set[int]] = [{0}, *(set() for _ in labels)]
    for count, label in enumerate(labels, start=1):
        for electrons in range(count, 0, -1):
            found[electrons] |= {product ^ (label - 1) for product in found[electrons - 1]}
    return found

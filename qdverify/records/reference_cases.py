"""What the shipped reference data hold: the cases, in order, with the digits that each is known to.

The paper's dot for M = 8..20; a grid over length, cutoff, kernel, strength and electrons; integrals; spin weights;
and the rate equation of the paper's 13 levels from an open dot to deep blockade and towards T = 0. Numbers are doubles,
so that an implementation can be asked the very same questions; one entry repeats the specification's exact 19/10000.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final, TypeAlias

from qdverify.protocol.asking import Asking
from qdverify.protocol.case import Case
from qdverify.protocol.json_types import Answer, LevelScheme, Question
from qdverify.protocol.level_scheme import level_scheme
from qdverify.reference.oracle import oracle
from qdverify.reference.printed import reported

Dot: TypeAlias = Mapping[str, object]
"""A dot whose numbers may be written as strings, since they are exact."""
DIGITS: Final = 18
TRANSPORT_DIGITS: Final = 25  # the doubles nearest to the levels are then the same wherever this is run
LOWEST_MULTIPLET: Final = reported.lowest_multiplets()
PAPER_ORBITALS: Final = range(8, 21)
SCHEME_ORBITALS: Final = 12
QUADRUPLES: Final = ((1, 1, 1, 1), (1, 1, 2, 2), (1, 2, 1, 2), (1, 3, 2, 2), (4, 6, 5, 5), (8, 8, 8, 8), (1, 7, 2, 8))
COLD: Final = (1e-2, 1e-3, 7.27e-5, 1e-6, 1e-9)


def cases() -> Iterator[tuple[Case, int]]:
    """Yield every case with its digits."""
    yield from _paper()
    yield from _grid()
    yield from _integrals()
    yield from _weights()
    yield from _transport()


def _dot(kernel: str, orbitals: int, *, length: float, cutoff: float | str = 0.0, strength: float = 1.0) -> Dot:
    return {"length": length, "cutoff": cutoff, "orbitals": orbitals, "kernel": kernel, "strength": strength}


def _spectrum(dot: Dot, electrons: int, levels: int) -> Case:
    return Case("spectrum", {"dot": dot, "electrons": electrons, "levels": levels})


def _transitions(dot: Dot, electrons: int, levels_from: int, levels_to: int) -> Case:
    inputs = {"dot": dot, "electrons": electrons, "levels_from": levels_from, "levels_to": levels_to}
    return Case("transition_probabilities", inputs)


def _paper() -> Iterator[tuple[Case, int]]:
    for orbitals in PAPER_ORBITALS:
        dot = reported.dot(orbitals)
        for electrons, levels in LOWEST_MULTIPLET.items():
            if electrons:
                yield _spectrum(dot, electrons, levels), DIGITS
                yield _transitions(dot, electrons - 1, LOWEST_MULTIPLET[electrons - 1], levels), DIGITS
    yield _spectrum({**reported.dot(13), "cutoff": "19/10000"}, 4, 6), 24


def _grid() -> Iterator[tuple[Case, int]]:
    soft = [
        _dot("soft-coulomb", 7, length=length, cutoff=length * ratio)
        for length in (1.0, 8.0, 64.0)
        for ratio in (2.0**-12, 2.0**-6, 0.25, 2.0)
    ]
    soft += [_dot("soft-coulomb", 7, length=8.0, cutoff=0.125, strength=strength) for strength in (-0.25, 0.25, 4.0)]
    contact = [_dot("contact", 7, length=1.0, strength=strength) for strength in (-1.0, 1.0, 5.0, 50.0)]
    for dot in (*soft, *contact):
        for electrons in (2, 3, 4):
            yield _spectrum(dot, electrons, 4), DIGITS
            if electrons > 2:
                yield _transitions(dot, electrons - 1, 2, 3), DIGITS
    for dot in (_dot("none", 7, length=2.0), _dot("constant", 7, length=2.0, strength=0.5)):
        for electrons, levels in ((2, 4), (3, 6), (4, 5)):  # no set of levels that coincide is cut
            yield _spectrum(dot, electrons, levels), DIGITS


def _integrals() -> Iterator[tuple[Case, int]]:
    indices = [list(quadruple) for quadruple in QUADRUPLES]
    for ratio in (1e-6, reported.cutoff_ratio(), 0.01, 0.5, 4.0):
        yield (
            Case(
                "interaction_integrals", {"dot": _dot("soft-coulomb", 8, length=1.0, cutoff=ratio), "indices": indices}
            ),
            24,
        )
    for kernel in ("contact", "constant"):
        yield Case("interaction_integrals", {"dot": _dot(kernel, 8, length=1.0), "indices": indices}), 24


def _weights() -> Iterator[tuple[Case, int]]:
    for two_S in range(5):
        for other in (two_S - 1, two_S, two_S + 1):
            if other >= 0:
                yield Case("clebsch_gordan_weight", {"two_S_i": two_S, "two_S_j": other}), DIGITS


@cache
def paper_level_scheme() -> LevelScheme:
    """Return the paper's 13 levels at M = 12 and their transitions, rounded to doubles."""
    counts = tuple(LOWEST_MULTIPLET.values())
    found = level_scheme(_Oracle().ask, reported.dot(SCHEME_ORBITALS), counts, "M")
    return {**found, "transitions": [item for item in found["transitions"] if item["M"] != 0.0]}


class _Oracle(Asking):
    """The oracle, asked for spectra and transition probabilities."""

    def put(self, task: str, params: Question) -> Answer:
        """Return its numbers, rounded to doubles."""
        found = oracle(Case(task, params), TRANSPORT_DIGITS)
        if task == "spectrum":
            return {"energies": found.floats("energies"), "two_S": found.values["two_S"]}
        return {"M": found.floats("M")}


def _transport() -> Iterator[tuple[Case, int]]:
    points = [
        (gate, bias, kT) for kT in COLD for gate, bias in ((1.2414, 1e-5), (1.2414, 0.02), (1.7, 0.02), (2.1541, 0.035))
    ]
    for gate, bias, kT in points:
        leads = [{"name": "L", "rate": 1.0, "mu": bias / 2}, {"name": "R", "rate": 0.5, "mu": -bias / 2}]
        inputs = {**paper_level_scheme(), "leads": leads, "kT": kT, "gate": gate}
        yield Case("current", inputs), 15
        yield Case("stationary_state", inputs), 15

"""Faults in the many-body levels; transitions built on them inherit the fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import cos, sqrt
from typing import Unpack

import numpy as np

from numeric import Dot, Integrals, Spectrum
from numeric import solve as solve_with
from numeric.spectrum import Level
from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.protocol import json_types as protocol
from qdverify.suite.finding import Stage


def _fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.SPECTRUM, "solve", text)


def _kept(
    right: Callable[[Dot, int, int], Spectrum],
    dot: Dot,
    electrons: int,
    levels: int,
    keep: Callable[[Level, int], bool],
) -> Spectrum:
    """Return as many levels as were asked for, of those that are kept; all levels where too few would remain."""
    wanted = levels
    while True:
        try:
            found = right(dot, electrons, wanted)
        except ValueError:  # the sector has fewer levels than were asked for
            return right(dot, electrons, levels)
        chosen = [level for index, level in enumerate(found.levels) if keep(level, index)]
        if len(chosen) >= levels:
            return replace(found, levels=tuple(chosen[:levels]))
        wanted *= 2


def _shifted(found: Spectrum, energy: Callable[[int, float], float]) -> Spectrum:
    """Return the spectrum with each level's energy a function of its index and energy."""
    levels = [replace(level, energy=energy(index, level.energy)) for index, level in enumerate(found.levels)]
    return replace(found, levels=tuple(sorted(levels, key=lambda level: level.energy)))


def _on_other_dot(right: methods.Solve, dot: Dot, electrons: int, levels: int, *, length: float) -> Spectrum:
    """Solve a dot with other orbitals but the right integrals."""
    interaction = right.__self__.integrals(dot)
    return solve_with(replace(dot, length=length), electrons=electrons, levels=levels, integrals=interaction)


@_fault("a solver started from one vector misses the second level of an odd number of electrons")
def second_level_missed(right: methods.Solve, dot: Dot, electrons: int, levels: int) -> Spectrum:
    """Leave out level 1 where N >= 3 is odd."""
    return _kept(right, dot, electrons, levels, lambda _, index: not (electrons >= 3 and electrons % 2 and index == 1))


@_fault("a solver that exchanges the spins finds even total spins only")
def even_spins_only(right: methods.Solve, dot: Dot, electrons: int, levels: int) -> Spectrum:
    """Leave out the triplets of an even number of electrons."""
    return _kept(right, dot, electrons, levels, lambda level, _: level.two_S % 4 in (0, 1, 3))


@_fault("only levels of the ground state's parity are found")
def one_parity_only(right: methods.Solve, dot: Dot, electrons: int, levels: int) -> Spectrum:
    """Leave out levels of the other parity."""
    irrep = right(dot, electrons, 1).levels[0].sector.irrep
    return _kept(right, dot, electrons, levels, lambda level, _: level.sector.irrep == irrep)


@_fault("fully polarised levels are not looked for")
def polarised_missed(right: methods.Solve, dot: Dot, electrons: int, levels: int) -> Spectrum:
    """Leave out S = N/2 beyond two electrons."""
    return _kept(right, dot, electrons, levels, lambda level, _: electrons < 3 or level.two_S < electrons)


@_fault("the highest requested level is a higher one: the last root had not converged to the lowest")
def last_root_too_high(right: methods.Solve, dot: Dot, electrons: int, levels: int) -> Spectrum:
    """Replace the last of three or more levels by the next one."""
    return _kept(right, dot, electrons, levels, lambda _, index: levels < 3 or index != levels - 1)


@_fault("the interaction lacks the 1/2 of a sum over pairs")
def pairs_counted_twice(right: methods.Solve, dot: Dot, electrons: int, levels: int) -> Spectrum:
    """Solve with twice the interaction, the integrals themselves being right."""
    doubled = Integrals(2 * right.__self__.integrals(dot).couplings)
    return solve_with(dot, electrons=electrons, levels=levels, integrals=doubled)


@_fault("the kinetic energy lacks its 1/2")
def kinetic_doubled(right: methods.Solve, dot: Dot, electrons: int, levels: int) -> Spectrum:
    """Solve with orbital energies n^2 pi^2/L^2."""
    return _on_other_dot(right, dot, electrons, levels, length=dot.length / sqrt(2))


@_fault("the orbital energies belong to a box one part in a million longer")
def length_off_by_a_millionth(right: methods.Solve, dot: Dot, electrons: int, levels: int) -> Spectrum:
    """Solve with slightly low orbital energies."""
    return _on_other_dot(right, dot, electrons, levels, length=dot.length * (1 + 1e-6))


@_fault("the orbital energies belong to a box one part in a hundred million longer")
def length_off_in_the_eighth_digit(right: methods.Solve, dot: Dot, electrons: int, levels: int) -> Spectrum:
    """Solve with orbital energies low by 2e-8."""
    return _on_other_dot(right, dot, electrons, levels, length=dot.length * (1 + 1e-8))


@_fault("the basis silently ends one orbital early")
def one_orbital_less(right: methods.Solve, dot: Dot, electrons: int, levels: int) -> Spectrum:
    """Push the highest orbital out of reach where enough others remain."""
    if dot.orbitals < 4 or electrons > 2 * (dot.orbitals - 1):
        return right(dot, electrons, levels)
    smaller = replace(dot, orbitals=dot.orbitals - 1)
    energies = right(smaller, electrons, levels).energies
    return _shifted(right(dot, electrons, levels), lambda index, _: float(energies[index]))


@_fault("a constant is left in the energy zero")
def shifted_zero(right: methods.Solve, dot: Dot, electrons: int, levels: int) -> Spectrum:
    """Add a thousandth of the lowest orbital's energy to every level."""
    shift = 1e-3 * float(dot.orbital_energies[0])
    return _shifted(right(dot, electrons, levels), lambda _, energy: energy + shift)


@_fault("energies are given per electron")
def energy_per_electron(right: methods.Solve, dot: Dot, electrons: int, levels: int) -> Spectrum:
    """Divide by N."""
    return _shifted(right(dot, electrons, levels), lambda _, energy: energy / max(1, electrons))


@_fault("the self-interaction of every electron is counted")
def self_interaction(right: methods.Solve, dot: Dot, electrons: int, levels: int) -> Spectrum:
    """Add N (11|11)/2."""
    extra = 0.5 * electrons * float(right.__self__.integrals(dot).value(1, 1, 1, 1))
    return _shifted(right(dot, electrons, levels), lambda _, energy: energy + extra)


@_fault("energies are given as first-order perturbation theory leaves them")
def first_order_only(right: methods.Solve, dot: Dot, electrons: int, levels: int) -> Spectrum:
    """Extrapolate the energies from a tenth of a thousandth of the strength."""
    step = 1e-4
    weak = Integrals(step * right.__self__.integrals(dot).couplings)
    at_step = solve_with(dot, electrons=electrons, levels=levels, integrals=weak).energies
    at_zero = solve_with(dot, electrons=electrons, levels=levels, integrals=Integrals(0 * weak.couplings)).energies
    return _shifted(right(dot, electrons, levels), lambda i, _: float(at_zero[i] + (at_step[i] - at_zero[i]) / step))


@_fault("the eigensolver stops at 1e-6 and approaches from above")
def loose_energies(right: methods.Solve, dot: Dot, electrons: int, levels: int) -> Spectrum:
    """Raise every energy by about 1e-6 of it."""
    found = right(dot, electrons, levels)
    return _shifted(found, lambda index, energy: energy + 1e-6 * abs(energy) * (1 + 0.1 * index))


@_fault("the eigensolver stops at 1e-8")
def eight_digits(right: methods.Solve, dot: Dot, electrons: int, levels: int) -> Spectrum:
    """Change every energy by about 1e-8 of it."""
    found = right(dot, electrons, levels)
    return _shifted(found, lambda index, energy: energy * (1 + 2e-8 * cos(index + electrons)))


@_fault("energies are rounded to single precision")
def single_precision_energies(right: methods.Solve, dot: Dot, electrons: int, levels: int) -> Spectrum:
    """Keep 24 bits."""
    return _shifted(right(dot, electrons, levels), lambda _, energy: float(np.float32(energy)))


@fault(Stage.SPECTRUM, "spectrum", "the spins of close levels are exchanged")
def spins_exchanged(right: methods.Spectrum, **question: Unpack[protocol.SpectrumQuestion]) -> methods.Answer:
    """Exchange the spin labels of levels 1 and 2."""
    answer = right(**question)
    two_S = np.array(answer["two_S"])
    two_S[1:3] = two_S[1:3][::-1]
    return {**answer, "two_S": two_S}


@fault(Stage.SPECTRUM, "spectrum", "two_S holds S, rounded down")
def spin_halved(right: methods.Spectrum, **question: Unpack[protocol.SpectrumQuestion]) -> methods.Answer:
    """Label levels by floor(S)."""
    answer = right(**question)
    return {**answer, "two_S": answer["two_S"] // 2}


@fault(Stage.SPECTRUM, "spectrum", "two_S holds the degeneracy 2S + 1")
def degeneracy_as_spin(right: methods.Spectrum, **question: Unpack[protocol.SpectrumQuestion]) -> methods.Answer:
    """Label levels by 2S+1."""
    answer = right(**question)
    return {**answer, "two_S": answer["two_S"] + 1}


@fault(Stage.SPECTRUM, "spectrum", "two_S holds the S_z of the sector in which the level was found")
def projection_as_spin(right: methods.Spectrum, **question: Unpack[protocol.SpectrumQuestion]) -> methods.Answer:
    """Label levels by the lowest |S_z|."""
    answer = right(**question)
    return {**answer, "two_S": answer["two_S"] % 2}


@fault(Stage.SPECTRUM, "spectrum", "every level is listed once for each of its 2S+1 states")
def states_listed(right: methods.Spectrum, *, dot: protocol.Dot, electrons: int, levels: int) -> methods.Answer:
    """Repeat each level 2S+1 times and cut to the number asked for."""
    answer = right(dot=dot, electrons=electrons, levels=levels)
    repeated = [index for index, two_S in enumerate(answer["two_S"]) for _ in range(two_S + 1)][:levels]
    return {"energies": answer["energies"][repeated], "two_S": answer["two_S"][repeated]}

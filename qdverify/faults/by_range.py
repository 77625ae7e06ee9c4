"""Faults in integrals, levels and M_ji that show in a part of the inputs only: one kernel, sign, number or spin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike

from numeric import Dot, Integrals
from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.protocol import json_types as protocol
from qdverify.protocol.dots import is_box, orbitals_of
from qdverify.suite.finding import Stage

OFF = 1e-3


def _kernel(dot: protocol.Dot) -> str:
    """Return the kernel of a box; empty for a dot given by integrals."""
    return dot["kernel"] if is_box(dot) else ""


def _attractive(dot: protocol.Dot) -> bool:
    return is_box(dot) and dot["strength"] < 0


def _integral_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.INTEGRALS, "integrals", text)


def _value_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.INTEGRALS, "interaction_integrals", text)


def _level_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.SPECTRUM, "spectrum", text)


def _M_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.TRANSITIONS, "transition_probabilities", text)


def _times(right: methods.Integrals, dot: Dot, factor: float) -> Integrals:
    return Integrals(factor * np.array(right(dot).couplings))


@_integral_fault("a negative strength loses its sign")
def attraction_repels(right: methods.Integrals, dot: Dot) -> Integrals:
    """Take |s|."""
    return right(replace(dot, strength=abs(dot.strength)))


@_integral_fault("a negative strength is taken as 0")
def attraction_ignored(right: methods.Integrals, dot: Dot) -> Integrals:
    """Clip s at 0."""
    return right(replace(dot, strength=max(0.0, dot.strength)))


@_integral_fault("an attractive soft Coulomb interaction is off by 1e-3")
def soft_attraction_off(right: methods.Integrals, dot: Dot) -> Integrals:
    """Be off for s < 0 of one kernel."""
    return _times(right, dot, 1 + OFF * (dot.strength < 0 and dot.kernel == "soft-coulomb"))


@_integral_fault("an attractive contact interaction is off by 1e-3")
def contact_attraction_off(right: methods.Integrals, dot: Dot) -> Integrals:
    """Be off for s < 0 of the contact kernel."""
    return _times(right, dot, 1 + OFF * (dot.strength < 0 and dot.kernel == "contact"))


@_integral_fault("an attractive constant interaction is off by 1e-3")
def constant_attraction_off(right: methods.Integrals, dot: Dot) -> Integrals:
    """Be off for s < 0 of the constant kernel."""
    return _times(right, dot, 1 + OFF * (dot.strength < 0 and dot.kernel == "constant"))


@_integral_fault("the contact kernel has another constant for long boxes")
def long_contact_off(right: methods.Integrals, dot: Dot) -> Integrals:
    """Be off for L > 5."""
    return _times(right, dot, 1 + OFF * (dot.length > 5 and dot.kernel == "contact"))


@_integral_fault("the soft Coulomb kernel is off for short boxes")
def short_soft_coulomb_off(right: methods.Integrals, dot: Dot) -> Integrals:
    """Be off for L < 1.5."""
    return _times(right, dot, 1 + OFF * (dot.length < 1.5 and dot.kernel == "soft-coulomb"))


@_integral_fault("the cutoff has a ceiling of half the length")
def cutoff_ceiling(right: methods.Integrals, dot: Dot) -> Integrals:
    """Clip the cutoff from above."""
    most = 0.5 * dot.length
    return right(replace(dot, cutoff=min(most, dot.cutoff))) if dot.kernel == "soft-coulomb" else right(dot)


@_integral_fault("the cutoff has a floor of 1e-5 of the length")
def cutoff_floor(right: methods.Integrals, dot: Dot) -> Integrals:
    """Clip the cutoff from below."""
    least = 1e-5 * dot.length
    return right(replace(dot, cutoff=max(least, dot.cutoff))) if dot.kernel == "soft-coulomb" else right(dot)


@_value_fault("integrals with an index above ten are off by 1e-3")
def high_indices_off(right: methods.Values, *, dot: protocol.Dot, indices: Sequence[Sequence[int]]) -> methods.Answer:
    """Be off for high orbitals."""
    values = np.array(right(dot=dot, indices=indices)["values"])
    return {"values": values * (1 + OFF * np.array([max(quadruple) > 10 for quadruple in indices]))}


@_value_fault("(pq|rs) with p > q is taken for (pp|rs)")
def unordered_indices(right: methods.Values, *, dot: protocol.Dot, indices: Sequence[Sequence[int]]) -> methods.Answer:
    """Lose one index if the first pair falls."""
    return right(dot=dot, indices=[[p, p if p > q and (q + p) % 2 == 0 else q, r, s] for p, q, r, s in indices])


@_value_fault("integrals of four different orbitals are set to 0")
def four_different_zero(
    right: methods.Values, *, dot: protocol.Dot, indices: Sequence[Sequence[int]]
) -> methods.Answer:
    """Drop what a Hubbard model drops."""
    values = np.array(right(dot=dot, indices=indices)["values"])
    return {"values": np.where([len(set(quadruple)) == 4 for quadruple in indices], 0.0, values)}


@_value_fault("only the first eight values of an answer are computed anew")
def ninth_value_stale(right: methods.Values, *, dot: protocol.Dot, indices: Sequence[Sequence[int]]) -> methods.Answer:
    """Repeat the first value beyond the eighth."""
    values = np.array(right(dot=dot, indices=indices)["values"])
    values[8:] = values[0]
    return {"values": values}


def _energies(right: methods.Spectrum, question: protocol.SpectrumQuestion, wrong: ArrayLike) -> methods.Answer:
    """Return the levels with energies off by 1e-6 of the largest, where a condition on each level holds."""
    answer = right(**question)
    energies = np.array(answer["energies"], dtype=np.float64)
    moved = energies + 1e-6 * np.abs(energies).max() * np.broadcast_to(wrong, energies.shape)
    order = np.argsort(moved, kind="stable")
    return {"energies": moved[order], "two_S": np.array(answer["two_S"])[order]}


@_level_fault("energies of an odd number of electrons are off")
def odd_electrons_off(right: methods.Spectrum, **question: Unpack[protocol.SpectrumQuestion]) -> methods.Answer:
    """Be off for N = 1, 3, ..."""
    return _energies(right, question, question["electrons"] % 2 == 1)


@_level_fault("energies of four electrons are off")
def four_electrons_off(right: methods.Spectrum, **question: Unpack[protocol.SpectrumQuestion]) -> methods.Answer:
    """Be off for N = 4."""
    return _energies(right, question, question["electrons"] == 4)


@_level_fault("energies of attractive dots are off")
def attractive_levels_off(right: methods.Spectrum, **question: Unpack[protocol.SpectrumQuestion]) -> methods.Answer:
    """Be off for s < 0."""
    return _energies(right, question, _attractive(question["dot"]))


@_level_fault("energies of the contact kernel are off")
def contact_levels_off(right: methods.Spectrum, **question: Unpack[protocol.SpectrumQuestion]) -> methods.Answer:
    """Be off for one kernel."""
    return _energies(right, question, _kernel(question["dot"]) == "contact")


@_level_fault("energies of an even number of orbitals are off")
def even_orbitals_off(right: methods.Spectrum, **question: Unpack[protocol.SpectrumQuestion]) -> methods.Answer:
    """Be off for M = 2, 4, ..."""
    return _energies(right, question, orbitals_of(question["dot"]) % 2 == 0)


@_level_fault("energies of high spin are off")
def high_spin_off(right: methods.Spectrum, **question: Unpack[protocol.SpectrumQuestion]) -> methods.Answer:
    """Be off for S of 3/2 and more."""
    return _energies(right, question, np.array(right(**question)["two_S"]) >= 3)


@_level_fault("energies of singlets are off")
def singlets_off(right: methods.Spectrum, **question: Unpack[protocol.SpectrumQuestion]) -> methods.Answer:
    """Be off for S = 0."""
    return _energies(right, question, np.array(right(**question)["two_S"]) == 0)


@_level_fault("energies beyond the fifth level are off")
def high_levels_off(right: methods.Spectrum, **question: Unpack[protocol.SpectrumQuestion]) -> methods.Answer:
    """Be off for high levels."""
    return _energies(right, question, np.arange(question["levels"]) >= 5)


@_level_fault("only the ground state is converged")
def excited_off(right: methods.Spectrum, **question: Unpack[protocol.SpectrumQuestion]) -> methods.Answer:
    """Be off for all levels but the lowest."""
    return _energies(right, question, np.arange(question["levels"]) >= 1)


@_level_fault("energies of sharp kernels are off")
def sharp_levels_off(right: methods.Spectrum, **question: Unpack[protocol.SpectrumQuestion]) -> methods.Answer:
    """Be off for lambda/L below 1e-3."""
    dot = question["dot"]
    sharp = is_box(dot) and dot["kernel"] == "soft-coulomb" and dot["cutoff"] < 1e-3 * dot["length"]
    return _energies(right, question, sharp)


@_level_fault("energies of a nearly full basis are off")
def nearly_full_off(right: methods.Spectrum, **question: Unpack[protocol.SpectrumQuestion]) -> methods.Answer:
    """Be off for more electrons than orbitals."""
    return _energies(right, question, question["electrons"] > orbitals_of(question["dot"]))


@_level_fault("energies of long boxes are off")
def long_boxes_off(right: methods.Spectrum, **question: Unpack[protocol.SpectrumQuestion]) -> methods.Answer:
    """Be off for L > 9."""
    dot = question["dot"]
    return _energies(right, question, is_box(dot) and dot["length"] > 9)


@_level_fault("the spin of a level above the sixth is that of the level below")
def high_spins_shifted(right: methods.Spectrum, **question: Unpack[protocol.SpectrumQuestion]) -> methods.Answer:
    """Repeat the sixth spin."""
    answer = right(**question)
    spins = np.array(answer["two_S"])
    spins[6:] = spins[5:6]
    return {**answer, "two_S": spins}


def _moved_M(
    right: methods.Probabilities, question: protocol.TransitionsQuestion, wrong: ArrayLike, by: float = OFF
) -> methods.Answer:
    """Return M_ji with a factor 1 + by where a condition on each entry holds."""
    M = np.array(right(**question)["M"], dtype=np.float64)
    return {"M": M * (1 + by * np.broadcast_to(wrong, M.shape))}


@_M_fault("the cutoff has a floor of 1e-3 where M_ji is computed")
def cutoff_floor_in_M(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Clip lambda at 1e-3."""
    dot = question["dot"]
    if not is_box(dot) or dot["kernel"] != "soft-coulomb":
        return right(**question)
    return right(**{**question, "dot": {**dot, "cutoff": max(1e-3, dot["cutoff"])}})


@_M_fault("the cutoff has a floor of 1e-3 of the length where M_ji is computed")
def relative_cutoff_floor_in_M(
    right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]
) -> methods.Answer:
    """Clip lambda/L at 1e-3."""
    dot = question["dot"]
    if not is_box(dot) or dot["kernel"] != "soft-coulomb":
        return right(**question)
    return right(**{**question, "dot": {**dot, "cutoff": max(1e-3 * dot["length"], dot["cutoff"])}})


@_M_fault("M_ji into an even number of electrons is off by 1e-3")
def odd_to_even_off(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Be off for N = 1, 3, ..."""
    return _moved_M(right, question, question["electrons"] % 2 == 1)


@_M_fault("M_ji out of two electrons is off by 1e-3")
def from_two_off(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Be off for N = 2."""
    return _moved_M(right, question, question["electrons"] == 2)


@_M_fault("M_ji of attractive dots is off by 1e-3")
def attractive_M_off(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Be off for s < 0."""
    return _moved_M(right, question, _attractive(question["dot"]))


@_M_fault("M_ji of the contact kernel is off by 1e-3")
def contact_M_off(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Be off for one kernel."""
    return _moved_M(right, question, _kernel(question["dot"]) == "contact")


@_M_fault("M_ji out of excited levels is off by 1e-3")
def excited_columns_off(
    right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]
) -> methods.Answer:
    """Be off for all columns but the first."""
    return _moved_M(right, question, np.arange(question["levels_from"])[None, :] >= 1)


@_M_fault("M_ji into levels beyond the fifth is off by 1e-3")
def high_rows_off(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Be off for high rows."""
    return _moved_M(right, question, np.arange(question["levels_to"])[:, None] >= 5)


@_M_fault("M_ji into more electrons than orbitals is off by 1e-3")
def nearly_full_M_off(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Be off for more electrons than orbitals."""
    return _moved_M(right, question, question["electrons"] >= orbitals_of(question["dot"]))


@_M_fault("M_ji into the empty dot is off by 1e-3")
def empty_M_off(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Be off for N = 0."""
    return _moved_M(right, question, question["electrons"] == 0)


@_M_fault("M_ji of a single pair of levels is doubled")
def single_pair_doubled(
    right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]
) -> methods.Answer:
    """Be off if one level of each is asked for."""
    return _moved_M(right, question, question["levels_from"] * question["levels_to"] == 1, 1.0)


@fault(Stage.SPIN, "clebsch_gordan_weight", "spins above 20 are taken as 20")
def spin_ceiling(right: methods.Weight, *, two_S_i: int, two_S_j: int) -> methods.Answer:
    """Clip 2S_i at 40 and keep the difference."""
    beyond = max(0, two_S_i - 40)
    return right(two_S_i=two_S_i - beyond, two_S_j=max(0, two_S_j - beyond))


@fault(Stage.SPIN, "clebsch_gordan_weight", "weights that fall are off beyond S = 2")
def falling_off(right: methods.Weight, *, two_S_i: int, two_S_j: int) -> methods.Answer:
    """Be off for a falling spin."""
    return {"C": right(two_S_i=two_S_i, two_S_j=two_S_j)["C"] * (1 + OFF * (two_S_j < two_S_i > 4))}


@fault(Stage.SPIN, "clebsch_gordan_weight", "weights of half-integer spins are off")
def half_integer_off(right: methods.Weight, *, two_S_i: int, two_S_j: int) -> methods.Answer:
    """Be off for odd 2S_i."""
    return {"C": right(two_S_i=two_S_i, two_S_j=two_S_j)["C"] * (1 + OFF * (two_S_i % 2))}

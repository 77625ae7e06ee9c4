"""Programs that are wrong in the spin weights, integrals, levels or transition probabilities."""

from functools import partial

import numpy as np
from wrong_program import DIGITS, EV, add, noise

from qdverify.suite.finding import Stage

PROGRAMS = {}
weights = partial(add, PROGRAMS, Stage.SPIN, "clebsch_gordan_weight")
integrals = partial(add, PROGRAMS, Stage.INTEGRALS, "interaction_integrals")
levels = partial(add, PROGRAMS, Stage.SPECTRUM, "spectrum")
transitions = partial(add, PROGRAMS, Stage.TRANSITIONS, "transition_probabilities")

# spin


@weights("a spin that rises", named=True)
def rising_weights_off(right, *, two_S_i, two_S_j):
    """Weights into a higher spin are off by 1e-3."""
    return {"C": right(two_S_i=two_S_i, two_S_j=two_S_j)["C"] * (1.001 if two_S_j > two_S_i else 1)}


@weights(*DIGITS, named=True)
def weights_with_seeded_noise(right, **spins):
    """Weights carry noise of a fixed seed, 1e-8 of each."""
    return {"C": right(**spins)["C"] * (1 + 1e-8 * noise(spins["two_S_i"], spins["two_S_j"])[0])}


@weights("half precision", *DIGITS)
def weights_in_half_precision(right, **spins):
    """Weights are stored in 16 bits."""
    return {"C": float(np.float16(right(**spins)["C"]))}


@weights()
def weights_exchanged_and_doubled(right, *, two_S_i, two_S_j):
    """The spins are exchanged, and the 1/2 is missing too."""
    return {"C": 2 * right(two_S_i=two_S_j, two_S_j=two_S_i)["C"]}


@weights("the factor is 3 everywhere", named=True)
def weights_of_three_components(right, **spins):
    """Every weight is counted three times."""
    return {"C": 3 * right(**spins)["C"]}


# integrals


@integrals("p != q", "p = q", "set to 0")
def exchange_dropped(right, *, dot, indices):
    """Exchange integrals (pq|rs) with p != q are set to 0."""
    values = np.array(right(dot=dot, indices=indices)["values"])
    return {"values": np.where([p == q and r == s for p, q, r, s in indices], values, 0.0)}


@integrals("set to 0")
def tiny_integrals_dropped(right, *, dot, indices):
    """Integrals below a thousandth of the largest are dropped."""
    values = np.array(right(dot=dot, indices=indices)["values"])
    return {"values": np.where(np.abs(values) < 1e-3 * np.abs(values).max(initial=0.0), 0.0, values)}


@integrals("from the highest down", named=True)
def orbitals_reversed(right, *, dot, indices):
    """Orbitals are counted from the highest down."""
    return right(dot=dot, indices=[[dot["orbitals"] + 1 - n for n in quadruple] for quadruple in indices])


@integrals("27.2114", named=True)
def integrals_in_electronvolts(right, **question):
    """Integrals are given in electronvolts."""
    return {"values": EV * np.array(right(**question)["values"])}


@integrals("single precision", named=True)
def integrals_in_single_precision(right, **question):
    """Answers are stored in 32 bits."""
    return {"values": np.array(right(**question)["values"]).astype(np.float32).astype(np.float64)}


@integrals("negative", "some have the wrong sign")
def integrals_without_sign(right, **question):
    """The sign of every integral is lost."""
    return {"values": np.abs(right(**question)["values"])}


@integrals("kernel soft-coulomb", "1.001")
def soft_coulomb_off(right, *, dot, indices):
    """The soft Coulomb kernel is off by 1e-3."""
    factor = 1.001 if dot["kernel"] == "soft-coulomb" else 1.0
    return {"values": factor * np.array(right(dot=dot, indices=indices)["values"])}


@integrals("wrong sign", "is halved", "half too weak", "-0.5", named=True)
def halved_with_the_wrong_sign(right, **question):
    """Two mistakes at once: the sign, and a 1/2 too many."""
    return {"values": -0.5 * np.array(right(**question)["values"])}


# levels


@levels("the factor is 2 everywhere", named=True)
def energies_in_rydberg(right, **question):
    """Energies are given in Rydberg."""
    answer = right(**question)
    return {**answer, "energies": 2 * np.array(answer["energies"])}


@levels("27.2114", named=True)
def energies_in_electronvolts(right, **question):
    """Energies are given in electronvolts."""
    answer = right(**question)
    return {**answer, "energies": EV * np.array(answer["energies"])}


@levels("shifted by the same amount", "the zero-point energy of each electron is missing", named=True)
def energies_from_the_ground_state(right, **question):
    """Energies are counted from the lowest."""
    answer = right(**question)
    return {**answer, "energies": np.array(answer["energies"]) - answer["energies"][0]}


@levels(*DIGITS, named=True)
def levels_with_seeded_noise(right, **question):
    """Energies carry noise of a fixed seed, 1e-7 of each, in ascending order."""
    answer = right(**question)
    energies = np.array(answer["energies"], dtype=np.float64)
    return {**answer, "energies": np.sort(energies * (1 + 1e-7 * noise(energies)))}


@levels("M >= 4", "basis", "last value", "index", "M = 4")
def truncated_basis(right, *, dot, electrons, levels):
    """No more than three orbitals are used if there are enough levels."""
    small = {**dot, "orbitals": min(3, dot["orbitals"])}
    try:
        return right(dot=small, electrons=electrons, levels=levels)
    except ValueError:
        return right(dot=dot, electrons=electrons, levels=levels)


@levels("N = 2", "even N", "1.0001", "N <= 2", *DIGITS)
def two_electrons_scaled(right, *, dot, electrons, levels):
    """Energies of two electrons are off by 1e-4."""
    answer = right(dot=dot, electrons=electrons, levels=levels)
    factor = 1.0001 if electrons == 2 else 1.0
    return {**answer, "energies": factor * np.array(answer["energies"])}


@levels("2S = 2", "2S >= 2", *DIGITS)
def triplets_off(right, **question):
    """Energies of triplets are low by 1e-7 of the largest."""
    answer = right(**question)
    energies, two_S = np.array(answer["energies"], dtype=np.float64), np.array(answer["two_S"])
    moved = energies - 1e-7 * np.abs(energies).max() * (two_S == 2)
    order = np.argsort(moved, kind="stable")
    return {"energies": moved[order], "two_S": two_S[order]}


@levels("differs in")
def levels_kept_by_size(right, **question):
    """Spectra are kept under electrons and levels alone, whatever the dot."""
    kept = vars(right.__self__).setdefault("kept by size", {})
    return kept.setdefault((question["electrons"], question["levels"]), right(**question))


@levels("lowest spin", "another order")
def spins_all_lowest(right, **question):
    """Every level is said to have the lowest spin."""
    answer = right(**question)
    return {**answer, "two_S": np.full(question["levels"], question["electrons"] % 2)}


@levels("missing")
def ground_state_missed(right, *, dot, electrons, levels):
    """The lowest level is lost if others remain."""
    try:
        answer = right(dot=dot, electrons=electrons, levels=levels + 1)
    except ValueError:
        return right(dot=dot, electrons=electrons, levels=levels)
    return {name: values[1:] for name, values in answer.items()}


# transition probabilities


@transitions("half precision", named=True)
def M_in_half_precision(right, **question):
    """M_ji is stored in 16 bits, which are all numbers of 32 bits."""
    return {"M": np.array(right(**question)["M"]).astype(np.float16).astype(np.float64)}


@transitions(*DIGITS)
def M_of_four_decimals(right, **question):
    """M_ji is rounded to four decimals."""
    return {"M": np.round(right(**question)["M"], 4)}


@transitions("kernel soft-coulomb", "1.001")
def M_of_soft_coulomb_off(right, **question):
    """M_ji of the soft Coulomb kernel is off by 1e-3."""
    factor = 1.001 if question["dot"]["kernel"] == "soft-coulomb" else 1.0
    return {"M": factor * np.array(right(**question)["M"])}


@transitions("the factor is 3 everywhere", named=True)
def M_of_three_components(right, **question):
    """M_ji is counted three times."""
    return {"M": 3 * np.array(right(**question)["M"])}


@transitions("row")
def first_row_off(right, **question):
    """M_ji into the lowest level is off by 1e-3."""
    M = np.array(right(**question)["M"])
    M[0] *= 1.001
    return {"M": M}


@transitions("column")
def last_column_zero(right, **question):
    """M_ji out of the third level is zero."""
    M = np.array(right(**question)["M"])
    M[:, 2:3] = 0.0
    return {"M": M}

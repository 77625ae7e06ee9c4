"""Faults in the spin weights C_ji of [J96] Eq. (5)."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.suite.finding import Stage

Weight = dict[str, float]


def _fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.SPIN, "clebsch_gordan_weight", text)


@_fault("the two branches of Eq. (5) are swapped")
def swapped_branches(right: methods.Weight, *, two_S_i: int, two_S_j: int) -> methods.Answer:
    """Give S/(2S+1) where the spin rises."""
    return {"C": right(two_S_i=two_S_i, two_S_j=max(0, 2 * two_S_i - two_S_j))["C"]}


@_fault("the factor 1/2 of the average is missing")
def missing_half(right: methods.Weight, **spins: int) -> methods.Answer:
    """Give twice the weight."""
    return {"C": 2 * right(**spins)["C"]}


@_fault("the average over the initial spin states is missing")
def sum_in_place_of_average(right: methods.Weight, *, two_S_i: int, two_S_j: int) -> methods.Answer:
    """Give 2S_i+1 times the weight."""
    return {"C": (two_S_i + 1) * right(two_S_i=two_S_i, two_S_j=two_S_j)["C"]}


@_fault("the average runs over the final spin states")
def average_over_final(right: methods.Weight, *, two_S_i: int, two_S_j: int) -> methods.Answer:
    """Divide by 2S_j+1 in place of 2S_i+1."""
    return {"C": (two_S_i + 1) / (two_S_j + 1) * right(two_S_i=two_S_i, two_S_j=two_S_j)["C"]}


@_fault("one pair of highest-weight states stands for all")
def highest_weight_pair_only(right: methods.Weight, *, two_S_i: int, two_S_j: int) -> methods.Answer:
    """Take half the squared coefficient between the highest weights, which is right for falling spins only."""
    return {"C": 0.5} if two_S_j == two_S_i + 1 else right(two_S_i=two_S_i, two_S_j=two_S_j)


@_fault("the formula for a falling spin is used for every other spin")
def no_selection_rule(right: methods.Weight, *, two_S_i: int, two_S_j: int) -> methods.Answer:
    """Weigh forbidden pairs."""
    allowed = abs(two_S_j - two_S_i) == 1
    return right(two_S_i=two_S_i, two_S_j=two_S_j) if allowed else {"C": (two_S_j + 1) / (2 * (two_S_i + 1))}


@_fault("spins are halved with integer division")
def integer_division(right: methods.Weight, *, two_S_i: int, two_S_j: int) -> methods.Answer:
    """Compute with floor(S) in place of S."""
    S = two_S_i // 2
    if abs(two_S_j - two_S_i) != 1:
        return {"C": 0.0}
    return {"C": (S + 1) / (2 * S + 1) if two_S_j > two_S_i else S / (2 * S + 1)}


@_fault("two_S is read as S")
def doubled_spin(right: methods.Weight, *, two_S_i: int, two_S_j: int) -> methods.Answer:
    """Compute with 2S in place of S."""
    if abs(two_S_j - two_S_i) != 1:
        return {"C": 0.0}
    S = two_S_i
    return {"C": (S + 1) / (2 * S + 1) if two_S_j > two_S_i else S / (2 * S + 1)}


@_fault("a table of coefficients ends at S = 3 and its last row is used beyond")
def short_table(right: methods.Weight, *, two_S_i: int, two_S_j: int) -> methods.Answer:
    """Repeat the last row."""
    beyond = max(0, two_S_i - 6)
    return right(two_S_i=two_S_i - beyond, two_S_j=max(0, two_S_j - beyond))


@_fault("factorials of large spins overflow to a rounded logarithm")
def single_precision(right: methods.Weight, **spins: int) -> methods.Answer:
    """Round to single precision."""
    return {"C": float(np.float32(right(**spins)["C"]))}


@_fault("the coefficients come from a series that stops at 1e-9")
def nine_digits(right: methods.Weight, **spins: int) -> methods.Answer:
    """Be off by 1e-9 relative, by an amount that depends on the spin."""
    return {"C": right(**spins)["C"] * (1 + 1e-9 * math.cos(spins["two_S_i"] + 1))}


@_fault("the weight is the amplitude, not its square")
def amplitude(right: methods.Weight, **spins: int) -> methods.Answer:
    """Give the square root."""
    return {"C": math.sqrt(right(**spins)["C"])}

"""Faults in the transition probabilities M_ji of [J96] Eq. (4), made on correct many-body states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Unpack

import numpy as np

import numeric
from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.implementations.builtin_answers import Floats
from qdverify.protocol import json_types as protocol
from qdverify.protocol.dots import orbitals_of
from qdverify.suite.finding import Stage


def _fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.TRANSITIONS, "transition_probabilities", text)


def _M(right: methods.Probabilities, question: protocol.TransitionsQuestion) -> Floats:
    return np.array(right(**question)["M"])


def _spectra(
    right: methods.Probabilities, question: protocol.TransitionsQuestion
) -> tuple[numeric.Spectrum, numeric.Spectrum]:
    dot, electrons, builtin = question["dot"], question["electrons"], right.__self__
    start = builtin.spectrum_of(dot, electrons, question["levels_from"])
    return start, builtin.spectrum_of(dot, electrons + 1, question["levels_to"])


def _degeneracies(right: methods.Probabilities, question: protocol.TransitionsQuestion) -> tuple[Floats, Floats]:
    """Return 2S_i+1 as a row and 2S_j+1 as a column."""
    start, end = _spectra(right, question)
    g_i, g_j = (spectrum.two_S.astype(np.float64) + 1.0 for spectrum in (start, end))
    return g_i[None, : question["levels_from"]], g_j[: question["levels_to"], None]


def _reweighted(
    right: methods.Probabilities, question: protocol.TransitionsQuestion, weights: Floats
) -> methods.Answer:
    start, end = _spectra(right, question)
    M = numeric.transition_probabilities(start, end, weights=weights)
    return {"M": M[: question["levels_to"], : question["levels_from"]]}


@_fault("the factor 1/2 of Eq. (4) is missing")
def missing_half_of_M(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Give twice M."""
    return {"M": 2 * _M(right, question)}


@_fault("the average over the initial spin states is missing")
def missing_average(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Give (2S_i+1) M."""
    return {"M": _degeneracies(right, question)[0] * _M(right, question)}


@_fault("the average runs over the final spin states")
def average_over_final_states(
    right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]
) -> methods.Answer:
    """Give (2S_i+1)/(2S_j+1) M: the probability of the way back."""
    g_i, g_j = _degeneracies(right, question)
    return {"M": g_i / g_j * _M(right, question)}


@_fault("one pair of S_z components stands for all")
def one_component(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Give half the squared highest-weight amplitude for rising and falling spins alike."""
    g_i, g_j = _degeneracies(right, question)
    return {"M": np.where(g_j > g_i, g_i / (g_i + 1), 1.0) * _M(right, question)}


@_fault("spins up and down are added as amplitudes are: coherently over both leads")
def spin_sum_doubled_for_singlets(
    right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]
) -> methods.Answer:
    """Double the probabilities out of singlets."""
    g_i, _ = _degeneracies(right, question)
    return {"M": np.where(g_i == 1, 2.0, 1.0) * _M(right, question)}


@_fault("the amplitude is not squared")
def not_squared(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Give the root."""
    return {"M": np.sqrt(_M(right, question))}


@_fault("the probability is squared once more")
def squared_twice(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Give the square."""
    return {"M": _M(right, question) ** 2}


@_fault("the levels of N + 1 electrons are listed backwards")
def rows_reversed(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Reverse the rows."""
    return {"M": _M(right, question)[::-1]}


@_fault("rows and columns are exchanged")
def transposed(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Read the same numbers column by column."""
    M = _M(right, question)
    return {"M": M.T.reshape(M.shape)}


@_fault("the spin weight C_ji stands in for M_ji")
def spin_weight_only(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Ignore the correlations."""
    start, end = _spectra(right, question)
    weight = right.__self__.clebsch_gordan_weight
    return {
        "M": [
            [weight(two_S_i=int(i), two_S_j=int(j))["C"] for i in start.two_S[: question["levels_from"]]]
            for j in end.two_S[: question["levels_to"]]
        ]
    }


@_fault("the last orbital is left out of the add operator")
def last_orbital_missing(
    right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]
) -> methods.Answer:
    """Set w_M = 0."""
    weights = np.ones(orbitals_of(question["dot"]))
    weights[-1] = 0.0
    return _reweighted(right, question, weights)


@_fault("the electron enters the lowest orbital only")
def lowest_orbital_only(
    right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]
) -> methods.Answer:
    """Set w_n = 0 beyond n = 1."""
    weights = np.zeros(orbitals_of(question["dot"]))
    weights[0] = 1.0
    return _reweighted(right, question, weights)


@_fault("the orbitals' phases alternate in pairs")
def phases_in_pairs(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Set w_n = 1, 1, -1, -1, ...: the orbitals' values in the middle of the box decide their sign."""
    n = np.arange(orbitals_of(question["dot"]))
    return _reweighted(right, question, np.where(n % 4 < 2, 1.0, -1.0))


@_fault("orbitals couple by their derivative at the wall")
def derivative_weights(
    right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]
) -> methods.Answer:
    """Set w_n = n."""
    return _reweighted(right, question, np.arange(1.0, orbitals_of(question["dot"]) + 1))


@_fault("probabilities below a thousandth are taken for rounding and dropped")
def small_dropped(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Set small entries to zero."""
    M = _M(right, question)
    return {"M": np.where(M < 1e-3, 0.0, M)}


@_fault("the states come from an eigensolver that stopped at 1e-5")
def loose_states(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Be off by 1e-5, by an amount that depends on the entry."""
    M = _M(right, question)
    j, i = np.indices(M.shape)
    return {"M": M + 1e-5 * M * np.cos(3.0 * j + i + question["electrons"])}


@_fault("close levels share their average")
def multiplets_averaged(
    right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]
) -> methods.Answer:
    """Average the first two rows."""
    M = _M(right, question)
    M[:2] = M[:2].mean(axis=0)
    return {"M": M}


@_fault("every row is normalised to 1")
def rows_normalised(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Divide each level's probabilities by their sum."""
    M = _M(right, question)
    total = M.sum(axis=0, keepdims=True)
    return {"M": M / np.where(total == 0.0, 1.0, total)}


@_fault("one pair of levels is entered with the wrong sign inside the sum over determinants")
def sign_of_one_pair(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Lose nine tenths of the last entry."""
    M = _M(right, question)
    M[-1, -1] *= 0.1
    return {"M": M}

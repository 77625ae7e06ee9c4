"""Faults in the rates of [J96] Eq. (3), the stationary state and the currents of Eq. (2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, Unpack

import numpy as np

from numeric import LevelScheme
from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.implementations.builtin_answers import PointArguments
from qdverify.protocol import json_types as protocol
from qdverify.suite.exact import wrong_transport as wrong
from qdverify.suite.finding import Stage


def _rates_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.RATES, "level_scheme", text)


def _point_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.RATES, "point", text)


def _current_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.CURRENT, "current", text)


def _population_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.RATES, "stationary_state", text)


def _right_answer_of(change: wrong.Change) -> Change:
    """Return the change of a method that computes rightly, but from a changed case."""

    def answered(right: methods.Method[..., object], *arguments: object, **point: object) -> object:
        case = dict(zip(("levels", "transitions"), arguments, strict=False)) | point
        return right(**change(case))

    return answered


def _populations(change: Callable[[wrong.Case, Sequence[float]], Sequence[float]]) -> Change:
    """Return the change of a method whose right populations are changed afterwards."""

    def answered(right: methods.Populations, **case: object) -> methods.Answer:
        return {"populations": change(case, right(**case)["populations"].tolist())}

    return answered


def _times(factors: Mapping[str, float]) -> Change:
    """Return the change of a method whose right currents are multiplied afterwards."""

    def answered(right: methods.Current, **case: object) -> methods.Answer:
        return {name: factors[name[-1]] * value for name, value in right(**case).items()}

    return answered


# wrong models that the hints know as well
_SHARED: Final = {
    "level_scheme": (
        ("missing-degeneracy", "the factor (2S_i+1)/(2S_j+1) of the way back is missing", wrong.without_degeneracy),
        ("missing-spin-factor", "the spin factor 2 of the rates is missing", wrong.of_M(lambda M, *_: 0.5 * M)),
        ("averaged-over-final", "M_ji is averaged over the final states before it enters", wrong.averaged_over_final),
        ("unsquared-rates", "the amplitude enters unsquared", wrong.M_unsquared),
        ("single-precision-levels", "level energies are stored in single precision", wrong.single_precision_levels),
    ),
    "point": (
        ("gate-sign", "the gate has the wrong sign", wrong.gate_times(-1.0)),
        ("gate-halved", "the gate acts with half its strength, as a lever arm of 1/2", wrong.gate_times(0.5)),
        ("temperature-doubled", "kT is doubled", wrong.kT_times(2.0)),
        (
            "temperature-off-by-a-thousandth",
            "kT is off by a thousandth: an old value of a constant",
            wrong.kT_times(1.001),
        ),
        ("temperature-in-kelvin", "kT is read in kelvin and converted", wrong.kT_times(wrong.KELVIN_IN_HARTREE)),
        ("bias-on-one-lead", "the bias is applied to one lead only", wrong.grounded("R")),
        ("bias-halved", "mu is applied with half its value to each lead", wrong.mu_times(0.5)),
        ("leads-exchanged", "the chemical potentials of the leads are exchanged", wrong.mu_exchanged),
        ("rates-exchanged", "the tunnelling rates of the leads are exchanged", wrong.rates_exchanged),
        ("left-rate-for-both", "both barriers have the left one's rate", wrong.rate_for_both("L")),
        ("leads-by-place", "leads are told by their place in the list, not by their name", wrong.leads_by_place),
        ("rate-squared", "the rate is a tunnelling amplitude and gets squared", wrong.rates_squared),
    ),
}
CASES: Final = {
    name: Fault(name, Stage.RATES, method, text, _right_answer_of(change))
    for method, models in _SHARED.items()
    for name, text, change in models
}
POPULATIONS: Final = {
    name: Fault(name, Stage.RATES, "stationary_state", text, _populations(change))
    for name, text, change in (
        ("population-per-state", "populations are given for one state of each level", wrong.per_state),
        ("unnormalised", "populations are normalised to the largest", wrong.scaled_to_largest),
        (
            "populations-sorted",
            "populations are listed by electron number whatever the order of the levels",
            wrong.by_electrons,
        ),
    )
}
CURRENTS: Final = {
    name: Fault(name, Stage.CURRENT, "current", text, _times(factors))
    for name, text, factors in (
        ("counted-backwards", "the current is counted from R to L", wrong.COUNTED_FROM_R),
        (
            "right-sign",
            "the right current is counted as the electrons leave the dot through R with the sign of entering",
            wrong.R_HAS_WRONG_SIGN,
        ),
        ("per-spin", "the current is counted per spin", wrong.COUNTED_PER_SPIN),
        ("both-barriers", "both barriers are counted and added", wrong.BARRIERS_ADDED),
        ("coulombs", "the current is multiplied by the charge of the electron in SI units", wrong.IN_AMPERE),
    )
}


@_rates_fault("weak transitions are dropped")
def weak_transitions_dropped(
    right: methods.LevelScheme, levels: methods.Levels, transitions: methods.Transitions
) -> LevelScheme:
    """Set M below a hundredth of the largest to zero."""
    scheme = right(levels, transitions)
    return replace(scheme, M=np.where(1e-2 * scheme.M.max(initial=0.0) > scheme.M, 0.0, scheme.M))


@_rates_fault("excited levels are left out")
def ground_states_only(
    right: methods.LevelScheme, levels: methods.Levels, transitions: methods.Transitions
) -> LevelScheme:
    """Cut every transition that touches a level above the lowest of its electron number."""
    scheme = right(levels, transitions)
    lowest = {N: min(scheme.energies[scheme.electrons == N]) for N in set(scheme.electrons.tolist())}
    ground = np.array([lowest[N] == E for N, E in zip(scheme.electrons.tolist(), scheme.energies, strict=True)])
    kept = ground[scheme.lower] & ground[scheme.upper]
    return replace(scheme, M=np.where(kept, scheme.M, 1e-3 * scheme.M))


@_point_fault("the temperature has a floor")
def temperature_floor(right: methods.Point, **point: Unpack[protocol.OperatingPoint]) -> PointArguments:
    """Never go below 1e-4."""
    return right(**{**point, "kT": max(1e-4, point["kT"])})


@_population_fault("a tiny number is added to every population to keep a solver going")
def regularised(right: methods.Populations, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Add 1e-30 and normalise."""
    populations = right(**question)["populations"] + 1e-30
    return {"populations": populations / populations.sum()}


@_population_fault("small populations come out of a linear solve: absolute, not relative accuracy")
def absolute_accuracy(right: methods.Populations, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Add rounding of the size of the largest population."""
    populations = np.array(right(**question)["populations"])
    return {"populations": np.abs(populations + 1e-16 * np.cos(np.arange(populations.size)))}


@_current_fault("only electrons that enter are counted at the left barrier, not those that go back")
def no_back_flow(right: methods.Current, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Raise the left current by a part of the flow back."""
    answer = right(**question)
    bias = abs(question["leads"][0]["mu"] - question["leads"][1]["mu"])
    return {**answer, "I_L": answer["I_L"] * (1 + np.exp(-bias / question["kT"]))}


@_current_fault("a current that falls with the bias is taken for an error: it keeps the value of half the bias")
def current_never_falls(right: methods.Current, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Answer the larger current of the two biases."""
    leads: list[protocol.Lead] = [{**lead, "mu": 0.5 * lead["mu"]} for lead in question["leads"]]
    half = right(**{**question, "leads": leads})
    whole = right(**question)
    return half if abs(half["I_L"]) > abs(whole["I_L"]) else whole


@_current_fault("currents below 1e-12 are taken for rounding and set to zero")
def small_currents_dropped(right: methods.Current, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Set small currents to zero."""
    return {name: value if abs(value) > 1e-12 else 0.0 for name, value in right(**question).items()}


@_current_fault("both currents are replaced by their mean after a loose solve, which hides that it was loose")
def averaged_after_loose_solve(
    right: methods.Current, **question: Unpack[protocol.TransportQuestion]
) -> methods.Answer:
    """Be off by 1e-6, the same at both barriers."""
    answer = right(**question)
    mean = 0.5 * (answer["I_L"] + answer["I_R"]) * (1 + 1e-6)
    return {"I_L": mean, "I_R": mean}


@_current_fault("the current has absolute accuracy 1e-14, not relative")
def absolute_current(right: methods.Current, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Add 1e-14 to both currents."""
    return {name: value + 1e-14 for name, value in right(**question).items()}


def _noise_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.CURRENT, "noise", text)


@_noise_fault("electrons are taken for independent: the Fano factor of a dot is Schottky's")
def schottky(right: methods.Noise, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Answer S = |I|."""
    answer = right(**question)
    fano = answer["fano"]
    return {"S": answer["S"] / fano if fano else 0.0, "fano": 1.0}


@_noise_fault("the noise of positive frequencies is counted twice")
def doubled_noise(right: methods.Noise, **question: Unpack[protocol.TransportQuestion]) -> methods.Answer:
    """Answer with the convention S = 2 e I."""
    answer = right(**question)
    fano = answer["fano"]
    return {"S": 2 * answer["S"], "fano": fano and 2 * fano}

"""Slips in the rates of [J96] Eq. (3), the stationary state and the current: other cases, or other readings of one.

Most slips turn the case that was asked into another one, whose exact answer the faulty program gives: a gate of the
wrong sign is the gate -e phi, a missing degeneracy is the chain of levels with S = 0. The others change the answer.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from math import inf, prod, sqrt
from typing import Final, TypedDict

from qdverify.protocol.json_types import Lead, Level, Transition
from qdverify.suite.exact.transport_cases import Case
from qdverify.suite.exact.transport_reference import UNDERFLOW, solve_exactly
from qdverify.suite.finding import Asked
from qdverify.suite.hints.wrong_models import Prediction, WrongModel


class _LeadChange(TypedDict, total=False):
    """The fields of a lead that are changed."""

    rate: float
    mu: float


class _LevelChange(TypedDict, total=False):
    """The fields of a level that are changed."""

    energy: float
    two_S: int


MOST_LEVELS: Final = 24
COARSEST: Final = 1e-3
"""The largest relative error of a prediction that still tells one slip from another."""
KELVIN_IN_HARTREE: Final = 3.166811563e-6
CHARGE: Final = 1.602176634e-19


def _slip(
    sentence: str,
    *,
    case: Callable[[Case], Case] = lambda case: case,
    populations: Callable[[Case, Sequence[float]], Sequence[float]] = lambda _, populations: populations,
    factors: Mapping[str, float] | None = None,
) -> WrongModel:
    """Return a slip from the case that it solves, from what it makes of populations, and from factors of I_L, I_R.

    A current of which no factor is given may be anything.
    """
    times = factors or {"L": 1.0, "R": 1.0}

    def predict(asked: Asked) -> Prediction:
        if len(asked.params["levels"]) > MOST_LEVELS:
            return None
        try:
            found = solve_exactly(case(_question(asked)))
        except ValueError:  # levels that no longer hang together have no unique answer
            return None
        claimed, rounding = asked.accuracy, found.rounding
        relative = claimed.relative * rounding.condition(claimed.relative)
        absolute = claimed.absolute * rounding.condition(claimed.absolute)
        if max(relative, absolute) > COARSEST:
            return None
        if asked.task == "stationary_state":
            values = populations(_question(asked), found.populations)
            return [(value, max(relative * abs(value), absolute) + UNDERFLOW) for value in values]
        return [
            (
                times[name] * found.current,
                abs(times[name]) * max(relative * found.gross[name], absolute * rounding.current) + UNDERFLOW,
            )
            if name in times
            else (0.0, inf)
            for name in ("L", "R")
        ]

    return WrongModel(sentence, predict)


def _question(asked: Asked) -> Case:
    params = asked.params
    return {
        "levels": params["levels"],
        "transitions": params["transitions"],
        "leads": params["leads"],
        "kT": params["kT"],
        "gate": params["gate"],
    }


def _of_leads(change: Callable[[Lead, Lead], _LeadChange]) -> Callable[[Case], Case]:
    """Return the change of a case in which each lead, with its partner in view, gets other properties."""

    def changed(case: Case) -> Case:
        first, second = case["leads"]
        return {**case, "leads": [{**first, **change(first, second)}, {**second, **change(second, first)}]}

    return changed


def _of_M(change: Callable[[float, int, int], float]) -> Callable[[Case], Case]:
    """Return the change of a case in which each M_ji becomes a function of itself, 2S_i+1 and 2S_j+1."""

    def changed(case: Case) -> Case:
        g = _degeneracies(case)
        moved: list[Transition] = [
            {**item, "M": change(item["M"], g[item["from"]], g[item["to"]])} for item in case["transitions"]
        ]
        return {**case, "transitions": moved}

    return changed


def _of_levels(change: Callable[[Level], _LevelChange]) -> Callable[[Case], Case]:
    return lambda case: {**case, "levels": [{**item, **change(item)} for item in case["levels"]]}


def _degeneracies(case: Case) -> list[int]:
    return [item["two_S"] + 1 for item in case["levels"]]


def _inverted(case: Case) -> Case:
    """Return the chain whose levels have multiplicities in inverse proportion to the right ones."""
    g = _degeneracies(case)
    levels: list[Level] = [{**item, "two_S": prod(g) // own - 1} for item, own in zip(case["levels"], g, strict=True)]
    return {**case, "levels": levels}


def _with_holes(case: Case) -> Case:
    """Return the case with f and 1 - f exchanged: every energy that is measured from the chemical potential turns."""
    turned = _of_leads(lambda lead, _: {"mu": -lead["mu"]})(case)
    return {**_of_levels(lambda item: {"energy": -item["energy"]})(turned), "gate": -case["gate"]}


def _by_place(case: Case) -> Case:
    return {**case, "leads": [{**lead, "name": name} for lead, name in zip(case["leads"], "LR", strict=True)]}


def _single(number: float) -> float:
    """Return the number rounded to single precision."""
    return float(struct.unpack("f", struct.pack("f", number))[0])


def _at_gate(factor: float) -> Callable[[Case], Case]:
    return lambda case: {**case, "gate": factor * case["gate"]}


def _at_kT(factor: float) -> Callable[[Case], Case]:
    return lambda case: {**case, "kT": factor * case["kT"]}


def _at_bias(factor: float) -> Callable[[Case], Case]:
    return _of_leads(lambda lead, _: {"mu": factor * lead["mu"]})


def _grounded(name: str) -> Callable[[Case], Case]:
    return _of_leads(lambda lead, _: {"mu": 0.0} if lead["name"] == name else {})


def _rate_of(name: str) -> Callable[[Case], Case]:
    return _of_leads(lambda lead, other: {} if lead["name"] == name else {"rate": other["rate"]})


def _per_state(case: Case, populations: Sequence[float]) -> list[float]:
    return [population / g for population, g in zip(populations, _degeneracies(case), strict=True)]


def _to_the_largest(_: Case, populations: Sequence[float]) -> list[float]:
    return [population / max(populations) for population in populations]


def _by_electrons(case: Case, populations: Sequence[float]) -> list[float]:
    return [populations[k] for k in sorted(range(len(populations)), key=lambda k: case["levels"][k]["electrons"])]


def _by_energy(case: Case, populations: Sequence[float]) -> list[float]:
    return [populations[k] for k in sorted(range(len(populations)), key=lambda k: case["levels"][k]["energy"])]


def _both(factor: float) -> dict[str, float]:
    return {"L": factor, "R": factor}


RIGHT: Final = _slip("")
WRONG_MODELS: Final = (
    _slip("the gate has the wrong sign", case=_at_gate(-1.0)),
    _slip("the gate acts with half its strength", case=_at_gate(0.5)),
    _slip("the gate acts twice", case=_at_gate(2.0)),
    _slip("the gate is ignored", case=_at_gate(0.0)),
    _slip("the chemical potentials of L and R are exchanged", case=_of_leads(lambda _, other: {"mu": other["mu"]})),
    _slip("the rates of L and R are exchanged", case=_of_leads(lambda _, other: {"rate": other["rate"]})),
    _slip("both barriers have the left one's rate", case=_rate_of("L")),
    _slip("both barriers have the right one's rate", case=_rate_of("R")),
    _slip("the rates enter squared", case=_of_leads(lambda lead, _: {"rate": lead["rate"] ** 2})),
    _slip("leads are told by their place in the list, not by their name", case=_by_place),
    _slip("kT is doubled", case=_at_kT(2.0)),
    _slip("kT is halved", case=_at_kT(0.5)),
    _slip(
        "kT is far too small: converted from kelvin or electronvolts, but an energy already",
        case=_at_kT(KELVIN_IN_HARTREE),
    ),
    _slip("half of each chemical potential is applied: the bias is halved", case=_at_bias(0.5)),
    _slip("twice each chemical potential is applied: the bias is doubled", case=_at_bias(2.0)),
    _slip("the chemical potentials have the wrong sign", case=_at_bias(-1.0)),
    _slip("the bias is applied to L only: mu_R is taken as 0", case=_grounded("R")),
    _slip("the bias is applied to R only: mu_L is taken as 0", case=_grounded("L")),
    _slip("the chemical potentials are ignored", case=_at_bias(0.0)),
    _slip("1 - f in place of f: electrons enter where they should leave", case=_with_holes),
    _slip(
        "the degeneracy factor (2S_i+1)/(2S_j+1) of the way back is missing", case=_of_levels(lambda _: {"two_S": 0})
    ),
    _slip("the degeneracy factor (2S_i+1)/(2S_j+1) of the way back is inverted", case=_inverted),
    _slip(
        "M_ji is averaged over the final spin states: the factor (2S_i+1)/(2S_j+1) enters every rate",
        case=_of_M(lambda M, g_i, g_j: M * g_i / g_j),
    ),
    _slip("M_ji is summed over the initial spin states: 2S_i+1 enters every rate", case=_of_M(lambda M, g, _: M * g)),
    _slip("the square root of M_ji enters: an amplitude in place of its square", case=_of_M(lambda M, *_: sqrt(M))),
    _slip("M_ji enters squared: a probability in place of an amplitude", case=_of_M(lambda M, *_: M * M)),
    _slip(
        "the level energies are stored in single precision", case=_of_levels(lambda a: {"energy": _single(a["energy"])})
    ),
    _slip("populations are given for one state of each level, not summed over S_z", populations=_per_state),
    _slip("populations are normalised to the largest, not to their sum", populations=_to_the_largest),
    _slip("populations are listed by electron number, not in the order of the levels", populations=_by_electrons),
    _slip("populations are listed by energy, not in the order of the levels", populations=_by_energy),
    _slip("the factor is 0.5: the spin factor 2 of the rates is missing, or one spin is counted", factors=_both(0.5)),
    _slip("the factor is 2: both barriers are added, or the spin factor 2 is counted twice", factors=_both(2.0)),
    _slip("the factor is -1: the current is counted from R to L", factors=_both(-1.0)),
    _slip(
        "I_R has the wrong sign: electrons that leave through R count as they do when they enter",
        factors={"L": 1.0, "R": -1.0},
    ),
    _slip("I_L has the wrong sign: it is counted out of the dot", factors={"L": -1.0, "R": 1.0}),
    _slip("the current is given in ampere: it is multiplied by the charge in coulombs", factors=_both(CHARGE)),
)
VAGUE: Final = (
    _slip("only I_L is wrong: is a direction left out where the left barrier is counted", factors={"R": 1.0}),
    _slip("only I_R is wrong: is a direction left out where the right barrier is counted", factors={"L": 1.0}),
)

"""Wrong models of the rates of [J96] Eq. (3), the stationary state and the current.

Most of them turn the case into another one, whose exact answer the faulty program gives; `exact.wrong_transport` holds
them, and the deliberate faults use the same ones. The others change the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf
from typing import Final

from qdverify.suite.exact import wrong_transport as wrong
from qdverify.suite.exact.transport_reference import UNDERFLOW, allowance, solve_exactly
from qdverify.suite.finding import Asked
from qdverify.suite.hints import added_rates
from qdverify.suite.hints.exact_answer import exact_answer
from qdverify.suite.hints.typed_questions import transport_question
from qdverify.suite.hints.wrong_models import Prediction, WrongModel

MOST_LEVELS: Final = 24


def _model(
    sentence: str,
    *,
    case: Callable[[wrong.Case], wrong.Case] = lambda case: case,
    populations: Callable[[wrong.Case, Sequence[float]], Sequence[float]] = lambda _, populations: populations,
    factors: Mapping[str, float] | None = None,
) -> WrongModel:
    """Return a wrong model that solves another case, changes populations, or multiplies I_L and I_R by factors.

    A current without a factor may be anything.
    """
    times = factors or {"L": 1.0, "R": 1.0}

    def predict(asked: Asked) -> Prediction:
        found = exact_answer(
            asked, lambda: solve_exactly(transport_question(case(asked.params))), most_levels=MOST_LEVELS
        )
        if found is None:
            return None
        if asked.task == "stationary_state":
            values = populations(asked.params, found.populations)
            return [(value, allowance(asked.accuracy, abs(value), found.rounding, 1.0) + UNDERFLOW) for value in values]
        return [
            (
                times[name] * found.current,
                abs(times[name]) * allowance(asked.accuracy, found.gross[name], found.rounding, found.rounding.current)
                + UNDERFLOW,
            )
            if name in times
            else (0.0, inf)
            for name in ("L", "R")
        ]

    return WrongModel(sentence, predict)


RIGHT: Final = _model("")
WRONG_MODELS: Final = (
    _model("the gate has the wrong sign", case=wrong.gate_times(-1.0)),
    _model("the gate acts with half its strength", case=wrong.gate_times(0.5)),
    _model("the gate acts twice", case=wrong.gate_times(2.0)),
    _model("the gate is ignored", case=wrong.gate_times(0.0)),
    _model("the gate acts at the first lead in the list alone", case=wrong.gate_at_first),
    _model("the chemical potentials of L and R are exchanged", case=wrong.mu_exchanged),
    _model("the rates of L and R are exchanged", case=wrong.rates_exchanged),
    _model("both barriers have the left one's rate", case=wrong.rate_for_both("L")),
    _model("both barriers have the right one's rate", case=wrong.rate_for_both("R")),
    _model("the rates enter squared", case=wrong.rates_squared),
    _model("leads are told by their place in the list, not by their name", case=wrong.leads_by_place),
    _model("kT is doubled", case=wrong.kT_times(2.0)),
    _model("kT is halved", case=wrong.kT_times(0.5)),
    _model(
        "kT is far too small: converted from kelvin or electronvolts, but an energy already",
        case=wrong.kT_times(wrong.KELVIN_IN_HARTREE),
    ),
    _model("half of each chemical potential is applied: the bias is halved", case=wrong.mu_times(0.5)),
    _model("twice each chemical potential is applied: the bias is doubled", case=wrong.mu_times(2.0)),
    _model("the chemical potentials have the wrong sign", case=wrong.mu_times(-1.0)),
    _model("the bias is applied to L only: mu_R is taken as 0", case=wrong.grounded("R")),
    _model("the bias is applied to R only: mu_L is taken as 0", case=wrong.grounded("L")),
    _model("the chemical potentials are ignored", case=wrong.mu_times(0.0)),
    _model("1 - f in place of f: electrons enter where they should leave", case=wrong.holes_for_electrons),
    _model("the degeneracy factor (2S_i+1)/(2S_j+1) of the way back is missing", case=wrong.without_degeneracy),
    _model("the degeneracy factor (2S_i+1)/(2S_j+1) of the way back is inverted", case=wrong.inverted_degeneracy),
    _model(
        "M_ji is averaged over the final spin states: the factor (2S_i+1)/(2S_j+1) enters every rate",
        case=wrong.averaged_over_final,
    ),
    _model(
        "M_ji is summed over the initial spin states: 2S_i+1 enters every rate", case=wrong.of_M(lambda M, g, _: M * g)
    ),
    _model("the square root of M_ji enters: an amplitude in place of its square", case=wrong.M_unsquared),
    _model("M_ji enters squared: a probability in place of an amplitude", case=wrong.of_M(lambda M, *_: M * M)),
    _model("the level energies are stored in single precision", case=wrong.single_precision_levels),
    _model("populations are given for one state of each level, not summed over S_z", populations=wrong.per_state),
    _model("populations are normalised to the largest, not to their sum", populations=wrong.scaled_to_largest),
    _model("populations are listed by electron number, not in the order of the levels", populations=wrong.by_electrons),
    _model("populations are listed by energy, not in the order of the levels", populations=wrong.by_energy),
    _model(
        "the factor is 0.5: the spin factor 2 of the rates is missing, or one spin is counted",
        factors=wrong.COUNTED_PER_SPIN,
    ),
    _model(
        "the factor is 2: both barriers are added, or the spin factor 2 is counted twice", factors=wrong.BARRIERS_ADDED
    ),
    _model("the factor is -1: the current is counted from R to L", factors=wrong.COUNTED_FROM_R),
    _model(
        "I_R has the wrong sign: electrons that leave through R count as they do when they enter",
        factors=wrong.R_HAS_WRONG_SIGN,
    ),
    _model("I_L has the wrong sign: it is counted out of the dot", factors=wrong.L_HAS_WRONG_SIGN),
    _model("the current is given in ampere: it is multiplied by the charge in coulombs", factors=wrong.IN_AMPERE),
    *added_rates.MODELS,
)
VAGUE: Final = (
    _model("only I_L is wrong: is a direction left out where the left barrier is counted", factors={"R": 1.0}),
    _model("only I_R is wrong: is a direction left out where the right barrier is counted", factors={"L": 1.0}),
)

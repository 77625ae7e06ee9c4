"""Wrong models of linear response: wrong forces, wrong signs, and heat that is counted from another energy.

A program may get the thermopower and the heat conductance from its own wrong matrix, or right from elsewhere: both are
tried under one sentence. Models of the figure of merit have all else right, and the others say nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, pi
from typing import Final, TypeAlias

from qdverify.protocol.json_types import Question
from qdverify.suite.exact import wrong_transport as wrong
from qdverify.suite.exact.merit import room_of, value_of
from qdverify.suite.exact.response import Exact, solved
from qdverify.suite.exact.transport_reference import UNDERFLOW, allowance
from qdverify.suite.finding import Asked
from qdverify.suite.hints.exact_answer import exact_answer
from qdverify.suite.hints.typed_questions import transport_question
from qdverify.suite.hints.wrong_models import Prediction, WrongModel

MOST_LEVELS: Final = 24
Pair: TypeAlias = tuple[float, float]
Answer: TypeAlias = tuple[Pair, Pair, Pair, Pair, Pair, Pair]
"""L11, L12, L21, L22, thermopower and heat conductance, each with what it may be off by."""
Merit: TypeAlias = Callable[[Exact, float], float]
"""A figure of merit, given the exact response and the right one."""


def _model(
    sentence: str,
    *,
    case: Callable[[Question], Question] = lambda case: case,
    answer: Callable[[Question, Answer], Answer] = lambda _, answer: answer,
    merit: Merit | None = None,
) -> WrongModel:
    """Return a wrong model that solves another case, or changes the answer, or the figure of merit alone."""

    def predict(asked: Asked) -> Prediction:
        found = exact_answer(asked, lambda: solved(transport_question(case(asked.params))), most_levels=MOST_LEVELS)
        if found is None or not found.sizes[0]:  # where no double is small enough for the current
            return None
        numbers = answer(asked.params, _answer(asked, found))
        if asked.answer.get("figure_of_merit") is None:
            return numbers
        return (*numbers, _merit(found, numbers, merit) if merit else (0.0, inf))

    return WrongModel(sentence, predict)


def _merit(found: Exact, answer: Answer, merit: Merit) -> Pair:
    """Return a figure of merit with what it may be off by; nothing is told where K or S is as good as 0."""
    (L11, of_L11), (S, of_S), (_, of_K) = answer[0], answer[4], answer[5]
    right = inf if found.tight else value_of(found)
    value, room = merit(found, right), room_of(found, of_S, of_L11, of_K)
    if found.tight:  # the thermopower and the matrix are as good as ever
        relative = 2.0 * of_S / abs(S) + of_L11 / L11 if S else inf
    else:
        relative = room.merit / right if right else inf
    return (value, abs(value) * relative if abs(value) < inf else 0.0) if relative < inf else (0.0, inf)


def _answer(asked: Asked, found: Exact) -> Answer:
    """Return the exact answer with the errors that the checks allow."""
    slack = [_slack(asked, found, power) for power in (0, 1, 2)]
    L11, L12, L22 = zip(found.onsager, slack, strict=True)
    sizes, kT = found.sizes, found.kT
    of_thermopower = (slack[1] + slack[0] * sizes[1] / sizes[0]) / sizes[0] / kT
    return (
        L11,
        L12,
        L12,
        L22,
        (found.thermopower, 2.0 * of_thermopower),
        (found.heat_conductance, 4.0 * slack[2] / kT**2),
    )


def _slack(asked: Asked, found: Exact, power: int) -> float:
    natural = found.rounding.current * found.largest**power
    more = power * found.energy_error * found.sizes[power - 1] if power else 0.0
    return allowance(asked.accuracy, found.sizes[power], found.rounding, natural) + more + UNDERFLOW


def _times(pair: Pair, factor: float) -> Pair:
    return factor * pair[0], abs(factor) * pair[1]


def _matrix_times(
    factors: Callable[[float], tuple[float, float, float, float]],
) -> Callable[[Question, Answer], Answer]:
    """Return the change that multiplies L11, L12, L21 and L22 by functions of kT, and leaves the rest."""

    def changed(case: Question, answer: Answer) -> Answer:
        a, b, c, d = (_times(pair, factor) for pair, factor in zip(answer, factors(case["kT"]), strict=False))
        return a, b, c, d, answer[4], answer[5]

    return changed


def _others_times(factors: Callable[[float], tuple[float, float]]) -> Callable[[Question, Answer], Answer]:
    """Return the change that multiplies thermopower and heat conductance by functions of kT."""

    def changed(case: Question, answer: Answer) -> Answer:
        of_thermopower, of_heat = factors(case["kT"])
        return (*answer[:4], _times(answer[4], of_thermopower), _times(answer[5], of_heat))

    return changed


def _closed_circuit(case: Question, answer: Answer) -> Answer:
    return (*answer[:5], _times(answer[3], 1.0 / case["kT"] ** 2))


def _of_metals(_: Question, answer: Answer) -> Answer:
    return (*answer[:5], _times(answer[0], pi**2 / 3.0))


def _energies_shifted(amount: Callable[[Question], float], *, consistent: bool) -> Callable[[Question, Answer], Answer]:
    """Return the change that adds an amount to the energy of every electron, in the thermopower too or not."""

    def changed(case: Question, answer: Answer) -> Answer:
        (L11, s11), (L12, s12), _, (L22, s22), (S, of_S), heat = answer
        e = amount(case)
        mixed = (L12 + e * L11, s12 + abs(e) * s11)
        square = (L22 + 2.0 * e * L12 + e * e * L11, s22 + 2.0 * abs(e) * s12 + e * e * s11)
        return (L11, s11), mixed, mixed, square, ((S + e / case["kT"]) if consistent else S, of_S), heat

    return changed


def _mu(case: Question) -> float:
    return float(case["leads"][0]["mu"])


def _electrons_negative(_: Question, answer: Answer) -> Answer:
    L11, L12, L21, L22, thermopower, heat = answer
    return L11, _times(L12, -1.0), _times(L21, -1.0), L22, _times(thermopower, -1.0), heat


def _closed(found: Exact, _: float) -> float:
    L11, L12, L22 = found.onsager
    return L12 / L11 * L12 / L22 if L22 else 0.0


def _power_over_heat(power: float) -> Merit:
    """Return |S|^power L11 / K."""

    def merit(found: Exact, _: float) -> float:
        K = 0.0 if found.tight else found.heat_conductance
        return abs(found.thermopower) ** power * found.onsager[0] / K if K else inf

    return merit


_FROM_ZERO: Final = "energies are counted from zero in the heat, not from the chemical potential"
_WITHOUT_GATE: Final = "the gate is missing in the heat that an electron carries"
RIGHT: Final = _model("", merit=lambda _, right: right)
WRONG_MODELS: Final = (
    _model("L21 has the wrong sign: it is counted from R to L", answer=_matrix_times(lambda _: (1, 1, -1, 1))),
    _model("L12 has the wrong sign: it is the response to T_R - T_L", answer=_matrix_times(lambda _: (1, -1, 1, 1))),
    _model("L12, L21 and the thermopower have the sign of holes", answer=_electrons_negative),
    _model("L12 and L21 have the wrong sign", answer=_matrix_times(lambda _: (1, -1, -1, 1))),
    _model(
        "the force of a difference of temperatures is taken as dT/T, not dT/T^2: L12 and L22 lack a factor of kT",
        answer=_matrix_times(lambda kT: (1, 1 / kT, 1, 1 / kT)),
    ),
    _model(
        "the force of a difference of temperatures is taken as dT: L12 and L22 lack a factor of kT^2",
        answer=_matrix_times(lambda kT: (1, kT**-2, 1, kT**-2)),
    ),
    _model(
        "the force of a bias is taken as mu_L - mu_R, not (mu_L - mu_R)/kT: L11 and L21 lack a factor of kT",
        answer=_matrix_times(lambda kT: (1 / kT, 1, 1 / kT, 1)),
    ),
    _model("the off-diagonal entries lack a factor of kT", answer=_matrix_times(lambda kT: (1, 1 / kT, 1 / kT, 1))),
    _model("every entry lacks a factor of kT", answer=_matrix_times(lambda kT: (1 / kT, 1 / kT, 1 / kT, 1 / kT))),
    _model("the thermopower has the wrong sign: that of holes", answer=_others_times(lambda _: (-1, 1))),
    _model("the thermopower lacks the division by kT", answer=_others_times(lambda kT: (kT, 1))),
    _model("the heat conductance is divided by kT, not by kT^2", answer=_others_times(lambda kT: (1, kT))),
    _model("the heat conductance lacks the division by kT^2", answer=_others_times(lambda kT: (1, kT * kT))),
    _model(
        "the heat conductance is that of a closed circuit, in which a current flows: L22/kT^2", answer=_closed_circuit
    ),
    _model("the heat conductance is that of a metal, by the law of Wiedemann and Franz: pi^2/3 L11", answer=_of_metals),
    _model(_FROM_ZERO, answer=_energies_shifted(_mu, consistent=True)),
    _model(_FROM_ZERO, answer=_energies_shifted(_mu, consistent=False)),
    _model(_WITHOUT_GATE, answer=_energies_shifted(lambda case: float(case["gate"]), consistent=True)),
    _model(_WITHOUT_GATE, answer=_energies_shifted(lambda case: float(case["gate"]), consistent=False)),
    _model("the gate has the wrong sign", case=wrong.gate_times(-1.0)),
    _model("the gate is ignored", case=wrong.gate_times(0.0)),
    _model("the degeneracy factor (2S_i+1)/(2S_j+1) of the way back is missing", case=wrong.without_degeneracy),
    _model(
        "the heat conductance in the figure of merit is that of a closed circuit, in which a current flows",
        merit=_closed,
    ),
    _model(
        "the heat conductance in the figure of merit is that of a metal, by the law of Wiedemann and Franz",
        merit=lambda found, _: 3.0 * found.thermopower**2 / pi**2,
    ),
    _model("the figure of merit lacks the factor kT: it is Z, not ZT", merit=lambda found, right: right / found.kT),
    _model(
        "the conductance in the figure of merit is L11 = kT G: a factor of kT is too many",
        merit=lambda found, right: right * found.kT,
    ),
    _model("the thermopower in the figure of merit is not squared", merit=_power_over_heat(1.0)),
    _model(
        "the figure of merit lacks the division by the heat conductance",
        merit=lambda found, _: found.thermopower**2 * found.onsager[0],
    ),
)
VAGUE: Final[tuple[WrongModel, ...]] = ()

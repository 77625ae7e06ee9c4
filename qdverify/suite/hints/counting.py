"""Wrong models of counting electrons: signs of the field, other moments, and too simple statistics."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from math import expm1, inf
from typing import Final, TypeAlias

from analytic import cumulants_exact, generating_function_exact
from qdverify.suite.exact.counting import CUMULANTS, DIGITS, function_scale, sensitivities
from qdverify.suite.exact.transport_reference import UNDERFLOW, allowance, rounding_error, solve_exactly
from qdverify.suite.finding import Asked
from qdverify.suite.hints.typed_questions import transport_question
from qdverify.suite.hints.wrong_models import COARSEST, Prediction, WrongModel

MOST_LEVELS: Final = 8
_STEP: Final = 1e-6
Cumulants: TypeAlias = tuple[float, float, float]


def _model(
    sentence: str,
    *,
    cumulants: Callable[[Cumulants], Sequence[float]] = lambda cumulants: cumulants,
    of_gross: Callable[[float, Cumulants], Sequence[float]] | None = None,
    field: float = 1.0,
    function: Callable[[Cumulants, float], float] | None = None,
) -> WrongModel:
    """Return a wrong model that changes the cumulants, multiplies the field, or has another generating function.

    Parameters
    ----------
    cumulants
        The cumulants that are answered in place of the right ones.
    of_gross
        The same, if they depend on the electrons that pass the left barrier in either direction too.
    field
        What the field is multiplied by.
    function
        The generating function, of the right cumulants and the field, in place of the right one.
    """

    def predict(asked: Asked) -> Prediction:
        case = transport_question(asked.params)
        rounding = rounding_error(case)
        if len(case["levels"]) > MOST_LEVELS or allowance(asked.accuracy, 1.0, rounding, 1.0) > COARSEST:
            return None

        def allowed(scale: float) -> float:
            return allowance(asked.accuracy, scale, rounding, max(scale, rounding.current)) + UNDERFLOW

        right = _cumulants(json.dumps(case, sort_keys=True))
        if asked.task == CUMULANTS:
            change = cumulants if of_gross is None else partial(of_gross, solve_exactly(case).gross["L"])
            scales = _scales(change, right, sensitivities(case))
            return [(value, allowed(scale)) for value, scale in zip(change(right), scales, strict=True)]
        fields = [field * theta for theta in asked.params["theta"]]
        values = (
            _function(json.dumps([case, fields], sort_keys=True))
            if function is None
            else [function(right, theta) for theta in fields]
        )
        return [(value, allowed(function_scale(case, value))) for value in values]

    return WrongModel(sentence, predict)


def _scales(change: Callable[[Cumulants], Sequence[float]], right: Cumulants, scales: Sequence[float]) -> list[float]:
    """Return what relative errors of the rates are multiplied by in changed cumulants, from that of the right ones."""
    before, totals = change(right), [0.0] * len(scales)
    for place, scale in enumerate(scales):
        step = _STEP * max(abs(right[place]), scale)
        there = change((*right[:place], right[place] + step, *right[place + 1 :]))  # type: ignore[arg-type]
        totals = [total + scale * abs(b - a) / step for total, a, b in zip(totals, before, there, strict=True)]
    return totals


@lru_cache(maxsize=256)
def _cumulants(document: str) -> Cumulants:
    I_c, S, third = (float(value) for value in cumulants_exact(**json.loads(document), digits=DIGITS))
    return I_c, S, third


@lru_cache(maxsize=256)
def _function(document: str) -> tuple[float, ...]:
    case, fields = json.loads(document)
    return tuple(float(value) for value in generating_function_exact(**case, theta=fields, digits=DIGITS))


def _of_two_levels(cumulants: Cumulants) -> Cumulants:
    I_c, S, _ = cumulants
    return I_c, S, I_c - 3.0 * S + 3.0 * S * S / I_c if I_c else 0.0


def _fano(cumulants: Cumulants) -> Cumulants:
    I_c, S, third = cumulants
    return (I_c, S / I_c, third / I_c) if I_c else (I_c, inf, inf)


def _two_poisson_processes(cumulants: Cumulants, theta: float) -> float:
    I_c, S, _ = cumulants
    return 0.5 * (S + I_c) * expm1(theta) + 0.5 * (S - I_c) * expm1(-theta)


RIGHT: Final = _model("")
WRONG_MODELS: Final = (
    _model(
        "the third cumulant has the wrong sign: that of i^3 = -i of an imaginary field",
        cumulants=lambda c: (c[0], c[1], -c[2]),
    ),
    _model("current and third cumulant are counted from R to L", cumulants=lambda c: (-c[0], c[1], -c[2])),
    _model("the noise is the spectral density, 2 S", cumulants=lambda c: (c[0], 2.0 * c[1], c[2])),
    _model(
        "the noise has the correlations of electrons once, not twice: the cross term lacks its factor 2",
        of_gross=lambda gross, c: (c[0], 0.5 * (c[1] + gross), c[2]),
    ),
    _model(
        "each electron counts twice: both barriers have the whole field",
        cumulants=lambda c: (2.0 * c[0], 4.0 * c[1], 8.0 * c[2]),
        field=2.0,
    ),
    _model(
        "each electron counts half: half the field on one barrier alone",
        cumulants=lambda c: (0.5 * c[0], 0.25 * c[1], 0.125 * c[2]),
        field=0.5,
    ),
    _model(
        "the third cumulant is that of independent electrons, the current",
        cumulants=lambda c: (c[0], c[1], c[0]),
    ),
    _model(
        "noise and third cumulant are those of independent electrons, the current",
        cumulants=lambda c: (c[0], c[0], c[0]),
        function=lambda c, theta: c[0] * expm1(theta),
    ),
    _model(
        "the third cumulant is factorial: c_3 - 3 c_2 + 2 c_1",
        cumulants=lambda c: (c[0], c[1], c[2] - 3 * c[1] + 2 * c[0]),
    ),
    _model(
        "cumulants are factorial: c_2 - c_1 and c_3 - 3 c_2 + 2 c_1",
        cumulants=lambda c: (c[0], c[1] - c[0], c[2] - 3 * c[1] + 2 * c[0]),
    ),
    _model("the third cumulant is what two levels at full bias make of current and noise", cumulants=_of_two_levels),
    _model("noise and third cumulant are divided by the current", cumulants=_fano),
    _model("electrons are counted from R to L: the field has the wrong sign", field=-1.0),
    _model(
        "the generating function is that of two Poisson processes with the right current and noise",
        function=_two_poisson_processes,
    ),
    _model(
        "the generating function ends with the noise: I theta + S theta^2/2",
        function=lambda c, theta: c[0] * theta + c[1] * theta**2 / 2.0,
    ),
    _model(
        "the generating function ends with the third cumulant: I theta + S theta^2/2 + c_3 theta^3/6",
        function=lambda c, theta: c[0] * theta + c[1] * theta**2 / 2.0 + c[2] * theta**3 / 6.0,
    ),
)
VAGUE: Final[tuple[WrongModel, ...]] = ()

"""Wrong models that explain wrong answers: each is solved by the exact side for the very questions that were asked.

A wrong model is one sentence and one prediction: what an implementation that has it answers. It explains the answers to
the questions of a claim if it predicts every one, wrong or right, to the accuracy of the implementation. If more than
three wrong models explain all that was seen, the questions tell too little, and none is named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

from qdverify.suite.finding import Asked
from qdverify.suite.hints.observed import CLEAR, numbers_in

COARSEST: Final = 1e-3
"""The largest relative error of a prediction that still tells one wrong model from another."""
MOST_TOGETHER: Final = 3
FEWEST_TOLD: Final = 2
"""Fewest numbers that tell a wrong model: a single one is given by many."""
_NUMBERS_OF: Final[Mapping[str, Sequence[str]]] = {
    "clebsch_gordan_weight": ("C",),
    "interaction_integrals": ("values",),
    "spectrum": ("energies",),
    "transition_probabilities": ("M",),
    "stationary_state": ("populations",),
    "current": ("I_L", "I_R"),
    "lead_currents": ("currents",),
    "heat_currents": ("heat",),
    "spin_currents": ("up", "down"),
    "spin_heat": ("heat",),
    "spin_populations": ("populations",),
    "linear_response": ("onsager", "thermopower", "heat_conductance", "figure_of_merit"),
    "lead_response": ("onsager",),
    "spin_response": ("onsager",),
    "conductance_parts": ("dI_dV", "growth", "parts"),
    "cumulants": ("cumulants",),
    "lead_cumulants": ("cumulants",),
    "generating_function": ("values",),
    "lead_generating_function": ("values",),
}
_ADD_UP: Final = frozenset({"stationary_state", "spin_populations"})
"""Tasks whose numbers add up to 1."""
CLEAR_ERROR: Final = 10.0
"""How far above what is allowed an error must be to show."""
_OF_MODELS: Final = frozenset({2.0, 0.5, -1.0, 0.0, 1.0})
"""Factors that models name, and those that are none."""
Prediction = Sequence[tuple[float, float]] | None
"""Every number of an answer with what it may be off by; None if the model says nothing."""


@dataclass(frozen=True)
class WrongModel:
    """A wrong model; also the right one, as what the others are told from.

    Attributes
    ----------
    sentence
        What is wrong, as a reader of the report is told.
    predict
        Returns what an implementation that has this model answers.
    """

    sentence: str
    predict: Callable[[Asked], Prediction]

    def explains(self, right: WrongModel, wrong: Sequence[Asked], others: Sequence[Asked]) -> bool:
        """Tell whether the wrong model predicts every answer, wrong or right, and enough wrong ones beyond doubt."""
        told = 0
        for asked in (*wrong, *others):
            prediction = self.predict(asked)
            if _follows(asked, prediction) is not True:
                return False
            if asked in wrong:
                # populations add up to 1: one of them follows from the others
                found = _standing_out(prediction, right.predict(asked))
                told += max(0, len(found) - (asked.task in _ADD_UP)) + _left_open(asked, prediction, right)
        return told >= FEWEST_TOLD


def named(right: WrongModel, models: Sequence[WrongModel], asked: Sequence[Asked]) -> str:
    """Return the sentence of the wrong model that explains all answers, or of a few if the questions fit each of them.

    Parameters
    ----------
    right
        The right model: what it contradicts is to be explained.
    models
        The wrong models that are tried.
    asked
        All questions of one claim, those of its trials that passed too.
    """
    cheapest_first = sorted(asked, key=_cost)
    wrong = [item for item in cheapest_first if _follows(item, right.predict(item)) is False]
    others = [item for item in cheapest_first if item not in wrong]
    found = list(dict.fromkeys(model.sentence for model in models if model.explains(right, wrong, others)))
    if found:
        found += _constant_factor(right, wrong)
    return f"{'; or '.join(found)}?" if 1 <= len(found) <= MOST_TOGETHER else ""


def _cost(asked: Asked) -> int:
    """Return what an exact answer costs beside others: that of rate equations grows with their levels."""
    levels = asked.params.get("levels")
    return len(levels) if isinstance(levels, Sequence) else 0


def _constant_factor(right: WrongModel, wrong: Sequence[Asked]) -> list[str]:
    """Return the constant factor that gives the wrong answers as well, if it is none that a model has."""
    ratios = {
        float(f"{value / expected:.9g}")
        for asked in wrong
        for value, (expected, slack) in zip(_answered(asked), right.predict(asked) or (), strict=False)
        if abs(expected) > CLEAR * slack
    }
    return [f"the factor is {ratio:.9g} everywhere" for ratio in ratios - _OF_MODELS] if len(ratios) == 1 else []


def _follows(asked: Asked, prediction: Prediction) -> bool | None:
    """Tell whether an answer is the predicted one; None if nothing is predicted."""
    if not prediction:
        return None
    values = _answered(asked)
    return len(values) == len(prediction) and all(
        abs(value - expected) <= slack for value, (expected, slack) in zip(values, prediction, strict=True)
    )


def _standing_out(prediction: Prediction, right: Prediction) -> set[str]:
    """Return the different sizes of predicted numbers that are more than errors, and not the right ones as well."""
    # a number within its allowed error, such as a current of zero, speaks for no wrong model
    return {
        f"{abs(value):.6g}"
        for (value, slack), (expected, room) in zip(prediction or (), right or (), strict=True)
        if abs(value) > CLEAR * slack and abs(value - expected) > 2.0 * (slack + room)
    }


def _left_open(asked: Asked, prediction: Prediction, right: WrongModel) -> bool:
    """Return whether one current is wrong and left open by the model, while the other one is seen to be right.

    It is seen if an error as large as that of the wrong one, relative to the current, would show in it.
    """
    if asked.task != "current" or not any(slack == inf for _, slack in prediction or ()):
        return False
    answers = zip(_answered(asked), prediction or (), right.predict(asked) or (), strict=True)
    errors, room = 0.0, 0.0
    for value, (_, slack), (expected, allowed) in answers:
        if slack == inf:
            errors = abs(value - expected)
        else:
            room = allowed
    return CLEAR_ERROR * room < errors


def _answered(asked: Asked) -> list[float]:
    """Return the numbers of an answer in the order of `Prediction`; those of leads in the order of their names.

    What is left out, or None for infinite, is no number.
    """
    parts = [asked.answer[name] for name in _NUMBERS_OF[asked.task] if asked.answer.get(name) is not None]
    return list(numbers_in([dict(sorted(part.items())) if isinstance(part, Mapping) else part for part in parts]))

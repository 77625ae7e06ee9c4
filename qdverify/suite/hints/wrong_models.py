"""Wrong models that explain wrong answers: each is solved by the exact side for the very questions that were asked.

A wrong model is one sentence and one prediction: what an implementation that has it answers. It explains the answers to
the questions of a claim if it predicts every one, wrong or right, to the accuracy of the implementation. If more than
three wrong models explain all that was seen, the questions tell too little, and none is named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from qdverify.suite.finding import Asked
from qdverify.suite.hints.observed import CLEAR, numbers_in

MOST_TOGETHER: Final = 3
_NUMBERS_OF: Final[Mapping[str, Sequence[str]]] = {
    "clebsch_gordan_weight": ("C",),
    "interaction_integrals": ("values",),
    "spectrum": ("energies",),
    "transition_probabilities": ("M",),
    "stationary_state": ("populations",),
    "current": ("I_L", "I_R"),
}
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

    def explains(self, wrong: Sequence[Asked], others: Sequence[Asked]) -> bool:
        """Tell whether the model predicts every answer, wrong or right, and one of the wrong ones beyond doubt."""
        told = False
        for asked in (*wrong, *others):
            prediction = self.predict(asked)
            if _follows(asked, prediction) is not True:
                return False
            told = told or (asked in wrong and _stands_out(prediction))
        return told


def named(right: WrongModel, models: Sequence[WrongModel], vague: Sequence[WrongModel], asked: Sequence[Asked]) -> str:
    """Return the sentence of the model that explains all answers, or of a few that the questions do not tell apart.

    Parameters
    ----------
    right
        The right model: what it contradicts is to be explained.
    vague
        Models that leave a part of the answer open: named where none of the others explains the answers.
    asked
        All questions of one claim, those of its trials that passed too.
    """
    wrong = [item for item in asked if _follows(item, right.predict(item)) is False]
    others = [item for item in asked if item not in wrong]
    found = [model.sentence for model in models if model.explains(wrong, others)]
    found = found or [model.sentence for model in vague if model.explains(wrong, others)]
    return f"{'; or '.join(found)}?" if 1 <= len(found) <= MOST_TOGETHER else ""


def _follows(asked: Asked, prediction: Prediction) -> bool | None:
    """Tell whether an answer is the predicted one; None where nothing is predicted."""
    if not prediction:
        return None
    values = _answered(asked)
    return len(values) == len(prediction) and all(
        abs(value - expected) <= slack for value, (expected, slack) in zip(values, prediction, strict=True)
    )


def _stands_out(prediction: Prediction) -> bool:
    # a number within its allowed error, such as a current of zero, speaks for no model
    return bool(prediction) and any(abs(value) > CLEAR * slack for value, slack in prediction or ())


def _answered(asked: Asked) -> list[float]:
    """Return the numbers of an answer in the order of `Prediction`."""
    return list(numbers_in([asked.answer[name] for name in _NUMBERS_OF[asked.task]]))

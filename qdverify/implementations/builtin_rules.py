"""What every task of the builtin implementation does: refuse what is invalid, and decline what it cannot compute."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import numeric
from qdverify.protocol.answers import BEYOND_LIMITS, NOT_CONVERGED, AnswerError
from qdverify.protocol.inputs import check_inputs

_Self = TypeVar("_Self")
_Params = ParamSpec("_Params")
_Answer = TypeVar("_Answer")


def by_the_rules(
    task: Callable[Concatenate[_Self, _Params], _Answer],
) -> Callable[Concatenate[_Self, _Params], _Answer]:
    """Return a task that refuses what the protocol calls invalid, before anything is computed."""
    declining = as_declined(task)

    @wraps(task)
    def answered(self: _Self, /, *args: _Params.args, **params: _Params.kwargs) -> _Answer:
        check_inputs(task.__name__, params)
        return declining(self, *args, **params)

    return answered


def as_declined(
    task: Callable[Concatenate[_Self, _Params], _Answer],
) -> Callable[Concatenate[_Self, _Params], _Answer]:
    """Return a task that declines valid questions beyond what `numeric` computes by the codes of the protocol."""

    @wraps(task)
    def answered(self: _Self, /, *args: _Params.args, **params: _Params.kwargs) -> _Answer:
        try:
            return task(self, *args, **params)
        except (numeric.TooLargeError, OverflowError) as error:
            raise AnswerError(BEYOND_LIMITS, str(error)) from error
        except numeric.NotConvergedError as error:
            raise AnswerError(NOT_CONVERGED, str(error)) from error

    return answered

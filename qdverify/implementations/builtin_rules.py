"""What every task of the builtin implementation does first: refuse what the protocol calls invalid."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import numeric
from qdverify.protocol.answers import BEYOND_LIMITS, AnswerError
from qdverify.protocol.inputs import check_inputs

_Self = TypeVar("_Self")
_Params = ParamSpec("_Params")
_Answer = TypeVar("_Answer")


def by_the_rules(
    task: Callable[Concatenate[_Self, _Params], _Answer],
) -> Callable[Concatenate[_Self, _Params], _Answer]:
    """Return a task that refuses what the protocol calls invalid, before anything is computed."""

    @wraps(task)
    def answered(self: _Self, /, *args: _Params.args, **params: _Params.kwargs) -> _Answer:
        check_inputs(task.__name__, params)
        try:
            return task(self, *args, **params)
        except numeric.TooLargeError as error:
            raise AnswerError(BEYOND_LIMITS, str(error)) from error

    return answered

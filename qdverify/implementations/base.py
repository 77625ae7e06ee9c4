"""What every implementation under test offers the suite, whatever it is made of."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from qdverify.protocol.answers import Description
from qdverify.protocol.json_types import Question


@runtime_checkable
class Implementation(Protocol):
    """An implementation of the model, asked task by task."""

    def describe(self) -> Description:
        """Say who it is, what it answers, within which limits and how accurately."""
        ...

    def answer(self, task: str, params: Question) -> object:
        """Answer a task with an object of the protocol's shape.

        Raises
        ------
        AnswerError
            An error that the implementation returned.
        Broken
            A crash, a hang, or something that is not the protocol.
        """
        ...

    def close(self) -> None:
        """End it and free what it holds."""
        ...

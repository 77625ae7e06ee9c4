"""A Python object as an implementation: its methods that bear the names of tasks answer them.

A method takes the task's params as keyword arguments and returns the protocol's result object; numpy arrays in it are
fine. Optional attributes `name`, `version`, `url`, `limits` and `accuracy` say what a program's answer to hello
would.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from qdverify.protocol.answers import ALL_TASKS, INTERNAL_ERROR, INVALID_PARAMS, NOT_SUPPORTED, AnswerError, Description
from qdverify.protocol.inputs import InvalidInput

_ATTRIBUTES: Final = ("name", "version", "url", "limits", "accuracy")


class InProcess:
    """An implementation made of an object's methods."""

    def __init__(self, target: object) -> None:
        self._target = target
        self._tasks = frozenset(task for task in ALL_TASKS if callable(getattr(target, task, None)))
        if not self._tasks:
            raise InvalidInput(f"{target!r} must have a method named after a task: {', '.join(ALL_TASKS)}")

    def describe(self) -> Description:
        """Describe the object by its attributes."""
        said: dict[str, Any] = {
            name: getattr(self._target, name) for name in _ATTRIBUTES if hasattr(self._target, name)
        }
        return Description(
            name=str(said.get("name", type(self._target).__name__)),
            version=str(said.get("version", "unknown")),
            tasks=self._tasks,
            language="Python",
            url=str(said.get("url", "")),
            limits=dict(said.get("limits", {})),
            accuracy=dict(said.get("accuracy", {})),
        )

    def answer(self, task: str, params: Mapping[str, Any]) -> object:
        """Call the method of that name.

        A `ValueError` is the object's way to refuse an input; any other exception is an internal error.
        """
        try:
            return getattr(self._target, task)(**params)
        except AnswerError:
            raise
        except ValueError as error:
            raise AnswerError(INVALID_PARAMS, str(error)) from error
        except NotImplementedError as error:
            raise AnswerError(NOT_SUPPORTED, str(error)) from error
        except Exception as error:
            raise AnswerError(INTERNAL_ERROR, f"{type(error).__name__}: {error}") from error

    def close(self) -> None:
        """Do nothing: the object is not ours to end."""

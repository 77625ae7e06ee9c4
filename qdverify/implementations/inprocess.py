"""A Python object as an implementation: its methods that bear the names of tasks answer them.

A method takes the task's params as keyword arguments and returns the protocol's result object; numpy arrays in it are fine. Optional
attributes `name`, `version`, `url`, `limits` and `accuracy` say what a program's answer to hello would.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qdverify.protocol import ALL_TASKS, INTERNAL_ERROR, INVALID_PARAMS, NOT_SUPPORTED, AnswerError, Description


class InProcess:
    """An implementation made of an object's methods."""

    def __init__(self, target: object) -> None:
        self._target = target
        self._tasks = frozenset(task for task in ALL_TASKS if callable(getattr(target, task, None)))
        if not self._tasks:
            raise ValueError(f"{target!r} must have a method named after a task: {', '.join(ALL_TASKS)}")

    def describe(self) -> Description:
        """Describe the object by its attributes."""
        get = lambda name, default: getattr(self._target, name, default)  # noqa: E731
        return Description(
            name=str(get("name", type(self._target).__name__)),
            version=str(get("version", "unknown")),
            tasks=self._tasks,
            language="Python",
            url=str(get("url", "")),
            limits=dict(get("limits", {})),
            accuracy=dict(get("accuracy", {})),
        )

    def answer(self, task: str, params: Mapping[str, Any]) -> object:
        """Call the method of that name; a `ValueError` is its way to refuse the input, any other exception an internal error."""
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

"""A Python object as an implementation: its methods that bear the names of tasks answer them.

A method takes the task's params as keyword arguments and returns the protocol's result object; numpy arrays in it are
fine. Optional attributes `name`, `version`, `url`, `limits` and `accuracy` say what a program's answer to hello
would.

The object lives in the process of the judge and is trusted: it could change what it is judged with. Whatever it
raises, `KeyboardInterrupt` apart, is an error and does not end the run. Code that is not trusted is named by
``python:module:attribute`` and runs in a process of its own (`python_object`).
"""

from __future__ import annotations

from typing import Any, Final

from qdverify.protocol.answers import (
    ALL_TASKS,
    COUNTED_LIMITS,
    INTERNAL_ERROR,
    INVALID_PARAMS,
    NOT_SUPPORTED,
    VERSION,
    VERSIONS,
    AnswerError,
    Broken,
    Description,
)
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.json_types import Question
from qdverify.protocol.plain import bounded, message, plain, said, shown
from qdverify.protocol.version import NO_VERSION

_LIMITS: Final = frozenset(COUNTED_LIMITS)


class InProcess:
    """An implementation made of an object's methods.

    Raises
    ------
    InvalidInput
        If the object has no method named after a task.
    """

    def __init__(self, target: object) -> None:
        self._target = target
        self._refusal: Broken | None = None
        self._tasks: frozenset[str] = frozenset()
        try:
            self._tasks = frozenset(task for task in ALL_TASKS if callable(_attribute(target, task)))
        except Broken as error:
            self._refusal = error
        else:
            if not self._tasks:
                raise InvalidInput(f"{shown(target)} must have a method named after a task: {', '.join(ALL_TASKS)}")

    def introduction(self) -> dict[str, Any]:
        """Return what a program would answer to hello, as plain data.

        Raises
        ------
        Broken
            If an attribute of the object raises an exception or cannot be plain data.
        """
        if self._refusal is not None:
            raise self._refusal
        try:
            return {
                "implementation": {
                    "name": _text(self._target, "name", type(self._target).__name__),
                    "version": _text(self._target, "version", NO_VERSION),
                    "language": "Python",
                    "url": _text(self._target, "url", ""),
                },
                "tasks": sorted(self._tasks),
                **self._beyond_version_1(),
                "limits": plain(dict(_attribute(self._target, "limits") or {}), integers=_LIMITS),
                "accuracy": plain(dict(_attribute(self._target, "accuracy") or {})),
            }
        except (Broken, KeyboardInterrupt):
            raise
        except BaseException as error:
            raise Broken(f"hello raised {said(error)}") from error

    def _beyond_version_1(self) -> dict[str, object]:
        """Return the version of the protocol, and the dots if the object names them: its attributes, if any."""
        dots = _attribute(self._target, "dots")
        version = _text(self._target, "protocol", VERSIONS[-1] if dots is not None else VERSION)
        if dots is None:
            return {"protocol": version}
        return {"protocol": version, "dots": [_text_of(kind) for kind in dots]}

    def describe(self) -> Description:
        """Describe the object by its attributes."""
        introduction = self.introduction()
        return Description(
            **introduction["implementation"],
            tasks=self._tasks,
            limits=introduction["limits"],
            accuracy=introduction["accuracy"],
            protocol=introduction["protocol"],
            dots=tuple(introduction.get("dots", ("box",))),
        )

    def answer(self, task: str, params: Question) -> object:
        """Call the method of that name.

        A `ValueError` is the object's way to refuse an input; any other exception is an internal error.

        Raises
        ------
        AnswerError
            If the method raises an exception.
        Broken
            If it raises what is meant to end a process, such as `SystemExit`.
        """
        try:
            return getattr(self._target, task)(**params)
        except (AnswerError, Broken, KeyboardInterrupt):
            raise
        except ValueError as error:
            raise AnswerError(INVALID_PARAMS, message(error)) from error
        except NotImplementedError as error:
            raise AnswerError(NOT_SUPPORTED, message(error)) from error
        except Exception as error:
            raise AnswerError(INTERNAL_ERROR, said(error)) from error
        except BaseException as error:
            raise Broken(f"{task} raised {said(error)}") from error

    def close(self) -> None:
        """Do nothing: the object is not ours to end."""


def _attribute(target: object, name: str) -> Any:
    """Return an attribute, None if there is none, and raise `Broken` if looking it up raises anything else."""
    try:
        return getattr(target, name, None)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise Broken(f"attribute {name} raised {said(error)}") from error


def _text_of(value: object) -> str:
    return bounded(str.__str__(str(value)), 157)


def _text(target: object, name: str, default: str) -> str:
    value = _attribute(target, name)
    return _text_of(default if value is None else value)

"""Serve a Python object over the protocol, in a process of its own.

The object is loaded when hello arrives, so that whatever its module or its constructor does is told in the answer, or
seen by the harness as the end of this process.
"""

from __future__ import annotations

import importlib
import json
from typing import BinaryIO, Final

from qdverify.implementations.inprocess import InProcess
from qdverify.protocol.answers import AnswerError, Broken, plain_answer
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.json_types import Question
from qdverify.protocol.plain import message, said

BROKE: Final = -32050
"""Code for what is no answer and no error of the protocol: SystemExit, a number that is not finite, an unknown type."""
UNUSABLE: Final = -32051
"""Code for a module or an attribute that does not exist, or has no method named after a task."""


def load(module: str, attribute: str) -> object:
    """Return the attribute of a module, or an instance of it if it is a class.

    Raises
    ------
    InvalidInput
        If the module cannot be imported or has no such attribute.
    Broken
        If importing or constructing it raises anything else, `SystemExit` among it.
    """
    try:
        found = importlib.import_module(module)
        target = getattr(found, attribute)
    except ImportError as error:
        raise InvalidInput(f"implementation module {module!r} must be importable: {message(error)}") from error
    except AttributeError as error:
        if getattr(error, "name", None) != attribute:
            raise Broken(f"importing {module!r} raised {said(error)}") from error
        raise InvalidInput(f"implementation attribute {attribute!r} must exist in module {module!r}") from None
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise Broken(f"importing {module!r} raised {said(error)}") from error
    try:
        return target() if isinstance(target, type) else target
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise Broken(f"constructing {module}:{attribute} raised {said(error)}") from error


def serve(requests: BinaryIO, answers: BinaryIO, module: str, attribute: str) -> None:
    """Answer one request a line, hello first, until the input ends or a shutdown arrives."""
    under_test: InProcess | None = None
    for line in requests:
        request = json.loads(line)
        if request["method"] == "shutdown":
            return
        outcome: dict[str, object]
        if under_test is None:
            under_test, outcome = _hello(module, attribute)
        else:
            outcome = _outcome(under_test, request["method"], request["params"])
        reply = {"jsonrpc": "2.0", "id": request["id"], **outcome}
        answers.write(json.dumps(reply, allow_nan=False).encode() + b"\n")
        answers.flush()


def _hello(module: str, attribute: str) -> tuple[InProcess | None, dict[str, object]]:
    try:
        under_test = InProcess(load(module, attribute))
        said_of_itself = under_test.introduction()
    except InvalidInput as error:
        return None, _error(UNUSABLE, str(error))
    except Broken as error:
        return None, _error(BROKE, str(error))
    return under_test, {"result": said_of_itself}


def _outcome(under_test: InProcess, task: str, params: Question) -> dict[str, object]:
    try:
        return {"result": plain_answer(task, under_test.answer(task, params))}
    except AnswerError as error:
        return _error(error.code, str(error))
    except Broken as error:
        return _error(BROKE, str(error))
    except BaseException as error:  # raised while the answer was turned into plain data
        return _error(BROKE, f"{task} raised {said(error)}")


def _error(code: int, text: str) -> dict[str, object]:
    return {"error": {"code": code, "message": text}}

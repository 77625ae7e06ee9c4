"""The messages of the protocol: written so that numbers round-trip, read so strictly that nothing unexpected passes.

What a program sends is data and nothing else: it is parsed as JSON, checked field by field, and never evaluated,
unpickled or used as a path.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from qdverify.protocol.answers import ALL_TASKS, LIMITS, AnswerError, Broken, Description
from qdverify.protocol.dots import KINDS
from qdverify.protocol.json_types import Question
from qdverify.protocol.plain import MOST_TEXT, bounded
from qdverify.protocol.plain import shown as _short


def request(number: int, method: str, params: Question) -> bytes:
    """Write a request as one line."""
    return _line({"jsonrpc": "2.0", "id": number, "method": method, "params": params})


def notification(method: str) -> bytes:
    """Write a message that expects no answer as one line."""
    return _line({"jsonrpc": "2.0", "method": method})


def result(number: int, line: bytes) -> object:
    """Return the result that a response line brings.

    Raises
    ------
    AnswerError
        If it brings an error.
    Broken
        If it is no response to request `number`.
    """
    message = _parsed(line)
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        raise Broken(f"answered {shown(line)}, which is no JSON-RPC 2.0 response")
    if ("result" in message) == ("error" in message):
        raise Broken(f"answered {shown(line)}, which must hold either a result or an error")
    # True == 1 in Python, not in JSON
    if isinstance(message.get("id"), bool) or message.get("id") != number:
        raise Broken(f"answered request {_short(message.get('id'))} when asked request {number}")
    if "error" in message:
        raise _error(message["error"], line)
    return message["result"]


def description(answer: object) -> Description:
    """Return what a program says of itself in its answer to hello; raise `Broken` if it breaks a rule."""
    said = _object("hello", answer, {"protocol", "implementation", "tasks"}, {"limits", "accuracy", "dots"})
    dots = said.get("dots", ["box"])
    if not isinstance(dots, list) or not all(isinstance(kind, str) for kind in dots):
        raise Broken(f"hello: dots={_short(dots)} must be a list of some of {', '.join(KINDS)}")
    who = _object("implementation", said["implementation"], {"name", "version"}, {"language", "url"})
    for name, value in who.items():
        if not isinstance(value, str) or len(value) > MOST_TEXT:
            raise Broken(f"hello: {name}={_short(value)} must be a string of at most {MOST_TEXT} characters")
    tasks = said["tasks"]
    if not isinstance(tasks, list) or not tasks or not all(task in ALL_TASKS for task in tasks):
        raise Broken(f"hello: tasks={_short(tasks)} must be a list of some of {', '.join(ALL_TASKS)}")
    limits = _object("limits", said.get("limits", {}), set(), set(LIMITS))
    accuracy = _object("accuracy", said.get("accuracy", {}), set(), set(ALL_TASKS))
    return Description(
        tasks=frozenset(tasks),
        limits=limits,
        accuracy=accuracy,
        protocol=said["protocol"],
        dots=tuple(kind for kind in KINDS if kind in dots) if set(dots) <= set(KINDS) else tuple(dots),
        **who,
    )


def shown(line: bytes) -> str:
    """Return the beginning of a line as text that is safe to show anywhere."""
    return repr(line[:MOST_TEXT].decode("utf-8", "replace")) + ("..." if len(line) > MOST_TEXT else "")


def _line(message: Mapping[str, object]) -> bytes:
    return json.dumps(message, allow_nan=False, separators=(",", ":")).encode()


def _parsed(line: bytes) -> object:
    try:
        return json.loads(
            line.decode("utf-8"),
            parse_constant=_no_number,
            parse_float=_finite,
            parse_int=_integer,
            object_pairs_hook=_unambiguous,
        )
    except (ValueError, RecursionError) as error:
        raise Broken(f"answered {shown(line)}, which is not JSON: {error}") from None


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{bounded(text)} is beyond the range of doubles")
    return number


def _integer(text: str) -> int:
    _finite(text)
    return int(text)


def _unambiguous(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object names a field twice")
    return found


def _error(error: object, line: bytes) -> AnswerError:
    if isinstance(error, dict):
        code, message = error.get("code"), error.get("message")
        if isinstance(code, int) and not isinstance(code, bool) and isinstance(message, str):
            return AnswerError(code, message)
    raise Broken(f"answered {shown(line)}, whose error must be an object with an integer code and a message")


def _object(name: str, value: object, required: set[str], optional: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or not required <= set(value) <= required | optional:
        fields = ", ".join(sorted(required) + [f"{field}?" for field in sorted(optional)])
        raise Broken(f"hello: {name}={_short(value)} must be an object with {fields}")
    return value

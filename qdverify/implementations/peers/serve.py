"""The protocol's side of an adapter: one JSON-RPC message a line, in and out."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Mapping
from typing import Any, TextIO

Task = Callable[..., dict[str, Any]]
INVALID, NOT_SUPPORTED, INTERNAL, NOT_CONVERGED, BEYOND_LIMITS = -32602, -32601, -32603, -32001, -32002


class Refused(Exception):
    """An error of the protocol: a code and one sentence."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def require(holds: object, message: str) -> None:
    """Refuse an invalid input."""
    if not holds:
        raise Refused(INVALID, message)


def serve(
    tasks: Mapping[str, Task], answers: TextIO, *, name: str, version: str, url: str, limits: Mapping[str, int]
) -> None:
    """Answer one request a line until the input ends.

    Parameters
    ----------
    tasks
        The tasks that the peer answers.
    answers
        Where the answers go.
    name, version, url, limits
        What hello says.
    """

    def hello(**_: object) -> dict[str, Any]:
        who = {"name": name, "version": version, "language": "Python", "url": url}
        return {"protocol": "1", "implementation": who, "tasks": sorted(tasks), "limits": dict(limits)}

    for line in sys.stdin:
        request = json.loads(line)
        if request["method"] == "shutdown":
            break
        reply = {"jsonrpc": "2.0", "id": request["id"], **_answered({"hello": hello, **tasks}, request)}
        answers.write(json.dumps(reply, allow_nan=False) + "\n")
        answers.flush()


def _answered(tasks: Mapping[str, Task], request: Mapping[str, Any]) -> dict[str, Any]:
    try:
        if request["method"] not in tasks:
            return _error(NOT_SUPPORTED, f"{request['method']} is not supported")
        result = tasks[request["method"]](**request["params"])
        json.dumps(result, allow_nan=False)
    except Refused as refusal:
        return _error(refusal.code, str(refusal))
    except (KeyError, TypeError) as error:
        return _error(INVALID, f"the parameters lack or misuse {error}")
    except Exception as error:
        return _error(INTERNAL, f"{type(error).__name__}: {error}")
    return {"result": result}


def _error(code: int, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message[:300]}}


def count(name: str, value: object, least: int = 0) -> int:
    """Return a JSON value that must be an integer of at least `least`."""
    require(isinstance(value, int) and not isinstance(value, bool) and value >= least, f"{name}={value!r}")
    return int(value)  # type: ignore[call-overload, no-any-return]  # require has made sure of it


def number(name: str, value: object) -> float:
    """Return a JSON value that must be a finite number."""
    real = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    require(real, f"{name}={value!r} must be a finite number")
    return float(value)  # type: ignore[arg-type]  # require has made sure of it

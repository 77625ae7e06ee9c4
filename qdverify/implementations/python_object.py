"""A Python object named by module and attribute as an implementation: served by a process of its own.

Code under test shares no memory with the judge: it can neither end the run, nor silence it, nor rebind what it
judges with, and it is held to the budgets of a program.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from qdverify.implementations import python_start
from qdverify.implementations.python_serve import BROKE, UNUSABLE
from qdverify.implementations.subprocess import Program
from qdverify.implementations.subprocess_channel import Budgets, Channel
from qdverify.protocol.answers import AnswerError, Broken, Description
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.json_types import Question


class PythonObject(Program):
    """An implementation behind ``python:module:attribute``.

    Parameters
    ----------
    module, attribute
        What to import, from the current folder, from wherever this process finds modules or from PYTHONPATH, and what
        to take from it: an object, or a class that is called without arguments.
    suite
        Version of the suite.
    budgets
        What its process may use.

    Raises
    ------
    InvalidInput
        If there is no such module or attribute, or it has no method named after a task.
    """

    def __init__(self, module: str, attribute: str, *, suite: str, budgets: Budgets = Budgets()) -> None:  # noqa: B008  (immutable)
        # the command line does not search PYTHONPATH itself; the entry "" stands for the current folder, which is
        # searched first anyway
        entries = [*sys.path, *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
        path = list(dict.fromkeys(str(Path(entry).absolute()) for entry in entries if entry))
        command = [sys.executable, "-P", python_start.__file__, json.dumps(path), module, attribute]
        super().__init__(command, suite=suite, budgets=budgets)
        self._refusal: Broken | None = None
        try:
            super().describe()
        except Broken as error:
            # not the user's mistake on the command line: a finding of the run
            self._refusal = error

    def describe(self) -> Description:
        """Return what the object said of itself; raise `Broken` if it could not even be loaded."""
        if self._refusal is not None:
            raise self._refusal
        return super().describe()

    def _ask(self, channel: Channel, method: str, params: Question, seconds: float) -> object:
        try:
            return super()._ask(channel, method, params, seconds)
        except AnswerError as error:
            if error.code == UNUSABLE:
                raise InvalidInput(str(error)) from None
            if error.code == BROKE:
                raise Broken(str(error)) from None
            raise

"""Wrong versions of the builtin implementation that share its right answers, so that hundreds of them cost little."""

import json
from functools import cache

from qdverify.implementations.builtin import Builtin
from qdverify.protocol.answers import ALL_TASKS

RIGHT = Builtin()
_ANSWERS = {}


def remembered(task):
    """Return a method that answers a task rightly, from memory if any program was asked before."""
    method = getattr(Builtin, task)

    def answer(self, **question):
        key = json.dumps([task, question], sort_keys=True)
        if key not in _ANSWERS:
            try:
                _ANSWERS[key] = method(RIGHT, **question), None
            except Exception as error:
                _ANSWERS[key] = None, error
        found, error = _ANSWERS[key]
        if error is not None:
            raise error
        return {name: value.copy() if hasattr(value, "copy") else value for name, value in found.items()}

    return answer


@cache
def _integrals(dot):
    return Builtin.integrals(RIGHT, dot)


@cache
def _solved(dot, electrons, levels):
    return Builtin.solve(RIGHT, dot, electrons, levels)


def sharing(fault):
    """Return the implementation with a fault, whose untouched answers come from memory."""
    inherited = fault.tasks - {fault.method}
    members = {task: remembered(task) for task in ALL_TASKS if hasattr(Builtin, task) and task not in inherited}
    members["integrals"] = lambda self, dot: _integrals(dot)
    if fault.method != "integrals":
        members["solve"] = lambda self, dot, electrons, levels: _solved(dot, electrons, levels)
    base = type("Sharing", (Builtin,), members)
    return fault.of(base)

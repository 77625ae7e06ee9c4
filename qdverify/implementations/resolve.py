"""From what a user types to an implementation: a name, a module's attribute, a program, or an object."""

from __future__ import annotations

from qdverify.implementations import peers
from qdverify.implementations.base import Implementation
from qdverify.implementations.inprocess import InProcess
from qdverify.implementations.python_object import PythonObject
from qdverify.implementations.python_serve import load
from qdverify.implementations.subprocess import Program
from qdverify.implementations.subprocess_channel import Budgets
from qdverify.protocol.documents import one_line
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.version import suite_version

FORMS = "builtin, python:package.module:attribute, command:program --flags or peer:name"


def resolve(
    spec: object,
    *,
    budgets: Budgets = Budgets(),  # noqa: B008  (immutable)
) -> Implementation:
    """Return the implementation that `spec` names.

    Parameters
    ----------
    spec
        One of the `FORMS`, or an object that answers tasks.
    budgets
        What a program, or the process of a Python object that is named, may use.

    Raises
    ------
    InvalidInput
        If it names none; the message says which part could not be followed.
    """
    if not isinstance(spec, str):
        return spec if isinstance(spec, Implementation) else InProcess(spec)
    if spec == "builtin":
        # the numeric stack is loaded only if it is used
        return InProcess(load("qdverify.implementations.builtin", "Builtin"))
    kind, _, rest = spec.partition(":")
    if kind == "python" and rest.count(":") == 1:
        module, attribute = rest.split(":")
        # a relative name would be relative to nothing
        if not all((*module.split("."), attribute)):
            raise InvalidInput(f"implementation={one_line(repr(spec))} must read {FORMS}")
        return PythonObject(module, attribute, suite=suite_version(), budgets=budgets)
    if kind == "command":
        return Program.from_command_line(rest, suite=suite_version(), budgets=budgets)
    if kind == "peer":
        return _peer(rest, budgets)
    raise InvalidInput(f"implementation={one_line(repr(spec))} must read {FORMS}")


def _peer(name: str, budgets: Budgets) -> Program:
    if name not in peers.PEERS:
        raise InvalidInput(f"peer {name!r} must be one of {', '.join(peers.PEERS)}")
    if not peers.installed(name):
        environment = peers.PEERS[name].environment
        raise InvalidInput(
            f"peer {name!r} must be installed: python -m qdverify.implementations.peers.install {environment}"
        )
    return Program(peers.command(name), suite=suite_version(), budgets=budgets)

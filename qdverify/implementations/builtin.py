"""The builtin implementation: this project's floating-point side behind the tasks of the protocol.

It stands under the same suite as everybody else's code. The stages that a deliberately wrong implementation may
want to replace, `integrals`, `solve` and `level_scheme`, are methods of their own: all that follows is built on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from types import MappingProxyType

from qdverify.implementations.builtin_claims import CLAIMED
from qdverify.implementations.builtin_states import StatesOfDots
from qdverify.implementations.builtin_transport import Transport
from qdverify.protocol.inputs import OPTIONAL_TASKS


class Builtin(StatesOfDots, Transport):
    """The six tasks of the protocol and its extensions, answered by `numeric`."""

    name = "builtin"
    version = version("qdverify")
    dots = ("box", "integrals", "harmonic-2d")
    # relative accuracy at any depth: the class "full" of the protocol
    accuracy: Mapping[str, float] = MappingProxyType(
        dict.fromkeys(("stationary_state", "current", *OPTIONAL_TASKS), CLAIMED)
    )

"""What a fault is: one method of the builtin implementation, replaced by a wrong version.

    @fault(Stage.SPIN, "clebsch_gordan_weight", "the factor 1/2 of Eq. (4) is missing")
    def missing_half(right, *, two_S_i, two_S_j):
        return {"C": 2 * right(two_S_i=two_S_i, two_S_j=two_S_j)["C"]}

`right` is the method as it should be, a method bound to the implementation; all that is built on the method inherits
the fault, as it would in a real code.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from qdverify.implementations.builtin import Builtin
from qdverify.protocol.answers import ALL_TASKS
from qdverify.protocol.inputs import LEAD_TASKS, OPTIONAL_TASKS, SPIN_TASKS
from qdverify.suite.finding import Stage

Change = Callable[..., object]
_WITHOUT_A_DOT: Final = frozenset(
    {
        "clebsch_gordan_weight",
        "stationary_state",
        "current",
        "resolved_current",
        "differential_conductance",
        "noise",
        "low_temperature",
        *OPTIONAL_TASKS,
    }
)
_WITH_A_DOT: Final = frozenset(ALL_TASKS) - _WITHOUT_A_DOT
_REACH: Final[Mapping[str, frozenset[str]]] = {
    "integrals": _WITH_A_DOT,
    "solve": _WITH_A_DOT - {"interaction_integrals", "sector_energies", "hamiltonian_matrix"},
    "solve_integrals": frozenset({"spectrum", "transition_probabilities"}),
    "solve_harmonic": frozenset({"spectrum", "transition_probabilities"}),
    "level_scheme": _WITHOUT_A_DOT - {"clebsch_gordan_weight"},
    "lead_scheme": frozenset(
        (
            *LEAD_TASKS,
            "lead_response",
            "spin_response",
            "conductance_parts",
            "lead_cumulants",
            "lead_generating_function",
            *SPIN_TASKS,
        )
    ),
    "lead_point": frozenset((*LEAD_TASKS, "conductance_parts")),
    "spin_point": frozenset((*SPIN_TASKS, "spin_response")),
    "point": _WITHOUT_A_DOT - {"clebsch_gordan_weight", "spin_response", *SPIN_TASKS},
}


@dataclass(frozen=True)
class Fault:
    """The builtin implementation with one fault.

    Attributes
    ----------
    name
        Unique; the name of the function that makes it.
    stage
        Where the fault is.
    method
        The method of `Builtin` that is replaced.
    sentence
        One sentence: what somebody got wrong.
    change
        Called with the right method and the method's own arguments.
    before
        What other methods do before they give their right answers: called with the implementation and their arguments.
    """

    name: str
    stage: Stage
    method: str
    sentence: str
    change: Change
    before: Mapping[str, Callable[..., None]] = field(default_factory=dict, compare=False)

    @property
    def tasks(self) -> frozenset[str]:
        """The tasks whose answers can differ from the builtin implementation's."""
        return _REACH.get(self.method, frozenset({self.method}))

    def implementation(self) -> Builtin:
        """Return a fresh implementation that has the fault."""
        return self.of(Builtin)

    def of(self, base: type[Builtin]) -> Builtin:
        """Return a fresh implementation of a kind that has the fault."""
        right, change = getattr(base, self.method), self.change

        def wrong(self: Builtin, *arguments: object, **named: object) -> object:
            return change(right.__get__(self), *arguments, **named)

        members = {name: _preceded(getattr(base, name), deed) for name, deed in self.before.items()}
        faulty: type[Builtin] = type(self.name, (base,), {"name": self.name, self.method: wrong, **members})
        return faulty()


def _preceded(method: Change, deed: Callable[..., None]) -> Change:
    def after(self: Builtin, *arguments: object, **named: object) -> object:
        deed(self, *arguments, **named)
        return method(self, *arguments, **named)

    return after


def fault(stage: Stage, method: str, sentence: str) -> Callable[[Change], Fault]:
    """Turn a changed method into a `Fault`; the arguments are the fields of that class."""
    return lambda change: Fault(change.__name__.replace("_", "-"), stage, method, sentence, change)


def _faults_in(values: Iterable[object]) -> Iterator[Fault]:
    """Yield the faults among a module's values, those in its collections too."""
    for value in values:
        if isinstance(value, Fault):
            yield value
        elif isinstance(value, dict):
            yield from (item for item in value.values() if isinstance(item, Fault))


@cache
def all_faults() -> tuple[Fault, ...]:
    """Return every fault, stage by stage."""
    package = importlib.import_module("qdverify.faults")
    modules = [
        importlib.import_module(f"qdverify.faults.{info.name}") for info in pkgutil.iter_modules(package.__path__)
    ]
    found = {item.name: item for module in modules for item in _faults_in(vars(module).values())}
    stages = list(Stage)
    return tuple(sorted(found.values(), key=lambda item: (stages.index(item.stage), item.name)))

"""What to sweep: a task, its fixed inputs, and the axes of a grid, read from a TOML file.

    task = "spectrum"              # or another one of `TASKS`
    implementation = "builtin"     # as in qdverify verify; --implementation overrides it
    electrons = [2, 3, 4]
    levels = 3

    [dot]
    kernel = "soft-coulomb"
    length = 9.5
    cutoff_ratio = 2e-4            # lambda/L; or cutoff, an absolute length
    orbitals = [8, 10, 12]
    strength = { from = 0.1, to = 10.0, count = 21, spacing = "log" }

A number is a fixed input, an array or a range is an axis. In place of a box, a file beside the plan may hold a dot of
your own, FCIDUMP or JSON: `[dot] file = "wire.fcidump"`, or the dot may be a harmonic one: `kind = "harmonic-2d"` with
omega, field, shells, strength and, if you like, thickness. The transport tasks take, in place of electrons and levels,
the level scheme and the transport parameters; the bias, which linear response has none of, is applied as
mu_L = +bias/2, mu_R = -bias/2:

    [level_scheme]
    levels = [1, 1, 2, 3, 6]       # how many levels of 0, 1, 2, ... electrons take part
    weights = "M"                  # transition probabilities M_ji, or "C" for the spin weights alone

    [transport]
    kT = 7.27e-5
    gate = { from = 1.0, to = 2.4, count = 400 }
    bias = 1e-5
    rate_L = 1.0
    rate_R = 1.0

For tasks on any number of leads see `qdverify.sweep.named_leads`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import product
from math import prod
from os import PathLike
from pathlib import Path
from typing import Any, Final, TypedDict

from qdverify.protocol.documents import one_line, read_toml
from qdverify.protocol.inputs import InvalidInput, check_inputs
from qdverify.sweep.axis_values import require_feasible, values_of
from qdverify.sweep.named_leads import TASKS_ON_LEADS, lead_defaults, lead_fields, taken_leads
from qdverify.sweep.point import (
    HARMONIC,
    HARMONIC_DOT,
    LEAD_NAMES,
    OWN_DOT,
    THETA,
    Value,
    dot_of,
    leads_of,
    names_of,
    own_dot,
)

BOX: Final = ("kernel", "length", "cutoff", "cutoff_ratio", "orbitals", "strength")
TRANSPORT: Final = ("kT", "gate", "bias", "rate_L", "rate_R")
AT_REST: Final = tuple(name for name in TRANSPORT if name != "bias")
SPINS: Final = ("zeeman", "polarisation_L", "polarisation_R")
"""Inputs of the tasks on spins: a lead of rate t and polarisation p takes spin up at t (1 + p), down at t (1 - p)."""
_BESIDE_THE_DOT: Final[Mapping[str, tuple[str, ...]]] = {
    "spectrum": ("electrons", "levels"),
    "transition_probabilities": ("electrons", "levels_from", "levels_to"),
    "stationary_state": TRANSPORT,
    "current": TRANSPORT,
    "heat_currents": TRANSPORT,
    "spin_currents": (*TRANSPORT, *SPINS),
    "spin_heat": (*TRANSPORT, *SPINS),
    "spin_populations": (*TRANSPORT, *SPINS),
    "conductance_parts": TRANSPORT,
    "cumulants": TRANSPORT,
    "generating_function": (*TRANSPORT, THETA),
    "linear_response": AT_REST,
    "spin_response": (*AT_REST, *SPINS),
}
TASKS: Final = (*_BESIDE_THE_DOT, *TASKS_ON_LEADS)
"""The tasks whose answers a sweep can keep."""
_OPTIONAL: Final = frozenset({"cutoff", "cutoff_ratio", "thickness"})
_DEFAULTS: Final[Mapping[str, Value]] = {"strength": 1.0, "rate_L": 1.0, "rate_R": 1.0, **dict.fromkeys(SPINS, 0.0)}
WEIGHTS: Final = ("M", "C")


class PlanDocument(TypedDict):
    """A plan as JSON values."""

    task: str
    implementation: str
    fixed: dict[str, Value]
    axes: dict[str, list[Value]]
    chain_levels: list[int]
    weights: str


@dataclass(frozen=True)
class Plan:
    """A grid of points, each of them one question.

    Attributes
    ----------
    task
        The protocol task whose answer is kept for each point.
    implementation
        Who is asked.
    fixed
        The inputs that all points share.
    axes
        Name and values of each axis; the last one runs fastest.
    level_counts, weights
        For the transport tasks: how many levels of each electron number take part, and which transition weights.

    >>> dot = {"kernel": "contact", "length": 1.0, "cutoff": 0.0, "orbitals": [4, 5], "electrons": 2, "levels": 3}
    >>> plan = make_plan({"task": "spectrum", "dot": dot})
    >>> plan.shape, plan.point(1)["orbitals"]
    ((2,), 5)
    """

    task: str
    implementation: str
    fixed: Mapping[str, Value]
    axes: Mapping[str, Sequence[Value]]
    level_counts: tuple[int, ...] = ()
    weights: str = "M"

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of values on each axis."""
        return tuple(len(values) for values in self.axes.values())

    @property
    def size(self) -> int:
        """The number of points."""
        return prod(self.shape)

    def point(self, index: int) -> dict[str, Value]:
        """Return the inputs of a point of the grid."""
        inputs = dict(self.fixed)
        for name, values in reversed(list(self.axes.items())):
            index, place = divmod(index, len(values))
            inputs[name] = values[place]
        return inputs

    def document(self) -> PlanDocument:
        """Return the plan as JSON values; equal plans give equal documents."""
        return {
            "task": self.task,
            "implementation": self.implementation,
            "fixed": dict(self.fixed),
            "axes": {name: list(values) for name, values in self.axes.items()},
            "chain_levels": list(self.level_counts),  # the name of the first release: stores are known by this document
            "weights": self.weights,
        }

    @property
    def key(self) -> str:
        """A hash of the plan."""
        return sha256(json.dumps(self.document(), sort_keys=True).encode()).hexdigest()

    @classmethod
    def from_document(cls, document: object) -> Plan:
        """Return the plan that `document` was made from; raise `InvalidInput` if no plan gives that document."""
        found = _checked(document)
        counts = tuple(found.pop("chain_levels"))
        return cls(**found, level_counts=counts)


def _checked(document: object) -> dict[str, Any]:
    """Return a document that has the form of `Plan.document`, or raise `InvalidInput`."""
    types = {"task": str, "implementation": str, "fixed": dict, "axes": dict, "chain_levels": list, "weights": str}
    if not isinstance(document, dict) or set(document) != set(types):
        raise InvalidInput(f"the plan must have {', '.join(types)}")
    for name, kind in types.items():
        if not isinstance(document[name], kind):
            raise InvalidInput(f"{name} of the plan must be a {kind.__name__}")
    if document["task"] not in TASKS:
        raise InvalidInput(f"task of the plan must be one of {', '.join(TASKS)}")
    if not all(isinstance(values, list) and values for values in document["axes"].values()):
        raise InvalidInput("each of the axes of the plan must be a list")
    require_feasible(prod(len(values) for values in document["axes"].values()), "the plan has")
    return document


def read_plan(path: str | PathLike[str], implementation: str | None = None) -> Plan:
    r"""Return the plan of a TOML file.

    Parameters
    ----------
    path
        The file.
    implementation
        Who is asked, in place of what the file says.

    Raises
    ------
    InvalidInput
        If the file is no plan, or a point of it breaks a rule of the protocol; the message names value and rule.

    Examples
    --------
    >>> import qdverify.sweep
    >>> file = Path("spins.toml")
    >>> dot = "dot = {kernel = 'contact', length = 1.0, cutoff = 0.0, orbitals = [4, 5], electrons = 2, levels = 3}"
    >>> file.write_text(f"task = 'spectrum'\n{dot}\n") > 0
    True
    >>> qdverify.sweep.read_plan(file).size
    2
    """
    document = read_toml(Path(path))
    return make_plan(
        {**document, **({"implementation": implementation} if implementation else {})}, folder=Path(path).parent
    )


def make_plan(document: Mapping[str, object], folder: Path = Path()) -> Plan:
    """Return the plan of a parsed file; raise `InvalidInput` as `read_plan` does.

    Parameters
    ----------
    folder
        Where the file of a dot is looked for.

    >>> dot = {"kernel": "contact", "length": 1.0, "cutoff": 0.0, "orbitals": [4, 5], "electrons": [1, 2], "levels": 3}
    >>> make_plan({"task": "spectrum", "dot": dot}).size
    4
    """
    task = str(document.get("task"))
    if task not in TASKS:
        raise InvalidInput(f"task={task!r} must be one of {', '.join(TASKS)}")
    transport = "kT" in _BESIDE_THE_DOT.get(task, TRANSPORT)
    tables = {"dot", "level_scheme", "transport"} if transport else {"dot"}
    # plans of the first release say "chain"
    document = {("level_scheme" if name == "chain" else name): value for name, value in document.items()}
    inputs = _flatten(document, tables, {"task", "implementation"})
    held = {**_kind_of_dot(inputs, folder), **taken_leads(task, inputs)}
    fields = _fields(task, held)
    level_scheme: dict[str, object] = {
        name: inputs.pop(name) for name in ("levels", "weights") if transport and name in inputs
    }
    unknown = sorted(set(inputs) - set(fields))
    if unknown:
        raise InvalidInput(f"{unknown[0]!r} is no input of a sweep of {task}; it has {', '.join(fields)}")
    values = {name: values_of(name, inputs[name]) for name in fields if name in inputs}
    defaults = {**_DEFAULTS, **(dict(lead_defaults(task, names_of(held))) if LEAD_NAMES in held else {})}
    fixed = {name: defaults[name] for name in fields if name in defaults} | held
    fixed |= {name: found for name, found in values.items() if not isinstance(found, tuple)}
    axes = {name: found for name, found in values.items() if isinstance(found, tuple)}
    plan = Plan(
        task=task,
        implementation=str(document.get("implementation", "builtin")),
        fixed={name: value for name, value in fixed.items() if name not in axes},
        axes=axes,
        level_counts=_level_counts(level_scheme) if transport else (),
        weights=_weights(level_scheme),
    )
    _check(plan)
    return plan


def _kind_of_dot(inputs: dict[str, object], folder: Path) -> dict[str, Value]:
    """Take what tells the kind of the dot from the inputs, and return what a plan holds of it: nothing for a box."""
    file, kind = inputs.pop("file", None), inputs.pop("kind", "box")
    if {"one_body", "two_body"} & set(inputs):
        kind = "integrals"
    if kind not in ("box", HARMONIC):
        told = one_line(repr(kind))
        raise InvalidInput(f"kind={told} of the dot must be 'box' or '{HARMONIC}': name the file of any other dot")
    if file is not None:
        return own_dot(file, folder)
    return {} if kind == "box" else {"kind": HARMONIC}


def _fields(task: str, fixed: Mapping[str, Value]) -> tuple[str, ...]:
    """Return the inputs of a task, the slow ones first: neighbouring points share the dot, and with it its spectra."""
    dot = () if OWN_DOT in fixed else HARMONIC_DOT if "kind" in fixed else BOX
    return (*dot, *(lead_fields(task, names_of(fixed)) if LEAD_NAMES in fixed else _BESIDE_THE_DOT[task]))


def _flatten(document: Mapping[str, object], tables: set[str], keywords: set[str]) -> dict[str, object]:
    inputs = {key: value for key, value in document.items() if key not in tables | keywords}
    for table in tables & set(document):
        inner = document[table]
        if not isinstance(inner, Mapping):
            raise InvalidInput(f"{table}={inner!r} must be a table, [{table}]")
        inputs |= inner
    return inputs


def _level_counts(level_scheme: Mapping[str, object]) -> tuple[int, ...]:
    levels = level_scheme.get("levels")
    if not isinstance(levels, list) or len(levels) < 2 or not all(type(n) is int and n >= 1 for n in levels):
        raise InvalidInput(f"levels={levels!r} of the level scheme must count the levels of 0, 1, 2, ... electrons")
    if levels[0] != 1:
        raise InvalidInput(f"levels={levels!r} must begin with 1: the empty dot has one level")
    return tuple(levels)


def _weights(level_scheme: Mapping[str, object]) -> str:
    weights = str(level_scheme.get("weights", "M"))
    if weights not in WEIGHTS:
        raise InvalidInput(f"weights={weights!r} must be one of {', '.join(WEIGHTS)}")
    return weights


def _check(plan: Plan) -> None:
    """Compare the points with the rules of the protocol: each value alone, and all combinations of discrete ones."""
    optional = _OPTIONAL.union(f"kT_{name}" for name in names_of(plan.fixed))
    needed = [name for name in _fields(plan.task, plan.fixed) if name not in optional]
    missing = [name for name in needed if name not in plan.fixed and name not in plan.axes]
    if missing:
        raise InvalidInput(f"{missing[0]} is missing: a sweep of {plan.task} needs a value or an axis for it")
    given = [name for name in ("cutoff", "cutoff_ratio") if name in plan.fixed or name in plan.axes]
    if len(given) == 2:
        raise InvalidInput("cutoff and cutoff_ratio must not be given both")
    require_feasible(plan.size, "the plan has")
    for inputs in _extremes(plan):
        _check_point(plan, inputs)


def _extremes(plan: Plan) -> Iterator[dict[str, Value]]:
    """Yield every combination of least and greatest values: the rules bound inputs by constants or by each other."""
    ends = {name: values if name == "kernel" else {min(values), max(values)} for name, values in plan.axes.items()}
    for values in product(*ends.values()):
        yield {**plan.fixed, **dict(zip(ends, values, strict=True))}


def _check_point(plan: Plan, inputs: Mapping[str, Value]) -> None:
    dot = dot_of(inputs)
    if plan.task == "spectrum":
        check_inputs(plan.task, {"dot": dot, "electrons": inputs["electrons"], "levels": inputs["levels"]})
    elif plan.task == "transition_probabilities":
        names = ("electrons", "levels_from", "levels_to")
        check_inputs(plan.task, {"dot": dot, **{name: inputs[name] for name in names}})
    else:
        for electrons, levels in enumerate(plan.level_counts[1:], start=1):
            check_inputs("spectrum", {"dot": dot, "electrons": electrons, "levels": levels})
        scheme = [{"electrons": N, "energy": 0.0, "two_S": N} for N in (0, 1)]
        check_inputs(plan.task, {"levels": scheme, "transitions": [{"from": 0, "to": 1, "M": 1.0}], **leads_of(inputs)})

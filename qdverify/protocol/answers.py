"""The protocol's tasks as an implementation answers them (protocol.md): names, limits, accuracies, answers and errors.

The *extension tasks* are not part of protocol version 1. They open up intermediate results that some checks need; an
implementation that offers them is held to more, one that does not is reported as unsupported there. Only Python
implementations are asked for them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from qdverify.protocol.accuracy import DEFAULT_ACCURACY, Accuracy, claimed_accuracy
from qdverify.protocol.answer_sizes import is_longer, longest_answer
from qdverify.protocol.dots import KINDS, kind_of
from qdverify.protocol.inputs import TASKS
from qdverify.protocol.json_types import Answer, Question
from qdverify.protocol.plain import NotPlainError, bounded, plain
from qdverify.protocol.plain import shown as _shown

VERSION: Final = "1"
"""What every program is greeted with: one that knows version 1 only sees no difference."""
VERSIONS: Final = (VERSION, "1.1")
"""Versions that a program may answer with. 1.1 adds dots given by integrals, harmonic dots, and weights in M_ji."""
EXTENSIONS: Final[Mapping[str, str]] = {
    "sector_energies": "{dot, electrons, two_Sz, levels} -> {energies}: one S_z sector's, with multiplicity",
    "transition_amplitudes": "{dot, electrons, level_from, level_to}"
    " -> {amplitudes: [{two_Sz_i, two_sigma, two_Sz_j, value}]}",
    "hamiltonian_matrix": "{dot, electrons, two_Sz} -> {determinants: [[up], [down]] orbitals of each, matrix: rows}",
    "expectations": "{dot, electrons, level} -> {kinetic, interaction}: expectation values in the level",
    "leading_determinants": "{dot, electrons, level, count} -> {determinants: [[up], [down]] each, coefficients}",
    "charge_density": "{dot, electrons, level, x} -> {density: electrons per length at each x}",
    "parities": "{dot, electrons, levels} -> {parity: +1 or -1 of each level under x -> L - x}",
    "projected_levels": "{dot, electrons, levels, blind_to: two_Sz or null}"
    " -> {energies, two_S, recovered: two_Sz each}: Lanczos from a vector without weight in blind_to, then projected",
    "resolved_current": "{levels, transitions, leads, kT, gate} -> {I_L, I_R} from the S_z-resolved rate equation",
    "differential_conductance": "{levels, transitions, leads, kT, gate} -> {dI_dV}, bias applied as +V/2 and -V/2",
    "noise": "{levels, transitions, leads, kT, gate} -> {S, fano}: zero-frequency noise, Fano factor or null",
    "lead_currents": "{levels, transitions, leads, kT, gate} -> {currents: {name: flow from that lead into the dot}}",
    "heat_currents": "{levels, transitions, leads, kT, gate} -> {heat: {name: heat out of that lead}}",
    "spin_currents": "{levels, transitions, leads, kT, gate, zeeman} -> {up: {name: flow into the dot}, down: alike}",
    "spin_heat": "{levels, transitions, leads, kT, gate, zeeman} -> {heat: {name: heat out of that lead}}",
    "spin_populations": "{levels, transitions, leads, kT, gate, zeeman} -> {populations: of each level, S_z = -S to S}",
    "linear_response": "{levels, transitions, leads, kT, gate} -> {onsager: 2 x 2, thermopower, heat_conductance,"
    " optionally figure_of_merit}",
    "lead_response": "{levels, transitions, leads, kT, gate} -> {onsager: 2 n x 2 n} of n leads",
    "spin_response": "{levels, transitions, leads, kT, gate, zeeman} -> {onsager: 2 n x 2 n} of n leads, both spins",
    "conductance_parts": "{levels, transitions, leads, kT, gate} -> {dI_dV, growth: dP/d|V| of each level,"
    " parts: of each level in dI_dV}",
    "cumulants": "{levels, transitions, leads, kT, gate} -> {cumulants: [current, noise, third], L to R}",
    "lead_cumulants": "{levels, transitions, leads, kT, gate, counted: [names]} -> {cumulants: three, into the dot}",
    "generating_function": "{levels, transitions, leads, kT, gate, theta: [numbers]} -> {values: Lambda at each theta}",
    "lead_generating_function": "{levels, transitions, leads, kT, gate, theta: [{name: field}]} -> {values: one each}",
    "low_temperature": "{levels, transitions, leads, gate} -> {populations: [a, A] of each level, current: [a, A]}:"
    " the leading terms a exp(-A/kT) for kT -> 0",
}
FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "clebsch_gordan_weight": frozenset({"C"}),
    "interaction_integrals": frozenset({"values"}),
    "spectrum": frozenset({"energies", "two_S", "L"}),
    "transition_probabilities": frozenset({"M"}),
    "stationary_state": frozenset({"populations"}),
    "current": frozenset({"I_L", "I_R"}),
    "sector_energies": frozenset({"energies"}),
    "transition_amplitudes": frozenset({"amplitudes"}),
    "hamiltonian_matrix": frozenset({"determinants", "matrix"}),
    "expectations": frozenset({"kinetic", "interaction"}),
    "leading_determinants": frozenset({"determinants", "coefficients"}),
    "charge_density": frozenset({"density"}),
    "parities": frozenset({"parity"}),
    "projected_levels": frozenset({"energies", "two_S", "recovered"}),
    "resolved_current": frozenset({"I_L", "I_R"}),
    "differential_conductance": frozenset({"dI_dV"}),
    "noise": frozenset({"S", "fano"}),
    "lead_currents": frozenset({"currents"}),
    "heat_currents": frozenset({"heat"}),
    "spin_currents": frozenset({"up", "down"}),
    "spin_heat": frozenset({"heat"}),
    "spin_populations": frozenset({"populations"}),
    "linear_response": frozenset({"onsager", "thermopower", "heat_conductance", "figure_of_merit"}),
    "lead_response": frozenset({"onsager"}),
    "spin_response": frozenset({"onsager"}),
    "conductance_parts": frozenset({"dI_dV", "growth", "parts"}),
    "cumulants": frozenset({"cumulants"}),
    "lead_cumulants": frozenset({"cumulants"}),
    "generating_function": frozenset({"values"}),
    "lead_generating_function": frozenset({"values"}),
    "low_temperature": frozenset({"populations", "current"}),
}
"""Fields of each task's answer; all others are dropped."""
INTEGERS: Final = frozenset({"two_S", "L", "parity", "determinants", "recovered", "two_Sz_i", "two_sigma", "two_Sz_j"})
"""Fields of answers that hold integers; numbers in all others are floats."""
COUNTED_LIMITS: Final = ("orbitals", "electrons", "leads")
LIMITS: Final = (*COUNTED_LIMITS, "kT_min", "decades")
"""What an implementation may limit."""


class AnswerError(Exception):
    """An error that the implementation returned in place of an answer.

    Attributes
    ----------
    code
        The JSON-RPC error code.
    """

    def __init__(self, code: int, message: str) -> None:
        super().__init__(bounded(message))
        self.code = code if abs(code) < _CODES else INTERNAL_ERROR

    def __reduce__(self) -> tuple[type[AnswerError], tuple[int, str]]:
        """Return how to make the same error in another process."""
        return type(self), (self.code, str(self))


class Unsupported(Exception):
    """A question that lies outside what the implementation declares; nothing was asked.

    Attributes
    ----------
    limit
        The declared limit that excludes it, in words; empty if there is none.
    """

    def __init__(self, message: str, *, limit: str = "") -> None:
        super().__init__(message)
        self.limit = limit


class Broken(Exception):
    """The implementation crashed, hung, or answered with something that is not the protocol."""

    def __init__(self, message: str) -> None:
        super().__init__(bounded(message, 2000))


class Ended(Broken):
    """The implementation's process ended before it had answered: it died, was killed, or exited."""


_CODES: Final = 1 << 31
INVALID_PARAMS: Final = -32602
NOT_SUPPORTED: Final = -32601
INTERNAL_ERROR: Final = -32603
NOT_CONVERGED: Final = -32001
BEYOND_LIMITS: Final = -32002


@dataclass(frozen=True)
class Description:
    """What an implementation says of itself in its answer to hello.

    Attributes
    ----------
    tasks
        The tasks (and extension tasks) that it answers.
    protocol
        The version of the protocol that it speaks, one of `VERSIONS`.
    dots
        The kinds of dot that it takes; all but boxes need protocol 1.1.
    limits
        Largest ``orbitals``, ``electrons`` and number of ``leads``, smallest temperature ``kT_min``, and most
        ``decades`` between the largest and the smallest rate of one case, if it names them.
    accuracy
        The accuracy that it claims for each task, filled up with the protocol's defaults; given as in `hello`.
    """

    name: str
    version: str
    tasks: frozenset[str]
    language: str = ""
    url: str = ""
    limits: Mapping[str, float] = field(default_factory=dict)
    accuracy: Mapping[str, Accuracy] = field(default_factory=dict)
    protocol: str = VERSION
    dots: tuple[str, ...] = ("box",)

    def __post_init__(self) -> None:
        if self.protocol not in VERSIONS:
            raise Broken(f"hello: protocol={_shown(self.protocol)} must be {' or '.join(map(repr, VERSIONS))}")
        if not self.dots or not set(self.dots) <= set(KINDS):
            raise Broken(f"hello: dots={_shown([*self.dots])} must be a list of some of {', '.join(KINDS)}")
        if self.protocol == VERSION and self.dots != ("box",):
            raise Broken(f"hello: dots={_shown([*self.dots])} takes protocol {VERSIONS[-1]!r}, not {self.protocol!r}")
        claimed = dict(DEFAULT_ACCURACY)
        for task, claim in self.accuracy.items():
            try:
                claimed[task] = claimed_accuracy(claim)
            except ValueError as error:
                raise Broken(f"hello: accuracy of {task}: {error}") from None
        object.__setattr__(self, "accuracy", claimed)
        for name, value in self.limits.items():
            _check_limit(name, value)


def _check_limit(name: str, value: object) -> None:
    """Raise `Broken` unless a limit is one of `LIMITS` with a value that makes sense."""
    if name not in LIMITS:
        raise Broken(f"hello: limit {_shown(name)} must be one of {', '.join(LIMITS)}")
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
    if name in COUNTED_LIMITS and not (number and isinstance(value, int)):
        raise Broken(f"hello: limit {name}={_shown(value)} must be a non-negative integer")
    if not number:
        raise Broken(f"hello: limit {name}={_shown(value)} must be a finite, non-negative number")


def check_answer(task: str, params: Question, answer: object) -> Answer:
    """Return the answer as plain numbers and lists, or raise `Broken` with what is wrong with it.

    Shapes, signs of counts and finiteness are checked here, once, for every implementation; whether the numbers are
    right is the checks' business.
    """
    found = plain_answer(task, answer)
    if isinstance(found, dict) and task == "spectrum" and kind_of(params.get("dot", {})) != "harmonic-2d":
        # only levels of a harmonic dot have one: elsewhere it is a field like any other that is not known
        found.pop("L", None)
    if not isinstance(found, dict):
        raise Broken(f"{task} answered {_shown(found)}, not an object")
    shape = _SHAPES.get(task)
    if shape is not None:
        shape(found, params)
    elif is_longer(found, most := longest_answer(task, params)):
        raise Broken(f"{task} answered {_shown(found)}, more than {most} numbers")
    return found


def plain_answer(task: str, answer: object) -> object:
    """Return the known fields of an answer as plain floats, integers and lists, or raise `Broken` if one is not plain.

    Anything but an object is returned as plain data too, for the caller to refuse.
    """
    if isinstance(answer, Mapping):
        answer = {name: value for name, value in answer.items() if name in FIELDS.get(task, ())}
    try:
        return plain(answer, integers=INTEGERS)
    except NotPlainError as error:
        raise Broken(f"{task} answered {error}") from None


def _number(answer: Answer, name: str) -> None:
    value = answer.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Broken(f"{name}={_shown(value)} must be a number")


def _numbers(answer: Answer, name: str, length: int) -> None:
    values = answer.get(name)
    if not isinstance(values, Sequence) or isinstance(values, str) or len(values) != length:
        raise Broken(f"{name}={_shown(values)} must be a list of {length} numbers")
    for value in values:
        _number({name: value}, name)


def _spectrum_shape(answer: Answer, params: Question) -> None:
    _numbers(answer, "energies", params["levels"])
    _numbers(answer, "two_S", params["levels"])
    if "L" in answer:
        _angular_momenta(answer, params)
    for two_S in answer["two_S"]:
        if not isinstance(two_S, int) or two_S < 0:
            raise Broken(f"two_S={two_S!r} must be a non-negative integer")


def _angular_momenta(answer: Answer, params: Question) -> None:
    _numbers(answer, "L", params["levels"])
    for L in answer["L"]:
        if not isinstance(L, int):
            raise Broken(f"L={L!r} must be an integer")


def _matrix_shape(answer: Answer, params: Question) -> None:
    rows = answer.get("M")
    if not isinstance(rows, list) or len(rows) != params["levels_to"]:
        raise Broken(f"M={_shown(rows)} must be a list of {params['levels_to']} rows")
    for row in rows:
        _numbers({"M": row}, "M", params["levels_from"])


def _current_shape(answer: Answer, _: Question) -> None:
    _number(answer, "I_L")
    _number(answer, "I_R")


def _by_lead(field: str) -> Callable[[Answer, Question], None]:
    """Return the check that a field holds one number for each lead, by name."""

    def shape(answer: Answer, params: Question) -> None:
        values, names = answer.get(field), [lead["name"] for lead in params["leads"]]
        if not isinstance(values, Mapping) or set(values) != set(names):
            raise Broken(f"{field}={_shown(values)} must be an object with one number for each of the leads {names}")
        for name in names:
            _number(values, name)

    return shape


def _spin_currents_shape(answer: Answer, params: Question) -> None:
    for spin in ("up", "down"):
        _by_lead(spin)(answer, params)


def _spin_populations_shape(answer: Answer, params: Question) -> None:
    rows = answer.get("populations")
    if not isinstance(rows, list) or len(rows) != len(params["levels"]):
        raise Broken(f"populations={_shown(rows)} must be {len(params['levels'])} lists, one of each level")
    for row, level in zip(rows, params["levels"], strict=True):
        _numbers({"populations": row}, "populations", level["two_S"] + 1)


def _square_shape(answer: Answer, size: int) -> None:
    """Check Onsager's matrix."""
    rows = answer.get("onsager")
    if not isinstance(rows, list) or len(rows) != size:
        raise Broken(f"onsager={_shown(rows)} must be {size} rows of {size} numbers")
    for row in rows:
        _numbers({"onsager": row}, "onsager", size)


def _response_shape(answer: Answer, _: Question) -> None:
    _square_shape(answer, 2)
    _number(answer, "thermopower")
    _number(answer, "heat_conductance")
    if answer.get("figure_of_merit") is not None:
        _number(answer, "figure_of_merit")


def _noise_shape(answer: Answer, _: Question) -> None:
    _number(answer, "S")
    if answer.get("fano") is not None:
        _number(answer, "fano")


def _parts_shape(answer: Answer, params: Question) -> None:
    _number(answer, "dI_dV")
    for name in ("growth", "parts"):
        _numbers(answer, name, len(params["levels"]))


_SHAPES: Final[Mapping[str, Callable[[Answer, Question], None]]] = {
    "clebsch_gordan_weight": lambda answer, _: _number(answer, "C"),
    "interaction_integrals": lambda answer, params: _numbers(answer, "values", len(params["indices"])),
    "spectrum": _spectrum_shape,
    "transition_probabilities": _matrix_shape,
    "stationary_state": lambda answer, params: _numbers(answer, "populations", len(params["levels"])),
    "current": _current_shape,
    "differential_conductance": lambda answer, _: _number(answer, "dI_dV"),
    "noise": _noise_shape,
    "lead_currents": _by_lead("currents"),
    "heat_currents": _by_lead("heat"),
    "spin_currents": _spin_currents_shape,
    "spin_heat": _by_lead("heat"),
    "spin_populations": _spin_populations_shape,
    "linear_response": _response_shape,
    **dict.fromkeys(
        ("lead_response", "spin_response"), lambda answer, params: _square_shape(answer, 2 * len(params["leads"]))
    ),
    "conductance_parts": _parts_shape,
    "cumulants": lambda answer, _: _numbers(answer, "cumulants", 3),
    "lead_cumulants": lambda answer, _: _numbers(answer, "cumulants", 3),
    **dict.fromkeys(
        ("generating_function", "lead_generating_function"),
        lambda answer, params: _numbers(answer, "values", len(params["theta"])),
    ),
}
ALL_TASKS: Final = (*TASKS, *EXTENSIONS)

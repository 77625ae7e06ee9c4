"""What the protocol calls a valid input, task by task (protocol.md, "Tasks" and "Errors").

Every rule is enforced once, here: the builtin implementation, the command line and the oracle all call it. The same
rules stand in `qdverify.protocol.rules` as sentences with examples. Real numbers may come as floats or as exact
`Fraction`s.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Final, TypeGuard

from qdverify.protocol.json_types import Dot, Fields, Kernel, Question

Real = int | float | Fraction
KERNELS: Final[tuple[Kernel, ...]] = ("soft-coulomb", "contact", "constant", "none")
_DOT: Final = frozenset({"length", "cutoff", "orbitals", "kernel", "strength"})
_LEVEL: Final = frozenset({"electrons", "energy", "two_S"})
_TRANSITION: Final = frozenset({"from", "to", "M"})
_LEAD: Final = frozenset({"name", "rate", "mu"})


class InvalidInput(ValueError):
    """An input that breaks a rule of the protocol; the message names the value and the rule."""


def check_inputs(task: str, inputs: Question) -> None:
    """Raise `InvalidInput` unless `inputs` are valid params of `task`."""
    if task not in _RULES:
        raise InvalidInput(f"task={task!r} must be one of {', '.join(_RULES)}")
    expected, rule = _RULES[task]
    missing = sorted(expected - set(inputs))
    if missing:
        raise InvalidInput(f"{missing[0]} is missing: {task} takes {', '.join(sorted(expected))}")
    unknown = sorted(set(inputs) - expected)
    if unknown:
        raise InvalidInput(f"{unknown[0]!r} is no input of {task}, which takes {', '.join(sorted(expected))}")
    rule(inputs)


def _integer(name: str, value: object, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise InvalidInput(f"{name}={value!r} must be an integer of at least {least}")
    return value


def _is_real(value: object) -> TypeGuard[Real]:
    return isinstance(value, int | float | Fraction) and not isinstance(value, bool)


def _real(name: str, value: object, rule: str = "finite", holds: Callable[[Real], bool] = lambda _: True) -> None:
    # a whole number too large for a double has no float to ask
    if not _is_real(value) or (isinstance(value, float) and not math.isfinite(value)) or not holds(value):
        raise InvalidInput(f"{name}={_shown(value)} must be {rule}")


def _shown(value: object) -> str:
    """Return a value as a user may have typed it."""
    if not isinstance(value, Fraction):
        return repr(value)
    try:
        return repr(float(value))
    except OverflowError:
        return str(value)


def _positive(name: str, value: object) -> None:
    _real(name, value, "positive and finite", lambda number: number > 0)


def _non_negative(name: str, value: object) -> None:
    _real(name, value, "non-negative and finite", lambda number: number >= 0)


def _list(name: str, value: object) -> Sequence[object]:
    if not isinstance(value, list | tuple) or not value:
        raise InvalidInput(f"{name}={value!r} must be a non-empty list")
    return value


def _fields(name: str, value: object, fields: frozenset[str]) -> Fields:
    if not isinstance(value, Mapping) or set(value) != fields:
        raise InvalidInput(f"{name}={value!r} must be an object with {', '.join(sorted(fields))}")
    return value


def as_dot(dot: object) -> Dot:
    """Return a value that is a valid DOT of the protocol; raise `InvalidInput` if it is none."""
    check_dot(dot)
    found = _fields("dot", dot, _DOT)
    return {
        "length": found["length"],
        "cutoff": found["cutoff"],
        "orbitals": found["orbitals"],
        "kernel": found["kernel"],
        "strength": found["strength"],
    }


def check_dot(value: object) -> None:
    """Raise `InvalidInput` unless `dot` is a valid DOT of the protocol."""
    dot = _fields("dot", value, _DOT)
    if dot["kernel"] not in KERNELS:
        raise InvalidInput(f"kernel={dot['kernel']!r} must be one of {', '.join(KERNELS)}")
    _positive("length", dot["length"])
    (_positive if dot["kernel"] == "soft-coulomb" else _non_negative)("cutoff", dot["cutoff"])
    _integer("orbitals", dot["orbitals"], 1)
    _real("strength", dot["strength"])


def _check_electrons(inputs: Question, most: int) -> None:
    electrons = _integer("electrons", inputs["electrons"], 0)
    if electrons > most:
        raise InvalidInput(
            f"electrons={electrons} must be at most {most}: {inputs['dot']['orbitals']} orbitals hold no more"
        )


def _check_levels(name: str, inputs: Question, electrons: int) -> None:
    levels, orbitals = _integer(name, inputs[name], 1), inputs["dot"]["orbitals"]
    most = number_of_levels(orbitals, electrons, levels)
    if most < levels:
        raise InvalidInput(
            f"{name}={levels} must be at most {most}: {orbitals} orbitals have no more levels of {electrons} electrons"
        )


def number_of_levels(orbitals: int, electrons: int, enough: int) -> int:
    """Return how many levels N electrons have in M orbitals, or any number from `enough` on if there are that many.

    Each has one state of S_z = 0 or 1/2: they are the determinants of binom(M, n) strings of each spin's n electrons.
    """
    down = electrons // 2
    return _binomial(orbitals, down, enough) * _binomial(orbitals, electrons - down, enough)


def _binomial(n: int, k: int, enough: int) -> int:
    value = 1
    for i in range(min(k, n - k)):
        value = value * (n - i) // (i + 1)
        if value >= enough:
            break
    return value


def _weight_rule(inputs: Question) -> None:
    _integer("two_S_i", inputs["two_S_i"], 0)
    _integer("two_S_j", inputs["two_S_j"], 0)


def _integrals_rule(inputs: Question) -> None:
    check_dot(inputs["dot"])
    orbitals = inputs["dot"]["orbitals"]
    for quadruple in _list("indices", inputs["indices"]):
        if not isinstance(quadruple, list | tuple) or len(quadruple) != 4:
            raise InvalidInput(f"indices entry {quadruple!r} must hold four orbital numbers [p, q, r, s]")
        for index in quadruple:
            if _integer("orbital index", index, 1) > orbitals:
                raise InvalidInput(f"orbital index {index} must be at most orbitals={orbitals}")


def _spectrum_rule(inputs: Question) -> None:
    check_dot(inputs["dot"])
    _check_electrons(inputs, 2 * inputs["dot"]["orbitals"])
    _check_levels("levels", inputs, inputs["electrons"])


def _transition_rule(inputs: Question) -> None:
    check_dot(inputs["dot"])
    _check_electrons(inputs, 2 * inputs["dot"]["orbitals"] - 1)
    _check_levels("levels_from", inputs, inputs["electrons"])
    _check_levels("levels_to", inputs, inputs["electrons"] + 1)


def _transport_rule(inputs: Question) -> None:
    electrons = [_check_level(level) for level in _list("levels", inputs["levels"])]
    if not isinstance(inputs["transitions"], list | tuple):
        raise InvalidInput(f"transitions={inputs['transitions']!r} must be a list")
    seen: set[tuple[int, int]] = set()
    for transition in inputs["transitions"]:
        ends = _check_transition(transition, electrons)
        if ends in seen:
            raise InvalidInput(f"transition {ends[0]} -> {ends[1]} must be listed once")
        seen.add(ends)
    leads: list[Fields] = []
    for value in _list("leads", inputs["leads"]):
        lead = _fields("lead", value, _LEAD)
        leads.append(lead)
        _non_negative("rate", lead["rate"])
        _real("mu", lead["mu"])
    if [lead["name"] for lead in leads] not in (["L", "R"], ["R", "L"]):
        raise InvalidInput(f"leads={[lead['name'] for lead in leads]!r} must be named 'L' and 'R'")
    _positive("kT", inputs["kT"])
    _real("gate", inputs["gate"])


def _check_level(value: object) -> int:
    level = _fields("level", value, _LEVEL)
    electrons = _integer("electrons", level["electrons"], 0)
    _real("energy", level["energy"])
    _integer("two_S", level["two_S"], 0)
    return electrons


def _check_transition(value: object, electrons: Sequence[int]) -> tuple[int, int]:
    """Return the places of both levels of a valid transition."""
    transition = _fields("transition", value, _TRANSITION)
    start, end = (_integer(name, transition[name], 0) for name in ("from", "to"))
    if max(start, end) >= len(electrons):
        raise InvalidInput(f"transition {start} -> {end} must join two of the {len(electrons)} levels")
    if electrons[end] != electrons[start] + 1:
        raise InvalidInput(
            f"transition {start} -> {end} must add one electron, not go from {electrons[start]} to {electrons[end]}"
        )
    _non_negative("M", transition["M"])
    return start, end


_TRANSPORT: Final = frozenset({"levels", "transitions", "leads", "kT", "gate"})
_RULES: Final[Mapping[str, tuple[frozenset[str], Callable[[Question], None]]]] = {
    "clebsch_gordan_weight": (frozenset({"two_S_i", "two_S_j"}), _weight_rule),
    "interaction_integrals": (frozenset({"dot", "indices"}), _integrals_rule),
    "spectrum": (frozenset({"dot", "electrons", "levels"}), _spectrum_rule),
    "transition_probabilities": (frozenset({"dot", "electrons", "levels_from", "levels_to"}), _transition_rule),
    "stationary_state": (_TRANSPORT, _transport_rule),
    "current": (_TRANSPORT, _transport_rule),
}
TASKS: Final = tuple(_RULES)

"""What the protocol calls a valid input, task by task (protocol.md, "Tasks" and "Errors").

Every rule is enforced once, here: the builtin implementation, the command line and the oracle all call it. The same
rules stand in `qdverify.protocol.input_rules` as sentences with examples. Real numbers may come as floats or as exact
`Fraction`s.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

KERNELS: Final = ("soft-coulomb", "contact", "constant", "none")


class InvalidInput(ValueError):
    """An input that breaks a rule of the protocol; the message names the value and the rule."""


def check_inputs(task: str, inputs: Mapping[str, Any]) -> None:
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


def _integer(name: str, value: Any, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise InvalidInput(f"{name}={value!r} must be an integer of at least {least}")
    return value


def _real(name: str, value: Any, rule: str = "finite", holds: Callable[[Any], bool] = lambda _: True) -> Any:
    number = isinstance(value, int | float | Fraction) and not isinstance(value, bool)
    # a whole number too large for a double has no float to ask
    if not number or (isinstance(value, float) and not math.isfinite(value)) or not holds(value):
        raise InvalidInput(f"{name}={_shown(value)} must be {rule}")
    return value


def _shown(value: Any) -> str:
    """Return a value as a user may have typed it."""
    if not isinstance(value, Fraction):
        return repr(value)
    try:
        return repr(float(value))
    except OverflowError:
        return str(value)


def _positive(name: str, value: Any) -> Any:
    return _real(name, value, "positive and finite", lambda number: number > 0)


def _non_negative(name: str, value: Any) -> Any:
    return _real(name, value, "non-negative and finite", lambda number: number >= 0)


def _list(name: str, value: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple) or not value:
        raise InvalidInput(f"{name}={value!r} must be a non-empty list")
    return value


def _fields(name: str, value: Any, fields: set[str]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or set(value) != fields:
        raise InvalidInput(f"{name}={value!r} must be an object with {', '.join(sorted(fields))}")
    return value


def check_dot(dot: Any) -> None:
    """Raise `InvalidInput` unless `dot` is a valid DOT of the protocol."""
    dot = _fields("dot", dot, {"length", "cutoff", "orbitals", "kernel", "strength"})
    if dot["kernel"] not in KERNELS:
        raise InvalidInput(f"kernel={dot['kernel']!r} must be one of {', '.join(KERNELS)}")
    _positive("length", dot["length"])
    (_positive if dot["kernel"] == "soft-coulomb" else _non_negative)("cutoff", dot["cutoff"])
    _integer("orbitals", dot["orbitals"], 1)
    _real("strength", dot["strength"])


def _check_electrons(inputs: Mapping[str, Any], most: int) -> None:
    electrons = _integer("electrons", inputs["electrons"], 0)
    if electrons > most:
        raise InvalidInput(
            f"electrons={electrons} must be at most {most}: {inputs['dot']['orbitals']} orbitals hold no more"
        )


def _check_levels(name: str, inputs: Mapping[str, Any], electrons: int) -> None:
    levels, orbitals = _integer(name, inputs[name], 1), inputs["dot"]["orbitals"]
    most = number_of_levels(orbitals, electrons, levels)
    if most < levels:
        raise InvalidInput(
            f"{name}={levels} must be at most {most}: {orbitals} orbitals have no more levels of {electrons} electrons"
        )


def number_of_levels(orbitals: int, electrons: int, enough: int) -> int:
    """Return how many levels N electrons have in M orbitals, or any number from `enough` on where there are as many.

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


def _weight_rule(inputs: Mapping[str, Any]) -> None:
    _integer("two_S_i", inputs["two_S_i"], 0)
    _integer("two_S_j", inputs["two_S_j"], 0)


def _integrals_rule(inputs: Mapping[str, Any]) -> None:
    check_dot(inputs["dot"])
    orbitals = inputs["dot"]["orbitals"]
    for quadruple in _list("indices", inputs["indices"]):
        if not isinstance(quadruple, list | tuple) or len(quadruple) != 4:
            raise InvalidInput(f"indices entry {quadruple!r} must hold four orbital numbers [p, q, r, s]")
        for index in quadruple:
            if _integer("orbital index", index, 1) > orbitals:
                raise InvalidInput(f"orbital index {index} must be at most orbitals={orbitals}")


def _spectrum_rule(inputs: Mapping[str, Any]) -> None:
    check_dot(inputs["dot"])
    _check_electrons(inputs, 2 * inputs["dot"]["orbitals"])
    _check_levels("levels", inputs, inputs["electrons"])


def _transition_rule(inputs: Mapping[str, Any]) -> None:
    check_dot(inputs["dot"])
    _check_electrons(inputs, 2 * inputs["dot"]["orbitals"] - 1)
    _check_levels("levels_from", inputs, inputs["electrons"])
    _check_levels("levels_to", inputs, inputs["electrons"] + 1)


def _transport_rule(inputs: Mapping[str, Any]) -> None:
    electrons = [_check_level(level) for level in _list("levels", inputs["levels"])]
    if not isinstance(inputs["transitions"], list | tuple):
        raise InvalidInput(f"transitions={inputs['transitions']!r} must be a list")
    seen: set[tuple[int, int]] = set()
    for transition in inputs["transitions"]:
        ends = _check_transition(transition, electrons)
        if ends in seen:
            raise InvalidInput(f"transition {ends[0]} -> {ends[1]} must be listed once")
        seen.add(ends)
    leads = _list("leads", inputs["leads"])
    for lead in leads:
        _fields("lead", lead, {"name", "rate", "mu"})
        _non_negative("rate", lead["rate"])
        _real("mu", lead["mu"])
    if [lead["name"] for lead in leads] not in (["L", "R"], ["R", "L"]):
        raise InvalidInput(f"leads={[lead['name'] for lead in leads]!r} must be named 'L' and 'R'")
    _positive("kT", inputs["kT"])
    _real("gate", inputs["gate"])


def _check_level(level: Any) -> int:
    _fields("level", level, {"electrons", "energy", "two_S"})
    electrons = _integer("electrons", level["electrons"], 0)
    _real("energy", level["energy"])
    _integer("two_S", level["two_S"], 0)
    return electrons


def _check_transition(transition: Any, electrons: Sequence[int]) -> tuple[int, int]:
    """Return the places of both levels of a valid transition."""
    _fields("transition", transition, {"from", "to", "M"})
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
_RULES: Final[Mapping[str, tuple[frozenset[str], Callable[[Mapping[str, Any]], None]]]] = {
    "clebsch_gordan_weight": (frozenset({"two_S_i", "two_S_j"}), _weight_rule),
    "interaction_integrals": (frozenset({"dot", "indices"}), _integrals_rule),
    "spectrum": (frozenset({"dot", "electrons", "levels"}), _spectrum_rule),
    "transition_probabilities": (frozenset({"dot", "electrons", "levels_from", "levels_to"}), _transition_rule),
    "stationary_state": (_TRANSPORT, _transport_rule),
    "current": (_TRANSPORT, _transport_rule),
}
TASKS: Final = tuple(_RULES)

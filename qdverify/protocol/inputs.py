"""What the protocol calls a valid input, task by task (protocol.md, "Tasks" and "Errors").

Every rule is enforced once, here, in `qdverify.protocol.dots` and in `qdverify.protocol.rate_equations`: the builtin
implementation, the command line and the oracle all call it. The same rules stand in `qdverify.protocol.input_rules` as
sentences with examples. Real numbers may come as floats or as exact `Fraction`s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from qdverify.protocol.dots import KERNELS, as_dot, check_dot, orbitals_of
from qdverify.protocol.json_types import Question
from qdverify.protocol.plain import shown
from qdverify.protocol.rate_equations import (
    all_leads_at_rest_rule,
    counted_rule,
    counting_rule,
    lead_fields_rule,
    leads_at_rest_rule,
    left_and_right_rule,
    many_leads_rule,
    spins_at_rest_rule,
    spins_rule,
    two_leads_rule,
)
from qdverify.protocol.values import InvalidInput, integer, non_empty_list, weights

__all__ = ["KERNELS", "TASKS", "InvalidInput", "as_dot", "check_dot", "check_inputs", "number_of_levels"]


def check_inputs(task: str, inputs: Question) -> None:
    """Raise `InvalidInput` unless `inputs` are valid params of `task`."""
    if task not in _RULES:
        raise InvalidInput(f"task={shown(task)} must be one of {', '.join(_RULES)}")
    expected, rule = _RULES[task]
    missing = sorted(expected - set(inputs))
    if missing:
        raise InvalidInput(f"{missing[0]} is missing: {task} takes {', '.join(sorted(expected))}")
    unknown = sorted(set(inputs) - expected - OPTIONAL.get(task, frozenset()))
    if unknown:
        raise InvalidInput(f"{unknown[0]!r} is no input of {task}, which takes {', '.join(sorted(expected))}")
    rule(inputs)


def _check_electrons(inputs: Question, most: int) -> None:
    electrons = integer("electrons", inputs["electrons"], 0)
    if electrons > most:
        raise InvalidInput(
            f"electrons={electrons} must be at most {most}: {orbitals_of(inputs['dot'])} orbitals hold no more"
        )


def _check_levels(name: str, inputs: Question, electrons: int) -> None:
    levels, orbitals = integer(name, inputs[name], 1), orbitals_of(inputs["dot"])
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
    integer("two_S_i", inputs["two_S_i"], 0)
    integer("two_S_j", inputs["two_S_j"], 0)


def _integrals_rule(inputs: Question) -> None:
    check_dot(inputs["dot"])
    orbitals = orbitals_of(inputs["dot"])
    for quadruple in non_empty_list("indices", inputs["indices"]):
        if not isinstance(quadruple, list | tuple) or len(quadruple) != 4:
            raise InvalidInput(f"indices entry {quadruple!r} must hold four orbital numbers [p, q, r, s]")
        for index in quadruple:
            if integer("orbital index", index, 1) > orbitals:
                raise InvalidInput(f"orbital index {index} must be at most orbitals={orbitals}")


def _spectrum_rule(inputs: Question) -> None:
    check_dot(inputs["dot"])
    _check_electrons(inputs, 2 * orbitals_of(inputs["dot"]))
    _check_levels("levels", inputs, inputs["electrons"])


def _transition_rule(inputs: Question) -> None:
    check_dot(inputs["dot"])
    _check_electrons(inputs, 2 * orbitals_of(inputs["dot"]) - 1)
    _check_levels("levels_from", inputs, inputs["electrons"])
    _check_levels("levels_to", inputs, inputs["electrons"] + 1)
    if "weights" in inputs:
        weights("weights", inputs["weights"], orbitals_of(inputs["dot"]))


OPTIONAL: Final[Mapping[str, frozenset[str]]] = {"transition_probabilities": frozenset({"weights"})}
"""The params of each task that may be left out."""
_TRANSPORT: Final = frozenset({"levels", "transitions", "leads", "kT", "gate"})
LEAD_TASKS: Final = ("lead_currents", "heat_currents")
"""Tasks on a rate equation between any number of leads, which are optional."""
SPIN_TASKS: Final = ("spin_currents", "spin_heat", "spin_populations")
"""Tasks on the S_z-resolved rate equation in a field, which are optional."""
OPTIONAL_TASKS: Final = (
    *LEAD_TASKS,
    *SPIN_TASKS,
    "linear_response",
    "lead_response",
    "spin_response",
    "conductance_parts",
    "cumulants",
    "lead_cumulants",
    "generating_function",
    "lead_generating_function",
)
"""Tasks beyond those of version 1 whose inputs have rules of their own."""
BIAS_TASKS: Final = ("differential_conductance", "noise")
"""Further tasks on a rate equation between L and R, whose inputs are those of the current."""
_RULES: Final[Mapping[str, tuple[frozenset[str], Callable[[Question], None]]]] = {
    "clebsch_gordan_weight": (frozenset({"two_S_i", "two_S_j"}), _weight_rule),
    "interaction_integrals": (frozenset({"dot", "indices"}), _integrals_rule),
    "spectrum": (frozenset({"dot", "electrons", "levels"}), _spectrum_rule),
    "transition_probabilities": (frozenset({"dot", "electrons", "levels_from", "levels_to"}), _transition_rule),
    "stationary_state": (_TRANSPORT, two_leads_rule),
    "current": (_TRANSPORT, two_leads_rule),
    **dict.fromkeys(BIAS_TASKS, (_TRANSPORT, two_leads_rule)),
    **dict.fromkeys(LEAD_TASKS, (_TRANSPORT, many_leads_rule)),
    **dict.fromkeys(SPIN_TASKS, (_TRANSPORT | {"zeeman"}, spins_rule)),
    "linear_response": (_TRANSPORT, leads_at_rest_rule),
    "lead_response": (_TRANSPORT, all_leads_at_rest_rule),
    "spin_response": (_TRANSPORT | {"zeeman"}, spins_at_rest_rule),
    "conductance_parts": (_TRANSPORT, left_and_right_rule),
    "cumulants": (_TRANSPORT, two_leads_rule),
    "lead_cumulants": (_TRANSPORT | {"counted"}, counted_rule),
    "generating_function": (_TRANSPORT | {"theta"}, counting_rule),
    "lead_generating_function": (_TRANSPORT | {"theta"}, lead_fields_rule),
}
TASKS: Final = tuple(task for task in _RULES if task not in (*OPTIONAL_TASKS, *BIAS_TASKS))
"""The six tasks of version 1."""

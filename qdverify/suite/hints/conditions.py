"""What can be said of a case in one word or number: the conditions by which failing and passing cases may differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from math import inf
from typing import Final, TypeAlias

from qdverify.protocol.json_types import Fields, Lead, Level, Question

Case: TypeAlias = Question
Value = float | str | None


def _dot(case: Case) -> Fields:
    dot = case.get("dot")
    return dot if isinstance(dot, Mapping) else {}


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _soft_ratio(case: Case) -> Value:
    dot = _dot(case)
    return dot["cutoff"] / dot["length"] if dot.get("kernel") == "soft-coulomb" else None


def _sign(value: float | None) -> Value:
    if value is None:
        return None
    return "negative" if value < 0 else "positive" if value > 0 else "zero"


def _leads(case: Case) -> dict[str, Lead]:
    leads = case.get("leads")
    found = {lead["name"]: lead for lead in leads} if isinstance(leads, list) else {}
    return found if set(found) == {"L", "R"} else {}


def _of_leads(read: Callable[[Lead, Lead], Value]) -> Callable[[Case], Value]:
    def value(case: Case) -> Value:
        leads = _leads(case)
        return read(leads["L"], leads["R"]) if leads else None

    return value


def _ratio(first: float, second: float) -> float:
    if first and second:
        return first / second
    return inf if first else 0.0


def _of_levels(read: Callable[[list[Level]], Value]) -> Callable[[Case], Value]:
    def value(case: Case) -> Value:
        levels = case.get("levels")
        return read(levels) if isinstance(levels, list) and levels else None

    return value


def _equal_levels(levels: list[Level]) -> Value:
    return "equal levels" if any(a == b for a, b in combinations(levels, 2)) else "no equal levels"


def _smallest_M(case: Case) -> Value:
    transitions = case.get("transitions")
    return min(item["M"] for item in transitions) if isinstance(transitions, list) and transitions else None


def _largest_M(case: Case) -> Value:
    transitions = case.get("transitions")
    return max(item["M"] for item in transitions) if isinstance(transitions, list) and transitions else None


def _smallest_argument(case: Case) -> Value:
    """Return the smallest distance from zero of an argument of f, zero itself left out."""
    if not _leads(case) or not isinstance(case.get("transitions"), list) or not case.get("kT"):
        return None
    energy = [item["energy"] for item in case["levels"]]
    steps = [energy[item["to"]] - energy[item["from"]] - case["gate"] for item in case["transitions"]]
    arguments = [abs(step - lead["mu"]) / case["kT"] for step in steps for lead in case["leads"]]
    return min((x for x in arguments if x), default=None)


def _indices(case: Case) -> Value:
    indices = case.get("indices")
    return max(n for quadruple in indices for n in quadruple) if isinstance(indices, list) and indices else None


def _given(name: str) -> Callable[[Case], Value]:
    return lambda case: _number(case.get(name))


def _given_of_dot(name: str) -> Callable[[Case], Value]:
    return lambda case: _number(_dot(case).get(name))


def _parity(name: str) -> Callable[[Case], Value]:
    def value(case: Case) -> Value:
        number = _number(case.get(name))
        return None if number is None else ("odd" if number % 2 else "even")

    return value


def _change_of_spin(case: Case) -> Value:
    if "two_S_i" not in case or "two_S_j" not in case:
        return None
    return "rises" if case["two_S_j"] > case["two_S_i"] else "does not rise"


WORDS: Final[Mapping[str, Callable[[Case], Value]]] = {
    "kernel {}": lambda case: _dot(case).get("kernel"),
    "{} s": lambda case: _sign(_number(_dot(case).get("strength"))),
    "{} N": _parity("electrons"),
    "{} 2S_i": _parity("two_S_i"),
    "a spin that {}": _change_of_spin,
    "lead {} listed first": lambda case: case["leads"][0]["name"] if _leads(case) else None,
    "{} mu_L - mu_R": _of_leads(lambda left, right: _sign(left["mu"] - right["mu"])),
    "a {} gate": lambda case: _sign(_number(case.get("gate"))),
    "{}": _of_levels(_equal_levels),
    "lead {}": lambda case: case.get("lead") or case.get("thin"),
}
NUMBERS: Final[Mapping[str, Callable[[Case], Value]]] = {
    "N": _given("electrons"),
    "M": _given_of_dot("orbitals"),
    "L": _given_of_dot("length"),
    "lambda/L": _soft_ratio,
    "s": _given_of_dot("strength"),
    "two_S_i": _given("two_S_i"),
    "two_S_j": _given("two_S_j"),
    "the largest index": _indices,
    "kT": _given("kT"),
    "the gate": _given("gate"),
    "t_L/t_R": _of_leads(lambda left, right: _ratio(left["rate"], right["rate"])),
    "the smaller rate": _of_leads(lambda left, right: min(left["rate"], right["rate"])),
    "the larger rate": _of_leads(lambda left, right: max(left["rate"], right["rate"])),
    "the larger mu": _of_leads(lambda left, right: max(left["mu"], right["mu"])),
    "the smaller mu": _of_leads(lambda left, right: min(left["mu"], right["mu"])),
    "the distance of mu_L and mu_R": _of_leads(lambda left, right: abs(left["mu"] - right["mu"])),
    "the smallest M_ji": _smallest_M,
    "the largest M_ji": _largest_M,
    "the smallest argument of f": _smallest_argument,
    "the number of levels": _of_levels(len),
    "the largest N": _of_levels(lambda levels: max(item["electrons"] for item in levels)),
    "the largest 2S": _of_levels(lambda levels: max(item["two_S"] for item in levels)),
    "the lowest energy": _of_levels(lambda levels: min(item["energy"] for item in levels)),
}

"""What can be said of a case in one word or number: the conditions by which failing and passing cases may differ.

A condition on words is one value of such a word; one on numbers is a side of a threshold, and one on whole numbers may
be a single value too. Each is written as what the cases do: "have even N", "list lead R first".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from math import inf
from typing import Final, TypeAlias

from qdverify.protocol.dots import orbitals_of
from qdverify.protocol.json_types import Fields, Lead, Level, Question

Case: TypeAlias = Question
Value = float | str | None
Read = Callable[[Case], Value]


def _dot(case: Case) -> Fields:
    dot = case.get("dot")
    return dot if isinstance(dot, Mapping) else {}


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _soft_ratio(case: Case) -> Value:
    dot = _dot(case)
    return dot["cutoff"] / dot["length"] if dot.get("kernel") == "soft-coulomb" else None


def _cutoff(case: Case) -> Value:
    dot = _dot(case)
    return dot["cutoff"] if dot.get("kernel") == "soft-coulomb" else None


def _sign(value: float | None) -> Value:
    if value is None:
        return None
    return "negative" if value < 0 else "positive" if value > 0 else "zero"


def _filling(case: Case) -> Value:
    orbitals, electrons = _number(_dot(case).get("orbitals")), _number(case.get("electrons"))
    if orbitals is None or electrons is None:
        return None
    return "more electrons than orbitals" if electrons > orbitals else "no more electrons than orbitals"


def _free_orbitals(case: Case) -> Value:
    return float(2 * orbitals_of(_dot(case)) - case["electrons"])


def _leads(case: Case) -> dict[str, Lead]:
    leads = case.get("leads")
    found = {lead["name"]: lead for lead in leads} if isinstance(leads, list) else {}
    return found if set(found) == {"L", "R"} else {}


def _of_leads(read: Callable[[Lead, Lead], Value]) -> Read:
    def value(case: Case) -> Value:
        leads = _leads(case)
        return read(leads["L"], leads["R"]) if leads else None

    return value


def _ratio(first: float, second: float) -> float:
    if first and second:
        return first / second
    return inf if first else 0.0


def _smallest_rate(left: Lead, right: Lead) -> Value:
    return min((lead["rate"] for lead in (left, right) if lead["rate"]), default=None)


def _of_levels(read: Callable[[list[Level]], Value]) -> Read:
    def value(case: Case) -> Value:
        levels = case.get("levels")
        return read(levels) if isinstance(levels, list) and levels else None

    return value


def _equal_levels(levels: list[Level]) -> Value:
    return "equal levels" if any(a == b for a, b in combinations(levels, 2)) else "no equal levels"


def _coinciding_levels(levels: list[Level]) -> Value:
    keys = [(item["electrons"], item["energy"]) for item in levels]
    return "levels of one N and one energy" if len(set(keys)) < len(keys) else "no levels of one N and one energy"


def _order_of_levels(levels: list[Level]) -> Value:
    electrons = [item["electrons"] for item in levels]
    return "rising" if electrons == sorted(electrons) else "not rising"


def _of_M(read: Callable[[list[float]], Value]) -> Read:
    def value(case: Case) -> Value:
        transitions = case.get("transitions")
        found = [item["M"] for item in transitions] if isinstance(transitions, list) else []
        # M_ji of each lead are no one number
        return None if not found or any(isinstance(M, Mapping) for M in found) else read(found)

    return value


def _smallest_argument(case: Case) -> Value:
    """Return the smallest distance from zero of an argument of f, zero itself left out."""
    return min((x for x in map(abs, _arguments(case)) if x), default=None)


def _largest_argument(case: Case) -> Value:
    return max(map(abs, _arguments(case)), default=None)


def _arguments(case: Case) -> list[float]:
    if not _leads(case) or not isinstance(case.get("transitions"), list) or not case.get("kT"):
        return []
    energy = [item["energy"] for item in case["levels"]]
    steps = [energy[item["to"]] - energy[item["from"]] - case["gate"] for item in case["transitions"]]
    return [(step - lead["mu"]) / case["kT"] for step in steps for lead in case["leads"]]


def _indices(case: Case) -> Value:
    indices = case.get("indices")
    return max(n for quadruple in indices for n in quadruple) if isinstance(indices, list) and indices else None


def _given(name: str) -> Read:
    return lambda case: _number(case.get(name))


def _given_of_dot(name: str) -> Read:
    return lambda case: _number(_dot(case).get(name))


def _parity(read: Read) -> Read:
    def value(case: Case) -> Value:
        number = read(case)
        return None if not isinstance(number, float) else ("odd" if number % 2 else "even")

    return value


def _change_of_spin(case: Case) -> Value:
    if "two_S_i" not in case or "two_S_j" not in case:
        return None
    step = case["two_S_j"] - case["two_S_i"]
    return "rises by 1/2" if step == 1 else "falls by 1/2" if step == -1 else "changes by something else"


WORDS: Final[Mapping[str, Read]] = {
    "have kernel {}": lambda case: _dot(case).get("kernel"),
    "have {} s": lambda case: _sign(_number(_dot(case).get("strength"))),
    "have {} N": _parity(_given("electrons")),
    "have {} M": _parity(_given_of_dot("orbitals")),
    "have {}": _filling,
    "have {} 2S_i": _parity(_given("two_S_i")),
    "have a spin that {}": _change_of_spin,
    "list lead {} first": lambda case: case["leads"][0]["name"] if _leads(case) else None,
    "have {} mu_L - mu_R": _of_leads(lambda left, right: _sign(left["mu"] - right["mu"])),
    "have a {} gate": lambda case: _sign(_number(case.get("gate"))),
    "hold {}": _of_levels(_equal_levels),
    "hold {} ": _of_levels(_coinciding_levels),
    "have an {} number of levels": _of_levels(lambda levels: "odd" if len(levels) % 2 else "even"),
    "list levels with {} N": _of_levels(_order_of_levels),
    "have an M_ji of 0: {}": _of_M(lambda values: "yes" if 0.0 in values else "no"),
    "concern lead {}": lambda case: case.get("lead") or case.get("thin"),
    "come from a start that is {}": lambda case: (
        None if "blind_to" not in case else "random" if case["blind_to"] is None else "blind to one S_z"
    ),
}
SAME_FIELD: Final[Mapping[str, tuple[str, ...]]] = {
    "have {} s": ("s",),
    "have {} N": ("N",),
    "have {} M": ("M",),
    "have {} 2S_i": ("2S_i",),
    "have a {} gate": ("a gate", "a gate of size"),
    "have an {} number of levels": ("a number of levels",),
}
"""Numbers that say no more than a word that separates already."""
OF_PARITY: Final[Mapping[str, str]] = {
    "have {} N": "N",
    "have {} M": "M",
    "have {} 2S_i": "2S_i",
    "have an {} number of levels": "a number of levels",
}
"""Words that say whether a number is even or odd, and that number."""
WHOLE: Final[Mapping[str, Read]] = {
    "N": _given("electrons"),
    "M": _given_of_dot("orbitals"),
    "2M - N": _free_orbitals,
    "2S_i": _given("two_S_i"),
    "2S_j": _given("two_S_j"),
    "a number of levels": _of_levels(lambda levels: float(len(levels))),
    "a largest N": _of_levels(lambda levels: float(max(item["electrons"] for item in levels))),
    "a largest 2S": _of_levels(lambda levels: float(max(item["two_S"] for item in levels))),
}
SMALLEST: Final = "smallest value"
NUMBERS: Final[Mapping[str, Read]] = {
    **WHOLE,
    "L": _given_of_dot("length"),
    "lambda/L": _soft_ratio,
    "lambda": _cutoff,
    "s": _given_of_dot("strength"),
    "a largest index": _indices,
    "kT": _given("kT"),
    "a gate": _given("gate"),
    "t_L/t_R": _of_leads(lambda left, right: _ratio(left["rate"], right["rate"])),
    "a ratio of the rates": _of_leads(
        lambda left, right: _ratio(max(left["rate"], right["rate"]), min(left["rate"], right["rate"]))
    ),
    "a smaller rate": _of_leads(_smallest_rate),
    "a larger rate": _of_leads(lambda left, right: max(left["rate"], right["rate"])),
    "a larger mu": _of_leads(lambda left, right: max(left["mu"], right["mu"])),
    "a smaller mu": _of_leads(lambda left, right: min(left["mu"], right["mu"])),
    "a mu of size": _of_leads(lambda left, right: max(abs(left["mu"]), abs(right["mu"]))),
    "a distance of mu_L and mu_R": _of_leads(lambda left, right: abs(left["mu"] - right["mu"])),
    "a gate of size": lambda case: abs(case["gate"]),
    "a smallest M_ji above 0": _of_M(lambda values: min((M for M in values if M), default=None)),
    "a largest M_ji": _of_M(max),
    "a smallest argument of f": _smallest_argument,
    "a largest argument of f": _largest_argument,
    "a smallest right value": _given(SMALLEST),
    "a lowest energy": _of_levels(lambda levels: min(item["energy"] for item in levels)),
}

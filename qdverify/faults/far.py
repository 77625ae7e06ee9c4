"""Faults far from the usual: floors and caps on inputs, tables that end, names that are cut off, numbers read as 0."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from qdverify.faults import methods
from qdverify.faults.fault import Fault
from qdverify.protocol.accuracy import rates_of_spins
from qdverify.suite.of_task import in_a_name, stage_of

COLDEST: Final = 1e-3
HOTTEST: Final = 3.0
LARGEST_SPLITTING: Final = 3.0
SMALLEST_SPLITTING: Final = 1e-4
LARGEST_RATE: Final = 50.0
SMALLEST_RATE: Final = 1e-3
SMALLEST_M: Final = 1e-5
LARGEST_ENERGY: Final = 30.0
LETTERS: Final = 8
LARGEST_TABULATED: Final = 5
"""Twice the spin."""
MOST_LEADS: Final = 16
MOST_FIELDS: Final = 8
LARGEST_FIELD: Final = 49.0
LARGEST_THERMOPOWER: Final = 50.0
_Q = Any
"""Params or an answer as JSON: which they are, the task decides."""


def _temperature(change: Callable[[float], float]) -> Callable[[_Q], _Q]:
    def changed(question: _Q) -> _Q:
        leads = [{**lead, "kT": change(lead["kT"])} if "kT" in lead else lead for lead in question["leads"]]
        return {**question, "kT": change(question["kT"]), "leads": leads}

    return changed


def _rates(change: Callable[[float], float]) -> Callable[[_Q], _Q]:
    def changed(question: _Q) -> _Q:
        leads = []
        for lead in question["leads"]:
            up, down = map(change, rates_of_spins(lead))
            leads.append({**lead, "rate": {"up": up, "down": down} if isinstance(lead["rate"], Mapping) else up})
        return {**question, "leads": leads}

    return changed


def _strength(item: _Q, change: Callable[[float], float]) -> _Q:
    """Return a transition with another M_ji at every lead."""
    M = item["M"]
    return {**item, "M": {name: change(at) for name, at in M.items()} if isinstance(M, Mapping) else change(M)}


def _strengths(change: Callable[[float], float]) -> Callable[[_Q], _Q]:
    return lambda question: {
        **question,
        "transitions": [_strength(item, change) for item in question["transitions"]],
    }


def _energies(question: _Q) -> _Q:
    levels = [
        {**level, "energy": max(-LARGEST_ENERGY, min(LARGEST_ENERGY, level["energy"]))} for level in question["levels"]
    ]
    return {**question, "levels": levels}


def _splitting(change: Callable[[float], float]) -> Callable[[_Q], _Q]:
    return lambda question: {**question, "zeeman": change(question["zeeman"])}


def _names(key: Callable[[str], str]) -> Callable[[_Q], _Q]:
    """Return the change that each lead has the M_ji of the last one whose name is the same to the program."""

    def changed(question: _Q) -> _Q:
        transitions = []
        for item in question["transitions"]:
            M = item["M"]
            if isinstance(M, Mapping):
                known = {key(name): value for name, value in M.items()}
                M = {name: known[key(name)] for name in M}
            transitions.append({**item, "M": M})
        return {**question, "transitions": transitions}

    return changed


def _kinds(levels: Sequence[Mapping[str, object]]) -> list[tuple[object, ...]]:
    return [(level["electrons"], level["energy"], level["two_S"]) for level in levels]


def _twins(question: _Q) -> _Q:
    """Return the question with the M_ji of the first of levels of one energy and spin for all of them."""
    kinds = _kinds(question["levels"])
    known: dict[object, object] = {}
    transitions = []
    for item in question["transitions"]:
        kind = kinds[item["from"]], kinds[item["to"]]
        transitions.append({**item, "M": known.setdefault(kind, item["M"])})
    return {**question, "transitions": transitions}


def _high_spins(question: _Q) -> _Q:
    levels, transitions = question["levels"], []
    for item in question["transitions"]:
        high = max(levels[item[end]]["two_S"] for end in ("from", "to")) > LARGEST_TABULATED
        transitions.append(_strength(item, lambda M: 1.01 * M) if high else item)
    return {**question, "transitions": transitions}


def _fields(question: _Q) -> _Q:
    """Return the question with fields that are cut off, those of leads after the middle of all was taken off."""

    def of(row: _Q) -> _Q:
        def cut(field: float) -> float:
            return max(-LARGEST_FIELD, min(LARGEST_FIELD, field))

        if not isinstance(row, Mapping):
            return cut(row)
        middle = (max(row.values()) + min(row.values())) / 2
        return {name: cut(field - middle) for name, field in row.items()}

    return {**question, "theta": [of(row) for row in question["theta"]]}


def _ninth_field(_: _Q, answer: _Q) -> _Q:
    values = list(answer["values"])
    return {"values": [value if k < MOST_FIELDS else values[MOST_FIELDS - 1] for k, value in enumerate(values)]}


def _few_leads(question: _Q, answer: _Q) -> _Q:
    n = len(question["leads"])
    kept = [k % n < MOST_LEADS for k in range(2 * n)]
    rows = [[float(value) for value in row] for row in answer["onsager"]]
    return {
        "onsager": [
            [value * (kept[row] and kept[column]) for column, value in enumerate(values)]
            for row, values in enumerate(rows)
        ]
    }


def _sign_by_order(question: _Q, answer: _Q) -> _Q:
    sign = -1.0 if question["leads"][0]["name"] == "R" else 1.0
    (a, b), (c, d) = answer["onsager"]
    return {**answer, "onsager": [[a, sign * b], [sign * c, d]], "thermopower": sign * answer["thermopower"]}


def _small_thermopower(_: _Q, answer: _Q) -> _Q:
    return {**answer, "thermopower": max(-LARGEST_THERMOPOWER, min(LARGEST_THERMOPOWER, answer["thermopower"]))}


def _mean_of_twins(question: _Q, answer: _Q) -> _Q:
    kinds, populations = _kinds(question["levels"]), [list(map(float, row)) for row in answer["populations"]]
    alike = [[row for row, other in zip(populations, kinds, strict=True) if other == kind] for kind in kinds]
    return {"populations": [[sum(each) / len(rows) for each in zip(*rows, strict=True)] for rows in alike]}


_QUESTIONS: Final[Sequence[tuple[str, str, Callable[[_Q], _Q], Sequence[str]]]] = (
    (
        "temperature-floored",
        "kT is at least 1e-3",
        _temperature(lambda kT: max(kT, COLDEST)),
        ("spin_currents", "linear_response", "generating_function", "conductance_parts"),
    ),
    (
        "temperature-capped",
        "kT is at most 3",
        _temperature(lambda kT: min(kT, HOTTEST)),
        ("spin_heat", "lead_response", "cumulants", "lead_generating_function"),
    ),
    (
        "splitting-capped",
        "abs(b) is at most 3",
        _splitting(lambda b: max(-LARGEST_SPLITTING, min(LARGEST_SPLITTING, b))),
        ("spin_currents",),
    ),
    (
        "small-splitting-dropped",
        "abs(b) below 1e-4 is taken for 0",
        _splitting(lambda b: b if abs(b) >= SMALLEST_SPLITTING else 0.0),
        ("spin_populations",),
    ),
    (
        "rates-capped",
        "rates are at most 50",
        _rates(lambda t: min(t, LARGEST_RATE)),
        ("spin_currents", "heat_currents"),
    ),
    (
        "slow-leads-raised",
        "rates of leads are at least 1e-3",
        _rates(lambda t: max(t, SMALLEST_RATE)),
        ("lead_response", "conductance_parts", "cumulants"),
    ),
    (
        "weak-transitions-dropped",
        "M_ji below 1e-5 is taken for 0",
        _strengths(lambda M: M if M >= SMALLEST_M else 0.0),
        ("spin_heat", "lead_currents"),
    ),
    ("energies-cut-off", "energies of levels are at most 30", _energies, ("spin_currents", "lead_cumulants")),
    (
        "names-cut-off",
        "M_ji is looked up by the first eight letters",
        _names(lambda n: n[:LETTERS]),
        ("lead_currents",),
    ),
    ("names-without-case", "M_ji is looked up without regard to case", _names(str.lower), ("lead_cumulants",)),
    ("twins-alike", "levels of one energy and spin have the M_ji of the first", _twins, ("spin_currents",)),
    ("high-spins-off", "Clebsch-Gordan coefficients from S = 3 on are off by 1 %", _high_spins, ("spin_response",)),
    ("fields-cut-off", "counting fields are at most 49", _fields, ("generating_function", "lead_generating_function")),
)
"""Name, sentence, what the question is taken for, and the tasks."""
_ANSWERS: Final[Sequence[tuple[str, str, Callable[[_Q, _Q], _Q], Sequence[str]]]] = (
    (
        "ninth-field-repeated",
        "the value at the eighth field is given for all further ones",
        _ninth_field,
        ("generating_function", "lead_generating_function"),
    ),
    ("sixteen-leads", "leads after the sixteenth do not respond", _few_leads, ("lead_response",)),
    ("signs-by-order", "L12 and S have the wrong sign if R is listed first", _sign_by_order, ("linear_response",)),
    ("thermopower-cut-off", "abs(S) is at most 50", _small_thermopower, ("linear_response",)),
    ("mean-of-twins", "levels of one energy and spin have one population", _mean_of_twins, ("spin_populations",)),
)
"""Name, sentence, what becomes of the answer, and the tasks."""


def taken_for(name: str, sentence: str, other: Callable[[_Q], _Q], task: str) -> Fault:
    """Return the fault that a question is taken for another one."""

    def change(right: methods.Task, **question: Any) -> methods.Answer:
        right(**question)  # refuses what is invalid
        answer: methods.Answer = right(**other(question))
        return answer

    return Fault(f"{name}-{in_a_name(task)}", stage_of(task), task, f"{sentence} ({in_a_name(task)})", change)


def made_of(name: str, sentence: str, other: Callable[[_Q, _Q], _Q], task: str) -> Fault:
    """Return the fault that something else is made of a question and its answer."""

    def change(right: methods.Task, **question: Any) -> methods.Answer:
        answer: methods.Answer = other(question, right(**question))
        return answer

    return Fault(f"{name}-{in_a_name(task)}", stage_of(task), task, f"{sentence} ({in_a_name(task)})", change)


def _all() -> Iterator[Fault]:
    for name, sentence, taken, tasks in _QUESTIONS:
        yield from (taken_for(name, sentence, taken, task) for task in tasks)
    for name, sentence, made, tasks in _ANSWERS:
        yield from (made_of(name, sentence, made, task) for task in tasks)


FAR: Final = {fault.name: fault for fault in _all()}

"""Faults at one end of a range: negative bias, one kT beside another, long lists of levels, caches that know sums."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from qdverify.faults.far import made_of, taken_for
from qdverify.faults.fault import Fault
from qdverify.faults.memory import Question, cached
from qdverify.protocol.nested import numbers
from qdverify.suite.of_task import in_a_name

LARGEST_RATIO: Final = 8.0
LARGEST_FIELD: Final = 20.0
"""In units of the nominal kT."""
LARGEST_OFFSET: Final = 300.0
SMALLEST_BIAS: Final = 1e-3
SMALLEST_DIFFERENCE: Final = 2e-6
SMALLEST_M: Final = 1e-6
STEEPEST_FALL: Final = -4.0
LARGEST_FANO: Final = 1e4
SMALLEST_FANO: Final = 0.4
SMALLEST_GAIN: Final = 1e-10
MOST_LEVELS: Final = 6
MOST_FIELDS: Final = 20
MOST_LEADS: Final = 20
SMALLEST_FIELD: Final = 1e-5
HIGHEST_TABULATED: Final = 8
HIGHEST_PAIRED: Final = 6
"""Twice the spin."""
_Q = Any
"""Params or an answer as JSON: which they are, the task decides."""


def _of_leads(change: Callable[[_Q, _Q], _Q]) -> Callable[[_Q], _Q]:
    """Return the change of every lead, which is told the question too."""
    return lambda question: {**question, "leads": [change(lead, question) for lead in question["leads"]]}


def _own_kT(change: Callable[[float, float], float]) -> Callable[[_Q], _Q]:
    def of_lead(lead: _Q, question: _Q) -> _Q:
        return {**lead, "kT": change(lead["kT"], question["kT"])} if "kT" in lead else lead

    return _of_leads(of_lead)


def _field_capped(question: _Q) -> _Q:
    most = LARGEST_FIELD * question["kT"]
    return {**question, "zeeman": max(-most, min(most, question["zeeman"]))}


def _gate_capped(question: _Q) -> _Q:
    return {**question, "gate": max(-LARGEST_OFFSET, min(LARGEST_OFFSET, question["gate"]))}


def _mu_joined(lead: _Q, question: _Q) -> _Q:
    first, kT = question["leads"][0]["mu"], question["kT"]
    return {**lead, "mu": first} if abs(lead["mu"] - first) < SMALLEST_DIFFERENCE * kT else lead


def _ascii_names(question: _Q) -> _Q:
    """Return the question in which each lead has the M_ji of the last one whose ASCII letters are the same."""

    def known(name: str) -> bytes:
        return name.encode("ascii", "replace")

    transitions = []
    for item in question["transitions"]:
        M = item["M"]
        if isinstance(M, Mapping):
            found = {known(name): at for name, at in M.items()}
            M = {name: found[known(name)] for name in M}
        transitions.append({**item, "M": M})
    return {**question, "transitions": transitions}


def _weak_M_dropped(question: _Q) -> _Q:
    def of(M: _Q) -> _Q:
        return {name: at if at >= SMALLEST_M else 0.0 for name, at in M.items()} if isinstance(M, Mapping) else M

    return {**question, "transitions": [{**item, "M": of(item["M"])} for item in question["transitions"]]}


def _turned_below(_: _Q, answer: _Q) -> _Q:
    return {**answer, "dI_dV": abs(answer["dI_dV"]) if answer["dI_dV"] < STEEPEST_FALL else answer["dI_dV"]}


def _turned_at_small_negative_bias(question: _Q, answer: _Q) -> _Q:
    mu = {lead["name"]: lead["mu"] for lead in question["leads"]}
    turned = -SMALLEST_BIAS < mu["L"] - mu["R"] < 0.0
    return {**answer, "dI_dV": -answer["dI_dV"] if turned else answer["dI_dV"]}


def _share_by_temperature(question: _Q, answer: _Q) -> _Q:
    warm = [lead.get("kT", question["kT"]) for lead in question["leads"]]
    if max(warm) <= LARGEST_RATIO * min(warm):
        return answer
    return {**answer, "growth": [1.02 * value for value in answer["growth"]]}


def _sorted_by_charge(question: _Q, answer: _Q) -> _Q:
    levels = question["levels"]
    if len(levels) <= MOST_LEVELS:
        return answer
    order = sorted(range(len(levels)), key=lambda k: levels[k]["electrons"])
    return {**answer, **{name: [answer[name][k] for k in order] for name in ("growth", "parts")}}


def _no_positive_parts(_: _Q, answer: _Q) -> _Q:
    parts = answer["parts"]
    return {**answer, "parts": [min(part, 0.0) for part in parts]} if len(parts) > MOST_LEVELS else answer


def _part_of_twins_to_the_first(question: _Q, answer: _Q) -> _Q:
    parts, levels = [*answer["parts"]], question["levels"]
    for k, one in enumerate(levels):
        first = levels.index(one)
        if first < k:
            parts[first] += parts[k]
            parts[k] = 0.0
    return {**answer, "parts": parts}


def _last_leads_left_out(question: _Q) -> _Q:
    leads = [{**lead, "rate": lead["rate"] if k < MOST_LEADS else 0.0} for k, lead in enumerate(question["leads"])]
    return {**question, "leads": leads}


def _highest_spins_off(question: _Q) -> _Q:
    high = any(one["two_S"] > HIGHEST_TABULATED for one in question["levels"])
    return {**question, "zeeman": (1.01 if high else 1.0) * question["zeeman"]}


def _turned_for_high_spins(question: _Q) -> _Q:
    """Return the question with the other sign of the field if a level of odd N and S > 3 is the lowest."""
    lowest = min(question["levels"], key=lambda one: one["energy"] - question["gate"] * one["electrons"])
    turned = lowest["electrons"] % 2 and lowest["two_S"] > HIGHEST_PAIRED
    return {**question, "zeeman": -question["zeeman"] if turned else question["zeeman"]}


def _tiny_fields_dropped(question: _Q) -> _Q:
    def of(row: _Q) -> _Q:
        if isinstance(row, Mapping):
            return {name: of(field) for name, field in row.items()}
        return row if abs(row) >= SMALLEST_FIELD else 0.0

    return {**question, "theta": [of(row) for row in question["theta"]]}


def _no_large_fano(_: _Q, answer: _Q) -> _Q:
    large = answer["fano"] is not None and answer["fano"] > LARGEST_FANO
    return {**answer, "fano": None} if large else answer


def _no_small_fano(_: _Q, answer: _Q) -> _Q:
    mean, variance, third = answer["cumulants"]
    return {"cumulants": [mean, max(variance, SMALLEST_FANO * abs(mean)), third]}


def _no_small_gains(_: _Q, answer: _Q) -> _Q:
    known = zip(answer["growth"], answer["parts"], strict=True)
    return {**answer, "parts": [part if abs(gain) >= SMALLEST_GAIN else 0.0 for gain, part in known]}


def _last_field_again(_: _Q, answer: _Q) -> _Q:
    values = [*answer["values"]]
    return {"values": [values[min(k, MOST_FIELDS - 1)] for k in range(len(values))]}


_OWN: Final = ("lead_currents", "heat_currents", "spin_heat", "conductance_parts", "lead_generating_function")
_QUESTIONS: Final[Sequence[tuple[str, str, Callable[[_Q], _Q], Sequence[str]]]] = (
    (
        "own-kT-capped",
        "the temperature of a lead is at most 8 kT",
        _own_kT(lambda own, kT: min(own, LARGEST_RATIO * kT)),
        _OWN,
    ),
    (
        "own-kT-raised",
        "the temperature of a lead is at least kT/8",
        _own_kT(lambda own, kT: max(own, kT / LARGEST_RATIO)),
        ("spin_currents", "spin_populations", "lead_cumulants"),
    ),
    (
        "field-capped-by-kT",
        "abs(b) is at most 20 kT, the nominal one",
        _field_capped,
        ("spin_heat",),
    ),
    (
        "gate-capped",
        "the gate is at most 300",
        _gate_capped,
        ("lead_currents", "conductance_parts", "lead_cumulants", "linear_response"),
    ),
    (
        "potentials-joined",
        "potentials that differ by less than 2e-6 kT are one",
        _of_leads(_mu_joined),
        ("current", "lead_currents", "spin_currents", "conductance_parts", "cumulants"),
    ),
    (
        "names-in-ascii",
        "M_ji is looked up by the ASCII letters of a name",
        _ascii_names,
        ("lead_currents", "lead_response", "spin_response", "lead_cumulants", "lead_generating_function"),
    ),
    (
        "twenty-leads",
        "leads after the twentieth are not coupled",
        _last_leads_left_out,
        ("lead_currents", "heat_currents", "spin_currents", "lead_generating_function"),
    ),
    (
        "highest-spins-off",
        "from S = 9/2 on a field is off by 1 %",
        _highest_spins_off,
        ("spin_currents",),
    ),
    (
        "field-turned-for-odd-high-spins",
        "a field has the other sign if the lowest level has odd N and S > 3",
        _turned_for_high_spins,
        ("spin_currents", "spin_populations"),
    ),
    (
        "tiny-fields-dropped",
        "counting fields below 1e-5 are taken for 0",
        _tiny_fields_dropped,
        ("lead_generating_function",),
    ),
    (
        "weakest-M-dropped",
        "M_ji below 1e-6 is taken for 0",
        _weak_M_dropped,
        ("lead_currents", "spin_currents", "lead_response"),
    ),
)
"""Name, sentence, what the question is taken for, and the tasks."""
_ANSWERS: Final[Sequence[tuple[str, str, Callable[[_Q, _Q], _Q], Sequence[str]]]] = (
    (
        "steep-fall-turned",
        "dI/dV below -4 has the wrong sign",
        _turned_below,
        ("differential_conductance", "conductance_parts"),
    ),
    (
        "small-negative-bias-turned",
        "dI/dV at -1e-3 < V < 0 has the wrong sign",
        _turned_at_small_negative_bias,
        ("differential_conductance",),
    ),
    (
        "growth-by-temperature",
        "growths are off by 2 % if one lead is eight times hotter",
        _share_by_temperature,
        ("conductance_parts",),
    ),
    (
        "levels-by-charge",
        "growths and parts of more than six levels are in order of charge",
        _sorted_by_charge,
        ("conductance_parts",),
    ),
    (
        "no-positive-parts",
        "no level of more than six has a positive part",
        _no_positive_parts,
        ("conductance_parts",),
    ),
    (
        "part-of-twins-to-the-first",
        "of levels alike the first has the parts of all",
        _part_of_twins_to_the_first,
        ("conductance_parts",),
    ),
    ("small-fano-raised", "no Fano factor is below 0.4", _no_small_fano, ("lead_cumulants",)),
    ("small-gains-dropped", "levels that gain less than 1e-10 have no part", _no_small_gains, ("conductance_parts",)),
    ("large-fano-dropped", "a Fano factor above 1e4 is null", _no_large_fano, ("noise",)),
    (
        "last-field-repeated",
        "the value at the twentieth field is given for all further ones",
        _last_field_again,
        ("generating_function", "lead_generating_function"),
    ),
)
"""Name, sentence, what becomes of the answer, and the tasks."""


def _with_sums_of_M(question: _Q) -> object:
    """Return a question that knows the sum of M_ji over leads alone."""
    return {
        **question,
        "transitions": [{**item, "M": round(sum(numbers(item["M"])), 12)} for item in question["transitions"]],
    }


def _with_fields_in_any_order(question: _Q) -> object:
    return {**question, "theta": sorted(map(str, question["theta"]))}


def _with_rates_in_any_order(question: _Q) -> object:
    leads = [{**lead, "rate": None} for lead in question["leads"]]
    return {**question, "leads": leads, "rates": sorted(lead["rate"] for lead in question["leads"])}


def _with_eight_digits(question: _Q) -> object:
    """Return a question that knows energies of levels to eight digits."""
    return {**question, "levels": [{**one, "energy": f"{one['energy']:.8g}"} for one in question["levels"]]}


def _in_units_of_kT(value: _Q) -> object:
    """Return a question that knows energies in units of kT alone."""

    def over(item: _Q, kT: float, name: str = "") -> _Q:
        if isinstance(item, Mapping):
            return {key: over(inner, kT, key) for key, inner in item.items()}
        if isinstance(item, list):
            return [over(inner, kT) for inner in item]
        return round(item / kT, 12) if name in ("energy", "mu", "kT", "gate", "zeeman") else item

    return over(value, value["kT"])


_MEMORY: Final[Sequence[tuple[str, str, Callable[[Question], object], Sequence[str]]]] = (
    (
        "kept-with-sums-of-M",
        "under the sum of M_ji over leads",
        _with_sums_of_M,
        (
            "lead_currents",
            "heat_currents",
            "lead_response",
            "spin_currents",
            "spin_heat",
            "spin_populations",
            "spin_response",
            "conductance_parts",
            "lead_cumulants",
        ),
    ),
    (
        "kept-with-fields-in-any-order",
        "under counting fields in any order",
        _with_fields_in_any_order,
        ("generating_function", "lead_generating_function"),
    ),
    ("kept-with-rates-in-any-order", "under rates in any order", _with_rates_in_any_order, ("cumulants",)),
    (
        "kept-with-energies-of-eight-digits",
        "under energies of eight digits",
        _with_eight_digits,
        (
            "lead_currents",
            "heat_currents",
            "linear_response",
            "spin_currents",
            "spin_heat",
            "spin_populations",
            "conductance_parts",
            "cumulants",
            "lead_cumulants",
            "generating_function",
            "lead_generating_function",
        ),
    ),
    (
        "kept-in-units-of-kT",
        "under energies in units of kT",
        _in_units_of_kT,
        ("heat_currents", "spin_heat", "linear_response", "conductance_parts"),
    ),
)
"""Name, under what answers are kept, what is left of a question, and the tasks."""


def _all() -> Iterator[Fault]:
    for name, sentence, taken, tasks in _QUESTIONS:
        yield from (taken_for(name, sentence, taken, task) for task in tasks)
    for name, sentence, made, tasks in _ANSWERS:
        yield from (made_of(name, sentence, made, task) for task in tasks)
    for name, sentence, known_by, tasks in _MEMORY:
        for task in tasks:
            yield cached(name, task, f"answers to {in_a_name(task)} are kept {sentence}", known_by)


DRAWN: Final = {fault.name: fault for fault in _all()}

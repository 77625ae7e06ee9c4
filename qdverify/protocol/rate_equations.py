"""What the protocol calls a valid rate equation: levels, transitions, leads, temperature and gate (protocol.md).

The tasks of version 1 take two leads, L and R, at one temperature. The tasks on any number of leads take 2 to
`MOST_LEADS` of any names, each with a temperature of its own if it has one, and M_ji as one number or as one for each
lead; `conductance_parts` takes such leads named L and R. The tasks on spins take a field besides, and a rate of each
lead as one number or as one for each spin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from qdverify.protocol.json_types import Fields, Question
from qdverify.protocol.plain import shown
from qdverify.protocol.values import InvalidInput, fields, integer, non_empty_list, non_negative, positive, real

MOST_LEADS: Final = 32
LONGEST_NAME: Final = 40
MOST_FIELDS: Final = 64
LARGEST_FIELD: Final = 100
_LEVEL: Final = frozenset({"electrons", "energy", "two_S"})
_TRANSITION: Final = frozenset({"from", "to", "M"})
_LEAD: Final = frozenset({"name", "rate", "mu"})
_SPINS: Final = frozenset({"up", "down"})


def two_leads_rule(inputs: Question) -> None:
    """Raise `InvalidInput` unless the params are a valid rate equation between the leads L and R."""
    names = [_check_lead(value) for value in non_empty_list("leads", inputs["leads"])]
    _check_scheme(inputs, lambda M: non_negative("M", M))
    if names not in (["L", "R"], ["R", "L"]):
        raise InvalidInput(f"leads={names!r} must be named 'L' and 'R'")
    _check_point(inputs)


def left_and_right_rule(inputs: Question) -> None:
    """Raise `InvalidInput` unless the params are a valid rate equation between any leads that are L and R."""
    many_leads_rule(inputs)
    names = [lead["name"] for lead in inputs["leads"]]
    if names not in (["L", "R"], ["R", "L"]):
        raise InvalidInput(f"leads={names!r} must be named 'L' and 'R'")


def leads_at_rest_rule(inputs: Question) -> None:
    """Raise `InvalidInput` unless the params are a valid rate equation between L and R at one chemical potential."""
    two_leads_rule(inputs)
    (mu_1, rate_1), (mu_2, rate_2) = ((lead["mu"], lead["rate"]) for lead in inputs["leads"])
    if mu_1 != mu_2:
        raise InvalidInput(f"mu={float(mu_1)!r} and {float(mu_2)!r} of the leads must be equal in linear response")
    if not rate_1 or not rate_2 or not any(item["M"] for item in inputs["transitions"]):
        raise InvalidInput("rates of the leads and an M must be above 0: without a current there is no thermopower")


def all_leads_at_rest_rule(inputs: Question) -> None:
    """Raise `InvalidInput` unless the params are a valid rate equation between leads at one potential and one kT."""
    many_leads_rule(inputs)
    _require_rest(inputs)


def spins_at_rest_rule(inputs: Question) -> None:
    """Raise `InvalidInput` unless the params are a valid S_z-resolved rate equation between leads at rest."""
    spins_rule(inputs)
    _require_rest(inputs)


def _require_rest(inputs: Question) -> None:
    own = [lead["name"] for lead in inputs["leads"] if "kT" in lead]
    if own:
        raise InvalidInput(f"leads {own} must have no kT of their own in linear response")
    potentials = [lead["mu"] for lead in inputs["leads"]]
    if len(set(potentials)) > 1:
        given = [float(mu) for mu in potentials]
        raise InvalidInput(f"mu={given} of the leads must be equal in linear response")


def counted_rule(inputs: Question) -> None:
    """Raise `InvalidInput` unless the params are a valid rate equation between any number of leads, some counted."""
    many_leads_rule(inputs)
    names, counted = [lead["name"] for lead in inputs["leads"]], non_empty_list("counted", inputs["counted"])
    if not all(isinstance(name, str) for name in counted) or len(set(counted)) < len(counted):
        raise InvalidInput(f"counted={counted!r} must be names of leads, each once")
    unknown = [name for name in counted if name not in names]
    if unknown:
        raise InvalidInput(f"counted={unknown!r} must be among the leads {names!r}")


def counting_rule(inputs: Question) -> None:
    """Raise `InvalidInput` unless the params are a valid rate equation between L and R, with counting fields."""
    two_leads_rule(inputs)
    for theta in _entries_of_theta(inputs):
        _check_field(theta)


def lead_fields_rule(inputs: Question) -> None:
    """Raise `InvalidInput` unless the params are a valid rate equation between leads, with counting fields of each."""
    many_leads_rule(inputs)
    names = frozenset(lead["name"] for lead in inputs["leads"])
    for row in _entries_of_theta(inputs):
        for theta in fields("theta", row, names).values():
            _check_field(theta)


def _entries_of_theta(inputs: Question) -> Sequence[object]:
    entries = non_empty_list("theta", inputs["theta"])
    if len(entries) > MOST_FIELDS:
        raise InvalidInput(f"theta of {len(entries)} entries must have at most {MOST_FIELDS}")
    return entries


def _check_field(theta: object) -> None:
    real(
        "theta",
        theta,
        f"between -{LARGEST_FIELD} and {LARGEST_FIELD}",
        lambda number: -LARGEST_FIELD <= number <= LARGEST_FIELD,
    )


def spins_rule(inputs: Question) -> None:
    """Raise `InvalidInput` unless the params are a valid S_z-resolved rate equation between any number of leads."""
    many_leads_rule(inputs, check_rate=_check_rates)
    real("zeeman", inputs["zeeman"])
    for item in inputs["transitions"]:
        two_S_i, two_S_j = (inputs["levels"][item[end]]["two_S"] for end in ("from", "to"))
        M: Iterable[float] = item["M"].values() if isinstance(item["M"], Mapping) else [item["M"]]
        if abs(two_S_j - two_S_i) != 1 and any(M):
            raise InvalidInput(
                f"M of {item['from']} -> {item['to']} must be 0: two_S={two_S_i} and {two_S_j} do not differ by 1"
            )


def _check_rates(rate: object) -> None:
    given: Iterable[object] = fields("rate", rate, _SPINS).values() if isinstance(rate, Mapping) else [rate]
    for number in given:
        non_negative("rate", number)


def _check_rate(rate: object) -> None:
    non_negative("rate", rate)


def many_leads_rule(inputs: Question, check_rate: Callable[[object], None] = _check_rate) -> None:
    """Raise `InvalidInput` unless the params are a valid rate equation between any number of leads."""
    leads = non_empty_list("leads", inputs["leads"])
    names = [_check_lead(value, own_kT=True, check_rate=check_rate) for value in leads]
    if not 2 <= len(names) <= MOST_LEADS or len(set(map(str, names))) < len(names):
        raise InvalidInput(f"leads={names!r} must be 2 to {MOST_LEADS}, of different names")
    for name in names:
        if not isinstance(name, str) or not 1 <= len(name) <= LONGEST_NAME:
            raise InvalidInput(f"name={name!r} of a lead must be a text of 1 to {LONGEST_NAME} characters")
    _check_scheme(inputs, lambda M: _check_probabilities(M, frozenset(map(str, names))))
    _check_point(inputs)


def _check_lead(value: object, *, own_kT: bool = False, check_rate: Callable[[object], None] = _check_rate) -> object:
    """Return the name of a valid lead, whatever it is."""
    if not own_kT and isinstance(value, Mapping) and "kT" in value:
        raise InvalidInput(
            f"'kT' of lead {shown(value.get('name'))} is too much: this task has one kT for both leads, while"
            " lead_currents, heat_currents and others on any number of leads take one of each"
        )
    given = _LEAD | {"kT"} if own_kT and isinstance(value, Mapping) and "kT" in value else _LEAD
    lead = fields("lead", value, given)
    check_rate(lead["rate"])
    real("mu", lead["mu"])
    if "kT" in given:
        positive("kT", lead["kT"])
    return lead["name"]


def _check_probabilities(M: object, names: frozenset[str]) -> None:
    given: Iterable[object] = fields("M", M, names).values() if isinstance(M, Mapping) else [M]
    for number in given:
        non_negative("M", number)


def _check_point(inputs: Question) -> None:
    positive("kT", inputs["kT"])
    real("gate", inputs["gate"])


def _check_scheme(inputs: Question, check_M: Callable[[object], None]) -> None:
    electrons = [_check_level(level) for level in non_empty_list("levels", inputs["levels"])]
    if not isinstance(inputs["transitions"], list | tuple):
        raise InvalidInput(f"transitions={inputs['transitions']!r} must be a list")
    seen: set[tuple[int, int]] = set()
    for transition in inputs["transitions"]:
        ends = _check_transition(transition, electrons, check_M)
        if ends in seen:
            raise InvalidInput(f"transition {ends[0]} -> {ends[1]} must be listed once")
        seen.add(ends)


def _check_level(value: object) -> int:
    level = fields("level", value, _LEVEL)
    electrons = integer("electrons", level["electrons"], 0)
    real("energy", level["energy"])
    integer("two_S", level["two_S"], 0)
    return electrons


def _check_transition(value: object, electrons: Sequence[int], check_M: Callable[[object], None]) -> tuple[int, int]:
    """Return the places of both levels of a valid transition."""
    transition: Fields = fields("transition", value, _TRANSITION)
    start, end = integer("from", transition["from"], 0), integer("to", transition["to"], 0)
    if start >= len(electrons) or end >= len(electrons):
        raise InvalidInput(f"transition {start} -> {end} must join two of the {len(electrons)} levels")
    if electrons[end] != electrons[start] + 1:
        raise InvalidInput(
            f"transition {start} -> {end} must add one electron, not go from {electrons[start]} to {electrons[end]}"
        )
    check_M(transition["M"])
    return start, end

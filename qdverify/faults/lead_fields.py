"""Faults in counting with a field of each lead: whose field, which way, and what is conserved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, Unpack

from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.lead_fields import TASK, LeadFieldsQuestion
from qdverify.protocol.rate_equations import LARGEST_FIELD
from qdverify.suite.finding import Stage

LARGEST_EXPONENT: Final = 20.0


def _fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.CURRENT, TASK, text)


def _with(question: LeadFieldsQuestion, theta: Sequence[Mapping[str, float]]) -> LeadFieldsQuestion:
    """Return the question with other fields, within the limit."""
    kept = [{name: max(-LARGEST_FIELD, min(LARGEST_FIELD, field)) for name, field in row.items()} for row in theta]
    return {**question, "theta": kept}


@_fault("electrons are counted out of the dot: every field has the wrong sign")
def fields_of_leads_turned(right: methods.Generating, **question: Unpack[LeadFieldsQuestion]) -> methods.Answer:
    """Turn all fields."""
    right(**question)
    return right(**_with(question, [{name: -field for name, field in row.items()} for row in question["theta"]]))


@_fault("electrons of the last lead are counted out of the dot, as in a drain")
def field_of_last_lead_turned(right: methods.Generating, **question: Unpack[LeadFieldsQuestion]) -> methods.Answer:
    """Turn one field."""
    right(**question)
    last = question["leads"][-1]["name"]
    return right(**_with(question, [{**row, last: -row[last]} for row in question["theta"]]))


@_fault("only the first lead of the list has a field")
def field_of_first_lead_only(right: methods.Generating, **question: Unpack[LeadFieldsQuestion]) -> methods.Answer:
    """Forget the fields of all others."""
    right(**question)
    first = question["leads"][0]["name"]
    return right(
        **_with(
            question,
            [{name: field if name == first else 0.0 for name, field in row.items()} for row in question["theta"]],
        )
    )


@_fault("fields are taken in the order of the names of leads, not by name")
def fields_in_order_of_names(right: methods.Generating, **question: Unpack[LeadFieldsQuestion]) -> methods.Answer:
    """Give the leads in their order the fields of the names in theirs."""
    right(**question)
    names = [lead["name"] for lead in question["leads"]]
    return right(
        **_with(
            question,
            [{name: row[other] for name, other in zip(names, sorted(names), strict=True)} for row in question["theta"]],
        )
    )


@_fault("fields are taken in the order in which they are listed, whatever their names")
def fields_as_listed(right: methods.Generating, **question: Unpack[LeadFieldsQuestion]) -> methods.Answer:
    """Give the leads in their order the fields in theirs."""
    right(**question)
    names = [lead["name"] for lead in question["leads"]]
    return right(**_with(question, [dict(zip(names, row.values(), strict=True)) for row in question["theta"]]))


@_fault("leads are counted one by one and added up, as if their counts were independent")
def fields_independent(right: methods.Generating, **question: Unpack[LeadFieldsQuestion]) -> methods.Answer:
    """Add up what each field does alone."""
    right(**question)
    values = []
    for row in question["theta"]:
        alone = [{name: field if name == one else 0.0 for name, field in row.items()} for one in row]
        values.append(sum(right(**{**question, "theta": alone})["values"]))
    return {"values": values}


@_fault("electrons that enter count one per mille more than those that leave: what is counted leaks")
def counted_electrons_leak(right: methods.Generating, **question: Unpack[LeadFieldsQuestion]) -> methods.Answer:
    """Add a thousandth of the mean field times the rate at which electrons come and go."""
    values = right(**question)["values"]
    means = [sum(row.values()) / len(row) for row in question["theta"]]
    size = 1e-3 * max(lead["rate"] for lead in question["leads"])
    return {"values": [value + size * mean for value, mean in zip(values, means, strict=True)]}


@_fault("the first lead is one per mille hotter where electrons are counted: its rates miss detailed balance")
def counted_rates_without_balance(right: methods.Generating, **question: Unpack[LeadFieldsQuestion]) -> methods.Answer:
    """Heat the first lead."""
    first, *others = question["leads"]
    return right(**{**question, "leads": [{**first, "kT": 1.001 * first.get("kT", question["kT"])}, *others]})


@_fault("temperatures that leads have of their own are ignored where electrons are counted")
def counted_at_one_temperature(right: methods.Generating, **question: Unpack[LeadFieldsQuestion]) -> methods.Answer:
    """Give all leads the common temperature."""
    right(**question)
    leads = [{"name": lead["name"], "rate": lead["rate"], "mu": lead["mu"]} for lead in question["leads"]]
    return right(**{**question, "leads": leads})


@_fault("exponents of fields are cut off at 20")
def fields_of_leads_cut_off(right: methods.Generating, **question: Unpack[LeadFieldsQuestion]) -> methods.Answer:
    """Answer for smaller fields."""
    right(**question)
    most = LARGEST_EXPONENT
    return right(
        **_with(
            question, [{name: max(-most, min(most, field)) for name, field in row.items()} for row in question["theta"]]
        )
    )


@_fault("each field acts once on an electron that passes the dot: half of it as it enters, half as it leaves")
def fields_of_leads_halved(right: methods.Generating, **question: Unpack[LeadFieldsQuestion]) -> methods.Answer:
    """Halve the fields."""
    right(**question)
    return right(**_with(question, [{name: field / 2 for name, field in row.items()} for row in question["theta"]]))


@_fault("the generating function of leads is off by a millionth: single precision")
def function_of_leads_off_by_a_millionth(
    right: methods.Generating, **question: Unpack[LeadFieldsQuestion]
) -> methods.Answer:
    """Be a little too large."""
    return {"values": [value * (1 + 1e-6) for value in right(**question)["values"]]}


@_fault("leads without a field have the field 0, and fields of leads that there are not are ignored")
def fields_completed(right: methods.Generating, **question: Unpack[LeadFieldsQuestion]) -> methods.Answer:
    """Answer where a field is missing, or one too many."""
    try:
        return right(**question)
    except InvalidInput:
        names = [lead["name"] for lead in question["leads"]]
        return right(
            **{**question, "theta": [{name: row.get(name, 0.0) for name in names} for row in question["theta"]]}
        )

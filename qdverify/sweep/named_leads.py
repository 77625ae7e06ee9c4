"""Any number of leads in a plan: a table for each, whose numbers become inputs such as `rate_source` and `mu_source`.

    task = "lead_cumulants"
    counted = ["source"]

    [leads.source]
    rate = 1.0                     # the default
    share = 0.5                    # of the bias: mu_l = mu + share * bias
    kT = { from = 0.01, to = 0.1, count = 10 }

    [leads.drain]
    share = -0.5

    [leads.probe]
    mu = 0.0

In linear response all leads have one potential, `mu`, and a table holds the rate alone. For `lead_generating_function`
a table also holds `theta`, the counting field of that lead, 0 unless it says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final

from qdverify.protocol.documents import one_line
from qdverify.protocol.inputs import InvalidInput
from qdverify.sweep.point import COUNTED, LEAD_NAMES, THETA, Value

_AT_REST: Final = "lead_response"
_COUNTING: Final = "lead_cumulants"
_OF_FIELDS: Final = "lead_generating_function"
TASKS_ON_LEADS: Final = ("lead_currents", _AT_REST, _COUNTING, _OF_FIELDS)
"""Tasks that need a table for each lead."""
_MAY_HAVE: Final = (*TASKS_ON_LEADS, "heat_currents")
_OF_ALL: Final = ("kT", "gate", "bias")
_OF_EACH: Final = ("rate", "mu", "share", "kT")
_DEFAULTS: Final[Mapping[str, Value]] = {"rate": 1.0, "mu": 0.0, "share": 0.0, THETA: 0.0}


def taken_leads(task: str, inputs: dict[str, object]) -> dict[str, Value]:
    """Take the tables of the leads from the inputs, put their numbers there, and return what a plan holds of names.

    Returns
    -------
    dict
        Names of the leads, and of the counted ones, each as a JSON text; nothing if the plan has no such tables.

    Raises
    ------
    InvalidInput
        If the tables are missing, or are no tables, or a field of theirs is unknown.
    """
    if "leads" not in inputs:
        if task in TASKS_ON_LEADS:
            raise InvalidInput(f"leads is missing: a sweep of {task} needs a table for each lead, as [leads.source]")
        return {}
    leads, names = inputs.pop("leads"), dict[str, Value]()
    if task not in _MAY_HAVE:
        raise InvalidInput(f"'leads' is no input of a sweep of {task}; only {', '.join(_MAY_HAVE)} have it")
    if not isinstance(leads, Mapping) or not all(isinstance(table, Mapping) for table in leads.values()):
        raise InvalidInput(f"leads={one_line(repr(leads))} must have a table for each lead, as [leads.source]")
    names[LEAD_NAMES] = json.dumps(list(leads))
    of_each = _fields_of_each(task)
    for name, table in leads.items():
        unknown = sorted(set(table) - set(of_each))
        if unknown:
            raise InvalidInput(f"{unknown[0]!r} of lead {name!r} must be one of {', '.join(of_each)}")
        inputs |= {f"{field}_{name}": value for field, value in table.items()}
    if task == _COUNTING:
        if not isinstance(inputs.get(COUNTED), list):
            raise InvalidInput(f"counted={inputs.get(COUNTED)!r} must be a list of names of leads")
        names[COUNTED] = json.dumps(inputs.pop(COUNTED))
    return names


def _fields_of_each(task: str) -> tuple[str, ...]:
    """Return what the table of a lead may hold."""
    return ("rate",) if task == _AT_REST else (*_OF_EACH, THETA) if task == _OF_FIELDS else _OF_EACH


def lead_fields(task: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return the inputs beside the dot of a sweep between leads of these names."""
    if task == _AT_REST:
        return ("kT", "gate", "mu", *(f"rate_{name}" for name in names))
    return (*_OF_ALL, *(f"{field}_{name}" for name, field in product(names, _fields_of_each(task))))


def lead_defaults(task: str, names: Sequence[str]) -> Iterator[tuple[str, Value]]:
    """Yield what an input is if a plan does not say; the temperature of a lead has no default."""
    yield ("mu", 0.0) if task == _AT_REST else ("bias", 0.0)
    for name, (field, value) in product(names, _DEFAULTS.items()):
        if field in _fields_of_each(task):
            yield f"{field}_{name}", value

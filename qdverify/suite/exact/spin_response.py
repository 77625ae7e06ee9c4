"""Exact linear response in a field between polarised leads, with the errors that it allows.

Errors are those of `qdverify.suite.exact.lead_response` for the chain of the states |level, S_z>, between leads that
take one spin each: the sums of magnitudes are those of both spins.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache

from analytic import spin_response_exact
from qdverify.protocol.accuracy import natural_size
from qdverify.protocol.json_types import SpinQuestion
from qdverify.protocol.spin_response_rules import TASK
from qdverify.suite.exact.lead_response import ResponseOfLeads
from qdverify.suite.exact.spin_cases import SPIN_CURRENTS, as_levels
from qdverify.suite.exact.transport_reference import DIGITS


def response_of_spins(case: SpinQuestion) -> ResponseOfLeads:
    """Return the exact response of a case, from memory if it was asked before."""
    return _solved(json.dumps(case, sort_keys=True))


@lru_cache(maxsize=1024)
def _solved(document: str) -> ResponseOfLeads:
    case = json.loads(document)
    found = ResponseOfLeads(spin_response_exact(**case, digits=DIGITS), as_levels(case), TASK)
    found.rounding = replace(found.rounding, current=natural_size(SPIN_CURRENTS, case) or 0.0)
    return found

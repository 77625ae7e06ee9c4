"""How much harm a failure does: the natural size of its deviation, by which failures are ranked.

A population that is off by 1 stands before one that is off by 1e-12, whatever either may be off by.
"""

from __future__ import annotations

import math
from typing import Final

from qdverify.protocol.nested import numbers
from qdverify.report.document_types import FindingDocument
from qdverify.report.shown import scale_of
from qdverify.suite.finding import Kind

NO_NUMBER: Final = -400
"""The rank of a finding that compares no numbers: below every deviation that a double can have."""


def natural_deviation(finding: FindingDocument) -> float:
    """Return the deviation in units of the quantity's natural size; 0 if no numbers were compared.

    A wrong quantum number or count is as wrong as can be: its deviation is 1. If the natural size of a quantity is not
    known, the largest number that is compared stands for it.
    """
    if "reference" not in finding:
        return 0.0
    if finding.get("kind") == Kind.EQUAL:
        return 1.0 if any(True for _ in numbers(finding["reference"]["value"])) and finding["deviation"] else 0.0
    size = finding["tolerance"].get("natural") or scale_of(finding)
    return min(finding["deviation"] / size, 1e308) if size else 0.0


def decade_of_harm(finding: FindingDocument) -> int:
    """Return the order of magnitude of the natural deviation: 0 for 1 and all beyond, -12 for 1e-12."""
    deviation = natural_deviation(finding)
    return min(0, round(math.log10(deviation))) if deviation else NO_NUMBER

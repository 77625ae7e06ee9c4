"""The check of the limit kT -> 0 passes the builtin implementation and fails each fault in it."""

import pytest
from judging import fails, passes

from qdverify.faults.fault import all_faults
from qdverify.implementations.builtin import Builtin
from qdverify.suite.checks import leading_terms as checks

FAULTS = [fault for fault in all_faults() if fault.method == "low_temperature"]


def test_the_builtin_implementation_passes():
    """Both sides reach the same exact prefactors and exponents."""
    assert passes(Builtin(), checks.leading_terms)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_in_the_limit_is_caught(fault):
    """A missing 1/2 at a threshold, exponents of one lead, a current without sign."""
    assert fails(fault.implementation(), checks.leading_terms)

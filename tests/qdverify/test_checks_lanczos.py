"""The check of projected Lanczos vectors: it passes as it should, and each of its faults is seen."""

import pytest
from judging import fails, passes

from qdverify.faults import lanczos as faults
from qdverify.implementations.builtin import Builtin
from qdverify.suite.checks.lanczos import projection


def test_the_builtin_route_agrees_with_the_exact_blocks():
    """Energies, spins and recovered projections, for random and for blind start vectors."""
    assert passes(Builtin(), projection)


@pytest.mark.parametrize("fault", [faults.spin_of_what_is_left, faults.nothing_recovered, faults.single_run])
def test_each_fault_fails_by_its_numbers(fault):
    """A lost component, an unnoticed one, and a lost level."""
    assert fails(fault.implementation(), projection)

import pytest
from judging import fails, passes

from qdverify.faults import integrals as faults
from qdverify.implementations.builtin import Builtin
from qdverify.suite.checks import integrals as checks

pytestmark = pytest.mark.usefixtures("shared_checks")

ALL = [checks.index_order, checks.soft_coulomb, checks.rational_kernels, checks.permutations, checks.parity]


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_the_builtin_integrals_pass(check):
    """The floating-point quadrature agrees with the closed forms at two seeds."""
    for seed in (0, 1):
        assert passes(Builtin(), check, seed=seed)


class Wrong(Builtin):
    """Integrals changed by `change(values, indices)`."""

    def __init__(self, change):
        super().__init__()
        self.change = change

    def interaction_integrals(self, *, dot, indices):
        values = super().interaction_integrals(dot=dot, indices=indices)["values"]
        return {"values": [self.change(value, *index) for value, index in zip(values, indices, strict=True)]}


def test_physicists_notation_is_caught():
    """<pq|rs> is (pr|qs): the index-order check sees direct and exchange swapped, and permutations break too."""
    implementation = faults.physicists_order.implementation()
    assert fails(implementation, checks.index_order)
    assert fails(implementation, checks.permutations)


def test_orbitals_counted_from_zero_are_caught():
    """A shift of all indices by one shows in the index-order and the parity check."""
    assert fails(faults.zero_based.implementation(), checks.index_order)
    assert fails(faults.zero_based.implementation(), checks.parity)


@pytest.mark.parametrize(
    "fault",
    [
        faults.coarse_quadrature,
        faults.high_orbitals_lost,
        faults.last_moment_missing,
        faults.nine_digits_integrals,
        faults.cutoff_not_squared,
        faults.diagonal_halved,
    ],
    ids=lambda fault: fault.name,
)
def test_faults_in_the_soft_coulomb_integrals_are_caught(fault):
    """A coarse core, lost orbitals, a wrong cutoff, a halved term, and 1e-9 of noise all fail."""
    assert fails(fault.implementation(), checks.soft_coulomb)


@pytest.mark.parametrize("fault", [faults.half_contact, faults.constant_without_long_range, faults.strength_ignored])
def test_faults_in_the_rational_kernels_are_caught(fault):
    """A factor in the contact kernel, a constant kernel that is not one, and a forgotten strength fail."""
    assert fails(fault.implementation(), checks.rational_kernels)


def test_a_kernel_none_that_is_not_zero_is_caught():
    """Without interaction the tolerance is absolute: 1e-9 is too much."""
    assert fails(Wrong(lambda value, *_: value + 1e-9), checks.rational_kernels, only="none")


def test_an_order_of_indices_that_matters_is_caught():
    """(pq|rs) computed with p and q of different weight: no value is far off, but the orders differ."""
    assert fails(Wrong(lambda value, p, q, _r, _s: value * (1 + 1e-8 * (p - q))), checks.permutations)


def test_a_kernel_that_is_not_even_is_caught():
    """A reflection-odd part leaves even integrals alone and shows in the odd ones."""
    implementation = Wrong(lambda value, *index: value + 1e-9 * (sum(index) % 2))
    assert fails(implementation, checks.parity)
    assert passes(implementation, checks.soft_coulomb)


def test_small_implementations_are_held_to_what_they_can_do():
    """With a limit of four orbitals the range of cutoffs is still tried."""
    implementation = faults.coarse_quadrature.implementation()
    implementation.limits = {"orbitals": 4}
    assert fails(implementation, checks.soft_coulomb)

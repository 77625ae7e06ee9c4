"""What the oracle keeps from one question to the next, forgotten: a test that counts its work starts from nothing."""

from qdverify.reference.enclosure import hamiltonian, levels, moments, order

KEPT = (
    moments.enclosed_moments,
    levels.fixed_point,
    levels.locate,
    order.enclosed_levels,
    hamiltonian.one_spin_digits,
    hamiltonian.digits_of,
)


def forget_references():
    """Empty all caches of the oracle for dots."""
    for remembered in KEPT:
        remembered.cache_clear()

"""What a prompt shows of the objects of the exact side."""

import analytic


def test_every_object_is_one_short_line():
    """However many integrals or configurations an object holds, at a prompt it says what it is."""
    box = analytic.box_integrals(3, length=1, kernel="contact")
    trimer = analytic.integral_dot(
        [[1, -1, "1/7"], [-1, "2/3", -1], ["1/7", -1, 0]], [[1, 1, 1, 1, 4], [2, 2, 2, 2, 3]]
    )
    shown = [
        repr(value)
        for value in (
            box,
            analytic.integral_blocks(box, 2)[0],
            analytic.small_basis_blocks(2, 3)[0],
            *analytic.exact_levels(trimer, 1),
            *analytic.integral_levels(box, 2)[:1],
            analytic.weak_coupling_levels(2, 3, 1, kernel="contact")[0],
            analytic.InteractionIntegrals(analytic.Interaction("contact", 1, 0, 1)),
        )
    ]
    for text in shown:
        assert len(text) < 200, text
        assert "\n" not in text
    assert shown[0].startswith("IntegralDot(orbitals=3, ")
    assert shown[1].startswith("IntegralBlock(two_S=0, irrep=1, ")
    assert shown[-2].startswith("WeakCouplingLevel(energy=2, two_S=0, parity=1, ")

"""A regression test for somebody's CI: the answers of a code must stay what they were.

    pytest examples/test_regression.py                                                    compare with the baseline
    pytest examples/test_regression.py --qdverify-update-baseline --qdverify-reason=WHY   renew it, with a reason

The fixture comes with the package. The baseline is a file of the repository (--qdverify-baseline FILE, by default
qdverify-baseline.json): values, bounds, who produced them and why they changed. An answer that leaves its bound fails;
a renewal that would leave the old bound is refused without --qdverify-force.
"""

import math
from collections.abc import Callable

DOT = {"length": 1.0, "cutoff": 0.0, "orbitals": 6, "kernel": "none", "strength": 0.0}


def my_ground_state(electrons: int) -> float:
    """Return the energy of non-interacting electrons: the code under regression."""
    return sum((1 + k // 2) ** 2 * math.pi**2 / 2 for k in range(electrons))


def test_ground_states_stay(qdverify_baseline: Callable[..., None]) -> None:
    """The ground states of one to four electrons are those of the baseline."""
    for electrons in range(1, 5):
        answer = {"energies": [my_ground_state(electrons)], "two_S": [electrons % 2]}
        inputs = {"dot": DOT, "electrons": electrons, "levels": 1}
        qdverify_baseline("spectrum", inputs, answer, producer="my-code 0.3")

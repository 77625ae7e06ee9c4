"""The threshold below which a second level blocks, from the exact plateaux."""

from fractions import Fraction

import pytest
import sympy

from analytic import blocking_threshold, zero_temperature_current

left, right, M = sympy.symbols("t_L t_R M", positive=True)


@pytest.mark.parametrize("spins", [(0, 1, 1), (1, 0, 2), (1, 2, 0), (3, 2, 4)])
def test_at_the_threshold_both_plateaux_carry_the_same_current(spins):
    """Symbolic rates and M; half of it makes the current fall."""
    threshold = blocking_threshold(*spins, t_L=left, t_R=right)
    levels = [
        {"electrons": electrons, "energy": energy, "two_S": two_S}
        for electrons, energy, two_S in zip((0, 1, 1), (0, "0.1", "0.3"), spins, strict=True)
    ]

    def plateau(bias, ratio):
        leads = [
            {"name": name, "rate": rate, "mu": sign * Fraction(bias) / 2}
            for name, rate, sign in (("L", left, 1), ("R", right, -1))
        ]
        transitions = [{"from": 0, "to": 1, "M": M}, {"from": 0, "to": 2, "M": ratio * M}]
        return zero_temperature_current(levels, transitions, leads).limit

    assert sympy.simplify(plateau("0.4", threshold) - plateau("1", threshold)) == 0
    fall = plateau("1", threshold / 2) - plateau("0.4", threshold / 2)
    assert fall.subs({left: 2, right: 3, M: 1}) < 0


def test_wrong_input_is_refused():
    """A negative spin and a rate of 0."""
    with pytest.raises(ValueError, match="two_S_b=-1 must be at least 0"):
        blocking_threshold(0, 1, -1)
    with pytest.raises(ValueError, match="t_R=0 must be finite and above 0"):
        blocking_threshold(0, 1, 1, t_R=0)

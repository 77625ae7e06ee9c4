r"""When a second level blocks the current: negative differential conductance of three levels, exactly.

From level 0 of N electrons one more electron leads to level a or, above it, to level b, with M_a and M_b. At kT -> 0
and a bias beyond both, electrons enter through L only and leave through R only, so with x = t_L / t_R and g = 2S+1

.. math:: \frac{P_a}{P_0} = x \frac{g_a}{g_0}, \qquad \frac{P_b}{P_0} = x \frac{g_b}{g_0}, \qquad
          I = \frac{2 t_L (M_a + M_b) g_0}{g_0 + x (g_a + g_b)}:                                            (1)

M_ji drops out of the populations, as what is hard to enter is as hard to leave. Before b opens, M_b and g_b are missing
in Eq. (1). The current falls as b opens if

.. math:: \frac{M_b}{M_a} < \frac{x g_b}{g_0 + x g_a}.                                                      (2)

A level of large spin and small M_ji blocks (D. Weinmann, W. Haeusler and B. Kramer, Phys. Rev. Lett. 74, 984 (1995)).
"""

from __future__ import annotations

from typing import Any

import sympy

from analytic.exact import require_above, require_integer


def blocking_threshold(two_S_0: int, two_S_a: int, two_S_b: int, *, t_L: Any = 1, t_R: Any = 1) -> Any:
    """Return the M_b / M_a below which level b, once it opens, makes the current from L to R fall, Eq. (2).

    Parameters
    ----------
    two_S_0, two_S_a, two_S_b
        Twice the spins of the level of N electrons and of both levels of N + 1.
    t_L, t_R
        Rates, numbers or symbols.

    Raises
    ------
    ValueError
        If a spin is negative or no integer, or a rate is not positive.

    Examples
    --------
    Of two doublets above a singlet the second blocks if it couples less than 2/3 as well as the first.

    >>> from analytic import blocking_threshold
    >>> blocking_threshold(0, 1, 1), blocking_threshold(0, 1, 1, t_R=2)
    (2/3, 1/2)
    """
    spins = {"two_S_0": two_S_0, "two_S_a": two_S_a, "two_S_b": two_S_b}
    g_0, g_a, g_b = (sympy.Integer(require_integer(name, value, minimum=0) + 1) for name, value in spins.items())
    for name, rate in (("t_L", t_L), ("t_R", t_R)):
        require_above(name, rate, 0)
    return g_b * t_L / (g_0 * t_R + g_a * t_L)

"""Lever arms: how voltages at the gate and at the leads move the levels of the dot.

A dot couples to the gate, the left and the right lead by capacitances C; its lever arms are alpha = C / (sum of all C).
Voltages are counted as the energies that they give: a gate voltage V_G lowers the energy of an electron by alpha_G V_G,
and a lead whose chemical potential rises by mu takes the levels along by alpha mu. If the bias V is applied with a
share s, 1/2 for both leads alike, 1 if R is grounded and 0 if L is,

    mu_L = s V,    mu_R = (s - 1) V,    e phi = alpha_G V_G - alpha_L mu_L - alpha_R mu_R.

Rates depend on e phi + mu_L and on e phi + mu_R alone, and these are

    alpha_G V_G + s' V,    alpha_G V_G + (s' - 1) V,    s' = s (1 - alpha_L) + (1 - s) alpha_R.

So a diagram over (V_G, V) is one over (e phi, V) with e phi = alpha_G V_G and the bias split by s'. A transition is in
resonance with L or R along lines of the slopes dV / dV_G = -alpha_G / s' and alpha_G / (1 - s'). These are the edges of
the Coulomb diamonds, and all lines of excited levels, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

from numeric.validation import as_float


@dataclass(frozen=True)
class LeverArms:
    """Shares of a dot's capacitance, without unit.

    Parameters
    ----------
    gate
        alpha_G, above 0 and at most 1.
    left, right
        alpha_L and alpha_R, at least 0.

    Raises
    ------
    ValueError
        If a number breaks its rule, or if the three add up to more than 1.

    Examples
    --------
    >>> from numeric import LeverArms
    >>> arms = LeverArms(gate=0.1, left=0.25, right=0.5)
    >>> arms.split(), arms.slopes()
    (0.625, (-0.16, 0.26666666666666666))
    """

    gate: float = 1.0
    left: float = 0.0
    right: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "gate", as_float("gate", self.gate, positive=True))
        for name in ("left", "right"):
            object.__setattr__(self, name, as_float(name, getattr(self, name), minimum=0.0))
        total = self.gate + self.left + self.right
        if total > 1 + 1e-12:
            raise ValueError(f"gate + left + right = {total!r} must be at most 1: they are shares of one capacitance")

    def split(self, share: float = 0.5) -> float:
        """Return s', by which `stability_diagram` and others are to split the bias.

        Parameters
        ----------
        share
            s: the share of the bias that is applied to the left lead, from 0 to 1.

        Raises
        ------
        ValueError
            If the share is not between 0 and 1.
        """
        share = as_float("share", share, minimum=0.0)
        if share > 1:
            raise ValueError(f"share={share!r} must be at most 1")
        return share * (1.0 - self.left) + (1.0 - share) * self.right

    def slopes(self, share: float = 0.5) -> tuple[float, float]:
        """Return dV / dV_G of the lines on which a transition is in resonance with L, falling, and with R, rising.

        Parameters and errors are those of `split`. A line along which V_G stays fixed has an infinite slope.
        """
        split = self.split(share)
        falling = -self.gate / split if split else float("-inf")
        return falling, self.gate / (1.0 - split) if split != 1 else float("inf")

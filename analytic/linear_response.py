r"""Closed forms of the transport equation: two levels at any bias, and the linear-response conductance peak.

Two levels i (N electrons, degeneracy g_i = 2S_i+1) and j (N+1, g_j) have one tree each: ``T_i = W_{i<-j}`` and
``T_j = W_{j<-i}``. With the rates of `analytic.rates` Eq. (3) and h = 1 - f the matrix-tree theorem gives

.. math:: P_j / P_i = \frac{g_j (t_L f_L + t_R f_R)}{g_i (t_L h_L + t_R h_R)}                             (1)

and the electrons through one barrier

.. math:: I = \frac{2 M_{ji} g_i\, t_L t_R (f_L - f_R)}{g_i (t_L h_L + t_R h_R) + g_j (t_L f_L + t_R f_R)}. (2)

Linear response, ``f_L - f_R = V f (1-f) / kT``:

.. math:: G = \frac{1}{kT} \frac{t_L t_R}{t_L + t_R} \frac{2 M_{ji} g_i f (1-f)}{g_i (1-f) + g_j f}           (3)

(compare C. W. J. Beenakker, Phys. Rev. B 44, 1646 (1991), Eq. (3.14) and below). With f = 1/(1+e^x), x = (E_j - E_i -
gate - mu)/kT, the last fraction is ``2 M g_i / (g_i + g_j + g_i e^x + g_j e^{-x})``, and with x_0 = ln(g_j/g_i)/2

.. math:: G = \frac{1}{kT} \frac{t_L t_R}{t_L + t_R} \frac{2 M_{ji} g_i}{g_i + g_j + 2\sqrt{g_i g_j}\cosh(x - x_0)}. (4)

So the peak is symmetric about x = x_0 exactly. There E_j - E_i - gate - mu = kT ln(g_j/g_i)/2: the gate value of the
maximum lies kT ln(g_j/g_i)/2 *below* the bare resonance gate = E_j - E_i - mu when the added level is the more
degenerate one (entropy favours it already before the resonance), and above it otherwise. Its height is
``(2 M g_i / kT) t_L t_R / (t_L + t_R) / (sqrt g_i + sqrt g_j)^2``, and G falls to half of it at |x - x_0| = w with
``cosh w = 1 + (sqrt g_i + sqrt g_j)^2 / (2 sqrt(g_i g_j))``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sympy

from analytic.exact import require_above, require_between, require_integer


def two_level_current(*, M: Any, two_S_i: int, two_S_j: int, t_L: Any, t_R: Any, f_L: Any, f_R: Any) -> Any:
    """Return the particle current of Eq. (2) from L to R.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from analytic import two_level_current
    >>> two_level_current(M=Fraction(1, 2), two_S_i=0, two_S_j=1, t_L=Fraction(1), t_R=Fraction(1), f_L=1, f_R=0)
    1/3
    """
    g_i, g_j = _degeneracies(two_S_i, two_S_j)
    require_between("M", M, 0)
    _check_leads(t_L, t_R, f_L, f_R)
    weight = g_i * (t_L * (1 - f_L) + t_R * (1 - f_R)) + g_j * (t_L * f_L + t_R * f_R)
    return 2 * M * g_i * t_L * t_R * (f_L - f_R) / weight


@dataclass(frozen=True)
class ConductancePeak:
    """The linear-response peak of one transition, Eq. (4); every attribute may be a number or a sympy expression.

    >>> peak = ConductancePeak(sympy.Rational(1, 2), 0, 1, 1, 1, sympy.Symbol("kT"))
    >>> peak.shift
    -kT*log(2)/2
    """

    M: Any
    two_S_i: int
    two_S_j: int
    t_L: Any
    t_R: Any
    kT: Any

    def __post_init__(self) -> None:
        _degeneracies(self.two_S_i, self.two_S_j)
        require_between("M", self.M, 0)
        _check_leads(self.t_L, self.t_R)
        require_above("kT", self.kT, 0)

    def conductance(self, x: Any) -> Any:
        """Return G of Eq. (3) at x = (E_j - E_i - gate - mu) / kT."""
        g_i, g_j = _degeneracies(self.two_S_i, self.two_S_j)
        weight = g_i + g_j + g_i * sympy.exp(x) + g_j * sympy.exp(-x)
        return self._scale * 2 * self.M * g_i / weight

    @property
    def shift(self) -> Any:
        """The gate value of the maximum minus that of the bare resonance, -kT ln(g_j/g_i) / 2."""
        g_i, g_j = _degeneracies(self.two_S_i, self.two_S_j)
        return -self.kT * sympy.log(g_j / g_i) / 2

    @property
    def height(self) -> Any:
        """The largest conductance, (2 M g_i / kT) t_L t_R / (t_L + t_R) / (sqrt g_i + sqrt g_j)^2."""
        g_i, g_j = _degeneracies(self.two_S_i, self.two_S_j)
        return self._scale * 2 * self.M * g_i / (sympy.sqrt(g_i) + sympy.sqrt(g_j)) ** 2

    @property
    def half_width(self) -> Any:
        """The distance in gate from the maximum to half the height."""
        g_i, g_j = _degeneracies(self.two_S_i, self.two_S_j)
        ratio = (sympy.sqrt(g_i) + sympy.sqrt(g_j)) ** 2 / (2 * sympy.sqrt(g_i * g_j))
        return self.kT * sympy.acosh(1 + ratio)

    @property
    def _scale(self) -> Any:
        return self.t_L * self.t_R / (self.t_L + self.t_R) / self.kT


def _degeneracies(two_S_i: int, two_S_j: int) -> tuple[sympy.Integer, sympy.Integer]:
    spins = (require_integer("two_S_i", two_S_i, minimum=0), require_integer("two_S_j", two_S_j, minimum=0))
    return sympy.Integer(spins[0] + 1), sympy.Integer(spins[1] + 1)


def _check_leads(t_L: Any, t_R: Any, *occupations: Any) -> None:
    for name, rate in (("t_L", t_L), ("t_R", t_R)):
        require_between(name, rate, 0)
    require_above("t_L + t_R", t_L + t_R, 0)
    for name, f in zip(("f_L", "f_R"), occupations, strict=False):
        require_between(name, f, 0, 1)

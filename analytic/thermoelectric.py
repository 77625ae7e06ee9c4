r"""Linear response to bias and temperature: Onsager's matrix, thermopower and heat conductance, exactly.

Let leads L and R have one M_ji and, at rest, one chemical potential mu and temperature. With forces
``a = (mu_L - mu_R)/kT`` and ``b = (kT_L - kT_R)/(kT)^2`` the Fermi arguments ``x = (E_j - E_i - gate - mu)/kT`` of both
leads differ by ``x_L - x_R = -(a + b e)``, e = kT x, so that to first order

.. math:: f_L - f_R = f (1 - f)(a + b e).                                                                (1)

Eq. (2) of `analytic.lead_currents` has nothing but this difference, and at rest ``P_i f = (P_i + r P_j) f (1 - f)``
with the grand-canonical populations. So I and J, which flow from L to R, are moments of one positive weight:

.. math:: L_{11}, L_{12}, L_{22} = \sum w, \sum w e, \sum w e^2, \qquad
          w_{ji} = \frac{t_L t_R}{t_L + t_R} 2 M_{ji} P_i f(x_{ji}),                                      (2)

I = L_11 a + L_12 b and J = L_12 a + L_22 b: symmetric (L. Onsager, Phys. Rev. 37, 405 (1931)), and positive as a
variance is. Without current a = -b L_12/L_11, hence in units of k_B the thermopower

.. math:: S = \frac{L_{12}}{kT L_{11}} = \frac{\langle e \rangle}{kT},  \qquad
          K = \frac{1}{(kT)^2}\left(L_{22} - \frac{L_{12}^2}{L_{11}}\right)
            = \frac{1}{(kT)^2} \sum w\,(e - \langle e \rangle)^2                                          (3)

(compare C. W. J. Beenakker and A. A. M. Staring, Phys. Rev. B 46, 9667 (1992)). Through one transition S = x and
K = 0: heat and charge are tightly coupled, as they are through any transitions of one energy e.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from mpmath import mp, workprec

from analytic.exact import as_mpf
from analytic.linear_response import ConductancePeak
from analytic.rates import Chain
from analytic.transport import fermi_functions, grand_canonical, leads_at_rest, working_bits

Items = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Thermoelectric:
    """Onsager's matrix of I and J against a and b, thermopower S in units of k_B, and heat conductance K at I = 0.

    Attributes
    ----------
    sizes
        Sums of the magnitudes in L_11, L_12 and L_22.
    bits
        To how many the numbers were computed, and what follows from them is.
    """

    L11: Any
    L12: Any
    L22: Any
    thermopower: Any
    heat_conductance: Any
    sizes: tuple[Any, Any, Any]
    bits: int = 53

    @property
    def figure_of_merit(self) -> Any:
        """ZT = L_12^2 / (L_11 L_22 - L_12^2), as the squared mean over the spread of what an electron carries.

        Raises
        ------
        ValueError
            If no heat flows without a current, as through transitions of one energy: ZT is infinite.

        Examples
        --------
        >>> from mpmath import nstr
        >>> from analytic import linear_response_exact
        >>> levels = [{"electrons": N, "energy": E, "two_S": N} for N, E in ((0, 0), (1, "0.1"), (1, "0.2"))]
        >>> transitions = [{"from": 0, "to": level, "M": "0.5"} for level in (1, 2)]
        >>> leads = [{"name": "L", "rate": 1, "mu": 0}, {"name": "R", "rate": 1, "mu": 0}]
        >>> nstr(linear_response_exact(levels, transitions, leads, "0.02", 0).figure_of_merit, 7)
        '151.4537'
        """
        if self.heat_conductance == 0:
            raise ValueError(
                "the figure of merit must be finite: through transitions of one energy heat flows with a current only"
            )
        with workprec(self.bits):
            return self.thermopower**2 * self.L11 / self.heat_conductance


def linear_response_exact(
    levels: Items, transitions: Items, leads: Items, kT: Any, gate: Any, *, digits: int = 30
) -> Thermoelectric:
    """Return the linear response of a connected chain between leads L and R at one chemical potential, Eqs. (2), (3).

    Raises
    ------
    ValueError
        If the chemical potentials differ, a rate is 0, a lead has a temperature of its own, or an input breaks a rule.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import linear_response_exact
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": "0.1", "two_S": 1}]
    >>> transitions = [{"from": 0, "to": 1, "M": "0.5"}]
    >>> leads = [{"name": "L", "rate": 1, "mu": 0}, {"name": "R", "rate": 1, "mu": 0}]
    >>> found = linear_response_exact(levels, transitions, leads, "0.02", 0)
    >>> nstr(found.thermopower, 12), nstr(found.heat_conductance, 12)
    ('5.0', '0.0')
    """
    chain = Chain.from_case(levels, transitions, leads, kT, gate)
    left, right = leads_at_rest(chain)
    if left.rate * right.rate == 0 or not any(item.M for item in chain.transitions):
        raise ValueError("both leads must be coupled: without a current there is no thermopower")
    bits = 2 * working_bits(chain, digits)
    with workprec(bits):
        fermi, populations = fermi_functions(chain), grand_canonical(chain, left.mu)
        barrier = left.rate * right.rate / (left.rate + right.rate)
        weights = [
            as_mpf(2 * item.M * barrier) * populations[item.initial] * fermi(item, left)[0]
            for item in chain.transitions
        ]
        energies = [as_mpf(chain.addition_energy(item) - left.mu) for item in chain.transitions]
        L11, L12, L22 = (_moment(weights, [e**power for e in energies]) for power in (0, 1, 2))
        mean = L12 / L11
        # of one exact energy the mean is that energy, and not what rounding makes of it
        tight = len({chain.addition_energy(item) for item in chain.transitions if item.M}) == 1
        spread = mp.mpf(0) if tight else _moment(weights, [(e - mean) ** 2 for e in energies])
        sizes = (L11, _moment(weights, [abs(e) for e in energies]), L22)
        temperature = as_mpf(chain.kT)
        return Thermoelectric(L11, L12, L22, mean / temperature, spread / temperature**2, sizes, bits)


def _moment(weights: Sequence[Any], values: Sequence[Any]) -> Any:
    return mp.fsum(w * value for w, value in zip(weights, values, strict=True))


def two_level_response(peak: ConductancePeak, x: Any) -> Thermoelectric:
    """Return the closed form for one transition at x = (E_j - E_i - gate - mu) / kT, as numbers or sympy expressions.

    Examples
    --------
    >>> import sympy
    >>> from analytic import ConductancePeak, two_level_response
    >>> x = sympy.Symbol("x", real=True)
    >>> found = two_level_response(ConductancePeak(sympy.Rational(1, 2), 0, 1, 1, 1, 1), x)
    >>> found.thermopower, found.heat_conductance
    (x, 0)
    """
    L11, e = peak.kT * peak.conductance(x), peak.kT * x
    return Thermoelectric(L11, e * L11, e**2 * L11, x, sympy.Integer(0), (L11, abs(e) * L11, e**2 * L11))

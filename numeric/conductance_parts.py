"""What dI/dV is made of at one point: how fast each population grows with the bias, and what that does to the current.

A bias lets no level pass less. Where the current falls, population has moved to levels that pass less than those that
it came from, and the part of a level in this, by `numeric.blocking`, says by how much it blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from numeric.arrays import IntArray
from numeric.blocking import as_share, conserved, growth_of, most_negative, parts_of, passed, scaled_rates
from numeric.current import slope_error_bound
from numeric.differential_conductance import at_a_bias, conductances_at
from numeric.estimates import Estimate, with_size
from numeric.level_scheme import Lead, LevelScheme
from numeric.rates import LeadRates
from numeric.scaled import added, times


@dataclass(frozen=True, eq=False, repr=False)
class ConductanceParts:
    """dI/dV, the growth of each population, and the part of each in what the shift of population does to the current.

    Parameters
    ----------
    level, two_Sz
        Level of each state, and twice its S_z, which is 0 if levels are not resolved, (states,).
    conductance
        dI/dV, (1,).
    growth
        d P / d|V| of each state, (states,); at V = 0 as for V > 0.
    parts
        Growth times what the state passes more than those that lose population do, (states,); 0 of those that lose.
    """

    level: IntArray
    two_Sz: IntArray
    conductance: Estimate
    growth: Estimate
    parts: Estimate

    @property
    def blocking(self) -> int | None:
        """The state that blocks: the one of the most negative part; None if the bounds leave open which that is."""
        value, room = self.parts.scaled, self.parts.error
        first = most_negative(value)
        top = added(value[first], room[first])
        above = added(value, times(-1.0, room), times(-1.0, top)).mantissa > 0.0
        return first if top.mantissa < 0.0 and np.delete(above, first).all() else None

    def __repr__(self) -> str:
        return f"ConductanceParts(conductance={self.conductance!r}, growth={self.growth!r}, parts={self.parts!r})"


def conductance_parts(
    scheme: LevelScheme,
    leads: Sequence[Lead],
    *,
    kT: float,
    gate: float = 0.0,
    split: float = 0.5,
    resolved: bool = False,
    zeeman: float = 0.0,
) -> ConductanceParts:
    """Return dI/dV, the growth of every population with the bias, and the part of every level in what that does.

    Parameters
    ----------
    scheme, leads, kT, gate, resolved, zeeman
        As `numeric.differential_conductance`; V is mu_L - mu_R.
    split
        d mu_L / dV, the share of the bias on L, from 0 to 1.

    Raises
    ------
    ValueError
        If `split` is not from 0 to 1, or as `numeric.differential_conductance`.

    Examples
    --------
    The second level of one electron couples a hundred times more weakly than the first. As it opens, it takes away more
    than the bias adds.

    >>> from numeric import Lead, LevelScheme, conductance_parts
    >>> scheme = LevelScheme([0, 1, 1], [0.0, 0.1, 0.3], [0, 1, 1], [0, 0], [1, 2], [0.5, 0.005])
    >>> found = conductance_parts(scheme, [Lead("L", 1.0, 0.3), Lead("R", 1.0, -0.3)], kT=0.01)
    >>> round(float(found.conductance), 4), found.blocking
    (-1.6281, 2)
    >>> [round(value, 4) for value in found.parts.value.tolist()]
    [0.0, 0.0, -1.6508]
    """
    split = as_share(split)
    point = at_a_bias(scheme, leads, kT=kT, gate=gate, split=split, resolved=resolved, zeeman=zeeman)
    chain, mu = point.network.chain, {lead.name: lead.mu for lead in leads}
    sign = 1.0 if mu["L"] >= mu["R"] else -1.0
    growth = conserved(growth_of(point.network, point.rates, point.populations, point.kT)[:, 0] * sign)
    from_left = LeadRates(point.rates.data[:, :: point.order])
    parts = parts_of(growth, passed(chain, scaled_rates(from_left))[:, 0] * sign)
    accuracy = 3.0 * slope_error_bound(point.network)
    moved = (with_size(numbers.estimate(), accuracy) for numbers in (growth, parts))
    return ConductanceParts(chain.level, chain.two_Sz, conductances_at(point).best, *moved)

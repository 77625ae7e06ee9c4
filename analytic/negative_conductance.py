r"""Negative differential conductance, exactly: dI/dV and the part that each level has in it.

A bias V on top moves mu_L by ``split dV`` and mu_R by ``(split - 1) dV``, and every Fermi function by
``df = f (1 - f) dmu / kT``. The populations follow by first-order perturbation theory of the stationary state,

.. math:: W P' = - W' P, \qquad \sum P' = 0,                                                               (1)

and with c_i the electrons that pass from L to R per time in level i, the mean of both barriers,

.. math:: \frac{dI}{dV} = \sum P_i c_i' + \sum P_i' c_i.                                                   (2)

As a bias lets no level pass less, c_i' >= 0 for V > 0: only the second sum can be negative. With c the mean of c_i over
the levels that lose population, weighted with what they lose, it is a sum over the levels that gain,

.. math:: \sum P_i' c_i = \sum_{P_i' > 0} P_i' (c_i - c),                                                  (3)

and the share of a level is its part of that. For V < 0 the same holds of electrons that pass from R to L and of |V|; at
V = 0 levels gain and lose as for V > 0.

Sizes say what a relative error a of every rate makes of these numbers. P_i is an average over spanning trees of n - 1
rates, so that with the largest logarithmic slope s of a rate between two levels, leads together,

.. math:: |\delta P_i'| \le a\, P_i (1 - P_i)\, S, \qquad S = 2 (n - 1) s,                                (4)

where 1 - P_i is there because the P_i' add up to 0: what a level gains the others lose. With D the range of the c_i and
C_i the electrons that pass both barriers in level i in either direction, over 2, part i is off by a times

.. math:: D\, \delta_i + \frac{P_i'}{\sum_- |P_k'|} 2 D \sum_k \delta_k
    + P_i' \left(C_i + \frac{\sum_- |P_k'| C_k}{\sum_- |P_k'|}\right), \qquad \delta_k = P_k (1 - P_k) S,     (5)

the sums with a minus over the levels that lose.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mpmath import mp, workprec

from analytic.exact import as_mpf, exact_rational
from analytic.perturbed_chain import PerturbedChain
from analytic.rates import Chain, Hop, Lead, Transition, aggregated_hops, total_rates
from analytic.transport import fermi_functions, spread_bits, working_bits

Items = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class ConductanceParts:
    """What dI/dV is made of, as mpmath numbers.

    Attributes
    ----------
    conductance
        dI/dV, Eq. (2); 0 exactly if a lead is not coupled.
    growth
        d P / d|V| of each level.
    parts
        Term of each level in the sum of Eq. (3); 0 of those that lose population. The level of the most negative one
        blocks.
    shares
        The parts as shares of their sum; 0 if no population moves.
    through
        sum P_i c_i', the rest of dI/dV.
    conductance_size, growth_sizes, part_sizes
        By what a relative error of all rates is multiplied at most in each of these numbers, Eqs. (4) and (5).
    """

    conductance: Any
    growth: tuple[Any, ...]
    parts: tuple[Any, ...]
    shares: tuple[Any, ...]
    through: Any
    conductance_size: Any
    growth_sizes: tuple[Any, ...]
    part_sizes: tuple[Any, ...]

    def agrees(self, other: ConductanceParts, room: Any) -> bool:
        """Tell whether every number is the other's within `room` times its size, and every share within `room`."""
        sizes = (self.conductance_size, *self.growth_sizes, *self.part_sizes, *(mp.one for _ in self.parts))
        pairs = zip(self._numbers(), other._numbers(), sizes, strict=True)
        return all(abs(one - two) <= room * size for one, two, size in pairs)

    def _numbers(self) -> tuple[Any, ...]:
        return self.conductance, *self.growth, *self.parts, *self.shares


def conductance_parts_exact(
    levels: Items, transitions: Items, leads: Items, kT: Any, gate: Any, *, split: Any = "1/2", digits: int = 30
) -> ConductanceParts:
    """Return dI/dV, the growth of every population, and the share of every level in what the shift of them does.

    Parameters
    ----------
    levels, transitions, leads, kT, gate
        As `analytic.lead_currents_exact`, of two leads L and R.
    split
        Part of a further bias that falls on L, from 0 to 1.
    digits
        Correct decimals of the shares, and of all other numbers relative to their sizes.

    Raises
    ------
    ValueError
        If the split is outside 0 to 1, the leads are not L and R, or as `analytic.lead_currents_exact`.

    Examples
    --------
    Level 2 couples a hundred times more weakly than level 1. As it opens, it takes all that the current loses.

    >>> from mpmath import nstr
    >>> from analytic import conductance_parts_exact
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}] + [
    ...     {"electrons": 1, "energy": energy, "two_S": 1} for energy in ("0.1", "0.3")
    ... ]
    >>> transitions = [{"from": 0, "to": 1, "M": "0.5"}, {"from": 0, "to": 2, "M": "0.005"}]
    >>> leads = [{"name": "L", "rate": 1, "mu": "0.3"}, {"name": "R", "rate": 1, "mu": "-0.3"}]
    >>> found = conductance_parts_exact(levels, transitions, leads, "0.01", 0)
    >>> nstr(found.conductance, 6), [nstr(share, 6) for share in found.shares]
    ('-1.6281', ['0.0', '0.0', '1.0'])
    """
    chain = Chain.from_case(levels, transitions, leads, kT, gate)
    potentials, share = {lead.name: lead.mu for lead in chain.leads}, exact_rational("split", split)
    if len(chain.leads) != 2 or set(potentials) != {"L", "R"}:
        raise ValueError(f"leads={[lead.name for lead in chain.leads]} must be named 'L' and 'R'")
    if not 0 <= share <= 1:
        raise ValueError(f"split={split!r} must be from 0 to 1")
    sign, slopes = (1 if potentials["L"] >= potentials["R"] else -1), {"L": share, "R": share - 1}
    bits, last = 2 * working_bits(chain, digits) + spread_bits(chain), None
    while True:
        with workprec(bits):
            found = _parts(chain, slopes, sign)
            if last is not None and found.agrees(last, mp.mpf(10) ** -digits):
                return found
        bits, last = 2 * bits, found


def _parts(chain: Chain, slopes: Mapping[str, Any], sign: int) -> ConductanceParts:
    """Return the result at the working precision of mpmath."""
    fermi, size = fermi_functions(chain), len(chain.levels)

    def slope(item: Transition, lead: Lead) -> tuple[Any, Any]:
        full, empty = fermi(item, lead)
        change = full * empty * as_mpf(slopes[lead.name] / chain.temperature(lead))
        return change, -change

    hops, moved = aggregated_hops(chain, fermi), aggregated_hops(chain, slope)
    passes = len({hop.lead for hop in hops}) == len(chain.leads)
    perturbed = PerturbedChain(size, total_rates(hops))
    P = perturbed.populations
    growth = _response(perturbed, moved, P)
    c, more = (_passed(size, processes) for processes in (hops, moved))
    outwards = tuple(sign * change for change in growth)
    steepness = 2 * (size - 1) * _steepest(hops, moved)
    unsure = tuple(P[k] * mp.fsum(P[:k] + P[k + 1 :]) * steepness for k in range(size))
    parts, part_sizes = _shared_out(outwards, unsure, [sign * value for value in c], _passed(size, hops, gross=True))
    through = [P[k] * more[k] for k in range(size)]
    return ConductanceParts(
        mp.fsum([*through, *(growth[k] * c[k] for k in range(size))]) if passes else mp.zero,
        outwards,
        parts,
        _shares(parts),
        mp.fsum(through),
        _through_both(hops, P) * steepness + _through_both(moved, P),
        unsure,
        part_sizes,
    )


def _through_both(hops: Sequence[Hop], P: Sequence[Any]) -> Any:
    """Return the electrons that pass either barrier per time, in plus out."""
    return mp.fsum(P[hop.start] * abs(hop.rate) for hop in hops)


def _shares(parts: Sequence[Any]) -> tuple[Any, ...]:
    total = mp.fsum(parts)
    return tuple(part / total if total else mp.zero for part in parts)


def _steepest(hops: Sequence[Hop], moved: Sequence[Hop]) -> Any:
    """Return the largest logarithmic slope of a rate between two levels, slopes of leads without their signs."""
    rates = total_rates(hops)
    changes = total_rates([replace(hop, rate=abs(hop.rate)) for hop in moved])
    return max((changes[edge] / rates[edge] for edge in rates if edge in changes), default=mp.zero)


def _response(perturbed: PerturbedChain, moved: Sequence[Hop], P: Sequence[Any]) -> tuple[Any, ...]:
    """Return P' of Eq. (1)."""
    source = [mp.zero] * len(P)
    for hop in moved:
        source[hop.to] -= hop.rate * P[hop.start]
        source[hop.start] += hop.rate * P[hop.start]
    return perturbed.shift(source)


def _passed(size: int, hops: Sequence[Hop], *, gross: bool = False) -> list[Any]:
    """Return the electrons that pass from L to R per time in each level: half of what each barrier counts."""
    found = [mp.zero] * size
    for hop in hops:
        electrons = 1 if gross else hop.electrons if hop.lead == "L" else -hop.electrons
        found[hop.start] += electrons * hop.rate / 2
    return found


def _shared_out(
    growth: Sequence[Any], unsure: Sequence[Any], c: Sequence[Any], gross: Sequence[Any]
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Return the parts of Eq. (3) and their sizes of Eq. (5)."""
    lost = [max(-value, mp.zero) for value in growth]
    total, width, moved = mp.fsum(lost), max(c) - min(c), mp.fsum(unsure)
    mean, mean_gross = (mp.fdot(lost, values) / total if total else mp.zero for values in (c, gross))
    gained = [max(value, mp.zero) for value in growth]
    parts = tuple(value * (one - mean) if value else mp.zero for value, one in zip(gained, c, strict=True))
    sizes = tuple(
        width * (unsure[k] + (2 * value / total * moved if total else mp.zero)) + value * (gross[k] + mean_gross)
        for k, value in enumerate(gained)
    )
    return parts, sizes

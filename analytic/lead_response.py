r"""Linear response of any number of leads, exactly: Onsager's matrix of all currents and heat currents.

All leads have one chemical potential mu and temperature at rest. A force a_l = d mu_l / kT changes lead l's Fermi
functions by ``df = f (1 - f) a_l``, a force b_l = dT_l / (kT)^2 by ``f (1 - f) e b_l`` with e = E_j - E_i - gate - mu,
and the grand-canonical populations P by P' with

.. math:: W P' = - W' P, \qquad \sum P' = 0,                                                               (1)

first-order perturbation theory of the stationary state, W' being linear in the force. Currents and heat currents follow
as ``in minus out`` to first order:

.. math:: I_l' = \sum 2 t_l M_{ji} \{[P_i' f - r P_j' (1-f)] + \delta_{lk} (P_i + r P_j)\, df\},            (2)

J_l' with e in the sum, where k is the lead whose force acts. Nothing in Eq. (1) or (2) knows that the matrix is
symmetric: L. Onsager's relation is what comes out. Where rates differ by many decades, flows cancel in Eq. (2) to as
many: the precision follows from the spread of the rates, and rises until two of them agree on every entry.

Some forces drive nothing, because a change of populations makes up for them: P_i'/P_i = y_i with y_j - y_i = e^p along
the edges of lead k, p = 0 or 1, and 0 along those of all other leads. Whether there is such a y is decided exactly.

If every lead has the same M_ji, Eq. (2) of `analytic.lead_currents` gives it in closed form, with T the sum of all t:

.. math:: L_{(l,p)(k,q)} = \left(\delta_{lk} t_l - \frac{t_l t_k}{T}\right) \sum 2 M_{ji} P_i f e^{p+q},    (3)

p, q = 0 for a current and a potential, 1 for heat and a temperature.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mpmath import mp, workprec

from analytic.exact import as_mpf
from analytic.perturbed_chain import PerturbedChain
from analytic.rates import Chain, Occupation, aggregated_hops, total_rates
from analytic.transport import fermi_functions, grand_canonical, spread_bits, working_bits

Items = Sequence[Mapping[str, Any]]
Rows = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class LeadResponse:
    """Onsager's matrix of n leads, as rows of mpmath numbers.

    Attributes
    ----------
    names
        Of the leads, in the order of rows and columns.
    onsager
        2 n rows: currents into the dot, then heat out of the leads; 2 n columns: forces d mu / kT, then dT / (kT)^2.
    sizes
        Of each entry the sum of magnitudes of the flows that it is the difference of.
    """

    names: tuple[str, ...]
    onsager: tuple[tuple[Any, ...], ...]
    sizes: tuple[tuple[Any, ...], ...]


def lead_response_exact(
    levels: Items, transitions: Items, leads: Items, kT: Any, gate: Any, *, digits: int = 30
) -> LeadResponse:
    """Return the linear response of a connected chain between any number of leads at rest, Eqs. (1) and (2).

    Parameters
    ----------
    levels, transitions, leads, kT, gate
        As `analytic.lead_currents_exact`.
    digits
        Correct decimals of every entry; one that is below 10^(-2 digits) of the root of both its diagonal entries has
        them in units of that. Where a force drives nothing, entries are 0 exactly.

    Raises
    ------
    ValueError
        If the chemical potentials differ, a lead has a temperature of its own, or an input breaks a rule.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import lead_response_exact
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": 0, "two_S": 1}]
    >>> leads = [{"name": name, "rate": 1, "mu": 0} for name in "abc"]
    >>> found = lead_response_exact(levels, [{"from": 0, "to": 1, "M": "0.5"}], leads, "0.1", 0)
    >>> [nstr(entry, 6) for entry in found.onsager[0][:3]]
    ['0.111111', '-0.0555556', '-0.0555556']
    """
    return lead_response_of(Chain.from_case(levels, transitions, leads, kT, gate), digits)


def lead_response_of(chain: Chain, digits: int) -> LeadResponse:
    """Return the linear response of a chain between leads at rest."""
    _at_rest(chain)
    names = tuple(lead.name for lead in chain.leads)
    forces = [(lead, power) for power in (0, 1) for lead in range(len(names))]
    idle = {place for place, force in enumerate(forces) if _drives_nothing(chain, *force)}
    bits, last = 2 * working_bits(chain, digits) + spread_bits(chain), None
    while True:
        with workprec(bits):
            columns = _columns(chain, forces)
            rows = _transposed([column.found for column in columns])
            # Onsager's relation: what drives nothing is driven by nothing
            rows = tuple(
                tuple(mp.zero if {row, column} & idle else entry for column, entry in enumerate(entries))
                for row, entries in enumerate(rows)
            )
            if last is not None and _agree(rows, last, idle, digits):
                return LeadResponse(names, rows, _transposed([column.sizes() for column in columns]))
        bits, last = 2 * bits, rows


def _transposed(columns: Sequence[Sequence[Any]]) -> Rows:
    return tuple(zip(*columns, strict=True))


def _agree(rows: Rows, others: Rows, idle: Collection[int], digits: int) -> bool:
    """Tell whether two matrices have the same digits, of which the second law is one."""
    places = [place for place in range(len(rows)) if place not in idle]
    if not all(rows[place][place] > 0 for place in places):
        return False
    small = mp.mpf(10) ** -digits
    floors = {place: mp.sqrt(rows[place][place]) * small for place in places}
    return all(
        abs(rows[one][two] - others[one][two]) <= small * max(abs(rows[one][two]), floors[one] * floors[two])
        for one in places
        for two in places
    )


def equal_leads_response(
    levels: Items, transitions: Items, leads: Items, kT: Any, gate: Any, *, digits: int = 30
) -> LeadResponse:
    """Return the same if all leads have one M_ji, in the closed form of Eq. (3).

    Raises
    ------
    ValueError
        As `lead_response_exact`, or if M_ji differs from lead to lead.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import equal_leads_response
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": 0, "two_S": 1}]
    >>> leads = [{"name": name, "rate": 1, "mu": 0} for name in "abc"]
    >>> found = equal_leads_response(levels, [{"from": 0, "to": 1, "M": "0.5"}], leads, "0.1", 0)
    >>> [nstr(entry, 6) for entry in found.onsager[0][:3]]
    ['0.111111', '-0.0555556', '-0.0555556']
    """
    chain = _at_rest(Chain.from_case(levels, transitions, leads, kT, gate))
    for item in chain.transitions:
        if len({item.at(lead) for lead in chain.leads}) > 1:
            raise ValueError(f"M of {item.initial} -> {item.final} must be one for all leads")
    first, total = chain.leads[0], sum(lead.rate for lead in chain.leads)
    places = [(lead, power) for power in (0, 1) for lead in chain.leads]
    with workprec(2 * working_bits(chain, digits)):
        fermi, P = fermi_functions(chain), grand_canonical(chain, first.mu)
        weights = [as_mpf(2 * item.at(first)) * P[item.initial] * fermi(item, first)[0] for item in chain.transitions]
        energies = [as_mpf(chain.addition_energy(item) - first.mu) for item in chain.transitions]
        moments = [mp.fsum(w * e**power for w, e in zip(weights, energies, strict=True)) for power in (0, 1, 2)]
        magnitudes = [
            mp.fsum(w * abs(e) ** power for w, e in zip(weights, energies, strict=True)) for power in (0, 1, 2)
        ]
        rows, sizes = (
            tuple(
                tuple(
                    as_mpf((one.rate if one is other else 0) + sign * one.rate * other.rate / total) * sums[p + q]
                    for other, q in places
                )
                for one, p in places
            )
            for sign, sums in ((-1, moments), (1, magnitudes))
        )
    return LeadResponse(tuple(lead.name for lead in chain.leads), rows, sizes)


def _at_rest(chain: Chain) -> Chain:
    """Return the chain if all its leads have one chemical potential and the common temperature."""
    potentials = [float(lead.mu) for lead in chain.leads]
    if len({lead.mu for lead in chain.leads}) > 1:
        raise ValueError(f"mu={potentials} of the leads must be equal in linear response")
    own = [lead.name for lead in chain.leads if lead.kT is not None]
    if own:
        raise ValueError(f"leads {own} must have no temperature of their own in linear response")
    return chain


def _drives_nothing(chain: Chain, forced: int, power: int) -> bool:
    """Tell whether populations can make up for a force: whether the steps of y add up to 0 around every ring."""
    steps: list[dict[int, Fraction]] = [{} for _ in chain.levels]
    for item in chain.transitions:
        e = chain.addition_energy(item) - chain.leads[0].mu
        needed = {
            e**power if k == forced else Fraction(0) for k, lead in enumerate(chain.leads) if lead.rate * item.at(lead)
        }
        if not needed:
            continue
        step = needed.pop()
        if needed or steps[item.initial].get(item.final, step) != step:
            return False
        steps[item.initial][item.final], steps[item.final][item.initial] = step, -step
    y = {0: Fraction(0)}
    pending = [0]
    while pending:
        here = pending.pop()
        for there, step in steps[here].items():
            if there not in y:
                pending.append(there)
            if y.setdefault(there, y[here] + step) != y[here] + step:
                return False
    return True


@dataclass(frozen=True)
class _Passage:
    """One transition through one lead: its ends, the lead's place, e of Eq. (2), and what enters and leaves per P.

    `driven` is ``(P_i + r P_j) df`` of Eq. (2) for a unit force, with the strength of the tunnelling, before e to the
    power of the force.
    """

    initial: int
    final: int
    lead: int
    energy: Any
    into: Any
    out: Any
    driven: Any


def _passages(chain: Chain, fermi: Occupation) -> list[_Passage]:
    """Return all passages of electrons, at rest."""
    P = grand_canonical(chain, chain.leads[0].mu)
    passages = []
    for item in chain.transitions:
        i, j, r = item.initial, item.final, as_mpf(chain.degeneracy_ratio(item))
        e = as_mpf(chain.addition_energy(item) - chain.leads[0].mu)
        for k, lead in enumerate(chain.leads):
            if strength := 2 * lead.rate * item.at(lead):
                full, empty = fermi(item, lead)
                into = as_mpf(strength) * full
                passages.append(
                    _Passage(i, j, k, e, into, as_mpf(strength) * r * empty, (P[i] + r * P[j]) * into * empty)
                )
    return passages


def _columns(chain: Chain, forces: Sequence[tuple[int, int]]) -> list[_Response]:
    """Return the response to each force, at the working precision of mpmath."""
    fermi = fermi_functions(chain)
    perturbed = PerturbedChain(len(chain.levels), total_rates(aggregated_hops(chain, fermi)))
    passages = _passages(chain, fermi)
    flows = _flows(len(chain.leads), passages)
    return [_Response(chain, passages, flows, perturbed, force) for force in forces]


_Row = tuple[dict[int, Any], dict[int, Any]]
"""What the change of each population adds to a current or a heat current, and the sum of magnitudes of its parts."""


def _flows(leads: int, passages: Sequence[_Passage]) -> list[_Row]:
    """Return the currents, then the heat currents, of all leads as linear forms in the populations."""
    rows: list[_Row] = [({}, {}) for _ in range(2 * leads)]
    for one in passages:
        for place, carried in ((one.lead, mp.one), (leads + one.lead, one.energy)):
            net, gross = rows[place]
            for state, rate in ((one.initial, one.into), (one.final, -one.out)):
                flow = carried * rate
                net[state] = net.get(state, mp.zero) + flow
                gross[state] = gross.get(state, mp.zero) + abs(flow)
    return rows


class _Response:
    """All currents, then all heat currents, that a unit force at one lead drives.

    Attributes
    ----------
    found
        The currents.
    """

    def __init__(
        self,
        chain: Chain,
        passages: Sequence[_Passage],
        flows: Sequence[_Row],
        perturbed: PerturbedChain,
        force: tuple[int, int],
    ) -> None:
        forced, power = force
        moved = [(one, one.driven * one.energy**power) for one in passages if one.lead == forced]
        source = [mp.zero] * len(chain.levels)
        for one, amount in moved:
            source[one.final] -= amount
            source[one.initial] += amount
        self._flows, self._change = flows, perturbed.shift(source)
        amounts = [amount for _, amount in moved]
        self._direct = ((forced, amounts), (len(chain.leads) + forced, [one.energy * amount for one, amount in moved]))
        self.found = [mp.fdot((rate, self._change[state]) for state, rate in net.items()) for net, _ in flows]
        for place, summands in self._direct:
            self.found[place] += mp.fsum(summands)

    def sizes(self) -> list[Any]:
        """Return the sums of the magnitudes of what the currents are made of, at the working precision of mpmath."""
        size = [abs(value) for value in self._change]
        sizes = [mp.fdot((rate, size[state]) for state, rate in gross.items()) for _, gross in self._flows]
        for place, summands in self._direct:
            sizes[place] += mp.fsum(summands, absolute=True)
        return sizes

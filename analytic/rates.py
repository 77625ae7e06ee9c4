r"""Rates of the transport equation, [J96] Eq. (3), as exact expressions (physics.md section 5).

A chain consists of levels (N, E, S), of transitions i -> j with N_j = N_i + 1 and probability M_ji, and of leads with
tunnelling rate t and chemical potential mu. The gate enters as ``-gate * N``, so that adding the electron costs

.. math:: x^l_{ji} = (E_j - E_i - \mathrm{gate} - \mu^l) / k_B T.                                         (1)

Each S_z-resolved pair obeys ``Gamma_{j<-i} = t |A_ji|^2 f(x)`` and ``Gamma_{i<-j} = t |A_ji|^2 [1 - f(x)]``. By
Wigner and Eckart ``|A_ji|^2 = <S_i m_i, 1/2 sigma|S_j m_j>^2 a_ji``. Eq. (4) of [J96] sums the squared coefficients
over both S_z to 2S_j + 1, so ``M_ji = a_ji (2S_j+1) / [2 (2S_i+1)]`` and

.. math:: a_{ji} = 2 M_{ji} (2S_i+1) / (2S_j+1).                                                          (2)

Summing the final S_z and averaging the initial one (all 2S+1 are equally populated without a field, because every lead
couples equally to both spins) gives the aggregated rates

.. math:: W_{j \leftarrow i} = 2 t M_{ji} f, \qquad W_{i \leftarrow j} = 2 t M_{ji} (2S_i+1)/(2S_j+1) (1 - f). (3)

The functions are generic: the *occupation*, a function of transition and lead that returns the pair (f, 1-f), decides
whether rates come out as sympy expressions, as mpmath numbers or as zero-temperature asymptotics. The two numbers of
a pair are separate so that neither is ever formed by a subtraction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import sympy
from mpmath import mpf

from analytic.exact import as_mpf, exact_rational
from analytic.matrix_tree import Edge


@dataclass(frozen=True)
class Level:
    """A level of `electrons` electrons with spin S = two_S / 2, (2S+1)-fold degenerate."""

    electrons: int
    energy: Any
    two_S: int


@dataclass(frozen=True)
class Transition:
    """Adding one electron to level `initial` leads to level `final` with probability M of [J96] Eq. (4).

    M is one number, or a mapping with one for each lead by name.
    """

    initial: int
    final: int
    M: Any

    def at(self, lead: Lead) -> Any:
        """Return M at a lead."""
        return self.M[lead.name] if isinstance(self.M, Mapping) else self.M


@dataclass(frozen=True)
class Lead:
    """A reservoir: tunnelling rate t, chemical potential, and a temperature if it is not that of the chain."""

    name: str
    rate: Any
    mu: Any
    kT: Any = None


@dataclass(frozen=True)
class Hop:
    """One elementary process: an electron enters (+1) or leaves (-1) through a lead while the dot goes start -> to."""

    to: int
    start: int
    lead: str
    electrons: int
    rate: Any


Occupation = Callable[[Transition, Lead], tuple[Any, Any]]


@dataclass(frozen=True)
class Chain:
    """Levels, transitions and leads at one temperature (energies and kT in E_H*) and one gate value.

    Raises
    ------
    ValueError
        If a number breaks a rule; the message names both.

    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": 0.5, "two_S": 1}]
    >>> leads = [{"name": "L", "rate": 1, "mu": 0}, {"name": "R", "rate": 1, "mu": 0}]
    >>> chain = Chain.from_case(levels, [{"from": 0, "to": 1, "M": 1}], leads, "0.1", "0.25")
    >>> print(chain.addition_energy(chain.transitions[0]), chain.degeneracy_ratio(chain.transitions[0]))
    1/4 1/2
    """

    levels: tuple[Level, ...]
    transitions: tuple[Transition, ...]
    leads: tuple[Lead, ...]
    kT: Any
    gate: Any

    def __post_init__(self) -> None:
        if not self.levels:
            raise ValueError("levels=() must hold at least one level")
        if not self.leads:
            raise ValueError("leads=() must hold at least one lead")
        _require("kT", self.kT, self.kT > 0, "positive")
        for level in self.levels:
            _require("electrons", level.electrons, level.electrons >= 0, "non-negative")
            _require("two_S", level.two_S, level.two_S >= 0, "non-negative")
        for lead in self.leads:
            _require(f"rate of lead {lead.name}", lead.rate, lead.rate >= 0, "non-negative")
            if lead.kT is not None:
                _require(f"kT of lead {lead.name}", lead.kT, lead.kT > 0, "positive")
        for item in self.transitions:
            pair = f"transition {item.initial} -> {item.final}"
            known = all(0 <= k < len(self.levels) for k in (item.initial, item.final))
            _require(pair, "", known, f"between two of the {len(self.levels)} levels")
            added = self.levels[item.final].electrons - self.levels[item.initial].electrons
            _require(pair, "", added == 1, f"by one electron, not {added}")
            given = item.M if isinstance(item.M, Mapping) else {"": item.M}
            missing = {lead.name for lead in self.leads} - set(given) if isinstance(item.M, Mapping) else set()
            _require(f"M of {pair}", "", not missing, f"given for lead {', '.join(sorted(missing))} too")
            for M in given.values():
                _require(f"M of {pair}", M, M >= 0, "non-negative")

    @classmethod
    def from_case(
        cls,
        levels: Sequence[Mapping[str, Any]],
        transitions: Sequence[Mapping[str, Any]],
        leads: Sequence[Mapping[str, Any]],
        kT: Any,
        gate: Any,
    ) -> Chain:
        """Read the params of the protocol's tasks 5 and 6; every double is taken as the rational that it is."""
        return cls(
            tuple(Level(item["electrons"], _rational("energy", item["energy"]), item["two_S"]) for item in levels),
            tuple(Transition(item["from"], item["to"], _probability(item["M"])) for item in transitions),
            tuple(
                Lead(
                    item["name"],
                    _rational("rate", item["rate"]),
                    _rational("mu", item["mu"]),
                    _rational("kT", item["kT"]) if item.get("kT") is not None else None,
                )
                for item in leads
            ),
            _rational("kT", kT),
            _rational("gate", gate),
        )

    def addition_energy(self, transition: Transition) -> Any:
        """Return E_j - E_i - gate, the chemical potential at which the transition is in resonance; found once."""
        key = transition.initial, transition.final
        if key not in self._addition_energies:
            energy = self.levels[transition.final].energy - self.levels[transition.initial].energy - self.gate
            self._addition_energies[key] = energy
        return self._addition_energies[key]

    def temperature(self, lead: Lead) -> Any:
        """Return the temperature of a lead: its own, or that of the chain."""
        return self.kT if lead.kT is None else lead.kT

    def fermi_argument(self, transition: Transition, lead: Lead) -> Any:
        """Return x of Eq. (1), with the temperature of the lead; found once for all precisions."""
        key = transition.initial, transition.final, lead.name
        if key not in self._arguments or self._arguments[key][0] is not lead:
            self._arguments[key] = lead, (self.addition_energy(transition) - lead.mu) / self.temperature(lead)
        return self._arguments[key][1]

    @cached_property
    def _addition_energies(self) -> dict[tuple[int, int], Any]:
        return {}

    @cached_property
    def _arguments(self) -> dict[tuple[int, int, str], tuple[Lead, Any]]:
        return {}

    def degeneracy_ratio(self, transition: Transition) -> Fraction:
        """Return (2S_i+1)/(2S_j+1)."""
        return Fraction(self.levels[transition.initial].two_S + 1, self.levels[transition.final].two_S + 1)

    @cached_property
    def couplings(self) -> tuple[tuple[Transition, Lead, Any, Any], ...]:
        """Every transition through every lead that couples to it, with 2 t M and 2 t M (2S_i+1)/(2S_j+1) of Eq. (3)."""
        strengths = [(item, lead, 2 * item.at(lead) * lead.rate) for item in self.transitions for lead in self.leads]
        return tuple(
            (item, lead, strength, self.degeneracy_ratio(item) * strength)
            for item, lead, strength in strengths
            if strength != 0
        )


def _probability(M: Any) -> Any:
    return {name: _rational("M", value) for name, value in M.items()} if isinstance(M, Mapping) else _rational("M", M)


def _rational(name: str, value: Any) -> Any:
    """Return the exact rational that an input stands for; keep symbols."""
    return value if isinstance(value, sympy.Expr) and not value.is_Rational else exact_rational(name, value)


def aggregated_hops(chain: Chain, occupation: Occupation) -> tuple[Hop, ...]:
    """Return the processes between levels, with the rates of Eq. (3); uncoupled leads and M_ji = 0 contribute none.

    Examples
    --------
    >>> from analytic import Chain, aggregated_hops, fermi_functions
    >>> levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": "0.1", "two_S": 1}]
    >>> transitions = [{"from": 0, "to": 1, "M": "0.5"}]
    >>> leads = [{"name": "L", "rate": 1, "mu": "0.5"}, {"name": "R", "rate": 1, "mu": "-0.5"}]
    >>> chain = Chain.from_case(levels, transitions, leads, "0.01", 0)
    >>> [(hop.start, hop.to, hop.lead) for hop in aggregated_hops(chain, fermi_functions(chain))]
    [(0, 1, 'L'), (1, 0, 'L'), (0, 1, 'R'), (1, 0, 'R')]
    """
    hops = []
    for item, lead, strength, back in chain.couplings:
        full, empty = occupation(item, lead)
        hops.append(Hop(item.final, item.initial, lead.name, +1, _product(strength, full)))
        hops.append(Hop(item.initial, item.final, lead.name, -1, _product(back, empty)))
    return tuple(hops)


def _product(exact: Any, number: Any) -> Any:
    """Return a product; what mpmath would do with a fraction takes as long as ten products."""
    return as_mpf(exact) * number if isinstance(exact, Fraction) and isinstance(number, mpf) else exact * number


def is_state_of_dot(hops: Iterable[Hop], counted: Collection[str]) -> bool:
    """Return whether the state of the dot tells how many electrons have entered through some leads: then none pass.

    So it is if only these leads are coupled, or none of them, or if electrons go back the way on which they came.

    Examples
    --------
    A level that only L couples to and another that only R does exchange nothing; a level between both does.

    >>> from analytic.rates import Hop, is_state_of_dot
    >>> apart = [Hop(1, 0, "L", 1, 1.0), Hop(0, 1, "L", -1, 1.0), Hop(2, 0, "R", 1, 1.0), Hop(0, 2, "R", -1, 1.0)]
    >>> is_state_of_dot(apart, ["L"]), is_state_of_dot([*apart, Hop(1, 0, "R", 1, 1.0)], ["L"])
    (True, False)
    """
    of_each: dict[int, dict[tuple[int, int], None]] = {}
    for hop in hops:
        step = hop.electrons if hop.lead in counted else 0
        of_each.setdefault(hop.start, {})[hop.to, step] = None
        of_each.setdefault(hop.to, {})[hop.start, -step] = None
    entered: dict[int, int] = {}
    for first in of_each:
        if first in entered:
            continue
        entered[first], waiting = 0, [first]
        while waiting:
            start = waiting.pop()
            for to, step in of_each[start]:
                if to not in entered:
                    entered[to] = entered[start] + step
                    waiting.append(to)
                elif entered[to] != entered[start] + step:
                    return False
    return True


def total_rates(hops: Iterable[Hop]) -> dict[Edge, Any]:
    """Return W[to, from], the rates summed over the leads."""
    rates: dict[Edge, Any] = {}
    for hop in hops:
        edge = (hop.to, hop.start)
        rates[edge] = rates[edge] + hop.rate if edge in rates else hop.rate
    return rates


def _require(name: str, value: Any, holds: Any, rule: str) -> None:
    if holds == False:  # noqa: E712  (a relation among symbols is neither True nor False and stays allowed)
        raise ValueError(f"{name}{'' if value == '' else f'={value}'} must be {rule}")

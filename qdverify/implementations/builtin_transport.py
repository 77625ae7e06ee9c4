"""The builtin implementation's answers on transport: populations, currents, heat, noise, response and counting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias, Unpack

import numpy as np

import numeric
from qdverify.implementations import builtin_answers as answers
from qdverify.implementations.builtin_claims import told, told_populations
from qdverify.implementations.builtin_rules import as_declined, by_the_rules
from qdverify.protocol import json_types
from qdverify.protocol.accuracy import probability_at, rates_of_spins

Levels: TypeAlias = Sequence[json_types.Level]
Transitions: TypeAlias = Sequence[json_types.Transition]
LeadTransitions: TypeAlias = Sequence[json_types.LeadTransition]
Leads: TypeAlias = Sequence[json_types.Lead]
SpinLeads: TypeAlias = Sequence[json_types.SpinLead]


def _by_name(quantity: str, leads: Leads | SpinLeads, flows: numeric.Estimate) -> dict[str, float]:
    """Return one number for each lead by its name."""
    names = [lead["name"] for lead in leads]
    return dict(zip(names, told(quantity, flows, names).tolist(), strict=True))


def _both_barriers(found: numeric.Currents) -> json_types.CurrentAnswer:
    return {"I_L": told("I_L", found.I_L).item(), "I_R": told("I_R", found.I_R).item()}


def _three(found: numeric.Cumulants) -> json_types.CumulantsAnswer:
    named = {"current": found.current, "noise": found.noise, "third cumulant": found.third}
    return {"cumulants": [told(name, value).item() for name, value in named.items()]}


class Transport:
    """Tasks on levels and transitions between leads."""

    def level_scheme(self, levels: Levels, transitions: Transitions) -> numeric.LevelScheme:
        """Return the levels and transitions of a rate equation."""
        return numeric.LevelScheme(
            electrons=np.array([level["electrons"] for level in levels]),
            energies=np.array([level["energy"] for level in levels], dtype=np.float64),
            two_S=np.array([level["two_S"] for level in levels]),
            lower=np.array([transition["from"] for transition in transitions], dtype=np.int64),
            upper=np.array([transition["to"] for transition in transitions], dtype=np.int64),
            M=np.array([transition["M"] for transition in transitions], dtype=np.float64),
        )

    def lead_scheme(
        self, levels: Levels, transitions: LeadTransitions, leads: Leads | SpinLeads
    ) -> numeric.LevelScheme:
        """Return the level scheme of a rate equation whose M_ji may differ from lead to lead."""
        M = [[probability_at(item, lead) for lead in leads] for item in transitions]
        common: Transitions = [{**item, "M": max(row)} for item, row in zip(transitions, M, strict=True)]
        scheme = self.level_scheme(levels, common)
        if all(len(set(row)) == 1 for row in M):
            return scheme
        return replace(scheme, M=np.array(M))

    def point(self, *, leads: Sequence[json_types.Lead], kT: float, gate: float) -> answers.PointArguments:
        """Return the leads, temperature and gate at which a rate equation is solved."""
        return {"leads": [numeric.Lead(**lead) for lead in leads], "kT": kT, "gate": gate}

    def lead_point(self, *, leads: Leads, kT: float, gate: float) -> answers.PointArguments:
        """Return the same between any number of leads, each with its own temperature if it has one."""
        return self.point(leads=leads, kT=kT, gate=gate)

    @by_the_rules
    def stationary_state(
        self, *, levels: Levels, transitions: Transitions, **point: Unpack[json_types.OperatingPoint]
    ) -> answers.Populations:
        """Answer task 5."""
        found = numeric.stationary_state(self.level_scheme(levels, transitions), **self.point(**point))
        return {"populations": told_populations(found)}

    @by_the_rules
    def current(
        self, *, levels: Levels, transitions: Transitions, **point: Unpack[json_types.OperatingPoint]
    ) -> json_types.CurrentAnswer:
        """Answer task 6."""
        return _both_barriers(numeric.currents(self.level_scheme(levels, transitions), **self.point(**point)))

    @by_the_rules
    def lead_currents(
        self, *, levels: Levels, transitions: LeadTransitions, **point: Unpack[json_types.OperatingPoint]
    ) -> json_types.LeadCurrentsAnswer:
        """Answer the optional task of that name."""
        scheme = self.lead_scheme(levels, transitions, point["leads"])
        flows = numeric.lead_flows(scheme, **self.lead_point(**point))
        return {"currents": _by_name("currents", point["leads"], flows)}

    @by_the_rules
    def heat_currents(
        self, *, levels: Levels, transitions: LeadTransitions, **point: Unpack[json_types.OperatingPoint]
    ) -> json_types.HeatAnswer:
        """Answer the optional task of that name."""
        scheme = self.lead_scheme(levels, transitions, point["leads"])
        flows = numeric.heat_currents(scheme, **self.lead_point(**point))
        return {"heat": _by_name("heat", point["leads"], flows)}

    def spin_point(self, *, leads: SpinLeads, kT: float, gate: float, zeeman: float) -> answers.SpinPointArguments:
        """Return the polarised leads, temperature, gate and field at which the S_z-resolved equation is solved."""
        found = []
        for lead in leads:
            up, down = rates_of_spins(lead)
            found.append(numeric.Lead(lead["name"], up, lead["mu"], lead.get("kT"), down))
        return {"leads": found, "kT": kT, "gate": gate, "zeeman": zeeman}

    @by_the_rules
    def spin_currents(
        self, *, levels: Levels, transitions: LeadTransitions, **point: Unpack[json_types.SpinPoint]
    ) -> json_types.SpinCurrentsAnswer:
        """Answer the optional task of that name."""
        scheme = self.lead_scheme(levels, transitions, point["leads"])
        found = numeric.spin_currents(scheme, **self.spin_point(**point))
        return {
            "up": _by_name("up", point["leads"], found.up),
            "down": _by_name("down", point["leads"], found.down),
        }

    @by_the_rules
    def spin_heat(
        self, *, levels: Levels, transitions: LeadTransitions, **point: Unpack[json_types.SpinPoint]
    ) -> json_types.HeatAnswer:
        """Answer the optional task of that name."""
        scheme = self.lead_scheme(levels, transitions, point["leads"])
        flows = numeric.heat_currents(scheme, **self.spin_point(**point), resolved=True)
        return {"heat": _by_name("heat", point["leads"], flows)}

    @by_the_rules
    def spin_populations(
        self, *, levels: Levels, transitions: LeadTransitions, **point: Unpack[json_types.SpinPoint]
    ) -> answers.SpinPopulations:
        """Answer the optional task of that name."""
        scheme = self.lead_scheme(levels, transitions, point["leads"])
        found = numeric.stationary_state(scheme, **self.spin_point(**point), resolved=True)
        populations = told_populations(found)
        return {"populations": [populations[found.level == k] for k in range(len(levels))]}

    @by_the_rules
    def linear_response(
        self, *, levels: Levels, transitions: Transitions, **point: Unpack[json_types.OperatingPoint]
    ) -> json_types.ResponseAnswer:
        """Answer the optional task of that name."""
        rest = self.point(**point)
        rates = {lead.name: lead.rate for lead in rest["leads"]}
        found = numeric.linear_response(
            self.level_scheme(levels, transitions),
            rates=(rates["L"], rates["R"]),
            kT=rest["kT"],
            gate=rest["gate"],
            mu=rest["leads"][0].mu,
        )
        named = {"L11": found.L11, "L12": found.L12, "L22": found.L22}
        L11, L12, L22 = (told(name, value).item() for name, value in named.items())
        # the figure of merit may be off by what S, L11 and K may be
        return {
            "onsager": [[L11, L12], [L12, L22]],
            "thermopower": told("thermopower", found.thermopower).item(),
            "heat_conductance": told("heat_conductance", found.heat_conductance).item(),
            "figure_of_merit": answers.finite_merit(found),
        }

    @by_the_rules
    def lead_response(
        self, *, levels: Levels, transitions: LeadTransitions, **point: Unpack[json_types.OperatingPoint]
    ) -> json_types.LeadResponseAnswer:
        """Answer the optional task of that name."""
        found = numeric.lead_response(self.lead_scheme(levels, transitions, point["leads"]), **self.point(**point))
        return {"onsager": told("onsager", found.onsager).tolist()}

    @by_the_rules
    def spin_response(
        self, *, levels: Levels, transitions: LeadTransitions, **point: Unpack[json_types.SpinPoint]
    ) -> json_types.LeadResponseAnswer:
        """Answer the optional task of that name."""
        scheme = self.lead_scheme(levels, transitions, point["leads"])
        found = numeric.lead_response(scheme, **self.spin_point(**point), resolved=True)
        return {"onsager": told("onsager", found.onsager).tolist()}

    @by_the_rules
    def conductance_parts(
        self, *, levels: Levels, transitions: LeadTransitions, **point: Unpack[json_types.OperatingPoint]
    ) -> json_types.ConductancePartsAnswer:
        """Answer the optional task of that name."""
        scheme = self.lead_scheme(levels, transitions, point["leads"])
        found = numeric.conductance_parts(scheme, **self.lead_point(**point))
        return {
            "dI_dV": told("dI_dV", found.conductance).item(),
            "growth": told("growth", found.growth).tolist(),
            "parts": told("parts", found.parts).tolist(),
        }

    @by_the_rules
    def cumulants(
        self, *, levels: Levels, transitions: Transitions, **point: Unpack[json_types.OperatingPoint]
    ) -> json_types.CumulantsAnswer:
        """Answer the optional task of that name."""
        return _three(numeric.cumulants(self.level_scheme(levels, transitions), **self.point(**point)))

    @by_the_rules
    def lead_cumulants(
        self,
        *,
        levels: Levels,
        transitions: LeadTransitions,
        counted: Sequence[str],
        **point: Unpack[json_types.OperatingPoint],
    ) -> json_types.CumulantsAnswer:
        """Answer the optional task of that name."""
        scheme = self.lead_scheme(levels, transitions, point["leads"])
        return _three(numeric.lead_cumulants(scheme, counted=[*counted], **self.point(**point)))

    @by_the_rules
    def generating_function(
        self,
        *,
        levels: Levels,
        transitions: Transitions,
        theta: Sequence[float],
        **point: Unpack[json_types.OperatingPoint],
    ) -> json_types.GeneratingAnswer:
        """Answer the optional task of that name."""
        found = numeric.generating_function(self.level_scheme(levels, transitions), theta=theta, **self.point(**point))
        return {"values": told("values", found).tolist()}

    @by_the_rules
    def lead_generating_function(
        self,
        *,
        levels: Levels,
        transitions: LeadTransitions,
        theta: Sequence[Mapping[str, float]],
        **point: Unpack[json_types.OperatingPoint],
    ) -> json_types.GeneratingAnswer:
        """Answer the optional task of that name."""
        scheme = self.lead_scheme(levels, transitions, point["leads"])
        fields = [[row[lead["name"]] for lead in point["leads"]] for row in theta]
        found = numeric.lead_generating_function(scheme, theta=fields, **self.point(**point))
        return {"values": told("values", found).tolist()}

    @as_declined
    def resolved_current(
        self, *, levels: Levels, transitions: Transitions, **point: Unpack[json_types.OperatingPoint]
    ) -> json_types.CurrentAnswer:
        """Answer the extension task of that name."""
        scheme = self.level_scheme(levels, transitions)
        return _both_barriers(numeric.currents(scheme, **self.point(**point), resolved=True))

    @by_the_rules
    def differential_conductance(
        self, *, levels: Levels, transitions: Transitions, **point: Unpack[json_types.OperatingPoint]
    ) -> json_types.ConductanceAnswer:
        """Answer the extension task of that name."""
        found = numeric.differential_conductance(self.level_scheme(levels, transitions), **self.point(**point))
        return {"dI_dV": told("dI_dV", found.best).item()}

    @by_the_rules
    def noise(
        self, *, levels: Levels, transitions: Transitions, **point: Unpack[json_types.OperatingPoint]
    ) -> json_types.NoiseAnswer:
        """Answer the extension task of that name."""
        found = numeric.shot_noise(self.level_scheme(levels, transitions), **self.point(**point))
        S = told("S", found.noise).item()
        told("I", found.current)  # the Fano factor is known to what both are
        return {"S": S, "fano": answers.finite_fano(found)}

    @as_declined
    def low_temperature(
        self, *, levels: Levels, transitions: Transitions, leads: Sequence[json_types.Lead], gate: float
    ) -> json_types.LowTemperatureAnswer:
        """Answer the extension task of that name."""
        point = self.point(leads=leads, kT=1.0, gate=gate)
        found = numeric.low_temperature_limit(
            self.level_scheme(levels, transitions), point["leads"], gate=point["gate"]
        )
        return {
            "populations": [[float(term.prefactor), float(term.action)] for term in found.populations],
            "current": [float(found.current.prefactor), float(found.current.action)],
        }

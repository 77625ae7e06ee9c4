"""The builtin implementation: this project's floating-point side behind the tasks of the protocol.

It stands under the same suite as everybody else's code. The stages that a deliberately wrong implementation may
want to replace, `integrals`, `solve` and `level_scheme`, are methods of their own: all that follows is built on them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from importlib.metadata import version
from types import MappingProxyType
from typing import Concatenate, ParamSpec, TypeAlias, TypeVar, Unpack

import numpy as np

import numeric
from qdverify.implementations import builtin_answers as answers
from qdverify.implementations.builtin_dots import Model, box_of, model_of
from qdverify.protocol import json_types
from qdverify.protocol.accuracy import probability_at, rates_of_spins
from qdverify.protocol.answers import BEYOND_LIMITS, AnswerError
from qdverify.protocol.dots import is_harmonic
from qdverify.protocol.inputs import OPTIONAL_TASKS, check_inputs

_Params = ParamSpec("_Params")
_Answer = TypeVar("_Answer")
Levels: TypeAlias = Sequence[json_types.Level]
Transitions: TypeAlias = Sequence[json_types.Transition]
LeadTransitions: TypeAlias = Sequence[json_types.LeadTransition]
Leads: TypeAlias = Sequence[json_types.Lead]
SpinLeads: TypeAlias = Sequence[json_types.SpinLead]


def _by_the_rules(
    task: Callable[Concatenate[Builtin, _Params], _Answer],
) -> Callable[Concatenate[Builtin, _Params], _Answer]:
    """Return a task that refuses what the protocol calls invalid, before anything is computed."""

    @wraps(task)
    def answered(self: Builtin, /, *args: _Params.args, **params: _Params.kwargs) -> _Answer:
        check_inputs(task.__name__, params)
        try:
            return task(self, *args, **params)
        except numeric.TooLargeError as error:
            raise AnswerError(BEYOND_LIMITS, str(error)) from error

    return answered


def _by_name(leads: Leads | SpinLeads, flows: numeric.Estimate) -> dict[str, float]:
    """Return one number for each lead by its name."""
    return {lead["name"]: value for lead, value in zip(leads, flows.value.tolist(), strict=True)}


class Builtin:
    """The six tasks of the protocol and its extensions, answered by `numeric`."""

    name = "builtin"
    version = version("qdverify")
    dots = ("box", "integrals", "harmonic-2d")
    # relative accuracy at any depth: the class "full" of the protocol
    accuracy: Mapping[str, float] = MappingProxyType(
        dict.fromkeys(("stationary_state", "current", *OPTIONAL_TASKS), 1e-9)
    )

    def __init__(self) -> None:
        self._spectra: dict[tuple[Model, int], numeric.Spectrum] = {}

    def integrals(self, dot: numeric.Dot) -> numeric.Integrals:
        """Return the interaction integrals that everything else is built on."""
        return numeric.interaction_integrals(dot)

    def solve(self, dot: numeric.Dot, electrons: int, levels: int) -> numeric.Spectrum:
        """Return the lowest levels with their states."""
        return numeric.solve(dot, electrons=electrons, levels=levels, integrals=self.integrals(dot))

    def solve_integrals(self, dot: numeric.IntegralDot, electrons: int, levels: int) -> numeric.Spectrum:
        """Return the lowest levels of a dot given by its integrals, with their states."""
        return numeric.solve(dot, electrons=electrons, levels=levels)

    def solve_harmonic(self, dot: numeric.HarmonicDot, electrons: int, levels: int) -> numeric.Spectrum:
        """Return the lowest levels of a harmonic dot in two dimensions, with their states."""
        return numeric.solve(dot, electrons=electrons, levels=levels)

    def _integrals_of_box(self, model: Model) -> numeric.Integrals | None:
        """Return the integrals of a box; None for a dot that brings its own."""
        return self.integrals(model) if isinstance(model, numeric.Dot) else None

    def spectrum_of(self, dot: json_types.Dot, electrons: int, levels: int) -> numeric.Spectrum:
        """Return at least the lowest levels, from memory if they were computed before."""
        model = model_of(dot)
        known = self._spectra.get((model, electrons))
        if known is None or len(known.energies) < levels:
            if isinstance(model, numeric.IntegralDot):
                known = self.solve_integrals(model, electrons, levels)
            elif isinstance(model, numeric.HarmonicDot):
                known = self.solve_harmonic(model, electrons, levels)
            else:
                known = self.solve(model, electrons, levels)
            self._spectra[model, electrons] = known
        return known

    @_by_the_rules
    def clebsch_gordan_weight(self, *, two_S_i: int, two_S_j: int) -> json_types.WeightAnswer:
        """Answer task 1."""
        return {"C": numeric.clebsch_gordan_weight(two_S_i, two_S_j)}

    @_by_the_rules
    def interaction_integrals(self, *, dot: json_types.Dot, indices: Sequence[Sequence[int]]) -> answers.Values:
        """Answer task 2."""
        p, q, r, s = np.asarray(indices).T
        model = model_of(dot)
        if not isinstance(model, numeric.Dot):
            return {"values": model.two_body[p - 1, q - 1, r - 1, s - 1]}
        return {"values": self.integrals(model).value(p, q, r, s)}

    @_by_the_rules
    def spectrum(self, *, dot: json_types.Dot, electrons: int, levels: int) -> answers.Levels:
        """Answer task 3."""
        found = self.spectrum_of(dot, electrons, levels)
        answer: answers.Levels = {"energies": found.energies[:levels], "two_S": found.two_S[:levels]}
        if is_harmonic(dot):
            answer["L"] = found.angular_momenta[:levels]
        return answer

    @_by_the_rules
    def transition_probabilities(
        self,
        *,
        dot: json_types.Dot,
        electrons: int,
        levels_from: int,
        levels_to: int,
        weights: Sequence[float] | None = None,
    ) -> answers.Probabilities:
        """Answer task 4."""
        start = self.spectrum_of(dot, electrons, levels_from)
        end = self.spectrum_of(dot, electrons + 1, levels_to)
        M = numeric.transition_probabilities(start, end, weights=weights)
        return {"M": M[:levels_to, :levels_from]}

    def sector_energies(
        self, *, dot: json_types.Dot, electrons: int, two_Sz: int, levels: int
    ) -> answers.SectorEnergies:
        """Answer the extension task of that name."""
        model = model_of(dot)
        integrals = self._integrals_of_box(model)
        return {"energies": numeric.sector_energies(model, electrons, two_Sz, levels, integrals=integrals)}

    def transition_amplitudes(
        self, *, dot: json_types.Dot, electrons: int, level_from: int, level_to: int
    ) -> json_types.AmplitudesAnswer:
        """Answer the extension task of that name, by lowering both states and not by the theorem that is checked."""
        start = self.spectrum_of(dot, electrons, level_from + 1)
        end = self.spectrum_of(dot, electrons + 1, level_to + 1)
        found = numeric.transition_amplitudes(start, end, route="direct")
        amplitudes: list[json_types.Amplitude] = [
            {
                "two_Sz_i": two_Sz_i,
                "two_sigma": two_sigma,
                "two_Sz_j": two_Sz_j,
                "value": found.values[spin, row, column],
            }
            for row, (j, two_Sz_j) in enumerate(found.final)
            for column, (i, two_Sz_i) in enumerate(found.initial)
            for spin, two_sigma in enumerate((1, -1))
            if (i, j) == (level_from, level_to)
        ]
        return {"amplitudes": amplitudes}

    def hamiltonian_matrix(self, *, dot: json_types.Dot, electrons: int, two_Sz: int) -> answers.Matrix:
        """Answer the extension task of that name."""
        model = model_of(dot)
        integrals = self._integrals_of_box(model)
        matrix, determinants = numeric.hamiltonian_matrix(model, electrons, two_Sz, integrals=integrals)
        return {"determinants": determinants, "matrix": matrix}

    def leading_determinants(
        self, *, dot: json_types.Dot, electrons: int, level: int, count: int
    ) -> answers.Determinants:
        """Answer the extension task of that name."""
        found = self.spectrum_of(dot, electrons, level + 1)
        expansion = numeric.expand(found, level, two_Sz=electrons % 2)
        return {"determinants": expansion.determinants(count), "coefficients": expansion.coefficients[:count]}

    def expectations(self, *, dot: json_types.Dot, electrons: int, level: int) -> json_types.ExpectationsAnswer:
        """Answer the extension task of that name."""
        kinetic, interaction = numeric.expectations(self.spectrum_of(dot, electrons, level + 1), level)
        return {"kinetic": kinetic, "interaction": interaction}

    def charge_density(self, *, dot: json_types.Dot, electrons: int, level: int, x: Sequence[float]) -> answers.Density:
        """Answer the extension task of that name."""
        return {"density": numeric.charge_density(self.spectrum_of(dot, electrons, level + 1), level, x)}

    def parities(self, *, dot: json_types.Dot, electrons: int, levels: int) -> answers.Parities:
        """Answer the extension task of that name; irreps 1 and 2 of a dot given by integrals stand for +1 and -1."""
        return {"parity": 3 - 2 * self.spectrum_of(dot, electrons, levels).irreps[:levels]}

    def projected_levels(
        self, *, dot: json_types.Dot, electrons: int, levels: int, blind_to: int | None
    ) -> json_types.ProjectedAnswer:
        """Answer the extension task of that name."""
        model = box_of(dot)
        start = None if blind_to is None else numeric.start_vector_blind_to(model, electrons, blind_to)
        found = numeric.slater_lanczos(model, electrons, levels, start=start, integrals=self.integrals(model))
        return {
            "energies": [level.energy for level in found.levels],
            "two_S": [level.two_S for level in found.levels],
            "recovered": [sorted(level.recovered) for level in found.levels],
        }

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

    @_by_the_rules
    def stationary_state(
        self, *, levels: Levels, transitions: Transitions, **point: Unpack[json_types.OperatingPoint]
    ) -> answers.Populations:
        """Answer task 5."""
        found = numeric.stationary_state(self.level_scheme(levels, transitions), **self.point(**point))
        return {"populations": found.populations}

    @_by_the_rules
    def current(
        self, *, levels: Levels, transitions: Transitions, **point: Unpack[json_types.OperatingPoint]
    ) -> json_types.CurrentAnswer:
        """Answer task 6."""
        found = numeric.currents(self.level_scheme(levels, transitions), **self.point(**point))
        return {"I_L": float(found.I_L), "I_R": float(found.I_R)}

    @_by_the_rules
    def lead_currents(
        self, *, levels: Levels, transitions: LeadTransitions, **point: Unpack[json_types.OperatingPoint]
    ) -> json_types.LeadCurrentsAnswer:
        """Answer the optional task of that name."""
        scheme = self.lead_scheme(levels, transitions, point["leads"])
        flows = numeric.lead_flows(scheme, **self.lead_point(**point))
        return {"currents": _by_name(point["leads"], flows)}

    @_by_the_rules
    def heat_currents(
        self, *, levels: Levels, transitions: LeadTransitions, **point: Unpack[json_types.OperatingPoint]
    ) -> json_types.HeatAnswer:
        """Answer the optional task of that name."""
        scheme = self.lead_scheme(levels, transitions, point["leads"])
        flows = numeric.heat_currents(scheme, **self.lead_point(**point))
        return {"heat": _by_name(point["leads"], flows)}

    def spin_point(self, *, leads: SpinLeads, kT: float, gate: float, zeeman: float) -> answers.SpinPointArguments:
        """Return the polarised leads, temperature, gate and field at which the S_z-resolved equation is solved."""
        found = []
        for lead in leads:
            up, down = rates_of_spins(lead)
            found.append(numeric.Lead(lead["name"], up, lead["mu"], lead.get("kT"), down))
        return {"leads": found, "kT": kT, "gate": gate, "zeeman": zeeman}

    @_by_the_rules
    def spin_currents(
        self, *, levels: Levels, transitions: LeadTransitions, **point: Unpack[json_types.SpinPoint]
    ) -> json_types.SpinCurrentsAnswer:
        """Answer the optional task of that name."""
        scheme = self.lead_scheme(levels, transitions, point["leads"])
        found = numeric.spin_currents(scheme, **self.spin_point(**point))
        return {"up": _by_name(point["leads"], found.up), "down": _by_name(point["leads"], found.down)}

    @_by_the_rules
    def spin_heat(
        self, *, levels: Levels, transitions: LeadTransitions, **point: Unpack[json_types.SpinPoint]
    ) -> json_types.HeatAnswer:
        """Answer the optional task of that name."""
        scheme = self.lead_scheme(levels, transitions, point["leads"])
        flows = numeric.heat_currents(scheme, **self.spin_point(**point), resolved=True)
        return {"heat": _by_name(point["leads"], flows)}

    @_by_the_rules
    def spin_populations(
        self, *, levels: Levels, transitions: LeadTransitions, **point: Unpack[json_types.SpinPoint]
    ) -> answers.SpinPopulations:
        """Answer the optional task of that name."""
        scheme = self.lead_scheme(levels, transitions, point["leads"])
        found = numeric.stationary_state(scheme, **self.spin_point(**point), resolved=True)
        return {"populations": [found.populations[found.level == k] for k in range(len(levels))]}

    @_by_the_rules
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
        L11, L12, L22 = (float(value) for value in (found.L11, found.L12, found.L22))
        return {
            "onsager": [[L11, L12], [L12, L22]],
            "thermopower": float(found.thermopower),
            "heat_conductance": float(found.heat_conductance),
            "figure_of_merit": answers.finite_merit(found),
        }

    @_by_the_rules
    def lead_response(
        self, *, levels: Levels, transitions: LeadTransitions, **point: Unpack[json_types.OperatingPoint]
    ) -> json_types.LeadResponseAnswer:
        """Answer the optional task of that name."""
        found = numeric.lead_response(self.lead_scheme(levels, transitions, point["leads"]), **self.point(**point))
        return {"onsager": found.onsager.value.tolist()}

    @_by_the_rules
    def spin_response(
        self, *, levels: Levels, transitions: LeadTransitions, **point: Unpack[json_types.SpinPoint]
    ) -> json_types.LeadResponseAnswer:
        """Answer the optional task of that name."""
        scheme = self.lead_scheme(levels, transitions, point["leads"])
        found = numeric.lead_response(scheme, **self.spin_point(**point), resolved=True)
        return {"onsager": found.onsager.value.tolist()}

    @_by_the_rules
    def cumulants(
        self, *, levels: Levels, transitions: Transitions, **point: Unpack[json_types.OperatingPoint]
    ) -> json_types.CumulantsAnswer:
        """Answer the optional task of that name."""
        found = numeric.cumulants(self.level_scheme(levels, transitions), **self.point(**point))
        return {"cumulants": [float(found.current), float(found.noise), float(found.third)]}

    @_by_the_rules
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
        found = numeric.lead_cumulants(scheme, counted=[*counted], **self.point(**point))
        return {"cumulants": [float(found.current), float(found.noise), float(found.third)]}

    @_by_the_rules
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
        return {"values": found.value.tolist()}

    @_by_the_rules
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
        return {"values": found.value.tolist()}

    def resolved_current(
        self, *, levels: Levels, transitions: Transitions, **point: Unpack[json_types.OperatingPoint]
    ) -> json_types.CurrentAnswer:
        """Answer the extension task of that name."""
        found = numeric.currents(self.level_scheme(levels, transitions), **self.point(**point), resolved=True)
        return {"I_L": float(found.I_L), "I_R": float(found.I_R)}

    def differential_conductance(
        self, *, levels: Levels, transitions: Transitions, **point: Unpack[json_types.OperatingPoint]
    ) -> json_types.ConductanceAnswer:
        """Answer the extension task of that name."""
        found = numeric.differential_conductance(self.level_scheme(levels, transitions), **self.point(**point))
        return {"dI_dV": float(found.best)}

    def noise(
        self, *, levels: Levels, transitions: Transitions, **point: Unpack[json_types.OperatingPoint]
    ) -> json_types.NoiseAnswer:
        """Answer the extension task of that name."""
        found = numeric.shot_noise(self.level_scheme(levels, transitions), **self.point(**point))
        return {"S": float(found.noise), "fano": found.fano}

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

"""A right implementation whose every answer is off by k times the accuracy that it claims, up or down at random."""

import json
import random

import numpy as np

from qdverify.implementations.builtin import Builtin
from qdverify.protocol.dots import is_harmonic
from qdverify.reference.printed import reported
from qdverify.suite.exact.conductance_parts import in_a_row, parts_of
from qdverify.suite.exact.counting import function_scale, sensitivities
from qdverify.suite.exact.harmonic import exact_integrals_of
from qdverify.suite.exact.integral_dots import full_tensor
from qdverify.suite.exact.integrals import exact_integrals
from qdverify.suite.exact.lead_cases import solve_leads
from qdverify.suite.exact.lead_response import response_of_leads
from qdverify.suite.exact.response import solved
from qdverify.suite.exact.spin_cases import solve_spins
from qdverify.suite.exact.spin_response import response_of_spins
from qdverify.suite.exact.transport_reference import solve_exactly


def size_of_parts(dot, electrons):
    """Return the natural size of energies, as the protocol's page says; of a box with repulsion levels are larger."""
    if dot.get("kind") != "integrals":
        return 0.0
    filled = np.repeat(np.linalg.eigvalsh(dot["one_body"]), 2)[:electrons]
    repulsion = np.sqrt(np.sum(full_tensor(dot) ** 2)) / dot["orbitals"]
    return abs(dot.get("core", 0.0)) + np.abs(filled).sum() + electrons * (electrons - 1) / 2 * repulsion


class OffBy(Builtin):
    """The builtin implementation, off by k times the claimed accuracy of each task."""

    # the numbers of the protocol's page: written down here, so that a default that is loosened there is noticed
    numbers = {
        "clebsch_gordan_weight": 1e-12,
        "interaction_integrals": 1e-10,
        "spectrum": 1e-9,
        "transition_probabilities": 1e-6,
        "stationary_state": 1e-9,
        "current": 1e-9,
        "lead_currents": 1e-9,
        "heat_currents": 1e-9,
        "linear_response": 1e-9,
        "lead_response": 1e-9,
        "spin_response": 1e-9,
        "conductance_parts": 1e-9,
        "cumulants": 1e-9,
        "lead_cumulants": 1e-9,
        "generating_function": 1e-9,
        "lead_generating_function": 1e-9,
        "spin_currents": 1e-9,
        "spin_heat": 1e-9,
        "spin_populations": 1e-9,
    }
    accuracy = numbers

    def __init__(self, k, *, steady=False):
        """Be off in the same direction at every question if steady, else up and down from question to question."""
        super().__init__()
        self.k, self.steady = k, steady

    def off(self, task, question, values, scale, accuracy_of=None):
        """Return the values moved by k times accuracy times scale, with signs that depend on place and question."""
        choose = random.Random(json.dumps([task, {} if self.steady else question], sort_keys=True, default=str))
        values = np.asarray(values, dtype=float)
        signs = np.array([choose.choice((-1.0, 1.0)) for _ in range(values.size)]).reshape(values.shape)
        return values + self.k * self.numbers[accuracy_of or task] * np.asarray(scale) * signs

    def clebsch_gordan_weight(self, **question):
        C = super().clebsch_gordan_weight(**question)["C"]
        return {"C": float(self.off("clebsch_gordan_weight", question, [C], 1.0)[0])}

    def interaction_integrals(self, **question):
        values = super().interaction_integrals(**question)["values"]
        dot = question["dot"]
        first = exact_integrals_of if is_harmonic(dot) else exact_integrals
        size = max(0.0 if is_harmonic(dot) else 1.0, abs(first(dot, [(1, 1, 1, 1)])[0]))
        return {"values": self.off("interaction_integrals", question, values, size)}

    def spectrum(self, **question):
        answer = super().spectrum(**question)
        energies = np.asarray(answer["energies"], dtype=float)
        # left unsorted: M_ji refers to the same levels
        size = max(np.abs(energies).max(), size_of_parts(question["dot"], question["electrons"]))
        return {**answer, "energies": self.off("spectrum", question, energies, size)}

    def transition_probabilities(self, **question):
        M = super().transition_probabilities(**question)["M"]
        return {"M": self.off("transition_probabilities", question, M, 1.0)}

    def sector_energies(self, **question):
        energies = np.asarray(super().sector_energies(**question)["energies"])
        return {"energies": np.sort(self.off("sector_energies", question, energies, energies.max(), "spectrum"))}

    def transition_amplitudes(self, **question):
        """Move the squares, which are what is compared."""
        items = super().transition_amplitudes(**question)["amplitudes"]
        squares = [item["value"] ** 2 for item in items]
        moved = self.off("transition_amplitudes", question, squares, 1.0, "transition_probabilities")
        return {"amplitudes": [{**item, "value": abs(s) ** 0.5} for item, s in zip(items, moved, strict=True)]}

    def hamiltonian_matrix(self, **question):
        answer = super().hamiltonian_matrix(**question)
        matrix = np.asarray(answer["matrix"])
        return {**answer, "matrix": self.off("hamiltonian_matrix", question, matrix, np.abs(matrix).max(), "spectrum")}

    def expectations(self, **question):
        answer = super().expectations(**question)
        values = [answer["kinetic"], answer["interaction"]]
        moved = self.off("expectations", question, values, max(map(abs, values)), "spectrum")
        return {"kinetic": float(moved[0]), "interaction": float(moved[1])}

    def charge_density(self, **question):
        density = super().charge_density(**question)["density"]
        unit = question["electrons"] / question["dot"]["length"]
        return {"density": self.off("charge_density", question, density, unit, "transition_probabilities")}

    def projected_levels(self, **question):
        answer = super().projected_levels(**question)
        energies = np.asarray(answer["energies"])
        return {**answer, "energies": self.off("projected_levels", question, energies, energies.max(), "spectrum")}

    def stationary_state(self, **question):
        populations = np.asarray(super().stationary_state(**question)["populations"])
        return {"populations": self.off("stationary_state", question, populations, populations)}

    def low_temperature(self, **question):
        """Move the prefactors: those of the populations in units of their largest, and that of the current."""
        answer = super().low_temperature(**question)
        populations, current = np.asarray(answer["populations"]), np.asarray([answer["current"]])
        for terms, task in ((populations, "stationary_state"), (current, "current")):
            terms[:, 0] = self.off("low_temperature", question, terms[:, 0], np.abs(terms[:, 0]).max(), task)
        return {"populations": populations.tolist(), "current": current[0].tolist()}

    def current(self, **question):
        return self.flows("current", super().current(**question), question)

    def resolved_current(self, **question):
        return self.flows("resolved_current", super().resolved_current(**question), question)

    def flows(self, task, answer, question):
        """Move both currents by their gross flows."""
        gross = solve_exactly(question).gross
        values = self.off(task, question, [answer["I_L"], answer["I_R"]], [gross["L"], gross["R"]], "current")
        return {"I_L": float(values[0]), "I_R": float(values[1])}

    def lead_currents(self, **question):
        """Move every current by its gross flow."""
        return {"currents": self.by_lead("lead_currents", super().lead_currents(**question)["currents"], question)}

    def heat_currents(self, **question):
        """Move every heat current by the gross flow of heat."""
        return {"heat": self.by_lead("heat_currents", super().heat_currents(**question)["heat"], question)}

    def spin_currents(self, **question):
        """Move every current by the gross flow of its spin through its lead."""
        answer, gross = super().spin_currents(**question), solve_spins(question).gross
        places = [(spin, name) for spin in ("up", "down") for name in answer[spin]]
        values, scales = ([numbers[spin][name] for spin, name in places] for numbers in (answer, gross))
        moved = dict(zip(places, self.off("spin_currents", question, values, scales).tolist(), strict=True))
        return {spin: {name: moved[spin, name] for name in answer[spin]} for spin in ("up", "down")}

    def spin_heat(self, **question):
        """Move the heat of every lead by the gross flow of heat."""
        answer, gross = super().spin_heat(**question)["heat"], solve_spins(question).gross_heat
        moved = self.off("spin_heat", question, [*answer.values()], [gross[name] for name in answer]).tolist()
        return {"heat": dict(zip(answer, moved, strict=True))}

    def spin_populations(self, **question):
        """Move every population relative to its size."""
        rows = super().spin_populations(**question)["populations"]
        moved = iter(self.off("spin_populations", question, np.concatenate(rows), np.concatenate(rows)).tolist())
        return {"populations": [[next(moved) for _ in row] for row in rows]}

    def linear_response(self, **question):
        """Move every entry by the sum of magnitudes in it, and what follows from them by what that makes of it."""
        answer, exact = super().linear_response(**question), solved(question)
        s0, s1, s2 = exact.sizes
        scales = [s0, s1, s1, s2, 2 * s1 / s0 / exact.kT, 4 * s2 / exact.kT**2]
        values = [*np.ravel(answer["onsager"]), answer["thermopower"], answer["heat_conductance"]]
        moved = self.off("linear_response", question, values, scales).tolist()
        found = {"onsager": [moved[:2], moved[2:4]], "thermopower": moved[4], "heat_conductance": moved[5]}
        return {**found, "figure_of_merit": self.merit(answer, question, scales)}

    def merit(self, answer, question, scales):
        """Move the figure of merit by what errors of S, L11 and K that are all used up make of it."""
        if answer["figure_of_merit"] is None:
            return None
        sizes = (answer["onsager"][0][0], answer["thermopower"], answer["heat_conductance"])
        relative = sum(
            times * scales[k] / abs(size) for times, k, size in zip((1, 2, 1), (0, 4, 5), sizes, strict=True)
        )
        scale = relative * answer["figure_of_merit"]
        return float(self.off("linear_response", [question, "merit"], [answer["figure_of_merit"]], scale)[0])

    def lead_response(self, **question):
        """Move every entry by the sum of magnitudes in it."""
        rows, sizes = super().lead_response(**question)["onsager"], response_of_leads(question).sizes
        return {"onsager": self.off("lead_response", question, rows, sizes).tolist()}

    def spin_response(self, **question):
        """Move every entry by the sum of magnitudes in it, of both spins."""
        rows, sizes = super().spin_response(**question)["onsager"], response_of_spins(question).sizes
        return {"onsager": self.off("spin_response", question, rows, sizes).tolist()}

    def conductance_parts(self, **question):
        """Move every number by what relative errors of the rates are multiplied by in it."""
        values = in_a_row(super().conductance_parts(**question))
        moved = self.off("conductance_parts", question, values, parts_of(question).sizes).tolist()
        n = len(question["levels"])
        return {"dI_dV": moved[0], "growth": moved[1 : 1 + n], "parts": moved[1 + n :]}

    def cumulants(self, **question):
        """Move every cumulant by what relative errors of the rates are multiplied by in it."""
        values = super().cumulants(**question)["cumulants"]
        return {"cumulants": self.off("cumulants", question, values, sensitivities(question)).tolist()}

    def lead_cumulants(self, **question):
        """Move every cumulant by what relative errors of the rates are multiplied by in it."""
        values = super().lead_cumulants(**question)["cumulants"]
        case = {name: value for name, value in question.items() if name != "counted"}
        scales = sensitivities(case, question["counted"])
        return {"cumulants": self.off("lead_cumulants", question, values, scales).tolist()}

    def generating_function(self, **question):
        """Move every value likewise."""
        return self.off_scale("generating_function", super().generating_function(**question)["values"], question)

    def lead_generating_function(self, **question):
        """Move every value likewise."""
        values = super().lead_generating_function(**question)["values"]
        return self.off_scale("lead_generating_function", values, question)

    def off_scale(self, task, values, question):
        case = {name: value for name, value in question.items() if name != "theta"}
        scales = [function_scale(case, value) for value in values]
        return {"values": self.off(task, question, values, scales).tolist()}

    def by_lead(self, task, answer, question):
        reference = solve_leads(question)
        gross = reference.gross if task == "lead_currents" else reference.gross_heat
        values = self.off(task, question, [*answer.values()], [gross[name] for name in answer])
        return dict(zip(answer, values.tolist(), strict=True))

    def differential_conductance(self, **question):
        """Move the slope by what its gross flows over 2 kT make of the accuracy of a current."""
        slope = super().differential_conductance(**question)["dI_dV"]
        steepness = (2 * len(question["levels"]) + 1) / (2 * question["kT"])
        scale = steepness * max(solve_exactly(question).gross.values())
        return {"dI_dV": float(self.off("differential_conductance", question, [slope], scale, "current")[0])}

    def noise(self, **question):
        answer = super().noise(**question)
        values, scales = [answer["S"]], [sensitivities(question)[1]]
        if answer["fano"] is not None:
            values, scales = [*values, answer["fano"]], [*scales, 3 * abs(answer["fano"])]
        moved = self.off("noise", question, values, scales, "current").tolist()
        return {**answer, **dict(zip(("S", "fano"), moved, strict=False))}


class OffByAbsolute(OffBy):
    """Populations and currents that are off by k times the absolute 1e-9 which is claimed, whatever their size."""

    accuracy = {task: {"absolute": OffBy.numbers[task]} for task in ("stationary_state", "current")}

    def stationary_state(self, **question):
        populations = np.asarray(Builtin.stationary_state(self, **question)["populations"])
        return {"populations": self.off("stationary_state", question, populations, 1.0)}

    def flows(self, task, answer, question):
        """Move both currents by the largest rate times the largest M_ji."""
        scale = max(lead["rate"] for lead in question["leads"]) * max(item["M"] for item in question["transitions"])
        values = self.off(task, question, [answer["I_L"], answer["I_R"]], scale, "current")
        return {"I_L": float(values[0]), "I_R": float(values[1])}


class Prints:
    """The numbers that the paper prints, off by k times its own error estimate and half a printed digit."""

    def __init__(self, k):
        self.k = k

    def transition_probabilities(self, *, dot, electrons, levels_from, levels_to):
        table = "table_II" if electrons == 2 else "table_III"
        M = np.zeros((levels_to, levels_from))
        for entry in reported.entries(table):
            M[entry.j, entry.i] = entry.M + self.k * (reported.stated_error(table) + reported.PRINTED_DIGIT)
        return {"M": M}

    def leading_determinants(self, *, dot, electrons, level, count):
        printed = np.array(reported.leading_coefficients()[electrons, level])
        off = self.k * (reported.stated_error("table_III") + reported.PRINTED_DIGIT)
        return {"determinants": [[[1], [2]]] * count, "coefficients": -(printed + off)}

    def spectrum(self, *, dot, electrons, levels):
        """Return a ratio of the printed scales that is off by k times what half a digit of both makes of it."""
        scales = reported.tables()["multiplets"]
        Omega, Delta = scales["Omega_meV"], scales["Delta_micro_eV"] / 1000
        ratio = Omega / Delta * (1 + self.k * (0.05 / Omega + 0.0005 / Delta))
        return {"energies": [1.0, 2.0, *[2.0] * (levels - 3), 1.0 + ratio], "two_S": [0] * levels}

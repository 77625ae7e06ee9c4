"""A right implementation whose every answer is off by k times the accuracy that it claims, up or down at random."""

import json
import random

import numpy as np

from qdverify.implementations.builtin import Builtin
from qdverify.protocol.answers import DEFAULT_ACCURACY
from qdverify.suite.exact.integrals import exact_integrals
from qdverify.suite.exact.transport_reference import solve_exactly

RELATIVE = {"stationary_state": 1e-9, "current": 1e-9}


class OffBy(Builtin):
    """The builtin implementation, off by k times the claimed accuracy of each task."""

    accuracy = {name: value if isinstance(value, float) else 1e-9 for name, value in DEFAULT_ACCURACY.items()}

    def __init__(self, k):
        super().__init__()
        self.k = k

    def off(self, task, question, values, scale):
        """Return the values moved by k times the accuracy times a scale, with signs that depend on the question."""
        choose = random.Random(json.dumps([task, question], sort_keys=True))
        values = np.asarray(values, dtype=float)
        signs = np.array([choose.choice((-1.0, 1.0)) for _ in range(values.size)]).reshape(values.shape)
        return values + self.k * self.accuracy[task] * np.asarray(scale) * signs

    def clebsch_gordan_weight(self, **question):
        C = super().clebsch_gordan_weight(**question)["C"]
        return {"C": float(self.off("clebsch_gordan_weight", question, [C], 1.0)[0])}

    def interaction_integrals(self, **question):
        values = super().interaction_integrals(**question)["values"]
        size = max(1.0, abs(exact_integrals(question["dot"], [(1, 1, 1, 1)])[0]))
        return {"values": self.off("interaction_integrals", question, values, size)}

    def spectrum(self, **question):
        answer = super().spectrum(**question)
        energies = np.asarray(answer["energies"], dtype=float)
        moved = self.off("spectrum", question, energies, np.abs(energies).max())
        order = np.argsort(moved, kind="stable")
        return {"energies": moved[order], "two_S": np.asarray(answer["two_S"])[order]}

    def transition_probabilities(self, **question):
        M = super().transition_probabilities(**question)["M"]
        return {"M": self.off("transition_probabilities", question, M, 1.0)}

    def stationary_state(self, **question):
        populations = np.asarray(super().stationary_state(**question)["populations"])
        return {"populations": self.off("stationary_state", question, populations, populations)}

    def current(self, **question):
        answer, gross = super().current(**question), solve_exactly(question).gross
        values = self.off("current", question, [answer["I_L"], answer["I_R"]], [gross["L"], gross["R"]])
        return {"I_L": float(values[0]), "I_R": float(values[1])}

"""The measured class and the floor, for implementations whose error follows a known law."""

import math

import numpy as np
import pytest
from test_measured_accuracy import LU, AddsAConstant

from qdverify.implementations.builtin import Builtin
from qdverify.report.accuracy import measured_accuracy
from qdverify.run.verify import verify

pytestmark = pytest.mark.usefixtures("shared_checks")

CHECKS = ["stationary.matrix-tree", "stationary.grand-canonical", "stationary.one-transition", "current.enclosed"]


def spread(values):
    """Return numbers between -1 and 1 that look random and depend on the values."""
    return np.cos(1e3 * np.arange(1, values.size + 1) + 1e5 * np.abs(values).sum())


class Law(Builtin):
    """The builtin implementation with errors added to populations and currents."""

    accuracy = {"stationary_state": {"absolute": 1e-6}, "current": {"absolute": 1e-6}}

    def stationary_state(self, **case):
        return {"populations": self.law(super().stationary_state(**case)["populations"], 1.0, case)}

    def current(self, **case):
        largest = max(lead["rate"] for lead in case["leads"]) * max(item["M"] for item in case["transitions"])
        answer = super().current(**case)
        I_L, I_R = self.law(np.array([answer["I_L"], answer["I_R"]]), largest, case)
        return {"I_L": I_L, "I_R": I_R}


class Relative(Law):
    def law(self, values, natural, case):
        return values * (1 + 1e-6 * spread(values))


class Absolute(Law):
    def law(self, values, natural, case):
        return values + 1e-9 * natural * spread(values)


class Single(Law):
    def law(self, values, natural, case):
        return values.astype(np.float32).astype(np.float64)


class Dropped(Law):
    def law(self, values, natural, case):
        return np.where(np.abs(values) < 1e-20 * natural, 0.0, values)


class GrowsWithCondition(Law):
    """Noise that grows as the smallest rate falls."""

    def law(self, values, natural, case):
        energies = [level["energy"] for level in case["levels"]]
        steps = [energies[item["to"]] - energies[item["from"]] - case["gate"] for item in case["transitions"]]
        largest = max(abs(step - lead["mu"]) / case["kT"] for step in steps for lead in case["leads"])
        return values * (1 + 1e-16 * math.exp(min(23.0, largest)) * spread(values))


LAWS = {
    # class, floor of the populations, sentence
    "relative 1e-6": (Relative, "none", None, "relative accuracy is 9.7e-7 at every size"),
    "absolute 1e-9": (Absolute, "ordinary", (1e-10, 1e-9), "relative accuracy is lost below"),
    "single precision": (Single, "none", (1e-47, 1e-38), "relative accuracy is lost"),
    "a constant added to every rate": (AddsAConstant, "none", (1e-12, 1e-10), "relative accuracy is lost below"),
    "LU with a row for the norm": (LU, "none", (1e-22, 1e-15), "relative accuracy is lost somewhere between"),
    "small values set to 0": (Dropped, "ordinary", (1e-22, 1e-20), "relative accuracy is lost somewhere between"),
    "noise that grows with the condition": (GrowsWithCondition, "none", None, "at every size that was asked"),
    "none": (Builtin, "full", None, "relative accuracy holds down to the smallest size"),
}


@pytest.mark.parametrize("name", LAWS)
def test_class_and_floor_are_those_of_the_law(name):
    """Whatever is claimed, the class is the one reached, and the floor lies where the law puts it."""
    target, reached, floor, words = LAWS[name]
    populations, current = measured_accuracy(verify(target(), checks=CHECKS).document())
    assert populations["reached"] == reached
    assert words in populations["sentence"]
    assert (populations["floor"] is None) == (floor is None) == (current["floor"] is None)
    assert floor is None or floor[0] <= populations["floor"] <= floor[1]

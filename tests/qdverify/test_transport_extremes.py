"""Currents and populations far below or above one that once went wrong: right, and never with an error bound of 0."""

from fractions import Fraction

import numpy as np
import pytest

from numeric import Lead, LevelScheme, currents
from qdverify.implementations.builtin import Builtin
from qdverify.protocol.case import Case
from qdverify.protocol.inputs import InvalidInput
from qdverify.reference.enclosure import transport
from qdverify.reference.oracle import oracle

HOT = {  # kT = 1e300: I_L was answered as -4.207035734e-298 with a bound of 0
    "energies": (0.0, 0.0, 0.0),
    "M": (0.5, 1.0),
    "rates": (1e20, 1.0),
}
LOPSIDED = {  # I_L was answered as 0 with a bound of 0
    "energies": (0.0, 1e-300, 1e-300),
    "M": (0.376, 7e99),
    "rates": (3.8e99, 1.0),
}
MU = (-780.8, 137.1)
INPUTS = {
    "levels": [
        {"electrons": 0, "energy": 0.0, "two_S": 0},
        {"electrons": 1, "energy": 0.5, "two_S": 1},
        {"electrons": 2, "energy": 1.5, "two_S": 0},
    ],
    "transitions": [{"from": 0, "to": 1, "M": 1.0}, {"from": 1, "to": 2, "M": 0.5}],
    "leads": [{"name": "L", "rate": 1.0, "mu": 0.05}, {"name": "R", "rate": 1.0, "mu": -0.05}],
    "kT": 0.01,
    "gate": 0.0,
}


@pytest.mark.parametrize("given", [HOT, LOPSIDED], ids=["hot", "lopsided"])
def test_a_current_that_cancels_is_right_at_both_barriers_and_its_bound_is_not_zero(given: dict) -> None:
    """Compared with balls of 400 digits: each current lies within its bound of the true one, at either lead."""
    scheme = LevelScheme([2, 2, 3], given["energies"], [0, 4, 5], [0, 1], [2, 2], given["M"])
    leads = [Lead(name, rate=t, mu=mu) for name, t, mu in zip("LR", given["rates"], MU, strict=True)]
    found = currents(scheme, leads, kT=1e300)
    exact = transport.RateEquation(
        tuple(map(Fraction, given["energies"])), (0, 4, 5), tuple((i, 2, Fraction(given["M"][i])) for i in (0, 1))
    ).stationary(
        *(transport.Lead(Fraction(lead.rate), Fraction(lead.mu)) for lead in leads),
        kT=Fraction(1e300),
        gate=Fraction(0),
        digits=400,
    )
    for one, true in ((found.I_L, exact.current_left), (found.I_R, exact.current_right)):
        value, bound = float(np.asarray(one)[0]), float(one.bound[0])
        assert value < 0 < bound
        assert abs(true - value) <= bound <= 1e-9 * abs(true)


def test_a_population_of_1e_62_is_known() -> None:
    """A level 50 kT above the window, twice: the oracle and the builtin implementation agree to twelve digits."""
    answer = oracle(Case("stationary_state", INPUTS)).floats("populations")
    assert answer[2] == pytest.approx(3.95140891362643e-62, rel=1e-12)
    assert Builtin().stationary_state(**INPUTS)["populations"] == pytest.approx(answer, rel=1e-12)


@pytest.mark.parametrize("task", ["stationary_state", "current"])
def test_a_transition_that_is_listed_twice_is_refused_by_both(task: str) -> None:
    """One rule for the oracle and the builtin implementation."""
    inputs = {**INPUTS, "transitions": [*INPUTS["transitions"], INPUTS["transitions"][0]]}
    with pytest.raises(InvalidInput, match="must be listed once"):
        oracle(Case(task, inputs))
    with pytest.raises(InvalidInput, match="must be listed once"):
        getattr(Builtin(), task)(**inputs)

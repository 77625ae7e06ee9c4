"""Linear response to bias and temperature: Onsager's matrix, its symmetry and sign, thermopower and heat conductance.

An optional task of the protocol. The matrix is made of sums of one positive weight times powers of the energy
e = E_j - E_i - gate - mu of an electron. Each entry is compared with its sum of magnitudes, and the rounding of e,
``4 epsilon A`` with the A of `qdverify.suite.exact.lead_cases`, is allowed on top. The heat conductance at no current
is a difference of two such sums, (L22 - L12 L21 / L11) / kT^2: four times L22 / kT^2 is its scale.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Final

from analytic import ConductancePeak, linear_response_exact, two_level_response
from qdverify.protocol.accuracy import probability_at
from qdverify.protocol.case import Case as OracleCase
from qdverify.protocol.json_types import Transition
from qdverify.protocol.response_rules import RESPONSE_RULES, TASK
from qdverify.reference.oracle import oracle
from qdverify.suite.certified import reference_of_ball
from qdverify.suite.checks.invalid_input import rules_of
from qdverify.suite.comparators import at_most, close
from qdverify.suite.declare import Scope, Trial, Trials, check
from qdverify.suite.exact.lead_cases import energy_rounding
from qdverify.suite.exact.transport_cases import Case, ladder, leads, random_level_scheme, two_levels
from qdverify.suite.exact.transport_reference import DIGITS, UNDERFLOW, relative_tolerance, rounding_error
from qdverify.suite.finding import Comparison, Stage, Tolerance, exact
from qdverify.suite.subject import Subject

MOMENTS: Final = "moments of the energy, grand-canonical, 20 digits"
PLACES: Final = (("L11", 0, 0, 0), ("L12", 0, 1, 1), ("L21", 1, 0, 1), ("L22", 1, 1, 2))
"""Entries of the matrix: name, row, column, and the power of the energy in it."""


class Exact:
    """The exact response of a case in doubles, and what each number may be off by.

    Attributes
    ----------
    onsager
        L11, L12 and L22, by the power of the energy in them.
    """

    def __init__(self, case: Case) -> None:
        found = linear_response_exact(**case, digits=DIGITS)
        self.onsager = (float(found.L11), float(found.L12), float(found.L22))
        self.thermopower, self.heat_conductance = float(found.thermopower), float(found.heat_conductance)
        self.sizes = tuple(float(size) for size in found.sizes)
        self.kT, self.rounding = case["kT"], rounding_error(case)
        self.energy_error = energy_rounding(case)
        chosen = [abs(_energy(case, item)) for item in case["transitions"] if probability_at(item, case["leads"][0])]
        self.largest = max(chosen)

    def tolerance(self, subject: Subject, power: int, times: float = 1.0) -> Tolerance:
        """Return what `times` the entry with that power of the energy may be off by."""
        natural = self.rounding.current * self.largest**power
        claimed = relative_tolerance(subject, TASK, times * self.sizes[power], self.rounding, times * natural)
        more = power * self.energy_error * self.sizes[power - 1] if power else 0.0
        return replace(
            claimed,
            value=claimed.value + times * more + UNDERFLOW,
            origin=f"{claimed.origin} (of the sum of magnitudes) + rounding of the energies {times * more:.1e}",
        )

    def of_thermopower(self, subject: Subject) -> Tolerance:
        """Return what the thermopower may be off by: both sums that it is a ratio of."""
        of_weight, of_energy = (self.tolerance(subject, power) for power in (0, 1))
        value = (of_energy.value + of_weight.value * self.sizes[1] / self.sizes[0]) / self.sizes[0] / self.kT
        return Tolerance(value, f"{of_energy.origin}, over L11 kT; as much again for L11")

    def of_heat_conductance(self, subject: Subject) -> Tolerance:
        """Return what the heat conductance may be off by."""
        claimed = self.tolerance(subject, 2, 4.0)
        return Tolerance(claimed.value / self.kT**2, f"{claimed.origin}, over kT^2")


def _energy(case: Case, item: Transition) -> float:
    low, high = case["levels"][item["from"]], case["levels"][item["to"]]
    return high["energy"] - low["energy"] - case["gate"] - case["leads"][0]["mu"]


def solved(case: Case) -> Exact:
    """Return the exact response of a case, from memory if it was asked before."""
    return _solved(json.dumps(case, sort_keys=True))


@lru_cache(maxsize=256)
def _solved(document: str) -> Exact:
    return Exact(json.loads(document))


def _peaks(scope: Scope) -> Iterator[Trial]:
    for two_S_i, two_S_j in ((0, 1), (1, 0), (1, 2)) if scope.full else ((0, 1), (1, 0)):
        for x in (-6.0, -0.5, 2.0, 24.0):
            inputs = {"two_S_i": two_S_i, "two_S_j": two_S_j, "x": x}
            yield Trial(f"2S = {two_S_i} -> {two_S_j}, {x:+g} kT from resonance", inputs)


@check(
    "thermoelectric.one-transition@1",
    suite="thermoelectric",
    stage=Stage.CURRENT,
    claim="Through one transition S = (E_j - E_i - gate - mu)/kT, no heat flows without a current, and L11 = kT G",
    equation="physics.md section 5; tight coupling of heat and charge",
    tasks=(TASK,),
    trials=_peaks,
)
def one_transition(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare two levels between unequal barriers with the closed form."""
    two_S_i, two_S_j, x = (trial.inputs[key] for key in ("two_S_i", "two_S_j", "x"))
    kT, mu = 2.0**-6, 2.0**-5
    case: Case = {
        **two_levels(two_S_i, two_S_j),
        "leads": leads(0.0, 1.0, 0.25, centre=mu),
        "kT": kT,
        "gate": 0.5 - mu - kT * x,
    }
    form = two_level_response(ConductancePeak(0.75, two_S_i, two_S_j, 1.0, 0.25, kT), x)
    expected = tuple(float(entry) for entry in (form.L11, form.L12, form.L22))
    yield from _compared(subject, case, expected, (x, 0.0), "closed form")


def _compared(
    subject: Subject, case: Case, onsager: tuple[float, ...], others: tuple[float, float], origin: str
) -> Iterator[Comparison]:
    reference, measured = solved(case), subject.ask(TASK, **case)
    for name, row, column, power in PLACES:
        entry = measured["onsager"][row][column]
        yield close(entry, exact(onsager[power], origin), reference.tolerance(subject, power), note=name)
    thermopower, heat = others
    tolerance = reference.of_thermopower(subject)
    yield close(measured["thermopower"], exact(thermopower, origin), tolerance, note="thermopower")
    tolerance = reference.of_heat_conductance(subject)
    yield close(measured["heat_conductance"], exact(heat, origin), tolerance, note="heat conductance")


def _chains(name: str, quick: int, full: int) -> Trials:
    """Return random chains at rest in which all levels take part, and 13 levels."""

    def trials(scope: Scope) -> Iterator[Trial]:
        choose = scope.random(name)
        for number in range(full if scope.full else quick):
            scheme = random_level_scheme(choose)
            t_L, t_R = (10 ** choose.uniform(-2, 0) for _ in range(2))
            pair = leads(0.0, t_L, t_R, centre=choose.uniform(-0.5, 0.5))
            case: Case = {
                **scheme,
                "leads": pair,
                "gate": choose.uniform(-0.5, 0.5),
                "kT": 10 ** choose.uniform(-1.5, 0),
            }
            yield Trial(f"random chain {number}", {"question": case})
        warm: Case = {**ladder(choose), "leads": leads(0.0, 1.0, 0.5), "kT": 2.0**-7, "gate": 1.23828125}
        yield Trial("13 levels", {"question": warm})

    return trials


@check(
    "thermoelectric.reciprocity@1",
    suite="thermoelectric",
    stage=Stage.CURRENT,
    claim="Onsager's matrix is symmetric and positive: L12 = L21, L11 >= 0, L22 >= 0 and L12 L21 <= L11 L22",
    equation="L. Onsager, Phys. Rev. 37, 405 (1931)",
    tasks=(TASK,),
    trials=_chains("thermoelectric.reciprocity", 6, 40),
)
def reciprocity(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare both off-diagonal entries, and the signs of the diagonal and of the determinant."""
    case: Case = trial.inputs["question"]
    reference, ((L11, L12), (L21, L22)) = solved(case), subject.ask(TASK, **case)["onsager"]
    both = reference.tolerance(subject, 1, 2.0)
    yield close(L12, exact(L21, "the other off-diagonal entry", own=True), both, note="L12 and L21")
    for name, entry, power in (("L11", L11, 0), ("L22", L22, 2)):
        yield at_most(-entry, 0.0, reference.tolerance(subject, power), origin="entropy does not fall", note=name)
    off = [reference.tolerance(subject, power).value for power in (0, 1, 2)]
    s0, s1, s2 = reference.sizes
    slack = Tolerance(off[0] * s2 + off[2] * s0 + 2 * off[1] * s1, "tolerances of the entries times the others")
    yield at_most(L12 * L21 - L11 * L22, 0.0, slack, origin="entropy does not fall", note="determinant")


@check(
    "thermoelectric.open-circuit@1",
    suite="thermoelectric",
    stage=Stage.CURRENT,
    claim="Without a current: S = L12/(kT L11) and K = (L22 - L12 L21/L11)/kT^2 of the matrix that was answered",
    equation="physics.md section 5; definition of the thermopower and the heat conductance",
    tasks=(TASK,),
    trials=_chains("thermoelectric.open-circuit", 4, 30),
)
def open_circuit(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compute both from the matrix answered, right or wrong."""
    case: Case = trial.inputs["question"]
    reference, answer = solved(case), subject.ask(TASK, **case)
    (L11, L12), (L21, L22) = answer["onsager"]
    if L11 == 0.0:
        L11 = UNDERFLOW
    kT = case["kT"]
    for name, measured, expected, tolerance in (
        ("thermopower", answer["thermopower"], L12 / L11 / kT, reference.of_thermopower(subject)),
        (
            "heat conductance",
            answer["heat_conductance"],
            (L22 - L12 * L21 / L11) / kT**2,
            reference.of_heat_conductance(subject),
        ),
    ):
        twice = Tolerance(2 * tolerance.value, f"2 x {tolerance.origin}")
        yield close(measured, exact(expected, "its own matrix", own=True), twice, note=name)


@check(
    "thermoelectric.moments@1",
    suite="thermoelectric",
    stage=Stage.CURRENT,
    claim="L11, L12, L22 are t_L t_R/(t_L + t_R) sum 2 M_ji P_i f e^k, k = 0, 1, 2, with grand-canonical P_i",
    equation="physics.md section 5; Beenakker and Staring, Phys. Rev. B 46, 9667 (1992), for leads that couple alike",
    tasks=(TASK,),
    trials=_chains("thermoelectric.moments", 8, 60),
    requires=("thermoelectric.one-transition",),
)
def moments(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare everything with the exact moments."""
    case: Case = trial.inputs["question"]
    reference = solved(case)
    others = (reference.thermopower, reference.heat_conductance)
    yield from _compared(subject, case, reference.onsager, others, MOMENTS)


@check(
    "thermoelectric.enclosed@1",
    suite="thermoelectric",
    stage=Stage.CURRENT,
    claim="Onsager's matrix, thermopower and heat conductance lie within the claimed accuracy of their enclosures",
    equation="physics.md section 5; certification.md item 6",
    tasks=(TASK,),
    trials=_chains("thermoelectric.enclosed", 3, 20),
    requires=("thermoelectric.one-transition",),
)
def enclosed(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare each number with its ball."""
    case: Case = trial.inputs["question"]
    found, reference, measured = oracle(OracleCase(TASK, case)), solved(case), subject.ask(TASK, **case)
    pairs = [
        (
            name,
            measured["onsager"][row][column],
            found.values["onsager"][row][column],
            reference.tolerance(subject, power),
        )
        for name, row, column, power in PLACES
    ]
    thermopower, heat = found.values["thermopower"], found.values["heat_conductance"]
    pairs.append(("thermopower", measured["thermopower"], thermopower, reference.of_thermopower(subject)))
    pairs.append(("heat conductance", measured["heat_conductance"], heat, reference.of_heat_conductance(subject)))
    for name, value, ball, tolerance in pairs:
        yield close(value, reference_of_ball(found, ball), tolerance, note=name)


rules = rules_of(TASK, "thermoelectric", RESPONSE_RULES)

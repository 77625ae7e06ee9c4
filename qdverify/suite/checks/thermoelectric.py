"""Linear response to bias and temperature: Onsager's matrix, its symmetry and sign, thermopower and heat conductance.

An optional task of the protocol. `qdverify.suite.exact.response` derives what each number may be off by.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from analytic import ConductancePeak, two_level_response
from qdverify.protocol.response_rules import RESPONSE_RULES, TASK
from qdverify.suite.certified import proven, reference_of_ball
from qdverify.suite.checks.invalid_input import rules_of
from qdverify.suite.checks.transport_trials import STRONG_M
from qdverify.suite.comparators import at_most, close
from qdverify.suite.declare import Scope, Trial, Trials, check
from qdverify.suite.evidence import resting_on
from qdverify.suite.exact.response import solved
from qdverify.suite.exact.transport_cases import Case, ladder, leads, random_level_scheme, two_levels
from qdverify.suite.exact.transport_reference import UNDERFLOW
from qdverify.suite.finding import Comparison, Stage, Tolerance, exact
from qdverify.suite.subject import Subject

MOMENTS: Final = "moments of the energy, grand-canonical, 20 digits"
PLACES: Final = (("L11", 0, 0, 0), ("L12", 0, 1, 1), ("L21", 1, 0, 1), ("L22", 1, 1, 2))
"""Entries of the matrix: name, row, column, and the power of the energy in it."""


def _peaks(scope: Scope) -> Iterator[Trial]:
    for two_S_i, two_S_j in ((0, 1), (1, 0), (1, 2)) if scope.full else ((0, 1), (1, 0)):
        for x in (-6.0, -0.5, 2.0, 24.0, 200.0):
            inputs = {"two_S_i": two_S_i, "two_S_j": two_S_j, "x": x}
            yield Trial(f"2S = {two_S_i} -> {two_S_j}, {x:+g} kT from resonance", inputs)


@check(
    "thermoelectric.one-transition@2",
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
        **two_levels(two_S_i, two_S_j, STRONG_M),
        "leads": leads(0.0, 4.0, 0.25, centre=mu),
        "kT": kT,
        "gate": 0.5 - mu - kT * x,
    }
    form = two_level_response(ConductancePeak(STRONG_M, two_S_i, two_S_j, 4.0, 0.25, kT), x)
    expected = tuple(float(entry) for entry in (form.L11, form.L12, form.L22))
    yield from compared(subject, case, expected, (x, 0.0), "closed form")


def compared(
    subject: Subject, case: Case, onsager: tuple[float, ...], others: tuple[float, float], origin: str
) -> Iterator[Comparison]:
    """Compare the matrix, given by L11, L12 and L22, and thermopower and heat conductance."""
    reference, measured = solved(case), subject.ask(TASK, **case)
    found = [
        close(
            measured["onsager"][row][column],
            exact(onsager[power], origin),
            reference.tolerance(subject, power),
            note=name,
        )
        for name, row, column, power in PLACES
    ]
    thermopower, heat = others
    tolerance = reference.of_thermopower(subject)
    found.append(close(measured["thermopower"], exact(thermopower, origin), tolerance, note="thermopower"))
    tolerance = reference.of_heat_conductance(subject)
    found.append(close(measured["heat_conductance"], exact(heat, origin), tolerance, note="heat conductance"))
    yield from resting_on(subject, found, (TASK, case))


def chains_at_rest(name: str, quick: int, full: int) -> Trials:
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
    trials=chains_at_rest("thermoelectric.reciprocity", 6, 40),
)
def reciprocity(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare both off-diagonal entries, and the signs of the diagonal and of the determinant."""
    case: Case = trial.inputs["question"]
    reference, ((L11, L12), (L21, L22)) = solved(case), subject.ask(TASK, **case)["onsager"]
    both = reference.tolerance(subject, 1, 2.0)
    symmetric = close(L12, exact(L21, "the other off-diagonal entry", own=True), both, note="L12 and L21")
    yield from resting_on(subject, [symmetric], (TASK, case))
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
    trials=chains_at_rest("thermoelectric.open-circuit", 4, 30),
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
        found = close(measured, exact(expected, "its own matrix", own=True), twice, note=name)
        yield from resting_on(subject, [found], (TASK, case))


def _moment_trials(scope: Scope) -> Iterator[Trial]:
    """Return chains at rest, and one with a gate or a chemical potential alone: the answer depends on their sum."""
    yield from chains_at_rest("thermoelectric.moments", 8, 60)(scope)
    choose = scope.random("thermoelectric.moments, one of both")
    for gate, mu, name in ((0.0, 0.375, "mu alone"), (0.375, 0.0, "gate alone"), (0.375, -0.375, "mu = -gate")):
        pair = leads(0.0, 1.0, 0.5, centre=mu)
        case: Case = {**random_level_scheme(choose), "leads": pair, "gate": gate, "kT": 0.25}
        yield Trial(f"random chain, {name}", {"question": case})


@check(
    "thermoelectric.moments@2",
    suite="thermoelectric",
    stage=Stage.CURRENT,
    claim="L11, L12, L22 are t_L t_R/(t_L + t_R) sum 2 M_ji P_i f e^k, k = 0, 1, 2, with grand-canonical P_i",
    equation="physics.md section 5; Beenakker and Staring, Phys. Rev. B 46, 9667 (1992), for leads that couple alike",
    tasks=(TASK,),
    trials=_moment_trials,
    requires=("thermoelectric.one-transition",),
)
def moments(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare everything with the exact moments."""
    case: Case = trial.inputs["question"]
    reference = solved(case)
    others = (reference.thermopower, reference.heat_conductance)
    yield from compared(subject, case, reference.onsager, others, MOMENTS)


@check(
    "thermoelectric.enclosed@1",
    suite="thermoelectric",
    stage=Stage.CURRENT,
    claim="Onsager's matrix, thermopower and heat conductance lie within the claimed accuracy of their enclosures",
    equation="physics.md section 5; certification.md item 6",
    tasks=(TASK,),
    trials=chains_at_rest("thermoelectric.enclosed", 3, 20),
    requires=("thermoelectric.one-transition",),
)
def enclosed(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare each number with its ball."""
    case: Case = trial.inputs["question"]
    found, reference, measured = proven(TASK, case), solved(case), subject.ask(TASK, **case)
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
    compared = [
        close(value, reference_of_ball(found, ball), tolerance, note=name) for name, value, ball, tolerance in pairs
    ]
    yield from resting_on(subject, compared, (TASK, case))


rules = rules_of(TASK, "thermoelectric", RESPONSE_RULES)

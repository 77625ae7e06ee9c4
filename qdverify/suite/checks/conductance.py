"""Linear response: position, height and width of the conductance peaks, and the conductance of many levels.

The protocol has no task for a conductance, so it is measured as the odd part of the current at a bias of kT/256. How
far the exact current of the very same case is from linear response at that bias is added to the tolerance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import atanh, cosh, sinh
from typing import Final

from analytic import ConductancePeak, differential_conductance_exact, linear_conductance_exact
from qdverify.protocol.json_types import Lead, LevelScheme
from qdverify.suite.certified import proven, reference_of
from qdverify.suite.checks.transport_trials import random_trials
from qdverify.suite.comparators import ComparisonError, close
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.exact import transport_cases
from qdverify.suite.exact.transport_cases import Case, leads
from qdverify.suite.exact.transport_reference import flow_tolerance, solve_exactly
from qdverify.suite.finding import Comparison, Reference, Stage, Tolerance, exact
from qdverify.suite.subject import Subject

SLOPE: Final = "differential_conductance"
SMALL_BIAS: Final = 2.0**-8
"""Bias in units of kT: the odd current deviates from V G by a relative (V/kT)^2/24 or so, 6e-7."""


def _odd_conductance(case: Case, current: Callable[[Case], float]) -> float:
    """Return [I(V) - I(-V)]/(2V) at V = kT/256."""
    t_L, t_R = (lead["rate"] for lead in case["leads"])
    bias = float(SMALL_BIAS * case["kT"])
    forth, back = (current({**case, "leads": leads(sign * bias, t_L, t_R)}) for sign in (1, -1))
    return (forth - back) / (2 * bias)


def _measured(subject: Subject) -> Callable[[Case], float]:
    def current(case: Case) -> float:
        answer = subject.ask("current", **case)
        return 0.5 * float(answer["I_L"] + answer["I_R"])

    return current


def _tolerance(subject: Subject, case: Case, linear: float) -> Tolerance:
    """Return what a measured conductance may be off by: both gross flows over the bias, and the exact truncation."""
    reference = solve_exactly({**case, "leads": leads(SMALL_BIAS * case["kT"], *(x["rate"] for x in case["leads"]))})
    gross = 0.5 * (reference.gross["L"] + reference.gross["R"])
    steepness = 1.0 / (SMALL_BIAS * case["kT"])
    claimed = flow_tolerance(subject, gross * steepness, reference.rounding, times=steepness)
    truncation = abs(_odd_conductance(case, _exact_current) - linear)
    return Tolerance(claimed.value + truncation, f"{claimed.origin} over the bias + {truncation:.1e} beyond linear")


def _exact_current(case: Case) -> float:
    return solve_exactly(case).current


def _peaks(scope: Scope) -> Iterator[Trial]:
    spins = ((0, 1), (1, 0), (1, 2), (2, 1), (2, 3), (3, 4))
    for two_S_i, two_S_j in spins if scope.full else spins[:4]:
        inputs = {**transport_cases.two_levels(two_S_i, two_S_j), "index": 0, "kT": 2.0**-10}
        yield Trial(f"2S = {two_S_i} -> {two_S_j}", {**inputs, "leads": leads(0.0, 1.0, 0.25)})
    for index in (0, 1):
        inputs = {**transport_cases.one_orbital(), "index": index, "kT": 2.0**-10}
        yield Trial(f"one orbital, N = {index} -> {index + 1}", {**inputs, "leads": leads(0.0, 1.0, 0.25)})


class _PeakQuestion(LevelScheme):
    """A level scheme between two leads, and the place of the transition whose peak is asked for."""

    leads: Sequence[Lead]
    kT: float
    index: int


def _peak_of(inputs: _PeakQuestion) -> tuple[Case, ConductancePeak, float]:
    """Return the case with the gate at the bare resonance, its closed-form peak and that gate."""
    item = inputs["transitions"][inputs["index"]]
    low, high = inputs["levels"][item["from"]], inputs["levels"][item["to"]]
    t_L, t_R = (lead["rate"] for lead in inputs["leads"])
    peak = ConductancePeak(item["M"], low["two_S"], high["two_S"], t_L, t_R, inputs["kT"])
    resonance = high["energy"] - low["energy"]
    case: Case = {
        "levels": inputs["levels"],
        "transitions": inputs["transitions"],
        "leads": inputs["leads"],
        "kT": inputs["kT"],
        "gate": resonance,
    }
    return case, peak, resonance


@check(
    "conductance.peak@1",
    suite="conductance",
    stage=Stage.CURRENT,
    claim="A Coulomb peak is (2 M g_i/kT) t_L t_R/(t_L + t_R) / (sqrt g_i + sqrt g_j)^2 high and falls to half at w",
    equation="physics.md section 5; Beenakker, Phys. Rev. B 44, 1646 (1991)",
    tasks=("current",),
    trials=_peaks,
    requires=("current.one-transition",),
)
def peak_shape(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Measure G at the maximum and at both half maxima."""
    at_resonance, peak, resonance = _peak_of(trial.inputs)
    top, height, width = (float(value) for value in (resonance + peak.shift, peak.height, peak.half_width))
    for label, gate, expected in (
        ("maximum", top, height),
        ("lower half maximum", top - width, height / 2),
        ("upper half maximum", top + width, height / 2),
    ):
        case: Case = {**at_resonance, "gate": gate}
        tolerance = _tolerance(subject, case, expected)
        conductance = _odd_conductance(case, _measured(subject))
        yield close(conductance, exact(expected, "closed form of linear response"), tolerance, note=label)


@check(
    "conductance.peak-position@1",
    suite="conductance",
    stage=Stage.CURRENT,
    claim="The maximum lies kT ln(g_j/g_i)/2 below the bare resonance gate = E_j - E_i",
    equation="physics.md section 5; 1/G is proportional to g_i + g_j + 2 sqrt(g_i g_j) cosh(x - ln(g_j/g_i)/2)",
    tasks=("current",),
    trials=_peaks,
    requires=("current.one-transition",),
)
def peak_position(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Read the position of the maximum, in kT from the resonance, off G at three gates one kT apart."""
    at_resonance, peak, resonance = _peak_of(trial.inputs)
    kT, shift = at_resonance["kT"], float(peak.shift)
    cases: list[Case] = [{**at_resonance, "gate": resonance + shift + step * kT} for step in (-1, 0, 1)]
    G = [_odd_conductance(case, _measured(subject)) for case in cases]
    linear = [_odd_conductance(case, _exact_current) for case in cases]
    slack = [_tolerance(subject, case, value).value for case, value in zip(cases, linear, strict=True)]
    curvature = 1 / linear[0] + 1 / linear[2] - 2 / linear[1]
    noise = sum(error / value**2 for error, value in zip(slack, linear, strict=True)) / curvature
    truncation = abs(_maximum(linear))
    origin = f"tolerance of G at three gates over the curvature of 1/G + {truncation:.1e} beyond linear response"
    reference = exact(shift / kT, "-ln(g_j/g_i)/2")
    yield close(shift / kT + _maximum(G), reference, Tolerance(noise + truncation, origin), note="in units of kT")


def _maximum(G: list[float]) -> float:
    """Return where 1/G = A + B cosh(k - s) has its minimum s, from G at k = -1, 0, 1."""
    if min(G) <= 0:
        raise ComparisonError(f"G={min(G):.3g} beside the maximum must be positive to have a position")
    below, at, above = (1 / value for value in G)
    bend = below + above - 2 * at
    tangent = (below - above) * (cosh(1) - 1) / sinh(1) / bend if bend > 0 else 1.0
    if abs(tangent) >= 1:
        raise ComparisonError(f"G={G} has no maximum within reach of these gates")
    return atanh(tangent)


def _many_levels(scope: Scope) -> Iterator[Trial]:
    yield from random_trials(scope, "conductance.linear-response", 5, 40, depth=4.0)
    choose = scope.random("conductance.ladder")
    ladder = {**transport_cases.ladder(choose), "leads": leads(0.0, 1.0, 0.5), "kT": 2.0**-7}
    for gate in (1.23828125, 2.15234375) if scope.full else ():
        yield Trial(f"13 levels, gate {gate:g}", {**ladder, "gate": gate})


@check(
    "conductance.linear-response@1",
    suite="conductance",
    stage=Stage.CURRENT,
    claim="G = (1/kT) t_L t_R/(t_L + t_R) sum 2 M_ji P_i f with grand-canonical P_i, for any number of levels",
    equation="Beenakker, Phys. Rev. B 44, 1646 (1991), for leads that couple alike",
    tasks=("current",),
    trials=_many_levels,
    requires=("current.one-transition",),
)
def linear_response(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the conductance of cases whose levels all take part with the sum over transitions."""
    asked: Case = trial.inputs
    case: Case = {**asked, "leads": leads(0.0, *(lead["rate"] for lead in asked["leads"]))}
    expected = float(linear_conductance_exact(**case, digits=20))
    measured = _odd_conductance(case, _measured(subject))
    reference = exact(expected, "sum over transitions, 20 digits")
    yield close(measured, reference, _tolerance(subject, case, expected))


def _slopes(scope: Scope) -> Iterator[Trial]:
    blockade = {**transport_cases.spin_blockade(), "kT": 2.0**-8, "gate": 0.953125}
    yield Trial("spin blockade, dI/dV < 0", {**blockade, "leads": leads(0.34375, 1.0, 0.125)})
    yield Trial("spin blockade, on a plateau", {**blockade, "leads": leads(0.28125, 1.0, 0.125)})
    yield Trial("no bias", {**transport_cases.one_orbital(), "leads": leads(0.0, 1.0, 0.5), "kT": 2.0**-4, "gate": 0.5})
    yield from random_trials(scope, "conductance.differential", 4, 30, depth=40.0)


@check(
    "conductance.differential@1",
    suite="conductance",
    stage=Stage.CURRENT,
    claim="dI/dV is the derivative of the exact current, negative where the bias opens a level that is slow to leave",
    equation="[J96] Eqs. (2) and (3); bias as +V/2 and -V/2",
    tasks=(SLOPE,),
    trials=_slopes,
    requires=("current.matrix-tree",),
)
def differential(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare dI/dV with the exact one.

    Every rate changes by dV/(2kT) relative at most, a population by 2(n-1) times that: so 2n+1 gross flows over 2kT
    are what dI/dV is made of.
    """
    yield compared_with_exact(subject, trial.inputs)


def compared_with_exact(subject: Subject, case: Case) -> Comparison:
    """Compare dI/dV with the derivative of the exact current."""
    expected = float(differential_conductance_exact(**case, digits=15))
    return compared(subject, case, exact(expected, "derivative of the exact current"))


def compared(subject: Subject, case: Case, expected: Reference) -> Comparison:
    """Compare dI/dV with its reference, to what relative errors of rates and populations make of the gross flows."""
    reference = solve_exactly(case)
    n = len(case["levels"])
    steepness = (2 * n + 1) / (2 * case["kT"])
    scale = steepness * max(reference.gross.values())
    tolerance = flow_tolerance(subject, scale, reference.rounding, times=steepness)
    return close(subject.ask(SLOPE, **case)["dI_dV"], expected, tolerance)


def _enclosed_slopes(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("conductance.enclosed")
    for gate, bias in ((1.7, 0.0), (2.154, 0.0625), (1.25, 0.375)) if scope.full else ((1.7, 0.0), (2.154, 0.0625)):
        case = {**transport_cases.ladder(choose), "leads": leads(bias, 1.0, 0.5), "kT": 2.0**-8, "gate": gate}
        yield Trial(f"13 levels, gate {gate:g}, bias {bias:g}", case)
    yield from random_trials(scope, "conductance.enclosed", 3, 20, depth=40.0)


@check(
    "conductance.enclosed@1",
    suite="conductance",
    stage=Stage.CURRENT,
    claim="dI/dV lies within the claimed accuracy of its enclosure, at V = 0 too",
    equation="physics.md section 5; certification.md item 6",
    tasks=(SLOPE,),
    trials=_enclosed_slopes,
    requires=("current.one-transition",),
)
def enclosed(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare dI/dV with its ball."""
    found = proven(SLOPE, trial.inputs)
    yield compared(subject, trial.inputs, reference_of(found, "dI_dV"))

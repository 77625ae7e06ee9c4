"""The figure of merit of linear response: None where it is infinite, and else what S, G and K make of it.

An optional field of the answer to `linear_response`. `qdverify.suite.exact.merit` derives what it may be off by.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, sqrt
from typing import Final

from qdverify.protocol.json_types import Lead, LeadsQuestion, LeadTransition, Transition
from qdverify.protocol.response_rules import TASK
from qdverify.suite.certified import proven, reference_of_ball
from qdverify.suite.checks.thermoelectric import MOMENTS, chains_at_rest
from qdverify.suite.comparators import at_most, close
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.evidence import resting_on
from qdverify.suite.exact.lead_cases import CURRENTS, HEAT, solve_leads
from qdverify.suite.exact.merit import room, told, value_of
from qdverify.suite.exact.response import solved
from qdverify.suite.exact.transport_cases import Case, leads, level, random_level_scheme, spin_weights, two_levels
from qdverify.suite.finding import Comparison, Stage, Tolerance, exact
from qdverify.suite.subject import Subject

SUITE: Final = "thermoelectric"


def _energies(scope: Scope) -> Iterator[Trial]:
    """Yield chains whose electrons all carry one energy, exactly, and one in which a level lies elsewhere."""
    rungs = [level(0, 0.0, 0), level(1, 0.25, 1), level(2, 0.5, 0), level(2, 0.5, 2)]
    schemes = {
        "one transition": two_levels(0, 1)["levels"],
        "one transition, 2S = 1 -> 2": two_levels(1, 2)["levels"],
        "two levels of one energy": [*rungs[:2], level(1, 0.25, 1)],
        "four levels, each electron the same energy": rungs,
        "four levels, one of them elsewhere": [*rungs[:3], level(2, 0.625, 2)],
    }
    for name, levels in schemes.items():
        for gate in (-0.75, 0.125, 0.25, 1.0) if scope.full else (0.125, 1.0):
            pair = leads(0.0, 1.0, 0.5, centre=0.0625)
            scheme = {"levels": levels, "transitions": spin_weights(levels)}
            case: Case = {"leads": pair, "kT": 0.125, "gate": gate, **scheme}  # type: ignore[typeddict-item]
            yield Trial(f"{name}, gate {gate:g}", {"question": case})


@check(
    "thermoelectric.merit-infinite@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="ZT is infinite, which is null, if all electrons carry one energy, and a number if one level lies elsewhere",
    equation="physics.md section 5; tight coupling of heat and charge",
    tasks=(TASK,),
    trials=_energies,
)
def infinite(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare ZT with null, or with the exact number."""
    yield from _against_moments(subject, trial)


def _extremes(_: Scope) -> Iterator[Trial]:
    """Yield two levels above an empty one, of which electrons carry nearly one energy, nearly none, or are few."""
    for label, energies, M, rate in (
        ("ZT of three hundred thousand", (0.5, 0.5 + 2.0**-9), (0.5, 1.0), 1.0),
        ("ZT of five million", (0.5, 0.5 + 2.0**-11), (0.5, 1.0), 1.0),
        ("ZT of a thousandth", (0.25, -0.25), (1.0, 0.125), 1.0),
        ("rates of 2e-10", (0.25, 0.625), (0.5, 1.0), 2.0**-32),
    ):
        levels = [level(0, 0.0, 0), *(level(1, energy, 1) for energy in energies)]
        transitions = [{"from": 0, "to": 1 + k, "M": value} for k, value in enumerate(M)]
        scheme = {"levels": levels, "transitions": transitions}
        case: Case = {"leads": leads(0.0, rate, 0.5 * rate), "kT": 0.125, "gate": 0.0, **scheme}  # type: ignore[typeddict-item]
        yield Trial(label, {"question": case})


@check(
    "thermoelectric.merit-extremes@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="ZT is a number however large or small it is, and however slow the leads are, unless it is infinite",
    equation="physics.md section 5; tight coupling of heat and charge",
    tasks=(TASK,),
    trials=_extremes,
)
def extremes(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare ZT with the exact moments."""
    yield from _against_moments(subject, trial)


@check(
    "thermoelectric.merit@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="ZT is the squared mean over the variance of the energy that electrons carry, weighted by what they conduct",
    equation="physics.md section 5; G. D. Mahan and J. O. Sofo, Proc. Natl. Acad. Sci. 93, 7436 (1996)",
    tasks=(TASK,),
    trials=chains_at_rest("thermoelectric.merit", 6, 40),
)
def merit(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare ZT with the exact moments."""
    yield from _against_moments(subject, trial)


def _against_moments(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    case: Case = trial.inputs["question"]
    target = exact(value_of(solved(case)), MOMENTS)
    yield from resting_on(subject, room(subject, case).compared(told(subject, case), target), (TASK, case))


@check(
    "thermoelectric.merit-open-circuit@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="ZT = S^2 G T/K of the program's own numbers: G = L11/kT, and K at no current",
    equation="definition of the figure of merit; physics.md section 5",
    tasks=(TASK,),
    trials=chains_at_rest("thermoelectric.merit-open-circuit", 4, 30),
)
def open_circuit(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compute ZT from what was answered beside it, right or wrong."""
    case: Case = trial.inputs["question"]
    measured, answer, allowed = told(subject, case), subject.ask(TASK, **case), room(subject, case)
    power, K = answer["thermopower"] ** 2 * answer["onsager"][0][0], answer["heat_conductance"]
    expected = exact(power / K if K > 0.0 else inf, "its own S, L11 and K", own=True)
    yield from resting_on(subject, allowed.more(allowed).compared(measured, expected), (TASK, case))


@check(
    "thermoelectric.merit-enclosed@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="ZT lies within the claimed accuracy of its enclosure",
    equation="physics.md section 5; certification.md item 6",
    tasks=(TASK,),
    trials=chains_at_rest("thermoelectric.merit-enclosed", 3, 20),
)
def enclosed(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare ZT with its ball."""
    case: Case = trial.inputs["question"]
    found = proven(TASK, case)
    ball = found.values["figure_of_merit"]
    target = exact(inf, MOMENTS) if ball is None else reference_of_ball(found, ball)
    yield from resting_on(subject, room(subject, case).compared(told(subject, case), target), (TASK, case))


def _changes(scope: Scope) -> Iterator[Trial]:
    """Yield what leaves ZT as it is: other rates, other units, and holes in the place of electrons."""
    choose = scope.random("thermoelectric.merit-unchanged")
    for trial in chains_at_rest("thermoelectric.merit-unchanged chains", 2, 12)(scope):
        case: Case = trial.inputs["question"]
        one, other = case["leads"]
        levels = [{**item, "energy": 4.0 * item["energy"]} for item in case["levels"]]
        wider = {"levels": levels, "kT": 4.0 * case["kT"], "gate": 4.0 * case["gate"]}
        changes: dict[str, object] = {
            "leads exchange their rates": {"leads": [{**one, "rate": other["rate"]}, {**other, "rate": one["rate"]}]},
            "one barrier is another": {"leads": [{**one, "rate": 10 ** choose.uniform(-2, 0)}, other]},
            "energies and kT in another unit": {
                **wider,
                "leads": [{**lead, "mu": 4.0 * lead["mu"]} for lead in case["leads"]],
            },
            "holes": _of_holes(case),
        }
        for name, change in changes.items():
            yield Trial(f"{trial.label}, {name}", {"question": case, "change": change})


def _of_holes(case: Case) -> Case:
    """Return the chain of holes, in which f and 1 - f change places; a level has enough of them for its spin."""
    most = max(item["electrons"] + item["two_S"] for item in case["levels"])
    g = [item["two_S"] + 1 for item in case["levels"]]
    transitions: list[Transition] = [
        {"from": item["to"], "to": item["from"], "M": item["M"] * g[item["from"]] / g[item["to"]]}
        for item in case["transitions"]
    ]
    return {
        "levels": [{**item, "electrons": most - item["electrons"]} for item in case["levels"]],
        "transitions": transitions,
        "leads": [{**lead, "mu": -lead["mu"]} for lead in case["leads"]],
        "kT": case["kT"],
        "gate": -case["gate"],
    }


@check(
    "thermoelectric.merit-unchanged@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="ZT does not depend on the rates of the leads nor on the unit of energy, and is the same for holes",
    equation="physics.md section 5: S^2 L11 and K have the weight t_L t_R/(t_L + t_R), and ZT no dimension",
    tasks=(TASK,),
    trials=_changes,
)
def unchanged(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Ask about both, and compare."""
    case: Case = trial.inputs["question"]
    changed: Case = {**case, **trial.inputs["change"]}
    before, after = (told(subject, each) for each in (case, changed))
    allowed = room(subject, case).more(room(subject, changed))
    target = exact(inf if before is None else before, "before the change", own=True)
    yield from resting_on(subject, allowed.compared(after, target), (TASK, changed), (TASK, case))


def _engines(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("thermoelectric.merit-efficiency")
    for number in range(16 if scope.full else 4):
        scheme = random_level_scheme(choose, fewest=4)
        rate, mu, gate = 10 ** choose.uniform(-1, 0), choose.uniform(-0.25, 0.25), choose.uniform(-0.5, 0.5)
        case: Case = {**scheme, "leads": leads(0.0, rate, rate, centre=mu), "gate": gate, "kT": choose.uniform(0.2, 1)}
        yield Trial(f"random chain {number}", {"question": case, "step": 2.0**-10})


@check(
    "thermoelectric.merit-efficiency@1",
    suite=SUITE,
    stage=Stage.CURRENT,
    claim="At a small difference of temperatures an engine makes at most (r - 1)/(r + 1) of dT/T, r = sqrt(1 + ZT)",
    equation="A. F. Ioffe, Semiconductor Thermoelements and Thermoelectric Cooling (Infosearch, 1957)",
    tasks=(TASK, CURRENTS, HEAT),
    trials=_engines,
)
def efficiency(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Divide work by heat at the best bias, where the limit is reached, and at others, where it is not exceeded.

    Between leads of one rate the currents are odd in both differences, and so the heat is taken as the mean of what
    leaves the hot lead and what enters the cold one. What the third order of the step makes of the efficiency is known
    exactly, and allowed.
    """
    case: Case = trial.inputs["question"]
    reference, kT, step = solved(case), case["kT"], trial.inputs["step"]
    ZT, S, measured, allowed = value_of(reference), reference.thermopower, told(subject, case), room(subject, case)
    if measured is None or measured < 0.0 or not 0.0 < allowed.merit < 0.01 * ZT:
        yield from allowed.compared(measured, exact(ZT, MOMENTS))
        return
    share = _share_of_carnot(ZT)
    best = sqrt(1.0 + ZT) / (1.0 + sqrt(1.0 + ZT))
    of_merit = _share_of_carnot(ZT + allowed.merit) - share
    for load in (best, 0.5 * best, 0.5 * (1.0 + best)):
        question = _engine(case, step * kT, load * S * step * kT)
        bias = question["leads"][1]["mu"] - question["leads"][0]["mu"]
        flows, heat = subject.ask(CURRENTS, **question)["currents"], subject.ask(HEAT, **question)["heat"]
        known = solve_leads(question)
        passing = 0.5 * (known.heat["hot"] - known.heat["cold"])
        off = known.tolerance(subject, CURRENTS, ["hot"]).value / abs(known.currents["hot"])
        off += known.tolerance(subject, HEAT, ["hot", "cold"], [0.5, 0.5]).value / abs(passing)
        found = bias * flows["hot"] / (0.5 * (heat["hot"] - heat["cold"])) / step
        right = bias * known.currents["hot"] / passing / step
        if load == best:
            beyond = abs(right - share)
            tolerance = Tolerance(2.0 * off * right + of_merit + 2.0 * beyond, "flows, ZT, and third order of the step")
            limit = exact(_share_of_carnot(measured), "(r - 1)/(r + 1) of its own ZT", own=True)
            yield close(found, limit, tolerance, note="best bias")
        else:
            tolerance = Tolerance(2.0 * off * abs(right) + of_merit + 2.0 * beyond, "as at the best bias")
            limit_of_all = _share_of_carnot(measured)
            yield at_most(found, limit_of_all, tolerance, origin="(r - 1)/(r + 1) of its own ZT", note="another bias")


def _share_of_carnot(ZT: float) -> float:
    root = sqrt(1.0 + ZT)
    return (root - 1.0) / (root + 1.0)


def _engine(case: Case, difference: float, bias: float) -> LeadsQuestion:
    """Return the chain between a hot and a cold lead, against whose potential the heat drives electrons."""
    one, other = case["leads"]
    pair: list[Lead] = [
        {"name": "hot", "rate": one["rate"], "mu": one["mu"] - 0.5 * bias, "kT": case["kT"] + 0.5 * difference},
        {"name": "cold", "rate": other["rate"], "mu": other["mu"] + 0.5 * bias, "kT": case["kT"] - 0.5 * difference},
    ]
    transitions: list[LeadTransition] = [{**item} for item in case["transitions"]]
    return {**case, "transitions": transitions, "leads": pair}

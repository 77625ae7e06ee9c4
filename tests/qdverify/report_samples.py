"""Reports of realistic size, made up: 1500 findings of sixty checks with every kind of verdict, value and grade."""

import random
from dataclasses import replace

from qdverify.protocol.answers import Description
from qdverify.protocol.grade import Grade
from qdverify.report.document import Report
from qdverify.suite.comparators import close, equal
from qdverify.suite.declare import Scope
from qdverify.suite.finding import Comparison, Finding, Reference, Stage, Tolerance, Verdict

TASKS = {
    Stage.SPIN: ("clebsch_gordan_weight",),
    Stage.INTEGRALS: ("interaction_integrals",),
    Stage.SPECTRUM: ("spectrum",),
    Stage.TRANSITIONS: ("spectrum", "transition_probabilities"),
    Stage.RATES: ("stationary_state",),
    Stage.CURRENT: ("stationary_state", "current"),
}
CLAIMS = (
    "The value agrees with the exact one for every kernel, length and cutoff that is tried",
    "Every level below the highest listed one is there, whatever sector it belongs to",
    "The quantity scales as the model says when all lengths double",
    "The numbers stay inside the enclosure that is proved for them",
)
EQUATIONS = ("[J96] Eq. (4)", "[J96] Eq. (5)", "virial theorem at fixed cutoff/length", "[J96] Eqs. (2) and (3)")
GRADES = (Grade.EXACT, Grade.ENCLOSED, Grade.CONSENSUS)


def comparison(choose: random.Random, grade: Grade, error: float) -> Comparison:
    """Compare a made-up measurement, off by the relative error, with a made-up reference."""
    bound = {Grade.EXACT: 0.0, Grade.ENCLOSED: 4e-18, Grade.CONSENSUS: 1e-12}[grade]
    kind = choose.random()
    tolerance = Tolerance(1e-9, "accuracy 1e-09 of spectrum")
    if kind < 0.15:
        spins = [choose.randint(0, 4) for _ in range(6)]
        found = [*spins[:5], spins[5] + 2] if error > 1e-6 else spins
        return equal(found, Reference(spins, grade, 0.0, "level order"), note="doubled total spins")
    if kind < 0.5:
        values = [choose.uniform(0.1, 20.0) for _ in range(choose.randint(2, 12))]
        reference = Reference(values, grade, bound, f"seed {choose.randint(1, 9)}, 30 digits")
        return close([value * (1 + error * choose.uniform(0.5, 1)) for value in values], reference, tolerance)
    value = choose.uniform(0.1, 20.0)
    return close(value * (1 + error), Reference(value, grade, bound, "sum of symbolic terms"), tolerance)


def sample_findings(*, faulty: bool, seed: int = 1, trials: int = 25) -> list[Finding]:
    """Return the findings of a made-up run; a faulty one goes wrong in the transitions and is blocked behind them."""
    choose = random.Random(seed)
    findings = []
    for stage in Stage:
        for number in range(10):
            stage_breaks = faulty and stage is Stage.TRANSITIONS and number in (2, 5)
            template = Finding(
                id=f"{stage}.check-{number}@1",
                suite=str(stage),
                stage=stage,
                claim=CLAIMS[number % len(CLAIMS)],
                equation=EQUATIONS[number % len(EQUATIONS)],
                case={"label": "all"},
                verdict=Verdict.PASS,
                tasks=TASKS[stage],
            )
            if faulty and stage in (Stage.RATES, Stage.CURRENT) and number < 5:
                cause = ("transitions.check-2@1",)
                findings.append(replace(template, verdict=Verdict.BLOCKED, detail="rests on it", blocked_by=cause))
                continue
            for trial in range(trials):
                error = 1.0 if stage_breaks and trial % 3 == 0 else 10 ** choose.uniform(-15.5, -10.5)
                found = comparison(choose, GRADES[(number + trial) % 3], error)
                verdict = Verdict.PASS if found.passed else Verdict.FAIL
                hint = "ratio 2.000: a spin factor?" if verdict is Verdict.FAIL else ""
                label = f"random dot {trial}, N={trial % 4 + 1}"
                case = {"label": label, "dot": {"length": 9.5, "cutoff": 0.0019, "orbitals": 8}, "electrons": 3}
                findings.append(
                    replace(template, case=case, verdict=verdict, comparison=found, hint=hint, seconds=0.01)
                )
    return findings + _special(findings[0], faulty=faulty)


def _special(pattern: Finding, *, faulty: bool) -> list[Finding]:
    table = [
        replace(
            pattern,
            id="paper.table-2@1",
            suite="paper",
            stage=Stage.TRANSITIONS,
            equation="[J96] Table II",
            case={"label": label},
            verdict=Verdict.PASS if passed else Verdict.EXPECTED_FAILURE,
            comparison=close(
                measured,
                Reference(printed, Grade.REPORTED, 0.0, "[J96] Table II"),
                Tolerance(6e-3, "stated error 0.001 + half a printed digit"),
            ),
        )
        for label, measured, printed, passed in (
            ("0->0", 0.8649, 0.85, False),
            ("0->1", 0.0451, 0.04, True),
            ("1->0", 0.3265, 0.32, True),
        )
    ]
    unsupported = replace(
        pattern,
        id="spectrum.large@1",
        stage=Stage.SPECTRUM,
        suite="spectrum",
        tasks=("spectrum",),
        case={"label": "M=60"},
        verdict=Verdict.UNSUPPORTED,
        comparison=None,
        detail="orbitals=60 is beyond the limit of 30 that sample declares",
    )
    broken = replace(
        unsupported,
        id="spectrum.hangs@1",
        case={"label": "N=5"},
        verdict=Verdict.ERROR,
        detail="off the protocol: no answer within 30 s; it printed: Traceback",
    )
    return [*table, unsupported, *([broken] if faulty else [])]


def sample_report(*, faulty: bool = False, seed: int = 1, trials: int = 25) -> Report:
    """Return a report of a made-up run."""
    tasks = frozenset(task for stage in Stage for task in TASKS[stage])
    description = Description("sample", "1.2", tasks, "C++", "https://example.org/sample", {"orbitals": 30})
    findings = sample_findings(faulty=faulty, seed=seed, trials=trials)
    return Report(description, Scope("quick", seed), findings, 41.7, "2026-11-23T07:00:00+00:00")

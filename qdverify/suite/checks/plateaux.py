"""Low temperature: plateaux of the current that are rational, activation in a blockade, and the spin blockade.

Energies are dyadic and the nearest threshold is at least 256 kT away or met exactly, so that what the limit kT -> 0
leaves out is below e^-256.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import exp
from typing import Final

from analytic import Asymptotic, zero_temperature_current
from qdverify.protocol.json_types import Lead, LevelScheme
from qdverify.suite.comparators import at_most
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.exact import transport_cases
from qdverify.suite.exact.transport_cases import Case, leads
from qdverify.suite.exact.transport_reference import compare_currents, flow_tolerance, solve_exactly
from qdverify.suite.finding import Comparison, Stage
from qdverify.suite.subject import Subject

COLD: Final = 2.0**-14
BLOCKADE: Final = 2.0**-9
BARRIERS: Final = ((1.0, 1.0), (1.0, 0.125), (0.125, 1.0))


def _limit(case: Case) -> Asymptotic:
    return zero_temperature_current(case["levels"], case["transitions"], case["leads"], case["gate"])


def _trials(cases: Sequence[tuple[str, LevelScheme, float, float]], kT: float = COLD) -> Iterator[Trial]:
    for label, level_scheme, gate, bias in cases:
        for t_L, t_R in BARRIERS:
            inputs: Case = {**level_scheme, "leads": leads(bias, t_L, t_R), "kT": kT, "gate": gate}
            yield Trial(f"{label}, bias {bias:+g}, t = {t_L:g}, {t_R:g}", inputs)


def _plateaux(scope: Scope) -> Iterator[Trial]:
    orbital, pair = transport_cases.one_orbital(), transport_cases.two_levels(2, 3)
    yield from _trials(
        [
            ("one orbital, N = 0, 1", orbital, 0.5, 0.5),
            ("one orbital, N = 1, 2", orbital, 1.0, -0.5),
            ("one orbital, N = 0, 1, 2", orbital, 0.75, 1.0),
            ("one orbital, N = 0, 1, 2", orbital, 0.75, -1.0),
            ("one orbital, at a threshold", orbital, 0.25, 0.5),
            ("S = 1 to 3/2", pair, 0.5, 0.25),
        ]
    )
    if scope.full:
        choose = scope.random("plateaux.ladder")
        for weights, level_scheme in (("C_ji", transport_cases.ladder()), ("M_ji", transport_cases.ladder(choose))):
            yield from _trials([(f"13 levels, {weights}", level_scheme, 1.23828125, 0.0859375)])


@check(
    "plateaux.current@1",
    suite="plateaux",
    stage=Stage.CURRENT,
    claim="For kT -> 0 the current has plateaux that are rational in M_ji, t^L and t^R",
    equation="physics.md section 5: Fermi functions 0 or 1, and 1/2 at a threshold",
    tasks=("current",),
    trials=_plateaux,
    requires=("current.one-transition",),
)
def current(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the current on its plateaux with the rational limit."""
    expected = float(_limit(trial.inputs).limit)
    yield from compare_currents(subject, trial.inputs, expected, "rational limit, reached to e^-256")


def _blockades(_: Scope) -> Iterator[Trial]:
    orbital = transport_cases.one_orbital()
    yield from _trials(
        [("N = 0", orbital, 0.375, 0.125), ("N = 1", orbital, 0.625, 0.125), ("N = 2", orbital, 1.125, 0.125)],
        BLOCKADE,
    )


@check(
    "plateaux.activation@1",
    suite="plateaux",
    stage=Stage.CURRENT,
    claim="In a Coulomb blockade I = c exp(-Delta/kT), with Delta the distance to the nearest resonance and c rational",
    equation="physics.md section 5, T -> 0: leading exponents and prefactors",
    tasks=("current",),
    trials=_blockades,
    requires=("current.one-transition",),
)
def activation(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the current in the three valleys of one orbital, 32 to 128 kT from resonance, with the leading term."""
    leading = _limit(trial.inputs)
    expected = float(leading.prefactor) * exp(-float(leading.exponent) / trial.inputs["kT"])
    yield from compare_currents(
        subject, trial.inputs, expected, f"leading term, exponent {float(leading.exponent):g}/kT"
    )


def _blocked(pair: list[Lead]) -> Case:
    return {**transport_cases.spin_blockade(), "leads": pair, "kT": COLD, "gate": 0.953125}


def _spin_blockades(_: Scope) -> Iterator[Trial]:
    for sign, (t_L, t_R) in ((1.0, (1.0, 0.125)), (-1.0, (0.125, 1.0))):
        yield Trial(f"bias {sign:+g}, t = {t_L:g}, {t_R:g}", {"sign": sign, "t_L": t_L, "t_R": t_R})


@check(
    "plateaux.spin-blockade@1",
    suite="plateaux",
    stage=Stage.CURRENT,
    claim="A quartet that only a triplet reaches and leaves takes current away where the bias opens it: dI/dV < 0",
    equation="[J96] Eq. (5) in Eq. (3): spin blockade; physics.md section 7, negative differential conductance",
    tasks=("current",),
    trials=_spin_blockades,
    requires=("plateaux.current",),
)
def spin_blockade(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the plateaux before and after the quartet opens (1/5 and 2/13) with the limit, and with each other."""
    sign = trial.inputs["sign"]
    pair = (trial.inputs["t_L"], trial.inputs["t_R"])
    before, after = (_blocked(leads(sign * bias, *pair)) for bias in (0.25, 0.375))
    for case in (before, after):
        yield from compare_currents(subject, case, float(_limit(case).limit), "rational limit, reached to e^-256")
    first, second = (sign * subject.ask("current", **case)["I_L"] for case in (before, after))
    references = [solve_exactly(case) for case in (before, after)]
    gross = sum(reference.gross["L"] for reference in references)
    tolerance = flow_tolerance(subject, gross, max(reference.rounding for reference in references), times=2)
    yield at_most(second, 10 / 13 * first, tolerance, origin="10/13 of the plateau before it")

"""Zero-frequency shot noise: the Fano factor S/I of two levels, from independent electrons to strict alternation.

An optional task of the protocol.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from analytic import degenerate_fano, noise_exact
from qdverify.protocol.json_types import NoiseAnswer
from qdverify.suite.certified import proven, reference_of
from qdverify.suite.comparators import ComparisonError, close
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.exact import transport_cases
from qdverify.suite.exact.noise import noise_scales
from qdverify.suite.exact.transport_cases import Case, leads, random_level_scheme
from qdverify.suite.exact.transport_reference import relative_tolerance, rounding_error, solve_exactly
from qdverify.suite.finding import Comparison, Reference, Stage, exact
from qdverify.suite.subject import Subject

SPINS: Final = ((0, 1), (1, 0), (1, 2), (2, 3))
CANCELLATION: Final = 3.0
"""Two levels give S = I - 2 I^2/Gamma at full bias, with I <= Gamma/4: the terms add up to 3 S at most."""


def _open(scope: Scope) -> Iterator[Trial]:
    for two_S_i, two_S_j in SPINS if scope.full else SPINS[:3]:
        for t_L, t_R in ((1.0, 1.0), (1.0, 0.125), (0.125, 1.0)):
            inputs = {"two_S_i": two_S_i, "two_S_j": two_S_j, "t_L": t_L, "t_R": t_R}
            yield Trial(f"2S = {two_S_i} -> {two_S_j}, t = {t_L:g}, {t_R:g}", inputs)


@check(
    "noise.full-bias@1",
    suite="noise",
    stage=Stage.CURRENT,
    claim="At full bias two levels have the Fano factor (a^2 + b^2)/(a + b)^2, a = (2S_j+1) t_L, b = (2S_i+1) t_R",
    equation="full counting statistics of [J96] Eq. (3): Bagrets and Nazarov, Phys. Rev. B 67, 085316 (2003)",
    tasks=("noise",),
    trials=_open,
    requires=("current.one-transition",),
)
def full_bias(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the Fano factor with the closed form."""
    two_S_i, two_S_j, t_L, t_R = (trial.inputs[key] for key in ("two_S_i", "two_S_j", "t_L", "t_R"))
    level_scheme = transport_cases.two_levels(two_S_i, two_S_j)
    case: Case = {**level_scheme, "leads": leads(0.5, t_L, t_R), "kT": 2.0**-9, "gate": 0.5}
    expected = float(degenerate_fano(t_L, t_R, two_S_i + 1, two_S_j + 1))
    tolerance = relative_tolerance(subject, "current", CANCELLATION * expected, rounding_error(case))
    measured = _fano(subject.ask("noise", **case))
    yield close(measured, exact(expected, "closed form, reached to e^-128"), tolerance)


def _warm(_: Scope) -> Iterator[Trial]:
    for distance in (0.0, 2.0, 30.0):
        yield Trial(f"{distance:g} kT from resonance", {"distance": distance})


@check(
    "noise.temperature@1",
    suite="noise",
    stage=Stage.CURRENT,
    claim="Thermal and shot noise together: S = d^2 lambda/d theta^2 of the counting field, Poissonian in the blockade",
    equation="full counting statistics of [J96] Eq. (3): Bagrets and Nazarov, Phys. Rev. B 67, 085316 (2003)",
    tasks=("noise",),
    trials=_warm,
    requires=("noise.full-bias",),
)
def temperature(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the Fano factor at a bias of 4 kT with the exact derivatives of the characteristic polynomial."""
    kT = 2.0**-6
    pair = leads(4 * kT, 1.0, 0.5)
    case: Case = {
        **transport_cases.two_levels(0, 1),
        "leads": pair,
        "kT": kT,
        "gate": 0.5 - kT * trial.inputs["distance"],
    }
    expected = float(noise_exact(**case, digits=20).fano)
    tolerance = relative_tolerance(subject, "current", CANCELLATION * expected, rounding_error(case))
    measured = _fano(subject.ask("noise", **case))
    yield close(measured, exact(expected, "counting field, 20 digits"), tolerance)


def _fano(answer: NoiseAnswer) -> float:
    """Return the Fano factor of a dot that carries a current."""
    fano = answer.get("fano")
    if fano is None:
        raise ComparisonError("fano=None is for a dot without a current, and a current flows here")
    return fano


def _chains(scope: Scope) -> Iterator[Trial]:
    choose = scope.random("noise.enclosed")
    for number in range(20 if scope.full else 4):
        kT = 10 ** choose.uniform(-0.75, 0.25)
        pair = leads(
            kT * choose.uniform(-6.0, 6.0) if number % 4 else 0.0, *(10 ** choose.uniform(-1, 0) for _ in range(2))
        )
        case: Case = {**random_level_scheme(choose, 6), "leads": pair, "kT": kT, "gate": choose.uniform(-0.5, 0.5)}
        yield Trial(f"random chain {number}, {'biased' if number % 4 else 'at rest'}", case)


@check(
    "noise.enclosed@1",
    suite="noise",
    stage=Stage.CURRENT,
    claim="Noise and Fano factor lie within the claimed accuracy of their enclosures; without a bias noise remains",
    equation="physics.md section 5; certification.md item 6",
    tasks=("noise",),
    trials=_chains,
    requires=("noise.full-bias",),
)
def enclosed(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare S with its ball, and the Fano factor too if a current flows."""
    case: Case = trial.inputs
    found = proven("noise", case)
    flows = found.values["fano"] is not None
    names = ("S", "fano") if flows else ("S",)
    fano = found.floats("fano") if flows else None
    yield from compared(subject, case, [reference_of(found, name) for name in names], fano)


def compared_with_exact(subject: Subject, case: Case) -> Iterator[Comparison]:
    """Compare S, and the Fano factor if a current flows, with exact derivatives of the characteristic polynomial."""
    found = noise_exact(**case, digits=20)
    fano = float(abs(found.fano)) if found.current else None
    values = [float(found.noise)] if fano is None else [float(found.noise), fano]
    yield from compared(subject, case, [exact(value, "counting field, 20 digits") for value in values], fano)


def compared(subject: Subject, case: Case, expected: Sequence[Reference], fano: float | None) -> Iterator[Comparison]:
    """Compare S with its reference, and the Fano factor too if there is one: if a current flows."""
    answer, flows = subject.ask("noise", **case), fano is not None
    scales = noise_scales(case, fano or 0.0, solve_exactly(case).current)
    measured = {"S": answer["S"], "fano": _fano(answer)} if flows else {"S": answer["S"]}
    for (name, value), reference, scale in zip(measured.items(), expected, scales, strict=False):
        tolerance = relative_tolerance(subject, "current", scale, rounding_error(case))
        yield close(value, reference, tolerance, note=name)

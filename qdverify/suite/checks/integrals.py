"""The interaction integrals (pq|rs): every kernel against closed forms, and their symmetries ([J96] Eq. (1)).

The references come from closed forms in Bessel, Struve and exponential integrals at 30 digits, whose own accuracy is
established by two working precisions; contact and constant are rational numbers.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

from qdverify.protocol.json_types import BoxDot
from qdverify.protocol.sample_dots import make_dot, random_dot
from qdverify.reference.printed import reported
from qdverify.suite.comparators import close
from qdverify.suite.declare import Scope, Trial, check
from qdverify.suite.evidence import resting_on
from qdverify.suite.exact.integrals import exact_integrals
from qdverify.suite.finding import Comparison, Stage, Tolerance, exact
from qdverify.suite.subject import Subject

TASK: Final = "interaction_integrals"
CUTOFF_RATIOS: Final = (1e-6, reported.cutoff_ratio(), 1e-2, 0.3, 1.0)
INDEX_ORDER: Final = ((1, 1, 2, 2), (1, 2, 1, 2), (1, 2, 2, 1), (1, 3, 2, 2), (1, 2, 2, 3), (1, 1, 1, 3))


def tolerance(subject: Subject, dot: BoxDot, *, answers: int = 1) -> Tolerance:
    """Return the claimed accuracy, absolute or relative to (11|11), for a sum of answers that may each be off by it."""
    return subject.tolerance(TASK, max(1.0, abs(exact_integrals(dot, [(1, 1, 1, 1)])[0])), condition=answers)


def quadruples(choose: random.Random, orbitals: int, count: int) -> list[list[int]]:
    """Return index quadruples: diagonal, exchange, the highest ones, and random ones of even sum."""
    M = orbitals
    fixed = [(1, 1, 1, 1), (1, 1, M, M), (1, M, 1, M), (M, M, M, M), (1, 1, 1, 3), (1, 2, 2, 3)]
    found = [list(quadruple) for quadruple in fixed if sum(quadruple) % 2 == 0]
    while len(found) < count:
        quadruple = [choose.randint(1, M) for _ in range(4)]
        if sum(quadruple) % 2 == 0:
            found.append(quadruple)
    return found


def soft_coulomb_dots(scope: Scope) -> Iterator[Trial]:
    """Yield the whole range of cutoffs, the paper's dot, random dots, and at level full high orbitals."""
    choose = scope.random("integrals.soft-coulomb")
    for ratio in CUTOFF_RATIOS:
        dot = make_dot("soft-coulomb", 4, cutoff=ratio)
        yield Trial(f"lambda/L={ratio:g}, M=4", {"dot": dot, "indices": quadruples(choose, 4, 12)})
    attractive = make_dot("soft-coulomb", 4, length=2.0, cutoff=0.2, strength=-1.5)
    yield Trial("attractive, M=4", {"dot": attractive, "indices": quadruples(choose, 4, 12)})
    yield Trial("paper's dot, M=13", {"dot": reported.dot(13), "indices": quadruples(choose, 13, 24)})
    for number in range(10 if scope.full else 2):
        dot = random_dot(choose, "soft-coulomb", choose.randint(3, 13))
        yield Trial(f"random {number}", {"dot": dot, "indices": quadruples(choose, dot["orbitals"], 12)})
    if scope.full:
        for ratio in CUTOFF_RATIOS:
            dot = make_dot("soft-coulomb", 60, cutoff=ratio)
            yield Trial(f"lambda/L={ratio:g}, M=60", {"dot": dot, "indices": quadruples(choose, 60, 24)})


def _held(subject: Subject, trial: Trial, origin: str) -> Iterator[Comparison]:
    dot, indices = trial.inputs["dot"], trial.inputs["indices"]
    measured = subject.ask(TASK, dot=dot, indices=indices)["values"]
    held = close(measured, exact(exact_integrals(dot, indices), origin), tolerance(subject, dot))
    yield from resting_on(subject, [held], (TASK, trial.inputs))


def index_order_dots(_: Scope) -> Iterator[Trial]:
    """Yield dots in which the direct integral (11|22) and the exchange integral (12|12) differ by much."""
    indices = [list(quadruple) for quadruple in INDEX_ORDER]
    for label, dot in (
        ("soft-coulomb", make_dot("soft-coulomb", 3, length=2.0, cutoff=0.2)),
        ("constant", make_dot("constant", 3, strength=1.5)),
    ):
        yield Trial(label, {"dot": dot, "indices": indices})


@check(
    "integrals.index-order@1",
    suite="integrals",
    stage=Stage.INTEGRALS,
    claim="(pq|rs) is in chemists' notation, 1-based: p and q belong to x, r and s to x'; (11|22) is direct",
    equation="physics.md section 2, below [J96] Eq. (1)",
    tasks=(TASK,),
    trials=index_order_dots,
)
def index_order(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare direct and exchange integrals with the closed form, where <pq|rs> would stand out."""
    return _held(subject, trial, "closed form at 30 digits, chemists' notation")


@check(
    "integrals.soft-coulomb@1",
    suite="integrals",
    stage=Stage.INTEGRALS,
    claim="The soft Coulomb integrals are right from lambda/L = 1e-6 to 1",
    equation="physics.md section 2; [J96] Eq. (1)",
    tasks=(TASK,),
    trials=soft_coulomb_dots,
    requires=("integrals.index-order",),
)
def soft_coulomb(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the integrals with Bessel, Struve and exponential integrals."""
    return _held(subject, trial, "closed form in Bessel, Struve and exponential integrals at 30 digits")


def rational_dots(scope: Scope) -> Iterator[Trial]:
    """Yield the kernels whose integrals are rational, at different lengths and strengths."""
    choose = scope.random("integrals.rational")
    for kernel in ("contact", "constant", "none"):
        for number in range(6 if scope.full else 2):
            dot = random_dot(choose, kernel, choose.randint(4, 13))
            yield Trial(f"{kernel} {number}", {"dot": dot, "indices": quadruples(choose, dot["orbitals"], 16)})
        attractive = make_dot(kernel, 4, length=2.0, strength=-1.5)
        yield Trial(f"{kernel}, s < 0", {"dot": attractive, "indices": quadruples(choose, 4, 12)})


@check(
    "integrals.rational-kernels@1",
    suite="integrals",
    stage=Stage.INTEGRALS,
    claim="Contact integrals are multiples of s/(2L), constant ones s for p=q and r=s, and none are zero",
    equation="physics.md section 6",
    tasks=(TASK,),
    trials=rational_dots,
    requires=("integrals.index-order",),
)
def rational_kernels(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare the integrals with rational numbers."""
    return _held(subject, trial, "rational multiple of strength and 1/length")


def permuted_quadruples(scope: Scope) -> Iterator[Trial]:
    """Yield each kernel with one random quadruple of four different orbitals in its eight orders."""
    choose = scope.random("integrals.permutations")
    for kernel in ("soft-coulomb", "contact"):
        for number in range(6 if scope.full else 2):
            p, q, r, s = _even_and_different(choose)
            orders = [[p, q, r, s], [q, p, r, s], [p, q, s, r], [q, p, s, r]]
            orders += [[c, d, a, b] for a, b, c, d in orders]
            dot = random_dot(choose, kernel, 8)
            yield Trial(f"{kernel} {number}, ({p}{q}|{r}{s})", {"dot": dot, "indices": orders})


def _even_and_different(choose: random.Random) -> list[int]:
    while True:
        quadruple = choose.sample(range(1, 9), 4)
        if sum(quadruple) % 2 == 0:
            return quadruple


@check(
    "integrals.permutations@1",
    suite="integrals",
    stage=Stage.INTEGRALS,
    claim="Real orbitals: (pq|rs) is the same in all eight orders of its indices",
    equation="[J96] Eq. (1): V(x,x') = V(x',x), phi_n real",
    tasks=(TASK,),
    trials=permuted_quadruples,
)
def permutations(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare all eight orders with the first, whatever its value."""
    measured = subject.ask(TASK, **trial.inputs)["values"]
    reference = exact([measured[0]] * 8, "the implementation's own first order: they are equal by symmetry", own=True)
    comparison = close(measured, reference, tolerance(subject, trial.inputs["dot"], answers=2))
    yield from resting_on(subject, [comparison], (TASK, trial.inputs))


def odd_quadruples(scope: Scope) -> Iterator[Trial]:
    """Yield quadruples of odd sum."""
    choose = scope.random("integrals.parity")
    for kernel in ("soft-coulomb", "contact"):
        dot = random_dot(choose, kernel, 9)
        indices = [[1, 1, 1, 2], [1, 2, 2, 2], [9, 9, 9, 8]]
        while len(indices) < 10:
            quadruple = [choose.randint(1, 9) for _ in range(4)]
            if sum(quadruple) % 2:
                indices.append(quadruple)
        yield Trial(kernel, {"dot": dot, "indices": indices})


@check(
    "integrals.parity@1",
    suite="integrals",
    stage=Stage.INTEGRALS,
    claim="(pq|rs) vanishes if p+q+r+s is odd: the kernel is even under reflection of the box",
    equation="physics.md section 2: parity (-1)^(n+1) of phi_n",
    tasks=(TASK,),
    trials=odd_quadruples,
)
def parity(subject: Subject, trial: Trial) -> Iterator[Comparison]:
    """Compare odd integrals with zero."""
    measured = subject.ask(TASK, **trial.inputs)["values"]
    zero = exact([0.0] * len(measured), "reflection symmetry")
    comparison = close(measured, zero, tolerance(subject, trial.inputs["dot"]))
    yield from resting_on(subject, [comparison], (TASK, trial.inputs))

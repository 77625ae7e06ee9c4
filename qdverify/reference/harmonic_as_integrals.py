"""The harmonic dot without a field as a dot given by its integrals, for programs that take nothing else.

Such programs take real orbitals, between which (pq|rs) has eight equal orders. For m > 0

    (phi_m + phi_-m)/sqrt 2,  even under y -> -y, takes the place of m,
    (phi_m - phi_-m)/(i sqrt 2),  odd, that of -m.

Every integral is a short sum of balls and is rounded to a double. Irreps are 1, plus 1 if odd under inversion, plus 2
if odd under y -> -y. In a field H holds -L_z omega_c/2, which is imaginary between real orbitals: there such a program
cannot be asked. The electron that enters has, with weights w_m, sum w_m c+_m: between real orbitals (w_m + w_-m)/sqrt 2
for the even and i (w_m - w_-m)/sqrt 2 for the odd one, which is real only if w_m = w_-m.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import Final

from flint import arb, ctx

from qdverify.protocol.dots import as_box, is_harmonic
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.json_types import Dot, HarmonicDot, IntegralDot
from qdverify.protocol.values import Real
from qdverify.reference.box_integrals import AsIntegrals, box_as_integrals
from qdverify.reference.enclosure.harmonic_integrals import ExactHarmonic, Quadruple, equal_integrals

MOST_SHELLS: Final = 10
"""The integrals of more shells would take minutes to form."""
_BITS: Final = 160
_Part = tuple[int, int]
"""Number of a complex orbital, and its factor 1 or -1 in a real one."""


def harmonic_as_integrals(dot: HarmonicDot) -> AsIntegrals:
    """Return a harmonic dot as a dot given by its integrals, each rounded to a double; the last dots are remembered.

    Raises
    ------
    InvalidInput
        If there is a field, or more than 10 shells.

    Examples
    --------
    >>> from qdverify.protocol.sample_dots import HARMONIC_DOT
    >>> found = harmonic_as_integrals({**HARMONIC_DOT, "field": 0.0}).dot
    >>> found["irreps"], found["two_body"][0]
    ([1, 4, 2], [1, 1, 1, 1, 1.2533141373155003])
    """
    if dot["field"]:
        raise InvalidInput(f"field={dot['field']} must be 0: in a field no real orbitals have real integrals")
    if dot["shells"] > MOST_SHELLS:
        raise InvalidInput(
            f"shells={dot['shells']} of a harmonic dot written as integrals must be at most {MOST_SHELLS}"
        )
    return _converted(dot["omega"], dot["shells"], dot["strength"], dot.get("thickness", 0.0))


def dot_as_integrals(dot: Dot) -> AsIntegrals:
    """Return a box or a harmonic dot as a dot given by its integrals, each rounded to a double."""
    return (
        harmonic_as_integrals(dot) if is_harmonic(dot) else box_as_integrals(as_box(dot, "integrals are formed of it"))
    )


def real_weights(dot: HarmonicDot, weights: Sequence[Real] | None) -> list[float]:
    """Return the weights of the real orbitals for those of the complex ones, 1 each if None is given.

    Raises
    ------
    InvalidInput
        If the weights of m and -m differ: those of the real orbitals are then complex.
    """
    exact = _exact(dot["omega"], dot["shells"], dot["strength"], 0)
    given = weights or [1.0] * exact.orbitals
    found = []
    for index, (weight, partner) in enumerate(zip(given, _partners(exact), strict=True)):
        if weight != given[partner]:
            raise InvalidInput(
                f"weights of orbitals {index + 1} and {partner + 1}, of opposite m, must be equal: between real "
                "orbitals they would be complex"
            )
        m = exact.momenta[index]
        found.append(float(weight) * (math.sqrt(2) if m > 0 else float(m == 0)))
    return found


@lru_cache(maxsize=8)
def _converted(omega: Real, shells: int, strength: Real, thickness: Real) -> AsIntegrals:
    exact = _exact(omega, shells, strength, thickness)
    with ctx.workprec(_BITS):
        energies = [float(energy.mid()) for energy in exact.orbital_energies()]
        values = dict(_real_integrals(exact))
    M = exact.orbitals
    found: IntegralDot = {
        "kind": "integrals",
        "orbitals": M,
        "one_body": [[energies[p] if p == q else 0.0 for q in range(M)] for p in range(M)],
        "two_body": [[*indices, value] for indices, value in values.items()],
        "irreps": [label + 1 for label in _labels(exact)],
    }
    return AsIntegrals.of(found, max(energies), values)


def _exact(omega: Real, shells: int, strength: Real, thickness: Real) -> ExactHarmonic:
    return ExactHarmonic(Fraction(omega), Fraction(0), shells, Fraction(strength), Fraction(thickness))


def _partners(dot: ExactHarmonic) -> list[int]:
    """Return for each orbital the place of the one of the same shell with -m."""
    places = {key: place for place, key in enumerate(zip(dot.shell_numbers, dot.momenta, strict=True))}
    return [places[n, -m] for n, m in places]


def _labels(dot: ExactHarmonic) -> list[int]:
    return [abs(m) % 2 + (2 if m < 0 else 0) for m in dot.momenta]


def _real_integrals(dot: ExactHarmonic) -> Iterator[tuple[Quadruple, float]]:
    """Yield one (pq|rs) between real orbitals of each eight equal ones that does not vanish."""
    listed = {order: value for key, value in dot.integrals() for order in equal_integrals(key)}
    parts = [
        ((index + 1, 1),)
        if m == 0
        else ((index + 1, 1), (partner + 1, 1))
        if m > 0
        else ((partner + 1, 1), (index + 1, -1))
        for index, (m, partner) in enumerate(zip(dot.momenta, _partners(dot), strict=True))
    ]
    labels = _labels(dot)
    pairs = [(p, q) for p in range(1, dot.orbitals + 1) for q in range(1, p + 1)]
    for place, (p, q) in enumerate(pairs):
        for r, s in pairs[: place + 1]:
            four = (p, q, r, s)
            if labels[p - 1] ^ labels[q - 1] ^ labels[r - 1] ^ labels[s - 1]:
                continue
            value = _sum(listed, [parts[index - 1] for index in four], [labels[index - 1] >= 2 for index in four])
            if value:
                yield four, value


def _sum(listed: Mapping[Quadruple, arb], parts: Sequence[Sequence[_Part]], odd: Sequence[bool]) -> float:
    """Return the sum over the complex orbitals of four real ones; 1/i is conjugated in the first and the third."""
    total = arb(0)
    for chosen in product(*parts):
        (p, a), (q, b), (r, c), (s, d) = chosen
        value = listed.get((p, q, r, s))
        if value is not None:
            total += a * b * c * d * value
    # i for odd functions in the first and third place, 1/i in the others
    quarter_turns = sum((1, -1, 1, -1)[place] for place in range(4) if odd[place])
    doubled = sum(len(part) == 2 for part in parts)
    sign = -1 if quarter_turns % 4 else 1
    return sign * float((total / arb(2**doubled).sqrt()).mid())

"""Linear response of the rate equation to bias and temperature between two leads, in balls.

Onsager's matrix is what forces 1 and E_j - E_i - gate - mu at the left lead dissipate in the network of
`qdverify.reference.enclosure.network`: sums of w a^2, w a b and w b^2, w > 0. The heat conductance is the sum of
w (b - a L12/L11)^2. Where one term is far above all others, b is counted from the b/a of that term first. The heat
conductance is 0 if all electrons carry one energy, which the exact inputs tell, and only then: else the figure of merit
is enclosed as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, ctx

from qdverify.reference.enclosure.budget import check_time
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.network import between_edges, edges_at_rest
from qdverify.reference.enclosure.transport import (
    BITS_A_DIGIT,
    Device,
    Lead,
    RateEquation,
    accurate_bits,
    precisions,
)

Term = tuple[arb, arb, arb]
"""w, a and b."""


@dataclass(frozen=True)
class Response:
    """Onsager's matrix, thermopower in units of k_B, heat conductance and, if it is finite, ZT, as in protocol.md."""

    L11: arb
    L12: arb
    L22: arb
    thermopower: arb
    heat_conductance: arb
    figure_of_merit: arb | None


def linear_response(
    equation: RateEquation, left: Lead, right: Lead, *, kT: Fraction, gate: Fraction, digits: int = 12
) -> Response:
    """Enclose the linear response between two leads at one chemical potential and temperature.

    Raises
    ------
    ValueError
        If the levels are not connected.
    Unresolved
        If the digits are not reached.
    """
    device = Device(equation, (left, right), kT, gate)
    tight = _one_energy(equation)
    for bits in precisions(digits):
        with ctx.workprec(bits):
            found, reached = _at_precision(_terms(device), kT, digits, tight=tight)
        if reached >= BITS_A_DIGIT * digits:
            return found
        check_time(f"solving for the linear response with {bits} bits")
    raise equation.unresolved("the linear response", digits, reached)


def _one_energy(equation: RateEquation) -> bool:
    """Tell whether every electron carries one energy; of levels that are balls that is never known."""
    exact = {place: energy for place, energy in enumerate(equation.energies) if not isinstance(energy, arb)}
    if len(exact) < len(equation.energies):
        return False
    return len({exact[j] - exact[i] for i, j, _ in equation.transitions}) == 1


def _terms(device: Device) -> list[Term]:
    """Return what is dissipated within edges and between them, the most by a bias first."""
    edges = edges_at_rest(device, ((0,), (1,)))
    terms = []
    for edge in edges:
        from_left, from_right = edge.shares.balls
        terms.append((edge.conductance * from_left * from_right, arb(1), edge.heat))
    for weight, apart in between_edges(edges, len(device.equation.energies)):
        terms.append((weight, apart[0, 0], apart[0, 1]))
    return sorted(terms, key=lambda term: (term[0] * term[1] * term[1]).mid(), reverse=True)


def _at_precision(terms: Sequence[Term], kT: Fraction, digits: int, *, tight: bool) -> tuple[Response, float]:
    """Return the response at the current precision with its relative accuracy in bits."""
    products = [(w * a * a, w * a * b, w * b * b, abs(w * a * b)) for w, a, b in terms]
    L11, L12, L22, gross = (sum(column, arb(0)) for column in zip(*products, strict=True))
    _, unit, heat = terms[0]
    start = heat / unit
    others = [(w, a, b - start * a) for w, a, b in terms[1:]]
    beyond = sum((w * a * b for w, a, b in others), arb(0)) / L11
    mean = start + beyond
    spread = [(terms[0][0], -beyond * unit), *((w, b - beyond * a) for w, a, b in others)]
    square = arb(0) if tight else sum((w * b * b for w, b in spread), arb(0))
    temperature = ball(kT)
    merit = None if square.is_zero() else L12 * L12 / (L11 * square)
    response = Response(L11, L12, L22, mean / temperature, square / temperature**2, merit)
    reached = min(
        accurate_bits(L11, L11, digits),
        accurate_bits(L12, gross, digits),
        accurate_bits(L22, L22, digits),
        accurate_bits(mean, gross / L11, digits),
        accurate_bits(square, arb(0), digits),
        *([] if merit is None else [accurate_bits(merit, gross * gross / (L11 * square), digits)]),
    )
    return response, reached

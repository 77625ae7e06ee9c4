"""Hold QmeQ against a stability diagram of the paper's dot: `python benchmarks/peer_diagram.py`.

Prints the table of docs/peers.md: over a grid of gate and bias around the diamond of three electrons ([J96] Fig. 1),
how often a variant has no answer, how often its populations are none, and the largest current that it reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any, Final

import click

from qdverify.implementations.resolve import resolve
from qdverify.protocol.answers import AnswerError
from qdverify.protocol.level_scheme import level_scheme
from qdverify.reference.printed import reported
from qdverify.suite.subject import Subject

VARIANTS: Final = ("qmeq", "qmeq-norm-row", "qmeq-lsqr")
TEMPERATURES: Final = (3e-3, 3e-4, 7e-5)
MULTIPLET: Final = (1, 1, 2, 3, 6)
"""Levels of the lowest multiplet of 0 to 4 electrons."""
MARGIN: Final = 0.15
BIAS: Final = 0.3
OUTSIDE: Final = 1e-6


@click.command()
@click.argument("names", nargs=-1, type=click.Choice((*VARIANTS, "builtin")))
@click.option("--points", type=click.IntRange(2), default=24, show_default=True, help="Points along each axis.")
def main(names: Sequence[str], points: int) -> None:
    """Print the table for the variants NAMES of QmeQ, or for all."""
    case = paper_chain()
    click.echo("| kT | peer | no answer | populations outside [0, 1] | largest current |")
    click.echo("| --- | --- | --- | --- | --- |")
    for kT, name in product(TEMPERATURES, names or VARIANTS):
        implementation = resolve(name if name == "builtin" else f"peer:{name}")
        try:
            none, outside, largest = survey(Subject(implementation), case, kT, points)
        finally:
            implementation.close()
        shares = " | ".join(f"{100 * number / points**2:.1f} %" for number in (none, outside))
        click.echo(f"| {kT:g} | `{name}` | {shares} | {largest:.2g} |")


def paper_chain() -> dict[str, Any]:
    """Return levels and transitions of 0 to 4 electrons, as the builtin implementation solves the paper's dot."""
    found = level_scheme(Subject(resolve("builtin")).ask, reported.dot(12), MULTIPLET, "M")
    return {**found, "transitions": [item for item in found["transitions"] if item["M"] != 0.0]}


def survey(subject: Subject, chain: dict[str, Any], kT: float, points: int) -> tuple[int, int, float]:
    """Return how many points have no answer, how many populations outside [0, 1], and the largest current."""
    ground = {level["electrons"]: level["energy"] for level in reversed(chain["levels"])}
    low, high = ground[3] - ground[2] - MARGIN, ground[4] - ground[3] + MARGIN
    none, outside, largest = 0, 0, 0.0
    middles = [(k + 0.5) / points for k in range(points)]
    for x, y in product(middles, middles):
        mu = BIAS * (y - 0.5)
        leads = [{"name": "L", "rate": 1.0, "mu": mu}, {"name": "R", "rate": 1.0, "mu": -mu}]
        case = {**chain, "leads": leads, "kT": kT, "gate": low + (high - low) * x}
        try:
            populations = subject.ask("stationary_state", **case)["populations"]
            currents = subject.ask("current", **case)
        except AnswerError:
            none += 1
        else:
            outside += min(populations) < -OUTSIDE or max(populations) > 1.0 + OUTSIDE
            largest = max(largest, abs(currents["I_L"]), abs(currents["I_R"]))
    return none, outside, largest


if __name__ == "__main__":
    main()

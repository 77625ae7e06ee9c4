"""Wrong models of (pq|rs): the integrals of another dot or of other indices, or a factor that belongs to one kernel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, sqrt
from typing import Final

from qdverify.protocol.dots import is_box
from qdverify.protocol.json_types import BoxDot
from qdverify.suite.exact.integrals import exact_integrals
from qdverify.suite.finding import Asked
from qdverify.suite.hints.wrong_models import Prediction, WrongModel

Indices = Sequence[Sequence[int]]


def _model(
    sentence: str,
    *,
    dot: Callable[[BoxDot], BoxDot] = lambda dot: dot,
    indices: Callable[[Indices], Indices] = lambda indices: indices,
    turned: Callable[[Indices, int], Indices] = lambda indices, _: indices,
    factor: Callable[[BoxDot], float] = lambda _: 1.0,
) -> WrongModel:
    """Return a wrong model from the dot and the indices that it computes with, and from its factor."""

    def predict(asked: Asked) -> Prediction:
        if not is_box(asked.params["dot"]):
            return None
        asked_dot: BoxDot = asked.params["dot"]
        wanted = turned(indices(asked.params["indices"]), asked_dot["orbitals"])
        times = factor(asked_dot)
        found = exact_integrals(dot(asked_dot), [[max(n, 1) for n in quadruple] for quadruple in wanted])
        # orbital 0 is sin(0) = 0
        values = [times * value if min(q) > 0 else 0.0 for value, q in zip(found, wanted, strict=True)]
        largest = max(1.0, *map(abs, values))
        slack = asked.accuracy.allowed(largest, largest)
        # what stands beyond the last orbital nobody knows
        return [(v, slack if max(q) <= asked_dot["orbitals"] else inf) for v, q in zip(values, wanted, strict=True)]

    return WrongModel(sentence, predict)


def _with_cutoff(change: Callable[[BoxDot], float]) -> Callable[[BoxDot], BoxDot]:
    return lambda dot: {**dot, "cutoff": change(dot)} if dot["kernel"] == "soft-coulomb" else dot


def _of(kernel: str, factor: float) -> Callable[[BoxDot], float]:
    return lambda dot: factor if dot["kernel"] == kernel else 1.0


RIGHT: Final = _model("")
VAGUE: Final[tuple[WrongModel, ...]] = ()
WRONG_MODELS: Final = (
    _model("physicists' order: <pq|rs> in place of (pq|rs)", indices=lambda a: [[p, r, q, s] for p, q, r, s in a]),
    _model("orbitals are counted from zero: n stands for n + 1", indices=lambda a: [[n + 1 for n in q] for q in a]),
    _model("orbitals are counted one too low: n stands for n - 1", indices=lambda a: [[n - 1 for n in q] for q in a]),
    _model(
        "orbitals are counted from the highest down: n stands for M + 1 - n",
        turned=lambda a, M: [[M + 1 - n for n in q] for q in a],
    ),
    _model("the length is missing in the normalisation: the factor is L", factor=lambda dot: dot["length"]),
    _model("the length enters the normalisation twice: the factor is 1/L", factor=lambda dot: 1 / dot["length"]),
    _model("the strength is ignored", dot=lambda dot: {**dot, "strength": 1.0}),
    _model("the strength enters squared", factor=lambda dot: dot["strength"]),
    _model("the kernel holds lambda in place of lambda squared", dot=_with_cutoff(lambda dot: sqrt(dot["cutoff"]))),
    _model("the cutoff is squared once more", dot=_with_cutoff(lambda dot: dot["cutoff"] ** 2)),
    _model("the cutoff is read in units of the length", dot=_with_cutoff(lambda dot: dot["cutoff"] * dot["length"])),
    _model("the cutoff is divided by the length", dot=_with_cutoff(lambda dot: dot["cutoff"] / dot["length"])),
    _model("the factor is 0.5 for the contact kernel, and 1 for others", factor=_of("contact", 0.5)),
    _model("the factor is 2 for the contact kernel, and 1 for others", factor=_of("contact", 2.0)),
    _model("the factor is 0.5 for the soft Coulomb kernel, and 1 for others", factor=_of("soft-coulomb", 0.5)),
    _model("the factor is 2 for the soft Coulomb kernel, and 1 for others", factor=_of("soft-coulomb", 2.0)),
    _model("the interaction is twice too strong: the 1/2 of a sum over pairs, or Rydberg", factor=lambda _: 2.0),
    _model("the interaction is half too weak: a 1/2 too many", factor=lambda _: 0.5),
    _model("the interaction has the wrong sign", factor=lambda _: -1.0),
)

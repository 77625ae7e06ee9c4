"""Wrong models of the parts of dI/dV: the sign of the bias, one barrier for both, other means, other units.

Most of them share out what the shift of population does in another way; the others change all numbers, or the case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from qdverify.protocol.json_types import LeadsQuestion, Question
from qdverify.suite.exact.conductance_parts import PartsReference, bias_falling_on, parts_of, passed_in_levels
from qdverify.suite.finding import Asked
from qdverify.suite.hints.exact_answer import exact_answer
from qdverify.suite.hints.leads import WRONG_CASES, WRONG_TEMPERATURES
from qdverify.suite.hints.typed_questions import leads_question
from qdverify.suite.hints.wrong_models import Prediction, WrongModel

MOST_LEVELS: Final = 24
Pair: TypeAlias = tuple[float, float]
"""A number with what it may be off by."""


@dataclass(frozen=True)
class Right:
    """The right answer to a question.

    Attributes
    ----------
    case
        The question.
    conductance, growth, parts
        The numbers with what each may be off by.
    """

    case: LeadsQuestion
    conductance: Pair
    growth: list[Pair]
    parts: list[Pair]

    @property
    def sign(self) -> float:
        """1 for a bias of at least 0, else -1."""
        mu = {lead["name"]: lead["mu"] for lead in self.case["leads"]}
        return 1.0 if mu["L"] >= mu["R"] else -1.0

    def shared_out(self, values: Sequence[float]) -> list[Pair]:
        """Return other parts, each with the room of its own and of what its level may grow otherwise."""
        left, right, _ = passed_in_levels(self.case)
        largest = max(map(abs, (*left, *right)), default=0.0)
        return [
            (value, 4.0 * room + 2.0 * more * largest)
            for value, (_, room), (_, more) in zip(values, self.parts, self.growth, strict=True)
        ]


Change: TypeAlias = Callable[[Right], tuple[Pair, list[Pair], list[Pair]]]
"""dI/dV, growth and parts as a wrong model has them."""


def _model(
    sentence: str,
    *,
    change: Change = lambda right: (right.conductance, right.growth, right.parts),
    case: Callable[[Question], Question] = lambda case: case,
    solve: Callable[[LeadsQuestion], PartsReference] = parts_of,
) -> WrongModel:
    """Return a wrong model that solves another case, solves it in another way, or changes the answer."""

    def predict(asked: Asked) -> Prediction:
        found = exact_answer(asked, lambda: solve(leads_question(case(asked.params))), most_levels=MOST_LEVELS)
        if found is None:
            return None
        pairs = [(value, found.slack(asked.accuracy, place)) for place, value in enumerate(found.values)]
        growth, parts = ([pairs[place] for place in places] for places in (found.growth, found.parts))
        conductance, growth, parts = change(Right(leads_question(asked.params), pairs[0], growth, parts))
        return [conductance, *growth, *parts]

    return WrongModel(sentence, predict)


def _times(conductance: float, growth: float, parts: float) -> Change:
    return lambda right: (
        _scaled(right.conductance, conductance),
        [_scaled(pair, growth) for pair in right.growth],
        [_scaled(pair, parts) for pair in right.parts],
    )


def _scaled(pair: Pair, factor: float) -> Pair:
    return factor * pair[0], abs(factor) * pair[1]


def _by_signed_bias(right: Right) -> tuple[Pair, list[Pair], list[Pair]]:
    return _times(1.0, right.sign, 1.0)(right)


def _over_kT(right: Right) -> tuple[Pair, list[Pair], list[Pair]]:
    kT = right.case["kT"]
    return _times(kT, kT, kT)(right)


def _as_shares(right: Right) -> tuple[Pair, list[Pair], list[Pair]]:
    total = sum(value for value, _ in right.parts)
    return _times(1.0, 1.0, 1.0 / total if total else 1.0)(right)


def _against(weights: tuple[float, float], mean: Callable[[Right, Sequence[float]], float], *, of: str) -> Change:
    """Return the change that counts what passes at barriers of some weights, against another mean.

    Parameters
    ----------
    of
        "gaining" if levels have a part that gain as |V| grows, "growing" as V does, or "all" levels.
    """

    def changed(right: Right) -> tuple[Pair, list[Pair], list[Pair]]:
        at_left, at_right, _ = passed_in_levels(right.case)
        c = [weights[0] * one + weights[1] * other for one, other in zip(at_left, at_right, strict=True)]
        turned = right.sign if of == "growing" else 1.0
        flipped = Right(right.case, right.conductance, [_scaled(pair, turned) for pair in right.growth], right.parts)
        middle = mean(flipped, c)
        values = [
            right.sign * g * (one - middle) if of == "all" or turned * g > 0.0 else 0.0
            for (g, _), one in zip(right.growth, c, strict=True)
        ]
        return right.conductance, right.growth, right.shared_out(values)

    return changed


def _of_losing(right: Right, c: Sequence[float]) -> float:
    lost = [max(-g, 0.0) for g, _ in right.growth]
    total = sum(lost)
    return sum(amount * one for amount, one in zip(lost, c, strict=True)) / total if total else 0.0


def _current(right: Right, c: Sequence[float]) -> float:
    return sum(P * one for P, one in zip(passed_in_levels(right.case)[2], c, strict=True))


def _nothing(_: Right, __: Sequence[float]) -> float:
    return 0.0


def _first_for_left(case: Question) -> Question:
    return {**case, "leads": [{**lead, "name": name} for lead, name in zip(case["leads"], "LR", strict=True)]}


_BOTH: Final = (0.5, 0.5)
RIGHT: Final = _model("")
WRONG_MODELS: Final = (
    _model("the growth is by V, not by |V|: its sign is wrong below V = 0", change=_by_signed_bias),
    _model(
        "below V = 0 the parts are those of the levels that lose population as |V| grows",
        change=_against(_BOTH, _of_losing, of="growing"),
    ),
    _model(
        "what passes in a level is counted at the left barrier alone", change=_against((1, 0), _of_losing, of="gaining")
    ),
    _model(
        "what passes in a level is counted at the right barrier alone",
        change=_against((0, 1), _of_losing, of="gaining"),
    ),
    _model(
        "the parts are counted against the current, of levels that lose population too",
        change=_against(_BOTH, _current, of="all"),
    ),
    _model(
        "the parts are counted against the current, not what passes in the levels that lose population",
        change=_against(_BOTH, _current, of="gaining"),
    ),
    _model("the parts are dP/dV times what passes in each level", change=_against(_BOTH, _nothing, of="all")),
    _model("the parts have the wrong sign: positive for the level that blocks", change=_times(1.0, 1.0, -1.0)),
    _model("the parts are shares of their sum", change=_as_shares),
    _model("dI/dV and its parts are counted from R to L", change=_times(-1.0, 1.0, -1.0)),
    _model("the factor is 0.5: the spin factor 2 of the rates is missing", change=_times(0.5, 1.0, 0.5)),
    _model("the derivatives are by V/kT, not by V", change=_over_kT),
    _model("a further bias falls on the left lead alone", solve=bias_falling_on("L")),
    _model("a further bias falls on the right lead alone", solve=bias_falling_on("R")),
    _model("the lead that is listed first is taken for L", case=_first_for_left),
    *(_model(sentence, case=case) for sentence, case in (*WRONG_TEMPERATURES, *WRONG_CASES)),
)
VAGUE: Final[tuple[WrongModel, ...]] = ()

"""Wrong models of what is resolved by S_z: the field, the polarisation, which spin is which, and heat in a field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import exp
from typing import Final, TypeAlias

from qdverify.protocol.accuracy import rates_of_spins
from qdverify.protocol.json_types import Question
from qdverify.suite.exact.spin_cases import SPIN_CURRENTS, SPIN_HEAT, SPINS, Spin, SpinReference, solve_spins
from qdverify.suite.exact.transport_reference import UNDERFLOW, allowance
from qdverify.suite.exact.wrong_transport import without_degeneracy
from qdverify.suite.finding import Asked
from qdverify.suite.hints.exact_answer import exact_answer
from qdverify.suite.hints.leads import WRONG_CASES, WRONG_TEMPERATURES
from qdverify.suite.hints.typed_questions import spin_question
from qdverify.suite.hints.wrong_models import Prediction, WrongModel

MOST_LEVELS: Final = 12
Pair: TypeAlias = tuple[float, float]
"""A number with what it may be off by."""
Change: TypeAlias = Callable[[Question], Question]
Rates: TypeAlias = tuple[float, float]
States: TypeAlias = Sequence[Sequence[float]]
Currents: TypeAlias = Mapping[Spin, Mapping[str, Pair]]
Heat: TypeAlias = Callable[[Question, SpinReference], Mapping[str, float]]


def _model(
    sentence: str,
    *,
    case: Change = lambda case: case,
    currents: Callable[[Currents], Currents] = lambda currents: currents,
    populations: Callable[[Question, States], States] = lambda _, populations: populations,
    heat: Heat = lambda _, found: found.heat,
) -> WrongModel:
    """Return a wrong model that solves another case, or changes currents of spins, populations of states or heat."""

    def predict(asked: Asked) -> Prediction:
        found = exact_answer(asked, lambda: solve_spins(spin_question(case(asked.params))), most_levels=MOST_LEVELS)
        if found is None:
            return None
        if asked.task == SPIN_HEAT:
            changed = heat(asked.params, found)
            return [(changed[name], _heat_slack(asked, found, name)) for name in sorted(changed)]
        if asked.task != SPIN_CURRENTS:
            values = [P for states in populations(asked.params, found.populations) for P in states]
            return [(P, allowance(asked.accuracy, P, found.rounding, 1.0) + UNDERFLOW) for P in values]
        answer = currents(
            {
                spin: {name: (value, _slack(asked, found, spin, name)) for name, value in found.currents[spin].items()}
                for spin, _ in SPINS
            }
        )
        return [pair for spin, _ in SPINS for _, pair in sorted(answer[spin].items())]

    return WrongModel(sentence, predict)


def _slack(asked: Asked, found: SpinReference, spin: Spin, name: str) -> float:
    return allowance(asked.accuracy, found.gross[spin][name], found.rounding, found.rounding.current) + UNDERFLOW


def _heat_slack(asked: Asked, found: SpinReference, name: str) -> float:
    of_energies = found.heat_rounding * sum(found.gross[spin][name] for spin, _ in SPINS)
    claimed = allowance(asked.accuracy, found.gross_heat[name], found.rounding, found.natural_heat)
    return claimed + of_energies + UNDERFLOW


def _carrying_field(factor: float) -> Heat:
    """Return the heat of electrons that carry `factor` times what the field adds."""

    def changed(case: Question, found: SpinReference) -> Mapping[str, float]:
        more = 0.5 * (factor - 1.0) * case["zeeman"]
        up, down = found.currents["up"], found.currents["down"]
        return {name: value + more * (up[name] - down[name]) for name, value in found.heat.items()}

    return changed


def _with_work(factor: float) -> Heat:
    """Return the heat with `factor` times the work that electrons take along."""

    def changed(case: Question, found: SpinReference) -> Mapping[str, float]:
        mu = {lead["name"]: factor * lead["mu"] for lead in case["leads"]}
        up, down = found.currents["up"], found.currents["down"]
        return {name: value + mu[name] * (up[name] + down[name]) for name, value in found.heat.items()}

    return changed


def _field_times(factor: float) -> Change:
    return lambda case: {**case, "zeeman": factor * case["zeeman"]}


def _rates(change: Callable[[Rates, Rates], Rates]) -> Change:
    """Return the change of a case that makes the rates of both spins a function of the lead's and the first lead's."""

    def changed(case: Question) -> Question:
        first = rates_of_spins(case["leads"][0])
        leads = []
        for lead in case["leads"]:
            up, down = change(rates_of_spins(lead), first)
            leads.append({**lead, "rate": {"up": up, "down": down}})
        return {**case, "leads": leads}

    return changed


def _like_first(total: Callable[[Rates], float]) -> Callable[[Rates, Rates], Rates]:
    """Return the change that divides the sum of a lead's rates, or what is taken for it, as in the first lead."""

    def changed(rates: Rates, first: Rates) -> Rates:
        share = first[0] / sum(first)
        return total(rates) * share, total(rates) * (1.0 - share)

    return changed


def _times(factor: float) -> Callable[[Currents], Currents]:
    return lambda currents: {
        spin: {name: (factor * value, abs(factor) * slack) for name, (value, slack) in by_lead.items()}
        for spin, by_lead in currents.items()
    }


def _exchanged(currents: Currents) -> Currents:
    return {"up": currents["down"], "down": currents["up"]}


def _halved(currents: Currents) -> Currents:
    up, down = currents["up"], currents["down"]
    both = {name: (0.5 * (up[name][0] + down[name][0]), 0.5 * (up[name][1] + down[name][1])) for name in up}
    return {"up": both, "down": both}


def _shared(share: Callable[[Question, int], Sequence[float]]) -> Callable[[Question, States], States]:
    """Return the change that divides the population of a level among its states by weights."""

    def changed(case: Question, populations: States) -> States:
        found = []
        for level, states in zip(case["levels"], populations, strict=True):
            weights = share(case, level["two_S"])
            found.append([sum(states) * weight / sum(weights) for weight in weights])
        return found

    return changed


def _thermal(case: Question, two_S: int) -> list[float]:
    return [exp(-case["zeeman"] / case["kT"] * (place - two_S / 2)) for place in range(two_S + 1)]


WRONG_SPINS: Final[tuple[tuple[str, Change], ...]] = (
    ("the field is ignored", _field_times(0.0)),
    ("the field lowers spin up: it has the wrong sign", _field_times(-1.0)),
    ("the sign of the field is lost: abs(b) enters", lambda case: {**case, "zeeman": abs(case["zeeman"])}),
    ("the field splits a doublet by b/2, not by b", _field_times(0.5)),
    ("the field splits a doublet by 2b, not by b: sigma = +-1 in place of S_z", _field_times(2.0)),
    ("both spins tunnel at the rate of spin up", _rates(lambda rates, _: (rates[0], rates[0]))),
    ("both spins tunnel at the rate of spin down", _rates(lambda rates, _: (rates[1], rates[1]))),
    (
        "both spins tunnel at the mean of their rates: polarisation is ignored",
        _rates(lambda rates, _: (0.5 * sum(rates), 0.5 * sum(rates))),
    ),
    ("the rates of spin up and of spin down are exchanged", _rates(lambda rates, _: (rates[1], rates[0]))),
    ("all leads are polarised like the first one", _rates(_like_first(sum))),
    ("all leads are polarised like the first one", _rates(_like_first(lambda rates: 2.0 * rates[0]))),
)
"""What may be wrong in the field and the rates for every task on spins, and the case that is solved then."""
RIGHT: Final = _model("")
WRONG_MODELS: Final = (
    *(_model(sentence, case=case) for sentence, case in (*WRONG_SPINS, *WRONG_TEMPERATURES)),
    *(_model(sentence, case=case) for sentence, case in WRONG_CASES if case is not without_degeneracy),
    _model("the currents of spin up and of spin down are exchanged", currents=_exchanged),
    _model("each spin is given half of the current", currents=_halved),
    _model("the factor is 2: the current of a spin is counted twice, or that of both is given", currents=_times(2.0)),
    _model("the factor is 0.5: one of both spins is counted in the rate", currents=_times(0.5)),
    _model("the factor is -1: every current is counted out of the dot, not into it", currents=_times(-1.0)),
    _model(
        "all states of a level are equally populated, as if spins relaxed without a field",
        populations=_shared(lambda _, two_S: [1.0] * (two_S + 1)),
    ),
    _model(
        "the states of a level are populated by Boltzmann factors of the field, as if spins relaxed",
        populations=_shared(_thermal),
    ),
    _model(
        "the population of a level is given for each of its states",
        populations=lambda _, populations: [[sum(states)] * len(states) for states in populations],
    ),
    _model(
        "the states of a level are listed from S_z = S down to -S",
        populations=lambda _, populations: [states[::-1] for states in populations],
    ),
    _model("electrons carry no heat of the field: b sigma/2 is missing", heat=_carrying_field(0.0)),
    _model("the field enters the heat with the wrong sign", heat=_carrying_field(-1.0)),
    _model("energy is given in place of heat: the chemical potential is not subtracted", heat=_with_work(1.0)),
    _model("the chemical potential enters the heat with the wrong sign", heat=_with_work(2.0)),
    _model(
        "the factor is -1: heat is counted into the lead, not out of it",
        heat=lambda _, found: {name: -value for name, value in found.heat.items()},
    ),
)
VAGUE: Final[tuple[WrongModel, ...]] = ()

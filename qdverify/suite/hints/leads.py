"""Wrong models of currents and heat between any number of leads.

Most of them turn the case into another one, whose exact answer the faulty program gives: temperatures and M_ji are
mixed up between leads, or an input is lost. The others change the answer: a sign, or what an electron carries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from qdverify.protocol.json_types import Lead, Question
from qdverify.suite.exact import wrong_transport as wrong
from qdverify.suite.exact.lead_cases import CURRENTS, LeadReference, solve_leads, temperature
from qdverify.suite.exact.transport_reference import UNDERFLOW, allowance
from qdverify.suite.finding import Asked
from qdverify.suite.hints.exact_answer import exact_answer
from qdverify.suite.hints.typed_questions import leads_question
from qdverify.suite.hints.wrong_models import Prediction, WrongModel

MOST_LEVELS: Final = 24
Pair: TypeAlias = tuple[float, float]
"""A number with what it may be off by."""
ByLead: TypeAlias = Mapping[str, Pair]
Change: TypeAlias = Callable[[Question], Question]


def _model(
    sentence: str,
    *,
    case: Change = lambda case: case,
    currents: Callable[[Question, ByLead], ByLead] = lambda _, currents: currents,
    heat: Callable[[Question, ByLead, ByLead], ByLead] = lambda _, heat, currents: heat,
) -> WrongModel:
    """Return a wrong model that solves another case, or changes the currents or the heat of the leads."""

    def predict(asked: Asked) -> Prediction:
        found = exact_answer(asked, lambda: solve_leads(leads_question(case(asked.params))), most_levels=MOST_LEVELS)
        if found is None:
            return None
        flows = {name: (value, _of_current(asked, found, name)) for name, value in found.currents.items()}
        carried = {name: (value, _of_heat(asked, found, name)) for name, value in found.heat.items()}
        answer = currents(asked.params, flows) if asked.task == CURRENTS else heat(asked.params, carried, flows)
        return [answer[name] for name in sorted(answer)]

    return WrongModel(sentence, predict)


def _of_current(asked: Asked, found: LeadReference, name: str) -> float:
    return allowance(asked.accuracy, found.gross[name], found.rounding, found.rounding.current) + UNDERFLOW


def _of_heat(asked: Asked, found: LeadReference, name: str) -> float:
    claimed = allowance(asked.accuracy, found.gross_heat[name], found.rounding, found.natural_heat)
    return claimed + found.heat_rounding * found.gross[name] + UNDERFLOW


def _temperatures(change: Callable[[Sequence[float]], Sequence[float]]) -> Change:
    """Return the change of a case whose leads get temperatures that are a function of all the right ones."""

    def changed(case: Question) -> Question:
        question = leads_question(case)
        others = change([temperature(question, lead) for lead in case["leads"]])
        leads = [{**lead, "kT": kT} for lead, kT in zip(case["leads"], others, strict=True)]
        return {**case, "leads": leads}

    return changed


def _probabilities(change: Callable[[Sequence[float]], Sequence[float]]) -> Change:
    """Return the change of a case whose leads get M_ji that are a function of all the right ones of a transition."""

    def changed(case: Question) -> Question:
        names = [lead["name"] for lead in case["leads"]]
        transitions = [
            {**item, "M": dict(zip(names, change([item["M"][name] for name in names]), strict=True))}
            if isinstance(item["M"], Mapping)
            else item
            for item in case["transitions"]
        ]
        return {**case, "transitions": transitions}

    return changed


def _M_by_place(case: Question) -> Question:
    """Give the leads, as they are listed, the M_ji in the order in which a transition names them."""
    names = [lead["name"] for lead in case["leads"]]
    transitions = [
        {**item, "M": dict(zip(names, item["M"].values(), strict=True))} if isinstance(item["M"], Mapping) else item
        for item in case["transitions"]
    ]
    return {**case, "transitions": transitions}


def _of_each_lead(change: Callable[[Lead], Mapping[str, float]]) -> Change:
    return lambda case: {**case, "leads": [{**lead, **change(lead)} for lead in case["leads"]]}


def own_temperatures_lost(case: Question) -> Question:
    """Take the temperatures of their own from the leads."""
    leads = [{key: value for key, value in lead.items() if key != "kT"} for lead in case["leads"]]
    return {**case, "leads": leads}


def _two_leads(case: Question) -> Question:
    leads = [{**lead, "rate": lead["rate"] if place < 2 else 0.0} for place, lead in enumerate(case["leads"])]
    return {**case, "leads": leads}


def _first(values: Sequence[float]) -> list[float]:
    return [values[0]] * len(values)


def _last(values: Sequence[float]) -> list[float]:
    return [values[-1]] * len(values)


def _mean(values: Sequence[float]) -> list[float]:
    return [sum(values) / len(values)] * len(values)


def _next(values: Sequence[float]) -> list[float]:
    return [*values[1:], *values[:1]]


def _previous(values: Sequence[float]) -> list[float]:
    return [*values[-1:], *values[:-1]]


def _times(values: ByLead, factor: float, but: str = "") -> ByLead:
    """Return numbers times a factor, but for one lead."""
    return {
        name: (value, slack) if name == but else (factor * value, abs(factor) * slack)
        for name, (value, slack) in values.items()
    }


def _carrying(more: Callable[[Question, Lead], float]) -> Callable[[Question, ByLead, ByLead], ByLead]:
    """Return the heat if every electron carries more, by an amount that depends on the lead."""

    def changed(case: Question, heat: ByLead, currents: ByLead) -> ByLead:
        found = {}
        for lead in case["leads"]:
            name, amount = lead["name"], more(case, lead)
            (carried, slack), (current, room) = heat[name], currents[name]
            found[name] = (carried + amount * current, slack + abs(amount) * room)
        return found

    return changed


def _mean_mu(case: Question) -> float:
    return float(sum(lead["mu"] for lead in case["leads"]) / len(case["leads"]))


def _by_place(case: Question, values: ByLead) -> ByLead:
    names = [lead["name"] for lead in case["leads"]]
    return dict(zip(sorted(names), (values[name] for name in names), strict=True))


probabilities_of_first: Final[Change] = _probabilities(_first)
"""Gives all leads the M_ji of the first one."""
probabilities_mean: Final[Change] = _probabilities(_mean)
"""Gives all leads the mean of their M_ji."""
WRONG_CASES: Final[tuple[tuple[str, Change], ...]] = (
    ("the gate has the wrong sign", wrong.gate_times(-1.0)),
    ("the gate is ignored", wrong.gate_times(0.0)),
    ("the gate acts at the first lead in the list alone", wrong.gate_at_first),
    ("the degeneracy factor (2S_i+1)/(2S_j+1) of the way back is missing", wrong.without_degeneracy),
    ("all leads have the M_ji of the first one in the list", probabilities_of_first),
    ("all leads have the mean of their M_ji", probabilities_mean),
    ("each lead has the M_ji of the next one in the list", _probabilities(_next)),
    ("each lead has the M_ji of the one before it in the list", _probabilities(_previous)),
    ("M_ji are given to the leads in the order in which they are written, not by name", _M_by_place),
    ("leads beyond the second are left out", _two_leads),
)
"""What may be wrong in the case for every task on leads, and the case that is solved then."""
WRONG_TEMPERATURES: Final[tuple[tuple[str, Change], ...]] = (
    ("the temperature that a lead has of its own is ignored: all have the common kT", own_temperatures_lost),
    ("all leads have the temperature of the first one in the list", _temperatures(_first)),
    ("all leads have the temperature of the last one in the list", _temperatures(_last)),
    ("all leads have the mean of their temperatures", _temperatures(_mean)),
    ("each lead has the temperature of the next one in the list", _temperatures(_next)),
    ("each lead has the temperature of the one before it in the list", _temperatures(_previous)),
)
"""The same where leads may have temperatures of their own."""
RIGHT: Final = _model("")
WRONG_MODELS: Final = (
    *(_model(sentence, case=case) for sentence, case in (*WRONG_TEMPERATURES, *WRONG_CASES)),
    _model("all leads have the M_ji of the last one in the list", case=_probabilities(_last)),
    _model("the chemical potentials have the wrong sign", case=_of_each_lead(lambda lead: {"mu": -lead["mu"]})),
    _model("the rates enter squared", case=_of_each_lead(lambda lead: {"rate": lead["rate"] ** 2})),
    _model(
        "the factor is -1: every current is counted out of the dot, not into it",
        currents=lambda _, currents: _times(currents, -1.0),
    ),
    _model(
        "the current of the first lead is counted into the dot, that of every other lead out of it",
        currents=lambda case, currents: _times(currents, -1.0, case["leads"][0]["name"]),
    ),
    _model(
        "the factor is 0.5: the spin factor 2 of the rates is missing, or one spin is counted",
        currents=lambda _, currents: _times(currents, 0.5),
    ),
    _model("currents are given to the leads in the order of their names, not by name", currents=_by_place),
    _model(
        "the factor is -1: heat is counted into the lead, not out of it",
        heat=lambda _, heat, __: _times(heat, -1.0),
    ),
    _model(
        "the factor is 0.5: the spin factor 2 of the rates is missing, or heat is counted per spin",
        heat=lambda _, heat, __: _times(heat, 0.5),
    ),
    _model(
        "heat is given to the leads in the order of their names, not by name",
        heat=lambda case, heat, _: _by_place(case, heat),
    ),
    _model(
        "the chemical potential is missing in the heat: what is answered is the energy current",
        heat=_carrying(lambda _, lead: lead["mu"]),
    ),
    _model(
        "the chemical potential enters the heat with the wrong sign", heat=_carrying(lambda _, lead: 2.0 * lead["mu"])
    ),
    _model(
        "heat is counted from the mean chemical potential of the leads, not from that of each lead",
        heat=_carrying(lambda case, lead: lead["mu"] - _mean_mu(case)),
    ),
    _model(
        "heat is counted from the chemical potential of the first lead in the list, not from that of each lead",
        heat=_carrying(lambda case, lead: lead["mu"] - case["leads"][0]["mu"]),
    ),
    _model("the gate is missing in the heat that an electron carries", heat=_carrying(lambda case, _: case["gate"])),
    _model("the gate enters the heat with the wrong sign", heat=_carrying(lambda case, _: 2.0 * case["gate"])),
    _model(
        "gate and chemical potential are missing in the heat that an electron carries",
        heat=_carrying(lambda case, lead: case["gate"] + lead["mu"]),
    ),
)
VAGUE: Final[tuple[WrongModel, ...]] = ()

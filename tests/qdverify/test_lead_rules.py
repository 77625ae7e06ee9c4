"""The rules of many leads and of linear response: page, code, builtin implementation and oracle agree on them."""

import pytest
from rows import over
from rule_pages import stated_rules

from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.protocol.answers import Broken, Unsupported, check_answer
from qdverify.protocol.case import Case
from qdverify.protocol.conductance_parts_rules import CONDUCTANCE_PARTS_RULES
from qdverify.protocol.counted_rules import COUNTED_RULES
from qdverify.protocol.counting_rules import COUNTING_RULES
from qdverify.protocol.input_rules import Kind
from qdverify.protocol.inputs import InvalidInput, check_inputs
from qdverify.protocol.lead_fields import LEAD_FIELDS_QUESTION, LEAD_FIELDS_RULES
from qdverify.protocol.lead_response_rules import LEAD_RESPONSE_QUESTION, LEAD_RESPONSE_RULES
from qdverify.protocol.lead_rules import LEAD_QUESTIONS, LEAD_RULES
from qdverify.protocol.response_rules import RESPONSE_RULES
from qdverify.protocol.spin_response_rules import SPIN_RESPONSE_QUESTION, SPIN_RESPONSE_RULES
from qdverify.protocol.spin_rules import SPIN_QUESTION, SPIN_RULES
from qdverify.reference.oracle import oracle
from qdverify.suite.declare import Scope, select
from qdverify.suite.finding import Verdict
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject

TABLES = {
    "Rules of any number of leads": LEAD_RULES,
    "Rules of spins": SPIN_RULES,
    "Rules of linear response": RESPONSE_RULES,
    "Rules of linear response of leads": LEAD_RESPONSE_RULES,
    "Rules of linear response in a field": SPIN_RESPONSE_RULES,
    "Rules of the parts of dI/dV": CONDUCTANCE_PARTS_RULES,
    "Rules of counted leads": COUNTED_RULES,
    "Rules of counting fields": COUNTING_RULES,
    "Rules of counting fields of leads": LEAD_FIELDS_RULES,
}
ALL = [(rule, example) for table in TABLES.values() for rule in table for example in rule.examples]
IDS = [f"{example.task}: {example.label}" for _, example in ALL]
QUESTION = LEAD_QUESTIONS["lead_currents"]


@pytest.mark.parametrize("heading", TABLES)
def test_the_page_states_each_rule_once_and_no_other(heading):
    """The lists of the section are the table's sentences, in its order."""
    stated = [rule.sentence for kind in Kind for rule in TABLES[heading] if rule.kind is kind]
    assert stated_rules(heading) == stated


@over(("rule", "example"), ALL, ids=IDS)
def test_code_builtin_and_oracle_agree_with_the_table(rule, example):
    """Each refuses what is refused, with a short message, and answers what is valid."""
    builtin = Builtin()
    askers = (check_inputs, lambda task, params: getattr(builtin, task)(**params), lambda *case: oracle(Case(*case)))
    for ask in askers:
        if rule.kind is Kind.REFUSED:
            with pytest.raises(InvalidInput):
                ask(example.task, example.params)
        else:
            ask(example.task, example.params)


@over(("rule", "example"), ALL, ids=IDS)
def test_examples_ask_about_their_rule_alone(rule, example):
    """No level is left alone, as an honest program may refuse that, even without a transition that breaks the rule."""
    params = example.params
    open_leads = {lead["name"] for lead in params["leads"] if lead.get("rate", lead.get("rate_up")) != 0}
    part = list(range(len(params["levels"])))
    for item in params["transitions"]:
        M = item["M"]
        of_leads = [M.get(name, 0.0) for name in open_leads] if isinstance(M, dict) else [M]
        if all(isinstance(number, int | float) and number >= 0 for number in of_leads) and any(of_leads):
            low, high = part[item["from"]], part[item["to"]]
            part = [low if number == high else number for number in part]
    assert len(set(part)) == 1, rule.sentence


def test_exact_numbers_are_read_in_every_place():
    """M_ji of a lead and its temperature may be strings, also if the lead has the name of a field."""
    leads = [{"name": "two_S", "rate": "1/3", "mu": 0, "kT": "0.1"}, {"name": "M", "rate": 1, "mu": "1/7"}]
    transitions = [{"from": 0, "to": 1, "M": {"two_S": "1/9", "M": 1}}]
    exact = Case("lead_currents", {**QUESTION, "leads": leads, "transitions": transitions}).exact
    assert exact["transitions"][0]["M"]["two_S"] * 9 == 1
    assert exact["leads"][0]["kT"] * 10 == exact["leads"][0]["rate"] * 3 == 1


def test_exact_fields_of_leads_are_read():
    """Also of a lead that has the name of a field."""
    leads = [{"name": "name", "rate": 1, "mu": 0}, {"name": "M", "rate": 1, "mu": "1/7"}]
    question = {**LEAD_FIELDS_QUESTION, "leads": leads, "theta": [{"name": "1/3", "M": 0}, {"name": 0.5, "M": "-0.1"}]}
    question["transitions"] = [{**item, "M": 1} for item in question["transitions"]]
    first, second = Case("lead_generating_function", question).exact["theta"]
    assert (first["name"] * 3, second["M"] * 10) == (1, -1)


@pytest.mark.parametrize("values", [None, [], [0.0, 0.0], ["0"], [float("nan")]])
def test_each_set_of_fields_has_one_number(values):
    """Anything else is not the protocol."""
    check_answer("lead_generating_function", LEAD_FIELDS_QUESTION, {"values": [0.25]})
    with pytest.raises(Broken):
        check_answer("lead_generating_function", LEAD_FIELDS_QUESTION, {"values": values})


@pytest.mark.parametrize(
    "currents", [{"source": 0.0, "drain": 0.0}, [0.0, 0.0, 0.0], {"source": 0.0, "drain": 0.0, "probe": "0"}, None]
)
def test_an_answer_has_one_number_for_each_lead(currents):
    """Anything else is not the protocol."""
    with pytest.raises(Broken):
        check_answer("lead_currents", QUESTION, {"currents": currents})


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        ("spin_currents", {"up": {"source": 0.0, "drain": 0.0}}),
        ("spin_currents", {"up": {"source": 0.0, "drain": 0.0}, "down": {"source": 0.0}}),
        ("spin_heat", {"heat": {"source": 0.0}}),
        ("spin_populations", {"populations": [0.25, 0.25, 0.25, 0.25]}),
        ("spin_populations", {"populations": [[0.25], [0.25, 0.25], [0.25], [0.0]]}),
        ("spin_populations", {"populations": [[0.25], [0.25, 0.25], [0.25]]}),
    ],
)
def test_an_answer_on_spins_has_one_number_for_each_lead_or_state(task, answer):
    """Anything else is not the protocol."""
    with pytest.raises(Broken):
        check_answer(task, SPIN_QUESTION, answer)


@pytest.mark.parametrize("rows", [None, [[0.0] * 6] * 5, [[0.0] * 5] * 6, [["0"] * 6] * 6])
def test_the_response_of_leads_is_a_square_matrix(rows):
    """Three leads have six rows of six numbers."""
    with pytest.raises(Broken):
        check_answer("lead_response", LEAD_RESPONSE_QUESTION, {"onsager": rows})
    check_answer("lead_response", LEAD_RESPONSE_QUESTION, {"onsager": [[0.0] * 6] * 6})


@pytest.mark.parametrize("rows", [None, [[0.0] * 4] * 8, [[0.0] * 4] * 3, [["0"] * 4] * 4])
def test_the_response_in_a_field_is_a_square_matrix_of_leads(rows):
    """Two leads have four rows of four numbers, however many spins there are."""
    with pytest.raises(Broken):
        check_answer("spin_response", SPIN_RESPONSE_QUESTION, {"onsager": rows})
    check_answer("spin_response", SPIN_RESPONSE_QUESTION, {"onsager": [[0.0] * 4] * 4})


def test_exact_rates_of_spins_and_fields_are_read():
    """They may be strings, like every other real number of a case."""
    leads = [{"name": "rate", "rate": {"up": "1/3", "down": 1}, "mu": 0}, {"name": "b", "rate": "1/7", "mu": 0}]
    case = Case("spin_currents", {**SPIN_QUESTION, "transitions": [], "leads": leads, "zeeman": "1/9"})
    assert (
        case.exact["leads"][0]["rate"]["up"] * 3 == case.exact["leads"][1]["rate"] * 7 == case.exact["zeeman"] * 9 == 1
    )


class Limited(Builtin):
    """The builtin implementation for two leads, at most."""

    limits = {"leads": 2}


def test_more_leads_than_a_program_takes_are_not_asked_for():
    """The limit is named; a question within it is put."""
    subject = Subject(InProcess(Limited()))
    with pytest.raises(Unsupported, match="3 leads are beyond the limit of 2"):
        subject.ask("lead_currents", **QUESTION)
    assert set(subject.ask("heat_currents", **two_leads())["heat"]) == {"L", "R"}


class OneProbability(Builtin):
    """The builtin implementation for one M_ji at all leads; it declines others, as the page allows."""

    def lead_currents(self, **question):
        if any(isinstance(item["M"], dict) for item in question["transitions"]):
            raise NotImplementedError("one M_ji for all leads")
        return super().lead_currents(**question)


def test_what_a_program_declines_is_no_refusal_of_valid_inputs():
    """Its rules pass or are unsupported; what breaks a rule may be declined too."""
    (check,) = (item for item in select(["leads"], "quick") if item.name == "leads.rules")
    verdicts = {finding.verdict for finding in run_checks(Subject(InProcess(OneProbability())), [check], Scope())}
    assert verdicts == {Verdict.PASS, Verdict.UNSUPPORTED}


class Warm(Builtin):
    """The builtin implementation down to a temperature between those of two leads."""

    limits = {"kT_min": 0.02}


def test_the_coldest_lead_decides_whether_a_case_is_too_cold():
    """A lead's own temperature counts, and the common one only for leads that have none."""
    subject = Subject(InProcess(Warm()))
    with pytest.raises(Unsupported, match=r"kT=0\.0156 is below the limit of 0\.02"):
        subject.ask("lead_currents", **QUESTION)
    warm = [{**lead, "kT": 0.03125} for lead in QUESTION["leads"]]
    assert len(subject.ask("lead_currents", **{**QUESTION, "leads": warm})["currents"]) == 3


def two_leads():
    leads = [{"name": "L", "rate": 1.0, "mu": 0.0}, {"name": "R", "rate": 1.0, "mu": 0.125}]
    return {**QUESTION, "leads": leads, "transitions": QUESTION["transitions"][:1], "levels": QUESTION["levels"][:2]}

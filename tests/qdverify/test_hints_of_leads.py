"""Wrong programs between many leads, in linear response and in counting, beyond the catalogue: named rightly or not."""

from dataclasses import dataclass

import numpy as np
import pytest
from judging import caught_and_hinted
from shared_answers import sharing

from qdverify.faults.fault import Fault
from qdverify.implementations.builtin import Builtin
from qdverify.suite.declare import select
from qdverify.suite.exact.spin_cases import as_levels
from qdverify.suite.finding import Stage


@dataclass(frozen=True)
class Program:
    """A wrong program: the task that it answers wrongly, how, and the words of which every hint must hold one."""

    task: str
    change: object
    words: tuple[str, ...]
    checks: tuple[str, ...]


def of_leads(change):
    """Return the change of a question that gives every lead other properties."""
    return lambda right, **question: right(
        **{**question, "leads": [change(lead, question) for lead in question["leads"]]}
    )


def _mean_M(right, **question):
    def mean(M):
        return sum(M.values()) / len(M) if isinstance(M, dict) else M

    return right(**{**question, "transitions": [{**item, "M": mean(item["M"])} for item in question["transitions"]]})


def _last_temperature(right, **question):
    last = question["leads"][-1].get("kT", question["kT"])
    return right(**{**question, "leads": [{**lead, "kT": last} for lead in question["leads"]]})


def _wrong_mu_in_heat(right, **question):
    flows = right.__self__.lead_currents(**question)["currents"]
    heat = right(**question)["heat"]
    return {
        "heat": {lead["name"]: heat[lead["name"]] + 2 * lead["mu"] * flows[lead["name"]] for lead in question["leads"]}
    }


def _of_cumulants(change):
    return lambda right, **question: {"cumulants": list(change(*right(**question)["cumulants"]))}


def _of_response(change):
    return lambda right, **question: change(right(**question), question["kT"])


def _counted(change):
    """Return the change of each cumulant to a function of that of all counted leads and those of each."""

    def answered(right, **question):
        together = right(**question)["cumulants"]
        each = [right(**{**question, "counted": [name]})["cumulants"] for name in question["counted"]]
        return {"cumulants": [change(together[k], [three[k] for three in each]) for k in range(3)]}

    return answered


def _series(orders):
    def function(right, **question):
        theta = question["theta"]
        case = {name: value for name, value in question.items() if name != "theta"}
        cumulants = right.__self__.cumulants(**case)["cumulants"][:orders]
        factorial = (1, 2, 6)
        return {"values": [sum(c * t ** (k + 1) / factorial[k] for k, c in enumerate(cumulants)) for t in theta]}

    return function


def _fields(change):
    """Return the change of every set of fields to a function of it and of the names of the leads in their order."""

    def answered(right, **question):
        names = [lead["name"] for lead in question["leads"]]
        right(**question)  # refuses what is invalid
        changed = [change(row, names) for row in question["theta"]]
        kept = [{name: max(-100.0, min(100.0, field)) for name, field in row.items()} for row in changed]
        return right(**{**question, "theta": kept})

    return answered


def _holes(answer, _):
    (L11, L12), (L21, L22) = answer["onsager"]
    return {**answer, "onsager": [[L11, -L12], [-L21, L22]], "thermopower": -answer["thermopower"]}


def _off_diagonal(answer, kT):
    (L11, L12), (L21, L22) = answer["onsager"]
    return {**answer, "onsager": [[L11, L12 / kT], [L21 / kT, L22]]}


def _matrix(change):
    """Return the change of Onsager's matrix by a function of question and matrix."""
    return lambda right, **question: {"onsager": np.asarray(change(question, right(**question)["onsager"])).tolist()}


def _lead_by_lead(case, rows):
    n = len(case["leads"])
    order = [half * n + lead for lead in range(n) for half in (0, 1)]
    return np.array(rows)[np.ix_(order, order)]


def _of_each_spin(more):
    """Return the change of the response in which electrons of spin sigma carry more heat, by a function of both."""

    def answered(right, **question):
        n = len(question["leads"])
        right(**question)  # refuses what is invalid
        states = as_levels(question)
        matrix = np.array(Builtin().lead_response(**states)["onsager"])
        added = np.repeat([more(question, 1), more(question, -1)], n)
        turn = np.eye(4 * n)
        turn[2 * n :, : 2 * n] = np.diag(added)
        matrix = turn @ matrix @ turn.T
        return {"onsager": matrix.reshape(2, 2, n, 2, 2, n).sum(axis=(1, 4)).reshape(2 * n, 2 * n).tolist()}

    return answered


def _merit_of(merit):
    """Return the change of the figure of merit, where it is finite, to a function of S, L11, K and kT."""

    def changed(answer, kT):
        if answer["figure_of_merit"] is None:
            return answer
        S, K = answer["thermopower"], answer["heat_conductance"]
        return {**answer, "figure_of_merit": merit(S, answer["onsager"][0][0], K, kT)}

    return changed


SPINS, MERIT = ("zeeman.response-*",), ("thermoelectric.merit", "thermoelectric.merit-enclosed")
LEADS, HEAT, RESPONSE, COUNTING = ("leads.pairs",), ("heat.pairs",), ("thermoelectric.moments",), ("counting.*",)
PROGRAMS = {
    "temperature-of-last-lead": Program("heat_currents", _last_temperature, ("the last one",), HEAT),
    "mean-probability": Program("lead_currents", _mean_M, ("the mean of their M_ji",), LEADS),
    "mu-added-to-heat": Program(
        "heat_currents", _wrong_mu_in_heat, ("potential enters the heat with the wrong",), HEAT
    ),
    "mu-turned": Program(
        "lead_currents",
        of_leads(lambda lead, _: {**lead, "mu": -lead["mu"]}),
        ("potentials have the wrong sign",),
        LEADS,
    ),
    "thermopower-in-energy": Program(
        "linear_response",
        _of_response(lambda answer, kT: {**answer, "thermopower": answer["thermopower"] * kT}),
        ("the thermopower lacks the division",),
        RESPONSE,
    ),
    "holes": Program("linear_response", _of_response(_holes), ("sign of holes",), RESPONSE),
    "off-diagonal-without-kT": Program(
        "linear_response", _of_response(_off_diagonal), ("off-diagonal entries lack",), RESPONSE
    ),
    "factorial-third": Program(
        "cumulants",
        _of_cumulants(lambda I_c, S, c: (I_c, S, c - 3 * S + 2 * I_c)),
        ("third cumulant is factorial",),
        COUNTING,
    ),
    "counted-from-R": Program(
        "cumulants", _of_cumulants(lambda I_c, S, c: (-I_c, S, -c)), ("counted from R to L",), COUNTING
    ),
    "gaussian": Program("generating_function", _series(2), ("ends with the noise",), COUNTING),
    "three-cumulants": Program("generating_function", _series(3), ("ends with the third cumulant",), COUNTING),
    "last-counted-lead": Program(
        "lead_cumulants", _counted(lambda _, each: each[-1]), ("only the last of the counted leads",), COUNTING
    ),
    "cross-term-turned": Program(
        "lead_cumulants",
        _counted(lambda whole, each: 2 * sum(each) - whole),
        ("correlations between counted leads have the wrong sign",),
        COUNTING,
    ),
    "third-without-3!": Program(
        "lead_cumulants", _of_cumulants(lambda I_c, S, c: (I_c, S, c / 6)), ("a factor 3! is missing",), COUNTING
    ),
    "third-of-imaginary-field": Program(
        "lead_cumulants", _of_cumulants(lambda I_c, S, c: (I_c, S, -c)), ("that of i^3 = -i",), COUNTING
    ),
    "first-lead-s-probabilities": Program(
        "lead_cumulants",
        lambda right, **question: right(
            **{
                **question,
                "transitions": [
                    {**item, "M": next(iter(item["M"].values())) if isinstance(item["M"], dict) else item["M"]}
                    for item in question["transitions"]
                ],
            }
        ),
        ("M_ji of the first one in the list",),
        COUNTING,
    ),
    "field-of-last-lead-alone": Program(
        "lead_generating_function",
        _fields(lambda row, names: {**dict.fromkeys(row, 0.0), names[-1]: row[names[-1]]}),
        ("only the last lead in the list has a field",),
        COUNTING,
    ),
    "field-of-first-lead-turned": Program(
        "lead_generating_function",
        _fields(lambda row, names: {**row, names[0]: -row[names[0]]}),
        ("the field of the first lead in the list has the wrong sign",),
        COUNTING,
    ),
    "fields-doubled": Program(
        "lead_generating_function",
        _fields(lambda row, _: {name: 2 * field for name, field in row.items()}),
        ("all fields are doubled",),
        ("counting.fields-exact",),
    ),
    "response-lead-by-lead-in-a-field": Program(
        "spin_response", _matrix(_lead_by_lead), ("follow each other lead by lead",), SPINS
    ),
    "response-without-heat-of-the-field": Program(
        "spin_response",
        _of_each_spin(lambda case, sigma: -sigma * case["zeeman"] / 2),
        ("no heat of the field", "every value is 0"),
        SPINS,
    ),
    "response-with-heat-of-the-field-turned": Program(
        "spin_response",
        _of_each_spin(lambda case, sigma: -sigma * case["zeeman"]),
        ("heat with the wrong sign",),
        SPINS,
    ),
    "response-with-forces-in-energy": Program(
        "spin_response",
        _matrix(lambda case, rows: np.array(rows) * np.repeat([1 / case["kT"], 1.0], len(rows) // 2)),
        ("potential is taken as d mu",),
        SPINS,
    ),
    "field-turned-in-response": Program(
        "spin_response",
        lambda right, **question: right(**{**question, "zeeman": -question["zeeman"]}),
        ("the field lowers spin up",),
        SPINS,
    ),
    "merit-with-thermopower-alone": Program(
        "linear_response",
        _of_response(_merit_of(lambda S, L11, K, _: abs(S) * L11 / K)),
        ("figure of merit is not squared",),
        MERIT,
    ),
    "merit-without-heat-conductance": Program(
        "linear_response",
        _of_response(_merit_of(lambda S, L11, K, _: S**2 * L11)),
        ("lacks the division by the heat conductance",),
        MERIT,
    ),
    "gate-turned-in-response": Program(
        "linear_response",
        lambda right, **question: right(**{**question, "gate": -question["gate"]}),
        ("the gate has the wrong sign",),
        ("thermoelectric.moments", "thermoelectric.smallest-linear-response"),
    ),
    # no model has these: nothing may be said of them but what the numbers show
    "fields-of-neighbours": Program(
        "lead_generating_function",
        _fields(lambda row, names: {name: row[names[k - 1]] + 0.5 for k, name in enumerate(names)}),
        (),
        ("counting.fields-exact",),
    ),
    "third-power-of-noise": Program("cumulants", _of_cumulants(lambda I_c, S, c: (I_c, S, c + S**3)), (), COUNTING),
    "cross-term-alone": Program(
        "lead_cumulants",
        _counted(lambda whole, each: whole - sum(each) / 2),
        (),
        ("counting.leads-exact",),
    ),
    "merit-of-a-mean": Program(
        "linear_response", _of_response(_merit_of(lambda S, L11, K, kT: S**2 * L11 / (K + L11 * kT))), (), MERIT
    ),
    "response-of-a-shifted-field": Program(
        "spin_response",
        lambda right, **question: right(**{**question, "zeeman": question["zeeman"] + question["kT"] / 3}),
        (),
        ("zeeman.response-one-level",),
    ),
    "probability-of-strongest-lead": Program(
        "lead_currents",
        lambda right, **question: right(
            **{
                **question,
                "transitions": [
                    {**item, "M": max(item["M"].values()) if isinstance(item["M"], dict) else item["M"]}
                    for item in question["transitions"]
                ],
            }
        ),
        (),
        LEADS,
    ),
}


SAMPLE = ("temperature-of-last-lead", "mu-turned", "holes", "third-power-of-noise", "cross-term-turned")


@pytest.mark.parametrize(
    "name", [name if name in SAMPLE else pytest.param(name, marks=pytest.mark.slow) for name in PROGRAMS]
)
def test_the_hints_for_a_wrong_program_are_right(name):
    """Every hint holds one of the words that are true, and there is one if a model tells."""
    program = PROGRAMS[name]
    fault = Fault(name, Stage.CURRENT, program.task, "wrong", program.change)
    checks = [item for item in select(None, "quick", list(program.checks)) if program.task in item.tasks]
    caught, said = caught_and_hinted(sharing(fault), checks)
    assert caught
    assert not {check: hint for check, hint in said.items() if not any(word in hint for word in program.words)}
    assert bool(said) is bool(program.words)

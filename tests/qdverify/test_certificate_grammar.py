"""Each rule of the grammar, broken alone: whatever else would notice later, the rule itself rejects, and says so."""

import json
from copy import deepcopy
from typing import Any

import pytest
from forgery_bases import bases
from rows import over

from qdverify.certificate import given_levels, grammar
from qdverify.certificate.check import check
from qdverify.certificate.claims import check_balls
from qdverify.certificate.grammar import RejectedError

DOT = {"length": "1", "cutoff": "1/10", "orbitals": 3, "kernel": "soft-coulomb", "strength": "1"}
LEADS = [{"name": "L", "rate": "1", "mu": "0"}, {"name": "R", "rate": 2, "mu": 0.5}]
LEVEL = {"two_S": 1, "parity": 1, "vector": "1 -a f"}
EVIDENCE = {"electrons": 3, "ceiling": "5/2", "limit": 9, "levels": [LEVEL]}


def evidence(value: Any) -> grammar.Evidence:
    """Read evidence of three electrons in three orbitals with three or four numbers in a vector."""
    return grammar.evidence(value, 3, 3, {1: 3, -1: 4})


READERS = {
    "real": lambda value: grammar.real(value, "x"),
    "positive": lambda value: grammar.positive(value, "x"),
    "non-negative": lambda value: grammar.non_negative(value, "x"),
    "decimal": lambda value: grammar.decimal(value, "x"),
    "count": lambda value: grammar.count(value, "x", 2, 5),
    "items": lambda value: grammar.items(value, "x", 1, 2),
    "fields": lambda value: grammar.fields(value, "x", ("a", "b")),
    "ball": lambda value: grammar.ball(value, "x"),
    "dot": grammar.dot,
    "leads": grammar.leads,
    "spin": lambda value: grammar.spin(value, 3, 3),
    "parity": grammar.parity,
    "evidence": evidence,
    "file": grammar.read,
    "chain": given_levels._chain,
}
BALL = {"mid": "1", "rad": "1e-3"}
LEVELS = [{"electrons": N, "energy": "0", "two_S": N % 2} for N in (0, 1, 2)]
EDGES = [{"from": 0, "to": 1, "M": "1"}, {"from": 1, "to": 2, "M": "0"}]
CHAIN = {"levels": LEVELS, "transitions": EDGES, "leads": LEADS, "kT": "1/20", "gate": "-1"}
ACCEPTED = [
    ("real", ["1", "-1/3", 2, 0.5, "1e-20", ".5", "5.", "+3", "007", 0]),
    ("positive", ["1"]),
    ("non-negative", ["0", 1]),
    ("decimal", ["-1e20000", "1E-0005", "1/0003"]),
    ("count", [2, 5]),
    ("items", [[1], [1, 2]]),
    ("fields", [{"a": 1, "b": 2}]),
    ("ball", [BALL, {"mid": "-1/3", "rad": "0"}]),
    ("dot", [DOT, {**DOT, "kernel": "contact", "cutoff": 0}, {**DOT, "strength": "-2", "orbitals": 62}]),
    ("leads", [LEADS, LEADS[::-1]]),
    ("spin", [1, 3]),
    ("parity", [1, -1]),
    ("evidence", [EVIDENCE, {**EVIDENCE, "ceiling": None}, {**EVIDENCE, "levels": [{**LEVEL, "two_S": 3}]}]),
    ("chain", [CHAIN, {**CHAIN, "transitions": []}, {**CHAIN, "kT": 0.5, "gate": 0}]),
    ("file", [b'{"a": [1, {"b": "]]"}]}', b'"' + b"[" * 100 + b'"', b"[" * 16 + b"]" * 16]),
]
REJECTED = [
    ("real", [True, None, [1], {}, float("inf"), float("nan"), "1e401", "1e-401", "-1e401"], "number|finite|beyond"),
    ("real", [10**401, "0.0" + "0" * 400 + "1"], "beyond"),
    ("positive", ["0", "-1", 0, -0.5, "-0"], "must be positive"),
    ("non-negative", ["-1e-300", -1], "must not be negative"),
    ("decimal", [1, None, 0.5, True], "must be a string"),
    ("decimal", ["1" * 4001, " " * 4001], "more than 4000 characters"),
    (
        "decimal",
        ["", "-", ".", "e5", "1e", "1/0", "1/-2", "1/2/3", "1/2e3", "0x1", "1_0", " 1", "1 ", "1\n"],
        "is no dec",
    ),
    (
        "decimal",
        ["\u0661", "\uff11", "1\u00b2", "\u22121", "inf", "nan", "1,5", "1e1.5", "--1", "+-1"],
        "is no decimal",
    ),
    ("decimal", ["1e20001", "1e-20001", "0e999999999999", "1e" + "9" * 3000], "exponent is beyond"),
    ("count", ["3", 3.0, True, None, [3]], "must be an integer"),
    ("count", [1, 6, -3, 10**500], "must be between 2 and 5"),
    ("items", [(1,), {"a": 1}, "a", None], "must be a list"),
    ("items", [[], [1, 2, 3]], "must have 1 to 2 elements"),
    ("fields", [[], "a", None], "must be an object"),
    ("fields", [{"a": 1}, {}], "is missing"),
    ("fields", [{"a": 1, "b": 1, "c": 1}, {"a": 1, "b": 1, "A": 1}, {"a": 1, "b": 1, "": 1}], "is unknown"),
    ("ball", [{**BALL, "rad": "-1e-3"}, {**BALL, "rad": "-1/3"}], "is negative"),
    ("ball", [{**BALL, "rad": 1}, {**BALL, "mid": 1}, {**BALL, "rad": None}], "must be a string"),
    ("ball", [{"mid": "1"}, {**BALL, "x": "1"}, "1", None], "missing|unknown|an object"),
    ("dot", [{**DOT, "kernel": "coulomb"}, {**DOT, "kernel": "None"}, {**DOT, "kernel": ""}], "must be one of"),
    ("dot", [{**DOT, "length": "0"}, {**DOT, "length": "-1"}], "length=.* must be positive"),
    ("dot", [{**DOT, "cutoff": "0"}, {**DOT, "cutoff": "-1"}], "cutoff=.* must be positive"),
    ("dot", [{**DOT, "kernel": "contact", "cutoff": "-1"}], "cutoff=.* must not be negative"),
    ("dot", [{**DOT, "orbitals": 0}, {**DOT, "orbitals": 63}], "orbitals=.* must be between"),
    ("dot", [{**DOT, "orbitals": "3"}, {**DOT, "orbitals": 3.0}], "must be an integer"),
    ("leads", [[], LEADS[:1], [*LEADS, LEADS[0]]], "must have 2 to 2"),
    ("leads", [[LEADS[0], LEADS[0]], [LEADS[1], LEADS[1]]], "the two leads must be L and R"),
    ("leads", [[LEADS[0], {**LEADS[1], "name": name}] for name in ("l", "", "RL", 1, None)], "named L or R"),
    ("leads", [[LEADS[0], {**LEADS[1], "rate": rate}] for rate in ("0", "-1", 0, -2.5)], "rate=.* must be positive"),
    ("leads", [[LEADS[0], {**LEADS[1], "mu": mu}] for mu in (None, True, "x")], "mu"),
    ("spin", [0, 2], "is no spin of 3 electrons"),
    ("spin", [-1, 5, 10**9], "must be between 0 and 3"),
    ("spin", ["1", 1.0, True], "must be an integer"),
    ("parity", [0, 2, -2, True, 1.0, "1", None], "must be 1 or -1"),
    ("evidence", [{**EVIDENCE, "electrons": other} for other in (2, 4)], "of other electrons"),
    (
        "evidence",
        [{**EVIDENCE, "ceiling": ceiling} for ceiling in (2, 2.5, True, [])],
        "must be a string with a number",
    ),
    ("evidence", [{**EVIDENCE, "ceiling": ceiling} for ceiling in ("", "x", "1e500")], "decimal|beyond"),
    ("evidence", [{**EVIDENCE, "limit": limit} for limit in (-1, 10**10)], "must be between"),
    ("evidence", [{**EVIDENCE, "levels": []}, {**EVIDENCE, "levels": [LEVEL] * 2001}], "elements"),
    ("evidence", [{**EVIDENCE, "levels": [{**LEVEL, "two_S": two_S}]} for two_S in (-1, 5)], "must be between 0 and 3"),
    ("evidence", [{**EVIDENCE, "levels": [{**LEVEL, "two_S": two_S}]} for two_S in (0, 2)], "is no spin"),
    ("evidence", [{**EVIDENCE, "levels": [{**LEVEL, "parity": -1}]}], "must have 4 numbers, not 3"),
    (
        "evidence",
        [{**EVIDENCE, "levels": [{**LEVEL, "vector": v}]} for v in ("1 2", "1 2 3 4", "")],
        "must have 3 numbers",
    ),
    (
        "evidence",
        [
            {**EVIDENCE, "levels": [{**LEVEL, "vector": v}]}
            for v in ("1 2 ", "1 2 G", "1 2 F", "1 2 0x3", "1 2 --3", "1 2 +3", "1 2 " + "f" * 1501, "1 2 \u0663")
        ],
        "hexadecimal integers of at most 1500",
    ),
    ("evidence", [{**EVIDENCE, "levels": [{**LEVEL, "vector": "0 0 -0"}]}], "must not be zero"),
    ("evidence", [{**EVIDENCE, "levels": [{**LEVEL, "vector": [1, 2, 3]}]}], "must be a string"),
    ("chain", [{**CHAIN, "transitions": [{**EDGES[0], "M": M}, EDGES[1]]} for M in ("-1", -1e-9)], "M=-.* not be neg"),
    ("chain", [{**CHAIN, "transitions": [*EDGES, edge]} for edge in EDGES], "is listed twice"),
    (
        "chain",
        [{**CHAIN, "transitions": [{**EDGES[0], "from": i, "to": j}]} for i, j in ((1, 0), (0, 0), (0, 2), (2, 1))],
        "must add one electron",
    ),
    ("chain", [{**CHAIN, "transitions": [{**EDGES[0], "to": j}]} for j in (-1, 3)], "to=.* must be between 0 and 2"),
    ("chain", [{**CHAIN, "levels": [{**LEVELS[0], "electrons": -1}, *LEVELS[1:]]}], "electrons=-1 must"),
    (
        "chain",
        [{**CHAIN, "levels": [*LEVELS[:2], {**LEVELS[2], "two_S": S}]} for S in (-2, 4)],
        "two_S=.* must be betw",
    ),
    ("chain", [{**CHAIN, "levels": [*LEVELS[:2], {**LEVELS[2], "two_S": 1}]}], "is no spin"),
    ("chain", [{**CHAIN, "levels": []}], "levels must have 1 to"),
    ("chain", [{**CHAIN, "kT": kT} for kT in ("0", "-1/20", -0.5)], "kT=.* must be positive"),
    ("file", [b"[" * 17 + b"]" * 17, b'{"a":' * 17 + b"1" + b"}" * 17], "nested 17 deep"),
    ("file", [b'{"a": 1, "a": 1}', b'[{"b": {"a": 1, "c": 2, "a": 1}}]', b'{"a": 1, "\\u0061": 1}'], "a key twice"),
    ("file", [b"[NaN]", b"[Infinity]", b"[-Infinity]"], "is no number"),
    ("file", [b"[" + b"1" * 4001 + b"]", b"[-" + b"1" * 4000 + b"]"], "more than 4000 characters"),
    (
        "file",
        [b"[1", b"", b"[01]", b"[+1]", b"[.5]", b"[1.]", b"[1]]", b"'a'", b"[1,]", b"[\xff]", b"[1] x"],
        "no JSON",
    ),
]


@over(("reader", "values"), ACCEPTED, ids=[name for name, _ in ACCEPTED])
def test_what_follows_the_rules_is_read(reader: str, values: list) -> None:
    """The values that the rejected ones below differ from."""
    for value in values:
        READERS[reader](value)


@over(("reader", "values", "complaint"), REJECTED, ids=[f"{r[0]}-{r[2][:20]}" for r in REJECTED])
def test_one_broken_rule_is_rejected_by_that_rule(reader: str, values: list, complaint: str) -> None:
    """Not by what would fail later: with the rule left out, the value would be read, or end in another error."""
    for value in values:
        with pytest.raises(RejectedError, match=complaint):
            READERS[reader](deepcopy(value))


def test_exact_values_are_those_of_the_text() -> None:
    """A double is the number that it stores, a string the number that it says."""
    assert grammar.real(0.1, "x") != grammar.real("0.1", "x") == grammar.real("1/10", "x")
    read = evidence(EVIDENCE)
    assert (read.ceiling, read.limit, read.vectors[0].numbers) == (grammar.real("5/2", "x"), 9, (1, -10, 15))


def test_as_many_balls_are_compared_as_are_proven() -> None:
    """One more or one fewer is rejected."""
    one = grammar.real("1", "x")
    check_balls([BALL], [one], "x")
    for stated in ([], [BALL, BALL]):
        with pytest.raises(RejectedError, match="1 numbers are proven"):
            check_balls(stated, [one], "x")


@pytest.mark.parametrize("old", ['"energy": 0,', '"gate": "1/2"', '"kT": "1/20"', '"mu": "1/4"'])
@pytest.mark.parametrize("new", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", '"NaN"', '"inf"'])
def test_no_number_is_taken_for_one(old: str, new: str) -> None:
    """Whatever a parser makes of it, a value that is no finite number is rejected, with the hash as it was."""
    text = json.dumps(bases()["current"])
    assert old in text
    changed = text.replace(old, old.partition(":")[0] + ": " + new + ("," if old.endswith(",") else ""), 1)
    with pytest.raises(RejectedError, match=r"number|finite|decimal|hash|JSON"):
        check(grammar.read(changed.encode()))

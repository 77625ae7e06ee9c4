"""Changes of the form of a certificate of a dot given by its integrals, one by one: all of them must be rejected."""

import copy
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from forgery_tools import Document, put

BAD_NUMBERS = (True, "", "x", "nan", "inf", "1/0", [], {}, "1e99999", "1e20001", " 1", "0x1", "1_0", "1.5.0")
BAD_COUNTS = (None, True, "1", 1.0, -1, 10**9 + 1, 10**20, [], {})
INPUTS = ("case", "inputs")
DOT = (*INPUTS, "dot")
COUNTS: tuple[tuple[Any, ...], ...] = (
    (*DOT, "orbitals"),
    *((*DOT, "two_body", 0, place) for place in range(4)),
    (*DOT, "irreps", 1),
    (*INPUTS, "electrons"),
    ("evidence", 0, "electrons"),
    ("evidence", 0, "levels", 0, "two_S"),
    ("evidence", 0, "levels", 0, "irrep"),
    *(("values", "spectra", 0, 0, "members", 0, place) for place in range(3)),
    ("digits",),
)
NUMBERS: tuple[tuple[Any, ...], ...] = (
    (*DOT, "core"),
    (*DOT, "one_body", 0, 0),
    (*DOT, "two_body", 0, 4),
    (*DOT, "weights", "L", 0),
    ("evidence", 0, "ceiling"),
)


def dot_in(document: Document) -> dict[str, Any]:
    dot: dict[str, Any] = document["case"]["inputs"]["dot"]
    return dot


def malformed(base: Document) -> Iterator[tuple[str, Document]]:
    """Yield labels and documents: each rule of the form broken by itself, in a dot of three orbitals with irreps."""
    for place, bad in [(place, bad) for place in COUNTS for bad in BAD_COUNTS]:
        document = copy.deepcopy(base)
        put(document, place, bad)
        yield f"form: {'/'.join(map(str, place))} is {bad!r}", document
    for place, bad in [(place, bad) for place in NUMBERS for bad in BAD_NUMBERS]:
        document = copy.deepcopy(base)
        put(document, place, bad)
        yield f"form: {'/'.join(map(str, place))} is {bad!r}", document
    for name, change in {**OF_THE_DOT, **OF_THE_REST}.items():
        document = copy.deepcopy(base)
        change(dot_in(document) if name in OF_THE_DOT else document)
        yield f"form: {name}", document


def _shifted(h: list[list[Any]], by: Any) -> None:
    h[0][2] = str(Fraction(h[0][2]) + by)


Change = Callable[[dict[str, Any]], Any]
OF_THE_DOT: dict[str, Change] = {
    "no kind": lambda dot: dot.pop("kind"),
    "kind box": lambda dot: dot.update(kind="box"),
    "kind null": lambda dot: dot.update(kind=None),
    "no orbitals": lambda dot: dot.pop("orbitals"),
    "no one_body": lambda dot: dot.pop("one_body"),
    "no two_body": lambda dot: dot.pop("two_body"),
    "a length": lambda dot: dot.update(length=1),
    "a kernel": lambda dot: dot.update(kernel="none"),
    "orbitals too few": lambda dot: dot.update(orbitals=2),
    "orbitals too many": lambda dot: dot.update(orbitals=4),
    "65 orbitals": lambda dot: dot.update(orbitals=65, one_body=[[0] * 65] * 65, irreps=[1] * 65, weights={}),
    "a row of h too few": lambda dot: dot["one_body"].pop(),
    "a row of h too many": lambda dot: dot["one_body"].append([0, 0, 0]),
    "a short row of h": lambda dot: dot["one_body"][0].pop(),
    "h as an object": lambda dot: dot.update(one_body={}),
    "h not symmetric": lambda dot: _shifted(dot["one_body"], 1),
    "h not symmetric in its last digit": lambda dot: _shifted(dot["one_body"], Fraction(1, 10**40)),
    "h that the irreps forbid": lambda dot: [dot["one_body"][p].__setitem__(1 - p, "1e-30") for p in (0, 1)],
    "two_body as an object": lambda dot: dot.update(two_body={}),
    "an entry of four": lambda dot: dot["two_body"][0].pop(),
    "an entry of six": lambda dot: dot["two_body"][0].append(0),
    "orbital 0": lambda dot: dot["two_body"].append([0, 1, 1, 1, 0]),
    "orbital 0, and its neighbour": lambda dot: dot["two_body"].append([0, 0, 0, 0, 0]),
    "orbital 4": lambda dot: dot["two_body"].append([4, 1, 1, 1, 0]),
    "orbital 4 four times": lambda dot: dot["two_body"].append([4, 4, 4, 4, 0]),
    "an integral twice": lambda dot: dot["two_body"].append(dot["two_body"][-1]),
    "an integral twice, p and q exchanged": lambda dot: _again(dot, [1, 0, 2, 3]),
    "an integral twice, r and s exchanged": lambda dot: _again(dot, [0, 1, 3, 2]),
    "an integral twice, pairs exchanged": lambda dot: _again(dot, [2, 3, 0, 1]),
    "an integral twice, another value": lambda dot: dot["two_body"].append([*dot["two_body"][-1][:4], "9"]),
    "an integral that the irreps forbid": lambda dot: dot["two_body"].append([1, 1, 1, 2, "1e-30"]),
    "irreps too few": lambda dot: dot.update(irreps=[1, 2]),
    "irreps too many": lambda dot: dot.update(irreps=[1, 2, 1, 1]),
    "irreps as a string": lambda dot: dot.update(irreps="121"),
    "irreps null": lambda dot: dot.update(irreps=None),
    "irrep 0": lambda dot: dot.update(irreps=[0, 2, 0]),
    "irrep 9": lambda dot: dot.update(irreps=[9, 2, 9]),
    "irreps 9 and 10": lambda dot: dot.update(irreps=[9, 10, 9]),
    "core null": lambda dot: dot.update(core=None),
    "weights null": lambda dot: dot.update(weights=None),
    "weights as a list": lambda dot: dot.update(weights=[1, 1, 1]),
    "weights as a number": lambda dot: dot["weights"].update(L=1),
    "weights too few": lambda dot: dot["weights"]["L"].pop(),
    "weights too many": lambda dot: dot["weights"]["R"].append(1),
    "weights of a third lead": lambda dot: dot["weights"].update(G=[1, 1, 1]),
    "weights of a long denominator": lambda dot: dot["weights"].update(R=[0, 0, f"{2**4120}/{3**2600}"]),
    "weights that span too much": lambda dot: dot["weights"].update(R=["1e300", "0", f"{2**3960}/{3**2500}"]),
}
OF_THE_REST: dict[str, Change] = {
    "a limit": lambda document: document["evidence"][0].update(limit=9),
    "no ceiling": lambda document: document["evidence"][0].pop("ceiling"),
    "a parity": lambda document: document["evidence"][0]["levels"][0].update(parity=1),
    "no irrep": lambda document: document["evidence"][0]["levels"][0].pop("irrep"),
    "an irrep of no determinant": lambda document: document["evidence"][0]["levels"][0].update(irrep=8),
    "no level": lambda document: document["evidence"][0].update(levels=[]),
    "no evidence": lambda document: document["evidence"].clear(),
    "evidence too much": lambda document: document["evidence"].append(document["evidence"][0]),
    "too many electrons": lambda document: document["case"]["inputs"].update(electrons=7),
    "the schema of boxes": lambda document: document.update(schema="qdverify-certificate/2"),
    "the case of boxes": lambda document: document["case"].update(schema="qdverify-case/2"),
    "schema and case of boxes": lambda document: (
        document.update(schema="qdverify-certificate/2"),
        document["case"].update(schema="qdverify-case/2"),
    ),
    "the protocol's schema": lambda document: document.update(schema="qdverify-certificate/1"),
    "the protocol's schema and case": lambda document: (
        document.update(schema="qdverify-certificate/1"),
        document["case"].update(schema="qdverify-case/1"),
    ),
    "a fourth schema": lambda document: document.update(schema="qdverify-certificate/4"),
    "grade exact": lambda document: document.update(grade="exact"),
    "M of one lead": lambda document: document["values"].update(M=document["values"]["M"]["L"]),
    "M of L alone": lambda document: document["values"]["M"].pop("R"),
    "M of a third lead": lambda document: document["values"]["M"].update(G=document["values"]["M"]["L"]),
    "M too short": lambda document: document["values"]["M"]["R"][0].pop(),
    "M of a short row": lambda document: document["values"]["M"]["R"][0][0].pop(),
    "one count for two": lambda document: document["case"]["inputs"].update(levels=2),
    "a count too many": lambda document: document["case"]["inputs"]["levels"].append(1),
    "a task without certificates": lambda document: document["case"].update(task="interaction_integrals"),
    "weights in the inputs": lambda document: document["case"]["inputs"].update(weights=[1, 1, 1]),
    "leads of a task without leads": lambda document: document["case"]["inputs"].update(leads=[]),
}


def _again(dot: dict[str, Any], order: list[int]) -> None:
    """List an integral of two different pairs once more, its indices in another order."""
    four, value = next((entry[:4], entry[4]) for entry in dot["two_body"] if entry[:4] == [3, 1, 2, 2])
    dot["two_body"].append([*(four[place] for place in order), value])

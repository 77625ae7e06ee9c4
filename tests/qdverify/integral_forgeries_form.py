"""Changes of the form of a certificate of a dot given by its integrals: all of them must be rejected."""

from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

from forgery_tools import Change, Document, put


def dot_in(document: Document) -> dict[str, Any]:
    dot: dict[str, Any] = document["case"]["inputs"]["dot"]
    return dot


def _two_entries(document: Document, random: Random) -> str:
    entries = dot_in(document)["two_body"]
    p, q, r, s, value = random.choice(entries)
    entries.append(random.choice([[p, q, r, s, value], [q, p, r, s, value], [s, r, q, p, value], [r, s, p, q, "9"]]))
    return f"an integral twice, {entries[-1]}"


def _not_symmetric(document: Document, random: Random) -> str:
    h = dot_in(document)["one_body"]
    p, q = random.sample(range(len(h)), 2)
    h[p][q] = str(Fraction(h[p][q]) + random.choice([1, Fraction(1, 10**30)]))
    return f"h of {p}, {q} is not symmetric"


def _forbidden(document: Document, random: Random) -> str | None:
    """An integral that the irreps forbid."""
    dot = dot_in(document)
    if "irreps" not in dot:
        return None
    if random.random() < 0.5:
        dot["two_body"].append([1, 1, 1, 2, random.choice(["1e-30", 1])])
        return "an integral of forbidden irreps"
    dot["one_body"][0][1] = dot["one_body"][1][0] = random.choice(["1e-30", 1])
    return "h of forbidden irreps"


BAD_NUMBERS = (None, True, "", "x", "nan", "inf", "1/0", [], {}, "1e99999", "1e20001", " 1", "0x1", "1_0", "1.5.0")
BAD_COUNTS = (None, True, "1", 1.0, -1, 10**9 + 1, 10**20, [], {})


def _bad_number(document: Document, random: Random) -> str:
    dot, bad = dot_in(document), random.choice(BAD_NUMBERS)
    what = random.choice(["core", "one_body", "two_body", "weights", "ceiling"])
    if what == "core":
        dot["core"] = bad
    elif what == "one_body":
        dot["one_body"][0][0] = bad
    elif what == "two_body":
        dot["two_body"][0][4] = bad
    elif what == "weights":
        dot["weights"] = {random.choice("LR"): [bad, *[1] * (dot["orbitals"] - 1)]}
    elif bad is not None:
        document["evidence"][0]["ceiling"] = bad
    else:
        return "ceiling: null, " + _bad_count(document, random)
    return f"{what} with {bad!r}"


def _bad_count(document: Document, random: Random) -> str:
    dot, bad = dot_in(document), random.choice(BAD_COUNTS)
    place: tuple[Any, ...] = random.choice(
        [
            ("case", "inputs", "dot", "orbitals"),
            ("case", "inputs", "dot", "two_body", 0, random.randrange(4)),
            ("case", "inputs", "electrons"),
            ("evidence", 0, "electrons"),
            ("evidence", 0, "levels", 0, "two_S"),
            ("evidence", 0, "levels", 0, "irrep"),
            ("values", "spectra", 0, 0, "members", 0, random.randrange(3)),
            ("digits",),
        ]
    )
    put(document, place, bad)
    if "irreps" not in dot and random.random() < 0.2:
        dot["irreps"] = [*[1] * (dot["orbitals"] - 1 if isinstance(dot["orbitals"], int) else 2), bad]
    return f"{'/'.join(map(str, place))} is {bad!r}"


def _bad_range(document: Document, random: Random) -> str:
    dot = dot_in(document)
    M = dot["orbitals"]
    what = random.choice(["index 0", "index M+1", "irrep 0", "irrep 9", "orbitals", "electrons"])
    if what.startswith("index"):
        random.choice(dot["two_body"])[random.randrange(4)] = 0 if what == "index 0" else M + 1
    elif what.startswith("irrep"):
        dot["irreps"] = [1] * (M - 1) + [0 if what == "irrep 0" else 9]
    elif what == "orbitals":
        dot["orbitals"] = random.choice([M + 1, M - 1, 0, 63, 65])
    else:
        document["case"]["inputs"]["electrons"] = 2 * M + 1
    return what


def _bad_shape(document: Document, random: Random) -> str:
    dot = dot_in(document)
    M = dot["orbitals"]
    changes: list[tuple[str, Callable[[], Any]]] = [
        ("a row of h too few", dot["one_body"].pop),
        ("a row of h too many", lambda: dot["one_body"].append([0] * M)),
        ("a short row of h", dot["one_body"][0].pop),
        ("h as an object", lambda: dot.update(one_body={})),
        ("an entry of four", dot["two_body"][0].pop),
        ("an entry of six", lambda: dot["two_body"][0].append(0)),
        ("two_body as an object", lambda: dot.update(two_body={})),
        ("irreps too few", lambda: dot.update(irreps=[1] * (M - 1))),
        ("irreps as a string", lambda: dot.update(irreps="111")),
        ("irreps null", lambda: dot.update(irreps=None)),
        ("weights too many", lambda: dot.update(weights={"L": [1] * (M + 1)})),
        ("weights as a list", lambda: dot.update(weights=[1] * M)),
        ("weights of a third lead", lambda: dot.update(weights={"L": [1] * M, "G": [1] * M})),
        ("weights as an object of numbers", lambda: dot.update(weights={"L": 1})),
        (
            "weights without a common size",
            lambda: dot.update(weights={"L": ["1e300", "1e-300", *["1/3"] * (M - 2)] * 4}),
        ),
        ("evidence of no level", lambda: document["evidence"][0].update(levels=[])),
        ("no evidence", document["evidence"].clear),
    ]
    name, change = random.choice(changes)
    change()
    return name


def _bad_field(document: Document, random: Random) -> str:
    dot, part = dot_in(document), document["evidence"][0]
    changes: list[tuple[str, Callable[[], Any]]] = [
        ("a limit", lambda: part.update(limit=random.choice([0, 9]))),
        ("a parity", lambda: part["levels"][0].update(parity=1)),
        ("no irrep", lambda: part["levels"][0].pop("irrep")),
        ("parity for irrep", lambda: part["levels"][0].update(parity=part["levels"][0].pop("irrep"))),
        ("no kind", lambda: dot.pop("kind")),
        ("kind box", lambda: dot.update(kind="box")),
        ("kind null", lambda: dot.update(kind=None)),
        ("no two_body", lambda: dot.pop("two_body")),
        ("no orbitals", lambda: dot.pop("orbitals")),
        ("a length", lambda: dot.update(length=1)),
        ("a kernel", lambda: dot.update(kernel="none")),
        ("the schema of boxes", lambda: document.update(schema="qdverify-certificate/2")),
        ("the protocol's schema", lambda: document.update(schema="qdverify-certificate/1")),
        ("the case of boxes", lambda: document["case"].update(schema="qdverify-case/2")),
        (
            "boxes",
            lambda: (
                document.update(schema="qdverify-certificate/2"),
                document["case"].update(schema="qdverify-case/2"),
            ),
        ),
        ("a fourth schema", lambda: document.update(schema="qdverify-certificate/4")),
        ("grade exact", lambda: document.update(grade="exact")),
        ("M of no lead", lambda: document["values"].update(M=document["values"].get("M", {}).get("L", []))),
        (
            "a list for one count",
            lambda: document["case"]["inputs"].update(levels=[1] * (len(document["evidence"]) + 1)),
        ),
        ("another task", lambda: document["case"].update(task="interaction_integrals")),
        ("weights in the inputs", lambda: document["case"]["inputs"].update(weights=[1] * dot["orbitals"])),
    ]
    name, change = random.choice(changes)
    change()
    return name


FORM: tuple[Change, ...] = (
    _two_entries,
    _not_symmetric,
    _forbidden,
    _bad_number,
    _bad_count,
    _bad_range,
    _bad_shape,
    _bad_field,
)

"""Changes that break the grammar of a certificate."""

import copy
from fractions import Fraction
from random import Random

from forgery_tools import Change, Document, at, is_ball, nodes, pick, put


def _extra_field(document: Document, random: Random) -> str:
    place = random.choice(nodes(document, lambda value: isinstance(value, dict)))
    name = random.choice(["method", "note", "grade", "mid", "companions", ""])
    while name in at(document, place):
        name += "_"
    at(document, place)[name] = random.choice([0, "1", None, [], {}])
    return f"field {name!r} added at {place}"


def _missing_field(document: Document, random: Random) -> str:
    place = random.choice(nodes(document, lambda value: isinstance(value, dict) and value))
    if not place:
        name = random.choice(sorted(set(document) - {"sha256"}))
    else:
        name = random.choice(sorted(at(document, place)))
    del at(document, place)[name]
    return f"field {name!r} missing at {place}"


_REAL = {"M", "energy", "gate", "kT", "mu", "rate", "length", "cutoff"}
"""Inputs that may be any number, which some cases write as an integer."""


def _other_type(document: Document, random: Random) -> str | None:
    places = [
        place
        for part in ("case", "values", "evidence")
        for place in nodes(document[part], lambda value: not isinstance(value, dict | list) and value is not None)
        for place in [(part, *place)]
    ]
    place = random.choice(places)
    old = at(document, place)
    if isinstance(old, str):
        put(
            document,
            place,
            random.choice([None, [old], {"mid": old, "rad": "0"}, True, f" {old}", f"{old}_0", f"{old};"]),
        )
    else:
        # another value of a real number is no broken grammar
        others = [] if place[-1] in _REAL else [old + 0.5, 10**30, -(10**30)]
        put(document, place, random.choice([None, [old], bool(old), f"{old} ", *others]))
    return f"{old!r:.30} is {at(document, place)!r:.30} at {place}"


def _strange_number(document: Document, random: Random) -> str | None:
    place = pick(document, random, is_ball, "values")
    field = random.choice(["mid", "rad"])
    old = at(document, place)[field]
    strange = [
        f" {old}",
        f"{old} ",
        f"{old}e",
        "1/0",
        "0x1",
        "inf",
        "nan",
        "1e20001",
        "1e-99999999999",
        "1e999999999999999999999",
        "",
        "--1",
        "+-1",
        "1_0",
        "\u0661",
        "1,0",
        "1/2/3",
        "1e5.0",
        ".",
        float(Fraction(old)),
        None,
    ]
    new = random.choice(strange)
    at(document, place)[field] = new
    return f"{field} is {new!r:.30} at {place}"


def _negative_radius(document: Document, random: Random) -> str:
    place = pick(document, random, is_ball, "values")
    claim = at(document, place)
    amount = random.choice(["-1", "-0.5", "-1e-30", "-1/3", f"-{claim['rad']}" if Fraction(claim["rad"]) else "-1e3"])
    claim["rad"] = amount
    if random.random() < 0.5:
        claim["mid"] = str(Fraction(claim["mid"]) + Fraction(amount) * Fraction(9, 10))
    return f"negative radius {amount} at {place}"


def _other_grade(document: Document, random: Random) -> str:
    old = document["grade"]
    document["grade"] = random.choice(
        [g for g in ("exact", "enclosed", "consensus", "reported", "", None, 1) if g != old]
    )
    return f"grade {document['grade']!r}"


def _other_schema(document: Document, random: Random) -> str:
    which = random.choice(["schema", "case", "both"])
    if which in ("schema", "both"):
        document["schema"] = (
            random.choice(["qdverify-certificate/0", "qdverify-certificate/3", "", None, 1])
            if which == "schema" and random.random() < 0.5
            else f"qdverify-certificate/{'2' if document['schema'][-1] == '1' else '1'}"
        )
    if which in ("case", "both"):
        document["case"]["schema"] = f"qdverify-case/{'2' if document['case']['schema'][-1] == '1' else '1'}"
    return f"schemas {document['schema']!r} and {document['case']['schema']!r}"


def _other_digits(document: Document, random: Random) -> str:
    document["digits"] = random.choice([0, -1, 1001, 10**8, 10**30, True, "12", 12.0, None, [12]])
    return f"digits {document['digits']!r:.20}"


def _bad_count(document: Document, random: Random) -> str | None:
    names = ("orbitals", "electrons", "levels", "levels_from", "levels_to", "two_S_i", "two_S_j", "two_S", "from", "to")
    places = [
        place for place in nodes(document["case"]["inputs"], lambda value: type(value) is int) if place[-1] in names
    ]
    if not places:
        return None
    place = random.choice(places)
    old = at(document["case"]["inputs"], place)
    put(
        document["case"]["inputs"],
        place,
        random.choice([-1, -2, float(old), old + 0.9, str(old), old != 1, [old], 10**9 + 1 + old % 2]),
    )
    if (
        isinstance(at(document["case"]["inputs"], place), int)
        and place[-1] in ("two_S_i", "two_S_j")
        and at(document["case"]["inputs"], place) > 1
    ):
        return None
    return f"{place} is {at(document['case']['inputs'], place)!r}"


def _bad_leads(document: Document, random: Random) -> str | None:
    inputs = document["case"]["inputs"]
    if "leads" not in inputs:
        return None
    leads = inputs["leads"]
    what = random.randrange(7)
    if what == 0:
        leads.append({"name": random.choice("LR"), "rate": random.choice(["0", "1"]), "mu": "9"})
    elif what == 1:
        leads.append({"name": "M", "rate": "1", "mu": "0"})
    elif what == 2:
        leads[random.randrange(2)]["rate"] = random.choice(["0", "-1", 0, -2.5])
    elif what == 3:
        leads[0]["name"] = random.choice(["R", "l", "", "M", None])
    elif what == 4:
        del leads[random.randrange(2)]
    elif what == 5:
        inputs["kT"] = random.choice(["0", "-1/20", 0, -0.05, "1e500"])
    else:
        inputs["gate"] = random.choice([None, "1e500", "", True])
    return f"leads {leads}, kT {inputs['kT']}, gate {inputs['gate']!r}"


def _bad_chain(document: Document, random: Random) -> str | None:
    inputs = document["case"]["inputs"]
    if "transitions" not in inputs:
        return None
    edges, levels = inputs["transitions"], inputs["levels"]
    what = random.randrange(7)
    edge = random.choice(edges)
    if what == 0:
        edges.append(copy.deepcopy(edge))
    elif what == 1:
        edge["from"], edge["to"] = edge["to"], edge["from"]
    elif what == 2:
        edges.append({"from": 0, "to": 2, "M": "1/2"})
    elif what == 3:
        edge["M"] = random.choice(["-1", -0.25, "-1e-30"])
    elif what == 4:
        edge["to"] = random.choice([-1, 4, 99])
    elif what == 5:
        random.choice(levels)["two_S"] += random.choice([1, -1, 4, -2, -4])
        if all(
            0 <= level["two_S"] <= level["electrons"] and (level["two_S"] - level["electrons"]) % 2 == 0
            for level in levels
        ):
            return None
    else:
        random.choice(levels)["electrons"] += random.choice([1, -1, 2, -2])
    return f"transitions {edges}, levels {levels}"


def _bad_dot(document: Document, random: Random) -> str | None:
    dot = document["case"]["inputs"].get("dot")
    if dot is None:
        return None
    name = random.choice(["length", "cutoff", "strength", "kernel"])
    if name == "kernel":
        dot[name] = random.choice(["coulomb", "Contact", "", None, "soft_coulomb", 0])
    elif name == "strength":
        dot[name] = random.choice([None, "", "1e500", True, "inf"])
    else:
        dot[name] = random.choice(["0" if name == "length" else "-0.1", "-1", -2, "1e500", "-1e-9", None])
    return f"dot {dot}"


def _bad_evidence(document: Document, random: Random) -> str | None:
    if not document["evidence"]:
        document["evidence"] = random.choice([None, {}, [{}], [[]], "", 0, [None]])
        return f"evidence {document['evidence']}"
    part = random.choice(document["evidence"])
    level = random.choice(part["levels"])
    what = random.randrange(8)
    words = level["vector"].split()
    if what == 0:
        level["two_S"] = -level["two_S"] - 2
    elif what == 1:
        part["limit"] = random.choice([-1, 1.5, "5", None, True])
    elif what == 2:
        level["vector"] = random.choice(
            [words, "", " ".join(words[1:]), " ".join([*words, "0"]), " ".join("0" for _ in words)]
        )
    elif what == 3:
        level["vector"] = random.choice(
            [
                level["vector"].upper() + " F",
                level["vector"].replace(" ", "  ", 1),
                "+" + level["vector"],
                "0x" + level["vector"],
            ]
        )
    elif what == 4:
        level["parity"] = random.choice([0, 2, 3, -3, 1.0, True, "1", None])
    elif what == 5:
        document["evidence"].append(copy.deepcopy(part))
    elif what == 6:
        part["electrons"] = random.choice([-1, 2.9, "2", True, part["electrons"] + 1, part["electrons"] + 2])
    else:
        words[random.randrange(len(words))] = random.choice(["1.0", "g", "-", "--1", "1_0", "0x1", "+1"])
        level["vector"] = " ".join(words)
    return f"evidence, change {what}: {part['electrons']} electrons, limit {part['limit']}"


FORM: tuple[Change, ...] = (
    _extra_field,
    _missing_field,
    _other_type,
    _strange_number,
    _negative_radius,
    _other_grade,
    _other_schema,
    _other_digits,
    _bad_count,
    _bad_leads,
    _bad_chain,
    _bad_dot,
    _bad_evidence,
)

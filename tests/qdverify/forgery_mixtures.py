"""Changes of several parts that fit each other: units, leads, sectors, orbitals, notations, rotated vectors."""

import copy
from fractions import Fraction
from itertools import combinations
from random import Random

from forgery_bases import bases
from forgery_tools import Change, Document, at, is_ball, nodes, pick


def _scale(claim: dict[str, str], factor: Fraction) -> None:
    claim.update({name: str(Fraction(claim[name]) * factor) for name in ("mid", "rad")})


def _other_units(document: Document, random: Random) -> str | None:
    """Measure lengths in another unit: true if energies follow with its square, false if they do not, or too little."""
    dot = document["case"]["inputs"].get("dot")
    if dot is None or not {"energies", "spectra", "M", "values"} & set(document["values"]):
        return None
    unit = random.choice([Fraction(2), Fraction(1, 3), Fraction(10**6), Fraction(1000001, 1000000)])
    follow = random.choice([0, 1, 2, 2, 2])
    power = 2 if dot["kernel"] == "constant" else 1
    for name, factor in (("length", unit), ("cutoff", unit), ("strength", unit**-power)):
        dot[name] = str(Fraction(dot[name]) * factor)
    for name in ("energies", "spectra", "values"):
        for place in nodes(document["values"].get(name), is_ball):
            _scale(at(document["values"][name], place), unit**-follow)
    return f"unit {unit}, energies with its power {follow}"


def _halves_of_two_dots(document: Document, random: Random) -> str | None:
    """Take one list of the evidence, or one part of the statement, from another dot."""
    task = document["case"]["task"]
    others = [
        (name, other)
        for name, other in bases().items()
        if other["case"]["task"] == task
        and other["schema"] == document["schema"]
        and other["values"] != document["values"]
    ]
    if not others:
        return None
    name, other = random.choice(others)
    if len(document["evidence"]) > 1 and len(other["evidence"]) > 1 and random.random() < 0.5:
        place = random.randrange(min(len(document["evidence"]), len(other["evidence"])))
        document["evidence"][place] = copy.deepcopy(other["evidence"][place])
        return f"list {place} of the evidence of {name}"
    key = random.choice(sorted(set(document["values"]) & set(other["values"])))
    document["values"][key] = copy.deepcopy(other["values"][key])
    return f"{key} of {name}"


def _leads_renamed(document: Document, random: Random) -> str | None:
    """Call left right: true if the currents change their sign."""
    if "leads" not in document["case"]["inputs"]:
        return None
    for lead in document["case"]["inputs"]["leads"]:
        lead["name"] = "R" if lead["name"] == "L" else "L"
    values, turned = document["values"], random.random() < 0.5
    for pair in (at(values, place) for place in nodes(values, lambda v: isinstance(v, dict) and set(v) == {"L", "R"})):
        pair["L"], pair["R"] = pair["R"], pair["L"]
    if turned and "I_L" in values:
        values["I_L"], values["I_R"] = values["I_R"], values["I_L"]
        for name in ("I_L", "I_R"):
            values[name]["mid"] = str(-Fraction(values[name]["mid"]))
    return f"leads renamed, currents {'turned' if turned else 'kept'}"


def _sectors_shifted(document: Document, random: Random) -> str | None:
    """Move all levels of the higher electron numbers up: true for a level scheme if the gate follows."""
    inputs = document["case"]["inputs"]
    if "leads" not in inputs:
        return None
    step, follow = random.choice([Fraction(1, 8), Fraction(-1, 1000), Fraction(5)]), random.choice([-1, 0, 1, 1])
    if "transitions" in inputs:
        for level in inputs["levels"]:
            level["energy"] = str(Fraction(level["energy"]) + step * level["electrons"])
    else:
        for electrons, entries in enumerate(document["values"]["spectra"]):
            for entry in entries:
                entry["energy"]["mid"] = str(Fraction(entry["energy"]["mid"]) + step * electrons)
    inputs["gate"] = str(Fraction(inputs["gate"]) + follow * step)
    return f"sectors shifted by {step}, gate by {follow} of it"


def _populations_mixed(document: Document, random: Random) -> str | None:
    """Populations that add up to one, but are not stationary."""
    if "populations" not in document["values"]:
        return None
    places = nodes(document["values"]["populations"], is_ball)
    one, two = (at(document["values"]["populations"], place) for place in random.sample(places, 2))
    moved = max(Fraction(one["mid"]), Fraction(two["mid"])) * random.choice([Fraction(1, 1000), Fraction(1, 10**6)])
    one["mid"], two["mid"] = str(Fraction(one["mid"]) + moved), str(Fraction(two["mid"]) - moved)
    return f"{float(moved):.1e} moved between populations"


def _currents_moved_together(document: Document, random: Random) -> str | None:
    """Currents that are conserved, and wrong."""
    if "I_L" not in document["values"]:
        return None
    factor = random.choice([Fraction(1001, 1000), Fraction(2), Fraction(1, 2), Fraction(-1), Fraction(1000001, 10**6)])
    for name in ("I_L", "I_R"):
        document["values"][name]["mid"] = str(Fraction(document["values"][name]["mid"]) * factor)
    return f"both currents times {factor}"


def _levels_permuted(document: Document, random: Random) -> str | None:
    """Permute levels with everything that refers to them: true for a level scheme, not for a spectrum."""
    inputs, values = document["case"]["inputs"], document["values"]
    if "transitions" in inputs:
        order = list(range(len(inputs["levels"])))
        random.shuffle(order)
        inputs["levels"] = [inputs["levels"][k] for k in order]
        for edge in inputs["transitions"]:
            edge["from"], edge["to"] = order.index(edge["from"]), order.index(edge["to"])
        if "populations" in values and random.random() < 0.7:
            values["populations"] = [values["populations"][k] for k in order]
        return f"level scheme in order {order}"
    if "energies" in values and len(values["energies"]) > 1:
        one, two = random.sample(range(len(values["energies"])), 2)
        for items in values.values():
            items[one], items[two] = items[two], items[one]
        levels = document["evidence"][0]["levels"] if document["evidence"] else []
        if max(one, two) < len(levels):
            levels[one], levels[two] = levels[two], levels[one]
        return f"levels {one} and {two} exchanged with labels and vectors"
    if "spectra" in values and "M" in values and len(values["spectra"][-1]) > 1:
        one, two = random.sample(range(len(values["spectra"][-1])), 2)
        for items in (values["spectra"][-1], values["M"][-1]):
            items[one], items[two] = items[two], items[one]
        return f"levels {one} and {two} exchanged with their rows of M"
    return None


def _level_twice(document: Document, random: Random) -> str | None:
    """List a level of a level scheme twice, with the same transitions and the same or half the population."""
    inputs, values = document["case"]["inputs"], document["values"]
    if "transitions" not in inputs:
        return None
    index = random.randrange(len(inputs["levels"]))
    inputs["levels"].append(copy.deepcopy(inputs["levels"][index]))
    last = len(inputs["levels"]) - 1
    for edge in list(inputs["transitions"]):
        if index in (edge["from"], edge["to"]) and random.random() < 0.8:
            ends = {name: last if edge[name] == index else edge[name] for name in ("from", "to")}
            inputs["transitions"].append({**edge, **ends})
    if "populations" in values:
        if random.random() < 0.5:
            _scale(values["populations"][index], Fraction(1, 2))
        values["populations"].append(copy.deepcopy(values["populations"][index]))
    return f"level {index} twice"


def _edge_closed(document: Document, random: Random) -> str | None:
    """A transition with M = 0 leaves a level without connection, or opens a way that is none."""
    inputs = document["case"]["inputs"]
    if "transitions" not in inputs:
        return None
    random.choice(inputs["transitions"])["M"] = random.choice([0, "0", "0e5", "-0", "1e-9"])
    return f"M {[edge['M'] for edge in inputs['transitions']]}"


def _nearly_in_equilibrium(document: Document, random: Random) -> str | None:
    """Potentials that are equal in another notation, or not quite, with currents that are stated to vanish."""
    if "I_L" not in document["values"]:
        return None
    left, right = document["case"]["inputs"]["leads"]
    left["mu"], right["mu"] = "1/4", random.choice(["0.25", "2/8", "25e-2", "0.250000000001", "249999999999e-12"])
    for name in ("I_L", "I_R"):
        document["values"][name] = {"mid": "0", "rad": random.choice(["0", "0", "1e-20"])}
    return f"potentials {left['mu']} and {right['mu']} without a current"


def _masks(orbitals: int, electrons: int, parity: int) -> list[int]:
    """Return the determinants of S_z = 0 or 1/2, ascending: bit 2p is orbital p+1 with spin up."""
    up = electrons - electrons // 2
    masks = [
        (sum(a) + sum(b), sum(1 << 2 * p for p in a) | sum(2 << 2 * p for p in b))
        for a in combinations(range(orbitals), up)
        for b in combinations(range(orbitals), electrons - up)
    ]
    return sorted(mask for odd, mask in masks if (-1) ** odd == parity)


def _other_orbitals(document: Document, random: Random) -> str | None:
    """Call a proof with M orbitals one with M+1, vectors filled up with zeros, or cut it down to M-1."""
    if not document["evidence"]:
        return None
    dot = document["case"]["inputs"]["dot"]
    old, new = dot["orbitals"], dot["orbitals"] + random.choice([1, 1, -1])
    for part in document["evidence"]:
        if part["electrons"] > 2 * new:
            return None
        for level in part["levels"]:
            before, after = (_masks(count, part["electrons"], level["parity"]) for count in (old, new))
            numbers = dict(zip(before, level["vector"].split(" "), strict=True))
            level["vector"] = " ".join(numbers.get(mask, "0") for mask in after)
        if random.random() < 0.5:
            part["limit"] = 10**6
    dot["orbitals"] = new
    return f"{old} orbitals called {new}"


def _rotated(document: Document, random: Random) -> str | None:
    """Mix two vectors of one spin and parity, orthogonally, and move an M_ji or an energy by about as much."""
    pairs = [
        (one, two)
        for part in document["evidence"]
        for one, two in combinations(part["levels"], 2)
        if one["two_S"] == two["two_S"] and one["parity"] == two["parity"]
    ]
    if not pairs:
        return None
    one, two = random.choice(pairs)
    size = random.choice([10, 10**3, 10**5, 10**7])
    a, b = ([int(word, 16) for word in level["vector"].split(" ")] for level in (one, two))
    one["vector"] = " ".join(f"{size * x + y:x}" for x, y in zip(a, b, strict=True))
    two["vector"] = " ".join(f"{size * y - x:x}" for x, y in zip(a, b, strict=True))
    place = pick(document, random, is_ball, "values")
    claim = at(document, place)
    power = random.choice([1, 2])
    claim["mid"] = str(Fraction(claim["mid"]) * (1 + random.choice([1, -1]) * Fraction(3, size**power)))
    return f"vectors rotated by 1/{size}, a value by its power {power} at {place}"


def _ceiling_at_a_level(document: Document, random: Random) -> str | None:
    """Leave out a level and everything above it, with the ceiling just above or just below it."""
    values = document["values"]
    if "energies" not in values or not document["evidence"] or len(values["energies"]) < 2:
        return None
    index = random.randrange(1, len(values["energies"]))
    square = Fraction(document["case"]["inputs"]["dot"]["length"]) ** 2
    near = random.choice([1, -1]) * Fraction(1, random.choice([10**3, 10**6, 10**9]))
    part = document["evidence"][0]
    part["ceiling"] = str(Fraction(values["energies"][index]["mid"]) * square * (1 + near))
    del part["levels"][index:]
    keep = random.choice([index, index, index + 1])
    if keep == index + 1 and len(values["energies"]) > keep:
        for items in values.values():
            del items[index]
    document["case"]["inputs"]["levels"] = index
    for items in values.values():
        del items[index:]
    return f"ceiling {float(near):.0e} beside level {index}"


def _other_notation(document: Document, random: Random) -> str | None:
    """The same number in another notation, which may be accepted, or nearly the same, which may not if it is false."""
    place = pick(document, random, is_ball, "values")
    claim = at(document, place)
    mid = Fraction(claim["mid"])
    forms = [f"{mid.numerator}/{mid.denominator}", f"{2 * mid.numerator}/{2 * mid.denominator}"]
    forms += [claim["mid"] + "e0", claim["mid"] + "E-0000", f"0/{random.randrange(1, 99)}", "-0", "-0.0e5"]
    sign = "-" if mid < 0 else ""
    forms += [f"{sign}000{abs(mid).numerator}/{mid.denominator}", claim["mid"] + "e-1", claim["mid"] + "E+1"]
    claim["mid"] = random.choice(forms)
    if random.random() < 0.5:
        claim["rad"] = random.choice(["0", "-0", "0e999", "1e-30", "00", "0/7"])
    return f"{claim} at {place}"


MIXTURE: tuple[Change, ...] = (
    _other_units,
    _other_units,
    _halves_of_two_dots,
    _halves_of_two_dots,
    _leads_renamed,
    _sectors_shifted,
    _populations_mixed,
    _currents_moved_together,
    _levels_permuted,
    _level_twice,
    _edge_closed,
    _nearly_in_equilibrium,
    _other_orbitals,
    _rotated,
    _rotated,
    _ceiling_at_a_level,
    _other_notation,
)

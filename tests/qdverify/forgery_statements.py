"""Changes of what a certificate states, and of what it is asked."""

import copy
from fractions import Fraction
from random import Random

from forgery_tools import Change, Document, at, is_ball, nodes, pick, put

# Statements


def _shifted(document: Document, random: Random) -> str:
    place = pick(document, random, is_ball, "values")
    claim = at(document, place)
    rad = Fraction(claim["rad"]) or Fraction(1, 10**9)
    factor = random.choice([Fraction(21, 10), 3, 10, 1000, 10**6]) * random.choice([1, -1])
    claim["mid"] = str(Fraction(claim["mid"]) + factor * rad)
    return f"moved by {factor} radii at {place}"


def _shrunk(document: Document, random: Random) -> str:
    """Put the end of a ball just short of the number: 1e-10 relative, or the radius itself to 0."""
    place = pick(document, random, is_ball, "values")
    claim = at(document, place)
    mid, rad = Fraction(claim["mid"]), Fraction(claim["rad"])
    short = mid - rad - (abs(mid) or 1) * Fraction(1, 10**10)
    center = random.choice([Fraction(0), short * 2, short - 1])
    at(document, place).update(mid=str(center), rad=str(abs(short - center)))
    return f"ends at {float(short)} at {place}"


def _opposite(document: Document, random: Random) -> str:
    place = pick(document, random, is_ball, "values")
    claim = at(document, place)
    claim["mid"] = random.choice([claim["mid"][1:] if claim["mid"][0] == "-" else "-" + claim["mid"], "0", "1"])
    if random.random() < 0.3:
        claim["rad"] = "0"
    return f"{claim} at {place}"


def _exchanged(document: Document, random: Random) -> str | None:
    places = nodes(document["values"], is_ball)
    if len(places) < 2:
        return None
    one, two = random.sample(places, 2)
    a, b = at(document["values"], one), at(document["values"], two)
    put(document["values"], one, b)
    put(document["values"], two, a)
    return f"values at {one} and {two} exchanged"


def _other_label(document: Document, random: Random) -> str | None:
    places = list(nodes(document["values"], lambda value: type(value) is int))
    if not places:
        return None
    place = random.choice(places)
    old = at(document["values"], place)
    put(document["values"], place, random.choice([-old, old + 2, old - 2, -old - 2, old + 1, 0]))
    return f"label {old} is {at(document['values'], place)} at {place}"


def _reordered(document: Document, random: Random) -> str | None:
    places = list(nodes(document["values"], lambda value: isinstance(value, list) and len(value) > 1))
    if not places:
        return None
    place = random.choice(places)
    items = at(document["values"], place)
    one, two = random.sample(range(len(items)), 2)
    items[one], items[two] = items[two], items[one]
    return f"elements {one} and {two} of {place} exchanged"


def _cut(document: Document, random: Random) -> str | None:
    """Drop or double a level of the statement, and ask for as many."""
    inputs, values = document["case"]["inputs"], document["values"]
    more = random.choice([1, -1])
    if "energies" in values:
        index = random.randrange(len(values["energies"]))
        for items in values.values():
            items[index : index + 1] = [items[index]] * (1 + more)
        inputs["levels"] += more
    elif "spectra" in values:
        k = random.randrange(len(values["spectra"]))
        spectrum = values["spectra"][k]
        index = random.randrange(len(spectrum))
        size = sum(member[2] for member in spectrum[index]["members"])
        spectrum[index : index + 1] = [copy.deepcopy(spectrum[index]) for _ in range(1 + more)]
        levels = inputs["levels"]
        if isinstance(levels, list) and isinstance(levels[k], int):
            levels[k] += more * size
        elif isinstance(levels, int):
            inputs["levels"] += more * size
    elif "M" in values:
        index = random.randrange(len(values["M"]))
        values["M"][index : index + 1] = [copy.deepcopy(values["M"][index])] * (1 + more)
        inputs["levels_to"] += more
    elif "populations" in values:
        index = random.randrange(len(values["populations"]))
        values["populations"][index : index + 1] = [values["populations"][index]] * (1 + more)
    else:
        return None
    return f"level {index} of the statement {'doubled' if more > 0 else 'dropped'}"


def _entries(document: Document, random: Random) -> str | None:
    """Merge two entries, split one, or change its members."""
    if "spectra" not in document["values"]:
        return None
    spectrum = random.choice(document["values"]["spectra"])
    index = random.randrange(len(spectrum))
    members = spectrum[index]["members"]
    what = random.choice(["merge", "split", "count", "twice", "empty"])
    if what == "merge" and index + 1 < len(spectrum):
        members += spectrum.pop(index + 1)["members"]
        members.sort()
    elif what == "split" and len(members) > 1:
        spectrum.insert(index, {"energy": spectrum[index]["energy"], "members": [members.pop()]})
    elif what == "count":
        members[0][2] += random.choice([1, -1])
    elif what == "twice":
        members.append(list(members[0]))
    elif what == "empty":
        spectrum.insert(index, {"energy": spectrum[index]["energy"], "members": []})
    return f"entry {index}: {what}"


def _rates(document: Document, random: Random) -> str | None:
    places = list(
        nodes(document["values"], lambda value: isinstance(value, dict) and set(value) in ({"L", "R"}, {"in", "out"}))
    )
    if not places:
        return None
    pair = at(document["values"], random.choice(places))
    one, two = pair
    pair[one], pair[two] = pair[two], pair[one]
    return f"{one} and {two} exchanged"


def _weaker(document: Document, random: Random) -> str:
    """State less: true, and to be accepted or not."""
    place = pick(document, random, is_ball, "values")
    claim = at(document, place)
    claim["rad"] = str(Fraction(claim["rad"]) * random.choice([2, 1000]) + Fraction(1, 10**6))
    return f"weaker at {place}"


STATEMENT: tuple[Change, ...] = (
    _shifted,
    _shifted,
    _shrunk,
    _opposite,
    _exchanged,
    _other_label,
    _reordered,
    _cut,
    _cut,
    _entries,
    _entries,
    _rates,
    _weaker,
)


# Questions


def _other_kernel(document: Document, random: Random) -> str | None:
    """Another kernel, and another strength: none x 1e6, attractive, zero."""
    dot = document["case"]["inputs"].get("dot")
    if dot is None:
        return None
    if random.random() < 0.7:
        dot["kernel"] = random.choice(["soft-coulomb", "contact", "constant", "none"])
    if random.random() < 0.6:
        dot["strength"] = random.choice(["1000000", "0", "-1", "2", 1e-9, "-1000000"])
    return f"{dot['kernel']} of strength {dot['strength']}"


def _other_dot(document: Document, random: Random) -> str | None:
    dot = document["case"]["inputs"].get("dot")
    if dot is None:
        return None
    one, two = random.sample(["length", "cutoff", "strength"], 2)
    if random.random() < 0.5:
        dot[one], dot[two] = dot[two], dot[one]
    else:
        dot[one] = str(
            Fraction(dot[one]) * random.choice([2, Fraction(1000001, 1000000), Fraction(1, 3)]) + Fraction(1, 7**9)
        )
    if random.random() < 0.2:
        dot["orbitals"] += random.choice([1, -1])
    return f"dot {dot}"


def _other_counts(document: Document, random: Random) -> str | None:
    inputs = document["case"]["inputs"]
    names = [
        name
        for name in ("electrons", "levels", "levels_from", "levels_to", "two_S_i", "two_S_j")
        if type(inputs.get(name)) is int
    ]
    if not names:
        return None
    name = random.choice(names)
    inputs[name] += random.choice([1, -1, 2])
    if name == "electrons" and random.random() < 0.5:
        for part in document["evidence"]:
            part["electrons"] += inputs[name] - document["case"]["inputs"][name]
    return f"{name} is {inputs[name]}"


def _other_levels(document: Document, random: Random) -> str | None:
    inputs = document["case"]["inputs"]
    if not isinstance(inputs.get("levels"), list | str) or "transitions" in inputs:
        return None
    if isinstance(inputs["levels"], str):
        inputs["levels"] = random.choice([1, 2, 5, ["all"], "All"])
    else:
        k = random.randrange(len(inputs["levels"]))
        inputs["levels"][k] = random.choice(["all", 1, 2, 3, 4])
    return f"levels {inputs['levels']}"


def _other_drive(document: Document, random: Random) -> str | None:
    inputs = document["case"]["inputs"]
    if "leads" not in inputs:
        return None
    one, two = inputs["leads"]
    what = random.randrange(5)
    if what == 0:
        one["rate"], two["rate"] = two["rate"], one["rate"]
    elif what == 1:
        one["mu"], two["mu"] = two["mu"], one["mu"]
    elif what == 2:
        inputs["kT"], inputs["gate"] = inputs["gate"], inputs["kT"]
    elif what == 3:
        one["mu"] = two["mu"] = random.choice([one["mu"], two["mu"], "0.1"])
    else:
        name = random.choice(["kT", "gate"])
        inputs[name] = str(Fraction(inputs[name]) * random.choice([2, Fraction(1001, 1000), Fraction(999999, 1000000)]))
    return f"leads {inputs['leads']}, kT {inputs['kT']}, gate {inputs['gate']}"


def _other_chain(document: Document, random: Random) -> str | None:
    inputs = document["case"]["inputs"]
    if "transitions" not in inputs:
        return None
    levels, edges = inputs["levels"], inputs["transitions"]
    what = random.randrange(4)
    if what == 0:
        del edges[random.randrange(len(edges))]
    elif what == 1:
        levels[2], levels[3] = levels[3], levels[2]
    elif what == 2:
        edge = random.choice(edges)
        edge["M"] = str(Fraction(edge["M"]) * random.choice([2, Fraction(1001, 1000)]))
    else:
        level = random.choice(levels)
        level["energy"] = str(Fraction(level["energy"]) + random.choice([Fraction(1, 1000), -1, 1]))
    return f"transitions {edges}, levels {levels}"


def _other_indices(document: Document, random: Random) -> str | None:
    inputs = document["case"]["inputs"]
    if "indices" not in inputs:
        return None
    quadruple = random.choice(inputs["indices"])
    quadruple[random.randrange(4)] = random.choice([0, 1, 2, 3, 4])
    return f"indices {inputs['indices']}"


def _other_task(document: Document, random: Random) -> str:
    tasks = [
        "clebsch_gordan_weight",
        "interaction_integrals",
        "spectrum",
        "transition_probabilities",
        "stationary_state",
        "current",
        "integrals",
        "",
    ]
    document["case"]["task"] = random.choice([task for task in tasks if task != document["case"]["task"]])
    return f"task {document['case']['task']!r}"


QUESTION: tuple[Change, ...] = (
    _other_kernel,
    _other_kernel,
    _other_kernel,
    _other_dot,
    _other_dot,
    _other_counts,
    _other_levels,
    _other_drive,
    _other_chain,
    _other_indices,
    _other_task,
)

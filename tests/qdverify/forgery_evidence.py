"""Changes of the evidence, with the statement or without."""

import copy
from fractions import Fraction
from random import Random

from forgery_bases import ATTRACTIVE, CONTACT, SOFT, bases
from forgery_tools import Change, Document


def _foreign_evidence(document: Document, random: Random) -> str | None:
    """The evidence of another dot of the same size, with its statement or not; or none at all."""
    if not document["evidence"]:
        return None
    inputs = document["case"]["inputs"]
    if random.random() < 0.2:
        document["evidence"] = []
        return "no evidence"
    others = [
        (name, other)
        for name, other in bases().items()
        if other["evidence"]
        and other["case"]["inputs"]["dot"] != inputs["dot"]
        and other["schema"] == document["schema"]
    ]
    same = [(name, other) for name, other in others if other["case"]["task"] == document["case"]["task"]]
    name, other = random.choice(same or others)
    document["evidence"] = copy.deepcopy(other["evidence"])
    if random.random() < 0.7:
        document["values"] = copy.deepcopy(other["values"])
        for key in set(inputs) & set(other["case"]["inputs"]) - {"dot"}:
            inputs[key] = copy.deepcopy(other["case"]["inputs"][key])
    return f"evidence of {name}"


def _interaction_denied(document: Document, random: Random) -> str | None:
    """A free statement about an interacting dot."""
    if document["case"]["task"] not in ("spectrum", "transition_probabilities"):
        return None
    document["case"]["inputs"]["dot"].update(random.choice([SOFT, CONTACT, ATTRACTIVE]))
    if document["evidence"] and random.random() < 0.5:
        document["evidence"] = []
    return f"{document['case']['inputs']['dot']['kernel']} with {len(document['evidence'])} lists"


def _floor(document: Document, random: Random) -> str | None:
    """No kernel or an attractive one, with a large strength, a low limit and a high ceiling."""
    if not document["evidence"]:
        return None
    document["case"]["inputs"]["dot"].update(
        kernel=random.choice(["none", "constant", "contact"]), strength=random.choice(["1000000", "-1000000", "1"])
    )
    part = random.choice(document["evidence"])
    part["limit"] = random.choice([0, 1, 2, 3])
    part["ceiling"] = random.choice(["5", "25", "100", "1000000", part["ceiling"]])
    part["levels"] = part["levels"][: random.randrange(1, 3)]
    return f"floor of {document['case']['inputs']['dot']}"


def _dropped_vector(document: Document, random: Random) -> str | None:
    """Drop a level from the evidence, and from the statement if it is one of a spectrum."""
    if not document["evidence"]:
        return None
    part = random.choice(document["evidence"])
    if len(part["levels"]) < 2:
        return None
    index = random.randrange(len(part["levels"]))
    del part["levels"][index]
    values = document["values"]
    if "energies" in values and index < len(values["energies"]):
        for items in values.values():
            del items[index]
        document["case"]["inputs"]["levels"] -= 1
    return f"vector {index} of {part['electrons']} electrons dropped"


def _doubled_vector(document: Document, random: Random) -> str | None:
    """Use a vector twice, scaled or slightly changed, instead of another or besides."""
    if not document["evidence"]:
        return None
    part = random.choice(document["evidence"])
    level = copy.deepcopy(random.choice(part["levels"]))
    numbers = [int(word, 16) * random.choice([1]) for word in level["vector"].split()]
    factor = random.choice([1, -1, 3])
    numbers = [number * factor for number in numbers]
    if random.random() < 0.4:
        numbers[random.randrange(len(numbers))] += 1
    level["vector"] = " ".join(f"{number:x}" for number in numbers)
    if random.random() < 0.5:
        part["levels"].append(level)
    else:
        part["levels"][random.randrange(len(part["levels"]))] = level
    return f"a vector of {part['electrons']} electrons twice"


def _other_vector(document: Document, random: Random) -> str | None:
    if not document["evidence"]:
        return None
    part = random.choice(document["evidence"])
    level = random.choice(part["levels"])
    numbers = [int(word, 16) for word in level["vector"].split()]
    largest = max(map(abs, numbers))
    what = random.choice(["noise", "unit", "half", "sign", "swap", "two_S", "parity"])
    if what == "noise":
        numbers = [
            number + random.randrange(-largest, largest + 1) // random.choice([10, 10**3, 10**5]) for number in numbers
        ]
    elif what == "unit":
        numbers = [0] * len(numbers)
        numbers[random.randrange(len(numbers))] = 1
    elif what == "half":
        numbers = [number >> 70 for number in numbers]
    elif what == "sign":
        index = random.randrange(len(numbers))
        numbers[index] = -numbers[index]
    elif what == "swap" and len(numbers) > 1:
        one, two = random.sample(range(len(numbers)), 2)
        numbers[one], numbers[two] = numbers[two], numbers[one]
    elif what == "two_S":
        level["two_S"] += random.choice([2, -2, 1])
    elif what == "parity":
        level["parity"] = -level["parity"]
    level["vector"] = " ".join(f"{number:x}" for number in numbers)
    return f"a vector of {part['electrons']} electrons: {what}"


def _relabelled(document: Document, random: Random) -> str | None:
    """Give a level another spin, in evidence and statement alike, with the M_ji that would follow."""
    if not document["evidence"]:
        return None
    which = random.randrange(len(document["evidence"]))
    part, values = document["evidence"][which], document["values"]
    index = random.randrange(len(part["levels"]))
    old = part["levels"][index]["two_S"]
    new = random.choice([two_S for two_S in range(part["electrons"] % 2, part["electrons"] + 3, 2) if two_S != old])
    part["levels"][index]["two_S"] = new
    if "two_S" in values:
        values["two_S"][index : index + 1] = [new] * len(values["two_S"][index : index + 1])
    if "spectra" in values and index < len(values["spectra"][which]):
        values["spectra"][which][index]["members"][0][0] = new
    if set(values) == {"M"} and which == 1:
        for ball in values["M"][index] if index < len(values["M"]) else []:
            ball["mid"] = random.choice(["0", str(Fraction(ball["mid"]) * Fraction(new + 1, old + 1))])
    return f"spin {old}/2 called {new}/2, level {index} of {part['electrons']} electrons"


def _other_ceiling(document: Document, random: Random) -> str | None:
    if not document["evidence"]:
        return None
    part = random.choice(document["evidence"])
    old = Fraction(part["ceiling"] or 0)
    part["ceiling"] = random.choice([None, "0", "-5", str(old * 3 + 50), str(old / 2), str(old + 10**6), "1e-300", 7])
    part["limit"] = random.choice([part["limit"], 0, 2, 10**9, part["limit"] + 40])
    return f"ceiling {part['ceiling']}, limit {part['limit']}"


def _swapped_lists(document: Document, random: Random) -> str | None:
    if len(document["evidence"]) < 2:
        return None
    what = random.choice(["swapped", "first twice", "electrons"])
    if what == "swapped":
        document["evidence"].reverse()
    elif what == "first twice":
        document["evidence"][1] = copy.deepcopy(document["evidence"][0])
    if what == "electrons" or random.random() < 0.5:
        first = document["case"]["inputs"]["electrons"]
        for k, part in enumerate(document["evidence"]):
            part["electrons"] = first + k if what != "electrons" else first
    return f"lists {what}"


EVIDENCE: tuple[Change, ...] = (
    _foreign_evidence,
    _foreign_evidence,
    _interaction_denied,
    _floor,
    _dropped_vector,
    _doubled_vector,
    _other_vector,
    _other_vector,
    _other_ceiling,
    _relabelled,
    _relabelled,
    _swapped_lists,
)

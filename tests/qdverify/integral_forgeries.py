"""Forged certificates of dots given by their integrals: changes of true ones, each with its hash made anew.

Changes of form must be rejected, whatever the document states; changes of content unless it is still true.
"""

import copy
import json
from collections.abc import Iterator
from fractions import Fraction
from random import Random

from forgery_tools import Change, Document, at, is_ball, nodes
from integral_certificates import SITES, certificates
from integral_forgeries_form import dot_in, malformed

from qdverify.certificate.check import content_hash

# Content: the dot


def _indices_swapped(document: Document, random: Random) -> str:
    """(pq|rs) written as <pq|rs>, or moved to other orbitals."""
    entries = dot_in(document)["two_body"]
    entry = random.choice([entry for entry in entries if len(set(entry[:4])) > 1] or entries)
    entry[1], entry[2] = entry[2], entry[1]
    listed = [sorted([sorted(other[:2]), sorted(other[2:4])]) for other in entries]
    if listed.count(sorted([sorted(entry[:2]), sorted(entry[2:4])])) > 1:
        entries.remove(entry)
    return f"an integral with swapped indices, {entry}"


def _permuted(document: Document, random: Random) -> str:
    """One of the eight equal integrals in the place of another: still true."""
    entry = random.choice(dot_in(document)["two_body"])
    p, q, r, s, value = entry
    entry[:] = random.choice([[q, p, r, s, value], [r, s, p, q, value], [s, r, q, p, value]])
    return f"an equal integral, {entry}"


def _integral_changed(document: Document, random: Random) -> str:
    """Another sign, a factor, a small shift, or none at all."""
    entries = dot_in(document)["two_body"]
    index = random.randrange(len(entries))
    old = Fraction(entries[index][4])
    new = random.choice([-old, 2 * old, old / 2, old + Fraction(1, 10**6), None])
    if new is None:
        del entries[index]
    else:
        entries[index][4] = str(new)
    return f"integral {index} is {new}"


def _one_body_changed(document: Document, random: Random) -> str:
    h = dot_in(document)["one_body"]
    p, q = random.randrange(len(h)), random.randrange(len(h))
    shift = random.choice([Fraction(1), Fraction(-1, 10**7), -2 * Fraction(h[p][q])])
    h[p][q] = h[q][p] = str(Fraction(h[p][q]) + shift)
    return f"h of {p}, {q} shifted by {shift}"


def _core(document: Document, random: Random) -> str:
    dot = dot_in(document)
    old = Fraction(dot.get("core", 0))
    dot["core"] = str(random.choice([old + 1, -old + Fraction(1, 3), old + Fraction(1, 10**8)]))
    if random.random() < 0.5:
        dot.pop("core")
    return f"core {dot.get('core')}"


def _core_that_follows(document: Document, random: Random) -> str:
    """E_0, ceilings and energies move together, or not all of them."""
    dot = dot_in(document)
    dot["core"] = str(Fraction(dot.get("core", 0)) + 3)
    for part in document["evidence"]:
        if part["ceiling"] is not None and random.random() < 0.8:
            part["ceiling"] = str(Fraction(part["ceiling"]) + 3)
    if random.random() < 0.8:
        for place in nodes(document["values"]["spectra"], is_ball):
            claim = at(document["values"]["spectra"], place)
            claim["mid"] = str(Fraction(claim["mid"]) + 3)
    return "E_0 moved by 3"


def _irreps(document: Document, random: Random) -> str:
    """Labels of the dot, of a level in evidence or statement, or of both."""
    dot, what = dot_in(document), random.choice(["dot", "dropped", "evidence", "statement", "both"])
    new = random.choice([1, 2, 3, 8])
    if what == "dot":
        dot["irreps"] = [random.choice([1, 2, 5]) for _ in range(dot["orbitals"])]
    elif what == "dropped":
        dot.pop("irreps", None)
    which = random.randrange(len(document["evidence"]))
    if what in ("evidence", "both"):
        random.choice(document["evidence"][which]["levels"])["irrep"] = new
    if what in ("statement", "both"):
        random.choice(document["values"]["spectra"][which])["members"][0][1] = new
    return f"irreps: {what}, {new}"


def _weights(document: Document, random: Random) -> str:
    dot = dot_in(document)
    weights = {lead: dot.get("weights", {}).get(lead, [1] * dot["orbitals"]) for lead in ("L", "R")}
    what = random.choice(["exchanged", "one lead's for both", "sign of all", "sign of one", "dropped", "order"])
    if what == "exchanged":
        weights = {"L": weights["R"], "R": weights["L"]}
    elif what == "one lead's for both":
        weights["R"] = weights["L"]
    elif what == "sign of all":
        weights["L"] = [str(-Fraction(w)) for w in weights["L"]]
    elif what == "sign of one":
        weights["L"] = [str(-Fraction(weights["L"][0])), *weights["L"][1:]]
    elif what == "order":
        weights["R"] = weights["R"][::-1]
    dot["weights"] = weights
    if what == "dropped":
        del dot["weights"]
    M = document["values"].get("M")
    if M and random.random() < 0.3:
        M["L"], M["R"] = M["R"], M["L"]
    return f"weights {what}"


def _units(document: Document, random: Random) -> str:
    """Scale all integrals: true if energies and ceilings follow."""
    dot, factor = dot_in(document), random.choice([Fraction(2), Fraction(1, 10**9), Fraction(10**12)])
    dot["core"] = str(Fraction(dot.get("core", 0)) * factor)
    dot["one_body"] = [[str(Fraction(value) * factor) for value in row] for row in dot["one_body"]]
    for entry in dot["two_body"]:
        entry[4] = str(Fraction(entry[4]) * factor)
    follow = random.random() < 0.7
    for part in document["evidence"]:
        if part["ceiling"] is not None:
            part["ceiling"] = str(Fraction(part["ceiling"]) * factor)
    for place in nodes(document["values"]["spectra"], is_ball) if follow else []:
        claim = at(document["values"]["spectra"], place)
        claim.update({name: str(Fraction(claim[name]) * factor) for name in claim})
    for name in ("kT", "gate"):
        if name in document["case"]["inputs"] and follow:
            document["case"]["inputs"][name] = str(Fraction(document["case"]["inputs"][name]) * factor)
    return f"integrals in a unit of {factor}"


# Content: statement and evidence


def _ball_moved(document: Document, random: Random) -> str:
    place = random.choice(nodes(document["values"], is_ball))
    claim = at(document["values"], place)
    mid, rad = Fraction(claim["mid"]), Fraction(claim["rad"])
    what = random.choice(["sign", "3 radii", "half a radius", "no radius", "factor 2"])
    mid = {"sign": -mid, "3 radii": mid + 3 * rad, "half a radius": mid + rad / 2, "factor 2": 2 * mid}.get(what, mid)
    claim.update(mid=str(mid), rad="0" if what == "no radius" else str(rad))
    return f"{'/'.join(map(str, place))}: {what}"


def _spin(document: Document, random: Random) -> str:
    which = random.randrange(len(document["evidence"]))
    part, spectrum = document["evidence"][which], document["values"]["spectra"][which]
    index, step = random.randrange(len(part["levels"])), random.choice([2, -2, 1])
    if random.random() < 0.7:
        part["levels"][index]["two_S"] += step
    if index < len(spectrum) and random.random() < 0.7:
        spectrum[index]["members"][0][0] += step
    return f"spin of level {index} changed by {step}/2"


def _other_evidence(document: Document, random: Random) -> str:
    others = [one for one in certificates().values() if one["case"]["task"] == document["case"]["task"]]
    other = copy.deepcopy(random.choice(others))
    what = random.choice(["evidence", "values", "both", "dot"])
    if what in ("evidence", "both"):
        document["evidence"] = other["evidence"]
    if what in ("values", "both"):
        document["values"] = other["values"]
    if what == "dot":
        document["case"]["inputs"]["dot"] = random.choice([other["case"]["inputs"]["dot"], copy.deepcopy(SITES)])
    return f"{what} of another certificate"


def _level_twice(document: Document, random: Random) -> str:
    which = random.randrange(len(document["evidence"]))
    levels = document["evidence"][which]["levels"]
    level = copy.deepcopy(random.choice(levels))
    factor = random.choice([1, -1, 3])
    level["vector"] = " ".join(f"{int(word, 16) * factor:x}" for word in level["vector"].split())
    if random.random() < 0.5:
        levels.append(level)
    else:
        levels[random.randrange(len(levels))] = level
    if random.random() < 0.5:
        entry = random.choice(document["values"]["spectra"][which])
        entry["members"][0][2] += 1
    return "a level twice"


def _level_dropped(document: Document, random: Random) -> str:
    """From the evidence, and from a spectrum with it."""
    which = random.randrange(len(document["evidence"]))
    part, spectrum = document["evidence"][which], document["values"]["spectra"][which]
    index = random.randrange(len(part["levels"]))
    del part["levels"][index]
    if document["case"]["task"] == "spectrum" and index < len(spectrum) > 1:
        del spectrum[index]
        if document["case"]["inputs"]["levels"] != "all":
            document["case"]["inputs"]["levels"] -= 1
    return f"level {index} dropped"


def _vector(document: Document, random: Random) -> str:
    level = random.choice(random.choice(document["evidence"])["levels"])
    numbers = [int(word, 16) for word in level["vector"].split()]
    what, index = random.choice(["sign", "shift", "zero", "short", "swap"]), random.randrange(len(numbers))
    if what == "sign":
        numbers[index] = -numbers[index]
    elif what == "shift":
        numbers[index] += max(map(abs, numbers)) // random.choice([10, 10**6])
    elif what == "zero":
        numbers[index] = 0
    elif what == "short":
        numbers = [number >> 60 for number in numbers]
    else:
        numbers = numbers[::-1]
    level["vector"] = " ".join(f"{number:x}" for number in numbers)
    return f"a vector: {what}"


def _ceiling(document: Document, random: Random) -> str:
    part = random.choice(document["evidence"])
    old = Fraction(part["ceiling"] or 0)
    part["ceiling"] = random.choice([None, "0", str(old + 5), str(old - 5), str(old + 10**6), str(old / 2), "-1e300"])
    return f"ceiling {part['ceiling']}"


def _counts(document: Document, random: Random) -> str:
    inputs = document["case"]["inputs"]
    what = random.choice(["electrons", "evidence", "levels", "members"])
    if what == "electrons":
        inputs["electrons"] += random.choice([1, -1])
    elif what == "evidence":
        random.choice(document["evidence"])["electrons"] += 1
    elif what == "members":
        random.choice(random.choice(document["values"]["spectra"]))["members"][0][2] += random.choice([1, -1])
    elif isinstance(inputs["levels"], list):
        inputs["levels"][0] += 1
    else:
        inputs["levels"] = random.choice([1, 2, 3, "all"])
    return f"{what} counted otherwise"


def _leads(document: Document, random: Random) -> str | None:
    inputs = document["case"]["inputs"]
    if "leads" not in inputs:
        return None
    for lead in inputs["leads"]:
        lead["name"] = "R" if lead["name"] == "L" else "L"
    if random.random() < 0.5 and "weights" in dot_in(document):
        weights = dot_in(document)["weights"]
        dot_in(document)["weights"] = {"R" if lead == "L" else "L": value for lead, value in weights.items()}
    return "leads renamed"


CONTENT: tuple[Change, ...] = (
    _indices_swapped,
    _permuted,
    _integral_changed,
    _one_body_changed,
    _core,
    _core_that_follows,
    _irreps,
    _weights,
    _units,
    _ball_moved,
    _spin,
    _other_evidence,
    _level_twice,
    _level_dropped,
    _vector,
    _ceiling,
    _counts,
    _leads,
)


def forgeries(seed: int, tries: int) -> Iterator[tuple[str, Document]]:
    """Yield labels and forged documents, the same for the same seed; `tries` variants of each change of content."""
    random = Random(seed)
    for label, document in malformed(certificates()["labelled transitions"]):
        yield label, signed(document)
    for name, base in certificates().items():
        seen = {_text(base)}
        for change in CONTENT:
            for _ in range(tries):
                document = copy.deepcopy(base)
                what = change(document, random)
                if what is not None and _text(document) not in seen:
                    seen.add(_text(document))
                    yield f"content: {what} ({name})", signed(document)


def signed(document: Document) -> Document:
    """Return the document with a hash that fits its content."""
    return {**document, "sha256": content_hash(document)}


def _text(document: Document) -> str:
    return json.dumps({key: value for key, value in document.items() if key != "sha256"}, sort_keys=True)

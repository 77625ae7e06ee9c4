"""How far loose vectors prove: exactly as far as the theorems say, to a thousandth of the ball, in both checkers.

The ends of every energy and M_ji are worked out in mpmath from the integers of the certificate and the formulas of
"What a certificate proves". A ball that just reaches them is accepted, one that falls short at either end is not, so
that a bound too small by any factor, a dropped term or a gap taken from the wrong level is seen.
"""

import copy
from functools import cache

import pytest
from certificate_samples import rehashed, rejected
from forgery_mixtures import _masks
from mpmath import mp, mpf
from plain_dot import PlainDot, create, exact, inner
from second_checker import judge_document

from qdverify.protocol.case import Case
from qdverify.reference.write_certificate import certificate

DOT = {"length": "2", "cutoff": "0", "orbitals": 4, "kernel": "contact", "strength": "7/4"}
BITS = [8, 11]
SHARP = mpf(10) ** -8  # narrower balls are those of vectors that loosening leaves exact


def accepted_by_checkers(document: dict) -> list[bool]:
    """Return the verdicts of the checkers in Python and in C++."""
    document = rehashed(document)
    return [not rejected(document), judge_document(document).status == 0]


def loosened(numbers: list[int], bits: int) -> list[int]:
    """Cut integers to so many bits; those of equal magnitude stay equal, and with them the spin of two electrons."""
    places = max(abs(number).bit_length() for number in numbers) - bits
    return [(abs(number) >> places) * (1 if number > 0 else -1) for number in numbers]


class Proven:
    """One list of levels as the theorems enclose them: rho, r, edges, energies, deviations, in units of 1/L^2."""

    def __init__(self, part: dict) -> None:
        """Work out all levels of one list of the evidence."""
        plain, square = PlainDot(DOT, 40), exact(DOT["length"]) ** 2
        self.levels = []
        for level in part["levels"]:
            numbers = [int(word, 16) for word in level["vector"].split()]
            masks = _masks(DOT["orbitals"], part["electrons"], level["parity"])
            state = {mask: mpf(number) for mask, number in zip(masks, numbers, strict=True) if number}
            norm = inner(state, state)
            image = {mask: square * value for mask, value in plain.hamiltonian(state).items()}
            rho = inner(state, image) / norm
            r = mp.sqrt(abs(inner(image, image) / norm - rho**2))
            self.levels.append({**level, "state": state, "norm": norm, "rho": rho, "r": r})
        self.levels.sort(key=lambda level: level["rho"])
        for label in {(level["two_S"], level["parity"]) for level in self.levels}:
            group = [level for level in self.levels if (level["two_S"], level["parity"]) == label]
            for k, level in enumerate(group):
                a = group[k - 1]["rho"] + group[k - 1]["r"] if k else -mp.inf
                b = group[k + 1]["rho"] - group[k + 1]["r"] if k + 1 < len(group) else exact(part["ceiling"])
                rho, r = level["rho"], level["r"]
                level["low"], level["high"] = rho - r**2 / (b - rho), rho + r**2 / (rho - a)
                level["deviation"] = mp.sqrt(2) * r / min(b - rho, rho - a)
        self.levels.sort(key=lambda level: level["low"])


def ball(low: mpf, high: mpf) -> dict[str, str]:
    """Return the ball between two ends."""
    return {"mid": mp.nstr((low + high) / 2, 35), "rad": mp.nstr((high - low) / 2, 35)}


def reaching_and_short(low: mpf, high: mpf, looser: mpf) -> tuple[dict, list[dict]]:
    """Return a ball that reaches just beyond both ends, and balls that fall short at one end by a thousandth.

    `looser` is how far below the low end the ball of a square goes in the Python checker.
    """
    width = high - low
    bottom, top = low - looser - width / 10**4 - mpf(10) ** -15, high + width / 10**4 + mpf(10) ** -15
    if width < SHARP:
        return ball(bottom, top), []
    return ball(bottom, top), [ball(low + width / 10**3, top), ball(bottom, high - width / 10**3)]


@cache
def written(task: str, electrons: int) -> dict:
    """Return a certificate of the dot."""
    counts = {"levels": 4} if task == "spectrum" else {"levels_from": 2, "levels_to": 2}
    return certificate(Case(task, {"dot": DOT, "electrons": electrons, **counts}), digits=12)


@pytest.mark.parametrize("bits", BITS)
def test_energies_are_proven_as_far_as_kato_and_temple_reach(bits: int) -> None:
    """Two electrons, loose vectors: each end of each ball decides."""
    document = copy.deepcopy(written("spectrum", 2))
    part = document["evidence"][0]
    for level in part["levels"]:
        level["vector"] = " ".join(f"{n:x}" for n in loosened([int(w, 16) for w in level["vector"].split()], bits))
    with mp.workdps(45):
        square, proven = exact(DOT["length"]) ** 2, Proven(part)
        ends = [(level["low"] / square, level["high"] / square) for level in proven.levels[:4]]
        assert sum(high - low > SHARP for low, high in ends) == 3
        reaching, short = zip(*(reaching_and_short(*pair, mpf(0)) for pair in ends), strict=True)
    document["values"]["energies"] = list(reaching)
    assert accepted_by_checkers(document) == [True, True]
    for k in range(4):
        for one in short[k]:
            document["values"]["energies"] = [*reaching[:k], one, *reaching[k + 1 :]]
            assert accepted_by_checkers(document) == [False, False], (k, one)


@pytest.mark.parametrize("bits", BITS)
@pytest.mark.parametrize("electrons", [1, 2])
def test_probabilities_are_proven_as_far_as_davis_and_kahan_reach(bits: int, electrons: int) -> None:
    """Loose vectors of the two electrons: |amplitude| +- sqrt(M) (eta_i + eta_j), squared."""
    document = copy.deepcopy(written("transition_probabilities", electrons))
    for level in document["evidence"][2 - electrons]["levels"]:
        level["vector"] = " ".join(f"{n:x}" for n in loosened([int(w, 16) for w in level["vector"].split()], bits))
    with mp.workdps(45):
        initial, final = (Proven(part).levels[:2] for part in document["evidence"])
        ends = [[probability(electrons, i, j) for i in initial] for j in final]
        pairs = [[reaching_and_short(*three) if three[1] else None for three in row] for row in ends]
    reaching = [[pair[0] if pair else {"mid": "0", "rad": "0"} for pair in row] for row in pairs]
    document["values"]["M"] = reaching
    assert accepted_by_checkers(document) == [True, True]
    decided = 0
    for j, row in enumerate(pairs):
        for i, pair in enumerate(row):
            for one in pair[1] if pair and ends[j][i][0] > 0 else ():
                document["values"]["M"] = copy.deepcopy(reaching)
                document["values"]["M"][j][i] = one
                assert accepted_by_checkers(document) == [False, False], (j, i, one)
                decided += 1
    assert decided >= 2


def probability(electrons: int, i: dict, j: dict) -> tuple[mpf, mpf, mpf]:
    """Return both ends of M_ji from the states of S_z = 0 or 1/2, and how much lower the ball of its square ends."""
    if abs(i["two_S"] - j["two_S"]) != 1:
        return mpf(0), mpf(0), mpf(0)
    spin = electrons % 2
    added: dict = {}
    for p in range(DOT["orbitals"]):
        for mask, value in create(i["state"], 2 * p + spin).items():
            added[mask] = added.get(mask, 0) + value
    size = abs(inner(added, j["state"])) / mp.sqrt(i["norm"] * j["norm"])
    error = mp.sqrt(DOT["orbitals"]) * (i["deviation"] + j["deviation"])
    up = i["two_S"] + 2 if j["two_S"] > i["two_S"] else i["two_S"]
    squared = mpf(1) / 2 if spin else mpf(up) / (2 * (i["two_S"] + 1))
    factor = mpf(j["two_S"] + 1) / (2 * (i["two_S"] + 1)) / squared
    return factor * max(mpf(0), size - error) ** 2, factor * (size + error) ** 2, 2 * factor * error**2

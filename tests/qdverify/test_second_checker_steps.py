"""The checker in C++ on documents of the second schema: from the dot to the current, whole spectra, clusters."""

import copy
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import combinations_with_replacement, pairwise

import mpmath
import pytest
from certificate_samples import DOT
from second_checker import hashed, judge_document

from qdverify.protocol.case import Case
from qdverify.reference.write_certificate import certificate

LEADS = [{"name": "L", "rate": "1", "mu": "1/50"}, {"name": "R", "rate": "2", "mu": "-1/50"}]
FREE = {"length": "1", "cutoff": "0", "orbitals": 7, "kernel": "none", "strength": "1"}


def document(task: str, inputs: dict, values: dict, evidence: list) -> dict:
    """Return a document of the second schema with its hash."""
    case = {"schema": "qdverify-case/2", "task": task, "inputs": inputs}
    fields = {"case": case, "digits": 12, "grade": "enclosed", "values": values, "evidence": evidence}
    return hashed({"schema": "qdverify-certificate/2", **fields})


def ball(value: object, relative: str = "1e-9") -> dict:
    """Return a ball around a number."""
    number = mpmath.mpf(value)
    return {"mid": mpmath.nstr(number, 30), "rad": mpmath.nstr(abs(number) * mpmath.mpf(relative), 5)}


# from the dot to the current


@cache
def steps() -> dict:
    """Return the parts of a certificate of a current through 1, 2 and 3 electrons, one level, two levels, one level."""
    counts = [1, 2, 1]
    lists, spectra, M = [], [], []
    for electrons, count in enumerate(counts, 1):
        written = certificate(Case("spectrum", {"dot": DOT, "electrons": electrons, "levels": count}), digits=16)
        stated = written["values"]
        lists.append(written["evidence"][0])
        spectra.append(
            [
                {"energy": energy, "members": [[two_S, parity, 1]]}
                for energy, two_S, parity in zip(stated["energies"], stated["two_S"], stated["parity"], strict=True)
            ]
        )
    for electrons, (start, end) in enumerate(pairwise(counts), 1):
        inputs = {"dot": DOT, "electrons": electrons, "levels_from": start, "levels_to": end}
        M.append(certificate(Case("transition_probabilities", inputs), digits=16)["values"]["M"])
    inputs = {"dot": DOT, "electrons": 1, "levels": counts, "leads": LEADS, "kT": "1/100", "gate": "3/5"}
    return {
        "inputs": inputs,
        "evidence": lists,
        "values": {"spectra": spectra, "M": M, **_transport(inputs, spectra, M)},
    }


def _transport(inputs: dict, spectra: list, M: list) -> dict:
    """Return rates, populations and currents from the rate equation, solved as linear equations with 60 digits."""
    with mpmath.workdps(60):
        states = [(n, i) for n, spectrum in enumerate(spectra) for i in range(len(spectrum))]
        index = {state: k for k, state in enumerate(states)}
        W = mpmath.zeros(len(states))
        flows, rates = [], []
        kT, gate = (_number(inputs[name]) for name in ("kT", "gate"))
        for n, matrix in enumerate(M):
            rates.append([[{} for _ in row] for row in matrix])
            for j, row in enumerate(matrix):
                for i, stated in enumerate(row):
                    here, there = spectra[n][i], spectra[n + 1][j]
                    step = _number(there["energy"]["mid"]) - _number(here["energy"]["mid"]) - gate
                    weight = mpmath.mpf(here["members"][0][0] + 1) / (there["members"][0][0] + 1)
                    for lead in inputs["leads"]:
                        x = (step - _number(lead["mu"])) / kT
                        strength = 2 * _number(lead["rate"]) * _number(stated["mid"])
                        into, out = strength / (1 + mpmath.exp(x)), strength * weight / (1 + mpmath.exp(-x))
                        a, b = index[n, i], index[n + 1, j]
                        W[b, a] += into
                        W[a, a] -= into
                        W[a, b] += out
                        W[b, b] -= out
                        flows.append((lead["name"], a, b, into, out))
                        rates[n][j][i][lead["name"]] = {"in": ball(into), "out": ball(out)}
        for k in range(len(states)):
            W[len(states) - 1, k] = 1
        P = mpmath.lu_solve(W, mpmath.matrix([0] * (len(states) - 1) + [1]))
        currents = {
            f"I_{name}": sum(P[a] * into - P[b] * out for lead, a, b, into, out in flows if lead == name) * sign
            for name, sign in (("L", 1), ("R", -1))
        }
        populations = [[ball(P[index[n, i]]) for i in range(len(spectrum))] for n, spectrum in enumerate(spectra)]
        return {
            "rates": rates,
            "populations": populations,
            **{name: ball(current) for name, current in currents.items()},
        }


def _number(text: str) -> mpmath.mpf:
    number = Fraction(text)
    return mpmath.mpf(number.numerator) / number.denominator


NAMES = {
    "stationary_state": ("spectra", "M", "rates", "populations"),
    "current": ("spectra", "M", "rates", "populations", "I_L", "I_R"),
}


def chain(task: str) -> dict:
    """Return a certificate of populations or of a current."""
    parts = copy.deepcopy(steps())
    return document(task, parts["inputs"], {name: parts["values"][name] for name in NAMES[task]}, parts["evidence"])


def dot_only(task: str) -> dict:
    """Return a certificate of levels, or of levels and transition probabilities."""
    parts = copy.deepcopy(steps())
    values, inputs = parts["values"], {"dot": DOT, "electrons": 1}
    if task == "spectrum":
        inputs = {"dot": DOT, "electrons": 2, "levels": 2}
        return document(task, inputs, {"spectra": values["spectra"][1:2]}, parts["evidence"][1:2])
    kept = {"spectra": values["spectra"][:2], "M": values["M"][:1]}
    return document(task, {**inputs, "levels": [1, 2]}, kept, parts["evidence"][:2])


@pytest.mark.parametrize("task", list(NAMES))
def test_every_step_to_the_current_is_accepted(task: str) -> None:
    """Levels, M_ji, rates, populations and currents that a linear solver finds are proven from the dot alone."""
    assert judge_document(chain(task)) == (0, f"proven: every step up to {task}")


@pytest.mark.parametrize("task", ["spectrum", "transition_probabilities"])
def test_the_first_steps_are_accepted(task: str) -> None:
    """A spectrum, or a spectrum and its transitions, without leads."""
    assert judge_document(dot_only(task)) == (0, f"proven: every step up to {task}")


def _balls(node: object, path: tuple = ()) -> Iterator[tuple]:
    if isinstance(node, dict) and set(node) == {"mid", "rad"}:
        yield path
    elif isinstance(node, dict | list):
        for step, item in node.items() if isinstance(node, dict) else enumerate(node):
            yield from _balls(item, (*path, step))


def _at(node: object, path: tuple) -> object:
    for step in path:
        node = node[step]
    return node


def test_no_step_is_taken_on_trust() -> None:
    """With a fresh hash: any ball of any step, moved by more than its radius, is rejected."""
    true = chain("current")
    paths = list(_balls(true["values"]))
    assert len(paths) == 4 + 4 + 16 + 4 + 2
    for path in paths:
        for sign in (1, -1):
            false = copy.deepcopy(true)
            number = _at(false["values"], path)
            number["mid"] = str(Fraction(number["mid"]) + sign * (3 * Fraction(number["rad"]) + Fraction(1, 10**100)))
            assert judge_document(hashed(false)).status == 1, path


LIES = {
    "another gate": {"gate": "1/2"},
    "another temperature": {"kT": "1/90"},
    "another rate": {"leads": [LEADS[0], {**LEADS[1], "rate": "1"}]},
    "another potential": {"leads": [LEADS[0], {**LEADS[1], "mu": "0"}]},
    "exchanged leads": {"leads": [{**LEADS[0], "name": "R"}, {**LEADS[1], "name": "L"}]},
    "a third lead": {"leads": [*LEADS, {"name": "R", "rate": "0", "mu": "9"}]},
    "a level less": {"levels": [1, 1, 1]},
    "a level more": {"levels": [1, 3, 1]},
    "a list less": {"levels": [1, 2]},
    "all levels": {"levels": [1, "all", 1]},
    "every level": {"levels": [1, "every", 1]},
    "other electrons": {"electrons": 0},
    "another dot": {"dot": {**DOT, "length": "10"}},
    "one list for all": {"levels": 2},
    "a field too many": {"note": 1},
}


@pytest.mark.parametrize("name", list(LIES))
def test_inputs_of_a_current_cannot_be_exchanged(name: str) -> None:
    """With a fresh hash: every input takes part in the proof."""
    false = chain("current")
    false["case"]["inputs"].update(LIES[name])
    assert judge_document(hashed(false)).status == 1


def test_evidence_and_schema_of_a_current_cannot_be_exchanged() -> None:
    """With a fresh hash: lists in another order, missing or doubled, dropped levels, another grade or schema."""
    true = chain("current")
    first, second, third = true["evidence"]
    short = {**second, "levels": second["levels"][:1]}
    double = {**second, "levels": [*second["levels"], second["levels"][0]]}
    for evidence in ([second, first, third], [first, second], [first, short, third], [first, double, third]):
        assert judge_document(hashed({**true, "evidence": evidence})).status == 1
    for change in ({"grade": "exact"}, {"schema": "qdverify-certificate/1"}, {"schema": "qdverify-certificate/3"}):
        assert judge_document(hashed({**true, **change})).status == 1
    assert judge_document(hashed({**true, "case": {**true["case"], "schema": "qdverify-case/1"}})).status == 1


# whole spectra and clusters: seven orbitals without interaction, in which 1 + 49 = 25 + 25


def _mask(*places: tuple[int, int]) -> int:
    return sum(1 << 2 * (p - 1) + spin for p, spin in places)


def _masks(electrons: int, parity: int) -> list[int]:
    orbitals = range(1, 8)
    found = [_mask((p, 0)) for p in orbitals]
    if electrons == 2:
        found = [_mask((p, 0), (q, 1)) for p in orbitals for q in orbitals]
    return sorted(m for m in found if (-1) ** sum(b // 2 for b in range(14) if m >> b & 1) == parity)


def _level(electrons: int, two_S: int, parity: int, terms: dict[int, int]) -> dict:
    numbers = [terms.get(mask, 0) for mask in _masks(electrons, parity)]
    return {"two_S": two_S, "parity": parity, "vector": " ".join(f"{number:x}" for number in numbers)}


def free_levels(electrons: int) -> list[tuple[int, dict]]:
    """Return the sum of n^2 and the level of every configuration."""
    if electrons == 1:
        return [(p * p, _level(1, 1, (-1) ** (p + 1), {_mask((p, 0)): 1})) for p in range(1, 8)]
    found = []
    for p, q in combinations_with_replacement(range(1, 8), 2):
        parity, one, two = (-1) ** (p + q), _mask((p, 0), (q, 1)), _mask((q, 0), (p, 1))
        found.append((p * p + q * q, _level(2, 0, parity, {one: 1, two: -1} if p < q else {one: 1})))
        if p < q:
            found.append((p * p + q * q, _level(2, 2, parity, {one: 1, two: 1})))
    return found


def free_spectrum(levels: list[tuple[int, dict]]) -> list[dict]:
    """Return the entries of a whole spectrum: levels of one sum of n^2 are a cluster."""
    entries = []
    for total in sorted({total for total, _ in levels}):
        labels = [(level["two_S"], level["parity"]) for number, level in levels if number == total]
        members = [[*label, labels.count(label)] for label in sorted(set(labels))]
        with mpmath.workdps(40):
            entries.append({"energy": ball(total * mpmath.pi**2 / 2, "1e-20"), "members": members})
    return entries


def whole(change: tuple[int, int, int, int] = (1, 0, 0, 1)) -> tuple[dict, list[dict], list[dict]]:
    """Return a document of all M_ji of one to two electrons, and both spectra.

    `change` holds the coefficients of the two coinciding singlets {1, 7} and {5, 5} in the two vectors for them.
    """
    one, two = free_levels(1), free_levels(2)
    pair = {_mask((1, 0), (7, 1)): 1, _mask((7, 0), (1, 1)): -1}, {_mask((5, 0), (5, 1)): 1}
    places = [k for k, (total, level) in enumerate(two) if total == 50 and level["two_S"] == 0]
    assert len(places) == 2
    for place, (a, b) in zip(places, (change[:2], change[2:]), strict=True):
        terms = {mask: a * value for mask, value in pair[0].items()} | {
            mask: b * value for mask, value in pair[1].items()
        }
        two[place] = (50, _level(2, 0, 1, terms))
    spectra = [free_spectrum(one), free_spectrum(two)]
    rows = [[_free_M(i, total, member) for i in range(1, 8)] for total, member in _groups(spectra[1])]
    evidence = [
        {"electrons": n, "ceiling": None, "limit": 0, "levels": [level for _, level in levels]}
        for n, levels in ((1, one), (2, two))
    ]
    inputs = {"dot": FREE, "electrons": 1, "levels": ["all", "all"]}
    values = {"spectra": spectra, "M": [rows]}
    return document("transition_probabilities", inputs, values, evidence), *spectra


def _groups(spectrum: list[dict]) -> list[tuple[int, list[int]]]:
    totals = [round(float(entry["energy"]["mid"]) * 2 / float(mpmath.pi**2)) for entry in spectrum]
    return [(total, member) for total, entry in zip(totals, spectrum, strict=True) for member in entry["members"]]


def _free_M(i: int, total: int, member: list[int]) -> dict:
    """Return M summed over the group: 1/4 into a singlet {i, n}, 3/4 into a triplet, 1/2 into {i, i}."""
    n = next((n for n in range(1, 8) if n * n == total - i * i), 0)
    fits = n and (-1) ** (i + n) == member[1]
    if not fits or (n == i and member[0] == 2):
        return {"mid": "0", "rad": "1e-20"}
    value = "1/2" if n == i else "1/4" if member[0] == 0 else "3/4"
    return {"mid": value, "rad": "1e-20"}


@pytest.mark.parametrize("change", [(1, 0, 0, 1), (4, 3, 3, -8), (1, 1, 1, -2)], ids=str)
def test_levels_that_coincide_are_a_cluster(change: tuple[int, int, int, int]) -> None:
    """Whatever two orthogonal vectors span the two coinciding singlets, their M_ji summed are proven."""
    status, message = judge_document(whole(change)[0])
    assert status == 0, message


def test_vectors_that_are_not_orthogonal_prove_less() -> None:
    """With an overlap of 1/6, M_ji of the cluster are proven to 10 or so and not to 1e-20."""
    skew, _, spectrum = whole((1, 0, 1, 8))
    assert judge_document(skew).message.startswith("rejected: M: ")
    row = [[*member[:2], total] for total, member in _groups(spectrum)].index([0, 1, 50])
    for number in skew["values"]["M"][0][row]:
        number["rad"] = "100"
    assert judge_document(hashed(skew)).status == 0


def test_vectors_that_coincide_prove_no_cluster() -> None:
    """With a fresh hash: the same singlet twice, or almost twice, is one level and not two."""
    for change in ((1, 0, 1, 0), (1, 0, 5, 1), (1, 1, 1, 1)):
        assert judge_document(whole(change)[0]).status == 1


def test_clusters_state_their_members() -> None:
    """With a fresh hash: counts, labels, order and division of the cluster must be as proven."""
    true, _, spectrum = whole()
    place = next(k for k, entry in enumerate(spectrum) if any(count == 2 for *_, count in entry["members"]))
    energy, members = spectrum[place]["energy"], spectrum[place]["members"]
    assert members == [[0, 1, 2], [2, 1, 1]]
    false_entries = [
        [{"energy": energy, "members": [[2, 1, 1], [0, 1, 2]]}],
        [{"energy": energy, "members": [[0, 1, 1], [2, 1, 2]]}],
        [{"energy": energy, "members": [[0, 1, 1], [0, 1, 1], [2, 1, 1]]}],
        [{"energy": energy, "members": [[0, -1, 2], [2, 1, 1]]}],
        [{"energy": energy, "members": [[0, 1, 2]]}, {"energy": energy, "members": [[2, 1, 1]]}],
        [{"energy": energy, "members": [[0, 1, 1]]}, {"energy": energy, "members": [[0, 1, 1], [2, 1, 1]]}],
        [{"energy": energy, "members": [[0, 1, 2], [2, 1, 1]]}, {"energy": energy, "members": []}],
        [{"energy": energy, "members": [[0, 1, 2], [2, 1, 0]]}],
        [{"energy": {"mid": energy["mid"], "rad": "0"}, "members": members}],
        [],
    ]
    part = {"dot": FREE, "electrons": 2, "levels": "all"}
    for entries, expected in (([spectrum[place]], 0), *((entries, 1) for entries in false_entries)):
        values = {"spectra": [[*spectrum[:place], *entries, *spectrum[place + 1 :]]]}
        assert judge_document(document("spectrum", part, values, true["evidence"][1:])).status == expected


def test_a_cluster_is_not_cut() -> None:
    """With a fresh hash: the lowest levels up to the middle of a cluster are refused, up to its end proven."""
    true, _, spectrum = whole()
    part = {"dot": FREE, "electrons": 2}
    for count, entries, expected in (
        (1, spectrum[:1], 0),
        (3, spectrum[:2], 0),
        (2, [spectrum[0], {**spectrum[1], "members": spectrum[1]["members"][:1]}], 1),
    ):
        made = document("spectrum", {**part, "levels": count}, {"spectra": [entries]}, true["evidence"][1:])
        assert judge_document(made).status == expected


def test_whole_spectra_have_every_level() -> None:
    """With a fresh hash: a list that is not whole proves no whole spectrum, whatever it states."""
    true, spectrum, _ = whole()
    part = {"dot": FREE, "electrons": 1, "levels": "all"}
    evidence = true["evidence"][0]
    assert judge_document(document("spectrum", part, {"spectra": [spectrum]}, [evidence])).status == 0
    short = {**evidence, "levels": evidence["levels"][:-1]}
    for lie in (short, {**short, "ceiling": "200", "limit": 36}):
        assert judge_document(document("spectrum", part, {"spectra": [spectrum[:-1]]}, [lie])).status == 1

"""The checker in C++ on levels that may coincide, on their order, and on flow through other states."""

import copy
import random
from fractions import Fraction
from itertools import product

import mpmath
import pytest
from second_checker import Verdict, hashed, judge_document
from second_checker_parts import real
from test_second_checker_steps import FREE, LEADS, _groups, ball, document, free_levels, free_spectrum, whole

WIDE = {"mid": "0", "rad": "1e30"}


# order


def schema_1(levels: int) -> dict:
    """Return a document of the lowest levels of two electrons without interaction, proven by vectors."""
    evidence = [level for total, level in free_levels(2) if total < 10]
    stated = sorted((total, level["two_S"], level["parity"]) for total, level in free_levels(2))[:levels]
    with mpmath.workdps(40):
        energies = [ball(total * mpmath.pi**2 / 2) for total, *_ in stated]
    values = {"energies": energies, "two_S": [s for _, s, _ in stated], "parity": [p for *_, p in stated]}
    case = {
        "schema": "qdverify-case/1",
        "task": "spectrum",
        "inputs": {"dot": FREE, "electrons": 2, "levels": levels},
    }
    fields = {"case": case, "digits": 12, "grade": "enclosed", "values": values}
    proof = [{"electrons": 2, "ceiling": "44", "limit": 98, "levels": evidence}]
    return hashed({"schema": "qdverify-certificate/1", **fields, "evidence": proof})


def test_levels_that_coincide_have_no_order() -> None:
    """Singlet and triplet at 1 + 4: the level below them is proven, and neither may be called the lower one."""
    assert judge_document(schema_1(1)) == (0, "proven: 1 energies")
    for levels in (2, 3):
        verdict = judge_document(schema_1(levels))
        assert verdict == (1, "rejected: the order of two levels is not determined")


def single_electron(entries: list[tuple[str, str, list]], vectors: dict[int, dict[int, int]]) -> dict:
    """Return a document of all levels of one electron, 1 to 49 times pi^2/2.

    Parameters
    ----------
    entries
        Middle and radius of the energy, in units of pi^2/2, and the members of each entry.
    vectors
        Another vector for the level of an orbital: its numbers by orbital.
    """
    levels = [level for _, level in free_levels(1)]
    for orbital, numbers in vectors.items():
        odd = range(2 - orbital % 2, 8, 2)
        vector = " ".join(f"{numbers.get(n, 0):x}" for n in odd)
        assert len(vector.split()) == len(levels[orbital - 1]["vector"].split())
        levels[orbital - 1] = {**levels[orbital - 1], "vector": vector}
    with mpmath.workdps(40):
        unit = mpmath.pi**2 / 2
        spectrum = [
            {"energy": {name: mpmath.nstr(mpmath.mpf(text) * unit, 30) for name, text in energy}, "members": members}
            for *numbers, members in entries
            for energy in [zip(("mid", "rad"), numbers, strict=True)]
        ]
    evidence = [{"electrons": 1, "ceiling": None, "limit": 0, "levels": levels}]
    return document("spectrum", {"dot": FREE, "electrons": 1, "levels": "all"}, {"spectra": [spectrum]}, evidence)


def exact_entries(orbitals: range) -> list[tuple[str, str, list]]:
    """Return an entry for each of these orbitals."""
    return [(str(n * n), "1e-20", [[1, 1 if n % 2 else -1, 1]]) for n in orbitals]


def test_an_entry_ends_where_its_highest_level_may_end() -> None:
    """A rough vector encloses the level 9 between 3 and 23, so that 4 and 16 may coincide with it, not 4 alone."""
    rough = {3: {1: 10, 3: 7, 5: 10}}
    together = ("13", "11", [[1, -1, 2], [1, 1, 1]])
    two = ("13", "11", [[1, -1, 1], [1, 1, 1]])
    first, last = exact_entries(range(1, 2)), exact_entries(range(5, 8))
    assert judge_document(single_electron([*first, together, *last], rough)).status == 0
    apart = judge_document(single_electron([*first, two, *exact_entries(range(4, 5)), *last], rough))
    assert apart == (1, "rejected: the order of two entries is not determined")


def test_the_energy_of_an_entry_is_that_of_each_member() -> None:
    """Levels 1 and 4 in one entry: a ball around both is proven, and one around either is not."""
    last = exact_entries(range(3, 8))
    for (middle, radius), expected in ((("5/2", "2"), 0), (("1", "1e-20"), 1), (("4", "1e-20"), 1), (("4", "2"), 1)):
        numbers = (str(mpmath.mpf(Fraction(middle).numerator) / Fraction(middle).denominator), radius)
        entry = (*numbers, [[1, -1, 1], [1, 1, 1]])
        assert judge_document(single_electron([entry, *last], {})).status == expected


# sums over levels that may coincide


def test_probabilities_of_a_cluster_are_summed_at_both_ends() -> None:
    """The sum of 1/4 is not 22/100 +- 2/100, though every single member of the turned cluster is below that."""
    true, _, spectrum = whole((4, 3, 3, -8))
    row = [(total, label) for total, (*label, _) in _groups(spectrum)].index((50, [0, 1]))
    stated = true["values"]["M"][0][row][0]
    assert stated["mid"] == "1/4"
    for claim, expected in (
        ({"mid": "1/4", "rad": "1e-20"}, 0),
        ({"mid": "23/100", "rad": "21/1000"}, 0),
        ({"mid": "22/100", "rad": "2/100"}, 1),
        ({"mid": "28/100", "rad": "2/100"}, 1),
    ):
        false = copy.deepcopy(true)
        false["values"]["M"][0][row][0] = claim
        assert judge_document(hashed(false)).status == expected, claim


def test_levels_that_coincide_have_no_rates_of_their_own() -> None:
    """With balls that hold any number: populations are proven up to the sum 45, and not with the two singlets at 50."""
    assert judge_document(wide_populations(45)) == (0, "proven: every step up to stationary_state")
    unresolved = "rejected: levels that may coincide have no rates of their own"
    assert judge_document(wide_populations(50)) == (1, unresolved)


def wide_populations(highest: int) -> dict:
    """Return a document of populations of one and two electrons, up to a sum of n^2, in which every ball is wide."""
    levels = [free_levels(1)[:6], [pair for pair in free_levels(2) if pair[0] <= highest]]
    spectra = [free_spectrum(part) for part in levels]
    one, two = ([member for entry in part for member in entry["members"]] for part in spectra)
    cell = {lead: {"in": WIDE, "out": WIDE} for lead in "LR"}
    values = {
        "spectra": spectra,
        "M": [[[WIDE for _ in one] for _ in two]],
        "rates": [[[cell for _ in one] for _ in two]],
        "populations": [[WIDE for _ in one], [WIDE for _ in two]],
    }
    counts = [len(part) for part in levels]
    inputs = {"dot": FREE, "electrons": 1, "levels": counts, "leads": LEADS, "kT": "1", "gate": "0"}
    return document("stationary_state", inputs, values, whole()[0]["evidence"])


# flow through other states


def eliminated(rates: list[list[mpmath.mpf]], *, handed_on: bool) -> list[mpmath.mpf]:
    """Return populations by elimination of states from the last on, which must hand on the flow through each."""
    n, left = len(rates), [list(row) for row in rates]
    for k in range(n - 1, 0, -1):
        exits = sum(left[k][:k])
        for i in range(k):
            left[i][k] /= exits
            for j in range(k):
                left[i][j] += left[i][k] * left[k][j] if handed_on and i != j else 0
    weights = [mpmath.mpf(1)]
    for k in range(1, n):
        weights.append(sum(weights[i] * left[i][k] for i in range(k)))
    return [weight / sum(weights) for weight in weights]


def ring(seed: int) -> tuple[dict, list[list[mpmath.mpf]]]:
    """Return inputs of a chain of 0, 1, 1 and 2 electrons with four transitions, and the rates between its states."""
    rng = random.Random(seed)
    low, high = sorted(rng.sample(range(1, 10), 2))  # at one energy the flow around the ring would vanish
    levels = [(0, "0", 0), (1, f"{low}/10", 1), (1, f"{high}/10", 1), (2, "1", 0)]
    edges = [(0, 1), (0, 2), (1, 3), (2, 3)]
    inputs = {
        "levels": [{"electrons": n, "energy": energy, "two_S": two_S} for n, energy, two_S in levels],
        "transitions": [{"from": i, "to": j, "M": f"{rng.randint(1, 9)}/10"} for i, j in edges],
        "leads": [{"name": "L", "rate": "1", "mu": "1"}, {"name": "R", "rate": "2", "mu": "-1/2"}],
        "kT": "1/4",
        "gate": "1/3",
    }
    rates = [[mpmath.mpf(0)] * 4 for _ in range(4)]
    for edge, lead in product(inputs["transitions"], inputs["leads"]):
        i, j = edge["from"], edge["to"]
        step = Fraction(levels[j][1]) - Fraction(levels[i][1]) - Fraction(1, 3) - Fraction(lead["mu"])
        x, strength = real(step * 4), real(2 * Fraction(lead["rate"]) * Fraction(edge["M"]))
        rates[i][j] += strength / (1 + mpmath.exp(x))
        rates[j][i] += strength / (1 + mpmath.exp(-x)) * (levels[i][2] + 1) / (levels[j][2] + 1)
    return inputs, rates


@pytest.mark.parametrize("seed", range(3))
def test_flow_through_other_states_counts(seed: int) -> None:
    """Populations of a ring of four states are those of the linear equations, and not those without any detour."""
    with mpmath.workdps(40):
        inputs, rates = ring(seed)
        equations = mpmath.matrix(4, 4)
        for i, j in product(range(4), repeat=2):
            equations[j, i] = 1 if j == 3 else rates[i][j] if i != j else -sum(rates[i])
        solved = list(mpmath.lu_solve(equations, mpmath.matrix([0, 0, 0, 1])))
        true, false = eliminated(rates, handed_on=True), eliminated(rates, handed_on=False)
        assert max(abs(a - b) for a, b in zip(true, solved, strict=True)) < mpmath.mpf(10) ** -35
        assert max(abs(a - b) for a, b in zip(true, false, strict=True)) > mpmath.mpf(10) ** -3
        documents = [{"populations": [ball(number) for number in numbers]} for numbers in (solved, false)]
    case = {"schema": "qdverify-case/1", "task": "stationary_state", "inputs": inputs}
    fields = {"schema": "qdverify-certificate/1", "case": case, "digits": 12, "grade": "enclosed", "evidence": []}
    verdicts = [judge_document(hashed({**fields, "values": values})).status for values in documents]
    assert verdicts == [0, 1]


# rates of what is known to a width


@pytest.mark.parametrize("kT", ["1/250", "1000"])
def test_rates_are_enclosed_for_every_energy_and_probability(kT: str) -> None:
    """A rough vector widens E and M: balls that hold all rates are proven, and those that miss the true one are not.

    At low kT the rates depend on E far more than on M, at high kT on M alone.
    """
    lead = {"L": (Fraction(1), Fraction(1, 10)), "R": (Fraction(2), Fraction(1, 5))}
    inputs = {
        "dot": FREE,
        "electrons": 0,
        "levels": [1, 1],
        "leads": [{"name": name, "rate": str(t), "mu": str(mu)} for name, (t, mu) in lead.items()],
        "kT": kT,
        "gate": "24/5",
    }
    assert _rates_verdict(inputs, {}) == (0, "proven: every step up to stationary_state")
    for name, (t, mu) in lead.items():
        with mpmath.workdps(30):
            x = (mpmath.pi**2 / 2 - real(Fraction(24, 5) + mu)) / real(Fraction(kT))
            into, out = 2 * real(t) / (1 + mpmath.exp(x)), real(t) / (1 + mpmath.exp(-x))
            for way, rate in (("in", into), ("out", out)):
                below, above = (0, rate * (1 - mpmath.mpf("1e-9"))), (rate * (1 + mpmath.mpf("1e-9")), rate * 10**6)
                for low, high in (below, above):
                    claim = {"mid": mpmath.nstr((low + high) / 2, 25), "rad": mpmath.nstr((high - low) / 2, 25)}
                    complaint = f"rejected: rates: {claim['mid']} +- {claim['rad']} is not proven"
                    assert _rates_verdict(inputs, {(name, way): claim}) == (1, complaint)


def _rates_verdict(inputs: dict, claims: dict[tuple[str, str], dict]) -> Verdict:
    """Return the verdict on populations of 0 and 1 electron with rates of these balls, all others wide."""
    cell = {lead: {way: claims.get((lead, way), WIDE) for way in ("in", "out")} for lead in "LR"}
    spectra = [
        [{"energy": {"mid": "0", "rad": "1e-20"}, "members": [[0, 1, 1]]}],
        [{"energy": {"mid": "5", "rad": "1"}, "members": [[1, 1, 1]]}],
    ]
    values = {"spectra": spectra, "M": [[[WIDE]]], "rates": [[[cell]]], "populations": [[WIDE], [WIDE]]}
    empty = {"two_S": 0, "parity": 1, "vector": "1"}
    rough = {"two_S": 1, "parity": 1, "vector": "64 1 1 0"}
    evidence = [
        {"electrons": 0, "ceiling": None, "limit": 0, "levels": [empty]},
        {"electrons": 1, "ceiling": None, "limit": 0, "levels": [rough, *(level for _, level in free_levels(1)[1:])]},
    ]
    return judge_document(document("stationary_state", inputs, values, evidence))

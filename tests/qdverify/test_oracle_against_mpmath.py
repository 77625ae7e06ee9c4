"""Every ball of the oracle contains what the formulas give in mpmath, for random questions of every task.

The references (plain_dot.py, and the spanning trees below) share no code with the project. Questions reach to the
extremes of length, cutoff, strength of either sign, temperature and M_ji.
"""

from fractions import Fraction
from itertools import product
from math import comb
from random import Random
from re import search

import pytest
from mpmath import mp, mpf
from plain_dot import PlainDot, cosine_integrals, exact, integral

from qdverify.protocol.case import Case
from qdverify.reference.oracle import Enclosed, OracleReference, Refusal, oracle

pytestmark = pytest.mark.slow


def contains(number: Enclosed, truth: mpf, slack: mpf) -> bool:
    """Tell whether a ball holds a number that is known up to `slack`."""
    mid, rad = mpf(str(number.mid)), mpf(str(number.rad))
    slack += abs(mid) * mpf(10) ** (2 - mp.dps)
    return abs(mid - truth) <= rad + slack


def answered(task: str, inputs: dict, digits: int) -> OracleReference:
    """Ask the oracle; if the last level cuts a cluster, ask for the number of levels that its refusal names."""
    for _ in range(3):
        try:
            return oracle(Case(task, inputs), digits)
        except Refusal as refusal:
            found = search(r"ask for (levels\w*)=(\d+)", str(refusal))
            if not found:
                raise
            inputs = {**inputs, found[1]: int(found[2])}
    raise AssertionError(inputs)


def random_dot(choose: Random, orbitals: int) -> tuple[dict, int, int]:
    """Return a dot, the digits of its levels that tell it apart, and those of its integrals."""
    kernel = choose.choice(["soft-coulomb", "soft-coulomb", "soft-coulomb", "contact", "contact", "constant", "none"])
    length = 10 ** choose.uniform(-3, 3)
    ratio, strength = 10 ** choose.uniform(-4, 0), choose.choice([1, -1]) * 10 ** choose.uniform(-2, 1.5)
    digits, integral_digits = 60, 60
    extreme = choose.choice(["", "", "weak", "weaker", "flat"])
    if extreme == "weak":
        strength *= 10 ** choose.uniform(-25, -10)
    if extreme == "weaker" and orbitals < 4:
        strength, digits = choose.choice([1e-300, -1e-290, 1e-200]), 380
    if extreme == "flat":
        ratio, digits, integral_digits = 10 ** choose.uniform(6, 16), 140, 140
    dot = {
        "length": length,
        "cutoff": length * ratio,
        "orbitals": orbitals,
        "kernel": kernel,
        "strength": strength,
    }
    return dot, digits, integral_digits


def accuracy(dot: dict, digits: int, integral_digits: int) -> mpf:
    """Return what the energies of the reference may be off by, with room."""
    scale = 1 + sum(exact(dot["length"]) ** -k for k in (1, 2))
    return scale * (mpf(10) ** (20 - digits) + abs(exact(dot["strength"])) * mpf(10) ** (20 - integral_digits))


def sorted_levels(dot: PlainDot, electrons: int, tolerance: mpf) -> list:
    """Return levels ascending; those that coincide in mpmath by spin and parity."""
    found = dot.levels(electrons)
    groups: list[list] = []
    for level in found:
        if groups and level[0] - groups[-1][-1][0] <= tolerance:
            groups[-1].append(level)
        else:
            groups.append([level])
    return [level for group in groups for level in sorted(group, key=lambda level: level[1:3])]


@pytest.mark.parametrize("seed", range(50))
def test_levels(seed: int) -> None:
    """Energies lie in their balls, and spins and parities stand in the order of the energies, clusters apart."""
    choose = Random(f"levels {seed}")
    dot, digits, integral_digits = random_dot(choose, choose.choice([2, 3, 3, 4]))
    most = 4 if dot["orbitals"] < 4 else 2
    electrons = choose.randint(2, min(most, 2 * dot["orbitals"] - 1))
    total = comb(dot["orbitals"], electrons // 2) * comb(dot["orbitals"], electrons - electrons // 2)
    inputs = {"dot": dot, "electrons": electrons, "levels": choose.randint(1, total)}
    found = answered("spectrum", inputs, choose.choice([3, 12, 20]))
    with mp.workdps(digits):
        slack = accuracy(dot, digits, integral_digits)
        levels = sorted_levels(PlainDot(dot, integral_digits), electrons, slack)
        for number, level in zip(found.values["energies"], levels, strict=False):
            assert contains(number, level[0], slack)
        labels = list(zip(found.values["two_S"], found.values["parity"], strict=True))
        expected = [level[1:3] for level in levels[: len(labels)]]
        for cluster in found.clusters:
            part = slice(cluster.positions.start, cluster.positions.stop)
            expected[part] = sorted(expected[part])
        assert labels == expected


@pytest.mark.parametrize("seed", range(50))
def test_transition_probabilities(seed: int) -> None:
    """M_ji lie in their balls, level by level; inside clusters their sums do, and each single one in its range."""
    choose = Random(f"transitions {seed}")
    dot, digits, integral_digits = random_dot(choose, choose.choice([2, 3]))
    electrons = choose.randint(1, 3) if dot["orbitals"] == 3 else choose.randint(0, 2)
    totals = [comb(dot["orbitals"], n // 2) * comb(dot["orbitals"], n - n // 2) for n in (electrons, electrons + 1)]
    inputs = {
        "dot": dot,
        "electrons": electrons,
        "levels_from": choose.randint(1, min(4, totals[0])),
        "levels_to": choose.randint(1, min(5, totals[1])),
    }
    found = answered("transition_probabilities", inputs, choose.choice([3, 12, 15]))
    rows = found.values["M"]
    with mp.workdps(digits):
        slack = accuracy(dot, digits, integral_digits)
        plain = PlainDot(dot, integral_digits)
        initial, final = (sorted_levels(plain, electrons + k, slack) for k in (0, 1))
        final, initial = final[: len(rows)], initial[: len(rows[0])]
        exact_rows = [[plain.transition(i, j) for i in initial] for j in final]
        # coinciding levels of one spin and parity have no vectors of their own in mpmath either
        small = mpf(10) ** -25
        for row, expected in zip(rows, exact_rows, strict=True):
            assert all(contains(number, truth, small) for number, truth in zip(row, expected, strict=True))
        for before, after, number in found.sums:
            truth = sum(
                exact_rows[j][i]
                for j in after.positions
                for i in before.positions
                if final[j][1:3] == (after.two_S, after.parity) and initial[i][1:3] == (before.two_S, before.parity)
            )
            assert contains(number, truth, small)


@pytest.mark.parametrize("seed", range(30))
def test_integrals(seed: int) -> None:
    """Integrals of every kernel lie in their balls, from cutoffs of a millionth of the length to 1e20 lengths."""
    choose = Random(f"integrals {seed}")
    dot, _, _ = random_dot(choose, 3)
    if seed % 3 == 0:
        dot["cutoff"] = dot["length"] * 10 ** choose.uniform(-6, 20)
    if seed % 4 == 0:
        dot["strength"] = choose.choice([1e-300, -1e300, 5e-324, 1e200])
    indices = [[choose.randint(1, 3) for _ in range(4)] for _ in range(12)]
    found = answered("interaction_integrals", {"dot": dot, "indices": indices}, 15)
    with mp.workdps(120 if dot["cutoff"] > dot["length"] else 60):
        table = cosine_integrals(dot)
        scale = abs(exact(dot["strength"])) * (1 + 1 / exact(dot["length"]))
        for number, (p, q, r, s) in zip(found.values["values"], indices, strict=True):
            assert contains(number, integral(table, p, q, r, s), scale * mpf(10) ** -50)


def stationary(inputs: dict) -> tuple[list[mpf], mpf, mpf]:
    """Return populations by Kirchhoff's sum over spanning trees, which has positive terms only, and the currents."""
    levels = inputs["levels"]
    count = len(levels)
    rates = [[mpf(0)] * count for _ in range(count)]
    flows = []
    for edge in inputs["transitions"]:
        i, j = edge["from"], edge["to"]
        for lead in inputs["leads"]:
            x = exact(levels[j]["energy"]) - exact(levels[i]["energy"]) - exact(inputs["gate"]) - exact(lead["mu"])
            boltzmann = mp.exp(x / exact(inputs["kT"]))
            strength = 2 * exact(lead["rate"]) * exact(edge["M"])
            enter = strength / (1 + boltzmann)
            leave = strength * (levels[i]["two_S"] + 1) / (levels[j]["two_S"] + 1) / (1 + 1 / boltzmann)
            rates[i][j] += enter
            rates[j][i] += leave
            flows.append((lead["name"], i, j, enter, leave))
    weights = [sum(tree_weights(rates, root)) for root in range(count)]
    populations = [weight / sum(weights) for weight in weights]
    net = {"L": mpf(0), "R": mpf(0)}
    for name, i, j, enter, leave in flows:
        net[name] += populations[i] * enter - populations[j] * leave
    return populations, net["L"], -net["R"]


def tree_weights(rates: list, root: int) -> list:
    """Return the product of rates of every spanning tree whose edges lead to the root."""
    others = [k for k in range(len(rates)) if k != root]
    choices = [[k for k in range(len(rates)) if rates[n][k]] for n in others]
    products = []
    for targets in product(*choices):
        step = dict(zip(others, targets, strict=True))
        if all(reaches(step, n, root) for n in others):
            value = mpf(1)
            for n, target in step.items():
                value *= rates[n][target]
            products.append(value)
    return products


def reaches(step: dict, start: int, root: int) -> bool:
    """Tell whether following the steps leads to the root."""
    for _ in range(len(step)):
        start = step[start]
        if start == root:
            return True
    return False


@pytest.mark.parametrize("seed", range(40))
def test_populations_and_currents(seed: int) -> None:
    """Populations and currents of random levels lie in their balls, from kT = 1e-6 to 1e300 and M of 1e-30 to 1e30."""
    choose = Random(f"transport {seed}")
    electrons = [0, 1, 1, 2, 2][: choose.randint(2, 5)]
    levels = [
        {"electrons": n, "energy": choose.uniform(-1, 1), "two_S": choose.choice([0, 2] if n == 2 else [n])}
        for n in electrons
    ]
    size = choose.choice([1, 1, 1e-30, 1e30])
    transitions = [
        {"from": i, "to": j, "M": choose.uniform(0.01, 1) * (size if choose.random() < 0.5 else 1)}
        for i, a in enumerate(electrons)
        for j, b in enumerate(electrons)
        if b == a + 1
    ]
    kT = choose.choice([1e-6, 1e-3, 0.1, 0.1, 10.0, 1e300])
    mu = choose.choice([0.3, 1e-12, 1e-3, 5.0])
    leads = [
        {"name": "L", "rate": 10 ** choose.choice([0.0, 1.0, -20.0, 20.0]), "mu": mu},
        {"name": "R", "rate": choose.uniform(0.1, 10), "mu": -mu * choose.choice([1, 0.5])},
    ]
    inputs = {
        "levels": levels,
        "transitions": transitions,
        "leads": leads,
        "kT": kT,
        "gate": choose.uniform(-0.5, 0.5),
    }
    with mp.workdps(900):
        populations, left, right = stationary(inputs)
        tiny = mpf(10) ** -400
        found = oracle(Case("stationary_state", inputs)).values["populations"]
        assert all(contains(a, b, tiny * b) for a, b in zip(found, populations, strict=True))
        found = oracle(Case("current", inputs)).values
        assert contains(found["I_L"], left, tiny * abs(left))
        assert contains(found["I_R"], right, tiny * abs(right))


@pytest.mark.parametrize("two_S", range(0, 24, 2))
def test_spin_weights(two_S: int) -> None:
    """C_ji = (2S_j + 1)/(2 (2S_i + 1)) for neighbouring spins, else 0."""
    for other in range(max(0, two_S - 3), two_S + 4):
        number = oracle(Case("clebsch_gordan_weight", {"two_S_i": two_S, "two_S_j": other})).values["C"]
        truth = Fraction(other + 1, 2 * (two_S + 1)) if abs(other - two_S) == 1 else Fraction(0)
        assert abs(Fraction(number.mid) - truth) <= Fraction(number.rad)

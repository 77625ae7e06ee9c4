"""A size never exceeds the exact sum of the magnitudes that a number is the signed sum of."""

from random import Random

import pytest
from mpmath import mp, workdps, workprec

from analytic import (
    Chain,
    aggregated_hops,
    conductance_parts_exact,
    cumulant_sensitivities,
    fermi_functions,
    lead_response_exact,
    linear_response_exact,
)
from numeric import (
    Lead,
    LevelScheme,
    conductance_parts,
    differential_conductance,
    lead_cumulants,
    lead_response,
    linear_response,
)
from numeric.lead_response import ROUNDING_OF_ENERGIES

ENERGIES = {
    "drawn": lambda choose, electrons: choose.uniform(-0.3, 0.3) * electrons,
    "one": lambda _, electrons: 0.1 * electrons,
}
"""Of levels: any, and those at which the gate leaves 0 of all."""
DECADES = {"near": 1.0, "far": 40.0, "beyond": 150.0}
ROUNDED = 1 + mp.mpf(2) ** -30


def device(seed, *, leads, energies, decades, alike=False):
    """Return a dense chain between leads at rest; M between decades of either sign, one in four beside 1."""
    choose = Random(f"{seed} {leads} {energies} {decades}")
    names = "LRabc"[:leads]
    levels = [
        {"electrons": electrons, "energy": ENERGIES[energies](choose, electrons), "two_S": electrons % 2}
        for electrons in (0, 0, 1, 1, *choose.choices((0, 1), k=choose.randint(0, 2)))
    ]
    ends = [
        (i, j) for i, low in enumerate(levels) for j, high in enumerate(levels) if high["electrons"] > low["electrons"]
    ]

    def M():
        return 1.0 if choose.random() < 0.25 else 10 ** choose.uniform(-DECADES[decades], DECADES[decades])

    transitions = [{"from": i, "to": j, "M": M() if alike else {name: M() for name in names}} for i, j in ends]
    kT = 10 ** choose.uniform(-2, 0)
    given = [{"name": name, "rate": 1.0, "mu": 0.0} for name in names]
    return {"levels": levels, "transitions": transitions, "leads": given, "kT": kT, "gate": 0.1}


def solved(question):
    """Return what functions of `numeric` take, by place and by name."""
    names = [lead["name"] for lead in question["leads"]]
    M = [
        item["M"] if isinstance(item["M"], float) else [item["M"][name] for name in names]
        for item in question["transitions"]
    ]
    levels = ([level[key] for level in question["levels"]] for key in ("electrons", "energy", "two_S"))
    ends = ([item[end] for item in question["transitions"]] for end in ("from", "to"))
    leads = [Lead(**lead) for lead in question["leads"]]
    return (LevelScheme(*levels, *ends, M), leads), {"kT": question["kT"], "gate": question["gate"]}


def as_mpf(scaled, *place):
    return mp.mpf(float(scaled.mantissa[place])) * mp.mpf(2) ** int(scaled.exponent[place])


def least_energy(question):
    """Return what an energy counts as at least in a size."""
    largest = max(abs(level["energy"]) for level in question["levels"])
    return (2 * largest + question["gate"]) * mp.mpf(ROUNDING_OF_ENERGIES)


@pytest.mark.parametrize("decades", DECADES)
@pytest.mark.parametrize("energies", ENERGIES)
@pytest.mark.parametrize("leads", [2, 3])
@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(4, 8))])
def test_sizes_of_the_response_of_leads(seed, leads, energies, decades):
    """What is known to 1e-9 of its size is known to 1e-9 of the exact sum: an error beyond it is never vouched for."""
    question = device(seed, leads=leads, energies=energies, decades=decades)
    exact = lead_response_exact(**question, digits=20).sizes
    given, point = solved(question)
    found = lead_response(*given, **point).onsager
    with workdps(40):
        electron = least_energy(question)
        for row in range(2 * leads):
            for column in range(2 * leads):
                heat = [place for place, end in ((0, row), (1, column)) if end >= leads]
                most = exact[row][column]
                if 0 in heat:
                    most = max(most, electron * exact[row - leads][column])
                if 1 in heat:
                    most = max(most, electron * exact[row][column - leads])
                if len(heat) == 2:
                    most = max(most, electron**2 * exact[row - leads][column - leads])
                assert as_mpf(found.magnitudes, row, column) <= most * ROUNDED
                if found.error_over_size[row, column] <= 1e-9:
                    assert as_mpf(found.error, row, column) <= mp.mpf(1e-9) * most * ROUNDED


@pytest.mark.parametrize("decades", DECADES)
@pytest.mark.parametrize("energies", ENERGIES)
@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(4, 8))])
def test_sizes_of_the_response_of_two_leads(seed, energies, decades):
    """Sums of weights times powers of |e|; of thermopower and heat conductance what the protocol compares with."""
    question = device(seed, leads=2, energies=energies, decades=decades, alike=True)
    exact = linear_response_exact(**question, digits=20)
    (scheme, _), point = solved(question)
    found = linear_response(scheme, **point)
    with workdps(40):
        s0, s1, s2 = exact.sizes
        s1 += 4 * least_energy(question) * s0
        s2 += 4 * least_energy(question) * s1
        kT = mp.mpf(question["kT"])
        sums = {"L11": s0, "L12": s1, "L22": s2, "thermopower": 2 * s1 / s0 / kT, "heat_conductance": 4 * s2 / kT**2}
        for name, most in sums.items():
            assert as_mpf(getattr(found, name).magnitudes, 0) <= most * ROUNDED


@pytest.mark.parametrize("decades", ["near", "far"])
@pytest.mark.parametrize("seed", range(8))
def test_sizes_at_a_bias(seed, decades):
    """Of dI/dV, growths and parts: by what a relative error of all rates is multiplied at most."""
    question = device(seed, leads=2, energies="drawn", decades=decades)
    for lead, mu in zip(question["leads"], (0.2, -0.1), strict=True):
        lead["mu"] = mu
    exact = conductance_parts_exact(**question, digits=20)
    given, point = solved(question)
    found, slope = conductance_parts(*given, **point), differential_conductance(*given, **point)
    with workdps(40):
        for one in (found.conductance, slope.best):
            assert as_mpf(one.magnitudes, 0) <= exact.conductance_size * ROUNDED
        for one, sizes in ((found.growth, exact.growth_sizes), (found.parts, exact.part_sizes)):
            for place, most in enumerate(sizes):
                assert as_mpf(one.magnitudes, place) <= most * ROUNDED


@pytest.mark.parametrize("off", [1e-3, 1e-6, 1e-12])
@pytest.mark.parametrize("weak", [1.0, 1e-8, 1e-20, 1e-40])
def test_the_size_of_the_third_cumulant_near_rest(weak, off):
    """A dot that hardly ever switches has one that is steep in the bias; a ring, so that it does not vanish."""
    levels = [(0, 0.0), (1, 0.1), (0, 0.05)]
    question = {
        "levels": [{"electrons": N, "energy": E, "two_S": N} for N, E in levels],
        "transitions": [
            {"from": 0, "to": 1, "M": {"L": 1.0, "R": 1.0}},
            {"from": 2, "to": 1, "M": {"L": weak, "R": 0.3 * weak}},
        ],
        "leads": [{"name": "L", "rate": 1.0, "mu": off}, {"name": "R", "rate": 0.5, "mu": 0.0}],
        "kT": 0.1,
        "gate": 0.0,
    }
    given, point = solved(question)
    found = lead_cumulants(*given, ["L"], **point).third
    chain = Chain.from_case(*question.values())
    with workprec(2000):
        most = cumulant_sensitivities(
            len(question["levels"]), aggregated_hops(chain, fermi_functions(chain)), {"L": 1}
        )[2]
    with workdps(40):
        assert abs(as_mpf(found.magnitudes, 0)) <= most * ROUNDED
        # it tells what it is for: the error is small beside it, though not always beside the number
        assert as_mpf(found.error, 0) < abs(as_mpf(found.magnitudes, 0)) * mp.mpf(10) ** -11


@pytest.mark.parametrize("decades", DECADES)
@pytest.mark.parametrize("seed", range(6))
def test_the_size_of_the_third_cumulant_between_leads_nearly_alike(seed, decades):
    """Three leads, potentials and temperatures apart by 1e-9: the change with the bias is most of the exact sum."""
    question = device(seed, leads=3, energies="drawn", decades=decades)
    choose = Random(seed)
    for lead in question["leads"]:
        lead |= {"mu": 1e-9 * choose.uniform(-1, 1), "kT": question["kT"] * (1 + 1e-9 * choose.uniform(-1, 1))}
    given, point = solved(question)
    found = lead_cumulants(*given, ["L"], **point).third
    chain = Chain.from_case(*question.values())
    with workprec(3000):
        most = cumulant_sensitivities(
            len(question["levels"]), aggregated_hops(chain, fermi_functions(chain)), {"L": 1}
        )[2]
    with workdps(40):
        assert abs(as_mpf(found.magnitudes, 0)) <= most * ROUNDED
        if found.size is not None and decades == "near":
            assert abs(as_mpf(found.magnitudes, 0)) > most * mp.mpf(10) ** -4

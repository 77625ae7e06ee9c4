"""Onsager's matrix of many leads: floating point within its bounds of the exact one, which knows no symmetry."""

from random import Random

import numpy as np
import pytest
from mpmath import mp, workdps

from analytic import equal_leads_response, lead_response_exact, linear_response_exact, spin_response_exact
from analytic.lead_response import _Response
from numeric import Lead, LevelScheme, lead_response, linear_response
from numeric.tilted import Tilted

product = Tilted.product


def case(seed, *, leads, per_lead):
    """Return a random chain between leads at rest as a case of the protocol; one lead in four is not coupled."""
    choose = Random(seed)
    names = [f"lead {k}" for k in range(leads)]
    levels = [
        {"electrons": electrons, "energy": choose.uniform(0, 1) + electrons**2 / 2, "two_S": two_S}
        for electrons, two_S in ((0, 0), (1, 1), (1, 1), (2, 0), (2, 2))
    ]
    pairs = [(i, j) for i in range(5) for j in range(5) if levels[j]["electrons"] == levels[i]["electrons"] + 1]
    transitions = [
        {"from": i, "to": j, "M": {name: choose.uniform(0.01, 1) for name in names} if per_lead else choose.random()}
        for i, j in pairs
    ]
    given = [
        {"name": name, "rate": 0.0 if k and choose.random() < 0.25 else 10 ** choose.uniform(-2, 0), "mu": 0.125}
        for k, name in enumerate(names)
    ]
    return {"levels": levels, "transitions": transitions, "leads": given, "kT": 0.1, "gate": choose.uniform(-0.5, 1.5)}


def scheme_of(question):
    """Return the level scheme of a case."""
    names = [lead["name"] for lead in question["leads"]]
    M = [
        [item["M"][name] for name in names] if isinstance(item["M"], dict) else item["M"]
        for item in question["transitions"]
    ]
    return LevelScheme(
        *([level[key] for level in question["levels"]] for key in ("electrons", "energy", "two_S")),
        *([item[key] for item in question["transitions"]] for key in ("from", "to")),
        M,
    )


def as_mpf(scaled, place):
    return mp.mpf(float(scaled.mantissa[place])) * mp.mpf(2) ** int(scaled.exponent[place])


@pytest.mark.parametrize("seed", range(6))
def test_the_matrix_lies_within_its_bounds_of_perturbation_theory(seed):
    """2 to 4 leads, every other with M_ji of its own; exact to 25 digits of the diagonal."""
    question = case(seed, leads=2 + seed % 3, per_lead=seed % 2 == 0)
    exact = lead_response_exact(**question)
    pairs = [Lead(lead["name"], lead["rate"], lead["mu"]) for lead in question["leads"]]
    found = lead_response(scheme_of(question), pairs, kT=question["kT"], gate=question["gate"])
    assert found.names == exact.names
    with workdps(40):
        for row, entries in enumerate(exact.onsager):
            for column, entry in enumerate(entries):
                slack = abs(exact.onsager[row][row] * exact.onsager[column][column]) ** 0.5 * mp.mpf(10) ** -25
                error = as_mpf(found.onsager.error, (row, column)) + slack
                assert abs(as_mpf(found.onsager.scaled, (row, column)) - entry) <= error


@pytest.mark.parametrize("seed", range(4))
def test_the_exact_matrix_is_symmetric_positive_and_conserves(seed):
    """Onsager's relation and the second law out of perturbation theory, with M_ji of each lead; rows add up to 0."""
    question = case(seed, leads=3, per_lead=True)
    matrix = lead_response_exact(**question).onsager
    with workdps(40):
        size, n = mp.fsum(matrix[k][k] for k in range(6)), 3
        tiny = size * mp.mpf(10) ** -25
        assert all(abs(matrix[row][column] - matrix[column][row]) <= tiny for row in range(6) for column in range(row))
        for column in range(6):
            assert abs(mp.fsum(matrix[row][column] for row in range(n))) <= tiny
            assert abs(mp.fsum(matrix[row][column] for row in range(n, 2 * n))) <= tiny
    eigenvalues = np.linalg.eigvalsh(np.array(matrix, dtype=float))
    assert eigenvalues.min() > -1e-12 * eigenvalues.max()


@pytest.mark.parametrize("seed", range(3))
def test_leads_that_couple_alike_have_the_closed_form(seed):
    """Perturbation theory and the moments of one weight agree to 25 digits."""
    question = case(seed, leads=4, per_lead=False)
    first, second = lead_response_exact(**question).onsager, equal_leads_response(**question).onsager
    with workdps(40):
        tiny = mp.fsum(second[k][k] for k in range(8)) * mp.mpf(10) ** -25
        assert all(
            abs(a - b) <= tiny
            for one, other in zip(first, second, strict=True)
            for a, b in zip(one, other, strict=True)
        )


def test_two_leads_have_the_response_of_a_bias_and_a_difference_of_temperatures():
    """L11, L12 and L22 between L and R are the entries of L, and those of R have the other sign."""
    question = case(1, leads=2, per_lead=False)
    for lead, name, rate in zip(question["leads"], "LR", (1.0, 0.25), strict=True):
        lead |= {"name": name, "rate": rate}
    whole, pair = lead_response_exact(**question).onsager, linear_response_exact(**question)
    with workdps(40):
        for row, column, entry in ((0, 0, pair.L11), (0, 2, pair.L12), (2, 0, pair.L12), (2, 2, pair.L22)):
            assert abs(whole[row][column] - entry) < mp.mpf(10) ** -25
            assert abs(whole[row][column + 1] + entry) < mp.mpf(10) ** -25
    leads = [Lead("L", 1.0, 0.125), Lead("R", 0.25, 0.125)]
    point = {"kT": question["kT"], "gate": question["gate"]}
    many = lead_response(scheme_of(question), leads, **point).onsager.value
    two = linear_response(scheme_of(question), rates=(1.0, 0.25), mu=0.125, **point)
    np.testing.assert_allclose(
        [many[0, 0], many[0, 2], many[2, 2]], [float(two.L11), float(two.L12), float(two.L22)], rtol=1e-11
    )


def test_a_lead_without_a_rate_neither_gives_nor_feels_anything():
    """Its rows and columns are exact zeros with tiny bounds; polarised leads in a field keep the symmetry."""
    question = case(2, leads=3, per_lead=False)
    leads = [Lead("a", 1.0, 0.125, None, 0.25), Lead("b", 0.0, 0.125, None, 0.0), Lead("c", 0.5, 0.125)]
    found = lead_response(scheme_of(question), leads, kT=0.1, gate=0.5, resolved=True, zeeman=0.2).onsager
    for place in (1, 4):
        assert not found.value[place].any()
        assert found.bound[place].max() < 1e-14
    np.testing.assert_array_equal(found.value, found.value.T)
    for rows in (slice(0, 3), slice(3, 6)):
        assert np.all(np.abs(found.value[rows].sum(axis=0)) <= found.bound[rows].sum(axis=0) + 1e-17)


@pytest.mark.parametrize("seed", range(5))
def test_the_matrix_in_a_field_lies_within_its_bounds_of_perturbation_theory(seed):
    """Polarised leads, fields of either sign, every other case with M_ji of each lead; both spins added up."""
    question, choose = case(seed, leads=2 + seed % 3, per_lead=seed % 2 == 0), Random(seed)
    question["transitions"] = [item for item in question["transitions"] if spins_fit(question, item)]
    rates = [(choose.uniform(0.1, 1), choose.uniform(0.0, 1) if k else 1.0) for k, _ in enumerate(question["leads"])]
    leads = [
        {**lead, "rate": {"up": up, "down": down}} for lead, (up, down) in zip(question["leads"], rates, strict=True)
    ]
    field = choose.uniform(-0.5, 0.5)
    exact = spin_response_exact(**{**question, "leads": leads}, zeeman=field)
    numbers = [
        Lead(lead["name"], up, 0.125, None, down) for lead, (up, down) in zip(question["leads"], rates, strict=True)
    ]
    point = {"kT": question["kT"], "gate": question["gate"], "resolved": True, "zeeman": field}
    found = lead_response(scheme_of(question), numbers, **point)
    with workdps(40):
        for row, entries in enumerate(exact.onsager):
            for column, entry in enumerate(entries):
                error = as_mpf(found.onsager.error, (row, column)) + exact.sizes[row][column] * mp.mpf(10) ** -25
                assert abs(as_mpf(found.onsager.scaled, (row, column)) - entry) <= error
                assert abs(entry - exact.onsager[column][row]) <= exact.sizes[row][column] * mp.mpf(10) ** -25


def spins_fit(question, item):
    low, high = (question["levels"][item[end]]["two_S"] for end in ("from", "to"))
    return abs(high - low) == 1


@pytest.mark.parametrize(
    ("changed", "message"),
    [({"mu": 0.25}, r"mu=\[0\.125, 0\.25\] of the leads must be equal"), ({"kT": 0.2}, "must have no temperature")],
)
def test_leads_that_are_not_at_rest_are_refused(changed, message):
    """By both sides, with the numbers."""
    question = case(0, leads=2, per_lead=False)
    question["leads"][1] |= changed
    leads = [Lead(**lead) for lead in question["leads"]]
    with pytest.raises(ValueError, match=message):
        lead_response(scheme_of(question), leads, kT=0.1)
    with pytest.raises(ValueError, match=message):
        lead_response_exact(**question)
    with pytest.raises(ValueError, match=message):
        equal_leads_response(**question)


def test_the_closed_form_needs_leads_that_couple_alike():
    """M_ji of each lead is refused with its transition."""
    with pytest.raises(ValueError, match="M of 0 -> 1 must be one for all leads"):
        equal_leads_response(**case(0, leads=2, per_lead=True))


FAR_RATES = [[1.0, 1e-40, 1e-20], [1e30, 1e-30, 1.0], [1.0, 1.0, 1e-40]]
FAR_M = {"alike": 0.0, "far apart": 1.0}


@pytest.mark.parametrize("rates", FAR_RATES, ids=str)
@pytest.mark.parametrize("spread", FAR_M.values(), ids=FAR_M)
@pytest.mark.parametrize("seed", range(3))
def test_leads_of_very_different_rates_are_known_to_their_own_size(rates, spread, seed):
    """Rates and M_ji 60 decades apart: within the bounds, which are small against the diagonal of both leads.

    With M_ji of each lead far apart too, an edge that is weak at every lead may share its rate between them: what is
    known of the strong edges beside it is then less.
    """
    question, choose = case(seed, leads=3, per_lead=True), Random(seed)
    for lead, rate in zip(question["leads"], rates, strict=True):
        lead["rate"] = rate
    for item in question["transitions"]:
        strongest = choose.choice([*item["M"]])
        item["M"] = {
            name: M if name == strongest or not spread else M * 10 ** choose.uniform(-40, -20)
            for name, M in item["M"].items()
        }
    exact = lead_response_exact(**question, digits=40)
    leads = [Lead(lead["name"], lead["rate"], lead["mu"]) for lead in question["leads"]]
    found = lead_response(scheme_of(question), leads, kT=question["kT"], gate=question["gate"]).onsager
    with workdps(60):
        for row, entries in enumerate(exact.onsager):
            for column, entry in enumerate(entries):
                size = abs(exact.onsager[row][row] * exact.onsager[column][column]) ** 0.5
                bound = as_mpf(found.error, (row, column))
                assert abs(as_mpf(found.scaled, (row, column)) - entry) <= bound + size * mp.mpf(10) ** -38
                assert spread or bound <= size * mp.mpf(10) ** -11


@pytest.mark.parametrize("leads", [2, 3, 5])
def test_products_of_tilts_are_taken_a_row_at_a_time(leads, monkeypatch):
    """One call for each tilt, not for each two, and to the last bit the products of each two on their own."""
    question, calls = case(leads, leads=leads, per_lead=True), []
    monkeypatch.setattr(Tilted, "product", lambda one, other: calls.append(one) or product(one, other))
    given = [Lead(item["name"], item["rate"], item["mu"]) for item in question["leads"]]
    found = lead_response(scheme_of(question), given, kT=0.1, gate=question["gate"]).onsager
    assert len(calls) == 2 * leads
    for row, one in enumerate(calls):
        for column, other in enumerate(calls[row:], row):
            alone, size = product(one, other), one.magnitudes(other)
            for whole, part in ((found.scaled, alone.scaled), (found.error, alone.error), (found.size, size)):
                assert whole.mantissa[row, column] == part.mantissa[0]
                assert whole.exponent[row, column] == part.exponent[0]


def test_magnitudes_of_the_exact_response_are_summed_once(monkeypatch):
    """They are asked for once the digits of the response have been seen at two precisions."""
    calls, sizes = [], _Response.sizes
    monkeypatch.setattr(_Response, "sizes", lambda response: calls.append(response) or sizes(response))
    lead_response_exact(**case(1, leads=3, per_lead=True))
    assert len(calls) == 6


def _off(question):
    """Return the largest error over its bound, with numbers beyond their bounds above 1."""
    exact, names = lead_response_exact(**question), [lead["name"] for lead in question["leads"]]
    leads = [Lead(lead["name"], lead["rate"], lead["mu"]) for lead in question["leads"]]
    found = lead_response(scheme_of(question), leads, kT=question["kT"], gate=question["gate"]).onsager
    places = [(row, column) for row in range(2 * len(names)) for column in range(2 * len(names))]
    with workdps(40):
        errors = {place: abs(as_mpf(found.scaled, place) - exact.onsager[place[0]][place[1]]) for place in places}
        return max(
            (error / bound if (bound := as_mpf(found.error, place)) else mp.inf)
            for place, error in errors.items()
            if error
        )


@pytest.mark.parametrize("M", [1.0, 1e-3, 1e8])
@pytest.mark.parametrize("splitting", [1e-17, 1e-18, 1e-25, 1e-40])
def test_what_a_slip_moves_at_other_edges_counts(splitting, M):
    """Each lead holds two edges of a ring: what its energies are off by drives a current through those of the other."""
    levels = [(0, 0.0), (1, 0.0), (1, splitting), (0, 0.0)]
    ends = [(0, 1, "L"), (0, 2, "L"), (3, 1, "R"), (3, 2, "R")]
    question = {
        "levels": [{"electrons": N, "energy": E, "two_S": N % 2} for N, E in levels],
        "transitions": [
            {"from": i, "to": j, "M": {lead: (M if lead == "L" else 1.0) * (own == lead) for lead in "LR"}}
            for i, j, own in ends
        ],
        "leads": [{"name": lead, "rate": 1.0, "mu": 0.0} for lead in "LR"],
        "kT": 1.0,
        "gate": 0.4,
    }
    assert _off(question) <= 1


@pytest.mark.parametrize("M", [1e6, 1e12])
@pytest.mark.parametrize("energy", [1e-298, 1e-300, 1e-304, 1e-307])
def test_heat_of_the_smallest_energies_does_not_underflow(energy, M):
    """Slopes are taken in units of the largest energy that an electron carries."""
    question = {
        "levels": [{"electrons": N, "energy": E, "two_S": N} for N, E in ((0, 0.0), (1, -energy), (0, 0.0))],
        "transitions": [
            {"from": 0, "to": 1, "M": {"L": M, "R": 0.5}},
            {"from": 2, "to": 1, "M": {"L": 0.1, "R": 0.0}},
        ],
        "leads": [{"name": lead, "rate": 1.0, "mu": 0.0} for lead in "LR"],
        "kT": 1.0,
        "gate": energy,
    }
    assert _off(question) <= 1


@pytest.mark.parametrize("energy", [1e-290, 1e-300, 2.5e-306])
def test_heat_of_the_smallest_energies_is_counted_in_their_units(energy):
    """Weak leads make passages tell what slopes do not: their counts do not underflow either."""
    levels = [(0, 0.0), (1, 0.0), (1, 1e-322), (0, 0.0), (0, 4 * energy), (2, 0.0), (2, energy), (2, 0.0)]
    M = {
        ((0, 1), (2, 7)): (0.0, 0.5, 0.0),
        ((1, 5), (3, 1)): (0.18, 0.0, 0.0),
        ((1, 6),): (0.0, 0.77, 0.0),
        ((1, 7),): (0.38, 1.3e-8, 1.2e-10),
        ((4, 1), (0, 2)): (1.5e-3, 0.0, 0.0),
        ((4, 2),): (0.0, 0.0, 0.49),
        ((3, 2),): (0.0, 1.3e-8, 0.0),
        ((2, 6),): (1.0, 0.55, 0.38),
        ((2, 5),): (0.0, 1.0, 0.0),
    }
    question = {
        "levels": [{"electrons": N, "energy": E, "two_S": N % 2} for N, E in levels],
        "transitions": [
            {"from": i, "to": j, "M": dict(zip("abc", each, strict=True))} for ends, each in M.items() for i, j in ends
        ],
        "leads": [{"name": lead, "rate": 1.0, "mu": 0.0} for lead in "abc"],
        "kT": 0.1,
        "gate": 0.0,
    }
    assert _off(question) <= 1

"""Bounds of maps in millivolts hold for the numbers as given, beside rate equations solved in 60 digits."""

import math
import random

import numpy as np
import pytest
from mpmath import exp, lu_solve, matrix, mp, mpf, pi

from numeric import LevelScheme, LeverArms
from qdverify.laboratory import GAAS, Material, diagram_in_millivolts, response_in_millivolts
from qdverify.laboratory.rounding import CONVERSION
from qdverify.laboratory.scales import Scales

with mp.workdps(60):
    E, H, K_B = mpf("1.602176634e-19"), mpf("6.62607015e-34"), mpf("1.380649e-23")
LEVELS = {"electrons": [0, 1, 1, 2], "two_S": [0, 1, 3, 2]}
EDGES = {"lower": [0, 0, 1, 2], "upper": [1, 2, 3, 3], "M": [0.5, 0.25, 0.375, 0.75]}
SHARE = 0.3


@pytest.fixture(autouse=True)
def _digits():
    with mp.workdps(60):
        yield


def exact_flows(energies, gate, mu, kT, rates):
    """Return electrons and heat in meV per second into the dot at each lead; all energies in meV but the levels'."""
    two_S, count = LEVELS["two_S"], len(energies)
    W, ways = matrix(count, count), []
    for i, j, M in zip(*EDGES.values(), strict=True):
        step = (mpf(energies[j]) - mpf(energies[i])) * mpf(GAAS.hartree.magnitude) - gate
        for lead in (0, 1):
            f = 1 / (1 + exp((step - mu[lead]) / kT[lead]))
            up, down = 2 * rates[lead] * M * f, 2 * rates[lead] * M * mpf(two_S[i] + 1) / (two_S[j] + 1) * (1 - f)
            W[j, i], W[i, j] = W[j, i] + up, W[i, j] + down
            ways.append((lead, i, j, up, down, step - mu[lead]))
    for i in range(count):
        W[i, i] = -sum(W[j, i] for j in range(count) if j != i)
    scale = max(rates)
    W /= scale
    for i in range(count):
        W[count - 1, i] = 1
    P = lu_solve(W, matrix([0] * (count - 1) + [1]))
    flows, heat = [mpf(0)] * 2, [mpf(0)] * 2
    for lead, i, j, up, down, carried in ways:
        net = up * P[i] - down * P[j]
        flows[lead] += net
        heat[lead] += net * carried
    return flows, heat


def drawn(seed):
    """Return levels in E_H*, lever arms, a gate near a resonance, a bias, temperatures and rates as texts."""
    draw = random.Random(seed)
    first = round(draw.uniform(2.0, 20.0), 3)
    energies = [0.0, first, round(first + draw.uniform(0.001, 0.02), 4), round(2 * first + draw.uniform(0.0, 0.1), 3)]
    arms = LeverArms(gate=round(draw.uniform(0.05, 0.3), 3), left=round(draw.uniform(0, 0.3), 3), right=0.2)
    texts = [f"{draw.uniform(0.05, 0.5):.3f} K" for _ in range(2)]
    gate = round(first * float(GAAS.hartree.magnitude) / arms.gate + draw.uniform(-0.3, 0.3), 3)
    return (
        energies,
        arms,
        gate,
        round(draw.uniform(-0.2, 0.2), 3),
        texts,
        ("1.3 GHz", f"{draw.uniform(0.1, 2):.2f} ueV"),
    )


def scheme_of(energies):
    """Return the scheme of these levels."""
    return LevelScheme(LEVELS["electrons"], energies, LEVELS["two_S"], *EDGES.values())


def exact_rates(texts):
    """Return 1/s of a rate in GHz and of a level width in micro electronvolts."""
    return mpf(texts[0].split()[0]) * 10**9, mpf(texts[1].split()[0]) * mpf("1e-6") * E * 2 * pi / H


def kelvin(text):
    """Return k_B T in meV."""
    return mpf(str(text).split()[0]) * K_B / E * 1000


@pytest.mark.parametrize("small", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_a_diagram_is_within_its_bounds_of_the_numbers_given(seed, small):
    """Currents, dI/dV and heat currents, at any bias and at one far below kT, between leads of one or two kT."""
    energies, arms, V_G, V, texts, rates = drawn(seed)
    V = V * 1e-4 if small else V
    temperature = texts[0] if seed % 2 else tuple(texts)
    options = {"temperature": temperature, "lever_arms": arms, "share": SHARE, "rates": rates, "heat": True}
    found = diagram_in_millivolts(scheme_of(energies), GAAS, gate=[V_G], bias=[V], **options).isel(gate=0, bias=0)
    gate, bias = mpf(arms.gate) * mpf(V_G), mpf(V)
    split = mpf(SHARE) * (1 - mpf(arms.left)) + (1 - mpf(SHARE)) * mpf(arms.right)
    kT = [kelvin(text) for text in (texts[0], texts[0] if seed % 2 else texts[1])]

    def at(V):
        return exact_flows(energies, gate, (split * V, (split - 1) * V), kT, exact_rates(rates))

    flows, heat = at(bias)
    step = mpf("1e-20")
    slope = (at(bias + step)[0][0] - at(bias - step)[0][0]) / (2 * step)
    exact = {
        "I": flows[0] * E * mpf("1e12"),
        "dI_dV": slope * E * 1000 / (E**2 / H),
        "J_L": heat[0] * E / 1000 * mpf("1e15"),
        "J_R": heat[1] * E / 1000 * mpf("1e15"),
    }
    for name, value in exact.items():
        error = found[f"{name}_error"].item()
        assert abs(mpf(found[name].item()) - value) <= error, name
        # a bound that says nothing would hold too; on a plateau of the current dI/dV is next to nothing
        if small or name != "dI_dV":
            assert error < 1e-6 * max(abs(exact["J_R" if name.startswith("J") else name]), abs(value)), name


@pytest.mark.parametrize("seed", range(12))
def test_a_response_is_within_its_bounds_of_the_numbers_given(seed):
    """Conductance, thermopower, heat conductance and ZT, from differences of flows in 60 digits."""
    energies, arms, V_G, _, texts, rates = drawn(seed)
    T = float(texts[0].split()[0])
    options = {"temperature": [T], "lever_arms": arms, "rates": rates}
    found = response_in_millivolts(scheme_of(energies), GAAS, gate=[V_G], **options).isel(gate=0, temperature=0)
    gate, kT = mpf(arms.gate) * mpf(V_G), mpf(T) * K_B / E * 1000
    step = mpf("1e-20")

    def at(mu, more):
        pair = (kT + more, kT - more)
        flows, heat = exact_flows(energies, gate, (mu, -mu), pair, exact_rates(rates))
        return flows[0], (heat[0] - heat[1]) / 2

    (G, J_by_mu), (I_by_T, J_by_T) = (
        [(a - b) / (4 * step) for a, b in zip(at(*forward), at(*backward), strict=True)]
        for forward, backward in (((step, 0), (-step, 0)), ((0, step), (0, -step)))
    )
    S, heat = I_by_T / G, J_by_T - J_by_mu * I_by_T / G
    exact = {
        "conductance": G * E * 1000 / (E**2 / H),
        "thermopower": -S * K_B / E * mpf("1e6"),
        "heat_conductance": heat * K_B * mpf("1e15"),
        "figure_of_merit": S**2 * G * kT / heat,
    }
    for name, value in exact.items():
        error = found[f"{name}_error"].item()
        assert abs(mpf(found[name].item()) - value) <= error, name
        assert error < 1e-7 * abs(value), name


def test_one_level_is_within_its_bounds():
    """The thermopower of one level is its energy above mu over eT: bounds without the conversions miss it 500 times."""
    draw, arms = random.Random(5), LeverArms(gate=0.1)
    hartree, gates = mpf(GAAS.hartree.magnitude), [round(135.25 + draw.uniform(-0.5, 0.5), 4) for _ in range(40)]
    T = [0.05, 0.173, 1.9]
    scheme = LevelScheme([0, 1], [0.0, 1.234], [0, 1], [0], [1], [0.5])
    found = response_in_millivolts(scheme, GAAS, gate=gates, temperature=T, lever_arms=arms)
    for row, one in zip(found["temperature"].values, range(len(T)), strict=True):
        for column, V_G in enumerate(found["gate"].values):
            exact = -(mpf(1.234) * hartree - mpf(0.1) * mpf(V_G)) / mpf(row) * 1000
            value, error = (found[name].values[one, column] for name in ("thermopower", "thermopower_error"))
            assert abs(mpf(value) - exact) <= error < 1e-8 * (1 + abs(value))
            # without a loop the figure of merit is infinite, and whatever is said is less
            assert np.isinf(found["figure_of_merit_error"].values[one, column])


def test_bounds_are_never_nan():
    """Neither in the depth of a blockade, where conductances underflow, nor so cold that no digit is known."""
    scheme, arms = scheme_of([0.0, 0.5, 0.51, 1.1]), LeverArms(gate=0.1)
    gates, options = [0.0, 30.0, 55.0, 200.0], {"lever_arms": arms}
    cold = response_in_millivolts(scheme, GAAS, gate=gates, temperature=[1e-8, 1e-4, 1e-3, 1.0, 1e6], **options)
    for temperature in ("1e-5 mK", "1 mK", "1e6 K"):
        found = diagram_in_millivolts(scheme, GAAS, gate=gates, bias=[0.0, 1.0], temperature=temperature, **options)
        for array in [*found.values(), *cold.values()]:
            assert not np.isnan(array.values).any()
        assert (found["I"][0] == 0).all()
        assert (found["I_error"][0] == 0).all()
    deep = cold["thermopower_error"].sel(temperature=1e-3).values
    assert (deep < 1e-6 * np.abs(cold["thermopower"].sel(temperature=1e-3).values)).all()


@pytest.mark.parametrize("material", [GAAS, Material(0.023, 15.1), Material(0.19, 11.7)])
def test_conversions_are_as_good_as_the_bounds_take_for_granted(material):
    """Half of what is allowed: the rest is for lever arms and the split of the bias."""
    hartree = mpf(material.hartree.magnitude) * E / 1000
    energies = {
        "1 mV": E / 1000,
        "1 K": K_B,
        "137.3 mK": mpf("0.1373") * K_B,
        "0.31 ueV": mpf("0.31e-6") * E,
        "2.7 GHz": mpf("2.7e9") * H,
        "12.7 uK": mpf("12.7e-6") * K_B,
    }
    for text, joule in energies.items():
        assert abs(mpf(material.energy(text)) * hartree / joule - 1) < CONVERSION / 2, text
    scales, per_second = Scales.of(material, ("1.3 GHz", "0.77 ueV")), exact_rates(("1.3 GHz", "0.77 ueV"))
    fastest = max(per_second)
    factors = {
        scales.rates[0]: per_second[0] / fastest,
        scales.rates[1]: per_second[1] / fastest,
        scales.current: fastest * E * 10**12,
        scales.conductance: fastest * H / hartree,
        scales.heat: fastest * hartree * 10**15,
        scales.heat_conductance: fastest * K_B * 10**15,
        scales.thermopower: -K_B / E * 10**6,
    }
    for found, exact in factors.items():
        assert abs(mpf(found) / exact - 1) < CONVERSION / 2


@pytest.mark.parametrize("temperature", [1.0175438596491229, 4.0, 7.3])
def test_unlike_temperatures_are_no_rest_though_they_convert_to_one(temperature):
    """A current without a bias is told with a bound above 0, which holds; equal temperatures drive none at all."""
    hotter = math.nextafter(temperature, math.inf)
    options = {"gate": [50.0], "bias": [0.0], "lever_arms": LeverArms(gate=0.1), "heat": True}
    pair = (f"{temperature!r} K", f"{hotter!r} K")
    found = diagram_in_millivolts(scheme_of([0.0, 0.5, 0.51, 1.1]), GAAS, temperature=pair, **options)
    at_rest = diagram_in_millivolts(scheme_of([0.0, 0.5, 0.51, 1.1]), GAAS, temperature=pair[0], **options)
    for name in ("I", "J_L", "J_R"):
        assert float(found[f"{name}_error"][0, 0]) > abs(float(found[name][0, 0]))
        assert float(at_rest[name][0, 0]) == float(at_rest[f"{name}_error"][0, 0]) == 0

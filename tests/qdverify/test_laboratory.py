"""Laboratory units at the edges: what pint reads and writes, and a diagram in millivolts."""

from itertools import product

import numpy as np
import pint
import pytest
from rows import over

from numeric import Lead, LevelScheme, LeverArms, currents, heat_currents, lead_flows
from qdverify.laboratory import GAAS, Material, diagram_in_millivolts, response_in_millivolts
from qdverify.laboratory.material import rate_per_second

# CODATA 2018, exact but for the Hartree and the Bohr radius
E, H, K_B = 1.602176634e-19, 6.62607015e-34, 1.380649e-23
HARTREE, BOHR = 4.3597447222071e-18, 5.29177210903e-11
SCHEME = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])


def test_effective_units_of_a_material():
    """E_H m / epsilon^2 and a_B epsilon / m, from the constants by hand."""
    hartree = HARTREE * 0.067 / 12.9**2
    assert GAAS.in_millielectronvolts(1.0) == pytest.approx(hartree / E * 1e3, rel=1e-9)
    assert GAAS.length("200 nm") == pytest.approx(200e-9 / (BOHR * 12.9 / 0.067), rel=1e-9)
    for given, joule in (("1 meV", 1e-3 * E), ("0.1 K", 0.1 * K_B), ("3 mV", 3e-3 * E), ("5 GHz", 5e9 * H)):
        assert GAAS.energy(given) == pytest.approx(joule / hartree, rel=1e-9)
    assert GAAS.energy(GAAS.hartree) == pytest.approx(1.0)
    assert Material(mass=1.0, permittivity=1.0).length("1 bohr") == pytest.approx(1.0)


def test_a_rate_is_a_frequency_or_a_level_width():
    """Per second, and hbar t divided by hbar."""
    assert rate_per_second("250 MHz") == pytest.approx(2.5e8)
    assert rate_per_second("1 ueV") == pytest.approx(1e-6 * E * 2 * np.pi / H, rel=1e-9)


@pytest.mark.parametrize(
    ("read", "given"),
    [
        (GAAS.length, "200 meV"),
        (GAAS.length, "200"),
        (GAAS.length, 200.0),
        (GAAS.energy, "200 nm"),
        (GAAS.energy, "a little"),
        (GAAS.energy, None),
        (rate_per_second, "1 pA"),
        (rate_per_second, "1 rad/s"),
        (GAAS.length, "1 nm rad"),
        (GAAS.energy, "1 rad**2/s"),
        (GAAS.energy, ["1 meV", "2 meV"]),
    ],
)
def test_a_quantity_of_another_dimension_is_refused_by_name(read, given):
    """The message says what was given, and shows a right one."""
    with pytest.raises(ValueError, match=r"must be an? .* with its unit, such as") as caught:
        read(given)
    assert repr(given) in str(caught.value)


@pytest.mark.parametrize(
    "read", [GAAS.length, GAAS.energy, rate_per_second, lambda text: Material.of_hartree(text, 0.1)]
)
@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e400"])
def test_a_quantity_is_finite(read, number):
    """Neither is read as a number."""
    given = f"{number} {'nm' if read == GAAS.length else 'meV'}"
    with pytest.raises(ValueError, match=f"'{given}' must be finite"):
        read(given)


def test_an_angular_frequency_is_multiplied_by_hbar():
    """2 pi rad, a turn and 360 degrees a nanosecond are 1 GHz."""
    for given in (f"{2 * np.pi!r} rad/ns", "1 turn/ns", "360 degree/ns", "60e9 rpm"):
        assert GAAS.energy(given) == pytest.approx(GAAS.energy("1 GHz"), rel=1e-12)
    assert GAAS.energy("1 GHz") == pytest.approx(1e9 * H / (HARTREE * 0.067 / 12.9**2), rel=1e-9)


@pytest.mark.parametrize("axis", ["bias", "temperature"])
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"rates": ("1 GHz",)}, r"rates=\('1 GHz',\) must be two, of L and of R"),
        ({"rates": ("1 GHz", "1 GHz", "7 GHz")}, "rates=.* must be two, of L and of R"),
        ({"rates": "1 GHz"}, "rates='1 GHz' must be two"),
        ({"rates": None}, "rates=None must be two"),
        ({"rates": ("nan GHz", "1 GHz")}, "'nan GHz' must be finite"),
        ({"lever_arms": {"gate": 0.1}}, "lever_arms=.* must be a LeverArms"),
        ({"material": "GaAs"}, "material='GaAs' must be a Material"),
        ({"gate": ["1 mV"]}, "gate='1 mV' must be a real number"),
        ({"gate": []}, "gate of shape .* must be a non-empty list"),
    ],
)
def test_maps_name_what_is_wrong(axis, wrong, message):
    """Both kinds of maps, by value and rule."""
    make = diagram_in_millivolts if axis == "bias" else response_in_millivolts
    more = {"bias": [1.0], "temperature": "1 K"} if axis == "bias" else {"temperature": [1.0]}
    with pytest.raises(ValueError, match=message):
        make(SCHEME, **{"material": GAAS, "gate": [1.0], "lever_arms": LeverArms(), **more, **wrong})


@pytest.mark.parametrize("mass", [0.0, -1.0, float("nan"), "0.067", True])
def test_a_material_has_positive_numbers(mass):
    """Anything else is refused with the rule."""
    with pytest.raises(ValueError, match=r"mass=.* must be a positive number"):
        Material(mass=mass, permittivity=12.9)


def test_a_diagram_in_millivolts_is_the_current_at_its_voltages():
    """e times the rate times the particle current at e phi, mu_L and mu_R from the lever arms; dI/dV by difference."""
    arms, share = LeverArms(gate=0.1, left=0.3, right=0.4), 0.7
    options = {"temperature": "1 K", "lever_arms": arms, "share": share, "rates": ("2 GHz", "500 MHz")}
    gate, bias, step = [8.0, 11.0, 14.0], [-0.5, 0.25], 1e-4
    found = diagram_in_millivolts(SCHEME, GAAS, gate=gate, bias=bias, **options)
    for V in bias:
        for V_G in gate:
            unit = GAAS.energy("1 mV")
            mu_L, mu_R = share * V * unit, (share - 1) * V * unit
            phi = arms.gate * V_G * unit - arms.left * mu_L - arms.right * mu_R
            leads = [Lead("L", 2e9, mu_L), Lead("R", 5e8, mu_R)]
            expected = float(currents(SCHEME, leads, kT=GAAS.energy("1 K"), gate=phi)) * E * 1e12
            here = found.sel(bias=V, gate=V_G)
            assert here["I"].item() == pytest.approx(expected, rel=1e-9)
            assert 0 < here["I_error"].item() < 1e-9
            around = diagram_in_millivolts(SCHEME, GAAS, gate=[V_G], bias=[V - step, V + step], **options)["I"]
            slope = np.diff(around.values[:, 0])[0] * 1e-12 / (2 * step * 1e-3) / (E**2 / H)
            assert here["dI_dV"].item() == pytest.approx(slope, rel=1e-4)
    assert [found[name].attrs["units"] for name in ("I", "I_error", "dI_dV", "gate", "bias")] == [
        "pA",
        "pA",
        "e^2/h",
        "mV",
        "mV",
    ]


def test_a_diagram_in_millivolts_tells_how_far_it_is():
    """As `numeric.stability_diagram`."""
    told = []
    axes = {"gate": [8.0, 11.0], "bias": [0.25, 0.5, 1.0], "temperature": "1 K", "lever_arms": LeverArms(gate=0.1)}
    diagram_in_millivolts(SCHEME, GAAS, progress=lambda *counts: told.append(counts), **axes)
    assert told == [(6, 6)]


def test_heat_is_in_femtowatts():
    """The rate times what each electron carries, by hand; J_L + J_R is minus the power of the bias."""
    arms = LeverArms(gate=0.1, left=0.3, right=0.4)
    options = {"gate": [9.0, 12.0], "bias": [-0.5, 0.25], "temperature": "1 K", "lever_arms": arms}
    found = diagram_in_millivolts(SCHEME, GAAS, rates=("2 GHz", "500 MHz"), heat=True, **options)
    for V in options["bias"]:
        for V_G in options["gate"]:
            mu_L, mu_R = V / 2 * GAAS.energy("1 mV"), -V / 2 * GAAS.energy("1 mV")
            phi = arms.gate * V_G * GAAS.energy("1 mV") - arms.left * mu_L - arms.right * mu_R
            leads, here = [Lead("L", 2e9, mu_L), Lead("R", 5e8, mu_R)], found.sel(bias=V, gate=V_G)
            joule = HARTREE * 0.067 / 12.9**2
            expected = heat_currents(SCHEME, leads, kT=GAAS.energy("1 K"), gate=phi).value * joule * 1e15
            np.testing.assert_allclose([here["J_L"].item(), here["J_R"].item()], expected, rtol=1e-9)
            assert 0 < here["J_L_error"].item() < 1e-9
            power = here["I"].item() * 1e-12 * V * 1e-3
            assert here["J_L"].item() + here["J_R"].item() == pytest.approx(-power * 1e15, rel=1e-9)
    assert {found[name].units for name in ("J_L", "J_R", "J_L_error", "J_R_error")} == {"fW"}
    assert "J_L" not in diagram_in_millivolts(SCHEME, GAAS, **options)


def test_a_hot_lead_drives_a_current_without_a_bias():
    """Each lead has its temperature, of which the current is known by hand."""
    options = {"gate": [9.0], "bias": [0.0], "lever_arms": LeverArms(gate=0.1), "rates": ("1 GHz", "1 GHz")}
    found = diagram_in_millivolts(SCHEME, GAAS, temperature=("2 K", "1 K"), **options)
    leads = [Lead("L", 1e9, 0.0, GAAS.energy("2 K")), Lead("R", 1e9, 0.0, GAAS.energy("1 K"))]
    expected = lead_flows(SCHEME, leads, kT=1.0, gate=0.1 * 9.0 * GAAS.energy("1 mV")).value[0] * E * 1e12
    assert found["I"].item() == pytest.approx(expected, rel=1e-9)
    assert abs(expected) > 1e-3
    with pytest.raises(ValueError, match="must be one for both leads"):
        diagram_in_millivolts(SCHEME, GAAS, temperature=("2 K", "1 K", "1 K"), **options)


def test_the_response_is_what_small_differences_measure():
    """Currents at slightly different voltages and temperatures, in SI units by hand."""
    scheme = LevelScheme([0, 1, 1], [0.0, 0.01, 0.04], [0, 1, 1], [0, 0], [1, 2], [0.5, 0.3])
    rates, V_G, T, step = (2e9, 5e8), 1.5, 1.2, 1e-4
    found = response_in_millivolts(
        scheme,
        GAAS,
        gate=[V_G, 3.0],
        temperature=[T, 2.0],
        lever_arms=LeverArms(gate=0.1, left=0.3, right=0.4),
        rates=("2 GHz", "500 MHz"),
    ).sel(gate=V_G, temperature=T)
    joule = HARTREE * 0.067 / 12.9**2

    def flows(volt, kelvin):
        """Return the current of electrons and the heat, in A and W, for L at voltage -V, by e V above R, and hotter."""
        mu = volt * E / joule
        leads = [Lead("L", rates[0], mu / 2, GAAS.energy(f"{T + kelvin / 2} K"))]
        leads.append(Lead("R", rates[1], -mu / 2, GAAS.energy(f"{T - kelvin / 2} K")))
        options = {"kT": 1.0, "gate": 0.1 * V_G * 1e-3 * E / joule}
        return np.array(
            [
                lead_flows(scheme, leads, **options).value[0] * E,
                heat_currents(scheme, leads, **options).value[0] * joule,
            ]
        )

    volt, kelvin = 1e-3 * step, T * step
    (G, peltier), (warm, heat) = (
        (flows(*there) - flows(*(-one for one in there))) / (2 * sum(there)) for there in ((volt, 0.0), (0.0, kelvin))
    )
    assert found["conductance"].item() == pytest.approx(G / (E**2 / H), rel=1e-5)
    # without a current V_L - V_R = warm / G per kelvin, as V = -(V_L - V_R)
    assert found["thermopower"].item() == pytest.approx(-warm / G * 1e6, rel=1e-5)
    assert found["heat_conductance"].item() == pytest.approx((heat - peltier * warm / G) * 1e15, rel=1e-4)
    merit = (
        found["thermopower"] ** 2 * 1e-12 * found["conductance"] * E**2 / H * T / (found["heat_conductance"] * 1e-15)
    )
    assert found["figure_of_merit"].item() == pytest.approx(merit.item(), rel=1e-9)
    assert [found[name].units for name in ("conductance", "thermopower", "heat_conductance")] == [
        "e^2/h",
        "uV/K",
        "fW/K",
    ]
    for name in ("conductance", "thermopower", "heat_conductance", "figure_of_merit"):
        assert 0 < found[f"{name}_error"].item() < 1e-6 * abs(found[name].item())


@pytest.mark.parametrize(
    "make",
    [
        lambda **axes: diagram_in_millivolts(SCHEME, GAAS, bias=[0.0, 1.0], temperature="1 K", heat=True, **axes),
        lambda **axes: response_in_millivolts(SCHEME, GAAS, temperature=[1.0, 2.0], **axes),
    ],
    ids=["diagram", "response"],
)
def test_every_array_of_every_map_has_its_bound(make):
    """In the same unit, and 0 only for an exact zero."""
    found = make(gate=[10.96, 12.0], lever_arms=LeverArms(gate=0.1, left=0.3, right=0.4))
    numbers = {name for name in found if not name.endswith("_error")}
    assert set(found) == numbers | {f"{name}_error" for name in numbers}
    for name in numbers:
        value, bound = found[name], found[f"{name}_error"]
        assert (bound.dims, bound.units) == (value.dims, value.units)
        assert bool(((bound > 0) | (value == 0)).all())


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"temperature": [0.0]}, "temperature=0.0 must be above 0"), ({"rates": ("1 GHz", "1 nm")}, "1 nm")],
)
def test_wrong_temperatures_and_rates_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        response_in_millivolts(
            SCHEME, GAAS, **{"gate": [1.0], "temperature": [1.0], "lever_arms": LeverArms(), **wrong}
        )


def test_no_rates_at_all_give_no_current():
    """Uncoupled leads are refused as everywhere, not divided by."""
    with pytest.raises(ValueError, match="closed classes"):
        diagram_in_millivolts(
            SCHEME, GAAS, gate=[1.0], bias=[1.0], temperature="1 K", lever_arms=LeverArms(), rates=("0 Hz", "0 Hz")
        )


def test_a_material_of_a_known_hartree_has_that_hartree():
    """An energy, a voltage or a temperature is E_H* as well; what is no positive energy is refused by name."""
    for given in ("11.9 meV", "11.9 mV"):
        material = Material.of_hartree(given, mass=0.067)
        assert material.energy("11.9 meV") == pytest.approx(1.0, rel=1e-12)
        assert material.mass == 0.067
    for given in ("10 nm", "-3 meV", "0 meV", None):
        with pytest.raises(ValueError, match=r"must be an? .*energy"):
            Material.of_hartree(given, mass=0.067)


def diagram(**wrong):
    options = {"gate": [1.0], "bias": [1.0], "temperature": "1 K", "lever_arms": LeverArms()}
    return diagram_in_millivolts(SCHEME, GAAS, **{**options, **wrong})


def response(**wrong):
    return response_in_millivolts(
        SCHEME, GAAS, **{"gate": [1.0], "temperature": [1.0], "lever_arms": LeverArms(), **wrong}
    )


READ = {
    "length": (GAAS.length, "nm"),
    "energy": (GAAS.energy, "meV"),
    "rate": (rate_per_second, "GHz"),
    "hartree": (lambda given: Material.of_hartree(given, mass=0.1), "meV"),
    "temperature": (lambda given: diagram(temperature=given), "K"),
    "rates": (lambda given: diagram(rates=("1 GHz", given)), "GHz"),
}
"""What reads quantities, with a unit that it takes."""
NUMBERS = {
    "millielectronvolts": (GAAS.in_millielectronvolts, "energy"),
    "mass": (lambda given: Material(given, 12.9), "mass"),
    "permittivity": (lambda given: Material(0.067, given), "permittivity"),
    "mass of a hartree": (lambda given: Material.of_hartree("1 meV", mass=given), "mass"),
    "gate": (lambda given: diagram(gate=given), "gate"),
    "bias": (lambda given: diagram(bias=[given]), "bias"),
    "share": (lambda given: diagram(share=given), "share"),
    "gate of a response": (lambda given: response(gate=[given]), "gate"),
    "temperatures": (lambda given: response(temperature=[1.0, given]), "temperature"),
}
"""What reads numbers, with the name of the input."""
SIGNED = {"energy", "millielectronvolts", "gate", "bias", "gate of a response"}
MAY_BE_ZERO = {"length", "rate", "rates", "share", *SIGNED}


@over("name, number", product(READ, ["-1", "0", "nan", "inf", "-inf", "1e400", "1e308 1e308", "", "x"]))
def test_a_quantity_without_a_meaning_is_refused_by_name(name, number):
    """Below 0, 0, not finite, or without a number: an error names the quantity, unless it has a meaning."""
    read, unit = READ[name]
    given = f"{number} {unit}".strip()
    if (number == "-1" and name in SIGNED) or (number == "0" and name in MAY_BE_ZERO):
        read(given)
        return
    with pytest.raises(ValueError, match="must ") as caught:
        read(given)
    assert repr(given) in str(caught.value)


@over("name, given", product(READ, ["1 kg", "1", "1 m/s", 1.0, None, True, b"1 nm", ["1 nm"], {}, 1 + 1j]))
def test_what_is_no_quantity_of_that_dimension_is_refused_by_name(name, given):
    """Another dimension, a number without a unit, or no quantity at all."""
    with pytest.raises(ValueError, match="must be") as caught:
        READ[name][0](given)
    assert repr(given) in str(caught.value)


@over(
    "name, given",
    product(NUMBERS, [-1.0, 0.0, float("nan"), float("inf"), -float("inf"), "1", "1 K", None, True, [[1.0]]]),
)
def test_a_number_without_a_meaning_is_refused_by_name(name, given):
    """Below 0, 0, not finite, a text or no number: an error names input and value, unless it has a meaning."""
    read, called = NUMBERS[name]
    if (given == -1.0 and name in SIGNED) or (given == 0.0 and given is not False and name in MAY_BE_ZERO):
        read(given)
        return
    with pytest.raises(ValueError, match=f"{called}.* must "):
        read(given)


def test_numbers_beyond_doubles_are_refused():
    """Finite texts and numbers whose size in other units is none."""
    for make in (
        lambda: GAAS.length("1e308 km"),
        lambda: GAAS.energy("1e308 GeV"),
        lambda: rate_per_second("1e308 GHz"),
        lambda: GAAS.in_millielectronvolts(1e308),
        lambda: Material(1e-320, 1.0),
        lambda: Material(0.067, 1e-200),
        lambda: Material(0.067, 1e200),
        lambda: Material.of_hartree("1e-320 meV", mass=0.1),
    ):
        with pytest.raises(ValueError, match=r"must be finite|within the range of doubles"):
            make()


def test_quantities_of_another_registry_are_read_by_their_units():
    """A user's own pint is not the one of this package."""
    own = pint.UnitRegistry()
    assert GAAS.length(own.Quantity(200.0, "nm")) == GAAS.length("200 nm")
    assert GAAS.energy(own.Quantity(20.0, "degC")) == pytest.approx(GAAS.energy("293.15 K"))
    with pytest.raises(ValueError, match="must be a length of at least 0"):
        GAAS.length(own.Quantity(-200.0, "nm"))

"""A quantity is one plain number and one unit, and an axis may have a unit of its own."""

from fractions import Fraction
from functools import partial

import numpy as np
import pint
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from numeric import LevelScheme, LeverArms
from qdverify.laboratory import GAAS, Material, diagram_in_millivolts, response_in_millivolts
from qdverify.laboratory.material import rate_per_second
from qdverify.laboratory.quantities import read_axis

SCHEME = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])


@pytest.mark.parametrize(
    "given",
    [
        *("1,5 K", "1; 2 meV", "(1,2) meV", "[1] meV", "1 meV + 2 meV", "2 meV * 3", "1 meV #x", "1 2 meV", "1 m V"),
        *("9**9**9 meV", "1_000 meV", "0x10 meV", "1 +/- 0.1 meV", "\uff11 meV", "meV", "1e meV", "1 meV**9**9**9"),
    ],
)
@pytest.mark.parametrize("read", [GAAS.energy, lambda text: Material.of_hartree(text, 0.1), rate_per_second])
def test_a_text_is_one_plain_number_and_one_unit(read, given):
    """Whatever else pint would make of it, be it after hours."""
    with pytest.raises(ValueError, match=r"must be an? .*, in one plain decimal number and one unit") as caught:
        read(given)
    assert repr(given) in str(caught.value)


@pytest.mark.parametrize(
    ("given", "hertz"),
    [("1/ns", 1e9), ("+2.5e-3 / us", 2.5e3), (" .5GHz ", 5e8), ("3. ns**-1", 3e9), ("2 m/s/mm", 2e3)],
)
def test_a_unit_may_be_a_quotient(given, hertz):
    """Powers, products and quotients of names, with or without spaces."""
    assert rate_per_second(given) == pytest.approx(hertz, rel=1e-14)


@pytest.mark.parametrize("number", [10**400, Fraction(10**400), "1" + 400 * "0"])
def test_integers_beyond_doubles_are_refused(number):
    """As texts, in quantities and in a material."""
    quantity = f"{number} meV" if isinstance(number, str) else GAAS.hartree.__class__(number, "meV")
    with pytest.raises(ValueError, match="must be finite"):
        GAAS.energy(quantity)
    for mass, permittivity in ((number, 1), (1, number)):
        with pytest.raises(ValueError, match=r"(mass|permittivity).* must"):
            Material(mass, permittivity)


NAMES = {"Ym": 24, "km": 3, "m": 0, "nm": -9, "ym": -24, "s": 0, "K": 0, "rad": 0, "eV": None, "degC": None, "dB": None}
POWERS = st.integers(-99, 99).map(str) | st.sampled_from(["0.5", "-1.5", "99.99", "+2"])
LENGTHS = st.sampled_from(["Ym", "km", "nm", "ym"])
READ = [GAAS.length, GAAS.energy, rate_per_second, lambda text: Material.of_hartree(text, 0.1)]


@given(st.lists(st.tuples(st.sampled_from([*NAMES]), POWERS), min_size=1, max_size=4))
@example([("km", "99"), ("nm", "-98")])
@example([("Ym", "99"), ("ym", "-98")])
@example([("ym", "15"), ("eV", "-14")])
@example([("degC", "99"), ("dB", "-98")])
@settings(deadline=None)
def test_a_unit_with_powers_is_read_or_refused_by_name(parts):
    """Whatever pint raises, the error has the text and the rule, be it read alone or as the unit of an axis."""
    unit = "*".join(f"{name}**{power}" for name, power in parts)
    axis = type("Axis", (), {"unit": unit, "value": np.ones(1)})()
    asked = [(partial(read, f"1 {unit}"), f"'1 {unit}' must be") for read in READ]
    for ask, words in [*asked, (partial(read_axis, "gate", axis, "mV"), f"'{unit}' must be")]:
        found, error = _answer(ask)
        assert words in str(error) if error else np.isfinite(found).all()


def _answer(ask):
    """Return what is answered, and None or the refusal."""
    try:
        return ask(), None
    except ValueError as error:
        return None, error


@given(LENGTHS, LENGTHS, st.integers(-98, 98))
@example("ym", "nm", 30)
@settings(deadline=None)
def test_a_length_in_powers_is_its_own_or_refused(first, second, power):
    """No factor leaves doubles on the way: a length of 1e-210 m is none of 0 m, nor are some of its digits lost."""
    exponent = NAMES[first] * (power + 1) - NAMES[second] * power
    found, error = _answer(partial(GAAS.length, f"1 {first}**{power + 1}*{second}**{-power}"))
    if error:
        assert "decades from 1" in str(error)
        assert abs(NAMES[first] * (power + 1)) + abs(NAMES[second] * power) >= 200
    else:
        assert found == pytest.approx(10.0**exponent / GAAS.bohr_radius.to("m").magnitude, rel=1e-11)


def _maps(gate, bias, temperature):
    arms = LeverArms(gate=0.1, left=0.3, right=0.4)
    diagram = diagram_in_millivolts(SCHEME, GAAS, gate=gate, bias=bias, temperature="1 K", lever_arms=arms)
    response = response_in_millivolts(SCHEME, GAAS, gate=gate, temperature=temperature, lever_arms=arms)
    return diagram, response


def test_axes_with_units_are_converted():
    """Volts, millikelvin and degrees Celsius, of any registry, and the axes of another map: as plain mV and K."""
    expected = _maps([8.0, 11.0], [0.25, 0.5], [1.0, 2.0])
    own = pint.UnitRegistry()
    kelvin = own.Quantity([1000.0, 2000.0], "mK"), own.Quantity([-272.15, -271.15], "degC")
    for temperature in (*kelvin, expected[1]["temperature"]):
        found = _maps(own.Quantity([0.008, 0.011], "V"), expected[0]["bias"], temperature)
        for map_, right in zip(found, expected, strict=True):
            assert all(map_[axis].attrs == right[axis].attrs for axis in right.coords)
            np.testing.assert_allclose(map_[next(iter(map_))].values, right[next(iter(right))].values, rtol=1e-9)


@pytest.mark.parametrize(
    ("axis", "unit"), [("gate", "K"), ("gate", "meV"), ("gate", ""), ("bias", "V*rad"), ("temperature", "mV")]
)
def test_axes_of_another_dimension_are_refused(axis, unit):
    """By the name of the axis, the unit and the rule."""
    axes = {"gate": [8.0], "bias": [0.25], "temperature": [1.0], axis: pint.UnitRegistry().Quantity([1.0], unit)}
    with pytest.raises(ValueError, match=rf"{axis} in '.*' must be in m?[VK], or in a unit that is converted to it"):
        _maps(**axes)

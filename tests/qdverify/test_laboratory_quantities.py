"""A quantity is one plain number and one unit, and an axis may have a unit of its own."""

from fractions import Fraction

import numpy as np
import pint
import pytest

from numeric import LevelScheme, LeverArms
from qdverify.laboratory import GAAS, Material, diagram_in_millivolts, response_in_millivolts
from qdverify.laboratory.material import rate_per_second

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

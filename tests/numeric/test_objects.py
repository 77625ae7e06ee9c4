"""What a notebook shows of the objects, how they become arrays, and the way from a dot to its diagram."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import numeric
from numeric import Dot, Lead, LevelScheme, coulomb_peaks, solve
from numeric.arrays import SHOWN
from numeric.scaled import Scaled

DOT = Dot(9.5, 1.9e-3, 5)
LADDER = [solve(DOT, N, levels) for N, levels in ((0, 1), (1, 3), (2, 3), (3, 3))]
ONE_ORBITAL = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])


def found(rate=1.0):
    return numeric.currents(ONE_ORBITAL, [Lead("L", rate, 0.2), Lead("R", rate, -0.2)], kT=0.05)


def test_a_spectrum_shows_electrons_energies_and_spins_on_one_short_line():
    """Six levels at most; the number of all of them follows."""
    shown = ", ".join(f"{n**2 * np.pi**2 / (2 * 9.5**2):.6g}" for n in (1, 2, 3))
    assert repr(LADDER[1]) == f"Spectrum(electrons=1, energies=[{shown}], two_S=[1, 1, 1])"
    many = repr(solve(DOT, 3, SHOWN + 4))
    assert many.count(f", ... {SHOWN + 4} levels]") == 2
    assert len(many) < 200
    assert "\n" not in many


def test_currents_show_value_and_bound():
    """The bound is that of the double shown, with one digit."""
    text = repr(found())
    assert text.startswith("Currents(I_L=0.3")
    assert text.count(" ± ") == 2
    assert repr(found().best).startswith("Estimate(0.3")
    assert repr(numeric.linear_conductance(ONE_ORBITAL, kT=0.1, gate=[0.0, 0.1])).endswith("... 2 numbers)")
    assert "10**" in repr(numeric.linear_conductance(ONE_ORBITAL, kT=1e-5, gate=0.1, rates=(1e307, 1e307)))


def test_a_matrix_shows_its_first_number():
    """Of estimates with rows and columns too."""
    leads = [Lead(name, 1.0, 0.0) for name in "abc"]
    response = numeric.lead_response(ONE_ORBITAL, leads, kT=0.1)
    assert repr(response.onsager[:2]).endswith(", ... 12 numbers)")
    assert repr(response).endswith(", ... 36 numbers))")


@pytest.mark.parametrize(("value", "sign"), [(-3.0, "-"), (3.0, "")])
def test_a_number_beyond_doubles_shows_its_sign(value, sign):
    """By its logarithm and that of its bound."""
    parts = (Scaled(np.array([mantissa]), np.array([power])) for mantissa, power in ((value, 2000.0), (1.0, 1900.0)))
    beyond = numeric.Estimate(*parts)
    assert repr(beyond) == f"Estimate({sign}10**602.54 ± 10**571.96)"


def test_every_object_is_one_short_line():
    """Whatever a function returns, at a prompt it shows what it is and its first numbers."""
    leads = [Lead("L", 1.0, 0.2), Lead("R", 1.0, -0.2)]
    two, three = LADDER[2:]
    scheme = LevelScheme.from_spectra(LADDER)
    shown = {
        type(value).__name__: repr(value)
        for value in (
            DOT,
            leads[0],
            scheme,
            two,
            two.levels[0],
            two.integrals,
            numeric.stationary_state(scheme, leads, kT=0.05),
            numeric.low_temperature_limit(ONE_ORBITAL, leads),
            numeric.shot_noise(scheme, leads, kT=0.05),
            numeric.transition_amplitudes(two, three),
            numeric.expand(three, 0),
            numeric.decompose(two, 0, three, 0),
            numeric.slater_lanczos(DOT, 2, 1),
            numeric.slater_lanczos(DOT, 2, 1).levels[0],
        )
    }
    assert len(shown) == 14
    for name, text in shown.items():
        assert text.startswith(f"{name}(")
        assert len(text) < 200, text
        assert "\n" not in text
    assert shown["LevelScheme"] == "LevelScheme(10 levels of N=[0, 1, 2, 3] electrons, 21 transitions)"
    assert shown["LowTemperatureLimit"] == "LowTemperatureLimit(current=0.333333 * exp(-0 / kT), 2 levels)"


def test_currents_become_arrays_and_floats():
    """numpy.asarray and float give the value at the better barrier."""
    current = found()
    assert np.asarray(current).tolist() == current.best.value.tolist() == [float(current)]
    assert np.asarray(current.I_L, dtype=np.float32).dtype == np.float32
    assert np.asarray(current.I_R).tolist() == [float(current.I_R)]
    assert (2 * np.asarray(current)).shape == (1,)


def test_spectra_become_a_level_scheme_in_any_order():
    """The same levels, transitions and M_ji as put together by hand."""
    scheme = LevelScheme.from_spectra(reversed(LADDER))
    by_hand = LevelScheme.from_matrices(
        {s.electrons: s.energies for s in LADDER},
        {s.electrons: s.two_S for s in LADDER},
        {N: numeric.transition_probabilities(LADDER[N], LADDER[N + 1]) for N in range(3)},
    )
    for name in ("electrons", "energies", "two_S", "lower", "upper", "M"):
        np.testing.assert_array_equal(getattr(scheme, name), getattr(by_hand, name))


def test_weights_of_the_orbitals_enter_every_transition():
    """One orbital that does not couple leaves its own transitions without M_ji."""
    scheme = LevelScheme.from_spectra(LADDER[:2], weights=[1, 0, 1, 1, 1])
    np.testing.assert_allclose(scheme.M, [1.0, 0.0, 1.0], atol=1e-14)


@pytest.mark.parametrize(
    ("spectra", "message"),
    [
        ([], r"electrons=\[\] of the spectra must be consecutive"),
        ([LADDER[0], LADDER[2]], r"electrons=\[0, 2\] of the spectra must be consecutive"),
        ([LADDER[1], LADDER[1]], r"electrons=\[1, 1\] of the spectra must be consecutive"),
        ([LADDER[0], "spectrum"], "spectrum='spectrum' must be a Spectrum"),
        (LADDER[0], r"spectra=Spectrum\(electrons=0.* must be a list of spectra"),
        ([LADDER[0], solve(Dot(9.5, 0.1, 5), 1, 1)], "both spectra must belong to one dot"),
    ],
)
def test_spectra_that_form_no_ladder_are_refused(spectra, message):
    """Gaps, repetitions, other objects and other dots."""
    with pytest.raises(ValueError, match=message):
        LevelScheme.from_spectra(spectra)


@pytest.mark.parametrize("kT", [1e-2, 1e-3, 1e-4])
def test_the_conductance_is_largest_at_the_coulomb_peaks(kT):
    """The maxima of the linear conductance lie at e phi = +mu_N to within kT, so that they tend to mu_N."""
    scheme = LevelScheme.from_spectra(LADDER)
    peaks = coulomb_peaks(scheme)
    assert list(peaks) == [1, 2, 3]
    for mu_N in peaks.values():
        gate = mu_N + np.linspace(-8, 8, 641) * kT
        G = numeric.linear_conductance(scheme, kT=kT, gate=gate).value
        at = int(np.argmax(G))
        assert 0 < at < gate.size - 1
        assert abs(gate[at] - mu_N) < 0.5 * kT


@given(energies=st.lists(st.floats(-5, 5), min_size=2, max_size=5), first=st.integers(0, 3))
def test_peaks_are_differences_of_ground_state_energies(energies, first):
    """Excited levels and the order of the list change nothing; the sum of all mu_N is the energy of all electrons."""
    n = len(energies)
    electrons = [first + k for k in range(n)]
    scheme = LevelScheme(electrons * 2, [*(E + 1.0 for E in energies), *energies], [0] * 2 * n, [], [], [])
    peaks = coulomb_peaks(scheme)
    assert list(peaks) == electrons[1:]
    assert sum(peaks.values()) == pytest.approx(energies[-1] - energies[0], abs=1e-12)


def test_a_larger_gate_holds_more_electrons():
    """Between mu_N and mu_(N+1) the dot at rest holds N electrons."""
    scheme = LevelScheme.from_spectra(LADDER)
    peaks = coulomb_peaks(scheme)
    edges = [peaks[1] - 0.1, *peaks.values(), peaks[3] + 0.1]
    for N, (low, high) in enumerate(pairwise(edges)):
        state = numeric.stationary_state(scheme, [Lead("L", 1.0, 0.0)], kT=1e-3, gate=0.5 * (low + high))
        assert int(scheme.electrons[np.argmax(state.level_populations)]) == N


def test_a_plotted_diamond_stands_upright():
    """xarray draws the gate along x and the bias along y."""
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415  (after the choice of the backend)

    diagram = numeric.stability_diagram(ONE_ORBITAL, bias=[-0.1, 0.0, 0.2], gate=[0.0, 0.1], kT=0.01)
    figure, axes = plt.subplots()
    diagram["dI_dV"].plot(ax=axes)
    assert axes.get_xlabel().startswith("e phi")
    assert axes.get_ylabel().startswith("V")
    plt.close(figure)

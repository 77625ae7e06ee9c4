"""Dots given by their integrals: what makes one, what is none, and weights lead by lead."""

import numpy as np
import pytest
from integral_samples import every_level, hubbard, random_integrals
from rows import over

import numeric
from numeric import Dot, IntegralDot, TooLargeError, decompose, solve, transition_probabilities


def test_two_dots_with_the_same_integrals_are_equal():
    """Whatever made them; weights of leads make no difference, a last digit does."""
    h, g = np.diag([0.0, 1.0]), np.zeros((2,) * 4)
    dot = IntegralDot(h, g, weights={"L": [1, 2]})
    assert dot == IntegralDot(h.tolist(), g)
    assert hash(dot) == hash(IntegralDot(h, g))
    assert dot != IntegralDot(h, g, irreps=[1, 1])
    assert dot != IntegralDot(h, g, core=5e-324)
    assert dot != "dot"
    with pytest.raises(ValueError, match="both spectra must belong to one dot"):
        transition_probabilities(solve(dot, 0, 1), solve(IntegralDot(2 * h, g), 1, 1))
    assert repr(dot) == "IntegralDot(orbitals=2, core=0, weights of L)"
    assert decompose(solve(dot, 0, 1), 0, solve(dot, 1, 1), 0).probability == pytest.approx(1.0)


DOCUMENT = {
    "kind": "integrals",
    "orbitals": 2,
    "one_body": [[-1, 0.5], [0.5, 0]],
    "two_body": [[1, 2, 1, 1, 0.25], [2, 2, 1, 1, 0.5]],
}


def test_a_document_lists_one_of_eight_equal_integrals():
    """All eight stand in the array; what is not listed is 0, and nothing at all may be listed."""
    g = IntegralDot.from_document(DOCUMENT).two_body
    for p, q, r, s in ((0, 1, 0, 0), (1, 0, 0, 0), (0, 0, 0, 1), (0, 0, 1, 0)):
        assert g[p, q, r, s] == 0.25
    assert g[0, 0, 1, 1] == g[1, 1, 0, 0] == 0.5
    assert np.count_nonzero(g) == 6
    full = {**DOCUMENT, "two_body": [], "core": 2, "irreps": [3, 3], "weights": {"R": [0, 1]}}
    found = IntegralDot.from_document(full)
    assert (found.core, found.irreps.tolist(), found.weights["R"].tolist()) == (2.0, [3, 3], [0.0, 1.0])
    assert not found.two_body.any()


def changed(**changes):
    return lambda: IntegralDot.from_document({name: v for name, v in {**DOCUMENT, **changes}.items() if v is not None})


def made(**changes):
    return lambda: IntegralDot(**{"one_body": np.eye(2), "two_body": np.zeros((2,) * 4), **changes})


LOPSIDED = np.zeros((2,) * 4)
LOPSIDED[0, 1, 0, 0] = 1.0
HALF = LOPSIDED + LOPSIDED.transpose(1, 0, 2, 3)


@over(
    ("call", "message"),
    [
        (changed(kind="box"), "must be an object whose kind is 'integrals'"),
        (lambda: IntegralDot.from_document("dot"), "dot='dot' must be an object"),
        (changed(one_body=None), "one_body of the dot is missing"),
        (changed(length=1.0), "'length' is no field"),
        (changed(orbitals=0), "orbitals=0 must be at least 1"),
        (changed(orbitals=3), r"one_body of shape \(2, 2\) must have shape \(3, 3\)"),
        (changed(two_body=[[1, 1, 1, 1]]), r"two_body of shape \(1, 4\) must be a list of entries"),
        (changed(two_body=[[1, 1, 1, 3, 0.5]]), "two_body entries must name orbitals from 1 to 2"),
        (changed(two_body=[[1, 1, 1, 0, 0.5]]), "two_body entries must name orbitals from 1 to 2"),
        (changed(two_body=[[1, 1, 1, 1.5, 0.5]]), "two_body entries must name orbitals from 1 to 2"),
        (changed(two_body=[[1, 1, 2, 2, 0.5], [2, 2, 1, 1, 0.25]]), r"two_body .* 1, 1, 2, 2 = 0.5 must be 0.25"),
        (changed(two_body=[[1, 1, 1, 1, 0.5], [1, 1, 1, 1, 0.25]]), r"two_body .* 1, 1, 1, 1 = 0.5 must be 0.25"),
        (changed(two_body=[[1, 1, 1, 1, float("nan")]]), "two_body=nan must be finite"),
        (made(one_body=[1.0, 2.0]), r"one_body of shape \(2,\) must have shape \(M, M\)"),
        (made(one_body=np.zeros((0, 0))), r"one_body of shape \(0, 0\) must have shape \(M, M\)"),
        (made(one_body=[[0, 1], [2, 0]]), r"one_body of orbitals 1, 2 = 1.0 must be 2.0: h_pq = h_qp"),
        (made(one_body=[[0, 1j], [-1j, 0]]), "one_body=1j must be a real number"),
        (made(one_body=np.eye(2) * 1j), "one_body of type complex128 must hold real numbers"),
        (made(two_body=np.zeros((2, 2))), r"two_body of shape \(2, 2\) must have shape \(2, 2, 2, 2\)"),
        (made(two_body=LOPSIDED), r"must be .*: \(pq\|rs\) = \(qp\|rs\)"),
        (made(two_body=HALF), r"must be .*: \(pq\|rs\) = \(rs\|pq\)"),
        (made(core=float("inf")), "core=inf must be finite"),
        (made(one_body=1.7e308 * np.eye(2)), "integrals of up to 1.7e\\+308 must lie between"),
        (made(one_body=1e121 * np.eye(2)), "integrals of up to 1e\\+121 must lie between"),
        (made(one_body=1e-121 * np.eye(2)), "integrals of up to 1e-121 must lie between"),
        (made(irreps=[1]), "irreps=.* must be 2 labels"),
        (made(irreps=1), "irreps=1 must be 2 labels"),
        (made(irreps=[0, 1]), "irrep=0 must be at least 1"),
        (made(irreps=[9, 1]), "irrep=9 must be at most 8"),
        (made(irreps=[1.5, 1]), "irrep=1.5 must be an integer"),
        (made(one_body=[[0, 1], [1, 0]], irreps=[1, 2]), "one_body of orbitals 1, 2 = 1.0 must be 0: their"),
        (made(two_body=HALF + HALF.transpose(2, 3, 0, 1), irreps=[1, 2]), "two_body of orbitals .* must be 0"),
        (made(weights=[1, 1]), "weights=.* must be a mapping"),
        (made(weights={"L": [1]}), r"weights of L of shape \(1,\) must have shape \(2,\)"),
        (lambda: numeric.charge_density(solve(made()(), 1, 1), 0, 0.0), "must be a box"),
        (lambda: solve(made()(), 1, 1).parity, "must be a Dot"),
        (lambda: solve(made()(), 5, 1), "electrons=5 must be at most 4"),
        (lambda: solve(made()(), 1, 3), "levels=3 must be at most 2"),
        (lambda: solve(made()(), 1, 1, method="fast"), "method='fast' must be one of"),
        (
            lambda: solve(made()(), 1, 1, integrals=numeric.interaction_integrals(Dot(1.0, 0.1, 2))),
            "integrals must be left out",
        ),
    ],
)  # fmt: skip
def test_what_is_no_dot_or_no_question_about_one_is_refused(call, message):
    """With the value and the rule."""
    with pytest.raises(ValueError, match=message):
        call()


def test_rounding_of_integrals_from_elsewhere_is_forgiven():
    """What a rotation leaves of symmetry is made exact; larger differences are errors."""
    rng = np.random.default_rng(5)
    h, g = random_integrals(rng, 3, "mixed", [1, 2, 1])
    noisy = IntegralDot(h + 1e-14 * rng.normal(size=h.shape), g + 1e-14 * rng.normal(size=g.shape), irreps=[1, 2, 1])
    np.testing.assert_array_equal(noisy.one_body, noisy.one_body.T)
    np.testing.assert_array_equal(noisy.two_body, noisy.two_body.transpose(2, 3, 1, 0))
    assert noisy.one_body[0, 1] == 0.0
    np.testing.assert_allclose(every_level(noisy, 2).energies, every_level(IntegralDot(h, g), 2).energies, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: IntegralDot(np.zeros((65, 65)), np.zeros(1)),
            "orbitals=65 must be at most 64: .* would take 0.143 GB",
        ),
        (changed(orbitals=10**6), "would take 8e\\+15 GB"),
        (lambda: solve(hubbard(20, 1.0, 1.0), 10, 1), "electrons=10 in 20 orbitals have 2.4e\\+08 determinants, .* GB"),
    ],
)
def test_what_takes_too_much_memory_is_refused_before_the_work(call, message):
    """With the estimate and the limit."""
    with pytest.raises(TooLargeError, match=message):
        call()


def test_a_level_scheme_takes_weights_lead_by_lead():
    """M_ji of each lead by its own weights, in the order given: the lead that couples to nothing carries no current."""
    spectra = [every_level(hubbard(2, 0.5, 3.0), N) for N in range(3)]
    leads = [numeric.Lead("L", 1.0, 1.0), numeric.Lead("R", 1.0, -1.0)]
    for weights, flows in (([[1.0, 0.0], [0.0, 1.0]], True), ([[1.0, 0.0], [0.0, 0.0]], False)):
        scheme = numeric.LevelScheme.from_spectra(spectra, weights=weights)
        by_lead = [numeric.LevelScheme.from_spectra(spectra, weights=w).M for w in weights]
        np.testing.assert_array_equal(scheme.M, np.stack(by_lead, axis=-1))
        current = float(numeric.currents(scheme, leads, kT=0.1, gate=0.0).I_L)
        assert current > 0.05 if flows else abs(current) < 1e-12


def test_a_scheme_refuses_weights_of_a_wrong_shape():
    """Each lead's weights are one for each orbital."""
    spectra = [every_level(hubbard(2, 1.0, 1.0), N) for N in (0, 1)]
    with pytest.raises(ValueError, match=r"weights of shape \(3,\) must have shape \(2,\)"):
        numeric.LevelScheme.from_spectra(spectra, weights=[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


@pytest.mark.parametrize("name", ["one_body", "two_body", "weights"])
@pytest.mark.parametrize("nested", [False, True])
def test_an_array_with_a_mask_is_refused(name, nested):
    """Whatever it masks, and in lists too: what is masked would be taken as a number."""
    given = {"one_body": np.eye(2), "two_body": np.zeros((2,) * 4), "weights": np.ones(2)}
    given[name] = np.ma.masked_array(given[name], mask=np.zeros(given[name].shape))
    if nested:
        given[name] = [*given[name]] if name != "weights" else given[name].reshape(1, 2)
    with pytest.raises(ValueError, match=rf"{name}.* must be an array without a mask"):
        IntegralDot(given["one_body"], given["two_body"], weights={"L": given["weights"]})


def test_leads_have_any_names():
    """As in transport with more leads than two; a name is a text, and none is taken for another."""
    h, g = np.diag([0.0, 1.0]), np.zeros((2,) * 4)
    weights = {"Q": [1, 0], "probe": [0, 1], "R": [1, 1]}
    assert [*IntegralDot(h, g, weights=weights).weights] == [*weights]
    for wrong in (1, "", None, ("L",)):
        with pytest.raises(ValueError, match="of the weights must be a name"):
            IntegralDot(h, g, weights={"1": [1, 0], wrong: [0, 1]})

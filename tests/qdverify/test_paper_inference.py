import numpy as np
import pytest

import numeric
from qdverify.paper import evidence, evidence_map, inference
from qdverify.paper.inference import LENGTHS, PrintedNumber, Scan, printed_numbers
from qdverify.paper.recomputed import EFFECTIVE_HARTREE
from qdverify.reference.printed import reported


@pytest.fixture(scope="module")
def narrow():
    """One cutoff, one number of orbitals, every length."""
    return inference.scan(cutoff_ratios=[2e-4], orbitals=[12])


def test_the_polynomials_agree_with_the_model_at_a_length_in_between(narrow):
    """Each number at L = 9.5, where no polynomial was fitted, against the model solved there by itself."""
    dot = numeric.Dot.paper(12)
    spectra = {N: numeric.solve(dot, electrons=N, levels=k) for N, k in {2: 2, 3: 3, 4: 7}.items()}
    M = {N: numeric.transition_probabilities(spectra[N], spectra[N + 1]) for N in (2, 3)}
    entries = [*reported.entries("table_II"), *reported.entries("table_III")]
    at = int(np.argmin(np.abs(LENGTHS - 9.5)))
    found = narrow.numbers[0, 0, at]
    expected = [M[entry.electrons][entry.j, entry.i] for entry in entries]
    np.testing.assert_allclose(found[: len(expected)], expected, atol=5e-5)
    b = numeric.expand(spectra[4], 3, two_Sz=0).coefficients[:4]
    np.testing.assert_allclose(np.abs(found[23:27]), np.abs(b), atol=5e-5)
    energies = spectra[4].energies - spectra[4].energies[0]
    np.testing.assert_allclose(found[27:], [energies[6], energies[1]], rtol=2e-3)
    assert narrow.judged[0, 0, at]


def test_at_the_stated_length_two_entries_never_hold_and_a_third_with_12_orbitals(narrow):
    """As validity.md says: 0 -> 0 and 1 -> 2 of Table II stay outside, 1 -> 0 comes inside what is allowed."""
    at = int(np.argmin(np.abs(LENGTHS - 9.5)))
    wide = inference.scan(cutoff_ratios=[1e-2], orbitals=[10])
    allowed = reported.stated_error("table_II") + reported.PRINTED_DIGIT
    entries = [(entry.i, entry.j) for entry in reported.entries("table_II")]
    for scan in (narrow, wide):
        off = np.abs(scan.deviations("Table II")[..., at, :])
        assert (off[..., entries.index((0, 0))] > allowed).all()
        assert (off[..., entries.index((1, 2))] > allowed).all()
    assert (np.abs(narrow.deviations("Table II")[..., at, entries.index((1, 0))]) <= allowed).all()


def test_the_printed_numbers_stand_in_the_order_of_the_scan():
    """19 probabilities, 8 signed coefficients, Omega and Delta, none twice."""
    printed = printed_numbers()
    assert [one.source for one in printed] == (
        ["Table II"] * 5 + ["Table III"] * 14 + ["Table IV"] * 8 + ["scales"] * 2
    )
    assert len({(one.source, one.label) for one in printed}) == len(printed)
    assert [one.value for one in printed[19:23]] == [-0.64, 0.39, -0.32, -0.29]


def test_where_levels_come_in_another_order_nothing_is_judged():
    """At lambda / L = 2e-5 and 12 orbitals the polarised level of four electrons is the lowest, against Table I."""
    found = inference.scan(cutoff_ratios=[2e-5], orbitals=[12])
    assert not found.judged.any()
    assert (found.holding("Table II") == -1).all()


def made(shift):
    """Return a scan of one point at which every number is off by so many times its rounding."""
    printed = printed_numbers()
    numbers = np.array([one.value + shift * one.rounding for one in printed])
    numbers[-2:] /= EFFECTIVE_HARTREE
    return Scan(np.array([10.0]), np.array([2e-4]), (13,), numbers[None, None, None], np.ones((1, 1, 1), dtype=bool))


@pytest.mark.parametrize(("shift", "rounded", "stated"), [(0.9, 8, 8), (-0.9, 8, 8), (1.1, 0, 8), (3.1, 0, 0)])
def test_rounding_and_the_stated_error_are_told_apart(shift, rounded, stated):
    """Half a digit allows 0.005; the stated error of Table III, 0.01, comes on top if it is asked for."""
    scan = made(shift)
    assert scan.holding("Table IV")[0, 0, 0] == rounded
    assert scan.holding("Table IV", stated=True)[0, 0, 0] == stated
    assert scan.scales_hold(EFFECTIVE_HARTREE)[0, 0, 0] == (abs(shift) < 1)


def test_a_wrong_sign_of_a_coefficient_does_not_hold():
    """Table IV is compared with its signs."""
    scan = made(0.0)
    scan.numbers[..., 20] *= -1
    assert scan.holding("Table IV")[0, 0, 0] == 7


def test_the_ratio_needs_no_unit():
    """Omega / Delta holds whatever the effective Hartree; each alone does not."""
    scan = made(0.0)
    scan.numbers[..., -2:] *= 1.3
    assert scan.scales_hold(None).all()
    assert not scan.scales_hold(EFFECTIVE_HARTREE).any()


def test_tables_and_map_can_be_made_of_any_scan(narrow):
    """Every row has as many cells as the header; a set of numbers that holds nowhere says so."""
    for table in (evidence.regions(narrow), evidence.comparison(narrow)):
        assert all(len(row) == len(table.header) for row in table.rows)
    assert any("nowhere" in row for row in evidence.regions(narrow).rows)
    assert len(evidence_map.draw(narrow).axes) == 2


@pytest.mark.long
@pytest.mark.slow
def test_the_tables_ask_for_ten_bohr_radii():
    """At 9.5 no cutoff and no number of orbitals brings all entries within the stated error, at 10 several do."""
    scan = inference.scan()
    at = {length: int(np.argmin(np.abs(LENGTHS - length))) for length in (9.5, 10.0)}
    within = scan.holding(*evidence.PROBABILITIES)
    stated = scan.holding(*evidence.PROBABILITIES, stated=True)
    assert within[:, :, at[9.5]].max() == 12
    assert within[:, :, at[10.0]].max() == within.max() == 17
    assert stated[:, :, at[9.5]].max() < 19
    assert (stated[:, :, at[10.0]] == 19).sum() >= 10
    polarised = scan.lengths[np.nonzero(scan.one_holds(evidence.POLARISED))[2]]
    np.testing.assert_allclose([polarised.min(), polarised.max()], [9.84, 10.42], atol=0.021)
    coefficients = scan.lengths[np.nonzero(scan.holding("Table IV") == 8)[2]]
    assert coefficients.max() < 9.9
    gallium_arsenide = scan.lengths[np.nonzero(scan.scales_hold(EFFECTIVE_HARTREE))[2]]
    np.testing.assert_allclose(gallium_arsenide, 10.0, atol=0.05)


def test_a_printed_number_names_its_source():
    """The stated error of Table II is a tenth of that of Table III."""
    by_source = {one.source: one for one in printed_numbers()}
    assert by_source["Table II"].stated == pytest.approx(1e-3)
    assert by_source["Table III"].stated == pytest.approx(1e-2)
    assert isinstance(by_source["scales"], PrintedNumber)

"""The suite for harmonic dots: its references are right, honest programs pass or decline, and checks can fail."""

import random

import numpy as np
import pytest
from judging import fails, passes

from analytic import to_digits, wigner_molecule
from analytic.harmonic_integrals import shell_orbitals
from numeric import HarmonicDot, solve, transition_probabilities
from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.protocol.answers import BEYOND_LIMITS, AnswerError
from qdverify.protocol.dots import check_dot, is_harmonic
from qdverify.suite.checks.harmonic_limits import ground_momentum
from qdverify.suite.checks.harmonic_relations import ladder_identities
from qdverify.suite.declare import Scope, select
from qdverify.suite.exact import harmonic as exact
from qdverify.suite.finding import Verdict
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject

pytestmark = pytest.mark.usefixtures("shared_checks")

SUITE = select(["harmonic"], "quick")
CHECKS = {check.name: check for check in SUITE}
LEVELS = [check for check in SUITE if "complete" not in check.name]


def test_the_builtin_passes_the_suite():
    """Every trial is judged, and each passes."""
    assert {finding.verdict for finding in run_checks(Subject(InProcess(Builtin())), SUITE, Scope())} == {Verdict.PASS}


@pytest.mark.parametrize("kinds", [("box",), ("box", "integrals")])
def test_a_program_for_other_dots_is_not_judged(kinds):
    """What a program does not take is counted as such, and fails nothing."""

    class Others(Builtin):
        dots = kinds

    asked = run_checks(Subject(InProcess(Others())), SUITE, Scope())
    assert {finding.verdict for finding in asked} == {Verdict.UNSUPPORTED}


def test_a_program_for_integrals_is_asked_without_field_only():
    """Through real orbitals, which have no integrals in a field: it passes what it is asked."""

    class OfIntegrals(Builtin):
        dots = ("integrals",)

    asked = run_checks(Subject(InProcess(OfIntegrals())), LEVELS, Scope())
    assert {finding.verdict for finding in asked} == {Verdict.PASS, Verdict.UNSUPPORTED}
    passed = {finding.case["label"] for finding in asked if finding.verdict is Verdict.PASS}
    assert passed >= {"no field", "omega = s = 1", "N=3, s=1", "N=2->3"}


class WithoutMomenta(Builtin):
    """It does not tell L, and lists levels that coincide in another order."""

    def spectrum(self, **question):
        answer = super().spectrum(**question)
        if not is_harmonic(question["dot"]):
            return answer
        order = np.lexsort((-answer["two_S"], np.round(answer["energies"], 9)))
        return {name: answer[name][order] for name in ("energies", "two_S")}


def test_a_program_that_does_not_tell_momenta_passes_all_that_can_be_judged():
    """L is optional: only the relation that needs it is not judged."""
    checks = [check for check in LEVELS if set(check.tasks) == {"spectrum"}]
    found = run_checks(Subject(InProcess(WithoutMomenta())), checks, Scope())
    assert {item.id for item in found if item.verdict is not Verdict.PASS} == {"harmonic.field@1"}
    assert {item.verdict for item in found} == {Verdict.PASS, Verdict.UNSUPPORTED}


def test_a_small_program_is_asked_within_its_limits():
    """Six orbitals and two electrons: what lies beyond is not judged, all else passes."""

    class Small(Builtin):
        limits = {"orbitals": 6, "electrons": 2}

    found = run_checks(Subject(InProcess(Small())), LEVELS, Scope())
    assert {item.verdict for item in found} == {Verdict.PASS, Verdict.UNSUPPORTED}


@pytest.mark.parametrize("shells", [2, 3])
def test_exact_levels_and_transitions_are_those_of_the_floating_point_side(shells):
    """Energies, spins, momenta and weighted M_ji of N = 1 and 2, by another derivation of the integrals."""
    dot = exact.random_harmonic_dot(random.Random(3), shells)
    check_dot(dot)
    model = HarmonicDot(dot["omega"], shells, dot["field"], dot["strength"])
    spectra = []
    for electrons in (1, 2):
        levels = exact.exact_harmonic_levels(dot, electrons)
        found = solve(model, electrons, len(levels))
        spectra.append(found)
        np.testing.assert_allclose(found.energies, [float(level.energy) for level in levels], rtol=1e-12)
        assert found.two_S.tolist() == [level.two_S for level in levels]
        assert found.angular_momenta.tolist() == [level.L for level in levels]
    weights = np.linspace(-1, 2, model.orbitals)
    expected = np.array(exact.exact_harmonic_transitions(dot, weights.tolist()), dtype=float)
    np.testing.assert_allclose(transition_probabilities(*spectra, weights=weights), expected, atol=1e-11)


def test_exact_integrals_commute_with_the_centre_of_mass():
    """Every ladder identity adds up to 0 with exact integrals; one integral that is off shows."""
    dot = exact.harmonic_dot(0.75, 0.5, 3)
    identities = ladder_identities(3)
    wanted = sorted({indices for terms in identities for _, indices in terms})
    values = dict(zip(wanted, exact.exact_integrals_of(dot, wanted), strict=True))
    sums = [sum(factor * values[indices] for factor, indices in terms) for terms in identities]
    assert len(identities) > 50
    assert max(map(abs, sums)) < 1e-14
    for indices in wanted:
        assert any(indices in [key for _, key in terms] for terms in identities)
    m = [orbital[1] for orbital in shell_orbitals(3)]
    assert all(m[p - 1] + m[r - 1] == m[q - 1] + m[s - 1] for p, q, r, s in wanted if values[p, q, r, s])


def test_the_classical_energy_is_that_of_the_wigner_molecule():
    """Its short formula, and the minimum that sympy finds."""
    for electrons in (2, 3):
        expected = float(to_digits(wigner_molecule(electrons, 2, 5).energy, digits=15))
        assert exact.classical_energy(electrons, 2.0, 5.0) == pytest.approx(expected, rel=1e-14)


def test_the_ground_state_turns_with_the_field():
    """L = 0, 1, 2, 3 at fields between the exact crossings of omega = 1."""
    assert [ground_momentum(1.0, field) for field in (1.25, 2.0, 5.5, 8.0)] == [0, 1, 2, 3]


class Changed(Builtin):
    """Levels of a dot with one parameter changed."""

    def __init__(self, **changes):
        super().__init__()
        self.changes = changes

    def spectrum(self, **question):
        dot = question["dot"]
        changed = (
            {name: factor * dot.get(name, 0.0) for name, factor in self.changes.items()} if is_harmonic(dot) else {}
        )
        return super().spectrum(**{**question, "dot": {**dot, **changed}})


@pytest.mark.parametrize(
    ("name", "changes", "only"),
    [
        ("harmonic.bound", {"strength": 0.9}, ""),
        ("harmonic.complete-basis", {"strength": 1.01}, ""),
        ("harmonic.crossing", {"field": 0.5}, ""),
        ("harmonic.classical", {"strength": 0.5}, ""),
        ("harmonic.pairs", {"strength": 1 + 1e-8}, "random 0"),
        ("harmonic.one-electron", {"field": 1 + 1e-8}, "random 0"),
        ("harmonic.more-electrons", {"strength": 1 + 1e-8}, "N=3"),
        ("harmonic.thickness", {"thickness": 1 + 1e-6}, "random 0"),
    ],
)
def test_a_dot_that_is_a_little_wrong_fails(name, changes, only):
    """Each reference is sharp: another strength or field than the one asked for is noticed."""
    assert passes(Builtin(), CHECKS[name], only=only)
    assert fails(Changed(**changes), CHECKS[name], only=only)


class OfOtherThickness(Builtin):
    """Integrals and levels of a dot whose thickness is multiplied by a factor."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def changed(self, question):
        dot = question["dot"]
        return {**question, "dot": {**dot, "thickness": self.factor * dot["thickness"]} if "thickness" in dot else dot}

    def interaction_integrals(self, **question):
        return super().interaction_integrals(**self.changed(question))

    def spectrum(self, **question):
        return super().spectrum(**self.changed(question))


@pytest.mark.parametrize("name", ["harmonic.thickness", "harmonic.thickness-integrals"])
@pytest.mark.parametrize("factor", [0.0, 0.5**0.5, 2.0])
def test_another_thickness_than_the_one_asked_for_fails(name, factor):
    """None at all, one electron's variance in place of both, or twice as much, in thin and thick dots."""
    for only in ("random 0", "random 1"):
        assert passes(Builtin(), CHECKS[name], only=only)
        assert fails(OfOtherThickness(factor), CHECKS[name], only=only)


def test_a_program_for_flat_dots_declines_a_thickness():
    """With -32002, which is no failure: it fails nothing, and its thickness is not called verified."""

    class Flat(Builtin):
        def interaction_integrals(self, **question):
            require_flat(question["dot"])
            return super().interaction_integrals(**question)

        def spectrum(self, **question):
            require_flat(question["dot"])
            return super().spectrum(**question)

    def require_flat(dot):
        if dot.get("thickness"):
            raise AnswerError(BEYOND_LIMITS, "flat dots only")

    checks = [check for check in SUITE if check.name.startswith("harmonic.thickness")]
    asked = run_checks(Subject(InProcess(Flat())), checks, Scope())
    assert {finding.verdict for finding in asked if finding.id.startswith("harmonic.thickness")} == {Verdict.DECLINED}

import pytest
from judging import fails, findings, passes

from numeric import Dot, Integrals
from qdverify.faults import spectrum, transitions
from qdverify.implementations.builtin import Builtin
from qdverify.reference.consensus.extrapolation import extrapolate
from qdverify.suite.checks import bethe as checks
from qdverify.suite.exact.growing_basis import close_in_the_limit
from qdverify.suite.finding import Verdict, exact

pytestmark = pytest.mark.usefixtures("shared_checks")

ALL = [checks.from_above, checks.extrapolated, checks.polarised, checks.polarised_transitions]


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_the_builtin_implementation_passes(check):
    """Levels of the contact gas meet Bethe's ansatz, random dots included."""
    assert passes(Builtin(), check)


class Softened(Builtin):
    """A contact interaction that is weaker between high orbitals: every symmetry and the low integrals are right."""

    def integrals(self, dot):
        right = super().integrals(dot)
        if dot.kernel != "contact":
            return right
        couplings = right.couplings.copy()
        couplings[12:, :] *= 0.97
        couplings[:, 12:] *= 0.97
        return Integrals(couplings)


class Stronger(Builtin):
    """Contact strength too large by a thousandth."""

    def integrals(self, dot):
        return Integrals(1.001 * super().integrals(dot).couplings)


class Attracting(Builtin):
    """Contact interaction of the wrong sign."""

    def integrals(self, dot):
        return Integrals(-1.0 * super().integrals(dot).couplings)


def test_a_wrong_sign_lies_below():
    """Attraction puts levels below Bethe's."""
    assert fails(Attracting(), checks.from_above, only="g=5, N=2")


@pytest.mark.parametrize("wrong", [Stronger, Softened])
def test_slightly_wrong_interactions_extrapolate_elsewhere(wrong):
    """A thousandth of strength, or a softened cusp that no small basis shows, is outside the stated uncertainty."""
    assert fails(wrong(), checks.extrapolated, only="g=5, N=2")


def test_a_softened_cusp_is_invisible_in_small_bases():
    """What the extrapolation catches leaves a basis of five orbitals unchanged."""
    dot = Dot(1.0, 0.0, 5, "contact", 5.0)
    assert Softened().solve(dot, 2, 3).energies == pytest.approx(Builtin().solve(dot, 2, 3).energies, rel=1e-14)


@pytest.mark.parametrize(
    "fault", [spectrum.self_interaction, spectrum.kinetic_doubled, spectrum.shifted_zero], ids=lambda fault: fault.name
)
def test_faults_that_move_polarised_levels_are_caught(fault):
    """Free fermions stay where they are."""
    assert fails(fault.implementation(), checks.polarised)


def test_missing_polarised_levels_do_not_pass():
    """If no polarised level is listed there is nothing to compare, and that is no pass."""
    found = list(findings(spectrum.polarised_missed.implementation(), checks.polarised, only="N=3"))
    assert all(finding.verdict is Verdict.ERROR for finding in found)


@pytest.mark.parametrize(
    "fault", [transitions.missing_half_of_M, transitions.derivative_weights], ids=lambda fault: fault.name
)
def test_faults_in_polarised_transitions_are_caught(fault):
    """Spin factors and weights of the add operator are seen at full correlation."""
    assert fails(fault.implementation(), checks.polarised_transitions)


def test_levels_without_a_law_are_no_pass(monkeypatch):
    """An implementation whose levels jump with M cannot hide behind a large uncertainty."""
    rough = Builtin()
    solve = Builtin.solve

    def jumping(self, dot, electrons, levels):
        return solve(
            self,
            Dot(dot.length, dot.cutoff, dot.orbitals, dot.kernel, dot.strength * (1 + dot.orbitals % 3)),
            electrons,
            levels,
        )

    monkeypatch.setattr(Builtin, "solve", jumping)
    assert fails(rough, checks.extrapolated, only="g=5, N=2")


@pytest.mark.parametrize(("times", "passed"), [(-6.0, False), (-2.0, True), (2.0, True), (6.0, False)])
def test_a_limit_is_compared_within_three_times_its_stated_uncertainty(times, passed):
    """An exact limit may lie 2 times the stated uncertainty away, and not 6 times."""
    orbitals = [4, 6, 8, 10, 12, 14]
    values = [1.0 + 1.0 / M + 0.7 / M**2.5 for M in orbitals]
    limit = extrapolate(orbitals, values, precision=1e-12)
    reference = exact(limit.value + times * limit.uncertainty, "made up")
    assert close_in_the_limit(orbitals, values, reference, 1e-12).passed is passed

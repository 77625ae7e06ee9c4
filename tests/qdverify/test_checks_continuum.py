from dataclasses import replace

import pytest
from judging import fails, passes

from numeric import Integrals
from qdverify.faults import spectrum, transitions
from qdverify.implementations.builtin import Builtin
from qdverify.suite.checks import continuum as checks

pytestmark = pytest.mark.usefixtures("shared_checks")

ALL = [checks.smooth, checks.sharp, checks.transitions]


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_the_builtin_implementation_passes(check):
    """Two electrons meet the direct solution, wide cutoff and sharp."""
    assert passes(Builtin(), check)


class WiderCutoff(Builtin):
    """The cutoff is ten per cent too large."""

    def integrals(self, dot):
        return super().integrals(replace(dot, cutoff=1.1 * dot.cutoff))


class Softened(Builtin):
    """The interaction is a little weaker at short wavelengths: no basis below six orbitals shows it."""

    def integrals(self, dot):
        couplings = super().integrals(dot).couplings.copy()
        couplings[12:, 12:] *= 0.97
        return Integrals(couplings)


def test_wrong_kernels_are_caught():
    """A kernel right for low orbitals only extrapolates elsewhere, a wrong cutoff shows where it is resolved."""
    assert fails(Softened(), checks.sharp)
    assert fails(WiderCutoff(), checks.smooth)


def test_one_function_of_M_forgives_the_cusp():
    """A wrong cutoff acts at short distance only, like truncation itself: the extrapolation alone does not see it."""
    assert passes(WiderCutoff(), checks.sharp)


@pytest.mark.parametrize(
    "fault",
    [spectrum.pairs_counted_twice, spectrum.length_off_by_a_millionth, spectrum.shifted_zero],
    ids=lambda fault: fault.name,
)
def test_faults_in_the_levels_are_caught(fault):
    """A continuum reference needs no knowledge of the basis to see a factor, a length or a constant."""
    assert fails(fault.implementation(), checks.smooth)


@pytest.mark.parametrize(
    "fault",
    [transitions.missing_half_of_M, transitions.spin_weight_only, transitions.derivative_weights],
    ids=lambda fault: fault.name,
)
def test_faults_in_the_probabilities_are_caught(fault):
    """Spin averages, forgotten states and wrong weights miss the limit with all orbitals."""
    assert fails(fault.implementation(), checks.transitions)


class OnePerCent(Builtin):
    """M_ji from one electron is a hundredth too large."""

    def transition_probabilities(self, *, dot, electrons, levels_from, levels_to):
        found = super().transition_probabilities(
            dot=dot, electrons=electrons, levels_from=levels_from, levels_to=levels_to
        )
        return {"M": found["M"] * (1 + 0.01 * (electrons == 1))}


def test_one_per_cent_in_the_probabilities_is_caught():
    """The tolerance of the limit is far below a per cent."""
    assert fails(OnePerCent(), checks.transitions)

from dataclasses import replace

import pytest
from judging import fails, passes

from numeric import Integrals
from numeric import solve as solve_with
from qdverify.faults import spectrum, transitions
from qdverify.implementations.builtin import Builtin
from qdverify.suite.checks import identities as checks

ALL = [
    checks.scaling,
    checks.scaling_transitions,
    checks.holes,
    checks.completeness,
    checks.concavity,
]


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_the_builtin_implementation_passes(check):
    """Every identity holds at three seeds."""
    for seed in (0, 1, 2):
        assert passes(Builtin(), check, seed=seed)


class Unscaled(Builtin):
    """The interaction forgets its 1/L: the kernel is taken in units of the box."""

    def integrals(self, dot):
        return Integrals(dot.length * super().integrals(dot).couplings)


class FixedCutoff(Builtin):
    """The cutoff is not below a hundredth of a Bohr radius, a safeguard with a unit."""

    def integrals(self, dot):
        return super().integrals(replace(dot, cutoff=max(dot.cutoff, 0.05)))


@pytest.mark.parametrize("wrong", [Unscaled, FixedCutoff])
def test_hidden_units_break_the_scaling(wrong):
    """Whatever brings a length of its own is seen, in energies and in M_ji."""
    assert any(fails(wrong(), checks.scaling, seed=seed, only="soft-coulomb") for seed in range(4))
    assert any(fails(wrong(), checks.scaling_transitions, seed=seed) for seed in range(4))


class NoExchangeBetweenHoles(Builtin):
    """Beyond half filling the exchange integrals get the wrong sign: small N never shows it."""

    def solve(self, dot, electrons, levels):
        right = super().solve(dot, electrons, levels)
        if electrons <= dot.orbitals:
            return right
        wrong = Integrals(1.01 * self.integrals(dot).couplings)
        return solve_with(dot, electrons=electrons, levels=levels, integrals=wrong)


def test_faults_beyond_half_filling_are_caught():
    """An implementation right for few electrons and wrong for few holes fails."""
    assert fails(NoExchangeBetweenHoles(), checks.holes)


@pytest.mark.parametrize("fault", [spectrum.pairs_counted_twice, spectrum.self_interaction], ids=lambda f: f.name)
def test_wrong_energies_of_holes_are_caught(fault):
    """The full shell and one hole know how often a pair counts."""
    assert fails(fault.implementation(), checks.holes)


@pytest.mark.parametrize(
    "fault",
    [
        transitions.missing_half_of_M,
        transitions.one_component,
        transitions.spin_weight_only,
        transitions.sign_of_one_pair,
    ],
    ids=lambda fault: fault.name,
)
def test_faults_in_the_probabilities_break_completeness(fault):
    """Spin averages, forgotten interaction and one wrong sign do not add up to 2M."""
    assert fails(fault.implementation(), checks.completeness)


class Curved(Builtin):
    """Level energies with a term that grows as the square of the strength: smooth, small, spins right."""

    def solve(self, dot, electrons, levels):
        found = super().solve(dot, electrons, levels)
        unit = float(dot.orbital_energies[0])
        extra = 30.0 * unit * (dot.strength * dot.length) ** 2 / (1 + (dot.strength * dot.length) ** 2)
        return replace(found, levels=tuple(replace(level, energy=level.energy + extra) for level in found.levels))


def test_levels_that_bend_upwards_are_caught():
    """Energies convex in the strength are no minimum of anything linear in it."""
    assert any(fails(Curved(), checks.concavity, seed=seed, only="soft-coulomb 0") for seed in range(3))


class Repelling(Builtin):
    """Takes the magnitude of the strength: attraction repels."""

    def solve(self, dot, electrons, levels):
        return super().solve(replace(dot, strength=abs(dot.strength)), electrons, levels)


def test_a_lost_sign_of_the_strength_is_caught():
    """A cusp at strength zero is convex."""
    assert fails(Repelling(), checks.concavity, only="soft-coulomb 0")

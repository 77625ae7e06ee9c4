from dataclasses import replace

import pytest
from judging import fails, findings, passes

from qdverify.faults import spectrum
from qdverify.implementations.builtin import Builtin
from qdverify.suite.checks import convergence as checks

pytestmark = pytest.mark.usefixtures("shared_checks")

ALL = [checks.monotone, checks.interlacing]


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.id)
def test_the_builtin_implementation_passes(check):
    """Levels fall with M and interlace, for repulsion and attraction alike, at two seeds."""
    for seed in (0, 1):
        assert passes(Builtin(), check, seed=seed)


class Rescaled(Builtin):
    """The strength depends on M a little, as a kernel sampled on an M-dependent grid would have it."""

    def solve(self, dot, electrons, levels):
        return super().solve(replace(dot, strength=dot.strength * (1 + 0.05 * dot.orbitals)), electrons, levels)


class Shrunk(Builtin):
    """The box shrinks a little with every orbital: levels rise."""

    def solve(self, dot, electrons, levels):
        return super().solve(replace(dot, length=dot.length * (1 - 1e-3 * dot.orbitals)), electrons, levels)


@pytest.mark.parametrize("wrong", [Rescaled, Shrunk])
def test_a_hamiltonian_that_changes_with_M_is_caught(wrong):
    """H(M) must be a block of H(M + 1): otherwise some level rises."""
    assert fails(wrong(), checks.monotone)


def test_levels_that_fall_too_far_are_caught():
    """A basis that silently has an orbital more than it says breaks the other side of the interlacing."""

    class Grown(Builtin):
        def solve(self, dot, electrons, levels):
            found = super().solve(dot, electrons, levels)
            if dot.orbitals < 3:
                return found
            lowered = [replace(level, energy=0.5 * level.energy) for level in found.levels]
            return replace(found, levels=tuple(lowered))

    assert fails(Grown(), checks.interlacing, only="N=2, M=2")


def test_missed_levels_break_the_interlacing():
    """A solver that misses a symmetry sector only sometimes is caught by the order that remains."""

    class Sometimes(Builtin):
        def solve(self, dot, electrons, levels):
            missing = spectrum.second_level_missed.implementation()
            return (missing if dot.orbitals == 6 else super()).solve(dot, electrons, levels)

    assert fails(Sometimes(), checks.monotone, only="N=3")


def test_the_worst_step_is_named():
    """A finding says which level rose and where."""
    finding = next(iter(findings(Shrunk(), checks.monotone, only="paper's dot, N=2")))
    assert "2S=" in finding.comparison.note
    assert "M=" in finding.comparison.note

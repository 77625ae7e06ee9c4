from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from judging import fails, passes

import numeric
from qdverify.faults import spectrum, transitions
from qdverify.implementations.builtin import Builtin
from qdverify.suite.checks import small_basis as checks
from qdverify.suite.checks.small_basis import relative_signs
from qdverify.suite.comparators import ComparisonError
from qdverify.suite.finding import Verdict


class Matrices:
    """The Hamiltonian matrix operator by operator, all ups before all downs; options commit the classic faults."""

    def __init__(self, *, pairs=0.5, exchange_needs_spin=True, fermion_signs=True, flips=(), forget=0):
        self.pairs, self.exchange_needs_spin, self.fermion_signs = pairs, exchange_needs_spin, fermion_signs
        self.flips, self.forget = flips, forget

    def hamiltonian_matrix(self, *, dot, electrons, two_Sz):
        model = numeric.Dot(**dot)
        V, M = numeric.interaction_integrals(model), dot["orbitals"]
        ups = (electrons + two_Sz) // 2
        basis = [
            (*up, *down)
            for up in combinations(range(M), ups)
            for down in combinations(range(M, 2 * M), electrons - ups)
        ]
        basis = basis[: len(basis) - self.forget]
        place = {state: k for k, state in enumerate(basis)}
        H = np.diag([sum(model.orbital_energies[i % M] for i in state) for state in basis])
        for state, (p, q, r, s), (a, b) in product(basis, product(range(M), repeat=4), product((0, M), repeat=2)):
            value = self.pairs * float(V.value(p + 1, q + 1, r + 1, s + 1))
            sign, final = self.moved(state, (q + a, s + b), (r + b, p + a))
            if final in place and value:
                H[place[final], place[state]] += sign * value
            if not self.exchange_needs_spin and a != b and state == final and p == q and r == s:
                H[place[state], place[state]] -= self.pairs * float(V.value(p + 1, r + 1, r + 1, p + 1))
        signs = np.array([-1.0 if k in self.flips else 1.0 for k in range(len(basis))])
        determinants = [[[i + 1 for i in x if i < M], [i + 1 - M for i in x if i >= M]] for x in basis]
        return {"determinants": determinants, "matrix": signs[:, None] * H * signs}

    def moved(self, state, taken, given):
        occupied, sign = list(state), 1
        for i in taken:
            if i not in occupied:
                return 0, None
            sign *= (-1) ** occupied.index(i)
            occupied.remove(i)
        for i in given:
            if i in occupied:
                return 0, None
            sign *= (-1) ** sum(j < i for j in occupied)
            occupied = sorted([*occupied, i])
        return sign if self.fermion_signs else 1, tuple(occupied)


@pytest.mark.parametrize("only", ["paper's dot, N=3, M=3", "contact g=5, N=4, M=3", "N=2, M=2"])
def test_a_second_quantised_matrix_passes_with_any_signs_of_its_determinants(only):
    """Applying the operators one by one agrees with the Slater-Condon rules, whatever sign a determinant carries."""
    assert passes(Matrices(), checks.matrix, only=only)
    assert passes(Matrices(flips=(0, 3)), checks.matrix, only=only)


@pytest.mark.parametrize(
    "fault",
    [{"pairs": 1.0}, {"exchange_needs_spin": False}, {"fermion_signs": False}, {"forget": 1}],
    ids=["pairs counted twice", "exchange of opposite spins", "no fermion signs", "a determinant missing"],
)
def test_faults_in_the_matrix_are_caught(fault):
    """The factor 1/2, the spin of the exchange term, signs of permutations, and completeness."""
    assert fails(Matrices(**fault), checks.matrix, only="paper's dot, N=3, M=3")


@given(st.lists(st.booleans(), min_size=5, max_size=5), st.integers(0, 2**32 - 1))
def test_signs_are_found_where_only_signs_differ(flips, seed):
    """S A S = B for diagonal signs S is recognised, and is no more than a choice of signs."""
    rng = np.random.default_rng(seed)
    A = rng.normal(size=(5, 5))
    A = A + A.T
    S = np.where(flips, -1.0, 1.0)
    found = np.array(relative_signs((S[:, None] * A * S).tolist(), A.tolist()))
    assert (found[:, None] * A * found == S[:, None] * A * S).all()


def test_a_matrix_of_the_wrong_shape_cannot_be_compared():
    """The error names both sizes."""
    with pytest.raises(ComparisonError, match="2 rows must have 3"):
        relative_signs([[0.0, 1.0], [1.0, 0.0]], [[0.0] * 3] * 3)


@pytest.mark.parametrize("check", [checks.levels, checks.transitions], ids=lambda check: check.id)
def test_the_builtin_levels_and_transitions_pass(check):
    """Density factorisation and highest-weight states agree with exact blocks and sums over S_z, at two seeds."""
    for seed in (0, 1):
        assert passes(Builtin(), check, seed=seed)


@pytest.mark.parametrize(
    "fault",
    [
        spectrum.pairs_counted_twice,
        spectrum.one_orbital_less,
        spectrum.first_order_only,
        spectrum.eight_digits,
        spectrum.spins_exchanged,
        spectrum.degeneracy_as_spin,
        spectrum.states_listed,
    ],
    ids=lambda fault: fault.name,
)
def test_faults_in_the_levels_are_caught(fault):
    """Energies off by 1e-8, perturbation theory for exact levels, wrong labels and repeated levels all fail."""
    assert fails(fault.implementation(), checks.levels)


@pytest.mark.parametrize(
    "fault",
    [
        transitions.last_orbital_missing,
        transitions.phases_in_pairs,
        transitions.small_dropped,
        transitions.loose_states,
        transitions.average_over_final_states,
        transitions.one_component,
        transitions.rows_reversed,
    ],
    ids=lambda fault: fault.name,
)
def test_faults_in_the_transition_probabilities_are_caught(fault):
    """Weights of the add operator, lost small entries, spin averages, order of levels."""
    assert fails(fault.implementation(), checks.transitions)


class Rotated(Builtin):
    """Two levels of one spin that almost coincide, listed in the other order, M_ji with them: allowed."""

    def spectrum(self, *, dot, electrons, levels):
        answer = super().spectrum(dot=dot, electrons=electrons, levels=levels)
        return {"energies": answer["energies"] * (1 + 1e-15), "two_S": answer["two_S"]}


def test_rounding_is_no_failure():
    """The last digit is nobody's fault."""
    assert passes(Rotated(), checks.levels)


def test_a_refusal_is_an_error_not_a_pass():
    """An implementation that answers a valid question with an error has not passed."""

    class Refusing(Builtin):
        def spectrum(self, *, dot, electrons, levels):
            raise ValueError("no such dot")

    from judging import findings  # noqa: PLC0415 - used by this test only

    assert {finding.verdict for finding in findings(Refusing(), checks.levels)} == {Verdict.ERROR}

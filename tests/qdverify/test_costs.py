"""What named cases cost, counted in operations: a change that doubles it fails here, on any machine.

Counts are exact on the day on which they were written down; a fifth more is granted, so that a bound may be moved by
rounding, and what becomes cheaper passes.
"""

from collections import Counter
from fractions import Fraction
from functools import wraps
from random import Random

import numpy as np
import pytest
from forgotten_references import forget_references

import analytic
import numeric
import numeric.elimination
import numeric.integrals
import numeric.network
from analytic import lead_currents, matrix_tree
from analytic.perturbed_chain import PerturbedChain
from numeric import Dot, LevelScheme, solve, stability_diagram
from qdverify.implementations import subprocess
from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.protocol.case import Case
from qdverify.protocol.counted_rules import COUNTED_QUESTION
from qdverify.protocol.lead_response_rules import LEAD_RESPONSE_QUESTION
from qdverify.reference.consensus import continuum
from qdverify.reference.consensus.triangle import TriangleSector
from qdverify.reference.enclosure import cumulants, elimination, hamiltonian, levels, moments, order, transport
from qdverify.reference.oracle import oracle
from qdverify.run.verify import verify
from qdverify.suite import certified
from qdverify.suite.checks import oracle as oracle_checks
from qdverify.suite.checks.memory import base
from qdverify.suite.declare import Scope, select
from qdverify.suite.exact import counting, small_basis
from qdverify.suite.exact.transport_cases import leads, random_level_scheme
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject

GRANTED = 1.2
PAPER = {"length": "19/2", "cutoff": "19/10000", "orbitals": 6, "kernel": "soft-coulomb", "strength": "1"}


@pytest.fixture
def counted(monkeypatch):
    """Count calls of functions, and forget what the oracle has found before."""
    forget_references()
    counts = Counter()

    def watch(owner, name, amount=lambda *_: 1):
        real = getattr(owner, name)

        @wraps(real)
        def counting(*arguments, **named):
            counts[name] += amount(*arguments)
            return real(*arguments, **named)

        monkeypatch.setattr(owner, name, counting)

    counts.watch = watch
    return counts


def assert_no_dearer(counts, expected):
    """Nothing costs more than a fifth beyond what it did, and all that is expected was counted."""
    assert set(counts) == set(expected)
    assert {name: number for name, number in counts.items() if number > GRANTED * expected[name]} == {}


@pytest.mark.parametrize(
    ("task", "inputs", "expected"),
    [
        (
            "spectrum",
            {"dot": PAPER, "electrons": 2, "levels": 4},
            {"_quadrature": 26, "_closed_form": 24, "count_below": 4, "multiply_exactly": 8},
        ),
        (
            "spectrum",
            {"dot": PAPER, "electrons": 3, "levels": 5},
            {"_quadrature": 26, "_closed_form": 24, "count_below": 4, "multiply_exactly": 11},
        ),
        (
            "transition_probabilities",
            {"dot": PAPER, "electrons": 1, "levels_from": 2, "levels_to": 4},
            {"_quadrature": 26, "_closed_form": 24, "count_below": 6, "multiply_exactly": 10},
        ),
    ],
)
def test_a_proof_of_levels_costs_so_many_integrals_counts_and_exact_products(counted, task, inputs, expected):
    """Every integral twice and no more, one count a block, one or two products with exact integers a level."""
    for name in ("_quadrature", "_closed_form"):
        counted.watch(moments, name)
    counted.watch(levels, "count_below")
    counted.watch(hamiltonian.BlockHamiltonian, "multiply_exactly")
    oracle(Case(task, inputs), digits=12)
    assert_no_dearer(counted, expected)


@pytest.mark.parametrize("task", ["stationary_state", "current"])
@pytest.mark.parametrize("digits", [12, 30])
def test_the_oracle_solves_a_rate_equation_once(counted, task, digits):
    """With the precision that it needs from the start, however many digits are asked for."""
    counted.watch(transport.Device, "solved")
    counted.watch(elimination, "eliminate", lambda rates, *_: sum(map(len, rates)))
    oracle(Case(task, base(task)), digits=digits)
    assert_no_dearer(counted, {"solved": 1, "eliminate": 8})


@pytest.mark.parametrize(
    ("task", "eliminations"),
    [
        ("heat_currents", 1),
        ("differential_conductance", 2),
        ("conductance_parts", 3),
        ("noise", 2),
        ("cumulants", 3),
        ("linear_response", 0),
        ("lead_response", 0),
    ],
)
@pytest.mark.parametrize("kT", [0.05, 0.005])
def test_a_point_takes_one_precision_and_so_many_eliminations(counted, task, eliminations, kT):
    """Populations, one series each for a slope and a higher cumulant, magnitudes of slopes; none at rest."""
    counted.watch(transport.Device, "tunnelling")
    for module in (elimination, cumulants):
        counted.watch(module, "eliminate")
    scheme = random_level_scheme(Random(7), 6)
    oracle(Case(task, {**scheme, "leads": leads(0.0 if "response" in task else 0.5), "kT": kT, "gate": 0.25}))
    assert counted["tunnelling"] == 1
    assert counted["eliminate"] <= eliminations


@pytest.mark.parametrize(("orbitals", "cutoff", "nodes"), [(13, 2e-4, 440), (20, 2e-4, 500), (13, 0.1, 260)])
def test_an_interaction_takes_so_many_nodes(counted, monkeypatch, orbitals, cutoff, nodes):
    """All couplings from one set of nodes, whose number grows with the logarithm of the cutoff."""
    for remembered in (numeric.integrals._of_dot, numeric.integrals._soft_coulomb_couplings):
        remembered.cache_clear()
    real, sizes = numeric.integrals._graded_quadrature, []
    monkeypatch.setattr(numeric.integrals, "_graded_quadrature", lambda *a: sizes.append(len(real(*a)[0])) or real(*a))
    numeric.interaction_integrals(Dot(1.0, cutoff, orbitals, "soft-coulomb", 1.0))
    assert len(sizes) == 1
    assert sizes[0] <= GRANTED * nodes


def test_a_point_of_a_diagram_takes_so_many_operations(counted):
    """Ten levels between which single sums are fastest: one plan for all points, and each point costs the same."""
    counted.watch(numeric.network, "elimination_plan")
    for name in ("sums", "product", "quotient"):
        counted.watch(numeric.elimination, name, lambda numbers, *_: numbers.exponent.size)
    dot = Dot(1.0, 0.1, 4, "soft-coulomb", 1.0)
    scheme = LevelScheme.from_spectra([solve(dot, electrons, count) for electrons, count in ((1, 2), (2, 4), (3, 4))])
    stability_diagram(scheme, bias=np.linspace(0.1, 0.4, 5), gate=np.linspace(0, 8, 5), kT=0.01)
    assert_no_dearer(counted, {"elimination_plan": 1, "sums": 25 * 129, "product": 25 * 105, "quotient": 25 * 24})


class Counted(Builtin):
    """The builtin implementation, which counts what it computes."""

    def __init__(self, counts):
        super().__init__()
        self._counts = counts

    def solve(self, *arguments):
        self._counts["solve"] += 1
        return super().solve(*arguments)


@pytest.mark.parametrize(
    ("suite", "expected"),
    [
        (
            "paper",
            {"spectrum": 5, "transition_probabilities": 2, "leading_determinants": 2, "solve": 6},
        ),
        (
            "small-basis",
            {"spectrum": 30, "transition_probabilities": 12, "hamiltonian_matrix": 18, "solve": 30},
        ),
        ("leads", {"lead_currents": 75}),
    ],
)
def test_a_suite_asks_each_question_once(counted, suite, expected):
    """So many of each task, from which the builtin implementation diagonalises each dot once."""
    target = InProcess(Counted(counted))
    real = target.answer
    target.answer = lambda task, params: counted.update([task]) or real(task, params)
    run_checks(Subject(target), select([suite], "quick"), Scope())
    assert_no_dearer(counted, expected)


def test_a_run_starts_a_program_once(counted):
    """One process for all questions of a run, as long as it does not break down."""
    counted.watch(subprocess, "Channel", lambda *_: 1)
    verify("python:weights:Weights", ["spin", "rates"])
    assert_no_dearer(counted, {"Channel": 1})


def test_a_small_dot_is_solved_exactly_once(counted):
    """Checks of levels, of M_ji and of memory, and the hints, share its exact levels, which no caller can change."""
    small_basis._solved.cache_clear()
    counted.watch(small_basis, "multiplets")
    dot = {"kind": "box", "kernel": "contact", "length": 1.0, "cutoff": 0.0, "strength": 2.0, "orbitals": 2}
    small_basis.exact_levels(dot, 2).clear()
    assert len(small_basis.exact_levels({**dot}, 2)) == 4
    small_basis.exact_levels({**dot, "strength": 3.0}, 2)
    assert counted["multiplets"] == 2


@pytest.mark.parametrize(("rate", "precisions"), [("1", 1), ("1e-30", 2)])
def test_exact_currents_are_found_at_one_precision_unless_flows_cancel(counted, rate, precisions):
    """Two leads at one potential exchange next to nothing if hardly anything leaves through the third."""
    counted.watch(lead_currents, "_at_precision")
    levels = [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": "0.1", "two_S": 1}]
    leads = [{"name": name, "rate": 1, "mu": "0.5"} for name in "ab"] + [{"name": "c", "rate": rate, "mu": "-0.5"}]
    transitions = [{"from": 0, "to": 1, "M": {"a": "0.5", "b": "0.4", "c": "0.3"}}]
    analytic.lead_currents_exact(levels, transitions, leads, "0.1", 0)
    assert counted["_at_precision"] == precisions


def test_sums_over_trees_of_one_graph_are_planned_once(counted):
    """Whatever the rates: what is combined with what depends on the edges only, in whatever order they come."""
    matrix_tree._recipe.cache_clear()
    counted.watch(matrix_tree, "_decide")
    edges = [(1, 0), (0, 1), (2, 1), (1, 2), (0, 2)]
    first = analytic.stationary_distribution(3, {edge: Fraction(k + 1) for k, edge in enumerate(edges)})
    planned = counted["_decide"]
    again = analytic.stationary_distribution(3, {edge: Fraction(k + 1) for k, edge in reversed([*enumerate(edges)])})
    assert first == again
    assert planned == counted["_decide"] == 3
    assert sum(analytic.stationary_distribution(3, dict.fromkeys(edges, Fraction(1)))) == 1
    analytic.stationary_distribution(3, dict.fromkeys(edges[:-1], Fraction(1)))
    assert counted["_decide"] == 3 + 2


def test_how_cumulants_depend_on_all_rates_takes_two_chains(counted):
    """That of the case and the same backwards in time, three solutions each, however many rates there are."""
    counted.watch(PerturbedChain, "__init__")
    counted.watch(PerturbedChain, "shift")
    counting._sensitivities.cache_clear()
    question = {name: value for name, value in COUNTED_QUESTION.items() if name != "counted"}
    counting.sensitivities(question, COUNTED_QUESTION["counted"])
    assert_no_dearer(counted, {"__init__": 2, "shift": 6})


def test_transitions_rest_on_the_proofs_of_the_spectrum(counted):
    """Energies of two electrons and M_ji into and out of them: one proof for each number of electrons."""
    certified._proven.cache_clear()
    counted.watch(order, "enclose_located")
    subject = Subject(InProcess(Builtin()))
    dot = "paper's dot, M=7"
    for check, label in (
        (oracle_checks.spectrum, f"{dot}, N=2"),
        (oracle_checks.transitions, f"{dot}, N=1->2"),
        (oracle_checks.transitions, f"{dot}, N=2->3"),
    ):
        (trial,) = (trial for trial in check.trials(Scope()) if trial.label == label)
        assert all(comparison.passed for comparison in check.judge(subject, trial))
    assert_no_dearer(counted, {"enclose_located": 3})


def test_a_sector_of_the_continuum_is_solved_once_in_a_run(counted, monkeypatch):
    """For the levels of all dots, and for their M_ji later."""
    continuum._solved.cache_clear()
    monkeypatch.setattr(continuum, "_FINE", (4, 4))
    monkeypatch.setattr(continuum, "_COARSE", (4, 3))
    counted.watch(TriangleSector, "solve")
    dots = [{"length": 5.0, "cutoff": 0.5, "strength": strength} for strength in (1.0, 2.0, 3.0)]
    for dot in dots:
        continuum.two_electron_levels("soft-coulomb", 2, **dot)
    for dot in dots:
        continuum.one_to_two_electrons("soft-coulomb", 2, 2, **dot)
    assert_no_dearer(counted, {"solve": 3 * 8})


def test_an_exact_response_eliminates_one_chain_at_either_precision(counted):
    """However many forces act."""
    counted.watch(PerturbedChain, "__init__")
    counted.watch(PerturbedChain, "shift")
    analytic.lead_response_exact(**LEAD_RESPONSE_QUESTION)
    assert_no_dearer(counted, {"__init__": 2, "shift": 4 * len(LEAD_RESPONSE_QUESTION["leads"])})


def test_exact_cumulants_eliminate_one_chain_at_either_precision(counted):
    """However many orders are asked for: one solution each."""
    counted.watch(PerturbedChain, "__init__")
    counted.watch(PerturbedChain, "shift")
    analytic.lead_cumulants_exact(**COUNTED_QUESTION)
    assert_no_dearer(counted, {"__init__": 2, "shift": 6})

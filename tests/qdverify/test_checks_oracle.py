"""The checks against the certified oracle: the builtin implementation passes them, single faults do not."""

import pytest
from judging import fails, findings, passes

from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.protocol.grade import Grade
from qdverify.protocol.sample_dots import make_dot
from qdverify.suite.checks import conductance, noise
from qdverify.suite.checks import oracle as checks
from qdverify.suite.declare import Trial
from qdverify.suite.finding import Verdict
from qdverify.suite.runner import try_check
from qdverify.suite.subject import Subject

FIVE, PAPER_LEVELS = 5, 13


class Off(Builtin):
    """The builtin implementation with one number of one answer moved by a part in ten million, if wanted."""

    def __init__(self, task, name, where=lambda _: True):
        super().__init__()
        self.task, self.name_of, self.where = task, name, where

    def __getattribute__(self, name):
        found = super().__getattribute__(name)
        if name.startswith("_") or name != super().__getattribute__("task"):
            return found

        def wrong(**params):
            answer = {
                key: value.tolist() if hasattr(value, "tolist") else value for key, value in found(**params).items()
            }
            moved = answer[self.name_of]
            if not self.where(params):
                return answer
            if isinstance(moved, list):
                inner = moved[-1] if isinstance(moved[-1], list) else moved
                inner[0] = inner[0] * (1 + 1e-7) + (1e-5 if self.task == "transition_probabilities" else 0)
            else:
                answer[self.name_of] = moved * (1 + 1e-7)
            return answer

        return wrong


class Missing(Builtin):
    """The builtin implementation without the second level, in dots of at least so many orbitals."""

    def __init__(self, orbitals=1):
        super().__init__()
        self.orbitals = orbitals

    def spectrum(self, *, dot, electrons, levels):
        """Answer with the next level in its place."""
        if dot["orbitals"] < self.orbitals:
            return super().spectrum(dot=dot, electrons=electrons, levels=levels)
        found = self.spectrum_of(dot, electrons, levels + 1)
        keep = [0, *range(2, levels + 1)]
        return {"energies": found.energies[keep], "two_S": found.two_S[keep]}


ONLY = {
    "integrals": "random 0",
    "spectrum": "paper's dot, M=7, N=3",
    "transitions": "contact g=5, M=7, N=2",
    "stationary": "random chain",
    "current": "random chain",
}
VALUE = {
    "integrals": ("interaction_integrals", "values"),
    "spectrum": ("spectrum", "energies"),
    "transitions": ("transition_probabilities", "M"),
    "stationary": ("stationary_state", "populations"),
    "current": ("current", "I_L"),
}


@pytest.mark.parametrize("name", list(ONLY))
def test_builtin_passes_and_a_wrong_eighth_digit_does_not(name):
    """Every check accepts double precision and sees a fault far below what a plot would show."""
    check = getattr(checks, name)
    assert passes(Builtin(), check, only=ONLY[name])
    assert fails(Off(*VALUE[name]), check, only=ONLY[name])


@pytest.mark.parametrize(
    ("name", "where", "only"),
    [
        ("spectrum", lambda asked: asked["electrons"] >= FIVE, "M=5, N=5"),
        ("transitions", lambda asked: asked["electrons"] >= FIVE, "N=5->6"),
        ("stationary", lambda asked: len(asked["levels"]) > PAPER_LEVELS, "24 levels"),
        ("current", lambda asked: len(asked["levels"]) > PAPER_LEVELS, "24 levels"),
    ],
)
def test_a_fault_beyond_the_usual_size_is_seen(name, where, only):
    """More electrons than the paper has, or more levels."""
    assert fails(Off(*VALUE[name], where), getattr(checks, name), only=only)


def biased(asked):
    first, second = asked["leads"]
    return first["mu"] != second["mu"]


@pytest.mark.parametrize(
    ("check", "task", "name"),
    [
        (conductance.enclosed, "differential_conductance", "dI_dV"),
        (noise.enclosed, "noise", "S"),
        (noise.enclosed, "noise", "fano"),
    ],
)
def test_a_wrong_eighth_digit_of_slopes_and_noise_is_seen(check, task, name):
    """At rest there is no Fano factor, and dI/dV and S are wrong there too."""
    assert passes(Builtin(), check)
    assert fails(Off(task, name, biased), check)
    if name != "fano":
        assert fails(Off(task, name, lambda asked: not biased(asked)), check)


def test_a_fano_factor_may_not_be_left_out_where_a_current_flows():
    """Null is an answer at rest only."""

    class Silent(Builtin):
        def noise(self, **question):
            return {**super().noise(**question), "fano": None}

    for check in (noise.enclosed, noise.full_bias):
        assert any(finding.verdict is Verdict.ERROR for finding in findings(Silent(), check))


def test_a_missing_level_is_seen():
    """The second doublet of three electrons, which some solvers miss, fails the spectrum when it is absent."""
    assert fails(Missing(), checks.spectrum, only="paper's dot, M=7, N=3")
    assert fails(Missing(orbitals=13), checks.spectrum, only="M=13")


def test_attractive_contact_and_cutoffs_beyond_the_length_have_references():
    """Cases without a cheap lower bound or a closed form are enclosed too."""
    assert passes(Builtin(), checks.spectrum, only="attractive contact")
    assert passes(Builtin(), checks.integrals, only="cutoff beyond the length 0")


def test_findings_carry_grade_and_bound():
    """A finding says that its reference is enclosed, how tightly, and where it comes from."""
    finding = next(iter(findings(Builtin(), checks.spectrum, only="contact g=5, M=7, N=2")))
    assert finding.verdict is Verdict.PASS
    reference = finding.comparison.reference
    assert reference.grade is Grade.ENCLOSED
    assert 0 < reference.bound < 1e-14
    assert "certified oracle" in reference.origin


class Shifted(Builtin):
    """The builtin implementation with one row of M_ji off by a thousandth."""

    def __init__(self, row):
        super().__init__()
        self.row = row

    def transition_probabilities(self, **params):
        """Answer with the row raised."""
        rows = [list(row) for row in super().transition_probabilities(**params)["M"]]
        rows[self.row] = [value * 1.001 for value in rows[self.row]]
        return {"M": rows}


@pytest.mark.parametrize("kernel", ["none", "constant"])
@pytest.mark.parametrize(("levels_from", "levels_to"), [(1, 3), (3, 5)])
def test_transitions_into_coinciding_levels_keep_their_teeth(kernel, levels_from, levels_to):
    """If the oracle's own reference has clusters, sums over them are compared: a part in a thousand is seen."""
    inputs = {
        "dot": make_dot(kernel, 5, strength=2.0),
        "electrons": 1,
        "levels_from": levels_from,
        "levels_to": levels_to,
    }
    trial = Trial("levels that coincide", inputs)

    def verdicts(implementation):
        found = try_check(Subject(InProcess(implementation)), checks.transitions, trial)
        return [finding.verdict for finding in found]

    assert verdicts(Builtin()) == [Verdict.PASS]
    for row in (0, 1, 2):
        assert verdicts(Shifted(row)) == [Verdict.FAIL]


@pytest.mark.parametrize("kernel", ["none", "constant"])
def test_spectra_of_coinciding_levels_have_references(kernel):
    """A question whose next level would cut a cluster is compared all the same."""
    inputs = {"dot": make_dot(kernel, 5, strength=2.0), "electrons": 2, "levels": 3}
    for implementation, verdict in ((Builtin(), Verdict.PASS), (Missing(), Verdict.FAIL)):
        found = list(
            try_check(Subject(InProcess(implementation)), checks.spectrum, Trial("levels that coincide", inputs))
        )
        assert verdict in {finding.verdict for finding in found}
        assert not {finding.verdict for finding in found} - {verdict, Verdict.PASS}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(ONLY))
def test_builtin_passes_every_trial(name):
    """The double-precision implementation passes the oracle-based suite."""
    assert passes(Builtin(), getattr(checks, name))

"""`verify` with a dot of the user's own: what passes, which fault fails which check, and what is refused."""

import io
import itertools
import json
import random

import pytest
from click.testing import CliRunner
from integral_program import OfIntegrals
from rich.console import Console
from rows import over

import qdverify
from numeric import Dot, IntegralDot
from qdverify.faults.fault import all_faults
from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.interfaces.cli import main
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.sample_dots import INTEGRAL_DOT, make_dot
from qdverify.reference.enclosure.basis import allowed_spins, irrep_blocks
from qdverify.reference.enclosure.block_sizes import size_of_proof
from qdverify.report.not_verified import not_verified
from qdverify.report.terminal import print_report
from qdverify.suite.checks.oracle import whole_levels
from qdverify.suite.declare import Scope
from qdverify.suite.exact.integral_dots import hubbard_chain, random_integral_dot
from qdverify.suite.own_dot import MOST_INTEGRALS_TOLD, MOST_LEVELS, OwnDot, summary_of
from qdverify.suite.own_dot_checks import own_dot_checks
from qdverify.suite.own_dot_needs import would_need
from qdverify.suite.own_dot_transport import CoulombPeaks
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject

FAULTS = {item.name: item for item in all_faults()}
DIMER = """&FCI NORB=2, NELEC=2, MS2=0, /
 4.0 1 1 1 1
 4.0 2 2 2 2
-1.0 1 2 0 0
 0.1 0 0 0 0
"""


@pytest.fixture
def dimer(tmp_path):
    file = tmp_path / "dimer.fcidump"
    file.write_text(DIMER)
    return file


def run(*arguments):
    return CliRunner().invoke(main, ["verify", *map(str, arguments)])


DENSE = {**random_integral_dot(random.Random("own"), 3, "dense"), "weights": {"L": [1.0, -0.5, 0.25]}}


BARE = {**INTEGRAL_DOT}
"""A dot whose file says nothing of weights."""


def failing(fault, check, **question):
    electrons = range(1, min(3, 2 * question["dot"]["orbitals"]) + 1)
    program, only = FAULTS[fault].implementation(), [f"own-dot.{check}"]
    report = qdverify.verify(program, checks=only, electrons=electrons, **question)
    return {finding.id.partition("@")[0].partition(".")[2] for finding in report.findings if finding.verdict == "fail"}


@pytest.mark.parametrize(
    "kind", ["irreps", "close", *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("dense", "attractive"))]
)
def test_any_dot_passes_every_check(kind):
    """From no electron to a full basis, asked of a program that takes only integrals; nothing is left out."""
    dot = random_integral_dot(random.Random(f"own {kind}"), 3, kind)
    report = qdverify.verify(OfIntegrals(), dot=dot, electrons=range(7))
    assert report.ok
    assert {name: count for name, count in report.counts.items() if count} == {"pass": len(report.findings)}
    assert len(report.findings) > 100


def test_a_dot_comes_from_a_file_from_arrays_or_as_a_box(dimer):
    """Each is asked; of a box the relations between integrals are left out."""
    from_file = qdverify.verify(dot=qdverify.read_fcidump(dimer), electrons=[2])
    assert from_file.ok
    arrays = IntegralDot.from_document(qdverify.read_fcidump(dimer).dot)
    from_arrays = qdverify.verify(dot=arrays, electrons=[2])
    assert [f.id for f in from_arrays.findings] == [f.id for f in from_file.findings]
    box = qdverify.verify(dot=Dot(1.0, 0.1, 3), electrons=[2])
    assert box.ok
    assert {f.id for f in from_file.findings} - {f.id for f in box.findings} == {
        "own-dot.relations@2",
        "own-dot.holes@2",
        "own-dot.weights@1",
    }


def test_levels_far_from_all_are_held_to_a_bound_of_the_sum():
    """If there are too many levels to add up M_ji over all of them, the sum over some stays below the rule's."""
    dot = random_integral_dot(random.Random("own large"), 7, "dense")
    own = OwnDot(dot, (2,))
    assert own.all_levels(2) < MOST_LEVELS < own.all_levels(3)
    report = qdverify.verify(dot=dot, electrons=[2], levels=4)
    assert report.ok
    notes = [f.comparison.note for f in report.findings if f.id == "own-dot.sums@2"]
    assert len(notes) == 2  # all weights 1, and of both signs
    assert "over some levels" in notes[0]


@pytest.mark.parametrize(
    ("fault", "check", "dot", "levels"),
    [
        ("exchange-halved", "levels", DENSE, 6),
        ("one-irrep-searched", "levels", INTEGRAL_DOT, 3),
        ("one-body-diagonal", "relations", DENSE, 6),
        ("core-dropped", "holes", DENSE, 6),
        ("weights-without-signs", "transitions", DENSE, 6),
        ("weights-ignored", "weights", BARE, 6),
        ("weights-without-signs", "weights", BARE, 6),
        ("weights-squared", "weights", BARE, 6),
        ("weights-reversed", "weights", BARE, 6),
        ("weights-ignored", "sums", hubbard_chain(1, 3.0, 0.0), 6),
        ("weights-squared", "sums", hubbard_chain(1, 3.0, 0.0), 6),
        ("from-two-off", "sums", DENSE, 6),
        ("leads-exchanged", "populations", DENSE, 6),
        ("both-barriers", "current", DENSE, 6),
        ("probability-of-first-lead", "lead-currents", DENSE, 6),
    ],
)
def test_each_check_has_a_fault_that_fails_it(fault, check, dot, levels):
    """None of them is there for show."""
    assert failing(fault, check, dot=dot, levels=levels) == {check}


def test_a_dot_of_many_orbitals_is_not_asked_to_change_all_its_integrals():
    """M^4 of them would have to be changed for other orbitals or for holes; the reason is said."""
    size = 50
    h = [[float(p == q) * p for q in range(size)] for p in range(size)]
    own = OwnDot({"kind": "integrals", "orbitals": size, "one_body": h, "two_body": []}, (1,), 2)
    checks = [check for check in own_dot_checks(own) if check.name in ("own-dot.relations", "own-dot.holes")]
    findings = run_checks(Subject(InProcess(Builtin())), checks, Scope())
    assert {finding.detail for finding in findings} == {
        "orbitals=50 are more than the 40 whose integrals are changed here"
    }


def test_a_program_without_integrals_is_told_so():
    """What is about the dot itself could not be asked; the report promises no more than its transport."""

    class Boxes:
        def spectrum(self, **_):
            return {"energies": [0.0], "two_S": [0]}

    report = qdverify.verify(Boxes(), dot=INTEGRAL_DOT, electrons=[1])
    assert {str(f.verdict) for f in report.findings} == {"unsupported"}
    assert any("is not among the dots box" in f.detail for f in report.findings)


@over(
    ("changes", "message"),
    [
        ({"electrons": [7]}, "electrons=7 must be at most 6"),
        ({"electrons": []}, "must name at least one"),
        ({"levels": 0}, "levels=0"),
        ({"dot": {**INTEGRAL_DOT, "orbitals": 0}}, "orbitals=0"),
        ({"electrons": 3}, "electrons=3 must be a list"),
        ({"electrons": "12"}, "electrons='12' must be a list"),
        ({"electrons": None}, "must name at least one"),
        ({"seconds": 0}, "seconds=0 must be positive"),
        ({"seconds": float("nan")}, "seconds=nan must be positive"),
        ({"suites": ["spin"]}, "must name 'own-dot'"),
        ({"suites": ["nope"]}, "suite='nope' must be one of .*own-dot"),
        ({"checks": ["spin.*"]}, r"check='spin\.\*' must match .*own-dot\.levels"),
        ({"checks": [3]}, "check=3 must match"),
        ({"dot": None}, r"electrons=\[1\] must be left out if no dot is given"),
        ({"dot": None, "electrons": None, "levels": 6}, "levels=6 must be left out if no dot is given"),
        ({"dot": None, "electrons": None, "seconds": 9.0}, "seconds=9.0 must be left out if no dot is given"),
    ],
)
def test_a_wrong_question_about_a_dot_is_refused(changes, message):
    """By value and rule, before anything is asked, as the command refuses it."""
    with pytest.raises(InvalidInput, match=message):
        qdverify.verify(**{"dot": INTEGRAL_DOT, "electrons": [1], **changes})


def test_suites_and_checks_are_chosen():
    """By name among the checks about the dot, or together with suites that are not about it."""
    asked = {"dot": INTEGRAL_DOT, "electrons": [1]}
    levels = qdverify.verify(**asked, checks=["own-dot.levels"])
    assert {finding.id for finding in levels.findings} == {"own-dot.levels@2"}
    both = qdverify.verify(**asked, suites=["own-dot", "spin"], checks=["own-dot.levels", "spin.clebsch-gordan"])
    assert {finding.id.partition("@")[0] for finding in both.findings} == {"own-dot.levels", "spin.clebsch-gordan"}
    assert not any("only checks about this one dot" in text for text in not_verified(both.document(), ()))


def test_what_no_time_is_left_for_is_not_asked(monkeypatch):
    """The trial under way is judged to its end; all that follow are unsupported, in one sentence of the report."""
    now = [5.0]
    for module in ("qdverify.suite.own_dot", "qdverify.reference.enclosure.budget"):
        monkeypatch.setattr(f"{module}.monotonic", lambda: now[0])
    asked = {"dot": INTEGRAL_DOT, "electrons": [1], "seconds": 100.0}
    report = qdverify.verify(**asked, on_finding=lambda _: now.__setitem__(0, 500.0))
    levels, others = report.findings[:2], report.findings[2:]
    assert [str(finding.verdict) for finding in levels] == ["pass", "pass"]
    assert {str(finding.verdict) for finding in others} == {"unsupported"}
    assert report.exit_status == 0
    told = {finding.id.partition("@")[0]: finding.detail for finding in others}
    spent = "not asked: seconds=100 were spent on the checks before; "
    assert all(reason.startswith(spent) for reason in told.values())
    assert told["own-dot.relations"] == spent + "it needs no reference, only answers of the implementation"
    assert told["own-dot.transitions"].startswith(
        spent + "its reference, levels of 1 to 2 electrons, would have needed"
    )
    assert told["own-dot.current"].startswith(spent + "its reference, levels of 0 to 1 electrons, would have needed")
    output = io.StringIO()
    print_report(report, Console(file=output, width=200))
    verdict = output.getvalue().splitlines()[-2]
    assert verdict.endswith(f"but most were not: {len(others)} of {len(others) + 2}.")
    assert "passes the 2 checks that could be asked" in verdict


@pytest.mark.parametrize(("orbitals", "electrons", "irreps"), [(4, 3, [1, 1, 1, 1]), (5, 2, [1, 2, 1, 2, 1])])
def test_what_a_reference_needs_is_the_size_of_its_blocks(orbitals, electrons, irreps):
    """Every state of S_z = S in a block of its spin and irrep, evenly spread over the irreps."""
    blocks = [b for S in allowed_spins(orbitals, electrons) for b in irrep_blocks(irreps, electrons, S)]
    rows, seconds = size_of_proof(orbitals, [electrons], len(set(irreps)))
    largest = max(block.size for block in blocks)
    assert largest / 2 < rows <= largest
    assert rows == largest or len(set(irreps)) > 1
    assert 0 < seconds < 1e-3
    dot = {"kind": "integrals", "orbitals": orbitals, "irreps": irreps}
    assert would_need("levels", dot, {"electrons": electrons}).endswith(f"matrices of up to {rows} rows")
    dot = {"kind": "integrals", "orbitals": 40}
    assert "rows, more than the 5000 that are proven" in would_need("current", dot, {"electrons": 4})
    assert would_need("levels", {"length": 1.0}, {"electrons": 4}).endswith("would have been proven for it")


@pytest.mark.parametrize("seconds", [600.0, None])
def test_enough_time_changes_nothing(seconds):
    """A budget that is not spent, and none."""
    report = qdverify.verify(dot=INTEGRAL_DOT, electrons=[1], seconds=seconds)
    assert report.ok
    assert report.counts["unsupported"] == 0


def test_each_lead_has_the_transition_probabilities_of_its_own_weights():
    """In one orbital of two that lead R does not touch an electron enters from L only: no current flows."""
    dot = {"kind": "integrals", "orbitals": 2, "one_body": [[1.0, 0.0], [0.0, 5.0]], "two_body": []}
    question = CoulombPeaks(OwnDot({**dot, "weights": {"L": [0.5, 1.0], "R": [0.0, 2.0]}}, (1,))).question_of_leads(1)
    found = {
        question["levels"][item["to"]]["energy"]: item["M"] for item in question["transitions"] if item["from"] == 0
    }
    assert found == {1.0: {"L": 0.25, "R": 0.0}, 5.0: {"L": 1.0, "R": 4.0}}


def test_the_oracle_is_asked_once_for_what_peaks_share(monkeypatch):
    """Four peaks and three checks of each: one question for every number of electrons, one for every step and lead."""
    asked = []

    def counted(task, inputs):
        asked.append((task, inputs["electrons"], tuple(inputs.get("weights", ()))))
        return whole_levels(task, inputs)

    monkeypatch.setattr("qdverify.suite.checks.oracle.whole_levels", counted)
    peaks = CoulombPeaks(OwnDot(DENSE, (1, 2, 3)))
    for electrons in (1, 2, 3):
        assert peaks.question(electrons) == peaks.question(electrons)
        peaks.question_of_leads(electrons)
    assert len(asked) == len(set(asked)) == 3 + 2 * 3


def test_the_command_shows_a_table_of_levels(dimer):
    """Proven and answered energies, spins, and how far they may differ; the dimer's ground state is a singlet."""
    result = run("--dot", dimer, "--electrons", "1-2", "--levels", 3)
    assert result.exit_code == 0
    lines = [line.split() for line in result.output.splitlines()]
    assert ["N=1", "1/2", "-0.9", "-0.9"] in [line[:4] for line in lines]
    assert [line[:2] for line in lines if line[:1] == ["N=2"]] == [["N=2", "0"]]
    assert "Every suite: only checks about this one dot were run." in result.output


def test_a_wrong_program_fails_with_the_command_that_repeats_it(loaded, dimer, tmp_path):
    """Exit status 1, and what is printed names the file and the numbers of electrons."""
    (tmp_path / "wrong_dots.py").write_text(
        "from qdverify.faults.fault import all_faults\n"
        "swapped = next(f for f in all_faults() if f.name == 'spin-blocks-swapped').implementation()\n"
    )
    command = ["qdverify", "verify", "--dot", str(dimer), "--electrons", "2", "--implementation"]
    start = "from qdverify.__main__ import main; main()"
    result = loaded.python(start, *command[1:], "python:wrong_dots:swapped", cwd=tmp_path, more={"COLUMNS": "400"})
    assert result.returncode == 1
    assert f"{' '.join(command)} python:wrong_dots:swapped" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--electrons", "1"), "--electrons, --levels and --seconds go with --dot"),
        (("--seconds", "1"), "--electrons, --levels and --seconds go with --dot"),
        (("--dot", "FILE", "--electrons", "1", "--seconds", "0"), "0.0 is not in the range"),
        (("--dot", "FILE"), "--dot needs --electrons N"),
        (("--dot", "FILE", "--electrons", "2-1"), "electrons=2-1 must read like 3, 1-4 or 1,3"),
        (("--dot", "FILE", "--electrons", "two"), "electrons=two must read like"),
        (("--dot", "FILE", "--electrons", "9"), "electrons=9 must be at most 4"),
        (("--dot", "FILE", "--electrons", "1", "--suite", "spin"), "must name 'own-dot'"),
    ],
)
def test_wrong_options_of_a_dot_are_refused(dimer, arguments, message):
    """With exit status 2 and one line that says the rule."""
    result = run(*(dimer if word == "FILE" else word for word in arguments))
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())


def test_boxes_in_files_are_dots_too(tmp_path):
    """A JSON object with the fields of a DOT."""
    file = tmp_path / "box.json"
    file.write_text(json.dumps(make_dot("contact", 3)))
    assert run("--dot", file, "--electrons", "2").exit_code == 0


def test_a_dot_with_many_integrals_is_told_once_by_its_digest():
    """A report of many findings does not grow with the dot; a small dot stands in every finding, so that it repeats."""
    large = random_integral_dot(random.Random("own told"), 6, "dense")
    assert len(large["two_body"]) > MOST_INTEGRALS_TOLD
    cases = [f.case for f in qdverify.verify(dot=large, electrons=[1], levels=2).findings]
    assert {json.dumps(case["dot_summary"]) for case in cases} == {json.dumps(summary_of(large))}
    assert not any("dot" in case for case in cases)
    assert summary_of({**large, "core": 1.0}) != summary_of(large)
    small = qdverify.verify(dot=INTEGRAL_DOT, electrons=[1], levels=2)
    assert all(finding.case["dot"] == INTEGRAL_DOT for finding in small.findings)


def test_the_oracle_says_what_it_would_need(monkeypatch):
    """A reference that the seconds do not suffice for is refused with the seconds that it takes."""
    clock = itertools.count(step=1000.0)
    monkeypatch.setattr("qdverify.reference.enclosure.budget.monotonic", lambda: next(clock))
    dot = random_integral_dot(random.Random("own needed"), 3, "dense")
    report = qdverify.verify(dot=dot, electrons=[2], seconds=1e9, checks=["own-dot.levels"])
    assert report.ok
    clock = itertools.count(int(1e12), 1000)
    other = random_integral_dot(random.Random("own needed more"), 3, "dense")
    report = qdverify.verify(dot=other, electrons=[2], seconds=1e9, checks=["own-dot.levels"])
    assert [str(finding.verdict) for finding in report.findings] == ["unsupported"]
    assert "the oracle gives no reference: seconds=1e+09 do not suffice: more than" in report.findings[0].detail

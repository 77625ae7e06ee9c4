"""Regression baselines: what moved, by how much, and why it was allowed to."""

import json
import math
import subprocess
import sys
from dataclasses import replace

import pytest
from click.testing import CliRunner
from weights import Spectra, Weights

from qdverify.implementations.inprocess import InProcess
from qdverify.interfaces.cli import main
from qdverify.interfaces.pytest_baseline import BaselineFixture
from qdverify.protocol.accuracy import claimed_accuracy as claimed
from qdverify.protocol.case import Case
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.sample_dots import make_dot
from qdverify.records.baseline import (
    OutsideBound,
    check,
    differences,
    new_entry,
    read_baseline,
    record,
    renewed,
    write_baseline,
)
from qdverify.suite.subject import Subject

CASE = Case("spectrum", {"dot": make_dot("contact", 3), "electrons": 2, "levels": 3})
LONG = Case("spectrum", {"dot": make_dot("contact", 3, length=1000.0), "electrons": 2, "levels": 3})


def subject(off=0.0):
    return Subject(InProcess(Spectra(off)))


def entry():
    (made,) = record(subject(), [CASE])
    return made


def test_an_entry_says_what_who_and_how_far():
    """Values, bounds from the claimed accuracy, producer, versions and the hash of the exact inputs."""
    made = entry()
    assert made.values == {"energies": [10.0, 20.0, 30.0], "two_S": [0, 0, 0]}
    assert made.bound == {"energies": 2 * 1e-9 * 30.0, "two_S": 0.0}
    assert made.producer == {"name": "spectra", "version": "1"}
    assert set(made.versions) == {"python", "platform", "suite"}


def test_a_value_within_its_bound_is_unchanged():
    """Rounding moves nothing; more than the bound does, and the digits are told."""
    assert all(item.within for item in check(subject(5e-8), [entry()]))
    energies, spins = check(subject(1e-4), [entry()])
    assert not energies.within
    assert energies.deviation == pytest.approx(1e-4)
    assert 5.0 < energies.digits[0] < 5.6
    assert spins.within


def test_a_missing_answer_is_a_change():
    """An implementation that answers no more, or answers something else, has not stayed the same."""
    (missing,) = check(Subject(InProcess(Weights())), [entry()])
    assert not missing.within
    assert "not among the tasks" in missing.problem
    (renamed,) = differences(entry(), {"levels": [1.0]})
    assert not renamed.within
    shorter, _ = differences(entry(), {"energies": [10.0], "two_S": [0, 0, 0]})
    assert "shapes differ" in shorter.problem
    assert not shorter.within


def test_a_renewal_keeps_its_reason():
    """The reason, the day and the distance stay in the history; the bound stays the old one."""
    values = subject(5e-8).ask("spectrum", **CASE.params)
    new = renewed(entry(), values, reason="another library")
    assert new.values == values
    assert new.bound == entry().bound
    assert new.history[0]["reason"] == "another library"
    assert new.history[0]["deviation"]["energies"] == pytest.approx(5e-8)
    assert not new.history[0]["forced"]
    assert len(renewed(new, values, reason="again").history) == 2


def test_a_renewal_beyond_the_bound_needs_force():
    """Without it nothing changes; with it the history says so."""
    values = subject(1.0).ask("spectrum", **CASE.params)
    with pytest.raises(OutsideBound, match="energies: moved by 1, beyond its bound"):
        renewed(entry(), values, reason="a mistake was found")
    assert renewed(entry(), values, reason="a mistake was found", force=True).history[0]["forced"]


def test_a_renewal_needs_a_reason():
    """Blanks are none."""
    with pytest.raises(InvalidInput, match="reason"):
        renewed(entry(), entry().values, reason="  ")


def test_a_file_round_trips(tmp_path):
    """What is written is read, history included."""
    path = tmp_path / "baseline.json"
    entries = [renewed(entry(), entry().values, reason="why not")]
    write_baseline(path, entries)
    assert read_baseline(path) == entries


def test_inputs_cannot_be_changed_unnoticed(tmp_path):
    """The hash of the inputs guards them."""
    path = tmp_path / "baseline.json"
    write_baseline(path, [entry()])
    document = json.loads(path.read_text())
    document["entries"][0]["case"]["inputs"]["electrons"] = 1
    path.write_text(json.dumps(document))
    with pytest.raises(InvalidInput, match="not those that were recorded"):
        read_baseline(path)


@pytest.mark.parametrize(
    "text", ["[", "[]", '{"schema": "other"}', '{"schema": "qdverify-baseline/1", "entries": [{}]}']
)
def test_another_file_is_no_baseline(tmp_path, text):
    """A clear refusal."""
    path = tmp_path / "baseline.json"
    path.write_text(text)
    with pytest.raises(InvalidInput, match="baseline"):
        read_baseline(path)


def run(*arguments):
    return CliRunner().invoke(main, ["baseline", *map(str, arguments)])


def test_the_commands_record_check_and_update(tmp_path):
    """Recorded and unchanged: 0. Moved: 1. Renewed by force with a reason: unchanged again."""
    path = tmp_path / "baseline.json"
    right, wrong = "--implementation=python:weights:Weights", "--implementation=python:weights:Shifted"
    assert run("record", path, right).exit_code == 0
    assert run("check", path, right).exit_code == 0
    changed = run("check", path, wrong)
    assert changed.exit_code == 1
    assert "changed    clebsch_gordan_weight" in changed.output
    before = path.read_text()
    refused = run("update", path, wrong, "--reason", "new convention")
    assert refused.exit_code == 1
    assert path.read_text() == before
    assert run("update", path, wrong, "--reason", "new convention", "--force").exit_code == 0
    assert run("check", path, wrong).exit_code == 0
    assert read_baseline(path)[0].history[0]["reason"] == "new convention"


def test_a_recorded_file_is_not_overwritten(tmp_path):
    """Record makes new files only; wrong usage ends with one line."""
    path = tmp_path / "baseline.json"
    path.write_text("precious")
    result = run("record", path, "--implementation=python:weights:Weights")
    assert result.exit_code == 2
    assert path.read_text() == "precious"
    assert run("update", path).exit_code == 2


def test_a_case_file_is_recorded(tmp_path):
    """A case of one's own, with exact rationals, is recorded under its exact inputs."""
    case = tmp_path / "case.json"
    case.write_text(json.dumps(Case("clebsch_gordan_weight", {"two_S_i": 3, "two_S_j": 4}).to_document()))
    path = tmp_path / "baseline.json"
    assert run("record", path, case, "--implementation=python:weights:Weights").exit_code == 0
    (kept,) = read_baseline(path)
    assert kept.values == {"C": 0.625}
    case.write_text('{"schema": "qdverify-case/1", "task": "clebsch_gordan_weight", "inputs": {"two_S_i": -1}}')
    assert "two_S_j is missing" in run("record", tmp_path / "other.json", case).output


def test_bounds_belong_to_values():
    """An entry whose bounds and values do not match cannot be compared with anything."""
    with pytest.raises(KeyError):
        differences(replace(entry(), bound={}), entry().values)


def test_two_test_runs_that_renew_one_file_lose_nothing(tmp_path):
    """Each brings its own entries into the file as it is then, and an entry that both renew keeps both reasons."""
    path = tmp_path / "baseline.json"
    inputs = [{"dot": make_dot("contact", 3), "electrons": N, "levels": 1} for N in (1, 2, 3)]
    runs = [BaselineFixture(path, reason=reason, force=False) for reason in ("first", "second")]
    for run, electrons in zip(runs, (1, 3), strict=True):
        run("spectrum", inputs[1], {"energies": [1.0], "two_S": [0]})
        run("spectrum", inputs[electrons - 1], {"energies": [2.0], "two_S": [1]})
    for run in runs:
        run.save()
    entries = {entry.case.inputs["electrons"]: entry for entry in read_baseline(path)}
    assert sorted(entries) == [1, 2, 3]
    assert [change["reason"] for change in entries[2].history] == ["second"]


def test_processes_that_renew_one_file_at_the_same_time_lose_nothing(tmp_path):
    """Four of them, each with an entry of its own."""
    program = """
import os, sys
from pathlib import Path
from qdverify.interfaces.pytest_baseline import BaselineFixture
for number in range(4):
    if os.fork() == 0:
        run = BaselineFixture(Path("baseline.json"), reason="why", force=False)
        run("clebsch_gordan_weight", {"two_S_i": number, "two_S_j": 1}, {"C": 0.0})
        os.write(1, b"ready\\n")  # in one piece, whatever the others write
        sys.stdin.read()
        sys.exit(run.save())
sys.exit(any(os.wait()[1] for number in range(4)))
"""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "cwd": tmp_path}
    with subprocess.Popen([sys.executable, "-c", program], **pipes) as forking:
        for _ in range(4):
            assert forking.stdout.readline() == b"ready\n"
        forking.stdin.close()
    assert forking.returncode == 0
    assert len(read_baseline(tmp_path / "baseline.json")) == 4


CURRENT = Case(
    "current",
    {
        "levels": [{"electrons": 0, "energy": 0.0, "two_S": 0}, {"electrons": 1, "energy": 0.0, "two_S": 1}],
        "transitions": [{"from": 0, "to": 1, "M": 0.5}],
        "leads": [{"name": "L", "rate": 1.0, "mu": 0.0}, {"name": "R", "rate": 1.0, "mu": 0.0}],
        "kT": 1.0,
        "gate": 0.0,
    },
)
POPULATIONS = Case("stationary_state", CURRENT.inputs)


@pytest.mark.parametrize(
    ("case", "values", "bound"),
    [
        (CURRENT, {"I_L": 1e-12, "I_R": 1e-12}, {"I_L": 2e-21, "I_R": 2e-21}),
        (POPULATIONS, {"populations": [1e-3, 1e-12]}, {"populations": 2e-12}),
        (LONG, {"energies": [1e-3, 2e-3, 3e-3], "two_S": [0, 2, 0]}, {"energies": 6e-12, "two_S": 0.0}),
        # what orbital energies of pi^2/2 add up to when others cancel them is known no better than they are
        (CASE, {"energies": [0.0, 1e-3, 3e-3], "two_S": [0, 2, 0]}, {"energies": 2e-9 * math.pi**2, "two_S": 0.0}),
    ],
)
def test_a_relative_claim_bounds_small_values_relatively(case, values, bound):
    """A current of 1e-12 may not vanish, nor small energies move by what large ones may; integers do not move."""
    made = new_entry(case, values, accuracy=1e-9, producer={"name": "x", "version": "1"})
    assert made.bound == pytest.approx(bound, rel=1e-9, abs=0.0)
    for name, value in values.items():
        zero = [0.0] * len(value) if isinstance(value, list) else 0.0
        moved = {item.name: item for item in differences(made, {**values, name: zero})}
        assert not moved[name].within


def test_an_absolute_claim_bounds_values_absolutely():
    """By the natural size of a current, here half the rate."""
    made = new_entry(
        CURRENT, {"I_L": 1e-12}, accuracy=claimed({"absolute": 1e-9}), producer={"name": "x", "version": "1"}
    )
    assert made.bound["I_L"] == pytest.approx(2 * 0.5 * 1e-9)


@pytest.mark.parametrize(("times", "within"), [(0.99, True), (1.01, False), (3, False), (100, False)])
def test_a_value_may_move_by_its_bound_and_no_more(times, within):
    """The last element as well as the first."""
    made = entry()
    for place in range(3):
        energies = [10.0, 20.0, 30.0]
        energies[place] += times * made.bound["energies"]
        moved, _ = differences(made, {"energies": energies, "two_S": [0, 0, 0]})
        assert moved.within is within


def test_every_value_of_an_answer_counts():
    """A spin that changed beside energies that did not; a value more or less."""
    _, spins = differences(entry(), {"energies": [10.0, 20.0, 30.0], "two_S": [0, 0, 2]})
    assert not spins.within
    for values in ({"energies": [10.0, 20.0, 30.0]}, {**entry().values, "extra": [1.0]}):
        (missing,) = differences(entry(), values)
        assert not missing.within


def test_bounds_that_do_not_belong_to_the_values_are_refused(tmp_path):
    """A file in which a value has no bound holds nothing to it."""
    path = tmp_path / "baseline.json"
    write_baseline(path, [entry()])
    document = json.loads(path.read_text())
    del document["entries"][0]["bound"]["two_S"]
    path.write_text(json.dumps(document))
    with pytest.raises(InvalidInput, match="one bound for each value"):
        read_baseline(path)


def test_one_value_that_left_its_bound_changes_the_exit_status(tmp_path):
    """Though the others did not move."""
    path = tmp_path / "baseline.json"
    cases = [Case("clebsch_gordan_weight", {"two_S_i": i, "two_S_j": i + 1}) for i in (1, 3)]
    made = record(Subject(InProcess(Weights())), cases)
    for place in range(2):
        entries = [*made]
        entries[place] = replace(made[place], values={"C": 0.1})
        write_baseline(path, entries)
        assert run("check", path, "--implementation=python:weights:Weights").exit_code == 1

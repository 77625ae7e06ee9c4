import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest
import xarray as xr
from click.testing import CliRunner

import qdverify.sweep
from qdverify.implementations.subprocess_channel import Budgets
from qdverify.interfaces.cli import main
from qdverify.protocol.inputs import InvalidInput
from qdverify.sweep.plan import make_plan
from qdverify.sweep.run import run_sweep
from qdverify.sweep.store import read_store

DOT = {"kernel": "soft-coulomb", "length": 9.5, "cutoff_ratio": 2e-4, "orbitals": 6}
THOUSAND = """
task = "spectrum"
implementation = "python:sweep_samples:Logged"
electrons = [1, 2, 3, 4]
levels = 2
[dot]
kernel = "soft-coulomb"
length = 9.5
cutoff_ratio = 2e-4
orbitals = 6
strength = { from = 0.1, to = 10.0, count = 250 }
"""
SMALL = """
task = "spectrum"
implementation = "python:sweep_samples:Leaving"
electrons = 2
levels = 2
[dot]
kernel = "soft-coulomb"
length = 9.5
cutoff_ratio = 2e-4
orbitals = 6
strength = [5.0, 7.0, 9.0]
"""


def plan_of(implementation="python:sweep_samples:Formula", strengths=(5.0, 7.0, 9.0), **changes):
    """Return a plan over a few strengths."""
    document = {"task": "spectrum", "electrons": 2, "levels": 2, "dot": {**DOT, "strength": list(strengths)}}
    return make_plan({**document, "implementation": implementation, **changes})


@pytest.fixture
def start(installed, tmp_path):
    """Start a sweep in a process of its own, as a user does in a terminal, beside the sample implementations.

    What runs in the background of a shell ignores Ctrl-C, and so would its children; this one listens.
    """
    listen = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    code = f"{listen}; from qdverify.interfaces.cli import main; main()"
    shutil.copy(Path(__file__).parent / "sweep_samples.py", tmp_path)
    environment = installed.environment(SWEEP_LOG=str(tmp_path / "log.txt"))

    def start_it(plan, store):
        options = ("--store", store, "--workers", "2", "--pass-environment", "SWEEP_LOG")
        command = [str(part) for part in (installed.python, "-c", code, "sweep", plan, *options)]
        pipes = {"stderr": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=tmp_path, env=environment, **pipes)

    return start_it


def wait_for(store, points):
    """Wait until a store holds so many points."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with read_store(store) as kept:
                if len(kept.done()) >= points:
                    return
        except InvalidInput:
            pass
        time.sleep(0.01)
    raise TimeoutError(f"{store} does not reach {points} points")


@pytest.mark.slow
def test_a_sweep_killed_twice_and_resumed_gives_the_identical_dataset(tmp_path, start):
    """Of 1,000 points none is lost and none that was kept is asked again."""
    plan = tmp_path / "plan.toml"
    plan.write_text(THOUSAND)
    for points in (250, 600):
        process = start(plan, tmp_path / "killed.sqlite")
        wait_for(tmp_path / "killed.sqlite", points)
        process.kill()
        process.communicate()
    process = start(plan, tmp_path / "killed.sqlite")
    out, _ = process.communicate()
    assert process.returncode == 0
    assert out.startswith("1000 of 1000 points")
    asked = (tmp_path / "log.txt").read_text().splitlines()
    assert len(set(asked)) == 1000
    # what two workers had under way at each of two kills is all that may be asked again
    assert len(asked) <= 1000 + 2 * 2
    whole = start(plan, tmp_path / "whole.sqlite")
    whole.communicate()
    killed = qdverify.sweep.open(tmp_path / "killed.sqlite")
    assert killed.sizes == {"strength": 250, "electrons": 4, "level": 2}
    xr.testing.assert_identical(killed, qdverify.sweep.open(tmp_path / "whole.sqlite"))


def test_an_interrupt_leaves_what_is_done(tmp_path, start):
    """Ctrl-C ends with status 130 and says how to go on; nothing that was kept is lost."""
    (tmp_path / "plan.toml").write_text(THOUSAND)
    process = start(tmp_path / "plan.toml", tmp_path / "a.sqlite")
    wait_for(tmp_path / "a.sqlite", 100)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "the same command goes on" in err
    assert "Traceback" not in err
    with read_store(tmp_path / "a.sqlite") as store:
        assert 100 <= len(store.done()) < 1000


def test_no_process_is_left_behind_by_a_killed_sweep(tmp_path, start):
    """The workers of a sweep that was killed notice and end."""
    (tmp_path / "plan.toml").write_text(THOUSAND)
    process = start(tmp_path / "plan.toml", tmp_path / "a.sqlite")
    wait_for(tmp_path / "a.sqlite", 10)
    # each of two workers has a launcher and the process of the implementation; the second may start late
    started, end = [], time.monotonic() + 60
    while len(started) < 6 and time.monotonic() < end:
        started = psutil.Process(process.pid).children(recursive=True)
        time.sleep(0.02)
    assert len(started) >= 6
    process.kill()
    process.communicate()
    _, left = psutil.wait_procs(started, timeout=60)
    assert not left


@pytest.mark.usefixtures("forked_workers")
def test_a_worker_that_dies_loses_no_point(tmp_path, monkeypatch):
    """The point that it was working on is tried again in a fresh process."""
    monkeypatch.setenv("SWEEP_MARK", str(tmp_path / "mark"))
    budgets = Budgets(environment=("SWEEP_MARK",))
    progress = run_sweep(plan_of("python:sweep_samples:Dying"), tmp_path / "a", workers=2, budgets=budgets)
    assert (tmp_path / "mark").exists()
    assert progress.complete


@pytest.mark.usefixtures("forked_workers")
def test_a_point_that_kills_its_process_each_time_is_an_error(tmp_path):
    """Three deaths end the attempts; the other points are there, and nothing passes for an answer."""
    progress = run_sweep(plan_of("python:sweep_samples:Dying"), tmp_path / "a", workers=2)
    assert (progress.done, progress.size) == (2, 3)
    assert progress.errors == {1: "Broken: the program was ended by signal 9 (Killed), 3 times"}


@pytest.mark.usefixtures("forked_workers")
def test_a_point_that_kills_every_worker_is_an_error(tmp_path):
    """Code under test that kills the worker above it, three times, costs its own point alone."""
    progress = run_sweep(plan_of("python:sweep_samples:Parricide"), tmp_path / "a", workers=2)
    assert (progress.done, progress.size) == (2, 3)
    assert progress.errors == {1: "the process that worked on it died 3 times"}


# the others end the process or answer in other ways, which test_hostile.py tries on a run; here it is the same channel
OTHER_ACTS = [pytest.param(act, marks=pytest.mark.slow) for act in ("exit", "interrupt", "abort", "replace", "rebind")]


@pytest.mark.parametrize("act", ["_exit", "text", *OTHER_ACTS])
def test_code_that_leaves_costs_its_own_point(loaded, tmp_path, act):
    """Whatever ends the process, the interpreter or the answer: the sweep goes on, ends with 3 and says why."""
    shutil.copy(Path(__file__).parent / "sweep_samples.py", tmp_path)
    (tmp_path / "act").write_text(act)
    (tmp_path / "plan.toml").write_text(SMALL)
    start = "from qdverify.__main__ import main; main()"
    done = loaded.python(start, "sweep", "plan.toml", "--workers", "2", cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    assert done.stdout.startswith("2 of 3 points")
    assert re.match(r"error at {.*'strength': 7\.0}: ", done.stderr)
    assert done.stderr.count("\n") == 1
    data = qdverify.sweep.open(tmp_path / "plan.sqlite", partial=True)
    assert data.energies.isel(level=0).isnull().values.tolist() == [False, True, False]


@pytest.mark.usefixtures("forked_workers")
def test_an_implementation_that_changes_its_name_answers_no_point(tmp_path):
    """What a worker starts must be what the sweep began with; each point says what it is instead."""
    progress = run_sweep(plan_of("python:sweep_samples:Renamed"), tmp_path / "a", workers=1)
    assert progress.done == 0
    assert all("when the sweep began" in error for error in progress.errors.values())


@pytest.mark.parametrize("name", ["LeavesAtOnce", "NoName"])
def test_an_implementation_that_does_not_say_hello_is_refused(tmp_path, name):
    """One error before anything is asked, which names the implementation."""
    with pytest.raises(InvalidInput, match=f"'python:sweep_samples:{name}' must speak the protocol"):
        run_sweep(plan_of(f"python:sweep_samples:{name}"), tmp_path / "a")


@pytest.mark.usefixtures("forked_workers")
def test_one_process_answers_all_points_of_a_worker(tmp_path, monkeypatch):
    """A sweep of many points starts as many processes as it has workers, and one to be introduced."""
    monkeypatch.setenv("SWEEP_LOG", str(tmp_path / "log"))
    plan = plan_of("python:sweep_samples:Counted", strengths=[float(k) for k in range(20)])
    run_sweep(plan, tmp_path / "a", workers=2, retry_errors=True, budgets=Budgets(environment=("SWEEP_LOG",)))
    assert len((tmp_path / "log").read_text().splitlines()) <= 3


@pytest.mark.usefixtures("forked_workers")
def test_an_error_of_the_implementation_is_kept_and_can_be_tried_again(tmp_path):
    """A refused point is no answer; reading says so, and a resumed sweep asks again only when told to."""
    plan = plan_of(strengths=(1.0, 13.0))
    assert run_sweep(plan, tmp_path / "a").errors == {1: "AnswerError: strength=13.0 must be another number"}
    asked = []
    run_sweep(plan, tmp_path / "a", on_point=lambda count, _: asked.append(count))
    assert asked == []
    run_sweep(plan, tmp_path / "a", retry_errors=True, on_point=lambda count, _: asked.append(count))
    assert asked == [2]
    with pytest.raises(InvalidInput, match=r"1 points ended in an error, such as .*13\.0"):
        qdverify.sweep.open(tmp_path / "a")
    partial = qdverify.sweep.open(tmp_path / "a", partial=True)
    assert partial.state.values.tolist() == ["done", "AnswerError: strength=13.0 must be another number"]
    assert partial.two_S.values.tolist() == [[0, 0], [-1, -1]]
    assert partial.energies.isnull().values.tolist() == [[False, False], [True, True]]


@pytest.mark.usefixtures("forked_workers")
def test_missing_points_are_not_silently_left_out(tmp_path):
    """Reading an unfinished sweep says how much is missing."""
    plan = plan_of()

    def stop(count, _):
        if count == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_sweep(plan, tmp_path / "a", on_point=stop)
    with pytest.raises(InvalidInput, match="2 points must be all 3"):
        qdverify.sweep.open(tmp_path / "a")
    assert (qdverify.sweep.open(tmp_path / "a", partial=True).state == "missing").sum() == 1


@pytest.mark.usefixtures("forked_workers")
def test_the_dataset_is_labelled(tmp_path):
    """Axes are dimensions with units, fixed inputs are attributes, and each number stands at its point."""
    run_sweep(plan_of(electrons=[1, 2]), tmp_path / "a", workers=2)
    data = qdverify.sweep.open(tmp_path / "a")
    assert data.energies.dims == ("strength", "electrons", "level")
    assert data.energies.attrs["units"] == "E_H*"
    for strength in (5.0, 7.0, 9.0):
        for electrons in (1, 2):
            expected = strength + electrons**2 / 9.5 + 2e-4 * 9.5 + 1
            assert float(data.energies.sel(strength=strength, electrons=electrons, level=1)) == expected
    assert (data.attrs["length"], data.attrs["implementation"]) == (9.5, "formula 1")


@pytest.mark.usefixtures("forked_workers")
def test_a_transport_sweep_builds_the_level_scheme(tmp_path):
    """The levels and weights of every electron number reach the rate equation with the right indices."""
    transport = {"kT": 0.25, "gate": [0.5, 1.5], "bias": [0.0, 2.0], "rate_R": 0.5}
    plan = make_plan(
        {
            "task": "current",
            "implementation": "python:sweep_samples:Formula",
            "dot": {**DOT, "strength": 3.0},
            "level_scheme": {"levels": [1, 1, 2]},
            "transport": transport,
        }
    )
    run_sweep(plan, tmp_path / "a")
    data = qdverify.sweep.open(tmp_path / "a")
    cutoff = 2e-4 * 9.5
    energies = [0.0, 3 + 1 / 9.5 + cutoff, 3 + 4 / 9.5 + cutoff, 4 + 4 / 9.5 + cutoff]
    weights = [(3.0, 0, 1), (3.01, 1, 2), (4.01, 1, 3)]
    base = sum(M * (1 + i + 7 * j) for M, i, j in weights) + sum(energies) + 0.25
    assert data.I_L.dims == ("gate", "bias")
    assert float(data.I_L.sel(gate=1.5, bias=2.0)) == pytest.approx(base + 1.5 + 1.0, rel=1e-14)
    assert float(data.I_R.sel(gate=0.5, bias=2.0)) == pytest.approx(base + 0.5 + 0.5, rel=1e-14)


@pytest.mark.usefixtures("forked_workers")
def test_spin_weights_can_take_the_place_of_transition_probabilities(tmp_path):
    """With weights C the level scheme holds Eq. (5), for the comparison of C_ji with M_ji."""
    document = {
        "task": "current",
        "implementation": "python:sweep_samples:Formula",
        "dot": {**DOT, "strength": 3.0},
        "level_scheme": {"levels": [1, 1, 1], "weights": "C"},
        "transport": {"kT": 0.25, "gate": 0.0, "bias": 0.0},
    }
    run_sweep(make_plan(document), tmp_path / "a")
    cutoff = 2e-4 * 9.5
    energies = 3 + 1 / 9.5 + cutoff + 3 + 4 / 9.5 + cutoff
    # C = 1 from the empty dot to a doublet, 1/4 from there to a singlet
    expected = 1.0 * (1 + 0 + 7) + 0.25 * (1 + 1 + 14) + energies + 0.25
    assert float(qdverify.sweep.open(tmp_path / "a").I_L) == pytest.approx(expected, rel=1e-14)


@pytest.mark.usefixtures("forked_workers")
def test_the_builtin_implementation_is_swept_to_the_same_numbers_as_by_hand(tmp_path):
    """A sweep adds nothing to what the implementation answers."""
    from qdverify.implementations.resolve import resolve  # noqa: PLC0415  (loads the numeric stack)

    plan = plan_of("builtin", strengths=(0.5, 1.0))
    run_sweep(plan, tmp_path / "a", workers=2)
    dot = {"kernel": "soft-coulomb", "length": 9.5, "cutoff": 2e-4 * 9.5, "orbitals": 6, "strength": 1.0}
    by_hand = resolve("builtin").answer("spectrum", {"dot": dot, "electrons": 2, "levels": 2})
    swept = qdverify.sweep.open(tmp_path / "a").sel(strength=1.0)
    assert swept.energies.values.tolist() == pytest.approx(list(by_hand["energies"]), rel=1e-13)
    assert swept.two_S.values.tolist() == list(by_hand["two_S"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--implementation", "nosuch"], "implementation='nosuch' must read"),
        (["--scheduler", "tcp://127.0.0.1:9"], "must be the address of a Dask scheduler"),
        (["--scheduler", "nonsense"], "scheduler='nonsense' must be the address of a Dask scheduler"),
        (["--workers", "0"], "0 is not in the range"),
    ],
)
def test_wrong_usage_ends_with_2(tmp_path, monkeypatch, arguments, message):
    """One line names the value and the rule."""
    monkeypatch.setattr("qdverify.sweep.cluster._CONNECT_SECONDS", 0.2)
    plan = tmp_path / "plan.toml"
    plan.write_text(THOUSAND.replace("Logged", "Formula"))
    shown = CliRunner().invoke(main, ["sweep", str(plan), *arguments])
    assert shown.exit_code == 2, shown.output
    assert message in shown.output

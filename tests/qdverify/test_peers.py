"""Peers under test: the adapters are right, and each peer gets the verdict that docs/peers.md publishes."""

import json
import os
import re
import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from analytic import clebsch_gordan_squared
from qdverify.implementations import peers
from qdverify.implementations.builtin import Builtin
from qdverify.implementations.peers import dots, levels, resolved, serve
from qdverify.implementations.resolve import resolve
from qdverify.interfaces.cli import main
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.sample_dots import make_dot
from qdverify.protocol.sample_questions import QUESTIONS
from qdverify.report.accuracy import measured_accuracy
from qdverify.run.verify import verify
from qdverify.suite.finding import Verdict

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "peers.md"


# ------------------------------------------------------------------------------- the adapters' own part, everywhere


@pytest.mark.parametrize("kernel", dots.KERNELS)
def test_the_integrals_of_the_adapters_are_right(kernel):
    """They are the adapters', not the peers': no peer may be blamed for them."""
    dot = make_dot(kernel, 7, length=9.5, cutoff=1.9e-3, strength=1.3)
    indices = [list(quadruple) for quadruple in product(range(1, 8), repeat=4)]
    expected = Builtin().interaction_integrals(dot=dot, indices=indices)["values"]
    assert dots.interaction_integrals(dot, indices)["values"] == pytest.approx(np.asarray(expected), abs=1e-12)


def test_the_coupling_coefficients_of_the_adapters_are_right():
    """Squares as the exact side derives them; signs such that the coupled states are orthogonal."""
    for two_S, m, sigma, two_S_j in product(range(6), range(-5, 6), (-1, 1), range(7)):
        if abs(m) <= two_S and (two_S + m) % 2 == 0 and abs(two_S - two_S_j) == 1 and abs(m + sigma) <= two_S_j:
            found = levels.clebsch_gordan(two_S, m, sigma, two_S_j)
            assert found**2 == pytest.approx(
                float(clebsch_gordan_squared(two_S, m, sigma, two_S_j, m + sigma)), abs=1e-14
            )
    for two_S, M in ((1, 0), (2, 1), (3, 0), (4, -1)):
        up, down = (
            [levels.clebsch_gordan(two_S, M - sigma, sigma, two_S_j) for sigma in (1, -1)]
            for two_S_j in (two_S + 1, two_S - 1)
        )
        assert np.dot(up, down) == pytest.approx(0.0, abs=1e-15)


def test_spins_that_an_eigensolver_mixes_are_told_apart():
    """Any mixture of a singlet and a triplet of one energy is taken apart; a lone impure state is refused."""
    squares = np.diag([0.0, 2.0, 2.0, 0.0])
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    states = np.eye(4)
    states[:3, :3] = turn
    found = levels.label([1.0, 1.0, 1.0, 2.0], states, lambda rows: rows @ squares)
    assert sorted(level.two_S for level in found[:3]) == [0, 2, 2]
    assert found[3].two_S == 0
    with pytest.raises(serve.Refused, match="which is no spin"):
        levels.label([1.0], np.array([[0.6, 0.8, 0.0, 0.0]]), lambda rows: rows @ squares)


def adapter(folder, body, *requests):
    """Run a made-up adapter the way a peer's Python would, and return its answers."""
    package = Path(peers.__file__).parent
    for name in ("__init__.py", "run.py", "serve.py"):
        (folder / name).write_text((package / name).read_text())
    (folder / "made_up.py").write_text(body)
    lines = "".join(json.dumps({"jsonrpc": "2.0", "id": 1, **request}) + "\n" for request in requests)
    command = [sys.executable, "-I", "-S", str(folder / "run.py"), "made_up", "--loud"]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_an_adapter_needs_nothing_of_this_distribution(tmp_path):
    """It runs in a bare Python; what its peer prints does not get into the answers."""
    body = (
        "import sys\nfrom .serve import serve\nprint('WARNING: no licence')\n"
        "def task(C):\n    print('working')\n    return {'C': C / 2}\n"
        "def main(arguments, answers):\n"
        "    serve({'clebsch_gordan_weight': task}, answers, name='x', version='1', url='', limits={})\n"
    )
    ask = {"method": "clebsch_gordan_weight"}
    (hello, half, wrong, missing), stderr = adapter(
        tmp_path,
        body,
        {"method": "hello", "params": {"protocol": "1", "suite": "0"}},
        {**ask, "params": {"C": 1}},
        {**ask, "params": {"D": 1}},
        {"method": "spectrum", "params": {}},
        {"method": "shutdown"},
    )
    assert hello["result"]["tasks"] == ["clebsch_gordan_weight"]
    assert half["result"] == {"C": 0.5}
    assert wrong["error"]["code"] == serve.INVALID
    assert missing["error"]["code"] == serve.NOT_SUPPORTED
    assert "no licence" in stderr
    assert "working" in stderr


def test_a_number_that_is_none_is_an_error(tmp_path):
    """A peer's NaN is an error of the adapter's, not something off the protocol."""
    body = (
        "from .serve import serve\n"
        "def main(arguments, answers):\n"
        "    tasks = {'current': lambda: {'I_L': float('nan')}}\n"
        "    serve(tasks, answers, name='x', version='1', url='', limits={})\n"
    )
    (answer,), _ = adapter(tmp_path, body, {"method": "current", "params": {}})
    assert answer["error"]["code"] == serve.INTERNAL


def test_a_peer_that_is_not_there_is_wrong_usage(tmp_path, monkeypatch):
    """The message says how to install it; an unknown name lists the known ones."""
    monkeypatch.setenv(peers.FOLDER_VARIABLE, str(tmp_path))
    with pytest.raises(InvalidInput, match=r"peers.install pyscf"):
        resolve("peer:pyscf")
    with pytest.raises(InvalidInput, match="pyscf-symmetry"):
        resolve("peer:gaussian")


def blocks():
    """Return the programs that the page shows, by name."""
    found = re.findall(r"^\*\*([\w.]+)\*\*\n+```python\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    return dict(found)


def test_the_page_shows_a_program_for_each_finding():
    """Every peer with a finding has a reproduction that needs this project for nothing but a Hamiltonian."""
    assert set(blocks()) == {
        "pyscf_missed_level.py",
        "edrixs_unconverged.py",
        "qmeq_deep_blockade.py",
        "qpyd_added_rate.py",
    }
    assert not any("qdverify" in program for program in blocks().values())
    for name in peers.PEERS:
        assert f"`{name}`" in PAGE.read_text()


# -------------------------------------------------------------------------------------- the peers, where they are


@pytest.fixture(autouse=True)
def folder(monkeypatch):
    """Find the environments beside the project, wherever a test goes."""
    if peers.FOLDER_VARIABLE not in os.environ:
        monkeypatch.setenv(peers.FOLDER_VARIABLE, str(ROOT / ".peers"))


def judged(name, suites=None):
    report = verify(f"peer:{name}", suites)
    wrong = {finding.id.partition("@")[0] for finding in report.findings if finding.verdict is Verdict.FAIL}
    return report, wrong


@pytest.mark.peers
@pytest.mark.parametrize("name", ["pyscf-symmetry", "edrixs-dense"])
def test_a_sound_peer_passes(name):
    """A correct code that nobody here wrote passes with exit status 0: no false alarm."""
    report, wrong = judged(name)
    assert not wrong
    assert report.exit_status == 0
    assert report.counts["pass"] > 200


@pytest.mark.peers
def test_the_missed_level_of_pyscf_is_found():
    """Integrals agree, the spectrum of three electrons is the first thing that does not."""
    report, wrong = judged("pyscf", ["integrals", "small-basis", "paper"])
    assert "paper.table-1" in wrong
    assert not any(name.startswith(("integrals", "small-basis")) for name in wrong)
    (three,) = (f for f in report.findings if f.id == "paper.table-1@1" and f.case["label"] == "N=3")
    assert three.comparison.measured == [1, 3, 1]


@pytest.mark.peers
def test_the_deep_blockade_of_qmeq_is_found():
    """Sizeable currents agree; populations far below rounding do not."""
    report, wrong = judged("qmeq", ["rates", "stationary", "current", "plateaux"])
    assert "stationary.matrix-tree" in wrong
    assert report.counts["pass"] > 200


def programs(tmp_path, monkeypatch):
    """Write the programs of the page and the files that they read, and go there."""
    monkeypatch.chdir(tmp_path)
    for name, text in blocks().items():
        Path(name).write_text(text)
    for orbitals in (12, 13):
        options = ["--orbitals", str(orbitals), "--electrons", "3", "-o", f"FCIDUMP{orbitals}"]
        assert CliRunner().invoke(main, ["export", "fcidump", *options]).exit_code == 0


def run(environment, program):
    python = peers.environment_python(environment)
    done = subprocess.run([python, program], capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if line and not line.startswith(("WARNING", " "))]


@pytest.mark.peers
def test_pyscf_reads_the_exported_hamiltonian(tmp_path, monkeypatch):
    """PySCF's own reader finds in the FCIDUMP file what the builtin implementation solves; and misses a level."""
    programs(tmp_path, monkeypatch)
    lines = run("pyscf", "pyscf_missed_level.py")
    energies = [[float(number) for number in re.findall(r"\d\.\d{3,}", line)] for line in lines]
    dot = make_dot("soft-coulomb", 13, length=9.5, cutoff=1.9e-3)
    right = Builtin().spectrum(dot=dot, electrons=3, levels=6)["energies"]
    three, six, even, odd = energies
    assert three == pytest.approx([right[0], right[2], right[4]], abs=1e-6)
    assert "converged: True" in lines[0]
    assert six == pytest.approx(list(right), abs=1e-6)
    assert sorted(even + odd)[:4] == pytest.approx(list(right[:4]), abs=1e-6)


@pytest.mark.peers
def test_edrixs_stops_before_it_has_converged(tmp_path, monkeypatch):
    """No two runs agree, and the residuals say why; a larger block converges."""
    programs(tmp_path, monkeypatch)
    *runs, larger = run("edrixs", "edrixs_unconverged.py")
    residuals = [float(re.search(r"residual (\S+),", line)[1]) for line in runs]
    assert max(residuals) > 1e-7
    assert float(larger.split()[-1]) < 1e-12


@pytest.mark.peers
def test_qmeq_takes_rounding_for_rates(tmp_path, monkeypatch):
    """The program prints what the page says, to the last digit shown that is not rounding's choice."""
    programs(tmp_path, monkeypatch)
    found = {}
    for line in run("qmeq", "qmeq_deep_blockade.py"):
        chain, solver, success, numbers = re.fullmatch(r"(.+), (.+): success=(\w+), populations (.+)", line).groups()
        found[chain, solver] = success == "True", [float(number) for number in numbers.split(", ")]
    boltzmann = [1 / (1 + np.exp(-2 / 3)), 1 / (1 + np.exp(2 / 3))]
    for solver in ("default", "norm_row", "lsqr"):
        assert found["10 kT", solver] == (True, pytest.approx([0.0, *boltzmann], abs=2e-4))
    assert not found["40 kT", "default"][0]
    assert not found["40 kT", "norm_row"][0]
    assert found["40 kT", "lsqr"] == (True, pytest.approx([0.0, 0.5, 0.5], abs=1e-4))
    success, populations = found["longer", "default"]
    assert success
    assert min(populations) < -1e-3
    assert found["longer", "norm_row"] == (True, pytest.approx([0.0, 0.0, *boltzmann, 0.0, 0.0], abs=1e-4))
    assert found["longer", "lsqr"] == (True, pytest.approx([1 / 3, 0.0, 1 / 3, 1 / 3, 0.0, 0.0], abs=1e-4))


@pytest.mark.peers
def test_qpyd_adds_a_rate(tmp_path, monkeypatch):
    """Populations depend on the unit of the couplings: right for large ones, wrong by a quarter for small ones."""
    programs(tmp_path, monkeypatch)
    lines = run("qpyd", "qpyd_added_rate.py")
    empty = [float(line.split()[-2].rstrip(",")) for line in lines]
    boltzmann = 1 / (1 + np.exp(-0.5 / 0.08617))
    assert empty[:2] == pytest.approx([boltzmann] * 2, abs=2e-6)
    assert empty[3] == pytest.approx(0.7485, abs=1e-3)


@pytest.mark.peers
def test_the_floor_of_qpyd_is_named():
    """With 64 bits most numbers agree, and the accuracy table says where relative accuracy is lost."""
    report, wrong = judged("qpyd-double", ["stationary"])
    assert {"stationary.range", "stationary.relations"} <= wrong
    populations, _ = measured_accuracy(report.document())
    assert populations["reached"] == "none"
    assert 1e-13 < populations["floor"] < 1e-7


def test_a_transition_that_is_listed_twice_is_refused_by_the_adapters():
    """It would be added twice."""
    question = {name: QUESTIONS["current"][name] for name in ("levels", "leads", "kT", "gate")}
    once = QUESTIONS["current"]["transitions"]
    assert resolved.read_level_scheme(transitions=once, **question).amplitudes.any()
    with pytest.raises(serve.Refused, match="listed once"):
        resolved.read_level_scheme(transitions=[*once, once[0]], **question)


def test_states_of_the_adapters_carry_the_rates_of_the_paper():
    """Summed over S_z, t A^2 is the rate 2 t M_ji of the way up and 2 t M_ji (2S_i+1)/(2S_j+1) of the way down."""
    question = QUESTIONS["current"]
    scheme = resolved.read_level_scheme(**question)
    squares = (scheme.amplitudes**2).sum(axis=0)
    for item in question["transitions"]:
        low, high = (np.flatnonzero(scheme.level == item[end]) for end in ("from", "to"))
        assert squares[np.ix_(high, low)].sum(axis=0) == pytest.approx(2 * item["M"])
        down = 2 * item["M"] * len(low) / len(high)
        assert squares[np.ix_(low, high)].sum(axis=0) == pytest.approx(down)
    assert scheme.by_level(np.ones(len(scheme.level))) == [level["two_S"] + 1.0 for level in question["levels"]]

"""Adapters of codes that take integrals: what they share is right, and each code gets the verdict of its page."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import qdverify
from qdverify.implementations.builtin import Builtin
from qdverify.implementations.peers import environment_python
from qdverify.implementations.resolve import resolve
from qdverify.implementations.subprocess_channel import Budgets
from qdverify.protocol.input_rules import Kind
from qdverify.protocol.integral_rules import INTEGRAL_RULES
from qdverify.protocol.sample_dots import INTEGRAL_DOT, make_dot
from qdverify.reference.box_integrals import box_as_integrals

FOLDER = Path(__file__).parents[2] / "examples" / "by_integrals"
ADAPTERS = {"pyscf": "pyscf_fci.py", "openfermion": "openfermion_ed.py"}
DENSE = """
import sys
sys.path.insert(0, sys.argv[1])
import numpy as np
from common import levels_of, serve

def solve(h, g, irreps, electrons, count):
    return levels_of(np.arange(float(count)), np.eye(count), lambda rows: 0 * rows, 1.0)

serve(solve, lambda state, *_: state, name="made up", version="1", limits={"orbitals": 256, "electrons": 6})
"""


def asked(*questions):
    """Put questions to an adapter whose levels are made up, and return its replies."""
    lines = [json.dumps({"jsonrpc": "2.0", "id": 1, "method": task, "params": params}) for task, params in questions]
    done = subprocess.run(
        [sys.executable, "-c", DENSE, str(FOLDER)],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_what_adapters_share_keeps_the_rules_of_a_dot():
    """Every example of a rule is refused or answered as the protocol says."""
    examples = [
        (rule.kind, example)
        for rule in INTEGRAL_RULES
        for example in rule.examples
        if example.task == "spectrum" or (example.task == "transition_probabilities" and "weight" in example.label)
    ]
    replies = asked(*((example.task, example.params) for _, example in examples))
    for (kind, example), reply in zip(examples, replies, strict=True):
        code = reply.get("error", {}).get("code")
        assert (code == -32602) is (kind is Kind.REFUSED), (example.label, reply)


def test_an_adapter_answers_as_the_protocol_asks():
    """Hello names integrals, an unknown task and a wrong number of levels are refused, and core is added."""
    hello, unknown, many, levels = asked(
        ("hello", {"protocol": "1", "suite": "0"}),
        ("current", {}),
        ("spectrum", {"dot": INTEGRAL_DOT, "electrons": 0, "levels": 2}),
        ("spectrum", {"dot": INTEGRAL_DOT, "electrons": 1, "levels": 2}),
    )
    assert (hello["result"]["protocol"], hello["result"]["dots"]) == ("1.1", ["integrals"])
    assert unknown["error"]["code"] == many["error"]["code"] == -32602
    assert levels["result"] == {"energies": [0.25, 1.25], "two_S": [0, 0]}


CLOSE = """
import json, sys
sys.path.insert(0, sys.argv[1])
import numpy as np
from common import levels_of

size = float(sys.argv[2])
energies = np.array([1.0, 1.0, 1.0 + 1e-8, 1.0 + 2e-8, 1.5, 2.0]) * size
squares = np.array([0.0, 2.0, 0.0, 0.0, 2.0, 0.0])
basis = np.linalg.qr(np.random.default_rng(1).normal(size=(6, 6)))[0]
mixed = np.eye(6)
mixed[:2, :2] = [[0.6, 0.8], [-0.8, 0.6]]
found = levels_of(energies, mixed @ basis, lambda rows: (rows @ basis.T * squares) @ basis, size)
print(json.dumps([[energy, two_S, (basis @ state).tolist()] for energy, two_S, state in found]))
"""


@pytest.mark.parametrize("size", [1.6e-22, 1e-6, 1.0, 1e6])
def test_levels_of_any_unit_of_energy_keep_their_energies_and_states(size):
    """Those that coincide get their spins; those of one spin that lie close are not mixed."""
    command = [sys.executable, "-c", CLOSE, str(FOLDER), repr(size)]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    expected = np.array([1.0, 1.0, 1.0 + 1e-8, 1.0 + 2e-8, 1.5, 2.0]) * size
    assert [level[0] for level in found] == pytest.approx(expected, rel=1e-14, abs=0)
    assert [level[1] for level in found] == [0, 2, 0, 0, 2, 0]
    assert np.abs([level[2] for level in found]) == pytest.approx(np.eye(6), abs=1e-6)


def program(peer):
    python = environment_python(peer)
    if not python.exists():
        pytest.skip(f"{peer} is not installed")
    return f"command:{shlex.quote(str(python.absolute()))} {shlex.quote(str(FOLDER / ADAPTERS[peer]))}"


@pytest.mark.peers
@pytest.mark.parametrize("peer", ADAPTERS)
def test_a_code_that_takes_integrals_passes(peer):
    """Random integrals, models with closed forms, boxes of few orbitals, and every rule."""
    under_test = resolve(program(peer), budgets=Budgets(hello_seconds=300))
    try:
        report = qdverify.verify(under_test, suites=["integral-dots", "small-basis"])
    finally:
        under_test.close()
    assert report.ok
    assert report.counts["pass"] > 200


@pytest.mark.peers
def test_the_level_that_pyscf_misses_is_found_through_integrals(tmp_path):
    """In the paper's dot with ten orbitals; with the proven levels beside those that it answers."""
    file = tmp_path / "FCIDUMP"
    qdverify.write_fcidump(file, make_dot("soft-coulomb", 10, length=9.5, cutoff=1.9e-3), electrons=3)
    under_test = resolve(program("pyscf"), budgets=Budgets(hello_seconds=300))
    try:
        report = qdverify.verify(under_test, dot=qdverify.read_fcidump(file), electrons=[3], levels=3)
    finally:
        under_test.close()
    first = next(f for f in report.findings if f.id == "own-dot.levels@2")
    assert first.verdict == "fail"
    assert "level 1 is missing" in first.hint
    right = Builtin().spectrum(
        dot=box_as_integrals(make_dot("soft-coulomb", 10, length=9.5, cutoff=1.9e-3)).dot, electrons=3, levels=3
    )["energies"]
    assert first.comparison.reference.value == pytest.approx(np.asarray(right), rel=1e-10)


def test_the_page_shows_the_adapters_as_they_are():
    """The page includes the files, and names the folder."""
    page = (FOLDER.parents[1] / "docs" / "integral-codes.md").read_text()
    assert all(os.fspath(Path("..", "examples", "by_integrals", name)) in page for name in ADAPTERS.values())

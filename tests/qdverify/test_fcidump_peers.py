"""FCIDUMP files that other programs write are read here, and ours by them: PySCF, block2 and OpenFermion."""

import json
import subprocess

import pytest

from numeric import Dot, IntegralDot, interaction_integrals, solve
from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.implementations.peers import environment_python
from qdverify.protocol.fcidump import read_fcidump
from qdverify.protocol.sample_dots import make_dot
from qdverify.records.fcidump import write_fcidump
from qdverify.suite.subject import Subject

pytestmark = pytest.mark.peers
BOX = make_dot("soft-coulomb", 5, length=9.5, cutoff=1.9e-3)
DOT = IntegralDot.from_box(Dot(9.5, 1.9e-3, 5))
LABELS = [1, 2, 1, 2, 1]
ARRAYS = """
import json, sys
import numpy as np
given = json.load(sys.stdin)
h, g, path = np.array(given["h"]), np.array(given["g"]), given["path"]
"""
WRITERS = {
    "pyscf": """
from pyscf.tools import fcidump
fcidump.from_integrals(path, h, g, len(h), 3, nuc=0.5, ms=1, orbsym=given["labels"])
""",
    "block2": """
from block2 import FCIDUMP, VectorDouble, VectorUInt8
rows, columns = np.tril_indices(len(h))
pairs = g[rows, columns][:, rows, columns]
file, irrep = FCIDUMP(), 2 if given["labels"] else 1
file.initialize_su2(len(h), 3, 1, irrep, 0.5, h[rows, columns], pairs[np.tril_indices(len(pairs))])
file.orb_sym = VectorUInt8(given["labels"] or [1] * len(h))
file.write(path)
""",
}
READERS = {
    "pyscf": """
from pyscf import ao2mo
from pyscf.tools import fcidump
from pyscf.fci import direct_spin1_symm
found = fcidump.read(path, verbose=False)
norb, labels = found["NORB"], np.array(found["ORBSYM"]) - 1
solver = direct_spin1_symm.FCI()
solver.conv_tol = 1e-12
integrals = found["H1"], ao2mo.restore(1, found["H2"], norb)
energy, _ = solver.kernel(*integrals, norb, (2, 1), orbsym=labels, wfnsym=found["ISYM"] - 1)
print(json.dumps({"energy": float(energy)}))
""",
    "block2": """
from block2 import FCIDUMP
file = FCIDUMP()
file.read(path)
M = file.n_sites
one = [[file.t(p, q) for q in range(M)] for p in range(M)]
two = [[[[file.v(p, q, r, s) for s in range(M)] for r in range(M)] for q in range(M)] for p in range(M)]
print(json.dumps({"one": one, "two": two, "isym": file.isym, "labels": list(file.orb_sym), "electrons": file.n_elec}))
""",
    "openfermion": """
from openfermion import FermionOperator, get_sparse_operator
lines = open(path).read().split("&END")[1].splitlines()
M, H = len(h), FermionOperator()
one, two = np.zeros((M, M)), np.zeros((M,) * 4)
for line in filter(str.strip, lines):
    value, *indices = line.split()
    p, q, r, s = (int(index) - 1 for index in indices)
    if r >= 0:
        for a, b, c, d in ((p, q, r, s), (r, s, p, q)):
            two[[a, b, a, b], [b, a, b, a], [c, c, d, d], [d, d, c, c]] = float(value)
    elif p >= 0:
        one[p, q] = one[q, p] = float(value)
up = lambda n, spin: 2 * n + spin
for p, q in np.ndindex(M, M):
    for a in (0, 1):
        H += FermionOperator(((up(p, a), 1), (up(q, a), 0)), one[p, q])
for p, q, r, s in np.ndindex(M, M, M, M):
    for a in (0, 1):
        for b in (0, 1):
            H += FermionOperator(((up(p, a), 1), (up(r, b), 1), (up(s, b), 0), (up(q, a), 0)), two[p, q, r, s] / 2)
from openfermion import get_number_preserving_sparse_operator
sector = get_number_preserving_sparse_operator(H, 2 * M, 3, spin_preserving=False)
print(json.dumps({"energy": float(np.linalg.eigvalsh(sector.toarray())[0])}))
""",
}


def run(peer, script, path, labels=None):
    """Run a script in the environment of a peer, with the dot's arrays; return what it prints, if anything."""
    python = environment_python(peer)
    if not python.exists():
        pytest.skip(f"{peer} is not installed")
    given = {"h": DOT.one_body.tolist(), "g": DOT.two_body.tolist(), "path": str(path), "labels": labels}
    done = subprocess.run(
        [python, "-c", ARRAYS + script], input=json.dumps(given), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1]) if done.stdout.startswith("{") else None


@pytest.mark.parametrize("peer", WRITERS)
@pytest.mark.parametrize("labels", [None, LABELS])
def test_what_a_peer_writes_is_read(peer, labels, tmp_path):
    """The same integrals, core, electrons and irreps."""
    path = tmp_path / "FCIDUMP"
    run(peer, WRITERS[peer], path, labels)
    found = read_fcidump(path, rounding=1e-15)
    read = IntegralDot.from_document(found.dot)
    assert abs(read.one_body - DOT.one_body).max() < 1e-13
    assert abs(read.two_body - DOT.two_body).max() < 1e-13
    assert (read.core, found.electrons) == (0.5, 3)
    assert solve(read, 3, 3).energies - 0.5 == pytest.approx(solve(DOT, 3, 3).energies, abs=1e-11)
    if labels:
        assert read.irreps.tolist() == labels


def exported(path, parity):
    with path.open("w") as file:
        write_fcidump(file, Subject(InProcess(Builtin())), BOX, electrons=3, two_Sz=1, parity=parity)
    return path


@pytest.mark.parametrize("parity", ["even", "odd", None])
def test_pyscf_finds_the_levels_that_the_header_asks_for(parity, tmp_path):
    """Its solver, told nothing but what stands in the file."""
    found = run("pyscf", READERS["pyscf"], exported(tmp_path / "FCIDUMP", parity))
    levels = solve(DOT, 3, 8)
    allowed = levels.energies[[parity in (None, {1: "even", 2: "odd"}[irrep]) for irrep in levels.irreps.tolist()]]
    assert found["energy"] == pytest.approx(allowed[0], abs=1e-9)


@pytest.mark.parametrize("parity", ["odd", None])
def test_block2_reads_the_integrals_and_the_header(parity, tmp_path):
    """Every integral, and the irreps that were asked for."""
    found = run("block2", READERS["block2"], exported(tmp_path / "FCIDUMP", parity))
    tensor = interaction_integrals(Dot(9.5, 1.9e-3, 5)).tensor()
    assert abs(tensor - found["two"]).max() < 1e-14
    assert abs(DOT.one_body - found["one"]).max() < 1e-14
    expected = (2, LABELS) if parity else (1, [1] * 5)
    assert (found["isym"], found["labels"], found["electrons"]) == (*expected, 3)


def test_openfermion_finds_the_ground_state(tmp_path):
    """From the operators of the file, between all determinants of three electrons."""
    found = run("openfermion", READERS["openfermion"], exported(tmp_path / "FCIDUMP", None))
    assert found["energy"] == pytest.approx(solve(DOT, 3, 1).energies[0], abs=1e-10)

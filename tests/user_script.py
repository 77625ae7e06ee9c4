"""A script as a user writes it, and mypy's opinion of it."""

import subprocess
import sys

SCRIPT = """
from pathlib import Path

import numpy as np

import analytic
import numeric
import qdverify
from numeric import Dot, IntegralDot, Lead, LevelScheme, coulomb_peaks, currents, solve, stability_diagram
from qdverify import sweep

dot = Dot(length=9.5, cutoff=1.9e-3, orbitals=5, kernel="contact")
spectra = [solve(dot, electrons, levels) for electrons, levels in ((0, 1), (1, 2), (2, 2))]
scheme: LevelScheme = LevelScheme.from_spectra(spectra, weights=[1, 1, 1, 1, 1])
by_hand = LevelScheme([0, 1], [0.0, 0.1], (0, 1), [0], np.array([1]), M=[0.5])
also = LevelScheme.from_matrices({0: [0.0], 1: [0.1]}, {0: [0], 1: (1,)}, {0: [[0.5]]})
peaks: dict[int, float] = coulomb_peaks(scheme)
found = currents(by_hand, [Lead("L", 1, 0.1), Lead("R", 1, -0.1)], kT=0.01)
value: float = float(found) + float(np.asarray(found)[0])
diagram = stability_diagram(scheme, bias=[0.0, 0.1], gate=np.linspace(0, 1, 3), kT=0.01)
diagram["dI_dV"].to_netcdf(Path("diagram.nc"))
weight = analytic.clebsch_gordan_weight(0, 1)
text: str = repr(spectra[0]) + str(weight) + str(numeric.KERNELS)
report: qdverify.Report = qdverify.verify("builtin", suites=["spin"], expected="expected.toml")
report = qdverify.verify("builtin", expected=Path("expected.toml"))
answer = qdverify.oracle("spectrum", dot=dot, electrons=2, levels=1)
bound: float = answer.bound("energies")
file = qdverify.read_fcidump("FCIDUMP")
sites = IntegralDot([[0.0, -1.0], [-1.0, 0.0]], np.zeros((2, 2, 2, 2)), irreps=[1, 1], weights={"L": [1, 0]})
of_file: IntegralDot = IntegralDot.from_document(file.dot)
irreps: list[int] = [int(irrep) for irrep in solve(sites, 2, 2).irreps]
couplings: list[numeric.FloatArray] = [*sites.weights.values()]
answer = qdverify.oracle("spectrum", dot=file.exact_dot, electrons=2)
done: sweep.Progress = sweep.run_sweep(sweep.read_plan("plan.toml"), "store.sqlite")
points = sweep.open(Path("store.sqlite"), partial=True)
"""
WRONG = """
levels: int = solve(dot, 1, 1)
solve('dot', 1, 1)
qdverify.verify("builtin", suites=3)
"""


def mypy_says(folder, script, *, python=sys.executable):
    """Return what mypy --strict prints of a script in a folder, with the packages of the interpreter given."""
    (folder / "script.py").write_text(script)
    command = [sys.executable, "-m", "mypy", "--strict", "--python-executable", str(python), "script.py"]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder).stdout

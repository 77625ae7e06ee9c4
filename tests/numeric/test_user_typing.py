"""A user's own script passes mypy --strict, with lists where arrays are meant and without casts."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
from pathlib import Path

import numpy as np

import analytic
import numeric
from numeric import Dot, Lead, LevelScheme, coulomb_peaks, currents, solve, stability_diagram

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
"""


@pytest.mark.slow
def test_a_users_script_passes_strict_mypy(tmp_path):
    """LevelScheme and the others take what numpy calls array-like; nothing that is exported is untyped."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", str(script)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    assert done.returncode == 0, done.stdout
    wrong = tmp_path / "wrong.py"
    wrong.write_text(SCRIPT + "\nlevels: int = solve(dot, 1, 1)\nsolve('dot', 1, 1)\n")
    done = subprocess.run([*command[:-1], str(wrong)], capture_output=True, text=True, check=False, cwd=root)
    assert done.stdout.count("error:") == 2, done.stdout

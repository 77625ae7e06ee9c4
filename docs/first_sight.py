"""Draw the first picture of the README: a diamond beside a screenshot of a failing report.

python docs/first_sight.py SCREENSHOT.png docs/_static/first-sight.png
"""

import sys

import matplotlib.pyplot as plt
import numpy as np

from numeric import Dot, LevelScheme, coulomb_peaks, solve, stability_diagram


def main(screenshot: str, target: str) -> None:
    """Write the picture."""
    dot = Dot.paper()
    spectra = [solve(dot, electrons=N, levels=k) for N, k in ((0, 1), (1, 2), (2, 6), (3, 12), (4, 16))]
    scheme = LevelScheme.from_spectra(spectra)
    peaks = coulomb_peaks(scheme)
    gate = np.linspace(peaks[3] - 0.15, peaks[4] + 0.15, 301)
    diagram = stability_diagram(scheme, bias=np.linspace(-0.9, 0.9, 301), gate=gate, kT=0.004)
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 5.2), layout="constrained", width_ratios=(1, 1.05))
    shown = np.log10(1 + np.abs(diagram["dI_dV"].transpose("bias", "gate").values) / 0.05)
    left.pcolormesh(gate, diagram["bias"], shown, cmap="Greys", rasterized=True)
    left.set_xlabel(r"gate $e\phi$ ($E_H^*$)")
    left.set_ylabel(r"bias $V$ ($E_H^*/e$)")
    left.set_title("three electrons: |dI/dV|")
    right.imshow(plt.imread(screenshot))
    right.set_axis_off()
    figure.savefig(target, dpi=110)


if __name__ == "__main__":
    main(*sys.argv[1:])

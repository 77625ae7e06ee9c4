"""The modules of this folder import each other by their bare names, and the judge's table from the benchmarks."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2] / "benchmarks")]

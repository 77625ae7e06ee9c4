"""Where the time of a spectrum goes: CPU seconds of the stages of `solve` and `transition_probabilities`.

    python benchmarks/spectrum_stages.py [--repeats 10] [--case NAME ...]

Cases as in `spectrum.py`. A stage's time is that of its functions without that of other stages which they call; the
least of the repetitions, which other work on the machine stretches least, in one thread if the environment says so
(OPENBLAS_NUM_THREADS=1).
"""

import argparse
import itertools
import time
from collections import defaultdict
from contextlib import ExitStack
from unittest.mock import patch

from spectrum import CASES

import numeric.eigensolver
import numeric.hamiltonian
import numeric.level_count
import numeric.reference_space
import numeric.search
import numeric.spectrum
import numeric.transitions
from numeric import Dot

STAGES = {
    "products with H": [(numeric.hamiltonian.HamiltonianBase, "apply")],
    "preconditioner": [(numeric.reference_space.ReferenceSpace, "precondition")],
    "orthogonalisation, Ritz pairs": [(numeric.search, "lowest_eigenpairs")],
    "start: lowest configurations": [
        (numeric.reference_space.ReferenceSpace, "estimates"),
        (numeric.reference_space.ReferenceSpace, "start"),
    ],
    "proof that none is missed": [(numeric.level_count.LevelCount, "most")],
    "spins": [(numeric.spectrum, "_levels")],
    "set-up, small sectors": [(numeric.spectrum, "solve")],
    "amplitudes": [(numeric.transitions, "transition_probabilities")],
}


class Stopwatch:
    """CPU seconds by stage; starting one stage inside another stops the other one's clock."""

    def __init__(self):
        self.seconds = defaultdict(float)
        self.running = []
        self.since = time.process_time()

    def switch(self):
        """Book the time since the last switch on the stage that runs."""
        now = time.process_time()
        if self.running:
            self.seconds[self.running[-1]] += now - self.since
        self.since = now

    def timed(self, stage, function):
        """Return the function with its time booked on a stage."""

        def booked(*arguments, **options):
            self.switch()
            self.running.append(stage)
            try:
                return function(*arguments, **options)
            finally:
                self.switch()
                self.running.pop()

        return booked


def measure(case):
    """Return the seconds of every stage in one run of a case."""
    M, tasks = CASES[case]
    watch = Stopwatch()
    with ExitStack() as stack:
        for stage, functions in STAGES.items():
            for home, name in functions:
                stack.enter_context(patch.object(home, name, watch.timed(stage, getattr(home, name))))
        spectra = [numeric.spectrum.solve(Dot.paper(M), N, levels) for N, levels in tasks]
        for pair in itertools.pairwise(spectra):
            numeric.transitions.transition_probabilities(*pair)
    return watch.seconds


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--case", action="append", choices=CASES, help="default: paper and five-13")
    arguments = parser.parse_args()
    cases = arguments.case or ["paper", "five-13"]
    runs = {case: [measure(case) for _ in range(arguments.repeats)] for case in cases}
    print(f"{'stage, CPU ms':32}" + "".join(f"{case:>10}" for case in cases))
    for stage in STAGES:
        least = [1e3 * min(run[stage] for run in runs[case]) for case in cases]
        print(f"{stage:32}" + "".join(f"{value:10.1f}" for value in least))
    totals = [1e3 * min(sum(run.values()) for run in runs[case]) for case in cases]
    print(f"{'all':32}" + "".join(f"{total:10.1f}" for total in totals))


if __name__ == "__main__":
    main()

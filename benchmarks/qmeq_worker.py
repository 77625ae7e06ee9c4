"""Run QmeQ over a list of points: the peer's half of benchmarks/transport.py, started with the peer's interpreter.

usage: python qmeq_worker.py INPUT.npz OUTPUT.npz

INPUT holds energies (n,), electrons (n,), amplitudes (2, n, n) for spin up and down, rates (2,), kT, gate (p,),
bias (p,), repeat and the settings norm_row, symq, kernel. Rates in QmeQ are 2 pi |T|^2 f; the two spin channels of a
lead are leads of their own, so that their amplitudes do not interfere; the gate is a common shift of all chemical
potentials.
"""

import contextlib
import io
import sys
import time

import numpy as np


def system(case):
    """Build the system of one case."""
    import qmeq  # noqa: PLC0415  (only the peer's interpreter has it)

    amplitudes = np.asarray(case["amplitudes"])
    tba = np.zeros((4, *amplitudes.shape[1:]), dtype=complex)
    for lead in range(2):
        for spin in range(2):
            one_way = np.sqrt(case["rates"][lead] / (2 * np.pi)) * amplitudes[spin]
            tba[2 * lead + spin] = one_way + one_way.T
    every = dict.fromkeys(range(4))
    return qmeq.BuilderManyBody(
        Ea=case["energies"],
        Na=[int(N) for N in case["electrons"]],
        Tba=tba,
        mulst=dict.fromkeys(every, 0.0),
        tlst=dict.fromkeys(every, float(case["kT"])),
        dband=dict.fromkeys(every, 1e6),
        kerntype=str(case["kernel"]),
        itype=3,
        symq=bool(case["symq"]),
        norm_row=int(case["norm_row"]),
    )


def sweep(case):
    """Solve every point; return current, smallest and largest population, success, and seconds of the fastest pass."""
    dot, mu = system(case), None
    points = list(zip(case["gate"].tolist(), case["bias"].tolist(), strict=True))
    result = np.zeros((4, len(points)))
    seconds = np.inf
    for _ in range(int(case["repeat"])):
        start = time.process_time()
        for k, (gate, bias) in enumerate(points):
            mu = dot.leads.mulst
            mu[0] = mu[1] = gate + bias / 2
            mu[2] = mu[3] = gate - bias / 2
            dot.solve(qdq=False)
            populations, current = dot.phi0, dot.current
            result[0, k] = current[0].real + current[1].real
            result[1, k], result[2, k] = populations.min(), populations.max()
            result[3, k] = dot.success
        seconds = min(seconds, time.process_time() - start)
    return result, seconds


def main():
    """Read the case, run it, write the outcome."""
    with np.load(sys.argv[1]) as stored:
        case = dict(stored)
    with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        result, seconds = sweep(case)
    np.savez(sys.argv[2], result=result, seconds=seconds)


if __name__ == "__main__":
    main()

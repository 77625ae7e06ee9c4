"""What a proof costs: the oracle beside numeric for the same case: `python benchmarks/proof_cost.py`.

CPU seconds of one thread in one process, each case in a fresh process, so that neither side remembers anything. The
factor is what twelve proven digits cost more than the same numbers in floating point.
"""

from __future__ import annotations

import json
import subprocess
import sys

CASES = {
    "integrals of 10 orbitals, all": ("interaction_integrals", 10, {}),
    "N = 2, M = 8, four levels": ("spectrum", 8, {"electrons": 2, "levels": 4}),
    "N = 3, M = 8, five levels": ("spectrum", 8, {"electrons": 3, "levels": 5}),
    "N = 4, M = 9, six levels": ("spectrum", 9, {"electrons": 4, "levels": 6}),
    "N = 3, M = 13, five levels": ("spectrum", 13, {"electrons": 3, "levels": 5}),
    "M_ji, N = 2 to 3, M = 8": ("transition_probabilities", 8, {"electrons": 2, "levels_from": 3, "levels_to": 5}),
    "current, four levels": ("current", 0, {}),
}
ONE = """
import json, sys, time
from qdverify.protocol.case import Case
from qdverify.suite.checks.memory import base
task, orbitals, rest, side = json.loads(sys.argv[1])
dot = {"length": "19/2", "cutoff": "19/10000", "orbitals": orbitals, "kernel": "soft-coulomb", "strength": "1"}
if task == "interaction_integrals":
    M = range(1, orbitals + 1)
    rest = {"indices": [[p, q, r, s] for p in M for q in M for r in M for s in M if q <= p and s <= r]}
inputs = base(task) if task == "current" else {"dot": dot, **rest}
if side == "oracle":
    from qdverify.reference.oracle import oracle
    ask = lambda: oracle(Case(task, inputs), digits=12)
else:
    from qdverify.implementations.builtin import Builtin
    if "dot" in inputs:
        inputs["dot"] = {**dot, "length": 9.5, "cutoff": 0.0019, "strength": 1.0}
    code = Builtin()
    ask = lambda: getattr(code, task)(**inputs)
start = time.process_time()
ask()
print(time.process_time() - start)
"""


def seconds(task: str, orbitals: int, rest: dict, side: str) -> float:
    """Return the CPU seconds of one side, the best of three processes."""
    arguments = [sys.executable, "-c", ONE, json.dumps([task, orbitals, rest, side])]
    return min(float(subprocess.run(arguments, capture_output=True, text=True, check=True).stdout) for _ in range(3))


def main() -> None:
    """Print the table."""
    print("| case | numeric | oracle, 12 digits proven | factor |")
    print("| --- | --- | --- | --- |")
    for name, case in CASES.items():
        here, proven = (seconds(*case, side) for side in ("numeric", "oracle"))
        print(f"| {name} | {1e3 * here:.1f} ms | {1e3 * proven:.0f} ms | {proven / here:.0f} |")


if __name__ == "__main__":
    main()

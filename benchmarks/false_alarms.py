"""Put five honest programs under the suite at many seeds, and count the false alarms.

    python benchmarks/false_alarms.py builtin --seeds 0:200 --out seeds-builtin.jsonl

Programs: builtin; plain-python and cpp, the two starter kits; lu, rate equations by LU with a claim of absolute 1e-9,
which declines what its condition does not allow; any-order, whose levels that coincide come mixed and in any order.

Each seed adds one line to the file: seed, counts by verdict, alarms. A file that is there is carried on with: seeds
that it holds are skipped. Seeds share fixed questions, which are asked at the first seed of a run only. The suite
"paper" is left out, because its deviations from print are known.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "qdverify"))

from honest_programs import AnyOrder, CarefulLU  # noqa: E402  (its folder is no package)

from qdverify.faults.false_alarms import ALARMS, seed_outcomes  # noqa: E402
from qdverify.implementations.inprocess import InProcess  # noqa: E402
from qdverify.implementations.resolve import resolve  # noqa: E402
from qdverify.suite.declare import select  # noqa: E402
from qdverify.suite.finding import Verdict  # noqa: E402

PROGRAMS = ("builtin", "plain-python", "cpp", "lu", "any-order")


def maker(name, folder):
    """Return a function that starts the program of that name, and the verdicts that count as alarms."""
    if name == "cpp":
        program = Path(folder) / "quantum_dot"
        source = ROOT / "examples" / "cpp" / "quantum_dot.cpp"
        subprocess.run(["g++", "-std=c++17", "-O2", "-o", str(program), str(source)], check=True)
        return lambda: resolve(f"command:{program}"), ALARMS
    if name == "plain-python":
        program = ROOT / "examples" / "plain_python" / "quantum_dot.py"
        return lambda: resolve(f"command:{sys.executable} {program}"), ALARMS
    if name == "lu":
        return lambda: InProcess(CarefulLU()), ALARMS - {Verdict.DECLINED}
    if name == "any-order":
        return lambda: InProcess(AnyOrder()), ALARMS
    return lambda: resolve("builtin"), ALARMS


def line(outcome, seconds):
    """Return the record of one seed as one line of JSON."""
    alarms = [
        {
            "id": finding.id,
            "case": finding.case,
            "verdict": str(finding.verdict),
            "detail": finding.detail,
            "deviation": finding.comparison.deviation if finding.comparison else None,
            "tolerance": finding.comparison.tolerance.value if finding.comparison else None,
            "note": finding.comparison.note if finding.comparison else "",
        }
        for finding in outcome.alarms
    ]
    counts = {str(verdict): count for verdict, count in outcome.counts.items()}
    return json.dumps({"seed": outcome.seed, "cpu_seconds": round(seconds, 1), "counts": counts, "alarms": alarms})


def main():
    """Try the seeds that the file does not hold yet."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("program", choices=PROGRAMS)
    options.add_argument("--seeds", default="0:10", help="first and last-plus-one, such as 0:200")
    options.add_argument("--level", default="quick", choices=("quick", "full"))
    options.add_argument("--out", type=Path, required=True)
    given = options.parse_args()
    start, end = map(int, given.seeds.split(":"))
    done = {json.loads(text)["seed"] for text in given.out.read_text().splitlines()} if given.out.exists() else set()
    checks = [check for check in select(None, given.level) if check.suite != "paper"]
    with tempfile.TemporaryDirectory() as folder:
        make, alarms = maker(given.program, folder)
        before = time.process_time()
        wanted = [seed for seed in range(start, end) if seed not in done]
        for outcome in seed_outcomes(make, checks, wanted, given.level, alarms=alarms):
            with given.out.open("a") as out:
                out.write(line(outcome, time.process_time() - before) + "\n")
            before = time.process_time()
            print(f"seed {outcome.seed}: {len(outcome.alarms)} alarms", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()

"""Put honest programs under the suite at many seeds, and count the false alarms.

    python benchmarks/false_alarms.py all --seeds 0:200 --out seeds

Programs: builtin; plain-python and cpp, the two starter kits; lu, rate equations by LU with a claim of absolute 1e-9,
which declines what its condition does not allow; any-order, whose levels that coincide come mixed and in any order;
spin-lu, the same as lu for states in a field, and devices, the starter kit for leads, heat and fields. "all" are all.

Each seed adds one line to the file of each program: seed, counts by verdict, alarms. Files that are there are carried
on with: seeds that they hold are skipped. At each seed all programs are asked in turn, and share the references.

Many questions are the same at every seed. A program is asked them at the first seed of a run, and at every further seed
those that depend on it: about a third of a whole run. The counts are of findings that were made, none is counted twice.
Each seed starts the program anew, so that state which builds up over seeds is not tried. The suite "paper" is left out,
because its deviations from print are known.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "qdverify"))

from honest_programs import AnyOrder, CarefulLU, SpinLU  # noqa: E402  (its folder is no package)

from qdverify.faults.shared_references import SharedReferences  # noqa: E402
from qdverify.implementations.inprocess import InProcess  # noqa: E402
from qdverify.implementations.resolve import resolve  # noqa: E402
from qdverify.run.false_alarms import ALARMS, seed_outcomes  # noqa: E402
from qdverify.suite.declare import select  # noqa: E402
from qdverify.suite.finding import Verdict  # noqa: E402

KITS = {"plain-python": "quantum_dot.py", "devices": "devices.py"}
PROGRAMS = ("builtin", *KITS, "cpp", "lu", "spin-lu", "any-order")


def maker(name, folder):
    """Return a function that starts the program of that name, and the verdicts that count as alarms."""
    if name == "cpp":
        program = Path(folder) / "quantum_dot"
        source = ROOT / "examples" / "cpp" / "quantum_dot.cpp"
        subprocess.run(["g++", "-std=c++17", "-O2", "-o", str(program), str(source)], check=True)
        return lambda: resolve(f"command:{program}"), ALARMS
    if name in KITS:
        program = ROOT / "examples" / "plain_python" / KITS[name]
        return lambda: resolve(f"command:{sys.executable} {program}"), ALARMS
    if name in ("lu", "spin-lu"):
        solver = CarefulLU if name == "lu" else SpinLU
        return lambda: InProcess(solver()), ALARMS - {Verdict.DECLINED}
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


def cpu_seconds():
    """Return the CPU time of this process and of the programs that it has ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def seeds_in(file):
    """Return the seeds that a file of results holds."""
    return {json.loads(text)["seed"] for text in file.read_text().splitlines()} if file.exists() else set()


def tried(programs, seeds, level, out, patterns):
    """Yield program, outcome and CPU seconds, seed by seed, of all that the files in `out` do not hold yet."""
    done = {name: seeds_in(out / f"{name}.jsonl") for name in programs}
    checks = [check for check in select(None, level, patterns) if check.suite != "paper"]
    references = SharedReferences()
    references.install()
    with tempfile.TemporaryDirectory() as folder:
        outcomes = {}
        for name in programs:
            make, alarms = maker(name, folder)
            wanted = [seed for seed in seeds if seed not in done[name]]
            outcomes[name] = seed_outcomes(make, checks, wanted, level, alarms=alarms)
        for seed in seeds:
            for name in programs:
                if seed not in done[name]:
                    before = cpu_seconds()
                    yield name, next(outcomes[name]), cpu_seconds() - before
            references.forget()
    references.remove()


def main():
    """Try the seeds that the files do not hold yet."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("programs", nargs="+", choices=(*PROGRAMS, "all"))
    options.add_argument("--seeds", default="0:10", help="first and last-plus-one, such as 0:200")
    options.add_argument("--level", default="quick", choices=("quick", "full"))
    options.add_argument("--check", action="append", metavar="GLOB", help="checks of such names only")
    options.add_argument("--out", type=Path, required=True, help="folder of one file for each program")
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    programs = PROGRAMS if "all" in given.programs else tuple(given.programs)
    seeds = range(*map(int, given.seeds.split(":")))
    for name, outcome, seconds in tried(programs, seeds, given.level, given.out, given.check):
        with (given.out / f"{name}.jsonl").open("a") as out:
            out.write(line(outcome, seconds) + "\n")
        print(
            f"seed {outcome.seed}, {name}: {len(outcome.alarms)} alarms, {seconds:.1f} s", file=sys.stderr, flush=True
        )


if __name__ == "__main__":
    main()

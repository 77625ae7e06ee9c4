"""What each check costs against what it alone kills: `python benchmarks/check_costs.py [--level full] [--update]`.

Costs are CPU seconds of the builtin implementation and of the judge together, in one process, check by check in the
order of a run: what an earlier check has asked is not computed again. What a check kills comes from the shipped kill
table: *alone* are the faults that no other check catches.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from pathlib import Path

from qdverify.implementations.resolve import resolve
from qdverify.suite.declare import Scope, select
from qdverify.suite.kill_table import shipped
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject

TABLE = Path(__file__).parents[1] / "qdverify" / "run" / "costs.json"


def main():
    """Print the total, then the checks from the dearest to the cheapest."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--level", default="quick", choices=("quick", "full"))
    options.add_argument("--update", action="store_true", help=f"write the costs of this level to {TABLE.name}")
    given = options.parse_args()
    kills = shipped()["kills"]
    caught = Counter(name for row in kills for name in row["checks"])
    alone = Counter(row["checks"][0] for row in kills if len(row["checks"]) == 1)
    subject, scope = Subject(resolve("builtin")), Scope(given.level)
    costs = {}
    for check in select(None, given.level):
        start = time.process_time()
        findings = run_checks(subject, [check], scope)
        costs[check.id] = time.process_time() - start, len(findings)
    total = sum(seconds for seconds, _ in costs.values())
    if given.update:
        table = json.loads(TABLE.read_text())
        table[given.level] = {name.partition("@")[0]: round(seconds, 3) for name, (seconds, _) in costs.items()}
        TABLE.write_text(json.dumps(table, indent=1) + "\n")
    print(f"level {given.level}: {total:.1f} s, {sum(count for _, count in costs.values())} findings\n")
    print("| check | CPU seconds | findings | faults caught | alone |")
    print("| --- | --- | --- | --- | --- |")
    for name, (seconds, count) in sorted(costs.items(), key=lambda item: -item[1][0]):
        print(f"| `{name}` | {seconds:.2f} | {count} | {caught[name]} | {alone[name]} |")


if __name__ == "__main__":
    main()

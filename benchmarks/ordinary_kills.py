"""What the suite catches in a program that claims nothing: `python benchmarks/ordinary_kills.py [FILE]`.

The kill table is that of the builtin implementation, which claims relative accuracy at any depth. Here each fault that
reaches the rate equations is tried once more in a program of the class "ordinary", which is held to an absolute 1e-9.
All other tasks have the same accuracy in both. Only checks of the tasks that the fault reaches are asked, those of the
fault's own stage and below first, until one catches it.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from qdverify.faults.fault import all_faults
from qdverify.implementations.inprocess import InProcess
from qdverify.protocol.accuracy import TRANSPORT_TASKS
from qdverify.suite.declare import Scope, select
from qdverify.suite.finding import Stage, Verdict
from qdverify.suite.kill_table import shipped
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject

CAUGHT = {Verdict.FAIL, Verdict.ERROR, Verdict.DECLINED}


def caught(fault, checks):
    """Return the first check that catches the fault in a program that claims nothing, and its stage."""
    target = fault.implementation()
    target.accuracy = {}
    subject = Subject(InProcess(target))
    for check in checks:
        findings = run_checks(subject, [check], Scope())
        if any(finding.verdict in CAUGHT for finding in findings):
            return check
    return None


def main():
    """Print the numbers by stage, and the faults that get through."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    rows = {row["fault"]: row for row in shipped()["kills"]}
    checks, stages = select(None, "quick"), list(Stage)
    tried, home, away, through = Counter(), Counter(), Counter(), []
    for fault in all_faults():
        if not fault.tasks.intersection(TRANSPORT_TASKS):
            continue
        within = [check for check in checks if fault.tasks.intersection(check.tasks)]
        known = rows[fault.name]["checks"] if fault.name in rows else []
        within.sort(key=lambda check: (stages.index(check.stage) > stages.index(fault.stage), check.id not in known))
        found = caught(fault, within)
        tried[fault.stage] += 1
        if found is None:
            through.append(fault.name)
        elif stages.index(found.stage) <= stages.index(fault.stage):
            home[fault.stage] += 1
        else:
            away[fault.stage] += 1
        record = {"fault": fault.name, "stage": str(fault.stage), "caught_by": found.id if found else None}
        if out:
            with out.open("a") as file:
                file.write(json.dumps(record) + "\n")
    print("| stage | faults | caught at home | caught further on | get through |")
    print("| --- | --- | --- | --- | --- |")
    for stage in stages:
        if tried[stage]:
            rest = tried[stage] - home[stage] - away[stage]
            print(f"| {stage} | {tried[stage]} | {home[stage]} | {away[stage]} | {rest} |")
    print("\n".join(through))


if __name__ == "__main__":
    main()

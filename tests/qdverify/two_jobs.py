"""Compare one process that tries checks with two: `python two_jobs.py '{"implementation": ..., "checks": [...]}' ...`.

It is a program of its own, since a process of pytest-xdist has threads and is not to be forked. It prints a JSON list,
for each request the differences and a summary of the run with two.
"""

import json
import sys
from dataclasses import replace
from math import isclose

from qdverify.faults.fault import all_faults
from qdverify.run.verify import verify
from qdverify.suite.finding import Verdict

# what an implementation computes may depend in its last digits on what it remembers
DIGITS = 1e-6


def compared(request):
    """Return the differences between the findings, and how the run with two processes ended."""
    given = request["implementation"]
    faults = {fault.name: fault for fault in all_faults()}
    heard = []
    reports = [
        verify(
            faults[given].implementation() if given in faults else given,
            request.get("suites"),
            checks=request.get("checks"),
            jobs=jobs,
            on_finding=heard.append if jobs == 2 else lambda _: None,
        )
        for jobs in (1, 2)
    ]
    one, two = (report.findings for report in reports)
    differences = [f"{len(one)} and {len(two)} findings"] if len(one) != len(two) else []
    differences += [f"{a} | {b}" for a, b in zip(one, two, strict=False) if not same(a, b)]
    unhinted = sorted(str(replace(finding, hint="", seconds=0.0)) for finding in two)
    if sorted(str(replace(finding, seconds=0.0)) for finding in heard) != unhinted:
        differences.append("what was told as it was found is not what the report holds")
    return {
        "differences": differences,
        "statuses": [report.exit_status for report in reports],
        "blocked": sum(finding.verdict is Verdict.BLOCKED for finding in two),
        "hinted": sum(bool(finding.hint) for finding in two),
        "findings": len(two),
        "stderr": [report.stderr for report in reports],
    }


def same(a, b):
    """Tell whether two findings are the same, but for time and the last digits of what was measured."""
    if (a.comparison is None) != (b.comparison is None):
        return False
    bare = [replace(item, comparison=None, seconds=0.0) for item in (a, b)]
    if bare[0] != bare[1] or a.comparison is None:
        return bare[0] == bare[1]
    p, q = a.comparison, b.comparison
    notes = [item.note.partition("worst at index")[0] for item in (p, q)]
    return notes[0] == notes[1] and close(p.measured, q.measured) and close(p.reference.value, q.reference.value)


def close(a, b):
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(close, a, b))
    return isclose(a, b, rel_tol=DIGITS, abs_tol=1e-12) if isinstance(a, float) else a == b


if __name__ == "__main__":
    sys.stdout.write(json.dumps([compared(json.loads(text)) for text in sys.argv[1:]]))

"""Bring a kill table up to date: only what it lacks is measured, the new faults and the new checks.

A check whose verdict could change has a new version, so it is new here. A known fault is not tried if no new check can
tell it from the builtin implementation. Faults that remember what was asked before are measured as a whole if a check
that reaches them is new, because it shifts which question is the hundredth. The reference of each question is computed
once for all faults, and so is each spectrum of the builtin implementation. A fault that has changed is not noticed:
give it a new name, or measure the whole table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qdverify.faults.fault import all_faults
from qdverify.faults.kill_table import Kill, kill, kill_by
from qdverify.faults.memory import OF_MEMORY
from qdverify.faults.shared_references import shared_references
from qdverify.faults.shared_spectra import shared_spectra
from qdverify.suite.declare import Check, Scope
from qdverify.suite.kill_table import KillTable


def updated_kills(
    table: KillTable, checks: Sequence[Check], scope: Scope, on_kill: Callable[[Kill], None] = lambda _: None
) -> tuple[Kill, ...]:
    """Return what the suite makes of every fault, with the rows of a table for what it knows.

    Parameters
    ----------
    table
        An earlier kill table of the same level and seed.
    checks
        All checks of the level, in the order in which they run.
    on_kill
        Called with the outcome of each fault as it is known.
    """
    rows = {row["fault"]: row["checks"] for row in table["kills"]}
    new = {check.id for check in checks} - table["checks"].keys()
    tasks = {task for check in checks if check.id in new for task in check.tasks}
    few = _with_requirements(new, checks)
    kills = []
    with shared_references(), shared_spectra():
        for fault in all_faults():
            known = fault.name in rows
            if known and not fault.tasks.intersection(tasks):
                caught = {*rows[fault.name]}
            elif known and fault.name not in OF_MEMORY:
                caught = {*rows[fault.name], *new.intersection(kill(fault, few, scope).checks)}
            else:
                caught = {*kill(fault, checks, scope).checks}
            kills.append(kill_by(fault, {check.id: check.stage for check in checks if check.id in caught}))
            on_kill(kills[-1])
    return tuple(kills)


def _with_requirements(ids: set[str], checks: Sequence[Check]) -> list[Check]:
    """Return the checks with these ids and all that they rest on, directly or not."""
    wanted: list[Check] = []
    names: set[str] = set()
    for check in reversed(checks):  # each stands after those that it rests on
        if check.id in ids or check.name in names:
            wanted.append(check)
            names.update(check.requires)
    return wanted[::-1]

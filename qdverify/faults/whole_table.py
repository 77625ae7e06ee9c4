"""The kill table measured as a whole, and compared row by row with one that was measured earlier.

All faults are put under all checks in one process, which computes the reference of each question, and each
spectrum of the builtin implementation, once. What a table
records of a fault may be outdated although no new check and no new fault says so: a fault, the builtin implementation
that it rests on, or a comparator may have changed. Only a whole measurement shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qdverify.faults.fault import Fault
from qdverify.faults.kill_table import Kill, kill
from qdverify.faults.shared_references import shared_references
from qdverify.faults.shared_spectra import shared_spectra
from qdverify.suite.declare import Check, Scope
from qdverify.suite.kill_table import KillTable


@dataclass(frozen=True)
class Difference:
    """How the row of a fault differs from that of an earlier table.

    Attributes
    ----------
    gained, lost
        Ids of the checks that catch the fault now and did not, and the other way round.
    known
        Whether the earlier table holds the fault at all.
    """

    fault: str
    gained: Sequence[str]
    lost: Sequence[str]
    known: bool = True

    def __str__(self) -> str:
        if not self.known:
            return f"{self.fault}: not in the table; caught by {', '.join(self.gained) or 'no check'}"
        parts = [
            f"{words} {', '.join(checks)}"
            for words, checks in (("now caught by", self.gained), ("no longer by", self.lost))
            if checks
        ]
        return f"{self.fault}: {'; '.join(parts)}"


def measured_kills(
    faults: Sequence[Fault], checks: Sequence[Check], scope: Scope, on_kill: Callable[[Kill], None] = lambda _: None
) -> tuple[Kill, ...]:
    """Return what all of the checks make of each fault; references and spectra are computed once for all faults.

    Parameters
    ----------
    faults
        The faults to measure.
    checks
        All checks of the level, in the order in which they run.
    on_kill
        Called with the outcome of each fault as it is known.
    """
    kills = []
    with shared_references(), shared_spectra():
        for fault in faults:
            kills.append(kill(fault, checks, scope))
            on_kill(kills[-1])
    return tuple(kills)


def difference(table: KillTable, found: Kill) -> Difference | None:
    """Return how the outcome for a fault differs from its row in a table; None if it does not."""
    row = next((row for row in table["kills"] if row["fault"] == found.fault.name), None)
    before = [] if row is None else row["checks"]
    gained = [name for name in found.checks if name not in before]
    lost = [name for name in before if name not in found.checks]
    known = row is not None
    return Difference(found.fault.name, gained, lost, known) if gained or lost or not known else None


def with_rows(table: KillTable, kills: Sequence[Kill]) -> KillTable:
    """Return a table in which the rows of these faults are as they were measured; a fault that it lacks comes last."""
    rows = {row["fault"]: row for row in table["kills"]}
    for item in kills:
        rows[item.fault.name] = {
            "fault": item.fault.name,
            "stage": str(item.fault.stage),
            "sentence": item.fault.sentence,
            "at_home": item.at_home,
            "checks": list(item.checks),
        }
    return {**table, "kills": list(rows.values())}

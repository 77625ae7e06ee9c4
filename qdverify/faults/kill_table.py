"""The power of the suite, measured: which check catches which fault.

A fault is *caught* by a check that fails, or cannot be answered, when the faulty implementation stands under it. It is
caught *at home* when such a check speaks of the fault's own stage or of one below it, so that the report points at the
cause. Checks whose tasks the fault cannot touch are left out: their answers are the builtin implementation's own.

The table comes with the package, as kills.json; `python -m qdverify.faults` makes it anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Final

from qdverify.faults.fault import Fault, all_faults
from qdverify.implementations.inprocess import InProcess
from qdverify.suite.declare import Check, Scope, select
from qdverify.suite.finding import Stage, Verdict
from qdverify.suite.kill_table import KillTable
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject

_CAUGHT: Final = frozenset({Verdict.FAIL, Verdict.ERROR, Verdict.DECLINED})


@dataclass(frozen=True)
class Kill:
    """What the suite made of one fault.

    Attributes
    ----------
    checks
        Ids of the checks that caught it, in the order in which they ran; empty if none did.
    at_home
        Whether one of them speaks of the fault's stage or of one below.
    """

    fault: Fault
    checks: tuple[str, ...]
    at_home: bool


def kill(fault: Fault, checks: Iterable[Check], scope: Scope) -> Kill:
    """Put one faulty implementation under the checks."""
    within_reach = [check for check in checks if fault.tasks.intersection(check.tasks)]
    findings = run_checks(Subject(InProcess(fault.implementation())), within_reach, scope, explain=False)
    caught = {finding.id: finding.stage for finding in findings if finding.verdict in _CAUGHT}
    return kill_by(fault, caught)


def kill_by(fault: Fault, caught: Mapping[str, Stage]) -> Kill:
    """Return the outcome for a fault that these checks caught, each with the stage that it speaks of."""
    stages = list(Stage)
    home = stages.index(fault.stage)
    return Kill(fault, tuple(caught), any(stages.index(stage) <= home for stage in caught.values()))


def kill_table(scope: Scope, on_kill: Callable[[Kill], None] = lambda _: None, *, workers: int = 1) -> tuple[Kill, ...]:
    """Put every fault under the suite, `workers` at a time in processes of their own; call `on_kill` as each ends."""
    faults, kills = all_faults(), []
    with ProcessPoolExecutor(workers) as pool:
        outcomes = pool.map(_kill_by_place, range(len(faults)), repeat(scope))
        for fault, (checks, at_home) in zip(faults, outcomes, strict=True):
            kills.append(Kill(fault, checks, at_home))
            on_kill(kills[-1])
    return tuple(kills)


def _kill_by_place(place: int, scope: Scope) -> tuple[tuple[str, ...], bool]:
    """Return what caught the fault of this index. The index is passed since a fault cannot be pickled."""
    found = kill(all_faults()[place], select(None, scope.level), scope)
    return found.checks, found.at_home


def kills_alone(check: Check, faults: Iterable[Fault], scope: Scope) -> Fault | None:
    """Return the first fault found that a check catches if it is run without the checks that it rests on.

    In a whole run a check is blocked if one that it rests on fails first. Alone it shows what it catches by itself.
    """
    alone = replace(check, requires=())
    stages = list(Stage)
    near = sorted(faults, key=lambda item: abs(stages.index(item.stage) - stages.index(check.stage)))
    return next(
        (item for item in near if item.tasks.intersection(check.tasks) and kill(item, [alone], scope).checks), None
    )


def idle_checks(kills: Iterable[Kill], checks: Iterable[Check]) -> list[Check]:
    """Return the checks that caught no fault at all."""
    busy = {name for kill in kills for name in kill.checks}
    return [check for check in checks if check.id not in busy]


def digest_of_questions(check: Check, scope: Scope) -> str:
    """Return a digest of all that a check asks, its numbers read to twelve digits."""
    asked = json.dumps([[trial.label, trial.inputs] for trial in check.trials(scope)], sort_keys=True)
    rounded = json.loads(asked, parse_float=lambda number: f"{float(number):.12g}")
    return hashlib.sha256(json.dumps(rounded).encode()).hexdigest()[:12]


def changed_under_their_id(table: KillTable, checks: Iterable[Check]) -> list[str]:
    """Return the ids of checks that ask something else than they did for a table: their version must rise."""
    known, scope = table.get("questions", {}), Scope(table["level"], table["seed"])
    return [check.id for check in checks if known.get(check.id, "") not in ("", digest_of_questions(check, scope))]


def document(
    kills: Iterable[Kill], alone: Mapping[str, str | None], checks: Sequence[Check], scope: Scope
) -> KillTable:
    """Return the kill table as JSON values.

    Parameters
    ----------
    kills
        What the suite made of each fault.
    alone
        For each check that caught nothing in the whole run, the fault that it catches when it runs alone, or None.
    checks
        The checks of the run, in the order in which they ran.
    scope
        Level and seed of the run.
    """
    return {
        "level": scope.level,
        "seed": scope.seed,
        "checks": {check.id: str(check.stage) for check in checks},
        "questions": {check.id: digest_of_questions(check, scope) for check in checks},
        "kills": [
            {
                "fault": kill.fault.name,
                "stage": str(kill.fault.stage),
                "sentence": kill.fault.sentence,
                "at_home": kill.at_home,
                "checks": list(kill.checks),
            }
            for kill in kills
        ],
        "alone": dict(alone),
    }

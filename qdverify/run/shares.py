"""How the checks of a run are shared among processes, so that all end at about the same time.

The checks of one suite stay together, since they ask the same questions and need the same references; so do suites that
need each other's references, and the checks that come last, which ask one question of each kind in many ways. What each
check costs is known from runs of the builtin implementation (`costs.json`, made by ``benchmarks/check_costs.py``):
costs that are out of date make a run slower and change nothing else. The same checks are always shared in the same way.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from qdverify.suite.declare import Check

SECONDS_THAT_PAY: Final = 2.0
"""CPU seconds for which it pays to start one more process."""
_USUAL: Final = 0.1
_TOGETHER: Final = (("current", "stationary"), ("heat", "leads"), ("integrals", "spectrum", "transitions"))
"""Suites that would compute references of each other a second time: exact chains, and integrals and levels in balls."""
_GROUP: Final = {suite: suites[0] for suites in _TOGETHER for suite in suites}
_LAST: Final = ""


@cache
def known_seconds(level: str) -> Mapping[str, float]:
    """Return the CPU seconds that each check takes with the builtin implementation, by its name."""
    costs: dict[str, dict[str, float]] = json.loads(
        files("qdverify.run").joinpath("costs.json").read_text(encoding="utf-8")
    )
    return costs[level]


def expected_seconds(check: Check, level: str) -> float:
    """Return the CPU seconds that a check is expected to take; a check that is not in the table takes a usual time."""
    return known_seconds(level).get(check.name, _USUAL)


def jobs_that_pay(checks: Sequence[Check], level: str) -> int:
    """Return how many processes to use for an implementation that may run several times at once.

    One, unless this is Linux, where a process is a copy of this one that needs nothing imported again, and this process
    has one thread only.
    """
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    seconds = sum(expected_seconds(check, level) for check in checks)
    return max(1, min(len(os.sched_getaffinity(0)), int(seconds / SECONDS_THAT_PAY)))


def shares(checks: Sequence[Check], level: str, jobs: int) -> list[list[int]]:
    """Return the positions of the checks that each process tries, in the order in which it tries them.

    The dearest suites go first to whoever has least to do. Checks that look back cost little: they stand at the end of
    the share that has most checks of their tasks, since what it has asked is asked again of the same copy of the
    implementation.

    Returns
    -------
    list
        At most `jobs` lists, none of them empty.
    """
    groups: dict[str, list[int]] = {}
    for position, check in enumerate(checks):
        if not check.looks_back:
            groups.setdefault(_LAST if check.last else _GROUP.get(check.suite, check.suite), []).append(position)

    def cost(group: Sequence[int]) -> float:
        return sum(expected_seconds(checks[position], level) for position in group)

    found: list[list[int]] = [[] for _ in range(jobs)]
    for group in sorted(groups.values(), key=cost, reverse=True):
        min(found, key=cost).extend(group)
    suites = [sorted(share) for share in found]

    def most_alike(check: Check) -> int:
        wanted = set(check.tasks)
        return max(range(jobs), key=lambda k: sum(not wanted.isdisjoint(checks[place].tasks) for place in suites[k]))

    found = [list(share) for share in suites]
    for position, check in enumerate(checks):
        if check.looks_back:
            found[most_alike(check)].append(position)
    return [share for share in found if share]

"""The power of the suite, measured: which check catches which fault.

A fault is *caught* by a check that fails, or cannot be answered, when the faulty implementation stands under it. It is
caught *at home* when such a check speaks of the fault's own layer or of one below it, so that the report points at the
cause. Checks whose tasks the fault cannot touch are left out: their answers are the builtin implementation's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from qdverify.faults.fault import Fault, all_faults
from qdverify.finding import Layer, Verdict
from qdverify.implementations.inprocess import InProcess
from qdverify.runner import run_checks
from qdverify.subject import Subject
from qdverify.suite import Check, Scope, select

_CAUGHT = frozenset({Verdict.FAIL, Verdict.ERROR})


@dataclass(frozen=True)
class Kill:
    """What the suite made of one fault.

    Attributes
    ----------
    checks
        Ids of the checks that caught it, in the order in which they ran; empty where none did.
    at_home
        Whether one of them speaks of the fault's layer or of one below.
    """

    fault: Fault
    checks: tuple[str, ...]
    at_home: bool


def kill(fault: Fault, checks: Iterable[Check], scope: Scope) -> Kill:
    """Put one faulty implementation under the checks."""
    within_reach = [check for check in checks if fault.tasks.intersection(check.tasks)]
    findings = run_checks(Subject(InProcess(fault.implementation())), within_reach, scope)
    caught = {finding.id: finding.layer for finding in findings if finding.verdict in _CAUGHT}
    layers = list(Layer)
    home = layers.index(fault.layer)
    return Kill(fault, tuple(caught), any(layers.index(layer) <= home for layer in caught.values()))


def kill_table(scope: Scope, on_kill: Callable[[Kill], None] = lambda _: None) -> tuple[Kill, ...]:
    """Put every fault under the suite; `on_kill` is called as each ends."""
    checks = select(None, scope.level)
    kills = []
    for fault in all_faults():
        kills.append(kill(fault, checks, scope))
        on_kill(kills[-1])
    return tuple(kills)


def kills_alone(check: Check, faults: Iterable[Fault], scope: Scope) -> Fault | None:
    """Return a fault that a check catches when nothing stands before it, the first one found.

    In a whole run a check that rests on others is blocked where those fail first; its own power shows without them.
    """
    alone = replace(check, requires=())
    layers = list(Layer)
    near = sorted(faults, key=lambda item: abs(layers.index(item.layer) - layers.index(check.layer)))
    return next(
        (item for item in near if item.tasks.intersection(check.tasks) and kill(item, [alone], scope).checks), None
    )


def idle_checks(kills: Sequence[Kill], checks: Iterable[Check]) -> list[str]:
    """Return the ids of the checks that caught no fault at all."""
    busy = {id for kill in kills for id in kill.checks}  # noqa: A001  (the report's field name)
    return [check.id for check in checks if check.id not in busy]


def as_markdown(kills: Sequence[Kill], alone: Mapping[str, str], scope: Scope) -> Iterator[str]:
    """Yield the lines of the published page.

    Parameters
    ----------
    kills
        The table.
    alone
        For each check that caught nothing in the whole run, the fault that it catches when it runs alone.
    scope
        Level and seed of the run.
    """
    yield "# The faults that the suite catches"
    yield ""
    yield "Each row is the builtin implementation with one slip. A check whose prerequisites failed is blocked and does"
    yield "not count here. `python -m qdverify.faults FILE` makes this page."
    yield ""
    caught = sum(bool(kill.checks) for kill in kills)
    yield f"Level {scope.level}, seed {scope.seed}: {caught} of {len(kills)} faults caught."
    yield ""
    yield "| layer | fault | the slip | caught by |"
    yield "|---|---|---|---|"
    for kill in kills:
        checks = ", ".join(f"`{id}`" for id in kill.checks) or "**none**"  # noqa: A001
        yield f"| {kill.fault.layer} | `{kill.fault.name}` | {kill.fault.slip} | {checks} |"
    yield ""
    yield "## Checks that stand behind others"
    yield ""
    yield "These catch a fault when they run alone; in a whole run an earlier check has stopped it already."
    yield ""
    yield "| check | catches alone |"
    yield "|---|---|"
    for id, fault in alone.items():  # noqa: A001
        yield f"| `{id}` | `{fault}` |"

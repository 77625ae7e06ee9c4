"""The checks of a run on several processes at once, each with an implementation of its own.

The findings are those that one process makes, in the same order: who tries what is settled in advance (`shares`), a
check waits for those that it rests on while others go ahead of it, and one that looks back sees what all have asked, in
the order in which one process would have asked it.
"""

from __future__ import annotations

import contextlib
import importlib
import time
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Final

import psutil

from qdverify.implementations.subprocess_group import adopts_orphans
from qdverify.protocol.answers import Broken, Description
from qdverify.protocol.inputs import InvalidInput
from qdverify.report.figures.answer_types import Illustrations
from qdverify.report.figures.questions import TOGETHER, joined
from qdverify.run.judging_process import Done, Errand, Hello, Illustrate, JudgingProcess, Message, Order, SentMemory
from qdverify.run.shares import shares
from qdverify.suite.declare import Check
from qdverify.suite.finding import Finding
from qdverify.suite.runner import OnFinding, Soundness, not_judged

_ORPHANS_SECONDS: Final = 5.0
_PAUSE: Final = 0.02


class Crew:
    """Processes that try the checks of one errand; a context that ends them all.

    Parameters
    ----------
    errand
        Checks, scope, and how to make an implementation.
    jobs
        Most processes to use.

    Raises
    ------
    InvalidInput
        If the implementation cannot be resolved.
    """

    def __init__(self, errand: Errand, jobs: int) -> None:
        self._errand = errand
        self._waits_for = _waits_for(errand.checks)
        self._todo: dict[JudgingProcess, list[int]] = {}
        self._findings: dict[int, list[Finding]] = {}
        self._under_way: dict[int, list[Finding]] = {}
        self._memory: SentMemory = {}
        self._soundness = Soundness()
        self.stderr = ""
        self.description: Description | Broken = Broken("there is nothing to try")
        try:
            for share in shares(errand.checks, errand.scope.level, jobs):
                self._todo[JudgingProcess(errand)] = share
            self.description = self._greeted()
        except BaseException:
            self.close(at_once=True)
            raise

    def __enter__(self) -> Crew:
        """Return the crew."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """End all processes, at once if an exception or an interrupt ends the run."""
        self.close(at_once=kind is not None)

    def close(self, *, at_once: bool = False) -> None:
        """End all processes, with all that the implementations have started."""
        processes, self._todo = list(self._todo), {}
        told = [process.end(at_once=at_once) for process in processes]
        self.stderr = self.stderr or "\n".join(dict.fromkeys(text for text in told if text))
        if processes:
            _end_orphans()

    def findings(self, on_finding: OnFinding) -> list[Finding]:
        """Try all checks and return their findings in order; `on_finding` gets them as they are made."""
        for process in self._todo:
            self._give(process)
        while busy := {process.channel: process for process in self._todo if process.position is not None}:
            for channel in wait(list(busy)):
                assert isinstance(channel, Connection)
                self._take(busy[channel], busy[channel].receive(), on_finding)
            for process in self._todo:
                if process.position is None:
                    self._give(process)
        assert not any(self._todo.values())
        found = [finding for position in sorted(self._findings) for finding in self._findings[position]]
        return self._errand.expected.conclude(found)

    def illustrate(self) -> Illustrations:
        """Ask two of the implementations for what the figures need; nothing of what one is asked if its process died.

        What draws them takes a second to load, and is loaded while the implementations answer.
        """
        processes = list(self._todo)[: len(TOGETHER)]
        alone = len(processes) == 1 or self._errand.own is not None
        asked = dict(zip(processes, [None] if alone else TOGETHER, strict=False))
        for process, names in asked.items():
            process.tell(Illustrate(names))
        importlib.import_module("qdverify.report.figures.plots")
        found = [process.receive() for process in asked]
        parts = [part for part in found if isinstance(part, dict)]
        return parts[0] if alone and parts else joined(parts)

    def _greeted(self) -> Description | Broken:
        """Return what the implementations said of themselves, in which all must agree."""
        found: list[Description | Broken] = []
        for number, process in enumerate(self._todo, 1):
            hello = process.receive()
            said = hello.said if isinstance(hello, Hello) else Broken("the process that starts it has died")
            if isinstance(said, InvalidInput):
                raise said
            if isinstance(said, Broken) and number > 1:
                said = Broken(f"copy {number} of it, which --jobs 1 does without, did not say hello: {said}")
            found.append(said)
        for said in found:
            if isinstance(said, Broken):
                return said
            if said != found[0]:
                return Broken(f"one copy of it described itself as {found[0]}, another as {said}")
        return found[0]

    def _give(self, process: JudgingProcess) -> None:
        """Let an idle process try the next check of its share that need not wait, if there is one."""
        todo, checks = self._todo[process], self._errand.checks
        # what looks back keeps its place: it must see what the checks before it have asked
        ahead = next((number for number, place in enumerate(todo, 1) if checks[place].looks_back), len(todo))
        position = next((place for place in todo[:ahead] if self._waits_for[place] <= self._findings.keys()), None)
        if position is None:
            return
        todo.remove(position)
        check, memory = checks[position], SentMemory()
        if check.looks_back:
            unknown = self._memory.keys() - process.told
            memory = {place: self._memory[place] for place in unknown if place < position}
        process.tell(Order(position, self._soundness.blockers(check), memory))

    def _take(self, process: JudgingProcess, message: Message | None, on_finding: OnFinding) -> None:
        position = process.position
        assert position is not None
        if isinstance(message, Finding):
            self._under_way.setdefault(position, []).append(message)
            on_finding(message)
        elif isinstance(message, Done):
            process.position = None
            findings = self._under_way.pop(position, [])
            for number, finding in message.changed.items():
                findings[number] = finding
            self._settle(position, findings)
            self._memory[position] = message.asked
        else:
            process.position = None
            lost, self._todo[process] = [position, *self._todo[process]], []
            for place in lost:
                finding = not_judged(self._errand.checks[place], "the process that judges it was ended")
                on_finding(finding)
                self._settle(place, [*self._under_way.get(place, ()), finding])

    def _settle(self, position: int, findings: list[Finding]) -> None:
        self._findings[position] = findings
        self._soundness.add(self._errand.checks[position], findings)


def _waits_for(checks: Sequence[Check]) -> list[frozenset[int]]:
    """Return the positions of the checks that must be done before each: it rests on them or looks back at them."""
    places: dict[str, list[int]] = {}
    for place, check in enumerate(checks):
        places.setdefault(check.name, []).append(place)
    ahead = [place for place, check in enumerate(checks) if not check.looks_back]
    return [
        frozenset(place for name in check.requires for place in places.get(name, ()))
        | frozenset(place for place in ahead if check.looks_back and place < position)
        for position, check in enumerate(checks)
    ]


def _end_orphans() -> None:
    """End what a program has freed by killing the process that judges it, if this process adopts orphans.

    Launchers end by themselves when they have ended their program and removed its folder, and are given time for it.
    """
    deadline = time.monotonic() + _ORPHANS_SECONDS
    while adopts_orphans() and (left := list(_children())):
        if time.monotonic() > deadline:
            for process in left:
                with contextlib.suppress(psutil.Error):
                    process.kill()
        time.sleep(_PAUSE)


def _children() -> Iterator[psutil.Process]:
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error, ChildProcessError):
            if process.status() == psutil.STATUS_ZOMBIE:
                process.wait(0)
            else:
                yield process

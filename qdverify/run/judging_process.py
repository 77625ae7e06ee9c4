"""A process that tries checks on an implementation of its own, one after the other as it is told.

It is a copy of the process that leads the run, made by fork: nothing is imported or chosen anew, and no process of this
user can look into it if none could look into the leader. It ends with the leader, whatever it is doing, and leaves
interrupts to it.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from typing import Final

from qdverify.implementations.base import Implementation
from qdverify.implementations.subprocess_group import adopt_orphans
from qdverify.implementations.subprocess_launch import PR_SET_PDEATHSIG, control
from qdverify.protocol.answers import AnswerError, Broken, Description, Unsupported
from qdverify.protocol.inputs import InvalidInput
from qdverify.report.figures.answer_types import Illustrations
from qdverify.report.figures.questions import illustrate
from qdverify.suite.declare import Check, Scope, within_limits
from qdverify.suite.expected_failures import ExpectedFailures
from qdverify.suite.finding import Finding
from qdverify.suite.own_dot import OwnDot
from qdverify.suite.runner import run_check
from qdverify.suite.subject import Remembered, Subject

_REQUESTS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LAST_SECONDS: Final = 60.0
Memory = dict[int, list[Remembered]]
"""What each check has asked, by its position."""
SentMemory = dict[int, bytes]
"""The same as it travels: whoever only passes it on need not read it."""


@dataclass(frozen=True)
class Errand:
    """What is tried on which implementation: `start` makes one, in the process that calls it.

    With a dot of the user's own, its checks are tried.
    """

    start: Callable[[], Implementation]
    checks: Sequence[Check]
    scope: Scope
    expected: ExpectedFailures
    own: OwnDot | None = None


@dataclass(frozen=True)
class Order:
    """Try the check at a position, which failed checks may block, with questions of others that are not known here."""

    position: int
    blockers: tuple[str, ...]
    memory: SentMemory = field(default_factory=dict)


@dataclass(frozen=True)
class Illustrate:
    """Ask for what the figures of these names need, of all if None."""

    names: tuple[str, ...] | None = None


@dataclass(frozen=True)
class End:
    """End the implementation and this process."""


@dataclass(frozen=True)
class Hello:
    """What the implementation said of itself, or why it said nothing."""

    said: Description | Broken | InvalidInput


@dataclass(frozen=True)
class Done:
    """A check is tried: those of its findings that have changed since they were sent, by their number, and its memory.

    Attributes
    ----------
    asked
        The questions that it has asked, a list of `Remembered` as bytes.
    """

    position: int
    changed: dict[int, Finding]
    asked: bytes


Message = Hello | Finding | Done | Illustrations | str


class JudgingProcess:
    """The process as its leader sees it.

    Attributes
    ----------
    channel
        From it come, as `Message`: a hello, the findings of an order as they are made and `Done` after them,
        illustrations, and what the implementation wrote to standard error at the end.
    position
        Of the check that it tries, if it tries one.
    told
        Positions of the checks of which it knows what they have asked.
    """

    def __init__(self, errand: Errand) -> None:
        context = multiprocessing.get_context("fork")
        self.channel, theirs = context.Pipe()
        with _undisturbed() as mask:
            self._process = context.Process(target=_serve, args=(theirs, errand, os.getpid(), mask), daemon=True)
            self._process.start()
        theirs.close()
        self.position: int | None = None
        self.told: set[int] = set()

    def tell(self, message: Order | Illustrate | End) -> None:
        """Send a message; that the process has died is told by the end of its channel."""
        if isinstance(message, Order):
            self.position = message.position
            self.told |= {message.position, *message.memory}
        with suppress(OSError):
            self.channel.send(message)

    def receive(self) -> Message | None:
        """Wait for a message; None if the process has ended."""
        try:
            message: Message = self.channel.recv()
        except (EOFError, OSError):
            return None
        return message

    def end(self, *, at_once: bool) -> str:
        """End it and return what its implementation wrote to standard error, nothing if it must end at once."""
        stderr = ""
        if not at_once:
            self.tell(End())
            while self.channel.poll(_LAST_SECONDS) and (message := self.receive()) is not None:
                if isinstance(message, str):
                    stderr = message
            self._process.join(_LAST_SECONDS)
        self.channel.close()
        self._process.kill()
        self._process.join()
        return stderr


@contextmanager
def _undisturbed() -> Iterator[set[signal.Signals]]:
    """Let no request to end arrive in the new process before it can leave it to its leader; yield what was blocked."""
    before = {signal.Signals(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, _REQUESTS)}
    try:
        yield before
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(channel: Connection, errand: Errand, leader: int, mask: set[signal.Signals]) -> None:
    control(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != leader:
        os._exit(1)
    for number in _REQUESTS:
        # not ignored: what this process starts would ignore them too
        signal.signal(number, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    adopt_orphans()
    implementation: Implementation | None = None
    try:
        try:
            implementation = errand.start()
            subject = Subject(implementation)
        except (Broken, InvalidInput) as error:
            channel.send(Hello(error))
            channel.recv()
            return
        channel.send(Hello(subject.description))
        _judge(channel, errand, subject)
    except (EOFError, OSError):
        return
    finally:
        if implementation is not None:
            implementation.close()
            with suppress(OSError):
                channel.send(str(getattr(implementation, "stderr", "")))


def _judge(channel: Connection, errand: Errand, subject: Subject) -> None:
    """Follow orders until the end."""
    scope = within_limits(errand.scope, subject.description)
    memory: Memory = {}
    while not isinstance(order := channel.recv(), End):
        if isinstance(order, Illustrate):
            channel.send(illustrate(subject, own=errand.own, names=order.names))
            continue
        check = errand.checks[order.position]
        memory.update((place, pickle.loads(asked)) for place, asked in order.memory.items())
        subject.begin_check()
        asking = subject
        if check.looks_back:
            earlier = sorted(place for place in memory if place < order.position)
            asking = subject.with_memory(item for place in earlier for item in memory[place])
        told: list[Finding] = []

        def tell(finding: Finding, told: list[Finding] = told) -> None:
            told.append(finding)
            channel.send(finding)

        findings = run_check(asking, check, scope, order.blockers, tell, expected=errand.expected)
        changed = {k: found for k, (found, sent) in enumerate(zip(findings, told, strict=True)) if found is not sent}
        memory[order.position] = subject.asked_by_check()
        asked = pickle.dumps([_sendable(item) for item in memory[order.position]])
        channel.send(Done(order.position, changed, asked))


def _sendable(item: Remembered) -> Remembered:
    """Return what was asked with an error that can be sent: one of the protocol, or its text."""
    if isinstance(item.answer, Exception) and not isinstance(item.answer, AnswerError | Broken | Unsupported):
        return replace(item, answer=Broken(str(item.answer)))
    return item

"""A program in any language as an implementation: started, asked over its standard streams, and ended (protocol.md).

A program that hangs, dies, floods or leaves the protocol costs the question at hand and nothing else: it is ended with
all that it started, and started again for the next question, at most `Budgets.restarts` times.
"""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Sequence

from qdverify.implementations import subprocess_messages as messages
from qdverify.implementations.subprocess_channel import Budgets, Channel, ChannelError, Ends, ProgramEnded
from qdverify.protocol.answers import VERSION, AnswerError, Broken, Description, Ended
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.json_types import Question


class Program:
    """An implementation behind a command.

    Parameters
    ----------
    command
        The program and its arguments; no shell sees them.
    suite
        Version of the suite, told to the program.
    budgets
        What it may use.

    Raises
    ------
    InvalidInput
        If there is no such program.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        suite: str,
        budgets: Budgets = Budgets(),  # noqa: B008  (immutable)
    ) -> None:
        if not command or shutil.which(command[0]) is None:
            raise InvalidInput(f"program {command[0] if command else ''!r} must exist and be executable")
        self._command = tuple(command)
        self._suite = suite
        self._budgets = budgets
        self._channel: Channel | None = None
        self._description: Description | None = None
        self._errors = Ends(budgets.stderr_bytes)
        self._starts = 0
        self._requests = 0

    @classmethod
    def from_command_line(cls, text: str, *, suite: str, budgets: Budgets = Budgets()) -> Program:  # noqa: B008  (immutable)
        """Split a command line the way a shell would, without being one."""
        try:
            return cls(shlex.split(text), suite=suite, budgets=budgets)
        except ValueError as error:
            if isinstance(error, InvalidInput):
                raise
            raise InvalidInput(f"command {text!r} must be a command line: {error}") from None

    @property
    def stderr(self) -> str:
        """What the program wrote to standard error, over all its starts: its beginning and its end."""
        return self._errors.text()

    def describe(self) -> Description:
        """Start the program and say hello, unless that is done."""
        self._running()
        if self._description is None:
            raise AssertionError("a running program has said hello")
        return self._description

    def answer(self, task: str, params: Question) -> object:
        """Put a task to the program.

        Raises
        ------
        AnswerError
            An error that it returned.
        Broken
            A crash, a hang, or something that is not the protocol; `Ended` if its process ended.
        """
        return self._ask(self._running(), task, params, self._budgets.request_seconds)

    def close(self) -> None:
        """Ask the program to end, and end it."""
        if self._channel is not None:
            channel, self._channel = self._channel, None
            channel.close(messages.notification("shutdown"))

    def _running(self) -> Channel:
        if self._channel is not None:
            return self._channel
        if self._starts > self._budgets.restarts:
            raise Broken(f"broke down {self._starts} times and is not started again")
        self._starts += 1
        self._channel = channel = Channel(self._command, self._budgets, self._errors)
        params = {"protocol": VERSION, "suite": self._suite}
        try:
            said = messages.description(self._ask(channel, "hello", params, self._budgets.hello_seconds))
        except AnswerError as error:
            self._end()
            raise Broken(f"hello: the program returned error {error.code}: {error}") from error
        except BaseException:
            self._end()
            raise
        if self._description is not None and said != self._description:
            self._end()
            raise Broken(f"described itself as {said} after a restart, as {self._description} before")
        self._description = said
        return channel

    def _ask(self, channel: Channel, method: str, params: Question, seconds: float) -> object:
        self._requests += 1
        number = self._requests
        try:
            return messages.result(number, channel.ask(messages.request(number, method, params), seconds))
        except AnswerError:
            raise
        except ChannelError as error:
            self._end()
            broke_down = Ended if isinstance(error, ProgramEnded) else Broken
            raise broke_down(f"the program {error}") from error
        except BaseException:
            # an error is an answer; anything else leaves the conversation in a state that nobody knows
            self._end()
            raise

    def _end(self) -> None:
        if self._channel is not None:
            channel, self._channel = self._channel, None
            channel.close()

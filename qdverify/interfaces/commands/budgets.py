"""Options of every command that asks an implementation: what a program, or a Python object that is named, may use."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from math import isfinite
from typing import Any, Final

import click

from qdverify.implementations.subprocess_channel import Budgets

Command = Callable[..., Any]
MOST_GIB: Final = 2.0**32
"""More than any machine has, and less than the kernel's counters take."""


class Amount(click.FloatRange):
    """A positive, finite number."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the number."""
        amount = super().convert(value, param, ctx)
        if not isfinite(amount):
            self.fail(f"{value} must be finite.", param, ctx)
        return amount


_OPTIONS = (
    click.option(
        "--request-seconds",
        type=Amount(min=0, min_open=True),
        default=Budgets.request_seconds,
        show_default=True,
        help="Longest time that a program may take to answer one question.",
    ),
    click.option(
        "--memory-gib",
        type=Amount(min=0, max=MOST_GIB, min_open=True),
        default=Budgets.memory_bytes / 2**30,
        show_default=True,
        help="Memory that a program and all that it starts may hold.",
    ),
    click.option(
        "--pass-environment",
        "environment",
        multiple=True,
        metavar="NAME",
        help="Environment variable that a program gets as you have it (HOME, a licence, ...); may be repeated.",
    ),
)


def budget_options(command: Command) -> Command:
    """Give a command the options, and hand them to it as `budgets`."""

    @wraps(command)
    def with_budgets(
        *arguments: Any, request_seconds: float, memory_gib: float, environment: tuple[str, ...], **named: Any
    ) -> Any:
        budgets = Budgets(
            request_seconds=request_seconds, memory_bytes=max(1, int(memory_gib * 2**30)), environment=environment
        )
        return command(*arguments, budgets=budgets, **named)

    for option in reversed(_OPTIONS):
        with_budgets = option(with_budgets)
    return with_budgets

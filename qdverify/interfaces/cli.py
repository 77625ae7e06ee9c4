"""The command line: what users type (interface.md).

Exit status: 0 all that applies passed, 1 a failure, 2 wrong usage or invalid input (one line that names the value
and the rule), 3 incomplete.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

import click

from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.version import suite_version

COMMANDS: Final = {
    "verify": "verify",
    "reproduce": "reproduce",
    "oracle": "oracle",
    "certificate": "certificate",
    "compare": "compare",
    "report": "report",
    "baseline": "baseline",
    "sweep": "sweep",
    "export": "export",
    "list": "list_",
}


class Commands(click.Group):
    """The group of all commands: each is loaded from its own file in `commands` when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load the command of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"qdverify.interfaces.commands.{COMMANDS[cmd_name]}").command
        return command

    def make_context(self, *arguments: Any, **named: Any) -> click.Context:
        """Read the options before the command; wrong usage ends with one line."""
        with _in_one_line():
            return super().make_context(*arguments, **named)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; wrong usage or an invalid input ends with one line and exit status 2."""
        with _in_one_line():
            return super().invoke(ctx)


class _WrongUsage(click.ClickException):
    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"qdverify: {' '.join(self.message.split())}", file=file, err=True)


@contextmanager
def _in_one_line() -> Iterator[None]:
    """Turn what the user got wrong into one line; a command without its arguments still shows its help."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise _WrongUsage(error.format_message()) from None
    except (InvalidInput, OSError) as error:
        raise _WrongUsage(str(error)) from None


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(suite_version(), prog_name="qdverify")
def main() -> None:
    """Verify quantum-dot transport codes against exact and certified references."""

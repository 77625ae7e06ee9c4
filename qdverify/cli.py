"""The command line: what users type (interface.md).

Exit status: 0 all that applies passed, 1 a failure, 2 wrong usage or invalid input (one line that names the value
and the rule), 3 incomplete.
"""

from __future__ import annotations

import importlib
from typing import Final

import click

from qdverify.report.document import suite_version
from qdverify.rules import InvalidInput

COMMANDS: Final = {
    "verify": "verify",
    "reproduce": "reproduce",
    "oracle": "oracle",
    "certificate": "certificate",
    "compare": "compare",
    "baseline": "baseline",
    "sweep": "sweep",
    "export": "export",
    "list": "list_",
}


class Commands(click.Group):
    """The group of all commands: each is loaded from its own file of `qdverify.commands` when it is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load the command of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"qdverify.commands.{COMMANDS[cmd_name]}").command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; an invalid input ends with one line and exit status 2."""
        try:
            return super().invoke(ctx)
        except (InvalidInput, OSError) as error:
            click.echo(f"qdverify: {' '.join(str(error).split())}", err=True)
            ctx.exit(2)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(suite_version(), prog_name="qdverify")
def main() -> None:
    """Verify quantum-dot transport codes against exact and certified references."""

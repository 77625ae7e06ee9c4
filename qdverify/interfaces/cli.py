"""The command line: what users type.

Exit status: 0 all that applies passed, 1 a failure, 2 wrong usage or invalid input (one line that names the value
and the rule), 3 incomplete, 70 a mistake of this package, 130 interrupted.
"""

from __future__ import annotations

import gc
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import IO, Any, Final

import click

from qdverify.interfaces.shell import (
    CRASHED,
    INTERRUPTED,
    finish_streams,
    keep_one_blas_thread,
    log_crash,
    settle_streams,
)
from qdverify.protocol.documents import one_line
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.installation import refuse_shadows
from qdverify.protocol.version import suite_version

# name, and what it does: `qdverify --help` loads none of them
COMMANDS: Final = {
    "verify": "Judge an implementation by the suite.",
    "reproduce": "Recompute the paper's tables and figures.",
    "oracle": "Give reference values with grade and bound.",
    "certificate": "Write certificates, and re-verify them independently.",
    "compare": "Compare two documents, digit by digit.",
    "report": "Show several codes side by side, from the report.json of each.",
    "recover": "Report what a stopped run had found.",
    "baseline": "Keep regression baselines.",
    "sweep": "Ask an implementation for every point of a grid.",
    "export": "Write the dot in formats that other codes read.",
    "list": "List suites, checks, faults and implementations.",
}
_ONE_THREAD: Final = {"reproduce"}
"""Commands whose matrices are so small that threads of the BLAS library only wait for each other."""
_MODULES: Final = {name: "list_" if name == "list" else name for name in COMMANDS}
_LONGEST_MESSAGE: Final = 1000


class Commands(click.Group):
    """The group of all commands: each is loaded from its own file in `commands` when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load the command of that name."""
        if cmd_name not in COMMANDS:
            return None
        try:
            refuse_shadows()
        except ImportError as error:
            raise click.UsageError(str(error)) from None
        gc.disable()  # what modules make while they are loaded is kept: a search for garbage among it finds none
        try:
            module = importlib.import_module(f"qdverify.interfaces.commands.{_MODULES[cmd_name]}")
        finally:
            gc.freeze()
            gc.enable()
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments name, before which linear algebra learns how many threads to use."""
        if args[0] in _ONE_THREAD or (args[0] == "verify" and _asks_only_builtin(args)):
            keep_one_blas_thread()
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(self, *arguments: Any, **named: Any) -> Any:
        """Run the command line in whatever terminal or pipe this is."""
        settle_streams()
        try:
            return super().main(*arguments, **named)
        finally:
            finish_streams()

    def make_context(self, *arguments: Any, **named: Any) -> click.Context:
        """Read the options before the command; wrong usage ends with one line."""
        with _in_one_line():
            return super().make_context(*arguments, **named)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; wrong usage or an invalid input ends with one line and exit status 2."""
        with _in_one_line():
            return super().invoke(ctx)


def _asks_only_builtin(arguments: list[str]) -> bool:
    """Tell whether no program is asked, which would get the number of threads from here too."""
    after = [following for option, following in pairwise(arguments) if option == "--implementation"]
    joined = [argument.partition("=")[2] for argument in arguments if argument.startswith("--implementation=")]
    return set(after + joined) <= {"builtin"}


class _Ended(click.ClickException):
    """An end with one line and an exit status."""

    def show(self, file: IO[Any] | None = None) -> None:
        # imported here: `--help` does not wait for it
        from qdverify.report.shown import visible  # noqa: PLC0415

        click.echo(f"qdverify: {visible(one_line(self.message, _LONGEST_MESSAGE))}", file=file, err=True)


class _WrongUsage(_Ended):
    exit_code = 2


class _Interrupted(_Ended):
    exit_code = INTERRUPTED


class _Crashed(_Ended):
    exit_code = CRASHED


@contextmanager
def _in_one_line() -> Iterator[None]:
    """Turn what went wrong into one line and an exit status; a command without its arguments still shows its help."""
    try:
        yield
    except (click.exceptions.NoArgsIsHelpError, click.exceptions.Exit, _Ended):
        raise
    except click.ClickException as error:
        raise _WrongUsage(error.format_message()) from None
    except (InvalidInput, OSError) as error:
        raise _WrongUsage(str(error)) from None
    except (KeyboardInterrupt, click.Abort):
        raise _Interrupted("interrupted") from None
    except Exception as error:
        log = log_crash(error)
        where = f"the traceback is in {log}" if log else "the traceback could not be written: set TMPDIR"
        raise _Crashed(f"a mistake in qdverify, {type(error).__name__}: {one_line(error)}; {where}") from error


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(suite_version(), prog_name="qdverify")
def main() -> None:
    """Verify quantum-dot transport codes against exact and certified references."""

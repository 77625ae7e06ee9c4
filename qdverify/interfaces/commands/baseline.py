"""`qdverify baseline`: record what an implementation answers, see whether it still does, renew it with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click

from qdverify.implementations.resolve import FORMS, resolve
from qdverify.implementations.subprocess_channel import Budgets
from qdverify.interfaces.commands.budgets import budget_options
from qdverify.interfaces.commands.oracle import read_case
from qdverify.protocol.answers import AnswerError, Broken
from qdverify.protocol.case import Case
from qdverify.protocol.files import alone_in, settled
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.sample_questions import QUESTIONS
from qdverify.records.baseline import (
    Difference,
    OutsideBound,
    case_name,
    check,
    read_baseline,
    record,
    renewed,
    write_baseline,
)
from qdverify.report.bar import counted
from qdverify.report.shown import visible
from qdverify.suite.subject import Subject

Item = TypeVar("Item")
_FILE = click.Path(dir_okay=False, path_type=Path)
_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
_implementation = click.option(
    "--implementation", default="builtin", show_default=True, metavar="SPEC", help=f"What to ask: {FORMS}."
)


@click.group("baseline")
def command() -> None:
    """Keep regression baselines."""


@command.command("record")
@click.argument("file", type=_FILE)
@click.argument("cases", nargs=-1, type=_EXISTING)
@_implementation
@budget_options
def record_command(file: Path, cases: Sequence[Path], implementation: str, budgets: Budgets) -> None:
    """Record the answers to CASES (JSON files) in FILE; without CASES, to one small question of each task."""
    with alone_in(file.parent):
        if file.exists():
            raise InvalidInput(f"{file} exists: renew it with 'qdverify baseline update', or choose another name")
        place = settled(file)
        with _subject(implementation, budgets) as subject:
            try:
                questions = _cases(cases, subject)
                with counted("asking") as bar:
                    entries = record(subject, bar(questions, len(questions)))
            except (AnswerError, Broken) as error:
                raise InvalidInput(f"no baseline without an answer: {error}") from error
        write_baseline(place, entries)
    for entry in entries:
        click.echo(f"recorded {case_name(entry.case)}")


@command.command("check")
@click.argument("file", type=_EXISTING)
@_implementation
@budget_options
@click.pass_context
def check_command(ctx: click.Context, file: Path, implementation: str, budgets: Budgets) -> None:
    """Compare an implementation with the baseline in FILE: exit status 1 if a value left its bound."""
    # what the implementation does to the file must not change what it is compared with
    entries = read_baseline(file)
    with _subject(implementation, budgets) as subject, counted("asking") as bar:
        found = check(subject, bar(entries, len(entries)))
    _show(found)
    ctx.exit(0 if all(item.within for item in found) else 1)


@command.command("update")
@click.argument("file", type=_EXISTING)
@click.option("--reason", required=True, help="Why the values change; it is kept in the file.")
@click.option("--force", is_flag=True, help="Accept values beyond the old bounds.")
@_implementation
@budget_options
@click.pass_context
def update_command(
    ctx: click.Context, *, file: Path, reason: str, force: bool, implementation: str, budgets: Budgets
) -> None:
    """Renew the values in FILE, with a reason; nothing is written if one left its bound, unless forced."""
    # nobody else changes the file between reading and writing it
    with alone_in(file.parent):
        place, entries = settled(file), read_baseline(file)
        with _subject(implementation, budgets) as subject:
            with counted("asking") as bar:
                found = check(subject, bar(entries, len(entries)))
            _show(found)
            try:
                with counted("asking") as bar:
                    updated = [
                        renewed(entry, subject.ask(entry.case.task, **entry.case.params), reason=reason, force=force)
                        for entry in bar(entries, len(entries))
                    ]
            except OutsideBound as error:
                click.echo(f"qdverify: {error}; nothing was written, --force accepts it", err=True)
                ctx.exit(1)
            except (AnswerError, Broken) as error:
                raise InvalidInput(f"no baseline without an answer: {error}") from error
        write_baseline(place, updated)


def _cases(files: Sequence[Path], subject: Subject) -> list[Case]:
    if files:
        return [read_case(file) for file in files]
    cases = [Case(task, inputs) for task, inputs in QUESTIONS.items() if subject.supports(task)]
    if not cases:
        raise InvalidInput(f"CASES must name what to ask: the implementation offers none of {', '.join(QUESTIONS)}")
    return cases


@contextmanager
def _subject(spec: str, budgets: Budgets) -> Iterator[Subject]:
    implementation = resolve(spec, budgets=budgets)
    try:
        yield Subject(implementation)
    except Broken as error:
        raise InvalidInput(f"implementation {spec!r} must speak the protocol: {error}") from error
    finally:
        implementation.close()


def _show(found: Sequence[Difference]) -> None:
    for item in found:
        if item.problem:
            click.echo(f"changed    {item.case} {item.name}: {visible(item.problem)}")
        elif item.deviation == 0.0:
            click.echo(f"same       {item.case} {item.name}: equal")
        else:
            word, where = ("unchanged", "within") if item.within else ("changed", "beyond")
            click.echo(
                f"{word:<10} {item.case} {item.name}: {item.digits[0]:.1f} digits, "
                f"moved by {item.deviation:.3g}, {where} its bound of {item.bound:.3g}"
            )

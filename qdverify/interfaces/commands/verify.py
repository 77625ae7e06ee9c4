"""`qdverify verify`: judge an implementation by the suite."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Final

import click
from rich.console import Console

from qdverify.implementations.resolve import FORMS, resolve
from qdverify.implementations.subprocess_channel import Budgets
from qdverify.interfaces.commands.budgets import budget_options
from qdverify.interfaces.commands.own_dot import own_dot_options
from qdverify.interfaces.commands.paths import require_apart
from qdverify.protocol.files import Destination, settled, write_whole
from qdverify.protocol.inputs import InvalidInput
from qdverify.records.journal import Journal
from qdverify.report.junit import junit_xml
from qdverify.report.own_levels import print_own_levels
from qdverify.report.page_folder import DATA, earlier_report, places_in, read_report, write_folder
from qdverify.report.progress import Gauge, earlier_seconds, progress
from qdverify.report.states import print_states
from qdverify.report.terminal import print_report
from qdverify.run.judging_process import Errand
from qdverify.run.shares import expected_seconds, jobs_that_pay
from qdverify.run.verify import opened, require_jobs
from qdverify.suite.declare import LEVELS, Check, Scope, select
from qdverify.suite.expected_failures import expected_failures
from qdverify.suite.finding import Finding
from qdverify.suite.own_dot import OwnDot
from qdverify.suite.own_dot_checks import select_about

_ALLOCATIONS: Final = 50_000
"""After how many more objects than were freed the youngest are searched for garbage; Python's own number is 700."""


@click.command("verify")
@click.option("--implementation", default="builtin", show_default=True, metavar="SPEC", help=f"What to test: {FORMS}.")
@click.option("--suite", "suites", multiple=True, metavar="NAME", help="Run this suite only; may be repeated.")
@click.option("--check", "patterns", multiple=True, metavar="GLOB", help="Run checks of such names only: current.*")
@click.option("--level", type=click.Choice(LEVELS), default="quick", show_default=True, help="How thoroughly to test.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the random cases.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the report as JSON.")
@click.option("--junit", "junit_file", type=click.Path(dir_okay=False, path_type=Path), help="Write it as JUnit XML.")
@click.option(
    "--report",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the report as a page, with report.json and junit.xml beside it, to this folder.",
)
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Earlier report.json that the page of --report is compared with  [default: the one in the folder].",
)
@click.option(
    "--expected-failures",
    "expected_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML file of failures that are known, each with reason, link and expiry.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that try checks at once, each with a copy of the implementation  "
    "[default: the available cores for builtin and peers, 1 for code that may not run twice at once]",
)
@own_dot_options
@budget_options
@click.pass_context
def command(
    ctx: click.Context,
    *,
    implementation: str,
    own: OwnDot | None,
    dot_file: Path | None,
    suites: tuple[str, ...],
    patterns: tuple[str, ...],
    level: str,
    seed: int,
    json_file: Path | None,
    junit_file: Path | None,
    folder: Path | None,
    against: Path | None,
    expected_file: Path | None,
    jobs: int | None,
    budgets: Budgets,
) -> None:
    """Judge an implementation by the suite.

    With --dot it is judged by a dot of your own, whose checks are the suite own-dot.
    """
    chosen = suites or None, level, patterns or None
    checks = select_about(own, *chosen) if own else select(*chosen)
    expected = expected_failures(expected_file)
    scope = Scope(level, seed)
    previous = read_report(against) if against else earlier_report(folder) if folder else None
    header = {"implementation": implementation, "level": level, "seed": seed}
    for option, file in (("--json", json_file), ("--junit", junit_file)):
        if file is not None and not file.parent.is_dir():
            raise InvalidInput(f"{option} {file} must be a file in a folder that exists")
    require_apart([json_file, junit_file], [expected_file, dot_file])
    json_place, junit_place = (file and settled(file) for file in (json_file, junit_file))
    places = places_in(folder) if folder else {}
    jobs = _jobs(jobs, implementation, checks, level)
    start = partial(resolve, implementation, budgets=budgets)
    errand = Errand(start, checks, scope, expected, own)
    with (
        _little_garbage(),
        opened(errand, jobs, figures=folder is not None, given=implementation) as judged,
    ):
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        with _journal(json_place or places.get(DATA), header) as journal:
            measured = {check.id: expected_seconds(check, level) for check in checks}
            gauge = Gauge(checks, {**measured, **earlier_seconds(previous)}, jobs)
            with progress(gauge, Console(stderr=True)) as advance:
                # when it returns, nothing of the implementation runs any more
                report = judged(_both(journal, advance))
            if json_place is not None:
                write_whole(json_place, report.to_json())
            if junit_place is not None:
                write_whole(junit_place, junit_xml(report))
            page = None if folder is None else write_folder(report, folder, previous, places=places)
            if journal is not None:
                journal.remove()
    console = Console(emoji=False)
    print_states(report.illustrations, console)
    print_own_levels(report, console)
    print_report(report, console, page)
    ctx.exit(report.exit_status)


@contextmanager
def _little_garbage() -> Iterator[None]:
    """Search for garbage seldom, here and in the processes that judge: findings and answers last as long as the run."""
    before = gc.get_threshold()
    gc.freeze()  # so do the checks and all they load
    gc.set_threshold(_ALLOCATIONS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _jobs(given: int | None, implementation: str, checks: Sequence[Check], level: str) -> int:
    """Return how many processes to use: several copies of a program could write to the same files, or lack memory."""
    if given is not None:
        require_jobs(given)
        return given
    return jobs_that_pay(checks, level) if implementation.partition(":")[0] in ("builtin", "peer") else 1


def _journal(kept: Destination | None, header: Mapping[str, object]) -> AbstractContextManager[Journal | None]:
    """Return FILE.findings.jsonl: it holds what was found while the run lasts, and stays if the run is killed."""
    # nothing is left beside a device or a pipe
    if kept is None or not kept.replaceable:
        return nullcontext()
    return Journal(kept.path.with_suffix(".findings.jsonl"), header)


def _both(journal: Journal | None, advance: Callable[[Finding], None]) -> Callable[[Finding], None]:
    """Return what takes each finding: first to disk, then to the screen."""

    def take(finding: Finding) -> None:
        if journal is not None:
            journal.add(finding)
        advance(finding)

    return take

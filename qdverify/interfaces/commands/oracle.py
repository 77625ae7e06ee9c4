"""`qdverify oracle`: reference values of a case with their grade and bound, or the reason why there are none."""

from __future__ import annotations

import json
from pathlib import Path
from time import monotonic

import click

from qdverify.interfaces.commands.dot_files import print_note, table_of_levels
from qdverify.interfaces.commands.paths import require_apart
from qdverify.interfaces.commands.stages import stages
from qdverify.protocol.case import Case
from qdverify.protocol.documents import read_json
from qdverify.protocol.dot_files import read_dot
from qdverify.protocol.files import write_whole
from qdverify.protocol.inputs import InvalidInput
from qdverify.reference.document_types import CertificateDocument

_FILE = click.Path(dir_okay=False, path_type=Path)
_READ = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("oracle")
@click.argument(
    "case_file",
    metavar="[CASE.json]",
    required=False,
    type=_READ,
)
@click.option(
    "--dot", "dot_file", type=_READ, metavar="FILE", help="Levels of your own dot: FCIDUMP, or JSON of a DOT."
)
@click.option("--electrons", type=int, metavar="N", help="Electrons in the dot of --dot.")
@click.option("--levels", type=int, metavar="K", help="Lowest levels of the dot of --dot [default: 1].")
@click.option("--exact-decimals", is_flag=True, help="Take the decimals of an FCIDUMP file exactly, not as doubles.")
@click.option("-o", "--output", type=_FILE, help="The file for the reference; else the terminal.")
@click.option("--digits", type=int, default=12, show_default=True, metavar="D", help="Decimal digits wanted.")
@click.option("--certificate", "certificate_file", type=_FILE, help="Write a certificate to this file too.")
@click.option("--seconds", type=float, metavar="S", help="Wall-clock time for all of it; refused if it takes longer.")
@click.pass_context
def command(
    ctx: click.Context,
    *,
    case_file: Path | None,
    dot_file: Path | None,
    electrons: int | None,
    levels: int | None,
    exact_decimals: bool,
    output: Path | None,
    digits: int,
    certificate_file: Path | None,
    seconds: float | None,
) -> None:
    """Give reference values with grade and bound.

    They are those of a case, or the lowest levels of your own dot. Each number is a ball; its grade says how well it is
    known: exact, enclosed by a proof, or consensus. Exit status 1 if the oracle refuses: no proof reaches the digits,
    and one line says why.
    """
    from qdverify.reference.oracle import Refusal, oracle  # noqa: PLC0415  (loads the exact and the numeric stack)

    require_apart([output, certificate_file], [case_file, dot_file])
    case = _asked(case_file, dot_file, electrons, levels, exact=exact_decimals)
    try:
        with stages(2 if certificate_file else 1) as begin:
            begin(f"enclosing {case.task} to {digits} digits")
            begun = monotonic()
            found = oracle(case, digits, seconds=seconds)
            reference = found.to_document()
            if certificate_file:
                begin("writing and checking the certificate")
            certified = _certificate(case, digits, seconds, begun) if certificate_file else None
    except Refusal as refusal:
        click.echo(f"qdverify: refused: {' '.join(str(refusal).split())}", err=True)
        ctx.exit(1)
    if certificate_file:
        reference["certificate"] = certificate_file.name
        write_whole(certificate_file, json.dumps(certified, indent=1) + "\n")
    text = json.dumps(reference, indent=1) + "\n"
    if output is None and dot_file:
        click.echo("\n".join(table_of_levels(found, dot_file.name)))
    elif output is None:
        click.echo(text, nl=False)
    else:
        write_whole(output, text)


def _asked(
    case_file: Path | None, dot_file: Path | None, electrons: int | None, levels: int | None, *, exact: bool
) -> Case:
    """Return the question of the command line, which names one of the two files."""
    if dot_file and not case_file:
        return _case_of(dot_file, electrons, levels, exact=exact)
    if dot_file or not case_file:
        raise click.UsageError("give either CASE.json or --dot FILE")
    _require_no_options_of_dot(electrons, levels, exact=exact)
    return read_case(case_file)


def _case_of(file: Path, electrons: int | None, levels: int | None, *, exact: bool) -> Case:
    """Return the question for the lowest levels of the dot in a file."""
    if electrons is None:
        raise click.UsageError("--dot needs --electrons N")
    return Case(
        "spectrum",
        {
            "dot": read_dot(file, exact=exact, on_note=print_note),
            "electrons": electrons,
            "levels": 1 if levels is None else levels,
        },
    )


def _require_no_options_of_dot(electrons: int | None, levels: int | None, *, exact: bool) -> None:
    if electrons is not None or levels is not None or exact:
        raise click.UsageError("--electrons, --levels and --exact-decimals go with --dot")


def read_case(file: Path) -> Case:
    """Return the case in a file; raise `InvalidInput` if it holds none."""
    document = read_json(file)
    try:
        return Case.from_document(document)
    except InvalidInput as error:
        raise InvalidInput(f"{file}: {error}") from None


def _certificate(case: Case, digits: int, seconds: float | None, begun: float) -> CertificateDocument:
    """Return the certificate of a case within the same seconds as its reference."""
    from qdverify.reference.enclosure.budget import limit_seconds  # noqa: PLC0415  (loads the enclosures)
    from qdverify.reference.write_certificate import certificate  # noqa: PLC0415

    with limit_seconds(seconds, begun=begun):
        return certificate(case, digits)

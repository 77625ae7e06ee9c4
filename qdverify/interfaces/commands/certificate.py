"""`qdverify certificate`: write a certificate that leads from the dot to the current; re-verify any certificate."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from qdverify.interfaces.commands.paths import require_apart
from qdverify.interfaces.commands.stages import stages
from qdverify.protocol.documents import one_line, read_json, read_text
from qdverify.protocol.files import write_whole
from qdverify.protocol.inputs import InvalidInput
from qdverify.report.shown import visible

_FILE = click.Path(dir_okay=False, path_type=Path)
_LONGEST: Final = 1000
_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("certificate")
def command() -> None:
    """Write certificates, and re-verify them independently."""


@command.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=_EXISTING)
@click.pass_context
def check_command(ctx: click.Context, files: Sequence[Path]) -> None:
    """Verify each certificate anew, with code that shares nothing with what wrote it.

    Exit status 1 if one is rejected: it is damaged, of another form, or states more than its evidence proves.
    """
    from qdverify.certificate.grammar import RejectedError  # noqa: PLC0415  (loads flint)

    accepted = True
    with stages(len(files)) as begin:
        for file in files:
            begin(f"checking {visible(file)}")
            try:
                proven = check_certificate(file)
            except RejectedError as rejected:
                accepted = False
                click.echo(f"rejected   {visible(file)}: {one_line(rejected, _LONGEST)}")
            else:
                numbers = ", ".join(f"{count} of {name}" for name, count in proven.items())
                click.echo(f"proven     {visible(file)}: {numbers}")
    ctx.exit(0 if accepted else 1)


def check_certificate(file: Path) -> dict[str, int]:
    """Return how many numbers the certificate in a file proves, by name.

    Raises
    ------
    InvalidInput
        If it is no regular file of UTF-8 text, or too large.
    RejectedError
        If the text is no certificate, or states more than it proves.
    """
    from qdverify.certificate.check import check  # noqa: PLC0415  (loads flint)
    from qdverify.certificate.grammar import MOST_BYTES, read  # noqa: PLC0415

    return check(read(read_text(file, MOST_BYTES).encode()))


@command.command("write")
@click.argument("question_file", metavar="QUESTION.json", type=_EXISTING)
@click.option("-o", "--output", type=_FILE, help="The file for the certificate; else the terminal.")
@click.option("--digits", type=int, default=12, show_default=True, metavar="D", help="Decimal digits of each number.")
@click.option("--seconds", type=float, metavar="S", help="Wall-clock time for it; refused if it takes longer.")
@click.pass_context
def write_command(
    ctx: click.Context, *, question_file: Path, output: Path | None, digits: int, seconds: float | None
) -> None:
    """Prove levels, M_ji, rates, populations and currents from the dot itself.

    The question is a qdverify-case/2 document, or qdverify-case/3 if the dot is given by its integrals; `qdverify
    oracle --certificate` writes certificates of the protocol's own cases. Exit status 1 if no proof reaches the digits,
    and one line says why.
    """
    from qdverify.reference.answers.answer import Refusal  # noqa: PLC0415  (loads the enclosures)
    from qdverify.reference.write_from_dot import certificate_of, stages_of  # noqa: PLC0415

    require_apart([output], [question_file])
    question = read_json(question_file)
    try:
        with stages(stages_of(question)) as begin:
            document = certificate_of(question, digits, seconds=seconds, on_stage=begin)
    except InvalidInput as error:
        raise InvalidInput(f"{question_file}: {error}") from None
    except Refusal as refusal:
        click.echo(f"qdverify: refused: {' '.join(str(refusal).split())}", err=True)
        ctx.exit(1)
    text = json.dumps(document, indent=1) + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        write_whole(output, text)

"""`qdverify export`: the dot in formats that other codes read."""

from __future__ import annotations

from contextlib import nullcontext
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from qdverify.implementations.resolve import FORMS, resolve
from qdverify.implementations.subprocess_channel import Budgets
from qdverify.interfaces.commands.budgets import budget_options
from qdverify.interfaces.commands.dot_files import print_note
from qdverify.interfaces.commands.paths import require_apart
from qdverify.protocol.answers import AnswerError, Broken, Unsupported
from qdverify.protocol.dot_files import read_dot
from qdverify.protocol.dots import as_box
from qdverify.protocol.files import settled, written_whole
from qdverify.protocol.inputs import KERNELS, InvalidInput, as_dot
from qdverify.records.fcidump import PARITIES, Parity, write_fcidump
from qdverify.records.integral_fcidump import write_fcidump as write_own_fcidump
from qdverify.reference.printed import reported
from qdverify.report.bar import counted
from qdverify.suite.subject import Subject

_LENGTH, _CUTOFF = (float(number) for number in reported.exact_lengths())


@click.group("export")
def command() -> None:
    """Write the dot in formats that other codes read."""


@command.command("fcidump")
@click.option(
    "--dot",
    "dot_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write your own dot, in place of a box: JSON of a DOT, or FCIDUMP.",
)
@click.option("--irrep", type=int, metavar="K", help="Irrep of the levels that readers of a dot of --dot are to find.")
@click.option("--orbitals", type=int, metavar="M", help="Number of orbitals of a box.")
@click.option("--electrons", type=int, required=True, metavar="N", help="Number of electrons.")
@click.option("--two-sz", type=int, metavar="MS2", help="Their doubled S_z  [default: 0 or 1].")
@click.option("--length", type=float, default=_LENGTH, show_default=True, help="Length of the box.")
@click.option("--cutoff", type=float, default=_CUTOFF, show_default=True, help="Cutoff of the soft Coulomb kernel.")
@click.option("--kernel", type=click.Choice(KERNELS), default="soft-coulomb", show_default=True)
@click.option("--strength", type=float, default=1.0, show_default=True, help="Strength of the interaction.")
@click.option(
    "--parity",
    type=click.Choice(PARITIES),
    help="Parity of the levels that readers of the file are to find  [default: both, without symmetry].",
)
@click.option(
    "--implementation", default="builtin", show_default=True, metavar="SPEC", help=f"Whose integrals: {FORMS}."
)
@budget_options
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file; else the terminal.")
def fcidump_command(
    *,
    dot_file: Path | None,
    irrep: int | None,
    orbitals: int | None,
    electrons: int,
    two_sz: int | None,
    length: float,
    cutoff: float,
    kernel: str,
    strength: float,
    parity: Parity | None,
    implementation: str,
    budgets: Budgets,
    output: Path | None,
) -> None:
    """Write the Hamiltonian as an FCIDUMP file, for any full-configuration-interaction code."""
    if dot_file is not None:
        _write_own(dot_file, electrons, two_sz, irrep, output)
        return
    if orbitals is None or irrep is not None:
        raise click.UsageError("--irrep goes with --dot" if irrep is not None else "give --orbitals M or --dot FILE")
    dot = {"length": length, "cutoff": cutoff, "orbitals": orbitals, "kernel": kernel, "strength": strength}
    two_Sz = electrons % 2 if two_sz is None else two_sz
    place = settled(output) if output else None
    under_test = resolve(implementation, budgets=budgets)
    try:
        with written_whole(place) if place else nullcontext(StringIO()) as file:
            box = as_box(as_dot(dot), "the integrals of a box are written")
            with counted("integrals") as bar:
                write_fcidump(
                    file, Subject(under_test), box, electrons=electrons, two_Sz=two_Sz, parity=parity, progress=bar
                )
            # nothing of it runs when the file takes its place
            under_test.close()
            if isinstance(file, StringIO):
                click.echo(file.getvalue(), nl=False)
    except (AnswerError, Broken, Unsupported) as error:
        raise InvalidInput(f"implementation {implementation!r} gave no integrals: {error}") from error
    finally:
        under_test.close()


def _write_own(dot: Path, electrons: int, two_Sz: int | None, irrep: int | None, output: Path | None) -> None:
    """Write a dot of the user's own to a file, or to the terminal."""
    require_apart([output], [dot])
    with TemporaryDirectory() as folder:
        file = output or Path(folder) / "fcidump"
        write_own_fcidump(file, read_dot(dot, on_note=print_note), electrons=electrons, two_Sz=two_Sz, irrep=irrep)
        if output is None:
            click.echo(file.read_text(), nl=False)

"""Install a peer into an environment of its own: `python -m qdverify.implementations.peers.install NAME`.

The environments stand in one folder (--target, $QDVERIFY_PEERS or .peers). Nothing is installed into the environment
of this distribution. QmeQ's source distribution does not compile on current Pythons; it is unpacked and its pure-Python
kernels are used, unless --source names a checkout of its repository, which is compiled.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from qdverify.implementations.peers import FOLDER_VARIABLE, peers_folder

REQUIREMENTS: Final = {
    "pyscf": ("pyscf==2.14.0",),
    "edrixs": ("edrixs==0.2.0",),
    "block2": ("block2==0.5.4",),
    "openfermion": ("openfermion==1.8.1",),
    "qpyd": ("qpyd==0.1.5",),
    "qmeq": ("numpy<1.26", "scipy<1.10", "Cython<3", "setuptools<60", "wheel"),
}
QMEQ: Final = "qmeq==1.1"


@click.command()
@click.argument("name", type=click.Choice([*REQUIREMENTS, "all"]))
@click.option(
    "--source",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A checkout of QmeQ's repository: its kernels are compiled.",
)
@click.option("--target", type=click.Path(file_okay=False, path_type=Path), help="Folder of the environments.")
def main(name: str, source: Path | None, target: Path | None) -> None:
    """Install the peer NAME, or all."""
    if source is not None and name != "qmeq":
        raise click.UsageError(f"--source is for qmeq; {name} is installed from the package index")
    folder = target or peers_folder()
    for peer in REQUIREMENTS if name == "all" else (name,):
        install(peer, folder, source)
        click.echo(f"{peer} is in {folder / peer}" + (f"; set {FOLDER_VARIABLE}={folder}" if target else ""))


def install(name: str, folder: Path, source: Path | None = None) -> None:
    """Make the environment of a peer in a folder."""
    environment = folder / name
    _run([sys.executable, "-m", "venv", "--clear", str(environment)])
    python = str(environment / "bin" / "python")
    _run([python, "-m", "pip", "install", "--quiet", *REQUIREMENTS[name]])
    if name == "qmeq":
        if source is None:
            _unpack_qmeq(python, environment)
        else:
            _run([python, "-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-deps", str(source)])
    _run([python, "-c", f"import {name}"])


def _unpack_qmeq(python: str, environment: Path) -> None:
    """Put the unpacked source distribution on the environment's path."""
    download = [python, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
    _run([*download, "--no-build-isolation", "--dest", str(environment / "source"), QMEQ])
    (archive,) = (environment / "source").glob("qmeq-*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(environment / "source", filter="data")
    (unpacked,) = (path for path in (environment / "source").iterdir() if path.is_dir())
    (packages,) = (environment / "lib").glob("python*/site-packages")
    (packages / "qmeq.pth").write_text(f"{unpacked.absolute()}\n", encoding="utf-8")


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()

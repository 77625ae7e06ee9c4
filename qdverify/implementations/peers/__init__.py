"""Real codes under test: published programs behind the protocol, each in an environment of its own.

An adapter here is run by the Python of its peer's environment (`run.py`), which knows nothing of this distribution:
adapters import the standard library, numpy and their peer, and each other. What a user of the peer gets without
choosing anything stands beside the remedy that its authors offer, as an implementation of its own.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

FOLDER_VARIABLE: Final = "QDVERIFY_PEERS"


@dataclass(frozen=True)
class Peer:
    """One way to run one peer.

    Attributes
    ----------
    environment
        Name of the environment that it runs in, as `install` knows it.
    adapter
        Module of this package that speaks the protocol for it.
    arguments
        What chooses the variant.
    about
        One line for a list.
    """

    environment: str
    adapter: str
    arguments: tuple[str, ...]
    about: str


PEERS: Final[Mapping[str, Peer]] = MappingProxyType(
    {
        "pyscf": Peer("pyscf", "pyscf_fci", (), "PySCF's FCI (direct_spin1) with default settings"),
        "pyscf-symmetry": Peer(
            "pyscf", "pyscf_fci", ("--symmetry",), "PySCF's FCI with reflection parity as point group"
        ),
        "edrixs": Peer("edrixs", "edrixs_ed", (), "EDRIXS with its default eigensolver"),
        "edrixs-larger-block": Peer(
            "edrixs", "edrixs_ed", ("--larger-block",), "EDRIXS, its default eigensolver with a larger block, longer"
        ),
        "edrixs-dense": Peer("edrixs", "edrixs_ed", ("--dense",), "EDRIXS with its dense eigensolver"),
        "qmeq": Peer("qmeq", "qmeq_pauli", (), "QmeQ's Pauli master equation with default settings"),
        "qmeq-norm-row": Peer(
            "qmeq", "qmeq_pauli", ("--norm-row", "ground"), "QmeQ, normalisation in the row of the most likely state"
        ),
        "qmeq-lsqr": Peer("qmeq", "qmeq_pauli", ("--lsqr",), "QmeQ, least squares (symq=False)"),
        "qpyd": Peer("qpyd", "qpyd_rates", (), "QPyD's rate equations as they come, in single precision"),
        "qpyd-double": Peer("qpyd", "qpyd_rates", ("--double",), "QPyD's rate equations with 64 bits"),
    }
)


def peers_folder() -> Path:
    """Return the folder of the peers' environments: $QDVERIFY_PEERS, or .peers in the working directory."""
    return Path(os.environ.get(FOLDER_VARIABLE, ".peers"))


def environment_python(environment: str) -> Path:
    """Return the Python of a peer's environment, installed or not."""
    return peers_folder() / environment / "bin" / "python"


def installed(name: str) -> bool:
    """Tell whether a peer's environment is there."""
    return environment_python(PEERS[name].environment).exists()


def command(name: str) -> list[str]:
    """Return the command that runs a peer behind the protocol."""
    peer = PEERS[name]
    # the environment's Python finds its packages by the path that it is called by: no link is resolved
    python = str(environment_python(peer.environment).absolute())
    return [python, str(Path(__file__).with_name("run.py")), peer.adapter, *peer.arguments]

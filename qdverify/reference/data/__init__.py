"""Shipped reference data: what they hold (cases.py), how to read them, and how to regenerate and compare them.

`references.json` is a list of reference documents, `certificate-*.json` are certificates, and
`manifest.json` names the version of the data and the hash of every file.  `python -m qdverify.records.regenerate`
computes all of it anew and compares.
"""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from qdverify.reference.document_types import Manifest, ReferenceDocument

MANIFEST: Final = "manifest.json"
REFERENCES: Final = "references.json"
SCHEMA: Final = "qdverify-data/1"

__all__ = ["certificates", "damaged", "folder", "manifest", "references"]


def folder() -> Traversable:
    """Return the folder of the data.

    >>> folder().joinpath("manifest.json").is_file()
    True
    """
    return files("qdverify.reference.data")


@cache
def manifest() -> Manifest:
    """Return version, date and generator of the data, and the SHA-256 of each file.

    >>> len(manifest()["files"]["references.json"])
    64
    """
    found: Manifest = _read(MANIFEST)
    return found


@cache
def references() -> list[ReferenceDocument]:
    """Return all reference documents.

    >>> references()[0]["case"]["task"]
    'spectrum'
    """
    found: list[ReferenceDocument] = _read(REFERENCES)
    return found


def certificates() -> list[Traversable]:
    """Return the certificate files.

    >>> "certificate-paper-N2.json" in [file.name for file in certificates()]
    True
    """
    return [folder() / name for name in manifest()["files"] if name.startswith("certificate-")]


def damaged() -> list[str]:
    """Return the names of files that are missing or do not match their hash.

    >>> damaged()
    []
    """
    return [name for name, digest in manifest()["files"].items() if _digest(name) != digest]


def _digest(name: str) -> str:
    file = folder() / name
    return sha256(file.read_bytes()).hexdigest() if file.is_file() else "missing"


def _read(name: str) -> Any:
    return json.loads((folder() / name).read_text(encoding="utf-8"))

"""A dot of the user's own in a file: FCIDUMP, or JSON."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from qdverify.protocol.documents import read_json, read_text
from qdverify.protocol.fcidump import read_fcidump


def read_dot(file: Path, *, exact: bool = False) -> Mapping[str, object]:
    """Return the dot in a file: a JSON object with the fields of a DOT of the protocol, or else an FCIDUMP file.

    The fields of a JSON object are not checked here: a case made with them is.

    Parameters
    ----------
    exact
        Whether the decimals of an FCIDUMP file are taken exactly; else each value is the double that it parses to.

    Raises
    ------
    InvalidInput
        If the file is neither.
    """
    if read_text(file).lstrip("\ufeff \t\r\n").startswith("{"):
        document: Mapping[str, object] = read_json(file)
        return document
    found = read_fcidump(file)
    return found.exact_dot if exact else {**found.dot}

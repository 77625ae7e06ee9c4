"""A dot of the user's own in a file: FCIDUMP, or JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from qdverify.protocol.documents import json_value, one_line, read_text
from qdverify.protocol.fcidump import parsed_fcidump
from qdverify.protocol.fcidump_header import is_fcidump
from qdverify.protocol.user_arrays import symmetrised
from qdverify.protocol.values import InvalidInput


def read_dot(
    file: Path, *, exact: bool = False, on_note: Callable[[str], None] = lambda _: None
) -> Mapping[str, object]:
    """Return the dot in a file: a JSON object with the fields of a DOT of the protocol, or else an FCIDUMP file.

    The fields of a JSON object are not checked here: a case made with them is. Integrals that are equal but for
    rounding are made equal.

    Parameters
    ----------
    exact
        Whether the decimals of an FCIDUMP file are taken exactly; else each value is the double that it parses to.
    on_note
        Called with each sentence that a reader should know about the file, such as that no core energy is given.

    Raises
    ------
    InvalidInput
        If the file is neither.
    """
    text = read_text(file)
    begin = text.lstrip("\ufeff \t\r\n")
    if begin.startswith("{"):
        document: Mapping[str, object] = json_value(text, str(file))
        return symmetrised(document)
    if not is_fcidump(text):
        what = "a JSON array" if begin.startswith("[") else one_line(begin[:40]) or "nothing"
        raise InvalidInput(
            f"{file} must begin with {{, as a JSON object with the fields of a dot, or with &FCI, as an FCIDUMP file: "
            f"it holds {what}"
        )
    found = parsed_fcidump(text, str(file))
    for note in found.notes:
        on_note(f"{file}: {note}")
    return found.exact_dot if exact else {**found.dot}

"""Prepare an interpreter of its own for a Python object under test, then serve the object (`python_serve`).

This file is run by its path and imports the standard library only, until the search path is known. Standard output
belongs to the protocol: what the object prints, however it prints it, goes to standard error.

Arguments: the harness's module search path as a JSON list, the module, the attribute.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def main(arguments: list[str]) -> None:
    """Serve until the input ends."""
    path, module, attribute = arguments
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    sys.path[:] = json.loads(path)
    from qdverify.implementations.python_serve import serve  # noqa: PLC0415  (the search path is known only now)

    # modules of the current folder come first, as Python has it, but not before this package has been imported
    sys.path.insert(0, str(Path.cwd()))
    serve(requests, answers, module, attribute)


if __name__ == "__main__":
    main(sys.argv[1:])

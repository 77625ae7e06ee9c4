"""Run an adapter in its peer's environment: `python run.py ADAPTER ARGUMENTS`.

The folder of this file is made a package under a name of its own, so that the adapters can import each other without
the rest of this distribution being there. Whatever a peer prints, when it is imported or later, goes to standard
error: standard output belongs to the protocol.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from pathlib import Path
from typing import Final

PACKAGE: Final = "qdverify_peers"


def main() -> None:
    """Import the adapter that the command line names, and serve."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    folder = Path(__file__).parent
    # the adapters are no top-level modules
    sys.path = [entry for entry in sys.path if Path(entry or ".").resolve() != folder.resolve()]
    found = importlib.util.spec_from_file_location(
        PACKAGE, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if found is None or found.loader is None:
        raise ImportError(f"{folder} must be a package")
    package = importlib.util.module_from_spec(found)
    sys.modules[PACKAGE] = package
    found.loader.exec_module(package)
    importlib.import_module(f"{PACKAGE}.{sys.argv[1]}").main(sys.argv[2:], answers)


if __name__ == "__main__":
    main()

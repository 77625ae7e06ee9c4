"""Whether `analytic` and `numeric` are this distribution's own, and not a user's files of the same name."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Final

PACKAGES: Final = ("analytic", "numeric")


def refuse_shadows() -> None:
    """Raise `ImportError`, naming the file, if a file of the user stands in the way of one of our packages.

    Python looks for a module in the folder of the script first: an analytic.py there hides ours.

    >>> refuse_shadows()
    """
    home = Path(__file__).resolve().parents[2]
    for name in PACKAGES:
        spec = find_spec(name)
        origin = None if spec is None or spec.origin is None else Path(spec.origin).resolve()
        if origin != home / name / "__init__.py":
            raise ImportError(
                f"{origin} stands in the way of qdverify's own package {name!r}: rename it, or run in another folder"
            )

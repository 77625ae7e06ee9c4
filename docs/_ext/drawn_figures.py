"""Draws the figures of the explaining pages before the site is built, from docs/draw_figures.py."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

FOLDER = "figures"


def draw(app: Sphinx) -> None:
    """Draw every figure into the folder that the pages name."""
    source = Path(app.srcdir) / "draw_figures.py"
    specification = importlib.util.spec_from_file_location("draw_figures", source)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    module.draw(Path(app.srcdir) / FOLDER)


def setup(app: Sphinx) -> dict[str, Any]:
    """Draw when the builder is ready, before any page is read."""
    app.connect("builder-inited", draw)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

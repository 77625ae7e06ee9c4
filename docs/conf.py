"""The documentation site: `make docs` builds it, without a warning and without anything fetched when it is read."""

from __future__ import annotations

import re
import sys
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "qdverify"
author = "The qdverify developers"
copyright = author  # noqa: A001  (Sphinx's name)
version = release = installed("qdverify")

extensions = [
    "drawn_figures",
    "kill_table",
    "mathml",
    "myst_nb",
    "reference_table",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
]
html_math_renderer = "mathml"
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]

# notebooks and pages with code cells run while the site is built, so that their outputs are true
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True

html_theme = "furo"
html_title = f"qdverify {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["reference-table.js"]
html_show_sphinx = False

autodoc_typehints = "none"  # the docstrings give shapes and units, which types do not
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False


def as_text(_: Any, __: str, ___: str, ____: Any, _____: Any, lines: list[str]) -> None:
    """Keep what docstrings mean as mathematics, |x| and S_, from being read as markup."""
    for number, line in enumerate(lines):
        parts = re.split(r"(``.*?``)", line)
        parts[::2] = [re.sub(r"(\w)_(?!\w)", r"\1\\_", part.replace("|", r"\|")) for part in parts[::2]]
        lines[number] = "".join(parts)


def setup(app: Any) -> None:
    """Connect the hook."""
    # before napoleon, which looks at the sections only
    app.connect("autodoc-process-docstring", as_text, priority=400)

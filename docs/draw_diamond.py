"""Draw the diamond of the README with the code that the README prints: python docs/draw_diamond.py."""

import re
from pathlib import Path

import matplotlib as mpl

ROOT = Path(__file__).parents[1]


def printed_code() -> str:
    """Return the block of the README that draws a diagram."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (code,) = (block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "stability_diagram" in block)
    return code


def main() -> None:
    """Run it and keep the picture."""
    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415  (after the choice of the backend)

    exec(printed_code(), {})
    plt.savefig(ROOT / "docs" / "_static" / "diamond.png", dpi=100, bbox_inches="tight")


if __name__ == "__main__":
    main()

"""The rules of protocol.md as a reader finds them."""

from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "protocol.md"


def stated_rules(heading):
    """Return the sentences of the lists below a heading, in their order."""
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    stated = [" ".join(item.split()) for item in section.replace("\n  ", " ").split("\n- ")[1:]]
    return [item.split(" These inputs ")[0].strip() for item in stated]

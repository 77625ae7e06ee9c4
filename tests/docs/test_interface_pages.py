"""The pages of the Python interface name every public object, each once."""

import re
from collections import Counter
from pathlib import Path

import pytest

import analytic
import numeric
import qdverify

PAGES = Path(__file__).parents[2] / "docs" / "api"


@pytest.mark.parametrize("package", [analytic, numeric, qdverify], ids=lambda package: package.__name__)
def test_every_public_name_is_on_one_page(package):
    """A new name needs a place among the subjects, and a name that is gone leaves no trace."""
    text = "".join(page.read_text(encoding="utf-8") for page in sorted(PAGES.glob("*.md")))
    named = Counter(re.findall(rf"^\.\. (?:auto\w+|py:data):: {package.__name__}\.(\w+)$", text, re.MULTILINE))
    assert set(named) == set(package.__all__)
    assert max(named.values()) == 1

"""The pages of the Python interface name every public object, each once."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from blocks import blocks_of

import analytic
import numeric
import qdverify
from qdverify.implementations.subprocess_messages import description

PAGES = Path(__file__).parents[2] / "docs" / "api"


@pytest.mark.parametrize("package", [analytic, numeric, qdverify], ids=lambda package: package.__name__)
def test_every_public_name_is_on_one_page(package):
    """A new name needs a place among the subjects, and a name that is gone leaves no trace."""
    text = "".join(page.read_text(encoding="utf-8") for page in sorted(PAGES.glob("*.md")))
    named = Counter(re.findall(rf"^\.\. (?:auto\w+|py:data):: {package.__name__}\.(\w+)$", text, re.MULTILINE))
    assert set(named) == set(package.__all__)
    assert max(named.values()) == 1


def test_the_hello_of_the_protocol_page_follows_the_protocol():
    """What the page shows as a program's answer to hello is accepted, and its accuracies are read as the page says."""
    (hello,) = [block for block in blocks_of(PAGES.parent / "protocol.md") if block.file == "hello.json"]
    said = description(json.loads(hello.code))
    assert said.accuracy["spectrum"].relative == 1e-10
    assert said.accuracy["current"].allowed(1e-30, natural_size=0.5) == 0.5e-9

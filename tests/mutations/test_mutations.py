"""Mutations that weaken a proof are noticed: the tables still fit the sources, and a sample of them is run."""

import subprocess
import sys
from pathlib import Path

import answers
import certificate
import enclosure
import integrals
import pytest

import checker

ROOT = Path(__file__).parents[2]
TABLES = {
    "answers": answers,
    "certificate": certificate,
    "checker": checker,
    "enclosure": enclosure,
    "integrals": integrals,
}
LEAST_THAT_FIT = 0.9  # of a table; rewording a line need not be answered by a new mutation at once
SAMPLE = [("enclosure", 14), ("enclosure", 70)]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_most_mutations_still_fit_the_source(name: str) -> None:
    """The text that a mutation replaces stands in its file; at most a tenth of a table may have been overtaken."""
    lost = []
    for mutation in TABLES[name].TABLE.mutations:
        source = (ROOT / mutation.file).read_text(encoding="utf-8")
        try:
            assert mutation.applied(source) != source
        except LookupError as error:
            lost.append(str(error))
    assert len(lost) <= (1 - LEAST_THAT_FIT) * len(TABLES[name].TABLE.mutations), "\n".join(lost)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "number"), SAMPLE)
def test_a_mutation_is_noticed(name: str, number: int) -> None:
    """The tests of its area fail in a copy of the sources that holds the mutation."""
    command = [sys.executable, str(Path(__file__).with_name("run.py")), name, str(number)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "killed" in done.stdout

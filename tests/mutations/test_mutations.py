"""Mutations are noticed: every table fits the sources, and a sample of those that weaken a proof is run."""

import subprocess
import sys
from pathlib import Path

import answers
import certificate
import certificates_of_integrals
import continuum
import enclosure
import enclosure_transport
import integrals
import judge_mutations
import pytest

import checker

ROOT = Path(__file__).parents[2]
TABLES = {
    "answers": answers,
    "certificate": certificate,
    "checker": checker,
    "enclosure": enclosure,
    "enclosure_transport": enclosure_transport,
    "certificates_of_integrals": certificates_of_integrals,
    "continuum": continuum,
    "integrals": integrals,
}
SAMPLE = [("enclosure", 14), ("enclosure", 70)]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_mutation_fits_the_source(name: str) -> None:
    """The text that a mutation replaces stands in its file, and the replacement differs from it."""
    unfit = []
    for number, mutation in enumerate(TABLES[name].TABLE.mutations):
        source = (ROOT / mutation.file).read_text(encoding="utf-8")
        try:
            changed = mutation.applied(source)
        except LookupError as error:
            unfit.append(f"{number}: {error}")
        else:
            unfit += [f"{number}: {mutation.old!r} is replaced by itself"] if changed == source else []
            unfit += [f"{number}: {fault}" for fault in syntax_errors(mutation.file, changed)]
    assert not unfit, "\n".join(unfit)


def syntax_errors(file: str, source: str) -> list[str]:
    """Return what keeps a changed file of Python from compiling: such a mutation tests nothing."""
    try:
        if file.endswith(".py"):
            compile(source, file, "exec")
    except SyntaxError as error:
        return [f"{file} no longer compiles: {error}"]
    return []


def test_every_mutation_of_the_judge_fits_the_source() -> None:
    """The text that a mutation of the judge replaces stands in its file, which still compiles after the change."""
    unfit = []
    for number, (file, old, new) in enumerate(judge_mutations.MUTATIONS):
        source = (ROOT / "qdverify" / file).read_text(encoding="utf-8")
        changed = source.replace(old, new, 1)
        unfit += [f"{number}: {file} does not contain {old!r}"] if changed == source else []
        unfit += [f"{number}: {fault}" for fault in syntax_errors(file, changed)]
    assert not unfit, "\n".join(unfit)


def test_every_mutated_file_of_the_judge_has_tests_of_its_own() -> None:
    """The area of a file names tests that exist; only checks, which have near misses, need no area."""
    folder = ROOT / "tests" / "qdverify"
    for file in {file for file, _, _ in judge_mutations.MUTATIONS}:
        names = judge_mutations.AREAS.get(file, [])
        assert names or file.startswith(judge_mutations.CHECKS), f"{file} has no area"
        absent = [name for name in names if not (folder / f"{name}.py").is_file()]
        assert not absent, f"{file}: no tests {', '.join(absent)}"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "number"), SAMPLE)
def test_a_mutation_is_noticed(name: str, number: int) -> None:
    """The tests of its area fail in a copy of the sources that holds the mutation."""
    command = [sys.executable, str(Path(__file__).with_name("run.py")), name, str(number)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "killed" in done.stdout

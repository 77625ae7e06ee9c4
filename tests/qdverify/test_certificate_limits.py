"""The checker bounds every size before it computes: what is too large is refused at once, what is allowed ends."""

import copy
import json
import time
import tracemalloc
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from certificate_samples import rehashed
from forgery_bases import bases
from integral_certificates import certificates

from qdverify.certificate import levels
from qdverify.certificate.check import check, check_file
from qdverify.certificate.grammar import MOST_BYTES, RejectedError, decimal, read, real

SECONDS = 3.0


def _refused(document: dict[str, Any], match: str) -> None:
    start = time.process_time()
    with pytest.raises(RejectedError, match=match):
        check(rehashed(document))
    assert time.process_time() - start < SECONDS


def _changed(name: str, **dot: Any) -> dict[str, Any]:
    document = copy.deepcopy(bases()[name])
    document["case"]["inputs"]["dot"].update(dot)
    return document


def test_large_spaces_are_refused_at_once() -> None:
    """Orbitals, determinants, configurations: refused by their number."""
    _refused(_changed("soft spectrum", orbitals=63), "orbitals=63 must be between 1 and 62")
    document = _changed("soft spectrum", orbitals=62)
    document["case"]["inputs"]["electrons"] = 60
    document["evidence"][0]["electrons"] = 60
    _refused(document, "at most 200000 are allowed")
    document = _changed("free spectrum", orbitals=10**9)
    document["case"]["inputs"]["electrons"] = 100
    _refused(document, "no spin of 100|configurations")
    document["values"]["two_S"] = [0, 0, 0]
    _refused(document, "more than 1000000 configurations")
    document["case"]["inputs"]["electrons"] = 10**9
    _refused(document, "electrons=1000000000 must be between 0 and 124")


def test_long_proofs_are_refused_before_they_begin() -> None:
    """The number of steps follows from the sizes: many levels, a large model space, high precision."""
    document = _changed("soft spectrum", orbitals=40)
    inputs = document["case"]["inputs"]
    inputs["electrons"] = document["evidence"][0]["electrons"] = 3
    document["values"]["two_S"] = [1, 1, 1]
    level = {"two_S": 1, "parity": 1, "vector": " ".join(["1"] * 15600)}
    document["evidence"][0].update(levels=[level], ceiling="1", limit=0)
    document["digits"] = 1000
    _refused({**document, "evidence": [{**document["evidence"][0], "levels": [level]}]}, "steps; at most 2e")
    _refused({**document, "evidence": [{**document["evidence"][0], "limit": 10**9}]}, "model space has more than 2500")


def test_amplitudes_of_all_lists_and_leads_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two levels of 1, two of 2 and one of 3 electrons in 3 orbitals, with other weights for each lead."""
    steps: list[int] = []
    monkeypatch.setattr(levels, "require_few_steps", steps.append)
    check(certificates()["labelled populations"])
    assert steps[-1] == 2 * 3 * (3 * 2 * 2 + 9 * 2 * 1)
    check(bases()["dot populations"])
    assert steps[-1] == 3 * (1 * 1 * 2 + 3 * 2 * 2)


def test_integrals_of_a_dot_of_many_orbitals_take_no_memory_for_them() -> None:
    """An integral does not depend on the number of orbitals: of 1e9 no list is made."""
    document = _changed("contact integrals", orbitals=10**9)
    tracemalloc.start()
    try:
        assert check(rehashed(document)) == {"values": 2}
        assert tracemalloc.get_traced_memory()[1] < 10**7
    finally:
        tracemalloc.stop()


def test_long_lists_are_refused() -> None:
    """Levels of a chain, transitions, quadruples, vectors."""
    document = copy.deepcopy(bases()["populations"])
    document["case"]["inputs"]["levels"] *= 100
    _refused(document, "levels must have 1 to 300 elements, not 400")
    document = copy.deepcopy(bases()["integrals"])
    document["case"]["inputs"]["indices"] *= 5000
    _refused(document, "indices must have 1 to 10000")
    document = copy.deepcopy(bases()["soft spectrum"])
    document["evidence"][0]["levels"] *= 1000
    _refused(document, "must have 1 to 2000")
    document = copy.deepcopy(bases()["soft spectrum"])
    document["evidence"][0]["levels"][0]["vector"] = "1" * 1501 + " 0 0 0 0"
    _refused(document, "at most 1500 digits")


@pytest.mark.parametrize(
    "text", ["1e20001", "1e-20001", "1e-50000000", "1e" + "9" * 3000, "9" * 4001, "1/" + "3" * 4000]
)
def test_large_numbers_are_refused_unread(text: str) -> None:
    """Exponents and lengths are bounded on the text; no power of ten is formed."""
    start = time.process_time()
    with pytest.raises(RejectedError):
        decimal(text, "number")
    assert time.process_time() - start < SECONDS


def test_numbers_at_the_bounds_are_read() -> None:
    """The largest exponent, the longest text and leading zeros are allowed."""
    assert decimal("1e20000", "n") == 10**20000
    assert decimal("1e-00020000", "n") == Fraction(1, 10**20000)
    assert decimal("9" * 4000, "n") == int("9" * 4000)
    assert (decimal("+.5", "n"), decimal("5.", "n"), decimal("-3/06", "n")) == (Fraction(1, 2), 5, Fraction(-1, 2))
    assert real("1e400", "n") == 10**400
    for beyond in ("1.1e400", "0.9e-400", "-2e400"):
        with pytest.raises(RejectedError, match="beyond"):
            real(beyond, "n")


def test_large_files_are_refused(tmp_path: Path) -> None:
    """A file is read up to its bound; endless ones as well."""
    file = tmp_path / "large.json"
    file.write_bytes(b" " * (MOST_BYTES + 1))
    for path in (file, Path("/dev/zero")):
        with pytest.raises(RejectedError, match="larger than"):
            check_file(path)


@pytest.mark.parametrize("character", ["a", "\\\\", '\\"', "[", '",'], ids=repr)
def test_reading_takes_memory_in_proportion(character: str) -> None:
    """One long string, plain or of escapes, and many short ones: a few bytes for each byte of the file."""
    content = f'["{character * (2**18 // len(character))}"]'.encode()
    tracemalloc.start()
    try:
        with suppress(RejectedError):
            read(content)
        assert tracemalloc.get_traced_memory()[1] < 16 * len(content)
    finally:
        tracemalloc.stop()


def test_brackets_in_strings_are_not_counted() -> None:
    """The depth is that of lists and objects alone, whatever is escaped before a quote."""
    text = "[" * 99
    for value in (text, f'"{text}', f"\\{text}", f'\\"{text}'):
        assert read(json.dumps([value]).encode()) == [value]
        with pytest.raises(RejectedError, match="nested 17 deep"):
            read(f"[{json.dumps(value)}, {'[' * 16}{']' * 16}]".encode())


def test_extreme_questions_end() -> None:
    """Energies, temperatures, cutoffs and strengths from 1e-400 to 1e400: proven or refused, soon."""
    start = time.process_time()
    for name, path in (
        ("integrals", ("dot", "cutoff")),
        ("integrals", ("dot", "length")),
        ("soft spectrum", ("dot", "cutoff")),
        ("soft spectrum", ("dot", "strength")),
        ("soft spectrum", ("dot", "length")),
        ("populations", ("kT",)),
        ("current", ("gate",)),
        ("dot current", ("kT",)),
        ("dot current", ("dot", "cutoff")),
    ):
        for value in ("1e-400", "1e-30", "1e30", "1e400"):
            document = copy.deepcopy(bases()[name])
            target = document["case"]["inputs"]
            for step in path[:-1]:
                target = target[step]
            target[path[-1]] = value
            with pytest.raises(RejectedError):
                check(rehashed(document))
    assert time.process_time() - start < 10 * SECONDS


def test_documents_in_memory_are_held_to_the_same_grammar() -> None:
    """No file is needed: numbers that are none, deep nesting and foreign objects are refused."""
    nested: list[Any] = []
    for _ in range(10**5):
        nested = [nested]
    for value in (nested, float("nan"), float("inf"), 10**5000, {1: 2}, object(), b"1", (1,)):
        document = {**bases()["weight"], "digits": value}
        with pytest.raises(RejectedError):
            check(document)
    for document in (None, [], 1, "x", json.dumps(bases()["weight"])):
        with pytest.raises(RejectedError, match="must be an object"):
            check(document)


def test_many_integrals_of_many_digits_are_refused_at_once() -> None:
    """A thousand digits of integrals between high orbitals would take hours."""
    document = copy.deepcopy(bases()["integrals"])
    document["case"]["inputs"]["dot"]["orbitals"] = 62
    quadruples = [[p, q, p, q] for p in range(1, 63) for q in range(1, 63)]
    document["case"]["inputs"]["indices"] = quadruples
    document["values"]["values"] *= len(quadruples) // 3
    document["values"]["values"] += document["values"]["values"][: len(quadruples) % 3]
    document["digits"] = 1000
    _refused(document, "steps; at most 2e")

"""A certificate in which anything was changed is rejected, hashed anew or not."""

import copy
import json
from fractions import Fraction
from itertools import combinations

import pytest
from certificate_samples import (
    DOT,
    rehashed,
    rejected,
    spectrum_certificate,
    transitions_certificate,
)
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def spectrum() -> dict:
    return spectrum_certificate()


@pytest.fixture(scope="module")
def transitions() -> dict:
    return transitions_certificate()


def test_every_single_character_counts(spectrum: dict) -> None:
    """Exhaustively: changing any one character of the file is detected, by the hash if by nothing else."""
    text = json.dumps(spectrum)
    for position, character in enumerate(text):
        for other in {"0", "7", "a", "-", '"', " "} - {character}:
            broken = text[:position] + other + text[position + 1 :]
            try:
                document = json.loads(broken)
            except ValueError:
                continue
            # JSON without meaning of its own: white space that replaces white space cannot occur here
            assert document == spectrum or rejected(document), (position, character, other)


@given(st.data())
def test_random_corruption_is_detected(spectrum: dict, transitions: dict, data) -> None:
    """Deleting, doubling or replacing random stretches of the file is detected."""
    text = json.dumps(data.draw(st.sampled_from([spectrum, transitions])))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    middle = data.draw(st.sampled_from(["", text[start:end] * 2, "0" * (end - start), text[start:end][::-1]]))
    broken = text[:start] + middle + text[end:]
    try:
        document = json.loads(broken)
    except ValueError:
        return
    assert document in (spectrum, transitions) or not isinstance(document, dict) or rejected(document)


def test_statements_beyond_the_proof_are_rejected(spectrum: dict, transitions: dict) -> None:
    """With a fresh hash: any digit of a statement but the last one, a smaller radius, another spin or parity."""
    for document, path in ((spectrum, ("energies", 1)), (transitions, ("M", 1, 0)), (transitions, ("M", 0, 1))):
        digits = _at(document["values"], path)["mid"]
        for position, character in enumerate(digits[:-1]):
            if character.isdigit():
                changed = copy.deepcopy(document)
                other = str((int(character) + 1) % 10)
                _at(changed["values"], path)["mid"] = digits[:position] + other + digits[position + 1 :]
                assert rejected(rehashed(changed)), (path, position)
        changed = copy.deepcopy(document)
        _at(changed["values"], path)["rad"] = "0"
        assert rejected(rehashed(changed))
    for name in ("two_S", "parity"):
        changed = copy.deepcopy(spectrum)
        changed["values"][name].reverse()
        assert rejected(rehashed(changed))


def test_dropped_levels_are_noticed(spectrum: dict, transitions: dict) -> None:
    """With a fresh hash: the evidence without one eigenpair no longer proves completeness, whatever the statement."""
    for document in (spectrum, transitions):
        for part, evidence in enumerate(document["evidence"]):
            for index in range(len(evidence["levels"])):
                changed = copy.deepcopy(document)
                del changed["evidence"][part]["levels"][index]
                if document is spectrum:
                    changed["case"]["inputs"]["levels"] = 1
                    changed["values"] = {name: [v[1 - index]] for name, v in changed["values"].items()}
                assert rejected(rehashed(changed)), (part, index)


def test_a_level_listed_twice_is_noticed(spectrum: dict) -> None:
    """With a fresh hash: a copy of one eigenpair in place of another proves only one level."""
    changed = copy.deepcopy(spectrum)
    changed["evidence"][0]["levels"][1] = changed["evidence"][0]["levels"][0]
    assert rejected(rehashed(changed))


def test_other_inputs_are_noticed(spectrum: dict, transitions: dict) -> None:
    """With a fresh hash: swapping two inputs or changing one gives another problem, which is not the one proven."""
    inputs = spectrum["case"]["inputs"]
    swaps = [
        {"length": DOT["cutoff"], "cutoff": DOT["length"]},
        {"length": DOT["strength"], "strength": DOT["length"]},
        {"cutoff": DOT["strength"], "strength": DOT["cutoff"]},
        {"kernel": "contact"},
        {"kernel": "none"},
        {"orbitals": 4},
        {"cutoff": "250001/1000000"},
    ]
    for swap in swaps:
        changed = copy.deepcopy(spectrum)
        changed["case"]["inputs"] = {**inputs, "dot": {**DOT, **swap}}
        assert rejected(rehashed(changed)), swap
    for electrons, levels in ((3, 2), (2, 3), (1, 2)):
        changed = copy.deepcopy(spectrum)
        changed["case"]["inputs"] = {**inputs, "electrons": electrons, "levels": levels}
        assert rejected(rehashed(changed))
    changed = copy.deepcopy(transitions)
    changed["evidence"].reverse()
    assert rejected(rehashed(changed))
    changed = copy.deepcopy(transitions)
    changed["values"]["M"] = [list(column) for column in zip(*changed["values"]["M"], strict=True)]
    assert rejected(rehashed(changed))


def test_a_ceiling_that_hides_levels_is_rejected(spectrum: dict) -> None:
    """With a fresh hash: neither a higher ceiling nor a smaller model space proves anything."""
    evidence = spectrum["evidence"][0]
    ceiling = Fraction(evidence["ceiling"])
    for change in ({"ceiling": str(ceiling + 100)}, {"ceiling": None}, {"limit": 2}, {"ceiling": "51"}):
        changed = copy.deepcopy(spectrum)
        changed["evidence"][0].update(change)
        assert rejected(rehashed(changed)), change


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_changed_vectors_prove_no_wrong_statement(spectrum: dict, data) -> None:
    """With a fresh hash: a vector with one coefficient changed by more than a millionth is rejected."""
    level = data.draw(st.integers(0, 1))
    changed = copy.deepcopy(spectrum)
    numbers = changed["evidence"][0]["levels"][level]["vector"].split()
    index = data.draw(st.integers(0, len(numbers) - 1))
    largest = max(abs(int(number, 16)) for number in numbers)
    shift = data.draw(st.integers(largest // 10**6, largest)) * data.draw(st.sampled_from([1, -1]))
    numbers[index] = f"{int(numbers[index], 16) + shift:x}"
    changed["evidence"][0]["levels"][level]["vector"] = " ".join(numbers)
    assert rejected(rehashed(changed))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["spectrum", "transitions"])
def test_every_corruption_with_a_fresh_hash_is_detected(name: str, request: pytest.FixtureRequest) -> None:
    """Exhaustively: each digit that matters, each input or number for another, each eigenpair missing or elsewhere."""
    document = request.getfixturevalue(name)
    changes = [*_other_digits(document), *_swaps(document), *_missing(document)]
    assert len(changes) > 400
    for path, value in changes:
        changed = copy.deepcopy(document)
        for place, new in zip(path, value, strict=True):
            _at(changed, place[:-1])[place[-1]] = new
        assert rejected(rehashed(changed)), (path, value)


def _leaves(node, path=()):
    """Yield the path and value of every leaf."""
    if isinstance(node, dict | list):
        for step, item in node.items() if isinstance(node, dict) else enumerate(node):
            yield from _leaves(item, (*path, step))
    else:
        yield path, node


def _other_digits(document):
    """Yield every other digit at each place of inputs and statements, and of their vectors down to a millionth.

    The vectors of levels between those stated and the ceiling show that these exist; their digits carry no statement.
    """
    stated = _stated(document)
    for path, value in _leaves({"case": document["case"]["inputs"], "values": document["values"]}):
        where = ("case", "inputs", *path[1:]) if path[0] == "case" else path
        text = str(value)
        # the last digit of a statement lies within its radius; a larger radius is a weaker statement, and true
        for position, old in enumerate(text[:-1] if path[-1] == "mid" else "" if path[-1] == "rad" else text):
            for new in set("0123456789") - {old} if old.isdigit() else ():
                changed = text[:position] + new + text[position + 1 :]
                if not _same(changed, text):
                    yield (where,), (changed if isinstance(value, str) else int(changed),)
        if path[-1] == "rad" and Fraction(text):
            yield (where,), ("0",)
    for path, value in _leaves(document["evidence"]):
        if path[-1] == "vector" and path[2] < stated[path[0]]:
            numbers = value.split()
            size = max(len(number.lstrip("-")) for number in numbers)
            for index, number in enumerate(numbers):
                digits = number.lstrip("-").zfill(size)
                for position in range(5):
                    other = digits[:position] + f"{int(digits[position], 16) ^ 1:x}" + digits[position + 1 :]
                    wrong = [*numbers[:index], ("-" if number[0] == "-" else "") + other, *numbers[index + 1 :]]
                    yield (("evidence", *path),), (" ".join(wrong),)


def _stated(document):
    """Return how many levels of each list are stated."""
    inputs = document["case"]["inputs"]
    return [inputs[name] for name in ("levels", "levels_from", "levels_to") if name in inputs]


def _same(one: str, two: str) -> bool:
    try:
        return Fraction(one) == Fraction(two)
    except (ValueError, ZeroDivisionError):
        return False


def _swaps(document):
    """Yield every exchange of two inputs, two statements or two vectors that differ."""
    for part in (("case", "inputs"), ("values",), ("evidence",)):
        leaves = [
            ((*part, *path), value)
            for path, value in _leaves(_at(document, part))
            if path[-1] not in ("rad", "ceiling", "limit")
        ]
        for (one, a), (two, b) in combinations(leaves, 2):
            # an exchange inside one list of levels, or of equal numbers, states the same
            if a != b and type(a) is type(b) and (part != ("evidence",) or one[-1] == two[-1] == "vector"):
                yield (one, two), (b, a)


def _missing(document):
    """Yield every list without one of its elements."""
    for part in ("values", "evidence"):
        lists = {path[:k] for path, _ in _leaves(document[part]) for k in range(len(path) + 1)}
        for path in lists:
            found = _at(document, (part, *path))
            if isinstance(found, list):
                for index in range(len(found)):
                    yield ((part, *path),), (found[:index] + found[index + 1 :],)


def _at(values, path):
    for step in path:
        values = values[step]
    return values

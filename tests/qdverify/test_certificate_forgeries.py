"""No forged certificate passes unless what it states is true; seeded semantic changes, each with a fresh hash."""

import json
import time
from collections import Counter
from pathlib import Path

import pytest
from certificate_samples import rejected
from forgeries import KINDS, forged_files, forgeries
from forgery_bases import bases
from forgery_truth import is_true
from second_checker import judge_document, judge_text

from qdverify.certificate.check import check, check_file
from qdverify.certificate.grammar import RejectedError, read

FORGED = sorted((Path(__file__).parent / "forged").glob("*.json"))


def test_bases_are_true_and_accepted() -> None:
    """What the project writes is accepted, and brute force finds it true: task by task, kernel by kernel."""
    for name, document in bases().items():
        assert sum(check(json.loads(json.dumps(document))).values()) >= 1, name
        assert is_true(document), name


def _accepted_forgeries(seed: int, tries: int) -> tuple[Counter[str], list[str]]:
    """Return how many forgeries there are of each kind, and the labels of those that pass though they must not."""
    kinds: Counter[str] = Counter()
    wrong = []
    for label, document in forgeries(seed, tries):
        kind = label.split(":")[0]
        kinds[kind] += 1
        if not rejected(document):
            kinds["accepted"] += 1
            if kind == "form" or not is_true(document):
                wrong.append(label)
    return kinds, wrong


def test_no_forgery_passes_unless_it_is_true() -> None:
    """Hundreds of changes of every task: broken grammar never passes, and what passes is true by brute force."""
    kinds, wrong = _accepted_forgeries(seed=0, tries=1)
    assert not wrong
    assert min(kinds[kind] for kind in KINDS) > 100
    assert kinds.total() - 2 * kinds["accepted"] > 500  # most of them state falsehoods, or nothing


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_forgery_of_other_seeds_passes_unless_it_is_true(seed: int) -> None:
    """The same for other seeds and more tries."""
    kinds, wrong = _accepted_forgeries(seed, tries=8)
    assert not wrong
    assert kinds.total() > 4000


@pytest.mark.parametrize("every", [25, pytest.param(1, marks=pytest.mark.slow)])
def test_no_forgery_passes_the_second_checker_unless_it_is_true(every: int) -> None:
    """The program in C++ accepts the true certificates too, and no forgery that is false or of another form."""
    for name, document in bases().items():
        assert judge_document(document).status == 0, name
    tried = list(forgeries())[::every]
    for label, document in tried:
        passes = judge_document(document).status == 0
        assert not passes or (not label.startswith("form") and is_true(document)), label
    assert len(tried) > 2000 / every


def test_files_of_another_grammar_do_not_pass_the_second_checker() -> None:
    """Nor do files that no JSON document can stand for."""
    for label, content in forged_files():
        assert judge_text(content).status != 0, label


@pytest.mark.parametrize("file", FORGED, ids=[file.stem for file in FORGED])
def test_forged_files_are_rejected_at_once(file: Path) -> None:
    """Files that once passed though they are false, or never ended."""
    start = time.process_time()
    with pytest.raises(RejectedError):
        check_file(file)
    assert time.process_time() - start < 5


def _check_content(label: str, content: bytes) -> None:
    check(read(content))
    pytest.fail(f"accepted: {label}")


def test_files_of_another_grammar_are_rejected_at_once() -> None:
    """Keys twice, deep nesting, numbers that are none, other encodings, broken files."""
    start = time.process_time()
    for label, content in forged_files():
        with pytest.raises(RejectedError):
            _check_content(label, content)
    assert time.process_time() - start < 10

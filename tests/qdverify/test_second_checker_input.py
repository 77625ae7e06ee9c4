"""The checker in C++ reads strict JSON only, and bounds numbers, sizes and time before it computes."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from certificate_samples import spectrum_certificate
from second_checker import SOURCE, hashed, judge, judge_document, judge_text
from second_checker_documents import SHIPPED, changed, recomputed

NO_JSON = {
    "a byte order mark": lambda text: "\ufeff" + text,
    "text that follows": lambda text: text + "1",
    "a second document": lambda text: text + text,
    "no end": lambda text: text[:-1],
    "a comma too many": lambda text: text[:-1] + ",}",
    "a key twice": lambda text: text[:-1] + ', "digits": 12}',
    "a key twice, inside": lambda text: text.replace('"task"', '"task": "current", "task"'),
    "a nested bomb": lambda text: text[:-1] + ', "x": ' + "[" * 200_000 + "]" * 200_000 + "}",
    "seventeen levels": lambda text: text[:-1] + ', "x": ' + "[" * 17 + "]" * 17 + "}",
    "a long number": lambda text: text.replace('"digits": 12', f'"digits": {"1" * 5000}'),
    "a number with a leading zero": lambda text: text.replace('"digits": 12', '"digits": 012'),
    "a number with a sign": lambda text: text.replace('"digits": 12', '"digits": +12'),
    "no number": lambda text: text.replace('"digits": 12', '"digits": NaN'),
    "no finite number": lambda text: text.replace('"digits": 12', '"digits": -Infinity'),
    "an escape": lambda text: text.replace('"task"', '"\\u0074ask"'),
    "a letter beyond ASCII": lambda text: text.replace('"current"', '"curr\u0435nt"').replace("exact", "ex\u0430ct"),
    "a line end in a string": lambda text: text.replace("exact", "ex\nact"),
    "nothing": lambda text: "",
    "a zero byte": lambda text: text + "\0",
    "single quotes": lambda text: text.replace('"', "'"),
}


@pytest.mark.parametrize("name", list(NO_JSON))
def test_what_is_no_strict_json_cannot_be_read(name: str) -> None:
    """Grammar is settled before anything is computed; the exit status is 2."""
    text = json.dumps(recomputed("weight")).replace('"digits": 20', '"digits": 12')
    assert NO_JSON[name](text) != text
    status, message = judge_text(NO_JSON[name](text))
    assert (status, message[:11]) == (2, "unreadable:")


def test_every_character_counts() -> None:
    """Whatever character of a file is changed, the file is no longer accepted; every fifth is tried."""
    document = recomputed("weight")
    text = json.dumps(document)
    for position, character in list(enumerate(text))[::5]:
        other = "7" if character != "7" else "8"
        broken = text[:position] + other + text[position + 1 :]
        assert judge_text(broken).status in (1, 2), (position, character)


@pytest.mark.parametrize(
    "text", ["1e20001", "1e-999999999999", "1e99999999999999999999", "9" * 5000, "1/" + "9" * 5000]
)
def test_numbers_are_bounded_before_they_are_computed(text: str) -> None:
    """A claim or an input of absurd size is rejected at once."""
    for path in ("values/C/mid", "values/C/rad"):
        assert judge_document(changed(recomputed("weight"), (path, text)), "--seconds", "5").status == 1
    for path in ("case/inputs/kT", "case/inputs/levels/0/energy"):
        assert judge_document(changed(recomputed("populations"), (path, text)), "--seconds", "5").status == 1
    for path in ("case/inputs/dot/length", "evidence/0/ceiling"):
        assert judge_document(changed(spectrum_certificate(), (path, text)), "--seconds", "5").status == 1


@pytest.mark.parametrize(
    "changes",
    [
        [("case/inputs/dot/orbitals", 10**9)],
        [("case/inputs/dot/orbitals", 64), ("case/inputs/electrons", 64), ("evidence/0/electrons", 64)],
        [("case/inputs/levels", 10**9)],
        [("evidence/0/limit", 10**30)],
    ],
    ids=str,
)
def test_sizes_are_bounded_before_memory_is_taken(changes: list) -> None:
    """Orbitals, determinants, levels and limits beyond reason are rejected at once, by the same bounds as in Python."""
    status, message = judge_document(changed(spectrum_certificate(), *changes), "--seconds", "5")
    assert "time allowed" not in message
    assert status == 1


def test_files_are_bounded_and_read_whole(tmp_path: Path) -> None:
    """64 MiB and a byte are too many, 64 MiB are not; a certificate longer than one piece of the reader is accepted."""
    document = json.dumps(recomputed("weight"))
    file = tmp_path / "long.json"
    for length, expected in ((100_000, 0), (64 << 20, 0), ((64 << 20) + 1, 2)):
        file.write_text(document + " " * (length - len(document)))
        status, message = judge(file)
        assert status == expected, (length, message)
    assert message == "unreadable: the file is larger than 64 MiB"


def test_time_is_bounded() -> None:
    """A proof that takes longer than allowed is given up and said to be so."""
    status, message = judge(str(SHIPPED["certificate-paper-N4.json"]), "--seconds", "0")
    assert status == 1
    assert message == "rejected: not proven within the time allowed (--seconds)"


def _many_small_doubles() -> dict[str, Any]:
    """Evidence that is none, whose hash alone takes minutes: the shortest decimals of 200 000 doubles near 1e-308."""
    row = [1.2345678901234567e-308] * 1000
    return hashed({**recomputed("weight"), "evidence": [row] * 200})


def _claims_that_no_precision_proves() -> dict[str, Any]:
    """Populations that are rational by symmetry, stated exactly, of 9025 transitions: intervals never reach them."""
    states = 95
    levels = [{"electrons": 0, "energy": 0, "two_S": 0}] * states + [{"electrons": 1, "energy": 0, "two_S": 1}] * states
    document = recomputed("populations")
    document["case"]["inputs"] = {
        "levels": levels,
        "transitions": [{"from": i, "to": states + j, "M": "1/3"} for i in range(states) for j in range(states)],
        "leads": [{"name": "L", "rate": "1", "mu": "1/3"}, {"name": "R", "rate": "1", "mu": "-1/3"}],
        "kT": "1/7",
        "gate": 0,
    }
    document["values"] = {"populations": [{"mid": f"{1 + k // states}/{3 * states}", "rad": "0"} for k in range(190)]}
    return hashed(document)


def _vectors_with_wide_intervals() -> dict[str, Any]:
    """A thousand configurations whose intervals all meet: each merger of two runs begins from the start."""
    orbitals = 48
    row = [1 if p % 2 else 0 for p in range(orbitals)]
    dot = {
        "kind": "integrals",
        "orbitals": orbitals,
        "one_body": [[9 * (p == q) + row[abs(p - q)] for q in range(orbitals)] for p in range(orbitals)],
        "two_body": [],
    }
    size, vectors = orbitals**2, []
    for p in range(orbitals):
        for q in range(p):
            numbers = ["0"] * size
            numbers[_position(p, q)], numbers[_position(q, p)] = "1", "-1"
            vectors.append({"two_S": 0, "irrep": 1, "vector": " ".join(numbers)})
    evidence = {"electrons": 2, "ceiling": "1000", "levels": vectors}
    entry = {"energy": {"mid": "0", "rad": "1"}, "members": [[0, 1, 1]]}
    return hashed(
        {
            **recomputed("weight"),
            "schema": "qdverify-certificate/3",
            "case": {
                "schema": "qdverify-case/3",
                "task": "spectrum",
                "inputs": {"dot": dot, "electrons": 2, "levels": 1},
            },
            "grade": "enclosed",
            "values": {"spectra": [[entry]]},
            "evidence": [evidence],
        }
    )


def _position(up: int, down: int) -> int:
    """Return the place of a determinant of two electrons among all, ascending by its mask."""
    return up**2 + down if up > down else down**2 + down + up


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(_many_small_doubles, marks=pytest.mark.slow),
        pytest.param(_claims_that_no_precision_proves, marks=pytest.mark.slow),
        _vectors_with_wide_intervals,
    ],
)
def test_time_is_bounded_wherever_it_goes(document: Callable[[], dict[str, Any]]) -> None:
    """The hash, rates in high precision, runs of vectors: whatever takes long ends when the time is up."""
    file, start = document(), time.monotonic()
    status, message = judge_document(file, "--seconds", "1")
    assert time.monotonic() - start < 20
    assert (status, message) == (1, "rejected: not proven within the time allowed (--seconds)")


def test_values_are_bounded_before_memory_is_taken(tmp_path: Path) -> None:
    """A file of nothing but brackets, well below 64 MiB, would else take some 6 GB."""
    file = tmp_path / "brackets.json"
    row = "[" + ",".join(["[[[[[[[[[[[[]]]]]]]]]]]]"] * 9000) + "]"
    file.write_text("[" + ",".join([row] * 60) + "]")
    status, message = judge(file)
    assert (status, message.partition(" (")[0]) == (2, "unreadable: the file has too many values")


def test_what_is_no_lead_and_no_vector_is_refused_as_in_python() -> None:
    """A lead of rate 0, whatever it states, and a vector with a space too many."""
    document = changed(recomputed("current"), ("case/inputs/leads/1/rate", "0"))
    for name in ("I_L", "I_R"):
        document["values"][name] = {"mid": "0", "rad": "0"}
    assert judge_document(hashed(document)).message == "rejected: rate must be positive"
    vector = spectrum_certificate()["evidence"][0]["levels"][0]["vector"]
    for wrong in (vector + " ", " " + vector, vector.replace(" ", "  ", 1), ""):
        status, message = judge_document(changed(spectrum_certificate(), ("evidence/0/levels/0/vector", wrong)))
        assert (status, message[:23]) == (1, "rejected: a vector must")


def test_usage_and_missing_files_have_their_status(tmp_path: Path) -> None:
    """Status 2, with a line that says why."""
    assert judge(tmp_path / "none.json") == (2, "unreadable: the file cannot be opened")
    assert judge(tmp_path).status == 2
    assert judge("--help").message.startswith("usage: check_certificate")


def test_no_floating_point_and_no_library_but_gmp() -> None:
    """The source declares no floating-point number and includes nothing but the standard library, an alarm and GMP."""
    source = SOURCE.read_text()
    code = re.sub(r'//[^\n]*|"(\\.|[^"\\])*"', "", source)
    assert not re.findall(r"\b(?:float|double)\b|get_d\b|std::(?:pow|log|exp)\b|<cmath>|mpf_", code)
    assert [name for name in re.findall(r"#include <(.*)>", source) if "." in name] == ["gmpxx.h", "unistd.h"]

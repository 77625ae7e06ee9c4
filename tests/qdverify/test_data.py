"""The shipped reference data: undamaged, readable by the rest of the package, and reproducible."""

import json
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest

import numeric
from qdverify.certificate.check import check_file
from qdverify.protocol.case import Case
from qdverify.records import regenerate
from qdverify.records.agreement import agreements
from qdverify.records.reference_cases import _grid, _integrals
from qdverify.records.regenerate import _compare, certified, differences
from qdverify.reference import data
from qdverify.reference.oracle import oracle
from qdverify.reference.printed import reported


def shipped(task: str, **inputs):
    """Return the shipped document of a case."""
    key = Case(task, inputs).key
    return next(document for document in data.references() if Case.from_document(document["case"]).key == key)


def test_files_are_as_they_were_written() -> None:
    """Every file matches its hash, and every entry has a case, a grade and its generator."""
    assert data.damaged() == []
    assert len(data.references()) == data.manifest()["references"] > 200
    assert len({Case.from_document(document["case"]).key for document in data.references()}) == len(data.references())
    for document in data.references():
        assert document["grade"] in ("exact", "enclosed")
        assert document["provenance"]["generator"].startswith("qdverify ")


def test_damage_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file whose hash is another one is named."""
    files = {**data.manifest()["files"], data.REFERENCES: "0" * 64, "absent.json": "0" * 64}
    monkeypatch.setattr(data, "manifest", lambda: {"files": files})
    assert data.damaged() == [data.REFERENCES, "absent.json"]


def test_every_small_reference_is_found_again() -> None:
    """A sample of the grid and all integrals, computed anew, meet what is shipped."""
    grid = list(_grid())
    for case, digits in (*grid[::17], *_integrals()):
        document = next(d for d in data.references() if Case.from_document(d["case"]).key == case.key)
        assert list(_compare(case, digits, document)) == []


def test_a_changed_reference_is_noticed() -> None:
    """One digit of a shipped value is enough, and so is another grade."""
    case, digits = next(iter(_integrals()))
    document = json.loads(json.dumps(oracle(case, digits).to_document()))
    assert list(_compare(case, digits, document)) == []
    wrong = json.loads(json.dumps(document))
    value = wrong["values"]["values"][2]
    value["mid"] = str(Decimal(value["mid"]) * (1 + Decimal("1e-20")))
    assert len(list(_compare(case, digits, wrong))) == 1
    assert len(list(_compare(case, digits, {**document, "grade": "exact"}))) == 1


def test_progress_names_each_case_with_its_differences(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command tells of every case as it is done, and fails at the end if one of them differs."""
    chosen = list(_integrals())[:2]
    monkeypatch.setattr(regenerate, "cases", lambda: iter(chosen))
    monkeypatch.setattr(regenerate, "certified", dict)
    monkeypatch.setattr(regenerate.sys, "argv", ["regenerate"])
    assert regenerate.main() == 0
    shown = capsys.readouterr()
    assert shown.out == "0 differences\n"
    assert shown.err.count("interaction_integrals orbitals=") == shown.err.count("as shipped") - 1 == 2
    one, two = (oracle(case, digits).to_document() for case, digits in chosen)
    one["grade"] = "exact"
    monkeypatch.setattr(data, "references", lambda: [one, two])
    assert regenerate.main() == 1
    shown = capsys.readouterr()
    assert "1 differences" in shown.err
    assert shown.out.endswith("grade enclosed instead of exact\n1 differences\n")


def test_the_specification_s_number_is_among_them() -> None:
    """E_0(N=4, M=13, L=19/2, cutoff 19/10000) is shipped to 24 digits."""
    document = shipped("spectrum", dot={**reported.dot(13), "cutoff": "19/10000"}, electrons=4, levels=6)
    energy = document["values"]["energies"][0]
    assert abs(Decimal(energy["mid"]) - Decimal("3.959531191784353464409")) < Decimal("4e-22")
    assert Decimal(energy["rad"]) < Decimal("1e-22")


@pytest.mark.parametrize("orbitals", [8, 10, 13])
def test_double_precision_agrees_with_the_shipped_numbers(orbitals: int) -> None:
    """The floating-point side reproduces the paper's dot for N = 3 within its own accuracy."""
    document = shipped("spectrum", dot=reported.dot(orbitals), electrons=3, levels=3)
    found = numeric.solve(numeric.Dot(9.5, 0.0019, orbitals), electrons=3, levels=3)
    expected = [float(value["mid"]) for value in document["values"]["energies"]]
    assert np.allclose(found.energies, expected, rtol=1e-12, atol=0)


def test_energies_fall_as_the_basis_grows() -> None:
    """Hylleraas, Undheim and MacDonald: each of the lowest levels falls strictly from M to M + 1, for M = 8 to 20."""
    for electrons, levels in ((2, 2), (3, 3), (4, 6)):
        rows = [
            shipped("spectrum", dot=reported.dot(M), electrons=electrons, levels=levels)["values"]["energies"]
            for M in range(8, 21)
        ]
        for larger, smaller in pairwise(rows):
            for low, high in zip(smaller, larger, strict=True):
                assert Decimal(low["mid"]) + Decimal(low["rad"]) < Decimal(high["mid"]) - Decimal(high["rad"])


def test_a_file_of_numbers_can_be_held_against_them() -> None:
    """`compare` reads the shipped list, and finds the digits in which somebody's numbers agree."""
    document = shipped("spectrum", dot=reported.dot(13), electrons=2, levels=2)
    mine = json.loads(json.dumps(document))
    for value in mine["values"]["energies"]:
        value["mid"], value["rad"] = str(Decimal(value["mid"]) * (1 + Decimal("1e-11"))), "0"
    found = [item for item in agreements([mine], data.references()).values if item.name == "energies"]
    assert len(found) == 1
    assert not found[0].compatible
    assert found[0].digits[0] == pytest.approx(11, abs=0.1)


def test_small_certificates_pass_their_checker() -> None:
    """The shipped certificate of two electrons at M = 13 is accepted."""
    assert {file.name for file in data.certificates()} == set(certified())
    assert check_file(str(data.folder() / "certificate-paper-N2.json")) == {"energies": 2}


@pytest.mark.long
@pytest.mark.slow
def test_the_largest_certificate_passes_its_checker() -> None:
    """The shipped certificate of four electrons at M = 13 is accepted; the others are checked with the quick data."""
    assert check_file(str(data.folder() / "certificate-paper-N4.json")) == {"energies": 6}


@pytest.mark.slow
def test_quick_regeneration_finds_no_difference() -> None:
    """The command's quick run ends without a difference, and checks every certificate but that of four electrons."""
    assert list(differences(quick=True)) == []

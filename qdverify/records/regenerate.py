"""Compute the shipped reference data anew, and compare them with what is shipped.

usage: python -m qdverify.records.regenerate [--quick] [--write FOLDER --date DATE]

Without --write nothing is changed: every reference is computed again and must meet the shipped one, ball by ball,
with the same grade, and every certificate must pass its checker.  --quick leaves out dots of more than eight orbitals
and certificates of more than three electrons. Standard error shows each case as it is done, with the processor seconds
it took; standard output lists the differences. Exit status 1 if something differs.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from qdverify.certificate.check import check_file
from qdverify.certificate.grammar import RejectedError
from qdverify.protocol.case import Case
from qdverify.protocol.files import write_whole
from qdverify.records.agreement import agreements
from qdverify.records.reference_cases import LOWEST_MULTIPLET, cases
from qdverify.reference import data
from qdverify.reference.document_types import ReferenceDocument
from qdverify.reference.oracle import Refusal, oracle
from qdverify.reference.printed import reported
from qdverify.reference.write_certificate import certificate

VERSION: Final = "1"
DIGITS: Final = 18
QUICK_ORBITALS: Final = 8
CERTIFIED_ORBITALS: Final = 13


def certified() -> dict[str, tuple[Case, int]]:
    """Return the cases that are shipped with a certificate, by file name."""
    length, cutoff = map(str, reported.exact_lengths())
    dot = {**reported.dot(CERTIFIED_ORBITALS), "length": length, "cutoff": cutoff, "strength": "1"}
    found = {}
    for electrons in (2, 3, 4):
        levels = LOWEST_MULTIPLET[electrons]
        case = Case("spectrum", {"dot": dot, "electrons": electrons, "levels": levels})
        found[f"certificate-paper-N{electrons}.json"] = case, DIGITS
    inputs = {"dot": dot, "electrons": 2, "levels_from": 2, "levels_to": 3}
    found["certificate-paper-N2-to-N3.json"] = Case("transition_probabilities", inputs), DIGITS
    return found


def differences(*, quick: bool) -> Iterator[str]:
    """Yield one line for everything that is not as shipped."""
    for _, complaints in comparisons(quick=quick):
        yield from complaints


def comparisons(*, quick: bool) -> Iterator[tuple[str, list[str]]]:
    """Yield what was computed anew, one case or certificate after the other, with a line for each difference."""
    yield "hashes of all files", [f"{name}: damaged" for name in data.damaged()]
    shipped = {Case.from_document(document["case"]).key: document for document in data.references()}
    for case, digits in cases():
        if case.key not in shipped:
            yield named(case), [f"{case.task}: not shipped"]
        elif not quick or _is_quick(case):
            yield named(case), list(_compare(case, digits, shipped[case.key]))
    for name in certified():
        if not quick or "N4" not in name:
            yield name, list(_rejected(name))


def named(case: Case) -> str:
    """Return the task with its small inputs.

    >>> named(Case("clebsch_gordan_weight", {"two_S_i": 1, "two_S_j": 2}))
    'clebsch_gordan_weight two_S_i=1 two_S_j=2'
    """
    small = {name: value for name, value in case.inputs.items() if not isinstance(value, list | dict)}
    dot = {name: case.inputs["dot"][name] for name in ("orbitals", "kernel") if "dot" in case.inputs}
    return " ".join([case.task, *(f"{name}={value}" for name, value in {**small, **dot}.items())])


def _compare(case: Case, digits: int, shipped: ReferenceDocument) -> Iterator[str]:
    try:
        found = oracle(case, digits).to_document()
    except Refusal as refusal:
        yield f"{case.task}: refused: {refusal}"
        return
    if found["grade"] != shipped["grade"]:
        yield f"{case.task}: grade {found['grade']} instead of {shipped['grade']}"
    for item in agreements(found, shipped).values:
        if not item.compatible:
            yield f"{item.case} {item.name}: differs by {item.deviation:.3g} at element {item.index}"


def _rejected(name: str) -> Iterator[str]:
    try:
        check_file(str(data.folder() / name))
    except RejectedError as error:
        yield f"{name}: {error}"


def _is_quick(case: Case) -> bool:
    return "dot" not in case.inputs or case.inputs["dot"]["orbitals"] <= QUICK_ORBITALS


def write(folder: Path, date: str, *, progress: bool = True) -> None:
    """Compute all data and write them with their manifest."""
    documents = []
    for number, (case, digits) in enumerate(cases(), 1):
        documents.append(oracle(case, digits).to_document())
        _tell(progress, f"{number}: {case.task}")
    contents = {data.REFERENCES: _lines(documents)}
    for name, (case, digits) in certified().items():
        contents[name] = json.dumps(certificate(case, digits), indent=1) + "\n"
        _tell(progress, name)
    manifest = {
        "schema": data.SCHEMA,
        "version": VERSION,
        "date": date,
        "generator": "python -m qdverify.records.regenerate --write FOLDER --date DATE",
        "references": len(documents),
        "files": {name: sha256(text.encode()).hexdigest() for name, text in contents.items()},
    }
    contents[data.MANIFEST] = json.dumps(manifest, indent=1) + "\n"
    for name, text in contents.items():
        write_whole(folder / name, text)


def _lines(documents: Iterable[ReferenceDocument]) -> str:
    """One reference a line: small, and a change shows as one line."""
    return "[\n" + ",\n".join(json.dumps(document) for document in documents) + "\n]\n"


def _tell(progress: bool, text: str) -> None:
    if progress and sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")


def main() -> int:
    """Run as a command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="only what takes about a minute")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="write new data instead of comparing")
    parser.add_argument("--date", help="date of new data, such as 2026-01-31")
    chosen = parser.parse_args()
    if chosen.write is not None:
        if chosen.date is None:
            parser.error("--write needs --date")
        write(chosen.write, chosen.date)
        return 0
    found = 0
    start = time.process_time()
    for number, (name, complaints) in enumerate(comparisons(quick=chosen.quick), 1):
        end = time.process_time()
        verdict = "as shipped" if not complaints else f"{len(complaints)} differences"
        sys.stderr.write(f"{number}: {name}: {verdict}, {end - start:.1f} s\n")
        sys.stdout.writelines(f"{line}\n" for line in complaints)
        sys.stdout.flush()
        found, start = found + len(complaints), end
    sys.stdout.write(f"{found} differences\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

"""Checking a certificate file: it must be undamaged and state what its evidence proves.

A certificate is a reference document (interface.md) with the evidence for it: for one or two lists of levels the
number of electrons, a ceiling, the limit of the kinetic energy in the model space P (in sums of n^2), and a vector
for every level below the ceiling. What is proven from that, and how, stands in proof.py. The hash covers everything
but itself.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from flint import arb, ctx

from qdverify.certificate.proof import (
    Level,
    Model,
    RejectedError,
    complete,
    determinants,
    enclose,
    exist,
    probability,
    rational,
    require,
    squares,
)

SCHEMA = "qdverify-certificate/1"
BITS = 128


def check_levels(model: Model, stated: Mapping[str, Any]) -> list[Level]:
    """Verify one list of levels; return them with energies in effective Hartree."""
    electrons, ceiling = int(stated["electrons"]), stated["ceiling"]
    basis = {parity: determinants(model.orbitals, electrons, parity) for parity in (1, -1)}
    levels = exist(model, electrons, stated["levels"], basis)
    edge = arb.pos_inf() if ceiling is None else rational(Fraction(ceiling))
    for parity, masks in basis.items():
        mine = [level for level in levels if level.parity == parity]
        if len(mine) < len(masks):
            require(ceiling is not None, "levels are missing, and no ceiling is stated")
            inner, outer = ([m for m in masks if (squares(m) <= stated["limit"]) == side] for side in (True, False))
            complete(model, mine, Fraction(ceiling), inner, outer)
        for two_S in {level.two_S for level in mine}:
            enclose([level for level in mine if level.two_S == two_S], edge)
    for level in levels:
        level.energy /= rational(model.length**2)
    for below, above in pairwise(levels):
        require(below.energy < above.energy, "the order of two levels is not determined")
    return levels


def check_balls(stated: Sequence[Mapping[str, str]], proven: Sequence[arb], name: str) -> None:
    """Verify that each stated ball contains what was proven."""
    require(len(stated) == len(proven), f"{name}: {len(proven)} numbers are proven, {len(stated)} stated")
    for ball, value in zip(stated, proven, strict=True):
        claim = rational(Fraction(ball["mid"])) + arb(0, rational(Fraction(ball["rad"])).lower())
        require(claim.contains(value), f"{name}: {ball['mid']} +- {ball['rad']} is not proven; {value} is")


def check(certificate: Mapping[str, Any]) -> dict[str, int]:
    """Verify a certificate; return how many numbers it proves, by name.

    Raises
    ------
    RejectedError
        Where the file is damaged or states more than it proves.
    """
    require(certificate.get("schema") == SCHEMA, f"schema must be {SCHEMA}")
    require(certificate.get("sha256") == content_hash(certificate), "the content does not match its hash")
    with ctx.workprec(BITS):
        case, values = certificate["case"], certificate["values"]
        inputs = case["inputs"]
        model = Model(inputs["dot"])
        first = check_levels(model, certificate["evidence"][0])
        require(certificate["evidence"][0]["electrons"] == inputs["electrons"], "the evidence is of other electrons")
        if case["task"] == "spectrum":
            first = first[: inputs["levels"]]
            require(len(first) == inputs["levels"], "levels are missing")
            require(values["two_S"] == [level.two_S for level in first], "the spins are not those of the levels")
            require(values["parity"] == [level.parity for level in first], "the parities are not those of the levels")
            check_balls(values["energies"], [level.energy for level in first], "energies")
            return {"energies": len(first)}
        require(case["task"] == "transition_probabilities", f"task {case['task']!r} has no certificates")
        second = check_levels(model, certificate["evidence"][1])
        require(
            certificate["evidence"][1]["electrons"] == inputs["electrons"] + 1, "the evidence is of other electrons"
        )
        first, second = first[: inputs["levels_from"]], second[: inputs["levels_to"]]
        require((len(first), len(second)) == (inputs["levels_from"], inputs["levels_to"]), "levels are missing")
        require(len(values["M"]) == len(second), "rows of M are missing")
        for row, j in zip(values["M"], second, strict=True):
            check_balls(row, [probability(model, inputs["electrons"], i, j) for i in first], "M")
        return {"M": len(first) * len(second)}


def content_hash(certificate: Mapping[str, Any]) -> str:
    """Return the hash of everything but the hash."""
    content = {key: value for key, value in certificate.items() if key != "sha256"}
    return sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def check_file(path: str | Path) -> dict[str, int]:
    """Verify the certificate in a file; see `check`."""
    try:
        certificate = json.loads(Path(path).read_text(encoding="utf-8"))
        return check(certificate)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        raise RejectedError(f"the file is no certificate: {type(error).__name__}: {error}") from error


if __name__ == "__main__":
    try:
        sys.stdout.write(f"proven: {check_file(sys.argv[1])}\n")
    except RejectedError as rejected:
        sys.exit(f"rejected: {rejected}")

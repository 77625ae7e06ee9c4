"""Checking a certificate file: it must be undamaged and state what its evidence proves.

A certificate is a reference document (interface.md) with the evidence for it: for one or two lists of levels the
number of electrons, a ceiling, the limit of the kinetic energy in the model space P (in sums of n^2), and a vector
for every level below the ceiling. What is proven from that, and how, stands in proof.py; what needs no evidence is
computed anew in recompute.py. The hash covers everything but itself.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
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
from qdverify.certificate.recompute import check_charging_levels, integrals, spin_weight, stationary_state

SCHEMA = "qdverify-certificate/1"
LEAST_BITS = 128


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
    require(isinstance(certificate, Mapping), "the file is no certificate: it must hold a JSON object")
    try:
        return _check(certificate)
    except KeyError as error:
        raise RejectedError(f"the file is no certificate: {error} is missing") from error
    except (IndexError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        raise RejectedError(f"the file is no certificate: a part of it is of another form: {error}") from error


def _check(certificate: Mapping[str, Any]) -> dict[str, int]:
    require(certificate.get("schema") == SCHEMA, f"schema must be {SCHEMA}")
    require(certificate["sha256"] == content_hash(certificate), "the content does not match its hash")
    task = certificate["case"]["task"]
    require(task in _TASKS, f"task {task!r} has no certificates")
    bits = max(LEAST_BITS, 64 + 4 * int(certificate["digits"]))
    with ctx.workprec(bits):
        return _TASKS[task](certificate["case"]["inputs"], certificate["values"], certificate["evidence"])


def _weight(inputs: Mapping[str, Any], values: Mapping[str, Any], _: Any) -> dict[str, int]:
    check_balls([values["C"]], [rational(spin_weight(inputs))], "C")
    return {"C": 1}


def _integrals(inputs: Mapping[str, Any], values: Mapping[str, Any], _: Any) -> dict[str, int]:
    check_balls(values["values"], integrals(inputs), "values")
    return {"values": len(values["values"])}


def _spectrum(inputs: Mapping[str, Any], values: Mapping[str, Any], evidence: Any) -> dict[str, int]:
    if evidence:
        levels = _lowest(inputs, evidence[0], inputs["electrons"], inputs["levels"])
        require(values["two_S"] == [level.two_S for level in levels], "the spins are not those of the levels")
        require(values["parity"] == [level.parity for level in levels], "the parities are not those of the levels")
        energies = [level.energy for level in levels]
    else:
        dot = inputs["dot"]
        require(dot["kernel"] in ("constant", "none") or Fraction(dot["strength"]) == 0, "a spectrum needs evidence")
        energies = check_charging_levels(inputs, values["two_S"], values["parity"])
    check_balls(values["energies"], energies, "energies")
    return {"energies": len(energies)}


def _transitions(inputs: Mapping[str, Any], values: Mapping[str, Any], evidence: Any) -> dict[str, int]:
    model, electrons = Model(inputs["dot"]), inputs["electrons"]
    first = _lowest(inputs, evidence[0], electrons, inputs["levels_from"])
    second = _lowest(inputs, evidence[1], electrons + 1, inputs["levels_to"])
    require(len(values["M"]) == len(second), "rows of M are missing")
    for row, j in zip(values["M"], second, strict=True):
        check_balls(row, [probability(model, electrons, i, j) for i in first], "M")
    return {"M": len(first) * len(second)}


def _lowest(inputs: Mapping[str, Any], evidence: Mapping[str, Any], electrons: int, count: int) -> list[Level]:
    require(evidence["electrons"] == electrons, "the evidence is of other electrons")
    levels = check_levels(Model(inputs["dot"]), evidence)[:count]
    require(len(levels) == count, "levels are missing")
    return levels


def _populations(inputs: Mapping[str, Any], values: Mapping[str, Any], _: Any) -> dict[str, int]:
    check_balls(values["populations"], stationary_state(inputs)[0], "populations")
    return {"populations": len(values["populations"])}


def _current(inputs: Mapping[str, Any], values: Mapping[str, Any], _: Any) -> dict[str, int]:
    current = stationary_state(inputs)[1]
    for name in ("L", "R"):
        check_balls([values[f"I_{name}"]], [current[name]], f"I_{name}")
    return {"I_L": 1, "I_R": 1}


_TASKS: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any], Any], dict[str, int]]] = {
    "clebsch_gordan_weight": _weight,
    "interaction_integrals": _integrals,
    "spectrum": _spectrum,
    "transition_probabilities": _transitions,
    "stationary_state": _populations,
    "current": _current,
}


def content_hash(certificate: Mapping[str, Any]) -> str:
    """Return the hash of everything but the hash."""
    content = {key: value for key, value in certificate.items() if key != "sha256"}
    return sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def check_file(path: str | Path) -> dict[str, int]:
    """Verify the certificate in a file; see `check`."""
    try:
        certificate = json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise RejectedError(f"the file is no JSON: {error}") from error
    return check(certificate)


if __name__ == "__main__":
    try:
        sys.stdout.write(f"proven: {check_file(sys.argv[1])}\n")
    except RejectedError as rejected:
        sys.exit(f"rejected: {rejected}")

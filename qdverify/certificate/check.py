"""Checking a certificate file: it must be undamaged, of the stated form, and state what its evidence proves.

A certificate has a case, digits, a grade, values, evidence and a hash of all but itself. The grammar is that of
grammar.py and of the families of tasks: given_levels.py for `qdverify-certificate/1`, the protocol's questions, and
from_dot.py for `qdverify-certificate/2`, from the box to the current, and `qdverify-certificate/3`, the same for a dot
given by its integrals (integral_dot.py). What is proven from the evidence, and how,
stands in proof.py; what needs no evidence is computed anew in recompute.py. The hash is a guard against damage; it
proves nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

from flint import ctx

from qdverify.certificate import from_dot, given_levels
from qdverify.certificate.grammar import RejectedError, count, fields, read_file, require, shown
from qdverify.certificate.model import pausing

SCHEMA = "qdverify-certificate/1"
SCHEMA_FROM_DOT = "qdverify-certificate/2"
SCHEMA_OF_INTEGRALS = "qdverify-certificate/3"
LEAST_BITS = 128
MOST_DIGITS = 1000
_FAMILIES = {
    SCHEMA: ("qdverify-case/1", given_levels.TASKS),
    SCHEMA_FROM_DOT: ("qdverify-case/2", from_dot.TASKS),
    SCHEMA_OF_INTEGRALS: ("qdverify-case/3", from_dot.TASKS_OF_INTEGRALS),
}


def check(certificate: object, pause: Callable[[], None] | None = None) -> dict[str, int]:
    """Verify a certificate; return how many numbers it proves, by name.

    Parameters
    ----------
    certificate
        The JSON value in the file.
    pause
        Is called again and again during the check, and may end it by an exception that is none of arithmetic, values
        or types.

    Raises
    ------
    RejectedError
        If the file is damaged or of another form, takes too many steps, or states more than it proves.
    """
    try:
        with pausing(pause):
            return _check(certificate)
    except (IndexError, KeyError, TypeError, AttributeError, ValueError, ArithmeticError, RecursionError) as error:
        raise RejectedError(
            f"the file is no certificate: a part of it is of another form: {shown(str(error))}"
        ) from error


def _check(certificate: object) -> dict[str, int]:
    parts = ("schema", "case", "digits", "grade", "values", "evidence", "sha256")
    certificate = fields(certificate, "the certificate", parts)
    require(certificate["sha256"] == content_hash(certificate), "the content does not match its hash")
    schema = certificate["schema"]
    if not isinstance(schema, str) or schema not in _FAMILIES:
        raise RejectedError(f"schema must be one of {', '.join(_FAMILIES)}")
    case_schema, tasks = _FAMILIES[schema]
    case = fields(certificate["case"], "case", ("schema", "task", "inputs"))
    require(case["schema"] == case_schema, f"the schema of the case must be {case_schema}")
    task = case["task"]
    if not isinstance(task, str) or task not in tasks:
        raise RejectedError(f"task {shown(task)} has no certificates")
    digits = count(certificate["digits"], "digits", 1, MOST_DIGITS)
    with ctx.workprec(max(LEAST_BITS, 64 + 4 * digits)):
        proven = tasks[task](case["inputs"], certificate["values"], certificate["evidence"])
    require(certificate["grade"] == proven.grade, f"the grade must be {proven.grade}")
    return dict(proven.numbers)


def content_hash(certificate: Mapping[str, object]) -> str:
    """Return the hash of everything but the hash."""
    content = {key: value for key, value in certificate.items() if key != "sha256"}
    return sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def check_file(path: str | Path) -> dict[str, int]:
    """Verify the certificate in a file; see `check`."""
    return check(read_file(path))


if __name__ == "__main__":
    try:
        sys.stdout.write(f"proven: {check_file(sys.argv[1])}\n")
    except RejectedError as rejected:
        sys.exit(f"rejected: {rejected}")

"""Certificates for the tests of the second checker, and changed copies of them."""

import copy
from functools import cache

from certificate_samples import DOT
from second_checker import hashed
from test_certificate import RECOMPUTED

from qdverify.protocol.case import Case
from qdverify.reference import data
from qdverify.reference.write_certificate import certificate

SHIPPED = {file.name: file for file in data.certificates()}


def recomputed(name: str) -> dict:
    """Return a certificate that needs no evidence; it is the caller's to change."""
    return copy.deepcopy(_recomputed(name))


@cache
def _recomputed(name: str) -> dict:
    return certificate(RECOMPUTED[name], digits=20)


def two_electrons(**dot: str) -> dict:
    """Return a certificate of the three lowest levels of two electrons; it is the caller's to change."""
    return copy.deepcopy(_two_electrons(**dot))


@cache
def _two_electrons(**dot: str) -> dict:
    return certificate(Case("spectrum", {"dot": {**DOT, **dot}, "electrons": 2, "levels": 3}), digits=12)


def changed(document: dict, *changes: tuple[str, object]) -> dict:
    """Return a copy with a fresh hash in which each path, as in "values/C/mid", has another value; None removes it."""
    result = copy.deepcopy(document)
    for path, value in changes:
        *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
        place = result
        for step in steps:
            place = place[step]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return hashed(result)

"""Two small certificates, and what is done to them."""

import json
from functools import cache

from qdverify.certificate.check import check, content_hash
from qdverify.certificate.grammar import RejectedError
from qdverify.protocol.case import Case
from qdverify.reference.write_certificate import certificate

DOT = {"length": "19/2", "cutoff": "1/4", "orbitals": 3, "kernel": "soft-coulomb", "strength": "1"}
SPECTRUM = {"dot": DOT, "electrons": 2, "levels": 2}
TRANSITIONS = {"dot": DOT, "electrons": 2, "levels_from": 2, "levels_to": 2}


@cache
def spectrum_certificate() -> dict:
    """Return a certificate of two levels."""
    return certificate(Case("spectrum", SPECTRUM), digits=12)


@cache
def transitions_certificate() -> dict:
    """Return a certificate of four transition probabilities."""
    return certificate(Case("transition_probabilities", TRANSITIONS), digits=12)


def rehashed(document: dict) -> dict:
    """Return the document with a hash that fits its content."""
    return {**document, "sha256": content_hash(document)}


def rejected(document: dict) -> bool:
    """Tell whether the checker rejects a document."""
    try:
        check(json.loads(json.dumps(document)))
    except RejectedError:
        return True
    return False

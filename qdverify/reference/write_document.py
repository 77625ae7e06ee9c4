"""Stating numbers in a certificate, and having its checker accept it before it is handed out."""

from __future__ import annotations

from decimal import Decimal

from flint import arb

from qdverify.certificate.check import check, content_hash
from qdverify.certificate.grammar import MOST_EXPONENT, RejectedError
from qdverify.reference.answers.answer import Refusal
from qdverify.reference.document_types import CertificateDocument, EvidenceDocument
from qdverify.reference.enclosure.budget import OutOfTime, check_time
from qdverify.reference.oracle import Enclosed

GUARD_BITS = 56
ATTEMPTS = 5


class _CheckStopped(Exception):
    """The budget of seconds is spent during a check; the cause says on what."""


def accepted(document: CertificateDocument) -> CertificateDocument:
    """Return the document with its hash once the checker accepts it, with larger model spaces if it needs them.

    The checker's proof of completeness asks a little more than a count: the levels' own vectors must lift all that
    lies below the ceiling.
    """
    complaint = ""
    document = {**document, "values": _readable(document["values"])}
    for _ in range(ATTEMPTS):
        signed: CertificateDocument = {**document, "sha256": content_hash(document)}
        try:
            check_in_time(signed)
        except RejectedError as rejected:
            complaint = str(rejected)
            grown = [_with_larger_model_space(part) for part in document["evidence"]]
            if grown == document["evidence"]:
                break
            document = {**document, "evidence": grown}
        else:
            return signed
    raise Refusal(f"the checker does not accept the proof: {complaint}")


def _with_larger_model_space(part: EvidenceDocument) -> EvidenceDocument:
    """Return evidence with a larger limit; the same if it has none, since its model space holds every determinant."""
    return {**part, "limit": part["limit"] * 5 // 4 + 1} if "limit" in part else part


def check_in_time(document: CertificateDocument) -> None:
    """Check a certificate while the budget of seconds lasts; the checker knows nothing of budgets."""

    def pause() -> None:
        try:
            check_time("checking the certificate")
        except OutOfTime as error:
            raise _CheckStopped from error

    try:
        check(document, pause)
    except _CheckStopped as stopped:
        raise stopped.__cause__ or stopped from None


def stated(value: arb, digits: int) -> dict[str, str]:
    """State a number with as many digits; the checker's proof may leave a radius where the oracle's leaves none.

    A number whose exponent the checker does not read is stated as 0, with a radius that it reads.
    """
    if not value.is_zero() and abs(value) < arb(10) ** -(MOST_EXPONENT + 1):
        return {"mid": "0", "rad": f"1e-{MOST_EXPONENT}"}
    if value.rad() == 0 and not value.is_zero():
        value += arb(0, (abs(value) * arb(10) ** -(digits + 3)).upper())
    return Enclosed.of(value, digits).to_document()


def _readable(values: object) -> object:
    """State numbers whose exponent the checker does not read as 0, with a radius that it reads."""
    if isinstance(values, list):
        return [_readable(item) for item in values]
    if not isinstance(values, dict):
        return values
    if set(values) != {"mid", "rad"}:
        return {name: _readable(item) for name, item in values.items()}
    mid, rad = Decimal(values["mid"]), Decimal(values["rad"])
    if max(mid.adjusted(), rad.adjusted()) < -MOST_EXPONENT:
        return {"mid": "0", "rad": f"1e-{MOST_EXPONENT}"} if mid or rad else values
    return values

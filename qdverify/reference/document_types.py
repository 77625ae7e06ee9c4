"""Types of a reference document (schema "qdverify-reference/1") and of the shipped data."""

from __future__ import annotations

from typing import NotRequired, TypeAlias, TypedDict

from qdverify.protocol.case import CaseDocument

BallDocument: TypeAlias = dict[str, str]
"""A number as a decimal midpoint with its radius: `mid` and `rad`."""


class ClusterDocument(TypedDict):
    """Levels that coincide, or could not be told apart: their places, and the spin, parity and count of each group."""

    electrons: int
    positions: list[int]
    members: list[list[int]]


class GroupDocument(TypedDict):
    """The levels of one spin and parity in a cluster."""

    positions: list[int]
    two_S: int
    parity: int
    count: int


SumDocument = TypedDict("SumDocument", {"from": GroupDocument, "to": GroupDocument, "M": BallDocument})
"""M_ji summed over the levels of two groups."""


class ReferenceDocument(TypedDict):
    """The oracle's answer to a case; `values` holds balls and integers in nested lists."""

    schema: str
    case: CaseDocument
    grade: str
    values: dict[str, object]
    method: str
    provenance: dict[str, str]
    clusters: NotRequired[list[ClusterDocument]]
    caveat: NotRequired[str]
    sums: NotRequired[list[SumDocument]]
    certificate: NotRequired[str]


class VectorDocument(TypedDict):
    """The evidence for one level: a vector of hexadecimal integers over its determinants.

    A level has a parity, or an irrep if the dot is given by its integrals.
    """

    two_S: int
    parity: NotRequired[int]
    irrep: NotRequired[int]
    vector: str


class EvidenceDocument(TypedDict):
    """The evidence for a list of levels; of a box, with the limit of the model space."""

    electrons: int
    ceiling: str | None
    limit: NotRequired[int]
    levels: list[VectorDocument]


class Proof(TypedDict):
    """The stated numbers with the evidence for them."""

    values: object
    evidence: list[EvidenceDocument]


class CertificateDocument(TypedDict):
    """A certificate; its own checker, which shares nothing with this, says what `values` may hold."""

    schema: str
    case: object
    digits: int
    grade: str
    values: object
    evidence: list[EvidenceDocument]
    sha256: NotRequired[str]


class Manifest(TypedDict):
    """The version of the shipped data, and the SHA-256 of each file."""

    schema: str
    version: str
    date: str
    generator: str
    references: int
    files: dict[str, str]

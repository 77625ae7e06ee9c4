"""Writing certificates: eigenvectors as integers over Slater determinants, beside the reference they prove.

Vectors are cut to the digits that the statements need and enclosed anew; what the file states is at least as wide as
what the cut vectors prove. A vector of highest weight is lowered to S_z = 0 or 1/2 by S_- in exact integers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import isinf

from flint import arb, ctx

from qdverify.certificate.check import SCHEMA, check, content_hash
from qdverify.certificate.grammar import MOST_EXPONENT, RejectedError
from qdverify.protocol.case import Case
from qdverify.protocol.dots import kind_of
from qdverify.protocol.grade import Grade
from qdverify.protocol.json_types import Question
from qdverify.reference.answers.answer import Refusal, working_bits
from qdverify.reference.answers.enclosed import box_of
from qdverify.reference.document_types import CertificateDocument, EvidenceDocument, Proof
from qdverify.reference.enclosure.basis import Block, allowed_spins, blocks
from qdverify.reference.enclosure.budget import OutOfTime, check_time, limit_seconds, paced
from qdverify.reference.enclosure.eigenpairs import EnclosedPair, enclose_pairs, judge
from qdverify.reference.enclosure.feshbach import kinetic_limit
from qdverify.reference.enclosure.fixed_point import Objects, from_limbs, limbs
from qdverify.reference.enclosure.hamiltonian import BlockHamiltonian
from qdverify.reference.enclosure.interaction import interaction_floor
from qdverify.reference.enclosure.levels import Level, LevelSet, as_levels, ceiling_of, prove_levels
from qdverify.reference.enclosure.strings import strings
from qdverify.reference.enclosure.transitions import transition_matrix
from qdverify.reference.enclosure.unresolved import Unresolved
from qdverify.reference.oracle import Enclosed, oracle

GUARD_BITS = 56
DIGIT_BITS = 24
ATTEMPTS = 5


class _CheckStopped(Exception):
    """The budget of seconds is spent during a check; the cause says on what."""


def certificate(case: Case, digits: int = 12, *, seconds: float | None = None) -> CertificateDocument:
    """Return a certificate of a case, a `qdverify-certificate/1` document that its checker has accepted.

    Parameters
    ----------
    seconds
        Wall-clock time that writing and checking may take; None sets no limit of its own.

    Raises
    ------
    Refusal
        If the oracle has no reference, levels coincide so that their vectors are not unique, or the proof does not
        reach the digits.
    """
    try:
        with limit_seconds(seconds):
            return _certificate(case, digits)
    except Unresolved as error:
        raise Refusal(str(error)) from None


def require_certifiable(case: Case) -> None:
    """Raise `Refusal` for what certificates do not cover: a dot given by integrals, or M_ji with weights."""
    if kind_of(case.inputs.get("dot", {})) == "integrals":
        raise Refusal("certificates of integral dots are not written yet; the oracle encloses their levels and M_ji")
    if "weights" in case.inputs:
        raise Refusal("certificates of M_ji with weights are not written yet; the oracle encloses them")


def _certificate(case: Case, digits: int) -> CertificateDocument:
    require_certifiable(case)
    inputs = case.exact
    if case.task == "transition_probabilities" or (case.task == "spectrum" and _interacts(inputs["dot"])):
        grade, proof = str(Grade.ENCLOSED), _proof(case.task, inputs, digits)
    else:
        reference = oracle(case, digits).to_document()
        grade, proof = reference["grade"], {"values": reference["values"], "evidence": []}
    return accepted(
        {
            "schema": SCHEMA,
            "case": case.to_document(),
            "digits": digits,
            "grade": grade,
            "values": proof["values"],
            "evidence": proof["evidence"],
        }
    )


def _interacts(dot: Question) -> bool:
    return dot["kernel"] in ("soft-coulomb", "contact") and dot["strength"] != 0


def _proof(task: str, inputs: Question, digits: int) -> Proof:
    """Return the values of a spectrum or of transition probabilities with the evidence for them."""
    dot, electrons = box_of(inputs["dot"]), inputs["electrons"]
    wanted = [inputs["levels"]] if task == "spectrum" else [inputs["levels_from"], inputs["levels_to"]]
    with ctx.workprec(2 * working_bits(digits + 8)):
        try:
            sets = [prove_levels(dot, electrons + k, count, digits=digits + 8) for k, count in enumerate(wanted)]
            for levels in sets:
                require_order(levels)
            lists = [shortened(levels, int(3.33 * digits) + GUARD_BITS) for levels in sets]
            evidence = [evidence_of(found, levels) for found, levels in zip(sets, lists, strict=True)]
        except OutOfTime:
            raise
        except (ArithmeticError, ValueError) as error:
            raise Refusal(str(error)) from None
        values = _values([levels[:count] for levels, count in zip(lists, wanted, strict=True)], digits)
    return {"values": values, "evidence": evidence}


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
            grown: list[EvidenceDocument] = [
                {**part, "limit": part["limit"] * 5 // 4 + 1} for part in document["evidence"]
            ]
            document = {**document, "evidence": grown}
        else:
            return signed
    raise Refusal(f"the checker does not accept the proof: {complaint}")


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


def _values(lists: Sequence[Sequence[Level]], digits: int) -> dict[str, object]:
    """State the numbers with as many digits as asked for."""
    if len(lists) == 1:
        return {
            "energies": [stated(level.energy, digits) for level in lists[0]],
            "two_S": [level.two_S for level in lists[0]],
            "parity": [level.parity for level in lists[0]],
        }
    rows = transition_matrix(lists[0], lists[1])
    return {"M": [[stated(value, digits) for value in row] for row in rows]}


def require_order(found: LevelSet) -> None:
    """Raise `Refusal` if some of the levels are not told apart."""
    for level in found.levels:
        if level.pair.companions:
            raise Refusal(f"levels of S={level.two_S}/2 coincide near {level.energy}: their vectors are not unique")
    for low, high in pairwise(found.levels):
        if not low.energy < high.energy:
            raise Refusal(
                f"levels of S={low.two_S}/2 and {high.two_S}/2 coincide near {low.energy}: they have no order"
            )


def shortened(found: LevelSet, bits: int) -> list[Level]:
    """Enclose the levels anew from vectors of fewer bits."""
    by_block: dict[Block, list[EnclosedPair]] = {}
    for level in found.levels:
        by_block.setdefault(level.pair.block, []).append(level.pair)
    pairs = []
    for block, members in by_block.items():
        hamiltonian = BlockHamiltonian(found.model, block)
        judged = [judge(hamiltonian, _cut(pair.vector, bits))[0] for pair in members]
        pairs += enclose_pairs(judged, ceiling_of(hamiltonian, len(members), found.ceiling))
    return as_levels(found.model, pairs)


def _cut(vector: Objects, bits: int) -> Objects:
    """Round to integers of at most that many bits."""
    places = max(0, max(int(abs(value)).bit_length() for value in vector) - bits)
    cut: Objects = (vector + (1 << places >> 1)) // (1 << places)
    return cut


def evidence_of(found: LevelSet, levels: Sequence[Level]) -> EvidenceDocument:
    """Write the vectors of enclosed levels, with the ceiling and the model space of the proof that none is missing."""
    return {
        "electrons": found.electrons,
        "ceiling": None if isinf(found.ceiling) else str(Fraction(found.ceiling)),
        "limit": _limit(found),
        "levels": [
            {"two_S": level.two_S, "parity": level.parity, "vector": _in_determinants(level.pair)}
            for level in paced(levels, f"writing {len(levels)} vectors")
        ],
    }


def _limit(found: LevelSet) -> int:
    """Return the limit of sum n^2 in the model space of the checker; zero if all levels are listed."""
    if isinf(found.ceiling):
        return 0
    dot = found.model.dot
    parts = [
        (
            BlockHamiltonian(found.model, block),
            sum((level.two_S, level.parity) == (two_S, block.parity) for level in found.levels),
        )
        for two_S in allowed_spins(dot.orbitals, found.electrons)
        for block in blocks(dot.orbitals, found.electrons, two_S)
        if block.size
    ]
    return kinetic_limit(parts, found.ceiling, interaction_floor(dot, found.electrons))


def _in_determinants(pair: EnclosedPair) -> str:
    """Return the state of S_z = 0 or 1/2 as hexadecimal integers over all determinants of its parity, ascending."""
    block = pair.block
    coefficients = from_limbs((block.functions @ limbs(pair.vector, DIGIT_BITS).T).T, DIGIT_BITS)
    vector = {
        _interleaved(up, down): _order_sign(up, down) * int(value)
        for (up, down), value in zip(_masks(block), coefficients, strict=True)
        if value
    }
    for _ in range(block.two_S // 2):
        vector = _lowered(vector)
    return " ".join(f"{vector.get(mask, 0):x}" for mask in _determinants(block))


def _masks(block: Block) -> list[tuple[int, int]]:
    return [(int(up), int(down)) for up in block.alpha.masks for down in block.beta.masks]


def _determinants(block: Block) -> list[int]:
    """Return all determinants of S_z = 0 or 1/2 and the block's parity, up and down interleaved, ascending."""
    down = block.electrons // 2
    families = (strings(block.alpha.orbitals, block.electrons - down), strings(block.alpha.orbitals, down))
    masks = (_interleaved(int(a), int(b)) for a in families[0].masks for b in families[1].masks)
    return sorted(mask for mask in masks if _parity(mask) == block.parity)


def _interleaved(up: int, down: int) -> int:
    """Put orbital p's up electron into bit 2(p-1) and its down electron into bit 2p-1."""
    return sum(((up >> p & 1) | (down >> p & 1) << 1) << 2 * p for p in range(max(up, down).bit_length()))


def _order_sign(up: int, down: int) -> int:
    """Return the sign between all up electrons first and ascending orbitals: -1 for each up above a down."""
    inversions = sum((up >> p + 1).bit_count() for p in range(down.bit_length()) if down >> p & 1)
    return -1 if inversions % 2 else 1


def _parity(mask: int) -> int:
    odd = sum(bit // 2 for bit in range(mask.bit_length()) if mask >> bit & 1)
    return -1 if odd % 2 else 1


def _lowered(vector: Mapping[int, int]) -> dict[int, int]:
    """Apply S_-: up to down in the same orbital, neighbouring bits, hence without a sign."""
    result: dict[int, int] = {}
    for mask, value in vector.items():
        for bit in range(0, mask.bit_length(), 2):
            if mask >> bit & 3 == 1:
                other = mask ^ 3 << bit
                result[other] = result.get(other, 0) + value
    return result

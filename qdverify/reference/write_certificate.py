"""Writing certificates of the protocol's cases: the reference beside the evidence that proves it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from flint import ctx

from qdverify.certificate.check import SCHEMA
from qdverify.protocol.case import Case
from qdverify.protocol.dots import kind_of
from qdverify.protocol.grade import Grade
from qdverify.protocol.json_types import Question
from qdverify.protocol.spins import spin_text
from qdverify.reference.answers.answer import Refusal, working_bits
from qdverify.reference.answers.enclosed import box_of
from qdverify.reference.certificate_question import with_distinct_integrals
from qdverify.reference.document_types import CertificateDocument, Proof
from qdverify.reference.enclosure.budget import OutOfTime, limit_seconds
from qdverify.reference.enclosure.levels import Level, LevelSet, prove_levels
from qdverify.reference.enclosure.transitions import transition_matrix
from qdverify.reference.enclosure.unresolved import Unresolved
from qdverify.reference.oracle import oracle
from qdverify.reference.write_document import GUARD_BITS, accepted, stated
from qdverify.reference.write_evidence import evidence_of, shortened
from qdverify.reference.write_from_dot import certificate_from_dot


def certificate(case: Case, digits: int = 12, *, seconds: float | None = None) -> CertificateDocument:
    """Return a certificate of a case that its checker has accepted.

    It is a `qdverify-certificate/1` document, or `qdverify-certificate/3` if the dot is given by its integrals.

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


def _integral_certificate(case: Case, digits: int) -> CertificateDocument:
    """Return the certificate of a case whose dot is given by its integrals: a `qdverify-certificate/3` document."""
    if case.task not in ("spectrum", "transition_probabilities"):
        raise Refusal(f"task={case.task!r} has no certificates for a dot given by its integrals")
    inputs = {**case.inputs, "dot": with_distinct_integrals(case.inputs["dot"])}
    if case.task == "transition_probabilities":
        weights = inputs.pop("weights", None)
        dot = {name: value for name, value in inputs["dot"].items() if name != "weights"}
        inputs["dot"] = dot if weights is None else {**dot, "weights": {"L": weights, "R": weights}}
        inputs["levels"] = [inputs.pop("levels_from"), inputs.pop("levels_to")]
    return certificate_from_dot(case.task, inputs, digits)


def _certificate(case: Case, digits: int) -> CertificateDocument:
    if kind_of(case.inputs.get("dot", {})) == "integrals":
        return _integral_certificate(case, digits)
    if kind_of(case.inputs.get("dot", {})) == "harmonic-2d":
        raise Refusal(
            "a harmonic dot has no certificates: its integrals are multiples of sqrt(pi), and a certificate states "
            "rational ones; write one for its integrals as doubles"
        )
    if "weights" in case.inputs:
        raise Refusal("certificates of M_ji with weights are written for dots given by integrals, not for a box")
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
            raise Refusal(
                f"levels of S={spin_text(level.two_S)} coincide near {level.energy}: their vectors are not unique"
            )
    for low, high in pairwise(found.levels):
        if not low.energy < high.energy:
            spins = f"{spin_text(low.two_S)} and {spin_text(high.two_S)}"
            raise Refusal(f"levels of S={spins} coincide near {low.energy}: they have no order")

"""Writing certificates that lead from the dot to the current: levels, M_ji, rates, populations, currents.

The statement is of `qdverify-case/2` (`qdverify.certificate.from_dot`): levels that are not told apart are one entry.
Every number is computed on the side of the oracle; the checker then proves each from the evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Final

from flint import arb, ctx

from qdverify.certificate import grammar
from qdverify.certificate.check import SCHEMA_FROM_DOT, SCHEMA_OF_INTEGRALS
from qdverify.certificate.from_dot import TASKS
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.json_types import Question
from qdverify.protocol.nested import mapped
from qdverify.reference.answers.answer import Refusal, accurate, working_bits
from qdverify.reference.certificate_question import CertificateQuestion, given_by_integrals
from qdverify.reference.document_types import CertificateDocument, Proof
from qdverify.reference.enclosure.budget import OutOfTime, limit_seconds
from qdverify.reference.enclosure.integral_model import ExactIntegrals
from qdverify.reference.enclosure.interaction import ExactDot
from qdverify.reference.enclosure.levels import Level, prove_levels
from qdverify.reference.enclosure.moments import ball
from qdverify.reference.enclosure.order import enclosed_levels
from qdverify.reference.enclosure.transitions import transition_matrix
from qdverify.reference.enclosure.transport import Lead, RateEquation
from qdverify.reference.enclosure.unresolved import Unresolved
from qdverify.reference.write_document import GUARD_BITS, accepted, stated
from qdverify.reference.write_evidence import Proven, evidence_of, shortened

CASE_SCHEMA: Final = "qdverify-case/2"
CASE_OF_INTEGRALS: Final = "qdverify-case/3"
ATTEMPTS: Final = 4
MORE_DIGITS: Final = 10
Groups = list[list[Level]]
Matrix = list[list[arb]]
OnStage = Callable[[str], None]


def certificate_from_dot(
    task: str,
    inputs: Question,
    digits: int = 12,
    *,
    seconds: float | None = None,
    on_stage: OnStage = lambda _: None,
) -> CertificateDocument:
    """Return a document that its checker has accepted: `qdverify-certificate/2`, or `/3` for a dot given by integrals.

    Parameters
    ----------
    task
        `spectrum`, `transition_probabilities`, `stationary_state` or `current`.
    inputs
        `dot`; `electrons`, the number N of the first list; `levels`, how many of the lowest levels of N, N+1, ...
        electrons take part, or "all" (of `spectrum` one number, not a list); for a stationary state and a current also
        `leads`, `kT` and `gate`.
    digits
        Decimal digits of each number.
    seconds
        Wall-clock time that writing and checking may take; None sets no limit of its own.
    on_stage
        Called with what is about to be done: once an electron number, and for the numbers that follow from the levels
        and their check. If the digits are not reached, all of it is done anew with more.

    Raises
    ------
    InvalidInput
        If the question breaks a rule.
    Refusal
        If the proof does not reach the digits, or levels of a rate equation are not told apart.

    Examples
    --------
    >>> from qdverify.certificate.check import check
    >>> dot = {"length": "1", "cutoff": "1/10", "orbitals": 2, "kernel": "soft-coulomb", "strength": "1"}
    >>> document = certificate_from_dot("spectrum", {"dot": dot, "electrons": 2, "levels": "all"})
    >>> [entry["members"] for entry in document["values"]["spectra"][0]]
    [[[0, 1, 1]], [[2, -1, 1]], [[0, -1, 1]], [[0, 1, 1]]]
    >>> check(document)
    {'energies': 4}
    """
    if task not in TASKS:
        raise InvalidInput(f"task={task!r} must be one of {', '.join(TASKS)}")
    integrals = given_by_integrals(inputs)
    case = {"schema": CASE_OF_INTEGRALS if integrals else CASE_SCHEMA, "task": task, "inputs": dict(inputs)}
    with limit_seconds(seconds):
        for attempt in range(ATTEMPTS):
            more = digits + MORE_DIGITS * attempt
            try:
                question = CertificateQuestion(task, inputs, digits)
                proof = _proof(question, more, on_stage)
                return accepted(
                    {
                        "schema": SCHEMA_OF_INTEGRALS if integrals else SCHEMA_FROM_DOT,
                        "case": case,
                        "digits": digits,
                        "grade": "enclosed",
                        "values": proof["values"],
                        "evidence": proof["evidence"],
                    }
                )
            except grammar.RejectedError as error:
                raise InvalidInput(str(error)) from None
            except OutOfTime as error:
                raise Refusal(str(error)) from None
            except Unresolved as error:
                complaint = str(error)
    raise Refusal(complaint)


def certificate_of(
    document: object, digits: int = 12, *, seconds: float | None = None, on_stage: OnStage = lambda _: None
) -> CertificateDocument:
    """Return the certificate of a `qdverify-case/2` or `qdverify-case/3` document; see `certificate_from_dot`."""
    try:
        case = grammar.fields(document, "the question", ("schema", "task", "inputs"))
    except grammar.RejectedError as error:
        raise InvalidInput(str(error)) from None
    if case["schema"] not in (CASE_SCHEMA, CASE_OF_INTEGRALS):
        raise InvalidInput(f"schema={case['schema']!r} must be {CASE_SCHEMA!r} or {CASE_OF_INTEGRALS!r}")
    if not isinstance(case["task"], str) or not isinstance(case["inputs"], dict):
        raise InvalidInput("task must be a string, and inputs an object")
    if given_by_integrals(case["inputs"]) != (case["schema"] == CASE_OF_INTEGRALS):
        raise InvalidInput(f"a dot given by integrals belongs to {CASE_OF_INTEGRALS!r}, a box to {CASE_SCHEMA!r}")
    return certificate_from_dot(case["task"], case["inputs"], digits, seconds=seconds, on_stage=on_stage)


def stages_of(document: object) -> int:
    """Return how many stages `certificate_of` has at its first attempt; 1 if the document is no question."""
    inputs = document.get("inputs") if isinstance(document, dict) else None
    levels = inputs.get("levels") if isinstance(inputs, dict) else None
    return 1 + (len(levels) if isinstance(levels, list) else 1 if levels is not None else 0)


def _proven(dot: ExactDot | ExactIntegrals, electrons: int, number: int, digits: int) -> Proven:
    if isinstance(dot, ExactIntegrals):
        return enclosed_levels(dot, electrons, number, digits)
    return prove_levels(dot, electrons, number, digits=digits)


def _proof(question: CertificateQuestion, digits: int, on_stage: OnStage) -> Proof:
    """Return values and evidence from levels of that many digits."""
    with ctx.workprec(2 * working_bits(digits + 8)):
        try:
            sets = []
            for electrons, number in enumerate(question.numbers, start=question.electrons):
                on_stage(f"proving {number} levels of {electrons} electrons to {digits} digits")
                sets.append(_proven(question.dot, electrons, number, digits + 8))
            on_stage("proving what follows from the levels, and checking it")
            lists = [shortened(found, int(3.33 * digits) + GUARD_BITS) for found in sets]
        except ValueError as error:
            raise Refusal(str(error)) from None
        if isinstance(question.dot, ExactIntegrals):
            energies = (level.energy for n, levels in zip(question.numbers, lists, strict=True) for level in levels[:n])
            _require_digits(energies, question.digits, ball(question.dot.scale / 10**10))
        evidence = [evidence_of(found, levels) for found, levels in zip(sets, lists, strict=True)]
        return {"values": _values(question, lists), "evidence": evidence}


def _require_digits(values: Iterable[arb], digits: int, unit: arb) -> None:
    """Raise `Unresolved` unless every ball has the digits, relative to itself or to a unit if that is larger."""
    for value in values:
        if not accurate(value, digits, unit):
            raise Unresolved(f"{digits} digits of {value} are not reached: gaps between levels are too small")


def _values(question: CertificateQuestion, lists: Sequence[list[Level]]) -> dict[str, object]:
    entries = [_entries(levels, number) for levels, number in zip(lists, question.numbers, strict=True)]
    groups: list[Groups] = [[group for entry in spectrum for group in _groups(entry)] for spectrum in entries]
    values: dict[str, object] = {"spectra": [[_entry(entry, question.digits) for entry in part] for part in entries]}
    if question.task == "spectrum":
        return values
    left = [_matrix(*pair, question.weights["L"]) for pair in pairwise(groups)]
    same = question.weights["L"] == question.weights["R"]
    right = left if same else [_matrix(*pair, question.weights["R"]) for pair in pairwise(groups)]
    matrices = {"L": left, "R": right}
    if isinstance(question.dot, ExactIntegrals):
        every = (value for part in matrices.values() for matrix in part for row in matrix for value in row)
        largest = max(abs(weight) for weights in question.weights.values() for weight in weights or ())
        # an M_ji that vanishes has no digits of its own
        _require_digits(every, question.digits, ball(largest**2 / 10**question.digits))
    values["M"] = _written(matrices if isinstance(question.dot, ExactIntegrals) else left, question.digits)
    if question.stationary:
        if any(len(group) > 1 for part in groups for group in part):
            raise Refusal("levels of one spin and parity are not told apart: they have no rate equation of their own")
        values.update(_transport(question, [[level for (level,) in part] for part in groups], matrices))
    return values


def _entries(levels: Sequence[Level], number: int) -> list[list[Level]]:
    """Return the lowest levels in groups: levels with overlapping balls share a group. Refuse to cut a group."""
    entries: list[list[Level]] = []
    for level in levels:
        if entries and not all(other.energy < level.energy for other in entries[-1]):
            entries[-1].append(level)
        else:
            entries.append([level])
    sizes = [sum(map(len, entries[:k])) for k in range(1, len(entries) + 1)]
    if number not in sizes:
        above = min((size for size in sizes if size > number), default=sizes[-1])
        raise Refusal(f"levels={number} would cut through levels that are not told apart; ask for {above}")
    return entries[: sizes.index(number) + 1]


def _label(level: Level) -> tuple[int, int]:
    return level.two_S, level.parity


def _groups(entry: Sequence[Level]) -> Groups:
    return [list(group) for _, group in groupby(sorted(entry, key=_label), key=_label)]


def _entry(entry: Sequence[Level], digits: int) -> dict[str, object]:
    energy = entry[0].energy
    for level in entry[1:]:
        energy = energy.union(level.energy)
    members = [[*_label(group[0]), len(group)] for group in _groups(entry)]
    return {"energy": stated(energy, digits), "members": members}


def _matrix(initial: Groups, final: Groups, weights: Sequence[Fraction] | None) -> Matrix:
    """Sum M_ji over groups."""
    rows = transition_matrix([i for group in initial for i in group], [j for group in final for j in group], weights)
    ends_i, ends_j = ([sum(map(len, part[:k])) for k in range(len(part) + 1)] for part in (initial, final))
    return [
        [
            sum((rows[j][i] for j in range(*ends_j[b : b + 2]) for i in range(*ends_i[a : a + 2])), arb(0))
            for a in range(len(initial))
        ]
        for b in range(len(final))
    ]


def _transport(
    question: CertificateQuestion, lists: Sequence[Sequence[Level]], matrices: Mapping[str, Sequence[Matrix]]
) -> dict[str, object]:
    """State rates, populations and currents."""
    flat = [level for levels in lists for level in levels]
    starts = [sum(map(len, lists[:k])) for k in range(len(lists) + 1)]
    edges = tuple(
        (starts[k] + i, starts[k + 1] + j, (matrices["L"][k][j][i], matrices["R"][k][j][i]))
        for k in range(len(lists) - 1)
        for j in range(len(lists[k + 1]))
        for i in range(len(lists[k]))
    )
    equation = RateEquation(tuple(level.energy for level in flat), tuple(level.two_S for level in flat), edges)
    left, right = (Lead(lead.rate, lead.mu) for lead in question.leads)
    try:
        solved = equation.stationary(left, right, kT=question.kT, gate=question.gate, digits=question.digits + 2)
    except ValueError as error:
        raise Refusal(str(error)) from None
    rates = [
        [
            [
                _rates(question, level, other, {lead: matrices[lead][k][j][i] for lead in ("L", "R")})
                for i, level in enumerate(lists[k])
            ]
            for j, other in enumerate(lists[k + 1])
        ]
        for k in range(len(lists) - 1)
    ]
    parts = [list(solved.populations[a:b]) for a, b in pairwise(starts)]
    values = {"rates": rates, "populations": parts}
    if question.task == "current":
        values |= {"I_L": solved.current_left, "I_R": solved.current_right}
    return {name: _written(value, question.digits) for name, value in values.items()}


def _rates(question: CertificateQuestion, i: Level, j: Level, M_of: Mapping[str, arb]) -> dict[str, dict[str, arb]]:
    """Return 2 t M f(x) and 2 t M (2S_i+1)/(2S_j+1) [1 - f(x)] for both leads."""
    result = {}
    for lead in question.leads:
        M = M_of[lead.name]
        if M.is_zero():
            result[lead.name] = {"in": arb(0), "out": arb(0)}
            continue
        boltzmann = ((j.energy - i.energy - ball(question.gate + lead.mu)) / ball(question.kT)).exp()
        into = 2 * ball(lead.rate) * M / (1 + boltzmann)
        result[lead.name] = {"in": into, "out": into * boltzmann * (i.two_S + 1) / (j.two_S + 1)}
    return result


def _written(value: object, digits: int) -> object:
    """Write every ball of nested lists and objects in decimal."""
    return mapped(value, lambda number, _: stated(number, digits))

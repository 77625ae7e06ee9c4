"""Faults in what is refused: invalid inputs that are repaired in silence, and valid ones that are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, Unpack

from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault
from qdverify.protocol import json_types as protocol
from qdverify.protocol.accuracy import probability_at
from qdverify.protocol.dots import canonical, is_box, is_harmonic, orbitals_of
from qdverify.protocol.inputs import InvalidInput
from qdverify.suite.of_task import STAGES, in_a_name, stage_of

Question = Mapping[str, object]
_DOT_TASKS: Final = ("interaction_integrals", "spectrum", "transition_probabilities")
_TRANSPORT_TASKS: Final = ("stationary_state", "current")
_COUNTS: Final = frozenset({"electrons", "two_S", "orbitals", "levels", "from", "to", "two_S_i", "two_S_j", "indices"})


def _named(name: str, task: str, sentence: str, change: Change) -> Fault:
    return Fault(f"{name}-{in_a_name(task)}", stage_of(task), task, sentence, change)


def _repairs(name: str, task: str, sentence: str, repair: Callable[..., Question]) -> Fault:
    """Return the fault of a task that answers a repaired question if its own is refused."""

    def change(right: methods.Task, **question: object) -> methods.Answer:
        try:
            return right(**question)
        except ValueError:
            return right(**repair(question))

    return _named(name, task, f"{sentence} ({in_a_name(task)})", change)


def _refuses(name: str, task: str, sentence: str, unwanted: Callable[..., bool]) -> Fault:
    """Return the fault of a task that refuses valid questions."""

    def change(right: methods.Task, **question: object) -> methods.Answer:
        if unwanted(question):
            raise InvalidInput(sentence)
        return right(**question)

    return _named(name, task, f"{sentence} ({in_a_name(task)})", change)


def _everywhere(value: object, convert: Callable[[str, object], object], name: str = "") -> object:
    """Apply a function of name and value to every leaf of a JSON value."""
    if isinstance(value, Mapping):
        return {key: _everywhere(item, convert, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_everywhere(item, convert, name) for item in value]
    return convert(name, value)


def _read_strings(name: str, value: object) -> object:
    if not isinstance(value, str) or name in ("name", "kernel"):
        return value
    return int(value) if value.isdigit() else float(value)


def _booleans_as_numbers(_: str, value: object) -> object:
    return int(value) if isinstance(value, bool) else value


def _without_sign(name: str, value: object) -> object:
    positive = {"length", "cutoff", "kT", "rate", "M"}
    return abs(value) if name in positive and isinstance(value, int | float) else value


def _rounded_down(name: str, value: object) -> object:
    return int(value) if name in _COUNTS and isinstance(value, float) else value


def _converted(convert: Callable[[str, object], object]) -> Callable[[Question], Question]:
    def repair(question: Question) -> Question:
        return {name: _everywhere(value, convert, name) for name, value in question.items()}

    return repair


def _with_defaults(question: protocol.TransportQuestion) -> Question:
    """Fill in what is missing in a rate equation."""
    leads = [{"rate": 1.0, "mu": 0.0, "name": "L", **lead} for lead in question.get("leads", [])]
    transitions = [{"M": 1.0, **item} for item in question.get("transitions", [])]
    levels = [{"two_S": 0, "energy": 0.0, **item} for item in question.get("levels", [])]
    rest = {"kT": question.get("kT", 1.0), "gate": question.get("gate", 0.0)}
    return {"levels": levels, "transitions": transitions, "leads": leads, **rest}


def _with_a_full_dot(question: protocol.SpectrumQuestion) -> Question:
    return {**question, "dot": {"kernel": "soft-coulomb", "strength": 1.0, "cutoff": 0.1, **question["dot"]}}


def _symmetric(question: protocol.SpectrumQuestion) -> Question:
    """Take h_pq below the diagonal of a dot given by integrals for h_qp too."""
    h = question["dot"]["one_body"]  # type: ignore[typeddict-item]  # a box has none: that raises, as it should
    rows = [[h[max(p, q)][min(p, q)] for q in range(len(h))] for p in range(len(h))]
    return {**question, "dot": {**question["dot"], "one_body": rows}}


def _last_integrals(question: protocol.SpectrumQuestion) -> Question:
    """Take the last of several values of one integral."""
    entries = question["dot"]["two_body"]  # type: ignore[typeddict-item]
    kept = {canonical((int(p), int(q), int(r), int(s))): value for p, q, r, s, value in entries}
    return {**question, "dot": {**question["dot"], "two_body": [[*key, value] for key, value in kept.items()]}}


def _without_irreps(question: protocol.SpectrumQuestion) -> bool:
    return "one_body" in question["dot"] and "irreps" not in question["dot"]


def _attracts(question: protocol.SpectrumQuestion) -> bool:
    dot = question["dot"]
    return is_box(dot) and dot["strength"] < 0


def _turned_field(question: protocol.SpectrumQuestion) -> bool:
    dot = question["dot"]
    return is_harmonic(dot) and dot["field"] < 0


def _each_once(question: protocol.TransportQuestion) -> Question:
    """Keep the last of transitions between the same levels."""
    kept = {(item["from"], item["to"]): item for item in question["transitions"]}
    return {**question, "transitions": list(kept.values())}


def _summed(question: protocol.TransportQuestion) -> Question:
    """Add up transitions between the same levels."""
    total: dict[tuple[int, int], float] = {}
    for item in question["transitions"]:
        ends = item["from"], item["to"]
        total[ends] = total.get(ends, 0.0) + item["M"]
    return {**question, "transitions": [{"from": i, "to": j, "M": M} for (i, j), M in total.items()]}


def _first_two_leads(question: protocol.TransportQuestion) -> Question:
    """Call the first two leads L and R, and forget others."""
    first, second, *_ = question["leads"]
    return {**question, "leads": [{**first, "name": "L"}, {**second, "name": "R"}]}


def _from_the_end(question: protocol.TransportQuestion) -> Question:
    """Count negative places from the end of the list, as Python does."""
    n = len(question["levels"])
    moved = [{**item, "from": item["from"] % n, "to": item["to"] % n} for item in question["transitions"]]
    return {**question, "transitions": moved}


def _without_odd_transitions(question: protocol.TransportQuestion) -> Question:
    """Leave out transitions that add no electron."""
    N = [level["electrons"] for level in question["levels"]]
    kept = [
        item
        for item in question["transitions"]
        if max(item["from"], item["to"]) < len(N) and N[item["to"]] == N[item["from"]] + 1
    ]
    return {**question, "transitions": kept}


def _within_the_basis(question: protocol.IntegralsQuestion) -> Question:
    M = orbitals_of(question["dot"])
    return {**question, "indices": [[max(1, min(n, M)) for n in quadruple][:4] for quadruple in question["indices"]]}


def _repeated_last_level(right: methods.Spectrum, **question: Unpack[protocol.SpectrumQuestion]) -> methods.Answer:
    """Answer with as many levels as there are, the last one repeated."""
    wanted = question["levels"]
    for count in range(wanted, 0, -1):
        try:
            answer = right(**{**question, "levels": count})
        except ValueError:
            continue
        more = wanted - count
        energies, two_S = answer["energies"], answer["two_S"]
        return {"energies": [*energies, *[energies[-1]] * more], "two_S": [*two_S, *[two_S[-1]] * more]}
    return right(**question)


def _repeated_last_rows(
    right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]
) -> methods.Answer:
    """Answer with as many rows and columns as there are, the last ones repeated."""
    for rows in range(question["levels_to"], 0, -1):
        for columns in range(question["levels_from"], 0, -1):
            try:
                M = right(**{**question, "levels_to": rows, "levels_from": columns})["M"]
            except ValueError:
                continue
            wide = [[*row, *[row[-1]] * (question["levels_from"] - columns)] for row in M]
            return {"M": [*wide, *[wide[-1]] * (question["levels_to"] - rows)]}
    return right(**question)


def _equal_levels(question: protocol.TransportQuestion) -> bool:
    levels = question["levels"]
    return any(item in levels[:place] for place, item in enumerate(levels))


def _exchange_nothing(question: protocol.CountedQuestion) -> bool:
    """Return whether leads with a rate are counted, others are not, and no transition couples to both."""
    coupled = {lead["name"] for lead in question["leads"] if lead["rate"]}
    counted = coupled.intersection(question["counted"])
    sides = [side for side in (counted, coupled - counted) if side]
    return len(sides) == 2 and not any(
        all(any(probability_at(item, {"name": name}) for name in side) for side in sides)
        for item in question["transitions"]
    )


def _whole(question: Question) -> bool:
    found: list[str] = []

    def note(name: str, value: object) -> object:
        if name in ("kT", "rate", "length") and isinstance(value, int):
            found.append(name)
        return value

    _everywhere(question, note)
    return bool(found)


def _repaired() -> Iterator[Fault]:
    for task in STAGES:
        yield _repairs("reads-strings", task, "numbers in quotes are read", _converted(_read_strings))
        yield _repairs("reads-booleans", task, "true and false count as 1 and 0", _converted(_booleans_as_numbers))
        yield _repairs("rounds-counts", task, "counts that are no integers are rounded down", _converted(_rounded_down))
    for task in (*_DOT_TASKS, *_TRANSPORT_TASKS):
        yield _repairs("drops-signs", task, "signs of positive quantities are ignored", _converted(_without_sign))
    for task in _DOT_TASKS:
        yield _repairs("fills-in-dots", task, "what is missing in a dot has a default", _with_a_full_dot)
        yield _repairs("symmetrises", task, "of an h that is not symmetric the lower half is taken", _symmetric)
        yield _repairs(
            "takes-the-last-integral", task, "of two values of one integral the last counts", _last_integrals
        )
    for task in _TRANSPORT_TASKS:
        yield _repairs("fills-in", task, "what is missing has a default", _with_defaults)
        yield _repairs("keeps-the-last", task, "of a transition listed twice the last counts", _each_once)
        yield _repairs("adds-up", task, "M_ji of a transition listed twice add up", _summed)
        yield _repairs(
            "takes-two-leads", task, "the first two leads are L and R, whatever their names", _first_two_leads
        )
        yield _repairs("counts-from-the-end", task, "level -1 is the last one", _from_the_end)
        yield _repairs(
            "skips-transitions", task, "transitions that add no electron are skipped", _without_odd_transitions
        )
    sentence = "orbitals beyond the basis are taken as the nearest one"
    yield _repairs("within-the-basis", "interaction_integrals", sentence, _within_the_basis)
    sentence = "the last level is repeated if more are asked for than there are"
    yield _named("repeats-the-last", "spectrum", sentence, _repeated_last_level)
    yield _named("repeats-the-last", "transition_probabilities", sentence, _repeated_last_rows)


def _refused() -> Iterator[Fault]:
    for task in _DOT_TASKS:
        yield _refuses("refuses-attraction", task, "a negative strength is refused", _attracts)
        yield _refuses("demands-irreps", task, "a dot given by integrals without irreps is refused", _without_irreps)
        yield _refuses("refuses-turned-fields", task, "a negative field of a harmonic dot is refused", _turned_field)
    for task in (*_DOT_TASKS, *_TRANSPORT_TASKS):
        yield _refuses("refuses-whole-numbers", task, "1 is refused if 1.0 is meant", _whole)
    for task in _TRANSPORT_TASKS:
        yield _refuses("refuses-equal-levels", task, "equal levels are refused", _equal_levels)
        yield _refuses(
            "refuses-M-0",
            task,
            "a listed M_ji of 0 is refused",
            lambda q: any(not item["M"] for item in q["transitions"]),
        )
        yield _refuses("refuses-R-first", task, "R before L is refused", lambda q: q["leads"][0]["name"] == "R")
        yield _refuses(
            "refuses-rate-0",
            task,
            "a lead of rate 0 is refused",
            lambda q: any(not lead["rate"] for lead in q["leads"]),
        )
    yield _refuses(
        "refuses-equal-spins",
        "clebsch_gordan_weight",
        "equal spins are refused",
        lambda q: q["two_S_i"] == q["two_S_j"],
    )
    yield _refuses(
        "refuses-idle-leads",
        "lead_cumulants",
        "counted leads that exchange nothing with others are refused",
        _exchange_nothing,
    )
    for task in ("spectrum", "transition_probabilities"):
        yield _refuses("refuses-no-electron", task, "no electron at all is refused", lambda q: q["electrons"] == 0)


REPAIRED: Final = {fault.name: fault for fault in _repaired()}
REFUSED: Final = {fault.name: fault for fault in _refused()}

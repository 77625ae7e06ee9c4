"""What the protocol calls invalid must be refused with an error: a wrong input must never get a number (protocol.md).

Each input breaks exactly one rule of `qdverify.protocol.inputs`, which also names the rule in the report. Any error of
the protocol is a refusal; a crash, a hang or a number is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from qdverify.protocol.answers import AnswerError
from qdverify.protocol.inputs import InvalidInput, check_inputs
from qdverify.protocol.sample_dots import make_dot
from qdverify.suite.comparators import equal
from qdverify.suite.declare import Check, Scope, Trial, check
from qdverify.suite.finding import Comparison, Stage, exact
from qdverify.suite.subject import Subject

Inputs = dict[str, Any]
REFUSED: Final = "refused"
_DOT: Final = make_dot("soft-coulomb", 2)
_LEVELS: Final = (
    {"electrons": 0, "energy": 0.0, "two_S": 0},
    {"electrons": 1, "energy": 0.1, "two_S": 1},
    {"electrons": 2, "energy": 0.3, "two_S": 0},
)
_CHAIN: Final[Mapping[str, Any]] = {
    "levels": list(_LEVELS),
    "transitions": [{"from": 0, "to": 1, "M": 1.0}, {"from": 1, "to": 2, "M": 0.5}],
    "leads": [{"name": "L", "rate": 1.0, "mu": 0.05}, {"name": "R", "rate": 1.0, "mu": -0.05}],
    "kT": 0.01,
    "gate": 0.1,
}
_WRONG_DOTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "length 0": {"length": 0.0},
    "negative length": {"length": -9.5},
    "no cutoff": {"cutoff": 0.0},
    "negative cutoff": {"cutoff": -0.1},
    "no orbitals": {"orbitals": 0},
    "half an orbital": {"orbitals": 2.5},
    "unknown kernel": {"kernel": "yukawa"},
}


def weight_inputs() -> Iterator[tuple[str, Inputs]]:
    """Yield spins that do not exist."""
    yield "negative spin", {"two_S_i": -1, "two_S_j": 0}
    yield "negative final spin", {"two_S_i": 0, "two_S_j": -1}
    yield "both negative", {"two_S_i": -2, "two_S_j": -3}
    yield "quarter spin", {"two_S_i": 0.5, "two_S_j": 1.5}
    yield "final spin missing", {"two_S_i": 1}


def integral_inputs() -> Iterator[tuple[str, Inputs]]:
    """Yield dots and orbitals that do not exist."""
    yield from _wrong_dots({"indices": [[1, 1, 1, 1]]})
    for label, indices in (
        ("orbital 0", [0, 1, 1, 1]),
        ("negative orbital", [1, 1, -1, 1]),
        ("orbital beyond the basis", [1, 1, 1, 3]),
        ("three orbitals", [1, 1, 2]),
    ):
        yield label, {"dot": _DOT, "indices": [[1, 1, 1, 1], indices]}


def spectrum_inputs() -> Iterator[tuple[str, Inputs]]:
    """Yield dots and electron numbers that do not exist."""
    yield from _wrong_dots({"electrons": 2, "levels": 1})
    yield "more electrons than the basis holds", {"dot": _DOT, "electrons": 5, "levels": 1}
    yield "negative number of electrons", {"dot": _DOT, "electrons": -1, "levels": 1}
    yield "half an electron", {"dot": _DOT, "electrons": 1.5, "levels": 1}
    yield "no levels", {"dot": _DOT, "electrons": 2, "levels": 0}


def transition_inputs() -> Iterator[tuple[str, Inputs]]:
    """Yield transitions that do not exist."""
    yield from _wrong_dots({"electrons": 1, "levels_from": 1, "levels_to": 1})
    yield "no room for another electron", {"dot": _DOT, "electrons": 4, "levels_from": 1, "levels_to": 1}
    yield "negative number of electrons", {"dot": _DOT, "electrons": -1, "levels_from": 1, "levels_to": 1}
    yield "no levels", {"dot": _DOT, "electrons": 1, "levels_from": 0, "levels_to": 1}


def transport_inputs() -> Iterator[tuple[str, Inputs]]:
    """Yield levels, transitions and leads that do not exist."""
    yield "negative kT", {**_CHAIN, "kT": -0.01}
    yield "kT 0", {**_CHAIN, "kT": 0.0}
    yield "no levels", {**_CHAIN, "levels": [], "transitions": []}
    yield "negative rate", {**_CHAIN, "leads": [{"name": "L", "rate": -1.0, "mu": 0.05}, _CHAIN["leads"][1]]}
    yield "negative spin", {**_CHAIN, "levels": [{**_LEVELS[0], "two_S": -1}, *_LEVELS[1:]]}
    yield "half an electron", {**_CHAIN, "levels": [{**_LEVELS[0], "electrons": 0.5}, *_LEVELS[1:]]}
    for label, transition in (
        ("transition from no level", {"from": 7, "to": 1, "M": 1.0}),
        ("transition of two electrons", {"from": 0, "to": 2, "M": 1.0}),
        ("negative M", {"from": 0, "to": 1, "M": -1.0}),
    ):
        yield label, {**_CHAIN, "transitions": [transition, _CHAIN["transitions"][1]]}


def _wrong_dots(rest: Inputs) -> Iterator[tuple[str, Inputs]]:
    for label, change in _WRONG_DOTS.items():
        yield label, {"dot": {**_DOT, **change}, **rest}


def _refuses(task: str, stage: Stage, inputs: Callable[[], Iterator[tuple[str, Inputs]]]) -> Check:
    """Return the check that a task refuses all these inputs."""

    def trials(_: Scope) -> Iterator[Trial]:
        return (Trial(label, params) for label, params in inputs())

    @check(
        f"invalid-input.{task.replace('_', '-')}@1",
        suite="invalid-input",
        stage=stage,
        claim=f"Inputs of {task} that the protocol calls invalid are refused with an error",
        equation='protocol.md, "Errors"',
        tasks=(task,),
        trials=trials,
    )
    def refuses(subject: Subject, trial: Trial) -> Iterator[Comparison]:
        try:
            outcome, note = f"answered {subject.ask_invalid(task, trial.inputs)!r}"[:200], ""
        except AnswerError as error:
            outcome, note = REFUSED, f"error {error.code}: {error}"
        yield equal(outcome, exact(REFUSED, broken_rule(task, trial.inputs)), note=note)

    return refuses


def broken_rule(task: str, params: Mapping[str, Any]) -> str:
    """Return the rule of the protocol that the inputs break."""
    try:
        check_inputs(task, params)
    except InvalidInput as error:
        return str(error)
    raise AssertionError(f"{params} are valid inputs of {task}")


refused_weights = _refuses("clebsch_gordan_weight", Stage.SPIN, weight_inputs)
refused_integrals = _refuses("interaction_integrals", Stage.INTEGRALS, integral_inputs)
refused_spectra = _refuses("spectrum", Stage.SPECTRUM, spectrum_inputs)
refused_transitions = _refuses("transition_probabilities", Stage.TRANSITIONS, transition_inputs)
refused_populations = _refuses("stationary_state", Stage.RATES, transport_inputs)
refused_currents = _refuses("current", Stage.CURRENT, transport_inputs)

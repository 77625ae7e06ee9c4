"""The rules of rate equations resolved by S_z, as a table like that of `qdverify.protocol.input_rules`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from qdverify.protocol.input_rules import Example, Kind, Rule, rule_of
from qdverify.protocol.inputs import SPIN_TASKS
from qdverify.protocol.json_types import SpinQuestion

SPIN_QUESTION: Final[SpinQuestion] = {
    "levels": [
        {"electrons": 0, "energy": 0.0, "two_S": 0},
        {"electrons": 1, "energy": 0.125, "two_S": 1},
        {"electrons": 2, "energy": 0.375, "two_S": 0},
        {"electrons": 2, "energy": 0.5, "two_S": 2},
    ],
    "transitions": [
        {"from": 0, "to": 1, "M": 1.0},
        {"from": 1, "to": 2, "M": {"source": 0.5, "drain": 0.25}},
        {"from": 1, "to": 3, "M": 0.75},
    ],
    "leads": [
        {"name": "source", "rate": {"up": 1.0, "down": 0.25}, "mu": 0.0625, "kT": 0.03125},
        {"name": "drain", "rate": 0.5, "mu": -0.0625},
    ],
    "kT": 0.015625,
    "gate": 0.125,
    "zeeman": 0.03125,
}
"""One small question."""


def _asked(label: str, /, **changes: object) -> Iterator[Example]:
    """Yield the question of both tasks with other params; None leaves a param out."""
    params = {name: value for name, value in {**SPIN_QUESTION, **changes}.items() if value is not None}
    return (Example(task, label, params) for task in SPIN_TASKS)


def _rate(label: str, rate: object) -> Iterator[Example]:
    """Yield the question with another rate of the first lead."""
    source, drain = SPIN_QUESTION["leads"]
    changed: Mapping[str, object] = {**source, "rate": rate}
    return _asked(label, leads=[changed, drain])


def _level_of_spin(label: str, two_S: int, M: object) -> Iterator[Example]:
    """Yield the question with a third level of one electron, which level 0 leads to."""
    levels = [*SPIN_QUESTION["levels"], {"electrons": 1, "energy": 0.25, "two_S": two_S}]
    joined: list[object] = [{"from": 0, "to": 4, "M": M}, {"from": 4, "to": 3, "M": 0.25}]
    return _asked(label, levels=levels, transitions=[*SPIN_QUESTION["transitions"], *joined])


SPIN_RULES: Final[tuple[Rule, ...]] = (
    rule_of(
        Kind.REFUSED,
        "The rate of a lead is a number of at least 0, or an object with one for `up` and one for `down`.",
        _rate("negative rate", -1.0),
        _rate("negative rate of one spin", {"up": 1.0, "down": -0.25}),
        _rate("rate of spin down missing", {"up": 1.0}),
        _rate("rate of an unknown spin", {"up": 1.0, "down": 0.25, "sideways": 1.0}),
        _rate("a list of rates", [1.0, 0.25]),
        _rate("rate of a spin null", {"up": 1.0, "down": None}),
    ),
    rule_of(
        Kind.REFUSED,
        "`zeeman` is a number.",
        _asked("zeeman missing", zeeman=None),
        _asked("zeeman true", zeeman=True),
        _asked("zeeman as a list", zeeman=[0.03125]),
    ),
    rule_of(
        Kind.REFUSED,
        "An $M_{ji}$ above 0 joins levels whose spins differ by 1/2.",
        _level_of_spin("M between spins 0 and 3/2", 3, 0.5),
        _level_of_spin("M of one lead between spins 0 and 3/2", 3, {"source": 0.0, "drain": 0.5}),
    ),
    rule_of(
        Kind.ANSWERED,
        "`zeeman` may be 0, negative, and larger than all other energies.",
        _asked("no field", zeeman=0),
        _asked("a negative field", zeeman=-0.03125),
        _asked("a large field", zeeman=2.0),
    ),
    rule_of(
        Kind.ANSWERED,
        "A lead may take electrons of one spin only, or of none, as long as the other leads connect all states.",
        _rate("a lead of one spin", {"up": 0.0, "down": 0.25}),
        _rate("a lead of no spin", {"up": 0.0, "down": 0.0}),
        _rate("equal rates of both spins", {"up": 0.5, "down": 0.5}),
    ),
    rule_of(
        Kind.ANSWERED,
        "An $M_{ji}$ of 0 may join levels of any spins.",
        _level_of_spin("M of 0 between spins 0 and 3/2", 3, 0.0),
    ),
)

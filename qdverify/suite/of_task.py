"""What is declared alike for each task: its stage, and checks whose id ends in the task's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from qdverify.suite.declare import Check, Judgement, Trials, check
from qdverify.suite.finding import Stage

STAGES: Final[Mapping[str, Stage]] = {
    "clebsch_gordan_weight": Stage.SPIN,
    "interaction_integrals": Stage.INTEGRALS,
    "spectrum": Stage.SPECTRUM,
    "transition_probabilities": Stage.TRANSITIONS,
    "stationary_state": Stage.RATES,
    "current": Stage.CURRENT,
}
"""The stage at which the answer to each of the six tasks of version 1 is made."""


def stage_of(task: str) -> Stage:
    """Return the stage at which the answer to a task of version 1, or to one on devices, is made.

    >>> [str(stage_of(task)) for task in ("spectrum", "spin_populations", "lead_currents")]
    ['spectrum', 'rates', 'current']
    """
    return STAGES.get(task, Stage.RATES if task == "spin_populations" else Stage.CURRENT)


def in_a_name(task: str) -> str:
    """Return a task as it stands in the names of checks and faults.

    >>> in_a_name("interaction_integrals")
    'interaction-integrals'
    """
    return task.replace("_", "-")


def check_of_task(
    beginning: str,
    task: str,
    *,
    version: int,
    claim: str,
    equation: str,
    trials: Trials,
    last: bool = False,
    looks_back: bool = False,
) -> Callable[[Judgement], Check]:
    """Turn a judgement into a `Check` of one task.

    Parameters
    ----------
    beginning
        The suite with a dot, and how the name begins: the id is this with the task and the version behind it.
    claim, equation, trials, last, looks_back
        As in `Check`.
    """
    return check(
        f"{beginning}{in_a_name(task)}@{version}",
        suite=beginning.partition(".")[0],
        stage=stage_of(task),
        claim=claim,
        equation=equation,
        tasks=(task,),
        trials=trials,
        last=last,
        looks_back=looks_back,
    )

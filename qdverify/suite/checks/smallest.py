"""The smallest doubles: one transition 702 kT away from the leads, of which f lets e^-702 = 1e-305 through.

There 1 + exp(x) is still a double, and so is every result. A program that claims relative accuracy for every value, and
clips the argument of f at 700 as a guard against overflow, is off by a factor of e^2. One that claims an absolute
accuracy only is right with 0, but not in the populations of a doublet that a field splits: both leave at e^-702.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Final

from qdverify.protocol.inputs import LEAD_TASKS, SPIN_TASKS
from qdverify.protocol.json_types import Lead, LeadsQuestion, LeadTransition, Question
from qdverify.suite.checks.of_devices import SUITES, compared
from qdverify.suite.declare import Check, Scope, Trial
from qdverify.suite.exact.device_cases import AT_REST, OF_SPINS
from qdverify.suite.exact.transport_cases import two_levels
from qdverify.suite.finding import Comparison
from qdverify.suite.of_task import check_of_task, in_a_name
from qdverify.suite.subject import Subject

KT: Final = 2.0**-6
FAR: Final = (702.0, -703.5)
"""Energy above the common chemical potential in units of kT; a bias of 2 kT moves the leads 1 kT towards and away."""
FIELD: Final = 0.5 * KT
TASKS: Final = (*LEAD_TASKS, *AT_REST, *SPIN_TASKS, "conductance_parts", "cumulants", "lead_cumulants")
"""All but generating functions: these may be off by a share of the largest rate, beside which e^-702 is nothing."""


def _far(bias: float) -> Callable[[Scope], Iterator[Trial]]:
    """Return the trials: a level far above the leads, which nothing enters, and one far below, which nothing leaves."""

    def trials(_: Scope) -> Iterator[Trial]:
        for two_S, x in product((0, 1), FAR):
            scheme = two_levels(two_S, 1 - two_S)
            pair: list[Lead] = [
                {"name": "L", "rate": 1.0, "mu": 0.5 * bias * KT},
                {"name": "R", "rate": 0.5, "mu": -0.5 * bias * KT},
            ]
            transitions: list[LeadTransition] = [{**item} for item in scheme["transitions"]]
            case: LeadsQuestion = {
                "levels": scheme["levels"],
                "transitions": transitions,
                "leads": pair,
                "kT": KT,
                "gate": 0.5 - x * KT,
            }
            yield Trial(f"2S = {two_S} -> {1 - two_S}, {x:+g} kT from resonance", {"question": case})

    return trials


def _asked(task: str, case: LeadsQuestion) -> Question:
    more: dict[str, object] = {"counted": ["L"]} if task == "lead_cumulants" else {}
    return {**case, **more, **({"zeeman": FIELD} if task in OF_SPINS else {})}


def _check(task: str) -> Check:
    @check_of_task(
        f"{SUITES[task]}.smallest-",
        task,
        version=1,
        claim=f"Down to the smallest doubles results are right: at 702 kT f lets e^-702 through ({in_a_name(task)})",
        equation="[J96] Eq. (3)",
        trials=_far(0.0 if task in AT_REST else 2.0),
    )
    def smallest(subject: Subject, trial: Trial) -> Iterator[Comparison]:
        yield from compared(subject, task, _asked(task, trial.inputs["question"]))

    return smallest


SMALLEST: Final = {task: _check(task) for task in TASKS}

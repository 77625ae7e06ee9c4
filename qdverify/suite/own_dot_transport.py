"""Transport through a dot of the user's own: its rate equation at each Coulomb peak, from the oracle's levels and M_ji.

Nothing of the implementation under test enters the rate equation, so that its errors in levels and M_ji are not counted
a second time. The tasks of the protocol's first version take one M_ji for both leads; `lead_currents` takes those that
each lead's own weights give.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from qdverify.protocol.asking import Ask
from qdverify.protocol.dots import orbitals_of
from qdverify.protocol.json_types import Lead, LeadsQuestion, LeadTransition, Level, OperatingPoint, TransportQuestion
from qdverify.protocol.level_scheme import level_scheme
from qdverify.reference.oracle import OracleReference
from qdverify.suite.checks import leads as lead_checks
from qdverify.suite.checks import oracle as enclosed
from qdverify.suite.declare import Check, Judgement, Trial
from qdverify.suite.exact.lead_cases import CURRENTS
from qdverify.suite.finding import Comparison, Stage
from qdverify.suite.own_dot import Declare, OwnDot
from qdverify.suite.subject import Subject

_IN_TRANSPORT: Final = 3
"""Levels of each number of electrons."""
LEADS: Final = ("L", "R")
_SMALLEST: Final = 1e-3
_TEMPERATURE: Final = 0.05
"""k_B T in units of the distance between the first two Coulomb peaks."""


def transport_checks(own: OwnDot, about: Declare) -> Iterator[Check]:
    """Yield the checks of populations and currents at each Coulomb peak between the given numbers of electrons."""
    peaks = CoulombPeaks(own)
    trials = [Trial(f"peak of electron {N}", {"electrons": N}) for N in own.electrons if N > 0]

    def at_the_peak(judge: Judgement) -> Judgement:
        def judged(subject: Subject, trial: Trial) -> Iterator[Comparison]:
            yield from judge(subject, replace(trial, inputs=peaks.question(trial.inputs["electrons"])))

        return judged

    def of_each_lead(subject: Subject, trial: Trial) -> Iterator[Comparison]:
        question = peaks.question_of_leads(trial.inputs["electrons"])
        yield from lead_checks.in_its_ball(subject, CURRENTS, replace(trial, inputs={"question": question}))

    claim = "Populations at a Coulomb peak of the dot's own levels and M_ji lie within the claimed accuracy of a proof"
    equation = "[J96] Eq. (3); certification.md item 6"
    yield about("populations", Stage.RATES, ("stationary_state",), claim=claim, equation=equation, trials=iter(trials))(
        at_the_peak(enclosed.stationary.judge)
    )
    claim = "The current at a Coulomb peak of the dot's own levels and M_ji lies within the claimed accuracy of a proof"
    equation = "[J96] Eq. (2); certification.md item 6"
    yield about(
        "current",
        Stage.CURRENT,
        ("current",),
        claim=claim,
        equation=equation,
        trials=iter(trials),
        requires=("populations",),
    )(at_the_peak(enclosed.current.judge))
    if own.weights:
        claim = (
            "The current of each lead at a Coulomb peak, with M_ji of its own weights, lies in what a proof encloses"
        )
        others = " and ".join(lead for lead in LEADS if lead not in own.weights)
        claim += f"; lead {others} has no weights: 1 for every orbital" if others else ""
        yield about("lead-currents", Stage.CURRENT, (CURRENTS,), claim=claim, equation=equation, trials=iter(trials))(
            of_each_lead
        )


class CoulombPeaks:
    """The rate equations at the gates where an electron enters; what they share is asked of the oracle once."""

    def __init__(self, own: OwnDot) -> None:
        self._own = own
        self._found: dict[tuple[str, int, str], OracleReference] = {}

    def question(self, electrons: int) -> TransportQuestion:
        """Return the rate equation at a peak; with weights, those of the first lead that has some hold for both."""
        lead = next(iter(self._own.weights), "")
        question: Any = self._rate_equation(electrons, (lead,))
        for item in question["transitions"]:
            item["M"] = item["M"][lead]
        checked: TransportQuestion = question
        return checked

    def question_of_leads(self, electrons: int) -> LeadsQuestion:
        """Return the rate equation at a peak with the M_ji of each lead's own weights."""
        return self._rate_equation(electrons, LEADS)

    def _rate_equation(self, electrons: int, coupled: Sequence[str]) -> LeadsQuestion:
        """Return the levels that transitions join to the ground state without the last electron: it has one solution.

        Each transition has an M_ji for every name in `coupled`.
        """
        counts = tuple(min(_IN_TRANSPORT, self._own.all_levels(n)) for n in range(electrons + 1))
        schemes = [level_scheme(self._asked_with(name), self._own.dot, counts, "M") for name in coupled]
        levels = schemes[0]["levels"]
        edges: list[LeadTransition] = []
        for same in zip(*(scheme["transitions"] for scheme in schemes), strict=True):
            M = {name: max(0.0, item["M"]) for name, item in zip(coupled, same, strict=True)}
            if any(M.values()):
                edges.append({"from": same[0]["from"], "to": same[0]["to"], "M": M})
        kept, transitions = joined(edges, sum(counts[: electrons - 1]))
        return {"levels": [levels[old] for old in kept], "transitions": transitions, **_at_peak(levels, electrons)}

    def _asked_with(self, lead: str) -> Ask:
        """Return what answers with the oracle's levels, and M_ji with the weights of a lead, each question once."""

        def ask(task: str, **params: Any) -> Any:
            electrons = params["electrons"]
            key = (task, electrons, lead if task == "transition_probabilities" else "")
            if key not in self._found:
                self._found[key] = enclosed.whole_levels(task, self._widened(task, params, lead))
            found = self._found[key]
            if task == "spectrum":
                return {name: found.floats(name)[: params["levels"]] for name in ("energies", "two_S")}
            rows = found.floats("M")[: params["levels_to"]]
            return {"M": [row[: params["levels_from"]] for row in rows]}

        return ask

    def _widened(self, task: str, params: Mapping[str, Any], lead: str) -> dict[str, Any]:
        """Return a question about all levels that the checks of levels and M_ji enclose: the oracle remembers them."""
        electrons = params["electrons"]
        if task == "spectrum":
            return {**params, "levels": self._reach(electrons)}
        weights = self._own.weights.get(lead, [1.0] * orbitals_of(self._own.dot))
        more = {"weights": weights} if self._own.weights else {}
        return {**params, **more, "levels_from": self._reach(electrons), "levels_to": self._reach(electrons + 1)}

    def _reach(self, electrons: int) -> int:
        own = self._own
        asked = {electrons, electrons - 1} & set(own.electrons)
        return min(own.all_levels(electrons), max(_IN_TRANSPORT, own.count(electrons) + 1 if asked else 0))


def _at_peak(levels: Sequence[Level], electrons: int) -> OperatingPoint:
    """Return the leads at the gate where an electron enters, and a temperature at which levels are told apart."""
    lowest = [min(item["energy"] for item in levels if item["electrons"] == n) for n in range(electrons + 1)]
    peak = lowest[-1] - lowest[-2]
    spacing = abs(peak - (lowest[-2] - lowest[-3])) if electrons > 1 else abs(peak)
    largest = max(abs(item["energy"]) for item in levels) or 1.0
    # ground states that lie together, or at 0, say nothing about a temperature
    kT = _TEMPERATURE * (spacing if spacing > _SMALLEST * largest else largest)
    leads: list[Lead] = [{"name": "L", "rate": 1.0, "mu": kT}, {"name": "R", "rate": 0.5, "mu": -kT}]
    return {"leads": leads, "kT": kT, "gate": peak}


def joined(transitions: Sequence[LeadTransition], start: int) -> tuple[list[int], list[LeadTransition]]:
    """Return the places of all levels that transitions join to the one at `start`, and the transitions among them.

    A rate equation of these levels has one solution. In the transitions the levels are numbered anew, in their order.

    Examples
    --------
    >>> joined([{"from": 0, "to": 2, "M": 1.0}, {"from": 1, "to": 3, "M": 1.0}], 0)
    ([0, 2], [{'from': 0, 'to': 1, 'M': 1.0}])
    """
    kept = {start}
    while more := {end for item in transitions for end in _ends(item) if kept & {*_ends(item)}} - kept:
        kept |= more
    place = {old: new for new, old in enumerate(sorted(kept))}
    return [*place], [
        {"from": place[item["from"]], "to": place[item["to"]], "M": item["M"]}
        for item in transitions
        if item["from"] in kept
    ]


def _ends(item: LeadTransition) -> tuple[int, int]:
    return item["from"], item["to"]

"""What the figures of a report about a user's own dot need beyond its findings: its rate equation, and its current."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from statistics import median
from typing import Any, Final

from qdverify.protocol.answers import Unsupported
from qdverify.protocol.asking import Ask
from qdverify.protocol.dots import orbitals_of
from qdverify.protocol.json_types import LeadTransition, Level
from qdverify.protocol.level_scheme import level_scheme
from qdverify.report.figures.answer_types import Answers, OwnDotAnswers, Trace
from qdverify.suite.own_dot import OwnDot
from qdverify.suite.own_dot_transport import LEADS, joined

POINTS: Final = 161
TEMPERATURE: Final = 0.03
"""k_B T, and the bias of the current, in units of the typical distance between Coulomb peaks."""


def about_own_dot(own: OwnDot) -> Mapping[str, Callable[[Ask, Answers], object]]:
    """Return what gathers the answers about a dot, by the names of `Answers`."""
    return {"own_dot": lambda ask, _: rate_equation(own, ask), "own_current": current_along_the_gate}


def rate_equation(own: OwnDot, ask: Ask) -> OwnDotAnswers:
    """Return the implementation's levels and M_ji at each lead, as far as electrons one by one reach them from none."""
    counts = tuple(own.count(electrons) for electrons in range(max(own.electrons) + 1))
    schemes = [level_scheme(_with_weights(own, ask, lead), own.dot, counts, "M") for lead in LEADS]
    edges: list[LeadTransition] = [
        {"from": first["from"], "to": first["to"], "M": {"L": first["M"], "R": second["M"]}}
        for first, second in zip(*(scheme["transitions"] for scheme in schemes), strict=True)
        if first["M"] > 0.0 or second["M"] > 0.0
    ]
    kept, transitions = joined(edges, 0)
    if len(kept) == 1:
        raise Unsupported("no Coulomb peak: nothing is asked about an electron that enters the empty dot")
    if not own.weights:
        transitions = [{**item, "M": _at_left(item)} for item in transitions]
    return {"levels": [schemes[0]["levels"][place] for place in kept], "transitions": transitions}


def _at_left(item: LeadTransition) -> float:
    """Return the M_ji of a transition at lead L."""
    return item["M"]["L"] if isinstance(item["M"], Mapping) else item["M"]


def _with_weights(own: OwnDot, ask: Ask, lead: str) -> Ask:
    """Return what asks for M_ji with the weights of a lead, 1 if the dot has weights of the other lead only."""

    def asked(task: Any, **params: Any) -> Any:
        if own.weights and task == "transition_probabilities":
            params["weights"] = own.weights.get(lead, [1.0] * orbitals_of(own.dot))
        return ask(task, **params)

    return asked


def current_along_the_gate(ask: Ask, data: Answers) -> Trace:
    """Return the implementation's current over its own Coulomb peaks."""
    if "own_dot" not in data:
        raise Unsupported("the levels and transition probabilities of the dot are missing")
    scheme = data["own_dot"]
    peaks, spacing = coulomb_peaks(scheme["levels"])
    kT = bias = TEMPERATURE * spacing
    low, high = min(peaks) - spacing / 2, max(peaks) + spacing / 2
    gates = [low + (high - low) * k / (POINTS - 1) for k in range(POINTS)]
    leads = [{"name": "L", "rate": 1.0, "mu": bias / 2}, {"name": "R", "rate": 1.0, "mu": -bias / 2}]
    put: Any = ask  # the questions of two tasks have no type in common
    if any(isinstance(item["M"], Mapping) for item in scheme["transitions"]):
        asked = [put("lead_currents", **scheme, leads=leads, kT=kT, gate=gate)["currents"]["L"] for gate in gates]
    else:
        asked = [put("current", **scheme, leads=leads, kT=kT, gate=gate)["I_L"] for gate in gates]
    return {"kT": kT, "bias": bias, "gate": gates, "current": asked}


def coulomb_peaks(levels: Sequence[Level]) -> tuple[list[float], float]:
    """Return the gates at which an electron enters between ground states, and their typical distance."""
    numbers = sorted({level["electrons"] for level in levels})
    lowest = [min(level["energy"] for level in levels if level["electrons"] == N) for N in numbers]
    peaks = [above - below for below, above in pairwise(lowest)]
    distances = [abs(b - a) for a, b in pairwise(peaks)] or [abs(peaks[0])]
    size = max(map(abs, peaks)) or 1.0
    typical = median(distances)
    return peaks, typical if typical > size / 1000 else size

"""One small question of each task of the protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from qdverify.protocol.json_types import Level, Question, TransportQuestion
from qdverify.protocol.sample_dots import make_dot

_LEVELS: Final[list[Level]] = [
    {"electrons": 0, "energy": 0.0, "two_S": 0},
    {"electrons": 1, "energy": 0.1, "two_S": 1},
    {"electrons": 2, "energy": 0.3, "two_S": 0},
]
_LEVEL_SCHEME: Final[TransportQuestion] = {
    "levels": _LEVELS,
    "transitions": [{"from": 0, "to": 1, "M": 1.0}, {"from": 1, "to": 2, "M": 0.5}],
    "leads": [{"name": "L", "rate": 1.0, "mu": 0.05}, {"name": "R", "rate": 0.5, "mu": -0.05}],
    "kT": 0.02,
    "gate": 0.1,
}
_DOT: Final = make_dot("soft-coulomb", 3)
QUESTIONS: Final[Mapping[str, Question]] = {
    "clebsch_gordan_weight": {"two_S_i": 1, "two_S_j": 2},
    "interaction_integrals": {"dot": _DOT, "indices": [[1, 1, 1, 1], [1, 2, 1, 2], [1, 3, 2, 2]]},
    "spectrum": {"dot": _DOT, "electrons": 2, "levels": 3},
    "transition_probabilities": {"dot": _DOT, "electrons": 1, "levels_from": 2, "levels_to": 2},
    "stationary_state": _LEVEL_SCHEME,
    "current": _LEVEL_SCHEME,
}

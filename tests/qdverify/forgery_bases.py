"""True certificates of every task, kernel and family, from which forgeries are made."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from qdverify.protocol.case import Case
from qdverify.reference.write_certificate import certificate
from qdverify.reference.write_from_dot import certificate_from_dot

DIGITS = 10
SOFT = {"length": "1", "cutoff": "1/10", "orbitals": 3, "kernel": "soft-coulomb", "strength": "1"}
LONG = {**SOFT, "length": "19/2", "cutoff": "1/4"}
ATTRACTIVE = {**LONG, "strength": "-1/2"}
CONTACT = {**LONG, "kernel": "contact", "strength": "5/4"}
CONSTANT = {**LONG, "kernel": "constant"}
FREE = {**LONG, "kernel": "none", "strength": "0"}
LEADS = [{"name": "L", "rate": "1", "mu": "1/4"}, {"name": "R", "rate": "2", "mu": "-1/4"}]
WARM = {"leads": LEADS, "kT": "1/20", "gate": "1/2"}
CHAIN = {
    "levels": [
        {"electrons": 0, "energy": 0, "two_S": 0},
        {"electrons": 1, "energy": "1/8", "two_S": 1},
        {"electrons": 2, "energy": "1", "two_S": 0},
        {"electrons": 2, "energy": "17/16", "two_S": 2},
    ],
    "transitions": [{"from": 0, "to": 1, "M": 1}, {"from": 1, "to": 2, "M": "0.4"}, {"from": 1, "to": 3, "M": "0.8"}],
    **WARM,
}
PROTOCOL: Mapping[str, Case] = {
    "weight": Case("clebsch_gordan_weight", {"two_S_i": 2, "two_S_j": 3}),
    "no weight": Case("clebsch_gordan_weight", {"two_S_i": 2, "two_S_j": 4}),
    "integrals": Case("interaction_integrals", {"dot": SOFT, "indices": [[1, 1, 2, 2], [1, 2, 1, 2], [1, 1, 1, 3]]}),
    "contact integrals": Case("interaction_integrals", {"dot": CONTACT, "indices": [[1, 1, 3, 3], [1, 2, 2, 3]]}),
    "soft spectrum": Case("spectrum", {"dot": SOFT, "electrons": 2, "levels": 3}),
    "attractive spectrum": Case("spectrum", {"dot": ATTRACTIVE, "electrons": 3, "levels": 2}),
    "contact spectrum": Case("spectrum", {"dot": CONTACT, "electrons": 3, "levels": 2}),
    "whole spectrum": Case("spectrum", {"dot": CONTACT, "electrons": 5, "levels": 3}),
    "charging spectrum": Case("spectrum", {"dot": CONSTANT, "electrons": 2, "levels": 4}),
    "free spectrum": Case("spectrum", {"dot": FREE, "electrons": 3, "levels": 3}),
    "transitions": Case("transition_probabilities", {"dot": SOFT, "electrons": 1, "levels_from": 1, "levels_to": 3}),
    "contact transitions": Case(
        "transition_probabilities", {"dot": CONTACT, "electrons": 2, "levels_from": 2, "levels_to": 2}
    ),
    "free transitions": Case(
        "transition_probabilities", {"dot": FREE, "electrons": 0, "levels_from": 1, "levels_to": 2}
    ),
    "populations": Case("stationary_state", CHAIN),
    "current": Case("current", CHAIN),
    "equilibrium": Case("current", {**CHAIN, "leads": [{**lead, "mu": "1/4"} for lead in LEADS]}),
}
FROM_DOT: Mapping[str, tuple[str, dict[str, Any]]] = {
    "dot spectrum": ("spectrum", {"dot": SOFT, "electrons": 2, "levels": 3}),
    "dot whole spectrum": ("spectrum", {"dot": CONTACT, "electrons": 2, "levels": "all"}),
    "dot clusters": ("spectrum", {"dot": FREE, "electrons": 3, "levels": "all"}),
    "dot transitions": ("transition_probabilities", {"dot": CONTACT, "electrons": 1, "levels": [2, 3]}),
    "dot cluster transitions": ("transition_probabilities", {"dot": FREE, "electrons": 1, "levels": [2, 3]}),
    "dot populations": ("stationary_state", {"dot": CONTACT, "electrons": 0, "levels": [1, 2, 2], **WARM}),
    "dot current": ("current", {"dot": SOFT, "electrons": 1, "levels": [2, 3], **WARM, "kT": "2", "gate": "10"}),
}


@cache
def bases() -> Mapping[str, dict[str, Any]]:
    """Return every true certificate by name."""
    found = {name: certificate(case, digits=DIGITS) for name, case in PROTOCOL.items()}
    return found | {name: certificate_from_dot(*question, digits=DIGITS) for name, question in FROM_DOT.items()}

"""True certificates of dots given by their integrals, small enough to be changed and checked by the hundred."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from random_integrals import random_integrals

from qdverify.reference.write_from_dot import certificate_from_dot

DIGITS = 11
LEADS = [{"name": "L", "rate": "1", "mu": "1/4"}, {"name": "R", "rate": "2", "mu": "-1/4"}]
WARM = {"leads": LEADS, "kT": "1/2", "gate": "3/4"}


def dot_of(orbitals: int, seed: int, irreps: tuple[int, ...] | None = None, **more: Any) -> dict[str, Any]:
    """Return a dot with random rational integrals, as a document."""
    h, entries = random_integrals(orbitals, seed, irreps=irreps)
    labels = {} if irreps is None else {"irreps": list(irreps)}
    return {
        "kind": "integrals",
        "orbitals": orbitals,
        "one_body": [[str(value) for value in row] for row in h],
        "two_body": [[*four, str(value)] for *four, value in entries if value],
        **labels,
        **more,
    }


WEIGHTS = {"L": ["1", "-1/2", "1/3"], "R": [0.25, 1, -2]}
LABELLED = dot_of(3, 5, (1, 2, 1), core="-22/7", weights=WEIGHTS)
PLAIN = dot_of(3, 6, core=0.5)
SITES = {  # two sites of a ring of three: levels that coincide
    "kind": "integrals",
    "orbitals": 3,
    "one_body": [[0, -1, -1], [-1, 0, -1], [-1, -1, 0]],
    "two_body": [[p, p, p, p, 2] for p in (1, 2, 3)],
}
QUESTIONS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "labelled spectrum": ("spectrum", {"dot": LABELLED, "electrons": 3, "levels": 3}),
    "plain spectrum": ("spectrum", {"dot": PLAIN, "electrons": 2, "levels": 2}),
    "whole spectrum": ("spectrum", {"dot": PLAIN, "electrons": 2, "levels": "all"}),
    "coinciding levels": ("spectrum", {"dot": SITES, "electrons": 1, "levels": 3}),
    "labelled transitions": ("transition_probabilities", {"dot": LABELLED, "electrons": 2, "levels": [2, 3]}),
    "plain transitions": ("transition_probabilities", {"dot": PLAIN, "electrons": 3, "levels": [2, 2]}),
    "coinciding transitions": ("transition_probabilities", {"dot": SITES, "electrons": 0, "levels": [1, 3]}),
    "labelled populations": ("stationary_state", {"dot": LABELLED, "electrons": 1, "levels": [2, 2, 1], **WARM}),
    "plain current": ("current", {"dot": {**PLAIN, "weights": {"R": [2, 0, "1/3"]}}, "electrons": 0, **WARM}),
    "labelled current": ("current", {"dot": LABELLED, "electrons": 1, "levels": [2, 2], **WARM}),
}


@cache
def certificates() -> Mapping[str, dict[str, Any]]:
    """Return every true certificate by name."""
    return {
        name: certificate_from_dot(task, {"levels": [1, 2, 2], **inputs}, digits=DIGITS)
        for name, (task, inputs) in QUESTIONS.items()
    }

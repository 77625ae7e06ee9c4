"""The inputs of one point of a sweep in the protocol's words: its dot, and its leads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from qdverify.protocol.dot_files import read_dot
from qdverify.protocol.inputs import InvalidInput, as_dot

Value: TypeAlias = float | int | str
OWN_DOT: Final = "dot"
"""The name under which a plan holds a dot of the user's own: as a JSON text, so that a plan stays whole by itself."""

LEAD_NAMES: Final = "lead_names"
"""The name under which a plan holds those of its leads, as a JSON text, if it has a table for each of them."""
COUNTED: Final = "counted"
"""Alike of the leads whose electrons are counted."""
THETA: Final = "theta"
"""The counting field of a point; the protocol takes a list of them."""
HARMONIC: Final = "harmonic-2d"
HARMONIC_DOT: Final = ("omega", "thickness", "shells", "strength", "field")
"""The inputs of a harmonic dot, by whose kind a plan knows it."""


def own_dot(file: object, folder: Path) -> dict[str, Value]:
    """Return the dot in a file as a plan holds it."""
    if not isinstance(file, str):
        raise InvalidInput(f"file={file!r} of the dot must be the name of a file")
    try:
        text = json.dumps(as_dot(read_dot(folder / file)), sort_keys=True)
    except OSError as error:
        raise InvalidInput(f"file={file!r} of the dot must be readable: {error.strerror}") from None
    return {OWN_DOT: text}


def dot_of(inputs: Mapping[str, Value]) -> dict[str, Any]:
    """Return the DOT of a point, in the protocol's words."""
    if OWN_DOT in inputs:
        own: dict[str, Any] = json.loads(str(inputs[OWN_DOT]))
        return own
    if inputs.get("kind") == HARMONIC:
        return {"kind": HARMONIC, **{name: inputs[name] for name in HARMONIC_DOT if name in inputs}}
    dot: dict[str, Any] = {
        name: inputs[name] for name in ("kernel", "length", "orbitals", "strength") if name in inputs
    }
    if "cutoff_ratio" in inputs:
        return {**dot, "cutoff": float(inputs["cutoff_ratio"]) * float(inputs["length"])}
    # kernels without a cutoff ignore it
    return {**dot, "cutoff": inputs.get("cutoff", 0.0)}


def names_of(inputs: Mapping[str, Value]) -> tuple[str, ...]:
    """Return the names of the leads of a point, or of all points if their inputs are those that a plan fixes."""
    return tuple(json.loads(str(inputs[LEAD_NAMES]))) if LEAD_NAMES in inputs else ("L", "R")


def leads_of(inputs: Mapping[str, Value]) -> dict[str, object]:
    """Return the transport parameters of a point, in the protocol's words."""
    if LEAD_NAMES in inputs:
        return _named_leads(inputs)
    bias = float(inputs.get("bias", 0.0))
    left: dict[str, object] = {"name": "L", "rate": inputs["rate_L"], "mu": bias / 2}
    right: dict[str, object] = {"name": "R", "rate": inputs["rate_R"], "mu": -bias / 2}
    point: dict[str, object] = {"leads": [left, right], "kT": inputs["kT"], "gate": inputs["gate"]}
    if THETA in inputs:
        point[THETA] = [inputs[THETA]]
    if "zeeman" not in inputs:
        return point
    for lead in (left, right):
        rate, polarisation = (float(inputs[f"{field}_{lead['name']}"]) for field in ("rate", "polarisation"))
        if not -1.0 <= polarisation <= 1.0:
            raise InvalidInput(f"polarisation_{lead['name']}={polarisation} must be between -1 and 1")
        lead["rate"] = {"up": rate * (1.0 + polarisation), "down": rate * (1.0 - polarisation)}
    return {**point, "zeeman": inputs["zeeman"]}


def _named_leads(inputs: Mapping[str, Value]) -> dict[str, object]:
    """Return the transport parameters if the plan has a table for each lead."""
    leads, bias = list[dict[str, object]](), float(inputs.get("bias", 0.0))
    for name in names_of(inputs):
        own = float(inputs.get(f"mu_{name}", inputs.get("mu", 0.0)))
        mu = own + float(inputs.get(f"share_{name}", 0.0)) * bias
        lead: dict[str, object] = {"name": name, "rate": inputs[f"rate_{name}"], "mu": mu}
        leads.append({**lead, "kT": inputs[f"kT_{name}"]} if f"kT_{name}" in inputs else lead)
    counted = {COUNTED: json.loads(str(inputs[COUNTED]))} if COUNTED in inputs else {}
    fields = {name: inputs[f"{THETA}_{name}"] for name in names_of(inputs) if f"{THETA}_{name}" in inputs}
    theta = {THETA: [fields]} if fields else {}
    return {"leads": leads, "kT": inputs["kT"], "gate": inputs["gate"], **counted, **theta}

"""The results of a sweep as a labelled array: one dimension an axis of the plan, then those of the answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from math import inf, nan
from os import PathLike
from pathlib import Path
from typing import Final

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from numeric.units import ENERGY, unit_of
from qdverify.protocol.inputs import InvalidInput
from qdverify.sweep.plan import Plan
from qdverify.sweep.point import OWN_DOT, names_of
from qdverify.sweep.store import Meta, Store, read_store

_DIMENSIONS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "spectrum": {"energies": ("level",), "two_S": ("level",)},
    "transition_probabilities": {"M": ("level_to", "level_from")},
    "stationary_state": {"populations": ("state",)},
    "current": {"I_L": (), "I_R": ()},
    "lead_currents": {"currents": ("lead",)},
    "heat_currents": {"heat": ("lead",)},
    "spin_currents": {"up": ("lead",), "down": ("lead",)},
    "spin_heat": {"heat": ("lead",)},
    "spin_populations": {"populations": ("level", "two_Sz")},
    "conductance_parts": {"dI_dV": (), "growth": ("state",), "parts": ("state",)},
    "cumulants": {"cumulants": ("order",)},
    "lead_cumulants": {"cumulants": ("order",)},
    "linear_response": {"onsager": ("flow", "force"), "thermopower": (), "heat_conductance": ()},
    "lead_response": {"onsager": ("flow", "lead", "force", "forced_lead")},
    "spin_response": {"onsager": ("flow", "lead", "force", "forced_lead")},
    "generating_function": {"values": ()},
    "lead_generating_function": {"values": ()},
}
_COORDINATES: Final[Mapping[str, Mapping[str, Sequence[object]]]] = {
    "cumulants": {"order": (1, 2, 3)},
    "lead_cumulants": {"order": (1, 2, 3)},
    "linear_response": {"flow": ("electrons", "heat"), "force": ("bias", "temperature")},
    "lead_response": {"flow": ("electrons", "heat"), "force": ("potential", "temperature")},
    "spin_response": {"flow": ("electrons", "heat"), "force": ("potential", "temperature")},
}
_COUNTS: Final = frozenset({"two_S"})


def open_store(path: str | PathLike[str], *, partial: bool = False) -> xr.Dataset:
    """Return the results of a sweep.

    Parameters
    ----------
    path
        The store that `qdverify sweep` wrote.
    partial
        Also if points are missing or ended in an error: these hold NaN (-1 for counts), and the variable `state`
        says which they are.

    Returns
    -------
    xarray.Dataset
        The axes of the plan as dimensions with coordinates; what the plan fixes, and who answered, as attributes.

    Raises
    ------
    InvalidInput
        If the file is no store, or, unless `partial`, if points are missing or ended in an error.
    """
    with read_store(Path(path)) as store:
        plan, errors = store.plan, store.errors()
        if not partial:
            _require_all(plan, len(store.done()), errors)
        variables = {**_DIMENSIONS[plan.task], **_told(plan, store)}
        data = xr.Dataset(
            {name: _variable(plan, store, name, inner) for name, inner in variables.items()},
            coords={name: (name, list(values), _units(name, plan)) for name, values in plan.axes.items()}
            | {name: list(values) for name, values in _inner_coordinates(plan, store).items()},
            attrs=_attributes(plan, store.meta()),
        )
        return data.assign(state=_states(plan, store, errors)) if partial else data


def _inner_coordinates(plan: Plan, store: Store) -> dict[str, Sequence[object]]:
    """Return the coordinates of the dimensions that every answer has."""
    inner = {dimension for dimensions in _DIMENSIONS[plan.task].values() for dimension in dimensions}
    leads = dict.fromkeys(inner.intersection(("lead", "forced_lead")), names_of(plan.fixed))
    two_S = _largest_two_S(store) if "two_Sz" in inner else 0
    of_spin = {"two_Sz": range(-two_S, two_S + 1)} if "two_Sz" in inner else {}
    return {**_COORDINATES.get(plan.task, {}), **leads, **of_spin}


def _largest_two_S(store: Store) -> int:
    """Return twice the largest spin of all levels whose states have populations in the answers."""
    try:
        return max((len(states) - 1 for _, answer in store.answers() for states in answer["populations"]), default=0)
    except (KeyError, TypeError) as error:
        raise InvalidInput(f"{store.path} must hold the answers of a plan: {error}") from None


def _by_spin(levels: Sequence[Sequence[float]], two_S: int) -> NDArray[np.float64]:
    """Return the populations of each level and two_Sz, NaN where a level has no such state."""
    found = np.full((len(levels), 2 * two_S + 1), nan)
    for row, states in zip(found, levels, strict=True):
        first = two_S - len(states) + 1
        row[first : 2 * two_S + 1 - first : 2] = states
    return found


def _told(plan: Plan, store: Store) -> dict[str, tuple[str, ...]]:
    """Return what programs may leave out of their answers, if every answer tells it.

    These are the angular momenta of a harmonic dot's levels and the figure of merit, infinite where it is None.
    """
    optional = {"spectrum": ("L", ("level",)), "linear_response": ("figure_of_merit", ())}
    if plan.task not in optional or (plan.task == "spectrum" and "kind" not in plan.fixed):
        return {}
    name, inner = optional[plan.task]
    return {name: inner} if all(name in answer for _, answer in store.answers()) else {}


def _require_all(plan: Plan, done: int, errors: Mapping[int, str]) -> None:
    if done < plan.size:
        raise InvalidInput(f"{done} points must be all {plan.size}; resume the sweep, or open with partial=True")
    if errors:
        point, text = next(iter(errors.items()))
        raise InvalidInput(f"{len(errors)} points ended in an error, such as {plan.point(point)}: {text}")


def _variable(
    plan: Plan, store: Store, name: str, inner: Sequence[str]
) -> tuple[list[str], NDArray[np.generic], dict[str, str]]:
    shape, leads = _inner_shape(plan, name), names_of(plan.fixed)
    two_S = _largest_two_S(store) if "two_Sz" in inner else 0
    shape = (*shape, 2 * two_S + 1) if "two_Sz" in inner else shape
    count = name in _COUNTS
    values = np.full((plan.size, *shape), -1 if count else nan, dtype=np.int64 if count else np.float64)
    for point, answer in store.answers():
        try:
            found = _by_spin(answer[name], two_S) if "two_Sz" in inner else answer[name]
            found = inf if found is None and name == "figure_of_merit" else found
            # all rows of one flow, or columns of one force, stand together
            values[point] = np.reshape([found[lead] for lead in leads] if isinstance(found, Mapping) else found, shape)
        except (IndexError, KeyError, TypeError, ValueError, OverflowError) as error:
            raise InvalidInput(f"{store.path}, point {point}: must hold the answer of a plan: {error}") from None
    return [*plan.axes, *inner], values.reshape((*plan.shape, *shape)), _units(name, plan)


def _inner_shape(plan: Plan, name: str) -> tuple[int, ...]:
    if name in ("energies", "two_S", "L"):
        return (int(plan.fixed["levels"]),)
    if name == "M":
        return int(plan.fixed["levels_to"]), int(plan.fixed["levels_from"])
    if name in ("populations", "growth", "parts"):
        return (sum(plan.level_counts),)
    n = len(names_of(plan.fixed))
    if name == "onsager":
        return (2, 2) if plan.task == "linear_response" else (2, n, 2, n)
    return {**dict.fromkeys(("currents", "heat", "up", "down"), (n,)), "cumulants": (3,)}.get(name, ())


def _states(plan: Plan, store: Store, errors: Mapping[int, str]) -> tuple[list[str], NDArray[np.str_]]:
    states = np.full(plan.size, "missing", dtype=object)
    for point in store.done():
        states[point] = errors.get(point, "done")
    return list(plan.axes), states.astype(str).reshape(plan.shape)


def _units(name: str, plan: Plan) -> dict[str, str]:
    """Return the unit of a quantity; a dot of the user's own has the unit of energy of its integrals."""
    if name == "kernel":
        return {}
    return {"units": unit_of(name, "E" if OWN_DOT in plan.fixed else ENERGY)}


def _attributes(plan: Plan, meta: Meta) -> dict[str, object]:
    """Return what can be written to any file format: numbers and texts, no nested values."""
    return dict(_flat(plan, meta))


def _flat(plan: Plan, meta: Meta) -> Iterator[tuple[str, object]]:
    yield "task", plan.task
    yield "implementation", " ".join(meta.get("implementation", {}).values())
    yield "suite_version", meta["suite_version"]
    yield from plan.fixed.items()
    if plan.level_counts:
        yield "chain_levels", list(plan.level_counts)
        yield "weights", plan.weights
    yield "plan", json.dumps(plan.document(), sort_keys=True)

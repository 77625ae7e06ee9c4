"""Corners: devices whose numbers coincide, vanish, or lie beyond where a program may cut them off.

Equal potentials with unequal temperatures, no field between polarised leads, leads alike but for the name, numbers that
nearly coincide, the fields of objects in another order, gates and potentials of hundreds, many levels. Rates are about
1, so that programs with an absolute accuracy feel each case. All but one of them have two or three levels: their exact
answers are cheap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from qdverify.protocol.json_types import LeadTransition, RatesOfSpins, SpinLead
from qdverify.suite.exact.device_cases import AT_REST, OF_SPINS, TWO_LEADS, Device
from qdverify.suite.exact.transport_cases import level

NEAR: Final = 2.0**-20
"""How far potentials and temperatures are apart that nearly coincide."""
TWINS: Final = 2.0**-14
"""How far energies are apart that nearly coincide."""
FAR: Final = 256.0
COPIES: Final = 25
WARM: Final = 0.25
_Json: TypeAlias = Any


def _lead(name: str, rate: float | RatesOfSpins, mu: float, own: float | None = None) -> SpinLead:
    lead: SpinLead = {"name": name, "rate": rate, "mu": mu}
    return lead if own is None else {**lead, "kT": own}


def _device(
    leads: Sequence[SpinLead],
    *,
    energies: Sequence[float] = (0.25,),
    gate: float = 0.0625,
    zeeman: float = 0.125,
    counted: int = 1,
) -> Device:
    """Return levels of one electron above an empty one, each with its own M_ji at each lead."""
    names = [lead["name"] for lead in leads]
    return {
        "levels": [level(0, 0.0, 0), *(level(1, energy, 1) for energy in energies)],
        "transitions": [
            {"from": 0, "to": 1 + k, "M": {name: 0.5 + 0.25 * place - 0.125 * k for place, name in enumerate(names)}}
            for k in range(len(energies))
        ],
        "leads": leads,
        "kT": WARM,
        "gate": gate,
        "zeeman": zeeman,
        "counted": names[:counted],
        "theta": [{name: 0.25 * (2 - place) for place, name in enumerate(names)}],
        "L_first": False,
    }


def equal_potentials() -> Device:
    """Return leads at one potential that is not 0, each at its own temperature."""
    return _device([_lead("hot", 1.0, 0.125, 0.5), _lead("cold", {"up": 0.5, "down": 0.25}, 0.125)])


def no_field() -> Device:
    """Return leads of which each prefers one spin, without a field."""
    leads = [_lead("up", {"up": 1.0, "down": 0.125}, 0.25), _lead("down", {"up": 0.25, "down": 0.75}, -0.125)]
    return _device(leads, zeeman=0.0)


def slow_lead() -> Device:
    """Return a lead whose rate is a thousandth of the other's, at a potential that is not 0."""
    return _device([_lead("fast", 1.0, -0.25), _lead("slow", 2.0**-10, 0.375)])


def twin_leads() -> Device:
    """Return two leads alike but for the name, both counted, and a third one."""
    device = _device([_lead(name, 0.5, mu) for name, mu in (("a", 0.25), ("b", 0.25), ("c", -0.25))], counted=2)
    (item,) = device["transitions"]
    return {**device, "transitions": [{**item, "M": {"a": 0.5, "b": 0.5, "c": 0.75}}]}


def nearly_equal() -> Device:
    """Return potentials and temperatures that differ by a millionth."""
    return _device([_lead("one", 1.0, 0.125 + NEAR, WARM * (1 + NEAR)), _lead("other", 0.5, 0.125)])


def near_twins() -> Device:
    """Return levels that are alike but for their M_ji, and for 6e-5 of energy."""
    leads = [_lead("one", 1.0, 0.25), _lead("other", {"up": 0.5, "down": 0.75}, -0.25)]
    return _device(leads, energies=(0.25, 0.25 + TWINS))


def _off(gate: float, mu: float) -> Callable[[], Device]:
    def device() -> Device:
        leads = [_lead("one", 1.0, mu + 0.25), _lead("other", {"up": 0.5, "down": 0.75}, mu - 0.125)]
        return _device(leads, energies=(gate + mu + 0.125,), gate=gate)

    return device


def turned_fields() -> Device:
    """Return a device whose objects hold their fields in the reverse of the usual order."""
    leads = [_lead("a", {"up": 1.0, "down": 0.25}, 0.25, 0.375), _lead("b", {"up": 0.5, "down": 0.75}, -0.125)]
    return _device(leads)


def in_turn(value: _Json) -> _Json:
    """Return a JSON value with the fields of all objects in reverse order.

    >>> in_turn({"a": [{"b": 1, "c": 2}], "d": 3})
    {'d': 3, 'a': [{'c': 2, 'b': 1}]}
    """
    if isinstance(value, Mapping):
        return {name: in_turn(value[name]) for name in reversed(value)}
    return [in_turn(item) for item in value] if isinstance(value, list) else value


def few_for_many() -> Device:
    """Return one level that stands for all of `many_levels` where spins are not resolved: it has as many states."""
    device = many_levels()
    (item, *_), (empty, one, *_) = device["transitions"], device["levels"]
    M = {name: COPIES * value for name, value in at_each(item).items()}
    spin = COPIES * (one["two_S"] + 1) - 1
    return {
        **device,
        "levels": [{**empty, "electrons": spin}, {**one, "electrons": spin + 1, "two_S": spin}],
        "transitions": [{**item, "M": M}],
    }


def many_levels() -> Device:
    """Return twenty-five levels alike, more than twenty-four states and sixteen transitions."""
    device = _device([_lead("one", 1.0, 0.25), _lead("other", {"up": 0.5, "down": 0.75}, -0.125)])
    (item,), (empty, one) = device["transitions"], device["levels"]
    return {
        **device,
        "levels": [empty, *([one] * COPIES)],
        "transitions": [{**item, "to": 1 + k} for k in range(COPIES)],
    }


def at_each(item: LeadTransition) -> dict[str, float]:
    """Return the M_ji of a transition that has one for each lead."""
    M = item["M"]
    if not isinstance(M, Mapping):
        raise TypeError(f"M={M!r} must be of each lead")
    return dict(M)


def _any(_: str) -> bool:
    return True


def _biased(task: str) -> bool:
    return task not in AT_REST


def _own_temperatures(task: str) -> bool:
    return task not in (*AT_REST, *TWO_LEADS)


CORNERS: Final[Mapping[str, tuple[Callable[[], Device], Callable[[str], bool]]]] = {
    "equal potentials, unequal temperatures": (equal_potentials, _own_temperatures),
    "no field, polarised leads": (no_field, lambda task: task in OF_SPINS),
    "a slow lead": (slow_lead, lambda task: "heat" in task),
    "leads alike but for the name": (twin_leads, lambda task: task not in TWO_LEADS and task != "conductance_parts"),
    "potentials and temperatures nearly equal": (nearly_equal, _biased),
    "levels nearly alike": (near_twins, _any),
    "gate and potentials far below": (_off(-FAR, -FAR), _any),
    "gate and potentials far above": (_off(FAR, FAR), _any),
}
"""Devices, and the tasks that can tell them from others."""

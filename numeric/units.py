"""The unit of each array of maps and of stored sweeps: one table for all.

hbar = k_B = e = 1. Rates, and all that is in proportion to them, are in units of t, the unit in which the tunnelling
rates are given; currents count electrons.
"""

from __future__ import annotations

from typing import Final

ENERGY: Final = "E_H*"
"""The unit of all energies, unless a dot of the user's own has another one."""
_OF_RATES: Final = "units of t"
_UNITS: Final = {
    **dict.fromkeys(("length", "cutoff", "thickness"), "a_B*"),
    **dict.fromkeys(("omega", "field"), "{E}/hbar"),
    **dict.fromkeys(("kT", "gate", "mu", "zeeman", "energies"), "{E}"),
    "bias": "{E}/e",
    **dict.fromkeys(("electrons", "levels", "levels_from", "levels_to", "orbitals", "shells"), "1"),
    **dict.fromkeys(("strength", "cutoff_ratio", "share", "polarisation", "theta"), "1"),
    **dict.fromkeys(("two_S", "M", "population", "populations", "fano", "figure_of_merit"), "1"),
    "L": "hbar",
    "rate": _OF_RATES,
    **dict.fromkeys(("I", "I_L", "I_R", "currents", "up", "down"), _OF_RATES),
    **dict.fromkeys(("noise", "cumulants", "values", "heat_conductance"), _OF_RATES),
    **dict.fromkeys(("J", "J_L", "J_R", "heat"), f"{_OF_RATES} x {{E}}"),
    **dict.fromkeys(("dI", "dI_dV", "parts", "conductance"), f"{_OF_RATES} / {{E}}"),
    "growth": "1 / {E}",
    "thermopower": "k_B",
    "onsager": f"{_OF_RATES} x {{E}}^n, n of flow and force about heat or temperature",
}


def unit_of(name: str, energy: str = ENERGY) -> str:
    """Return the unit of a quantity, or raise KeyError if the table has none; an error bound has that of its number.

    Parameters
    ----------
    name
        Of an array or an axis; that of a lead may follow the axis, such as "rate_L".
    energy
        Unit of all energies.

    Examples
    --------
    >>> unit_of("I_L"), unit_of("dI_dV_error"), unit_of("kT_probe", "meV")
    ('units of t', 'units of t / E_H*', 'meV')
    """
    name = name.removesuffix("_error")
    return _UNITS[name if name in _UNITS else name.partition("_")[0]].replace("{E}", energy)

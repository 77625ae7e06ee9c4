"""Wrong models of harmonic dots, for one and two electrons in a basis that is small enough to be solved exactly.

In a field the levels are those of the frequency Omega without it, less L omega_c/2: a wrong model has another Omega,
another shift or another strength.
"""

from __future__ import annotations

from collections.abc import Callable
from math import hypot, sqrt
from typing import Any, Final

from analytic.harmonic_integrals import shell_orbitals
from qdverify.protocol.dots import is_harmonic
from qdverify.protocol.json_types import HarmonicDot
from qdverify.suite.exact.harmonic import HarmonicLevel, exact_harmonic_levels
from qdverify.suite.finding import Asked
from qdverify.suite.hints.wrong_models import Prediction, WrongModel

MOST_SHELLS: Final = {1: 6, 2: 3}
"""Most shells that are solved exactly while somebody waits, by number of electrons."""


def effective(dot: HarmonicDot) -> float:
    """Return Omega."""
    return hypot(dot["omega"], dot["field"] / 2)


def _of_levels(
    sentence: str,
    *,
    omega: Callable[[HarmonicDot], float] = effective,
    momentum: float = 0.5,
    strength: Callable[[HarmonicDot], float] = lambda _: 1.0,
    more: Callable[[HarmonicDot, HarmonicLevel, int], float] = lambda *_: 0.0,
) -> WrongModel:
    """Return a wrong model of levels.

    Parameters
    ----------
    omega
        What stands for Omega.
    momentum
        What L omega_c is multiplied by.
    strength
        The factor of the interaction.
    more
        What is added to a level's energy, from the dot, the level and the number of electrons.
    """

    def predict(asked: Asked) -> Prediction:
        if asked.task != "spectrum" or not _solvable(asked.params["dot"], asked.params["electrons"]):
            return None
        dot, electrons = asked.params["dot"], asked.params["electrons"]
        factor = strength(dot)
        still: HarmonicDot = {
            "kind": "harmonic-2d",
            "omega": omega(dot),
            "field": 0.0,
            "shells": dot["shells"],
            "strength": dot["strength"] * factor,
        }
        found = sorted(
            float(level.energy) - momentum * dot["field"] * level.L + more(dot, level, electrons)
            for level in exact_harmonic_levels(still, electrons)
        )[: asked.params["levels"]]
        slack = asked.accuracy.allowed(max(map(abs, found)), max(map(abs, found)))
        return [(energy, slack) for energy in found]

    return WrongModel(sentence, predict)


def _solvable(dot: Any, electrons: Any) -> bool:
    return is_harmonic(dot) and not dot.get("thickness") and dot["shells"] <= MOST_SHELLS.get(electrons, 0)


def _of_M(sentence: str, change: Callable[[list[float], list[int], list[int]], float]) -> WrongModel:
    """Return a wrong model of M_ji from one electron to two.

    Parameters
    ----------
    change
        Makes what stands for |sum_p C_pn|^2 of all C_pn, and of the n_r and m of the orbitals p.
    """

    def predict(asked: Asked) -> Prediction:
        if asked.task != "transition_probabilities" or asked.params["electrons"] != 1:
            return None
        dot = asked.params["dot"]
        if not _solvable(dot, 2):
            return None
        orbitals, initial, final = shell_orbitals(dot["shells"]), *(exact_harmonic_levels(dot, N) for N in (1, 2))
        if (asked.params["levels_from"], asked.params["levels_to"]) != (len(initial), len(final)):
            return None
        radial, momenta = ([orbital[k] for orbital in orbitals] for k in (0, 1))
        M = [
            (level.two_S + 1) / 2 * change([float(level.function[p, n]) for p in range(len(orbitals))], radial, momenta)
            for level in final
            for n in (one.function.index(1) for one in initial)
        ]
        return [(value, asked.accuracy.allowed(max(1.0, value), 1.0)) for value in M]

    return WrongModel(sentence, predict)


RIGHT: Final = (
    _of_levels(""),
    _of_M("", lambda C, *_: sum(C) ** 2),
)
WRONG_MODELS: Final = (
    _of_levels("the diamagnetic term is missing: Omega = omega", omega=lambda dot: dot["omega"]),
    _of_levels(
        "Omega^2 = omega^2 + omega_c^2: a factor 1/4 is missing", omega=lambda dot: hypot(dot["omega"], dot["field"])
    ),
    _of_levels("the field is ignored", omega=lambda dot: dot["omega"], momentum=0.0),
    _of_levels("L omega_c is subtracted, not L omega_c/2", momentum=1.0),
    _of_levels("L omega_c/2 is left out", momentum=0.0),
    _of_levels(
        "integrals have the length 1/sqrt(omega) in place of 1/sqrt(Omega)",
        strength=lambda dot: sqrt(dot["omega"] / effective(dot)),
    ),
    _of_levels("integrals have the length 1/sqrt(2 Omega) in place of 1/sqrt(Omega)", strength=lambda _: sqrt(2.0)),
    _of_levels(
        "integrals have the length 1 in place of 1/sqrt(Omega)", strength=lambda dot: 1.0 / sqrt(effective(dot))
    ),
    _of_levels("the interaction is halved: a sum over pairs has a 1/2 too many", strength=lambda _: 0.5),
    _of_levels("the interaction is doubled: the 1/2 of a sum over pairs is missing", strength=lambda _: 2.0),
    _of_levels("the interaction has the wrong sign", strength=lambda _: -1.0),
    _of_levels(
        "the zero-point energy of each electron is missing", more=lambda dot, _, electrons: -electrons * effective(dot)
    ),
    _of_levels(
        "a Zeeman energy is added, which the model leaves out",
        more=lambda dot, level, _: -0.5 * abs(dot["field"]) * level.two_S,
    ),
    _of_M("squares of contributions are added, without their signs", lambda C, *_: sum(c * c for c in C)),
    _of_M(
        "orbitals have other signs: radial functions are positive far from the centre",
        lambda C, radial, _: sum(c * (-1) ** k for c, k in zip(C, radial, strict=True)) ** 2,
    ),
    _of_M(
        "only orbitals with m = 0 take part",
        lambda C, _, momenta: sum(c for c, m in zip(C, momenta, strict=True) if m == 0) ** 2,
    ),
)

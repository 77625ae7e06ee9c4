"""QmeQ's Pauli master equation behind the protocol: populations and currents.

QmeQ is given the S_z-resolved states and amplitudes Tba = sqrt(t / 2 pi) <j| D+_sigma |i>, so that its rate
2 pi |T|^2 f is the paper's; each spin channel of a lead is a lead of its own, because amplitudes of different spin must
not add up; the gate is a common shift of all chemical potentials. Without an argument it is used as it comes
(norm_row=0). `--norm-row ground` puts the normalisation in the row of a state that is occupied, `--lsqr` solves by
least squares (symq=False): both are what QmeQ's own warning proposes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any, TextIO

import numpy as np
import qmeq
from numpy.typing import NDArray

from .levels import clebsch_gordan
from .serve import NOT_CONVERGED, Refused, count, number, require, serve


@dataclass(frozen=True)
class LevelScheme:
    """The inputs of a transport task, resolved by S_z.

    Attributes
    ----------
    level
        For each state the level that it belongs to, shape (states,).
    electrons, energy
        Of each state, shape (states,); electrons counted from the smallest number.
    amplitudes
        Shape (4, states, states): leads L up, L down, R up, R down; [lead, j, i] and its transpose.
    rates, mu
        Of the leads L and R; mu with the gate included.
    """

    level: NDArray[np.int_]
    electrons: NDArray[np.int_]
    energy: NDArray[np.float64]
    amplitudes: NDArray[np.float64]
    rates: tuple[float, float]
    mu: tuple[float, float]
    kT: float


def main(arguments: list[str], answers: TextIO) -> None:
    """Serve QmeQ."""
    lsqr, ground = "--lsqr" in arguments, "--norm-row" in arguments
    variant = ", least squares" if lsqr else ", norm_row of an occupied state" if ground else ""
    serve(
        {
            "stationary_state": partial(stationary_state, lsqr, ground),
            "current": partial(current, lsqr, ground),
        },
        answers,
        name=f"QmeQ Pauli ({kernel()}{variant})",
        version=qmeq.__version__,
        url="https://github.com/gedaskir/qmeq",
        limits={},
    )


def kernel() -> str:
    """Return the compiled kernel where it was compiled, its pure-Python twin where not."""
    try:
        from qmeq.approach.base import c_pauli  # noqa: F401, PLC0415  (only whether it is there)
    except ImportError:
        return "pyPauli"
    return "Pauli"


def stationary_state(lsqr: bool, ground: bool, **params: Any) -> dict[str, Any]:
    """Answer the task of that name."""
    level_scheme = read_level_scheme(**params)
    populations = np.zeros(int(level_scheme.level.max()) + 1)
    np.add.at(populations, level_scheme.level, solved(level_scheme, lsqr, ground).phi0)
    return {"populations": populations.tolist()}


def current(lsqr: bool, ground: bool, **params: Any) -> dict[str, Any]:
    """Answer the task of that name; QmeQ counts currents into the dot."""
    flow = solved(read_level_scheme(**params), lsqr, ground).current
    return {"I_L": float(flow[0] + flow[1]), "I_R": float(-(flow[2] + flow[3]))}


def solved(level_scheme: LevelScheme, lsqr: bool, ground: bool) -> Any:
    """Return QmeQ's system, solved; what it could not solve is an error, not a number."""
    options: dict[str, Any] = {}
    if lsqr:
        options = {"symq": False, "solmethod": "lsqr"}
    elif ground:
        options = {"norm_row": most_likely_state(level_scheme)}
    system = qmeq.BuilderManyBody(
        Ea=level_scheme.energy,
        Na=level_scheme.electrons,
        Tba=level_scheme.amplitudes.astype(complex),
        mulst=dict(enumerate(np.repeat(level_scheme.mu, 2))),
        tlst=dict.fromkeys(range(4), level_scheme.kT),
        dband=dict.fromkeys(range(4), 1e6),
        kerntype=kernel(),
        itype=3,
        **options,
    )
    system.solve(qdq=False)
    if not system.success:
        raise Refused(NOT_CONVERGED, "QmeQ reports success=False")
    if not (np.all(np.isfinite(system.phi0)) and np.all(np.isfinite(system.current))):
        raise Refused(NOT_CONVERGED, "QmeQ reports success=True with populations or currents that are not finite")
    return system


def most_likely_state(level_scheme: LevelScheme) -> int:
    """Return the state of lowest energy at the leads' chemical potential, which is occupied where the bias is small.

    With a bias it is their mean, weighted by how strongly they couple.
    """
    together = sum(level_scheme.rates)
    mu = (
        sum(t * mu for t, mu in zip(level_scheme.rates, level_scheme.mu, strict=True)) / together
        if together
        else level_scheme.mu[0]
    )
    return int(np.argmin(level_scheme.energy - mu * level_scheme.electrons))


def read_level_scheme(levels: Any, transitions: Any, leads: Any, kT: Any, gate: Any) -> LevelScheme:
    """Return the inputs resolved by S_z, or refuse them."""
    require(number("kT", kT) > 0, f"kT={kT} must be positive")
    require(isinstance(levels, list) and levels, "levels must not be empty")
    two_S = [count("two_S", level["two_S"]) for level in levels]
    electrons = np.array([count("electrons", level["electrons"]) for level in levels])
    energies = np.array([number("energy", level["energy"]) for level in levels])
    rates, mu = read_leads(leads, number("gate", gate))
    # QmeQ wants its states in the order of their numbers of electrons
    states = sorted(
        ((level, m) for level in range(len(levels)) for m in range(-two_S[level], two_S[level] + 1, 2)),
        key=lambda state: (electrons[state[0]], state),
    )
    place = {state: k for k, state in enumerate(states)}
    amplitudes = np.zeros((4, len(states), len(states)))
    for transition in transitions:
        i, j = (count(end, transition[end]) for end in ("from", "to"))
        require(max(i, j) < len(levels), f"{transition!r} must join two levels")
        require(electrons[j] == electrons[i] + 1, f"{transition!r} must add one electron")
        require(number("M", transition["M"]) >= 0, f"M={transition['M']} must not be negative")
        reduced = math.sqrt(2.0 * transition["M"] * (two_S[i] + 1) / (two_S[j] + 1))
        for m in range(-two_S[i], two_S[i] + 1, 2):
            for spin, sigma in enumerate((1, -1)):
                amplitude = reduced * clebsch_gordan(two_S[i], m, sigma, two_S[j])
                if amplitude:
                    a, b = place[i, m], place[j, m + sigma]
                    for lead in (0, 1):
                        size = math.sqrt(rates[lead] / (2.0 * math.pi)) * amplitude
                        amplitudes[2 * lead + spin, [a, b], [b, a]] = size
    level = np.array([state[0] for state in states])
    return LevelScheme(level, electrons[level] - electrons.min(), energies[level], amplitudes, rates, mu, float(kT))


def read_leads(leads: Any, gate: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return rates and chemical potentials of the leads L and R."""
    require(sorted(lead["name"] for lead in leads) == ["L", "R"], "there must be a lead L and a lead R")
    left, right = sorted(leads, key=lambda lead: str(lead["name"]))
    for lead in leads:
        require(number("rate", lead["rate"]) >= 0, f"rate={lead['rate']} must not be negative")
    mu = number("mu", left["mu"]) + gate, number("mu", right["mu"]) + gate
    return (float(left["rate"]), float(right["rate"])), mu

"""QmeQ's Pauli master equation behind the protocol: populations and currents.

QmeQ is given the S_z-resolved states and amplitudes Tba = sqrt(t / 2 pi) <j| D+_sigma |i>, so that its rate
2 pi |T|^2 f is the paper's; each spin channel of a lead is a lead of its own, because amplitudes of different spin must
not add up; the gate is a common shift of all chemical potentials. Without an argument it is used with default settings
(norm_row=0). `--norm-row ground` puts the normalisation in the row of a state that is occupied, `--lsqr` solves by
least squares (symq=False): both are what QmeQ's own warning proposes.
"""

from __future__ import annotations

from functools import partial
from typing import Any, TextIO

import numpy as np
import qmeq

from .resolved import LevelScheme, read_level_scheme
from .serve import NOT_CONVERGED, Refused, serve


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
    """Return the compiled kernel if it was compiled, else its pure-Python twin."""
    try:
        from qmeq.approach.base import c_pauli  # noqa: F401, PLC0415  (only whether it is there)
    except ImportError:
        return "pyPauli"
    return "Pauli"


def stationary_state(lsqr: bool, ground: bool, **params: Any) -> dict[str, Any]:
    """Answer the task of that name."""
    level_scheme = read_level_scheme(**params)
    return {"populations": level_scheme.by_level(solved(level_scheme, lsqr, ground).phi0)}


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
        Tba=tunnelling(level_scheme),
        mulst=dict(enumerate(np.repeat(np.add(level_scheme.mu, level_scheme.gate), 2))),
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


def tunnelling(level_scheme: LevelScheme) -> Any:
    """Return the amplitudes of the leads L up, L down, R up, R down, shape (4, states, states)."""
    sizes = np.sqrt(np.asarray(level_scheme.rates) / (2.0 * np.pi))
    return np.concatenate([size * level_scheme.amplitudes for size in sizes]).astype(complex)


def most_likely_state(level_scheme: LevelScheme) -> int:
    """Return the state of lowest energy at the leads' chemical potential, which is occupied if the bias is small.

    With a bias it is their mean, weighted by how strongly they couple.
    """
    together = sum(level_scheme.rates)
    mu = (
        sum(t * mu for t, mu in zip(level_scheme.rates, level_scheme.mu, strict=True)) / together
        if together
        else level_scheme.mu[0]
    )
    return int(np.argmin(level_scheme.energy - (mu + level_scheme.gate) * level_scheme.electrons))

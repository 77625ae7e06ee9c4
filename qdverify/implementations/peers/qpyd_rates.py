"""QPyD's rate equations behind the protocol: populations and currents.

QPyD is given the S_z-resolved states as levels of its own (`DirectParameters` without spin labels), with the couplings
t A_ji^2 between them, one point of its grid at a time. Its potentials are voltages: mu_L = -(V_ground + V_b) and
mu_R = -V_ground with the right lead grounded, and lever arms (0, 0, 1) make the gate voltage the gate. It reports the
current through the left lead alone; that through the right one is asked for with the leads exchanged. Without an
argument it computes in single precision by default; `--double` switches JAX and QPyD to 64 bits.
"""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from functools import partial
from itertools import pairwise
from typing import Any, Final, TextIO

import jax
import jax.numpy as jnp
import numpy as np
import qpyd

from .resolved import LevelScheme, read_level_scheme
from .serve import BEYOND_LIMITS, NOT_CONVERGED, Refused, serve

BOLTZMANN: Final = 0.08617
"""What QPyD multiplies a temperature by, in meV/K."""


def main(arguments: list[str], answers: TextIO) -> None:
    """Serve QPyD."""
    double = "--double" in arguments
    jax.config.update("jax_enable_x64", double)
    dtype = jnp.float64 if double else jnp.float32
    serve(
        {"stationary_state": partial(stationary_state, dtype), "current": partial(current, dtype)},
        answers,
        name="QPyD" + (" (64 bits)" if double else ""),
        version=qpyd.__version__,
        url="https://github.com/stefv01/qpyd",
        limits={},
    )


def stationary_state(dtype: Any, **params: Any) -> dict[str, Any]:
    """Answer the task of that name."""
    level_scheme = read_level_scheme(**params)
    return {"populations": level_scheme.by_level(solved(level_scheme, dtype)[0])}


def current(dtype: Any, **params: Any) -> dict[str, Any]:
    """Answer the task of that name; QPyD counts the current of electrons that leave through the lead."""
    level_scheme = read_level_scheme(**params)
    return {"I_L": -solved(level_scheme, dtype)[1], "I_R": solved(level_scheme, dtype, exchanged=True)[1]}


def solved(level_scheme: LevelScheme, dtype: Any, *, exchanged: bool = False) -> tuple[Any, float]:
    """Return QPyD's populations and its current through the left lead, or the right one if they are exchanged."""
    order = (1, 0) if exchanged else (0, 1)
    rates, mu = ([pair[lead] for lead in order] for pair in (level_scheme.rates, level_scheme.mu))
    numbers = sorted({int(electrons) for electrons in level_scheme.electrons})
    if numbers != list(range(len(numbers))):
        raise Refused(BEYOND_LIMITS, "QPyD needs a level for every number of electrons in between")
    of = [np.flatnonzero(level_scheme.electrons == electrons) for electrons in numbers]
    coupled = (level_scheme.amplitudes**2).sum(axis=0)
    with redirect_stdout(sys.stderr):
        parameters = qpyd.DirectParameters(
            charge_numbers=numbers,
            energies=[level_scheme.energy[places].tolist() for places in of],
            T=level_scheme.kT / BOLTZMANN,
            lever_arms=[0.0, 0.0, 1.0],
            gammas=[[t * coupled[np.ix_(high, low)] for t in rates] for low, high in pairwise(of)],
            Vb_range=(mu[1] - mu[0], mu[1] - mu[0], 1),
            Vg_range=(level_scheme.gate, level_scheme.gate, 1),
            V_ground=-mu[1],
            setup="ground_R",
            dtype=dtype,
        )
        simulator = qpyd.Simulator(parameters)
        simulator.solve()
        found = simulator.get_results()
    populations, flow = found["P"][0, 0], float(found["I"][0, 0])
    if not (np.all(np.isfinite(populations)) and np.isfinite(flow)):
        raise Refused(NOT_CONVERGED, "QPyD's populations or current are not finite")
    return populations, flow

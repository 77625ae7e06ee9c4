"""Where the Coulomb peaks lie: the gates at which one more electron enters the dot at zero bias."""

from __future__ import annotations

import numpy as np

from numeric.level_scheme import LevelScheme
from numeric.validation import as_instance


def coulomb_peaks(scheme: LevelScheme) -> dict[int, float]:
    """Return the gate of each Coulomb peak, by the number N of electrons that the dot holds above it.

    The N-th electron enters when its charge addition energy mu_N = E_0(N) - E_0(N-1) meets the chemical potential of
    the leads. A gate e phi lowers every level of N electrons by e phi N, hence mu_N by e phi: with both leads at
    mu = 0 the peak lies at e phi = +mu_N, and a larger gate means more electrons. The diamond of N electrons reaches
    from mu_N to mu_(N+1).

    At a finite temperature the maximum of the conductance is shifted by a few tenths of kT, as the two ground states
    differ in degeneracy; it tends to mu_N as kT -> 0. A transition between two ground states that is forbidden
    (M_ji = 0) leaves no peak at its mu_N.

    Parameters
    ----------
    scheme
        Levels; E_0(N) is the lowest energy of N electrons among them.

    Returns
    -------
    dict
        mu_N for every N for which there are levels of both N - 1 and N electrons, in the unit of the energies.

    Raises
    ------
    ValueError
        If `scheme` is no `LevelScheme`.

    Examples
    --------
    >>> from numeric import LevelScheme, coulomb_peaks
    >>> scheme = LevelScheme([0, 1, 2], [0.0, 0.25, 1.25], [0, 1, 0], [0, 1], [1, 2], [0.5, 0.5])
    >>> coulomb_peaks(scheme)
    {1: 0.25, 2: 1.0}
    """
    as_instance("scheme", scheme, LevelScheme)
    numbers = np.unique(scheme.electrons).tolist()
    ground = {N: float(scheme.energies[scheme.electrons == N].min()) for N in numbers}
    return {N: ground[N] - ground[N - 1] for N in numbers if N - 1 in ground}

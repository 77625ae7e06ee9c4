"""The input of the transport stages: levels, the transitions between them, and leads.

A level is one energy and one total spin of N electrons, 2S+1 states. A transition joins a level of N electrons to one
of N + 1 with the weight M_ji of [J96] Eq. (4). All are plain arrays, so the
levels may come from anywhere. Energies, chemical potentials, gate and kT may have any unit, if it is the same for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from numeric.arrays import FloatArray, IntArray, listed
from numeric.spectrum import Spectrum
from numeric.transitions import transition_probabilities
from numeric.validation import as_float, as_floats, as_instance, as_integer, as_integers, shown


@dataclass(frozen=True)
class Lead:
    """A reservoir of electrons.

    Parameters
    ----------
    name
        Label; the current of two-terminal functions flows from the lead "L" to the lead "R".
    rate
        Tunnelling rate t through this lead's barrier, finite and >= 0; of spin up if `rate_down` is given.
    mu
        Chemical potential.
    kT
        Temperature of this lead, positive; None for the temperature that the function is given for all leads.
    rate_down
        Tunnelling rate of spin down, if this lead is polarised; functions then need ``resolved=True``.

    Raises
    ------
    ValueError
        If a rate is negative, kT is not positive, or a number is not finite.

    Examples
    --------
    >>> from numeric import Lead
    >>> Lead("L", rate=1.0, mu=0.05)
    Lead(name='L', rate=1.0, mu=0.05, kT=None, rate_down=None)
    """

    name: str
    rate: float
    mu: float
    kT: float | None = None
    rate_down: float | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str):
            raise ValueError(f"name={shown(self.name)} must be a string")  # noqa: TRY004 - as for every other value
        object.__setattr__(self, "rate", as_float(f"lead {self.name!r}: rate", self.rate, minimum=0.0))
        object.__setattr__(self, "mu", as_float(f"lead {self.name!r}: mu", self.mu))
        if self.kT is not None:
            object.__setattr__(self, "kT", as_float(f"lead {self.name!r}: kT", self.kT, positive=True))
        if self.rate_down is not None:
            down = as_float(f"lead {self.name!r}: rate_down", self.rate_down, minimum=0.0)
            object.__setattr__(self, "rate_down", down)


def as_leads(leads: Iterable[Lead]) -> list[Lead]:
    """Return one or more leads of different names as a list."""
    chosen, names = _listed(leads)
    if not names or len(set(names)) < len(names):
        raise ValueError(f"leads={shown(names)} must be one or more, of different names")
    return chosen


def as_two_leads(leads: Iterable[Lead]) -> list[Lead]:
    """Return the two leads "L" and "R" in the order given."""
    chosen, names = _listed(leads)
    if sorted(names) != ["L", "R"]:
        raise ValueError(f"leads={shown(names)} must be 'L' and 'R'")
    return chosen


def lead_temperatures(leads: Iterable[Lead], kT: float) -> list[float]:
    """Return the temperature of each lead: its own, or kT if it has none."""
    return [kT if lead.kT is None else lead.kT for lead in leads]


def lead_rates(leads: Iterable[Lead]) -> list[float | tuple[float, float]]:
    """Return the rate of each lead: one number, or those of spin up and down if it is polarised."""
    return [lead.rate if lead.rate_down is None else (lead.rate, lead.rate_down) for lead in leads]


def _listed(leads: object) -> tuple[list[Lead], list[str]]:
    if not isinstance(leads, Iterable) or isinstance(leads, str) or getattr(leads, "ndim", 1) != 1:
        raise ValueError(f"leads={shown(leads)} must be a list of leads")
    chosen = [as_instance("lead", lead, Lead) for lead in leads]
    return chosen, [lead.name for lead in chosen]


@dataclass(frozen=True, eq=False, init=False, repr=False)
class LevelScheme:
    """Levels and the transitions that one electron makes between them.

    Parameters
    ----------
    electrons
        Electron number N of each level, (n,).
    energies
        Energy of each level without gate, (n,).
    two_S
        Twice the total spin of each level, (n,), not negative; any spin, as only the degeneracy 2S+1 enters.
    lower, upper
        Transitions by level index, (e,): from `lower` (N electrons) to `upper` (N + 1).
    M
        Transition probability M_ji of each transition, (e,), or one column a lead, (e, leads).

    Raises
    ------
    ValueError
        If the level list is empty, shapes differ, or a number breaks its rule; the message names both.

    Examples
    --------
    One orbital, empty or with one electron of either spin:

    >>> from numeric import LevelScheme
    >>> scheme = LevelScheme(electrons=[0, 1], energies=[0.0, 0.1], two_S=[0, 1], lower=[0], upper=[1], M=[0.5])
    >>> scheme.energies
    array([0. , 0.1])
    """

    electrons: IntArray
    energies: FloatArray
    two_S: IntArray
    lower: IntArray
    upper: IntArray
    M: FloatArray

    def __init__(  # noqa: PLR0917 - one argument a field, which callers may give as lists
        self,
        electrons: ArrayLike,
        energies: ArrayLike,
        two_S: ArrayLike,
        lower: ArrayLike,
        upper: ArrayLike,
        M: ArrayLike,
    ) -> None:
        for name, numbers in (("electrons", electrons), ("two_S", two_S)):
            self._store(name, as_integers(name, numbers, minimum=0))
        for name, indices in (("lower", lower), ("upper", upper)):
            self._store(name, as_integers(name, indices))
        self._store("energies", as_floats("energies", energies))
        self._store("M", as_floats("M", M, minimum=0.0))
        self._check_levels()
        self._check_transitions()

    def __repr__(self) -> str:
        numbers = listed(np.unique(self.electrons))
        return f"LevelScheme({self.energies.size} levels of N={numbers} electrons, {self.lower.size} transitions)"

    @classmethod
    def from_spectra(cls, spectra: Iterable[Spectrum], *, weights: ArrayLike | None = None) -> LevelScheme:
        """Take the levels of spectra of consecutive electron numbers, and compute every M_ji between them.

        Parameters
        ----------
        spectra
            Levels of N, N + 1, ... electrons of one dot, each number once, in any order.
        weights
            Weights w_n of the orbitals in the add operator, (orbitals,), as in `transition_probabilities`; or one list
            for each lead, (leads, orbitals), in the order in which the leads will be given. 1 by default.

        Raises
        ------
        ValueError
            If there is no spectrum, if the electron numbers are not consecutive, or as `transition_probabilities`.

        Examples
        --------
        From a dot to its stability diagram:

        >>> from numeric import Dot, LevelScheme, coulomb_peaks, solve, stability_diagram
        >>> dot = Dot(length=9.5, cutoff=1.9e-3, orbitals=5)
        >>> scheme = LevelScheme.from_spectra([solve(dot, 0, 1), solve(dot, 1, 1), solve(dot, 2, 2)])
        >>> {N: round(gate, 3) for N, gate in coulomb_peaks(scheme).items()}
        {1: 0.055, 2: 0.514}
        >>> diagram = stability_diagram(scheme, bias=[0.0, 0.1], gate=[0.0, 0.1, 0.2, 0.3], kT=0.001)
        >>> diagram["dI_dV"].dims
        ('bias', 'gate')
        """
        given: object = spectra  # whatever an untyped caller gives
        if not isinstance(given, Iterable) or isinstance(given, str):
            raise ValueError(f"spectra={shown(spectra)} must be a list of spectra")  # noqa: TRY004 - as everywhere
        ladder = sorted((as_instance("spectrum", one, Spectrum) for one in spectra), key=lambda one: one.electrons)
        numbers = [one.electrons for one in ladder]
        if not numbers or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
            raise ValueError(f"electrons={shown(numbers)} of the spectra must be consecutive numbers, each once")
        return cls.from_matrices(
            {one.electrons: one.energies for one in ladder},
            {one.electrons: one.two_S for one in ladder},
            {low.electrons: _probabilities(low, high, weights) for low, high in pairwise(ladder)},
        )

    @classmethod
    def from_matrices(
        cls,
        energies: Mapping[int, ArrayLike],
        two_S: Mapping[int, ArrayLike],
        M: Mapping[int, ArrayLike],
    ) -> LevelScheme:
        """Join levels and M_ji per electron number.

        Parameters
        ----------
        energies, two_S
            Levels of each electron number N, (k_N,).
        M
            For each N the matrix (levels of N+1, levels of N), or (levels of N+1, levels of N, leads).

        Raises
        ------
        ValueError
            If a matrix does not fit its levels.

        Examples
        --------
        >>> from numeric import LevelScheme
        >>> scheme = LevelScheme.from_matrices({0: [0.0], 1: [0.1, 0.3]}, {0: [0], 1: [1, 1]}, {0: [[0.5], [0.2]]})
        >>> scheme.lower, scheme.upper, scheme.M
        (array([0, 0]), array([1, 2]), array([0.5, 0.2]))
        """
        numbers = sorted(as_integer("electrons", N, minimum=0) for N in energies)
        if set(two_S) != set(numbers):
            raise ValueError(f"two_S of N={sorted(two_S)} must be given for the N of the energies, {numbers}")
        E = [as_floats(f"energies[{N}]", energies[N]) for N in numbers]
        spins = [as_integers(f"two_S[{N}]", two_S[N], minimum=0) for N in numbers]
        for N, levels, own in zip(numbers, E, spins, strict=True):
            if levels.ndim != 1 or own.shape != levels.shape:
                raise ValueError(
                    f"energies[{N}] and two_S[{N}] of shapes {levels.shape}, {own.shape} must be lists of equal length"
                )
        count = {N: len(levels) for N, levels in zip(numbers, E, strict=True)}
        first = dict(zip(numbers, np.cumsum([0, *count.values()]).tolist(), strict=False))
        lower, upper, weight = [], [], []
        for N, matrix in sorted(M.items()):
            block = as_floats(f"M[{N}]", matrix, minimum=0.0)
            shape = (count.get(N + 1, 0), count.get(N, 0))
            if block.shape[:2] != shape:
                raise ValueError(f"M[{N}] has shape {block.shape}: its levels need {shape}")
            j, i = np.indices(shape)
            lower.append(first[N] + i.ravel())
            upper.append(first[N + 1] + j.ravel())
            weight.append(block.reshape(-1, *block.shape[2:]))
        return cls(
            electrons=np.repeat(numbers, list(count.values())),
            energies=np.concatenate([*E, []]),
            two_S=np.concatenate([*spins, []]),
            lower=np.concatenate([*lower, []]),
            upper=np.concatenate([*upper, []]),
            M=np.concatenate(weight or [np.zeros(0)]),
        )

    def _store(self, name: str, value: FloatArray | IntArray) -> None:
        value.setflags(write=False)
        object.__setattr__(self, name, value)

    def _check_levels(self) -> None:
        n = self.energies.size
        if n == 0:
            raise ValueError("levels=[] must hold at least one level")
        for name in ("electrons", "energies", "two_S"):
            if getattr(self, name).shape != (n,):
                raise ValueError(f"{name} has shape {getattr(self, name).shape}: {n} levels need ({n},)")

    def _check_transitions(self) -> None:
        e, n = self.lower.size, self.energies.size
        rows = self.lower.shape == self.upper.shape == self.M.shape[:1] == (e,)
        if not rows or self.M.ndim > 2 or 0 in self.M.shape[1:]:
            raise ValueError(
                f"lower, upper and M have {self.lower.shape}, {self.upper.shape}, {self.M.shape}: need one row each"
            )
        seen = set()
        for i, j in zip(self.lower.tolist(), self.upper.tolist(), strict=True):
            if not (0 <= i < n and 0 <= j < n):
                raise ValueError(f"transition {i}->{j} must join levels 0..{n - 1}")
            if self.electrons[j] != self.electrons[i] + 1:
                N_i, N_j = self.electrons[i], self.electrons[j]
                raise ValueError(f"transition {i}->{j} goes from N={N_i} to N={N_j}: it must add one electron")
            with np.errstate(over="ignore"):
                gap = self.energies[j] - self.energies[i]
            if not np.isfinite(gap):
                raise ValueError(f"energies of transition {i}->{j} must differ by a number that a double can hold")
            if (i, j) in seen:
                raise ValueError(f"transition {i}->{j} must be listed once")
            seen.add((i, j))


def _probabilities(low: Spectrum, high: Spectrum, weights: ArrayLike | None) -> FloatArray:
    """Return M_ji between two spectra, (levels_to, levels_from), or with an axis of leads at the end."""
    if weights is None or np.ndim(weights) != 2:
        return transition_probabilities(low, high, weights=weights)
    by_lead = as_floats("weights", weights)
    return np.stack([transition_probabilities(low, high, weights=lead) for lead in by_lead], axis=-1)

"""What one machine can do: the memory that a Hamiltonian would take, estimated before the work."""

import math

MOST_AMPLITUDES = 60_000_000
"""Largest number of pair amplitudes of one S_z, n_up n_down for every determinant; they take about 40 bytes each."""
AMPLITUDE_BYTES = 40


class TooLargeError(ValueError):
    """A valid question beyond a stated limit of memory, time or size of numbers; nothing was computed."""


def require_feasible(orbitals: int, n_up: int, n_down: int) -> None:
    """Raise `TooLargeError` if the Hamiltonian would take more memory than `MOST_AMPLITUDES` allows."""
    determinants = math.comb(orbitals, n_up) * math.comb(orbitals, n_down)
    amplitudes = determinants * max(1, n_up * n_down)
    if amplitudes > MOST_AMPLITUDES:
        raise TooLargeError(
            f"electrons={n_up + n_down} in {orbitals} orbitals have {determinants:.3g} determinants, whose Hamiltonian "
            f"would take about {AMPLITUDE_BYTES * amplitudes / 1e9:.3g} GB: it must be at most "
            f"{AMPLITUDE_BYTES * MOST_AMPLITUDES / 1e9:.3g} GB"
        )

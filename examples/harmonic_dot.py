"""Electrons in a harmonic dot in two dimensions: ground states and addition energies over the magnetic field.

    python examples/harmonic_dot.py

Kinks of the addition energies are changes of a ground state: singlets become triplets, and electrons turn round the
centre ever faster.
"""

import numpy as np

from numeric import HarmonicDot, solve

FREQUENCY = 0.5


def main() -> None:
    """Print L, S of the ground states of two and three electrons, and what the second and third electron cost."""
    print("field  N=2     N=3      E_2 - 2 E_1   E_3 - 2 E_2 + E_1")
    for field in np.linspace(0.0, 1.0, 5):
        dot = HarmonicDot(omega=FREQUENCY, shells=4, field=field)
        grounds = [solve(dot, electrons=N, levels=1) for N in range(4)]
        names = [f"({ground.angular_momenta[0]}, {ground.two_S[0]}/2)" for ground in grounds]
        cost = np.diff([ground.energies[0] for ground in grounds], n=2)
        print(f"{field:5.2f}  {names[2]:7} {names[3]:8} {cost[0]:11.6f} {cost[1]:19.6f}")


if __name__ == "__main__":
    main()

"""Reproduce Table II of the paper: transition probabilities from two to three electrons.

    python examples/reproduce_the_paper.py

`qdverify reproduce --out FOLDER` writes all tables and figures; this is the same by hand, for the five numbers of
Table II, beside the spin weights of Eq. (5) and the paper's print.
"""

from analytic import clebsch_gordan_weight
from numeric import Dot, solve, transition_probabilities

PRINTED = {(0, 0): 0.85, (0, 1): 0.04, (1, 0): 0.32, (1, 1): 0.29, (1, 2): 0.43}
PAPER_ERROR = 1e-3


def main() -> None:
    """Print the table."""
    dot = Dot.paper(orbitals=13)
    two, three = solve(dot, electrons=2, levels=2), solve(dot, electrons=3, levels=3)
    M = transition_probabilities(two, three)  # M[j, i] of Eq. (4)

    print("  i   j     C_ji     M_ji    paper")
    for (i, j), printed in PRINTED.items():
        C = clebsch_gordan_weight(int(two.two_S[i]), int(three.two_S[j]))
        # half a unit of the last printed digit comes on top of the paper's own estimate
        beyond = " beyond the paper's error" if abs(M[j, i] - printed) > PAPER_ERROR + 0.005 else ""
        print(f"{i:3d} {j:3d} {C!s:>8s} {M[j, i]:8.4f} {printed:8.2f}{beyond}")


if __name__ == "__main__":
    main()

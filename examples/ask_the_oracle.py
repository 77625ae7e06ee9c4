"""Ask the oracle for numbers to hold a code against, with their grade and their bound.

python examples/ask_the_oracle.py
"""

import qdverify

DOT = {"length": "19/2", "cutoff": "19/10000", "orbitals": 6, "kernel": "soft-coulomb", "strength": 1}


def ask(task: str, **inputs: object) -> dict[str, object]:
    """Return a case document."""
    return {"schema": "qdverify-case/1", "task": task, "inputs": inputs}


def main() -> None:
    """Print a rational weight, two enclosed levels, and a rounded double with its bound."""
    weight = qdverify.oracle(ask("clebsch_gordan_weight", two_S_i=2, two_S_j=1))
    print(f"C_ji of 1 -> 1/2: {weight.values['C'].mid} ({weight.grade})")

    levels = qdverify.oracle(ask("spectrum", dot=DOT, electrons=2, levels=2), digits=20)
    for energy, two_S in zip(levels.values["energies"], levels.values["two_S"], strict=True):
        print(f"E = {energy.mid} +- {energy.rad:.1e}, 2S = {two_S} ({levels.grade})")

    doubles, bound = levels.floats("energies"), levels.bound("energies")
    print(f"as doubles: {doubles}, each within {bound:.1e} of the true value")


if __name__ == "__main__":
    main()

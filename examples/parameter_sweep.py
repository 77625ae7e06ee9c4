"""Sweep the interaction strength: how the multiplet of three electrons closes up.

    python examples/parameter_sweep.py [FOLDER]

The store in FOLDER keeps what was asked: run it again and nothing is asked twice; stop it half-way and it goes on.
"""

import sys
from pathlib import Path

import qdverify.sweep

PLAN = {
    "task": "spectrum",
    "electrons": 3,
    "levels": 3,
    "dot": {
        "kernel": "soft-coulomb",
        "length": 9.5,
        "cutoff_ratio": 2e-4,
        "orbitals": 12,
        "strength": {"from": 0.2, "to": 1.0, "count": 5},
    },
}


def main(folder: Path) -> None:
    """Run the sweep and print the two gaps of the lowest multiplet; strong repulsion makes their ratio 3/2."""
    store = folder / "strength.sqlite"
    progress = qdverify.sweep.run_sweep(qdverify.sweep.make_plan(PLAN), store, workers=2)
    print(f"{progress.done} of {progress.size} points")
    levels = qdverify.sweep.open(store).energies
    gaps = levels - levels.isel(level=0)
    print("strength      gap 1      gap 2   ratio")
    for strength in levels.strength.values:
        first, second = gaps.sel(strength=strength).values[1:]
        print(f"{strength:8.3f} {first:10.6f} {second:10.6f} {second / first:7.4f}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))

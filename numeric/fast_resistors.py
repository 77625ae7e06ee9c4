"""Moments of a chain at rest at many gates by the compiled kernel, `numeric.resistor_kernel`, if numba is installed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from numeric import fast_flows
from numeric.arrays import FloatArray, IntArray
from numeric.compiled import loaded
from numeric.resistor_tables import ROWS, Gates, Wires, WireWork
from numeric.resistors import Resistors
from numeric.scaled import Scaled

Kernel = Callable[[Wires, Gates, WireWork, FloatArray], None]


@lru_cache(maxsize=1)
def load_kernel() -> Kernel | None:
    """Load the kernel; None if it cannot be compiled."""

    def load() -> Kernel:
        from numeric.resistor_kernel import moments_of_points  # noqa: PLC0415  (loads numba)

        return moments_of_points

    return loaded(load)


@dataclass(frozen=True, eq=False)
class FastResistors:
    """The kernel and its arrays, prepared for one chain."""

    kernel: Kernel
    wires: Wires
    work: WireWork

    def at(self, z: Scaled, row: IntArray) -> FloatArray:
        """Return the moments at all points, (ROWS, points).

        Parameters
        ----------
        z, row
            exp((gate + mu) / kT), and the number of the temperature, (points,).
        """
        count, size = z.mantissa.size, fast_flows.points_at_once(self.wires.low.size)
        found = np.empty((ROWS, count))
        for start in range(0, count, size):
            part = slice(start, start + size)
            here = np.empty((ROWS, z.mantissa[part].size))
            self.kernel(self.wires, Gates(z.mantissa[part], z.exponent[part], row[part]), self.work, here)
            found[:, part] = here
        return found


def fast_resistors(resistors: Resistors, points: int) -> FastResistors | None:
    """Prepare the kernel for a map of `points` points; None if the path in numpy is to be taken."""
    n, edges = resistors.order.size, resistors.low.size
    if points * edges < fast_flows.FEWEST_RATES:
        return None
    charges = int(resistors.electrons.max()) + 1
    lanes = fast_flows.lanes_of(3 * n**2 + 6 * n + 3 * edges + 2 * charges)
    kernel = load_kernel() if lanes else None
    if kernel is None:
        return None
    wires = Wires(
        low=resistors.low,
        high=resistors.high,
        weight=resistors.weight,
        share=resistors.share,
        other=resistors.other,
        energy=resistors.energy,
        end=resistors.end,
        electrons=resistors.electrons,
        boltzmann=resistors.boltzmann.mantissa,
        exponent=resistors.boltzmann.exponent.astype(np.int64),
        spins=resistors.spins,
        largest=float(resistors.largest.to_float()),
        smallest=resistors.smallest,
        difference_error=resistors.difference_error,
        accuracy=resistors.accuracy,
        floor=resistors.floor,
    )
    return FastResistors(kernel, wires, _work(n, edges, charges, lanes))


def _work(n: int, edges: int, charges: int, lanes: int) -> WireWork:
    """Return the kernel's arrays."""
    power, row = np.zeros((charges, lanes)), np.zeros((11, lanes))
    return WireWork(
        z=np.zeros(lanes),
        z_exponent=np.zeros(lanes, np.int64),
        own=np.zeros(lanes, np.int64),
        power=power,
        power_bits=power.view(np.int64),
        power_exponent=np.zeros((charges, lanes), np.int64),
        boltzmann=np.zeros((n, lanes)),
        exponent=np.zeros((n, lanes), np.int64),
        conductance=np.zeros((edges, lanes)),
        series=np.zeros((edges, lanes)),
        x=np.zeros((edges, lanes)),
        c=np.zeros((n, n, lanes)),
        first=np.zeros((n, n, lanes)),
        second=np.zeros((n, n, lanes)),
        inverse=np.zeros((n, lanes)),
        part=np.zeros((n, lanes)),
        s=np.zeros((n, lanes)),
        t=np.zeros((n, lanes)),
        row=row,
        row_bits=row.view(np.int64),
        top=np.zeros(lanes, np.int64),
        highest=np.zeros(lanes, np.int64),
    )

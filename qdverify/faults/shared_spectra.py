"""Spectra of the builtin implementation, computed once for all faults that are built on them.

A fault in one answer leaves the spectra below it as they are, and hundreds of faults are asked the same questions. What
is remembered is what `numeric` returns, bit by bit: a fault of memory still sees every question, in its order.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final

import numeric
from qdverify.implementations.builtin import Builtin

_SOLVERS: Final = ("solve", "solve_integrals", "solve_harmonic")
MOST: Final = 5000
"""Spectra that are kept; the one that was used longest ago goes first."""

_Solver = Callable[[Builtin, Any, int, int], numeric.Spectrum]


@contextmanager
def shared_spectra() -> Iterator[None]:
    """Put a memory before the solvers of `Builtin` while the context lasts."""
    before: dict[str, _Solver] = {name: getattr(Builtin, name) for name in _SOLVERS}
    for name, solver in before.items():
        setattr(Builtin, name, _remembering(solver))
    try:
        yield
    finally:
        for name, solver in before.items():
            setattr(Builtin, name, solver)


def _remembering(solver: _Solver) -> _Solver:
    """Return a solver that knows what it was asked before, by any implementation with the right integrals."""
    known: OrderedDict[object, numeric.Spectrum] = OrderedDict()

    @wraps(solver)
    def solved(self: Builtin, dot: Any, electrons: int, levels: int) -> numeric.Spectrum:
        if type(self).integrals is not Builtin.integrals:
            return solver(self, dot, electrons, levels)
        key = dot, electrons, levels
        if key not in known:
            known[key] = solver(self, dot, electrons, levels)
        known.move_to_end(key)
        if len(known) > MOST:
            known.popitem(last=False)
        return known[key]

    return solved

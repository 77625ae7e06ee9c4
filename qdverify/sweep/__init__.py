"""Sweeps: a grid of questions to one implementation, kept as they are answered, resumable, read with xarray."""

from __future__ import annotations

import importlib
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from qdverify.sweep.plan import Plan, make_plan, read_plan
from qdverify.sweep.run import Progress, run_sweep

if TYPE_CHECKING:
    import xarray

__all__ = ["Plan", "Progress", "make_plan", "open", "read_plan", "run_sweep"]


def open(path: str | PathLike[str], *, partial: bool = False) -> xarray.Dataset:  # noqa: A001  (as xarray and h5py name it)
    """Return the results of a sweep as a labelled array; see `qdverify.sweep.dataset.open_store`.

    >>> import qdverify.sweep
    >>> dot = {"kernel": "contact", "length": 1.0, "cutoff": 0.0, "orbitals": [4, 5], "electrons": 2, "levels": 3}
    >>> plan = qdverify.sweep.make_plan({"task": "spectrum", "dot": dot})
    >>> progress = qdverify.sweep.run_sweep(plan, Path("gaps.sqlite"))
    >>> dict(qdverify.sweep.open("gaps.sqlite").energies.sizes)
    {'orbitals': 2, 'level': 3}
    """
    # whoever runs a sweep does not wait for what reads it
    reader = importlib.import_module("qdverify.sweep.dataset")
    dataset: xarray.Dataset = reader.open_store(Path(path), partial=partial)
    return dataset

"""A wrong program that is not in the catalogue of faults, with what a hint may say of it."""

from dataclasses import dataclass

import numpy as np

from qdverify.faults.fault import Fault, fault

DIGITS = ("digits and no further",)
EV = 27.211386245988


@dataclass(frozen=True)
class WrongProgram:
    """The builtin implementation with one method replaced.

    Attributes
    ----------
    fault
        The program.
    words
        Every hint must contain one of them.
    named
        Whether it must get a hint, since one condition or one wrong model tells; the others may get none.
    """

    fault: Fault
    words: tuple[str, ...]
    named: bool


def add(programs, stage, method, *words, named=False):
    """Add a changed method to a dictionary of programs, under its name."""

    def register(change):
        made = fault(stage, method, change.__doc__)(change)
        programs[made.name] = WrongProgram(made, words, named)
        return made

    return register


def noise(*numbers):
    """Return numbers between 1/3 and 1 that look random, always the same for the same question."""
    return 2 / 3 + np.cos(1e4 * np.sum(np.abs(numbers)) + 7.0 * np.arange(np.size(numbers[0]))) / 3

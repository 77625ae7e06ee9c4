"""Types of the answers that only the figures of a report need, as `illustrate` gathers them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from qdverify.protocol.json_types import LeadTransition, Level, LevelScheme, SpectrumAnswer


class Window(TypedDict):
    """Currents along the gate around the resonance of N and N + 1 electrons."""

    electrons: int
    gate: list[float]
    current: list[float]


class Peaks(TypedDict):
    """Fig. 2 of the paper: temperature, bias and the windows."""

    kT: float
    bias: float
    windows: list[Window]


class Convergence(TypedDict):
    """Ground-state energies of the contact gas: for each number of electrons, one for each size of the basis."""

    strength: float
    orbitals: list[int]
    energies: dict[str, list[float]]


class Strengths(TypedDict):
    """Spectra for each number of electrons, one for each strength."""

    orbitals: int
    strengths: list[float]
    electrons: dict[str, list[SpectrumAnswer]]


class DigitsOverDiagram(TypedDict):
    """Digits of a quantity for each temperature, bias (rows) and gate; None if unanswered."""

    kT: list[float]
    gate: list[float]
    bias: list[float]
    digits: list[list[list[float | None]]]


class Trace(TypedDict):
    """Currents along the gate at one temperature and bias."""

    kT: float
    bias: float
    gate: list[float]
    current: list[float]


class OwnDotAnswers(TypedDict):
    """Levels of a user's own dot and transitions between them, with an M_ji for each lead if the dot has weights."""

    levels: Sequence[Level]
    transitions: Sequence[LeadTransition]


class Answers(TypedDict, total=False):
    """What was answered, as far as it was."""

    level_scheme: LevelScheme
    peaks: Peaks
    convergence: Convergence
    strength: Strengths
    digits: DigitsOverDiagram
    populations: DigitsOverDiagram
    own_dot: OwnDotAnswers
    own_current: Trace


class Illustrations(TypedDict, total=False):
    """What was answered, and the reasons why the rest was not, by name."""

    data: Answers
    left_out: dict[str, str]

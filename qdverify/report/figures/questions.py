"""What the figures of a report need beyond its findings: a few more questions to the implementation under test.

They are asked after the run, while the implementation is still there, within a budget of time, and judged by nobody.
The answers are JSON values, kept in plots.json beside the page; what could not be asked is left out with its reason.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

from qdverify.protocol.answers import AnswerError, Broken, Unsupported
from qdverify.protocol.asking import Ask, Asking
from qdverify.protocol.json_types import Answer, Lead, LevelScheme, Question, SpectrumAnswer
from qdverify.protocol.level_scheme import level_scheme
from qdverify.protocol.sample_dots import make_dot
from qdverify.reference.printed import reported
from qdverify.report.figures.answer_types import Answers, Convergence, Illustrations, Peaks, Strengths, Window
from qdverify.report.figures.digits_asked import digits_of_current, digits_of_populations
from qdverify.report.figures.own_dot_asked import about_own_dot
from qdverify.suite.own_dot import OwnDot
from qdverify.suite.subject import Subject

SECONDS: Final = 60.0
ORBITALS: Final = 12
LEVELS: Final = tuple(reported.lowest_multiplets().values())
"""Levels of 0 to 4 electrons in the lowest multiplets: what 0 to 4 localised spins form."""
PEAK_KT, PEAK_BIAS, PEAK_POINTS = 7.27e-5, 1e-5, 121
"""9.2 mK with the E_H* of GaAs, 10.9 meV, and a bias below the first splitting, as in Fig. 2."""
STRENGTH_ORBITALS: Final = 12
STRENGTHS: Final = tuple(float(f"{10 ** (k / 3 - 2):.3g}") for k in range(7))
"""Up to the paper's: stronger repulsion needs more orbitals, too few of them bring the polarised levels too low."""
CONTACT_STRENGTH: Final = 5.0
CONTACT_ORBITALS: Final = (4, 6, 8, 10, 12, 16)


class OutOfTime(Exception):
    """The budget of the illustrations is spent."""


class _Hurried(Asking):
    """A subject that is asked as long as there is time."""

    def __init__(self, subject: Subject, seconds: float) -> None:
        self._subject, self._seconds = subject, seconds
        self._deadline = time.monotonic() + seconds

    def put(self, task: str, params: Question) -> Answer:
        """Return the answer of the subject, or raise `OutOfTime`."""
        if time.monotonic() > self._deadline:
            raise OutOfTime(f"the implementation takes too long: the figures have {self._seconds:g} s")
        return self._subject.put(task, params)


def illustrate(
    subject: Subject,
    seconds: float = SECONDS,
    *,
    own: OwnDot | None = None,
    names: Collection[str] | None = None,
) -> Illustrations:
    """Ask for what the figures need.

    Parameters
    ----------
    subject
        The implementation of a run that just ended; questions that the run asked already cost nothing.
    seconds
        Budget for all of them together.
    own
        A dot of the user's own: then the figures are about it.
    names
        What to ask for, by the names of `GATHERERS`; all if None.

    Returns
    -------
    dict
        ``{"data": {name: answers}, "left_out": {name: reason}}``.
    """
    ask = _Hurried(subject, seconds).ask
    # a gatherer answers what its name says: no type can express that
    data: Any = {}
    left_out: dict[str, str] = {}
    for name, gather in (GATHERERS if own is None else about_own_dot(own)).items():
        if names is not None and name not in names:
            continue
        try:
            data[name] = gather(ask, data)
        except (AnswerError, Broken, Unsupported, OutOfTime) as error:
            left_out[name] = str(error)
    return {"data": data, "left_out": left_out}


def paper_level_scheme(ask: Ask, _: Answers) -> LevelScheme:
    """Return the levels and M_ji of the paper's dot, as the transport tasks take them."""
    return level_scheme(ask, reported.dot(ORBITALS), LEVELS, "M")


def current_peaks(ask: Ask, data: Answers) -> Peaks:
    """Return Fig. 2 of the paper by the implementation's own current: windows of the gate around each resonance."""
    if "level_scheme" not in data:
        raise Unsupported("the levels and transition probabilities of the paper's dot are missing")
    scheme = data["level_scheme"]
    levels = scheme["levels"]
    ground = {N: min(level["energy"] for level in levels if level["electrons"] == N) for N in range(len(LEVELS))}
    leads: list[Lead] = [
        {"name": "L", "rate": 1.0, "mu": PEAK_BIAS / 2},
        {"name": "R", "rate": 1.0, "mu": -PEAK_BIAS / 2},
    ]
    windows: list[Window] = []
    for N in range(len(LEVELS) - 1):
        resonance = ground[N + 1] - ground[N]
        gates = [resonance + PEAK_KT * (24 * k / (PEAK_POINTS - 1) - 12) for k in range(PEAK_POINTS)]
        asked = [ask("current", **scheme, leads=leads, kT=PEAK_KT, gate=gate)["I_L"] for gate in gates]
        windows.append({"electrons": N, "gate": gates, "current": asked})
    return {"kT": PEAK_KT, "bias": PEAK_BIAS, "windows": windows}


def levels_over_strength(ask: Ask, _: Answers) -> Strengths:
    """Return the lowest multiplets of 2 to 4 electrons, at strengths from almost none to the paper's."""
    curves: dict[str, list[SpectrumAnswer]] = {}
    for electrons in (2, 3, 4):
        spectra = [
            ask(
                "spectrum",
                dot={**reported.dot(STRENGTH_ORBITALS), "strength": strength},
                electrons=electrons,
                levels=LEVELS[electrons] + 1,
            )
            for strength in STRENGTHS
        ]
        curves[str(electrons)] = [{"energies": answer["energies"], "two_S": answer["two_S"]} for answer in spectra]
    return {"orbitals": STRENGTH_ORBITALS, "strengths": list(STRENGTHS), "electrons": curves}


def contact_convergence(ask: Ask, _: Answers) -> Convergence:
    """Return ground-state energies of the contact gas in growing bases."""
    dot = make_dot("contact", 1, cutoff=0.0, strength=CONTACT_STRENGTH)
    energies = {
        str(electrons): [
            ask("spectrum", dot={**dot, "orbitals": M}, electrons=electrons, levels=1)["energies"][0]
            for M in CONTACT_ORBITALS
        ]
        for electrons in (2, 3)
    }
    return {"strength": CONTACT_STRENGTH, "orbitals": list(CONTACT_ORBITALS), "energies": energies}


GATHERERS: Final[Mapping[str, Callable[[Ask, Answers], object]]] = {
    "level_scheme": paper_level_scheme,
    "peaks": current_peaks,
    "convergence": contact_convergence,
    "strength": levels_over_strength,
    "digits": digits_of_current,
    "populations": digits_of_populations,
}

TOGETHER: Final = (("level_scheme", "peaks", "digits"), ("convergence", "strength", "populations"))
"""What two copies of an implementation are asked for at once: both take about as long, and peaks need the levels."""


def joined(parts: Sequence[Illustrations]) -> Illustrations:
    """Return what several copies of an implementation were asked for as if it had been one.

    >>> joined([{"data": {}, "left_out": {"populations": "out of time"}}, {"data": {}, "left_out": {"digits": "no"}}])
    {'data': {}, 'left_out': {'digits': 'no', 'populations': 'out of time'}}
    """
    data: Any = {}
    left_out: dict[str, str] = {}
    for name in GATHERERS:
        for part in parts:
            if name in part.get("data", {}):
                data[name] = part["data"][name]  # type: ignore[literal-required]  # a name of a gatherer
            if name in part.get("left_out", {}):
                left_out[name] = part["left_out"][name]
    return {"data": data, "left_out": left_out}

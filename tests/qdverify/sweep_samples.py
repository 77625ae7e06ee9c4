"""Implementations for sweeps: quick formulas in place of physics, with a log of every question and faults on demand."""

import builtins
import json
import os
import signal
import sys
import time
from pathlib import Path


class Formula:
    """Answers by formulas that tell every input apart."""

    name = "formula"
    version = "1"

    def spectrum(self, dot, electrons, levels):
        """Level k lies at strength + N^2/length + k; the spins alternate as electron numbers do."""
        self.before(f"{dot['strength']!r} {electrons}")
        if dot["strength"] == 13.0:
            raise ValueError("strength=13.0 must be another number")
        base = dot["strength"] + electrons**2 / dot["length"] + dot["cutoff"]
        return {"energies": [base + k for k in range(levels)], "two_S": [electrons % 2] * levels}

    def transition_probabilities(self, dot, electrons, levels_from, levels_to):
        """M_ji tells j, i, N and the dot."""
        return {
            "M": [
                [j + i / 10 + electrons / 100 + dot["strength"] for i in range(levels_from)] for j in range(levels_to)
            ]
        }

    def clebsch_gordan_weight(self, two_S_i, two_S_j):
        """Eq. (5)."""
        return {"C": (two_S_j + 1) / (2 * (two_S_i + 1)) if abs(two_S_i - two_S_j) == 1 else 0.0}

    def current(self, levels, transitions, leads, kT, gate):
        """No physics: a number that depends on all that arrives."""
        weight = sum(t["M"] * (1 + t["from"] + 7 * t["to"]) for t in transitions)
        total = weight + sum(level["energy"] for level in levels) + kT + gate
        return {"I_L": total + leads[0]["mu"] * leads[0]["rate"], "I_R": total - leads[1]["mu"] * leads[1]["rate"]}

    def stationary_state(self, levels, transitions, leads, kT, gate):
        """One state each."""
        return {"populations": [1.0 / len(levels)] * len(levels)}

    def before(self, question):
        """Do nothing before an answer."""


class Logged(Formula):
    """Takes two milliseconds and writes each question to the file that SWEEP_LOG names."""

    def before(self, question):
        """Log the question in one write, so that lines of several processes do not mix."""
        time.sleep(0.002)
        with Path(os.environ["SWEEP_LOG"]).open("a", encoding="utf-8") as log:
            log.write(question + "\n")


class Dying(Formula):
    """Kills its own process over strength 7, once where SWEEP_MARK names a file that does not exist, else always."""

    def before(self, question):
        """Die without a word."""
        mark = Path(os.environ["SWEEP_MARK"]) if "SWEEP_MARK" in os.environ else None
        if question.startswith("7.0 ") and not (mark and mark.exists()):
            if mark:
                mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)


class Parricide(Formula):
    """Kills the process that started its launcher over strength 7."""

    def before(self, question):
        """Kill the grandparent."""
        if question.startswith("7.0 "):
            status = Path(f"/proc/{os.getppid()}/stat").read_text(encoding="ascii")
            os.kill(int(status.rpartition(")")[2].split()[1]), signal.SIGKILL)


class ParricideSlowly(Parricide):
    """Kills at once, but takes half a second over any other strength."""

    def before(self, question):
        """Kill or wait."""
        super().before(question)
        time.sleep(0.5)


class Leaving(Formula):
    """Does over strength 7 what the file `act` in the current folder says."""

    def spectrum(self, dot, electrons, levels):
        """Leave, or answer with what is none."""
        if dot["strength"] == 7.0:
            return ACTS[Path("act").read_text(encoding="ascii")]()
        return super().spectrum(dot, electrons, levels)


class Renamed(Formula):
    """Bears the number of its process as a name."""

    @property
    def name(self):
        """Another one in each process."""
        return f"formula {os.getpid()}"


class LeavesAtOnce(Formula):
    """Exits when it is made."""

    def __init__(self):
        os._exit(0)


class NoName(Formula):
    """Exits when its name is asked."""

    @property
    def name(self):
        """None."""
        raise SystemExit(0)


class Counted(Formula):
    """Writes a line to SWEEP_LOG when it is made."""

    def __init__(self):
        with Path(os.environ["SWEEP_LOG"]).open("a", encoding="utf-8") as log:
            log.write("made\n")


def rebind():
    """Spoil what the judge would compute with, if it were here, and answer nonsense."""
    builtins.abs = builtins.sorted = lambda *_, **__: 0.0
    json.dumps = lambda *_, **__: "{}"
    return {"energies": [float("nan")] * 2, "two_S": [0, 0]}


ACTS = {
    "_exit": lambda: os._exit(0),
    "exit": lambda: sys.exit(0),
    "abort": os.abort,
    "interrupt": lambda: os.kill(os.getpid(), signal.SIGINT),
    "replace": lambda: os.execv("/bin/true", ["true"]),
    "text": lambda: "all is well",
    "rebind": rebind,
}

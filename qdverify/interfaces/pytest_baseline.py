"""The fixture `qdverify_baseline`: answers compared with a baseline file that changes only with a reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qdverify.protocol.accuracy import DEFAULT_ACCURACY
from qdverify.protocol.case import Case
from qdverify.protocol.files import alone_in
from qdverify.protocol.json_types import Answer, Question
from qdverify.records.baseline import (
    Entry,
    OutsideBound,
    case_name,
    differences,
    new_entry,
    read_baseline,
    renewed,
    write_baseline,
)
from qdverify.report.shown import visible

Renewal = Callable[[Entry | None], Entry]


class BaselineFixture:
    """Baselines of one file.

    Parameters
    ----------
    path
        The file; it need not exist before the first update.
    reason
        Why baselines are renewed; None if they are only compared.
    force
        Whether values may leave their old bounds when they are renewed.
    """

    def __init__(self, path: Path, *, reason: str | None, force: bool) -> None:
        self._path = path
        self._reason = reason
        self._force = force
        self._entries = _entries(path)
        self._renewals: dict[str, Renewal] = {}

    def __call__(
        self,
        task: str,
        inputs: Question,
        answer: Answer,
        *,
        accuracy: float | None = None,
        producer: str = "unknown",
    ) -> None:
        """Compare an answer with its baseline, or renew the baseline if the command line says so.

        Parameters
        ----------
        task, inputs
            The case.
        answer
            The protocol's result object.
        accuracy
            For a new entry, what the answer claims; the protocol's default if None.
        producer
            For a new entry, name and version of the code.
        """
        case = Case(task, inputs)
        entry = self._entries.get(case.key)
        if self._reason is None:
            if entry is None:
                pytest.fail(
                    f"no baseline of {case_name(case)} in {self._path}: record it with "
                    "--qdverify-update-baseline --qdverify-reason=...",
                    pytrace=False,
                )
            moved = [item for item in differences(entry, answer) if not item.within]
            if moved:
                lines = [
                    f"{item.case} {item.name}: "
                    + (
                        visible(item.problem)
                        or f"moved by {item.deviation:.3g}, beyond {item.bound:.3g}, {item.digits[0]:.1f} digits left"
                    )
                    for item in moved
                ]
                pytest.fail("\n".join(lines), pytrace=False)
        elif entry is None:
            name, _, version = producer.partition(" ")
            claimed = DEFAULT_ACCURACY[task] if accuracy is None else accuracy
            added = new_entry(case, answer, accuracy=claimed, producer={"name": name, "version": version})
            self._renew(case.key, lambda known: self._renewed(known, answer) if known else added)
        else:
            try:
                self._renew(case.key, lambda known: self._renewed(known or entry, answer))
            except OutsideBound as error:
                pytest.fail(f"{visible(error)}; --qdverify-force accepts it", pytrace=False)

    def save(self) -> None:
        """Bring what was renewed into the file, beside what other test runs have brought there meanwhile."""
        if not self._renewals:
            return
        with alone_in(self._path.parent):
            entries = _entries(self._path)
            for key, renewal in self._renewals.items():
                entries[key] = renewal(entries.get(key))
            write_baseline(self._path, list(entries.values()))

    def _renew(self, key: str, renewal: Renewal) -> None:
        self._entries[key] = renewal(self._entries.get(key))
        self._renewals[key] = renewal

    def _renewed(self, entry: Entry, answer: Answer) -> Entry:
        return renewed(entry, answer, reason=self._reason or "", force=self._force)


def _entries(path: Path) -> dict[str, Entry]:
    return {entry.case.key: entry for entry in (read_baseline(path) if path.exists() else [])}

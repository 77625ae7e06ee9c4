"""The results of a sweep on disk: one SQLite file, each result committed as it comes.

A process that is killed loses the points that it was working on and nothing else. The file names the plan that it
belongs to, and takes each point once.
"""

from __future__ import annotations

import fcntl
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypedDict

from qdverify.protocol.documents import json_value, one_line, require_regular
from qdverify.protocol.files import followed
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.json_types import Answer
from qdverify.protocol.version import suite_version
from qdverify.sweep.plan import Plan, PlanDocument
from qdverify.sweep.work import Outcome

SCHEMA: Final = "qdverify-sweep/1"
_NO_STORE: Final = (sqlite3.DatabaseError, UnicodeDecodeError)
"""Errors of a damaged file; the second comes if SQLite's message repeats bytes of the file that are no text."""
_READERS_MILLISECONDS: Final = 2000
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS results (
    point INTEGER PRIMARY KEY,
    answer TEXT,
    error TEXT,
    CHECK ((answer IS NULL) <> (error IS NULL))
);
"""


class Meta(TypedDict, total=False):
    """What a store says of itself, as far as it says it."""

    schema: str
    plan: PlanDocument
    implementation: dict[str, str]
    suite_version: str


class Store:
    """An open store; use `write_store` or `read_store` to get one."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path

    def meta(self) -> Meta:
        """Return what the store says of itself: schema, plan, implementation, suite version."""
        rows = self._connection.execute("SELECT name, value FROM meta")
        values: Any = {name: self._read(value, f"{name!r}") for name, value in rows}
        meta: Meta = values
        return meta

    @property
    def plan(self) -> Plan:
        """The plan whose results the store holds."""
        return self._plan(self.meta())

    def require_origin(self) -> None:
        """Raise `InvalidInput` unless the store names its suite version and, once it has results, who answered."""
        meta = self.meta()
        who: object = meta.get("implementation", {})
        texts = [meta.get("suite_version"), *(who.values() if isinstance(who, dict) else [None])]
        if not all(isinstance(text, str) for text in texts):
            raise InvalidInput(f"{self.path} must name its suite version and its implementation")

    def claim(self, plan: Plan) -> None:
        """Make the store the plan's if it is new; raise `InvalidInput` if it is another one's."""
        known = self.meta()
        if not known:
            self._put({"schema": SCHEMA, "plan": plan.document(), "suite_version": suite_version()})
        elif known.get("schema") != SCHEMA or self._plan(known).key != plan.key:
            raise InvalidInput(f"{self.path} holds the results of another plan; choose another file with --store")

    def describe(self, implementation: Mapping[str, str]) -> None:
        """Note who answers; raise `InvalidInput` if the results so far are another one's."""
        known = self.meta().get("implementation")
        if known is not None and known != dict(implementation):
            raise InvalidInput(
                f"implementation={dict(implementation)!r} must be {known!r}, whose results {self.path} holds"
            )
        self._put({"implementation": dict(implementation)})

    def add(self, point: int, outcome: Outcome) -> None:
        """Commit the outcome of a point, ``{"answer": ...}`` or ``{"error": ...}``; a second one is an error."""
        answer = json.dumps(outcome["answer"], allow_nan=False) if "answer" in outcome else None
        with self._connection:
            self._connection.execute("INSERT INTO results VALUES (?, ?, ?)", (point, answer, outcome.get("error")))

    def forget_errors(self) -> int:
        """Remove the points that ended in an error, so that they are tried again; return how many there were."""
        with self._connection:
            return self._connection.execute("DELETE FROM results WHERE error IS NOT NULL").rowcount

    def done(self) -> set[int]:
        """Return the points that have an outcome."""
        points = {point for (point,) in self._connection.execute("SELECT point FROM results")}
        size = self.plan.size
        if not all(isinstance(point, int) and 0 <= point < size for point in points):
            raise InvalidInput(f"{self.path} must hold points of its plan, which has {size}")
        return points

    def answers(self) -> Iterator[tuple[int, Answer]]:
        """Yield each point that has an answer, in order, with it."""
        query = "SELECT point, answer FROM results WHERE answer IS NOT NULL ORDER BY point"
        for point, answer in self._connection.execute(query):
            yield point, self._read(answer, f"point {point}")

    def errors(self) -> dict[int, str]:
        """Return the points that ended in an error, with its text."""
        return dict(self._connection.execute("SELECT point, error FROM results WHERE error IS NOT NULL ORDER BY point"))

    def _read(self, text: object, what: str) -> Any:
        """Return a value of the store, which somebody else may have written."""
        if not isinstance(text, str):
            raise InvalidInput(f"{self.path}, {what}: must be text")
        return json_value(text, f"{self.path}, {what}")

    def _plan(self, meta: Meta) -> Plan:
        try:
            return Plan.from_document(meta["plan"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InvalidInput(f"{self.path} must hold the plan of a sweep: {one_line(error)}") from None

    def _put(self, values: Meta) -> None:
        rows = [(name, json.dumps(value)) for name, value in values.items()]
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", rows)


@contextmanager
def write_store(path: Path, plan: Plan) -> Iterator[Store]:
    """Open a store for writing, made if it does not exist, by one process at a time.

    Raises
    ------
    InvalidInput
        If the file is no store, belongs to another plan, is being written by another process, or the disk is full.
    """
    with _alone(path), closing(_connect(path, "rw")) as connection:
        try:
            # in WAL mode a commit survives the death of the process; an fsync at each point would cost more than many
            # points do
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.executescript(_TABLES)
        except sqlite3.OperationalError as error:
            raise InvalidInput(f"{path} cannot be written to now: {error}") from None
        except _NO_STORE as error:
            raise InvalidInput(f"{path} must be a store of a sweep, or not exist: {one_line(error)}") from None
        store = Store(connection, path)
        try:
            store.claim(plan)
            yield store
        except sqlite3.OperationalError as error:
            # the disk is full, or a limit is reached: what is committed stays, and the sweep can go on from there
            raise InvalidInput(f"{path} takes no more: {error}; the points so far are kept") from None
        except sqlite3.DatabaseError as error:
            raise InvalidInput(f"{path} must be a store of a sweep: {one_line(error)}") from None
        _close_journal(connection)


@contextmanager
def read_store(path: Path) -> Iterator[Store]:
    """Open a store for reading, even while it is being written; raise `InvalidInput` if the file is none."""
    if not path.is_file():
        raise InvalidInput(f"{path} must be a file with the results of a sweep")
    with closing(_connect(path, "ro")) as connection:
        store = Store(connection, path)
        try:
            schema = store.meta().get("schema")
            if schema != SCHEMA:
                raise InvalidInput(f"{path} must be of the schema {SCHEMA!r}, not {one_line(repr(schema))}")
            store.require_origin()
            yield store
        except _NO_STORE as error:
            raise InvalidInput(f"{path} must hold the results of a sweep: {one_line(error)}") from None


def _close_journal(connection: sqlite3.Connection) -> None:
    """Make the store one file again, which can be copied; if somebody reads it, whoever closes it last does that."""
    connection.execute(f"PRAGMA busy_timeout={_READERS_MILLISECONDS}")
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    try:
        return sqlite3.connect(f"{followed(path).as_uri()}?mode={mode}", uri=True, timeout=30)
    except sqlite3.Error as error:
        raise InvalidInput(f"{path} cannot be opened: {error}") from None


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the lock of a store; the system lets go of it when the process ends, however it ends."""
    # SQLite would write a journal beside a device, and nobody answers in a pipe
    if path.exists():
        require_regular(path)
    with path.open("ab") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InvalidInput(f"{path} is being written by another sweep") from None
        yield
